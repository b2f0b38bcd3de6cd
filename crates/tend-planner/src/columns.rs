//! The customer file as columns: typed, dense, texts as numbers, items behind offsets.
//!
//! Only the facts that the plans read are kept ([`Needs`]); a fact that is not there is missing.

use crate::bits::Bits;
use crate::changes::Changes;
use crate::codes::Codes;
use crate::column::{Column, Facet};
use crate::roster::Roster;
use crate::shut::Shut;
use crate::strings::Strings;
use std::sync::Arc;
use tend_rules::base::{CustomerId, Day, StaffId, UnitId};
use tend_rules::segment::{Catalogue, CollectionId, FactDefinition, FactId, Facts, ItemFactId, Reads, Value};
use uuid::Uuid;

/// Missing values inside columns.
pub(crate) const NO_DAY: i32 = i32::MIN;
pub(crate) const NO_NUMBER: i64 = i64::MIN;
pub(crate) const NO_TRUTH: u8 = 2;

/// A fact that follows from who the owner is, and is not kept for each customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfOwner {
    /// `owner_left`
    Left,
    /// `orphan`
    Orphan,
}

/// For whom a fact about the owner holds.
#[derive(Debug, Clone)]
pub(crate) struct Owned {
    pub fact: FactId,
    pub who: Bits,
}

/// The items of one collection of all customers, one customer after the other.
#[derive(Debug, Clone)]
pub(crate) struct ItemColumns {
    /// Where the items of each customer begin; one more than there are customers.
    pub offsets: Vec<u32>,
    /// The ids of the items, where plans speak of them one by one.
    pub ids: Vec<Uuid>,
    pub facts: Vec<Option<Column>>,
}

/// What the plans read of the customer file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    pub(crate) reads: Reads,
    pub(crate) with_ids: std::collections::BTreeSet<CollectionId>,
}

impl Needs {
    /// What expressions read; nothing else.
    pub fn of(reads: Reads) -> Self {
        Self { reads, ..Self::default() }
    }

    /// Every fact of the catalogue. For one customer's "why"; too much for a million.
    pub fn everything(catalogue: &Catalogue) -> Self {
        let mut needs = Self::default();
        needs.reads.facts.extend((0..catalogue.facts().len()).map(|place| FactId(place as u16)));
        for (place, collection) in catalogue.collections().iter().enumerate() {
            let id = CollectionId(place as u16);
            needs.reads.collections.insert(id);
            needs.with_ids.insert(id);
            let facts = 0..collection.facts.len() as u16;
            needs.reads.item_facts.extend(facts.map(|fact| ItemFactId { collection: id, fact }));
        }
        needs
    }

    /// Adds the facts that the plan itself asks of every customer.
    #[must_use]
    pub fn with_gates(mut self, catalogue: &Catalogue) -> Self {
        let keys = ["lifecycle", "consents", "last_contact", "contacts_30d"];
        self.reads.facts.extend(keys.iter().filter_map(|key| catalogue.find(key)));
        self
    }

    /// Those of these that are wanted: facts by their definition, collections with all their facts by their key.
    #[must_use]
    pub fn only(
        &self,
        catalogue: &Catalogue,
        fact: impl Fn(&FactDefinition) -> bool,
        collection: impl Fn(&str) -> bool,
    ) -> Self {
        let mut only = self.clone();
        let kept = |id: &CollectionId| collection(&catalogue.items(*id).key);
        only.reads.facts.retain(|id| fact(catalogue.fact(*id)));
        only.reads.collections.retain(kept);
        only.reads.item_facts.retain(|id| kept(&id.collection));
        only.with_ids.retain(kept);
        only
    }

    /// Whether a fact of the customer is read. Whoever fills the columns may skip what is not.
    pub fn has_fact(&self, catalogue: &Catalogue, key: &str) -> bool {
        catalogue.find(key).is_some_and(|id| self.reads.facts.contains(&id))
    }

    /// Adds what others need.
    pub fn join(&mut self, other: &Needs) {
        self.reads.join(&other.reads);
        self.with_ids.extend(&other.with_ids);
    }

    /// Whether these hold everything that others need.
    pub fn hold(&self, other: &Needs) -> bool {
        other.reads.facts.is_subset(&self.reads.facts)
            && other.reads.item_facts.is_subset(&self.reads.item_facts)
            && other.reads.collections.is_subset(&self.reads.collections)
            && other.with_ids.is_subset(&self.with_ids)
    }

