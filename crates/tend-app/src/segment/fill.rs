//! The columns of some customers, filled on one thread with its own connection: which table gives which fact, and the
//! facts that are worked out on the way. Reads no more columns than are needed.

use super::SegmentError;
pub(super) use super::asked::Columned;
use super::slots::Slots;
use super::then::{agreement_then, is_unknown, person_then};
use crate::customer::{Sweep, SweptAgreement, SweptPerson};
use crate::platform::{App, Swept};
use sea_orm::DbErr;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use tend_planner::{Columns, ColumnsBuilder, ItemPlace, Row, Slot};
use tend_rules::base::*;
use tend_rules::customer::{self, Birthday, EVERY_PURPOSE, FactEntry, Holds, OnFile, Stated, may_reach};
use tend_rules::intake::lunar_day;
use tend_rules::journal::Parts;
use tend_rules::law::known_purpose;
use tend_rules::segment::{Calendar, Catalogue, FactId, Kind, Scalar, Value};
use tokio::runtime::Handle;

/// The year of a birthday whose year is unknown: a leap year that makes every age negative, so that no condition on
/// an age of so many years or more holds by accident.
const YEAR_UNKNOWN: i16 = 2096;

/// Whose columns are filled.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whom<'a> {
    /// The buckets of a range in steps of so many.
    Buckets {
        /// From and to.
        range: (u16, u16),
        /// Read at once.
        step: u16,
    },
    /// These customers.
    Customers(&'a [CustomerId]),
}

/// Fills the columns on this thread. `told` hears of each step how many buckets are read.
pub(super) fn filled(
    app: &App,
    runtime: &Handle,
    order: &Columned,
    whom: Whom<'_>,
    told: impl Fn(u16),
) -> Result<Columns, SegmentError> {
    let asked = order.asked();
    let mut sweep = Sweep::begin(app, runtime, &asked)?;
    let mut filler = Filler::of(order);
    match whom {
        Whom::Customers(ids) if !order.parts.has(Parts::RECORD) => filler.fill_labels(&mut sweep, ids)?,
        Whom::Customers(ids) => filler.fill(&mut sweep, Swept::Customers(ids))?,
        Whom::Buckets { range: (from, to), step } => {
            for first in (from..=to).step_by(usize::from(step)) {
                let last = (first + step - 1).min(to);
                let bucket = |number: u16| Bucket::of(number.into());
                filler.fill(&mut sweep, Swept::Buckets(bucket(first), bucket(last)))?;
                told(last + 1 - first);
            }
        }
    }
    Ok(filler.builder.finish()?)
}

/// Ids are random enough to be their own hash.
#[derive(Debug, Clone, Default)]
pub(super) struct ById(u64);

impl Hasher for ById {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last_chunk() {
            self.0 = u64::from_be_bytes(*last).rotate_right(10).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn write_usize(&mut self, _: usize) {}
}

/// What becomes of a customer once everything they hold has gone past.
struct Pending {
    consented: ChannelSet,
    refused: ChannelSet,
    in_force: Holds,
    things: u32,
    billed: [Option<i64>; 3],
}

struct Filler<'a> {
    order: &'a Columned,
    builder: ColumnsBuilder,
    slots: Slots,
    rows: HashMap<CustomerId, u32, BuildHasherDefault<ById>>,
    pending: Vec<Pending>,
    /// What was said about purposes, by row; few customers said anything.
    stated: HashMap<u32, Vec<Stated<'static>>>,
    /// The three months before, as year and month.
    months: [(i16, i8); 3],
}

impl<'a> Filler<'a> {
    fn of(order: &'a Columned) -> Self {
        let builder = ColumnsBuilder::of_part(&order.catalogue, order.needs.clone(), order.roster.clone());
        let month = |back: i32| {
            let month = order.day.plus_months(-back);
            (month.year(), month.month())
        };
        let (slots, months) = (Slots::of(&builder, &order.catalogue), [1, 2, 3].map(month));
        let (rows, pending, stated) = Default::default();
        Self { order, builder, slots, rows, pending, stated, months }
    }

