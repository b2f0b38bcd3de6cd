//! One customer, one day: what the planner answers, put into words, and what the night decided about it.

use super::{Answer, Basis, Budget, NamedPlan, WhyPage};
use crate::plan::PlanError;
use crate::plan::decisions::{Decided, Entry};
use crate::plan::gifts;
use crate::plan::library::Library;
use crate::plan::store::nights;
use crate::platform::App;
use crate::segment::Named;
use std::collections::BTreeMap;
use tend_planner::{
    Columns, Decision, History, PastTouch, PlanAnswer, PlanIndex, Settings, SubjectId, Verdict, WhyVerdict,
};
use tend_rules::base::*;
use tend_rules::plan::{Attention, FIRM_CAP_30D, Withheld};
use tend_rules::segment::{Facts, Value};

/// Everything known about the question.
pub(super) struct Case {
    pub library: Library,
    pub columns: Columns,
    pub day: Day,
    pub language: Language,
}

/// What a night decided about one customer.
pub(super) struct OfNight {
    pub entries: Vec<Entry>,
    /// The published versions of the plans that it asked; none where it decided nothing in the customer's bucket.
    pub versions: BTreeMap<PlanId, i32>,
}

/// What the night of the day decided about a customer; `None` if none ran.
pub(super) async fn decided_for(app: &App, id: CustomerId, day: Day) -> Result<Option<OfNight>, PlanError> {
    if !nights::has_run(app.read(), day).await? {
        return Ok(None);
    }
    let mut entries = Vec::new();
    let content = nights::decisions_of(app.read(), id.bucket(), day).await?;
    let versions = content.map(|content| {
        Decided::each(&content, day, |customer, entry| entries.extend((customer == id).then_some(entry)))
    });
    let versions = versions.transpose()?.unwrap_or_default();
    Ok(Some(OfNight { entries, versions }))
}

impl Case {
    pub(super) fn page(
        &self,
        id: CustomerId,
        name: String,
        last_contact: Option<Day>,
        basis: Basis,
        answers: Vec<Answer>,
    ) -> WhyPage {
        let used_30d = match self.columns.row_of(id).and_then(|row| self.fact(row, "contacts_30d")) {
            Some(Value::Int(count)) => count,
            _ => 0,
        };
        WhyPage {
            day: self.day,
            customer: Named { id, name },
            budget: Budget { used_30d, cap: FIRM_CAP_30D, last_contact },
            basis,
            answers,
            learnt_later: Vec::new(),
            is_certain: true,
        }
    }

    pub(super) fn fact(&self, row: u32, key: &str) -> Option<Value> {
        Some(self.columns.facts(row).fact(self.library.catalogue.find(key)?))
    }

    pub(super) fn named(&self, place: PlanIndex) -> NamedPlan {
        let plan = self.library.compiled.plan(place);
        let title = plan.title.of(self.language).to_owned();
        NamedPlan { id: self.library.id(place), key: plan.key.clone(), title }
    }

    pub(super) async fn history(
        &self,
        app: &App,
        id: CustomerId,
        kept: Option<&[Entry]>,
    ) -> Result<History, PlanError> {
        let mut history = History { gifts: gifts::supplies(app, self.day).await?, ..History::default() };
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
                standing: touch.standing,
                attention: plan.map_or(Attention::Counts, |at| self.library.compiled.plan(at).limits.attention),
            });
        }
        Ok(history)
    }

    /// Answers from present facts; what the night decided wins where there is such a decision.
    pub(super) fn as_known(&self, id: CustomerId, history: &History, kept: Option<&[Entry]>) -> Vec<Answer> {
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
            unlike: None,
        }
    }
}
