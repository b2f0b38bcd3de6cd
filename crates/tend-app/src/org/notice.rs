//! Notices: what one person should know without looking for it. A room tells a notice in the transaction of its cause;
//! the text is written when it is read, in the reader's language. A notice never holds what a customer said.

use super::store::notice as store;
use super::{OrgError, Who, staff_names};
use crate::platform::{App, Claimed, LiveEvent, LiveScope, Tx, words};
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::{Value, json};
use tend_rules::base::{CustomerId, Instant, Language, NoticeId, StaffId};
use tend_rules::org::Role;
use utoipa::ToSchema;

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Somebody named the person in a note.
    Mention,
    /// A result was sent back.
    Returned,
    /// Work orders end today.
    DueSoon,
    /// A batch is in.
    ImportDone,
    /// A batch could not be brought in.
    ImportFailed,
    /// A bulk edit is through, stopped or taken back.
    BulkEditDone,
    /// A bulk edit failed.
    BulkEditFailed,
    /// A job was given up.
    JobFailed,
    /// Customers were handed over.
    HandedOver,
    /// Something waits for the person's word.
    Approval,
    /// Somebody signed in as the person from a new place.
    NewSignInPlace,
    /// The person has a new passkey.
    PasskeyAdded,
    /// A passkey was refused because there may be two of it.
    PasskeyCloned,
    /// The password was changed.
    PasswordChanged,
    /// A second factor was set, changed or taken away.
    FactorsChanged,
    /// An administrator came past single sign-on.
    GlassBroken,
    /// A recovery code was used.
    RecoveryUsed,
    /// An export can be fetched.
    ExportReady,
    /// An erasure takes one person again.
    ErasureByOne,
    /// A pack of rules was taken away.
    LawPackGone,
}

impl NoticeKind {
    /// The word in the database, on the wire and in the words.
    pub const fn word(self) -> &'static str {
        match self {
            NoticeKind::Mention => "mention",
            NoticeKind::Returned => "returned",
            NoticeKind::DueSoon => "due_soon",
            NoticeKind::ImportDone => "import_done",
            NoticeKind::ImportFailed => "import_failed",
            NoticeKind::BulkEditDone => "bulk_edit_done",
            NoticeKind::BulkEditFailed => "bulk_edit_failed",
            NoticeKind::JobFailed => "job_failed",
            NoticeKind::HandedOver => "handed_over",
            NoticeKind::Approval => "approval",
            NoticeKind::NewSignInPlace => "new_sign_in_place",
            NoticeKind::PasskeyAdded => "passkey_added",
            NoticeKind::PasskeyCloned => "passkey_cloned",
            NoticeKind::PasswordChanged => "password_changed",
            NoticeKind::FactorsChanged => "factors_changed",
            NoticeKind::GlassBroken => "glass_broken",
            NoticeKind::RecoveryUsed => "recovery_used",
            NoticeKind::ExportReady => "export_ready",
            NoticeKind::ErasureByOne => "erasure_by_one",
            NoticeKind::LawPackGone => "law_pack_gone",
        }
    }
}

/// A notice about to be told.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// To whom.
    pub to: StaffId,
    /// What it is about.
    pub kind: NoticeKind,
    /// What fills its text; `…_zh` and `…_en` stand for one word in the reader's language.
    pub params: Value,
    /// Where it leads: kind (`customer`, `touch`, `batch`, `bulk_edit`, `export`, `plan`, `my_day`, `security`) and id.
    pub link: Option<(&'static str, String)>,
    /// The customer concerned; goes when the customer is erased.
    pub customer: Option<CustomerId>,
    /// Who caused it.
    pub by: Option<StaffId>,
    /// Two notices with the same key are one; none for one of its own.
    pub once: Option<String>,
}

impl NewNotice {
    /// A notice to a person about the keys to their own account.
    pub(super) fn about_security(to: StaffId, kind: NoticeKind, params: Value) -> Self {
        let link = Some(("security", to.to_string()));
        Self { to, kind, params, link, customer: None, by: None, once: None }
    }
}

/// Tells notices in the caller's transaction. What was told before under the same key stays as it is.
pub async fn notify(app: &App, tx: &Tx, notices: Vec<NewNotice>) -> Result<(), DbErr> {
    for new in notices {
        let id = NoticeId(app.new_free_id());
        if store::insert(&**tx, id, &new, app.now()).await? > 0 {
            tell(tx, new.to, "new", Some(id));
        }
    }
    Ok(())
}

/// Takes a notice back whose cause is gone; nothing happens if it was never told.
pub async fn take_notice_back(tx: &Tx, to: StaffId, once: &str) -> Result<(), DbErr> {
    if store::forget_once(&**tx, to, once).await? > 0 {
        tell(tx, to, "gone", None);
    }
    Ok(())
}

/// Tells the administrators that a job was given up after its last try.
pub async fn tell_job_failed(app: &App, job: &Claimed, why: &str) -> Result<(), DbErr> {
    tell_failed(app, &job.kind, why, format!("job_failed {}", job.id)).await
}

