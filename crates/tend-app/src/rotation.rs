//! Keys replaced while the program serves: the master key (the customers' keys are wrapped anew), or the customers' own
//! keys (their cells are sealed anew). Stands above the rooms, because it asks each of them for its cells.
//!
//! A rotation is a row with a place in the order of customers. Each chunk is one transaction that also moves the place,
//! so a kill loses at most the chunk in hand, and of two programs at it one is told so. Readers are never refused: every
//! key names its master key, both are known meanwhile, and former keys of a customer stay.

use crate::contact::{self, ContactError};
use crate::customer::{self, CustomerError, Renewed};
use crate::journal;
use crate::platform::{App, KeyError, KeyId, Row, sql};
use crate::trace::{self, TraceError};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;
use tend_rules::base::{Bucket, Instant};
use tend_rules::journal::{Doer, Fact};
use uuid::Uuid;

/// What is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The master key.
    Master,
    /// The keys of the customers.
    Customers,
}

impl Mode {
    /// Its word in the database and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::Customers => "customers",
        }
    }

    /// Customers of one transaction: short enough that a writer beside it does not notice the wait.
    const fn chunk(self) -> i64 {
        match self {
            Self::Master => 512,
            Self::Customers => 128,
        }
    }
}

/// How far a rotation is.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// The rotation.
    pub id: Uuid,
    /// What is replaced.
    pub mode: Mode,
    /// The master key before; that in use for the customers' keys.
    pub from: KeyId,
    /// The master key after.
    pub to: KeyId,
    /// Customers done.
    pub customers_done: i64,
    /// Customers in all when it began.
    pub customers_total: i64,
    /// Keys and cells written.
    pub cells_done: i64,
    /// When it began.
    pub started_at: Instant,
    /// When it ended.
    pub finished_at: Option<Instant>,
    behind: (Bucket, Uuid),
}

