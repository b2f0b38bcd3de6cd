//! Which master key is in use: one row that every program on the database reads, also before it wraps a key.

use super::masters::KeyId;
use super::{Db, KeyError, Keyring, Sql, sql};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use tend_rules::base::{CustomerId, Instant};

/// Why the program cannot begin on a database.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// Customers of the database were sealed with a key that this machine does not have.
    #[error("opening the database with the master key here")]
    Key(#[from] KeyError),
    /// The firm's time zone is none.
    #[error("no time zone is called {zone:?}")]
    ZoneUnknown {
        /// What was set.
        zone: String,
    },
    /// The master key was rotated on another machine, and this one still has the former.
    #[error("the master key was rotated to {id}, which is not among the keys here")]
    KeyRotated {
        /// The key in use.
        id: KeyId,
    },
}

/// Agrees with the database on the key in use; the first program on a database writes its own down.
pub(super) async fn settle(db: &Db, keys: Keyring, now: Instant) -> Result<Keyring, OpenError> {
    let stands = "SELECT key_id, firm_keys FROM master_key WHERE one = 1";
    let read = async || {
        sql(stands).one(db.read(), |row| Ok((row.get::<i64>("key_id")?, row.get::<Vec<u8>>("firm_keys")?))).await
    };
    if read().await?.is_none() {
        fits(db, &keys).await?;
        let id = keys.masters().in_use();
        sql("INSERT INTO master_key (one, key_id, firm_keys, since_ms) VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(id.number())
            .bind(keys.firm_keys_under(id)?)
            .bind(now)
            .run(db.writer())
            .await?;
    }
    let (id, sealed) = read().await?.ok_or_else(|| DbErr::RecordNotFound("the master key in use".into()))?;
    let id = KeyId::from_number(id);
    match keys.masters().turn_to(id) {
        Ok(()) => Ok(keys.with_firm_keys(id, &sealed)?),
        Err(_) if was_rotated_from(db, &keys.masters().ids()).await? => Err(OpenError::KeyRotated { id }),
        Err(error) => Err(error.into()),
    }
}

/// The keys of the firm that the database holds, opened; for a look at a database that is not served.
pub async fn firm_keys(db: &Db, keys: Keyring) -> Result<Keyring, OpenError> {
    let stands = sql("SELECT key_id, firm_keys FROM master_key WHERE one = 1");
    let row = stands.one(db.read(), |row| Ok((row.get::<i64>("key_id")?, row.get::<Vec<u8>>("firm_keys")?)));
    let Some((id, sealed)) = row.await? else { return Ok(keys) };
    let id = KeyId::from_number(id);
    keys.masters().turn_to(id)?;
    Ok(keys.with_firm_keys(id, &sealed)?)
}

/// Whether a customer's key opens, before a key is written down as the database's own.
async fn fits(db: &Db, keys: &Keyring) -> Result<(), OpenError> {
    let one = sql("SELECT customer_id, wrapped FROM customer_key LIMIT 1");
    let one = one.one(db.read(), |row| Ok((row.get::<CustomerId>("customer_id")?, row.get::<Vec<u8>>("wrapped")?)));
    if let Some((customer, wrapped)) = one.await? {
        keys.customer_key(customer, &wrapped)?;
    }
    Ok(())
}

async fn was_rotated_from(db: &Db, known: &[KeyId]) -> Result<bool, DbErr> {
    let found: i64 = sql("SELECT COUNT(*) FROM key_rotation WHERE mode = 'master' AND from_key IN ")
        .list(known.iter().map(|id| id.number()))
        .value(db.read())
        .await?;
    Ok(found > 0)
}

/// The key in use as the transaction sees it. On PostgreSQL it stays so until the transaction ends: whoever turns to a
/// new key waits, so that no key is wrapped with the former one after that.
pub async fn key_in_use(db: &impl ConnectionTrait) -> Result<KeyId, DbErr> {
    const PLAIN: &str = "SELECT key_id FROM master_key WHERE one = 1";
    const HOLDING: &str = "SELECT key_id FROM master_key WHERE one = 1 FOR SHARE";
    let text = if db.get_database_backend() == DbBackend::Postgres { HOLDING } else { PLAIN };
    let ask: Sql = sql(text);
    Ok(KeyId::from_number(ask.value(db).await?))
}
