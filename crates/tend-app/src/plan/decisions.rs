//! What a night decided, coded compactly: a few bytes for each subject whose condition held. Pairs of customer and plan
//! that are not there failed the plan's condition.
//!
//! Layout: a version byte; the plans (count, then id and published version each); the customers (count, then id, number
//! of entries, entries). An entry is the plan's place, the reason's number (0 for chosen), a subject id if it is not the
//! customer, days from the due day and from the first day of waiting, and the plan that held the contact. Counts and
//! places are LEB128. Stored numbers of reasons never change (`tend_rules::plan::Withheld`).

use super::PlanError;
use std::collections::BTreeMap;
use tend_rules::base::{CustomerId, Day, PlanId};
use tend_rules::plan::Withheld;
use uuid::Uuid;

const LAYOUT: u8 = 1;

/// What was decided for one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub plan: PlanId,
    /// The item it is about, or the customer's own id.
    pub subject: Uuid,
    /// The day on which it became due.
    pub due: Day,
    /// The first day on which there was no room.
    pub since: Day,
    /// Why nothing went out; `None` if it did.
    pub withheld: Option<Withheld>,
    /// The plan that had the contact of the day, where that is the reason.
    pub holder: Option<PlanId>,
}

/// The decisions of a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Decided {
    /// The published version of each plan that was asked.
    pub versions: BTreeMap<PlanId, i32>,
    /// Those of one customer stand together.
    pub entries: Vec<(CustomerId, Entry)>,
}

impl Decided {
    /// Codes the decisions of `day`.
    pub fn coded(&self, day: Day) -> Vec<u8> {
        let plans: Vec<PlanId> = self.versions.keys().copied().collect();
        let place = |plan: PlanId| plans.binary_search(&plan).map_or(0, |at| at as u64 + 1);
        let mut out = vec![LAYOUT];
        put(&mut out, plans.len() as u64);
        for (plan, version) in &self.versions {
            out.extend_from_slice(plan.0.as_bytes());
            put(&mut out, version.unsigned_abs().into());
        }
        let customers = || self.entries.chunk_by(|left, right| left.0 == right.0);
        put(&mut out, customers().count() as u64);
        for entries in customers() {
            let customer = entries[0].0;
            out.extend_from_slice(customer.0.as_bytes());
            put(&mut out, entries.len() as u64);
            for (_, entry) in entries {
                put(&mut out, place(entry.plan));
                out.push(entry.withheld.map_or(0, Withheld::number));
                let is_item = entry.subject != customer.0;
                out.push(u8::from(is_item));
                if is_item {
                    out.extend_from_slice(entry.subject.as_bytes());
                }
                put(&mut out, (day - entry.due).max(0) as u64);
                put(&mut out, (day - entry.since).max(0) as u64);
                put(&mut out, entry.holder.map_or(0, place));
            }
        }
        out
    }

    /// Reads what [`Decided::coded`] wrote for `day`, entry by entry; answers the plans that were asked.
    pub fn each(
        bytes: &[u8],
        day: Day,
        take: impl FnMut(CustomerId, Entry),
    ) -> Result<BTreeMap<PlanId, i32>, PlanError> {
        Reader(bytes).each(day, take).ok_or(PlanError::Damaged)
    }
}

fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn each(&mut self, day: Day, mut take: impl FnMut(CustomerId, Entry)) -> Option<BTreeMap<PlanId, i32>> {
        if self.byte()? != LAYOUT {
            return None;
        }
        let mut versions = BTreeMap::new();
        let mut plans = Vec::new();
        for _ in 0..self.number()? {
            let plan = PlanId(self.uuid()?);
            plans.push(plan);
            versions.insert(plan, self.number()? as i32);
        }
        let plan_at = |place: u64| plans.get(usize::try_from(place).ok()?.checked_sub(1)?).copied();
        for _ in 0..self.number()? {
            let customer = CustomerId(self.uuid()?);
            for _ in 0..self.number()? {
                let plan = plan_at(self.number()?)?;
                let withheld = match self.byte()? {
                    0 => None,
                    number => Some(Withheld::from_number(number)?),
                };
                let subject = if self.byte()? == 1 { self.uuid()? } else { customer.0 };
                let due = day - i32::try_from(self.number()?).ok()?;
                let since = day - i32::try_from(self.number()?).ok()?;
                let holder = plan_at(self.number()?);
                take(customer, Entry { plan, subject, due, since, withheld, holder });
            }
        }
        Some(versions)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn uuid(&mut self) -> Option<Uuid> {
        let (first, rest) = self.0.split_at_checked(16)?;
        self.0 = rest;
        Uuid::from_slice(first).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_coded_is_read_back_and_damage_is_told() {
        let day = Day::from_number(20_000);
        let (one, two) = (PlanId(Uuid::from_u128(1)), PlanId(Uuid::from_u128(2)));
        let customer = CustomerId(Uuid::from_u128(7));
        let entry = |plan, subject, back: i32, withheld, holder| Entry {
            plan,
            subject,
            due: day - back,
            since: day - back,
            withheld,
            holder,
        };
        let entries = vec![
            entry(one, customer.0, 0, None, None),
            entry(two, Uuid::from_u128(99), 300, Some(Withheld::AlreadyTouchedToday), Some(one)),
        ];
        let decided = Decided {
            versions: BTreeMap::from([(one, 3), (two, 200)]),
            entries: entries.into_iter().map(|entry| (customer, entry)).collect(),
        };
        let coded = decided.coded(day);
        let mut read = Vec::new();
        let versions = Decided::each(&coded, day, |customer, entry| read.push((customer, entry))).expect("readable");
        assert_eq!(Decided { versions, entries: read }, decided);
        for length in 0..coded.len() {
            assert!(Decided::each(&coded[..length], day, |_, _| {}).is_err(), "cut to {length}");
        }
    }
}
