//! A rehearsal: what the plans would ask of each person on each of the coming days, before anything is published.
//!
//! It writes nothing but news of how far it is, which only the person who asked hears. What it assumes of the days ahead
//! is said in `tend_planner::rehearse`.

use super::PlanError;
use super::library::{Library, library};
use super::night::{Before, latest};
use crate::org::{Staff, Unit, every_staff, every_unit};
use crate::platform::{App, LiveEvent, LiveScope};
use crate::segment::present_columns;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant as Stopwatch;
use tend_planner::{Assignee, Columns, DayPlan, Onward, PlanIndex, Record, Settings, compile, rehearse};
use tend_rules::base::*;
use tend_rules::org::Scope;
use tend_rules::plan::CarePlan;
use utoipa::ToSchema;

/// The most days that can be rehearsed at once.
pub const DAYS_MOST: u16 = 90;
/// After how many days the person who asked hears how far it is.
const TOLD_EVERY: usize = 5;
/// The most people who are told of by name.
const PEOPLE_MOST: usize = 100;

/// What the coming days would ask of people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Rehearsal {
    /// The first day.
    pub from: Day,
    /// Touches of all plans, day by day.
    pub touches: Vec<u32>,
    /// Of them those of the plan that is rehearsed; empty where no text was given.
    pub of_plan: Vec<u32>,
    /// Contacts for which nobody had room that day, day by day; each comes again the next day.
    pub deferred: Vec<u32>,
    /// What was withheld, by reason: of the plan where a text was given, else of all.
    pub withheld: BTreeMap<&'static str, usize>,
    /// The people with the fullest days first, at most a hundred.
    pub people: Vec<PersonLoad>,
    /// How many people have work in these days.
    pub people_in_all: usize,
    /// How many of them have a day with more than they can do.
    pub people_over: usize,
    /// The units whose people or whose own list have work, the fullest first.
    pub units: Vec<UnitLoad>,
    /// Touches by channel, day by day: of the plan where a text was given, else of all.
    pub channels: BTreeMap<&'static str, Vec<u32>>,
    /// How long it took.
    pub ms: u64,
}

/// What one person would have to do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonLoad {
    /// The person.
    pub id: StaffId,
    /// The name.
    pub name: String,
    /// The unit's name.
    pub unit_name: String,
    /// Contacts a day that the person can do.
    pub capacity: u32,
    /// Contacts asked for, day by day, those beyond the capacity included.
    pub load: Vec<u32>,
}

/// What the people of one unit would have to do, and what waits on the unit's own list to be handed out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitLoad {
    /// The unit.
    pub id: UnitId,
    /// The name.
    pub name: String,
    /// Contacts a day that its people can do together.
    pub capacity: u32,
    /// Contacts asked for, day by day.
    pub load: Vec<u32>,
}

/// Rehearses the firm's plans from today on, for one person who hears how far it is. With a text, as if it were
/// published: in place of the plan of its key, or beside the others.
pub async fn rehearsal(app: &App, who: StaffId, text: Option<&str>, days: u16) -> Result<Rehearsal, PlanError> {
    let began = Stopwatch::now();
    let (day, days) = (app.today(), days.clamp(1, DAYS_MOST));
    let mut library = library(app).await?;
    let place = text.map(|text| put(&mut library, text)).transpose()?;
    let columns = present_columns(app, &library.catalogue, library.compiled.needs(), day, &|_| {});
    let (columns, before) =
        futures::try_join!(async { Ok::<_, PlanError>(columns.await?) }, Before::of(app, day, latest(&library)),)?;
    let history = before.history(&library, day);
    let compiled = Arc::clone(&library.compiled);
    let told = teller(app, who, days);
    let work = move || {
        let mut tally = Tally::new(day, days, place);
        // Of a plan that is tried, what is withheld is counted from its decisions.
        let record = if place.is_some() { Record::Decisions } else { Record::Counts };
        // What happens in a rehearsal happens to a copy.
        let columns = Columns::clone(&columns);
        rehearse(&compiled, columns, (day, days), &history, &Settings::default(), record, |plan| {
            tally.add(plan);
            told(tally.touches.len());
            Onward::Next
        });
        tally
    };
    let tally = tokio::task::spawn_blocking(work).await.map_err(|_| PlanError::Interrupted)?;
    let staff = every_staff(app, &Scope::Firm).await?;
    let units = tally.unit_loads(&staff, every_unit(app, &Scope::Firm).await?);
    let mut people = tally.person_loads(staff);
    let people_in_all = people.len();
    let people_over = people.iter().filter(|one| one.load.iter().any(|load| *load > one.capacity)).count();
    people.truncate(PEOPLE_MOST);
    Ok(Rehearsal {
        from: day,
        touches: tally.touches,
        of_plan: if place.is_some() { tally.of_plan } else { Vec::new() },
        deferred: tally.deferred,
        withheld: tally.withheld,
        people,
        people_in_all,
        people_over,
        units,
        channels: tally.channels,
        ms: began.elapsed().as_millis() as u64,
    })
}

/// Tells one person how many days are done, as news without content that nothing waits for: `rehearsed`, `25/90`.
fn teller(app: &App, who: StaffId, days: u16) -> impl Fn(usize) + Send + 'static {
    let (app, runtime) = (app.clone(), tokio::runtime::Handle::current());
    move |done| {
        if done % TOLD_EVERY != 0 {
            return;
        }
        let id = Some(format!("{done}/{days}"));
        let scope = LiveScope::default();
        let news = LiveEvent { seq: 0, room: "plan", kind: "rehearsed".into(), id, customer_id: None, scope };
        let app = app.clone();
        runtime.spawn(async move {
            let tx = app.begin().await?;
            tx.tell_person(who, news);
            tx.commit().await
        });
    }
}

