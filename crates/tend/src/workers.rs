//! Work behind the desk: the clock of the day (expiry, the night's plan) and the queues' jobs.
//!
//! A worker may be killed at any moment: the job's lease ends and another takes it; every job may run twice and changes
//! nothing the second time. Nothing here decides anything; it calls the rooms' doors.

use crate::failure::chain;
use std::time::Duration;
use tend_app::platform::{Claimed, Standing, Writes, claim, fail};
use tend_app::{App, customer, intake, journal, org, rights, segment, webhook, work};

/// How often the clock of the day is looked at.
const TICK: Duration = Duration::from_secs(30);
/// How often an empty queue is looked at.
const IDLE: Duration = Duration::from_secs(1);
/// How often it is written who came to the desk and who left it.
const HERE: Duration = Duration::from_secs(5);

/// Starts the workers; they end with the runtime.
pub fn start(app: &App) {
    match segment::sweep_kept(app) {
        Ok(0) => {}
        Ok(swept) => tracing::info!("took away {swept} files of columns that a kill left half written"),
        Err(error) => tracing::error!("looking for what a kill left of columns: {error}"),
    }
    tokio::spawn(keep_the_day(app.clone()));
    tokio::spawn(who_is_here(app.clone()));
    tokio::spawn(nights(app.clone()));
    tokio::spawn(files(app.clone()));
    tokio::spawn(bulk_edits(app.clone()));
    tokio::spawn(exports(app.clone()));
    tokio::spawn(seals(app.clone()));
    tokio::spawn(deletions(app.clone()));
    tokio::spawn(webhooks(app.clone()));
    tokio::spawn(seal_plain_words(app.clone()));
}

/// Once at every start: what an earlier version kept in plain is sealed, or goes.
async fn seal_plain_words(app: App) {
    wait_for_room(&app).await;
    match customer::seal_plain_reasons(&app).await {
        Ok(0) => {}
        Ok(sealed) => tracing::info!("{sealed} reasons of merges of an earlier version are sealed"),
        Err(error) => tracing::error!("sealing reasons of merges: {}", chain(&error)),
    }
    match customer::seal_plain_remarks(&app).await {
        Ok(0) => {}
        Ok(sealed) => tracing::info!("{sealed} remarks of labels of an earlier version are sealed"),
        Err(error) => tracing::error!("sealing remarks of labels: {}", chain(&error)),
    }
    match customer::seal_plain_proofs(&app).await {
        Ok(0) => {}
        Ok(sealed) => tracing::info!("{sealed} proofs of consents of an earlier version are sealed"),
        Err(error) => tracing::error!("sealing proofs of consents: {}", chain(&error)),
    }
    match customer::seal_plain_repairs(&app).await {
        Ok(0) => {}
        Ok(sealed) => tracing::info!("{sealed} repairs of files of an earlier version are sealed"),
        Err(error) => tracing::error!("sealing repairs of files: {}", chain(&error)),
    }
    match segment::forget_searches(&app).await {
        Ok(0) => {}
        Ok(cleaned) => tracing::info!("what was searched for is taken out of {cleaned} saved views"),
        Err(error) => tracing::error!("taking searches out of saved views: {}", chain(&error)),
    }
    match work::seal_plain_words(&app).await {
        Ok(0) => {}
        Ok(sealed) => {
            tracing::info!("{sealed} reasons of results, bulk edits and exports of an earlier version are sealed")
        }
        Err(error) => tracing::error!("sealing reasons of results, bulk edits and exports: {}", chain(&error)),
    }
}

/// Closes work whose last day is over, and calls the night once its minute has come.
async fn keep_the_day(app: App) {
    let (mut expired_on, mut warned_on, mut deleted_on) = (None, None, None);
    loop {
        wait_for_room(&app).await;
        let today = app.today();
        if expired_on != Some(today) {
            match work::expire(&app).await {
                Ok(closed) => {
                    expired_on = Some(today);
                    tracing::info!("{closed} work orders expired");
                }
                Err(error) => tracing::error!("closing expired work: {}", chain(&error)),
            }
        }
        match work::withdraw_undone(&app).await {
            Ok(0) => {}
            Ok(withdrawn) => tracing::info!("{withdrawn} work orders of batches that were taken back are withdrawn"),
            Err(error) => tracing::error!("withdrawing work of batches: {}", chain(&error)),
        }
        if let Err(error) = work::call_night(&app).await {
            tracing::error!("calling the night: {}", chain(&error));
        }
        if let Err(error) = journal::ledger::call_seal(&app).await {
            tracing::error!("calling the sealing of the ledger: {}", chain(&error));
        }
        if deleted_on != Some(today) {
            match rights::call_retention(&app).await {
                Ok(()) => deleted_on = Some(today),
                Err(error) => tracing::error!("calling the deletions: {}", chain(&error)),
            }
        }
        if let Err(error) = org::presence::forget_silent(&app).await {
            tracing::error!("forgetting silent tabs: {}", chain(&error));
        }
        if let Err(error) = segment::forget_removed_views(&app).await {
            tracing::error!("forgetting removed views: {}", chain(&error));
        }
        if let Err(error) = segment::heed_erasures(&app).await {
            tracing::error!("looking for erasures on other machines: {}", chain(&error));
        }
        if let Err(error) = work::expire_exports(&app).await {
            tracing::error!("ending exports: {}", chain(&error));
        }
        if warned_on != Some(today) {
            match work::warn_of_last_hours(&app).await {
                Ok(0) => {}
                Ok(people) => {
                    warned_on = Some(today);
                    tracing::info!("{people} people were told of work that ends today");
                }
                Err(error) => tracing::error!("telling of work that ends today: {}", chain(&error)),
            }
        }
        tokio::time::sleep(TICK).await;
    }
}

