//! An outcome: the contact is kept, the work order moves, the file learns, and for ten seconds all of it can be undone.

use super::remark::check_remark_of;
use super::store::NewContact;
use super::{ContactError, codes, store};
use crate::customer::{self, FactChange};
use crate::journal;
use crate::org::{OrgError, Who};
use crate::plan;
use crate::platform::{App, SealedPlace, Tx};
use crate::work::{self, Attention, ContactWish, Settled, Settlement, Touch, WorkError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tend_rules::base::*;
use tend_rules::contact::{Consequence, Fate, Known, NextStep, OutcomeCode, Reached, Situation, may_take_back, weigh};
use tend_rules::journal::Fact;
use tend_rules::org::{Permission, Scope};

/// What a person says happened.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The code.
    pub code: String,
    /// A note, sealed with the customer's key.
    pub note: String,
    /// When to go on.
    pub next: NextStep,
    /// Answers to the script's questions: fact to value.
    pub facts: Map<String, Value>,
    /// The version of the work order that the person saw, where it says.
    pub version: Option<i64>,
    /// When it happened, where it is told later, as by a desk that had no line.
    pub happened_at: Option<Instant>,
}

impl Outcome {
    /// When it happened. A clock that goes ahead counts as now; what is older than [`LATE_HOURS_MAX`] is no outcome to
    /// be recorded but one to be written as a note.
    fn moment(&self, app: &App) -> Result<Instant, WorkError> {
        let now = app.now();
        let at = self.happened_at.unwrap_or(now).min(now);
        if at.plus_seconds(LATE_HOURS_MAX * 3600) < now {
            return Err(WorkError::Invalid { field: "happened_at", rule: "within the last 72 hours" });
        }
        Ok(at)
    }
}

/// How long after the contact its outcome may be told.
const LATE_HOURS_MAX: i64 = 72;

/// What came of it.
#[derive(Debug)]
pub struct Recorded {
    /// The contact.
    pub id: ContactId,
    /// The work order as it stands now.
    pub touch: Touch,
    /// The next work order of the matter, if one was made.
    pub follow_up: Option<TouchId>,
}

/// What the undo needs.
#[derive(Debug, Serialize, Deserialize)]
struct Before {
    touch: Settled,
    last_contact: Option<Day>,
    /// The day of contact that the outcome set; none where nobody was reached.
    #[serde(default)]
    reached_on: Option<Day>,
    follow_up: Option<TouchId>,
}

/// Records an outcome of a work order on the own list.
pub async fn record(app: &App, tx: &Tx, who: &Who, id: TouchId, outcome: Outcome) -> Result<Recorded, ContactError> {
    let touch = own(work::one_for_change(tx, &who.scope(), id).await?, who)?;
    if outcome.version.is_some_and(|seen| seen != touch.version) {
        return Err(WorkError::ChangedMeanwhile.into());
    }
    may_tell(app, who, &touch, &outcome.facts).await?;
    let (at, is_late) = (outcome.moment(app)?, outcome.happened_at.is_some());
    let codes = codes::codes_of(&**tx, &touch.business_type).await?;
    let code = codes.into_iter().find(|code| code.code == outcome.code);
    let code = code.ok_or(ContactError::CodeUnknown { code: outcome.code })?;
    let today = app.zone().day_of(at);
    let situation = Situation { today, minute: app.zone().minute_of(at), not_after: touch.not_after };
    let note = outcome.note.trim();
    let consequence = weigh(&code, note, outcome.next, situation).map_err(ContactError::Unfit)?;
    let known = Known { today, channel: Some(touch.channel), next: outcome.next.day };
    check_remark_of(&**tx, &touch.business_type, note, known).await?;

    if consequence.follow_up.is_some() || matches!(consequence.fate, Fate::Again { .. }) {
        // What happened is kept whatever was refused since; a next step is a contact that is yet to come.
        work::may_contact(app, tx, &touch).await?;
        if let (Some(day), Some(minute)) = (outcome.next.day, outcome.next.minute) {
            let at = app.zone().instant_at(day, minute);
            work::within_hours(app, tx, &touch, at, ContactWish::Firm).await?;
        }
    }
    let quiet = matches!(work::hours_of(app, tx, &touch, at).await?, Some((_, false)));
    let settled = work::settle(app, tx, &touch, &code.code, settlement(app, consequence.fate)).await?;
    let follow_up = match consequence.follow_up {
        Some((day, minute)) => work::follow_up(app, tx, who.doer(), &touch, day, minute).await?,
        None => None,
    };
    if let Some(day) = outcome.next.day
        && consequence.follow_up.is_some()
        && follow_up.is_none()
        && !work::stands_open(tx, &touch, day).await?
    {
        return Err(ContactError::NextTaken);
    }
    let reached_on = (code.reached == Reached::Yes).then_some(today);
    if let Some(day) = reached_on {
        customer::note_contact(tx, touch.customer.id, day).await?;
    }
    if !outcome.facts.is_empty() {
        // The work order on the own list is the proof of scope: its customer may belong to somebody else.
        let change = FactChange { customer: touch.customer.id, version: None, source: "call", facts: &outcome.facts };
        customer::change_facts(app, tx, who.doer(), &Scope::Firm, change).await?;
    }
    let contact = ContactId(app.new_id(id.bucket()));
    let before = Before { touch: settled, last_contact: touch.customer.last_contact, reached_on, follow_up };
    keep(app, tx, who, &touch, &code, Kept { contact, at, is_late, note, consequence, before, quiet }).await?;
    let touch = work::in_hand(tx, &who.scope(), id).await?;
    Ok(Recorded { id: contact, touch, follow_up })
}

