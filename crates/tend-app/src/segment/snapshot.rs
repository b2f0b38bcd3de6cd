//! The columns of the whole file, kept in memory for counting while somebody types. Made again when the journal has
//! moved on, when a question needs facts that are not kept, or when the day has changed.

use super::file_columns::{Placed, every_column};
use super::{SegmentError, catalogue, store};
use crate::platform::App;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};
use tend_planner::Needs;
use tend_rules::base::{Day, Instant};
use tend_rules::segment::{Catalogue, Reads};
use tokio::sync::Mutex;

/// Up to so many customers, making the columns again costs less than being a little out of date.
const FEW: usize = 20_000;

/// The columns and what they were made for.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub placed: Placed,
    pub day: Day,
    reads: Reads,
    fact_keys: Vec<String>,
    begun_at: Instant,
    made: Stopwatch,
    took: Duration,
}

/// Where the program keeps it.
#[derive(Debug, Default)]
struct Shelf(Mutex<Option<Arc<Snapshot>>>);

/// A snapshot that holds what `reads` names; `catalogue` is the one `reads` was made with.
pub(super) async fn snapshot(
    app: &App,
    catalogue: &Arc<Catalogue>,
    reads: &Reads,
) -> Result<Arc<Snapshot>, SegmentError> {
    let shelf = app.kept::<Shelf>();
    // Held while the columns are made: two people who type at once wait for one and the same reading.
    let mut kept = shelf.0.lock().await;
    let keys = keys_of(catalogue);
    let mut wanted = reads.clone();
    if let Some(old) = kept.as_ref().filter(|old| old.fact_keys == keys) {
        if old.holds(reads) && old.is_fresh(app).await? {
            return Ok(Arc::clone(old));
        }
        wanted.join(&old.reads);
    }
    let (begun_at, made) = (app.now(), Stopwatch::now());
    let day = app.today();
    let placed = every_column(app, catalogue, Needs::of(wanted.clone()), day, &|_| {}).await?;
    let took = made.elapsed();
    let fresh = Arc::new(Snapshot { placed, day, reads: wanted, fact_keys: keys, begun_at, made, took });
    *kept = Some(Arc::clone(&fresh));
    Ok(fresh)
}

/// A catalogue for a question that is about to be asked.
pub(super) async fn present_catalogue(app: &App) -> Result<Arc<Catalogue>, SegmentError> {
    catalogue(app).await
}

fn keys_of(catalogue: &Catalogue) -> Vec<String> {
    catalogue.facts().iter().map(|fact| fact.key.clone()).collect()
}

impl Snapshot {
    fn holds(&self, reads: &Reads) -> bool {
        reads.facts.is_subset(&self.reads.facts)
            && reads.item_facts.is_subset(&self.reads.item_facts)
            && reads.collections.is_subset(&self.reads.collections)
    }

    async fn is_fresh(&self, app: &App) -> Result<bool, SegmentError> {
        if self.day != app.today() {
            return Ok(false);
        }
        let moved = store::journal_moved_at(app.read()).await?;
        let unchanged = moved.is_none_or(|moved| moved < self.begun_at);
        // While an import writes, a large file is read again only now and then.
        Ok(unchanged || (self.placed.columns.len() > FEW && self.made.elapsed() < self.took * 5))
    }
}
