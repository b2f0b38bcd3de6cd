//! What other rooms tell the file: somebody spoke with the customer, somebody else looks after the customer now.

use super::CustomerError;
use super::store::people;
use super::store::sight::{self, KeptRow, SightRow};
use super::work_hook::open_work;
use crate::journal;
use crate::org::is_within;
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;

/// Keeps the day of the last contact. Leaves no fact of its own: the contact room tells of the contact.
pub async fn note_contact(tx: &Tx, customer: CustomerId, day: Day) -> Result<(), CustomerError> {
    people::set_last_contact(&**tx, customer, day).await?;
    Ok(())
}

/// Puts the day of the last contact back to what stood `before` the one of `day`, which was taken back. A day that
/// somebody else has noted since stays.
pub async fn forget_contact(tx: &Tx, customer: CustomerId, day: Day, before: Option<Day>) -> Result<(), CustomerError> {
    people::forget_last_contact(&**tx, customer, day, before).await?;
    Ok(())
}

/// Who is to look after customers.
#[derive(Debug, Clone, Copy)]
pub struct Keeper {
    /// The unit.
    pub unit_id: UnitId,
    /// The person; none leaves the customers with the unit.
    pub owner_id: Option<StaffId>,
}

/// Gives customers to another keeper. Customers outside the scope are left alone; answers how many moved. Whoever has open
/// work with them goes on seeing them until its last day.
pub async fn entrust(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    ids: &[CustomerId],
    keeper: Keeper,
) -> Result<usize, CustomerError> {
    people::lock_many(&**tx, ids).await?;
    let mut moved = people::read(&**tx, scope, ids).await?;
    moved.retain(|customer| (customer.unit_id, customer.owner_id) != (keeper.unit_id, keeper.owner_id));
    let mut facts = Vec::with_capacity(moved.len());
    for customer in &mut moved {
        let payload = json!({
            "from": { "unit": customer.unit_id, "owner": customer.owner_id },
            "to": { "unit": keeper.unit_id, "owner": keeper.owner_id },
        });
        facts.push(Fact::about(customer.id, "customer", "entrusted", payload));
        tx.tell(LiveEvent {
            seq: 0,
            room: "customer",
            kind: "entrusted".into(),
            id: Some(customer.id.to_string()),
            customer_id: Some(customer.id),
            scope: LiveScope {
                unit_id: Some(keeper.unit_id),
                owner_id: keeper.owner_id,
                former_owner_id: customer.owner_id,
            },
        });
        customer.unit_id = keeper.unit_id;
        customer.owner_id = keeper.owner_id;
        customer.version += 1;
        customer.updated_at = app.now();
    }
    people::update(&**tx, &moved).await?;
    let ids: Vec<CustomerId> = moved.iter().map(|customer| customer.id).collect();
    show_to_workers(app, tx, &ids).await?;
    journal::append_all(app, tx, doer, facts).await?;
    Ok(moved.len())
}

/// Somebody has a work order about a customer.
#[derive(Debug, Clone, Copy)]
pub struct WorkWith {
    /// The customer.
    pub customer: CustomerId,
    /// The work order.
    pub touch: TouchId,
    /// The unit that has it.
    pub unit: UnitId,
    /// The person who has it; none while it waits in the unit.
    pub person: Option<StaffId>,
    /// Its last day.
    pub until: Day,
}

impl WorkWith {
    fn sight(self) -> SightRow {
        let Self { customer, touch, unit, person, until } = self;
        SightRow { customer, touch, unit, person, until }
    }
}

/// Which units are within which: asked once for each pair.
#[derive(Default)]
struct Within(HashMap<(UnitId, UnitId), bool>);

impl Within {
    async fn holds(&mut self, tx: &Tx, unit: UnitId, ancestor: UnitId) -> Result<bool, CustomerError> {
        if let Some(known) = self.0.get(&(unit, ancestor)) {
            return Ok(*known);
        }
        let holds = is_within(&**tx, unit, ancestor).await?;
        self.0.insert((unit, ancestor), holds);
        Ok(holds)
    }

    /// Whether whoever has the work sees the customer without it. Of a unit's work with customers in it or below it, the
    /// unit sees everything as it is.
    async fn sees(&mut self, tx: &Tx, kept: &KeptRow, work: &WorkWith) -> Result<bool, CustomerError> {
        Ok(match work.person {
            Some(person) => kept.owner == Some(person),
            None => self.holds(tx, kept.unit, work.unit).await?,
        })
    }
}

