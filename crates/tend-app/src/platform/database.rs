//! The two databases behind one door: SQLite with one writer, or PostgreSQL.

use super::gate::bulk_connections;
use super::row_wall::RowWall;
use super::sql;
use sea_orm::sqlx::{Connection, Error as SqlxError, SqliteConnection, query};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tend_rules::base::Instant;

tokio::task_local! {
    /// Set while the call of a list or report is carried out.
    static IN_BULK: ();
}

/// Carries `work` out as a list or report: what it reads goes over connections of its own, so that however many of them
/// there are, those of people at work are free. The rest of the program never asks; without it everything reads as
/// people at work do.
pub async fn reading_in_bulk<F: Future>(work: F) -> F::Output {
    IN_BULK.scope((), work).await
}

/// Connections to one database. Reads have a pool of their own, so that whoever holds a transaction can still read beside
/// it however many others do the same; nobody who holds a connection for reading asks for a second one. On SQLite writes
/// share a single connection, so that two writers never meet. Lists and reports read over a few others.
#[derive(Debug, Clone)]
pub struct Db {
    readers: DatabaseConnection,
    bulk_readers: DatabaseConnection,
    writer: DatabaseConnection,
    path: Option<PathBuf>,
    wall: RowWall,
}

impl Db {
    /// Connects to a `sqlite://` or `postgres://` address.
    ///
    /// SQLite runs with WAL, `synchronous=FULL` (an acknowledged change survives a power cut), foreign keys on and a
    /// busy time-out of ten seconds, because another process (an import on the command line) may hold the writer.
    pub async fn connect(url: &str) -> Result<Self, DbErr> {
        if url.starts_with("sqlite:") {
            let writer = Database::connect(sqlite(url, 1, &WRITER)).await?;
            let readers = Database::connect(sqlite(url, 6, &READER)).await?;
            let mut bulk = sqlite(url, bulk_connections(), &BULK_READER);
            bulk.connect_lazy(true).min_connections(0);
            let bulk_readers = Database::connect(bulk).await?;
            let path = url.trim_start_matches("sqlite:").trim_start_matches("//").split('?').next();
            let wall = RowWall::default();
            return Ok(Self { readers, bulk_readers, writer, path: path.map(PathBuf::from), wall });
        }
        let wall = RowWall::default();
        let readers = patiently(postgres(url, 16, &wall)).await?;
        let writer = Database::connect(postgres(url, 16, &wall)).await?;
        let mut bulk = postgres(url, bulk_connections(), &wall);
        bulk.connect_lazy(true);
        let bulk_readers = Database::connect(bulk).await?;
        Ok(Self { readers, bulk_readers, writer, path: None, wall })
    }

    /// A connection for reading: one of the few for lists and reports within [`reading_in_bulk`].
    pub fn read(&self) -> &DatabaseConnection {
        if IN_BULK.try_with(|_| ()).is_ok() { &self.bulk_readers } else { &self.readers }
    }

    /// Ends every connection, for whoever is about to rename or remove the database.
    pub async fn close(self) -> Result<(), DbErr> {
        self.readers.close().await?;
        self.bulk_readers.close().await?;
        self.writer.close().await
    }

    /// Begins a write transaction: `BEGIN IMMEDIATE` on SQLite.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.writer.begin_with_options(options).await
    }

    /// The connection of the migrations.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// The file, if the database is one.
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Has the rows of customers guarded by the database itself, where it can: [`super::behind_wall`].
    pub(super) async fn raise_wall(&self, now: Instant) -> Result<(), DbErr> {
        self.wall.raise(self, now).await
    }

    /// Tells the log of settings of the server by which a lost power takes what was acknowledged. They are the operator's,
    /// and need a restart of the server; that a commit waits for the disk at all is seen to by each connection.
    pub(super) async fn tell_what_is_unsafe(&self) -> Result<(), DbErr> {
        if self.backend() != DbBackend::Postgres {
            return Ok(());
        }
        for setting in ["fsync", "full_page_writes"] {
            let found: String = sql("SELECT current_setting($1)").bind(setting).value(&self.readers).await?;
            if found == "off" {
                tracing::warn!("{setting} = off on PostgreSQL: what was acknowledged may be lost with the power");
            }
        }
        Ok(())
    }

    /// Whether the database itself hides what lies outside the scope of a call: on PostgreSQL, unless its role may not.
    pub fn has_row_wall(&self) -> bool {
        self.wall.stands()
    }

    /// Bytes of the log beside a database that is a file.
    pub fn log_bytes(&self) -> Option<u64> {
        let mut log = self.path.as_ref()?.as_os_str().to_owned();
        log.push("-wal");
        std::fs::metadata(log).ok().map(|file| file.len())
    }

    /// Which database it is.
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }
}

fn postgres(url: &str, connections: u32, wall: &RowWall) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).sqlx_logging(false).acquire_timeout(Duration::from_secs(20));
    let along = wall.clone();
    options.map_sqlx_postgres_pool_opts(move |pool| along.along(pool));
    options
}

