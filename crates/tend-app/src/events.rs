//! `GET /events`: news for open screens as server-sent events, what each reader may hear of them. A reader that takes
//! nothing costs little: news are the same bytes for all readers, what it missed is read in small portions as it takes
//! them, and its connection ends when it takes nothing for long (`tend`'s connections).

use crate::org::{self, Asking, Who};
use crate::platform::gate::{OpenStream, Places};
use crate::platform::{App, News, Problem, Standing, Subscription, Writes};
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures::stream::{Stream, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::time::Duration;
use tend_rules::base::{StaffId, UnitId};
use tend_rules::org::Scope;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How often an open stream looks whether its session still lives.
const SESSION_LOOK: Duration = Duration::from_secs(20);
/// How often a stream says that it is still there.
const BREATH: Duration = Duration::from_secs(15);

/// The routes of this file.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EventsQuery {
    /// The number of the last event that was seen.
    after: Option<u64>,
    /// The browser tab as it says itself in `PUT /presence`: its person counts as here as long as the stream is open, and
    /// what it shows is forgotten when the stream ends.
    tab: Option<String>,
}

/// News as server-sent events: first `hello` with the present number and whether a gap demands a fresh read, then
/// everything in the reader's scope. The browser's own `Last-Event-ID` works as `after`. Numbers go on across a restart
/// and are the same from every server process. The stream ends when the session does, when the person's role or place
/// changes, or when nothing of it is read for a minute. A session has twenty at most.
#[utoipa::path(get, path = "/events", tag = "program", params(EventsQuery), responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn events(
    Asking(who): Asking,
    State(app): State<App>,
    Query(query): Query<EventsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = who.session.map_or(who.id.0, |session| session.0);
    let open = app.kept::<Places>().open_stream(session)?;
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|text| text.parse().ok());
    let hears = Hears::of(&app, &who).await?;
    let line = app.live().subscribe(last.or(query.after)).await?;
    let leaves = query.tab.map(|tab| Leaves {
        _here: org::here::open_stream(&app, &who),
        app: app.clone(),
        who: who.clone(),
        tab,
    });
    let stream = told(app, who, hears, line, (open, leaves)).map(Ok::<_, Infallible>);
    let kind = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    Ok((kind, Body::from_stream(stream)).into_response())
}

/// What one reader is told, event by event; ends with the session. `until_the_end` is dropped with it.
fn told(
    app: App,
    who: Who,
    hears: Hears,
    mut line: Subscription,
    until_the_end: (OpenStream, Option<Leaves>),
) -> impl Stream<Item = Bytes> {
    let mut writes = app.kept::<Standing>().follow_writes();
    async_stream::stream! {
        let _kept = until_the_end;
        // What was taken away between the reading of the caller and the subscription is not told to this line.
        if !is_still_in(&app, &who).await {
            return;
        }
        yield hello(line.seq, line.gap);
        let now = newest(&mut writes);
        if now != Writes::Open {
            yield said_of_writes(now);
        }
        let mut seen = line.from;
        while seen < line.seq {
            let Ok(missed) = app.live().missed(seen).await else { return };
            if missed.is_empty() {
                // It was so slow that they were forgotten.
                seen = line.seq;
                yield hello(seen, true);
            }
            for one in missed {
                seen = one.news.seq;
                if hears.hears(&one.news) {
                    yield one.event;
                }
            }
        }
        let (mut looks, mut breaths) = (every(SESSION_LOOK).await, every(BREATH).await);
        loop {
            let heard = tokio::select! {
                Ok(()) = writes.changed() => {
                    let now = newest(&mut writes);
                    yield said_of_writes(now);
                    continue;
                }
                heard = line.receiver.recv() => heard,
                _ = breaths.tick() => {
                    yield Bytes::from_static(b":\n\n");
                    continue;
                }
                _ = looks.tick() => match org::is_signed_in(&app, &who).await {
                    Ok(true) => continue,
                    // The desk comes back with its present rights, or learns that it must sign in.
                    Ok(false) => break,
                    // Nobody is told to leave because the database is away: it has no news either, and is asked again.
                    Err(error) => {
                        tracing::warn!("whether the session of a stream lives is not known: {error}");
                        continue;
                    }
                },
            };
            match heard {
                Ok(told) if told.news.seq > seen => {
                    seen = told.news.seq;
                    if org::says_rights_changed(&told.news, &who) {
                        if is_still_in(&app, &who).await {
                            continue;
                        }
                        break;
                    }
                    if hears.hears(&told.news) {
                        yield told.event.clone();
                    }
                }
                Ok(_) => {}
                // Among what it missed may be that its rights changed.
                Err(RecvError::Lagged(_)) if !is_still_in(&app, &who).await => break,
                Err(RecvError::Lagged(_)) => yield hello(seen, true),
                Err(RecvError::Closed) => break,
            }
        }
    }
}

