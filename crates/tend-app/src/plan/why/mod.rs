//! "Why?" and "why not?": for every plan the first condition that decided, for one customer on one day.
//!
//! Today and later days are answered from what is known now. A past day is answered from what was known when its night
//! ran, rebuilt from the journal, beside what the night decided; what was learnt since is named.

mod case;
mod past;

use self::case::{Case, decided_for};
use super::PlanError;
use super::library::library;
use super::store::nights;
use crate::customer;
use crate::platform::App;
use crate::segment::{Named, columns_of, columns_then};
use serde::Serialize;
use std::collections::BTreeMap;
use tend_rules::base::*;
use tend_rules::org::Scope;
use utoipa::ToSchema;

/// A plan by name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedPlan {
    /// The plan.
    pub id: PlanId,
    /// Its key.
    pub key: String,
    /// Its name in the reader's language.
    pub title: String,
}

/// What one plan said.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Answer {
    /// The plan.
    pub plan: NamedPlan,
    /// `due`, `withheld` or `not_due`.
    pub decided: &'static str,
    /// `chosen`, or the word of the reason.
    pub code: &'static str,
    /// The part of the plan's condition that decided, as written.
    pub condition: Option<String>,
    /// The answer in one sentence.
    pub because: String,
    /// What the facts in that part said, in words.
    pub values: BTreeMap<String, String>,
    /// The next day on which the condition would hold if nothing but the date changed.
    pub next_due: Option<Day>,
    /// The plan that had the contact of the day, where that is the reason.
    pub held_by: Option<NamedPlan>,
    /// The channel, where the touch goes out.
    pub channel: Option<Channel>,
    /// Of a past day: where what is rebuilt and what the night decided do not fit each other, and why.
    pub unlike: Option<Unlike>,
}

/// Why the rebuilt answer of a past day may not be that of its night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unlike {
    /// The plan was changed or came since: the night asked something else, or nothing.
    PlanChanged,
    /// The night decided otherwise than the rebuilt facts would.
    DecidedOtherwise,
}

/// Something that was learnt after the night of a past day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LearntLater {
    /// The fact or collection; `owner` for who keeps the customer, `import` for what a batch brought, `record` for what
    /// this version of the program has no word for.
    pub key: String,
    /// Its name in the reader's language.
    pub title: String,
    /// When it was learnt for the first time since.
    #[schema(value_type = String)]
    pub at: Instant,
    /// Whether the journal tells what stood before. If not, the present stands in.
    pub is_told: bool,
}

/// What an answer is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// What is known now; nothing was decided for the day yet.
    PresentFacts,
    /// What is known now and what the night decided.
    PresentFactsAndDecisions,
    /// What was known at the end of the past day, asked by the plans of today; no night ran for it.
    PastFacts,
    /// What was known when the night of the past day ran, and what it decided.
    PastFactsAndDecisions,
    /// The customer was not on file on the past day.
    Nothing,
}

/// The budget of attention.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Budget {
    /// Contacts in the last thirty days.
    pub used_30d: i64,
    /// How many the firm allows.
    pub cap: i64,
    /// The day of the last contact.
    pub last_contact: Option<Day>,
}

/// Why a customer is touched on a day, or not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WhyPage {
    /// The day.
    pub day: Day,
    /// The customer.
    pub customer: Named,
    /// The budget of attention on the day, as far as it is known.
    pub budget: Budget,
    /// What the answers are made from.
    pub basis: Basis,
    /// One answer for each plan that runs, the highest priority first.
    pub answers: Vec<Answer>,
    /// Of a past day: what was learnt since, and so played no part where the journal tells what stood before.
    pub learnt_later: Vec<LearntLater>,
    /// Of a past day: whether the journal tells everything that changed since.
    pub is_certain: bool,
}

/// A day on which a plan would speak to a customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FutureItem {
    /// The day.
    pub day: Day,
    /// The plan.
    pub plan: NamedPlan,
    /// What it is.
    pub title: String,
}

/// Why a customer within scope is touched on a day, or not, plan by plan.
pub async fn why(app: &App, scope: &Scope, id: CustomerId, day: Day, language: Language) -> Result<WhyPage, PlanError> {
    let person = customer::one(app, scope, id).await?;
    let library = library(app, day).await?;
    let decided = decided_for(app, id, day).await?;
    let name = person.name;
    if day < app.today() {
        let night = nights::ended_at(app.read(), day).await?;
        let at = night.unwrap_or_else(|| Instant::from_millis(app.zone().instant_at(day + 1, 0).millis() - 1));
        let known = customer::known_at(app, scope, id, at).await?;
        let columns = columns_then(app, known.clone(), &library.catalogue, day).await?;
        return Case { library, columns, day, language }.past(app, name, known, decided.as_ref()).await;
    }
    let columns = columns_of(app, scope, &[id], &library.catalogue, day).await?;
    let case = Case { library, columns, day, language };
    let kept = decided.as_ref().map(|decided| decided.entries.as_slice());
    let history = case.history(app, id, kept).await?;
    let basis = if kept.is_some() { Basis::PresentFactsAndDecisions } else { Basis::PresentFacts };
    let answers = case.as_known(id, &history, kept);
    Ok(case.page(id, name, person.last_contact, basis, answers))
}

/// The days ahead on which plans would speak to a customer if nothing but the date changed, nearest first.
pub(super) async fn future(
    app: &App,
    scope: &Scope,
    id: CustomerId,
    language: Language,
) -> Result<Vec<FutureItem>, PlanError> {
    let page = why(app, scope, id, app.today(), language).await?;
    let mut days = Vec::new();
    for answer in page.answers {
        let today = (answer.decided == "due").then_some(page.day);
        for day in today.into_iter().chain(answer.next_due) {
            days.push(FutureItem { day, title: answer.plan.title.clone(), plan: answer.plan.clone() });
        }
    }
    days.sort_by_key(|item| item.day);
    days.truncate(50);
    Ok(days)
}
