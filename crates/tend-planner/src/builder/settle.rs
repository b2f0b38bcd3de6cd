//! What follows once all rows are there: items in order, the order of customers by id, facts about owners, facets.

use crate::bits::Bits;
use crate::codes::Codes;
use crate::column::{Column, Facet};
use crate::columns::{Columns, ItemColumns, NO_NUMBER, OfOwner, Owned};
use tend_rules::base::CustomerId;

/// Sorts the items of a collection by customer, order and id.
pub(super) fn put_in_order(items: &mut ItemColumns, loose: &[(u32, i64)], rows: usize) {
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
