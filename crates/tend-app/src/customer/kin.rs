//! Households and relations. A relation is written twice, once in the bucket of each side, so that either page reads
//! only its own rows.

use super::CustomerError;
use super::change::news;
use super::read::{heads, one_for_change};
use super::store::{kin, people};
use crate::journal;
use crate::platform::{App, Tx, before_wall};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use tend_rules::base::*;
use tend_rules::customer::Customer;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;
use utoipa::ToSchema;

/// What the other is to the customer, and what the customer is to the other.
const KINDS: [(&str, &str); 9] = [
    ("spouse", "spouse"),
    ("child", "parent"),
    ("parent", "child"),
    ("referrer", "referred"),
    ("referred", "referrer"),
    ("employer", "employee"),
    ("employee", "employer"),
    ("insured", "payer"),
    ("payer", "insured"),
];

/// What the customer is to somebody who is `kind` to them.
pub(super) fn back_of(kind: &str) -> &'static str {
    KINDS.into_iter().find(|(word, _)| *word == kind).map_or("", |(_, back)| back)
}

/// Somebody whom the customer is related to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Kin {
    /// The relation.
    pub id: RelationId,
    /// What the other is to the customer: `spouse`, `child`, `referrer` …
    pub kind: String,
    /// The other customer, where the reader may know.
    pub customer_id: Option<CustomerId>,
    /// The other's name, where the reader may know it; else empty.
    pub name: String,
}

/// A relation as it stands after somebody asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Related {
    /// The relation, as the customer has it.
    pub id: RelationId,
    /// Whether it is new; one that stood before is not there to be taken back.
    pub is_new: bool,
}

/// Relates two customers that the scope shows: `other` is `kind` to `id`. A second time changes nothing.
pub async fn relate(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    id: CustomerId,
    other: CustomerId,
    kind: &str,
) -> Result<Related, CustomerError> {
    let Some((kind, back)) = KINDS.into_iter().find(|(word, _)| *word == kind) else {
        return Err(CustomerError::Invalid {
            field: "kind",
            rule: "spouse, child, parent, referrer, employer, insured …",
        });
    };
    if id == other {
        return Err(CustomerError::Invalid { field: "other_id", rule: "another customer" });
    }
    // Both are locked, in one order whoever asks: a relation to a record that is being merged would be left behind.
    for side in BTreeSet::from([id, other]) {
        let customer = one_for_change(tx, scope, side).await?;
        tx.tell(news(&customer, "changed"));
    }
    let mut is_new = false;
    for (of, to, kind) in [(id, other, kind), (other, id, back)] {
        let relation = RelationId(app.new_id(of.bucket()));
        if kin::insert_relation(&**tx, relation, of, to, kind, app.now()).await? == 0 {
            continue;
        }
        is_new |= of == id;
        let fact = Fact::about(of, "customer", "related", json!({ "other": to, "kind": kind }));
        journal::append(app, tx, doer, fact).await?;
    }
    let made = kin::relation_to(&**tx, id, other, kind).await?;
    Ok(Related { id: made.ok_or(CustomerError::PartNotFound { thing: "relation" })?, is_new })
}

/// Takes a relation of a customer away, on both sides; nothing happens if it is not there. Both customers are in the
/// scope, as they were for whoever related them; one who is not on file any more needs not be.
pub(super) async fn unrelate(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    id: CustomerId,
    relation: RelationId,
) -> Result<(), CustomerError> {
    let Some((other, kind)) = kin::relation(&**tx, id, relation).await? else {
        return one_for_change(tx, scope, id).await.map(drop);
    };
    // Asked before the wall: who is only hidden from the reader is there.
    let is_gone = before_wall(people::read(app.read(), &Scope::Firm, &[other])).await?.is_empty();
    for side in BTreeSet::from([id, if is_gone { id } else { other }]) {
        let customer = one_for_change(tx, scope, side).await?;
        tx.tell(news(&customer, "changed"));
    }
    for (of, to, kind) in [(id, other, kind.as_str()), (other, id, back_of(&kind))] {
        if kin::delete_relation(&**tx, of, to, kind).await? == 0 {
            continue;
        }
        let fact = Fact::about(of, "customer", "unrelated", json!({ "other": to, "kind": kind }));
        journal::append(app, tx, doer, fact).await?;
    }
    Ok(())
}

/// A household that people came into.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Joined {
    /// The household.
    pub id: HouseholdId,
    /// Those who came in just now; the others lived there before.
    pub joined: Vec<CustomerId>,
}

