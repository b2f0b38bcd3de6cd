//! What a customer holds and pays, entered by hand.

use crate::customer::agreement;
use crate::customer::create::new_agreement;
use crate::customer::payment::{self, NewPayment, pay};
use crate::org::{Actor, grant};
use crate::platform::{App, IfMatch, Problem, Validated};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use tend_rules::base::*;
use tend_rules::customer::{Agreement, Payment};
use tend_rules::intake::{AgreementKind, AgreementStatus};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_agreement))
        .routes(routes!(put_agreement, delete_agreement))
        .routes(routes!(create_payment))
        .routes(routes!(delete_payment))
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

impl AgreementBody {
    /// Writes what the body says; what it may leave out stays as it is.
    fn write(self, agreement: &mut Agreement) {
        agreement.kind = self.kind.word().into();
        (agreement.number, agreement.product, agreement.plate) = (self.number, self.product, self.plate);
        agreement.status = self.status.map_or_else(|| agreement.status.clone(), |status| status.word().into());
        (agreement.start, agreement.end, agreement.due) = (self.start, self.end, self.due);
        (agreement.signed, agreement.delivered) = (self.signed, self.delivered);
        agreement.premium = self.premium.unwrap_or(agreement.premium);
        agreement.pay_every_months = self.pay_every_months.unwrap_or(agreement.pay_every_months).clamp(0, 1200);
    }
}

/// Adds an agreement.
#[utoipa::path(post, path = "/customers/{id}/agreements", tag = "customer", request_body = AgreementBody, params(("id" = CustomerId, Path)), responses((status = 201, body = Object)))]
async fn create_agreement(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<AgreementBody>,
) -> Result<(StatusCode, Json<Agreement>), Problem> {
    let mut made = new_agreement(&app, id, body.kind.word());
    body.write(&mut made);
    let tx = who.begin(&app).await?;
    agreement::add(&app, &tx, who.doer(), &who.scope(), &made).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Puts an agreement right; `If-Match` names the version of the agreement that was seen.
#[utoipa::path(put, path = "/customers/{id}/agreements/{agreement}", tag = "customer", request_body = AgreementBody, params(("id" = CustomerId, Path), ("agreement" = AgreementId, Path), ("If-Match" = String, Header)), responses((status = 200, body = Object)))]
async fn put_agreement(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path((customer, agreement)): Path<(CustomerId, AgreementId)>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<AgreementBody>,
) -> Result<Json<Agreement>, Problem> {
    let seen = agreement::Seen { customer, agreement, version };
    let tx = who.begin(&app).await?;
    let put =
        agreement::put_right(&app, &tx, who.doer(), &who.scope(), seen, |agreement| body.write(agreement)).await?;
    tx.commit().await?;
    Ok(Json(put))
}

/// Takes back an agreement that was added at most ten minutes ago and that no bill or payment names.
#[utoipa::path(delete, path = "/customers/{id}/agreements/{agreement}", tag = "customer", params(("id" = CustomerId, Path), ("agreement" = AgreementId, Path)), responses((status = 204)))]
async fn delete_agreement(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(which): Path<(CustomerId, AgreementId)>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    agreement::take_back(&app, &tx, who.doer(), &who.scope(), which).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct PaymentBody {
    /// The agreement whose present due day it settles.
    agreement_id: Option<AgreementId>,
    /// The bill that it settles.
    bill_id: Option<BillId>,
    /// The day; today if it is not said.
    paid_on: Option<Day>,
    /// The amount, in yuan (CNY): what arrived, whatever currency was owed.
    amount: Money,
}

/// Records a payment; it settles the bill, or the due day of the agreement, that it names.
#[utoipa::path(post, path = "/customers/{id}/payments", tag = "customer", request_body = PaymentBody, params(("id" = CustomerId, Path)), responses((status = 201, body = Object)))]
async fn create_payment(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<PaymentBody>,
) -> Result<(StatusCode, Json<Payment>), Problem> {
    let new = NewPayment {
        agreement_id: body.agreement_id,
        bill_id: body.bill_id,
        paid_on: body.paid_on.unwrap_or(app.today()),
        amount: body.amount,
    };
    let tx = who.begin(&app).await?;
    let payment = pay(&app, &tx, who.doer(), &who.scope(), id, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(payment)))
}

/// Takes back a payment that was entered at most ten minutes ago; what it settled stands as before. Nothing happens if it
/// is not there. Refused if the same was paid again since, or says otherwise by now.
#[utoipa::path(delete, path = "/customers/{id}/payments/{payment}", tag = "customer", params(("id" = CustomerId, Path), ("payment" = String, Path)), responses((status = 204)))]
async fn delete_payment(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(which): Path<(CustomerId, PaymentId)>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    payment::take_back(&app, &tx, who.doer(), &who.scope(), which).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
