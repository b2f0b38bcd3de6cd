//! News for open screens: a numbered stream in the database, written in the transaction that it tells of, so that a
//! reader who was away catches up by number, across a restart and from any server process, or learns that it must read
//! afresh. News name ids, never content; readers fetch what they may see.

use super::{Db, Row, insert_many, sql};
use crate::platform::Bind;
use axum::body::Bytes;
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tend_rules::base::{CustomerId, Instant, StaffId, UnitId};
use tokio::sync::{Mutex, Notify, broadcast};

/// How many pieces of news are kept for those who were away.
const KEPT: i64 = 50_000;
/// More than this is not caught up one by one: reading afresh is cheaper.
const CATCH_UP_MAX: i64 = 5_000;
/// How many missed pieces of news a reader is handed at once: what it has not taken yet lies in memory.
const CATCH_UP_AT_ONCE: i64 = 50;
/// More news than this in one transaction are told as "many of these".
const SINGLE_MAX: usize = 200;
/// How often news of other processes are looked for while somebody listens.
const LOOK: Duration = Duration::from_millis(250);
const AT_ONCE: i64 = 1_000;

/// One piece of news, as a verb tells it.
#[derive(Debug, Clone, Serialize)]
pub struct LiveEvent {
    /// Place in the stream; 0 until it is written.
    pub seq: u64,
    /// `touch`, `customer`, `batch`, `plan`, `staff` …
    pub room: &'static str,
    /// What happened: `assigned`, `finished` …
    pub kind: String,
    /// The thing it happened to; none where many are meant.
    pub id: Option<String>,
    /// The customer concerned.
    pub customer_id: Option<CustomerId>,
    /// Who may hear it.
    #[serde(flatten)]
    pub scope: LiveScope,
}

/// Whose screens a piece of news concerns: readers of the unit's subtree and the owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LiveScope {
    /// The unit where it happened; none means the whole firm may hear it.
    pub unit_id: Option<UnitId>,
    /// The person whose list it is on.
    pub owner_id: Option<StaffId>,
    /// The person from whose list it went.
    pub former_owner_id: Option<StaffId>,
}

/// One piece of news, as it is kept and heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// Place in the stream.
    pub seq: u64,
    /// `touch`, `customer`, `batch`, `plan`, `staff` …
    pub room: String,
    /// What happened: `assigned`, `finished` …
    pub kind: String,
    /// The thing it happened to; none where many are meant.
    pub id: Option<String>,
    /// The customer concerned.
    pub customer_id: Option<CustomerId>,
    /// Who may hear it.
    #[serde(flatten)]
    pub scope: LiveScope,
    /// The only person who hears it, if it is personal.
    pub to: Option<StaffId>,
}

impl News {
    pub(super) fn of(event: LiveEvent, to: Option<StaffId>) -> Self {
        let LiveEvent { seq, room, kind, id, customer_id, scope } = event;
        Self { seq, room: room.to_owned(), kind, id, customer_id, scope, to }
    }
}

/// A piece of news with the very bytes that every reader of an event stream gets: put into words once, shared by all.
#[derive(Debug, Clone)]
pub struct Told {
    /// What it says.
    pub news: News,
    /// The same as an event of a stream (HTML, server-sent events).
    pub event: Bytes,
}

impl Told {
    /// Of a row; `body` is JSON on one line.
    fn of(row: &Row) -> Result<Self, DbErr> {
        let body = row.get::<String>("body")?;
        let news: News =
            serde_json::from_str(&body).map_err(|error| DbErr::Type(format!("live_news.body: {error}")))?;
        let event = format!("event: {}\nid: {}\ndata: {body}\n\n", news.room, news.seq).into();
        Ok(Self { news, event })
    }
}

/// Numbers and writes the news of a transaction, as its last deed before the commit: whoever comes next waits for this
/// commit, so numbers appear in their order.
pub(super) async fn write(db: &impl ConnectionTrait, news: Vec<News>, now: Instant) -> Result<(), DbErr> {
    let news = if news.len() > SINGLE_MAX { gathered(news) } else { news };
    let many = news.len() as i64;
    let last: i64 = sql("UPDATE live_counter SET last = last + $1 WHERE id = 1 RETURNING last")
        .bind(many)
        .one(db, |row| row.get("last"))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the counter of news".into()))?;
    let rows = (last - many + 1..).zip(news).map(|(seq, mut one)| {
        one.seq = seq as u64;
        let body = serde_json::to_string(&one).unwrap_or_default();
        vec![seq.into_value(), now.into_value(), body.into_value()]
    });
    insert_many(db, "live_news", &["seq", "at_ms", "body"], rows.collect(), "").await?;
    // A thousand at a time, seldom enough to cost nothing.
    if last / AT_ONCE != (last - many) / AT_ONCE {
        sql("DELETE FROM live_news WHERE seq <= $1").bind(last - KEPT).run(db).await?;
    }
    Ok(())
}

/// One piece of news for each kind and place in place of one for each thing.
fn gathered(news: Vec<News>) -> Vec<News> {
    let mut kinds = BTreeMap::new();
    for one in news {
        let key = (one.room.clone(), one.kind.clone(), one.scope.clone(), one.to);
        kinds.entry(key).and_modify(|kept: &mut News| (kept.id, kept.customer_id) = (None, None)).or_insert(one);
    }
    kinds.into_values().collect()
}

