//! `tend bench`: measures parts of the program.

use crate::bench::{self, Between, Deed, Holiday, Job};
use crate::data;
use crate::failure::Failure;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::{Path, PathBuf};
use tend_rules::base::Day;

/// Measure the planner over customers in memory, the ledger over facts, or nights over a copy of a firm.
///
///   tend bench customers 1000000 /tmp/customers
///   echo | tend bench plan /tmp/customers --plans bench/planner/plans
///   tend bench ledger 1000000 /tmp/ledger
///   tend bench night --data /tmp/copy-of-a-firm
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make the benchmark's customers: one array a column, the same for the same seed.
    Customers {
        /// How many.
        rows: usize,
        /// The folder for the arrays.
        folder: PathBuf,
        /// Where chance begins.
        #[arg(long, default_value_t = 20_260_917)]
        seed: u64,
        /// The day on which they stand as they do.
        #[arg(long, value_name = "YYYY-MM-DD", default_value = "2026-09-17")]
        today: Day,
    },
    /// Seal, check and export made-up facts in a new folder: one JSON line with the times.
    Ledger {
        /// How many facts.
        entries: usize,
        /// A folder that is not there yet; it stays for a second look.
        folder: PathBuf,
    },
    /// Run the night over a copy of a firm, and again after some customers changed: one JSON line with the times.
    ///
    /// It writes into the data folder.
    Night {
        /// The day; today if left out.
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: Option<Day>,
        /// This share of the customers changes between two nights; 0.01 is one in a hundred.
        #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
        changed: f64,
        /// What changes of them.
        #[arg(long, value_enum, default_value_t = Deed::Label)]
        deed: Deed,
        /// How many nights follow the first.
        #[arg(long, value_name = "NIGHTS", default_value_t = 3)]
        again: usize,
        /// Rehearse so many days as well, after the nights.
        #[arg(long, value_name = "DAYS", default_value_t = 0)]
        rehearse: u16,
    },
    /// Write what days could choose from and what their plans take: a JSON line each, for bench/planner/optimum.py.
    Choices {
        /// The first day; today if left out.
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: Option<Day>,
        /// How many days, each as if nothing had gone out before.
        #[arg(long, default_value_t = 1)]
        days: u16,
    },
    /// Count the members of conditions as an editor asks for them while one is typed: one JSON line with the times.
    Live {
        /// The folder with the arrays.
        folder: PathBuf,
        /// How many conditions.
        #[arg(long, default_value_t = 200)]
        counts: usize,
        /// How many threads may work.
        #[arg(long, default_value_t = 2)]
        threads: usize,
    },
    /// Plan a day for every line of standard input: READY, then a JSON line each.
    ///
    /// wall_ms and cpu_ms are the time from the columns in memory to the contacts with their ranks.
    Plan {
        /// The folder with the arrays.
        folder: PathBuf,
        /// A plan file, or a folder of them.
        #[arg(long, value_name = "DIR_OR_FILE")]
        plans: PathBuf,
        /// So many plans: the first ones, or all of them again with other numbers.
        #[arg(long, value_name = "PLANS")]
        count: Option<usize>,
        /// How many threads may work.
        #[arg(long, default_value_t = 2)]
        threads: usize,
        /// The day; that of the arrays if left out.
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: Option<Day>,
        /// The day is a holiday of the firm.
        #[arg(long)]
        holiday: bool,
        /// Let this share of the customers change for every line, and bring the day up to date; 0.01 is one in a
        /// hundred. wall_ms is the day's part, columns_ms that of the columns, whole_ms the whole day anew.
        #[arg(long, value_name = "SHARE")]
        changed: Option<f64>,
    },
}

impl Bench {
    /// Carries it out.
    pub async fn run(self, data: &Path) -> Result<(), Failure> {
        let done = match self.what {
            What::Night { day, changed, deed, again, rehearse } => {
                let app = data::open_existing(data).await?;
                let day = day.unwrap_or_else(|| app.today());
                let between = Between { deed, share: changed, rounds: again };
                bench::run_night(&app, day, between, rehearse).await
            }
            What::Choices { day, days } => {
                let app = data::open_existing(data).await?;
                bench::run_choices(&app, day.unwrap_or_else(|| app.today()), days).await
            }
            What::Customers { rows, folder, seed, today } => bench::write(rows, &folder, seed, today),
            What::Live { folder, counts, threads } => bench::run_live(&folder, counts, threads),
            What::Ledger { entries, folder } => bench::run_ledger(entries, &folder).await,
            What::Plan { folder, plans, count, threads, day, holiday, changed } => {
                let holiday = if holiday { Holiday::Yes } else { Holiday::No };
                let job = Job { folder, plans, count, threads, day, holiday };
                match changed {
                    None => bench::run(&job),
                    Some(share) => bench::run_changed(&job, share),
                }
            }
        };
        done.map_err(|error| Failure::refused("bench_refused", json!({})).because(format!("{error:#}")))
    }
}
