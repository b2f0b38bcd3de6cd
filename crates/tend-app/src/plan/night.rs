//! One day's plan for the whole firm: read the file, decide, propose touches, keep what was decided.
//!
//! `propose` writes nothing, so that any day can be tried. The room of work orders makes the touches and calls `keep`
//! in the same transaction, part by part; what dies in between is simply done again, because a touch is unique by plan,
//! customer, subject and due day and a repeated night finds the touches that stand.

use super::PlanError;
use super::decisions::{Decided, Entry};
use super::library::{BrokenPlan, Library, library};
use super::store::nights::{self, Openness, StandingTouch};
use crate::org::every_staff;
use crate::platform::{App, Tx};
use crate::segment::present_columns;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Instant as Stopwatch;
use tend_planner::{
    Assignee, Carried, Choices, Columns, DayPlan, Decision, History, Kept, PastTouch, Settings, Standing, SubjectId,
    Verdict, choices as choices_of, plan_day_again,
};
use tend_rules::base::*;
use tend_rules::org::Scope;
use tend_rules::plan::{Attention, Withheld};
use tend_rules::segment::{Subject, TextWords, Words};
use utoipa::ToSchema;
use uuid::Uuid;

/// Parts in which a night is written: each is one transaction over 64 buckets.
const PARTS: u16 = 16;
/// How far back overflow is looked for when the program was down.
const CARRY_DAYS: i32 = 7;

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
#[derive(Debug)]
pub struct Part {
    /// The touches, the most urgent of each list first.
    pub proposals: Vec<Proposal>,
    decided: BTreeMap<Bucket, Decided>,
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
    /// Withholds what was chosen for a subject, because the customer refused since the file was read.
    pub fn withhold(&mut self, customer: CustomerId, plan: Uuid, subject: Uuid) -> Chosen {
        let decided = self.decided.get_mut(&customer.bucket());
        let entries = decided.into_iter().flat_map(|decided| decided.entries.iter_mut());
        let chosen = entries
            .filter(|(known, entry)| *known == customer && entry.plan.0 == plan && entry.subject == subject)
            .find(|(_, entry)| entry.withheld.is_none());
        match chosen {
            Some((_, entry)) => {
                entry.withheld = Some(Withheld::NoConsent);
                Chosen::Now
            }
            None => Chosen::Before,
        }
    }
}

