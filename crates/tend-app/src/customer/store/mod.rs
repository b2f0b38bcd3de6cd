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

use crate::platform::{Bind, Sql, with_rows};
use tend_rules::base::CustomerId;

/// Begins a statement with the table `w (bucket, id)` of wanted customers, so that one statement answers for a whole
/// chunk and every join names the bucket.
pub(super) fn wanted(ids: &[CustomerId], rest: &str) -> Sql {
    with_rows("bucket, id", ids.iter().map(|id| [id.bucket().into_value(), id.into_value()])).text(rest)
}
