//! Changed customers, and the columns that take them over.

use crate::bits::Bits;
use crate::builder::ColumnsBuilder;
use crate::changes::Changes;
use crate::codes::Codes;
use crate::column::{Column, Facet};
use crate::columns::{Columns, ItemColumns, Needs, Owned};
use crate::shut::Shut;
use crate::strings::{NONE, Strings};
use std::ops::Range;
use std::sync::Arc;
use tend_rules::base::CustomerId;
use tend_rules::segment::Value;

impl Columns {
    /// Collects changed customers: their owners and units have the places that they have here.
    pub fn patch(&self, needs: Needs) -> ColumnsBuilder {
        ColumnsBuilder::new(&self.catalogue, needs, self.roster.clone())
    }

    /// The rows that the customers of a patch have or, if they are new, are going to have: behind all others.
    pub fn rows_for(&self, patch: &Columns) -> Vec<u32> {
        let mut known = self.search();
        let mut rows = vec![None; patch.len()];
        for place in 0..patch.len() {
            let at = patch.row_at(place);
            rows[at] = known.row_of(patch.ids[at]);
        }
        let mut next = self.len() as u32;
        let row_for = |row: Option<u32>| {
            row.unwrap_or_else(|| {
                next += 1;
                next - 1
            })
        };
        rows.into_iter().map(row_for).collect()
    }

    /// Takes changed customers over: row `n` of the patch becomes row `rows[n]`, as [`Columns::rows_for`] gave them.
    /// Facts and collections that the patch does not hold stay as they are; customers who are new need all of them.
    /// People who came or left are no change of customers: columns with another roster are made anew.
    pub fn take_over(&mut self, patch: &Columns, rows: &[u32]) {
        self.take_part(patch, rows, Whose::AsInPatch);
    }

    /// As [`Columns::take_over`], of customers who are all there already and stay with whom they are.
    pub fn take_over_facts(&mut self, patch: &Columns, rows: &[u32]) {
        self.take_part(patch, rows, Whose::AsBefore);
    }

    fn take_part(&mut self, patch: &Columns, rows: &[u32], whose: Whose) {
        let mut pairs: Vec<(usize, usize)> = rows.iter().map(|row| *row as usize).zip(0..).collect();
        pairs.sort_unstable();
        self.take_rows(patch, &pairs, whose);
        self.changes.note(rows, self.len());
    }

    /// A few of the rows, in order, as columns of their own.
    pub(crate) fn few(&self, rows: &[u32]) -> Columns {
        let blank = |column: &Option<Column>| column.as_ref().map(Column::blank);
        let items = |items: &ItemColumns| ItemColumns {
            offsets: vec![0],
            ids: Vec::new(),
            facts: items.facts.iter().map(blank).collect(),
        };
        let mut few = Columns {
            catalogue: Arc::clone(&self.catalogue),
            roster: self.roster.clone(),
            strings: Strings::new(),
            ids: Vec::new(),
            owners: Codes::default(),
            units: Codes::default(),
            facts: self.facts.iter().map(blank).collect(),
            facets: vec![None; self.facets.len()],
            of_owner: self.of_owner.iter().map(|owned| Owned { fact: owned.fact, who: Bits::default() }).collect(),
            items: self.items.iter().map(|found| found.as_ref().map(items)).collect(),
            shut: Shut::default(),
            by_id: None,
            changes: Changes::default(),
        };
        let pairs: Vec<(usize, usize)> = (0..).zip(rows.iter().map(|row| *row as usize)).collect();
        few.take_rows(self, &pairs, Whose::AsInPatch);
        few
    }