/// The stream of news as this process hears it.
#[derive(Debug, Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    db: Db,
    sender: broadcast::Sender<Arc<Told>>,
    woken: Notify,
    /// Whether somebody reads the table for the listeners.
    reading: Mutex<Reading>,
}

#[derive(Debug, PartialEq, Eq)]
enum Reading {
    Idle,
    Running,
}

/// What a reader gets who asks for everything after a number.
#[derive(Debug)]
pub struct Subscription {
    /// The newest number at this moment.
    pub seq: u64,
    /// Whether news after the reader's number were forgotten, or are too many: read afresh.
    pub gap: bool,
    /// The number behind which the reader goes on; what it missed up to `seq` is asked of [`Hub::missed`].
    pub from: u64,
    /// News from now on; those up to `seq` may come again.
    pub receiver: broadcast::Receiver<Arc<Told>>,
}

impl Hub {
    /// The stream of a database.
    pub(super) fn of(db: Db) -> Self {
        let (sender, _) = broadcast::channel(4096);
        Self { inner: Arc::new(Inner { db, sender, woken: Notify::new(), reading: Mutex::new(Reading::Idle) }) }
    }

    /// Looks at once, because this process has just written news.
    pub(super) fn wake(&self) {
        self.inner.woken.notify_one();
    }

    /// Everything after `after`, then the news to come. `None` means from now on.
    pub async fn subscribe(&self, after: Option<u64>) -> Result<Subscription, DbErr> {
        let receiver = self.listen().await?;
        let db = self.inner.db.read();
        let last = newest(db).await?;
        let seq = last as u64;
        let Some(after) = after.map(|after| after as i64) else {
            return Ok(Subscription { seq, gap: false, from: seq, receiver });
        };
        let oldest: i64 =
            sql("SELECT COALESCE(MIN(seq), $1) FROM live_news").bind(last.saturating_add(1)).value(db).await?;
        let gap = after > last || after + 1 < oldest || last - after > CATCH_UP_MAX;
        Ok(Subscription { seq, gap, from: if gap { seq } else { after as u64 }, receiver })
    }

    /// The next few pieces of news right after a number, oldest first; none if they were forgotten meanwhile.
    pub async fn missed(&self, after: u64) -> Result<Vec<Told>, DbErr> {
        let found = behind(self.inner.db.read(), after as i64, CATCH_UP_AT_ONCE).await?;
        let goes_on = found.first().is_some_and(|first| first.news.seq == after + 1);
        Ok(if goes_on { found } else { Vec::new() })
    }

    /// A place among the listeners. The reading begins behind what is written now, before the caller reads.
    async fn listen(&self) -> Result<broadcast::Receiver<Arc<Told>>, DbErr> {
        let mut reading = self.inner.reading.lock().await;
        if *reading == Reading::Idle {
            let from = newest(self.inner.db.read()).await?;
            tokio::spawn(read_on(Arc::clone(&self.inner), from));
            *reading = Reading::Running;
        }
        Ok(self.inner.sender.subscribe())
    }
}

async fn newest(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    sql("SELECT last FROM live_counter WHERE id = 1").value(db).await
}

async fn behind(db: &impl ConnectionTrait, after: i64, limit: i64) -> Result<Vec<Told>, DbErr> {
    let found = sql("SELECT seq, body FROM live_news WHERE seq > $1 ORDER BY seq LIMIT $2").bind(after).bind(limit);
    found.all(db, Told::of).await
}

/// News behind a place, for those who are told outside.
#[derive(Debug)]
pub struct Behind {
    /// Whether news were forgotten between the place and `from`.
    pub gap: bool,
    /// The place from which `news` go on without a gap.
    pub from: i64,
    /// When each was written, and what it says; oldest first.
    pub news: Vec<(Instant, News)>,
}

/// News after the number `after`, at most `limit`.
pub async fn news_after(app: &super::App, after: i64, limit: i64) -> Result<Behind, DbErr> {
    let db = app.read();
    let oldest: Option<i64> = sql("SELECT MIN(seq) FROM live_news").value(db).await?;
    let from = oldest.map_or(after, |oldest| after.max(oldest - 1));
    let found = sql("SELECT at_ms, body FROM live_news WHERE seq > $1 ORDER BY seq LIMIT $2").bind(from).bind(limit);
    let shape = |row: &Row| -> Result<(Instant, News), DbErr> {
        let news = serde_json::from_str::<News>(&row.get::<String>("body")?);
        Ok((row.get("at_ms")?, news.map_err(|error| DbErr::Type(format!("live_news.body: {error}")))?))
    };
    Ok(Behind { gap: from > after, from, news: found.all(db, shape).await? })
}

/// Reads the table for everybody who listens, at once when this process wrote and every quarter of a second for what
/// others wrote. Ends when nobody listens.
async fn read_on(inner: Arc<Inner>, mut at: i64) {
    loop {
        let _ = tokio::time::timeout(LOOK, inner.woken.notified()).await;
        {
            let mut reading = inner.reading.lock().await;
            if inner.sender.receiver_count() == 0 {
                *reading = Reading::Idle;
                return;
            }
        }
        match behind(inner.db.read(), at, AT_ONCE).await {
            Ok(news) => {
                for one in news {
                    at = one.news.seq as i64;
                    // The last listener may have gone: no error.
                    let _ = inner.sender.send(Arc::new(one));
                }
            }
            Err(error) => tracing::warn!("reading news: {error}"),
        }
    }
}
