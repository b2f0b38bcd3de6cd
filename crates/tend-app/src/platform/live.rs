//! News for open screens: a numbered stream with a short memory, so that a reader who was away catches up or learns
//! that it must read afresh. News name ids, never content; readers fetch what they may see.

use serde::Serialize;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tend_rules::base::{CustomerId, StaffId, UnitId};
use tokio::sync::broadcast;

const REMEMBERED: usize = 4096;

/// One piece of news.
#[derive(Debug, Clone, Serialize)]
pub struct LiveEvent {
    /// Place in the stream; 0 until it is published.
    pub seq: u64,
    /// `touch`, `customer`, `batch`, `plan`, `staff` …
    pub room: &'static str,
    /// What happened: `assigned`, `finished` …
    pub kind: String,
    /// The thing it happened to.
    pub id: Option<String>,
    /// The customer concerned.
    pub customer_id: Option<CustomerId>,
    /// Who may hear it.
    #[serde(flatten)]
    pub scope: LiveScope,
}

/// Whose screens a piece of news concerns: readers of the unit's subtree and the owner.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LiveScope {
    /// The unit where it happened; none means the whole firm may hear it.
    pub unit_id: Option<UnitId>,
    /// The person whose list it is on.
    pub owner_id: Option<StaffId>,
    /// The person from whose list it went.
    pub former_owner_id: Option<StaffId>,
}

/// The stream of news of one process.
#[derive(Debug, Clone)]
pub struct Hub {
    inner: Arc<Mutex<Memory>>,
    sender: broadcast::Sender<LiveEvent>,
}

#[derive(Debug)]
struct Memory {
    last: u64,
    recent: VecDeque<LiveEvent>,
}

/// What a reader gets who asks for everything after a number.
#[derive(Debug)]
pub struct Subscription {
    /// The newest number at this moment.
    pub seq: u64,
    /// Whether news were forgotten between the reader's number and `missed`: read afresh.
    pub gap: bool,
    /// News after the reader's number, oldest first.
    pub missed: Vec<LiveEvent>,
    /// News from now on.
    pub receiver: broadcast::Receiver<LiveEvent>,
}

impl Default for Hub {
    fn default() -> Self {
        let (sender, _) = broadcast::channel(REMEMBERED);
        Self { inner: Arc::new(Mutex::new(Memory { last: 0, recent: VecDeque::new() })), sender }
    }
}

impl Hub {
    /// Numbers and sends the news of one committed transaction.
    pub fn publish(&self, news: impl IntoIterator<Item = LiveEvent>) {
        let mut memory = self.inner.lock().expect("nobody panics while holding the news");
        for mut event in news {
            memory.last += 1;
            event.seq = memory.last;
            memory.recent.push_back(event.clone());
            if memory.recent.len() > REMEMBERED {
                memory.recent.pop_front();
            }
            // No reader is no error: the news stay in the memory.
            let _ = self.sender.send(event);
        }
    }

    /// Everything after `after`, then the news to come. `None` means from now on.
    pub fn subscribe(&self, after: Option<u64>) -> Subscription {
        let memory = self.inner.lock().expect("nobody panics while holding the news");
        let after = after.unwrap_or(memory.last);
        let oldest = memory.recent.front().map_or(memory.last + 1, |e| e.seq);
        Subscription {
            seq: memory.last,
            gap: after > memory.last || after + 1 < oldest,
            missed: memory.recent.iter().filter(|e| e.seq > after).cloned().collect(),
            receiver: self.sender.subscribe(),
        }
    }
}
