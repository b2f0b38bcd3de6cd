//! `tend bench night`: whole nights over a real firm, as the program does them: read, decide, propose, write; and again
//! after some customers changed, while the program keeps running. What changes decides on how much of a customer is read
//! again: of a label little, of a bill nearly everything.

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fmt::Debug;
use std::time::Instant;
use tend_app::App;
use tend_app::customer::{self, LabelDeed, Narrow};
use tend_app::work::{self, Trial};
use tend_app::{org, plan};
use tend_rules::base::{BillId, CustomerId, Day, Money};
use tend_rules::customer::Bill;
use tend_rules::journal::Doer;
use tend_rules::org::Scope;

/// Customers of one transaction.
const AT_ONCE: usize = 2_000;
/// Customers of one page of ids.
const PAGE: i64 = 50_000;

/// What changes of a customer between two nights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Deed {
    /// A label goes on or off.
    Label,
    /// A bill of the month before comes in.
    Bill,
}

/// What happens between two nights.
#[derive(Debug, Clone, Copy)]
pub struct Between {
    /// What changes of a customer.
    pub deed: Deed,
    /// To which share of the customers.
    pub share: f64,
    /// How many nights follow the first.
    pub rounds: usize,
}

/// Runs the night of `day`, lets some customers change, and runs it again, some times over; then rehearses so many days,
/// if any. The last line is one JSON object. It writes into the firm: give it a copy.
pub async fn run(app: &App, day: Day, between: Between, days: u16) -> Result<()> {
    let Between { deed, share, rounds } = between;
    let customers = everybody(app).await?;
    let cold = night(app, day).await?;
    let labels = customer::every_label(app).await.map_err(said)?;
    let label = &labels.first().context("the firm has no label to put on anybody")?.key;
    let mut again = Vec::new();
    for round in 0..rounds {
        let changed = some(&customers, share, round);
        match deed {
            Deed::Label => label_some(app, &changed, label).await?,
            Deed::Bill => bill_some(app, &changed, day).await?,
        }
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

async fn bill_some(app: &App, changed: &[CustomerId], day: Day) -> Result<()> {
    let (period, due, amount) = (day.plus_months(-1), day + 9, Money::fen(8_800));
    for ids in changed.chunks(AT_ONCE) {
        let tx = app.begin().await?;
        let bill = |customer: &CustomerId| {
            let id = BillId(app.new_id(customer.bucket()));
            Bill { id, customer_id: *customer, agreement_id: None, period, due, amount, paid_on: None }
        };
        let bills: Vec<Bill> = ids.iter().map(bill).collect();
        customer::add_bills(app, &tx, Doer::Program("bench"), &bills).await.map_err(said)?;
        tx.commit().await?;
    }
    Ok(())
}

async fn label_some(app: &App, changed: &[CustomerId], label: &str) -> Result<()> {
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
