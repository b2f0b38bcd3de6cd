//! What a text would change in each person's load over the first days, against what the plans ask as they run today. For
//! whoever is about to publish it: a few days, so that the answer is there before a reason is written.

use super::tally::{Tally, room};
use super::{Rehearsed, Telling, rehearsed};
use crate::org::every_staff;
use crate::plan::PlanError;
use crate::platform::App;
use serde::Serialize;
use std::time::Instant as Stopwatch;
use tend_rules::base::*;
use tend_rules::org::Scope;
use utoipa::ToSchema;

/// The most days that are compared.
pub const COMPARED_DAYS_MOST: u16 = 14;
/// The most people who are told of by name.
const PEOPLE_MOST: usize = 100;

/// What a text would change in the load of people, if it were in force from today on.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoadDifference {
    /// The first day.
    pub from: Day,
    /// Touches of all plans as they run today, day by day.
    pub before: Vec<u32>,
    /// With the text.
    pub after: Vec<u32>,
    /// The people whose load differs, those with the greatest difference first, at most a hundred.
    pub people: Vec<PersonDifference>,
    /// How many people have more to do than today.
    pub people_more: usize,
    /// How many have less.
    pub people_less: usize,
    /// How many have as much on other days.
    pub people_shifted: usize,
    /// How many have a day with more than they can do, as the plans run today.
    pub people_over_before: usize,
    /// With the text.
    pub people_over_after: usize,
    /// How long it took.
    pub ms: u64,
}

/// What one person would have to do, today's plans beside those with the text.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonDifference {
    /// The person.
    pub id: StaffId,
    /// The name.
    pub name: String,
    /// The unit's name.
    pub unit_name: String,
    /// Contacts a day that the person can do.
    pub capacity: u32,
    /// Contacts asked for as the plans run today, day by day.
    pub before: Vec<u32>,
    /// With the text.
    pub after: Vec<u32>,
}

impl PersonDifference {
    fn sum(load: &[u32]) -> u32 {
        load.iter().sum()
    }

    /// Contacts that come, go or move to another day.
    fn weight(&self) -> u32 {
        self.before.iter().zip(&self.after).map(|(before, after)| before.abs_diff(*after)).sum()
    }
}

/// Rehearses the coming days twice, with the text and as the plans run today, for one person who hears how far it is.
pub async fn load_difference(app: &App, who: StaffId, text: &str, days: u16) -> Result<LoadDifference, PlanError> {
    let began = Stopwatch::now();
    let days = days.clamp(1, COMPARED_DAYS_MOST);
    let telling = |behind| Telling { who, kind: "compared", behind, all: days * 2 };
    // The text first: what is wrong with it is told before anything is planned.
    let Rehearsed { from, tally: after, .. } = rehearsed(app, Some(text), days, telling(0)).await?;
    let Rehearsed { tally: before, .. } = rehearsed(app, None, days, telling(days)).await?;
    let (mut over_before, mut over_after, mut people) = (0, 0, Vec::new());
    for one in every_staff(app, &Scope::Firm).await? {
        let capacity = room(&one);
        let load = |tally: &Tally| tally.load_of(one.id);
        let is_over = |load: &[u32]| load.iter().any(|contacts| *contacts > capacity);
        let (before, after) = (load(&before), load(&after));
        over_before += usize::from(is_over(&before));
        over_after += usize::from(is_over(&after));
        if before != after {
            people.push(PersonDifference {
                id: one.id,
                name: one.name,
                unit_name: one.unit_name,
                capacity,
                before,
                after,
            });
        }
    }
    people.sort_by(|left, right| right.weight().cmp(&left.weight()).then_with(|| left.name.cmp(&right.name)));
    let count = |wanted: std::cmp::Ordering| {
        let turned = |one: &&PersonDifference| {
            PersonDifference::sum(&one.after).cmp(&PersonDifference::sum(&one.before)) == wanted
        };
        people.iter().filter(turned).count()
    };
    let (people_more, people_less, people_shifted) =
        (count(std::cmp::Ordering::Greater), count(std::cmp::Ordering::Less), count(std::cmp::Ordering::Equal));
    people.truncate(PEOPLE_MOST);
    Ok(LoadDifference {
        from,
        before: before.touches,
        after: after.touches,
        people,
        people_more,
        people_less,
        people_shifted,
        people_over_before: over_before,
        people_over_after: over_after,
        ms: began.elapsed().as_millis() as u64,
    })
}
