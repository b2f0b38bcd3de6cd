//! How often one session and one address may call: the generic cell rate algorithm, one number for each caller. What
//! is above the pace is refused with 429 and told when to come back; so is everything while too many calls are being
//! answered at once. All of it is decided by what the call itself shows, before the database is asked who that is, so
//! that what is refused costs next to nothing.

use super::super::{App, Caller, Config, Problem, reading_in_bulk};
use super::address::{CallerAddress, address_of, counted};
use super::cookie::shown_by;
use super::place::{Class, Mark, Marker, Places};
use super::size::read_ahead;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Callers that are remembered; more are forgotten rather than kept.
const CALLERS_MAX: usize = 100_000;
/// Calls that are answered at once.
const AT_ONCE_MAX: usize = 1024;
/// Sign-ins a minute from one address: a branch of a few hundred people arrives within a few minutes.
const SIGN_INS_PER_MINUTE: u32 = 120;

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    /// What a call shows: a session's cookie, a token.
    Mark(Mark),
    Address(IpAddr),
    /// Who shows nothing, or something that holds no longer or never did.
    Stranger(IpAddr),
    SignIn(IpAddr),
}

/// The pace of everybody who calls this process.
#[derive(Debug)]
pub struct Limiter {
    began: Instant,
    /// For each caller the moment at which it would have been on time, had it kept the pace.
    due: Mutex<HashMap<Counted, Duration>>,
    /// What was shown and held, lately.
    held: Mutex<HashSet<Mark>>,
    marker: Marker,
    at_once: AtomicUsize,
}

impl Default for Limiter {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            due: Mutex::default(),
            held: Mutex::default(),
            marker: Marker::default(),
            at_once: AtomicUsize::new(0),
        }
    }
}

const NOBODY_PANICS: &str = "nobody panics while counting";

/// A pace: so many a minute on average, a quarter of that at once. Nought is no limit.
fn ahead(due: Option<Duration>, now: Duration, per_minute: u32) -> Result<Duration, Duration> {
    if per_minute == 0 {
        return Ok(now);
    }
    let step = Duration::from_secs(60) / per_minute;
    let slack = Duration::from_secs(15).max(step);
    let next = due.unwrap_or(now).max(now) + step;
    if next > now + slack { Err(next - now - slack) } else { Ok(next) }
}

impl Limiter {
    fn take(&self, who: Counted, per_minute: u32) -> Result<(), Duration> {
        let now = self.began.elapsed();
        let mut due = self.due.lock().expect(NOBODY_PANICS);
        if due.len() >= CALLERS_MAX {
            due.retain(|_, due| *due > now);
            if due.len() >= CALLERS_MAX {
                due.clear();
            }
        }
        let next = ahead(due.get(&who).copied(), now, per_minute)?;
        due.insert(who, next);
        Ok(())
    }

    /// Whether one more would be within the pace; counts nothing.
    fn look(&self, who: Counted, per_minute: u32) -> Result<(), Duration> {
        let due = self.due.lock().expect(NOBODY_PANICS).get(&who).copied();
        ahead(due, self.began.elapsed(), per_minute).map(drop)
    }

    fn note_held(&self, mark: Mark) {
        let mut held = self.held.lock().expect(NOBODY_PANICS);
        if held.len() >= CALLERS_MAX {
            held.clear();
        }
        held.insert(mark);
    }

    fn has_held(&self, mark: Mark) -> bool {
        self.held.lock().expect(NOBODY_PANICS).contains(&mark)
    }

    /// Counts a call for everybody it may be counted for. Made-up tokens would each have a pace of their own: where many
    /// of an address did not hold, only those that held before are looked up.
    fn admit(&self, config: &Config, address: IpAddr, mark: Option<Mark>) -> Result<(), Duration> {
        let per_minute = config.requests_per_minute;
        self.take(Counted::Address(address), config.requests_per_minute_from_address)?;
        let Some(mark) = mark else { return self.take(Counted::Stranger(address), per_minute) };
        if !self.has_held(mark) {
            self.look(Counted::Stranger(address), per_minute)?;
        }
        self.take(Counted::Mark(mark), per_minute)
    }
}

fn refusal(wait: Duration) -> Response {
    let seconds = wait.as_secs() + 1;
    let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    problem.params = json!({ "seconds": seconds });
    problem.into_response()
}

/// One of those that are being answered.
struct Answered(std::sync::Arc<Limiter>);

