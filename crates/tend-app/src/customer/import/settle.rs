//! A chunk of clean rows becomes customers: candidates are looked up together, rows are matched one after the other in
//! memory, and everything is written together. The number of statements does not depend on the number of rows.

use super::OnDuplicate;
use super::choice::{Choices, RowChoice};
use super::context::Context;
use super::slot::{Before, Slot, Standing, points_of};
use super::store::{self, Deed, Entry};
use crate::customer::create::phone_digest;
use crate::customer::merge::former_numbers;
use crate::customer::read::{keys, points};
use crate::customer::store::cells::{self, Few};
use crate::customer::store::holdings::{self, Whose};
use crate::customer::store::{labels, lists, people};
use crate::customer::{CustomerError, Point};
use crate::intake::{Tally, WashedRow};
use crate::platform::{App, Tx};
use std::collections::{BTreeSet, HashMap};
use tend_rules::base::*;
use tend_rules::customer::{PointKind, contact_keys, kind_keys, merged_refusals};
use tend_rules::intake::{CleanRow, Likeness, Traits, same_person_score};
use tend_rules::org::Scope;

/// Namesakes that are compared by address; a name as common as 王芳 must not make a chunk slow.
pub(super) const NAMESAKES_MAX: usize = 20;

/// Candidates of one number whatever they are called; of a number that more people share (an agent's own phone) those are
/// looked for besides who bear a name of the chunk, so that it makes no chunk slow and nobody is taken for a stranger.
pub(super) const CANDIDATES_EACH: usize = 50;

/// The customers of a chunk, found by digest or by name.
pub(super) struct Chunk {
    pub slots: Vec<Slot>,
    by_digest: HashMap<i64, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    /// Customers that a person named, each with the record of which it is part by now.
    named: HashMap<CustomerId, CustomerId>,
    /// The customers of earlier rows that a person named, as far as those were written before this chunk.
    of_rows: HashMap<i64, CustomerId>,
    pub entries: Vec<Entry>,
    pub tally: Tally,
}

/// Matches the rows of a chunk with what is on file and with each other.
pub(super) async fn settle(
    app: &App,
    tx: &Tx,
    context: &Context,
    rows: &[WashedRow<CleanRow>],
    choices: &Choices,
) -> Result<Chunk, CustomerError> {
    let mut chunk = Chunk::load(app, tx, context, rows, choices).await?;
    chunk.tally.rows = rows.len() as i64;
    for row in rows {
        match &row.clean {
            Some(clean) => chunk.take(app, context, clean, choices),
            None => chunk.tally.rejected += 1,
        }
    }
    chunk.inherit_refusals(app, tx).await?;
    Ok(chunk)
}

impl Chunk {
    async fn load(
        app: &App,
        tx: &Tx,
        context: &Context,
        rows: &[WashedRow<CleanRow>],
        choices: &Choices,
    ) -> Result<Self, CustomerError> {
        let clean = || rows.iter().filter_map(|row| row.clean.as_ref());
        let digests: BTreeSet<i64> = clean().flat_map(|row| digests_of(app, row)).collect();
        let digests: Vec<i64> = digests.into_iter().collect();
        let hits = cells::look_up(&**tx, &digests, Few::Newest(CANDIDATES_EACH as i64)).await?;
        let sharing = sharing(app, tx, &hits, clean()).await?;
        let names: BTreeSet<&str> = clean()
            .filter(|row| row.address.is_some())
            .filter_map(|row| Some(row.name.as_ref()?.full.as_str()))
            .collect();
        let namesakes = lists::namesakes(&**tx, context.unit, &names).await?;
        let numbers = || rows.iter().map(|row| row.row);
        let named = choices.named(&**tx, numbers()).await?;
        let of_rows = store::of_rows(&**tx, context.batch, &choices.earlier_rows(numbers())).await?;
        let chosen = named.values().chain(of_rows.values()).copied();
        let ids = hits.iter().map(|(_, id)| *id).chain(sharing).chain(namesakes).chain(chosen);
        let ids: BTreeSet<CustomerId> = ids.collect();
        let ids: Vec<CustomerId> = ids.into_iter().collect();
        let mut chunk = Self {
            slots: Vec::with_capacity(rows.len()),
            by_digest: HashMap::new(),
            by_name: HashMap::new(),
            named,
            of_rows,
            entries: Vec::with_capacity(rows.len()),
            tally: Tally::default(),
        };
        for slot in known_slots(app, tx, &ids).await? {
            chunk.admit(app, slot);
        }
        Ok(chunk)
    }

