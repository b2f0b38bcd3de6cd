//! The register of what customers asked about their data: what, when, until when by which rule, and what was answered.

use super::RightsError;
use super::store::{self, RequestRow, Which};
use crate::customer::{self, heads};
use crate::org::staff_names;
use crate::platform::{App, SealedPlace, Tx};
use crate::{journal, law};
use serde::Serialize;
use serde_json::json;
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::law::Request;
use tend_rules::org::Scope;
use utoipa::ToSchema;

pub(super) const NOTE: SealedPlace = SealedPlace::RightsNote;
pub(super) const ANSWER: SealedPlace = SealedPlace::RightsAnswer;
/// Days that a request is answered in where no rule speaks.
const USUAL_DAYS: i32 = 30;

/// A request about to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewRequest<'a> {
    /// Whose.
    pub customer: CustomerId,
    /// For what.
    pub kind: Request,
    /// When it came in; not in the future.
    pub received: Day,
    /// In the customer's words.
    pub note: &'a str,
}

/// A request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RequestShape {
    /// The request.
    pub id: RightsRequestId,
    /// Whose.
    pub customer_id: CustomerId,
    /// The name; none once the customer is erased.
    pub customer_name: Option<String>,
    /// `copy`, `correction`, `erasure`, `objection`.
    pub kind: &'static str,
    /// `open`, `waiting` (for a second person), `done`, `refused`.
    pub state: String,
    /// When it came in.
    pub received: Day,
    /// The last day on which it is to be answered.
    pub due: Day,
    /// Whether that day is over and it is not answered.
    pub overdue: bool,
    /// The rule that says so.
    pub rule: String,
    /// In the customer's words.
    pub note: Option<String>,
    /// What was answered; of a refusal the reason.
    pub answer: Option<String>,
    /// Who kept it.
    pub opened_by: String,
    /// When.
    pub opened_at: Instant,
    /// Who settled it.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Instant>,
}

/// Keeps a request; its due day follows the strictest rule of the day on which it came in.
pub async fn open(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    new: NewRequest<'_>,
) -> Result<RightsRequestId, RightsError> {
    let customer = customer::one_for_change(tx, scope, new.customer).await?;
    let note = new.note.trim();
    if note.chars().count() > 2000 {
        return Err(RightsError::Invalid { field: "note", rule: "at most 2000 characters" });
    }
    if new.received > app.today() {
        return Err(RightsError::Invalid { field: "received", rule: "not in the future" });
    }
    let law = law::in_force(&**tx, new.received).await?;
    let by = law.answer_by(new.kind, new.received);
    let (due, rule) = by.map_or((new.received + USUAL_DAYS, ""), |(day, rule)| (day, rule.key.as_str()));
    let id = RightsRequestId(app.new_id(new.customer.bucket()));
    let row = RequestRow {
        id,
        customer_id: new.customer,
        unit_id: customer.unit_id,
        kind: new.kind,
        state: "open".to_owned(),
        received: new.received,
        due,
        rule_key: rule.to_owned(),
        note: (!note.is_empty()).then(|| app.keys().seal_firm(NOTE, id.0, note.as_bytes())),
        answer: None,
        opened_by: doer.to_string(),
        opened_at: app.now(),
        decided_by: None,
        decided_at: None,
    };
    store::insert(&**tx, &row).await?;
    let payload = json!({ "request": id, "kind": new.kind, "due": due, "rule": rule });
    journal::append(app, tx, doer, Fact::about(new.customer, "rights", "request_opened", payload)).await?;
    Ok(id)
}

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It was met.
    Done,
    /// It is refused; the reason is told to the customer.
    Refused,
}