impl DayReport {
    /// Counts a touch that was chosen and is withheld after all.
    pub fn refuse(&mut self, chosen: Chosen) {
        if chosen == Chosen::Now {
            self.touches = self.touches.saturating_sub(1);
            *self.withheld.entry(Withheld::NoConsent.word()).or_default() += 1;
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

/// What was decided before and what stands, as the day begins.
pub(super) struct Before {
    /// What an earlier run for the same day chose.
    today: HashMap<CustomerId, Vec<Entry>>,
    carried: Vec<(CustomerId, Entry)>,
    touches: Vec<StandingTouch>,
}

/// Works out the plan of a day. Writes nothing.
pub async fn propose(app: &App, day: Day, told: Progress<'_>) -> Result<Night, PlanError> {
    let mut ms = BTreeMap::new();
    let mut watch = Stopwatch::now();
    let mut lap = |step: &'static str, ms: &mut BTreeMap<&'static str, u64>| {
        ms.insert(step, watch.elapsed().as_millis() as u64);
        watch = Stopwatch::now();
    };
    let library = Arc::new(library(app).await?);
    let needs = library.compiled.needs();
    let read = |buckets: u16| told("read", (u32::from(buckets) * 100 / u32::from(BUCKETS)) as u8);
    let columns = present_columns(app, &library.catalogue, needs, day, &read);
    let (columns, before) =
        futures::try_join!(async { Ok::<_, PlanError>(columns.await?) }, Before::of(app, day, latest(&library)),)?;
    lap("read", &mut ms);
    told("decide", 0);
    let history = before.history(&library, day);
    lap("recall", &mut ms);
    let plan = decided(app, &library, &columns, day, history).await?;
    lap("decide", &mut ms);
    told("propose", 0);
    let units = every_staff(app, &Scope::Firm).await?.into_iter().map(|staff| (staff.id, staff.unit_id)).collect();
    let parts = parts(&library, &columns, &plan, &before, &units);
    lap("propose", &mut ms);
    Ok(Night { report: report(&library, &plan, &before, ms), parts })
}

/// The choices that a day leaves and those that its plan takes, to be compared with the best there is. Writes nothing.
pub async fn choices(app: &App, day: Day) -> Result<Choices, PlanError> {
    let library = Arc::new(library(app).await?);
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
    let kept = before.filter(|before| before.plans == library.ids).map(|before| before.kept);
    let (asked, rows) = (Arc::clone(library), Arc::clone(columns));
    let decide = move || plan_day_again(&asked.compiled, &rows, day, &history, &Settings::default(), kept);
    let (plan, kept) = tokio::task::spawn_blocking(decide).await.map_err(|_| PlanError::Interrupted)?;
    *memory.0.lock().map_err(|_| PlanError::Interrupted)? = Some(Remembered { plans: library.ids.clone(), kept });
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

/// Keeps what was decided for a part, in the transaction that made its touches.
pub async fn keep(tx: &Tx, day: Day, part: &Part) -> Result<(), PlanError> {
    let coded = part.decided.iter().map(|(bucket, decided)| (*bucket, decided.coded(day))).collect();
    nights::put_decisions(&**tx, day, coded).await?;
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

impl Before {
    pub(super) async fn of(app: &App, day: Day, late_days: i32) -> Result<Self, PlanError> {
        let db = app.read();
        let mut today: HashMap<CustomerId, Vec<Entry>> = HashMap::new();
        for (_, content) in nights::decisions(db, day).await? {
            Decided::each(&content, day, |customer, entry| {
                if entry.withheld.is_none() {
                    today.entry(customer).or_default().push(entry);
                }
            })?;
        }
        let mut carried = Vec::new();
        if let Some(last) = nights::last_decided(db, day, day - CARRY_DAYS).await? {
            for (_, content) in nights::decisions(db, last).await? {
                Decided::each(&content, last, |customer, entry| {
                    carried.extend((entry.withheld == Some(Withheld::CapacityFull)).then_some((customer, entry)));
                })?;
            }
        }
        let touches = nights::touches(db, day - late_days).await?;
        Ok(Self { today, carried, touches })
    }

    pub(super) fn history(&self, library: &Library, day: Day) -> History {
        let mut places: HashMap<PlanId, tend_planner::PlanIndex> = HashMap::new();
        for (id, _) in &library.ids {
            places.extend(library.place(*id).map(|place| (*id, place)));
        }
        let mut history = History::default();
        let mut load = Load::default();
        for touch in &self.touches {
            let plan = touch.plan.and_then(|id| places.get(&id).copied());
            let planned_for = if self.is_of_today(touch, day) { day } else { touch.due };
            load.add(touch, planned_for, day);
            let attention = plan.map_or(Attention::Counts, |place| library.compiled.plan(place).limits.attention);
            history.touches.push(PastTouch {
                customer: touch.customer,
                plan,
                subject: subject_of(touch.customer, touch.subject),
                due_day: touch.due,
                planned_for,
                standing: if touch.open == Openness::Open { Standing::Open } else { Standing::Closed },
                attention,
            });
        }
        for (customer, entry) in &self.carried {
            let Some(plan) = places.get(&entry.plan).copied() else { continue };
            let subject = subject_of(*customer, entry.subject);
            let (due_day, waiting_since) = (entry.due, entry.since);
            history.carried.push(Carried { customer: *customer, plan, subject, due_day, waiting_since });
        }
        history.load = load.of_people();
        history
    }

    /// Whether an earlier run for this day made the touch, which may have become due on an earlier one.
    fn is_of_today(&self, touch: &StandingTouch, day: Day) -> bool {
        let entries = self.today.get(&touch.customer);
        let made =
            |entry: &Entry| Some(entry.plan) == touch.plan && (entry.subject, entry.due) == (touch.subject, touch.due);
        touch.due == day || entries.is_some_and(|entries| entries.iter().any(made))
    }
}

fn subject_of(customer: CustomerId, subject: Uuid) -> SubjectId {
    if subject == customer.0 { SubjectId::Customer } else { SubjectId::Item(subject) }
}

/// What people already have to do on the day. A contact planned for the day counts in full; one of an earlier day that
/// is still open is spread over the days it has left, so that a large batch does not stop every birthday.
#[derive(Default)]
struct Load {
    today: HashMap<StaffId, HashSet<(CustomerId, Option<PlanId>)>>,
    earlier: HashMap<StaffId, u64>,
}

impl Load {
    fn add(&mut self, touch: &StandingTouch, planned_for: Day, day: Day) {
        let Some(owner) = touch.owner else { return };
        if planned_for == day {
            self.today.entry(owner).or_default().insert((touch.customer, touch.plan));
        } else if planned_for < day && touch.open == Openness::Open {
            let days_left = (touch.not_after - day).max(0) as u64 + 1;
            *self.earlier.entry(owner).or_default() += 1000 / days_left;
        }
    }

    fn of_people(self) -> HashMap<StaffId, u32> {
        let mut load: HashMap<StaffId, u32> =
            self.today.into_iter().map(|(owner, contacts)| (owner, contacts.len() as u32)).collect();
        for (owner, thousandths) in self.earlier {
            *load.entry(owner).or_default() += thousandths.div_ceil(1000) as u32;
        }
        load
    }
}

fn parts(
    library: &Library,
    columns: &Columns,
    plan: &DayPlan,
    before: &Before,
    units: &HashMap<StaffId, UnitId>,
) -> Vec<Part> {
    let width = BUCKETS / PARTS;
    let mut parts: Vec<Part> = (0..PARTS).map(|_| Part { proposals: Vec::new(), decided: BTreeMap::new() }).collect();
    let part_of = |customer: CustomerId| usize::from(customer.bucket().number() as u16 / width);
    for touch in &plan.touches {
        let proposal = proposal(library, columns, plan.day, touch, units);
        parts[part_of(touch.customer)].proposals.extend(proposal);
    }
    for (customer, entry) in entries(library, columns, plan, before) {
        let decided = parts[part_of(customer)]
            .decided
            .entry(customer.bucket())
            .or_insert_with(|| Decided { versions: library.ids.iter().copied().collect(), entries: Vec::new() });
        decided.entries.push((customer, entry));
    }
    for (customer, entry) in before.today.iter().flat_map(|(id, entries)| entries.iter().map(move |one| (id, one))) {
        let Some(decided) = parts[part_of(*customer)].decided.get_mut(&customer.bucket()) else { continue };
        // A plan of an earlier run of the day may rest by now.
        for plan in [Some(entry.plan), entry.holder].into_iter().flatten() {
            decided.versions.entry(plan).or_insert(0);
        }
    }
    parts
}

fn proposal(
    library: &Library,
    columns: &Columns,
    day: Day,
    touch: &tend_planner::PlannedTouch,
    units: &HashMap<StaffId, UnitId>,
) -> Option<Proposal> {
    let plan = library.compiled.plan(touch.plan);
    let subject = touch.item.map_or(Subject::Customer, |item| Subject::Item(item as usize));
    let words = TextWords::of(&library.catalogue);
    let facts = columns.facts(touch.row);
    let said = |language| plan.reason.of(language).render(&facts, subject, day, language, &words).text;
    let (unit, owner) = match touch.assignee {
        Assignee::Person(person) => (*units.get(&person)?, Some(person)),
        Assignee::Unit(unit) => (unit, None),
    };
    Some(Proposal {
        customer: touch.customer,
        plan: library.id(touch.plan),
        plan_key: plan.key.clone(),
        subject: subject_uuid(touch.customer, touch.subject),
        due: touch.due_day,
        not_after: touch.not_after,
        at_minute: plan.limits.at_minute,
        business_type: plan.business_type.clone(),
        title: plan.title.clone(),
        reason: Words::new(said(Language::Zh), said(Language::En)),
        script_key: plan.script.clone().unwrap_or_default(),
        template_keys: plan.templates.values().cloned().collect(),
        attention: plan.limits.attention,
        channel: touch.channel,
        priority: i16::from(plan.limits.priority),
        worth_minor: touch.worth_minor,
        unit,
        owner,
    })
}

fn subject_uuid(customer: CustomerId, subject: SubjectId) -> Uuid {
    match subject {
        SubjectId::Customer => customer.0,
        SubjectId::Item(id) => id,
    }
}

/// What was decided, customer by customer. What an earlier run of the day chose stays chosen: its touch exists.
fn entries(library: &Library, columns: &Columns, plan: &DayPlan, before: &Before) -> Vec<(CustomerId, Entry)> {
    let mut entries = Vec::with_capacity(plan.decisions.len() + before.today.len());
    let mut left: HashSet<CustomerId> = before.today.keys().copied().collect();
    for decisions in plan.decisions.chunk_by(|one, other| one.row == other.row) {
        let customer = columns.customer(decisions[0].row);
        let chosen = before.today.get(&customer).map_or(&[][..], Vec::as_slice);
        left.remove(&customer);
        entries.extend(chosen.iter().map(|entry| (customer, *entry)));
        for decision in decisions {
            let entry = entry_of(library, columns, customer, decision);
            if !chosen.iter().any(|known| (known.plan, known.subject) == (entry.plan, entry.subject)) {
                entries.push((customer, entry));
            }
        }
    }
    let mut left: Vec<CustomerId> = left.into_iter().collect();
    left.sort_unstable();
    for customer in left {
        entries.extend(before.today.get(&customer).into_iter().flatten().map(|entry| (customer, *entry)));
    }
    entries
}

fn entry_of(library: &Library, columns: &Columns, customer: CustomerId, decision: &Decision) -> Entry {
    let collection = library.compiled.plan(decision.plan).for_each;
    let item = decision.item.zip(collection).and_then(|(item, of)| columns.item_id(of, decision.row, item));
    let (withheld, holder) = match decision.verdict {
        Verdict::Chosen => (None, None),
        Verdict::Withheld { reason, holder } => (Some(reason), holder.map(|place| library.id(place))),
    };
    Entry {
        plan: library.id(decision.plan),
        subject: item.unwrap_or(customer.0),
        due: decision.due_day,
        since: decision.waiting_since,
        withheld,
        holder,
    }
}
