//! The columns of the whole file, kept in memory and current from the tail of the journal: after a change only the
//! customers whom it concerns are read again, and of them only what it can have changed. Read anew when a question needs
//! facts that are not kept, when people of the firm come, go or change, and when customers vanish. A program that starts
//! anew goes on from a file. Whoever asks may go away: what was begun is carried to its end for those who ask next.

use super::file_columns::{Columned, blocking, changed_columns, contacts_until, every_column, restate_contacts};
use super::fill::ById;
use super::kept_file::{self, KeptFile, Made};
use super::parts::{Group, groups, needs_of};
use super::{SegmentError, catalogue, roster_on, store};
use crate::platform::{App, Scan, before_wall};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};
use tend_planner::{Columns, Needs};
use tend_rules::base::{CustomerId, Day, FactId, Instant};
use tend_rules::journal::Parts;
use tend_rules::segment::{Catalogue, Reads};
use tokio::sync::{Mutex, OwnedMutexGuard, mpsc};

/// Up to so many customers, bringing the columns up to date costs less than being a little out of date.
const FEW: usize = 20_000;
/// So many new facts are the work of an import. Fewer are taken in at once however large the file is: among them may be
/// who no longer sees whom.
const FACTS_MANY: i64 = 5_000;
/// A change may be committed so long after the instant that its fact bears.
const LATE_MS: i64 = 15 * 60 * 1000;
/// When more than one customer in so many changed, everything is read anew.
const MANY: usize = 4;

/// The columns and what they were made for.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    pub columns: Arc<Columns>,
    pub day: Day,
    pub needs: Needs,
    fact_keys: Vec<String>,
    pub tail: Tail,
    begun_at: Instant,
    made: Stopwatch,
    /// How long the whole file took to read.
    pub took: Duration,
}

/// Facts of the journal, of which there may be many.
pub(super) type Seen = HashSet<FactId, BuildHasherDefault<ById>>;

/// Up to where the journal is known: every fact before `since` and, from then on, those that were seen. The newest fact of
/// all is among them, so that another history (a backup that was put back) is noticed: its journal lacks some.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Tail {
    since: Instant,
    pub seen: Seen,
}

/// Where the program keeps it.
#[derive(Debug, Default)]
struct Shelf(Arc<Mutex<Shelved>>);

#[derive(Debug, Default)]
struct Shelved {
    snapshot: Option<Arc<Snapshot>>,
    file: KeptFile,
}

/// A snapshot that holds what `reads` names; `catalogue` is the one `reads` was made with.
pub(super) async fn snapshot(
    app: &App,
    catalogue: &Arc<Catalogue>,
    reads: &Reads,
) -> Result<Arc<Snapshot>, SegmentError> {
    let shelved = shelved(app).await;
    let needs = Needs::of(reads.clone()).with_gates(catalogue);
    // The columns are of the whole firm: they are out of date too when what changed is no longer the reader's to see.
    if let Some(old) = shelved.snapshot.as_ref().filter(|old| old.fact_keys == keys_of(catalogue))
        && old.needs.hold(&needs)
        && before_wall(old.is_fresh(app)).await?
    {
        return Ok(Arc::clone(old));
    }
    in_the_end(app, shelved, catalogue, needs, app.today(), &|_| {}).await
}

/// The shelf, held while the columns are made: two people who type at once wait for one and the same reading.
async fn shelved(app: &App) -> OwnedMutexGuard<Shelved> {
    Arc::clone(&app.kept::<Shelf>().0).lock_owned().await
}

/// The present columns, made by a task of their own that holds the shelf. A desk gives up the count of a condition that
/// somebody is still typing; what was begun for it goes on, and the next one waits for that.
async fn in_the_end(
    app: &App,
    mut shelved: OwnedMutexGuard<Shelved>,
    catalogue: &Arc<Catalogue>,
    needs: Needs,
    day: Day,
    told: &(dyn Fn(u16) + Send + Sync),
) -> Result<Arc<Snapshot>, SegmentError> {
    let (progress, mut heard) = mpsc::unbounded_channel();
    let (app, catalogue) = (app.clone(), Arc::clone(catalogue));
    let making = tokio::spawn(async move {
        let told = move |buckets| {
            // Nobody listens any more when whoever asked went away.
            let _ = progress.send(buckets);
        };
        shelved.present(&app, &catalogue, needs, day, &told).await
    });
    while let Some(buckets) = heard.recv().await {
        told(buckets);
    }
    making.await.map_err(|_| SegmentError::Interrupted)?
}