/// Puts customers into one household: that which some of them share already, else a new one in the bucket of the first.
/// Nobody is taken out of a household that others live in: whoever moves leaves it first.
pub async fn join_household(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    name: &str,
    members: &[CustomerId],
) -> Result<Joined, CustomerError> {
    let Some(first) = members.first() else {
        return Err(CustomerError::Invalid { field: "members", rule: "at least one customer" });
    };
    people::lock_many(&**tx, members).await?;
    let mut people = people::read(&**tx, scope, members).await?;
    if people.len() != members.len() {
        return Err(CustomerError::NotFound);
    }
    let household = match home_of(tx, &people).await? {
        Some(household) => household,
        None => {
            let household = HouseholdId(app.new_id(first.bucket()));
            kin::insert_household(&**tx, household, name, app.now()).await?;
            household
        }
    };
    people.retain(|person| person.household_id != Some(household));
    kin::hold_households(&**tx, &people.iter().filter_map(|person| person.household_id).collect()).await?;
    let mut facts = Vec::new();
    for person in &mut people {
        let before = person.household_id.replace(household);
        if let Some(alone) = before {
            kin::leave(&**tx, alone, person.id).await?;
        }
        kin::insert_member(&**tx, household, person.id).await?;
        person.version += 1;
        let payload = json!({ "household": household, "before": before });
        facts.push(Fact::about(person.id, "customer", "household_joined", payload));
    }
    people::update(&**tx, &people).await?;
    journal::append_all(app, tx, doer, facts).await?;
    tell_home(tx, scope, household).await?;
    Ok(Joined { id: household, joined: people.iter().map(|person| person.id).collect() })
}

/// Tells of a change to whoever has a member of the household open.
async fn tell_home(tx: &Tx, scope: &Scope, household: HouseholdId) -> Result<(), CustomerError> {
    let members = kin::members(&**tx, household).await?;
    people::read(&**tx, scope, &members).await?.iter().for_each(|person| tx.tell(news(person, "changed")));
    Ok(())
}

/// The household that the people come into. One in which somebody was left alone gives way to one of several.
async fn home_of(tx: &Tx, people: &[Customer]) -> Result<Option<HouseholdId>, CustomerError> {
    let homes: BTreeSet<HouseholdId> = people.iter().filter_map(|person| person.household_id).collect();
    let mut shared = Vec::new();
    for home in &homes {
        if kin::members(&**tx, *home).await?.len() > 1 {
            shared.push(*home);
        }
    }
    match shared[..] {
        [] => Ok(homes.first().copied()),
        [home] => Ok(Some(home)),
        _ => Err(CustomerError::HouseholdsDiffer),
    }
}

/// Takes a customer out of the household; the others stay in theirs, and of the last one it goes with its name.
pub(super) async fn leave_household(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    id: CustomerId,
) -> Result<(), CustomerError> {
    let mut person = one_for_change(tx, scope, id).await?;
    let household = person.household_id.take().ok_or(CustomerError::PartNotFound { thing: "household" })?;
    kin::leave(&**tx, household, id).await?;
    person.version += 1;
    people::update(&**tx, std::slice::from_ref(&person)).await?;
    let fact = Fact::about(id, "customer", "household_left", json!({ "household": household }));
    journal::append(app, tx, doer, fact).await?;
    tx.tell(news(&person, "changed"));
    tell_home(tx, scope, household).await
}

/// The relations of a customer; names of people outside the scope stay hidden.
pub(super) async fn relations(app: &App, scope: &Scope, id: CustomerId) -> Result<Vec<Kin>, CustomerError> {
    let found = kin::relations(app.read(), id).await?;
    let others: Vec<CustomerId> = found.iter().map(|(_, other, _)| *other).collect();
    let known = heads(app, scope, &others).await?;
    let shape = |(relation, other, kind): (RelationId, CustomerId, String)| Kin {
        id: relation,
        kind,
        customer_id: known.contains_key(&other).then_some(other),
        name: known.get(&other).map(|person| person.name.clone()).unwrap_or_default(),
    };
    Ok(found.into_iter().map(shape).collect())
}

/// The name of a household and its members, as far as the scope shows them.
pub(super) async fn household(
    app: &App,
    scope: &Scope,
    household: HouseholdId,
) -> Result<(String, Vec<(CustomerId, String)>), CustomerError> {
    let name = kin::household_name(app.read(), household).await?.unwrap_or_default();
    let members = kin::members(app.read(), household).await?;
    let known = heads(app, scope, &members).await?;
    Ok((name, members.into_iter().filter_map(|id| Some((id, known.get(&id)?.name.clone()))).collect()))
}
