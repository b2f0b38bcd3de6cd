//! What a customer holds goes over to another record and back. The same policy, bill or order in both records is one
//! thing: that of the record that stays counts, the other waits under its own record.

use super::Changed;
use crate::customer::CustomerError;
use crate::customer::store::holdings::{self, Whose};
use crate::customer::store::merge::unpay_bill;
use crate::platform::{App, Bind, Table, Tx};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use tend_rules::base::*;
use tend_rules::customer::{Agreement, Bill, Order, Payment, kind_keys};
use uuid::Uuid;

/// Everything that a record holds.
#[derive(Debug, Default)]
pub(super) struct Holdings {
    pub agreements: Vec<Agreement>,
    pub bills: Vec<Bill>,
    pub payments: Vec<Payment>,
    pub orders: Vec<Order>,
}

impl Holdings {
    pub async fn of(db: &impl sea_orm::ConnectionTrait, id: CustomerId) -> Result<Self, CustomerError> {
        let whose = Whose::Customers(std::slice::from_ref(&id));
        Ok(Self {
            agreements: holdings::agreements(db, whose).await?,
            bills: holdings::bills(db, whose).await?,
            payments: holdings::payments(db, whose).await?,
            orders: holdings::orders(db, whose).await?,
        })
    }
}

/// What went over, by its new id, and what was one with something on the other side: its id and that one's.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Carriage {
    pub agreements: Vec<AgreementId>,
    pub bills: Vec<BillId>,
    pub payments: Vec<PaymentId>,
    pub orders: Vec<OrderId>,
    pub folded: Vec<(Uuid, Uuid)>,
    /// Bills that the other record knew to be paid.
    pub settled: Vec<(BillId, Day)>,
}

impl Carriage {
    /// What would go over from one record to another.
    pub fn planned(from: &Holdings, to: &Holdings, bucket: Bucket) -> Self {
        let mut plan = Self::default();
        let mut one: HashMap<Uuid, Uuid> = HashMap::new();
        for held in &from.agreements {
            match to.agreements.iter().find(|known| is_one(held, known)) {
                Some(known) => drop(one.insert(held.id.0, known.id.0)),
                None => plan.agreements.push(held.id.moved_to(bucket)),
            }
        }
        let agreement = |id: Option<AgreementId>| id.and_then(|id| one.get(&id.0)).map(|id| AgreementId(*id));
        let mut bills = Vec::new();
        for bill in &from.bills {
            let same = agreement(bill.agreement_id).and_then(|agreement| {
                to.bills.iter().find(|known| known.agreement_id == Some(agreement) && known.period == bill.period)
            });
            match same {
                Some(known) => {
                    bills.push((bill.id.0, known.id.0));
                    plan.settled.extend(bill.paid_on.filter(|_| known.paid_on.is_none()).map(|on| (known.id, on)));
                }
                None => plan.bills.push(bill.id.moved_to(bucket)),
            }
        }
        for payment in &from.payments {
            let same = agreement(payment.agreement_id).and_then(|agreement| {
                to.payments.iter().find(|known| {
                    known.agreement_id == Some(agreement)
                        && (known.paid_on, known.amount) == (payment.paid_on, payment.amount)
                })
            });
            match same {
                Some(known) => plan.folded.push((payment.id.0, known.id.0)),
                None => plan.payments.push(payment.id.moved_to(bucket)),
            }
        }
        for order in &from.orders {
            match to.orders.iter().find(|known| known.number == order.number) {
                Some(known) => plan.folded.push((order.id.0, known.id.0)),
                None => plan.orders.push(order.id.moved_to(bucket)),
            }
        }
        plan.folded.extend(one);
        plan.folded.extend(bills);
        plan
    }

