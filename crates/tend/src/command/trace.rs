//! `tend trace`: the traces of sales at the command line, in the name of a person, because reading one is a fact.

use crate::data;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use tend_app::App;
use tend_app::org::{OrgError, Who, staff_by_login};
use tend_app::trace::{self, Wanted};
use tend_rules::base::TraceId;
use tend_rules::org::Permission;
use tend_rules::trace::StepState;

/// List and show traces of sales, and take out the evidence file of one.
///
/// Reading a trace is a fact of the ledger: say in whose name. The file can
/// be checked by anybody with `tend verify --evidence FILE --key ledger.pub`.
///
///   tend trace list --by qa --lacking gaps
///   tend trace show trc_01kb… --by qa
///   tend trace export trc_01kb… sale.zip --by qa --reason "the regulator asks"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Trace {
    #[command(subcommand)]
    what: What,
    /// The login of the person in whose name it is read.
    #[arg(long, global = true, value_name = "LOGIN", default_value = "")]
    by: String,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Traces in the person's scope, newest first.
    List {
        /// Only those in this state.
        #[arg(long)]
        state: Option<State>,
        /// Only open ones that lack something.
        #[arg(long)]
        lacking: Option<Lacking>,
        /// At most so many.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
    },
    /// The steps of one trace with what is missing.
    Show {
        /// The trace.
        id: TraceId,
    },
    /// The evidence file of one trace, for a regulator.
    Export {
        /// The trace.
        id: TraceId,
        /// The file to be made; it must not be there yet.
        #[arg(value_name = "FILE")]
        to: PathBuf,
        /// Why it is taken out.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    Open,
    Sold,
    Abandoned,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Lacking {
    Gaps,
    Overdue,
}

impl Trace {
    /// Carries it out.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let app = data::open_existing(folder).await?;
        let needed = match self.what {
            What::Export { .. } => Permission::JudgeTraces,
            What::List { .. } | What::Show { .. } => Permission::ReadTraces,
        };
        let who = person(&app, &self.by, needed, output).await?;
        match self.what {
            What::List { state, lacking, limit } => {
                let word = |value: Option<clap::builder::PossibleValue>| value.map(|known| known.get_name().to_owned());
                let wanted = Wanted {
                    state: word(state.and_then(|state| state.to_possible_value())),
                    lacking: word(lacking.and_then(|lacking| lacking.to_possible_value())),
                    ..Wanted::default()
                };
                list(&app, &who, &wanted, limit, output).await
            }
            What::Show { id } => show(&app, &who, id, output).await,
            What::Export { id, to, reason } => export(&app, &who, id, (&to, &reason), output).await,
        }
    }
}

async fn person(app: &App, login: &str, needed: Permission, output: &Output) -> Result<Who, Failure> {
    let staff = staff_by_login(app, login).await?;
    let staff = staff.ok_or_else(|| Failure::refused("trace_by_nobody", json!({ "login": login })))?;
    let who = Who {
        id: staff.id,
        name: staff.name,
        login: staff.login,
        role: staff.role,
        unit_id: staff.unit_id,
        language: output.language,
        session: None,
        token: None,
        duty: tend_rules::org::Duty::None,
        idempotency_key: None,
    };
    if !who.may(needed) {
        return Err(OrgError::NotPermitted { permission: needed.word() }.into());
    }
    Ok(who)
}

async fn list(app: &App, who: &Who, wanted: &Wanted, limit: i64, output: &Output) -> Result<(), Failure> {
    let rows = trace::list(app, who, wanted, limit).await?;
    for row in &rows {
        let sign = match (row.state.as_str(), row.overdue, row.gaps) {
            ("sold", ..) => "✓",
            ("abandoned", ..) => "×",
            (_, true, _) => "!",
            (_, _, 0) => "●",
            _ => "○",
        };
        output.line(&format!(
            "{sign} {} {} {} {} ({})",
            row.id, row.customer.name, row.process_title, row.product, row.gaps
        ));
    }
    let shown: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "id": row.id, "customer": row.customer.id, "process": row.process.0, "version": row.process.1,
                "product": row.product, "state": row.state, "opened_at": row.opened_at, "closed_at": row.closed_at,
                "gaps": row.gaps, "due_at": row.due_at, "overdue": row.overdue,
            })
        })
        .collect();
    output.finish(&json!({ "traces": shown }));
    Ok(())
}

async fn show(app: &App, who: &Who, id: TraceId, output: &Output) -> Result<(), Failure> {
    let page = trace::page(app, who, id).await?;
    let said = json!({
        "id": id, "customer": page.customer.1, "process": page.process.title.of(output.language),
        "version": page.process.version, "state": page.state, "gaps": page.gaps.len(),
    });
    output.say("trace_head", said);
    let mut steps = Vec::new();
    for (step, line) in page.process.steps.iter().zip(&page.steps) {
        let sign = match (line.stands.state, line.stands.needed) {
            (StepState::Met, _) => "✓",
            (StepState::Gap, _) => "○",
            (StepState::Open, _) => "·",
        };
        let because = line.because.as_deref().filter(|_| line.stands.needed).unwrap_or_default();
        let by = line.stands.by.map(|by| format!("  → {by}")).unwrap_or_default();
        output.line(&format!("{sign} {}  {because}{by}", step.title.of(output.language)));
        steps.push(json!({
            "step": step.key, "needed": line.stands.needed, "state": line.stands.state, "because": line.because,
            "by": line.stands.by, "met_at": line.stands.met_at, "evidence": line.stands.evidence,
        }));
    }
    output.finish(&json!({
        "id": id, "customer": page.customer.0, "process": page.process.key, "version": page.process.version,
        "state": page.state, "gaps": page.gaps, "steps": steps,
    }));
    Ok(())
}

async fn export(
    app: &App,
    who: &Who,
    id: TraceId,
    (to, reason): (&Path, &str),
    output: &Output,
) -> Result<(), Failure> {
    if to.exists() {
        return Err(Failure::refused("file_exists", json!({ "path": to })));
    }
    let mut exported = trace::export(app, who, id, reason).await?;
    let unwritable = |error| Failure::new(Exit::Unreachable, "file_unwritable", json!({ "path": to })).because(error);
    let mut out = File::options().write(true).create_new(true).mode(0o600).open(to).map_err(unwritable)?;
    std::io::copy(&mut exported.file, &mut out).map_err(unwritable)?;
    output.say("trace_exported", json!({ "path": to, "bytes": exported.size }));
    output.finish(&json!({ "file": to, "bytes": exported.size }));
    Ok(())
}
