//! Somebody was erased elsewhere. Each machine of a firm keeps a file of columns of its own, and who erases somebody takes
//! away only the one that lies beside the program: every program looks into the journal too.

use super::snapshot::forget_kept;
use super::{SegmentError, kept_file, store};
use crate::platform::App;
use std::collections::HashSet;
use tend_rules::base::{FactId, Instant};
use tokio::sync::Mutex;

/// An erasure may be committed so long after the instant that its fact bears, and clocks of machines differ.
const LATE_SECONDS: i64 = 15 * 60;

/// The erasures that this program knows.
#[derive(Debug, Default)]
struct Known(Mutex<Option<Looked>>);

#[derive(Debug)]
struct Looked {
    at: Instant,
    /// Those of the last while.
    recent: HashSet<FactId>,
}

/// Takes the kept columns away if the journal tells of an erasure that they may be older than; answers whether it did. To
/// be called at the start and every now and then.
pub async fn heed_erasures(app: &App) -> Result<bool, SegmentError> {
    let known = app.kept::<Known>();
    let mut known = known.0.lock().await;
    let now = app.now();
    let late = |at: Instant| at.plus_seconds(-LATE_SECONDS);
    let is_new = match &*known {
        Some(before) => {
            let told = store::erasures_since(app.read(), late(before.at)).await?;
            told.iter().any(|fact| !before.recent.contains(fact))
        }
        // An earlier program wrote the file, and nobody knows what it knew.
        None => match kept_file::written_at(app) {
            Some(written) => !store::erasures_since(app.read(), late(written)).await?.is_empty(),
            None => false,
        },
    };
    let recent = store::erasures_since(app.read(), late(now)).await?.into_iter().collect();
    *known = Some(Looked { at: now, recent });
    if is_new {
        forget_kept(app);
    }
    Ok(is_new)
}
