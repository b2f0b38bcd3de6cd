//! Two records of one person become one, by hand, and are parted again.
//!
//! The record that stays keeps its id and bucket. What the other one holds (agreements, bills, payments, orders), its
//! work orders and contacts go over into that bucket with ids of it; its contact points are sealed anew, labels, proofs
//! and relations are written once more. The other record leaves the file for `merged_customer` and keeps its key, its
//! cells and its journal, so that a split brings it back as it was. All of it is one transaction.

mod deed;
mod holdings;
mod holds;
mod hook;
mod kin;
mod likely;
mod preview;
mod reason;
mod split;
mod stances;

pub use deed::{MergeOrder, merge};
pub use hook::{Follower, Passage, Returning, carry_sight, follow_merges_with};
pub(super) use likely::{Likely, likely, traits};
pub(super) use preview::{MergePreview, Merger, Names, SplitPreview, mergers, preview, split_preview};
pub(super) use reason::renew_reasons;
pub use reason::seal_plain_reasons;
pub use split::split;

use super::CustomerError;
use super::import::Before;
use super::store::{merge, people};
use crate::org::{OrgError, Who};
use crate::platform::App;
use holdings::Carriage;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use stances::StanceChange;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use tend_rules::base::*;
use tend_rules::customer::{Customer, EVERY_PURPOSE, Said, Verdict};
use tend_rules::org::{Permission, Scope};
use uuid::Uuid;

/// What a merge changed in the record that stays, and what went over: plain facts, ids and the name of a household, no
/// personal field.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Changed {
    before: Before,
    last_contact: Option<(Option<Day>, Option<Day>)>,
    household: Option<HouseholdId>,
    /// The other record's household and its name: it may go with its last member before the other one returns. Merges of
    /// before kept it only where nobody was left.
    #[serde(alias = "empty_home")]
    home: Option<(HouseholdId, String)>,
    proofs: Vec<Uuid>,
    /// Channels about which either record had taken something back.
    withdrawn: i16,
    /// What became different about single purposes.
    stances: Vec<StanceChange>,
    /// Legal holds that came over, by their new ids.
    holds: Vec<HoldId>,
    carriage: Carriage,
    relations: Vec<(CustomerId, CustomerId, String)>,
    /// What each follower keeps, in their order.
    followed: Vec<Value>,
}

impl Changed {
    fn of(row: &merge::MergedRow) -> Result<Self, CustomerError> {
        serde_json::from_str(&row.changed)
            .map_err(|error| CustomerError::Database(sea_orm::DbErr::Type(format!("merged_customer.changed: {error}"))))
    }
}

/// Refuses where joining or parting two records gives what one of them holds to another keeper, unless the person may
/// hand customers over: else a merge would be a way round that permission.
fn may_join_keepers(who: &Who, one: &Customer, other: &Customer) -> Result<(), CustomerError> {
    let keeper = |file: &Customer| (file.unit_id, file.owner_id);
    if keeper(one) != keeper(other) && !who.may(Permission::HandOutWork) {
        return Err(OrgError::NotPermitted { permission: Permission::HandOutWork.word() }.into());
    }
    Ok(())
}

/// What is on file about the channels of a record, with what was taken back.
async fn said(db: &impl ConnectionTrait, file: &Customer) -> Result<Said, CustomerError> {
    let mut withdrawn = ChannelSet::NONE;
    for proof in merge::proofs(db, file.id).await?.into_iter().filter(|proof| proof.purpose == EVERY_PURPOSE) {
        let Some(channel) = Channel::from_word(&proof.channel) else { continue };
        let taken_back = [Verdict::Withdrawn, Verdict::WithdrawnRefusal].iter().any(|one| one.word() == proof.verdict);
        withdrawn = if taken_back { withdrawn.with(channel) } else { withdrawn.without(channel) };
    }
    let stands = |channel: &Channel| !file.consented.has(*channel) && !file.refused.has(*channel);
    let withdrawn = withdrawn.iter().filter(stands).collect();
    Ok(Said { consented: file.consented, refused: file.refused, withdrawn })
}

/// The record on file of which a record in the reader's scope is part by now; itself where it was never merged. Other
/// rooms ask where they kept a record's own id.
pub async fn whole_of(db: &impl ConnectionTrait, id: CustomerId) -> Result<CustomerId, CustomerError> {
    Ok(merge::whole_of(db, id).await?.unwrap_or(id))
}

/// The records on file of which those of the records are part that were merged: they stand in their place.
pub async fn wholes_of(db: &impl ConnectionTrait, ids: &[CustomerId]) -> Result<BTreeSet<CustomerId>, CustomerError> {
    Ok(merge::wholes_of(db, ids).await?.into_iter().collect())
}

/// The record that is on file in the reader's scope for one that was merged into it.
pub(super) async fn survivor(app: &App, scope: &Scope, id: CustomerId) -> Result<Option<CustomerId>, CustomerError> {
    let Some(whole) = merge::whole_of(app.read(), id).await? else { return Ok(None) };
    Ok(people::read(app.read(), scope, &[whole]).await?.pop().map(|customer| customer.id))
}

/// The record and every other that is part of it by now, also over several merges, level by level.
pub async fn whole(db: &impl ConnectionTrait, id: CustomerId) -> Result<Vec<CustomerId>, CustomerError> {
    let (mut all, mut level) = (vec![id], vec![id]);
    while !level.is_empty() {
        level = merge::parts_of(db, &level).await?.into_iter().map(|(_, part)| part).collect();
        level.retain(|part| !all.contains(part));
        all.extend(&level);
    }
    Ok(all)
}

/// The numbers in other systems under which records were known that are part of these customers by now: files go on
/// naming them. A few statements, however many customers.
pub(super) async fn former_numbers(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, Vec<String>>, CustomerError> {
    let mut whole_of: HashMap<CustomerId, CustomerId> = HashMap::new();
    let mut level = ids.to_vec();
    while !level.is_empty() {
        let mut next = Vec::new();
        for (survivor, part) in merge::parts_of(db, &level).await? {
            let whole = whole_of.get(&survivor).copied().unwrap_or(survivor);
            if let Entry::Vacant(place) = whole_of.entry(part) {
                place.insert(whole);
                next.push(part);
            }
        }
        level = next;
    }
    let parts: Vec<CustomerId> = whole_of.keys().copied().collect();
    let mut numbers: HashMap<CustomerId, Vec<String>> = HashMap::new();
    for (part, number) in merge::numbers_of(db, &parts).await? {
        if let Some(whole) = whole_of.get(&part) {
            numbers.entry(*whole).or_default().push(number);
        }
    }
    Ok(numbers)
}