impl Drop for Answered {
    fn drop(&mut self) {
        self.0.at_once.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The class of a call: its method, and its route as it stands in the API's document under `/api`.
pub(crate) type ClassOf = fn(&Method, &str) -> Class;

/// Middleware, before anything is looked up: the pace of an address, of sign-ins from it, and of what the call shows;
/// then a place in its class.
pub(crate) async fn keep_the_pace(
    State((app, class_of)): State<(App, ClassOf)>,
    mut request: Request,
    next: Next,
) -> Response {
    let limiter = app.kept::<Limiter>();
    let answered = Answered(limiter.clone());
    if limiter.at_once.fetch_add(1, Ordering::Relaxed) >= AT_ONCE_MAX {
        return refusal(Duration::ZERO);
    }
    let config = app.config();
    let address = counted(address_of(&request, &config.trusted_proxies()));
    request.extensions_mut().insert(CallerAddress(address));
    let mark = shown_by(&app, request.headers()).map(|shown| limiter.marker.of(shown));
    let mut admitted = limiter.admit(config, address, mark);
    let signs_in = request.method() == Method::POST && request.uri().path().starts_with("/session");
    if signs_in && config.requests_per_minute > 0 && admitted.is_ok() {
        admitted = limiter.take(Counted::SignIn(address), SIGN_INS_PER_MINUTE.min(config.requests_per_minute));
    }
    if let Err(wait) = admitted {
        return refusal(wait);
    }
    let class = request.extensions().get::<MatchedPath>().map(|route| {
        let route = route.as_str();
        class_of(request.method(), route.strip_prefix("/api").unwrap_or(route))
    });
    if let Some(mark) = mark {
        request.extensions_mut().insert(mark);
    }
    let response = match (mark, class) {
        (Some(mark), Some(class)) if config.requests_per_minute > 0 => {
            in_its_place(&app, class, mark, request, next).await
        }
        // Who shows nothing asks for nothing but to be let in.
        _ => next.run(request).await,
    };
    drop(answered);
    response
}

/// Carries a call out once it has a place; lists and reports read apart from the others.
async fn in_its_place(app: &App, class: Class, mark: Mark, request: Request, next: Next) -> Response {
    let request = match class {
        Class::Action => request,
        Class::List | Class::Report => match read_ahead(request).await {
            Ok(request) => request,
            Err(problem) => return problem.into_response(),
        },
    };
    let place = match app.kept::<Places>().enter(class, mark).await {
        Ok(place) => place,
        Err(problem) => return problem.into_response(),
    };
    match class {
        Class::Action => place.carry_out(next.run(request)).await,
        Class::List | Class::Report => place.carry_out(reading_in_bulk(next.run(request))).await,
    }
}

/// Middleware, once the caller was looked up: remembers that what was shown held; what did not is counted for the
/// address.
pub(crate) async fn note_the_caller(State(app): State<App>, request: Request, next: Next) -> Response {
    if let Some(mark) = request.extensions().get::<Mark>().copied() {
        let limiter = app.kept::<Limiter>();
        if request.extensions().get::<Caller>().is_some() {
            limiter.note_held(mark);
        } else if let Some(address) = request.extensions().get::<CallerAddress>()
            && let Err(wait) = limiter.take(Counted::Stranger(address.0), app.config().requests_per_minute)
        {
            return refusal(wait);
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_may_hurry_for_a_quarter_and_then_keeps_the_pace() {
        let (mut due, mut now) = (None, Duration::ZERO);
        for call in 0..15 {
            due = Some(ahead(due, now, 60).unwrap_or_else(|_| unreachable!("call {call} is within the quarter")));
        }
        assert_eq!(ahead(due, now, 60), Err(Duration::from_secs(1)));
        now += Duration::from_secs(1);
        due = Some(ahead(due, now, 60).expect("one a second"));
        assert!(ahead(due, now, 60).is_err());
        now += Duration::from_secs(3600);
        for _ in 0..15 {
            due = Some(ahead(due, now, 60).expect("rest gives the quarter back, and no more"));
        }
        assert!(ahead(due, now, 60).is_err());
    }

    #[test]
    fn a_slow_pace_lets_one_through_and_nought_is_no_limit() {
        let due = ahead(None, Duration::ZERO, 1).expect("the first");
        assert_eq!(ahead(Some(due), Duration::ZERO, 1), Err(Duration::from_secs(60)));
        assert!((0..1000).all(|_| ahead(Some(Duration::from_secs(9)), Duration::ZERO, 0).is_ok()));
    }

    #[test]
    fn a_crowd_is_forgotten_rather_than_kept() {
        let limiter = Limiter::default();
        for number in 0..CALLERS_MAX + 10 {
            let mark = limiter.marker.of(&number.to_string());
            let _ = limiter.take(Counted::Mark(mark), 60);
            limiter.note_held(mark);
        }
        assert!(limiter.due.lock().expect("countable").len() <= CALLERS_MAX);
        assert!(limiter.held.lock().expect("countable").len() <= CALLERS_MAX);
    }

    #[test]
    fn made_up_tokens_stop_being_looked_up_and_those_that_held_go_on() {
        let limiter = Limiter::default();
        let config = Config { requests_per_minute: 60, requests_per_minute_from_address: 0, ..Config::default() };
        let address: IpAddr = "203.0.113.7".parse().expect("an address");
        let (known, newcomer) = (limiter.marker.of("known"), limiter.marker.of("newcomer"));
        let admits = |mark| limiter.admit(&config, address, Some(mark)).is_ok();
        assert!(admits(known));
        limiter.note_held(known);
        let looked_up = (0..100).filter(|number| {
            let admitted = admits(limiter.marker.of(&format!("made up {number}")));
            // What `note_the_caller` does with what did not hold.
            admitted && limiter.take(Counted::Stranger(address), 60).is_ok()
        });
        assert!((15..20).contains(&looked_up.count()), "a quarter of sixty");
        assert!(admits(known));
        assert!(!admits(newcomer));
    }
}