/// Settles a request. A refusal needs a reason; an erasure is met by erasing.
pub async fn decide(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    id: RightsRequestId,
    (decision, answer): (Decision, &str),
) -> Result<(), RightsError> {
    let request = standing(tx, scope, id).await?;
    let answer = answer.trim();
    if decision == Decision::Refused && answer.chars().count() < 2 {
        return Err(RightsError::ReasonMissing);
    }
    if answer.chars().count() > 2000 {
        return Err(RightsError::Invalid { field: "answer", rule: "at most 2000 characters" });
    }
    if decision == Decision::Done && request.kind == Request::Erasure {
        return Err(RightsError::Invalid { field: "decision", rule: "an erasure is met by erasing" });
    }
    let word = if decision == Decision::Done { "done" } else { "refused" };
    settle(app, tx, doer, &request, (word, answer)).await
}

/// A request in scope that is not settled.
pub(super) async fn standing(tx: &Tx, scope: &Scope, id: RightsRequestId) -> Result<RequestRow, RightsError> {
    let request = store::one(&**tx, scope, id).await?.ok_or(RightsError::RequestNotFound)?;
    if !matches!(request.state.as_str(), "open" | "waiting") {
        return Err(RightsError::RequestState { state: request.state });
    }
    Ok(request)
}

/// Moves a request to another state, with an answer.
pub(super) async fn settle(
    app: &App,
    tx: &Tx,
    doer: Doer,
    request: &RequestRow,
    (word, answer): (&'static str, &str),
) -> Result<(), RightsError> {
    let cell = (!answer.is_empty()).then(|| app.keys().seal_firm(ANSWER, request.id.0, answer.as_bytes()));
    let by = (doer.to_string(), app.now());
    if store::settle(&**tx, request.id, (&request.state, word), cell, by).await? == 0 {
        return Err(RightsError::RequestState { state: "changed meanwhile".to_owned() });
    }
    let payload = json!({ "request": request.id, "kind": request.kind, "state": word });
    journal::append(app, tx, doer, Fact::about(request.customer_id, "rights", "request_moved", payload)).await?;
    Ok(())
}

/// The register, as far as the scope goes.
pub async fn register(app: &App, scope: &Scope, which: Which) -> Result<Vec<RequestShape>, RightsError> {
    let rows = store::register(app.read(), scope, which, 500).await?;
    shapes(app, scope, rows).await
}

/// The requests of one customer in scope.
pub(super) async fn of(app: &App, scope: &Scope, customer: CustomerId) -> Result<Vec<RequestShape>, RightsError> {
    let rows = store::of(app.read(), customer).await?;
    shapes(app, scope, rows).await
}

async fn shapes(app: &App, scope: &Scope, rows: Vec<RequestRow>) -> Result<Vec<RequestShape>, RightsError> {
    let ids: Vec<CustomerId> = rows.iter().map(|row| row.customer_id).collect();
    let heads = heads(app, scope, &ids).await?;
    let names = staff_names(app.read()).await?;
    let person = |actor: String| Doer::staff_in(&actor).and_then(|id| names.get(&id).cloned()).unwrap_or(actor);
    let mut shapes = Vec::with_capacity(rows.len());
    for row in rows {
        let opened = |place, cell: Option<&Vec<u8>>| {
            let plain = cell.map(|cell| app.keys().open_firm(place, row.id.0, cell)).transpose()?;
            Ok::<_, RightsError>(plain.map(|plain| String::from_utf8_lossy(&plain).into_owned()))
        };
        shapes.push(RequestShape {
            id: row.id,
            customer_id: row.customer_id,
            customer_name: heads.get(&row.customer_id).map(|head| head.name.clone()),
            kind: row.kind.word(),
            overdue: matches!(row.state.as_str(), "open" | "waiting") && row.due < app.today(),
            note: opened(NOTE, row.note.as_ref())?,
            answer: opened(ANSWER, row.answer.as_ref())?,
            state: row.state.clone(),
            received: row.received,
            due: row.due,
            rule: row.rule_key.clone(),
            opened_by: person(row.opened_by.clone()),
            opened_at: row.opened_at,
            decided_by: row.decided_by.clone().map(person),
            decided_at: row.decided_at,
        });
    }
    Ok(shapes)
}