    fn keeps(&self, collection: &str) -> bool {
        self.builder.needs().has_collection(&self.order.catalogue, collection)
    }

    /// Reads some customers with everything that they hold.
    fn fill(&mut self, sweep: &mut Sweep<'_>, whose: Swept<'_>) -> Result<(), DbErr> {
        let first = self.builder.len() as u32;
        self.pending.clear();
        self.rows.clear();
        self.stated.clear();
        let then = self.order.then.as_deref();
        sweep.people(whose, |person| {
            match then.filter(|then| then.file.id == person.id) {
                Some(then) => {
                    let facts = serde_json::to_string(&then.file.facts).unwrap_or_default();
                    self.person(&person_then(&then.file, &facts));
                }
                None => self.person(person),
            }
            Ok(())
        })?;
        let place = |rows: &HashMap<CustomerId, u32, _>, id: CustomerId| rows.get(&id).copied();
        if let Some(then) = then {
            for row in self.rows.values() {
                self.builder.amend(*row, |row| row.texts(self.slots.labels, then.labels.iter().map(String::as_str)));
            }
        } else if self.slots.labels != Slot::Nowhere {
            self.labels(sweep, whose)?;
        }
        if self.slots.consents != Slot::Nowhere {
            self.stances(sweep, whose)?;
        }
        let held = |this: &mut Self, customer| {
            let row = place(&this.rows, customer)?;
            this.pending[(row - first) as usize].things += 1;
            Some(row)
        };
        if self.keeps("agreements") {
            sweep.agreements(whose, |agreement| {
                let is_newer = then.is_some_and(|then| agreement.created_at_ms > then.at.millis());
                if is_newer || is_unknown(then, agreement.id) {
                    return Ok(());
                }
                if let Some(row) = held(self, agreement.customer) {
                    match then {
                        Some(then) => self.agreement(row, &agreement_then(then, agreement)),
                        None => self.agreement(row, agreement),
                    }
                }
                Ok(())
            })?;
        } else {
            sweep.bound(whose, |customer| {
                held(self, customer);
                Ok(())
            })?;
        }
        if self.keeps("orders") {
            sweep.orders(whose, |order| {
                if is_unknown(then, order.id) {
                    return Ok(());
                }
                if let Some(row) = held(self, order.customer) {
                    let place =
                        ItemPlace { collection: self.slots.orders, row, order: order.placed_at_ms, id: order.id };
                    let [placed, amount, status] = self.slots.of_order;
                    self.builder.loose_item(place, |item| {
                        item.date(placed, order.placed);
                        item.money(amount, order.amount_minor);
                        item.text(status, known(order.status));
                    });
                }
                Ok(())
            })?;
        } else {
            sweep.buyers(whose, |customer| {
                held(self, customer);
                Ok(())
            })?;
        }
        if self.keeps("payments") {
            sweep.payments(whose, |payment| {
                if is_unknown(then, payment.id) {
                    return Ok(());
                }
                if let Some(row) = place(&self.rows, payment.customer) {
                    let order = payment.paid_on.number().into();
                    let place = ItemPlace { collection: self.slots.payments, row, order, id: payment.id };
                    let [paid_on, amount, kind] = self.slots.of_payment;
                    self.builder.loose_item(place, |item| {
                        item.date(paid_on, payment.paid_on);
                        item.money(amount, payment.amount_minor);
                        item.text(kind, known(payment.kind));
                    });
                }
                Ok(())
            })?;
        }
        self.bills(sweep, whose, first)?;
        self.settle(first);
        Ok(())
    }

    /// Reads the labels of customers and nothing else of them.
    fn fill_labels(&mut self, sweep: &mut Sweep<'_>, ids: &[CustomerId]) -> Result<(), DbErr> {
        for id in ids {
            self.rows.insert(*id, self.builder.len() as u32);
            self.builder.customer(*id, |_| {});
        }
        self.labels(sweep, Swept::Customers(ids))
    }

