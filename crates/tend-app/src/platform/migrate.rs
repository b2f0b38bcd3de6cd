//! Forward-only migrations: one dated SQL file each, with tokens where the two databases differ.

use super::statistics::tell_planner;
use super::{Db, sql};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr};

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
    ("m20261123_000009_create_report_views", include_str!("../../migrations/m20261123_000009_create_report_views.sql")),
    (
        "m20261123_000010_create_attention_views",
        include_str!("../../migrations/m20261123_000010_create_attention_views.sql"),
    ),
    (
        "m20261123_000011_create_customer_sight",
        include_str!("../../migrations/m20261123_000011_create_customer_sight.sql"),
    ),
    (
        "m20261123_000012_index_touch_by_state",
        include_str!("../../migrations/m20261123_000012_index_touch_by_state.sql"),
    ),
    ("m20261123_000040_create_live_news", include_str!("../../migrations/m20261123_000040_create_live_news.sql")),
    ("m20261123_000041_create_saved_views", include_str!("../../migrations/m20261123_000041_create_saved_views.sql")),
    (
        "m20261123_000042_create_presence_and_notices",
        include_str!("../../migrations/m20261123_000042_create_presence_and_notices.sql"),
    ),
    ("m20261123_000043_create_bulk_edits", include_str!("../../migrations/m20261123_000043_create_bulk_edits.sql")),
    ("m20261123_000050_create_ledger", include_str!("../../migrations/m20261123_000050_create_ledger.sql")),
    (
        "m20261123_000060_note_address_of_sign_in_failure",
        include_str!("../../migrations/m20261123_000060_note_address_of_sign_in_failure.sql"),
    ),
    ("m20261123_000061_create_api_token", include_str!("../../migrations/m20261123_000061_create_api_token.sql")),
    ("m20261123_000062_create_unmask_tally", include_str!("../../migrations/m20261123_000062_create_unmask_tally.sql")),
    ("m20261124_000091_create_key_rotation", include_str!("../../migrations/m20261124_000091_create_key_rotation.sql")),
    ("m20261129_000120_create_rights", include_str!("../../migrations/m20261129_000120_create_rights.sql")),
    ("m20261129_000130_create_trace", include_str!("../../migrations/m20261129_000130_create_trace.sql")),
    ("m20261129_000140_create_passkey", include_str!("../../migrations/m20261129_000140_create_passkey.sql")),
    ("m20261129_000141_create_sso", include_str!("../../migrations/m20261129_000141_create_sso.sql")),
    ("m20261129_000170_create_webhook", include_str!("../../migrations/m20261129_000170_create_webhook.sql")),
    (
        "m20261129_000160_create_customer_export",
        include_str!("../../migrations/m20261129_000160_create_customer_export.sql"),
    ),
    ("m20261129_000116_let_texts_be_edited", include_str!("../../migrations/m20261129_000116_let_texts_be_edited.sql")),
    ("m20261129_000117_create_working_day", include_str!("../../migrations/m20261129_000117_create_working_day.sql")),
    (
        "m20261129_000115_create_customer_merge",
        include_str!("../../migrations/m20261129_000115_create_customer_merge.sql"),
    ),
    ("m20261129_000119_show_state_of_touch", include_str!("../../migrations/m20261129_000119_show_state_of_touch.sql")),
    (
        "m20261129_000121_publish_plan_from_a_day",
        include_str!("../../migrations/m20261129_000121_publish_plan_from_a_day.sql"),
    ),
    ("m20261129_000122_create_gift", include_str!("../../migrations/m20261129_000122_create_gift.sql")),
    (
        "m20261129_000123_index_customer_lists",
        include_str!("../../migrations/m20261129_000123_index_customer_lists.sql"),
    ),
    (
        "m20261129_000135_note_when_a_provider_saw_the_person",
        include_str!("../../migrations/m20261129_000135_note_when_a_provider_saw_the_person.sql"),
    ),
    (
        "m20261129_000181_create_handed_password",
        include_str!("../../migrations/m20261129_000181_create_handed_password.sql"),
    ),
    ("m20261129_000182_create_ledger_node", include_str!("../../migrations/m20261129_000182_create_ledger_node.sql")),
    (
        "m20261129_000190_let_withdrawn_work_be_made_again",
        include_str!("../../migrations/m20261129_000190_let_withdrawn_work_be_made_again.sql"),
    ),
    (
        "m20261129_000191_name_purchase_line_again",
        include_str!("../../migrations/m20261129_000191_name_purchase_line_again.sql"),
    ),
    (
        "m20261129_000192_name_check_of_upload",
        include_str!("../../migrations/m20261129_000192_name_check_of_upload.sql"),
    ),
    ("m20261130_000193_retire_process", include_str!("../../migrations/m20261130_000193_retire_process.sql")),
    (
        "m20261130_000194_let_index_hold_what_nights_read",
        include_str!("../../migrations/m20261130_000194_let_index_hold_what_nights_read.sql"),
    ),
    (
        "m20261130_000200_let_consents_be_taken_back",
        include_str!("../../migrations/m20261130_000200_let_consents_be_taken_back.sql"),
    ),
    (
        "m20261130_000201_let_verdicts_be_taken_back",
        include_str!("../../migrations/m20261130_000201_let_verdicts_be_taken_back.sql"),
    ),
    (
        "m20261130_000202_let_outcome_codes_be_changed",
        include_str!("../../migrations/m20261130_000202_let_outcome_codes_be_changed.sql"),
    ),
    (
        "m20261130_000211_seal_repairs_of_files",
        include_str!("../../migrations/m20261130_000211_seal_repairs_of_files.sql"),
    ),
    (
        "m20261130_000212_take_empty_households_away",
        include_str!("../../migrations/m20261130_000212_take_empty_households_away.sql"),
    ),
    (
        "m20261130_000213_let_views_be_brought_back",
        include_str!("../../migrations/m20261130_000213_let_views_be_brought_back.sql"),
    ),
    (
        "m20261130_000231_index_rows_of_exports",
        include_str!("../../migrations/m20261130_000231_index_rows_of_exports.sql"),
    ),
    ("m20261130_000232_index_erasures", include_str!("../../migrations/m20261130_000232_index_erasures.sql")),
    (
        "m20261130_000233_let_batches_leave_rows_out",
        include_str!("../../migrations/m20261130_000233_let_batches_leave_rows_out.sql"),
    ),
];

