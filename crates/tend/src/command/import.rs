//! `tend import`: a file of customers or orders becomes a batch.

use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::sentence;
use crate::{data, first_run};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use tend_app::App;
use tend_app::customer::{self, ImportRequest, OnDuplicate};
use tend_rules::intake::{Mapping, RowKind};

/// Bring in a CSV or Excel file: every row accepted, refused with its reason, or a duplicate.
///
/// Killed in between, the same command goes on where it stood; run again, it
/// changes nothing. What the columns mean is suggested from their headings
/// and content; unknown columns become facts of the firm's own.
///
///   tend import customers.xlsx --batch "November list" --yes
///   tend import rows.csv --batch b1 --show-mapping > columns.toml
///   tend import rows.csv --batch b1 --mapping columns.toml --yes --json
///   tend import lines.csv --batch orders --as orders --yes
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Import {
    /// The file: .csv or .xlsx; UTF-8 or GB18030, any separator.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The name of the batch, unique in the firm.
    #[arg(long, value_name = "NAME")]
    batch: String,
    /// What the columns mean, as --show-mapping writes it (TOML or JSON).
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// What the rows are; by the headings if left out.
    #[arg(long = "as", value_name = "WHAT")]
    kind: Option<Kind>,
    /// What becomes of a row that meets a known customer.
    #[arg(long, default_value = "merge", value_name = "WHAT")]
    on_duplicate: Duplicate,
    /// What the batch's work orders are about.
    #[arg(long, default_value = "care", value_name = "TYPE")]
    business_type: String,
    /// Why these customers need care; shown on each work order.
    #[arg(long, default_value = "", value_name = "TEXT")]
    reason: String,
    /// Take the suggested columns without asking.
    #[arg(long)]
    yes: bool,
    /// Print what the columns are taken for, as TOML, and import nothing.
    #[arg(long)]
    show_mapping: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// One customer a row, perhaps with an agreement.
    Customers,
    /// One order line a row.
    Orders,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Duplicate {
    /// The row updates the customer, who is in the batch even if nothing changes; refusals are never weakened.
    Merge,
    /// The row makes another customer.
    Keep,
    /// The row is left out: nobody changes, and nobody is in the batch for it.
    Skip,
}

impl Import {
    /// Carries it out.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        // Looked at here, so that a slip in the name is told before anything is made.
        std::fs::File::open(&self.file).map_err(|error| {
            Failure::new(Exit::Unreachable, "file_unreadable", json!({ "path": self.file })).because(error)
        })?;
        let app = data::open(folder).await?;
        if let Some(password) = first_run::welcome(&app).await? {
            output.say("first_password", json!({ "login": first_run::LOGIN, "password": password }));
        }
        let mapping = self.given_mapping()?;
        if self.show_mapping || (mapping.is_none() && !self.yes) {
            let (suggested, rows) = customer::suggested_mapping(&app, self.file.clone(), self.kind()).await?;
            if self.show_mapping {
                print!("{}", suggested.to_toml());
                return Ok(());
            }
            self.ask(&suggested, rows, output)?;
        }
        self.import(&app, mapping, output).await
    }

    async fn import(self, app: &App, mapping: Option<Mapping>, output: &Output) -> Result<(), Failure> {
        let request = ImportRequest {
            kind: self.kind(),
            reason: if self.reason.is_empty() { self.batch.clone() } else { self.reason },
            file: self.file,
            name: self.batch.clone(),
            business_type: self.business_type,
            mapping,
            on_duplicate: match self.on_duplicate {
                Duplicate::Merge => OnDuplicate::Merge,
                Duplicate::Keep => OnDuplicate::Keep,
                Duplicate::Skip => OnDuplicate::Skip,
            },
            unit_id: None,
            by: None,
            chunk_rows: customer::CHUNK_ROWS,
        };
        let bar = output.bar(0, "import_rows");
        let report = customer::import(app, request, |report| {
            bar.set_length(report.rows_total.unwrap_or(report.rows).unsigned_abs());
            bar.set_position(report.rows.unsigned_abs());
        })
        .await?;
        bar.finish_and_clear();
        let mut said = serde_json::to_value(&report).map_err(Failure::unexpected)?;
        output.say("imported", said.clone());
        let problems = customer::problems_by_kind(app, report.batch.0, output.language).await;
        let problems = problems.map_err(Failure::unexpected)?;
        for kind in &problems {
            let key = if kind.column.is_empty() { "import_problem_of_rows" } else { "import_problem" };
            output.say(key, json!(kind));
        }
        if !problems.is_empty() || report.rejected > 0 {
            output.say("import_problems", json!({ "batch": self.batch }));
        }
        said["problems"] = json!(problems);
        output.finish(&said);
        Ok(())
    }

    fn kind(&self) -> Option<RowKind> {
        self.kind.map(|kind| match kind {
            Kind::Customers => RowKind::Customers,
            Kind::Orders => RowKind::Orders,
        })
    }

    fn given_mapping(&self) -> Result<Option<Mapping>, Failure> {
        let Some(path) = &self.mapping else { return Ok(None) };
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::new(Exit::Unreachable, "file_unreadable", json!({ "path": path })).because(error)
        })?;
        let read = Mapping::read(&text);
        read.map(Some).map_err(|error| Failure::refused("mapping_unreadable", json!({ "path": path })).because(error))
    }

    /// Shows the suggestion and asks for agreement; without a terminal nobody can agree.
    fn ask(&self, suggested: &Mapping, rows: u64, output: &Output) -> Result<(), Failure> {
        let said = json!({ "file": self.file, "rows": rows, "kind": suggested.kind.word() });
        output.say("import_mapping", said);
        output.line(&suggested.to_toml());
        let refused = || Failure::refused("import_not_agreed", json!({}));
        if !std::io::stdin().is_terminal() {
            return Err(refused());
        }
        eprint!("{} ", sentence(output.language, "import_ask", &json!({})));
        std::io::stderr().flush().map_err(Failure::unexpected)?;
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer).map_err(Failure::unexpected)?;
        let agreed = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是" | "好");
        if agreed { Ok(()) } else { Err(refused()) }
    }
}
