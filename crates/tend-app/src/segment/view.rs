//! Views of the customers list worth keeping: a segment with columns, order and grouping, for oneself, for a unit and
//! what is below it, or for the firm. A pin is each reader's own. What a view shows is always the reader's own scope.

use super::{SegmentError, checked, store};
use crate::journal;
use crate::org::Who;
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use tend_rules::base::{Instant, StaffId, UnitId, ViewId};
use tend_rules::journal::Fact;
use tend_rules::org::Permission;
use utoipa::ToSchema;
use uuid::Uuid;

const TITLE_MAX: usize = 60;
const COLUMNS_MAX: usize = 40;
const WORD_MAX: usize = 200;
/// The list's parameter for what is searched for: a name or a whole phone number, of which nothing is kept.
const SEARCH: &str = "q";
/// How long a removed view may be brought back, in seconds: long enough to see that it was the wrong one.
const BRING_BACK_SECONDS: i64 = 10 * 60;
/// Views of an earlier version that are looked through in one step.
const AT_ONCE: i64 = 500;

/// Who sees a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewSharing {
    /// Its owner.
    #[default]
    Mine,
    /// The owner's unit and what is below it.
    Unit,
    /// Everybody who reads customers.
    Firm,
}

impl ViewSharing {
    pub(super) const fn word(self) -> &'static str {
        match self {
            ViewSharing::Mine => "mine",
            ViewSharing::Unit => "unit",
            ViewSharing::Firm => "firm",
        }
    }

    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "unit" => ViewSharing::Unit,
            "firm" => ViewSharing::Firm,
            _ => ViewSharing::Mine,
        }
    }
}

/// How a view shows its customers; the list takes these words, the server only keeps them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ViewLayout {
    /// Columns in order.
    pub columns: Vec<String>,
    /// `newest` or `name`.
    pub order: String,
    /// What the rows are grouped by; empty for no groups.
    pub group: String,
    /// Simple conditions beside the expression, as the list's own parameters; what was searched for is not among them.
    pub filters: BTreeMap<String, String>,
}

/// Somebody or something of the firm by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ViewOwner {
    /// The person.
    pub id: StaffId,
    /// The name.
    pub name: String,
}

/// A unit by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ViewUnit {
    /// The unit.
    pub id: UnitId,
    /// The name.
    pub name: String,
}

/// A saved view as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct View {
    /// Its id, as in the address.
    pub id: ViewId,
    /// Its title.
    pub title: String,
    /// The condition in the care language; empty for everybody.
    pub expression: String,
    /// Columns, order, group and filters.
    #[serde(flatten)]
    pub layout: ViewLayout,
    /// Who sees it.
    pub sharing: ViewSharing,
    /// Whether the reader pinned it.
    pub pinned: bool,
    /// Who made it.
    pub owner: ViewOwner,
    /// The unit it is shared with, when it is shared with one.
    pub unit: ViewUnit,
    /// Whether it is the reader's own.
    pub mine: bool,
    /// Grows with each change.
    pub version: i64,
}

/// A view as it is sent; what is left out stays as it is, or is empty in a new one.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct ViewBody {
    /// Its title, 1 to 60 characters.
    pub title: Option<String>,
    /// The condition in the care language.
    pub expression: Option<String>,
    /// Columns in order.
    pub columns: Option<Vec<String>>,
    /// `newest` or `name`.
    pub order: Option<String>,
    /// What the rows are grouped by.
    pub group: Option<String>,
    /// Simple conditions beside the expression. What is searched for (`q`) is not kept.
    pub filters: Option<BTreeMap<String, String>>,
    /// Who sees it.
    pub sharing: Option<ViewSharing>,
}

/// What a view holds, apart from whose it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    pub title: String,
    pub expression: String,
    pub layout: ViewLayout,
    pub sharing: ViewSharing,
}

