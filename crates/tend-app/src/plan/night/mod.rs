//! One day's plan for the whole firm: read the file, decide, propose touches, keep what was decided.
//!
//! `propose` writes nothing, so that any day can be tried. The room of work orders makes the touches and calls `keep`
//! in the same transaction, part by part; what dies in between is simply done again, because a touch is unique by plan,
//! customer, subject and due day and a repeated night finds the touches that stand.

mod before;
mod parts;

pub(in crate::plan) use self::before::Before;
use self::parts::parts;
use super::PlanError;
use super::decisions::Decided;
use super::library::{BrokenPlan, Library, library};
use super::store::nights;
use crate::org::every_staff;
use crate::platform::{App, Tx};
use crate::segment::present_columns;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Instant as Stopwatch;
use tend_planner::{Choices, Columns, DayPlan, History, Kept, Settings, choices as choices_of, plan_day_again};
use tend_rules::base::*;
use tend_rules::org::Scope;
use tend_rules::plan::{Attention, Withheld};
use tend_rules::segment::{Words, WorkCalendar};
use utoipa::ToSchema;
use uuid::Uuid;

/// Hears how far a night has come: a word for the step, and the part of it that is done, 0 to 100.
pub type Progress<'a> = &'a (dyn Fn(&'static str, u8) + Send + Sync);

/// What a night came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DayReport {
    /// The day.
    pub day: Day,
    /// Customers who were asked.
    pub customers: usize,
    /// Plans that were asked.
    pub plans: usize,
    /// Subjects against which nothing stood but the budget of the day and capacity.
    pub eligible: usize,
    /// Touches of this day: those that stood before and those that are new.
    pub touches: usize,
    /// Touches for which nobody had room; they come again tomorrow.
    pub deferred: usize,
    /// What was withheld, by reason.
    pub withheld: BTreeMap<&'static str, usize>,
    /// Touches that were not there before.
    pub new: usize,
    /// Plans that could not run.
    pub broken: Vec<BrokenPlan>,
    /// Milliseconds by step.
    pub ms: BTreeMap<&'static str, u64>,
}

/// A touch that a plan asks for; the room of work orders makes it.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The customer.
    pub customer: CustomerId,
    /// The plan.
    pub plan: PlanId,
    /// Its key.
    pub plan_key: String,
    /// What it is about; the customer's own id where it is about no item.
    pub subject: Uuid,
    /// The day on which it became due.
    pub due: Day,
    /// The last day on which it may go out.
    pub not_after: Day,
    /// A fixed local time, minutes after midnight.
    pub at_minute: Option<u16>,
    /// Groups outcome codes and statements.
    pub business_type: String,
    /// What it is.
    pub title: Words,
    /// Why this customer, today.
    pub reason: Words,
    /// The key of the script, or empty.
    pub script_key: String,
    /// The keys of the templates.
    pub template_keys: Vec<String>,
    /// Whether it uses up attention.
    pub attention: Attention,
    /// The channel.
    pub channel: Channel,
    /// 0..100.
    pub priority: i16,
    /// What it is worth, minor units.
    pub worth_minor: i64,
    /// The unit that has it.
    pub unit: UnitId,
    /// On whose list it goes; on nobody's where the unit hands it out.
    pub owner: Option<StaffId>,
}

/// A share of a night that is written in one transaction.
#[derive(Debug, Default)]
pub struct Part {
    /// The touches, the most urgent of each list first.
    pub proposals: Vec<Proposal>,
    decided: BTreeMap<Bucket, Decided>,
    /// What an earlier run of the day decided, as it is kept.
    stood: HashMap<Bucket, Vec<u8>>,
}

/// Whether what a night chose before stands among its decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// It was chosen, and is withheld now.
    Now,
    /// An earlier run chose it: its touch stands, or is withdrawn by whoever noted the refusal.
    Before,
}

impl Part {
    /// Withholds what was chosen for a subject, because something speaks against it since the file was read.
    pub fn withhold(&mut self, customer: CustomerId, plan: Uuid, subject: Uuid, why: Withheld) -> Chosen {
        let decided = self.decided.get_mut(&customer.bucket());
        let entries = decided.into_iter().flat_map(|decided| decided.entries.iter_mut());
        let chosen = entries
            .filter(|(known, entry)| *known == customer && entry.plan.0 == plan && entry.subject == subject)
            .find(|(_, entry)| entry.withheld.is_none());
        match chosen {
            Some((_, entry)) => {
                entry.withheld = Some(why);
                Chosen::Now
            }
            None => Chosen::Before,
        }
    }
}

/// What writing a part came to.
#[derive(Debug, Default)]
pub struct Written {
    /// Touches that were not there before.
    pub new: usize,
    /// Why touches that were chosen are withheld after all, one by one.
    pub refused: Vec<Withheld>,
}

impl DayReport {
    /// Counts what was written of a part.
    pub fn take(&mut self, written: Written) {
        self.new += written.new;
        for why in written.refused {
            self.touches = self.touches.saturating_sub(1);
            *self.withheld.entry(why.word()).or_default() += 1;
        }
    }
}

/// A night that is worked out and not written.
#[derive(Debug)]
pub struct Night {
    /// What it came to; `new` is what would be new.
    pub report: DayReport,
    /// What is to be written.
    pub parts: Vec<Part>,
}

