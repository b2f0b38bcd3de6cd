//! The parts of columns as bytes, from the kind of a column down.

use super::bytes::{Sink, Source, Stored, damaged, restored_all, store_all};
use crate::bits::Bits;
use crate::codes::Codes;
use crate::column::Column;
use crate::columns::{ItemColumns, Needs};
use std::collections::BTreeSet;
use std::io;
use tend_rules::segment::{CollectionId, FactId, ItemFactId, Reads};
use uuid::Uuid;

impl Stored for Column {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        let codes = |kind, codes: &Codes, out: &mut Sink<'_>| {
            out.number(kind)?;
            codes.store(out)
        };
        match self {
            Column::Bool(truths) => codes(0, truths, out),
            Column::Int(numbers) => codes(1, numbers, out),
            Column::Money(amounts) => codes(2, amounts, out),
            Column::Date { days, lunar } => {
                codes(3, days, out)?;
                lunar.store(out)
            }
            Column::Double(doubles) => {
                out.number(4)?;
                doubles.store(out)
            }
            Column::Text(texts) => {
                out.number(5)?;
                texts.store(out)
            }
            Column::List(sets) => {
                out.number(6)?;
                sets.store(out)
            }
        }
    }

    fn restore(from: &mut Source<'_>) -> io::Result<Self> {
        Ok(match from.number()? {
            0 => Column::Bool(Stored::restore(from)?),
            1 => Column::Int(Stored::restore(from)?),
            2 => Column::Money(Stored::restore(from)?),
            3 => Column::Date { days: Codes::restore(from)?, lunar: Bits::restore(from)? },
            4 => Column::Double(Stored::restore(from)?),
            5 => Column::Text(Stored::restore(from)?),
            6 => Column::List(Stored::restore(from)?),
            _ => return Err(damaged()),
        })
    }
}

impl Stored for ItemColumns {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        self.offsets.store(out)?;
        self.ids.iter().map(Uuid::as_u128).collect::<Vec<u128>>().store(out)?;
        store_all(&self.facts, out)
    }

    fn restore(from: &mut Source<'_>) -> io::Result<Self> {
        let offsets = Stored::restore(from)?;
        let ids = Vec::<u128>::restore(from)?.into_iter().map(Uuid::from_u128).collect();
        Ok(Self { offsets, ids, facts: restored_all(from)? })
    }
}

impl Stored for Needs {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        let Reads { facts, item_facts, collections } = &self.reads;
        facts.iter().map(|fact| fact.0).collect::<Vec<u16>>().store(out)?;
        let items = item_facts.iter().map(|fact| u32::from(fact.collection.0) << 16 | u32::from(fact.fact));
        items.collect::<Vec<u32>>().store(out)?;
        for set in [collections, &self.with_ids] {
            set.iter().map(|one| one.0).collect::<Vec<u16>>().store(out)?;
        }
        Ok(())
    }

    fn restore(from: &mut Source<'_>) -> io::Result<Self> {
        let facts = Vec::<u16>::restore(from)?.into_iter().map(FactId).collect();
        let item_fact = |both: u32| ItemFactId { collection: CollectionId((both >> 16) as u16), fact: both as u16 };
        let item_facts = Vec::<u32>::restore(from)?.into_iter().map(item_fact).collect();
        let mut set =
            || Ok::<BTreeSet<_>, io::Error>(Vec::<u16>::restore(from)?.into_iter().map(CollectionId).collect());
        Ok(Self { reads: Reads { facts, item_facts, collections: set()? }, with_ids: set()? })
    }
}
