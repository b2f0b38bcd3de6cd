//! What every room stands on: database, keys, clock, queue, live news, errors on the wire. Knows no room.

mod answers;
mod app;
mod carry;
mod clock;
mod config;
mod database;
mod describe;
mod download;
pub mod gate;
mod http;
mod key_in_use;
mod key_source;
mod keys;
mod live;
mod masters;
mod migrate;
pub mod outside;
mod problem;
mod queue;
mod retire;
mod row_wall;
mod scan;
mod scanner;
mod sealed;
mod sql;
mod standing;
mod statistics;
mod typed;
mod wanted;
mod words;

pub use answers::{BODY_BYTES_MAX, Caller, blank_answers, forget_answers, remember_answers};
pub use app::{App, Tx};
pub use carry::{Named, Table};
pub use clock::Clock;
pub use config::{BackupStyle, Config, ConfigError, SecureCookie, Terms};
pub use database::{Db, is_disk_full, is_retryable, is_unique_violation, reading_in_bulk};
pub use describe::{ProblemShape, refusing};
pub use download::{in_parts, nameless};
pub use http::{Accepted, IfMatch, Page, PageQuery, PageRows, Validated, etag};
pub use key_in_use::{OpenError, firm_keys, key_in_use};
pub use key_source::KeySource;
pub(crate) use keys::random;
pub use keys::{CustomerKey, KeyError, Keyring};
pub use live::{Behind, Hub, LiveEvent, LiveScope, News, Subscription, Told, news_after};
pub use masters::{KeyId, Masters};
pub use migrate::{migrate, migrations_unknown, migrations_waiting};
pub(crate) use problem::refusals;
pub use problem::{Problem, Refusal, localise};
pub use queue::{
    Claimed, GivenUp, JobRequest, QueueError, claim, enqueue, fail, finish, forget_done, given_up, holding, progress,
    renew, reword_jobs,
};
pub use retire::{Retire, retire, retire_answers, retire_jobs, retire_news};
pub use row_wall::{RowPlace, before_wall, behind_wall};
pub use scan::{Cells, Scan, Swath, Swept};
pub use scanner::{Scanned, Scanner};
pub use sealed::{SealedPlace, Under};
pub use sql::{Bind, CellColumn, FromColumn, Row, Sql, insert_many, literally, replace_cells, sql, update_many};
pub use standing::{BackupSeen, CertificateSeen, DiskSeen, RenewedBy, Standing, Writes, ends_soon};
pub use typed::{cell_as_text, cell_in_text, seal_plain};
pub use wanted::{with_customers, with_rows};
pub use words::{Words, words};
