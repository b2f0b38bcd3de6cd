//! A fact that follows from the day, set anew for everybody, and columns spelt out to compare them.

use crate::codes::Codes;
use crate::column::{Column, Facet};
use crate::columns::Columns;
use tend_rules::base::CustomerId;
use tend_rules::segment::{CollectionId, FactId, Facts, ItemFactId, Value};

impl Columns {
    /// Sets a whole number of every customer anew, where the fact is kept.
    pub fn restate(&mut self, key: &str, number: impl Fn(CustomerId) -> i64) {
        let Some(id) = self.catalogue.find(key) else { return };
        let place = usize::from(id.0);
        self.changes.note_all();
        if let Some(Column::Int(codes)) = &mut self.facts[place] {
            let mut fresh = Codes::default();
            self.ids.iter().enumerate().for_each(|(row, customer)| fresh.set(row, number(*customer)));
            *codes = fresh;
            self.facets[place] = self.facts[place].as_ref().and_then(Facet::of);
        }
    }

    /// Facts of every customer as text, to compare two sets of columns whatever their inner numbers.
    pub fn spelt_out(&self) -> Vec<String> {
        let row = |row: u32| {
            let facts = self.facts(row);
            let mut text = format!("{} {:?}", self.customer(row), self.place(row));
            for fact in 0..self.catalogue.facts().len() {
                text.push_str(&spelt(facts.fact(FactId(fact as u16))));
            }
            let shut = self.shut.spelt(row as usize);
            if !shut.is_empty() {
                text.push_str(&format!(" shut {}", shut.join(" ")));
            }
            for (place, collection) in self.catalogue.collections().iter().enumerate() {
                let of = CollectionId(place as u16);
                for item in 0..facts.count(of) {
                    text.push_str(&format!("\n  {:?}", self.item_id(of, row, item as u32)));
                    for fact in 0..collection.facts.len() as u16 {
                        text.push_str(&spelt(facts.item_fact(ItemFactId { collection: of, fact }, item)));
                    }
                }
            }
            text
        };
        (0..self.len() as u32).map(row).collect()
    }
}

/// A value after a blank. A list stands in the order of its inner numbers: another one of the same texts is the same.
fn spelt(value: Value) -> String {
    let value = match value {
        Value::List(all) => {
            let mut all = all.to_vec();
            all.sort_by_cached_key(|one| format!("{one:?}"));
            Value::List(all.into())
        }
        other => other,
    };
    format!(" {value:?}")
}