    /// Whether a fact of the items of a collection is read.
    pub fn has_item_fact(&self, catalogue: &Catalogue, collection: &str, key: &str) -> bool {
        let fact = |collection: CollectionId| Some((collection, catalogue.items(collection).find(key)?));
        let found = catalogue.collection(collection).and_then(fact);
        found.is_some_and(|(collection, fact)| self.reads.item_facts.contains(&ItemFactId { collection, fact }))
    }

    /// Whether a collection is read.
    pub fn has_collection(&self, catalogue: &Catalogue, key: &str) -> bool {
        catalogue.collection(key).is_some_and(|id| self.reads.collections.contains(&id))
    }
}

/// The customer file as columns.
#[derive(Debug, Clone)]
pub struct Columns {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) roster: Roster,
    pub(crate) strings: Strings,
    pub(crate) ids: Vec<CustomerId>,
    /// Places in the roster.
    pub(crate) owners: Codes,
    pub(crate) units: Codes,
    pub(crate) facts: Vec<Option<Column>>,
    /// For facts with few values, beside the column.
    pub(crate) facets: Vec<Option<Facet>>,
    /// Facts that the roster answers.
    pub(crate) of_owner: Vec<Owned>,
    pub(crate) items: Vec<Option<ItemColumns>>,
    /// Purposes for which a channel of the fact `consents` is shut; known where that fact is.
    pub(crate) shut: Shut,
    /// Rows in the order of their ids, where the rows themselves are not.
    pub(crate) by_id: Option<Vec<u32>>,
    pub(crate) changes: Changes,
}

impl Columns {
    /// How many customers there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no customer.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The customer of a row.
    pub fn customer(&self, row: u32) -> CustomerId {
        self.ids[row as usize]
    }

    /// The row of a customer.
    pub fn row_of(&self, customer: CustomerId) -> Option<u32> {
        match &self.by_id {
            None => self.ids.binary_search(&customer).ok().map(|row| row as u32),
            Some(order) => {
                let at = order.binary_search_by_key(&customer, |row| self.ids[*row as usize]).ok()?;
                Some(order[at])
            }
        }
    }

