//! Contacts follow their customer when two records are merged, and come back when they are parted: the budget of
//! attention counts them for the person. A note is sealed anew with the key of the record that it goes to.

use super::store;
use crate::customer::{CustomerError, Follower, Passage, Returning};
use crate::platform::{App, Bind, Named, SealedPlace, Table, Tx};
use serde_json::{Value, json};
use std::collections::HashSet;
use tend_rules::base::*;

/// What the customer room is given.
pub const FOLLOWS_MERGES: Follower = Follower {
    count: |app, customer| Box::pin(count(app, customer)),
    returning: |app, passage, kept| Box::pin(returning(app, passage, kept)),
    follow: |app, tx, _, passage| Box::pin(take_over(app, tx, passage)),
    bring_back: |app, tx, _, passage, kept| Box::pin(bring_back(app, tx, passage, kept)),
};

async fn count(app: &App, customer: CustomerId) -> Result<Vec<(&'static str, i64)>, CustomerError> {
    Ok(vec![("contacts", store::of_one(app.read(), customer).await?.len() as i64)])
}

async fn take_over(app: &App, tx: &Tx, passage: &Passage) -> Result<Value, CustomerError> {
    let rows = store::of_one(&**tx, passage.from).await?;
    carry(app, tx, passage, &rows).await?;
    let came: Vec<ContactId> = rows.iter().map(|row| row.id.moved_to(passage.to.bucket())).collect();
    Ok(json!(came))
}

async fn returning(app: &App, passage: &Passage, kept: &Value) -> Result<Returning, CustomerError> {
    let came: HashSet<ContactId> = serde_json::from_value(kept.clone()).unwrap_or_default();
    let mut rows = store::of_one(app.read(), passage.from).await?;
    rows.retain(|row| came.contains(&row.id) || row.touch.is_some_and(|touch| passage.went.contains(&touch.0)));
    Ok(Returning { counts: vec![("contacts", rows.len() as i64)], ids: rows.iter().map(|row| row.id.0).collect() })
}

async fn bring_back(app: &App, tx: &Tx, passage: &Passage, kept: &Value) -> Result<(), CustomerError> {
    let came: HashSet<ContactId> = serde_json::from_value(kept.clone()).unwrap_or_default();
    let back: HashSet<TouchId> = store::touches_of(&**tx, passage.to).await?.into_iter().collect();
    let mut rows = store::of_one(&**tx, passage.from).await?;
    // A contact about a work order that went back goes with it.
    let with_touch = |touch: TouchId| back.contains(&touch.moved_to(passage.to.bucket()));
    rows.retain(|row| came.contains(&row.id) || row.touch.is_some_and(with_touch));
    carry(app, tx, passage, &rows).await
}

async fn carry(app: &App, tx: &Tx, passage: &Passage, rows: &[store::OneContact]) -> Result<(), CustomerError> {
    if rows.is_empty() {
        return Ok(());
    }
    let (their_key, our_key) = passage.keys(app, tx).await?;
    let (from, to) = (passage.from.bucket(), passage.to.bucket());
    let table = Table::of(&**tx, "contact").await?;
    for row in rows {
        let id = row.id.moved_to(to);
        let mut fresh: Vec<Named<'_>> = vec![
            ("bucket", to.into_value()),
            ("id", id.into_value()),
            ("customer_id", passage.to.into_value()),
            ("touch_id", row.touch.map(|touch| touch.moved_to(to)).into_value()),
        ];
        if let Some(cell) = &row.note_cell {
            let note = their_key.open(SealedPlace::ContactNote, row.id.0, cell)?;
            fresh.push(("note_cell", our_key.seal(SealedPlace::ContactNote, id.0, &note).into_value()));
        }
        table.carry(&**tx, &[("bucket", from.into_value()), ("id", row.id.into_value())], &fresh).await?;
    }
    Ok(())
}
