//! The SQL of the customer file, one file for each group of tables. Every read of customer rows takes a scope.

pub(super) mod cells;
pub(super) mod consents;
pub(super) mod dossier;
pub(super) mod erase;
pub(super) mod facts;
pub(super) mod holdings;
pub(super) mod holds;
pub(super) mod kin;
pub(super) mod labels;
pub(super) mod lists;
pub(super) mod merge;
pub(super) mod people;
pub(super) mod sight;
pub(super) mod sweep;
pub(super) mod unmask;

use crate::platform::{Sql, sql};
use tend_rules::base::CustomerId;

/// Begins a statement with the table `w (bucket, id)` of wanted customers, so that one statement answers for a whole
/// chunk and every join names the bucket. Others are joined to it by `CROSS JOIN` with their conditions in `WHERE`, which
/// keeps `w` in front: left to choose, SQLite reads a whole table of millions past a few hundred wanted ones.
pub(super) fn wanted(ids: &[CustomerId], rest: &str) -> Sql {
    let mut statement = sql("WITH w (bucket, id) AS (VALUES ");
    for (place, id) in ids.iter().enumerate() {
        statement = statement.text(if place > 0 { ", (" } else { "(" }).arg(id.bucket()).text(", ").arg(*id).text(")");
    }
    statement.text(") ").text(rest)
}