    /// Finds the rows of customers who come more or less in the order of ids.
    pub fn search(&self) -> RowSearch<'_> {
        RowSearch { columns: self, at: 0, next: 0 }
    }

    /// The row at a place in the order of ids.
    pub(crate) fn row_at(&self, place: usize) -> usize {
        self.by_id.as_ref().map_or(place, |order| order[place] as usize)
    }

    /// The place of each row in the order of ids; `None` where it is the row itself.
    pub(crate) fn places_by_id(&self) -> Option<Vec<u32>> {
        let order = self.by_id.as_ref()?;
        let mut places = vec![0; order.len()];
        order.iter().zip(0..).for_each(|(row, place)| places[*row as usize] = place);
        Some(places)
    }

    /// Whether the people and units are those of a roster, in every respect.
    pub fn is_of(&self, roster: &Roster) -> bool {
        self.roster.is_same(roster)
    }

    /// Unit and owner of a row.
    pub fn place(&self, row: u32) -> (Option<UnitId>, Option<StaffId>) {
        (self.unit(row).map(|unit| self.roster.unit(unit)), self.owner(row).map(|owner| self.roster.id(owner)))
    }

    /// Those of the rows whose unit is wanted.
    pub fn in_units(&self, mut rows: Vec<u32>, wanted: impl Fn(UnitId) -> bool) -> Vec<u32> {
        let wanted: Vec<bool> = (0..self.roster.units() as u32).map(|place| wanted(self.roster.unit(place))).collect();
        rows.retain(|row| self.unit(*row).is_some_and(|place| wanted[place as usize]));
        rows
    }

    /// Those of the rows that a person owns.
    pub fn owned_by(&self, mut rows: Vec<u32>, owner: StaffId) -> Vec<u32> {
        rows.retain(|row| self.owner(*row).is_some_and(|place| self.roster.id(place) == owner));
        rows
    }

    /// The facts of a row, as the interpreter asks for them.
    pub fn facts(&self, row: u32) -> RowFacts<'_> {
        RowFacts { columns: self, row: row as usize }
    }

    /// The id of an item by its place among the customer's items, where ids are kept.
    pub fn item_id(&self, collection: CollectionId, row: u32, item: u32) -> Option<Uuid> {
        let rows = self.item_rows(collection, row as usize);
        let at = rows.start + item as usize;
        rows.contains(&at).then(|| self.items_of(collection)?.ids.get(at).copied()).flatten()
    }

    /// Bytes in use.
    pub fn size(&self) -> usize {
        let facts: usize = self.facts.iter().flatten().map(Column::size).sum();
        let items: usize = self
            .items
            .iter()
            .flatten()
            .map(|items| {
                let facts: usize = items.facts.iter().flatten().map(Column::size).sum();
                facts + items.offsets.capacity() * 4 + items.ids.capacity() * 16
            })
            .sum();
        let order = self.by_id.as_ref().map_or(0, |order| order.capacity() * 4);
        let facets: usize = self.facets.iter().flatten().map(Facet::size).sum();
        let owned: usize = self.of_owner.iter().map(|owned| owned.who.size()).sum();
        let places = self.owners.size() + self.units.size() + owned;
        facts + facets + items + order + places + self.shut.size() + self.strings.size() + self.ids.capacity() * 16
    }

    pub(crate) fn column(&self, fact: FactId) -> Option<&Column> {
        self.facts.get(usize::from(fact.0))?.as_ref()
    }

    /// Whether it is known here who is reached over which channels.
    pub(crate) fn know_consents(&self) -> bool {
        self.catalogue.find("consents").is_some_and(|fact| self.column(fact).is_some())
    }

    /// How the roster answers the fact, if it does.
    pub(crate) fn of_owner(&self, fact: FactId) -> Option<&Owned> {
        self.of_owner.iter().find(|owned| owned.fact == fact)
    }

    /// The place of a row's owner in the roster.
    pub(crate) fn owner(&self, row: u32) -> Option<u32> {
        place(self.owners.get(row as usize))
    }

    /// The place of a row's unit in the roster.
    pub(crate) fn unit(&self, row: u32) -> Option<u32> {
        place(self.units.get(row as usize))
    }

    /// What the roster says of a row's owner.
    pub(crate) fn owner_is(&self, how: OfOwner, row: u32) -> bool {
        match (self.owner(row), how) {
            (None, OfOwner::Left) => false,
            (None, OfOwner::Orphan) => true,
            (Some(owner), OfOwner::Left | OfOwner::Orphan) => self.roster.has_left(owner),
        }
    }

    pub(crate) fn items_of(&self, collection: CollectionId) -> Option<&ItemColumns> {
        self.items.get(usize::from(collection.0))?.as_ref()
    }

    pub(crate) fn item_column(&self, fact: ItemFactId) -> Option<&Column> {
        self.items_of(fact.collection)?.facts.get(usize::from(fact.fact))?.as_ref()
    }

    /// How many items of a collection there are.
    pub(crate) fn item_count(&self, collection: CollectionId) -> usize {
        self.items_of(collection).and_then(|items| items.offsets.last()).map_or(0, |end| *end as usize)
    }

    /// Where the items of a row lie among all items of the collection.
    pub(crate) fn item_rows(&self, collection: CollectionId, row: usize) -> std::ops::Range<usize> {
        self.items_of(collection).map_or(0..0, |items| items.offsets[row] as usize..items.offsets[row + 1] as usize)
    }

    /// The customer's language, where it is known and kept.
    pub(crate) fn language(&self, row: u32) -> Option<String> {
        let fact = self.catalogue.find("language")?;
        match self.facts(row).fact(fact) {
            Value::Text(text) => Some(text.to_string()),
            _ => None,
        }
    }

    /// Contacts of the last 30 days; none where they are not kept.
    pub(crate) fn contacts(&self, row: u32) -> i64 {
        self.number("contacts_30d", row).unwrap_or(0)
    }

    /// The day of the last contact.
    pub(crate) fn last_contact(&self, row: u32) -> Option<Day> {
        self.number("last_contact", row).map(|day| Day::from_number(day as i32))
    }

    pub(crate) fn set_contacts(&mut self, row: u32, count: i64) {
        self.set_number("contacts_30d", row, count.max(0));
    }

    pub(crate) fn set_last_contact(&mut self, row: u32, day: Day) {
        self.set_number("last_contact", row, day.number().into());
    }

    /// Makes what is kept beside the changed columns anew.
    pub(crate) fn contacts_changed(&mut self) {
        self.changes.note_all();
        for key in ["contacts_30d", "last_contact"] {
            let Some(place) = self.catalogue.find(key).map(|id| usize::from(id.0)) else { continue };
            self.facets[place] = self.facts[place].as_ref().and_then(Facet::of);
        }
    }

    fn number(&self, key: &str, row: u32) -> Option<i64> {
        let codes = self.column(self.catalogue.find(key)?)?.codes()?;
        Some(codes.get(row as usize)).filter(|number| *number != NO_NUMBER)
    }

    fn set_number(&mut self, key: &str, row: u32, number: i64) {
        let place = self.catalogue.find(key).map(|id| usize::from(id.0));
        if let Some(codes) = place.and_then(|place| self.facts[place].as_mut()).and_then(Column::codes_mut) {
            codes.set(row as usize, number);
        }
    }

    pub(crate) fn shrink(&mut self) {
        self.facts.iter_mut().flatten().for_each(Column::shrink);
        for items in self.items.iter_mut().flatten() {
            items.facts.iter_mut().flatten().for_each(Column::shrink);
            items.offsets.shrink_to_fit();
            items.ids.shrink_to_fit();
        }
        self.ids.shrink_to_fit();
        self.shut.shrink();
        self.owners.shrink();
        self.units.shrink();
    }
}