/// The columns of the whole file as it is now, for `day`. `told` hears how many of the 1,024 buckets are read, if they
/// have to be.
pub async fn present_columns(
    app: &App,
    catalogue: &Arc<Catalogue>,
    needs: Needs,
    day: Day,
    told: &(dyn Fn(u16) + Send + Sync),
) -> Result<Arc<Columns>, SegmentError> {
    let shelved = shelved(app).await;
    let fresh = in_the_end(app, shelved, catalogue, needs.with_gates(catalogue), day, told).await?;
    Ok(Arc::clone(&fresh.columns))
}

/// Takes the columns that lie in the data folder away, after somebody was erased. One that is being written meanwhile is
/// waited for by a task of its own and goes as well; columns of later follow the journal first and are without the one who
/// is gone.
pub fn forget_kept(app: &App) {
    kept_file::remove(app);
    let app = app.clone();
    tokio::spawn(async move {
        let mut shelved = shelved(&app).await;
        shelved.file.forget(&app).await;
    });
}

/// A catalogue for a question that is about to be asked.
pub(super) async fn present_catalogue(app: &App) -> Result<Arc<Catalogue>, SegmentError> {
    catalogue(app).await
}

pub(super) fn keys_of(catalogue: &Catalogue) -> Vec<String> {
    catalogue.facts().iter().map(|fact| format!("{} {}", fact.key, fact.kind.word())).collect()
}

impl Shelved {
    /// The present columns: those of before, in memory or from the file, brought up to date where that can be done, else
    /// read anew.
    async fn present(
        &mut self,
        app: &App,
        catalogue: &Arc<Catalogue>,
        mut needs: Needs,
        day: Day,
        told: &(dyn Fn(u16) + Send + Sync),
    ) -> Result<Arc<Snapshot>, SegmentError> {
        let (begun_at, made) = (app.now(), Stopwatch::now());
        let fact_keys = keys_of(catalogue);
        self.file.settle().await;
        let of_file = if self.snapshot.is_none() { self.file.take(app, catalogue, day).await? } else { None };
        let known = self.snapshot.as_deref().or(of_file.as_ref()).filter(|old| old.fact_keys == fact_keys);
        let (tail, changed) = Tail::read(app, begun_at, known.map(|old| old.tail.clone())).await?;
        // Taken off the shelf only now: where the journal cannot be read, what was known stays.
        let old = self.snapshot.take().map(Arc::unwrap_or_clone).or(of_file);
        let old = old.filter(|old| old.fact_keys == fact_keys);
        if let Some((old, changed)) = old.zip(changed) {
            if old.needs.hold(&needs) {
                needs = old.needs.clone();
                let took = old.took;
                if let Some(columns) = old.brought_up(app, catalogue, day, changed).await? {
                    let fresh = Snapshot { columns, day, needs, fact_keys, tail, begun_at, made, took };
                    return Ok(self.keep(app, fresh, Made::UpToDate).await);
                }
            } else {
                needs.join(&old.needs);
            }
        }
        let columns = Arc::new(every_column(app, catalogue, needs.clone(), day, told).await?);
        let fresh = Snapshot { columns, day, needs, fact_keys, tail, begun_at, made, took: made.elapsed() };
        Ok(self.keep(app, fresh, Made::Anew).await)
    }

    async fn keep(&mut self, app: &App, fresh: Snapshot, how: Made) -> Arc<Snapshot> {
        let fresh = Arc::new(fresh);
        self.file.put(app, &fresh, how).await;
        Arc::clone(self.snapshot.insert(fresh))
    }
}

impl Snapshot {
    /// What an earlier program kept: to be brought up to date before it is used.
    pub fn of_before(
        columns: Columns,
        day: Day,
        needs: Needs,
        fact_keys: Vec<String>,
        tail: Tail,
        took: Duration,
    ) -> Self {
        let (columns, begun_at, made) = (Arc::new(columns), tail.since, Stopwatch::now());
        Self { columns, day, needs, fact_keys, tail, begun_at, made, took }
    }

