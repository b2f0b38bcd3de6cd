//! A program that starts anew seals on: as if it had never ended, and without reading the ledger again.

use serde_json::json;
use tend_app::journal::ledger::{LedgerError, Sealed, audit, seal_now};
use tend_app::platform::sql;
use tend_app::{App, journal};
use tend_rules::base::{Bucket, CustomerId};
use tend_rules::journal::ledger::{FaultKind, Faults};
use tend_rules::journal::{Doer, Fact};
use tend_testkit::{World, each_store};

/// Tells of customers in so many buckets from one on: as many blocks once they are sealed.
async fn tell(world: &World, from: u64, count: u64) {
    let tx = world.app.begin().await.expect("a transaction");
    let about = |bucket: u64| CustomerId(world.app.new_id(Bucket::of(bucket)));
    let facts = (from..from + count).map(|bucket| Fact::about(about(bucket), "customer", "seen", json!({}))).collect();
    journal::append_all(&world.app, &tx, Doer::Program("test"), facts).await.expect("told");
    tx.commit().await.expect("committed");
}

/// Seals in a program that remembers nothing.
async fn sealed_anew(world: &World) -> Result<Sealed, LedgerError> {
    let (config, keys, clock) = (world.app.config(), world.app.keys(), world.app.clock());
    let fresh = App::open(config.clone(), keys.clone(), clock.clone()).await.expect("another process");
    seal_now(&fresh).await
}

async fn faults(world: &World) -> Faults {
    audit(world.app.db(), Some(world.app.keys().signer().id()), None).await.expect("the ledger is read").faults
}

async fn blocks(world: &World) -> u64 {
    let count: i64 = sql("SELECT COUNT(*) FROM ledger_block").value(world.app.read()).await.expect("a count");
    count.unsigned_abs()
}

async fn behind_its_back(world: &World, text: &str) {
    sql(text).run(world.app.db().writer()).await.expect("whoever owns the database may do anything");
}

#[tokio::test]
async fn a_head_of_a_program_that_starts_anew_is_that_of_all_blocks_whatever_their_number() {
    each_store(async |world| {
        let (mut from, mut by_nodes) = (0, 0);
        for count in [1, 40, 22, 1, 1, 62, 1, 1, 63, 64, 65, 130, 7, 200, 3] {
            tell(&world, from, count).await;
            from += count;
            by_nodes += u64::from(sealed_anew(&world).await.expect("sealed").reads.nodes > 0);
        }
        assert!(by_nodes >= 10, "{by_nodes}");
        // Every head is held against all blocks before it.
        assert_eq!(faults(&world).await, Faults::default());
    })
    .await;
}

#[tokio::test]
async fn a_program_that_starts_anew_reads_little_of_a_long_ledger() {
    each_store(async |world| {
        for _ in 0..5 {
            tell(&world, 0, 1024).await;
            seal_now(&world.app).await.expect("sealed");
        }
        tell(&world, 77, 3).await;
        let reads = sealed_anew(&world).await.expect("sealed").reads;
        let all = blocks(&world).await;
        assert!(all > 5_000 && reads.blocks <= 1024 + 63 + 3 && reads.nodes <= 24, "{reads:?} of {all}");
        tell(&world, 500, 3).await;
        seal_now(&world.app).await.expect("sealed by a program that remembers an older head");
        tell(&world, 600, 3).await;
        assert!(seal_now(&world.app).await.expect("sealed").reads.blocks <= 3, "only what is new");
        assert_eq!(faults(&world).await, Faults::default());
    })
    .await;
}

#[tokio::test]
async fn nodes_that_are_false_or_missing_cost_a_reading_of_all_blocks() {
    each_store(async |world| {
        tell(&world, 0, 1024).await;
        seal_now(&world.app).await.expect("sealed");
        behind_its_back(&world, "UPDATE ledger_node SET hash = (SELECT root FROM ledger_block WHERE number = 0)").await;
        tell(&world, 0, 5).await;
        assert!(sealed_anew(&world).await.expect("sealed").reads.blocks > 1024);
        behind_its_back(&world, "DELETE FROM ledger_node WHERE level > 6").await;
        tell(&world, 0, 5).await;
        assert!(sealed_anew(&world).await.expect("sealed").reads.blocks > 1024);
        assert_eq!(faults(&world).await, Faults::default());

        // What is changed where no node stands for it stops the sealing; under a node the check finds it.
        behind_its_back(&world, "UPDATE ledger_block SET at_ms = at_ms + 1 WHERE number = 0").await;
        let changed = faults(&world).await;
        assert!(changed.named.iter().any(|fault| fault.kind == FaultKind::HeadContradicted), "{changed:?}");
        let last = "UPDATE ledger_block SET at_ms = at_ms + 1 WHERE number = (SELECT MAX(number) FROM ledger_block)";
        behind_its_back(&world, last).await;
        tell(&world, 0, 5).await;
        assert!(matches!(sealed_anew(&world).await, Err(LedgerError::Damaged { .. })));
    })
    .await;
}
