//! Who has the desk open, whatever the page: each browser tab holds one event stream, and whoever holds one is here. The
//! process counts its streams in memory, writes one row for each person who comes and renews all of them each half minute in
//! one statement, however many tabs there are; so several servers agree, and what a killed one wrote falls silent by itself. What a tab shows is
//! `presence`'s matter.

use super::store::presence::{self as store, PresenceRow};
use super::{OrgError, Who, presence};
use crate::platform::{App, Tx};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock};
use tend_rules::base::{Instant, StaffId, UnitId};

/// How often a process says that its people are still here; twice within the silence after which a row is forgotten.
const SAID_EACH_SECONDS: i64 = 25;

/// The people whose streams this process holds.
#[derive(Debug, Default)]
struct Streams {
    people: Mutex<HashMap<StaffId, Held>>,
    /// When the rows were renewed last.
    said_at: Mutex<Option<Instant>>,
    /// What this process writes in place of a tab.
    name: OnceLock<String>,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    unit: UnitId,
    streams: usize,
    row: Row,
}

/// Whether a person's row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Owed,
    Written,
}

impl Streams {
    fn people(&self) -> MutexGuard<'_, HashMap<StaffId, Held>> {
        self.people.lock().expect("nobody panics while counting streams")
    }

    /// Longer than any tab may call itself, so that none is taken for it.
    fn name(&self, app: &App) -> &str {
        self.name.get_or_init(|| format!("streams of the server process {}", app.new_free_id()))
    }

    /// Whether the rows that are written need to be renewed.
    fn is_due(&self, now: Instant) -> bool {
        let said = self.said_at.lock().expect("nobody panics while reading a time");
        said.is_none_or(|at| now.millis() - at.millis() >= SAID_EACH_SECONDS * 1_000)
    }

    fn note_renewed(&self, now: Instant) {
        *self.said_at.lock().expect("nobody panics while reading a time") = Some(now);
    }
}

/// One open stream of a person; they count as here until the last one of theirs is dropped.
#[derive(Debug)]
pub struct Stream {
    app: App,
    staff: StaffId,
}

/// Counts a stream that a browser tab of `who` opened.
pub fn open_stream(app: &App, who: &Who) -> Stream {
    let streams = app.kept::<Streams>();
    let mut people = streams.people();
    let held = people.entry(who.id).or_insert(Held { unit: who.unit_id, streams: 0, row: Row::Owed });
    held.streams += 1;
    held.unit = who.unit_id;
    Stream { app: app.clone(), staff: who.id }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let streams = self.app.kept::<Streams>();
        let mut people = streams.people();
        if let Some(held) = people.get_mut(&self.staff) {
            held.streams = held.streams.saturating_sub(1);
        }
    }
}

/// Writes who came and who went since the last call and, each half minute, that the others are still here; answers how many
/// came and went. A page that is loaded anew between two calls is neither.
pub async fn say_who_is_here(app: &App) -> Result<usize, OrgError> {
    let streams = app.kept::<Streams>();
    let now = app.now();
    let (came, went, stayed) = changes(&streams);
    let renew = stayed > 0 && streams.is_due(now);
    if came.is_empty() && went.is_empty() && !renew {
        return Ok(0);
    }
    let tx = app.begin().await?;
    let name = streams.name(app);
    if renew && store::renew(&*tx, name, now).await? < (stayed + went.len()) as u64 {
        // The process was held up for so long that others forgot its rows: they are owed again.
        streams.people().values_mut().for_each(|held| held.row = Row::Owed);
    }
    for (staff, unit) in &came {
        keep(&tx, name, *staff, now).await?;
        presence::tell_state(&tx, *staff, *unit);
    }
    for (staff, unit) in &went {
        store::forget(&*tx, *staff, name).await?;
        presence::tell_state(&tx, *staff, *unit);
    }
    tx.commit().await?;
    if renew {
        streams.note_renewed(now);
    }
    note_written(&streams, &came, &went);
    Ok(came.len() + went.len())
}

type People = Vec<(StaffId, UnitId)>;

/// Who has no row yet, whose last stream ended, and how many have one and stay.
fn changes(streams: &Streams) -> (People, People, usize) {
    let mut people = streams.people();
    people.retain(|_, held| held.streams > 0 || held.row == Row::Written);
    let of = |wanted: &dyn Fn(&Held) -> bool| -> People {
        people.iter().filter(|(_, held)| wanted(held)).map(|(staff, held)| (*staff, held.unit)).collect()
    };
    let came = of(&|held| held.row == Row::Owed);
    let went = of(&|held| held.streams == 0);
    let stayed = people.len() - came.len() - went.len();
    (came, went, stayed)
}

async fn keep(tx: &Tx, name: &str, staff: StaffId, now: Instant) -> Result<(), OrgError> {
    let row = PresenceRow {
        staff,
        tab: name.to_owned(),
        thing: String::new(),
        editing: presence::Hand::Reading.word().to_owned(),
        heard: String::new(),
        since: now,
        seen_at: now,
    };
    store::keep(&**tx, &row).await?;
    Ok(())
}

/// Somebody may have come back meanwhile: their row is gone and owed again.
fn note_written(streams: &Streams, came: &People, went: &People) {
    let mut people = streams.people();
    for (staff, _) in came {
        if let Some(held) = people.get_mut(staff) {
            held.row = Row::Written;
        }
    }
    for (staff, _) in went {
        if let Some(held) = people.get_mut(staff) {
            held.row = Row::Owed;
        }
    }
}
