//! How traces look on the wire.

use crate::customer::Named;
use crate::trace::list::Listed;
use crate::trace::page::{EvidenceLine, StepLine, TracePage, TurnLine};
use crate::trace::process::ProcessRow;
use serde::Serialize;
use tend_rules::base::*;
use tend_rules::trace::proof::StepAccount;
use tend_rules::trace::{Accept, Accepted, Step};
use utoipa::ToSchema;

/// A trace of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TraceShape {
    id: TraceId,
    customer: Named<CustomerId>,
    /// The customer's manager.
    owner: Option<Named<StaffId>>,
    agreement_id: Option<AgreementId>,
    /// What is sold.
    product: String,
    process: String,
    process_version: i32,
    /// In the reader's language.
    process_title: String,
    /// `open`, `sold`, `abandoned`.
    state: String,
    opened_by: Named<StaffId>,
    opened_at: Instant,
    closed_at: Option<Instant>,
    /// Required steps without evidence, as of the last change.
    gaps: i32,
    /// The earliest time limit of a gap.
    due_at: Option<Instant>,
    /// Whether that is over.
    overdue: bool,
}

impl From<Listed> for TraceShape {
    fn from(one: Listed) -> Self {
        Self {
            id: one.id,
            customer: one.customer,
            owner: one.owner,
            agreement_id: one.agreement,
            product: one.product,
            process: one.process.0,
            process_version: one.process.1,
            process_title: one.process_title,
            state: one.state,
            opened_by: one.opened_by,
            opened_at: one.opened_at,
            closed_at: one.closed_at,
            gaps: one.gaps,
            due_at: one.due_at,
            overdue: one.overdue,
        }
    }
}

/// The traces of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CustomerTracesShape {
    /// Newest first.
    traces: Vec<TraceShape>,
    /// What can be opened now.
    choices: Vec<ChoiceShape>,
}

/// A process that is for the customer.
#[derive(Debug, Serialize, ToSchema)]
struct ChoiceShape {
    process: String,
    title: String,
    /// The agreements about which it can be opened; empty where it is about none.
    agreement_ids: Vec<AgreementId>,
}

impl CustomerTracesShape {
    pub fn of(
        traces: Vec<TraceShape>,
        fitting: Vec<(ProcessRow, Vec<Option<AgreementId>>)>,
        language: Language,
    ) -> Self {
        let choice = |(row, agreements): (ProcessRow, Vec<Option<AgreementId>>)| ChoiceShape {
            process: row.process.key.clone(),
            title: row.process.title.of(language).to_owned(),
            agreement_ids: agreements.into_iter().flatten().collect(),
        };
        Self { traces, choices: fitting.into_iter().map(choice).collect() }
    }
}

/// A trace with everything that its page shows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TracePageShape {
    id: TraceId,
    customer: Named<CustomerId>,
    /// Number and product.
    agreement: Option<AgreementShape>,
    product: String,
    process: String,
    process_version: i32,
    process_title: String,
    /// The law that demands it.
    law: Option<String>,
    /// Whose form of remarks holds.
    business_type: String,
    /// `open`, `sold`, `abandoned`.
    state: String,
    opened_at: Instant,
    closed_at: Option<Instant>,
    /// How many steps are missing.
    gaps: usize,
    steps: Vec<StepShape>,
    /// Everything that was supplied, oldest first.
    evidence: Vec<EvidenceShape>,
    /// What was done with it, oldest first.
    turns: Vec<TurnShape>,
    /// The customer's last contacts, to point to.
    contacts: Vec<ContactShape>,
}

#[derive(Debug, Serialize, ToSchema)]
struct AgreementShape {
    id: AgreementId,
    number: String,
    product: String,
}

/// A step.
#[derive(Debug, Serialize, ToSchema)]
struct StepShape {
    key: String,
    title: String,
    /// What to do.
    help: Option<String>,
    /// Whether this sale needs it.
    needed: bool,
    /// `met`, `gap`, or `open` where it is neither shown nor needed.
    state: &'static str,
    /// Why it is not shown: a stable code.
    lack: Option<&'static str>,
    /// The same as a sentence.
    because: Option<String>,
    /// Until when it must happen.
    by: Option<Instant>,
    /// Whether that is over.
    overdue: bool,
    met_at: Option<Instant>,
    /// What it accepts; any one will do.
    accepts: Vec<AcceptShape>,
    /// Words that the remark must hold; alternatives with `|` between them.
    phrases: Vec<String>,
    /// The evidence in force.
    evidence: Vec<EvidenceId>,
}

/// Evidence that a step accepts.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AcceptShape {
    /// `contact`, `message`, `note`, `answer`, `file`, `recording`, `consent`, `delivery`, `decision`.
    kind: &'static str,
    /// Roles that may supply it; empty for everybody who runs traces.
    roles: Vec<&'static str>,
    /// To what it points where the process says so: a fact's key or a channel.
    refers_to: Option<String>,
    /// The shortest length of a recording.
    seconds_min: Option<u32>,
    /// Days after signing.
    days_max: Option<i32>,
    /// Types of file, channels or outcome codes; empty for any.
    any_of: Vec<String>,
}

