//! Work behind the desk: the clock of the day (expiry) and the queues' jobs.
//!
//! A worker may be killed at any moment: the job's lease ends and another takes it; every job may run twice and changes
//! nothing the second time. Nothing here decides anything; it calls the rooms' doors.

use crate::failure::chain;
use std::time::Duration;
use tend_app::{App, customer, work};

/// How often the clock of the day is looked at.
const TICK: Duration = Duration::from_secs(30);
/// How often an empty queue is looked at.
const IDLE: Duration = Duration::from_secs(1);

/// Starts the workers; they end with the runtime.
pub fn start(app: &App) {
    tokio::spawn(keep_the_day(app.clone()));
    tokio::spawn(files(app.clone()));
}

/// Closes work whose last day is over.
async fn keep_the_day(app: App) {
    let mut expired_on = None;
    loop {
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
        tokio::time::sleep(TICK).await;
    }
}

/// Checks of uploads, imports and undone batches.
async fn files(app: App) {
    loop {
        match customer::work_one(&app).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!("working on a file: {}", chain(&error)),
        }
        tokio::time::sleep(IDLE).await;
    }
}
