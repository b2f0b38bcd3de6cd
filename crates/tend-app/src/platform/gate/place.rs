//! Places: how many calls are carried out at once, and how short the line before them is. People at work come first:
//! what concerns one customer or one work order has places of its own session and waits for nobody else; lists and
//! reports share a few places of the whole program and are refused when the line is full. Which call is which is not
//! known here.

use super::super::Problem;
use axum::http::StatusCode;
use serde_json::json;
use std::collections::HashMap;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, spawn_blocking};
use uuid::Uuid;

/// How a call is treated when there are more than can be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// What somebody does at work: one customer, one work order, one setting.
    Action,
    /// Lists, searches and counts: short, but over many rows.
    List,
    /// Reports, rehearsals, previews and files: may take seconds.
    Report,
}

/// Actions of one session at once.
const ACTIONS_MAX: usize = 8;
/// Actions of one session that wait for those.
const ACTIONS_WAITING_MAX: usize = 56;
/// Lists and reports of one session, carried out or waiting: one cannot fill the line of all.
const BULK_OF_ONE_MAX: usize = 8;
/// Lists that wait; a page asks for several at once.
const LISTS_WAITING_MAX: usize = 32;
const REPORTS_WAITING_MAX: usize = 8;
/// How long a call waits for a place.
const PATIENCE: Duration = Duration::from_secs(3);
/// A report ahead may take its time.
const PATIENCE_OF_REPORTS: Duration = Duration::from_secs(10);
/// Open event streams of one session: as many windows of one browser.
const STREAMS_MAX: usize = 20;
/// Sessions after which those without a call are forgotten.
const SESSIONS_SWEPT_AT: usize = 4_096;
/// What who is refused is told to wait.
const COME_BACK_SECONDS: u64 = 2;

/// Lists that are carried out at once: half the processors, the other half is for people at work.
fn lists_at_once() -> usize {
    (processors() / 2).clamp(1, 8)
}

fn reports_at_once() -> usize {
    (processors() / 4).clamp(1, 4)
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Connections for reading that lists and reports need: one each, and one more. What reads several things side by side
/// takes those that are free; nobody holds one while waiting for another, so nobody waits for ever.
pub fn bulk_connections() -> u32 {
    u32::try_from(lists_at_once() + reports_at_once() + 1).unwrap_or(u32::MAX)
}

/// What a call shows of who it is (a token, a cookie), known before anything is looked up. Of this process only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Mark(u64);

/// Makes marks that nobody outside can foresee.
#[derive(Debug, Default)]
pub(super) struct Marker(RandomState);

impl Marker {
    pub(super) fn of(&self, shown: &str) -> Mark {
        Mark(self.0.hash_one(shown))
    }
}

/// Places, and a line before them.
#[derive(Debug)]
struct Line {
    places: Arc<Semaphore>,
    waiting: Semaphore,
    patience: Duration,
}

impl Line {
    fn of(places: usize, waiting: usize, patience: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), waiting: Semaphore::new(waiting), patience }
    }

    /// A place, after its turn; none when the line is full or does not move.
    async fn enter(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Some(place);
        }
        let _waits = self.waiting.try_acquire().ok()?;
        let turn = Arc::clone(&self.places).acquire_owned();
        tokio::time::timeout(self.patience, turn).await.ok()?.ok()
    }
}

/// The places of one session.
#[derive(Debug)]
struct Own {
    actions: Line,
    bulk: Arc<Semaphore>,
}

impl Default for Own {
    fn default() -> Self {
        let actions = Line::of(ACTIONS_MAX, ACTIONS_WAITING_MAX, PATIENCE);
        Self { actions, bulk: Arc::new(Semaphore::new(BULK_OF_ONE_MAX)) }
    }
}

/// The places of this process.
#[derive(Debug)]
pub struct Places {
    lists: Line,
    reports: Line,
    sessions: Mutex<HashMap<Mark, Weak<Own>>>,
    streams: Mutex<HashMap<Uuid, usize>>,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            lists: Line::of(lists_at_once(), LISTS_WAITING_MAX, PATIENCE),
            reports: Line::of(reports_at_once(), REPORTS_WAITING_MAX, PATIENCE_OF_REPORTS),
            sessions: Mutex::default(),
            streams: Mutex::default(),
        }
    }
}

/// The place of a call; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _of_all: Option<OwnedSemaphorePermit>,
    _of_session: OwnedSemaphorePermit,
    // Its session is known as long as it has a call.
    _own: Arc<Own>,
}

tokio::task_local! {
    /// The place of the call that is carried out.
    static PLACE: Arc<Place>;
}

impl Place {
    /// Carries a call out in its place. The place is given back with the answer, and not before work ends that keeps it.
    pub(super) async fn carry_out<F: Future>(self, call: F) -> F::Output {
        PLACE.scope(Arc::new(self), call).await
    }
}

/// A place that is kept beyond the answer.
#[derive(Debug)]
struct PlaceKept {
    _place: Arc<Place>,
}

impl PlaceKept {
    /// The place of the call that is carried out here; none outside of a call.
    fn of_this_call() -> Option<Self> {
        PLACE.try_with(|place| Self { _place: Arc::clone(place) }).ok()
    }
}

/// Begins work on a thread. It does not end when its caller goes away, and as long as it goes on nobody else has the place
/// of the call that began it, if a call did.
pub fn on_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let kept = PlaceKept::of_this_call();
    spawn_blocking(move || {
        let _kept = kept;
        work()
    })
}

const NOBODY_PANICS: &str = "nobody panics while counting places";

