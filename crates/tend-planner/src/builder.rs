//! Fills columns row by row from whatever reader there is: rows of a database, a file, a test.

use crate::bits::Bits;
use crate::changes::Changes;
use crate::codes::Codes;
use crate::column::{Column, Facet};
use crate::columns::{Columns, ItemColumns, NO_NUMBER, Needs, OfOwner, Owned};
use crate::roster::Roster;
use crate::strings::Strings;
use std::sync::Arc;
use tend_rules::base::{CustomerId, Day, StaffId, UnitId};
use tend_rules::segment::{Calendar, Catalogue, CollectionId, FactId, ItemFactId, Kind, Scalar, Value};
use uuid::Uuid;

/// Why rows could not become columns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    /// The catalogue has no such fact or collection.
    #[error("there is no fact named {key}")]
    UnknownFact {
        /// The name.
        key: String,
    },
    /// The fact holds values of another kind.
    #[error("the fact {key} holds {wanted} and not {found}")]
    WrongKind {
        /// The name.
        key: String,
        /// The kind that the fact holds.
        wanted: String,
        /// The kind that was given.
        found: String,
    },
    /// A customer came twice.
    #[error("the customer {customer} came twice")]
    Twice {
        /// The customer.
        customer: CustomerId,
    },
}

impl ColumnsError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            ColumnsError::UnknownFact { .. } => "columns_unknown_fact",
            ColumnsError::WrongKind { .. } => "columns_wrong_kind",
            ColumnsError::Twice { .. } => "columns_twice",
        }
    }
}

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
    /// Empty columns for the facts in `needs`. Owners are people of `roster`.
    pub fn new(catalogue: &Arc<Catalogue>, needs: Needs, roster: Roster) -> Self {
        let needs = needs.with_gates(catalogue);
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

/// Sorts the items of a collection by customer, order and id.
fn put_in_order(items: &mut ItemColumns, loose: &[(u32, i64)], rows: usize) {
    let mut order: Vec<u32> = (0..loose.len() as u32).collect();
    let key = |at: &u32| (loose[*at as usize], items.ids[*at as usize]);
    order.sort_unstable_by_key(key);
    let mut offsets = vec![0_u32; rows + 1];
    for (row, _) in loose {
        offsets[*row as usize + 1] += 1;
    }
    for row in 0..rows {
        offsets[row + 1] += offsets[row];
    }
    items.ids = order.iter().map(|at| items.ids[*at as usize]).collect();
    items.facts.iter_mut().flatten().for_each(|column| column.reorder(&order));
    items.offsets = offsets;
}

impl Columns {
    /// What follows from the rows: their order by id, facts about owners, facets. Answers a customer who came twice.
    pub(crate) fn settle(&mut self) -> Option<CustomerId> {
        let rows = self.ids.len();
        if !self.ids.is_sorted() {
            let mut order: Vec<u32> = (0..rows as u32).collect();
            order.sort_unstable_by_key(|row| self.ids[*row as usize]);
            self.by_id = Some(order);
        }
        let place = |at: usize| self.by_id.as_ref().map_or(at, |order| order[at] as usize);
        let twice = (1..rows).find(|at| self.ids[place(at - 1)] == self.ids[place(*at)]).map(|at| self.ids[place(at)]);
        leave_to_roster(self);
        self.make_facets();
        twice
    }

    /// Makes the facets of all columns anew.
    pub(crate) fn make_facets(&mut self) {
        self.facets = self.facts.iter().map(|column| column.as_ref().and_then(Facet::of)).collect();
    }
}

/// Facts about the owner are left to the roster, where no reader said them outright; what was said stands.
fn leave_to_roster(columns: &mut Columns) {
    for (key, how) in [("owner_left", OfOwner::Left), ("orphan", OfOwner::Orphan)] {
        let id = columns.catalogue.find(key).expect("the fact is built in");
        let Some(Column::Bool(said)) = &columns.facts[usize::from(id.0)] else { continue };
        if said.is_blank() {
            columns.facts[usize::from(id.0)] = None;
            let rows = (0..columns.ids.len()).filter(|row| columns.owner_is(how, *row as u32));
            let mut who = Bits::default();
            rows.for_each(|row| who.set(row));
            who.pad(columns.ids.len());
            columns.of_owner.push(Owned { fact: id, who });
            continue;
        }
        let truths: Vec<i64> = (0..columns.ids.len())
            .map(|row| match said.get(row) {
                NO_NUMBER => i64::from(columns.owner_is(how, row as u32)),
                truth => truth,
            })
            .collect();
        let mut codes = Codes::default();
        truths.into_iter().enumerate().for_each(|(row, truth)| codes.set(row, truth));
        columns.facts[usize::from(id.0)] = Some(Column::Bool(codes));
    }
}

#[derive(Clone, Copy)]
enum At {
    /// The customer in a row.
    Customer(usize),
    /// The item added last.
    Item(CollectionId),
}

/// Where a fact stands, found once for many rows: see [`ColumnsBuilder::slot`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// A fact of the customer.
    Fact(FactId),
    /// A fact of an item.
    Item(ItemFactId),
    /// A fact that is not kept: what is set there is passed over.
    Nowhere,
}

