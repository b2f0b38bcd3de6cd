//! What a proof of one entry reads of a long ledger.

use serde_json::json;
use tend_app::journal;
use tend_app::journal::ledger::{Proving, Reads, seal_now};
use tend_app::platform::sql;
use tend_rules::base::{Bucket, CustomerId, FactId};
use tend_rules::journal::{Doer, Fact};
use tend_testkit::{World, each_store};

/// A fact in every bucket, sealed: about a thousand blocks.
async fn a_thousand_blocks(world: &World) {
    let tx = world.app.begin().await.expect("a transaction");
    let about = |bucket: u64| CustomerId(world.app.new_id(Bucket::of(bucket)));
    let facts = (0..1024).map(|bucket| Fact::about(about(bucket), "customer", "seen", json!({}))).collect();
    journal::append_all(&world.app, &tx, Doer::Program("test"), facts).await.expect("told");
    tx.commit().await.expect("committed");
    seal_now(&world.app).await.expect("sealed");
}

async fn every_hundredth(world: &World) -> Vec<FactId> {
    let facts = sql("SELECT e.fact_id FROM ledger_entry e JOIN ledger_block b
           ON b.bucket = e.bucket AND b.first_position = e.position
         ORDER BY b.number");
    let facts = facts.all(world.app.read(), |row| row.get::<FactId>(0)).await.expect("facts");
    facts.into_iter().step_by(100).collect()
}

/// Proves a fact on its own; answers what that read.
async fn proved(world: &World, fact: FactId) -> Reads {
    let mut proving = Proving::begin(world.app.db()).await.expect("read").expect("a head");
    let proof = proving.prove(fact).await.expect("a proof");
    assert_eq!((proof.check(), proof.entry.id), (Ok(()), fact));
    proving.reads()
}

async fn run(world: &World, text: &str) {
    let tx = world.app.begin().await.expect("a transaction");
    sql(text).run(&*tx).await.expect("whoever owns the database may do anything");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_proof_reads_a_few_subtrees_however_long_the_ledger_is() {
    each_store(async |world| {
        for _ in 0..3 {
            a_thousand_blocks(&world).await;
        }
        let blocks: i64 = sql("SELECT COUNT(*) FROM ledger_block").value(world.app.read()).await.expect("a count");
        assert!(blocks > 3000, "{blocks}");
        let facts = every_hundredth(&world).await;
        let mut most = Reads::default();
        for fact in &facts {
            let reads = proved(&world, *fact).await;
            most = Reads { blocks: most.blocks.max(reads.blocks), nodes: most.nodes.max(reads.nodes) };
        }
        assert!(most.blocks <= 126 && most.nodes <= 24, "of {blocks} blocks a proof read {most:?}");

        // Many proofs to one head share what they read.
        let mut proving = Proving::begin(world.app.db()).await.expect("read").expect("a head");
        for fact in &facts {
            proving.prove(*fact).await.expect("a proof");
        }
        let shared = proving.reads();
        assert!(shared.blocks + shared.nodes < facts.len() as u64 * 100, "{shared:?}");
    })
    .await;
}

#[tokio::test]
async fn a_ledger_without_its_index_or_with_a_false_one_still_gives_right_proofs() {
    each_store(async |world| {
        a_thousand_blocks(&world).await;
        let facts = every_hundredth(&world).await;
        let few = proved(&world, facts[3]).await;
        assert!(few.nodes > 0, "{few:?}");

        run(&world, "DELETE FROM ledger_node").await;
        let all = proved(&world, facts[3]).await;
        assert!(all.nodes == 0 && all.blocks > 900, "one of before: {all:?}");
        a_thousand_blocks(&world).await;
        let again = proved(&world, facts[3]).await;
        assert!(again.nodes > 0 && again.blocks <= 126, "the next sealing caught up: {again:?}");

        run(&world, "UPDATE ledger_node SET hash = (SELECT root FROM ledger_block WHERE number = 0)").await;
        let lied = proved(&world, facts[3]).await;
        assert!(lied.blocks > 1000, "the blocks are asked: {lied:?}");
    })
    .await;
}
