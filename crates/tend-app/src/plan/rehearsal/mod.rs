//! A rehearsal: what the plans would ask of each person on each of the coming days, before anything is published.
//!
//! It writes nothing but news of how far it is, which only the person who asked hears. What it assumes of the days ahead
//! is said in `tend_planner::rehearse`. It ends with the day under way when nobody waits for it any more, and keeps the
//! place of its call as long as it goes on.

mod difference;
mod tally;
mod turns;

pub use difference::{LoadDifference, PersonDifference, load_difference};

use self::tally::Tally;
use self::turns::Turns;
use super::gifts::Gift;
use super::night::{Before, latest};
use super::{PlanError, gifts};
use crate::org::{every_staff, every_unit};
use crate::platform::gate::on_thread;
use crate::platform::{App, LiveEvent, LiveScope};
use crate::segment::present_columns;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant as Stopwatch;
use tend_planner::{Columns, Onward, PlanIndex, Record, Settings, rehearse};
use tend_rules::base::*;
use tend_rules::org::Scope;
use utoipa::ToSchema;

/// The most days that can be rehearsed at once.
pub const DAYS_MOST: u16 = 90;
/// How often in the course of a rehearsal the person who asked hears how far it is, at most.
const TOLD_TIMES: u16 = 18;
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
    /// What gifts, cards and postage cost, day by day, in minor units: of the plan where a text was given, else of all.
    pub cost_minor: Vec<i64>,
    /// The gifts that plans name, by code: those of all plans.
    pub gifts: Vec<GiftLoad>,
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

/// How many of a gift the days would take.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GiftLoad {
    /// Its code.
    pub key: String,
    /// The name in Chinese.
    pub title_zh: String,
    /// In English.
    pub title_en: String,
    /// How many, all days together.
    pub count: u32,
    /// How many there are for a month of the calendar, if that is said.
    pub per_month: Option<i32>,
    /// The first day on which one is wanted and none is left for its month: the touch waits. This month's earlier touches count.
    pub short_on: Option<Day>,
}

/// Rehearses the firm's plans from today on, for one person who hears how far it is. With a text, as if it were
/// published: in place of the plan of its key, or beside the others.
pub async fn rehearsal(app: &App, who: StaffId, text: Option<&str>, days: u16) -> Result<Rehearsal, PlanError> {
    let began = Stopwatch::now();
    let days = days.clamp(1, DAYS_MOST);
    let telling = Telling { who, kind: "rehearsed", behind: 0, all: days };
    let Rehearsed { from, tally, place, gifts } = rehearsed(app, text, days, telling).await?;
    let staff = every_staff(app, &Scope::Firm).await?;
    let units = tally.unit_loads(&staff, every_unit(app, &Scope::Firm).await?);
    let mut people = tally.person_loads(staff);
    let people_in_all = people.len();
    let people_over = people.iter().filter(|one| one.load.iter().any(|load| *load > one.capacity)).count();
    people.truncate(PEOPLE_MOST);
    let gifts = gift_loads(&tally, &gifts);
    Ok(Rehearsal {
        from,
        touches: tally.touches,
        of_plan: if place.is_some() { tally.of_plan } else { Vec::new() },
        deferred: tally.deferred,
        gifts,
        cost_minor: tally.cost_minor,
        withheld: tally.withheld,
        people,
        people_in_all,
        people_over,
        units,
        channels: tally.channels,
        ms: began.elapsed().as_millis() as u64,
    })
}

/// What rehearsed days came to, before it is told of people by name.
struct Rehearsed {
    /// The first day.
    from: Day,
    tally: Tally,
    /// The place of the plan that was tried.
    place: Option<PlanIndex>,
    gifts: Arc<HashMap<String, Gift>>,
}

/// Plans the days from today on and adds them up.
async fn rehearsed(app: &App, text: Option<&str>, days: u16, telling: Telling) -> Result<Rehearsed, PlanError> {
    let day = app.today();
    let (turns, place) = Turns::of(app, (day, day + i32::from(days)), text).await?;
    let library = &turns.library;
    let columns = present_columns(app, &library.catalogue, turns.needs(), day, &|_| {});
    let (columns, before) =
        futures::try_join!(async { Ok::<_, PlanError>(columns.await?) }, Before::of(app, day, latest(library)),)?;
    let history = before.history(library, day);
    let told = teller(app, telling);
    let gifts = Arc::new(gifts::by_key(app).await?);
    let priced = Arc::clone(&gifts);
    let waiting = Waiting::default();
    let given_up = Arc::clone(&waiting.given_up);
    let work = move || {
        let is_given_up = || given_up.load(Ordering::Relaxed);
        let mut tally = Tally::new(day, days, place);
        // Of a plan that is tried, what is withheld is counted from its decisions.
        let record = if place.is_some() { Record::Decisions } else { Record::Counts };
        if is_given_up() {
            return tally;
        }
        // What happens in a rehearsal happens to a copy.
        let copy = Columns::clone(&columns);
        let plans = |day: Day| turns.on(day);
        rehearse(&plans, copy, (day, days), &history, &Settings::default(), record, |plan| {
            tally.add(plan);
            tally.spend(plan, turns.on(plan.day), &columns, &priced);
            told(tally.touches.len());
            if is_given_up() { Onward::Stop } else { Onward::Next }
        });
        tally
    };
    let tally = on_thread(work).await.map_err(|_| PlanError::Interrupted)?;
    Ok(Rehearsed { from: day, tally, place, gifts })
}

/// Somebody waits for a rehearsal, until this is dropped.
#[derive(Debug, Default)]
struct Waiting {
    given_up: Arc<AtomicBool>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
}

/// How many of each gift the days take, and when it runs out.
fn gift_loads(tally: &Tally, gifts: &HashMap<String, Gift>) -> Vec<GiftLoad> {
    let one = |(key, days): (&String, &Vec<u32>)| {
        let gift = gifts.get(key)?;
        Some(GiftLoad {
            key: key.clone(),
            title_zh: gift.title.zh.clone(),
            title_en: gift.title.en.clone(),
            count: days.iter().sum(),
            per_month: gift.per_month,
            short_on: tally.short_on.get(key).copied(),
        })
    };
    tally.gifts.iter().filter_map(one).collect()
}

/// Who hears how far it is, and as what.
struct Telling {
    who: StaffId,
    /// The kind of the news.
    kind: &'static str,
    /// Days that were planned before these ones.
    behind: u16,
    /// Days in all.
    all: u16,
}

/// Tells one person how many days are done, as news without content that nothing waits for: `rehearsed`, `25/90`.
fn teller(app: &App, Telling { who, kind, behind, all }: Telling) -> impl Fn(usize) + Send + 'static {
    let (app, runtime) = (app.clone(), tokio::runtime::Handle::current());
    let every = usize::from((all / TOLD_TIMES).max(1));
    move |done| {
        if done % every != 0 {
            return;
        }
        let id = Some(format!("{}/{all}", usize::from(behind) + done));
        let scope = LiveScope::default();
        let news = LiveEvent { seq: 0, room: "plan", kind: kind.into(), id, customer_id: None, scope };
        let app = app.clone();
        runtime.spawn(async move {
            let tx = app.begin().await?;
            tx.tell_person(who, news);
            tx.commit().await
        });
    }
}