/// How a reader names a fact: by its key, or by its [`Slot`].
pub trait Named {
    /// The slot, where there is such a fact.
    fn slot(&self, row: &Row<'_>) -> Option<Slot>;
    /// The name, for errors.
    fn key(&self, catalogue: &Catalogue) -> String;
}

impl Named for &str {
    fn slot(&self, row: &Row<'_>) -> Option<Slot> {
        let catalogue = &row.builder.columns.catalogue;
        match row.at {
            At::Customer(_) => catalogue.find(self).map(Slot::Fact),
            At::Item(collection) => {
                let fact = catalogue.items(collection).find(self)?;
                Some(Slot::Item(ItemFactId { collection, fact }))
            }
        }
    }

    fn key(&self, _: &Catalogue) -> String {
        (*self).to_owned()
    }
}

impl Named for Slot {
    fn slot(&self, _: &Row<'_>) -> Option<Slot> {
        Some(*self)
    }

    fn key(&self, catalogue: &Catalogue) -> String {
        match self {
            Slot::Fact(id) => catalogue.fact(*id).key.clone(),
            Slot::Item(id) => catalogue.item_fact(*id).key.clone(),
            Slot::Nowhere => String::new(),
        }
    }
}

/// The customer or item that is being filled.
pub struct Row<'b> {
    builder: &'b mut ColumnsBuilder,
    at: At,
}

/// A value on its way into a column.
enum Cell<'t> {
    Truth(bool),
    Int(i64),
    Double(f64),
    Text(&'t str),
    Date(Day, Calendar),
    Money(i64),
    List(&'t [u32]),
}

impl Cell<'_> {
    const fn word(&self) -> &'static str {
        match self {
            Cell::Truth(_) => "bool",
            Cell::Int(_) => "int",
            Cell::Double(_) => "double",
            Cell::Text(_) => "string",
            Cell::Date(..) => "date",
            Cell::Money(_) => "money",
            Cell::List(_) => "list<string>",
        }
    }
}

