//! Work behind the desk: the clock of the day (expiry, the night's plan) and the queue's jobs.
//!
//! A worker may be killed at any moment: the job's lease ends and another takes it; every job may run twice and changes
//! nothing the second time. Nothing here decides anything; it calls the rooms' doors.

use crate::failure::chain;
use std::time::Duration;
use tend_app::{App, work};

/// How often the clock of the day is looked at.
const TICK: Duration = Duration::from_secs(60);

/// Starts the workers; they end with the runtime.
pub fn start(app: &App) {
    tokio::spawn(keep_the_day(app.clone()));
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
                    if closed > 0 {
                        tracing::info!("{closed} work orders expired");
                    }
                }
                Err(error) => tracing::error!("closing expired work: {}", chain(&error)),
            }
        }
        tokio::time::sleep(TICK).await;
    }
}