/// Brings the database to the newest shape. Each migration is one transaction that also records its name, so that a
/// kill in between leaves it either done or not begun. Two processes that start at once take turns: on SQLite by the
/// write lock that the transaction takes at its beginning, on PostgreSQL by an advisory lock.
pub async fn migrate(db: &Db) -> Result<usize, DbErr> {
    let tx = take_turn(db).await?;
    tx.execute_unprepared("CREATE TABLE IF NOT EXISTS migration (name TEXT NOT NULL PRIMARY KEY)").await?;
    tx.commit().await?;
    let mut applied = 0;
    for (name, text) in MIGRATIONS {
        let tx = take_turn(db).await?;
        let done: i64 = sql("SELECT COUNT(*) FROM migration WHERE name = $1").bind(*name).value(&tx).await?;
        if done == 0 {
            tx.execute_unprepared(&in_dialect(text, db.backend())).await?;
            sql("INSERT INTO migration (name) VALUES ($1)").bind(*name).run(&tx).await?;
            applied += 1;
        }
        tx.commit().await?;
    }
    tell_planner(db).await?;
    Ok(applied)
}

/// How many migrations the database still needs; changes nothing.
pub async fn migrations_waiting(db: &Db) -> Result<usize, DbErr> {
    sql("SELECT 1").value::<i32>(db.read()).await?;
    let names = sql("SELECT name FROM migration").all(db.read(), |row| row.get::<String>("name")).await;
    // Without the table nothing was ever migrated: the server answered above.
    let names = names.unwrap_or_default();
    Ok(MIGRATIONS.iter().filter(|(name, _)| !names.iter().any(|done| done == name)).count())
}

/// How many migrations the database has that this program does not know: it was used by a newer one.
pub async fn migrations_unknown(db: &Db) -> Result<usize, DbErr> {
    let names = sql("SELECT name FROM migration").all(db.read(), |row| row.get::<String>("name")).await?;
    Ok(names.iter().filter(|done| !MIGRATIONS.iter().any(|(name, _)| name == done)).count())
}

/// Begins a transaction in which nobody else changes the shape of the data.
pub(super) async fn take_turn(db: &Db) -> Result<DatabaseTransaction, DbErr> {
    let tx = db.begin().await?;
    if db.backend() == DbBackend::Postgres {
        tx.execute_unprepared("SELECT pg_advisory_xact_lock(7433101)").await?;
    }
    Ok(tx)
}

fn in_dialect(text: &str, backend: DbBackend) -> String {
    let (uuid, bytes, clustered, postgres) = match backend {
        DbBackend::Postgres => ("UUID", "BYTEA", "", ""),
        _ => ("BLOB", "BLOB", "WITHOUT ROWID", "--"),
    };
    let text = text.replace("{uuid}", uuid).replace("{bytes}", bytes);
    text.replace("{clustered}", clustered).replace("{postgres}", postgres)
}
