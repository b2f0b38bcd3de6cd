//! Handlers for those who lead: handing out and verifying. The board stands in `board`.

use super::{TouchQuery, TouchShape, shaped};
use crate::org::{Actor, grant};
use crate::platform::{App, Problem, Validated};
use crate::work::hand_out::{BatchHandOut, HandedOut, InBatch, PersonTarget, Turn, UnitShare, Which};
use crate::work::verify::{SampleOf, Verdict};
use crate::work::{self, WorkError};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tend_rules::base::*;
use tend_rules::work::{Rule, Share};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_batch_hand_out, create_batch_hand_out))
        .routes(routes!(create_touch_hand_out))
        .routes(routes!(create_sample))
        .routes(routes!(create_verification, delete_verification))
}

#[derive(Debug, Deserialize, ToSchema)]
struct UnitPart {
    /// The unit.
    unit_id: UnitId,
    /// So many work orders.
    count: Option<usize>,
    /// A weight in proportion to the other parts.
    share: Option<u32>,
}

#[derive(Debug, Deserialize, ToSchema)]
struct BatchHandOutBody {
    /// By hand: the parts of units.
    to: Option<Vec<UnitPart>>,
    /// By rule among the channels: `even`, `capacity`, `region` or `owner`.
    #[schema(value_type = Option<String>)]
    rule: Option<Rule>,
    /// The last day; a fortnight from now if not said.
    not_after: Option<Day>,
    /// Where to go on: the `next` of the call before, if it had one.
    behind: Option<String>,
}

/// How much was given to whom, and what was left with which reason.
#[derive(Debug, Serialize, ToSchema)]
struct HandedOutShape {
    /// All that was given.
    total: i64,
    /// By unit or person.
    given: BTreeMap<String, i64>,
    /// By reason.
    left: BTreeMap<&'static str, i64>,
    /// One call takes 20,000 at most. There are more: call again with this as `behind`, less what was given where the
    /// parts are counts.
    next: Option<String>,
}

impl From<HandedOut> for HandedOutShape {
    fn from(handed: HandedOut) -> Self {
        Self { total: handed.total(), given: handed.given, left: handed.left, next: handed.next }
    }
}

impl BatchHandOutBody {
    fn how(self) -> Result<(BatchHandOut, Option<Day>), WorkError> {
        let how = match (self.to, self.rule) {
            (among, Some(rule)) => {
                BatchHandOut::ByRule { rule, among: among.into_iter().flatten().map(|part| part.unit_id).collect() }
            }
            (Some(parts), None) => BatchHandOut::Shares(
                parts
                    .into_iter()
                    .map(|part| UnitShare {
                        unit: part.unit_id,
                        share: match (part.count, part.share) {
                            (Some(count), _) => Share::Count(count),
                            (None, weight) => Share::Weight(weight.unwrap_or(1)),
                        },
                    })
                    .collect(),
            ),
            _ => return Err(WorkError::NoTaker),
        };
        Ok((how, self.not_after))
    }
}

/// How much of a batch there is to hand out. Customers out of the reader's sight are not counted.
#[derive(Debug, Serialize, ToSchema)]
struct InBatchShape {
    /// Customers of the batch, each once: those whom its rows brought, changed or met.
    customers: i64,
    /// Those of them who have no work order of this batch yet.
    waiting: i64,
    /// Its work orders that were withdrawn, by its undo or for another reason.
    withdrawn: i64,
}

/// How many customers a batch has, and how many of them wait for a work order.
#[utoipa::path(get, path = "/batches/{id}/hand-out", tag = "work", params(("id" = BatchId, Path)), responses((status = 200, body = InBatchShape)))]
async fn read_batch_hand_out(
    who: Actor<grant::HandOutWork>,
    State(app): State<App>,
    Path(id): Path<BatchId>,
) -> Result<Json<InBatchShape>, Problem> {
    let InBatch { customers, waiting, withdrawn } = work::in_batch(&app, &who, id).await?;
    Ok(Json(InBatchShape { customers, waiting, withdrawn }))
}

/// Hands a batch out to units: a work order for every customer who has none of this batch yet.
#[utoipa::path(post, path = "/batches/{id}/hand-out", tag = "work", request_body = BatchHandOutBody, params(("id" = BatchId, Path)), responses((status = 201, body = HandedOutShape)))]
async fn create_batch_hand_out(
    who: Actor<grant::HandOutWork>,
    State(app): State<App>,
    Path(id): Path<BatchId>,
    Validated(body): Validated<BatchHandOutBody>,
) -> Result<(StatusCode, Json<HandedOutShape>), Problem> {
    let behind = body.behind.clone();
    let how = body.how()?;
    let tx = who.begin(&app).await?;
    let handed = work::hand_out_batch(&app, &tx, &who, id, how, Turn::from(behind.as_deref())).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(handed.into())))
}

