//! Lists and searches. Every statement ends with the scope of its reader.

use crate::org::scope_predicate;
use crate::platform::{Sql, literally, sql};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use tend_rules::base::*;
use tend_rules::org::Scope;

/// What a list is narrowed to. What is `None` does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// Only these customers.
    pub ids: Option<Vec<CustomerId>>,
    /// Only this person's.
    pub owner: Option<StaffId>,
    /// Only without an owner.
    pub orphans_only: Option<OrphansOnly>,
    /// Only of this unit and those below.
    pub unit: Option<UnitId>,
    /// Only of this tier.
    pub tier: Option<String>,
    /// Only of this class.
    pub class: Option<String>,
    /// Only at this stage.
    pub lifecycle: Option<String>,
    /// Only with this label.
    pub label: Option<String>,
    /// Only brought by this batch.
    pub batch: Option<BatchId>,
}

/// A mark that only customers without an owner are wanted.
#[derive(Debug, Clone, Copy)]
pub struct OrphansOnly;

fn narrowed(mut statement: Sql, narrow: &Narrow) -> Sql {
    if let Some(ids) = &narrow.ids {
        statement = statement.text(" AND c.id IN ").list(ids.iter().copied());
        let buckets: std::collections::BTreeSet<i16> = ids.iter().map(|id| id.bucket().number()).collect();
        statement = statement.text(" AND c.bucket IN ").list(buckets);
    }
    if let Some(owner) = narrow.owner {
        statement = statement.text(" AND c.owner_id = ").arg(owner);
    }
    if narrow.orphans_only.is_some() {
        statement = statement.text(" AND c.owner_id IS NULL");
    }
    if let Some(unit) = narrow.unit {
        statement = statement
            .text(" AND c.unit_id IN (SELECT descendant_id FROM unit_closure WHERE ancestor_id = ")
            .arg(unit)
            .text(")");
    }
    for (column, value) in [("tier", &narrow.tier), ("class", &narrow.class), ("lifecycle", &narrow.lifecycle)] {
        if let Some(value) = value {
            statement = statement.text(&format!(" AND c.{column} = ")).arg(value);
        }
    }
    if let Some(batch) = narrow.batch {
        statement = statement.text(" AND c.first_batch_id = ").arg(batch);
    }
    if let Some(label) = &narrow.label {
        statement = statement
            .text(
                " AND EXISTS (SELECT 1 FROM customer_label l
                 WHERE l.bucket = c.bucket AND l.customer_id = c.id AND l.label_key = ",
            )
            .arg(label)
            .text(")");
    }
    statement
}

/// How a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The newest customer first.
    #[default]
    Newest,
    /// By name.
    Name,
}

/// Where a page begins: behind this row.
#[derive(Debug, Clone)]
pub(in crate::customer) struct Behind {
    pub name: String,
    pub id: CustomerId,
}

/// The ids of a page of customers, in its order. All that it narrows and orders by stands in `customer_by_unit`, so that
/// nobody is looked at who is not on the page; a label is looked for by the customer.
pub(in crate::customer) async fn page(
    db: &impl ConnectionTrait,
    scope: &Scope,
    narrow: &Narrow,
    order: Order,
    behind: Option<Behind>,
    limit: i64,
) -> Result<Vec<CustomerId>, DbErr> {
    let statement = sql("SELECT c.id FROM customer c WHERE ");
    let mut statement = narrowed(scope_predicate(statement, scope, "c.unit_id", "c.owner_id"), narrow);
    if let Some(behind) = behind {
        statement = match order {
            Order::Newest => statement.text(" AND c.id < ").arg(behind.id),
            Order::Name => statement
                .text(" AND (c.name > ")
                .arg(&behind.name)
                .text(" OR (c.name = ")
                .arg(&behind.name)
                .text(" AND c.id > ")
                .arg(behind.id)
                .text("))"),
        };
    }
    let by = match order {
        Order::Newest => " ORDER BY c.id DESC LIMIT ",
        Order::Name => " ORDER BY c.name, c.id LIMIT ",
    };
    statement.text(by).arg(limit).all(db, |row| row.get("id")).await
}

/// How many customers a list holds.
pub(in crate::customer) async fn count(
    db: &impl ConnectionTrait,
    scope: &Scope,
    narrow: &Narrow,
) -> Result<i64, DbErr> {
    let statement = sql("SELECT COUNT(*) FROM customer c WHERE ");
    narrowed(scope_predicate(statement, scope, "c.unit_id", "c.owner_id"), narrow).value(db).await
}

