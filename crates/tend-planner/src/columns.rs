//! The customer file as columns: typed, dense, texts as numbers, items behind offsets.
//!
//! Only the facts that the plans read are kept ([`Needs`]); a fact that is not there is missing.

use crate::roster::Roster;
use crate::strings::{NONE, Strings};
use std::sync::Arc;
use tend_rules::base::{CustomerId, Day};
use tend_rules::segment::{Calendar, Catalogue, CollectionId, FactId, Facts, ItemFactId, Kind, Reads, Scalar, Value};
use uuid::Uuid;

/// Missing values inside columns.
pub(crate) const NO_DAY: i32 = i32::MIN;
pub(crate) const NO_NUMBER: i64 = i64::MIN;
pub(crate) const NO_TRUTH: u8 = 2;

/// One fact of every customer or item.
#[derive(Debug, Clone)]
pub(crate) enum Column {
    /// 0 no, 1 yes, 2 missing.
    Bool(Vec<u8>),
    /// `i64::MIN` is missing.
    Int(Vec<i64>),
    /// NaN is missing.
    Double(Vec<f64>),
    /// Numbers of texts; `NONE` is missing.
    Text(Vec<u32>),
    /// Days since 1970; `i32::MIN` is missing. The rows in `lunar` keep it by the lunar calendar.
    Date { days: Vec<i32>, lunar: Lunar },
    /// Minor units; `i64::MIN` is missing.
    Money(Vec<i64>),
    /// Numbers of lists; `NONE` is empty.
    List(Vec<u32>),
}

/// The rows whose date is kept by the lunar calendar, a bit each; empty where there is none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lunar(Vec<u64>);

impl Lunar {
    pub fn set(&mut self, row: usize) {
        if self.0.len() <= row / 64 {
            self.0.resize(row / 64 + 1, 0);
        }
        self.0[row / 64] |= 1 << (row % 64);
    }

    pub fn has(&self, row: usize) -> bool {
        self.0.get(row / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1)
    }

    pub fn calendar(&self, row: usize) -> Calendar {
        if self.has(row) { Calendar::Lunar } else { Calendar::Solar }
    }
}

impl Column {
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::List(_) => Column::List(Vec::new()),
            Kind::One(Scalar::Bool) => Column::Bool(Vec::new()),
            Kind::One(Scalar::Int | Scalar::Days) => Column::Int(Vec::new()),
            Kind::One(Scalar::Double) => Column::Double(Vec::new()),
            Kind::One(Scalar::Text) => Column::Text(Vec::new()),
            Kind::One(Scalar::Date) => Column::Date { days: Vec::new(), lunar: Lunar::default() },
            Kind::One(Scalar::Money) => Column::Money(Vec::new()),
        }
    }

    /// Fills up with missing values to `rows`.
    pub fn pad(&mut self, rows: usize) {
        match self {
            Column::Bool(values) => values.resize(rows, NO_TRUTH),
            Column::Int(values) | Column::Money(values) => values.resize(rows, NO_NUMBER),
            Column::Double(values) => values.resize(rows, f64::NAN),
            Column::Text(values) | Column::List(values) => values.resize(rows, NONE),
            Column::Date { days, .. } => days.resize(rows, NO_DAY),
        }
    }

    pub fn value(&self, row: usize, strings: &Strings) -> Value {
        match self {
            Column::Bool(values) => match values[row] {
                NO_TRUTH => Value::Missing,
                truth => Value::Bool(truth == 1),
            },
            Column::Int(values) => known(values[row], Value::Int),
            Column::Money(values) => known(values[row], Value::Money),
            Column::Double(values) if values[row].is_nan() => Value::Missing,
            Column::Double(values) => Value::Double(values[row]),
            Column::Text(values) => strings.text(values[row]).map_or(Value::Missing, Value::text),
            Column::Date { days, .. } if days[row] == NO_DAY => Value::Missing,
            Column::Date { days, lunar } => Value::Date(Day::from_number(days[row]), lunar.calendar(row)),
            Column::List(values) => {
                let texts = strings.list(values[row]).iter().filter_map(|number| strings.text(*number));
                Value::texts(texts)
            }
        }
    }

    fn shrink(&mut self) {
        match self {
            Column::Bool(values) => values.shrink_to_fit(),
            Column::Int(values) | Column::Money(values) => values.shrink_to_fit(),
            Column::Double(values) => values.shrink_to_fit(),
            Column::Text(values) | Column::List(values) => values.shrink_to_fit(),
            Column::Date { days, .. } => days.shrink_to_fit(),
        }
    }

    fn size(&self) -> usize {
        match self {
            Column::Bool(values) => values.capacity(),
            Column::Int(values) | Column::Money(values) => values.capacity() * 8,
            Column::Double(values) => values.capacity() * 8,
            Column::Text(values) | Column::List(values) => values.capacity() * 4,
            Column::Date { days, lunar } => days.capacity() * 4 + lunar.0.capacity() * 8,
        }
    }
}

fn known(number: i64, make: fn(i64) -> Value) -> Value {
    if number == NO_NUMBER { Value::Missing } else { make(number) }
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
    pub(crate) fn with_gates(mut self, catalogue: &Catalogue) -> Self {
        let keys = ["lifecycle", "consents", "last_contact", "contacts_30d"];
        self.reads.facts.extend(keys.iter().filter_map(|key| catalogue.find(key)));
        self
    }

    /// Whether a fact of the customer is read. Whoever fills the columns may skip what is not.
    pub fn has_fact(&self, catalogue: &Catalogue, key: &str) -> bool {
        catalogue.find(key).is_some_and(|id| self.reads.facts.contains(&id))
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
    pub(crate) owners: Vec<u32>,
    pub(crate) units: Vec<u32>,
    pub(crate) facts: Vec<Option<Column>>,
    pub(crate) items: Vec<Option<ItemColumns>>,
    /// Rows in the order of their ids, where the rows themselves are not.
    pub(crate) by_id: Option<Vec<u32>>,
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
        facts + items + order + self.strings.size() + self.ids.capacity() * 16 + self.owners.capacity() * 8
    }

    pub(crate) fn column(&self, fact: FactId) -> Option<&Column> {
        self.facts.get(usize::from(fact.0))?.as_ref()
    }

    pub(crate) fn items_of(&self, collection: CollectionId) -> Option<&ItemColumns> {
        self.items.get(usize::from(collection.0))?.as_ref()
    }

    pub(crate) fn item_column(&self, fact: ItemFactId) -> Option<&Column> {
        self.items_of(fact.collection)?.facts.get(usize::from(fact.fact))?.as_ref()
    }

    /// Where the items of a row lie among all items of the collection.
    pub(crate) fn item_rows(&self, collection: CollectionId, row: usize) -> std::ops::Range<usize> {
        self.items_of(collection).map_or(0..0, |items| items.offsets[row] as usize..items.offsets[row + 1] as usize)
    }

    pub(crate) fn shrink(&mut self) {
        self.facts.iter_mut().flatten().for_each(Column::shrink);
        for items in self.items.iter_mut().flatten() {
            items.facts.iter_mut().flatten().for_each(Column::shrink);
            items.offsets.shrink_to_fit();
            items.ids.shrink_to_fit();
        }
        self.ids.shrink_to_fit();
        self.owners.shrink_to_fit();
        self.units.shrink_to_fit();
    }
}

/// One row of the columns as the interpreter sees it.
#[derive(Debug, Clone, Copy)]
pub struct RowFacts<'a> {
    columns: &'a Columns,
    row: usize,
}

impl Facts for RowFacts<'_> {
    fn fact(&self, fact: FactId) -> Value {
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
