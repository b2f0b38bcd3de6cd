//! How a sale stands: each step with its evidence, and the gaps that keep it from being closed.

use super::{Anchor, EvidenceKind, Opened, Process, Step, Supplied, Unfit};
use crate::base::{Day, EvidenceId, Instant};
use crate::org::Role;
use crate::segment::{Facts, Subject};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// A sale as the rules see it.
pub struct Case<'a> {
    /// The process and version to which it is pinned.
    pub process: &'a Process,
    /// The customer.
    pub facts: &'a dyn Facts,
    /// The agreement, where the process is about one.
    pub subject: Subject,
    /// When the trace was opened.
    pub opened: Opened,
    /// The day for which its conditions are asked.
    pub today: Day,
    /// Everything that was supplied, oldest first.
    pub supplied: &'a [Supplied],
}

/// What a required step lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The step; empty where the process itself does not fit the customer.
    pub step: String,
    /// Why it is not shown.
    #[serde(flatten)]
    pub lack: Lack,
    /// Until when it must be shown.
    pub by: Option<Instant>,
    /// What would show it.
    pub accepts: Vec<EvidenceKind>,
    /// Who can supply it; empty for everybody who runs traces.
    pub roles: Vec<Role>,
}

/// Why a step is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "lack", rename_all = "snake_case")]
pub enum Lack {
    /// There is no evidence.
    Missing,
    /// What there is does not do.
    Unfit {
        /// Why.
        #[serde(flatten)]
        unfit: Unfit,
    },
    /// It happened after its time.
    Late {
        /// Until when it should have.
        by_at: Instant,
    },
    /// It happened before a step that must come first.
    TooEarly {
        /// That step.
        after: String,
    },
    /// The process is not for this customer any more: what is known of the customer asks for another one.
    WrongProcess,
}

impl Lack {
    /// The stable word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unfit { unfit } => unfit.word(),
            Self::Late { .. } => "late",
            Self::TooEarly { .. } => "too_early",
            Self::WrongProcess => "wrong_process",
        }
    }
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Shown.
    Met,
    /// Needed and not shown.
    Gap,
    /// Not shown and not needed.
    Open,
}

/// A step of a sale.
#[derive(Debug, Clone)]
pub struct StepStanding {
    /// The step's key.
    pub step: String,
    /// Whether this sale needs it.
    pub needed: bool,
    /// How it stands.
    pub state: StepState,
    /// Why it is not shown.
    pub lack: Option<Lack>,
    /// Until when it must have happened.
    pub by: Option<Instant>,
    /// When it happened, where it is shown.
    pub met_at: Option<Instant>,
    /// The evidence in force for it, oldest first.
    pub evidence: Vec<EvidenceId>,
}

/// Every step of a sale in its order.
pub fn standing(case: &Case<'_>) -> Vec<StepStanding> {
    let named: HashSet<EvidenceId> = case.supplied.iter().filter_map(|one| one.corrects).collect();
    let mut met: HashMap<&str, Instant> = HashMap::new();
    let mut steps = Vec::with_capacity(case.process.steps.len());
    for step in &case.process.steps {
        let in_force: Vec<&Supplied> = case
            .supplied
            .iter()
            .filter(|one| one.step == step.key && one.kind != EvidenceKind::Withdrawal && !named.contains(&one.id))
            .collect();
        let by = deadline(step, case.opened.at, &met);
        let judged: Vec<Result<(), Lack>> =
            in_force.iter().map(|one| judge(step, one, case.opened, by, &met)).collect();
        let fit = in_force.iter().zip(&judged).filter(|(_, verdict)| verdict.is_ok());
        let met_at = fit.map(|(one, _)| one.happened_at).min();
        if let Some(at) = met_at {
            met.insert(&step.key, at);
        }
        let needed = step.is_needed(case.facts, case.subject, case.today);
        let state = match (met_at, needed) {
            (Some(_), _) => StepState::Met,
            (None, true) => StepState::Gap,
            (None, false) => StepState::Open,
        };
        let lack = match met_at {
            Some(_) => None,
            None => Some(judged.into_iter().filter_map(Result::err).next_back().unwrap_or(Lack::Missing)),
        };
        let evidence = in_force.iter().map(|one| one.id).collect();
        steps.push(StepStanding { step: step.key.clone(), needed, state, lack, by, met_at, evidence });
    }
    steps
}

fn deadline(step: &Step, opened_at: Instant, met: &HashMap<&str, Instant>) -> Option<Instant> {
    let within = step.within.as_ref()?;
    let since = match &within.of {
        Anchor::Opening => Some(opened_at),
        Anchor::Step(key) => met.get(key.as_str()).copied(),
    };
    since.map(|since| since.plus_seconds(within.hours * 3600))
}

fn judge(
    step: &Step,
    one: &Supplied,
    opened: Opened,
    by: Option<Instant>,
    met: &HashMap<&str, Instant>,
) -> Result<(), Lack> {
    step.takes(one, opened).map_err(|unfit| Lack::Unfit { unfit })?;
    if one.kind == EvidenceKind::Decision {
        return Ok(());
    }
    for before in &step.after {
        // A step before that is not shown has a gap of its own, or is not needed.
        if met.get(before.as_str()).is_some_and(|at| one.happened_at < *at) {
            return Err(Lack::TooEarly { after: before.clone() });
        }
    }
    match by {
        Some(by_at) if one.happened_at > by_at => Err(Lack::Late { by_at }),
        _ => Ok(()),
    }
}

/// What keeps the sale from being closed; nothing if it may be.
pub fn gaps(case: &Case<'_>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    if !case.process.applies(case.facts, case.subject, case.today) {
        let (accepts, roles) = (Vec::new(), Vec::new());
        gaps.push(Gap { step: String::new(), lack: Lack::WrongProcess, by: None, accepts, roles });
    }
    for (step, stands) in case.process.steps.iter().zip(standing(case)) {
        if stands.state == StepState::Gap {
            let lack = stands.lack.unwrap_or(Lack::Missing);
            gaps.push(Gap { step: step.key.clone(), lack, by: stands.by, accepts: step.kinds(), roles: step.roles() });
        }
    }
    gaps
}