#[derive(Debug, Deserialize, ToSchema)]
struct TouchHandOutBody {
    /// These work orders,
    touch_ids: Option<Vec<TouchId>>,
    /// or those of a filter; without a state the ones that wait.
    filter: Option<TouchQuery>,
    /// Where to go on with a filter: the `next` of the call before, if it had one.
    behind: Option<String>,
    /// To this person,
    staff_id: Option<StaffId>,
    /// or to this unit (with a rule: to the people of this unit and below),
    unit_id: Option<UnitId>,
    /// or by this rule: `even`, `capacity`, `region` or `owner`.
    #[schema(value_type = Option<String>)]
    rule: Option<Rule>,
}

/// Hands work orders out to a person, a unit, or people by a rule.
#[utoipa::path(post, path = "/touches/hand-out", tag = "work", request_body = TouchHandOutBody, responses((status = 201, body = HandedOutShape)))]
async fn create_touch_hand_out(
    who: Actor<grant::HandOutWork>,
    State(app): State<App>,
    Validated(body): Validated<TouchHandOutBody>,
) -> Result<(StatusCode, Json<HandedOutShape>), Problem> {
    let target = match (body.staff_id, body.unit_id, body.rule) {
        (Some(staff), None, None) => PersonTarget::Person(staff),
        (None, Some(unit), None) => PersonTarget::Unit(unit),
        (None, within, Some(rule)) => PersonTarget::ByRule { rule, within },
        _ => return Err(WorkError::NoTaker.into()),
    };
    if body.touch_ids.is_none() && body.filter.is_none() {
        return Err(WorkError::Invalid { field: "touch_ids", rule: "touch_ids or filter" }.into());
    }
    let filter = body.filter.unwrap_or_default().filter()?;
    let tx = who.begin(&app).await?;
    let which = match &body.touch_ids {
        Some(ids) => Which::Named(ids),
        None => Which::Filter(&filter, Turn::from(body.behind.as_deref())),
    };
    let handed = work::hand_out_touches(&app, &tx, &who, which, target).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(handed.into())))
}

#[derive(Debug, Deserialize, ToSchema)]
struct SampleBody {
    /// Of this batch.
    batch_id: Option<BatchId>,
    /// Of this unit and below.
    unit_id: Option<UnitId>,
    /// 1..100.
    percent: u8,
    /// The same seed draws the same from the same results.
    #[serde(default)]
    seed: u64,
}

/// Draws a sample of results for verification.
#[utoipa::path(post, path = "/verifications/sample", tag = "work", request_body = SampleBody, responses((status = 201, body = Vec<TouchShape>)))]
async fn create_sample(
    who: Actor<grant::VerifyWork>,
    State(app): State<App>,
    Validated(body): Validated<SampleBody>,
) -> Result<(StatusCode, Json<Vec<TouchShape>>), Problem> {
    let of = SampleOf { batch: body.batch_id, unit: body.unit_id, percent: body.percent, seed: body.seed };
    let tx = who.begin(&app).await?;
    let drawn = work::draw_sample(&app, &tx, &who, of).await?;
    tx.commit().await?;
    let today = app.today();
    let shapes = drawn.into_iter().map(|touch| TouchShape::of(&app, touch, who.language, today)).collect();
    Ok((StatusCode::CREATED, Json(shapes)))
}

#[derive(Debug, Deserialize, ToSchema)]
struct VerificationBody {
    /// `accepted` or `returned`.
    verdict: Verdict,
    /// Needed when it is returned.
    #[serde(default)]
    reason: String,
}

/// Agrees with a result or sends it back.
#[utoipa::path(post, path = "/touches/{id}/verification", tag = "work", request_body = VerificationBody, params(("id" = TouchId, Path)), responses((status = 201, body = TouchShape)))]
async fn create_verification(
    who: Actor<grant::VerifyWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
    Validated(body): Validated<VerificationBody>,
) -> Result<(StatusCode, Json<TouchShape>), Problem> {
    let tx = who.begin(&app).await?;
    let touch = work::verify(&app, &tx, &who, id, body.verdict, &body.reason).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, shaped(&app, &who, touch)))
}

/// Takes one's own last verdict back, within a minute and while nobody acted on it.
#[utoipa::path(delete, path = "/touches/{id}/verification", tag = "work", params(("id" = TouchId, Path)), responses((status = 200, body = TouchShape)))]
async fn delete_verification(
    who: Actor<grant::VerifyWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
) -> Result<Json<TouchShape>, Problem> {
    let tx = who.begin(&app).await?;
    let touch = work::take_verdict_back(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(shaped(&app, &who, touch))
}