impl From<&Accept> for AcceptShape {
    fn from(accept: &Accept) -> Self {
        let mut shape = Self {
            kind: accept.what.kind().word(),
            roles: accept.by.iter().map(|role| role.word()).collect(),
            refers_to: None,
            seconds_min: None,
            days_max: None,
            any_of: Vec::new(),
        };
        match &accept.what {
            Accepted::Contact { outcomes, channels } => {
                shape.any_of = outcomes.clone();
                shape.any_of.extend(channels.iter().map(|channel| channel.word().to_owned()));
            }
            Accepted::Message { channels } => {
                shape.any_of = channels.iter().map(|channel| channel.word().to_owned()).collect();
            }
            Accepted::Answer { fact } => shape.refers_to = Some(fact.clone()),
            Accepted::File { types } => shape.any_of = types.iter().map(|one| one.word().to_owned()).collect(),
            Accepted::Recording { seconds_min } => shape.seconds_min = Some(*seconds_min),
            Accepted::Consent { channel } => shape.refers_to = Some(channel.word().to_owned()),
            Accepted::Delivery { days_max } => shape.days_max = Some(*days_max),
            Accepted::Note | Accepted::Decision => {}
        }
        shape
    }
}

/// Evidence.
#[derive(Debug, Serialize, ToSchema)]
struct EvidenceShape {
    id: EvidenceId,
    step: String,
    kind: &'static str,
    /// The record to which it points.
    refers_to: String,
    happened_at: Instant,
    given_at: Instant,
    by: Named<StaffId>,
    /// In which role.
    role: &'static str,
    /// The earlier evidence that it corrects or takes back.
    corrects: Option<EvidenceId>,
    /// Later evidence that takes its place or takes it back.
    named_by: Option<EvidenceId>,
    file: Option<FileShape>,
    remark: String,
    /// SHA-256 of the record, as the journal keeps it.
    hash: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct FileShape {
    name: String,
    content_type: String,
    size: u64,
    sha256: String,
    /// How long it plays.
    seconds: Option<u32>,
}

impl From<EvidenceLine> for EvidenceShape {
    fn from(line: EvidenceLine) -> Self {
        let hash = line.record.hash().to_string();
        let record = line.record;
        let file = record.file.map(|file| FileShape {
            name: file.name,
            content_type: file.content_type,
            size: file.size,
            sha256: file.sha256.to_string(),
            seconds: file.seconds,
        });
        Self {
            id: record.id,
            step: record.step,
            kind: record.kind.word(),
            refers_to: record.refers_to,
            happened_at: record.happened_at,
            given_at: record.given_at,
            by: Named { id: record.by, name: line.by },
            role: record.role.word(),
            corrects: record.corrects,
            named_by: line.named_by,
            file,
            remark: record.remark,
            hash,
        }
    }
}

/// A turn.
#[derive(Debug, Serialize, ToSchema)]
struct TurnShape {
    /// `opened`, `sold`, `abandoned`, `reopened`.
    kind: String,
    at: Instant,
    by: Named<StaffId>,
    reason: String,
}

/// A contact to point to.
#[derive(Debug, Serialize, ToSchema)]
struct ContactShape {
    id: ContactId,
    at: Instant,
    channel: String,
    /// The outcome in the reader's language.
    title: String,
    code: String,
    staff_name: String,
}

impl TracePageShape {
    pub fn of(id: TraceId, page: TracePage, language: Language, now: Instant) -> Self {
        let process = page.process;
        let steps = process.steps.iter().zip(page.steps).map(|(step, line)| step_shape(step, line, language, now));
        let turn = |line: TurnLine| TurnShape {
            kind: line.record.kind,
            at: line.record.at,
            by: Named { id: line.record.by, name: line.by },
            reason: line.record.reason,
        };
        let contacts = page.contacts.into_iter().map(|said| ContactShape {
            id: said.id,
            at: said.at,
            channel: said.channel,
            title: said.title,
            code: said.code,
            staff_name: said.staff_name,
        });
        Self {
            id,
            customer: Named { id: page.customer.0, name: page.customer.1 },
            agreement: page.agreement.map(|(id, number, product)| AgreementShape { id, number, product }),
            product: page.product,
            process: process.key.clone(),
            process_version: process.version,
            process_title: process.title.of(language).to_owned(),
            law: process.law.as_ref().map(|law| law.of(language).to_owned()),
            business_type: process.business_type.clone(),
            state: page.state,
            opened_at: page.opened_at,
            closed_at: page.closed_at,
            gaps: page.gaps.len(),
            steps: steps.collect(),
            evidence: page.evidence.into_iter().map(EvidenceShape::from).collect(),
            turns: page.turns.into_iter().map(turn).collect(),
            contacts: contacts.collect(),
        }
    }
}

fn step_shape(step: &Step, line: StepLine, language: Language, now: Instant) -> StepShape {
    let stands = line.stands;
    let state = StepAccount::word(stands.state);
    StepShape {
        key: step.key.clone(),
        title: step.title.of(language).to_owned(),
        help: step.help.as_ref().map(|help| help.of(language).to_owned()),
        needed: stands.needed,
        state,
        lack: stands.lack.as_ref().map(tend_rules::trace::Lack::word),
        because: line.because,
        overdue: state == "gap" && stands.by.is_some_and(|by| by < now),
        by: stands.by,
        met_at: stands.met_at,
        accepts: step.accepts.iter().map(AcceptShape::from).collect(),
        phrases: step.phrases.iter().map(|phrase| phrase.words.of(language).to_owned()).collect(),
        evidence: stands.evidence,
    }
}
