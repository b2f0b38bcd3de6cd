//! What a customer holds and pays, entered by hand.

use crate::customer::create::new_agreement;
use crate::customer::holding::{NewPayment, pay};
use crate::customer::{CustomerError, one_for_change, put_agreements};
use crate::org::{Actor, grant};
use crate::platform::{App, Problem, Validated};
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
    OpenApiRouter::new().routes(routes!(create_agreement)).routes(routes!(create_payment))
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
#[utoipa::path(post, path = "/customers/{id}/agreements", tag = "customer", request_body = AgreementBody, params(("id" = CustomerId, Path)), responses((status = 201, body = Object)))]
async fn create_agreement(
    who: Actor<grant::EditCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    Validated(body): Validated<AgreementBody>,
) -> Result<(StatusCode, Json<Agreement>), Problem> {
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
    one_for_change(&tx, &who.scope(), id).await?;
    put_agreements(&app, &tx, who.doer(), std::slice::from_ref(&agreement)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(agreement)))
}

#[derive(Debug, Deserialize, ToSchema)]
struct PaymentBody {
    /// The agreement whose present due day it settles.
    agreement_id: Option<AgreementId>,
    /// The bill that it settles.
    bill_id: Option<BillId>,
    /// The day; today if it is not said.
    paid_on: Option<Day>,
    /// The amount.
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