/// Works out the plan of a day. Writes nothing.
pub async fn propose(app: &App, day: Day, told: Progress<'_>) -> Result<Night, PlanError> {
    let mut ms = BTreeMap::new();
    let mut watch = Stopwatch::now();
    let mut lap = |step: &'static str, ms: &mut BTreeMap<&'static str, u64>| {
        ms.insert(step, watch.elapsed().as_millis() as u64);
        watch = Stopwatch::now();
    };
    let library = Arc::new(library(app, day).await?);
    let needs = library.compiled.needs();
    let read = |buckets: u16| told("read", (u32::from(buckets) * 100 / u32::from(BUCKETS)) as u8);
    let columns = present_columns(app, &library.catalogue, needs, day, &read);
    let (columns, mut before) =
        futures::try_join!(async { Ok::<_, PlanError>(columns.await?) }, Before::of(app, day, latest(&library)),)?;
    lap("read", &mut ms);
    told("decide", 0);
    let history = before.history(&library, day);
    lap("recall", &mut ms);
    let plan = decided(app, &library, &columns, day, history).await?;
    lap("decide", &mut ms);
    told("propose", 0);
    let units = every_staff(app, &Scope::Firm).await?.into_iter().map(|staff| (staff.id, staff.unit_id)).collect();
    let stood = std::mem::take(&mut before.decided);
    let parts = parts(&library, &columns, &plan, (&before, stood), &units);
    lap("propose", &mut ms);
    Ok(Night { report: report(&library, &plan, &before, ms), parts })
}

/// The choices that a day leaves and those that its plan takes, to be compared with the best there is. Writes nothing.
pub async fn choices(app: &App, day: Day) -> Result<Choices, PlanError> {
    let library = Arc::new(library(app, day).await?);
    let needs = library.compiled.needs();
    let columns = present_columns(app, &library.catalogue, needs, day, &|_| {}).await?;
    let history = Before::of(app, day, latest(&library)).await?.history(&library, day);
    let choose = move || choices_of(&library.compiled, &columns, day, &history, &Settings::default());
    tokio::task::spawn_blocking(choose).await.map_err(|_| PlanError::Interrupted)
}

/// What is kept of the last night that was worked out in this program, for the plans in their versions.
#[derive(Debug, Default)]
struct Memory(Mutex<Option<Remembered>>);

#[derive(Debug)]
struct Remembered {
    plans: Vec<(PlanId, i32)>,
    workdays: WorkCalendar,
    kept: Kept,
}

async fn decided(
    app: &App,
    library: &Arc<Library>,
    columns: &Arc<Columns>,
    day: Day,
    history: History,
) -> Result<DayPlan, PlanError> {
    let memory = app.kept::<Memory>();
    let before = memory.0.lock().map_err(|_| PlanError::Interrupted)?.take();
    let kept = before
        .filter(|before| before.plans == library.ids && before.workdays == *library.catalogue.workdays())
        .map(|before| before.kept);
    let (asked, rows) = (Arc::clone(library), Arc::clone(columns));
    let decide = move || plan_day_again(&asked.compiled, &rows, day, &history, &Settings::default(), kept);
    let (plan, kept) = tokio::task::spawn_blocking(decide).await.map_err(|_| PlanError::Interrupted)?;
    *memory.0.lock().map_err(|_| PlanError::Interrupted)? =
        Some(Remembered { plans: library.ids.clone(), workdays: library.catalogue.workdays().clone(), kept });
    Ok(plan)
}

fn report(library: &Library, plan: &DayPlan, before: &Before, ms: BTreeMap<&'static str, u64>) -> DayReport {
    let stood = before.today.values().map(Vec::len).sum::<usize>();
    DayReport {
        day: plan.day,
        customers: plan.customers,
        plans: plan.plans,
        eligible: plan.eligible,
        touches: stood + plan.touches.len(),
        deferred: plan.deferred.len(),
        withheld: plan.withheld.iter().map(|(reason, count)| (reason.word(), *count)).collect(),
        new: plan.touches.len(),
        broken: library.broken.clone(),
        ms,
    }
}

/// Keeps what was decided for a part, in the transaction that made its touches. What an earlier run of the day decided
/// alike stays as it is.
pub async fn keep(tx: &Tx, day: Day, part: &Part) -> Result<(), PlanError> {
    let coded = part.decided.iter().map(|(bucket, decided)| (*bucket, decided.coded(day)));
    let changed = coded.filter(|(bucket, coded)| part.stood.get(bucket) != Some(coded)).collect();
    nights::put_decisions(&**tx, day, changed).await?;
    Ok(())
}

/// Decisions of nights before a day.
pub async fn retire_decisions(
    db: &impl sea_orm::ConnectionTrait,
    how: crate::platform::Retire,
    before: Day,
) -> Result<i64, sea_orm::DbErr> {
    nights::retire_decisions(db, how, before).await
}

/// Notes that the night is written.
pub async fn close(app: &App, tx: &Tx, report: &DayReport) -> Result<(), PlanError> {
    let counts = serde_json::to_string(report).map_err(|_| PlanError::Damaged)?;
    nights::note_run(&**tx, report.day, &counts, app.now()).await?;
    Ok(())
}

/// Whether a night ran for the day.
pub async fn has_run(app: &App, day: Day) -> Result<bool, PlanError> {
    Ok(nights::has_run(app.read(), day).await?)
}

/// By how many days a touch may be late under the most patient plan: closed touches of before cannot come again.
pub(super) fn latest(library: &Library) -> i32 {
    let patient = library.compiled.plans().iter().map(|plan| plan.limits.expires_after_days).max();
    patient.unwrap_or(0) + 1
}
