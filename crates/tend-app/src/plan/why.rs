//! "Why?" and "why not?": for every plan the first condition that decided, for one customer on one day.
//!
//! Today and later days are answered from what is known now. A past day is answered from what its night decided; the
//! facts as they were then are not rebuilt here, and the answer says so.

use super::PlanError;
use super::decisions::{Decided, Entry};
use super::library::{Library, library};
use super::store::nights::{self, Openness};
use crate::customer;
use crate::platform::App;
use crate::segment::{Named, columns_of};
use serde::Serialize;
use std::collections::BTreeMap;
use tend_planner::{
    Columns, Decision, History, PastTouch, PlanAnswer, PlanIndex, Settings, Standing, SubjectId, Verdict, WhyVerdict,
};
use tend_rules::base::*;
use tend_rules::org::Scope;
use tend_rules::plan::{Attention, FIRM_CAP_30D, Withheld};
use tend_rules::segment::{Facts, Value};
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
}

/// What an answer is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// What is known now; nothing was decided for the day yet.
    PresentFacts,
    /// What is known now and what the night decided.
    PresentFactsAndDecisions,
    /// Only what the night of the past day decided.
    Decisions,
    /// No night ran for the past day.
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
    /// The budget of attention as it is now.
    pub budget: Budget,
    /// What the answers are made from.
    pub basis: Basis,
    /// One answer for each plan that runs, the highest priority first.
    pub answers: Vec<Answer>,
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

/// Everything known about the question.
struct Case {
    library: Library,
    columns: Columns,
    day: Day,
    language: Language,
}

