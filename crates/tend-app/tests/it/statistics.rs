//! SQLite looks what one customer has up by the customer, on every connection.

use tend_app::platform::{Db, migrate, sql};
use tend_testkit::World;

/// The tables whose rows belong to one customer, with the index by which they are looked up.
const BY_CUSTOMER: [(&str, &str); 9] = [
    ("contact_point", "contact_point_by_customer"),
    ("customer_consent", "customer_consent_by_customer"),
    ("agreement", "agreement_by_customer"),
    ("bill", "bill_by_customer"),
    ("payment", "payment_by_customer"),
    ("purchase", "purchase_once"),
    ("journal_fact", "journal_fact_by_customer"),
    ("touch", "touch_by_customer"),
    ("contact", "contact_by_customer"),
];

async fn way(db: &Db, table: &str) -> String {
    let text = format!("EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE bucket = 3 AND customer_id = x'00'");
    sql(&text).one(db.read(), |row| row.get::<String>("detail")).await.expect("the plan").expect("a line")
}

#[tokio::test]
async fn what_a_customer_has_is_looked_up_by_the_customer() {
    let world = World::on_sqlite().await;
    let db = world.app.db();
    // Figures are read when a statement is stepped, not when it is explained.
    sql("SELECT COUNT(*) FROM customer").value::<i64>(db.read()).await.expect("a count");
    for (table, index) in BY_CUSTOMER {
        let way = way(db, table).await;
        assert!(way.contains(index), "{table}: {way}");
    }
}

#[tokio::test]
async fn the_figures_are_written_once() {
    let world = World::on_sqlite().await;
    let db = world.app.db();
    let version = || async { sql("PRAGMA schema_version").value::<i64>(db.writer()).await.expect("a version") };
    let before = version().await;
    migrate(db).await.expect("nothing to migrate");
    assert_eq!(version().await, before);
}

/// What is over with an export or a bulk edit goes in steps of a thousand rows: each finds them by it, not by reading all.
#[tokio::test]
async fn rows_of_what_is_over_are_found_by_what_they_belong_to() {
    let world = World::on_sqlite().await;
    let db = world.app.db();
    sql("SELECT COUNT(*) FROM customer").value::<i64>(db.read()).await.expect("a count");
    for (rows, of, by, index) in [
        ("customer_export_row", "customer_export", "export_id", "customer_export_row_by_export"),
        ("bulk_edit_row", "bulk_edit", "bulk_id", "bulk_edit_row_by_state"),
    ] {
        let (old, ended) =
            if of == "bulk_edit" { ("finished_at_ms", "1 = 1") } else { ("expires_at_ms", "h.state = 'expired'") };
        for question in [
            format!(
                "SELECT t.customer_id FROM {rows} t WHERE t.{by} IN (SELECT h.id FROM {of} h WHERE {ended} AND h.{old} < 5) LIMIT 1000"
            ),
            format!(
                "SELECT h.id FROM {of} h WHERE h.{old} < 5 AND NOT EXISTS (SELECT 1 FROM {rows} r WHERE r.{by} = h.id) LIMIT 1000"
            ),
        ] {
            let steps = sql(&format!("EXPLAIN QUERY PLAN {question}"));
            let steps = steps.all(db.read(), |row| row.get::<String>("detail")).await.expect("the plan");
            assert!(steps.iter().any(|step| step.contains(index)), "{question}: {steps:?}");
        }
    }
}

#[tokio::test]
async fn erasures_are_found_among_all_entries_by_an_index_of_their_own() {
    let world = World::on_sqlite().await;
    let steps = sql("EXPLAIN QUERY PLAN SELECT id FROM journal_fact
         WHERE room = 'rights' AND kind = 'erased' AND at_ms >= 5 ORDER BY at_ms DESC LIMIT 10000");
    let steps = steps.all(world.app.read(), |row| row.get::<String>("detail")).await.expect("the plan");
    assert!(steps.iter().any(|step| step.contains("journal_fact_of_erasures")), "{steps:?}");
}