    /// Adds a customer and makes it findable.
    fn admit(&mut self, app: &App, slot: Slot) {
        let place = self.slots.len();
        for digest in slot_digests(app, &slot) {
            self.by_digest.entry(digest).or_default().push(place);
        }
        if slot.points.iter().any(|(kind, _)| *kind == PointKind::Address) {
            self.by_name.entry(slot.file.name.clone()).or_default().push(place);
        }
        self.slots.push(slot);
    }

    /// The customer whom the row is about, if one is surely the same person.
    fn find(&self, app: &App, row: &CleanRow) -> Option<usize> {
        let by_digest = digests_of(app, row).into_iter().filter_map(|digest| self.by_digest.get(&digest)).flatten();
        let name = row.name.as_ref().filter(|_| row.address.is_some());
        let namesakes = name.and_then(|name| self.by_name.get(&name.full)).into_iter().flatten().take(NAMESAKES_MAX);
        let candidates: BTreeSet<usize> = by_digest.chain(namesakes).copied().collect();
        let traits = Traits::of(row);
        let scored = candidates
            .into_iter()
            .map(|place| (same_person_score(&traits, &self.slots[place].traits()).points, std::cmp::Reverse(place)));
        let (points, std::cmp::Reverse(place)) = scored.max()?;
        (points >= Likeness::SAME).then_some(place)
    }

    /// The customer whom a person named for the row, directly or as that of an earlier row.
    fn chosen(&self, choice: &RowChoice) -> Option<usize> {
        let of_row = |row: u32| {
            let here = self.entries.iter().find(|entry| entry.row == i64::from(row)).map(|entry| entry.customer_id);
            here.or_else(|| self.of_rows.get(&i64::from(row)).copied())
        };
        let direct = choice.customer_id.and_then(|id| self.named.get(&id).copied());
        let id = direct.or_else(|| choice.same_as_row.and_then(of_row))?;
        self.slots.iter().position(|slot| slot.file.id == id)
    }

