//! A trace as the rules see it: the process it is pinned to, the customer's facts, and what each piece of evidence says
//! by its record now.

use super::store::{self, Sealed, TraceRow};
use super::{TraceError, process, say};
use crate::contact::{RecordedContact, recorded};
use crate::customer::{self, CareFile, care_files_of};
use crate::platform::{App, CustomerKey, LiveEvent, LiveScope, SealedPlace, Tx};
use crate::segment::{catalogue, columns_of};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use tend_planner::Columns;
use tend_rules::base::*;
use tend_rules::customer::{Agreement, Consent, Customer, read_fact};
use tend_rules::org::Scope;
use tend_rules::segment::{Facts, Subject};
use tend_rules::trace::{
    Case, EvidenceKind, EvidenceRecord, FileType, Found, Gap, Opened, Process, Standing, StepStanding, Supplied, gaps,
    standing,
};

/// What is known of one customer.
pub(super) struct Sheet {
    pub file: CareFile,
    columns: Columns,
}

impl Sheet {
    /// Reads a customer within a scope.
    pub async fn read(app: &App, scope: &Scope, customer: CustomerId) -> Result<Self, TraceError> {
        let file = care_files_of(app, scope, &[customer]).await?.pop();
        let file = file.ok_or(customer::CustomerError::NotFound)?;
        let columns = columns_of(app, scope, &[customer], &catalogue(app).await?, app.today()).await?;
        Ok(Self { file, columns })
    }

    /// The facts; none of a customer who vanished meanwhile.
    fn with_facts<T>(&self, ask: impl FnOnce(&dyn Facts) -> T) -> Option<T> {
        let row = self.columns.row_of(self.file.customer.id)?;
        Some(ask(&self.columns.facts(row)))
    }

    /// What a process may be about here: the customer, or each agreement.
    pub fn subjects_of(&self, process: &Process) -> Vec<(Option<AgreementId>, Subject)> {
        let Some(collection) = process.for_each else { return vec![(None, Subject::Customer)] };
        let Some(row) = self.columns.row_of(self.file.customer.id) else { return Vec::new() };
        let count = self.columns.facts(row).count(collection);
        let id = |item: usize| self.columns.item_id(collection, row, item as u32);
        (0..count).filter_map(|item| Some((Some(AgreementId(id(item)?)), Subject::Item(item)))).collect()
    }

    pub fn applies(&self, process: &Process, subject: Subject, today: Day) -> bool {
        self.with_facts(|facts| process.applies(facts, subject, today)).unwrap_or(false)
    }

    pub fn agreement(&self, id: AgreementId) -> Option<&Agreement> {
        self.file.agreements.iter().find(|agreement| agreement.id == id)
    }
}

/// Evidence as it was supplied, opened.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub record: EvidenceRecord,
    pub file_key_cell: Option<Vec<u8>>,
}

/// A trace with everything that belongs to it.
pub(super) struct Loaded {
    pub row: TraceRow,
    pub process: Arc<Process>,
    pub sheet: Sheet,
    pub key: CustomerKey,
    pub given: Vec<Given>,
    pub supplied: Vec<Supplied>,
    pub opened: Opened,
    subject: Subject,
    today: Day,
}

/// Reads a trace within a scope.
pub(super) async fn load(
    app: &App,
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: TraceId,
) -> Result<Loaded, TraceError> {
    let row = store::one(db, id).await?.ok_or(TraceError::NotFound)?;
    let whose = customer::whole_of(db, row.customer).await?;
    let sheet = Sheet::read(app, scope, whose).await.map_err(|error| match error {
        TraceError::Customer(customer::CustomerError::NotFound) => TraceError::NotFound,
        error => error,
    })?;
    let process = process::process(app, &row.process_key, Some(row.process_version)).await?;
    let subjects = sheet.subjects_of(&process);
    let subject = subjects.iter().find(|(agreement, _)| *agreement == row.agreement).map(|(_, subject)| *subject);
    // The agreement may be gone: its facts are missing then.
    let subject = subject.unwrap_or(match process.for_each {
        Some(_) => Subject::Item(usize::MAX),
        None => Subject::Customer,
    });
    let key = customer::key(app, db, row.customer).await?;
    let given = opened_records(&key, store::evidence(db, id).await?)?;
    let opened = Opened { at: row.opened_at, on: app.zone().day_of(row.opened_at) };
    // What a closed sale needed is what it needed when it was closed.
    let today = row.closed_at.map_or(app.today(), |at| app.zone().day_of(at));
    let records: Vec<&EvidenceRecord> = given.iter().map(|one| &one.record).collect();
    let supplied = supplied(app, db, &sheet, &row, &records).await?;
    Ok(Loaded { row, process, sheet, key, given, supplied, opened, subject, today })
}

