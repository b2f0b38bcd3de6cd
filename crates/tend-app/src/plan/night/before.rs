//! What was decided before and what stands, as a day begins.

use crate::plan::PlanError;
use crate::plan::decisions::{Decided, Entry};
use crate::plan::gifts;
use crate::plan::library::Library;
use crate::plan::store::nights::{self, StandingTouch};
use crate::platform::{App, Scan};
use std::collections::{BTreeMap, HashMap, HashSet};
use tend_planner::{Carried, History, PastTouch, Standing, SubjectId, Supply};
use tend_rules::base::*;
use tend_rules::plan::{Attention, Withheld};
use tokio::runtime::Handle;
use uuid::Uuid;

/// How far back overflow is looked for when the program was down.
const CARRY_DAYS: i32 = 7;

/// What was decided before and what stands, as the day begins.
pub(in crate::plan) struct Before {
    /// What an earlier run for the same day decided, bucket by bucket, as it is kept.
    pub(super) decided: Vec<(Bucket, Vec<u8>)>,
    /// What it chose.
    pub(super) today: HashMap<CustomerId, Vec<Entry>>,
    carried: Vec<(CustomerId, Entry)>,
    touches: Vec<StandingTouch>,
    gifts: BTreeMap<String, Supply>,
}

impl Before {
    pub(in crate::plan) async fn of(app: &App, day: Day, late_days: i32) -> Result<Self, PlanError> {
        let db = app.read();
        let touches = {
            let (app, runtime) = (app.clone(), Handle::current());
            let read = move || nights::touches(&mut Scan::open(app.db(), &runtime)?, day - late_days);
            tokio::task::spawn_blocking(read)
        };
        let mut today: HashMap<CustomerId, Vec<Entry>> = HashMap::new();
        let decided = nights::decisions(db, day).await?;
        for (_, content) in &decided {
            Decided::each(content, day, |customer, entry| {
                if entry.withheld.is_none() {
                    today.entry(customer).or_default().push(entry);
                }
            })?;
        }
        let mut carried = Vec::new();
        if let Some(last) = nights::last_decided(db, day, day - CARRY_DAYS).await? {
            for (_, content) in nights::decisions(db, last).await? {
                Decided::each(&content, last, |customer, entry| {
                    carried.extend(entry.withheld.is_some_and(Withheld::comes_again).then_some((customer, entry)));
                })?;
            }
        }
        let touches = touches.await.map_err(|_| PlanError::Interrupted)??;
        let gifts = gifts::supplies(app, day).await?;
        Ok(Self { decided, today, carried, touches, gifts })
    }

    pub(in crate::plan) fn history(&self, library: &Library, day: Day) -> History {
        let mut places: HashMap<PlanId, tend_planner::PlanIndex> = HashMap::new();
        for (id, _) in &library.ids {
            places.extend(library.place(*id).map(|place| (*id, place)));
        }
        let mut history = History { gifts: self.gifts.clone(), ..History::default() };
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
                standing: touch.standing,
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
        let Some(owner) = touch.owner.filter(|_| touch.standing != Standing::Withdrawn) else { return };
        if planned_for == day {
            self.today.entry(owner).or_default().insert((touch.customer, touch.plan));
        } else if planned_for < day && touch.standing == Standing::Open {
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
