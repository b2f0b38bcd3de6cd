//! The rows of frames within a block of customers, and how rows of one frame lie in another.

use super::terms::{CUSTOMERS, FrameId, Terms};
use crate::columns::Columns;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use tend_rules::segment::{CollectionId, Slot};

/// The rows of a frame.
#[derive(Debug)]
pub(super) struct Frame {
    pub len: usize,
    /// For each row the customer, counted from the block's first; empty for the frame of customers.
    pub customers: Rc<Vec<u32>>,
    /// For each row the row of the frame without the innermost variable.
    pub up: Rc<Vec<u32>>,
    /// For each variable the rows of its items among all items of the collection.
    pub items: Vec<(Slot, ItemRows)>,
}

/// Rows of items.
#[derive(Debug, Clone)]
pub(super) enum ItemRows {
    /// One after the other from here.
    From(usize),
    /// These.
    These(Rc<Vec<u32>>),
}

/// How the rows of a frame lie in a smaller one.
#[derive(Debug, Clone)]
pub(super) enum Lie {
    /// Row by row.
    Same,
    /// Each at the given row.
    At(Rc<Vec<u32>>),
}

/// The frames of one block.
#[derive(Debug)]
pub(super) struct Frames<'a> {
    columns: &'a Columns,
    terms: &'a Terms,
    pub rows: Range<usize>,
    frames: Vec<Option<Rc<Frame>>>,
    lies: HashMap<(FrameId, FrameId), Lie>,
}

impl<'a> Frames<'a> {
    pub fn new(columns: &'a Columns, terms: &'a Terms, rows: Range<usize>) -> Self {
        Self { columns, terms, rows, frames: vec![None; terms.frame_count()], lies: HashMap::new() }
    }

    pub fn frame(&mut self, id: FrameId) -> Rc<Frame> {
        if let Some(frame) = &self.frames[id] {
            return Rc::clone(frame);
        }
        let path = self.terms.path(id).to_vec();
        let frame = Rc::new(match path.as_slice() {
            [] => Frame { len: self.rows.len(), customers: Rc::default(), up: Rc::default(), items: Vec::new() },
            [(slot, collection)] => self.of_items(*slot, *collection),
            [outer @ .., (slot, collection)] => {
                let outer = self.find(outer);
                let outer = self.frame(outer);
                self.of_pairs(&outer, *slot, *collection)
            }
        });
        self.frames[id] = Some(Rc::clone(&frame));
        frame
    }

    fn find(&self, path: &[(Slot, CollectionId)]) -> FrameId {
        let known = (0..self.terms.frame_count()).find(|id| self.terms.path(*id) == path);
        known.expect("the frame around a frame was made when the term was added")
    }

    fn of_items(&self, slot: Slot, collection: CollectionId) -> Frame {
        let Some(items) = self.columns.items_of(collection) else {
            let items = vec![(slot, ItemRows::From(0))];
            return Frame { len: 0, customers: Rc::default(), up: Rc::default(), items };
        };
        let offsets = &items.offsets[self.rows.start..=self.rows.end];
        let (first, last) = (offsets[0] as usize, offsets[offsets.len() - 1] as usize);
        let mut customers = Vec::with_capacity(last - first);
        for (customer, pair) in offsets.windows(2).enumerate() {
            customers.extend(std::iter::repeat_n(customer as u32, (pair[1] - pair[0]) as usize));
        }
        let customers = Rc::new(customers);
        let items = vec![(slot, ItemRows::From(first))];
        Frame { len: last - first, up: Rc::clone(&customers), customers, items }
    }

    /// Every row of `outer` with every item of its customer.
    fn of_pairs(&self, outer: &Frame, slot: Slot, collection: CollectionId) -> Frame {
        let (mut up, mut customers, mut own) = (Vec::new(), Vec::new(), Vec::new());
        for (row, customer) in outer.customers.iter().enumerate() {
            for item in self.columns.item_rows(collection, self.rows.start + *customer as usize) {
                up.push(row as u32);
                customers.push(*customer);
                own.push(item as u32);
            }
        }
        let mut items: Vec<(Slot, ItemRows)> = outer
            .items
            .iter()
            .map(|(slot, rows)| {
                let at = |row: &u32| match rows {
                    ItemRows::From(first) => (first + *row as usize) as u32,
                    ItemRows::These(these) => these[*row as usize],
                };
                (*slot, ItemRows::These(Rc::new(up.iter().map(at).collect())))
            })
            .collect();
        items.push((slot, ItemRows::These(Rc::new(own))));
        Frame { len: up.len(), customers: Rc::new(customers), up: Rc::new(up), items }
    }

    /// How the rows of `frame` lie in `within`.
    pub fn lie(&mut self, frame: FrameId, within: FrameId) -> Lie {
        if frame == within {
            return Lie::Same;
        }
        if let Some(lie) = self.lies.get(&(frame, within)) {
            return lie.clone();
        }
        let rows = self.frame(frame);
        let lie = match self.terms.path(within) {
            _ if within == CUSTOMERS => Lie::At(Rc::clone(&rows.customers)),
            [(slot, _)] => {
                let smaller = self.frame(within);
                let Some((_, ItemRows::From(first))) = smaller.items.first() else { return Lie::Same };
                let items = rows.items.iter().find(|(known, _)| known == slot).map(|(_, items)| items);
                match items {
                    Some(ItemRows::These(these)) => {
                        Lie::At(Rc::new(these.iter().map(|item| item - *first as u32).collect()))
                    }
                    _ => Lie::Same,
                }
            }
            _ => {
                let path = self.terms.path(frame).to_vec();
                let outer = self.find(&path[..path.len() - 1]);
                match self.lie(outer, within) {
                    Lie::Same => Lie::At(Rc::clone(&rows.up)),
                    Lie::At(further) => Lie::At(Rc::new(rows.up.iter().map(|row| further[*row as usize]).collect())),
                }
            }
        };
        self.lies.insert((frame, within), lie.clone());
        lie
    }
}
