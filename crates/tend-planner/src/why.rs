//! "Why?" and "why not?" for one customer: for every plan the first condition that decided.

use crate::columns::Columns;
use crate::compiled::{Compiled, PlanIndex};
use crate::day_plan::{Decision, Verdict};
use crate::gates::{Gate, GateFacts, Settings};
use crate::history::{History, Standing, SubjectId};
use crate::stock::Supply;
use tend_rules::base::{Channel, Day, Language};
use tend_rules::plan::{Attention, CarePlan, Withheld};
use tend_rules::segment::{Decider, Explanation, Facts, Op, Subject, TextWords};

/// How far ahead the next due day is looked for.
pub const AHEAD_DAYS: i32 = 400;

/// The answer of one plan for one customer on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanAnswer {
    /// The plan.
    pub plan: PlanIndex,
    /// The item that came furthest, where the plan speaks of items and the customer has any.
    pub item: Option<u32>,
    /// What was decided, or would be.
    pub verdict: WhyVerdict,
    /// The parts of the condition that decided: all of them where it holds, else the first that failed.
    pub deciders: Vec<Decider>,
    /// The plan's reason in words, where its condition holds.
    pub reason: Option<ReasonWords>,
    /// The next day on which the condition would hold if nothing but the date changed, where it
    /// depends on the date.
    pub next_due: Option<Day>,
}

/// The plan's reason, filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonWords {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What a plan decided for a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyVerdict {
    /// It goes out, or would.
    Chosen {
        /// The channel.
        channel: Channel,
    },
    /// It does not.
    Withheld {
        /// Why.
        reason: Withheld,
        /// The plan that has the contact of the day, where that is the reason.
        holder: Option<PlanIndex>,
    },
}

impl PlanAnswer {
    /// The answer in one sentence.
    pub fn words(&self, language: Language) -> String {
        match (self.verdict, &self.reason) {
            (WhyVerdict::Chosen { .. }, Some(reason)) => match language {
                Language::Zh => reason.zh.clone(),
                Language::En => reason.en.clone(),
            },
            (WhyVerdict::Chosen { .. }, None) => String::new(),
            (WhyVerdict::Withheld { reason: Withheld::Condition, .. }, _) => self
                .deciders
                .first()
                .map_or_else(|| Withheld::Condition.sentence(language).to_owned(), |decider| decider.words(language)),
            (WhyVerdict::Withheld { reason, .. }, _) => reason.sentence(language).to_owned(),
        }
    }
}

/// What every plan says of a customer on a day, the highest priority first.
///
/// `decided` are the decisions of the day's plan on this customer, where it was planned: only they
/// know whose day was full. Without them the budget of attention is worked out among this
/// customer's plans and capacity is taken as free.
pub fn why(
    compiled: &Compiled,
    columns: &Columns,
    row: u32,
    day: Day,
    history: &History,
    settings: &Settings,
    decided: Option<&[Decision]>,
) -> Vec<PlanAnswer> {
    let asked = Asked { compiled, columns, row, day, history, settings };
    let mut answers: Vec<(PlanAnswer, i64)> =
        (0..compiled.plans.len()).map(|place| asked.answer(PlanIndex(place as u32))).collect();
    answers.sort_by_key(|(answer, worth)| {
        (std::cmp::Reverse((compiled.plan(answer.plan).limits.priority, *worth)), answer.plan)
    });
    let mut answers: Vec<PlanAnswer> = answers.into_iter().map(|(answer, _)| answer).collect();
    match decided {
        Some(decisions) => take_decisions(&mut answers, decisions),
        None => asked.share_budget(&mut answers),
    }
    answers
}

/// Puts what the day's plan decided in place of what this customer alone would give.
fn take_decisions(answers: &mut [PlanAnswer], decisions: &[Decision]) {
    for answer in answers {
        let mut of_plan = decisions.iter().filter(|decision| decision.plan == answer.plan);
        let of_item = of_plan.clone().find(|decision| decision.item == answer.item);
        if let Some(decision) = of_item.or_else(|| of_plan.next())
            && let Verdict::Withheld { reason, holder } = decision.verdict
        {
            answer.verdict = WhyVerdict::Withheld { reason, holder };
        }
    }
}

struct Asked<'a> {
    compiled: &'a Compiled,
    columns: &'a Columns,
    row: u32,
    day: Day,
    history: &'a History,
    settings: &'a Settings,
}

