//! What SQLite's planner is told of the tables of customers.
//!
//! Without statistics it takes every key for one that leaves ten rows, whatever its first column is. A bucket leaves
//! hundreds to thousands: the customer's own agreements were then looked for by walking the bucket through. The figures
//! here are those of a firm of a million customers; they need not be true, only of the right order between each other,
//! and being the same everywhere they make every plan of a statement the same on every machine. PostgreSQL counts itself.

use super::{Db, sql};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr};
use tend_rules::base::BUCKETS;

/// Rows of a table of customers.
const ROWS: u64 = 1_000_000;
/// Rows that one customer has.
const OF_CUSTOMER: u64 = 4;

/// A line of `sqlite_stat1`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    table: String,
    /// The index; the table itself for the key that clusters it.
    index: String,
    /// Rows, and how many are left by each more column of the index.
    figures: String,
}

/// Gives SQLite the figures of every table that is clustered by bucket, unless it has them.
pub(super) async fn tell_planner(db: &Db) -> Result<(), DbErr> {
    if db.backend() != DbBackend::Sqlite {
        return Ok(());
    }
    let tx = db.begin().await?;
    let lines = lines(&tx).await?;
    if told(&tx).await? == lines {
        return tx.commit().await;
    }
    // Made anew, so that every connection sees that the shape of the database changed and reads the figures.
    tx.execute_unprepared("DROP TABLE IF EXISTS sqlite_stat1").await?;
    tx.execute_unprepared("ANALYZE sqlite_schema").await?;
    for Line { table, index, figures } in &lines {
        let line = sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)");
        line.bind(table.as_str()).bind(index.as_str()).bind(figures.as_str()).run(&tx).await?;
    }
    tx.commit().await?;
    db.writer().execute_unprepared("ANALYZE sqlite_schema").await?;
    Ok(())
}

/// What the database has been told, in order.
async fn told(tx: &DatabaseTransaction) -> Result<Vec<Line>, DbErr> {
    let has = sql("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'").value::<i64>(tx).await?;
    if has == 0 {
        return Ok(Vec::new());
    }
    let mut lines = sql("SELECT tbl, idx, stat FROM sqlite_stat1")
        .all(tx, |row| Ok(Line { table: row.get("tbl")?, index: row.get("idx")?, figures: row.get("stat")? }))
        .await?;
    lines.sort();
    Ok(lines)
}

/// A line for every index that begins with the bucket, in order.
async fn lines(tx: &DatabaseTransaction) -> Result<Vec<Line>, DbErr> {
    // `origin` is "pk" for the key that clusters the table: statistics call it by the table's name.
    let columns = sql("SELECT t.name AS tbl, CASE i.origin WHEN 'pk' THEN t.name ELSE i.name END AS idx,
            i.\"unique\" AS is_unique, c.name AS col
        FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
        WHERE t.type = 'table' ORDER BY t.name, i.name, c.seqno")
    .all(tx, |row| {
        let (table, index): (String, String) = (row.get("tbl")?, row.get("idx")?);
        Ok(((table, index, row.get::<i64>("is_unique")? == 1), row.get::<String>("col")?))
    })
    .await?;
    let mut lines = Vec::new();
    for index in columns.chunk_by(|left, right| left.0 == right.0) {
        let ((table, name, is_unique), _) = &index[0];
        let names: Vec<&str> = index.iter().map(|(_, column)| column.as_str()).collect();
        if names[0] == "bucket" {
            lines.push(Line { table: table.clone(), index: name.clone(), figures: figures(&names, *is_unique) });
        }
    }
    lines.sort();
    Ok(lines)
}

fn figures(columns: &[&str], is_unique: bool) -> String {
    let mut left = ROWS;
    let mut figures = vec![left];
    for (place, column) in columns.iter().enumerate() {
        left = match *column {
            "bucket" => left / u64::from(BUCKETS),
            _ if is_unique && place + 1 == columns.len() => 1,
            "id" | "fact_id" | "position" => 1,
            "customer_id" | "touch_id" | "purchase_id" | "household_id" => left.min(OF_CUSTOMER),
            _ => left.div_ceil(2),
        };
        figures.push(left);
    }
    figures.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}
