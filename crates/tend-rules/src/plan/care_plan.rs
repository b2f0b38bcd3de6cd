//! A care plan: whom, why, through which channel, by whom, within which limits, proved how.

use super::fault::{Fault, FaultCode, Source};
use crate::base::{Channel, Day};
use crate::segment::{
    Catalogue, CollectionId, Expression, Facts, Kind, Node, Op, Reads, Scalar, Span, Subject, Text, Value, Words,
    festival, nearest,
};
use std::collections::BTreeMap;

/// A care plan as its file says (docs/care-language.md).
#[derive(Debug, Clone)]
pub struct CarePlan {
    /// Unique in the firm.
    pub key: String,
    /// Groups outcome codes and statements.
    pub business_type: String,
    /// The plan's name.
    pub title: Words,
    /// Why a customer is touched, with parts to fill in.
    pub reason: LocalText,
    /// What the plan speaks of: an item, or the customer.
    pub for_each: Option<CollectionId>,
    /// The name of the item in the plan's expressions.
    pub item_name: Option<String>,
    /// Whom it touches.
    pub who: Expression,
    /// What a touch is worth.
    pub worth: Worth,
    /// What a touch costs beside people's time: a gift, a card, postage. Nothing where it is not said.
    pub cost: Option<Box<Expression>>,
    /// The gift that goes with a touch, by its code in the firm's catalogue; its cost comes on top of `cost`.
    pub gift: Option<NamedGift>,
    /// The channels in order of preference.
    pub channels: Vec<Channel>,
    /// Who does the work.
    pub by: By,
    /// What the person must be able to do.
    pub skills: Vec<String>,
    /// The key of the script.
    pub script: Option<String>,
    /// The keys of the templates by channel.
    pub templates: BTreeMap<Channel, String>,
    /// When it must not go out.
    pub limits: Limits,
    /// What shows that it was done; any one will do.
    pub proof: Vec<Proof>,
    /// Examples that the plan must answer as they say.
    pub tests: Vec<super::PlanTest>,
    /// The file's text.
    pub source: String,
}

/// The code of a gift, and where the plan's text names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedGift {
    /// The code.
    pub key: String,
    /// Where it stands.
    pub span: Span,
}

/// A text in both languages with parts to fill in.
#[derive(Debug, Clone)]
pub struct LocalText {
    /// Chinese.
    pub zh: Text,
    /// English.
    pub en: Text,
}

impl LocalText {
    /// The text of a language.
    pub fn of(&self, language: crate::base::Language) -> &Text {
        match language {
            crate::base::Language::Zh => &self.zh,
            crate::base::Language::En => &self.en,
        }
    }
}

/// What a touch is worth, for choosing between touches of one priority.
#[derive(Debug, Clone)]
pub enum Worth {
    /// An amount that the plan works out.
    Expression(Box<Expression>),
    /// This part of the customer's annual value.
    AnnualValue {
        /// The part, 1.0 for all of it.
        factor: f64,
    },
}

/// Who does the work of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The owner; for an orphan the heir of the owner who left, else the branch.
    Owner,
    /// The branch, which hands the work out.
    Branch,
    /// A specialist of the branch.
    Specialist,
}

/// What shows that a touch was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub enum Proof {
    /// A call of at least 30 seconds.
    #[serde(rename = "call_30s")]
    Call30s,
    /// An answer of the customer.
    #[serde(rename = "reply")]
    Reply,
    /// A delivery receipt.
    #[serde(rename = "delivered")]
    Delivered,
    /// A photo taken at the visit.
    #[serde(rename = "visit_photo")]
    VisitPhoto,
    /// The customer's signature.
    #[serde(rename = "signature")]
    Signature,
    /// A note of the person.
    #[serde(rename = "note")]
    Note,
}

/// Whether a touch uses up the customer's attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attention {
    /// It counts as a contact.
    Counts,
    /// It does not: a notice that the law requires. Caps, cool-down and the daily budget pass it by.
    Free,
}

/// When a plan must not touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// 0..100, higher first.
    pub priority: u8,
    /// Days that must have passed since the last contact of any plan.
    pub cooldown_days: i32,
    /// Contacts of all plans in the last 30 days must stay below.
    pub cap_30d: i64,
    /// Days after the due day until it is too late.
    pub expires_after_days: i32,
    /// Festivals on which it rests.
    pub quiet_days: Vec<String>,
    /// Minutes after midnight at which it goes out, if it has a fixed time.
    pub at_minute: Option<u16>,
    /// Whether it counts as a contact.
    pub attention: Attention,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            priority: 50,
            cooldown_days: 0,
            cap_30d: FIRM_CAP_30D,
            expires_after_days: 3,
            quiet_days: Vec::new(),
            at_minute: None,
            attention: Attention::Counts,
        }
    }
}

/// How many contacts in 30 days a firm allows unless it says otherwise.
pub const FIRM_CAP_30D: i64 = 3;

/// Where a customer stands, as far as plans ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reachable {
    /// Plans may touch.
    Yes,
    /// Only plans that ask for lost customers may.
    Lost,
    /// None may.
    Blocked,
    /// None may, ever again.
    Deceased,
}

impl Reachable {
    /// From the word of the fact `lifecycle`.
    pub fn of_lifecycle(word: &str) -> Self {
        match word {
            "lost" => Reachable::Lost,
            "blocked" => Reachable::Blocked,
            "deceased" => Reachable::Deceased,
            _ => Reachable::Yes,
        }
    }