impl Content {
    fn changed(self, body: ViewBody) -> Self {
        let mut layout = ViewLayout {
            columns: body.columns.unwrap_or(self.layout.columns),
            order: body.order.unwrap_or(self.layout.order),
            group: body.group.unwrap_or(self.layout.group),
            filters: body.filters.unwrap_or(self.layout.filters),
        };
        layout.filters.remove(SEARCH);
        Self {
            title: body.title.map_or(self.title, |title| title.trim().to_owned()),
            expression: body.expression.map_or(self.expression, |text| text.trim().to_owned()),
            layout,
            sharing: body.sharing.unwrap_or(self.sharing),
        }
    }

    async fn check(&self, app: &App, who: &Who) -> Result<(), SegmentError> {
        if self.title.is_empty() || self.title.chars().count() > TITLE_MAX {
            return Err(SegmentError::Invalid { field: "title", rule: "1..60" });
        }
        let ViewLayout { columns, order, group, filters } = &self.layout;
        let words = columns.iter().chain([order, group]).chain(filters.keys()).chain(filters.values());
        if columns.len() > COLUMNS_MAX || filters.len() > COLUMNS_MAX || words.into_iter().any(|w| w.len() > WORD_MAX) {
            return Err(SegmentError::Invalid { field: "columns", rule: "at most 40 words of 200 characters" });
        }
        if self.sharing == ViewSharing::Firm && !who.may(Permission::HandOutWork) {
            return Err(SegmentError::SharingNotPermitted);
        }
        if !self.expression.is_empty() {
            checked(app, &self.expression, who.language).await?;
        }
        Ok(())
    }
}

/// The views that a person sees: pinned ones first, then by title.
pub(super) async fn views(app: &App, who: &Who) -> Result<Vec<View>, SegmentError> {
    Ok(store::views(app.read(), who.id, who.unit_id, None).await?)
}

/// One view that the person sees.
pub(super) async fn one_view(app: &App, who: &Who, id: ViewId) -> Result<View, SegmentError> {
    let found = store::views(app.read(), who.id, who.unit_id, Some(id)).await?;
    found.into_iter().next().ok_or(SegmentError::ViewNotFound)
}

async fn own(app: &App, who: &Who, id: ViewId) -> Result<View, SegmentError> {
    let view = one_view(app, who, id).await?;
    if view.mine { Ok(view) } else { Err(SegmentError::ViewNotOwn) }
}

/// Keeps a new view.
pub(super) async fn keep_view(app: &App, tx: &Tx, who: &Who, body: ViewBody) -> Result<ViewId, SegmentError> {
    let content = Content::default().changed(body);
    content.check(app, who).await?;
    let id = ViewId(app.new_free_id());
    store::insert_view(&**tx, id, &content, who.id, who.unit_id, app.now()).await?;
    told(app, tx, who, id, "view_saved", &content).await?;
    Ok(id)
}

/// Changes a view of one's own.
pub(super) async fn change_view(
    app: &App,
    tx: &Tx,
    who: &Who,
    id: ViewId,
    version: i64,
    body: ViewBody,
) -> Result<(), SegmentError> {
    let view = own(app, who, id).await?;
    let before = Content { title: view.title, expression: view.expression, layout: view.layout, sharing: view.sharing };
    let was_shared = before.sharing != ViewSharing::Mine;
    let content = before.changed(body);
    content.check(app, who).await?;
    if store::update_view(&**tx, id, &content, who.id, version).await? == 0 {
        return Err(SegmentError::VersionStale);
    }
    told(app, tx, who, id, "view_changed", &content).await?;
    if was_shared && content.sharing == ViewSharing::Mine {
        tx.tell(news("removed", id, LiveScope::default()));
    }
    Ok(())
}

