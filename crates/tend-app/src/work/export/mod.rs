//! Files of many customers that leave the firm: asked for with a reason, agreed to by a second person where the rules of
//! `tend_rules::work` object, made once in the scope of the person who asked, fetched by that person only, and gone after
//! a week. Every step is a fact of the journal, and each customer's story tells of it.

mod cells;
mod decide;
mod fetch;
mod file;
mod run;
mod statement;

pub use decide::{agree, refuse, withdraw};
pub use fetch::{fetch, find_marked};
pub use run::{EXPORT_QUEUE, do_export, expire_exports};
pub use statement::{Naming, take_statement};

use super::WorkError;
use super::bulk::{Whom, gather};
use super::store::export as store;
use crate::journal;
use crate::org::{self, NewNotice, NoticeKind, Who};
use crate::platform::{App, JobRequest, LiveEvent, LiveScope, SealedPlace, Tx, enqueue, random, sql};
use serde_json::json;
use std::collections::HashSet;
use tend_rules::base::*;
use tend_rules::journal::Fact;
use tend_rules::org::{Permission, Scope};
use tend_rules::work::{ExportColumn, MARK_MAX, Objection, objections, weight_of};

/// Records of one export at most.
pub const ROWS_MAX: usize = 200_000;
/// Rows that one person may take out alone at once, unless the setting `export_rows_alone` says otherwise.
const ROWS_ALONE: i64 = 100;
/// The longest footer of a sheet, in the units of UTF-16 (Excel's own limit).
const FOOTER_MAX: usize = 255;
/// How long an export waits, and its file is kept.
const KEPT_DAYS: i64 = 7;

/// Where an export stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportState {
    /// A second person must agree.
    Waiting,
    /// Agreed to, or nobody had to; the file is being made.
    Agreed,
    /// The file can be fetched.
    Ready,
    /// The second person did not agree.
    Refused,
    /// The person who asked thought better of it.
    Withdrawn,
    /// The file could not be made.
    Failed,
    /// Its time is over; the file is gone.
    Expired,
}

impl ExportState {
    const ALL: [ExportState; 7] = [
        ExportState::Waiting,
        ExportState::Agreed,
        ExportState::Ready,
        ExportState::Refused,
        ExportState::Withdrawn,
        ExportState::Failed,
        ExportState::Expired,
    ];

