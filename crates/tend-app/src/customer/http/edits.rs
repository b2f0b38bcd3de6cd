//! Labels, consents, notes, opened fields, relations, agreements.

use crate::customer::consent::{Said, set_consent};
use crate::customer::create::new_agreement;
use crate::customer::{CustomerError, kin, label, one, put_agreements, story};
use crate::org::{Actor, grant};
use crate::platform::{App, Problem, Validated};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tend_rules::base::*;
use tend_rules::customer::{Agreement, Consent};
use tend_rules::intake::{AgreementKind, AgreementStatus};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(put_label, take_label))
        .routes(routes!(put_consent))
        .routes(routes!(create_note))
        .routes(routes!(create_unmasking))
        .routes(routes!(create_relation))
        .routes(routes!(create_agreement))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
struct LabelBody {
    /// At most 200 characters.
    remark: String,
}

/// Puts a label on.
#[utoipa::path(put, path = "/customers/{id}/labels/{key}", tag = "customer", request_body = LabelBody, params(("id" = String, Path), ("key" = String, Path)), responses((status = 204)))]
async fn put_label(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path((id, key)): Path<(CustomerId, String)>,
    Validated(body): Validated<LabelBody>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    label::put_label(&app, &tx, &who, id, &key, &body.remark).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a label off.
#[utoipa::path(delete, path = "/customers/{id}/labels/{key}", tag = "customer", params(("id" = String, Path), ("key" = String, Path)), responses((status = 204)))]
async fn take_label(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path((id, key)): Path<(CustomerId, String)>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    label::take_label(&app, &tx, &who, id, &key).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct ConsentBody {
    /// `given`, `refused` or `unknown`.
    #[schema(value_type = String)]
    state: Consent,
    /// How the customer said so; needed for a consent and for taking a refusal back.
    #[serde(default)]
    proof: String,
}

/// Records what the customer said about a channel.
#[utoipa::path(put, path = "/customers/{id}/consents/{channel}", tag = "customer", request_body = ConsentBody, params(("id" = String, Path), ("channel" = String, Path)), responses((status = 204)))]
async fn put_consent(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path((id, channel)): Path<(CustomerId, Channel)>,
    Validated(body): Validated<ConsentBody>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    let said = Said { channel, state: body.state, proof: &body.proof };
    set_consent(&app, &tx, who.doer(), &who.scope(), id, said).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct NoteBody {
    /// 1 to 4000 characters.
    text: String,
}

/// Keeps a note.
#[utoipa::path(post, path = "/customers/{id}/notes", tag = "customer", request_body = NoteBody, params(("id" = String, Path)), responses((status = 201)))]
async fn create_note(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<NoteBody>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    story::write_note(&app, &tx, who.doer(), &who.scope(), id, &body.text).await?;
    tx.commit().await?;
    Ok(StatusCode::CREATED)
}

#[derive(Debug, Deserialize, ToSchema)]
struct UnmaskingBody {
    /// The hidden field.
    contact_point_id: ContactPointId,
    /// What it is needed for.
    #[serde(default)]
    reason: String,
}

/// An opened field.
#[derive(Debug, Serialize, ToSchema)]
struct Unmasked {
    /// The value in clear.
    value: String,
}

/// Opens a hidden field; the opening and its reason are kept.
#[utoipa::path(post, path = "/customers/{id}/unmasking", tag = "customer", request_body = UnmaskingBody, params(("id" = String, Path)), responses((status = 200, body = Unmasked)))]
async fn create_unmasking(
    who: Actor<grant::UnmaskFields>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<UnmaskingBody>,
) -> Result<Json<Unmasked>, Problem> {
    let tx = app.begin().await?;
    let value = story::unmask(&app, &tx, &who, id, body.contact_point_id, &body.reason).await?;
    tx.commit().await?;
    Ok(Json(Unmasked { value }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct RelationBody {
    /// The other customer.
    other_id: CustomerId,
    /// What the other is to this one: `spouse`, `child`, `parent`, `referrer`, `referred`, `employer`, `employee`,
    /// `insured`, `payer`.
    kind: String,
}

/// Relates two customers; both pages show it.
#[utoipa::path(post, path = "/customers/{id}/relations", tag = "customer", request_body = RelationBody, params(("id" = String, Path)), responses((status = 201)))]
async fn create_relation(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<RelationBody>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    kin::relate(&app, &tx, who.doer(), &who.scope(), id, body.other_id, &body.kind).await?;
    tx.commit().await?;
    Ok(StatusCode::CREATED)
}

#[derive(Debug, Deserialize, ToSchema)]
struct AgreementBody {
    /// `policy`, `vehicle_cover`, `telecom_plan`, `loan`, `membership`.
    #[schema(value_type = String)]
    kind: AgreementKind,
    #[serde(default)]
    number: String,
    #[serde(default)]
    product: String,
    #[schema(value_type = Option<String>)]
    status: Option<AgreementStatus>,
    start: Option<Day>,
    end: Option<Day>,
    /// The day on which the next premium is due.
    due: Option<Day>,
    /// The premium of one period.
    premium: Option<Money>,
    pay_every_months: Option<i16>,
    signed: Option<Day>,
    delivered: Option<Day>,
    #[serde(default)]
    plate: String,
}

/// Adds an agreement.
#[utoipa::path(post, path = "/customers/{id}/agreements", tag = "customer", request_body = AgreementBody, params(("id" = String, Path)), responses((status = 201, body = Object)))]
async fn create_agreement(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<AgreementBody>,
) -> Result<(StatusCode, Json<Agreement>), Problem> {
    one(&app, &who.scope(), id).await?;
    if body.number.chars().count() > 100 || body.product.chars().count() > 200 || body.plate.chars().count() > 20 {
        return Err(CustomerError::Invalid { field: "number", rule: "at most 100 characters" }.into());
    }
    let mut agreement = new_agreement(&app, id, body.kind.word());
    agreement.number = body.number;
    agreement.product = body.product;
    agreement.status = body.status.unwrap_or(AgreementStatus::Active).word().into();
    (agreement.start, agreement.end, agreement.due) = (body.start, body.end, body.due);
    (agreement.signed, agreement.delivered) = (body.signed, body.delivered);
    agreement.premium = body.premium.unwrap_or(agreement.premium);
    agreement.pay_every_months = body.pay_every_months.unwrap_or(agreement.pay_every_months).clamp(0, 1200);
    agreement.plate = body.plate;
    let tx = who.begin(&app).await?;
    put_agreements(&app, &tx, who.doer(), std::slice::from_ref(&agreement)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(agreement)))
}
