//! What rehearsed days come to: touches, load of people, units and channels, what is withheld, what gifts cost.

use super::{PersonLoad, UnitLoad};
use crate::org::{Staff, Unit};
use crate::plan::gifts::Gift;
use std::collections::{BTreeMap, HashMap};
use tend_planner::{Assignee, Columns, Compiled, DayPlan, PlanIndex, QuickMap};
use tend_rules::base::*;
use tend_rules::segment::Subject;

/// Parts of a thousand, so that one with room for ten and one with room for sixty compare.
fn fullest(load: &[u32], capacity: u32) -> u32 {
    load.iter().max().map_or(0, |most| most * 1000 / capacity.max(1))
}

/// What the days come to, one after the other.
pub(super) struct Tally {
    from: Day,
    days: usize,
    plan: Option<PlanIndex>,
    pub touches: Vec<u32>,
    pub of_plan: Vec<u32>,
    pub deferred: Vec<u32>,
    pub cost_minor: Vec<i64>,
    pub withheld: BTreeMap<&'static str, usize>,
    pub channels: BTreeMap<&'static str, Vec<u32>>,
    /// Gifts by code, day by day.
    pub gifts: BTreeMap<String, Vec<u32>>,
    /// The first day on which one was wanted and not there.
    pub short_on: BTreeMap<String, Day>,
    people: HashMap<StaffId, Vec<u32>>,
    units: HashMap<UnitId, Vec<u32>>,
}

impl Tally {
    pub fn new(from: Day, days: u16, plan: Option<PlanIndex>) -> Self {
        let (touches, of_plan, deferred, cost_minor) = Default::default();
        let (withheld, channels) = (BTreeMap::new(), BTreeMap::new());
        let (gifts, short_on) = (BTreeMap::new(), BTreeMap::new());
        let (people, units) = (HashMap::new(), HashMap::new());
        Self {
            from,
            days: days.into(),
            plan,
            touches,
            of_plan,
            deferred,
            cost_minor,
            withheld,
            channels,
            gifts,
            short_on,
            people,
            units,
        }
    }

    pub fn add(&mut self, day: &DayPlan) {
        let at = (day.day - self.from) as usize;
        self.touches.push(day.touches.len() as u32);
        let of_plan = day.touches.iter().filter(|touch| Some(touch.plan) == self.plan);
        self.of_plan.push(of_plan.count() as u32);
        for touch in day.touches.iter().filter(|touch| self.plan.is_none_or(|plan| plan == touch.plan)) {
            self.channels.entry(touch.channel.word()).or_insert_with(|| vec![0; self.days])[at] += 1;
        }
        let mut ranks: QuickMap<Assignee, u32> = QuickMap::default();
        for touch in &day.touches {
            let most = ranks.entry(touch.assignee).or_default();
            *most = touch.rank.max(*most);
        }
        self.deferred.push(day.overflow.contacts);
        let beyond = day.overflow.full.iter().map(|(person, contacts)| (Assignee::Person(*person), *contacts));
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

    /// Adds what the day costs, gifts included, and counts the gifts: those of all plans, since all take from one stock.
    pub fn spend(&mut self, day: &DayPlan, compiled: &Compiled, columns: &Columns, gifts: &HashMap<String, Gift>) {
        let told = day.touches.iter().filter(|touch| self.plan.is_none_or(|plan| plan == touch.plan));
        let costs = told.map(|touch| {
            let plan = compiled.plan(touch.plan);
            let gift = plan.gift.as_ref().and_then(|named| gifts.get(&named.key)).map_or(0, |gift| gift.cost_minor);
            if plan.cost.is_none() {
                return gift;
            }
            let subject = touch.item.map_or(Subject::Customer, |item| Subject::Item(item as usize));
            plan.cost_of(&columns.facts(touch.row), subject, day.day).saturating_add(gift)
        });
        self.cost_minor.push(costs.fold(0, i64::saturating_add));
        let at = (day.day - self.from) as usize;
        for named in day.touches.iter().filter_map(|touch| compiled.plan(touch.plan).gift.as_ref()) {
            self.gifts.entry(named.key.clone()).or_insert_with(|| vec![0; self.days])[at] += 1;
        }
        for named in day.overflow.giftless.iter().filter_map(|plan| compiled.plan(*plan).gift.as_ref()) {
            self.gifts.entry(named.key.clone()).or_insert_with(|| vec![0; self.days]);
            self.short_on.entry(named.key.clone()).or_insert(day.day);
        }
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

    pub fn person_loads(&self, staff: Vec<Staff>) -> Vec<PersonLoad> {
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

    /// What a person would have to do, day by day.
    pub fn load_of(&self, person: StaffId) -> Vec<u32> {
        self.people.get(&person).cloned().unwrap_or_else(|| vec![0; self.days])
    }

    pub fn unit_loads(&self, staff: &[Staff], units: Vec<Unit>) -> Vec<UnitLoad> {
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

/// Contacts a day that a person can do.
pub(super) fn room(one: &Staff) -> u32 {
    u32::try_from(one.capacity_per_day).unwrap_or(0)
}
