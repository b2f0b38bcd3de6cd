//! The clock is passed in, so that any day can be lived in a test or a dry run.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use tend_rules::base::Instant;

/// Where "now" comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The clock of the machine.
    #[default]
    System,
    /// A clock that stands still until it is set.
    Standing(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `instant`.
    pub fn standing_at(instant: Instant) -> Self {
        Clock::Standing(Arc::new(AtomicI64::new(instant.millis())))
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        match self {
            Clock::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Instant::from_millis(since.as_millis() as i64)
            }
            Clock::Standing(at) => Instant::from_millis(at.load(Ordering::SeqCst)),
        }
    }

    /// Sets a standing clock; the machine's own clock is never set.
    pub fn set(&self, instant: Instant) {
        if let Clock::Standing(at) = self {
            at.store(instant.millis(), Ordering::SeqCst);
        }
    }
}