impl Places {
    /// A place for a call of a class, after its turn.
    pub(super) async fn enter(&self, class: Class, mark: Mark) -> Result<Place, Problem> {
        let own = self.own(mark);
        if class == Class::Action {
            let place = own.actions.enter().await.ok_or_else(too_many_at_once)?;
            return Ok(Place { _of_all: None, _of_session: place, _own: own });
        }
        let mine = Arc::clone(&own.bulk).try_acquire_owned().map_err(|_| too_many_at_once())?;
        let line = if class == Class::Report { &self.reports } else { &self.lists };
        let place = line.enter().await.ok_or_else(|| refused("too_busy"))?;
        Ok(Place { _of_all: Some(place), _of_session: mine, _own: own })
    }

    fn own(&self, mark: Mark) -> Arc<Own> {
        let mut sessions = self.sessions.lock().expect(NOBODY_PANICS);
        if let Some(own) = sessions.get(&mark).and_then(Weak::upgrade) {
            return own;
        }
        if sessions.len() >= SESSIONS_SWEPT_AT {
            sessions.retain(|_, own| own.strong_count() > 0);
        }
        let own = Arc::<Own>::default();
        sessions.insert(mark, Arc::downgrade(&own));
        own
    }

    /// Counts one more open stream of a session, until it is dropped.
    pub fn open_stream(self: &Arc<Self>, session: Uuid) -> Result<OpenStream, Problem> {
        let mut streams = self.streams.lock().expect(NOBODY_PANICS);
        let open = streams.entry(session).or_default();
        if *open >= STREAMS_MAX {
            return Err(too_many_at_once());
        }
        *open += 1;
        Ok(OpenStream { places: Arc::clone(self), session })
    }
}

/// One of the open streams of a session.
#[derive(Debug)]
pub struct OpenStream {
    places: Arc<Places>,
    session: Uuid,
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut streams = self.places.streams.lock().expect(NOBODY_PANICS);
        if let Some(open) = streams.get_mut(&self.session) {
            *open -= 1;
            if *open == 0 {
                streams.remove(&self.session);
            }
        }
    }
}

fn too_many_at_once() -> Problem {
    refused("too_many_at_once")
}

fn refused(code: &'static str) -> Problem {
    let params = json!({ "seconds": COME_BACK_SECONDS });
    Problem { params, ..Problem::new(StatusCode::TOO_MANY_REQUESTS, code) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_in_line_gets_the_next_place_and_who_finds_it_full_none() {
        let line = Arc::new(Line::of(1, 1, Duration::from_secs(5)));
        let first = line.enter().await.expect("a free place");
        let waiting = tokio::spawn({
            let line = Arc::clone(&line);
            async move { line.enter().await.is_some() }
        });
        while line.waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(line.enter().await.is_none(), "the line is full");
        drop(first);
        assert!(waiting.await.expect("no panic"), "its turn came");
    }

    #[tokio::test]
    async fn a_line_that_does_not_move_is_left() {
        let line = Line::of(1, 4, Duration::from_millis(20));
        let _first = line.enter().await.expect("a free place");
        assert!(line.enter().await.is_none());
        assert_eq!(line.waiting.available_permits(), 4, "who left no longer waits");
    }

    #[tokio::test]
    async fn work_that_goes_on_after_its_call_keeps_the_place() {
        let (places, marker) = (Places::default(), Marker::default());
        let free = places.reports.places.available_permits();
        let place = places.enter(Class::Report, marker.of("a desk")).await.expect("a free place");
        let kept = place.carry_out(async { PlaceKept::of_this_call() }).await.expect("a call has a place");
        assert_eq!(places.reports.places.available_permits(), free - 1, "the call is over, the work is not");
        drop(kept);
        assert_eq!(places.reports.places.available_permits(), free);
        let place = places.enter(Class::Report, marker.of("a desk")).await.expect("a free place");
        place.carry_out(async {}).await;
        assert_eq!(places.reports.places.available_permits(), free, "nothing went on");
        assert!(PlaceKept::of_this_call().is_none());
    }

    #[tokio::test]
    #[expect(clippy::async_yields_async, reason = "the call goes away before its thread is done")]
    async fn work_on_a_thread_keeps_the_place_of_a_call_that_went_away() {
        let (places, marker) = (Places::default(), Marker::default());
        let free = places.reports.places.available_permits();
        let place = places.enter(Class::Report, marker.of("a desk")).await.expect("a free place");
        let (go_on, waiting) = std::sync::mpsc::channel::<()>();
        let working = place.carry_out(async { on_thread(move || waiting.recv().is_ok()) }).await;
        assert_eq!(places.reports.places.available_permits(), free - 1, "the call is over, its thread is not");
        go_on.send(()).expect("the thread waits");
        assert!(working.await.expect("no panic"));
        assert_eq!(places.reports.places.available_permits(), free);
    }

    #[tokio::test]
    async fn sessions_without_a_call_are_forgotten() {
        let (places, marker) = (Places::default(), Marker::default());
        for number in 0..SESSIONS_SWEPT_AT + 10 {
            let place = places.enter(Class::Action, marker.of(&number.to_string())).await;
            assert!(place.is_ok());
        }
        assert!(places.sessions.lock().expect("countable").len() <= SESSIONS_SWEPT_AT);
    }

    #[test]
    fn streams_are_counted_for_each_session_while_they_are_open() {
        let places = Arc::<Places>::default();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut open: Vec<_> = (0..STREAMS_MAX).map(|_| places.open_stream(one).expect("one of twenty")).collect();
        assert!(places.open_stream(one).is_err());
        assert!(places.open_stream(other).is_ok());
        open.pop();
        assert!(places.open_stream(one).is_ok());
        open.clear();
        assert!(places.streams.lock().expect("countable").is_empty());
    }
}
