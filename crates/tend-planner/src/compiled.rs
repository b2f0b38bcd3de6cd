//! The plans of a firm made ready: which facts they read, in which order they are chosen.

use crate::columns::Needs;
use crate::engine::Terms;
use std::collections::HashMap;
use std::sync::Arc;
use tend_rules::plan::{CarePlan, Worth};
use tend_rules::segment::{Catalogue, FactId, Scalar};

/// A plan by its place in [`Compiled`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanIndex(pub u32);

/// The plans of a firm made ready for columns. There may be any number of them.
#[derive(Debug)]
pub struct Compiled {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) plans: Vec<Arc<CarePlan>>,
    pub(crate) terms: Terms,
    /// The term of each plan's condition.
    pub(crate) who: Vec<usize>,
    /// The term of each plan's worth, where it has an expression.
    pub(crate) worth: Vec<Option<usize>>,
    pub(crate) asks_for_lost: Vec<bool>,
    pub(crate) annual_value: Option<FactId>,
    by_key: HashMap<String, PlanIndex>,
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
    let who = plans.iter().map(|plan| terms.add(&plan.who.root)).collect();
    let worth = plans
        .iter()
        .map(|plan| match &plan.worth {
            Worth::Expression(worth) if worth.kind() == tend_rules::segment::Kind::One(Scalar::Money) => {
                Some(terms.add(&worth.root))
            }
            _ => None,
        })
        .collect();
    let by_key = plans.iter().enumerate().map(|(place, plan)| (plan.key.clone(), PlanIndex(place as u32))).collect();
    let asks_for_lost = plans.iter().map(|plan| plan.asks_for_lost(catalogue)).collect();
    let annual_value = catalogue.find("annual_value");
    let catalogue = Arc::clone(catalogue);
    Ok(Compiled { catalogue, plans, terms, who, worth, asks_for_lost, annual_value, by_key })
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
        }
        needs.with_gates(&self.catalogue)
    }
}
