//! Outcome codes as the settings show and change them.

use super::type_of;
use crate::contact::{self, FirmCode};
use crate::org::{Actor, HeadOffice, grant};
use crate::platform::{App, IfMatch, Problem, Validated};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tend_rules::base::*;
use tend_rules::contact::{NoteRule, OutcomeCode, Reached, Result as Fate};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_outcome_codes))
        .routes(routes!(order_outcome_codes))
        .routes(routes!(change_outcome_code))
        .routes(routes!(retire_outcome_code, resume_outcome_code))
}

/// An outcome code as the firm has it.
#[derive(Debug, Serialize, ToSchema)]
struct FirmCodeShape {
    code: String,
    /// In the reader's language.
    title: String,
    title_zh: String,
    title_en: String,
    /// Whether the customer was reached: `yes` or `no`.
    #[schema(value_type = String)]
    reached: Reached,
    /// `done`, `again` or `failed`.
    #[schema(value_type = String)]
    result: Fate,
    /// Whether a note must be written.
    needs_note: bool,
    /// Days until the next step that the code proposes.
    next_days: Option<i32>,
    /// The number key, 1..9; none of a retired one.
    key: Option<usize>,
    /// The entity tag to be named in a change.
    version: i64,
    /// Since when no result is recorded with it.
    retired_at: Option<Instant>,
}

fn shaped(codes: Vec<FirmCode>, language: Language) -> Vec<FirmCodeShape> {
    let mut used = 0;
    let shape = |one: FirmCode| {
        used += usize::from(one.retired_at.is_none());
        FirmCodeShape {
            title: one.code.title(language).to_owned(),
            reached: one.code.reached,
            result: one.code.result,
            needs_note: one.code.note == NoteRule::Needed,
            next_days: one.code.next_days,
            key: (one.retired_at.is_none() && used <= 9).then_some(used),
            version: one.version,
            retired_at: one.retired_at,
            code: one.code.code,
            title_zh: one.code.title_zh,
            title_en: one.code.title_en,
        }
    };
    codes.into_iter().map(shape).collect()
}

/// The outcome codes by business type, retired ones too; the usual ones stand under the empty key.
#[utoipa::path(get, path = "/outcome-codes", tag = "contact", responses((status = 200, body = BTreeMap<String, Vec<FirmCodeShape>>)))]
async fn list_outcome_codes(
    who: Actor<grant::ReadWork>,
    State(app): State<App>,
) -> Result<Json<BTreeMap<String, Vec<FirmCodeShape>>>, Problem> {
    let codes = contact::every_code(app.read()).await?;
    Ok(Json(codes.into_iter().map(|(kind, codes)| (kind, shaped(codes, who.language))).collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
struct CodeBody {
    /// 1 to 60 characters.
    title_zh: String,
    /// 1 to 60 characters.
    title_en: String,
    /// Whether the customer was reached: `yes` or `no`.
    #[schema(value_type = String)]
    reached: Reached,
    /// `done`, `again` or `failed`.
    #[schema(value_type = String)]
    result: Fate,
    /// Whether a note must be written.
    #[serde(default)]
    needs_note: bool,
    /// Days until the next step that the code proposes, 0 to 366.
    next_days: Option<i32>,
}

impl CodeBody {
    fn of(self, code: String) -> OutcomeCode {
        OutcomeCode {
            code,
            title_zh: self.title_zh.trim().to_owned(),
            title_en: self.title_en.trim().to_owned(),
            reached: self.reached,
            result: self.result,
            note: if self.needs_note { NoteRule::Needed } else { NoteRule::Optional },
            next_days: self.next_days,
        }
    }
}

/// Changes a code; `If-Match` names the version that was seen. Results of before stay as they were recorded. `any` stands
/// for the usual codes.
#[utoipa::path(patch, path = "/outcome-codes/{business_type}/{code}", tag = "contact", request_body = CodeBody, params(("business_type" = String, Path), ("code" = String, Path), ("If-Match" = String, Header)), responses((status = 204)))]
async fn change_outcome_code(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path((business_type, code)): Path<(String, String)>,
    IfMatch(version): IfMatch,
    Validated(body): Validated<CodeBody>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    let of = (type_of(business_type), version);
    contact::change_code(&app, &tx, who.doer(), (&of.0, of.1), body.of(code)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
struct OrderBody {
    /// Every code of the business type, retired ones too, in the wanted order.
    codes: Vec<String>,
}

/// Puts the codes of a business type into another order: that of their number keys. `any` stands for the usual codes.
#[utoipa::path(put, path = "/outcome-codes/{business_type}", tag = "contact", request_body = OrderBody, params(("business_type" = String, Path)), responses((status = 204)))]
async fn order_outcome_codes(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path(business_type): Path<String>,
    Validated(body): Validated<OrderBody>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    contact::order_codes(&app, &tx, who.doer(), &type_of(business_type), &body.codes).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Retires a code: no result is recorded with it any more; results that were keep its name. Refused for the last code with
/// which such work ends well.
#[utoipa::path(post, path = "/outcome-codes/{business_type}/{code}/retirement", tag = "contact", params(("business_type" = String, Path), ("code" = String, Path)), responses((status = 204)))]
async fn retire_outcome_code(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path((business_type, code)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    contact::retire_code(&app, &tx, who.doer(), (&type_of(business_type), &code)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a retired code back into use.
#[utoipa::path(delete, path = "/outcome-codes/{business_type}/{code}/retirement", tag = "contact", params(("business_type" = String, Path), ("code" = String, Path)), responses((status = 204)))]
async fn resume_outcome_code(
    who: HeadOffice<grant::ManageCatalogue>,
    State(app): State<App>,
    Path((business_type, code)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let tx = who.begin(&app).await?;
    contact::resume_code(&app, &tx, who.doer(), (&type_of(business_type), &code)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