    /// Takes rows over from other columns of the same shape; `pairs` are the rows here and there, in order.
    fn take_rows(&mut self, patch: &Columns, pairs: &[(usize, usize)], whose: Whose) {
        if whose == Whose::AsInPatch && patch.roster.units() > self.roster.units() {
            self.roster = patch.roster.clone();
        }
        let before = self.len();
        let count = pairs.last().map_or(0, |(row, _)| row + 1).max(before);
        self.ids.resize(count, CustomerId(uuid::Uuid::nil()));
        for (row, at) in pairs {
            self.ids[*row] = patch.ids[*at];
        }
        self.place_new(patch, pairs, before);
        if whose == Whose::AsInPatch {
            for (row, at) in pairs.iter().copied() {
                self.owners.set(row, patch.owners.get(at));
                self.units.set(row, patch.units.get(at));
            }
            self.take_owned(patch, pairs, count);
        }
        if patch.know_consents() {
            pairs.iter().for_each(|(row, at)| self.shut.take(*row, &patch.shut, *at));
        }
        let mut texts = Texts::new(&mut self.strings, &patch.strings);
        for ((column, facet), new) in self.facts.iter_mut().zip(&mut self.facets).zip(&patch.facts) {
            let (Some(column), Some(new)) = (column, new) else { continue };
            let codes = column.codes().map(|codes| (codes.base(), std::mem::discriminant(codes.cells())));
            for (row, at) in pairs {
                column.take(*row, new, *at, &mut texts);
            }
            column.pad(count);
            let same = codes == column.codes().map(|codes| (codes.base(), std::mem::discriminant(codes.cells())));
            let kept = same && facet.as_mut().is_some_and(|facet| pairs.iter().all(|(row, _)| facet.put(column, *row)));
            if !kept && facet.is_some() {
                *facet = Facet::of(column);
            }
        }
        for (items, new) in self.items.iter_mut().zip(&patch.items) {
            if let (Some(items), Some(new)) = (items, new) {
                items.take_over(new, pairs, count, &mut texts);
            }
        }
    }

    /// Puts the rows from `before` on, which came behind all others, in their places in the order of ids: what was in order
    /// stays so, and the new ones go between.
    pub(crate) fn place_new(&mut self, patch: &Columns, pairs: &[(usize, usize)], before: usize) {
        if self.len() == before || self.by_id.is_none() && self.ids.is_sorted() {
            return;
        }
        let id = |row: u32| self.ids[row as usize];
        let mut new: Vec<u32> = Vec::with_capacity(self.len() - before);
        if pairs.len() == patch.len() {
            let mut rows = vec![0; patch.len()];
            pairs.iter().for_each(|(row, at)| rows[*at] = *row as u32);
            new.extend((0..patch.len()).map(|place| rows[patch.row_at(place)]).filter(|row| *row as usize >= before));
        } else {
            new.extend(before as u32..self.len() as u32);
            new.sort_unstable_by_key(|row| id(*row));
        }
        let mut new = new.into_iter().peekable();
        let mut order = Vec::with_capacity(self.len());
        for place in 0..before {
            let row = self.row_at(place) as u32;
            while let Some(first) = new.next_if(|first| id(*first) < id(row)) {
                order.push(first);
            }
            order.push(row);
        }
        order.extend(new);
        self.by_id = Some(order);
    }

    /// Facts about the owner may be said outright here, in the patch, or be left to the roster in both.
    pub(crate) fn take_owned(&mut self, patch: &Columns, pairs: &[(usize, usize)], count: usize) {
        for owned in &mut self.of_owner {
            let said = patch.column(owned.fact);
            let new = patch.of_owner.iter().find(|new| new.fact == owned.fact);
            for (row, at) in pairs.iter().copied() {
                let holds = match (said, new) {
                    (Some(said), _) => said.value(at, &patch.strings) == Value::Bool(true),
                    (None, new) => new.is_some_and(|new| new.who.has(at)),
                };
                owned.who.put(row, holds);
            }
            owned.who.pad(count);
        }
        for new in &patch.of_owner {
            let Some(Column::Bool(said)) = &mut self.facts[usize::from(new.fact.0)] else { continue };
            for (row, at) in pairs.iter().copied() {
                said.set(row, i64::from(new.who.has(at)));
            }
        }
    }
}

/// Whose customers are whom a patch tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    AsInPatch,
    AsBefore,
}

/// The numbers that the texts of a patch have among those of the columns.
pub(crate) struct Texts<'t> {
    own: &'t mut Strings,
    new: &'t Strings,
    numbers: Vec<u32>,
}

impl<'t> Texts<'t> {
    pub fn new(own: &'t mut Strings, new: &'t Strings) -> Self {
        Self { own, new, numbers: vec![NONE; new.count()] }
    }

