//! Handlers of laws and house rules.

use super::{Approval, Chosen};
use crate::org::{Actor, Asking, HeadOffice, grant};
use crate::platform::{App, Problem, Validated};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tend_rules::base::{Day, Language};
use tend_rules::law::{Both, Checked, KeptBy, Record, Span, every_pack, every_purpose, keep_table};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this room.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_law, put_law)).routes(routes!(list_purposes))
}

fn said(text: &Both, language: Language) -> String {
    match language {
        Language::Zh => text.zh.clone(),
        Language::En => text.en.clone(),
    }
}

/// A purpose for which customers are contacted.
#[derive(Debug, Serialize, ToSchema)]
struct PurposeShape {
    key: String,
    title: String,
    /// What is shown or read to the customer before a consent is noted.
    text: String,
    /// The version of the text.
    text_version: String,
}

/// The purposes that a consent may name.
#[utoipa::path(get, path = "/purposes", tag = "law", responses((status = 200, body = Vec<PurposeShape>)))]
async fn list_purposes(Asking(who): Asking) -> Json<Vec<PurposeShape>> {
    let shape = |purpose: &tend_rules::law::Purpose| PurposeShape {
        key: purpose.key.clone(),
        title: said(&purpose.title, who.language),
        text: said(&purpose.text, who.language),
        text_version: purpose.text_version.clone(),
    };
    Json(every_purpose().iter().map(shape).collect())
}

/// A rule of a pack.
#[derive(Debug, Serialize, ToSchema)]
struct RuleShape {
    key: String,
    title: String,
    source: String,
    /// Whether a public copy was read; if not, the rule is not verified.
    #[schema(value_type = String)]
    checked: Checked,
    effective_from: Day,
    effective_to: Option<Day>,
    /// Whether it is in force on the day that was asked for.
    in_force: bool,
    /// Whether the program itself sees to it; else people do.
    enforced: bool,
}

/// A pack of rules.
#[derive(Debug, Serialize, ToSchema)]
struct PackShape {
    key: String,
    title: String,
    /// Who in the firm signs for it.
    signed_by: String,
    /// Whether the firm chose it.
    chosen: bool,
    rules: Vec<RuleShape>,
}

/// A period.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
struct SpanShape {
    years: i32,
    months: i32,
    days: i32,
}

impl From<Span> for SpanShape {
    fn from(Span { years, months, days }: Span) -> Self {
        Self { years, months, days }
    }
}

/// How long a kind of record is kept.
#[derive(Debug, Serialize, ToSchema)]
struct KeepShape {
    /// The kind of record.
    record: &'static str,
    /// The longest period that speaks of it; none if such records are kept without end.
    period: Option<SpanShape>,
    /// The rule that says so; none where the firm chose.
    rule: Option<String>,
    /// The last day whose records may go today; none if they never go by themselves.
    over_since: Option<Day>,
    /// Whether the firm chose a period of its own.
    own: bool,
}

/// What the firm lives by.
#[derive(Debug, Serialize, ToSchema)]
struct LawShape {
    day: Day,
    packs: Vec<PackShape>,
    keep: Vec<KeepShape>,
    /// Whether an erasure needs a second person.
    erasure_needs_two: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LawQuery {
    /// The day; today if not said.
    day: Option<Day>,
}

/// The rules of every pack, which of them the firm chose, and what is in force on a day.
#[utoipa::path(get, path = "/law", tag = "law", params(LawQuery), responses((status = 200, body = LawShape)))]
async fn read_law(
    who: Actor<grant::ManageRights>,
    State(app): State<App>,
    Query(query): Query<LawQuery>,
) -> Result<Json<LawShape>, Problem> {
    let day = query.day.unwrap_or(app.today());
    let chosen = super::chosen(app.read()).await?;
    let law = chosen.law(day);
    let packs = every_pack().iter().map(|pack| PackShape {
        key: pack.key.clone(),
        title: said(&pack.title, who.language),
        signed_by: said(&pack.signed_by, who.language),
        chosen: pack.key == "house" || chosen.packs.contains(&pack.key),
        rules: pack
            .rules
            .iter()
            .map(|rule| RuleShape {
                key: rule.key.clone(),
                title: said(&rule.title, who.language),
                source: rule.source.clone(),
                checked: rule.checked,
                effective_from: rule.effective_from,
                effective_to: rule.effective_to,
                in_force: rule.holds_on(day),
                enforced: rule.says.is_enforced(),
            })
            .collect(),
    });
    let keep = keep_table(&law).into_iter().map(|(record, longest)| KeepShape {
        record: record.word(),
        period: longest.map(|kept| kept.period.into()),
        rule: longest.and_then(|kept| match kept.by {
            KeptBy::Rule(rule) => Some(rule.key.clone()),
            KeptBy::Setting => None,
        }),
        over_since: law.over_since(record),
        own: chosen.keep.contains_key(&record),
    });
    let erasure_needs_two = chosen.erasure == Approval::Two;
    Ok(Json(LawShape { day, packs: packs.collect(), keep: keep.collect(), erasure_needs_two }))
}

#[derive(Debug, Deserialize, ToSchema)]
struct LawBody {
    /// Keys of the packs that hold in this firm.
    packs: Vec<String>,
    /// Periods of the firm's own by kind of record; what is not named follows the packs.
    #[serde(default)]
    keep: BTreeMap<String, SpanShape>,
    /// Whether an erasure needs a second person.
    #[serde(default)]
    erasure_needs_two: bool,
}

/// Chooses packs and periods anew.
#[utoipa::path(put, path = "/law", tag = "law", request_body = LawBody, responses((status = 204)))]
async fn put_law(
    who: HeadOffice<grant::ManageRights>,
    State(app): State<App>,
    Validated(body): Validated<LawBody>,
) -> Result<StatusCode, Problem> {
    let mut keep = BTreeMap::new();
    for (word, SpanShape { years, months, days }) in body.keep {
        let known = Record::from_word(&word);
        let record = known.ok_or(super::LawError::Invalid { field: "keep", rule: "a kind of record" })?;
        keep.insert(record, Span { years, months, days });
    }
    let erasure = if body.erasure_needs_two { Approval::Two } else { Approval::One };
    let tx = who.begin(&app).await?;
    super::choose(&app, &tx, &who, &Chosen { packs: body.packs, keep, erasure }).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
