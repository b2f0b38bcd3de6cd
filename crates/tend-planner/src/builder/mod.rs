//! Fills columns row by row from whatever reader there is: rows of a database, a file, a test.

mod error;
mod row;
mod settle;

pub use self::error::ColumnsError;
use self::row::At;
pub use self::row::{Named, Row, Slot};
use self::settle::put_in_order;
use crate::changes::Changes;
use crate::codes::Codes;
use crate::column::Column;
use crate::columns::{Columns, ItemColumns, NO_NUMBER, Needs};
use crate::roster::Roster;
use crate::shut::Shut;
use crate::strings::Strings;
use std::sync::Arc;
use tend_rules::base::CustomerId;
use tend_rules::segment::{Catalogue, CollectionId, ItemFactId};
use uuid::Uuid;

/// Collects customers into [`Columns`]. Facts that the plans do not need are passed over.
///
/// ```
/// # use tend_planner::{ColumnsBuilder, Needs, Roster};
/// # use tend_rules::{base::CustomerId, segment::Catalogue};
/// # let catalogue = Catalogue::builtin().shared();
/// # let id = CustomerId(uuid::Uuid::from_u128(1 << 80));
/// let mut builder = ColumnsBuilder::new(&catalogue, Needs::everything(&catalogue), Roster::default());
/// builder.customer(id, |row| {
///     row.text("tier", "gold");
///     row.texts("consents", ["phone", "sms"]);
///     row.item("agreements", None, |agreement| {
///         agreement.text("kind", "policy");
///         agreement.truth("paid", false);
///     });
/// });
/// let columns = builder.finish()?;
/// assert_eq!(columns.len(), 1);
/// # Ok::<(), tend_planner::ColumnsError>(())
/// ```
#[derive(Debug)]
pub struct ColumnsBuilder {
    columns: Columns,
    needs: Needs,
    error: Option<ColumnsError>,
    list: Vec<u32>,
    /// Row and order of the items that came in any order, by collection.
    loose: Vec<Vec<(u32, i64)>>,
}

/// Where an item belongs.
#[derive(Debug, Clone, Copy)]
pub struct ItemPlace {
    /// The collection.
    pub collection: CollectionId,
    /// The customer's row.
    pub row: u32,
    /// Items of a customer stand in this order, then in that of their ids.
    pub order: i64,
    /// The id.
    pub id: Uuid,
}

impl ColumnsBuilder {
    /// Empty columns for the facts in `needs` and those that the plan itself asks of everybody. Owners are people of
    /// `roster`.
    pub fn new(catalogue: &Arc<Catalogue>, needs: Needs, roster: Roster) -> Self {
        Self::of_part(catalogue, needs.with_gates(catalogue), roster)
    }

    /// Empty columns for the facts in `needs` and no others: columns that hold more take these facts over and keep the rest.
    pub fn of_part(catalogue: &Arc<Catalogue>, needs: Needs, roster: Roster) -> Self {
        let facts = catalogue.facts().iter().enumerate().map(|(place, fact)| {
            let id = tend_rules::segment::FactId(place as u16);
            needs.reads.facts.contains(&id).then(|| Column::of(fact.kind))
        });
        let items = catalogue.collections().iter().enumerate().map(|(place, collection)| {
            let id = CollectionId(place as u16);
            let facts = collection.facts.iter().enumerate().map(|(place, fact)| {
                let fact_id = ItemFactId { collection: id, fact: place as u16 };
                needs.reads.item_facts.contains(&fact_id).then(|| Column::of(fact.kind))
            });
            let facts = facts.collect();
            needs.reads.collections.contains(&id).then(|| ItemColumns { offsets: vec![0], ids: Vec::new(), facts })
        });
        let columns = Columns {
            catalogue: Arc::clone(catalogue),
            strings: Strings::new(),
            ids: Vec::new(),
            owners: Codes::default(),
            units: Codes::default(),
            facts: facts.collect(),
            facets: Vec::new(),
            of_owner: Vec::new(),
            items: items.collect(),
            shut: Shut::default(),
            by_id: None,
            roster,
            changes: Changes::default(),
        };
        let loose = vec![Vec::new(); columns.items.len()];
        Self { columns, needs, error: None, list: Vec::new(), loose }
    }