/// Takes a view of one's own out of everybody's sight. It stays with its pins until it may not be brought back any more.
pub(super) async fn remove_view(app: &App, tx: &Tx, who: &Who, id: ViewId) -> Result<(), SegmentError> {
    let view = own(app, who, id).await?;
    store::set_removed(&**tx, id, who.id, Some(app.now())).await?;
    let content = Content { title: view.title, sharing: view.sharing, ..Content::default() };
    told(app, tx, who, id, "view_removed", &content).await
}

/// Brings back a view of one's own that was removed a moment ago, as it was. Nothing happens to one that is there.
///
/// # Errors
/// `ViewNotFound` when it was removed too long ago, or never was; `ViewNotOwn` when it is there and somebody else's.
pub(super) async fn bring_back_view(app: &App, tx: &Tx, who: &Who, id: ViewId) -> Result<(), SegmentError> {
    let Some(removed) = store::removed_view(&**tx, id, who.id, still_back(app)).await? else {
        return own(app, who, id).await.map(drop);
    };
    store::set_removed(&**tx, id, who.id, None).await?;
    told(app, tx, who, id, "view_brought_back", &removed).await
}

/// When a view must have been removed, at the earliest, to be brought back now.
fn still_back(app: &App) -> Instant {
    app.now().plus_seconds(-BRING_BACK_SECONDS)
}

/// Deletes the views that may not be brought back any more; answers how many.
pub async fn forget_removed_views(app: &App) -> Result<u64, SegmentError> {
    let before = still_back(app);
    if !store::any_removed(app.read(), before).await? {
        return Ok(0);
    }
    let tx = app.begin().await?;
    let forgotten = store::delete_removed(&*tx, before).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// Takes what was searched for out of the views of an earlier version; answers of how many.
pub async fn forget_searches(app: &App) -> Result<u64, SegmentError> {
    let (mut cleaned, mut behind) = (0, ViewId(Uuid::nil()));
    loop {
        let found = store::layouts_with(app.read(), &format!("\"{SEARCH}\":"), behind, AT_ONCE).await?;
        let Some((last, _)) = found.last() else { return Ok(cleaned) };
        behind = *last;
        let tx = app.begin().await?;
        for (id, kept) in &found {
            let mut layout: ViewLayout = serde_json::from_str(kept).unwrap_or_default();
            if layout.filters.remove(SEARCH).is_some() {
                cleaned += store::replace_layout(&*tx, *id, kept, &layout).await?;
            }
        }
        tx.commit().await?;
    }
}

/// Whether a view stands at the top of a reader's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pin {
    On,
    Off,
}

/// Pins a view for oneself, or takes the pin off.
pub(super) async fn pin_view(app: &App, tx: &Tx, who: &Who, id: ViewId, pin: Pin) -> Result<(), SegmentError> {
    one_view(app, who, id).await?;
    store::pin_view(&**tx, id, who.id, pin, app.now()).await?;
    tx.tell_person(who.id, news("changed", id, LiveScope::default()));
    Ok(())
}

async fn told(
    app: &App,
    tx: &Tx,
    who: &Who,
    id: ViewId,
    kind: &'static str,
    content: &Content,
) -> Result<(), SegmentError> {
    // What is asked for may name somebody, and of a fact of the firm nothing is ever erased.
    let payload = json!({ "view": id, "title": content.title, "sharing": content.sharing });
    journal::append(app, tx, who.doer(), Fact::of_firm("segment", kind, payload)).await?;
    let kind = kind.trim_start_matches("view_");
    match content.sharing {
        ViewSharing::Mine => tx.tell_person(who.id, news(kind, id, LiveScope::default())),
        // Those below the unit hear it through the firm: a reader asks for the list again and sees what is shared.
        ViewSharing::Unit | ViewSharing::Firm => tx.tell(news(kind, id, LiveScope::default())),
    }
    Ok(())
}

fn news(kind: &str, id: ViewId, scope: LiveScope) -> LiveEvent {
    LiveEvent { seq: 0, room: "view", kind: kind.into(), id: Some(id.to_string()), customer_id: None, scope }
}
