//! Columns put behind other columns, so that the shares of several readers become one.

use crate::column::{Column, Facet};
use crate::columns::{Columns, ItemColumns};
use crate::patch::Texts;

impl Columns {
    /// Adds the customers of other columns of the same facts and people behind all others. Nobody is in both,
    /// and both were made with one roster that knows every unit.
    pub fn append(&mut self, part: &Columns) {
        if part.roster.units() > self.roster.units() {
            self.roster = part.roster.clone();
        }
        let (before, count) = (self.len(), self.len() + part.len());
        self.ids.extend_from_slice(&part.ids);
        let pairs: Vec<(usize, usize)> = (before..count).zip(0..).collect();
        self.place_new(part, &pairs, before);
        self.owners.append(&part.owners, 0..part.len());
        self.units.append(&part.units, 0..part.len());
        self.take_owned(part, &pairs, count);
        self.shut.append(&part.shut, before);
        let mut texts = Texts::new(&mut self.strings, &part.strings);
        for ((column, facet), new) in self.facts.iter_mut().zip(&mut self.facets).zip(&part.facts) {
            let (Some(column), Some(new)) = (column, new) else { continue };
            column.append_whole(new, (before, part.len()), &mut texts);
            *facet = Facet::of(column);
        }
        for (items, new) in self.items.iter_mut().zip(&part.items) {
            if let (Some(items), Some(new)) = (items, new) {
                items.append(new, &mut texts);
            }
        }
        self.changes.note_all();
    }
}

impl ItemColumns {
    fn count(&self) -> usize {
        self.offsets.last().map_or(0, |end| *end as usize)
    }

    fn append(&mut self, part: &ItemColumns, texts: &mut Texts<'_>) {
        let (first, count) = (self.count(), part.count());
        self.ids.extend_from_slice(&part.ids);
        self.offsets.extend(part.offsets.iter().skip(1).map(|offset| first as u32 + offset));
        for (column, new) in self.facts.iter_mut().zip(&part.facts) {
            if let (Some(column), Some(new)) = (column, new) {
                column.append_whole(new, (first, count), texts);
            }
        }
    }
}

impl Column {
    /// Adds all rows of a column of the same kind behind the `first` that are there.
    fn append_whole(&mut self, from: &Column, (first, count): (usize, usize), texts: &mut Texts<'_>) {
        self.pad(first);
        match (&mut *self, from) {
            (Column::Text(own), Column::Text(new)) => {
                (0..count).for_each(|at| own.set(first + at, texts.number(new.get(at))));
            }
            (Column::List(own), Column::List(new)) => {
                new.each(|at, text| own.add(first + at, texts.number(text)));
            }
            (own, new) => own.append(new, 0..count),
        }
        self.pad(first + count);
    }
}
