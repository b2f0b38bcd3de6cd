//! The people of the firm as the planner sees them on a day.

use super::SegmentError;
use crate::org::{every_staff, every_unit};
use crate::platform::App;
use tend_planner::{Employment, Person, Roster, Work};
use tend_rules::base::Day;
use tend_rules::org::{Role, Scope};

/// Everybody with capacity, skills, languages and heirs, as it is on `day`: who leaves later is still here.
pub async fn roster_on(app: &App, day: Day) -> Result<Roster, SegmentError> {
    let staff = every_staff(app, &Scope::Firm).await?;
    let person = |one: crate::org::Staff| {
        let employment = match one.left_on.filter(|left| *left <= day) {
            Some(_) => Employment::Left { heir: one.heir_id },
            None => Employment::Here,
        };
        let work = if one.role == Role::Specialist { Work::Specialist } else { Work::Owner };
        let person = Person {
            unit: Some(one.unit_id),
            employment,
            work,
            capacity_per_day: u32::try_from(one.capacity_per_day).ok(),
            skills: one.skills,
            languages: one.languages,
        };
        (one.id, person)
    };
    let units = every_unit(app, &Scope::Firm).await?.into_iter().map(|unit| unit.id);
    Ok(Roster::new(staff.into_iter().map(person)).with_units(units))
}
