//! What a copy of everything and the end of a file ask of the tables.

use crate::platform::sql;
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tend_rules::base::*;

/// The details of a customer's contracts that no page shows.
pub(in crate::customer) async fn agreement_details(
    db: &impl ConnectionTrait,
    id: CustomerId,
) -> Result<Vec<Value>, DbErr> {
    let rows = sql("SELECT id, details FROM agreement WHERE bucket = $1 AND customer_id = $2 ORDER BY id LIMIT 1000")
        .bind(id.bucket())
        .bind(id)
        .all(db, |row| Ok((row.get::<AgreementId>("id")?, row.get::<String>("details")?)))
        .await?;
    let told = rows.into_iter().filter(|(_, details)| details != "{}").map(|(id, details)| {
        let details: Value = serde_json::from_str(&details).unwrap_or(Value::String(details));
        json!({ "agreement": id, "details": details })
    });
    Ok(told.collect())
}

/// The first and last day of each contract of a customer.
pub(in crate::customer) type Contracts = Vec<(Option<Day>, Option<Day>)>;

/// Whose files are looked at.
#[derive(Debug, Clone, Copy)]
pub(in crate::customer) enum Whose {
    /// Those behind a customer, or all.
    After(Option<CustomerId>),
    /// One.
    Only(CustomerId),
}

/// Customers none of whose contracts runs and whom no hold binds, with the days of their contracts, by bucket and id.
pub(in crate::customer) async fn ended_files(
    db: &impl ConnectionTrait,
    whose: Whose,
    today: Day,
    limit: i64,
) -> Result<Vec<(CustomerId, Contracts)>, DbErr> {
    let mut statement = sql("SELECT t.id FROM customer t
         WHERE t.lifecycle IN ('lost', 'deceased', 'blocked')
           AND EXISTS (SELECT 1 FROM agreement a WHERE a.bucket = t.bucket AND a.customer_id = t.id)
           AND NOT EXISTS (SELECT 1 FROM agreement a WHERE a.bucket = t.bucket AND a.customer_id = t.id
                             AND (a.status <> 'ended' OR a.end_day IS NULL OR a.end_day > ")
    .arg(today)
    .text("))");
    statement = super::holds::unheld(statement, "id", today);
    let place = match whose {
        Whose::After(None) => None,
        Whose::After(Some(id)) => Some((">", id)),
        Whose::Only(id) => Some(("=", id)),
    };
    if let Some((sign, id)) = place {
        let head = format!(" AND (t.bucket, t.id) {sign} (");
        statement = statement.text(&head).arg(id.bucket()).text(", ").arg(id).text(")");
    }
    let ids: Vec<CustomerId> =
        statement.text(" ORDER BY t.bucket, t.id LIMIT ").arg(limit).all(db, |row| row.get("id")).await?;
    let mut contracts: BTreeMap<CustomerId, Contracts> = BTreeMap::new();
    for some in ids.chunks(2000) {
        let rest = "SELECT a.customer_id, a.start_day, a.end_day FROM w CROSS JOIN agreement a
             WHERE a.bucket = w.bucket AND a.customer_id = w.id";
        let rows = super::wanted(some, rest)
            .all(db, |row| Ok((row.get("customer_id")?, row.get("start_day")?, row.get("end_day")?)))
            .await?;
        for (id, start, end) in rows {
            contracts.entry(id).or_default().push((start, end));
        }
    }
    Ok(ids.into_iter().map(|id| (id, contracts.remove(&id).unwrap_or_default())).collect())
}
