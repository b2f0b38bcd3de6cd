//! One deed for many customers: looked at first, run in parts as a job, stopped half way, taken back. Each row remembers
//! what stood there before; what somebody else changed since is left alone and told. The scope is that of the person who
//! began it or takes it back, asked again for every part.

mod error_file;
mod examine;
pub(super) mod gather;
mod perform;
mod prepare;
mod revert;
mod run;
mod whom;

pub use error_file::error_file;
pub use examine::Preview;
pub use run::{BULK_QUEUE, do_bulk};
pub use whom::{BulkDeed, Whom};

use super::WorkError;
use super::store::bulk as store;
use crate::journal;
use crate::org::Who;
use crate::platform::{App, JobRequest, LiveEvent, LiveScope, Tx, enqueue};
use prepare::Prepared;
use serde_json::{Value, json};
use tend_rules::base::*;
use tend_rules::journal::Fact;
use tend_rules::org::Permission;

/// Customers who may be named one by one; more are meant by a condition.
const NAMED_MAX: usize = 20_000;

/// Where a bulk edit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkState {
    /// Written, not begun.
    Waiting,
    /// The customers are being gathered.
    Gathering,
    /// Under way.
    Running,
    /// To be stopped after the present part.
    Stopping,
    /// Stopped half way.
    Stopped,
    /// Through.
    Done,
    /// Given up with an error.
    Failed,
    /// Being taken back.
    Undoing,
    /// Taken back.
    Undone,
}

impl BulkState {
    const ALL: [BulkState; 9] = [
        BulkState::Waiting,
        BulkState::Gathering,
        BulkState::Running,
        BulkState::Stopping,
        BulkState::Stopped,
        BulkState::Done,
        BulkState::Failed,
        BulkState::Undoing,
        BulkState::Undone,
    ];

    /// The word in the database and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            BulkState::Waiting => "waiting",
            BulkState::Gathering => "gathering",
            BulkState::Running => "running",
            BulkState::Stopping => "stopping",
            BulkState::Stopped => "stopped",
            BulkState::Done => "done",
            BulkState::Failed => "failed",
            BulkState::Undoing => "undoing",
            BulkState::Undone => "undone",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether it can still be stopped.
    pub const fn may_stop(self) -> bool {
        matches!(self, BulkState::Waiting | BulkState::Gathering | BulkState::Running)
    }

    /// Whether it can be taken back.
    pub const fn may_undo(self) -> bool {
        matches!(self, BulkState::Done | BulkState::Stopped | BulkState::Failed)
    }
}

/// A bulk edit.
#[derive(Debug, Clone)]
pub struct BulkEdit {
    /// Its id.
    pub id: BulkEditId,
    /// What it is, in the words of the person who began it.
    pub title: String,
    /// Whom it is about.
    pub whom: Whom,
    /// What it does.
    pub deed: BulkDeed,
    /// Where it stands.
    pub state: BulkState,
    /// Who began it.
    pub by: StaffId,
    /// The unit of that person.
    pub unit: UnitId,
    /// Customers in all, once they are gathered.
    pub total: i64,
    /// Customers who were changed.
    pub changed: i64,
    /// Customers who stood so already.
    pub unchanged: i64,
    /// Customers who could not be changed.
    pub refused: i64,
    /// Changes taken back.
    pub undone: i64,
    /// Changes that stayed, because somebody else changed the customer since.
    pub kept: i64,
    /// The code of the error that ended it.
    pub failure: Option<String>,
    /// When it was begun.
    pub created_at: Instant,
    /// When it ended.
    pub finished_at: Option<Instant>,
    /// Grows with each step.
    pub version: i64,
}

impl BulkEdit {
    /// Customers dealt with so far.
    pub fn settled(&self) -> i64 {
        self.changed + self.unchanged + self.refused
    }

    /// Whether there is something to take back.
    pub fn may_undo(&self) -> bool {
        self.state.may_undo() && self.changed > 0
    }
}

/// What a bulk edit would do.
pub async fn preview(app: &App, who: &Who, whom: Whom, deed: BulkDeed) -> Result<Preview, WorkError> {
    let prepared = Prepared::of(app, who.clone(), deed).await?;
    let ids = gather::ids_of(app, who, &whom).await?;
    examine::preview(app, &prepared, ids).await
}