impl Row<'_> {
    /// Who cares for the customer. Someone who is not of the roster counts as nobody.
    pub fn owner(&mut self, owner: Option<StaffId>) {
        let columns = &mut self.builder.columns;
        let place = owner.and_then(|id| columns.roster.place(id)).map_or(NO_NUMBER, i64::from);
        if let At::Customer(row) = self.at {
            columns.owners.set(row, place);
        }
    }

    /// The branch of the customer; without one, the branch of the owner counts.
    pub fn unit(&mut self, unit: Option<UnitId>) {
        let columns = &mut self.builder.columns;
        let place = unit.map_or(NO_NUMBER, |id| i64::from(columns.roster.unit_place(id)));
        if let At::Customer(row) = self.at {
            columns.units.set(row, place);
        }
    }

    /// Sets a text.
    pub fn text<'t>(&mut self, key: impl Named, value: impl Into<Option<&'t str>>) {
        if let Some(text) = value.into() {
            self.set(key, Cell::Text(text));
        }
    }

    /// Sets a list of texts.
    pub fn texts<'t>(&mut self, key: impl Named, values: impl IntoIterator<Item = &'t str>) {
        let mut list = std::mem::take(&mut self.builder.list);
        list.clear();
        let strings = &mut self.builder.columns.strings;
        list.extend(values.into_iter().map(|text| strings.number(text)));
        self.set(key, Cell::List(&list));
        self.builder.list = list;
    }

    /// Sets a whole number.
    pub fn int(&mut self, key: impl Named, value: impl Into<Option<i64>>) {
        if let Some(number) = value.into() {
            self.set(key, Cell::Int(number));
        }
    }

    /// Sets a number with a fraction.
    pub fn double(&mut self, key: impl Named, value: impl Into<Option<f64>>) {
        if let Some(number) = value.into() {
            self.set(key, Cell::Double(number));
        }
    }

    /// Sets an amount in minor units of the firm's currency. Leave amounts of other currencies out.
    pub fn money(&mut self, key: impl Named, minor: impl Into<Option<i64>>) {
        if let Some(minor) = minor.into() {
            self.set(key, Cell::Money(minor));
        }
    }

    /// Sets whether something is so.
    pub fn truth(&mut self, key: impl Named, value: impl Into<Option<bool>>) {
        if let Some(truth) = value.into() {
            self.set(key, Cell::Truth(truth));
        }
    }

    /// Sets a day.
    pub fn date(&mut self, key: impl Named, value: impl Into<Option<Day>>) {
        if let Some(day) = value.into() {
            self.set(key, Cell::Date(day, Calendar::Solar));
        }
    }

    /// Sets a day whose anniversaries are kept by `calendar`. The day itself is of the common calendar.
    pub fn date_kept(&mut self, key: impl Named, value: impl Into<Option<Day>>, calendar: Calendar) {
        if let Some(day) = value.into() {
            self.set(key, Cell::Date(day, calendar));
        }
    }

    /// Sets any value; a missing one changes nothing.
    pub fn value(&mut self, key: impl Named, value: &Value) {
        match value {
            Value::Missing | Value::Days(_) => {}
            Value::Bool(truth) => self.set(key, Cell::Truth(*truth)),
            Value::Int(number) => self.set(key, Cell::Int(*number)),
            Value::Double(number) => self.set(key, Cell::Double(*number)),
            Value::Text(text) => self.set(key, Cell::Text(text)),
            Value::Date(day, calendar) => self.set(key, Cell::Date(*day, *calendar)),
            Value::Money(minor) => self.set(key, Cell::Money(*minor)),
            Value::List(values) => {
                let texts = values.iter().filter_map(|value| match value {
                    Value::Text(text) => Some(&**text),
                    _ => None,
                });
                self.texts(key, texts);
            }
        }
    }

    /// Adds an item to a collection; `fill` sets its facts. `id` names it in touches.
    pub fn item(&mut self, collection: &str, id: Option<Uuid>, fill: impl FnOnce(&mut Row<'_>)) {
        let Some(place) = self.builder.columns.catalogue.collection(collection) else {
            self.builder.fail(ColumnsError::UnknownFact { key: collection.to_owned() });
            return;
        };
        if let Some(items) = &mut self.builder.columns.items[usize::from(place.0)] {
            items.ids.push(id.unwrap_or_default());
            fill(&mut Row { builder: self.builder, at: At::Item(place) });
        }
    }

    /// Adds one text to a list.
    pub fn also(&mut self, key: impl Named, text: &str) {
        let slot = key.slot(self);
        if slot == Some(Slot::Nowhere) {
            return;
        }
        let (At::Customer(row), Some(Slot::Fact(id))) = (self.at, slot) else {
            let key = key.key(&self.builder.columns.catalogue);
            return self.builder.fail(ColumnsError::UnknownFact { key });
        };
        let columns = &mut self.builder.columns;
        match columns.facts[usize::from(id.0)].as_mut() {
            None => {}
            Some(Column::List(sets)) => sets.add(row, columns.strings.number(text)),
            Some(_) => self.wrong_kind(&key, columns_kind(&self.builder.columns, Slot::Fact(id)), &Cell::Text(text)),
        }
    }

    fn set(&mut self, key: impl Named, cell: Cell<'_>) {
        let Some(slot) = key.slot(self) else {
            let key = key.key(&self.builder.columns.catalogue);
            return self.builder.fail(ColumnsError::UnknownFact { key });
        };
        let columns = &mut self.builder.columns;
        let (row, column) = match (slot, self.at) {
            (Slot::Fact(id), At::Customer(row)) => (row, columns.facts[usize::from(id.0)].as_mut()),
            (Slot::Item(id), _) => {
                let Some(items) = columns.items[usize::from(id.collection.0)].as_mut() else { return };
                (items.ids.len() - 1, items.facts[usize::from(id.fact)].as_mut())
            }
            (Slot::Nowhere, _) => return,
            (Slot::Fact(_), At::Item(_)) => {
                let key = key.key(&columns.catalogue);
                return self.builder.fail(ColumnsError::UnknownFact { key });
            }
        };
        let Some(column) = column else { return };
        if !put(column, row, &cell, &mut columns.strings) {
            let kind = columns_kind(columns, slot);
            self.wrong_kind(&key, kind, &cell);
        }
    }

    fn wrong_kind(&mut self, key: &impl Named, wanted: Kind, cell: &Cell<'_>) {
        let key = key.key(&self.builder.columns.catalogue);
        let (wanted, found) = (wanted.word(), cell.word().to_owned());
        self.builder.fail(ColumnsError::WrongKind { key, wanted, found });
    }
}

fn columns_kind(columns: &Columns, slot: Slot) -> Kind {
    match slot {
        Slot::Fact(id) => columns.catalogue.fact(id).kind,
        Slot::Item(id) => columns.catalogue.item_fact(id).kind,
        Slot::Nowhere => Kind::One(Scalar::Bool),
    }
}

/// Puts a value into its row; `false` if it is of another kind. A fact that is set twice keeps the last value.
fn put(column: &mut Column, row: usize, cell: &Cell<'_>, strings: &mut Strings) -> bool {
    match (column, cell) {
        (Column::Bool(codes), Cell::Truth(truth)) => codes.set(row, i64::from(*truth)),
        (Column::Int(codes), Cell::Int(number)) => codes.set(row, *number),
        (Column::Double(doubles), Cell::Double(number)) => {
            doubles.set(row, if number.is_finite() { *number } else { f64::NAN });
        }
        (Column::Double(doubles), Cell::Int(number)) => doubles.set(row, *number as f64),
        (Column::Text(texts), Cell::Text(text)) => texts.set(row, strings.number(text)),
        (Column::Date { days, lunar }, Cell::Date(day, calendar)) => {
            days.set(row, i64::from(day.number()));
            if *calendar == Calendar::Lunar { lunar.set(row) } else { lunar.unset(row) }
        }
        (Column::Money(codes), Cell::Money(minor)) => codes.set(row, *minor),
        (Column::List(sets), Cell::List(texts)) => sets.set(row, texts),
        _ => return false,
    }
    true
}
