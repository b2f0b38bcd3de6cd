//! Households and relations. A relation is written twice, once in the bucket of each side, so that either page reads
//! only its own rows.

use super::CustomerError;
use super::read::{heads, one_for_change};
use super::store::{kin, people};
use crate::journal;
use crate::platform::{App, Tx};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use tend_rules::base::*;
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

/// Relates two customers that the scope shows: `other` is `kind` to `id`. A second time changes nothing.
pub async fn relate(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    id: CustomerId,
    other: CustomerId,
    kind: &str,
) -> Result<(), CustomerError> {
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
        one_for_change(tx, scope, side).await?;
    }
    for (of, to, kind) in [(id, other, kind), (other, id, back)] {
        let relation = RelationId(app.new_id(of.bucket()));
        if kin::insert_relation(&**tx, relation, of, to, kind, app.now()).await? == 0 {
            continue;
        }
        let fact = Fact::about(of, "customer", "related", json!({ "other": to, "kind": kind }));
        journal::append(app, tx, doer, fact).await?;
    }
    Ok(())
}

/// Puts customers into one household, the first that they have; without one, a new one is made in the bucket of the first.
/// Who comes from another household leaves it; who is in it already stays as they are.
pub async fn join_household(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    name: &str,
    members: &[CustomerId],
) -> Result<HouseholdId, CustomerError> {
    let Some(first) = members.first() else {
        return Err(CustomerError::Invalid { field: "members", rule: "at least one customer" });
    };
    people::lock_many(&**tx, members).await?;
    let mut people = people::read(&**tx, scope, members).await?;
    if people.len() != members.len() {
        return Err(CustomerError::NotFound);
    }
    let homes: HashMap<CustomerId, HouseholdId> =
        people.iter().filter_map(|person| Some((person.id, person.household_id?))).collect();
    let household = match members.iter().find_map(|id| homes.get(id).copied()) {
        Some(household) => household,
        None => {
            let household = HouseholdId(app.new_id(first.bucket()));
            kin::insert_household(&**tx, household, name, app.now()).await?;
            household
        }
    };
    let mut facts = Vec::new();
    people.retain(|person| person.household_id != Some(household));
    for person in &mut people {
        let before = person.household_id.replace(household);
        if let Some(before) = before {
            kin::delete_member(&**tx, before, person.id).await?;
        }
        kin::insert_member(&**tx, household, person.id).await?;
        person.version += 1;
        let payload = json!({ "household": household, "before": before });
        facts.push(Fact::about(person.id, "customer", "household_joined", payload));
    }
    people::update(&**tx, &people).await?;
    journal::append_all(app, tx, doer, facts).await?;
    Ok(household)
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

/// The other members of the customer's household, as far as the scope shows them.
pub(super) async fn household(
    app: &App,
    scope: &Scope,
    household: HouseholdId,
) -> Result<Vec<(CustomerId, String)>, CustomerError> {
    let members = kin::members(app.read(), household).await?;
    let known = heads(app, scope, &members).await?;
    Ok(members.into_iter().filter_map(|id| Some((id, known.get(&id)?.name.clone()))).collect())
}
