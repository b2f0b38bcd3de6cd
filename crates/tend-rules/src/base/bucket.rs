//! The logical shard of a customer: the unit of planning, of parallel jobs and of distribution.

use serde::{Deserialize, Serialize};

/// How many buckets there are. Fixed for ever: ids carry their bucket (DESIGN: Data).
pub const BUCKETS: u16 = 1024;

/// A logical shard, 0..1023. Every row that belongs to a customer carries the customer's bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bucket(u16);

impl Bucket {
    /// The bucket of a number; only its last ten bits count.
    pub const fn of(number: u64) -> Self {
        Self((number % BUCKETS as u64) as u16)
    }

    /// The number as stored in a `SMALLINT` column.
    pub const fn number(self) -> i16 {
        self.0 as i16
    }

    /// Every bucket, in order.
    pub fn all() -> impl Iterator<Item = Bucket> {
        (0..BUCKETS).map(Bucket)
    }
}