/// Parts of a thousand, so that one with room for ten and one with room for sixty compare.
fn fullest(load: &[u32], capacity: u32) -> u32 {
    load.iter().max().map_or(0, |most| most * 1000 / capacity.max(1))
}

/// Puts the plan of a text in the place of the one with its key, or behind the others, and says where it is.
fn put(library: &mut Library, text: &str) -> Result<PlanIndex, PlanError> {
    let plan = CarePlan::parse("plan", text, &library.catalogue).map_err(|faults| PlanError::Faulty { faults })?;
    let plan = Arc::new(plan);
    let mut plans = library.compiled.plans().to_vec();
    let place = match library.compiled.find(&plan.key) {
        Some(known) => {
            plans[known.0 as usize] = plan;
            known
        }
        None => {
            plans.push(plan);
            PlanIndex(plans.len() as u32 - 1)
        }
    };
    let compiled = compile(plans, &library.catalogue).map_err(|same| PlanError::KeyTaken { key: same.key })?;
    library.compiled = Arc::new(compiled);
    Ok(place)
}

/// What the days come to, one after the other.
struct Tally {
    from: Day,
    days: usize,
    plan: Option<PlanIndex>,
    touches: Vec<u32>,
    of_plan: Vec<u32>,
    deferred: Vec<u32>,
    withheld: BTreeMap<&'static str, usize>,
    channels: BTreeMap<&'static str, Vec<u32>>,
    people: HashMap<StaffId, Vec<u32>>,
    units: HashMap<UnitId, Vec<u32>>,
}

impl Tally {
    fn new(from: Day, days: u16, plan: Option<PlanIndex>) -> Self {
        let (touches, of_plan, deferred) = (Vec::new(), Vec::new(), Vec::new());
        let (withheld, channels) = (BTreeMap::new(), BTreeMap::new());
        let (people, units) = (HashMap::new(), HashMap::new());
        Self { from, days: days.into(), plan, touches, of_plan, deferred, withheld, channels, people, units }
    }

    fn add(&mut self, day: &DayPlan) {
        let at = (day.day - self.from) as usize;
        self.touches.push(day.touches.len() as u32);
        let of_plan = day.touches.iter().filter(|touch| Some(touch.plan) == self.plan);
        self.of_plan.push(of_plan.count() as u32);
        for touch in day.touches.iter().filter(|touch| self.plan.is_none_or(|plan| plan == touch.plan)) {
            self.channels.entry(touch.channel.word()).or_insert_with(|| vec![0; self.days])[at] += 1;
        }
        let mut ranks: HashMap<Assignee, u32> = HashMap::new();
        for touch in &day.touches {
            let most = ranks.entry(touch.assignee).or_default();
            *most = touch.rank.max(*most);
        }
        // Subjects of one plan ride along on one contact.
        let contacts = day.deferred.chunk_by(|one, next| (one.row, one.carried.plan) == (next.row, next.carried.plan));
        let (mut waiting, mut beyond) = (0, HashMap::<Assignee, u32>::new());
        for contact in contacts {
            waiting += 1;
            *beyond.entry(contact[0].assignee).or_default() += 1;
        }
        self.deferred.push(waiting);
        for (assignee, contacts) in ranks.into_iter().chain(beyond) {
            let load = match assignee {
                Assignee::Person(person) => self.people.entry(person).or_default(),
                Assignee::Unit(unit) => self.units.entry(unit).or_default(),
            };
            load.resize(self.days, 0);
            load[at] += contacts;
        }
        self.withhold(day);
    }

    fn withhold(&mut self, day: &DayPlan) {
        let Some(plan) = self.plan else {
            for (reason, count) in &day.withheld {
                *self.withheld.entry(reason.word()).or_default() += count;
            }
            return;
        };
        for decision in day.decisions.iter().filter(|decision| decision.plan == plan) {
            if let tend_planner::Verdict::Withheld { reason, .. } = decision.verdict {
                *self.withheld.entry(reason.word()).or_default() += 1;
            }
        }
    }

    fn person_loads(&self, staff: Vec<Staff>) -> Vec<PersonLoad> {
        let mut loads: Vec<PersonLoad> = staff
            .into_iter()
            .filter_map(|one| {
                let load = self.people.get(&one.id)?.clone();
                Some(PersonLoad { id: one.id, capacity: room(&one), name: one.name, unit_name: one.unit_name, load })
            })
            .collect();
        loads.sort_by(|left, right| {
            let by_load = fullest(&right.load, right.capacity).cmp(&fullest(&left.load, left.capacity));
            by_load.then_with(|| left.name.cmp(&right.name))
        });
        loads
    }

    fn unit_loads(&self, staff: &[Staff], units: Vec<Unit>) -> Vec<UnitLoad> {
        let mut loads: Vec<UnitLoad> = units
            .into_iter()
            .map(|unit| {
                let mut load = self.units.get(&unit.id).cloned().unwrap_or_else(|| vec![0; self.days]);
                let people = staff.iter().filter(|one| one.unit_id == unit.id);
                let working = people.filter_map(|one| Some((room(one), self.people.get(&one.id)?)));
                let capacity = working.fold(0, |capacity, (room, asked)| {
                    load.iter_mut().zip(asked).for_each(|(sum, one)| *sum += one);
                    capacity + room
                });
                UnitLoad { id: unit.id, name: unit.name, capacity, load }
            })
            .filter(|unit| unit.load.iter().any(|load| *load > 0))
            .collect();
        loads.sort_by_key(|unit| std::cmp::Reverse(fullest(&unit.load, unit.capacity)));
        loads
    }
}

fn room(one: &Staff) -> u32 {
    u32::try_from(one.capacity_per_day).unwrap_or(0)
}