    /// The columns with the changed customers as they are now; `None` if everything has to be read.
    async fn brought_up(
        self,
        app: &App,
        catalogue: &Arc<Catalogue>,
        day: Day,
        changed: Vec<(CustomerId, Parts)>,
    ) -> Result<Option<Arc<Columns>>, SegmentError> {
        let month = |day: Day| (day.year(), day.month());
        let billed = ["bill_m1", "bill_m2", "bill_m3"].iter().any(|key| self.needs.has_fact(catalogue, key));
        let roster = roster_on(app, day).await?;
        let groups = groups(&changed, &self.columns, &self.needs, catalogue);
        if billed && month(day) != month(self.day)
            || groups.values().map(|group| group.ids.len()).sum::<usize>() > self.columns.len() / MANY
            || !self.columns.is_of(&roster)
        {
            return Ok(None);
        }
        let Snapshot { mut columns, needs, day: before, .. } = self;
        for (parts, Group { ids, known }) in groups {
            let (needs, roster) = (needs_of(parts, &needs, catalogue), roster.clone());
            let order = Columned { catalogue: Arc::clone(catalogue), needs, parts, roster, day, then: None };
            let fresh = changed_columns(app, order, ids).await?;
            let rows = columns.rows_for(&fresh);
            if rows.iter().filter(|row| (**row as usize) < columns.len()).count() < known {
                return Ok(None);
            }
            let columns = Arc::make_mut(&mut columns);
            if parts.has(Parts::RECORD) {
                columns.take_over(&fresh, &rows);
            } else {
                columns.take_over_facts(&fresh, &rows);
            }
        }
        if day != before {
            let app = app.clone();
            let contacts = blocking(move |runtime| contacts_until(&app, runtime, day)).await?;
            restate_contacts(Arc::make_mut(&mut columns), &contacts);
        }
        Ok(Some(columns))
    }

    async fn is_fresh(&self, app: &App) -> Result<bool, SegmentError> {
        if self.day != app.today() {
            return Ok(false);
        }
        let moved = store::journal_moved_at(app.read()).await?;
        if moved.is_none_or(|moved| moved < self.begun_at) {
            return Ok(true);
        }
        let facts = store::journal_grew(app.read(), self.begun_at, FACTS_MANY).await?;
        Ok(may_be_behind(self.columns.len(), facts, self.made.elapsed(), self.took))
    }
}

/// Whether columns of so many customers serve although the journal grew by so many facts since: while an import writes,
/// a large file is brought up to date only now and then.
fn may_be_behind(customers: usize, facts: i64, age: Duration, took: Duration) -> bool {
    customers > FEW && facts >= FACTS_MANY && age < took * 5
}

impl Tail {
    /// Reads on from where it ended: the tail as it is now, and the customers of whom it tells something new, with what
    /// that can have changed; `None` if there was no tail before, one of another history, or if it tells of changes of
    /// which it does not name the customers. To be called before the customers are read, so that what comes in between is
    /// told again the next time.
    async fn read(
        app: &App,
        now: Instant,
        before: Option<Tail>,
    ) -> Result<(Self, Option<Vec<(CustomerId, Parts)>>), SegmentError> {
        let newest = store::journal_moved_at(app.read()).await?.unwrap_or(now);
        let since = Instant::from_millis(now.millis() - LATE_MS).min(newest);
        let app = app.clone();
        blocking(move |runtime| {
            let mut scan = Scan::open(app.db(), runtime)?;
            let known = before.is_some();
            let before = before.unwrap_or(Tail { since, seen: Seen::default() });
            let (mut tail, mut new, mut met) = (Tail { since, seen: Seen::default() }, Vec::new(), 0);
            store::journal_since(&mut scan, before.since.min(since), |fact, at| {
                if before.seen.contains(&fact) {
                    met += 1;
                } else if known {
                    new.push(fact);
                }
                if at >= since {
                    tail.seen.insert(fact);
                }
            })?;
            let told = known && met == before.seen.len();
            let changed = if told { store::changed_by(&mut scan, &mut new)? } else { None };
            Ok((tail, changed))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_facts_are_taken_in_at_once_however_large_the_file_is() {
        let took = Duration::from_secs(8);
        let second = Duration::from_secs(1);
        assert!(!may_be_behind(1_000_000, 1, second, took), "somebody's customers were handed away");
        assert!(!may_be_behind(1_000_000, FACTS_MANY - 1, second, took));
        assert!(may_be_behind(1_000_000, FACTS_MANY, second, took), "an import writes");
        assert!(!may_be_behind(1_000_000, FACTS_MANY, took * 5, took), "now and then");
        assert!(!may_be_behind(FEW, FACTS_MANY, second, took), "a small file costs little");
    }
}
