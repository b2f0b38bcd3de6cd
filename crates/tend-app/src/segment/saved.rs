//! Segments worth keeping: a name for an expression, for oneself or for everybody. The journal tells of a segment and not
//! what it asks for: that may name somebody, and of a fact of the firm nothing is ever erased.

use super::{SegmentError, checked, store};
use crate::journal;
use crate::org::Who;
use crate::platform::{App, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tend_rules::base::{SegmentId, StaffId};
use tend_rules::journal::Fact;
use utoipa::ToSchema;

/// A saved segment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SegmentRow {
    /// Its id.
    pub id: SegmentId,
    /// Its name.
    pub name: String,
    /// The condition.
    pub expression: String,
    /// Whose it is.
    pub owner_id: StaffId,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Grows with each change.
    pub version: i64,
}

/// A segment as it is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct SegmentBody {
    /// Its name, 1 to 60 characters.
    pub name: String,
    /// The condition.
    pub expression: String,
    /// Whether everybody sees it.
    #[serde(default)]
    pub shared: bool,
}

/// Who sees a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Everybody.
    Everybody,
    /// Its owner.
    Owner,
}

impl Sharing {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Sharing::Everybody => "yes",
            Sharing::Owner => "no",
        }
    }

    fn of(body: &SegmentBody) -> Self {
        if body.shared { Sharing::Everybody } else { Sharing::Owner }
    }
}

async fn row_of(app: &App, who: &Who, id: SegmentId, body: &SegmentBody) -> Result<SegmentRow, SegmentError> {
    let name = body.name.trim();
    if name.is_empty() || name.chars().count() > 60 {
        return Err(SegmentError::Invalid { field: "name", rule: "1..60" });
    }
    checked(app, &body.expression, who.language).await?;
    let (name, expression) = (name.to_owned(), body.expression.trim().to_owned());
    Ok(SegmentRow { id, name, expression, owner_id: who.id, shared: body.shared, version: 1 })
}

/// Keeps a new segment.
pub async fn save(app: &App, tx: &Tx, who: &Who, body: &SegmentBody) -> Result<SegmentRow, SegmentError> {
    let row = row_of(app, who, SegmentId(app.new_free_id()), body).await?;
    store::insert(&**tx, &row, Sharing::of(body), app.now()).await?;
    let payload = json!({ "segment": row.id, "name": row.name });
    journal::append(app, tx, who.doer(), Fact::of_firm("segment", "saved", payload)).await?;
    Ok(row)
}

/// Changes a segment of one's own.
pub(super) async fn change(
    app: &App,
    tx: &Tx,
    who: &Who,
    id: SegmentId,
    version: i64,
    body: &SegmentBody,
) -> Result<SegmentRow, SegmentError> {
    let row = row_of(app, who, id, body).await?;
    if store::update(&**tx, &row, Sharing::of(body), version).await? == 0 {
        let seen = store::of(&**tx, who.id).await?;
        let is_own = seen.iter().any(|known| known.id == id && known.owner_id == who.id);
        return Err(if is_own { SegmentError::VersionStale } else { SegmentError::NotFound });
    }
    let payload = json!({ "segment": id, "name": row.name });
    journal::append(app, tx, who.doer(), Fact::of_firm("segment", "changed", payload)).await?;
    Ok(SegmentRow { version: version + 1, ..row })
}

/// Deletes a segment of one's own.
pub(super) async fn remove(app: &App, tx: &Tx, who: &Who, id: SegmentId) -> Result<(), SegmentError> {
    if store::delete(&**tx, id, who.id).await? == 0 {
        return Err(SegmentError::NotFound);
    }
    journal::append(app, tx, who.doer(), Fact::of_firm("segment", "removed", json!({ "segment": id }))).await?;
    Ok(())
}

/// The segments that a person sees.
pub(super) async fn every(app: &App, who: &Who) -> Result<Vec<SegmentRow>, SegmentError> {
    Ok(store::of(app.read(), who.id).await?)
}
