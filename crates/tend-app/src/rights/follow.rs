//! Requests follow their customer when two records are merged, and come back when they are parted: whoever asked is
//! answered about the record that is on file.

use super::store;
use crate::customer::{CustomerError, Follower, Passage, Returning};
use crate::platform::{App, Bind, Named, Table, Tx};
use serde_json::{Value, json};
use std::collections::HashSet;
use tend_rules::base::{CustomerId, RightsRequestId};

/// What the customer room is given.
pub const FOLLOWS_MERGES: Follower = Follower {
    count: |app, customer| Box::pin(count(app, customer)),
    returning: |app, passage, kept| Box::pin(returning(app, passage, kept)),
    follow: |app, tx, _, passage| Box::pin(take_over(app, tx, passage)),
    bring_back: |app, tx, _, passage, kept| Box::pin(bring_back(app, tx, passage, kept)),
};

async fn count(app: &App, customer: CustomerId) -> Result<Vec<(&'static str, i64)>, CustomerError> {
    Ok(vec![("requests", store::of(app.read(), customer).await?.len() as i64)])
}

async fn take_over(app: &App, tx: &Tx, passage: &Passage) -> Result<Value, CustomerError> {
    let rows = store::of(&**tx, passage.from).await?;
    for row in &rows {
        carry(app, tx, passage, row).await?;
    }
    let came: Vec<RightsRequestId> = rows.iter().map(|row| row.id.moved_to(passage.to.bucket())).collect();
    Ok(json!(came))
}

async fn returning(app: &App, passage: &Passage, kept: &Value) -> Result<Returning, CustomerError> {
    let came: HashSet<RightsRequestId> = serde_json::from_value(kept.clone()).unwrap_or_default();
    let mut rows = store::of(app.read(), passage.from).await?;
    rows.retain(|row| came.contains(&row.id));
    let ids = rows.iter().map(|row| row.id.0).collect();
    Ok(Returning { counts: vec![("requests", rows.len() as i64)], ids })
}

async fn bring_back(app: &App, tx: &Tx, passage: &Passage, kept: &Value) -> Result<(), CustomerError> {
    let came: HashSet<RightsRequestId> = serde_json::from_value(kept.clone()).unwrap_or_default();
    for row in store::of(&**tx, passage.from).await?.iter().filter(|row| came.contains(&row.id)) {
        carry(app, tx, passage, row).await?;
    }
    Ok(())
}

async fn carry(app: &App, tx: &Tx, passage: &Passage, row: &store::RequestRow) -> Result<(), CustomerError> {
    let id = row.id.moved_to(passage.to.bucket());
    let anew = |place, cell: &Option<Vec<u8>>| {
        let plain = cell.as_ref().map(|cell| app.keys().open_firm(place, row.id.0, cell)).transpose()?;
        Ok::<_, CustomerError>(plain.map(|plain| app.keys().seal_firm(place, id.0, &plain)))
    };
    let fresh: [Named<'_>; 5] = [
        ("bucket", passage.to.bucket().into_value()),
        ("id", id.into_value()),
        ("customer_id", passage.to.into_value()),
        ("note_cell", anew(super::request::NOTE, &row.note)?.into_value()),
        ("answer_cell", anew(super::request::ANSWER, &row.answer)?.into_value()),
    ];
    let found = [("bucket", row.id.bucket().into_value()), ("id", row.id.into_value())];
    Table::of(&**tx, "rights_request").await?.carry(&**tx, &found, &fresh).await?;
    Ok(())
}
