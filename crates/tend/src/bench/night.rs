//! `tend bench night`: whole nights over a real firm, as the program does them: read, decide, propose, write; and again
//! after some customers changed, while the program keeps running.

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fmt::Debug;
use std::time::Instant;
use tend_app::App;
use tend_app::customer::{self, LabelDeed, Narrow};
use tend_app::work::{self, Trial};
use tend_app::{org, plan};
use tend_rules::base::{CustomerId, Day};
use tend_rules::journal::Doer;
use tend_rules::org::Scope;

/// Customers of one transaction.
const AT_ONCE: usize = 2_000;
/// Customers of one page of ids.
const PAGE: i64 = 50_000;

/// Runs the night of `day`, lets `share` of the customers get or lose a label, and runs it again, `rounds` times over;
/// then rehearses so many days, if any.
/// The last line is one JSON object. It writes into the firm: give it a copy.
pub async fn run(app: &App, day: Day, share: f64, rounds: usize, days: u16) -> Result<()> {
    let customers = everybody(app).await?;
    let cold = night(app, day).await?;
    let labels = customer::every_label(app).await.map_err(said)?;
    let label = &labels.first().context("the firm has no label to put on anybody")?.key;
    let mut again = Vec::new();
    for round in 0..rounds {
        let changed = some(&customers, share, round);
        change(app, &changed, label).await?;
        let mut figures = night(app, day).await?;
        figures["changed"] = changed.len().into();
        again.push(figures);
    }
    let rehearsed = if days > 0 { rehearsal(app, days).await? } else { Value::Null };
    println!(
        "{}",
        json!({ "customers": customers.len(), "day": day, "cold": cold, "again": again, "rehearsed": rehearsed })
    );
    Ok(())
}

async fn night(app: &App, day: Day) -> Result<Value> {
    let began = Instant::now();
    let report = work::night(app, day, Trial::Real, &|_, _| {}).await.map_err(said)?;
    let seconds = began.elapsed().as_secs_f64();
    Ok(json!({ "seconds": (seconds * 1000.0).round() / 1000.0, "ms": report.ms, "touches": report.touches,
        "deferred": report.deferred, "new": report.new }))
}

async fn rehearsal(app: &App, days: u16) -> Result<Value> {
    let staff = org::every_staff(app, &Scope::Firm).await.map_err(said)?;
    let who = staff.first().context("the firm has nobody")?.id;
    let rehearsal = plan::rehearsal(app, who, None, days).await.map_err(said)?;
    let sum = |numbers: &[u32]| numbers.iter().map(|number| u64::from(*number)).sum::<u64>();
    Ok(json!({ "days": days, "seconds": rehearsal.ms as f64 / 1000.0, "touches": sum(&rehearsal.touches),
        "deferred": sum(&rehearsal.deferred) }))
}

async fn everybody(app: &App) -> Result<Vec<CustomerId>> {
    let mut found: Vec<CustomerId> = Vec::new();
    loop {
        let after = found.last().copied();
        let page = customer::ids_of(app, &Scope::Firm, &Narrow::default(), after, PAGE).await.map_err(said)?;
        if page.is_empty() {
            return Ok(found);
        }
        found.extend(page);
    }
}

/// Every so-many-th customer, others in each round.
fn some(customers: &[CustomerId], share: f64, round: usize) -> Vec<CustomerId> {
    let step = if share > 0.0 { (1.0 / share).round().max(1.0) as usize } else { usize::MAX };
    customers.iter().copied().skip(round % step).step_by(step).collect()
}

async fn change(app: &App, changed: &[CustomerId], label: &str) -> Result<()> {
    for ids in changed.chunks(AT_ONCE) {
        let tx = app.begin().await?;
        let customers = customer::many_for_change(&tx, &Scope::Firm, ids).await.map_err(said)?;
        let bearers: HashSet<CustomerId> =
            customer::bearers(&*tx, ids, label).await.map_err(said)?.into_keys().collect();
        let (off, on): (Vec<_>, Vec<_>) = customers.values().partition(|customer| bearers.contains(&customer.id));
        let doer = Doer::Program("bench");
        customer::label_many(app, &tx, doer, &off, label, LabelDeed::Off).await.map_err(said)?;
        customer::label_many(app, &tx, doer, &on, label, LabelDeed::On(app.now())).await.map_err(said)?;
        tx.commit().await?;
    }
    Ok(())
}

fn said(error: impl Debug) -> anyhow::Error {
    anyhow!("{error:?}")
}
