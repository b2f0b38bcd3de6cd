//! Columns in a file, so that a program that starts anew need not read every customer again.
//!
//! Layout: a word that names it, the reader's own note, the catalogue spelt out, a digest of the roster, what the columns
//! hold, the columns, and the SHA-256 of all that. Numbers are little-endian, lists have their length before them. What
//! follows from the rest (indexes, facets) is not there. A file of another layout, catalogue or roster, or one that is
//! cut off or damaged, is told as such and never read in part.

mod bytes;
mod shapes;

use crate::changes::Changes;
use crate::codes::Codes;
use crate::column::Column;
use crate::columns::{Columns, ItemColumns, Needs, Owned};
use crate::roster::Roster;
use crate::shut::Shut;
use crate::strings::Strings;
pub(crate) use bytes::{Sink, Source, Stored, damaged};
use bytes::{restored_all, store_all};
use std::io::{self, Read, Write};
use std::sync::Arc;
use tend_rules::base::CustomerId;
use tend_rules::segment::Catalogue;
use uuid::Uuid;

/// The layout. Another number for each change of what is written.
const LAYOUT: &str = "tend columns 2";

/// Columns from a file, and what was noted beside them.
#[derive(Debug)]
pub struct Restored {
    /// What the writer noted.
    pub note: Vec<u8>,
    /// What the columns hold.
    pub needs: Needs,
    /// The columns.
    pub columns: Columns,
}

/// Why columns could not be taken from a file.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// It was written by another version, for other facts or for other people.
    #[error("the columns were kept for another {what}")]
    Other {
        /// What differs: `layout`, `catalogue` or `roster`.
        what: &'static str,
    },
    /// It cannot be read, ends too early or is damaged.
    #[error("the kept columns cannot be read")]
    Unreadable(#[from] io::Error),
}

/// Writes columns with a note of the caller's.
///
/// # Errors
/// What the writer refused.
pub fn store(out: &mut dyn Write, note: &[u8], needs: &Needs, columns: &Columns) -> io::Result<()> {
    let mut out = Sink::over(out);
    out.text(LAYOUT)?;
    note.to_vec().store(&mut out)?;
    out.text(&spelt(&columns.catalogue))?;
    columns.roster.digest().to_vec().store(&mut out)?;
    needs.store(&mut out)?;
    columns.store(&mut out)?;
    out.finish()
}

/// Reads what [`store`] wrote, if it was for this catalogue and these people.
///
/// # Errors
/// [`StoredError`]; nothing is read in part.
pub fn restore(from: &mut dyn Read, catalogue: &Arc<Catalogue>, roster: Roster) -> Result<Restored, StoredError> {
    let mut from = Source::over(from);
    let same = |same: bool, what| if same { Ok(()) } else { Err(StoredError::Other { what }) };
    same(from.text()? == LAYOUT, "layout")?;
    let note = Vec::<u8>::restore(&mut from)?;
    same(from.text()? == spelt(catalogue), "catalogue")?;
    same(Vec::<u8>::restore(&mut from)? == roster.digest(), "roster")?;
    let needs = Needs::restore(&mut from)?;
    let mut columns = Columns::restored(&mut from, catalogue, roster)?;
    from.finish()?;
    columns.make_facets();
    Ok(Restored { note, needs, columns })
}

/// Names and kinds of all facts in their places.
fn spelt(catalogue: &Catalogue) -> String {
    let collections = catalogue.collections().iter().map(|one| (&one.key, one.facts.iter()));
    let items = collections.map(|(key, facts)| {
        let facts: Vec<_> = facts.map(|fact| format!("{} {}", fact.key, fact.kind.word())).collect();
        format!("{key}: {}", facts.join(", "))
    });
    let facts = catalogue.facts().iter().map(|fact| format!("{} {}", fact.key, fact.kind.word()));
    facts.chain(items).collect::<Vec<_>>().join("\n")
}

impl Columns {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        self.strings.store(out)?;
        let ids: Vec<u128> = self.ids.iter().map(|id| id.0.as_u128()).collect();
        ids.store(out)?;
        self.owners.store(out)?;
        self.units.store(out)?;
        store_all(&self.facts, out)?;
        out.number(self.of_owner.len() as u64)?;
        for owned in &self.of_owner {
            out.number(owned.fact.0.into())?;
            owned.who.store(out)?;
        }
        store_all(&self.items, out)?;
        self.shut.store(out)?;
        self.by_id.store(out)
    }

    fn restored(from: &mut Source<'_>, catalogue: &Arc<Catalogue>, roster: Roster) -> io::Result<Self> {
        let strings = Strings::restore(from)?;
        let ids = Vec::<u128>::restore(from)?.into_iter().map(|id| CustomerId(Uuid::from_u128(id))).collect();
        let (owners, units) = (Codes::restore(from)?, Codes::restore(from)?);
        let facts: Vec<Option<Column>> = restored_all(from)?;
        let mut of_owner = Vec::new();
        for _ in 0..from.number()? {
            let fact = u16::try_from(from.number()?).map_err(|_| damaged())?;
            of_owner.push(Owned { fact: tend_rules::segment::FactId(fact), who: Stored::restore(from)? });
        }
        let items: Vec<Option<ItemColumns>> = restored_all(from)?;
        let shut = Shut::restore(from)?;
        let by_id = Option::<Vec<u32>>::restore(from)?;
        let (catalogue, changes, facets) = (Arc::clone(catalogue), Changes::default(), Vec::new());
        Ok(Self {
            catalogue,
            roster,
            strings,
            ids,
            owners,
            units,
            facts,
            facets,
            of_owner,
            items,
            shut,
            by_id,
            changes,
        })
    }
}