    fn labels(&mut self, sweep: &mut Sweep<'_>, whose: Swept<'_>) -> Result<(), DbErr> {
        sweep.labels(whose, |customer, key| {
            if let Some(row) = self.rows.get(&customer) {
                self.builder.amend(*row, |row| row.also(self.slots.labels, key));
            }
            Ok(())
        })
    }

    /// What customers said about purposes; of somebody as known at an earlier moment, what they had said then.
    fn stances(&mut self, sweep: &mut Sweep<'_>, whose: Swept<'_>) -> Result<(), DbErr> {
        if let Some(then) = self.order.then.as_deref() {
            for ((channel, purpose), stance) in &then.stances {
                self.note(then.file.id, Stated { channel: *channel, purpose, stance: *stance });
            }
            return Ok(());
        }
        sweep.stances(whose, |customer, stated| {
            self.note(customer, stated);
            Ok(())
        })
    }

    /// A purpose that is no longer of the list says nothing.
    fn note(&mut self, customer: CustomerId, stated: Stated<'_>) {
        let purpose = if stated.purpose == EVERY_PURPOSE { Some(EVERY_PURPOSE) } else { known_purpose(stated.purpose) };
        if let (Some(row), Some(purpose)) = (self.rows.get(&customer), purpose) {
            let Stated { channel, stance, .. } = stated;
            self.stated.entry(*row).or_default().push(Stated { channel, purpose, stance });
        }
    }

    fn bills(&mut self, sweep: &mut Sweep<'_>, whose: Swept<'_>, first: u32) -> Result<(), DbErr> {
        if !self.keeps("bills") && self.slots.billed == [Slot::Nowhere; 3] {
            return Ok(());
        }
        let then = self.order.then.as_deref();
        sweep.bills(whose, |bill| {
            if is_unknown(then, bill.id) {
                return Ok(());
            }
            let settled = then.and_then(|then| then.settled.get(&bill.id)).map_or(bill.paid_on, |before| before.on);
            let Some(row) = self.rows.get(&bill.customer).copied() else { return Ok(()) };
            let month = (bill.period.year(), bill.period.month());
            if let Some(at) = self.months.iter().position(|known| *known == month) {
                let sum = &mut self.pending[(row - first) as usize].billed[at];
                *sum = Some(sum.unwrap_or(0).saturating_add(bill.amount_minor));
            }
            let order = bill.period.number().into();
            let place = ItemPlace { collection: self.slots.bills, row, order, id: bill.id };
            let [period, due, amount, paid, paid_on] = self.slots.of_bill;
            self.builder.loose_item(place, |item| {
                item.date(period, bill.period);
                item.date(due, bill.due);
                item.money(amount, bill.amount_minor);
                item.truth(paid, settled.is_some());
                item.date(paid_on, settled);
            });
            Ok(())
        })
    }

    fn person(&mut self, person: &SweptPerson<'_>) {
        let (slots, order) = (&self.slots, self.order);
        self.rows.insert(person.id, self.builder.len() as u32);
        self.pending.push(Pending {
            consented: person.consented,
            refused: person.refused,
            in_force: Holds::of(0, person.joined, person.lifecycle),
            things: 0,
            billed: [None; 3],
        });
        self.builder.customer(person.id, |row| {
            row.owner(person.owner_id);
            row.unit(Some(person.unit_id));
            let texts = [
                person.name,
                person.gender,
                person.occupation,
                person.region,
                person.language,
                person.tier,
                person.class,
                person.lifecycle,
            ];
            for (slot, text) in slots.texts.iter().zip(texts) {
                row.text(*slot, known(text));
            }
            for (slot, day) in slots.dates.iter().zip([person.wedding_day, person.joined, person.last_contact]) {
                row.date(*slot, day);
            }
            if let Some((born, calendar)) = person.birthday.as_ref().and_then(kept_birthday) {
                row.date_kept(slots.birthday, born, calendar);
            }
            row.money(slots.annual_value, person.annual_value_minor);
            row.double(slots.churn_risk, person.churn_risk);
            fill_firm_facts(row, person.facts, &order.catalogue);
        });
    }

