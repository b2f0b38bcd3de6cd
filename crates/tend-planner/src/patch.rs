//! Changed customers, and the columns that take them over.

use crate::bits::Bits;
use crate::builder::ColumnsBuilder;
use crate::changes::Changes;
use crate::codes::Codes;
use crate::column::{Column, Facet};
use crate::columns::{Columns, ItemColumns, Needs, Owned};
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
        let mut next = self.len() as u32;
        let mut row_for = |id: &CustomerId| {
            self.row_of(*id).unwrap_or_else(|| {
                next += 1;
                next - 1
            })
        };
        patch.ids.iter().map(&mut row_for).collect()
    }

    /// Takes changed customers over: row `n` of the patch becomes row `rows[n]`, as [`Columns::rows_for`] gave them.
    /// People who came or left are no change of customers: columns with another roster are made anew.
    pub fn take_over(&mut self, patch: &Columns, rows: &[u32]) {
        let mut pairs: Vec<(usize, usize)> = rows.iter().map(|row| *row as usize).zip(0..).collect();
        pairs.sort_unstable();
        self.take_rows(patch, &pairs);
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
            by_id: None,
            changes: Changes::default(),
        };
        let pairs: Vec<(usize, usize)> = (0..).zip(rows.iter().map(|row| *row as usize)).collect();
        few.take_rows(self, &pairs);
        few
    }

    /// Takes rows over from other columns of the same shape; `pairs` are the rows here and there, in order.
    fn take_rows(&mut self, patch: &Columns, pairs: &[(usize, usize)]) {
        if patch.roster.units() > self.roster.units() {
            self.roster = patch.roster.clone();
        }
        let before = self.len();
        let count = pairs.last().map_or(0, |(row, _)| row + 1).max(before);
        self.ids.resize(count, CustomerId(uuid::Uuid::nil()));
        for (row, at) in pairs {
            self.ids[*row] = patch.ids[*at];
        }
        if count > before && (self.by_id.is_some() || !self.ids.is_sorted()) {
            let mut order: Vec<u32> = (0..count as u32).collect();
            order.sort_unstable_by_key(|row| self.ids[*row as usize]);
            self.by_id = Some(order);
        }
        for (row, at) in pairs.iter().copied() {
            self.owners.set(row, patch.owners.get(at));
            self.units.set(row, patch.units.get(at));
        }
        self.take_owned(patch, pairs, count);
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

    /// Facts about the owner may be said outright here, in the patch, or be left to the roster in both.
    fn take_owned(&mut self, patch: &Columns, pairs: &[(usize, usize)], count: usize) {
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

/// The numbers that the texts of a patch have among those of the columns.
pub(crate) struct Texts<'t> {
    own: &'t mut Strings,
    new: &'t Strings,
    numbers: Vec<u32>,
}

impl<'t> Texts<'t> {
    fn new(own: &'t mut Strings, new: &'t Strings) -> Self {
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