/// The team's lead sees who has the desk open. Of its own, as the clock of the day may have long work.
async fn who_is_here(app: App) {
    loop {
        wait_for_room(&app).await;
        if let Err(error) = org::here::say_who_is_here(&app).await {
            tracing::error!("writing who is here: {}", chain(&error));
        }
        tokio::time::sleep(HERE).await;
    }
}

async fn nights(app: App) {
    loop {
        let Some(job) = next(&app, work::NIGHT_QUEUE).await else { continue };
        match work::do_night(&app, &job).await {
            Ok(report) => tracing::info!("the night of {} made {} new work orders", report.day, report.new),
            Err(error) => give_back(&app, &job, &chain(&error)).await,
        }
    }
}

/// Changes of many customers at once.
async fn bulk_edits(app: App) {
    loop {
        let Some(job) = next(&app, work::BULK_QUEUE).await else { continue };
        if let Err(error) = work::do_bulk(&app, &job).await {
            give_back(&app, &job, &chain(&error)).await;
        }
    }
}

/// Files of many customers that somebody takes out.
async fn exports(app: App) {
    loop {
        let Some(job) = next(&app, work::EXPORT_QUEUE).await else { continue };
        if let Err(error) = work::do_export(&app, &job).await {
            give_back(&app, &job, &chain(&error)).await;
        }
    }
}

/// Sealings of the ledger.
async fn seals(app: App) {
    loop {
        let Some(job) = next(&app, journal::ledger::QUEUE).await else { continue };
        match journal::ledger::seal(&app, &job).await {
            Ok(sealed) => tracing::info!("{} facts sealed in {} blocks", sealed.entries, sealed.blocks),
            Err(error) => give_back(&app, &job, &chain(&error)).await,
        }
    }
}

/// Deletions of what has been kept long enough.
async fn deletions(app: App) {
    loop {
        let Some(job) = next(&app, rights::RETENTION_QUEUE).await else { continue };
        match rights::do_retention(&app, &job).await {
            Ok(gone) => {
                gone.iter().for_each(|due| tracing::info!("{} of {} were over and are deleted", due.count, due.record));
            }
            Err(error) => give_back(&app, &job, &chain(&error)).await,
        }
    }
}

/// What systems of others are told.
async fn webhooks(app: App) {
    let outside = loop {
        match webhook::outside(&app) {
            Ok(outside) => break outside,
            Err(error) => tracing::error!("making the way out ready: {}", chain(&error)),
        }
        tokio::time::sleep(TICK).await;
    };
    webhook::keep_delivering(&app, &outside, IDLE).await;
}

/// Checks of uploads, imports and undone batches.
async fn files(app: App) {
    match intake::sweep_uploads(&app).await {
        Ok(0) => {}
        Ok(swept) => tracing::info!("took away {swept} files of uploads that a kill left"),
        Err(error) => tracing::error!("looking for what a kill left of uploads: {}", chain(&error)),
    }
    loop {
        wait_for_room(&app).await;
        match customer::work_one(&app).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!("working on a file: {}", chain(&error)),
        }
        tokio::time::sleep(IDLE).await;
    }
}

/// Nothing is begun while the disk is full.
async fn wait_for_room(app: &App) {
    let mut writes = app.kept::<Standing>().follow_writes();
    let _ = writes.wait_for(|writes| *writes == Writes::Open).await;
}

/// The next job of a queue; none after a short pause.
async fn next(app: &App, queue: &str) -> Option<Claimed> {
    wait_for_room(app).await;
    match claim(app, queue).await {
        Ok(Some(job)) => return Some(job),
        Ok(None) => {}
        Err(error) => tracing::error!("looking at the queue {queue}: {}", chain(&error)),
    }
    tokio::time::sleep(IDLE).await;
    None
}

/// A job that failed is tried again later; after its last try the administrators are told.
async fn give_back(app: &App, job: &Claimed, why: &str) {
    tracing::error!("job {} ({}), try {}: {why}", job.id, job.kind, job.attempt);
    if job.is_last_try()
        && let Err(error) = org::tell_job_failed(app, job, why).await
    {
        tracing::error!("telling of job {}: {}", job.id, chain(&error));
    }
    if let Err(error) = fail(app.db().writer(), job, why, app.now()).await {
        tracing::error!("giving job {} back: {}", job.id, chain(&error));
    }
}
