//! How often one session and one address may call: the generic cell rate algorithm, one number for each caller. What
//! is above the pace is refused with 429 and told when to come back; so is everything while too many calls are being
//! answered at once.

use super::super::{App, Caller, Problem};
use super::address::{CallerAddress, address_of, counted};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Callers that are remembered; more are forgotten rather than kept.
const CALLERS_MAX: usize = 100_000;
/// Calls that are answered at once.
const AT_ONCE_MAX: usize = 1024;
/// Sign-ins a minute from one address: a branch of a few hundred people arrives within a few minutes.
const SIGN_INS_PER_MINUTE: u32 = 120;

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Session(Uuid),
    Address(IpAddr),
    Stranger(IpAddr),
    SignIn(IpAddr),
}

/// The pace of everybody who calls this process.
#[derive(Debug)]
pub struct Limiter {
    began: Instant,
    /// For each caller the moment at which it would have been on time, had it kept the pace.
    due: Mutex<HashMap<Counted, Duration>>,
    at_once: AtomicUsize,
}

impl Default for Limiter {
    fn default() -> Self {
        Self { began: Instant::now(), due: Mutex::default(), at_once: AtomicUsize::new(0) }
    }
}

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
        let mut due = self.due.lock().expect("nobody panics while counting");
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
}

fn refusal(wait: Duration) -> Response {
    let seconds = wait.as_secs() + 1;
    let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    problem.params = json!({ "seconds": seconds });
    problem.into_response()
}

/// One of those that are being answered.
struct Place(std::sync::Arc<Limiter>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.at_once.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Middleware, before anything is looked up: the pace of an address, and of sign-ins from it.
pub(crate) async fn keep_the_pace_of_addresses(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let limiter = app.kept::<Limiter>();
    let place = Place(limiter.clone());
    if limiter.at_once.fetch_add(1, Ordering::Relaxed) >= AT_ONCE_MAX {
        return refusal(Duration::ZERO);
    }
    let address = counted(address_of(&request, &app.config().trusted_proxies()));
    request.extensions_mut().insert(CallerAddress(address));
    let config = app.config();
    let mut taken = limiter.take(Counted::Address(address), config.requests_per_minute_from_address);
    let signs_in = request.method() == axum::http::Method::POST && request.uri().path().starts_with("/session");
    if signs_in && config.requests_per_minute > 0 && taken.is_ok() {
        taken = limiter.take(Counted::SignIn(address), SIGN_INS_PER_MINUTE.min(config.requests_per_minute));
    }
    if let Err(wait) = taken {
        return refusal(wait);
    }
    let response = next.run(request).await;
    drop(place);
    response
}

/// Middleware, once the caller is known: the pace of a session; who has none shares that of the address.
pub(crate) async fn keep_the_pace(State(app): State<App>, request: Request, next: Next) -> Response {
    let who = match request.extensions().get::<Caller>() {
        Some(caller) => Counted::Session(caller.session),
        None => match request.extensions().get::<CallerAddress>() {
            Some(address) => Counted::Stranger(address.0),
            None => return next.run(request).await,
        },
    };
    match app.kept::<Limiter>().take(who, app.config().requests_per_minute) {
        Ok(()) => next.run(request).await,
        Err(wait) => refusal(wait),
    }
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
        for number in 0..CALLERS_MAX as u128 + 10 {
            let _ = limiter.take(Counted::Session(Uuid::from_u128(number)), 60);
        }
        assert!(limiter.due.lock().expect("countable").len() <= CALLERS_MAX);
    }
}
