//! The hash of every table of a database file, and the keys of the calls that it has answered.

use anyhow::Result;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::path::Path;

fn open(database: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.execute_batch("BEGIN")?;
    Ok(connection)
}

/// Name and hash of every table, in order; all as of one moment.
pub fn hash_of_tables(database: &Path) -> Result<Vec<(String, String)>> {
    let connection = open(database)?;
    let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let names: Vec<String> = names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    names.into_iter().map(|name| Ok((name.clone(), hash_of(&connection, &name)?))).collect()
}

/// In the order of its key: a table is stored by it.
fn hash_of(connection: &Connection, table: &str) -> Result<String> {
    let mut hash = Sha256::new();
    let mut statement = connection.prepare(&format!("SELECT * FROM \"{table}\""))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            match row.get_ref(column)? {
                ValueRef::Null => hash.update(b"n"),
                ValueRef::Integer(number) => hash.update(number.to_be_bytes()),
                ValueRef::Real(number) => hash.update(number.to_be_bytes()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                    hash.update((bytes.len() as u64).to_be_bytes());
                    hash.update(bytes);
                }
            }
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The idempotency keys of the calls that were carried out.
pub fn answered_keys(database: &Path) -> Result<HashSet<String>> {
    let connection = open(database)?;
    let mut keys = connection.prepare("SELECT key FROM given_answer")?;
    let keys = keys.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(keys)
}
