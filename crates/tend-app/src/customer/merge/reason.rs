//! Why records were merged: words about people, sealed with the key of the record that stays.

use crate::customer::CustomerError;
use crate::customer::create::sealed;
use crate::customer::read::keys;
use crate::customer::store::merge::{self, MergedRow};
use crate::platform::{App, Bind, CellColumn, CustomerKey, SealedPlace, replace_cells};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::collections::HashMap;
use tend_rules::base::{Bucket, CustomerId};
use uuid::Uuid;

const PLACE: SealedPlace = SealedPlace::MergeReason;
const COLUMN: CellColumn = CellColumn { table: "merged_customer", id: "id", cell: "reason" };

/// The reason as it stands beside the record that was merged in; without words there is nothing to seal.
pub(super) fn kept(key: &CustomerKey, other: CustomerId, reason: &str) -> String {
    match reason {
        "" => String::new(),
        reason => STANDARD.encode(key.seal(PLACE, other.0, reason)),
    }
}

/// The reason as the journal of a record tells it.
pub(super) fn told(key: &CustomerKey, about: CustomerId, reason: &str) -> Value {
    match reason {
        "" => json!(""),
        reason => sealed(key, about, reason),
    }
}

/// Opens the reason of a merge; empty if there is none. What an earlier version kept in plain is read as it stands.
pub(super) fn opened(key: &CustomerKey, row: &MergedRow) -> String {
    words(key, row.file.id, &row.reason)
}

fn words(key: &CustomerKey, other: CustomerId, reason: &str) -> String {
    open(key, other, reason).unwrap_or_else(|| reason.to_owned())
}

fn open(key: &CustomerKey, other: CustomerId, reason: &str) -> Option<String> {
    let cell = STANDARD.decode(reason).ok().filter(|cell| !cell.is_empty())?;
    key.open(PLACE, other.0, &cell).ok()
}

/// Seals the reasons of merges anew where the record that stays has a fresh key; answers how many cells.
pub(in crate::customer) async fn renew_reasons(
    db: &impl ConnectionTrait,
    keys: &HashMap<CustomerId, CustomerKey>,
) -> Result<u64, CustomerError> {
    let survivors: Vec<CustomerId> = keys.keys().copied().collect();
    let into = merge::parts_of(db, &survivors).await?.into_iter().map(|(survivor, part)| (part, survivor));
    let into: HashMap<CustomerId, CustomerId> = into.collect();
    let parts: Vec<CustomerId> = into.keys().copied().collect();
    let mut changes = Vec::new();
    for (part, reason) in merge::reasons_of(db, &parts).await? {
        let Some(key) = into.get(&part).and_then(|survivor| keys.get(survivor)) else { continue };
        let plain = words(key, part, &reason);
        changes.push((part.bucket(), part.0, kept(key, part, &plain).into_value(), reason.into_value()));
    }
    Ok(replace_cells(db, COLUMN, changes).await?)
}

/// How many reasons are looked at in one transaction.
const AT_ONCE: i64 = 500;

/// Seals the reasons that an earlier version kept in plain; answers how many. Run at every start: once they are sealed
/// it only reads, and merges made by hand are few.
pub async fn seal_plain_reasons(app: &App) -> Result<u64, CustomerError> {
    let (mut sealed, mut behind) = (0, (Bucket::of(0), Uuid::nil()));
    loop {
        let found = merge::reasons_behind(app.read(), behind, AT_ONCE).await?;
        let Some(last) = found.last() else { return Ok(sealed) };
        behind = (last.0.bucket(), last.0.0);
        let survivors: Vec<CustomerId> = found.iter().map(|(_, survivor, _)| *survivor).collect();
        let keys = keys(app, app.read(), &survivors).await?;
        let mut changes = Vec::new();
        for (part, survivor, reason) in found {
            // Of somebody erased there is no key, and no reason either.
            let Some(key) = keys.get(&survivor) else { continue };
            if open(key, part, &reason).is_none() {
                changes.push((part.bucket(), part.0, kept(key, part, &reason).into_value(), reason.into_value()));
            }
        }
        if !changes.is_empty() {
            let tx = app.begin().await?;
            sealed += replace_cells(&*tx, COLUMN, changes).await?;
            tx.commit().await?;
        }
    }
}
