//! The running program as the rooms see it, and the transaction in which every verb works.

use super::database::{is_unique_violation, repeated_call, went_away};
use super::keys::random_for_ids;
use super::live::{self, News};
use super::{Clock, Config, Db, Hub, Keyring, LiveEvent, OpenError, key_in_use, migrate, sql};
use sea_orm::{DatabaseTransaction, DbErr};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tend_rules::base::{Bucket, Day, Instant, StaffId, TimeZone, make_uuid};
use uuid::Uuid;

/// For so long a start is begun anew where the database goes away under it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The running program. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    db: Db,
    keys: Keyring,
    clock: Clock,
    live: Hub,
    config: Config,
    zone: TimeZone,
    kept: Kept,
}

/// What rooms keep in memory for this program, by type: caches that any other process may do without.
#[derive(Debug, Default)]
struct Kept(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

/// A write transaction. News told to it are published when it is committed, and never if it is not.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    news: Mutex<Vec<News>>,
    app: App,
}

impl App {
    /// Connects, migrates and is ready to serve. A server of the database that is restarted in the midst of it is waited
    /// for, and asked anew.
    pub async fn open(config: Config, keys: Keyring, clock: Clock) -> Result<Self, OpenError> {
        let zone = TimeZone::named(&config.time_zone);
        let zone = zone.ok_or_else(|| OpenError::ZoneUnknown { zone: config.time_zone.clone() })?;
        let begun = std::time::Instant::now();
        let (db, keys) = loop {
            match Self::opened(&config, keys.clone(), &clock).await {
                Err(OpenError::Database(error)) if begun.elapsed() < PATIENCE && went_away(&error) => {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                opened => break opened?,
            }
        };
        Ok(Self {
            inner: Arc::new(Inner { live: Hub::of(db.clone()), db, keys, clock, config, zone, kept: Kept::default() }),
        })
    }

    async fn opened(config: &Config, keys: Keyring, clock: &Clock) -> Result<(Db, Keyring), OpenError> {
        let db = Db::connect(&config.database_url()).await?;
        migrate(&db).await?;
        db.raise_wall(clock.now()).await?;
        db.tell_what_is_unsafe().await?;
        let keys = key_in_use::settle(&db, keys, clock.now()).await?;
        Ok((db, keys))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// A connection for reading.
    pub fn read(&self) -> &sea_orm::DatabaseConnection {
        self.inner.db.read()
    }

    /// The keys of the firm.
    pub fn keys(&self) -> &Keyring {
        &self.inner.keys
    }

    /// The stream of news.
    pub fn live(&self) -> &Hub {
        &self.inner.live
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The firm's time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.inner.zone
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// The one `T` of this program, made when it is first asked for. For what a room may forget at any time.
    pub fn kept<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut kept = self.inner.kept.0.lock().expect("nobody panics while holding what is kept");
        let one = kept.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        Arc::clone(one).downcast().expect("a thing is kept under its own type")
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    /// The firm's local day.
    pub fn today(&self) -> Day {
        self.inner.zone.day_of(self.now())
    }

    /// A new id in `bucket`: wrap it in its type, `TouchId(app.new_id(customer.bucket()))`.
    pub fn new_id(&self, bucket: Bucket) -> Uuid {
        make_uuid(self.now().millis(), random_for_ids(), bucket)
    }

    /// A new id of a thing that belongs to no customer, or that opens a bucket of its own (a new customer).
    pub fn new_free_id(&self) -> Uuid {
        let [high, low] = random_for_ids::<2>();
        self.new_id(Bucket::of(u64::from(u16::from_be_bytes([high, low]))))
    }

    /// Begins a transaction for the program itself: jobs, command line, demo.
    pub async fn begin(&self) -> Result<Tx, DbErr> {
        let inner = self.inner.db.begin().await?;
        Ok(Tx { inner, news: Mutex::default(), app: self.clone() })
    }

    /// Begins a transaction for a call with an idempotency key. The key is written in this very transaction, so that a
    /// repeat of a call that was committed fails here (a unique violation) and changes nothing, even after a crash.
    pub async fn begin_once(&self, staff: StaffId, key: Option<&str>) -> Result<Tx, DbErr> {
        let tx = self.begin().await?;
        if let Some(key) = key {
            sql("INSERT INTO given_answer (staff_id, key, request_hash, status, body, given_at_ms)
                 VALUES ($1, $2, $3, 0, $4, $5)")
            .bind(staff)
            .bind(key)
            .bind(Vec::<u8>::new())
            .bind(Vec::<u8>::new())
            .bind(self.now())
            .run(&*tx)
            .await
            .map_err(|error| if is_unique_violation(&error) { repeated_call() } else { error })?;
        }
        Ok(tx)
    }
}

impl Tx {
    /// Remembers news, to be written with the commit and heard right after it.
    pub fn tell(&self, event: LiveEvent) {
        self.keep(News::of(event, None));
    }

    /// Remembers news that only one person hears.
    pub fn tell_person(&self, person: StaffId, event: LiveEvent) {
        self.keep(News::of(event, Some(person)));
    }

    fn keep(&self, news: News) {
        self.news.lock().expect("nobody panics while holding the news").push(news);
    }

    /// Numbers and writes the news, commits, and wakes the readers.
    pub async fn commit(self) -> Result<(), DbErr> {
        let news = self.news.into_inner().expect("nobody panics while holding the news");
        if news.is_empty() {
            return self.inner.commit().await;
        }
        live::write(&self.inner, news, self.app.now()).await?;
        self.inner.commit().await?;
        self.app.live().wake();
        Ok(())
    }

    /// Rolls back; dropping does the same, later.
    pub async fn roll_back(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}
