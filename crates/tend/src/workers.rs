//! Work behind the desk: takes jobs from the queue and carries them out, and starts the night's plan.
//!
//! A worker may die at any moment: the job's lease ends and another takes it; every job may run twice.

use tend_app::App;

/// Starts the workers; they end with the runtime.
pub fn start(app: &App) {
    // The rooms with jobs (import, nightly plan) are wired in here.
    let _ = app;
}
