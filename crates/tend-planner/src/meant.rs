//! Whom one plan is about.

use crate::columns::Columns;
use crate::compiled::compile;
use crate::engine;
use crate::gates::GateFacts;
use std::sync::Arc;
use tend_rules::base::Day;
use tend_rules::plan::CarePlan;
use tend_rules::segment::Catalogue;

/// The rows of the customers to whom a plan owes something on a day, in order, before consent, caps and capacity are
/// asked: the condition holds and the customer may be reached at all.
pub fn meant(
    columns: &Columns,
    plan: &Arc<CarePlan>,
    catalogue: &Arc<Catalogue>,
    day: Day,
    threads: usize,
) -> Vec<u32> {
    // One plan cannot have the key of another.
    let Ok(compiled) = compile(vec![Arc::clone(plan)], catalogue) else { return Vec::new() };
    let gates = GateFacts::of(&compiled, columns);
    let mut rows: Vec<u32> =
        engine::matches(&compiled, columns, day, threads, |_| true).iter().map(|found| found.row).collect();
    rows.dedup();
    rows.retain(|row| plan.barred(gates.reachable(*row), catalogue).is_none());
    rows
}
