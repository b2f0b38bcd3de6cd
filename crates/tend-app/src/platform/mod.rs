//! What every room stands on: database, keys, clock, queue, live news, errors on the wire. Knows no room.

mod answers;
mod app;
mod clock;
mod config;
mod database;
pub mod gate;
mod http;
mod key_in_use;
mod keys;
mod live;
mod masters;
mod migrate;
mod problem;
mod queue;
mod scan;
mod sql;
mod statistics;
mod words;

pub use answers::{BODY_BYTES_MAX, Caller, remember_answers};
pub use app::{App, Tx};
pub use clock::Clock;
pub use config::{Config, ConfigError, SecureCookie};
pub use database::{Db, is_retryable, is_unique_violation};
pub use http::{Accepted, IfMatch, Page, PageQuery, Validated, etag};
pub use key_in_use::{OpenError, key_in_use};
pub(crate) use keys::random;
pub use keys::{CustomerKey, KeyError, Keyring};
pub use live::{Hub, LiveEvent, LiveScope, News, Subscription};
pub use masters::{KeyId, Masters};
pub use migrate::{migrate, migrations_unknown, migrations_waiting};
pub use problem::{Problem, Refusal, localise};
pub use queue::{Claimed, JobRequest, QueueError, claim, enqueue, fail, finish, forget_done, progress, renew};
pub use scan::{Cells, Scan, Swath, Swept};
pub use sql::{Bind, CellColumn, FromColumn, Row, Sql, insert_many, replace_cells, sql};
pub use words::{Words, words};
