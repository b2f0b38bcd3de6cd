//! `tend bench choices`: days of a firm as problems of choice, for a solver (bench/planner/optimum.py).

use anyhow::{Result, anyhow};
use serde_json::json;
use tend_app::App;
use tend_app::plan::choices;
use tend_rules::base::Day;

/// Prints a JSON line for each of so many days: the room of each person, and each contact as band, worth, customer,
/// whether it takes the customer's contact of the day, who could make it, and whether the plan makes it.
pub async fn run(app: &App, first: Day, days: u16) -> Result<()> {
    for ahead in 0..days {
        let day = first + i32::from(ahead);
        let found = choices(app, day).await.map_err(|error| anyhow!("{error:?}"))?;
        let rows = found.choices.iter().map(|choice| {
            json!([choice.band, choice.worth_minor, choice.row, choice.counts, choice.takers, choice.taken])
        });
        println!("{}", json!({ "day": day, "rooms": found.rooms, "choices": rows.collect::<Vec<_>>() }));
    }
    Ok(())
}