    /// The ids of what has a place on the other side, old to new.
    pub fn subjects(&self, from: &Holdings) -> HashMap<Uuid, Uuid> {
        let mut subjects: HashMap<Uuid, Uuid> = self.folded.iter().copied().collect();
        let went: HashSet<Uuid> = self.ids().collect();
        let all = from.agreements.iter().map(|held| held.id.0).chain(from.bills.iter().map(|bill| bill.id.0));
        let all = all.chain(from.payments.iter().map(|one| one.id.0)).chain(from.orders.iter().map(|one| one.id.0));
        let bucket = self.ids().next().map(bucket_of);
        for id in all {
            let Some(moved) = bucket.map(|bucket| in_bucket(id, bucket)).filter(|moved| went.contains(moved)) else {
                continue;
            };
            subjects.entry(id).or_insert(moved);
        }
        subjects
    }

    /// The ids of what goes over.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> {
        let agreements = self.agreements.iter().map(|id| id.0);
        let others = self.bills.iter().map(|id| id.0).chain(self.payments.iter().map(|id| id.0));
        agreements.chain(others).chain(self.orders.iter().map(|id| id.0))
    }

    /// How many of which kind go over.
    pub fn counts(&self) -> [(&'static str, i64); 4] {
        [
            ("agreements", self.agreements.len() as i64),
            ("bills", self.bills.len() as i64),
            ("payments", self.payments.len() as i64),
            ("orders", self.orders.len() as i64),
        ]
    }

    /// What goes back of what a record holds now: what came over and is still there, and what was added to it since.
    pub fn returning(&self, now: &Holdings) -> Self {
        let agreements: Vec<AgreementId> =
            now.agreements.iter().map(|held| held.id).filter(|id| self.agreements.contains(id)).collect();
        let theirs = |id: Option<AgreementId>| id.is_some_and(|id| agreements.contains(&id));
        let bill = |bill: &&Bill| self.bills.contains(&bill.id) || theirs(bill.agreement_id);
        let bills: Vec<BillId> = now.bills.iter().filter(bill).map(|bill| bill.id).collect();
        let payment = |one: &&Payment| {
            let of_bill = one.bill_id.is_some_and(|id| bills.contains(&id));
            self.payments.contains(&one.id) || theirs(one.agreement_id) || of_bill
        };
        let payments = now.payments.iter().filter(payment).map(|one| one.id).collect();
        let orders = now.orders.iter().map(|one| one.id).filter(|id| self.orders.contains(id)).collect();
        Self { agreements, bills, payments, orders, ..Self::default() }
    }
}

fn is_one(one: &Agreement, other: &Agreement) -> bool {
    let number = kind_keys("agreement", &one.number);
    !number.is_empty() && number == kind_keys("agreement", &other.number) && one.kind == other.kind
}

/// Moves rows of what a record holds. `subjects` says where what they refer to is found on the other side.
struct Mover<'a> {
    tx: &'a Tx,
    from: CustomerId,
    to: CustomerId,
    subjects: &'a HashMap<Uuid, Uuid>,
}

