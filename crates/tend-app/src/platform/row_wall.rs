//! The second wall on PostgreSQL: while a person's call is carried out, its connections work as a role for which the
//! database itself hides every customer outside the person's scope, so that a statement that forgot its scope shows
//! nothing more. The first wall, the scope in each statement, stands on both databases and is what the desk relies on;
//! this one never decides what a person may see, only that a slip shows less instead of more.
//!
//! The scope travels with the task that carries the call out, not with the statement: a statement cannot forget it. What
//! works for the whole firm (jobs, the command line) has none. The policies stand in `migrations/row_security.sql`.

use super::{Db, sql};
use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::{Connection, Error, PgConnection, Postgres, query};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sha2::{Digest, Sha256};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tend_rules::base::Instant;
use uuid::Uuid;

/// The policies, with `{schema}` for the schema of the tables.
const POLICIES: &str = include_str!("../../migrations/row_security.sql");

/// The role as which a person's calls work.
const ROLE: &str = "tend_scoped";

/// One round trip for all three, in place of the one that only asks whether the connection lives.
const TAKE_PLACE: &str = "SELECT set_config('role', $1, FALSE), set_config('tend.scope_kind', $2, FALSE),
    set_config('tend.scope_id', $3, FALSE)";

/// The setting that says which policies stand.
const SETTING: &str = "row_security";

/// From where rows are seen; the room of people makes it of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowPlace {
    /// The program itself: everything.
    Firm,
    /// A unit and everything below it.
    Subtree(Uuid),
    /// One person's own.
    Own(Uuid),
    /// No customer at all.
    Nothing,
}

tokio::task_local! {
    static PLACE: RowPlace;
}

/// Carries `work` out behind the wall: on PostgreSQL its statements see what can be seen from `place`, and no more.
pub async fn behind_wall<F: Future>(place: impl Into<RowPlace>, work: F) -> F::Output {
    PLACE.scope(place.into(), work).await
}

/// Carries `work` out before the wall: for the part of a person's call that concerns customers whom the person does not
/// see, such as making orphans of those whose manager leaves. Each use says why.
pub async fn before_wall<F: Future>(work: F) -> F::Output {
    PLACE.scope(RowPlace::Firm, work).await
}

/// Whether the wall stands, known to all connections of a pool.
#[derive(Debug, Clone, Default)]
pub(super) struct RowWall(Arc<AtomicBool>);

/// What is acknowledged is on the disk first: where the server says that a commit need not wait, this connection does. A
/// server that waits for more than its own disk goes on doing so.
const WAIT_FOR_THE_DISK: &str = "SELECT set_config('synchronous_commit', 'on', FALSE)
    WHERE current_setting('synchronous_commit') = 'off'";

impl RowWall {
    /// A pool whose connections take the place of each call as they are handed out, which also shows that they live.
    pub(super) fn along(&self, pool: PoolOptions<Postgres>) -> PoolOptions<Postgres> {
        let (new, known) = (self.clone(), self.clone());
        pool.test_before_acquire(false)
            .after_connect(move |connection, _| {
                let wall = new.clone();
                Box::pin(async move {
                    query(WAIT_FOR_THE_DISK).execute(&mut *connection).await?;
                    wall.take_place(connection).await
                })
            })
            .before_acquire(move |connection, _| {
                let wall = known.clone();
                Box::pin(async move { wall.take_place(connection).await.map(|()| true) })
            })
    }

    async fn take_place(&self, connection: &mut PgConnection) -> Result<(), Error> {
        if !self.0.load(Ordering::Relaxed) {
            return connection.ping().await;
        }
        let (role, kind, id) = match PLACE.try_with(|place| *place).unwrap_or(RowPlace::Firm) {
            RowPlace::Firm => ("none", "", Uuid::nil()),
            RowPlace::Subtree(unit) => (ROLE, "subtree", unit),
            RowPlace::Own(staff) => (ROLE, "own", staff),
            RowPlace::Nothing => (ROLE, "nothing", Uuid::nil()),
        };
        query(TAKE_PLACE).bind(role).bind(kind).bind(id.to_string()).execute(connection).await.map(drop)
    }

    /// Builds the wall, if it does not stand as it should, and has the pool keep behind it. Where the role is missing and
    /// may not be made, the wall stays down and the log says what to do.
    pub(super) async fn raise(&self, db: &Db, now: Instant) -> Result<(), DbErr> {
        if db.backend() != DbBackend::Postgres {
            return Ok(());
        }
        if !has_role(db).await? {
            tracing::warn!(
                "row-level security is off: as a superuser, CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO the role of Tend"
            );
            return Ok(());
        }
        build(db, now).await?;
        self.0.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Whether it stands.
    pub(super) fn stands(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Whether the program may work as the role; makes it if it may. Several programs may try at once: the one that comes
/// second finds the role there.
async fn has_role(db: &Db) -> Result<bool, DbErr> {
    const ASKED: &str =
        "SELECT COALESCE((SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = $1), FALSE)";
    if sql(ASKED).bind(ROLE).value::<bool>(db.writer()).await? {
        return Ok(true);
    }
    for statement in [format!("CREATE ROLE {ROLE} NOLOGIN"), format!("GRANT {ROLE} TO CURRENT_USER")] {
        if let Err(error) = db.writer().execute_unprepared(&statement).await {
            tracing::debug!("making the role {ROLE}: {error}");
        }
    }
    sql(ASKED).bind(ROLE).value::<bool>(db.writer()).await
}

async fn build(db: &Db, now: Instant) -> Result<(), DbErr> {
    let tx = super::migrate::take_turn(db).await?;
    let made: i64 = sql("SELECT COUNT(*) FROM migration").value(&tx).await?;
    let wanted = format!("{made}:{:x}", Sha256::digest(POLICIES));
    let read = sql("SELECT value FROM setting WHERE key = $1").bind(SETTING);
    if read.one(&tx, |row| row.get::<String>(0)).await?.as_ref() == Some(&wanted) {
        return tx.commit().await;
    }
    let schema: String = sql("SELECT quote_ident(current_schema())").value(&tx).await?;
    tx.execute_unprepared(&POLICIES.replace("{schema}", &schema)).await?;
    sql("INSERT INTO setting (key, value, set_at_ms) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, set_at_ms = excluded.set_at_ms")
    .bind(SETTING)
    .bind(wanted)
    .bind(now)
    .run(&tx)
    .await?;
    tx.commit().await
}
