//! Rows that go over to another customer. The bucket is a row's place and never changes (facts of scale), so a row is
//! written anew in the other bucket and deleted in the first. Every column goes along that the table has: one that a
//! later migration adds moves by itself.

use super::sql;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Value};

const SQLITE_COLUMNS: &str = "SELECT name FROM pragma_table_info($1) ORDER BY cid";
const POSTGRES_COLUMNS: &str = "SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns
    WHERE CAST(table_name AS TEXT) = $1 AND table_schema = current_schema() ORDER BY ordinal_position";

/// A column and a value.
pub type Named<'n> = (&'n str, Value);

/// A table with its columns as they are in this database.
#[derive(Debug)]
pub struct Table {
    name: &'static str,
    columns: Vec<String>,
}

impl Table {
    /// Reads the columns of a table.
    pub async fn of(db: &impl ConnectionTrait, name: &'static str) -> Result<Self, DbErr> {
        let text = if db.get_database_backend() == DbBackend::Sqlite { SQLITE_COLUMNS } else { POSTGRES_COLUMNS };
        let columns = sql(text).bind(name).all(db, |row| row.get("name")).await?;
        Ok(Self { name, columns })
    }

    /// Writes the rows found in the table `from` into this one, with fresh values in some columns. `from` has at least
    /// the columns of this table that are not fresh.
    pub async fn take(
        &self,
        db: &impl ConnectionTrait,
        from: &str,
        found: &[Named<'_>],
        fresh: &[Named<'_>],
    ) -> Result<u64, DbErr> {
        let mut statement = sql(&format!("INSERT INTO {} ({}) SELECT ", self.name, self.columns.join(", ")));
        for (place, column) in self.columns.iter().enumerate() {
            statement = statement.text(if place > 0 { ", " } else { "" });
            statement = match fresh.iter().find(|(name, _)| name == column) {
                Some((_, value)) => statement.arg(value.clone()),
                None => statement.text(column),
            };
        }
        with_found(statement.text(&format!(" FROM {from}")), found).run(db).await
    }

    /// Writes rows of this table once more, with fresh values in some columns.
    pub async fn copy(
        &self,
        db: &impl ConnectionTrait,
        found: &[Named<'_>],
        fresh: &[Named<'_>],
    ) -> Result<u64, DbErr> {
        self.take(db, self.name, found, fresh).await
    }

    /// Moves rows: those that stay in their place get the fresh values there, others are written anew and deleted.
    pub async fn carry(
        &self,
        db: &impl ConnectionTrait,
        found: &[Named<'_>],
        fresh: &[Named<'_>],
    ) -> Result<u64, DbErr> {
        let stays = found.iter().all(|known| fresh.iter().all(|(name, value)| *name != known.0 || *value == known.1));
        if !stays {
            self.copy(db, found, fresh).await?;
            return self.delete(db, found).await;
        }
        let mut statement = sql(&format!("UPDATE {} SET ", self.name));
        for (place, (name, value)) in fresh.iter().enumerate() {
            statement =
                statement.text(if place > 0 { ", " } else { "" }).text(&format!("{name} = ")).arg(value.clone());
        }
        with_found(statement, found).run(db).await
    }

    /// Deletes rows.
    pub async fn delete(&self, db: &impl ConnectionTrait, found: &[Named<'_>]) -> Result<u64, DbErr> {
        with_found(sql(&format!("DELETE FROM {}", self.name)), found).run(db).await
    }
}

fn with_found(mut statement: super::Sql, found: &[Named<'_>]) -> super::Sql {
    for (place, (name, value)) in found.iter().enumerate() {
        let joint = if place > 0 { "AND" } else { "WHERE" };
        statement = statement.text(&format!(" {joint} {name} = ")).arg(value.clone());
    }
    statement
}
