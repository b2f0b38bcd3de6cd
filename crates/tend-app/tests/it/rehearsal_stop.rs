//! A rehearsal that nobody waits for any more ends with the day under way.

use crate::rotation::more_customers;
use std::time::Duration;
use tend_app::plan::{install_playbook, rehearsal};
use tend_rules::journal::Doer;
use tend_testkit::{Listener, World};

const DAYS: u16 = 90;

/// The day of the next news of a rehearsal; none once it is silent.
async fn day_told(line: &mut Listener, patience: Duration) -> Option<u16> {
    loop {
        let heard = line.next_within(patience).await?;
        if heard.data["kind"] == "rehearsed" {
            return heard.data["id"].as_str()?.split('/').next()?.parse().ok();
        }
    }
}

#[tokio::test]
async fn a_rehearsal_ends_when_whoever_asked_goes_away() {
    let world = World::on_sqlite().await;
    let app = &world.app;
    more_customers(app, &world, 0, 1_000).await;
    let tx = app.begin().await.expect("a transaction");
    install_playbook(app, &tx, Doer::Program("test"), "insurance").await.expect("a playbook");
    tx.commit().await.expect("installed");
    let (hq, mut line) = (world.staff("hq"), world.sign_in("hq").await.listen("/api/events").await);
    line.next().await;

    // Where the first news comes later than the last day there was nothing to end: then once more.
    for _ in 0..20 {
        let mut last = tokio::select! {
            _ = rehearsal(app, hq, None, DAYS) => 0,
            told = day_told(&mut line, Duration::from_secs(60)) => told.expect("how far it is"),
        };
        while let Some(day) = day_told(&mut line, Duration::from_millis(700)).await {
            last = day;
        }
        if last < DAYS {
            return;
        }
    }
    panic!("it always went on to its end with nobody waiting");
}