/// Why a rotation cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// Another one was begun and not ended.
    #[error("a rotation of {} is half done", mode.word())]
    HalfDone {
        /// What it replaces.
        mode: Mode,
    },
    /// Another program moved it on meanwhile.
    #[error("another program is at the same rotation")]
    TakenOver,
    /// A key of a customer opens with no master key here.
    #[error("opening what is to be sealed anew")]
    Key(#[from] KeyError),
    /// The customer file.
    #[error(transparent)]
    Customer(CustomerError),
    /// Contacts.
    #[error(transparent)]
    Contact(ContactError),
    /// Traces of sales.
    #[error(transparent)]
    Trace(TraceError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<TraceError> for RotationError {
    fn from(error: TraceError) -> Self {
        match error {
            TraceError::Sealed(error) => Self::Key(error),
            TraceError::Database(error) => Self::Database(error),
            error => Self::Trace(error),
        }
    }
}

impl From<CustomerError> for RotationError {
    fn from(error: CustomerError) -> Self {
        match error {
            CustomerError::Sealed(error) => Self::Key(error),
            CustomerError::Database(error) => Self::Database(error),
            error => Self::Customer(error),
        }
    }
}

impl From<ContactError> for RotationError {
    fn from(error: ContactError) -> Self {
        match error {
            ContactError::Sealed(error) => Self::Key(error),
            ContactError::Database(error) => Self::Database(error),
            error => Self::Contact(error),
        }
    }
}

const DOER: Doer = Doer::Program("keys");

/// The last rotations, newest first.
pub async fn rotations(app: &App, limit: i64) -> Result<Vec<Rotation>, DbErr> {
    read(app.read(), "ORDER BY started_at_ms DESC, id DESC", limit).await
}

/// Begins a rotation, or takes up the one that was left half done. A new master key is on the disk, and the database
/// has turned to it, when this returns.
pub async fn begin(app: &App, mode: Mode) -> Result<Rotation, RotationError> {
    let half_done = read(app.read(), "WHERE state = 'running' ORDER BY started_at_ms", 1).await?.pop();
    match half_done {
        Some(left) if left.mode == mode => {
            app.keys().masters().turn_to(left.to)?;
            return Ok(left);
        }
        Some(left) => return Err(RotationError::HalfDone { mode: left.mode }),
        None => {}
    }
    let masters = app.keys().masters();
    let from = masters.in_use();
    let to = match mode {
        Mode::Customers => from,
        Mode::Master => match waiting_key(app).await? {
            Some(id) => id,
            None => masters.add()?,
        },
    };
    let tx = app.begin().await?;
    // First of all: on PostgreSQL this waits for everybody who is about to wrap a key with the former one.
    let turned = sql(
        "UPDATE master_key SET key_id = $1, firm_keys = $2, since_ms = CASE key_id WHEN $3 THEN since_ms ELSE $4 END
         WHERE one = 1 AND key_id = $5",
    )
    .bind(to.number())
    .bind(app.keys().firm_keys_under(to)?)
    .bind(to.number())
    .bind(app.now())
    .bind(from.number())
    .run(&*tx)
    .await?;
    let running: i64 = sql("SELECT COUNT(*) FROM key_rotation WHERE state = 'running'").value(&*tx).await?;
    if turned == 0 || running > 0 {
        return Err(RotationError::TakenOver);
    }
    let total: i64 = sql("SELECT COUNT(*) FROM customer_key").value(&*tx).await?;
    let rotation = Rotation {
        id: app.new_free_id(),
        mode,
        from,
        to,
        customers_done: 0,
        customers_total: total,
        cells_done: 0,
        started_at: app.now(),
        finished_at: None,
        behind: (Bucket::of(0), Uuid::nil()),
    };
    insert(&*tx, &rotation).await?;
    note(app, &tx, "key_rotation_began", &rotation).await?;
    tx.commit().await?;
    masters.turn_to(to)?;
    Ok(rotation)
}

/// A master key that was brought here and never used: the next rotation turns to it.
pub async fn waiting_key(app: &App) -> Result<Option<KeyId>, DbErr> {
    let (former, masters) = (former_keys(app).await?, app.keys().masters());
    let in_use = masters.in_use();
    Ok(masters.ids().into_iter().find(|id| *id != in_use && !former.contains(id)))
}

/// The master keys known here that were rotated away, however long ago. Once no rotation is half done, only backups of
/// the time before need them.
pub async fn former_keys(app: &App) -> Result<Vec<KeyId>, DbErr> {
    let used = sql("SELECT DISTINCT from_key FROM key_rotation");
    let used = used.all(app.read(), |row| row.get::<i64>("from_key")).await?;
    let masters = app.keys().masters();
    let in_use = masters.in_use();
    Ok(masters.ids().into_iter().filter(|id| *id != in_use && used.contains(&id.number())).collect())
}

/// Does one chunk; answers whether there may be more. The transaction first takes the row of the rotation, so that two
/// programs never do the same chunk.
pub async fn step(app: &App, rotation: &mut Rotation) -> Result<bool, RotationError> {
    let tx = app.begin().await?;
    let taken = sql("UPDATE key_rotation SET moved_at_ms = $1
         WHERE id = $2 AND bucket = $3 AND after_id = $4 AND state = 'running'")
    .bind(app.now())
    .bind(rotation.id)
    .bind(rotation.behind.0)
    .bind(rotation.behind.1)
    .run(&*tx)
    .await?;
    if taken == 0 {
        return Err(RotationError::TakenOver);
    }
    let (behind, limit) = (rotation.behind, rotation.mode.chunk());
    let done: Renewed = match rotation.mode {
        Mode::Master => customer::rewrap_some(app, &tx, behind, limit).await?,
        Mode::Customers => {
            let mut done = customer::renew_some(app, &tx, behind, limit).await?;
            done.cells += contact::renew_notes(&tx, &done.keys).await?;
            done.cells += trace::renew_cells(&tx, &done.keys).await?;
            done
        }
    };
    let mut next = rotation.clone();
    match done.customers.last() {
        Some(last) => next.behind = (last.bucket(), last.0),
        None => next.finished_at = Some(app.now()),
    }
    next.customers_done += done.customers.len() as i64;
    next.cells_done += done.cells as i64;
    advance(&*tx, &next).await?;
    if next.finished_at.is_some() {
        note(app, &tx, "key_rotation_ended", &next).await?;
    }
    tx.commit().await?;
    *rotation = next;
    Ok(rotation.finished_at.is_none())
}

async fn note(app: &App, tx: &crate::platform::Tx, kind: &'static str, rotation: &Rotation) -> Result<(), DbErr> {
    let payload = json!({
        "mode": rotation.mode.word(), "from": rotation.from.to_string(), "to": rotation.to.to_string(),
        "customers": rotation.customers_done, "cells": rotation.cells_done,
    });
    journal::append(app, tx, DOER, Fact::of_firm("org", kind, payload)).await.map(drop)
}

async fn insert(db: &impl ConnectionTrait, rotation: &Rotation) -> Result<u64, DbErr> {
    sql("INSERT INTO key_rotation (id, mode, state, from_key, to_key, bucket, after_id, customers_total, started_at_ms,
           moved_at_ms)
         VALUES ($1, $2, 'running', $3, $4, $5, $6, $7, $8, $9)")
    .bind(rotation.id)
    .bind(rotation.mode.word())
    .bind(rotation.from.number())
    .bind(rotation.to.number())
    .bind(rotation.behind.0)
    .bind(rotation.behind.1)
    .bind(rotation.customers_total)
    .bind(rotation.started_at)
    .bind(rotation.started_at)
    .run(db)
    .await
}

async fn advance(db: &impl ConnectionTrait, rotation: &Rotation) -> Result<u64, DbErr> {
    sql("UPDATE key_rotation SET bucket = $1, after_id = $2, customers_done = $3, cells_done = $4, finished_at_ms = $5,
           state = $6
         WHERE id = $7")
    .bind(rotation.behind.0)
    .bind(rotation.behind.1)
    .bind(rotation.customers_done)
    .bind(rotation.cells_done)
    .bind(rotation.finished_at)
    .bind(if rotation.finished_at.is_some() { "done" } else { "running" })
    .bind(rotation.id)
    .run(db)
    .await
}

async fn read(db: &impl ConnectionTrait, which: &str, limit: i64) -> Result<Vec<Rotation>, DbErr> {
    sql("SELECT id, mode, from_key, to_key, bucket, after_id, customers_done, customers_total, cells_done,
           started_at_ms, finished_at_ms FROM key_rotation ")
    .text(which)
    .text(" LIMIT ")
    .arg(limit)
    .all(db, shaped)
    .await
}

fn shaped(row: &Row) -> Result<Rotation, DbErr> {
    let mode: String = row.get("mode")?;
    Ok(Rotation {
        id: row.get("id")?,
        mode: if mode == Mode::Master.word() { Mode::Master } else { Mode::Customers },
        from: KeyId::from_number(row.get("from_key")?),
        to: KeyId::from_number(row.get("to_key")?),
        customers_done: row.get("customers_done")?,
        customers_total: row.get("customers_total")?,
        cells_done: row.get("cells_done")?,
        started_at: row.get("started_at_ms")?,
        finished_at: row.get("finished_at_ms")?,
        behind: (row.get("bucket")?, row.get("after_id")?),
    })
}