impl Mover<'_> {
    async fn carry(&self, table: &Table, id: Uuid, refs: &[(&'static str, Option<Uuid>)]) -> Result<(), CustomerError> {
        let found = [("bucket", self.from.bucket().into_value()), ("id", id.into_value())];
        let mut fresh = vec![
            ("bucket", self.to.bucket().into_value()),
            ("id", in_bucket(id, self.to.bucket()).into_value()),
            ("customer_id", self.to.into_value()),
        ];
        for (column, other) in refs {
            let other = other.map(|id| self.subjects.get(&id).copied().unwrap_or(id));
            fresh.push((*column, other.into_value()));
        }
        table.carry(&**self.tx, &found, &fresh).await?;
        Ok(())
    }

    async fn all(&self, held: &Holdings, which: &HashSet<Uuid>) -> Result<(), CustomerError> {
        let db = &**self.tx;
        let goes = |id: Uuid| which.contains(&id);
        let table = Table::of(db, "agreement").await?;
        for agreement in held.agreements.iter().filter(|one| goes(one.id.0)) {
            self.carry(&table, agreement.id.0, &[]).await?;
        }
        let table = Table::of(db, "bill").await?;
        for bill in held.bills.iter().filter(|one| goes(one.id.0)) {
            self.carry(&table, bill.id.0, &[("agreement_id", bill.agreement_id.map(|id| id.0))]).await?;
        }
        let table = Table::of(db, "payment").await?;
        for one in held.payments.iter().filter(|one| goes(one.id.0)) {
            let refs = [("agreement_id", one.agreement_id.map(|id| id.0)), ("bill_id", one.bill_id.map(|id| id.0))];
            self.carry(&table, one.id.0, &refs).await?;
        }
        let (table, lines) = (Table::of(db, "purchase").await?, Table::of(db, "purchase_line").await?);
        for order in held.orders.iter().filter(|one| goes(one.id.0)) {
            self.carry(&table, order.id.0, &[]).await?;
            let found = [("bucket", self.from.bucket().into_value()), ("purchase_id", order.id.into_value())];
            let fresh = [
                ("bucket", self.to.bucket().into_value()),
                ("purchase_id", order.id.moved_to(self.to.bucket()).into_value()),
                ("customer_id", self.to.into_value()),
            ];
            lines.carry(db, &found, &fresh).await?;
        }
        Ok(())
    }
}

/// Takes over what a record holds; a payment that only the other record knew counts for the agreement of both.
pub(super) async fn take_over(
    app: &App,
    tx: &Tx,
    (from, to): (CustomerId, CustomerId),
    changed: &mut Changed,
) -> Result<HashMap<Uuid, Uuid>, CustomerError> {
    let (theirs, mine) = (Holdings::of(&**tx, from).await?, Holdings::of(&**tx, to).await?);
    let plan = Carriage::planned(&theirs, &mine, to.bucket());
    let subjects = plan.subjects(&theirs);
    let went: HashSet<Uuid> = plan.ids().collect();
    let which =
        |id: &Uuid| went.contains(&in_bucket(*id, to.bucket())) && !plan.folded.iter().any(|(old, _)| old == id);
    let ids = theirs.agreements.iter().map(|one| one.id.0).chain(theirs.bills.iter().map(|one| one.id.0));
    let ids = ids.chain(theirs.payments.iter().map(|one| one.id.0)).chain(theirs.orders.iter().map(|one| one.id.0));
    let which: HashSet<Uuid> = ids.filter(which).collect();
    Mover { tx, from, to, subjects: &subjects }.all(&theirs, &which).await?;
    for (bill, on) in &plan.settled {
        holdings::settle_bill(&**tx, to, *bill, Some(*on)).await?;
    }
    let mut paid = Vec::new();
    for held in &theirs.agreements {
        let known = subjects.get(&held.id.0).and_then(|id| mine.agreements.iter().find(|known| known.id.0 == *id));
        let Some(known) = known.filter(|known| held.paid_for > known.paid_for) else { continue };
        let fresh = Agreement {
            paid_on: held.paid_on,
            paid_for: held.paid_for,
            due: held.due.max(known.due),
            version: known.version + 1,
            ..known.clone()
        };
        changed.before.agreements_changed.push((known.clone(), fresh.version));
        paid.push(fresh);
    }
    holdings::put_agreements(&**tx, &paid, app.now()).await?;
    changed.carriage = plan;
    Ok(subjects)
}

/// Gives back what came over, as it is now; answers where each is found, and what went.
pub(super) async fn give_back(
    tx: &Tx,
    (from, to): (CustomerId, CustomerId),
    came: &Carriage,
) -> Result<(HashMap<Uuid, Uuid>, Carriage), CustomerError> {
    let held = Holdings::of(&**tx, from).await?;
    let going = came.returning(&held);
    let which: HashSet<Uuid> = going.ids().collect();
    let mut subjects: HashMap<Uuid, Uuid> = came.folded.iter().map(|(old, new)| (*new, *old)).collect();
    subjects.extend(which.iter().map(|id| (*id, in_bucket(*id, to.bucket()))));
    Mover { tx, from, to, subjects: &subjects }.all(&held, &which).await?;
    for (bill, on) in &came.settled {
        unpay_bill(&**tx, from, *bill, *on).await?;
    }
    Ok((subjects, going))
}
