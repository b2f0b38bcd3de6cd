//! Handlers of work orders: my day, lists, taking and laying aside. Handing out and verifying stand in `lead`.

mod board;
mod bulk;
mod export;
mod lead;
mod night;
mod presence;
mod shape;

pub use shape::TouchShape;

use super::WorkError;
use super::by_hand::Asked;
use super::store::read::{Sampled, TouchFilter};
use crate::org::{Actor, Who, grant};
use crate::platform::{App, Page, PageQuery, Problem, Validated};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tend_rules::base::*;
use tend_rules::work;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_my_day))
        .routes(routes!(list_touches))
        .routes(routes!(create_touch))
        .routes(routes!(create_claim, delete_claim))
        .routes(routes!(create_snooze, delete_snooze))
        .routes(routes!(night::create_run))
        .merge(board::router())
        .merge(bulk::router())
        .merge(export::router())
        .merge(lead::router())
        .merge(presence::router())
}

/// The numbers above My day.
#[derive(Debug, Serialize, ToSchema)]
struct MyDayCounts {
    /// Due on the day.
    today: i64,
    /// Due before.
    overdue: i64,
    /// Closed on the day.
    done: i64,
}

/// One's own list of a day, in order.
#[derive(Debug, Serialize, ToSchema)]
struct MyDayShape {
    /// The day.
    day: Day,
    counts: MyDayCounts,
    /// Overdue, fixed time, priority × value, oldest.
    items: Vec<TouchShape>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DayQuery {
    /// The day; today if not said.
    day: Option<Day>,
}

/// My day: the own list in the order in which it is to be done.
#[utoipa::path(get, path = "/my-day", tag = "work", params(DayQuery), responses((status = 200, body = MyDayShape)))]
async fn read_my_day(
    who: Actor<grant::DoWork>,
    State(app): State<App>,
    Query(query): Query<DayQuery>,
) -> Result<Json<MyDayShape>, Problem> {
    let list = super::my_day(&app, &who, query.day.unwrap_or(app.today())).await?;
    let counts = MyDayCounts { today: list.items.len() as i64 - list.overdue, overdue: list.overdue, done: list.done };
    let items = list.items.into_iter().map(|touch| TouchShape::of(&app, touch, who.language, list.day)).collect();
    Ok(Json(MyDayShape { day: list.day, counts, items }))
}

/// Which work orders are wanted.
#[derive(Debug, Default, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct TouchQuery {
    /// States, comma separated; `open` stands for the four in which there is something to do.
    state: Option<String>,
    /// Of this unit and below.
    unit: Option<UnitId>,
    /// On this person's list.
    owner: Option<StaffId>,
    /// Asked for by this batch.
    batch: Option<BatchId>,
    /// Asked for by the plan of this key.
    plan: Option<String>,
    /// Of this customer.
    customer: Option<CustomerId>,
    /// Of this business type.
    business_type: Option<String>,
    /// Due on this day or before.
    due: Option<Day>,
    /// `drawn`: only those drawn for verification.
    sample: Option<String>,
}

impl TouchQuery {
    pub(super) fn filter(self) -> Result<TouchFilter, WorkError> {
        let mut states = Vec::new();
        for word in self.state.iter().flat_map(|list| list.split(',')).map(str::trim).filter(|word| !word.is_empty()) {
            match work::State::from_word(word) {
                Some(state) => states.push(state),
                None if word == "open" => states.extend(work::State::OPEN),
                None => return Err(WorkError::Invalid { field: "state", rule: "planned|assigned|…|open" }),
            }
        }
        Ok(TouchFilter {
            states,
            unit: self.unit,
            owner: self.owner,
            batch: self.batch,
            plan_key: self.plan,
            customer: self.customer,
            business_type: self.business_type,
            due_until: self.due,
            finished_from: None,
            sampled: self.sample.map(|_| Sampled::Drawn),
        })
    }
}