/// Whether the reader may hear on; where that cannot be known the stream ends, and the desk comes back.
async fn is_still_in(app: &App, who: &Who) -> bool {
    org::is_signed_in(app, who).await.unwrap_or(false)
}

/// Ticks, the first one after a whole period; those that nobody waited for are left out.
async fn every(period: Duration) -> Interval {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    ticks
}

/// A tab whose person is here until its stream ends; what it shows is forgotten then.
struct Leaves {
    _here: org::here::Stream,
    app: App,
    who: Who,
    tab: String,
}

impl Drop for Leaves {
    fn drop(&mut self) {
        let (app, who, tab) = (self.app.clone(), self.who.clone(), std::mem::take(&mut self.tab));
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            if let Err(error) = org::presence::leave(&app, &who, &tab).await {
                tracing::warn!("forgetting a tab: {error}");
            }
        });
    }
}

/// What a reader hears, by scope.
struct Hears {
    me: StaffId,
    scope: Scope,
    /// The units below the reader, in order; empty where the scope does not ask for them.
    units: Vec<UnitId>,
}

impl Hears {
    async fn of(app: &App, who: &Who) -> Result<Self, Problem> {
        let scope = who.scope();
        // The others are not asked for: thousands of units for each of thousands of readers would be many.
        let mut units: Vec<UnitId> = match scope {
            Scope::Subtree(_) | Scope::Nothing => {
                org::every_unit(app, &who.tree()).await?.into_iter().map(|unit| unit.id).collect()
            }
            Scope::Firm | Scope::Own(_) => Vec::new(),
        };
        units.sort_unstable();
        units.shrink_to_fit();
        Ok(Self { me: who.id, scope, units })
    }

    fn hears(&self, event: &News) -> bool {
        if let Some(person) = event.to {
            return person == self.me;
        }
        let in_tree = |unit: UnitId| self.units.binary_search(&unit).is_ok();
        match self.scope {
            Scope::Firm => true,
            Scope::Subtree(_) => event.scope.unit_id.is_none_or(in_tree),
            Scope::Own(me) if event.customer_id.is_some() || event.scope.unit_id.is_some() => {
                [event.scope.owner_id, event.scope.former_owner_id].contains(&Some(me))
            }
            Scope::Own(_) => true,
            Scope::Nothing => event.customer_id.is_none() && event.scope.unit_id.is_none_or(in_tree),
        }
    }
}

fn event(name: &str, data: &Value) -> Bytes {
    format!("event: {name}\ndata: {data}\n\n").into()
}

fn hello(seq: u64, gap: bool) -> Bytes {
    event("hello", &json!({ "seq": seq, "gap": gap }))
}

/// The newest value; the guard of the channel must not live across a pause.
fn newest(writes: &mut tokio::sync::watch::Receiver<Writes>) -> Writes {
    *writes.borrow_and_update()
}

/// Whether changes are taken; has no number, as it is of this moment only.
fn said_of_writes(writes: Writes) -> Bytes {
    event("program", &json!({ "writes": writes }))
}