/// Connects to a server that may still be starting (57P03) or not listening yet: tries for half a minute.
async fn patiently(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let mut tries_left = 30;
    loop {
        match Database::connect(options.clone()).await {
            Err(error) if tries_left > 0 && (is_retryable(&error) || went_away(&error)) => {
                tries_left -= 1;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            other => return other,
        }
    }
}

/// Whether the server of the database is not there, or left in the midst of an answer: it was shut down (57P01), crashed
/// (57P02), is starting (57P03), or the line broke.
pub(super) fn went_away(error: &DbErr) -> bool {
    match sqlx_of(error) {
        Some(SqlxError::Io(_) | SqlxError::PoolClosed) => true,
        Some(SqlxError::Database(told)) => {
            matches!(told.code().as_deref(), Some("57P01" | "57P02" | "57P03" | "08003" | "08006"))
        }
        _ => false,
    }
}

/// Whether a connection to SQLite that comes back may be used again. After a `COMMIT` that failed (a full disk, a conflict) it
/// counts itself inside the transaction for ever, the next one would only be a savepoint in it, and what was acknowledged
/// would never reach the file: such a connection is closed.
async fn is_at_rest(connection: &mut SqliteConnection) -> Result<bool, SqlxError> {
    if connection.is_in_transaction() {
        // The question waits until a roll-back that was begun is done.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Has the thread of a connection run when nobody else wants the processor. The driver gives each connection a thread of
/// its own, and no way to reach it but what SQLite itself calls while it works.
async fn give_way(connection: &mut SqliteConnection) -> Result<(), SqlxError> {
    connection.lock_handle().await?.set_progress_handler(1, || {
        #[cfg(target_os = "linux")]
        let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS);
        true
    });
    let asked = query("SELECT 1").execute(&mut *connection).await.map(drop);
    connection.lock_handle().await?.remove_progress_handler();
    asked
}

/// A ninth of the processor beside somebody who is not nice at all.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// What a connection to SQLite may keep of the file in memory, and whom it lets go first.
struct Keeps {
    cache_kib: u32,
    mmap_bytes: u32,
    rank: Rank,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    Equal,
    /// Behind everybody else.
    Last,
}

/// Large, so that a chunk of an import or a part of a night finds the pages that it just wrote. A map of the file would
/// only show it what it is about to replace.
const WRITER: Keeps = Keeps { cache_kib: 98_304, mmap_bytes: 0, rank: Rank::Equal };

/// The map is shared by all readers and by the system's own cache.
const READER: Keeps = Keeps { cache_kib: 8_192, mmap_bytes: 268_435_456, rank: Rank::Equal };

const BULK_READER: Keeps = Keeps { rank: Rank::Last, ..READER };

/// Pages of the log after which it is written back to the file: 64 MB. At SQLite's own thousand every chunk of an import
/// would write each page twice; a start after a kill reads the log through in a fraction of a second.
const CHECKPOINT_PAGES: u32 = 16_384;

fn sqlite(url: &str, connections: u32, keeps: &'static Keeps) -> ConnectOptions {
    use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(60))
        .map_sqlx_sqlite_pool_opts(|pool| {
            // A file does not go away as a server does: to ask before each statement would take as long as most of them do.
            let pool = pool.test_before_acquire(false).after_release(|connection, _| Box::pin(is_at_rest(connection)));
            match keeps.rank {
                Rank::Equal => pool,
                Rank::Last => pool.after_connect(|connection, _| Box::pin(give_way(connection))),
            }
        })
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .statement_cache_capacity(256)
                .pragma("cache_size", format!("-{}", keeps.cache_kib))
                .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
                .pragma("temp_store", "memory")
                .pragma("mmap_size", keeps.mmap_bytes.to_string())
        });
    options
}

/// Whether the same transaction may simply be tried again: a serialisation failure, a deadlock, a server that is
/// starting, or a busy SQLite.
pub fn is_retryable(error: &DbErr) -> bool {
    // Where every connection is taken for so long, the load is to blame and not the call.
    matches!(error, DbErr::ConnectionAcquire(_))
        || matches!(code_of(error).as_deref(), Some("40001" | "40P01" | "57P03" | "08006" | "5" | "517"))
}

/// Whether the disk of the database is full. SQLite says so of the database (13) and of a log that cannot be made safe
/// (1034, 4874); PostgreSQL of its own disk (53100).
pub fn is_disk_full(error: &DbErr) -> bool {
    matches!(code_of(error).as_deref(), Some("13" | "1034" | "4874" | "53100"))
}

/// Whether a row with that unique key is already there.
pub fn is_unique_violation(error: &DbErr) -> bool {
    matches!(code_of(error).as_deref(), Some("23505" | "1555" | "2067"))
}

const REPEATED_CALL: &str = "this call was carried out before";

/// The error of a call whose idempotency key was committed before.
pub(super) fn repeated_call() -> DbErr {
    DbErr::Custom(REPEATED_CALL.into())
}

/// Whether the error is that of a repeated call.
pub(super) fn is_repeated_call(error: &DbErr) -> bool {
    matches!(error, DbErr::Custom(text) if text == REPEATED_CALL)
}

fn code_of(error: &DbErr) -> Option<String> {
    sqlx_of(error)?.as_database_error().and_then(|e| e.code().map(|c| c.into_owned()))
}

fn sqlx_of(error: &DbErr) -> Option<&SqlxError> {
    let (DbErr::Exec(RuntimeErr::SqlxError(inner))
    | DbErr::Query(RuntimeErr::SqlxError(inner))
    | DbErr::Conn(RuntimeErr::SqlxError(inner))) = error
    else {
        return None;
    };
    Some(inner.as_ref())
}