impl Asked<'_> {
    fn answer(&self, index: PlanIndex) -> (PlanAnswer, i64) {
        let (plan, facts) = (self.compiled.plan(index), self.columns.facts(self.row));
        let subject = furthest(plan, &facts, self.day);
        let item = match subject {
            Some(Subject::Item(item)) => Some(item as u32),
            _ => None,
        };
        let asked = subject.unwrap_or(Subject::Customer);
        let explanation = plan.who.explain(&self.compiled.catalogue, &facts, asked, self.day);
        let (deciders, holds) = match explanation {
            Explanation::Holds(parts) => (parts, subject.is_some()),
            Explanation::Fails(part) => (vec![part], false),
        };
        let verdict = if holds { self.gate(index, item) } else { refused(Withheld::Condition) };
        let reason = holds.then(|| self.reason(plan, &facts, asked));
        let worth = plan.worth_of(&facts, &self.compiled.catalogue, asked, self.day);
        let next_due = next_due(plan, &facts, self.day);
        (PlanAnswer { plan: index, item, verdict, deciders, reason, next_due }, worth)
    }

    fn reason(&self, plan: &CarePlan, facts: &dyn Facts, subject: Subject) -> ReasonWords {
        let words = TextWords::of(&self.compiled.catalogue);
        let render = |language| plan.reason.of(language).render(facts, subject, self.day, language, &words).text;
        ReasonWords { zh: render(Language::Zh), en: render(Language::En) }
    }

    /// What lifecycle, history, quiet days, consent, caps and cool-down say.
    fn gate(&self, index: PlanIndex, item: Option<u32>) -> WhyVerdict {
        let customer = self.columns.customer(self.row);
        let subject = self.subject(index, item);
        let same = |touch: &&crate::history::PastTouch| {
            touch.customer == customer && touch.plan == Some(index) && touch.subject == subject
        };
        let mut past = self.history.touches.iter().filter(same);
        if past.clone().any(|touch| touch.due_day == self.day) {
            return refused(Withheld::AlreadyMade);
        }
        if past.any(|touch| touch.standing == Standing::Open) {
            return refused(Withheld::AlreadyOpen);
        }
        let standings = GateFacts::of(self.compiled, self.columns).standings(self.row);
        match Gate::on(self.day, self.compiled, self.settings).pass(index, &standings) {
            Ok(channel) => WhyVerdict::Chosen { channel },
            Err(reason) => refused(reason),
        }
    }

    fn subject(&self, index: PlanIndex, item: Option<u32>) -> SubjectId {
        let (Some(item), Some(collection)) = (item, self.compiled.plan(index).for_each) else {
            return SubjectId::Customer;
        };
        let at = self.columns.item_rows(collection, self.row as usize).start + item as usize;
        let id = self.columns.items_of(collection).and_then(|items| items.ids.get(at)).copied();
        SubjectId::Item(id.unwrap_or_default())
    }

    /// One contact a day: the first of the answers has it, the others are told who. Without a gift that goes with it none
    /// goes out.
    fn share_budget(&self, answers: &mut [PlanAnswer]) {
        let customer = self.columns.customer(self.row);
        let today = |touch: &&crate::history::PastTouch| {
            let counts = touch.attention == Attention::Counts && touch.standing != Standing::Withdrawn;
            touch.customer == customer && touch.planned_for == self.day && counts
        };
        let mut holder = self.history.touches.iter().find(today).map(|touch| touch.plan);
        for answer in answers {
            let plan = self.compiled.plan(answer.plan);
            if !matches!(answer.verdict, WhyVerdict::Chosen { .. }) {
                continue;
            }
            if plan.gift.as_ref().and_then(|gift| self.history.gifts.get(&gift.key)).is_some_and(Supply::is_gone) {
                answer.verdict = refused(Withheld::GiftsGone);
                continue;
            }
            if plan.limits.attention == Attention::Free {
                continue;
            }
            match holder {
                None => holder = Some(Some(answer.plan)),
                Some(plan) if plan == Some(answer.plan) => {}
                Some(plan) => {
                    answer.verdict = WhyVerdict::Withheld { reason: Withheld::AlreadyTouchedToday, holder: plan };
                }
            }
        }
    }
}

fn refused(reason: Withheld) -> WhyVerdict {
    WhyVerdict::Withheld { reason, holder: None }
}

/// The subject whose condition holds, else the one that comes furthest; `None` if there is no item.
fn furthest(plan: &CarePlan, facts: &dyn Facts, day: Day) -> Option<Subject> {
    let Some(collection) = plan.for_each else { return Some(Subject::Customer) };
    let met = |item: &usize| {
        let subject = Subject::Item(*item);
        let holds = plan.who.holds(facts, subject, day);
        (holds, plan.who.parts_met(facts, subject, day), std::cmp::Reverse(*item))
    };
    (0..facts.count(collection)).max_by_key(met).map(Subject::Item)
}

/// The next day after `day` on which a subject meets the condition, where it depends on the date.
fn next_due(plan: &CarePlan, facts: &dyn Facts, day: Day) -> Option<Day> {
    if !plan.who.root.has_part(&|node| matches!(node.what, Op::Today)) {
        return None;
    }
    (1..=AHEAD_DAYS).map(|ahead| day + ahead).find(|day| !plan.matching_subjects(facts, *day).is_empty())
}