/// Customers in a statement: two values each.
const CHUNK: usize = 2000;

/// Lets those who have work with customers see them. A customer who is nobody's becomes theirs; one who has an owner
/// stays with the owner and is shown to them as well, until the last day of the work order.
pub async fn take_on(app: &App, tx: &Tx, doer: Doer, work: Vec<WorkWith>) -> Result<(), CustomerError> {
    let mut within = Within::default();
    for work in work.chunks(CHUNK) {
        let ids: Vec<CustomerId> = work.iter().map(|one| one.customer).collect();
        people::lock_many(&**tx, &ids).await?;
        let mut kept = kept(tx, &ids).await?;
        let (mut freed, mut places) = (BTreeSet::new(), BTreeSet::new());
        let (mut facts, mut rows) = (Vec::new(), Vec::new());
        for one in work {
            let Some(row) = kept.get_mut(&one.customer) else { continue };
            if within.sees(tx, row, one).await? {
                continue;
            }
            if row.owner.is_some() {
                rows.push(one.sight());
            } else {
                let payload = json!({
                    "from": { "unit": row.unit, "owner": row.owner },
                    "to": { "unit": one.unit, "owner": one.person },
                    "with": one.touch,
                });
                facts.push(Fact::about(one.customer, "customer", "entrusted", payload));
                freed.insert(one.customer);
                places.insert((one.unit, one.person));
                (row.unit, row.owner) = (one.unit, one.person);
            }
        }
        if !freed.is_empty() {
            let rows = freed.iter().filter_map(|id| kept.get(id).copied());
            sight::keep_free(&**tx, rows, app.now()).await?;
        }
        for (unit, owner) in places {
            let scope = LiveScope { unit_id: Some(unit), owner_id: owner, former_owner_id: None };
            // One piece of news for each list that grew: a batch brings hundreds of thousands of customers.
            let kind = "entrusted".to_owned();
            tx.tell(LiveEvent { seq: 0, room: "customer", kind, id: None, customer_id: None, scope });
        }
        sight::replace(&**tx, &pairs(work), rows).await?;
        // Others may have work with those who were nobody's until now.
        show_to_workers(app, tx, &freed.into_iter().collect::<Vec<_>>()).await?;
        journal::append_all(app, tx, doer, facts).await?;
    }
    Ok(())
}

/// After customers got another keeper: shows them to all who have open work with them, until its last day.
pub(super) async fn show_to_workers(app: &App, tx: &Tx, ids: &[CustomerId]) -> Result<(), CustomerError> {
    for ids in ids.chunks(CHUNK) {
        let work = open_work(app, tx, ids).await?;
        show_to(app, tx, &work).await?;
    }
    Ok(())
}

/// Shows customers to those who have work with them, and to nobody for whom that is over; changes no keeper.
pub async fn show_to(app: &App, tx: &Tx, work: &[WorkWith]) -> Result<(), CustomerError> {
    if work.is_empty() {
        return Ok(());
    }
    let mut within = Within::default();
    let ids: Vec<CustomerId> = work.iter().map(|one| one.customer).collect();
    let kept = kept(tx, &ids).await?;
    let mut rows = Vec::new();
    for one in work.iter().filter(|one| one.until >= app.today()) {
        let Some(row) = kept.get(&one.customer) else { continue };
        if !within.sees(tx, row, one).await? {
            rows.push(one.sight());
        }
    }
    sight::replace(&**tx, &pairs(work), rows).await?;
    Ok(())
}

async fn kept(tx: &Tx, ids: &[CustomerId]) -> Result<HashMap<CustomerId, KeptRow>, CustomerError> {
    Ok(sight::kept(&**tx, ids).await?.into_iter().map(|row| (row.id, row)).collect())
}

fn pairs(work: &[WorkWith]) -> Vec<(CustomerId, TouchId)> {
    work.iter().map(|one| (one.customer, one.touch)).collect()
}

/// Ends the sight of customers that came with work orders whose last day is over.
pub async fn end_sight(app: &App, tx: &Tx) -> Result<(), CustomerError> {
    sight::end(&**tx, app.today()).await?;
    Ok(())
}