fn place(number: i64) -> Option<u32> {
    u32::try_from(number).ok()
}

/// One row of the columns as the interpreter sees it.
#[derive(Debug, Clone, Copy)]
pub struct RowFacts<'a> {
    columns: &'a Columns,
    row: usize,
}

impl Facts for RowFacts<'_> {
    fn fact(&self, fact: FactId) -> Value {
        if let Some(owned) = self.columns.of_owner(fact) {
            return Value::Bool(owned.who.has(self.row));
        }
        self.columns.column(fact).map_or(Value::Missing, |column| column.value(self.row, &self.columns.strings))
    }

    fn count(&self, collection: CollectionId) -> usize {
        self.columns.item_rows(collection, self.row).len()
    }

    fn item_fact(&self, fact: ItemFactId, item: usize) -> Value {
        let rows = self.columns.item_rows(fact.collection, self.row);
        match (self.columns.item_column(fact), item < rows.len()) {
            (Some(column), true) => column.value(rows.start + item, &self.columns.strings),
            _ => Value::Missing,
        }
    }
}

/// Looks for rows from where it found the last one: whoever asks in the order of rows or in that of ids, even with gaps,
/// meets memory that was just read, and not twenty places all over it for each customer.
#[derive(Debug)]
pub struct RowSearch<'c> {
    columns: &'c Columns,
    at: usize,
    /// The row behind the one that was found last.
    next: usize,
}

/// So many rows behind the last one are looked at first, for whoever asks in the order of rows.
const NEAR: usize = 24;

impl RowSearch<'_> {
    /// The row of a customer.
    pub fn row_of(&mut self, customer: CustomerId) -> Option<u32> {
        let near = self.columns.ids[self.next..].iter().take(NEAR).position(|id| *id == customer);
        let row = near.map(|ahead| (self.next + ahead) as u32).or_else(|| self.by_id(customer))?;
        self.next = row as usize + 1;
        Some(row)
    }

    fn by_id(&mut self, customer: CustomerId) -> Option<u32> {
        let (columns, count) = (self.columns, self.columns.len());
        let is_before = |place: usize| columns.ids[columns.row_at(place)] < customer;
        let (mut from, mut to) = (0, self.at);
        if self.at < count && is_before(self.at) {
            let mut stride = 1;
            while self.at + stride < count && is_before(self.at + stride) {
                stride *= 2;
            }
            (from, to) = (self.at + stride / 2, (self.at + stride).min(count));
        }
        while from < to {
            let middle = from + (to - from) / 2;
            if is_before(middle) { from = middle + 1 } else { to = middle }
        }
        self.at = from;
        let row = (from < count).then(|| columns.row_at(from))?;
        (columns.ids[row] == customer).then_some(row as u32)
    }
}
