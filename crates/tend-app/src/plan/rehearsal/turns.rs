//! The plans on the days of a rehearsal: as they run today, and from each day on which a version comes into force as they
//! run then. Each plan stands in one place on all days; where no version of it is in force, it is about nobody.

use crate::plan::library::{Library, library};
use crate::plan::store::plans;
use crate::plan::{PlanError, gifts};
use crate::platform::App;
use std::collections::BTreeMap;
use std::sync::Arc;
use tend_planner::{Compiled, Needs, PlanIndex, compile};
use tend_rules::base::*;
use tend_rules::plan::CarePlan;
use uuid::Uuid;

/// The plans of the days.
pub(super) struct Turns {
    /// Those of the first day.
    pub library: Library,
    /// Those from a later day on, in order.
    later: Vec<(Day, Arc<Compiled>)>,
}

impl Turns {
    /// The plans of the days `first..=last`. With a text, as if it were published: in place of the plan of its key, or
    /// beside the others; its place is told.
    pub async fn of(
        app: &App,
        (first, last): (Day, Day),
        text: Option<&str>,
    ) -> Result<(Self, Option<PlanIndex>), PlanError> {
        let mut library = library(app, first).await?;
        let tried = text.map(|text| CarePlan::parse("plan", text, &library.catalogue)).transpose();
        let tried = tried.map_err(|faults| PlanError::Faulty { faults })?.map(Arc::new);
        if let Some(plan) = &tried {
            gifts::check(app.read(), "plan", plan).await?;
        }
        let mut later = Vec::new();
        for day in plans::turning_days(app.read(), (first, last)).await? {
            later.push((day, self::library(app, day).await?));
        }
        let mut every = BTreeMap::new();
        for one in std::iter::once(&library).chain(later.iter().map(|(_, one)| one)) {
            note(&mut every, one);
        }
        if let Some(plan) = &tried {
            every.entry(plan.key.clone()).or_insert_with(|| (PlanId(Uuid::nil()), 0, Arc::clone(plan)));
        }
        let made = |compiled: &Compiled| {
            let plans = every.values().map(|(.., other)| match (&tried, compiled.find(&other.key)) {
                (Some(tried), _) if tried.key == other.key => Arc::clone(tried),
                (_, Some(place)) => Arc::clone(&compiled.plans()[place.0 as usize]),
                (_, None) => Arc::new(other.resting()),
            });
            let made = compile(plans.collect(), &library.catalogue);
            made.map(Arc::new).map_err(|same| PlanError::KeyTaken { key: same.key })
        };
        let compiled = made(&library.compiled)?;
        let later =
            later.iter().map(|(day, one)| Ok((*day, made(&one.compiled)?))).collect::<Result<_, PlanError>>()?;
        let place = tried.as_ref().and_then(|plan| compiled.find(&plan.key));
        // Compiled plans stand in the order of their keys, as those of the map do.
        library.ids = every.values().map(|(id, version, _)| (*id, *version)).collect();
        library.compiled = compiled;
        Ok((Self { library, later }, place))
    }

    /// Those of a day.
    pub fn on(&self, day: Day) -> &Compiled {
        let turned = self.later.iter().rev().find(|(from, _)| *from <= day);
        turned.map_or(&self.library.compiled, |(_, compiled)| compiled)
    }

    /// What all of them read.
    pub fn needs(&self) -> Needs {
        let mut needs = self.library.compiled.needs();
        for (_, compiled) in &self.later {
            needs.join(&compiled.needs());
        }
        needs
    }
}

/// Notes the plans of a library that are not noted yet.
fn note(every: &mut BTreeMap<String, (PlanId, i32, Arc<CarePlan>)>, library: &Library) {
    for (plan, (id, version)) in library.compiled.plans().iter().zip(&library.ids) {
        every.entry(plan.key.clone()).or_insert_with(|| (*id, *version, Arc::clone(plan)));
    }
}