fn opened_records(key: &CustomerKey, cells: Vec<Sealed>) -> Result<Vec<Given>, TraceError> {
    let open = |sealed: Sealed| {
        let text = key.open(SealedPlace::Evidence, sealed.id, &sealed.cell)?;
        let record = serde_json::from_str(&text).map_err(|_| TraceError::Damaged)?;
        Ok(Given { record, file_key_cell: sealed.file_key_cell })
    };
    cells.into_iter().map(open).collect()
}

impl Loaded {
    pub fn customer(&self) -> &Customer {
        &self.sheet.file.customer
    }

    fn ask<T>(&self, ask: impl FnOnce(&Case<'_>) -> T) -> Option<T> {
        self.sheet.with_facts(|facts| {
            ask(&Case {
                process: &self.process,
                facts,
                subject: self.subject,
                opened: self.opened,
                today: self.today,
                supplied: &self.supplied,
            })
        })
    }

    /// Every step in its order.
    pub fn standing(&self) -> Result<Vec<StepStanding>, TraceError> {
        self.ask(standing).ok_or(TraceError::NotFound)
    }

    /// What keeps the sale from being closed.
    pub fn gaps(&self) -> Result<Vec<Gap>, TraceError> {
        self.ask(gaps).ok_or(TraceError::NotFound)
    }

    /// Whether evidence is in force: nothing later names it, and it takes nothing back.
    pub fn in_force(&self, id: EvidenceId) -> Option<&Given> {
        let named = self.given.iter().any(|one| one.record.corrects == Some(id));
        let found = self.given.iter().find(|one| one.record.id == id)?;
        (!named && found.record.kind != EvidenceKind::Withdrawal).then_some(found)
    }

    /// Adds evidence in hand, before it is written.
    pub async fn add(
        &mut self,
        app: &App,
        db: &impl ConnectionTrait,
        record: EvidenceRecord,
    ) -> Result<(), TraceError> {
        self.supplied.extend(supplied(app, db, &self.sheet, &self.row, &[&record]).await?);
        self.given.push(Given { record, file_key_cell: None });
        Ok(())
    }

    /// Writes how many gaps there are now, tells the screens, and names the gaps.
    pub async fn recount(&self, tx: &Tx, kind: &str) -> Result<Vec<Gap>, TraceError> {
        let gaps = self.gaps()?;
        let due = gaps.iter().filter_map(|gap| gap.by).min();
        store::count_gaps(&**tx, self.row.id, gaps.len() as i32, due).await?;
        self.tell(tx, kind);
        Ok(gaps)
    }

    /// Tells the screens.
    pub fn tell(&self, tx: &Tx, kind: &str) {
        let customer = self.customer();
        tx.tell(LiveEvent {
            seq: 0,
            room: "trace",
            kind: kind.to_owned(),
            id: Some(self.row.id.to_string()),
            customer_id: Some(customer.id),
            scope: LiveScope { unit_id: Some(customer.unit_id), owner_id: customer.owner_id, former_owner_id: None },
        });
    }

    /// The gaps as an error with sentences in a language.
    pub fn refused(&self, gaps: Vec<Gap>, language: Language) -> TraceError {
        let shown = gaps.iter().map(|gap| say::gap(&self.process, gap, language)).collect();
        TraceError::Gaps { gaps, shown: Value::Array(shown) }
    }
}

/// What records say now, in the order of the evidence.
async fn supplied(
    app: &App,
    db: &impl ConnectionTrait,
    sheet: &Sheet,
    trace: &TraceRow,
    records: &[&EvidenceRecord],
) -> Result<Vec<Supplied>, TraceError> {
    let bucket = sheet.file.customer.id.bucket();
    let contacts = |kind| matches!(kind, EvidenceKind::Contact | EvidenceKind::Message);
    let ids = records.iter().filter(|one| contacts(one.kind)).filter_map(|one| one.refers_to.parse().ok());
    // A contact went over to the record on file, where the trace's own was merged since.
    let ids: Vec<ContactId> = ids.map(|id: ContactId| id.moved_to(bucket)).collect();
    let contacts: HashMap<ContactId, RecordedContact> = match ids.is_empty() {
        true => HashMap::new(),
        false => recorded(db, sheet.file.customer.id, &ids).await?.into_iter().map(|one| (one.id, one)).collect(),
    };
    let one = |record: &&EvidenceRecord| Supplied {
        id: record.id,
        step: record.step.clone(),
        kind: record.kind,
        happened_at: record.happened_at,
        role: record.role,
        corrects: record.corrects,
        found: found(app, sheet, trace, &contacts, record),
        remark: record.remark.clone(),
    };
    Ok(records.iter().map(one).collect())
}

fn found(
    app: &App,
    sheet: &Sheet,
    trace: &TraceRow,
    contacts: &HashMap<ContactId, RecordedContact>,
    record: &EvidenceRecord,
) -> Found {
    let customer = &sheet.file.customer;
    match record.kind {
        EvidenceKind::Note | EvidenceKind::Decision | EvidenceKind::Withdrawal => Found::Itself,
        EvidenceKind::Contact | EvidenceKind::Message => {
            let contact = record
                .refers_to
                .parse()
                .ok()
                .and_then(|id: ContactId| contacts.get(&id.moved_to(customer.id.bucket())));
            contact.map_or(Found::Nothing, |contact| Found::Contact {
                outcome: contact.code.clone(),
                reached: contact.reached,
                channel: contact.channel,
                standing: if contact.taken_back { Standing::TakenBack } else { Standing::Stands },
            })
        }
        EvidenceKind::Answer => {
            Found::Fact { key: record.refers_to.clone(), noted_on: noted_on(customer, &record.refers_to) }
        }
        EvidenceKind::File | EvidenceKind::Recording => record
            .file
            .as_ref()
            .filter(|_| super::file::is_kept(app, record.id))
            .and_then(|file| Some((FileType::from_content_type(&file.content_type)?, file.seconds)))
            .map_or(Found::Nothing, |(file_type, seconds)| Found::File { file_type, seconds }),
        EvidenceKind::Consent => Channel::from_word(&record.refers_to).map_or(Found::Nothing, |channel| {
            Found::Consent { channel, state: Consent::of(channel, customer.consented, customer.refused) }
        }),
        EvidenceKind::Delivery => {
            // Under a merged record the agreement was named by the id that it had: none but the trace's own was taken.
            let came = trace.customer != customer.id;
            let own = |id: &AgreementId| Some(*id) == trace.agreement || (came && id.bucket() == trace.id.bucket());
            let named = record.refers_to.parse().ok().filter(own).and(trace.agreement);
            named.and_then(|id| sheet.agreement(id)).map_or(Found::Nothing, |agreement| Found::Delivery {
                signed: agreement.signed,
                delivered: agreement.delivered,
            })
        }
    }
}

/// Since when a fact is known; none while it has no value.
fn noted_on(customer: &Customer, key: &str) -> Option<Day> {
    if let Some(entry) = customer.facts.get(key) {
        return (!entry.value.is_null()).then_some(entry.on);
    }
    let value = read_fact(customer, key).filter(|value| !value.is_null() && value != "");
    value.and_then(|_| customer.noted.get(key)).map(|noted| noted.on)
}