/// Begins a bulk edit: the job is written with it.
pub async fn begin(
    app: &App,
    tx: &Tx,
    who: &Who,
    title: &str,
    whom: Whom,
    deed: BulkDeed,
) -> Result<BulkEditId, WorkError> {
    if title.chars().count() > 100 {
        return Err(WorkError::Invalid { field: "title", rule: "at most 100 characters" });
    }
    let id = BulkEditId(app.new_free_id());
    let prepared = Prepared::of(app, who.clone(), deed).await?;
    gather::check(app, who, &whom).await?;
    let title = if title.trim().is_empty() { prepared.usual_title() } else { title.trim().to_owned() };
    let edit = BulkEdit {
        id,
        title,
        whom,
        deed: prepared.deed.clone(),
        state: BulkState::Waiting,
        by: who.id,
        unit: who.unit_id,
        total: 0,
        changed: 0,
        unchanged: 0,
        refused: 0,
        undone: 0,
        kept: 0,
        failure: None,
        created_at: app.now(),
        finished_at: None,
        version: 1,
    };
    store::insert(app, &**tx, &edit).await?;
    let payload = json!({ "bulk_edit": id, "title": edit.title, "whom": edit.whom.told(), "deed": edit.deed });
    journal::append(app, tx, who.doer(), Fact::of_firm("work", "bulk_edit_begun", payload)).await?;
    queue(app, tx, id, ("bulk_run", who.id), format!("bulk_run {id}")).await?;
    tell(tx, &edit, "begun");
    Ok(id)
}

/// A bulk edit that the person may see: one's own, or of the own part of the tree for those who lead.
pub async fn one(app: &App, who: &Who, id: BulkEditId) -> Result<BulkEdit, WorkError> {
    let found = store::one(app, app.read(), id).await?.ok_or(WorkError::BulkEditNotFound)?;
    let leads = who.may(Permission::HandOutWork);
    let seen = found.by == who.id || leads && crate::org::is_within(app.read(), found.unit, who.unit_id).await?;
    if seen { Ok(found) } else { Err(WorkError::BulkEditNotFound) }
}

/// A page of the bulk edits that the person may see, newest first.
pub async fn list(app: &App, who: &Who, before: Option<BulkEditId>, limit: i64) -> Result<Vec<BulkEdit>, WorkError> {
    let unit = who.may(Permission::HandOutWork).then_some(who.unit_id);
    Ok(store::page(app, app.read(), who.id, unit, before, limit).await?)
}

/// How many rows were refused, or stayed after an undo, by reason.
pub async fn reasons(app: &App, id: BulkEditId) -> Result<Vec<(String, i64)>, WorkError> {
    Ok(store::reasons(app.read(), id).await?)
}

/// Stops a bulk edit after its present part; what is done stays.
pub async fn stop(app: &App, tx: &Tx, who: &Who, id: BulkEditId) -> Result<(), WorkError> {
    let edit = one(app, who, id).await?;
    let from = [BulkState::Waiting, BulkState::Gathering, BulkState::Running];
    if store::turn(&**tx, id, &from, BulkState::Stopping, None).await? == 0 {
        return Err(WorkError::BulkEditState { state: edit.state });
    }
    let fact = Fact::of_firm("work", "bulk_edit_stopped", json!({ "bulk_edit": id }));
    journal::append(app, tx, who.doer(), fact).await?;
    tell(tx, &edit, "stopping");
    Ok(())
}

/// Begins to take a bulk edit back. Each attempt is a job of its own: one that failed does not stand in the way of the
/// next, and the turn of the state lets only one of two through.
pub async fn undo(app: &App, tx: &Tx, who: &Who, id: BulkEditId) -> Result<(), WorkError> {
    let edit = one(app, who, id).await?;
    if !edit.may_undo() {
        return Err(WorkError::BulkEditState { state: edit.state });
    }
    let from = [BulkState::Done, BulkState::Stopped, BulkState::Failed];
    if store::turn(&**tx, id, &from, BulkState::Undoing, None).await? == 0 {
        return Err(WorkError::BulkEditState { state: edit.state });
    }
    let fact = Fact::of_firm("work", "bulk_edit_undone", json!({ "bulk_edit": id }));
    journal::append(app, tx, who.doer(), fact).await?;
    queue(app, tx, id, ("bulk_undo", who.id), format!("bulk_undo {id} {}", app.new_free_id())).await?;
    tell(tx, &edit, "undoing");
    Ok(())
}

async fn queue(
    app: &App,
    tx: &Tx,
    id: BulkEditId,
    (kind, by): (&str, StaffId),
    dedup_key: String,
) -> Result<(), WorkError> {
    let payload = json!({ "bulk_edit": id, "by": by });
    Ok(enqueue(app, tx, JobRequest { queue: BULK_QUEUE, kind, dedup_key, payload }).await?)
}

/// Tells the person who began it.
fn tell(tx: &Tx, edit: &BulkEdit, kind: &str) {
    let id = Some(edit.id.to_string());
    let scope = LiveScope::default();
    tx.tell_person(edit.by, LiveEvent { seq: 0, room: "bulk_edit", kind: kind.into(), id, customer_id: None, scope });
}

fn read_id(payload: &Value) -> Result<BulkEditId, WorkError> {
    serde_json::from_value(payload["bulk_edit"].clone()).map_err(|_| WorkError::BulkEditNotFound)
}

/// For whom a job works: whoever asked for it. Jobs of earlier versions do not say.
fn read_by(payload: &Value) -> Option<StaffId> {
    serde_json::from_value(payload["by"].clone()).ok()
}
