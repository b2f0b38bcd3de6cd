//! The plans of the firm: which run, what their texts say, what is wrong with them.

use super::store::plans::{self, On, Pause, PlanRecord};
use super::{PlanError, gifts};
use crate::platform::App;
use crate::segment::{TextProblem, catalogue};
use serde::Serialize;
use std::sync::Arc;
use tend_planner::{Compiled, PlanIndex, compile};
use tend_rules::base::{Day, Language, PlanId};
use tend_rules::plan::{CarePlan, Fault, failed_tests};
use tend_rules::segment::Catalogue;
use utoipa::ToSchema;

/// A published plan that cannot run because its text does not fit the firm's facts any more. The others run.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BrokenPlan {
    /// Its key.
    pub key: String,
    /// The first thing that is wrong, in English with file, line and column.
    pub fault: String,
}

/// The plans that run, ready for the planner.
#[derive(Debug)]
pub(super) struct Library {
    pub catalogue: Arc<Catalogue>,
    pub compiled: Arc<Compiled>,
    /// Id and version in force by place in `compiled`.
    pub ids: Vec<(PlanId, i32)>,
    pub broken: Vec<BrokenPlan>,
}

impl Library {
    /// The place of a plan.
    pub fn place(&self, id: PlanId) -> Option<PlanIndex> {
        self.ids.iter().position(|(known, _)| *known == id).map(|at| PlanIndex(at as u32))
    }

    /// The id of the plan in a place.
    pub fn id(&self, place: PlanIndex) -> PlanId {
        self.ids[place.0 as usize].0
    }
}

/// Reads every plan that is not paused in the version that is in force on a day.
pub(super) async fn library(app: &App, day: Day) -> Result<Library, PlanError> {
    let catalogue = catalogue(app).await?;
    let mut broken = Vec::new();
    let mut running: Vec<(PlanId, i32, Arc<CarePlan>)> = Vec::new();
    for record in plans::every(app.read(), On { day, today: app.today() }).await? {
        let Some(published) = record.published.as_ref().filter(|_| record.pause == Pause::Running) else { continue };
        match CarePlan::parse(&record.key, &published.text, &catalogue) {
            Ok(plan) if plan.key == record.key => running.push((record.id, published.version, Arc::new(plan))),
            Ok(plan) => broken.push(BrokenPlan { fault: format!("the text is of {}", plan.key), key: record.key }),
            Err(faults) => {
                let fault = faults.first().map(ToString::to_string).unwrap_or_default();
                broken.push(BrokenPlan { key: record.key, fault });
            }
        }
    }
    running.sort_by(|left, right| left.2.key.cmp(&right.2.key));
    let ids = running.iter().map(|(id, version, _)| (*id, *version)).collect();
    let texts = running.into_iter().map(|(_, _, plan)| plan).collect();
    // Keys are unique in the table, and only texts with the key of their row came this far.
    let compiled = compile(texts, &catalogue).map_err(|same| PlanError::KeyTaken { key: same.key })?;
    Ok(Library { catalogue, compiled: Arc::new(compiled), ids, broken })
}

/// The result of one `[[test]]` block.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TestResult {
    /// What the example shows.
    pub name: String,
    /// Whether the plan answers as the example says.
    pub passed: bool,
    /// What it said instead; empty if it passed.
    pub detail: String,
}

/// What a check of a plan's text finds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Checked {
    /// What is wrong; empty if nothing is.
    pub problems: Vec<TextProblem>,
    /// The results of its examples; empty while the text has problems.
    pub tests: Vec<TestResult>,
}

/// Checks the text of a plan and runs its examples.
pub async fn check_text(app: &App, text: &str, language: Language) -> Result<Checked, PlanError> {
    let catalogue = catalogue(app).await?;
    let plan = match CarePlan::parse("plan", text, &catalogue) {
        Ok(plan) => plan,
        Err(faults) => return Ok(Checked { problems: shown(&faults, language), tests: Vec::new() }),
    };
    match gifts::check(app.read(), "plan", &plan).await {
        Err(PlanError::Faulty { faults }) => {
            return Ok(Checked { problems: shown(&faults, language), tests: Vec::new() });
        }
        other => other?,
    }
    let failed = failed_tests(&plan, "plan", &catalogue);
    let result = |test: &tend_rules::plan::PlanTest| {
        let place = test.span.place(text);
        let fault = failed.iter().find(|fault| fault.place == place);
        TestResult {
            name: test.name.clone(),
            passed: fault.is_none(),
            detail: fault.map_or_else(String::new, |fault| fault.words(language).to_owned()),
        }
    };
    Ok(Checked { problems: Vec::new(), tests: plan.tests.iter().map(result).collect() })
}

/// Faults as an editor shows them.
pub(super) fn shown(faults: &[Fault], language: Language) -> Vec<TextProblem> {
    let one = |fault: &Fault| TextProblem {
        line: fault.place.line,
        column: fault.place.column,
        code: fault.code,
        message: fault.words(language).to_owned(),
        suggestion: fault.suggestion.clone(),
    };
    faults.iter().map(one).collect()
}

/// The plan of a text that may be published: without faults, and answering its examples.
pub(super) fn publishable(record: &PlanRecord, text: &str, catalogue: &Arc<Catalogue>) -> Result<CarePlan, PlanError> {
    let plan = CarePlan::parse(&record.key, text, catalogue).map_err(|faults| PlanError::Faulty { faults })?;
    if plan.key != record.key {
        return Err(PlanError::OtherKey { wanted: record.key.clone(), found: plan.key });
    }
    let faults = failed_tests(&plan, &record.key, catalogue);
    if faults.is_empty() { Ok(plan) } else { Err(PlanError::Faulty { faults }) }
}
