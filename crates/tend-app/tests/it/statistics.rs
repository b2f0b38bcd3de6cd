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
