//! `tend plan`: the daily plan of any day, for real or dry.

use crate::data;
use crate::failure::Failure;
use crate::output::Output;
use clap::Args;
use serde_json::json;
use std::path::Path;
use std::sync::Mutex;
use tend_app::work::{self, Trial};
use tend_rules::base::Day;

/// Run the daily plan: who is due a touch, and whose list it goes on.
///
/// A second run of a day makes nothing new. A dry run writes nothing, for any
/// past or future day.
///
///   tend plan
///   tend plan --day 2026-12-01 --dry-run --json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Plan {
    /// The day; today if left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<Day>,
    /// Say what would happen and write nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Plan {
    /// Carries it out.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let app = data::open_existing(folder).await?;
        let day = self.day.unwrap_or_else(|| app.today());
        let trial = if self.dry_run { Trial::Dry } else { Trial::Real };
        let bar = output.bar(100, "plan_step");
        let step = Mutex::new("");
        let report = work::night(&app, day, trial, &|name, percent| {
            if let Ok(mut last) = step.lock()
                && *last != name
            {
                *last = name;
                bar.set_message(name);
            }
            bar.set_position(u64::from(percent));
        })
        .await?;
        bar.finish_and_clear();
        let said = json!({
            "day": report.day, "customers": report.customers, "plans": report.plans, "eligible": report.eligible,
            "touches": report.touches, "deferred": report.deferred, "new": report.new,
        });
        output.say(if self.dry_run { "plan_tried" } else { "planned" }, said);
        for (reason, count) in &report.withheld {
            output.line(&format!("  {count:>8}  {reason}"));
        }
        for broken in &report.broken {
            output.say("plan_broken", json!({ "key": broken.key, "fault": broken.fault }));
        }
        output.finish(&serde_json::to_value(&report).map_err(Failure::unexpected)?);
        Ok(())
    }
}