/// The ids of a list by bucket and id, behind `after`.
pub(in crate::customer) async fn ids(
    db: &impl ConnectionTrait,
    scope: &Scope,
    narrow: &Narrow,
    after: Option<CustomerId>,
    limit: i64,
) -> Result<Vec<CustomerId>, DbErr> {
    let statement = sql("SELECT c.id FROM customer c WHERE ");
    let mut statement = narrowed(scope_predicate(statement, scope, "c.unit_id", "c.owner_id"), narrow);
    if let Some(after) = after {
        statement = statement.text(" AND (c.bucket, c.id) > (").arg(after.bucket()).text(", ").arg(after).text(")");
    }
    statement.text(" ORDER BY c.bucket, c.id LIMIT ").arg(limit).all(db, |row| row.get("id")).await
}

/// Up to so many customers of a unit are looked at one by one; among more, those with the beginning are looked for.
const FEW: i64 = 5_000;

/// Ids of customers whose name, sound or initials begin with a text, the shortest and first in the alphabet first.
pub(in crate::customer) async fn by_beginning(
    db: &impl ConnectionTrait,
    scope: &Scope,
    column: &str,
    beginning: &str,
    limit: i64,
) -> Result<Vec<CustomerId>, DbErr> {
    // SQLite cannot know that a beginning leaves fewer than a unit does. A plus keeps it from going by the unit.
    let by_column = db.get_database_backend() == DbBackend::Sqlite && is_wide(db, scope).await?;
    let unit = if by_column { "+c.unit_id" } else { "c.unit_id" };
    let statement = scope_predicate(sql("SELECT c.id FROM customer c WHERE "), scope, unit, "c.owner_id");
    let order = format!(" ORDER BY c.{column}, c.id LIMIT ");
    begins(statement.text(" AND "), db, column, beginning).text(&order).arg(limit).all(db, |row| row.get("id")).await
}

/// Whether more than a few customers lie within a scope.
async fn is_wide(db: &impl ConnectionTrait, scope: &Scope) -> Result<bool, DbErr> {
    if !matches!(scope, Scope::Subtree(_)) {
        return Ok(false);
    }
    let statement =
        scope_predicate(sql("SELECT COUNT(*) FROM (SELECT 1 FROM customer c WHERE "), scope, "c.unit_id", "");
    let found: i64 = statement.text(" LIMIT ").arg(FEW + 1).text(") some").value(db).await?;
    Ok(found > FEW)
}

/// A beginning as a range, so that SQLite uses the index of the column; PostgreSQL orders texts by its locale, so there
/// the pattern alone decides.
fn begins(statement: Sql, db: &impl ConnectionTrait, column: &str, beginning: &str) -> Sql {
    if db.get_database_backend() == DbBackend::Sqlite {
        let end = format!("{beginning}\u{10ffff}");
        return statement
            .text(&format!("(c.{column} >= "))
            .arg(beginning)
            .text(&format!(" AND c.{column} < "))
            .arg(end)
            .text(")");
    }
    statement.text(&format!("c.{column} LIKE ")).arg(format!("{}%", literally(beginning)))
}

/// Ids of customers with a label.
pub(in crate::customer) async fn by_label(
    db: &impl ConnectionTrait,
    scope: &Scope,
    labels: &[String],
    limit: i64,
) -> Result<Vec<CustomerId>, DbErr> {
    let statement = sql("SELECT DISTINCT c.id FROM customer_label l
         JOIN customer c ON c.bucket = l.bucket AND c.id = l.customer_id WHERE l.label_key IN ")
    .list(labels.iter())
    .text(" AND ");
    let statement = scope_predicate(statement, scope, "c.unit_id", "c.owner_id");
    statement.text(" ORDER BY c.id DESC LIMIT ").arg(limit).all(db, |row| row.get("id")).await
}

/// Ids of the customers of a unit who bear one of the names: candidates for a comparison of addresses.
pub(in crate::customer) async fn namesakes(
    db: &impl ConnectionTrait,
    unit: UnitId,
    names: &std::collections::BTreeSet<&str>,
) -> Result<Vec<CustomerId>, DbErr> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    sql("SELECT c.id FROM customer c WHERE c.unit_id = $1 AND c.name IN ")
        .bind(unit)
        .list(names.iter().copied())
        .text(" LIMIT 5000")
        .all(db, |row| row.get("id"))
        .await
}