    /// The number here of a text of the patch; [`NONE`] stays so.
    pub fn number(&mut self, new: u32) -> u32 {
        let Some(known) = self.numbers.get(new as usize) else { return NONE };
        if *known != NONE {
            return *known;
        }
        let number = self.new.text(new).map_or(NONE, |text| self.own.number(text));
        self.numbers[new as usize] = number;
        number
    }
}

/// Where the items of a stretch of customers come from.
enum Piece {
    Kept(Range<usize>),
    New(Range<usize>),
}

impl ItemColumns {
    /// Where the items of a row lie.
    fn of(&self, row: usize) -> Range<usize> {
        self.offsets[row] as usize..self.offsets[row + 1] as usize
    }

    fn take_in_place(&mut self, new: &ItemColumns, pairs: &[(usize, usize)], texts: &mut Texts<'_>) {
        for (row, at) in pairs {
            let (here, there) = (self.of(*row), new.of(*at));
            if !self.ids.is_empty() && !new.ids.is_empty() {
                self.ids[here.clone()].copy_from_slice(&new.ids[there.clone()]);
            }
            for (column, new) in self.facts.iter_mut().zip(&new.facts) {
                if let (Some(column), Some(new)) = (column, new) {
                    here.clone().zip(there.clone()).for_each(|(item, from)| column.take(item, new, from, texts));
                }
            }
        }
    }

    /// Takes the items of changed customers over; `pairs` are their rows here and in the patch, in order.
    fn take_over(&mut self, new: &ItemColumns, pairs: &[(usize, usize)], count: usize, texts: &mut Texts<'_>) {
        let old_rows = self.offsets.len() - 1;
        // Most changes leave a customer as many items as before: then nothing of the others moves.
        let as_many = |(row, at): &(usize, usize)| *row < old_rows && self.of(*row).len() == new.of(*at).len();
        if count == old_rows && pairs.iter().all(as_many) {
            return self.take_in_place(new, pairs, texts);
        }
        let mut pieces = Vec::with_capacity(pairs.len() * 2 + 1);
        let mut offsets = Vec::with_capacity(count + 1);
        let (mut next, mut end) = (0, 0u32);
        offsets.push(0);
        let changed = pairs.iter().map(|(row, at)| (*row, Some(*at)));
        for (row, at) in changed.chain([(count, None)]) {
            let kept = next.min(old_rows)..row.min(old_rows);
            let items = self.offsets[kept.start]..self.offsets[kept.end];
            // The customers between two changed ones keep their items, further along by as much as came or went.
            offsets.extend(self.offsets[kept].iter().skip(1).map(|offset| offset - items.start + end));
            if next < row && next < old_rows {
                end += items.end - items.start;
                offsets.push(end);
            }
            pieces.push(Piece::Kept(items.start as usize..items.end as usize));
            if let Some(at) = at {
                let items = new.offsets[at] as usize..new.offsets[at + 1] as usize;
                end += items.len() as u32;
                offsets.push(end);
                pieces.push(Piece::New(items));
            }
            next = row + 1;
        }
        if !self.ids.is_empty() || !new.ids.is_empty() {
            let ids = pieces.iter().flat_map(|piece| match piece {
                Piece::Kept(items) => &self.ids[items.clone()],
                Piece::New(items) => &new.ids[items.clone()],
            });
            self.ids = ids.copied().collect();
        }
        for (column, new) in self.facts.iter_mut().zip(&new.facts) {
            if let (Some(column), Some(new)) = (column, new) {
                *column = joined(column, new, &pieces, texts);
                column.pad(end as usize);
            }
        }
        self.offsets = offsets;
    }
}

/// A column of items from the pieces that are kept and those that are new.
fn joined(old: &Column, new: &Column, pieces: &[Piece], texts: &mut Texts<'_>) -> Column {
    let mut column = old.emptied();
    let mut row = 0;
    for piece in pieces {
        match piece {
            Piece::Kept(items) => {
                column.append(old, items.clone());
                row += items.len();
            }
            Piece::New(items) => {
                for at in items.clone() {
                    column.take(row, new, at, texts);
                    row += 1;
                }
            }
        }
        column.pad(row);
    }
    column
}