    /// Adds a customer; `fill` sets what is known.
    pub fn customer(&mut self, id: CustomerId, fill: impl FnOnce(&mut Row<'_>)) {
        self.columns.ids.push(id);
        let row = self.columns.ids.len() - 1;
        fill(&mut Row { builder: self, at: At::Customer(row) });
        let columns = &mut self.columns;
        for items in columns.items.iter_mut().flatten() {
            items.offsets.push(items.ids.len() as u32);
        }
    }

    /// Sets more of a customer who was added before, by row.
    pub fn amend(&mut self, row: u32, fill: impl FnOnce(&mut Row<'_>)) {
        fill(&mut Row { builder: self, at: At::Customer(row as usize) });
    }

    /// Adds an item to a customer who was added before, in whatever order readers find it; `order` and then the id
    /// give its place among the customer's items. A collection takes items either so or by [`Row::item`].
    pub fn loose_item(&mut self, place: ItemPlace, fill: impl FnOnce(&mut Row<'_>)) {
        let ItemPlace { collection, row, order, id } = place;
        if let Some(items) = &mut self.columns.items[usize::from(collection.0)] {
            items.ids.push(id);
            self.loose[usize::from(collection.0)].push((row, order));
            fill(&mut Row { builder: self, at: At::Item(collection) });
        }
    }

    /// Where a fact stands; nowhere if it is not needed.
    pub fn slot(&self, key: &str) -> Slot {
        let id = self.columns.catalogue.find(key).filter(|id| self.needs.reads.facts.contains(id));
        id.map_or(Slot::Nowhere, Slot::Fact)
    }

    /// Where a fact of an item stands; nowhere if it is not needed.
    pub fn item_slot(&self, collection: CollectionId, key: &str) -> Slot {
        let fact = self.columns.catalogue.items(collection).find(key).map(|fact| ItemFactId { collection, fact });
        fact.filter(|id| self.needs.reads.item_facts.contains(id)).map_or(Slot::Nowhere, Slot::Item)
    }

    /// What is kept of the customers.
    pub fn needs(&self) -> &Needs {
        &self.needs
    }

    /// How many customers there are so far.
    pub fn len(&self) -> usize {
        self.columns.ids.len()
    }

    /// Whether there is no customer so far.
    pub fn is_empty(&self) -> bool {
        self.columns.ids.is_empty()
    }

    /// The columns. Sets `owner_left` and `orphan` from the roster.
    ///
    /// # Errors
    /// The first name or kind that did not fit, or a customer that came twice.
    pub fn finish(mut self) -> Result<Columns, ColumnsError> {
        let rows = self.columns.ids.len();
        self.columns.owners.pad(rows);
        self.columns.units.pad(rows);
        self.fill_units();
        let Self { mut columns, needs, error, loose, .. } = self;
        if let Some(error) = error {
            return Err(error);
        }
        columns.facts.iter_mut().flatten().for_each(|column| column.pad(rows));
        for (place, items) in columns.items.iter_mut().enumerate() {
            let Some(items) = items else { continue };
            let count = items.ids.len();
            items.facts.iter_mut().flatten().for_each(|column| column.pad(count));
            if !loose[place].is_empty() {
                put_in_order(items, &loose[place], rows);
            }
            if !needs.with_ids.contains(&CollectionId(place as u16)) {
                items.ids = Vec::new();
            }
        }
        columns.shrink();
        if let Some(customer) = columns.settle() {
            return Err(ColumnsError::Twice { customer });
        }
        Ok(columns)
    }

    /// Without a unit, the unit of the owner counts.
    fn fill_units(&mut self) {
        let columns = &mut self.columns;
        if columns.units.is_full() {
            return;
        }
        for row in 0..columns.ids.len() {
            if columns.units.get(row) == NO_NUMBER
                && let Some(owner) = columns.owner(row as u32)
                && let Some(id) = columns.roster.person(owner).unit
            {
                let place = columns.roster.unit_place(id);
                columns.units.set(row, i64::from(place));
            }
        }
    }

    fn fail(&mut self, error: ColumnsError) {
        self.error.get_or_insert(error);
    }
}