/// Tells the administrators of something that a person must look at; what has been told `once` is not told again.
pub async fn tell_failed(app: &App, kind: &str, why: &str, once: String) -> Result<(), DbErr> {
    let tx = app.begin().await?;
    let people = store::of_role(&*tx, Role::Admin).await?;
    let to_each = people.into_iter().map(|to| NewNotice {
        to,
        kind: NoticeKind::JobFailed,
        params: json!({ "kind": kind, "error": why }),
        link: None,
        customer: None,
        by: None,
        once: Some(format!("{once} {to}")),
    });
    notify(app, &tx, to_each.collect()).await?;
    tx.commit().await
}

/// Forgets the notices about a customer who was erased.
pub async fn forget_notices_about(tx: &Tx, customers: &[CustomerId]) -> Result<(), DbErr> {
    store::forget_about(&**tx, customers).await
}

/// A notice as its reader sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// `mention`, `returned`, `due_soon`, `import_done`, `import_failed`, `bulk_edit_done`, `bulk_edit_failed`,
    /// `job_failed`, `handed_over`, `approval`, `new_sign_in_place`, `passkey_added`, `passkey_cloned`,
    /// `password_changed`, `factors_changed`, `glass_broken`, `recovery_used`, `export_ready`, `erasure_by_one`
    /// or `law_pack_gone`.
    pub kind: String,
    /// One line in the reader's language.
    pub title: String,
    /// One line more.
    pub detail: String,
    /// Where it leads.
    pub link: Option<NoticeLink>,
    /// Who caused it.
    pub by: Option<NoticeBy>,
    /// When.
    pub at: Instant,
    /// When it was read.
    pub read_at: Option<Instant>,
}

/// Where a notice leads.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeLink {
    /// `customer`, `touch`, `batch`, `bulk_edit`, `export`, `plan`, `my_day` or `security`.
    pub kind: String,
    /// The id of the thing.
    pub id: String,
    /// Its customer.
    pub customer_id: Option<CustomerId>,
}

/// Who caused a notice.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeBy {
    /// The person.
    pub id: StaffId,
    /// The name.
    pub name: String,
}

/// Which notices are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All.
    All,
    /// Those not read yet.
    Unread,
}

/// A page of a person's notices, newest first.
pub(super) async fn notices(
    app: &App,
    who: &Who,
    wanted: Wanted,
    before: Option<NoticeId>,
    limit: i64,
) -> Result<Vec<Notice>, OrgError> {
    let rows = store::page(app.read(), who.id, wanted, before, limit).await?;
    let names = staff_names(app.read()).await?;
    let shape = |row: store::NoticeRow| {
        let params = in_language(row.params, who.language);
        let said = |part: &str| words(who.language).fill(&format!("notice_{}.{part}", row.kind), &params);
        Notice {
            title: said("title"),
            detail: said("detail"),
            link: (!row.link_kind.is_empty()).then(|| NoticeLink {
                kind: row.link_kind.clone(),
                id: row.link_id.clone(),
                customer_id: row.customer,
            }),
            by: row.by.map(|id| NoticeBy { id, name: names.get(&id).cloned().unwrap_or_default() }),
            at: row.at,
            read_at: row.read_at,
            id: row.id,
            kind: row.kind,
        }
    };
    Ok(rows.into_iter().map(shape).collect())
}

/// `title_zh` and `title_en` become `title`.
fn in_language(params: Value, language: Language) -> Value {
    let (own, other) = match language {
        Language::Zh => ("_zh", "_en"),
        Language::En => ("_en", "_zh"),
    };
    let Value::Object(fields) = params else { return json!({}) };
    let kept = fields.into_iter().filter(|(key, _)| !key.ends_with(other));
    Value::Object(kept.map(|(key, value)| (key.trim_end_matches(own).to_owned(), value)).collect())
}

/// How many notices a person has not read.
pub(super) async fn unread(app: &App, who: &Who) -> Result<i64, OrgError> {
    Ok(store::unread(app.read(), who.id).await?)
}

/// Whether a notice counts as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It was read.
    Read,
    /// It is to be read again.
    Unread,
}

/// Marks one notice of a person, or all of them; every screen of the person hears it.
pub(super) async fn mark(app: &App, tx: &Tx, who: &Who, id: Option<NoticeId>, mark: Mark) -> Result<(), OrgError> {
    let read_at = (mark == Mark::Read).then(|| app.now());
    let marked = store::mark(&**tx, who.id, id, read_at).await?;
    if marked == 0 && id.is_some() && !store::is_of(&**tx, who.id, id).await? {
        return Err(OrgError::NoticeNotFound);
    }
    if marked > 0 {
        tell(tx, who.id, "read", id);
    }
    Ok(())
}

fn tell(tx: &Tx, to: StaffId, kind: &str, id: Option<NoticeId>) {
    let id = id.map(|id| id.to_string());
    let scope = LiveScope::default();
    tx.tell_person(to, LiveEvent { seq: 0, room: "notice", kind: kind.into(), id, customer_id: None, scope });
}
