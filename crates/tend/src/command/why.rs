//! `tend why`: for every plan the first condition that decided about a customer on a day.

use crate::data;
use crate::failure::Failure;
use crate::output::Output;
use clap::Args;
use serde_json::json;
use std::path::Path;
use tend_app::{App, customer, plan};
use tend_rules::base::{CustomerId, Day};
use tend_rules::org::Scope;

/// Say why a customer is contacted on a day, and why not, plan by plan.
///
/// The customer is given by id, name, phone, outside id or agreement number.
///
///   tend why 李秀英
///   tend why 13900000107 --day 2026-12-01 --json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Why {
    /// Id, name, phone, outside id or agreement number.
    customer: String,
    /// The day; today if left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<Day>,
}

impl Why {
    /// Answers.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        let app = data::open_existing(folder).await?;
        let day = self.day.unwrap_or_else(|| app.today());
        let customer = the_one(&app, self.customer.trim()).await?;
        let page = plan::why(&app, &Scope::Firm, customer, day, output.language).await?;
        let budget = &page.budget;
        let said = json!({ "name": page.customer.name, "day": page.day, "used": budget.used_30d, "cap": budget.cap });
        output.say("why_head", said);
        for (is_told, word) in [(true, "why_since"), (false, "why_uncertain")] {
            let learnt = page.learnt_later.iter().filter(|one| one.is_told == is_told);
            let titles: Vec<&str> = learnt.map(|one| one.title.as_str()).collect();
            if !titles.is_empty() {
                output.say(word, json!({ "titles": titles.join(", ") }));
            }
        }
        for answer in &page.answers {
            let sign = match answer.decided {
                "due" => "●",
                "withheld" => "○",
                _ => "·",
            };
            let next = answer.next_due.map(|day| format!("  → {day}")).unwrap_or_default();
            output.line(&format!("{sign} {}: {}{next}", answer.plan.title, answer.because));
            if let Some(condition) = &answer.condition {
                output.line(&format!("    {condition}"));
            }
        }
        output.finish(&serde_json::to_value(&page).map_err(Failure::unexpected)?);
        Ok(())
    }
}

/// The one customer that is meant; several of that name are listed and nobody is guessed.
pub(super) async fn the_one(app: &App, text: &str) -> Result<CustomerId, Failure> {
    if let Ok(id) = text.parse::<CustomerId>() {
        return Ok(id);
    }
    let found = customer::find(app, text).await?;
    match found.as_slice() {
        [] => Err(Failure::refused("nobody_found", json!({ "text": text }))),
        [one] => Ok(one.id),
        several => {
            let listed: Vec<String> = several.iter().take(10).map(|one| format!("{} {}", one.id, one.name)).collect();
            Err(Failure::refused("several_found", json!({ "text": text, "count": several.len(), "ids": listed })))
        }
    }
}