    fn agreement(&mut self, row: u32, agreement: &SweptAgreement<'_>) {
        let (collection, slots) = (self.slots.agreements, &self.slots.of_agreement);
        let place = ItemPlace { collection, row, order: agreement.created_at_ms, id: agreement.id };
        self.builder.loose_item(place, |item| {
            let texts = [agreement.kind, agreement.number, agreement.product, agreement.status, agreement.plate];
            for (slot, text) in slots.texts.iter().zip(texts) {
                item.text(*slot, known(text));
            }
            let days = [
                agreement.start,
                agreement.end,
                agreement.due,
                agreement.paid_on,
                agreement.signed,
                agreement.delivered,
            ];
            for (slot, day) in slots.dates.iter().zip(days) {
                item.date(*slot, day);
            }
            item.money(slots.premium, agreement.premium_minor);
            item.int(slots.pay_every_months, agreement.pay_every_months);
            item.int(slots.grace_days, agreement.grace_days);
            item.truth(slots.paid, agreement.due.is_some() && agreement.paid_for >= agreement.due);
        });
    }

    /// What follows from everything a customer holds.
    fn settle(&mut self, first: u32) {
        let (consents, billed) = (self.slots.consents, self.slots.billed);
        for (row, pending) in (first..).zip(&self.pending) {
            let holds = if pending.things > 0 { Holds::Something } else { pending.in_force };
            let stated = self.stated.get(&row).map_or(&[][..], Vec::as_slice);
            let file = OnFile { consented: pending.consented, refused: pending.refused, stated };
            self.builder.amend(row, |row| {
                let may = |channel: &Channel| may_reach(*channel, file.consented, file.refused, holds);
                row.texts(consents, Channel::ALL.into_iter().filter(may).map(|channel| channel.word()));
                for (channel, purpose) in file.shut(holds) {
                    row.shut(channel, purpose);
                }
                for (slot, sum) in billed.iter().zip(pending.billed) {
                    row.money(*slot, sum);
                }
            });
        }
    }
}

/// The firm's own facts that the catalogue still knows by the kind they were written in.
fn fill_firm_facts(row: &mut Row<'_>, facts: &str, catalogue: &Catalogue) {
    if facts.is_empty() || facts == "{}" {
        return;
    }
    let Ok(facts) = serde_json::from_str::<BTreeMap<String, FactEntry>>(facts) else { return };
    for (key, entry) in &facts {
        let kind = catalogue.find(key).map(|id: FactId| catalogue.fact(id).kind);
        if let Some(Kind::One(scalar)) = kind {
            row.value(key.as_str(), &firm_value(entry, scalar));
        }
    }
}

fn firm_value(entry: &FactEntry, scalar: Scalar) -> Value {
    let json = &entry.value;
    let found = match scalar {
        Scalar::Bool => json.as_bool().map(Value::Bool),
        Scalar::Int => json.as_i64().filter(|number| *number != i64::MIN).map(Value::Int),
        Scalar::Double => json.as_f64().map(Value::Double),
        Scalar::Text => json.as_str().map(Value::text),
        Scalar::Date => json.as_str().and_then(|text| text.parse().ok()).map(Value::day),
        Scalar::Money => {
            let money = serde_json::from_value::<Money>(json.clone()).ok();
            money.map(|money| Value::money(money, Currency::CNY))
        }
        Scalar::Days => None,
    };
    found.unwrap_or(Value::Missing)
}

/// The common day of birth and the calendar by which it is kept.
fn kept_birthday(birthday: &Birthday) -> Option<(Day, Calendar)> {
    let year = birthday.year.unwrap_or(YEAR_UNKNOWN);
    match birthday.calendar {
        customer::Calendar::Solar => Some((Day::of(year, birthday.month, birthday.day).ok()?, Calendar::Solar)),
        customer::Calendar::Lunar => {
            let day = lunar_day(year, birthday.month, birthday.day)
                .or_else(|| lunar_day(year, birthday.month.abs(), birthday.day))
                .or_else(|| lunar_day(year, birthday.month.abs(), birthday.day.min(29)))?;
            Some((day, Calendar::Lunar))
        }
    }
}

fn known(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