    /// From a customer's facts.
    pub fn of(facts: &dyn Facts, catalogue: &Catalogue) -> Self {
        match catalogue.find("lifecycle").map(|id| facts.fact(id)) {
            Some(Value::Text(word)) => Self::of_lifecycle(&word),
            _ => Reachable::Yes,
        }
    }
}

impl CarePlan {
    /// Whether the plan's condition speaks of lost customers.
    pub fn asks_for_lost(&self, catalogue: &Catalogue) -> bool {
        let lifecycle = catalogue.find("lifecycle");
        let is_lost =
            |node: &crate::segment::Node| matches!(&node.what, Op::Constant(Value::Text(word)) if &**word == "lost");
        let is_lifecycle = |node: &crate::segment::Node| matches!(&node.what, Op::Fact(id) if Some(*id) == lifecycle);
        self.who.root.has_part(&|node| match &node.what {
            Op::Compare(_, sides) => sides.iter().any(is_lost) && sides.iter().any(is_lifecycle),
            Op::OneOf(needle, options) => is_lifecycle(needle) && options.iter().any(is_lost),
            _ => false,
        })
    }

    /// The plan as it is on days on which no version of it is in force: about nobody.
    #[must_use]
    pub fn resting(&self) -> Self {
        let root =
            Node { what: Op::Constant(Value::Bool(false)), kind: Kind::One(Scalar::Bool), span: Span::default() };
        let who = Expression { source: "false".into(), root, reads: Reads::default(), subject: self.who.subject };
        Self { who, ..self.clone() }
    }

    /// Why the plan must leave a customer alone whatever else holds.
    pub fn barred(&self, reachable: Reachable, catalogue: &Catalogue) -> Option<super::Withheld> {
        match reachable {
            Reachable::Yes => None,
            Reachable::Blocked => Some(super::Withheld::LifecycleBlocked),
            Reachable::Deceased => Some(super::Withheld::Deceased),
            Reachable::Lost => (!self.asks_for_lost(catalogue)).then_some(super::Withheld::LifecycleLost),
        }
    }

    /// The festival on which the plan rests, if `day` is one.
    pub fn quiet_festival(&self, day: Day) -> Option<&'static str> {
        let today = festival(day);
        self.limits.quiet_days.iter().any(|quiet| quiet == today).then_some(today)
    }

    /// The last day on which a touch due on `due` may go out.
    pub fn not_after(&self, due: Day) -> Day {
        due + self.limits.expires_after_days
    }

    /// Every fact that the plan's condition, worth, cost and reason read.
    pub fn reads(&self) -> Reads {
        let mut reads = self.who.reads.clone();
        if let Worth::Expression(worth) = &self.worth {
            reads.join(&worth.reads);
        }
        if let Some(cost) = &self.cost {
            reads.join(&cost.reads);
        }
        reads.join(&self.reason.zh.reads());
        reads.join(&self.reason.en.reads());
        reads.collections.extend(self.for_each);
        reads
    }

    /// The subjects of one customer for which the condition holds.
    pub fn matching_subjects(&self, facts: &dyn Facts, today: Day) -> Vec<Subject> {
        let subjects: Vec<Subject> = match self.for_each {
            None => vec![Subject::Customer],
            Some(collection) => (0..facts.count(collection)).map(Subject::Item).collect(),
        };
        subjects.into_iter().filter(|subject| self.who.holds(facts, *subject, today)).collect()
    }

    /// That the plan names a gift which is not among those that the firm gives, if so: where, and what was meant.
    pub fn gift_fault<'a>(&self, file: &str, gifts: impl Iterator<Item = &'a str> + Clone) -> Option<Fault> {
        let named = self.gift.as_ref().filter(|named| gifts.clone().all(|gift| gift != named.key))?;
        let source = Source { file, text: &self.source };
        let mut fault = source.fault(FaultCode::NoSuchGift, named.span, &[("found", &named.key)]);
        fault.suggestion = nearest(&named.key, gifts).map(str::to_owned);
        Some(fault)
    }

    /// What a touch costs beside people's time and its gift in minor units of the firm's currency; nothing where it cannot be told.
    pub fn cost_of(&self, facts: &dyn Facts, subject: Subject, today: Day) -> i64 {
        match self.cost.as_ref().map(|cost| cost.value(facts, subject, today)) {
            Some(Value::Money(minor)) => minor.max(0),
            _ => 0,
        }
    }

    /// What a touch is worth in minor units of the firm's currency; nothing where it cannot be told.
    pub fn worth_of(&self, facts: &dyn Facts, catalogue: &Catalogue, subject: Subject, today: Day) -> i64 {
        let value = match &self.worth {
            Worth::Expression(worth) => worth.value(facts, subject, today),
            Worth::AnnualValue { factor } => {
                let annual = catalogue.find("annual_value").map_or(Value::Missing, |id| facts.fact(id));
                crate::segment::scalar::call(crate::segment::Function::Multiply, &[annual, Value::Double(*factor)])
            }
        };
        match value {
            Value::Money(minor) => minor,
            _ => 0,
        }
    }
}

/// The subjects that `plan` owes a customer on `today` before consent, caps and capacity are asked:
/// the condition holds and the customer may be reached at all.
pub fn due_subjects(plan: &CarePlan, catalogue: &Catalogue, facts: &dyn Facts, today: Day) -> Vec<Subject> {
    if plan.barred(Reachable::of(facts, catalogue), catalogue).is_some() {
        return Vec::new();
    }
    plan.matching_subjects(facts, today)
}
