//! One row while it is filled: each kind of value has its verb, and a value of another kind is told.

use super::{ColumnsBuilder, ColumnsError};
use crate::column::Column;
use crate::columns::{Columns, NO_NUMBER};
use crate::strings::Strings;
use tend_rules::base::{Channel, Day, StaffId, UnitId};
use tend_rules::law::known_purpose;
use tend_rules::segment::{Calendar, Catalogue, CollectionId, FactId, ItemFactId, Kind, Scalar, Value};
use uuid::Uuid;

#[derive(Clone, Copy)]
pub(super) enum At {
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
    pub(super) builder: &'b mut ColumnsBuilder,
    pub(super) at: At,
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

    /// Notes that the customer is not reached over a channel for a purpose, though the fact `consents` has the channel.
    /// Purposes that there are not, and customers of whom `consents` is not kept, are passed over.
    pub fn shut(&mut self, channel: Channel, purpose: &str) {
        let columns = &mut self.builder.columns;
        if let (At::Customer(row), Some(purpose), true) = (self.at, known_purpose(purpose), columns.know_consents()) {
            columns.shut.set(row, channel, purpose);
        }
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
