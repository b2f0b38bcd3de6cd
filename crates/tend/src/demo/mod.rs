//! The sample firm: a whole firm with customers, work due today and a history, made from a seed.
//!
//! Everything is invented. `people` describes customers without a database; `firm` hires; writing goes through the
//! rooms' doors like any other import.

mod customers;
mod firm;
mod history;
mod names;
mod people;
mod sales;
mod seed;

pub use firm::PASSWORD;

use crate::failure::Failure;
use crate::output::Output;
use serde::Serialize;
use tend_app::App;
use tend_app::org::{every_staff, every_unit};
use tend_rules::org::Scope;

/// How large a firm, and which one.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// The same seed gives the same firm.
    pub seed: u64,
    /// Customers.
    pub customers: usize,
}

/// What stands in the sample firm.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Counts {
    /// Units.
    pub units: usize,
    /// People.
    pub staff: usize,
    /// Customers.
    pub customers: usize,
    /// What they hold.
    pub agreements: usize,
    /// Their bills.
    pub bills: usize,
    /// Work orders due today.
    pub touches_due_today: usize,
    /// Sales with a trace.
    pub traces: usize,
}

/// Whether a firm stands in this data folder already.
pub async fn stands(app: &App) -> Result<bool, Failure> {
    Ok(!every_unit(app, &Scope::Firm).await?.is_empty())
}

/// Makes the firm in an empty data folder.
pub async fn make(app: &App, wish: Wish, output: &Output) -> Result<Counts, Failure> {
    let tx = app.begin().await?;
    let firm = firm::found(app, &tx, wish.seed).await.map_err(Failure::unexpected)?;
    tx.commit().await?;
    let bar = output.bar(wish.customers as u64, "demo_customers");
    let written = customers::settle(app, &firm, wish.seed, wish.customers, &bar).await.map_err(Failure::unexpected)?;
    bar.finish_and_clear();
    history::install(app).await.map_err(Failure::unexpected)?;
    let touches_due_today = history::live(app, &firm, wish.seed).await.map_err(Failure::unexpected)?;
    let traces = sales::sell(app).await.map_err(Failure::unexpected)?;
    Ok(Counts {
        touches_due_today,
        traces,
        units: firm.units,
        staff: every_staff(app, &Scope::Firm).await?.len(),
        customers: written.customers,
        agreements: written.agreements,
        bills: written.bills,
    })
}