    fn take(&mut self, app: &App, context: &Context, row: &CleanRow, choices: &Choices) {
        let choice = choices.of(row.row);
        let on_duplicate = choice.map_or(choices.rule, |choice| choice.deed);
        let found = choice.and_then(|choice| self.chosen(choice)).or_else(|| self.find(app, row));
        if found.is_none() && choice.is_some_and(|choice| choice.deed == OnDuplicate::Skip) {
            // Like nobody for sure, and left out by a person: there is nobody to note it about.
            self.tally.duplicates += 1;
            return;
        }
        let known = found.filter(|_| on_duplicate != OnDuplicate::Keep);
        if found.is_some() {
            self.tally.duplicates += 1;
        } else {
            self.tally.accepted += 1;
        }
        let Some(place) = known else {
            let slot = Slot::of_row(app, context, row);
            self.entries.push(Entry::of(context.batch, row, slot.file.id, Deed::Created, None));
            self.tally.created += 1;
            self.admit(app, slot);
            return;
        };
        let id = self.slots[place].file.id;
        if on_duplicate == OnDuplicate::Skip {
            self.entries.push(Entry::of(context.batch, row, id, Deed::LeftOut, None));
            return;
        }
        let refused = self.slots[place].file.refused;
        let before = self.slots[place].take(app, context, row);
        let slot = &mut self.slots[place];
        let changed = !before.is_empty() || slot.file.refused != refused;
        for digest in digests_of(app, row) {
            let places = self.by_digest.entry(digest).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
        if !changed || matches!(slot.standing, Standing::New) {
            self.entries.push(Entry::of(context.batch, row, id, Deed::Met, None));
            return;
        }
        slot.file.version += 1;
        self.tally.updated += 1;
        slot.added.befores.push(before.clone());
        let entry = Entry::of(context.batch, row, id, Deed::Updated, Some((before, slot.file.version)));
        self.entries.push(entry);
    }

    /// Numbers on the list of refused numbers make the refusals of the known customers who get them now.
    async fn inherit_refusals(&mut self, app: &App, tx: &Tx) -> Result<(), CustomerError> {
        let fresh = |slot: &Slot| -> Vec<i64> {
            let phones = slot.added.points.iter().filter(|(_, kind, _)| *kind == PointKind::Phone);
            phones.map(|(_, _, value)| phone_digest(app, value)).collect()
        };
        let known = |slot: &&mut Slot| matches!(slot.standing, Standing::Known(_));
        let digests: Vec<i64> = self.slots.iter_mut().filter(known).flat_map(|slot| fresh(slot)).collect();
        if digests.is_empty() {
            return Ok(());
        }
        let refused: HashMap<i64, ChannelSet> = cells::refused_numbers(&**tx, &digests).await?.into_iter().collect();
        for slot in self.slots.iter_mut().filter(known) {
            for digest in fresh(slot) {
                if let Some(channels) = refused.get(&digest) {
                    slot.added.refused = merged_refusals(slot.added.refused, *channels);
                    slot.file.refused = merged_refusals(slot.file.refused, *channels);
                }
            }
        }
        Ok(())
    }
}

/// Customers who share a number with more people than are looked at whatever they are called, and are called as in the
/// rows that name such a number.
async fn sharing(
    app: &App,
    tx: &Tx,
    hits: &[(i64, CustomerId)],
    rows: impl Iterator<Item = &CleanRow>,
) -> Result<Vec<CustomerId>, CustomerError> {
    let mut met: HashMap<i64, usize> = HashMap::new();
    for (digest, _) in hits {
        *met.entry(*digest).or_default() += 1;
    }
    met.retain(|_, count| *count >= CANDIDATES_EACH);
    if met.is_empty() {
        return Ok(Vec::new());
    }
    let names = rows.filter(|row| digests_of(app, row).iter().any(|digest| met.contains_key(digest)));
    let names: BTreeSet<&str> = names.filter_map(|row| Some(row.name.as_ref()?.full.as_str())).collect();
    let digests: Vec<i64> = met.into_keys().collect();
    Ok(cells::look_up_named(&**tx, &digests, &names).await?)
}

/// The customers with everything that a row may change.
async fn known_slots(app: &App, tx: &Tx, ids: &[CustomerId]) -> Result<Vec<Slot>, CustomerError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    people::lock_many(&**tx, ids).await?;
    let mut files = people::read(&**tx, &Scope::Firm, ids).await?;
    files.sort_by_key(|file| file.id);
    let mut keys = keys(app, &**tx, ids).await?;
    let mut held: HashMap<CustomerId, Vec<Point>> = points(app, &**tx, ids).await?;
    let mut agreements: HashMap<CustomerId, Vec<_>> = HashMap::new();
    for agreement in holdings::agreements(&**tx, Whose::Customers(ids)).await? {
        agreements.entry(agreement.customer_id).or_default().push(agreement);
    }
    let mut former = former_numbers(&**tx, ids).await?;
    let mut on: HashMap<CustomerId, Vec<String>> = HashMap::new();
    for (customer, key, _) in labels::of(&**tx, ids).await? {
        on.entry(customer).or_default().push(key);
    }
    let slot = |file: tend_rules::customer::Customer| {
        let id = file.id;
        Some(Slot {
            file,
            former: former.remove(&id).unwrap_or_default(),
            points: held.remove(&id).unwrap_or_default().into_iter().map(|point| (point.kind, point.value)).collect(),
            agreements: agreements.remove(&id).unwrap_or_default(),
            labels: on.remove(&id).unwrap_or_default(),
            standing: Standing::Known(Box::new(keys.remove(&id)?)),
            added: Default::default(),
        })
    };
    Ok(files.into_iter().filter_map(slot).collect())
}

fn first_digest(app: &App, kind: PointKind, value: &str) -> Option<i64> {
    let (kind, value) = contact_keys(kind, value).into_iter().next()?;
    Some(app.keys().digest(&kind, &value))
}

fn outside_digest(app: &App, outside_id: Option<&str>) -> Option<i64> {
    let (kind, value) = kind_keys("outside_id", outside_id?).into_iter().next()?;
    Some(app.keys().digest(&kind, &value))
}

/// The digests of what can tell who is meant: whole phones, mails, id number, outside id.
pub(super) fn digests_of(app: &App, row: &CleanRow) -> Vec<i64> {
    let points = points_of(row).into_iter().filter_map(|(kind, value)| first_digest(app, kind, &value));
    points.chain(outside_digest(app, row.outside_id.as_deref())).collect()
}

fn slot_digests(app: &App, slot: &Slot) -> Vec<i64> {
    let points = slot.points.iter().filter_map(|(kind, value)| first_digest(app, *kind, value));
    let numbers = slot.file.outside_id.iter().chain(&slot.former);
    points.chain(numbers.filter_map(|number| outside_digest(app, Some(number)))).collect()
}

impl Entry {
    fn of(batch: BatchId, row: &CleanRow, customer_id: CustomerId, deed: Deed, before: Option<(Before, i64)>) -> Self {
        let (before, version_after) = before.map_or((None, 1), |(before, version)| (Some(before), version));
        let reason = row.reason.clone().unwrap_or_default();
        Self { batch, row: i64::from(row.row), customer_id, deed, before, reason, version_after }
    }
}