/// Work orders in the reader's scope, oldest due day first.
#[utoipa::path(get, path = "/touches", tag = "work", params(TouchQuery, PageQuery), responses((status = 200, body = Page<TouchShape>)))]
async fn list_touches(
    who: Actor<grant::ReadWork>,
    State(app): State<App>,
    Query(query): Query<TouchQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<TouchShape>>, Problem> {
    let page = super::page(&app, &who.scope(), &query.filter()?, &page).await?;
    let today = app.today();
    let items = page.items.into_iter().map(|touch| TouchShape::of(&app, touch, who.language, today)).collect();
    Ok(Json(Page { items, next: page.next, about: page.about }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct NewTouchBody {
    /// What it is: 1 to 80 characters.
    title: String,
    /// Why; at most 200 characters.
    #[serde(default)]
    reason: String,
    /// Over which channel.
    channel: Channel,
    /// On which day: today or later.
    due: Day,
    /// The last day; a week later if not said.
    not_after: Option<Day>,
    /// On whose list; on the own one if not said. For others only by those who hand work out.
    staff_id: Option<StaffId>,
}

/// Asks for a work order with a customer. Refused if the customer may not be contacted so, or if the same person has
/// asked for one on that day before.
#[utoipa::path(post, path = "/customers/{id}/touches", tag = "work", request_body = NewTouchBody, params(("id" = CustomerId, Path)), responses((status = 201, body = TouchShape)))]
async fn create_touch(
    who: Actor<grant::DoWork>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<NewTouchBody>,
) -> Result<(StatusCode, Json<TouchShape>), Problem> {
    let NewTouchBody { title, reason, channel, due, not_after, staff_id } = body;
    let asked = Asked { customer: id, title, reason, channel, due, not_after, owner: staff_id };
    let tx = who.begin(&app).await?;
    let touch = super::by_hand::ask(&app, &tx, &who, asked).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, shaped(&app, &who, touch)))
}

fn shaped(app: &App, who: &Who, touch: super::Touch) -> Json<TouchShape> {
    Json(TouchShape::of(app, touch, who.language, app.today()))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct ClaimQuery {
    /// Whether the customer asked for the contact, at this hour too.
    customer_asked: bool,
}

/// Takes a work order. Of many who try at once one gets it. Refused if the customer may no longer be contacted, or if
/// it is outside the hours of such calls and the customer did not ask.
#[utoipa::path(post, path = "/touches/{id}/claim", tag = "work", params(("id" = TouchId, Path), ClaimQuery), responses((status = 200, body = TouchShape)))]
async fn create_claim(
    who: Actor<grant::DoWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
    Query(query): Query<ClaimQuery>,
) -> Result<Json<TouchShape>, Problem> {
    let wish = if query.customer_asked { super::ContactWish::Customer } else { super::ContactWish::Firm };
    let tx = who.begin(&app).await?;
    let touch = super::claim(&app, &tx, &who, id, wish).await?;
    tx.commit().await?;
    Ok(shaped(&app, &who, touch))
}

/// Hands a work order back to its unit.
#[utoipa::path(delete, path = "/touches/{id}/claim", tag = "work", params(("id" = TouchId, Path)), responses((status = 200, body = TouchShape)))]
async fn delete_claim(
    who: Actor<grant::DoWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
) -> Result<Json<TouchShape>, Problem> {
    let tx = who.begin(&app).await?;
    let touch = super::hand_back(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(shaped(&app, &who, touch))
}

#[derive(Debug, Deserialize, ToSchema)]
struct SnoozeBody {
    /// When it comes back: after now, not beyond its last day.
    until: Instant,
}

/// Lays a work order aside.
#[utoipa::path(post, path = "/touches/{id}/snooze", tag = "work", request_body = SnoozeBody, params(("id" = TouchId, Path)), responses((status = 200, body = TouchShape)))]
async fn create_snooze(
    who: Actor<grant::DoWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
    Validated(body): Validated<SnoozeBody>,
) -> Result<Json<TouchShape>, Problem> {
    let tx = who.begin(&app).await?;
    let touch = super::snooze(&app, &tx, &who, id, body.until).await?;
    tx.commit().await?;
    Ok(shaped(&app, &who, touch))
}

/// Takes up again what was laid aside: it is back on its list at once.
#[utoipa::path(delete, path = "/touches/{id}/snooze", tag = "work", params(("id" = TouchId, Path)), responses((status = 200, body = TouchShape)))]
async fn delete_snooze(
    who: Actor<grant::DoWork>,
    State(app): State<App>,
    Path(id): Path<TouchId>,
) -> Result<Json<TouchShape>, Problem> {
    let tx = who.begin(&app).await?;
    let touch = super::take_up(&app, &tx, &who, id).await?;
    tx.commit().await?;
    Ok(shaped(&app, &who, touch))
}