/// Why a customer within scope is touched on a day, or not, plan by plan.
pub async fn why(app: &App, scope: &Scope, id: CustomerId, day: Day, language: Language) -> Result<WhyPage, PlanError> {
    let person = customer::one(app, scope, id).await?;
    let library = library(app).await?;
    let columns = columns_of(app, scope, &[id], &library.catalogue, day).await?;
    let decided = decided_for(app, id, day).await?;
    let case = Case { library, columns, day, language };
    let (basis, answers) = match (&decided, day < app.today()) {
        (Some(entries), true) => (Basis::Decisions, case.as_decided(entries)),
        (None, true) => (Basis::Nothing, Vec::new()),
        (kept, false) => {
            let history = case.history(app, id, kept.as_deref()).await?;
            let basis = if kept.is_some() { Basis::PresentFactsAndDecisions } else { Basis::PresentFacts };
            (basis, case.as_known(id, &history, kept.as_deref()))
        }
    };
    let used_30d = match case.columns.row_of(id).and_then(|row| case.fact(row, "contacts_30d")) {
        Some(Value::Int(count)) => count,
        _ => 0,
    };
    Ok(WhyPage {
        day,
        customer: Named { id, name: person.name },
        budget: Budget { used_30d, cap: FIRM_CAP_30D, last_contact: person.last_contact },
        basis,
        answers,
    })
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

/// What the night of the day decided about a customer; `None` if none ran.
async fn decided_for(app: &App, id: CustomerId, day: Day) -> Result<Option<Vec<Entry>>, PlanError> {
    if !nights::has_run(app.read(), day).await? {
        return Ok(None);
    }
    let Some(content) = nights::decisions_of(app.read(), id.bucket(), day).await? else { return Ok(Some(Vec::new())) };
    let mut found = Vec::new();
    Decided::each(&content, day, |customer, entry| found.extend((customer == id).then_some(entry)))?;
    Ok(Some(found))
}

impl Case {
    fn fact(&self, row: u32, key: &str) -> Option<Value> {
        Some(self.columns.facts(row).fact(self.library.catalogue.find(key)?))
    }

    fn named(&self, place: PlanIndex) -> NamedPlan {
        let plan = self.library.compiled.plan(place);
        let title = plan.title.of(self.language).to_owned();
        NamedPlan { id: self.library.id(place), key: plan.key.clone(), title }
    }

    async fn history(&self, app: &App, id: CustomerId, kept: Option<&[Entry]>) -> Result<History, PlanError> {
        let mut history = History::default();
        for touch in nights::touches_of(app.read(), id, self.day - 366).await? {
            let plan = touch.plan.and_then(|plan| self.library.place(plan));
            let of_today = kept.into_iter().flatten().any(|entry| {
                entry.withheld.is_none() && Some(entry.plan) == touch.plan && entry.subject == touch.subject
            });
            history.touches.push(PastTouch {
                customer: id,
                plan,
                subject: if touch.subject == id.0 { SubjectId::Customer } else { SubjectId::Item(touch.subject) },
                due_day: touch.due,
                planned_for: if of_today { self.day } else { touch.due },
                standing: if touch.open == Openness::Open { Standing::Open } else { Standing::Closed },
                attention: plan.map_or(Attention::Counts, |at| self.library.compiled.plan(at).limits.attention),
            });
        }
        Ok(history)
    }

    /// Answers from present facts; what the night decided wins where there is such a decision.
    fn as_known(&self, id: CustomerId, history: &History, kept: Option<&[Entry]>) -> Vec<Answer> {
        let Some(row) = self.columns.row_of(id) else { return Vec::new() };
        let decisions = kept.map(|entries| self.decisions(id, row, entries));
        let (compiled, settings) = (&self.library.compiled, Settings::default());
        let answers =
            tend_planner::why(compiled, &self.columns, row, self.day, history, &settings, decisions.as_deref());
        let shaped = answers.into_iter().map(|answer| {
            let plan = self.library.id(answer.plan);
            let chosen = kept.into_iter().flatten().any(|entry| entry.plan == plan && entry.withheld.is_none());
            self.shaped(answer, chosen)
        });
        shaped.collect()
    }

    fn decisions(&self, id: CustomerId, row: u32, entries: &[Entry]) -> Vec<Decision> {
        let one = |entry: &Entry| {
            let plan = self.library.place(entry.plan)?;
            let collection = self.library.compiled.plan(plan).for_each;
            let place =
                |of| (0..).map_while(|at| self.columns.item_id(of, row, at)).position(|one| one == entry.subject);
            let item = collection.filter(|_| entry.subject != id.0).and_then(place).map(|at| at as u32);
            let verdict = match entry.withheld {
                None => Verdict::Chosen,
                Some(reason) => {
                    Verdict::Withheld { reason, holder: entry.holder.and_then(|plan| self.library.place(plan)) }
                }
            };
            Some(Decision { row, plan, item, verdict, due_day: entry.due, waiting_since: entry.since })
        };
        entries.iter().filter_map(one).collect()
    }

    fn shaped(&self, answer: PlanAnswer, chosen: bool) -> Answer {
        let because = answer.words(self.language);
        let (decided, code, channel, holder) = match answer.verdict {
            WhyVerdict::Chosen { channel } => ("due", "chosen", Some(channel), None),
            WhyVerdict::Withheld { reason: Withheld::AlreadyMade | Withheld::AlreadyOpen, .. } if chosen => {
                ("due", "chosen", None, None)
            }
            WhyVerdict::Withheld { reason: Withheld::Condition, .. } => {
                ("not_due", Withheld::Condition.word(), None, None)
            }
            WhyVerdict::Withheld { reason, holder } => ("withheld", reason.word(), None, holder),
        };
        let because = match (&answer.reason, decided) {
            (Some(reason), "due") => match self.language {
                Language::Zh => reason.zh.clone(),
                Language::En => reason.en.clone(),
            },
            _ => because,
        };
        let seen = answer.deciders.iter().flat_map(|decider| &decider.seen);
        Answer {
            plan: self.named(answer.plan),
            decided,
            code,
            condition: answer.deciders.first().map(|decider| decider.source.clone()),
            because,
            values: seen.map(|seen| (seen.fact.clone(), seen.value.words(self.language))).collect(),
            next_due: answer.next_due,
            held_by: holder.map(|place| self.named(place)),
            channel,
        }
    }

    /// Answers from nothing but what a past night decided. What it did not name had failed its condition.
    fn as_decided(&self, entries: &[Entry]) -> Vec<Answer> {
        let places = (0..self.library.compiled.plans().len()).map(|at| PlanIndex(at as u32));
        let mut answers: Vec<(u8, Answer)> = places
            .map(|place| {
                let plan = self.library.id(place);
                let mut of_plan = entries.iter().filter(|entry| entry.plan == plan);
                let best = of_plan.clone().find(|entry| entry.withheld.is_none()).or_else(|| of_plan.next());
                let priority = self.library.compiled.plan(place).limits.priority;
                (priority, self.remembered(place, best))
            })
            .collect();
        answers.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.plan.key.cmp(&right.1.plan.key)));
        answers.into_iter().map(|(_, answer)| answer).collect()
    }

    fn remembered(&self, place: PlanIndex, entry: Option<&Entry>) -> Answer {
        let (decided, code, because) = match entry.map(|entry| entry.withheld) {
            Some(None) => ("due", "chosen", self.library.compiled.plan(place).title.of(self.language).to_owned()),
            Some(Some(reason)) => ("withheld", reason.word(), reason.sentence(self.language).to_owned()),
            None => {
                let reason = Withheld::Condition;
                ("not_due", reason.word(), reason.sentence(self.language).to_owned())
            }
        };
        let holder = entry.and_then(|entry| entry.holder).and_then(|plan| self.library.place(plan));
        Answer {
            plan: self.named(place),
            decided,
            code,
            condition: None,
            because,
            values: BTreeMap::new(),
            next_due: None,
            held_by: holder.map(|place| self.named(place)),
            channel: None,
        }
    }
}