    /// The word in the database and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            ExportState::Waiting => "waiting",
            ExportState::Agreed => "agreed",
            ExportState::Ready => "ready",
            ExportState::Refused => "refused",
            ExportState::Withdrawn => "withdrawn",
            ExportState::Failed => "failed",
            ExportState::Expired => "expired",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// An export.
#[derive(Debug, Clone)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// The number in its watermark.
    pub mark: u64,
    /// Whom it was asked for.
    pub whom: Whom,
    /// Its columns, in order.
    pub columns: Vec<ExportColumn>,
    /// `csv` or `xlsx`.
    pub format: String,
    /// What it is for.
    pub reason: String,
    /// Why a second person had to agree; none if nobody had to.
    pub objections: Vec<String>,
    /// Where it stands.
    pub state: ExportState,
    /// Who asked.
    pub by: StaffId,
    /// The unit of that person.
    pub unit: UnitId,
    /// Customers whom it is about.
    pub total: i64,
    /// Customers in the file: those of them whom the person could still see.
    pub written: i64,
    /// Size of the file.
    pub file_bytes: i64,
    /// SHA-256 of the file, in hexadecimal digits.
    pub file_sha256: String,
    /// How often it was fetched.
    pub fetched: i64,
    /// Who decided.
    pub decided_by: Option<StaffId>,
    /// What was said with the decision.
    pub decided_reason: String,
    /// When.
    pub decided_at: Option<Instant>,
    /// The code of the error that ended it.
    pub failure: Option<String>,
    /// When it was asked for.
    pub created_at: Instant,
    /// When it is over.
    pub expires_at: Instant,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ExportAsk {
    /// Whom it is about.
    pub whom: Whom,
    /// The words of the columns.
    pub columns: Vec<String>,
    /// `csv` or `xlsx`.
    pub format: String,
    /// What it is for.
    pub reason: String,
}

/// What is asked for, looked at, and the customers whom it is about.
#[derive(Debug)]
pub struct Wanted {
    whom: Whom,
    columns: Vec<ExportColumn>,
    format: String,
    reason: String,
    customers: Vec<CustomerId>,
}

/// What an export would be.
#[derive(Debug)]
pub struct Outlook {
    /// Customers in all.
    pub count: usize,
    /// Why a second person must agree; none if nobody must.
    pub objections: Vec<Objection>,
    /// Records of this weight that the person may still take out alone today.
    pub left_today: i64,
}

/// What an export would be; changes nothing.
pub async fn outlook(app: &App, who: &Who, whom: &Whom, columns: &[String]) -> Result<Outlook, WorkError> {
    let columns = columns_of(who, columns)?;
    let count = customers_of(app, who, whom).await?.len();
    let weight = weight_of(&columns);
    let today = store::taken(app.read(), who.id, app.today(), weight).await?;
    let objections = objections(&columns, count as i64, today, rows_alone(app).await?);
    Ok(Outlook { count, objections, left_today: (weight.rows_a_day() - today).max(0) })
}

/// Looks at what is asked for and gathers the customers, of whom there may be many: before the transaction that asks.
pub async fn wanted(app: &App, who: &Who, ask: ExportAsk) -> Result<Wanted, WorkError> {
    let columns = columns_of(who, &ask.columns)?;
    let reason = ask.reason.trim().to_owned();
    if !(2..=500).contains(&reason.chars().count()) {
        return Err(WorkError::Invalid { field: "reason", rule: "2 to 500 characters" });
    }
    if !["csv", "xlsx"].contains(&ask.format.as_str()) {
        return Err(WorkError::Invalid { field: "format", rule: "csv or xlsx" });
    }
    let customers = customers_of(app, who, &ask.whom).await?;
    Ok(Wanted { whom: ask.whom, columns, format: ask.format, reason, customers })
}

/// Asks for an export: made at once where nobody else must agree, else it waits for a second person.
pub async fn ask(app: &App, tx: &Tx, who: &Who, wanted: Wanted) -> Result<ExportId, WorkError> {
    let Wanted { whom, columns, format, reason, customers } = wanted;
    let objections = count_in(app, tx, who, &columns, customers.len() as i64).await?;
    let state = if objections.is_empty() { ExportState::Agreed } else { ExportState::Waiting };
    let now = app.now();
    let export = Export {
        id: ExportId(app.new_free_id()),
        mark: u64::from_be_bytes(random::<8>()) & MARK_MAX,
        whom,
        columns,
        format,
        reason,
        objections: objections.iter().map(|one| one.word().to_owned()).collect(),
        state,
        by: who.id,
        unit: who.unit_id,
        total: customers.len() as i64,
        written: 0,
        file_bytes: 0,
        file_sha256: String::new(),
        fetched: 0,
        decided_by: None,
        decided_reason: String::new(),
        decided_at: None,
        failure: None,
        created_at: now,
        expires_at: now.plus_seconds(KEPT_DAYS * 86_400),
    };
    store::insert(app, &**tx, &export).await?;
    store::insert_rows(&**tx, export.id, &customers).await?;
    let columns: Vec<&str> = export.columns.iter().map(|column| column.word()).collect();
    let reason = app.keys().seal_typed(SealedPlace::ExportReason, export.id.0, &export.reason);
    let told = json!({ "export": export.id, "columns": columns, "customers": export.total, "reason": reason,
        "objections": export.objections });
    journal::append(app, tx, who.doer(), Fact::of_firm("work", "export_asked", told)).await?;
    match state {
        ExportState::Agreed => queue(app, tx, export.id).await?,
        _ => ask_for_consent(app, tx, who, &export).await?,
    }
    tell(tx, &export, "asked");
    Ok(export.id)
}

/// Counts the records as taken out alone, unless something speaks against it: then says what.
async fn count_in(
    app: &App,
    tx: &Tx,
    who: &Who,
    columns: &[ExportColumn],
    rows: i64,
) -> Result<Vec<Objection>, WorkError> {
    let (weight, today) = (weight_of(columns), app.today());
    let taken = store::taken(&**tx, who.id, today, weight).await?;
    let found = objections(columns, rows, taken, rows_alone(app).await?);
    if !found.is_empty() {
        return Ok(found);
    }
    // Two calls at once may both have read the same tally: the update decides.
    let counted = store::take(&**tx, who.id, today, weight, rows).await?;
    Ok(if counted == 0 { vec![Objection::DayFull] } else { Vec::new() })
}

/// An export that the person may see: one's own, or of the own part of the firm for those who may agree.
pub async fn one(app: &App, who: &Who, id: ExportId) -> Result<Export, WorkError> {
    let found = store::one(app, app.read(), id).await?.ok_or(WorkError::ExportNotFound)?;
    let agrees = who.may(Permission::ApproveExports);
    let seen = found.by == who.id || agrees && org::is_within(app.read(), found.unit, who.unit_id).await?;
    if seen { Ok(found) } else { Err(WorkError::ExportNotFound) }
}

/// A page of the exports that the person may see, newest first.
pub async fn list(app: &App, who: &Who, before: Option<ExportId>, limit: i64) -> Result<Vec<Export>, WorkError> {
    let unit = who.may(Permission::ApproveExports).then_some(who.unit_id);
    Ok(store::page(app, app.read(), who.id, unit, before, limit).await?)
}

fn columns_of(who: &Who, words: &[String]) -> Result<Vec<ExportColumn>, WorkError> {
    let invalid = WorkError::Invalid { field: "columns", rule: "one to all columns of an export, each once" };
    let mut columns = Vec::with_capacity(words.len());
    for word in words {
        match ExportColumn::from_word(word) {
            Some(column) if !columns.contains(&column) => columns.push(column),
            _ => return Err(invalid),
        }
    }
    if columns.is_empty() {
        return Err(invalid);
    }
    if columns.iter().any(|column| column.is_clear()) && !who.may(Permission::UnmaskFields) {
        return Err(org::OrgError::NotPermitted { permission: Permission::UnmaskFields.word() }.into());
    }
    Ok(columns)
}

async fn customers_of(app: &App, who: &Who, whom: &Whom) -> Result<Vec<CustomerId>, WorkError> {
    gather::check(app, who, whom).await?;
    let mut customers = gather::ids_of(app, who, whom).await?;
    if whom.ids.is_some() {
        // Whoever is named but not the reader's is not there, as anywhere else.
        let mut seen = HashSet::with_capacity(customers.len());
        for piece in customers.chunks(2_000) {
            seen.extend(crate::customer::heads(app, &who.scope(), piece).await?.into_keys());
        }
        customers.retain(|id| seen.contains(id));
    }
    match customers.len() {
        0 => Err(WorkError::NobodyMeant),
        1..=ROWS_MAX => Ok(customers),
        _ => Err(WorkError::Invalid { field: "who", rule: "at most 200,000 customers at once" }),
    }
}

async fn rows_alone(app: &App) -> Result<i64, WorkError> {
    let set = sql("SELECT value FROM setting WHERE key = 'export_rows_alone'")
        .one(app.read(), |row| row.get::<String>("value"))
        .await?;
    Ok(set.and_then(|text| text.parse().ok()).unwrap_or(ROWS_ALONE))
}

/// Tells those who may agree: whoever may, above the person who asks, and is somebody else.
async fn ask_for_consent(app: &App, tx: &Tx, who: &Who, export: &Export) -> Result<(), WorkError> {
    let mut notices = Vec::new();
    for person in org::every_staff(app, &Scope::Firm).await? {
        let works_here = person.left_on.is_none() && person.id != who.id;
        let may = works_here && person.role.may(Permission::ApproveExports);
        if !may || !org::is_within(app.read(), export.unit, person.unit_id).await? {
            continue;
        }
        notices.push(NewNotice {
            to: person.id,
            kind: NoticeKind::Approval,
            params: json!({ "title_zh": format!("导出 {} 位客户", export.total),
                "title_en": format!("an export of {} customers", export.total), "by": who.name }),
            link: Some(("export", export.id.to_string())),
            customer: None,
            by: Some(who.id),
            once: Some(format!("export {} {}", export.id, person.id)),
        });
    }
    Ok(org::notify(app, tx, notices).await?)
}

async fn queue(app: &App, tx: &Tx, id: ExportId) -> Result<(), WorkError> {
    let payload = json!({ "export": id });
    let job = JobRequest { queue: EXPORT_QUEUE, kind: "export", dedup_key: format!("export {id}"), payload };
    Ok(enqueue(app, tx, job).await?)
}

/// Tells the open screens of the person who asked and of those who decide.
fn tell(tx: &Tx, export: &Export, kind: &str) {
    let event = || LiveEvent {
        seq: 0,
        room: "export",
        kind: kind.to_owned(),
        id: Some(export.id.to_string()),
        customer_id: None,
        scope: LiveScope { unit_id: Some(export.unit), owner_id: Some(export.by), former_owner_id: None },
    };
    tx.tell(event());
    tx.tell_person(export.by, event());
}

/// The line that says whose a file is: the firm, the person, the minute, and what it is.
pub fn whose(app: &App, who: &Who, what: &str) -> String {
    let (day, minute) = (app.zone().day_of(app.now()), app.zone().minute_of(app.now()));
    let moment = format!("{day} {:02}:{:02}", minute / 60, minute % 60);
    format!("{} · {} ({}) · {moment} · {what}", app.config().firm, who.name, who.login)
}

/// The same line as the left part of a sheet's footer, where `&` begins a code and stands for itself when it is written
/// twice. What Excel does not take of it any more is cut off.
pub fn footer(whose: &str) -> String {
    let (mut footer, mut units) = (String::from("&L"), 2);
    for letter in whose.chars() {
        let text = if letter == '&' { "&&".to_owned() } else { letter.to_string() };
        units += text.encode_utf16().count();
        if units > FOOTER_MAX {
            break;
        }
        footer.push_str(&text);
    }
    footer
}

/// The place of a sealed file in the data folder.
fn path_of(app: &App, id: ExportId) -> std::path::PathBuf {
    app.config().data.join("exports").join(id.to_string())
}

/// The place in the database to which a sealed file is bound.
const SEALED: SealedPlace = SealedPlace::ExportFile;