/// Whoever does work writes down what its script asks; anything else about a customer needs the right to change the file.
async fn may_tell(app: &App, who: &Who, touch: &Touch, facts: &Map<String, Value>) -> Result<(), ContactError> {
    if facts.is_empty() || who.may(Permission::EditCustomers) {
        return Ok(());
    }
    let script = plan::script(app, &touch.script_key).await.map_err(WorkError::from)?;
    let questions = script.map(|script| script.questions).unwrap_or_default();
    let is_asked = |fact: &String| questions.iter().any(|question| question.fact.as_ref() == Some(fact));
    if facts.keys().all(is_asked) {
        return Ok(());
    }
    Err(WorkError::from(OrgError::NotPermitted { permission: Permission::EditCustomers.word() }).into())
}

/// An outcome is recorded by the person on whose list the work order is; a lead takes it over first.
fn own(touch: Touch, who: &Who) -> Result<Touch, WorkError> {
    match touch.owner_id {
        Some(owner) if owner != who.id => Err(WorkError::Taken { owner: touch.owner_name.unwrap_or_default() }),
        _ => Ok(touch),
    }
}

fn settlement(app: &App, fate: Fate) -> Settlement {
    match fate {
        Fate::Done => Settlement::Done,
        Fate::Failed => Settlement::Failed,
        Fate::Again { day, minute } => Settlement::Again { until: app.zone().instant_at(day, minute) },
    }
}

struct Kept<'a> {
    contact: ContactId,
    /// When it happened.
    at: Instant,
    /// Told later than it happened.
    is_late: bool,
    note: &'a str,
    consequence: Consequence,
    before: Before,
    /// Outside the hours of such calls.
    quiet: bool,
}

/// Writes the contact and its fact.
async fn keep(
    app: &App,
    tx: &Tx,
    who: &Who,
    touch: &Touch,
    code: &OutcomeCode,
    kept: Kept<'_>,
) -> Result<(), ContactError> {
    let customer = touch.customer.id;
    let key = match kept.note {
        "" => None,
        _ => Some(customer::key(app, &**tx, customer).await?),
    };
    let next_day = match kept.consequence.fate {
        Fate::Again { day, .. } => Some(day),
        Fate::Done | Fate::Failed => kept.consequence.follow_up.map(|(day, _)| day),
    };
    let new = NewContact {
        id: kept.contact,
        customer,
        touch: touch.id,
        staff: who.id,
        channel: touch.channel,
        day: app.zone().day_of(kept.at),
        at: kept.at,
        code,
        note_cell: key.as_ref().map(|key| key.seal(SealedPlace::ContactNote, kept.contact.0, kept.note)),
        next_day,
        attention: match touch.attention {
            Attention::Counts => "counts",
            Attention::Free => "free",
        },
        undo: serde_json::to_string(&kept.before).unwrap_or_default(),
    };
    store::insert(&**tx, new).await?;
    let note = key.map(|key| customer::sealed(&key, customer, kept.note));
    // The contact before is told too, so that an earlier day can be rebuilt.
    let mut payload = json!({
        "last_contact": kept.before.last_contact,
        "contact": kept.contact, "touch": touch.id, "code": code.code, "title_zh": code.title_zh,
        "title_en": code.title_en, "reached": code.reached, "fate": kept.consequence.fate, "next": next_day,
        "channel": touch.channel, "note": note,
    });
    if kept.is_late {
        payload["happened_at"] = json!(kept.at);
    }
    if kept.quiet {
        payload["outside_hours"] = json!(true);
    }
    journal::append(app, tx, who.doer(), Fact::about(customer, "contact", "outcome_recorded", payload)).await?;
    Ok(())
}

/// Takes the last outcome back within its ten seconds: the work order stands as before, its follow-up vanishes, and no
/// attention was spent. Facts that the customer told stay: they are true whatever the button said.
pub async fn take_back(app: &App, tx: &Tx, who: &Who, id: TouchId) -> Result<Touch, ContactError> {
    let touch = work::one_for_change(tx, &who.scope(), id).await?;
    let last = store::last_of_touch(&**tx, id).await?.filter(|last| last.staff == who.id);
    let last = last.ok_or(ContactError::NothingToTakeBack)?;
    if !may_take_back(last.at, app.now()) {
        return Err(ContactError::TooLate);
    }
    let before: Before = serde_json::from_str(&last.undo).map_err(|_| ContactError::NothingToTakeBack)?;
    if store::take_back(&**tx, last.id, app.now()).await? == 0 {
        return Err(ContactError::NothingToTakeBack);
    }
    work::restore(app, tx, &touch, &before.touch).await?;
    if let Some(next) = before.follow_up {
        let next = work::in_hand(tx, &Scope::Firm, next).await?;
        work::withdraw(app, tx, who.doer(), vec![next], "outcome taken back").await?;
    }
    // Somebody else may have reached the customer the same day: then it is that contact's day now.
    if let Some(day) = before.reached_on
        && !store::reached_on(&**tx, touch.customer.id, day).await?
    {
        customer::forget_contact(tx, touch.customer.id, day, before.last_contact).await?;
    }
    let payload = json!({ "contact": last.id, "touch": id, "code": last.code });
    let fact = Fact::about(touch.customer.id, "contact", "outcome_taken_back", payload);
    journal::append(app, tx, who.doer(), fact).await?;
    Ok(work::in_hand(tx, &who.scope(), id).await?)
}
