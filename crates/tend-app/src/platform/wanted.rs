//! Statements that answer for many rows at once: they begin with the table `w` of what is wanted.

use super::{Bind, Sql, sql};
use sea_orm::Value;
use tend_rules::base::CustomerId;

/// Begins a statement with the table `w` of some rows, at least one: `WITH w (bucket, id) AS (VALUES …) `. Others are joined
/// to it by `CROSS JOIN` with their conditions in `WHERE`, which keeps `w` in front: left to choose, SQLite reads a whole
/// table of millions past a few hundred wanted ones.
#[must_use]
pub fn with_rows<const N: usize>(columns: &str, rows: impl IntoIterator<Item = [Value; N]>) -> Sql {
    let mut statement = sql("WITH w (").text(columns).text(") AS (VALUES ");
    let mut opens = "(";
    for row in rows {
        for value in row {
            statement = statement.text(opens).arg(value);
            opens = ", ";
        }
        statement = statement.text(")");
        opens = ", (";
    }
    statement.text(") ")
}

/// The same with the customers who are wanted; nothing where nobody is.
pub fn with_customers(ids: impl IntoIterator<Item = CustomerId>) -> Option<Sql> {
    let mut ids = ids.into_iter().peekable();
    ids.peek()?;
    Some(with_rows("bucket, id", ids.map(|id| [id.bucket().into_value(), id.into_value()])))
}
