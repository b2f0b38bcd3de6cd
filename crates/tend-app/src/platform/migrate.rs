//! Forward-only migrations: one dated SQL file each, with tokens where the two databases differ.

use super::Db;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, TransactionTrait};

/// Name and text, oldest first. Never edit one that shipped.
const MIGRATIONS: &[(&str, &str)] = &[
    ("m20261123_000001_create_platform", include_str!("../../migrations/m20261123_000001_create_platform.sql")),
    ("m20261123_000002_create_journal", include_str!("../../migrations/m20261123_000002_create_journal.sql")),
    ("m20261123_000003_create_org", include_str!("../../migrations/m20261123_000003_create_org.sql")),
    ("m20261123_000004_create_customer", include_str!("../../migrations/m20261123_000004_create_customer.sql")),
    ("m20261123_000005_create_intake", include_str!("../../migrations/m20261123_000005_create_intake.sql")),
    ("m20261123_000006_create_plan", include_str!("../../migrations/m20261123_000006_create_plan.sql")),
    ("m20261123_000007_create_work", include_str!("../../migrations/m20261123_000007_create_work.sql")),
    ("m20261123_000008_create_contact", include_str!("../../migrations/m20261123_000008_create_contact.sql")),
];

/// Brings the database to the newest shape. Each migration is one transaction that also records its name, so that a
/// kill in between leaves it either done or not begun.
pub async fn migrate(db: &Db) -> Result<usize, DbErr> {
    let writer = db.writer();
    writer.execute_unprepared("CREATE TABLE IF NOT EXISTS migration (name TEXT NOT NULL PRIMARY KEY)").await?;
    let done = super::sql("SELECT name FROM migration").all(writer, |row| row.get::<String>("name")).await?;
    let mut applied = 0;
    for (name, text) in MIGRATIONS.iter().filter(|(name, _)| !done.iter().any(|d| d == name)) {
        let tx = writer.begin().await?;
        tx.execute_unprepared(&in_dialect(text, db.backend())).await?;
        super::sql("INSERT INTO migration (name) VALUES ($1)").bind(*name).run(&tx).await?;
        tx.commit().await?;
        applied += 1;
    }
    Ok(applied)
}

fn in_dialect(text: &str, backend: DbBackend) -> String {
    let (uuid, bytes, clustered) = match backend {
        DbBackend::Postgres => ("UUID", "BYTEA", ""),
        _ => ("BLOB", "BLOB", "WITHOUT ROWID"),
    };
    text.replace("{uuid}", uuid).replace("{bytes}", bytes).replace("{clustered}", clustered)
}
