//! The plans of a firm made ready: which facts they read, in which order they are chosen.

use crate::columns::Needs;
use crate::engine::{CUSTOMERS, FrameId, TermId, TermOp, Terms};
use crate::gates::{LostCustomers, Settings};
use std::collections::HashMap;
use std::sync::Arc;
use tend_rules::law::purpose_of;
use tend_rules::plan::{By, CarePlan, Worth};
use tend_rules::segment::{Catalogue, FactId, Kind, Node, Op, Scalar, Span};

/// A plan by its place in [`Compiled`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanIndex(pub u32);

/// The plans of a firm made ready for columns. There may be any number of them.
#[derive(Debug)]
pub struct Compiled {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) plans: Vec<Arc<CarePlan>>,
    pub(crate) terms: Terms,
    pub(crate) of_plans: Vec<PlanTerms>,
    pub(crate) asks_for_lost: Vec<bool>,
    pub(crate) annual_value: Option<FactId>,
    steady: Vec<Steady>,
    /// By plan: what its touches are for.
    purposes: Vec<&'static str>,
    by_key: HashMap<String, PlanIndex>,
}

/// Where a plan's terms stand.
#[derive(Debug)]
pub(crate) struct PlanTerms {
    /// The condition.
    pub who: TermId,
    /// The rows of the plan's subjects.
    pub frame: FrameId,
    /// The worth expression, or the customer's annual value.
    pub worth: Option<TermId>,
}

/// What of a plan stays as it is from day to day while nothing happens but contacts.
#[derive(Debug, Clone, Copy)]
struct Steady {
    /// What its condition says of one and the same day, and what a touch is worth on it.
    of_day: bool,
    /// And what a touch is worth on any day.
    of_any_day: bool,
}

/// Two plans of one firm have the same key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("two plans have the key {key}")]
pub struct SameKey {
    /// The key.
    pub key: String,
}

impl SameKey {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        "plans_same_key"
    }
}

/// Makes plans ready. Their places are the order of their keys, whatever order they come in.
///
/// # Errors
/// Two plans with one key.
pub fn compile(plans: Vec<Arc<CarePlan>>, catalogue: &Arc<Catalogue>) -> Result<Compiled, SameKey> {
    let mut plans = plans;
    plans.sort_by(|left, right| left.key.cmp(&right.key));
    if let Some(pair) = plans.windows(2).find(|pair| pair[0].key == pair[1].key) {
        return Err(SameKey { key: pair[0].key.clone() });
    }
    let mut terms = Terms::default();
    let annual_value = catalogue.find("annual_value");
    let of_plans: Vec<PlanTerms> = plans.iter().map(|plan| plan_terms(plan, annual_value, &mut terms)).collect();
    let contacts = ["contacts_30d", "last_contact"].map(|key| catalogue.find(key));
    let knows_contacts =
        |term| terms.any(term, |what| matches!(what, TermOp::Fact(fact) if contacts.contains(&Some(*fact))));
    let knows_today = |term| terms.any(term, |what| matches!(what, TermOp::Today));
    let steady = |of_plan: &PlanTerms| {
        let of_day = !knows_contacts(of_plan.who) && !of_plan.worth.is_some_and(knows_contacts);
        Steady { of_day, of_any_day: of_day && !of_plan.worth.is_some_and(knows_today) }
    };
    let steady = of_plans.iter().map(steady).collect();
    let by_key = plans.iter().enumerate().map(|(place, plan)| (plan.key.clone(), PlanIndex(place as u32))).collect();
    let purposes = plans.iter().map(|plan| purpose_of(&plan.business_type)).collect();
    let asks_for_lost = plans.iter().map(|plan| plan.asks_for_lost(catalogue)).collect();
    let catalogue = Arc::clone(catalogue);
    Ok(Compiled { catalogue, plans, terms, of_plans, asks_for_lost, annual_value, steady, purposes, by_key })
}

fn plan_terms(plan: &CarePlan, annual_value: Option<FactId>, terms: &mut Terms) -> PlanTerms {
    let who = terms.add(&plan.who.root, plan.for_each);
    let frame = plan.for_each.map_or(CUSTOMERS, |collection| terms.subject_frame(collection));
    let worth = match &plan.worth {
        Worth::Expression(worth) => Some(terms.add(&worth.root, plan.for_each)),
        Worth::AnnualValue { .. } => annual_value.map(|fact| {
            let (what, kind) = (Op::Fact(fact), Kind::One(Scalar::Money));
            terms.add(&Node { what, kind, span: Span::default() }, None)
        }),
    };
    PlanTerms { who, frame, worth }
}

impl Compiled {
    /// The plans in their places.
    pub fn plans(&self) -> &[Arc<CarePlan>] {
        &self.plans
    }

    /// A plan by its place.
    pub fn plan(&self, index: PlanIndex) -> &CarePlan {
        &self.plans[index.0 as usize]
    }

    /// The purpose of the plan's touches, for which consent is asked.
    pub(crate) fn purpose(&self, index: PlanIndex) -> &'static str {
        self.purposes[index.0 as usize]
    }

    /// Whether contacts leave whom the plan is about on a day as it is.
    pub(crate) fn is_steady_on_a_day(&self, index: PlanIndex) -> bool {
        self.steady[index.0 as usize].of_day
    }

    /// Whether it does, and touches are worth the same on any day.
    pub(crate) fn is_steady(&self, index: PlanIndex) -> bool {
        self.steady[index.0 as usize].of_any_day
    }

    /// Whether the plan may reach customers who are lost.
    pub(crate) fn may_reach_lost(&self, index: PlanIndex, settings: &Settings) -> bool {
        settings.lost == LostCustomers::LikeOthers || self.asks_for_lost[index.0 as usize]
    }

    /// The place of a plan by its key.
    pub fn find(&self, key: &str) -> Option<PlanIndex> {
        self.by_key.get(key).copied()
    }

    /// The facts that the plans need of every customer.
    pub fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        for plan in &self.plans {
            needs.reads.join(&plan.reads());
            needs.with_ids.extend(plan.for_each);
            if matches!(plan.worth, Worth::AnnualValue { .. }) {
                needs.reads.facts.extend(self.annual_value);
            }
            // Specialists are looked for by the customer's language.
            if plan.by == By::Specialist || !plan.skills.is_empty() {
                needs.reads.facts.extend(self.catalogue.find("language"));
            }
        }
        needs.with_gates(&self.catalogue)
    }
}
