//! The door of the rights of customers: consents with what they end at once, copies of everything, erasure, requests with
//! their due days, holds, and the job that deletes what has been kept long enough. It stands last because it asks every
//! room for what it keeps.

mod consent;
mod copy;
mod erase;
mod error;
mod follow;
mod http;
mod page;
mod request;
mod retention;
mod store;

pub use consent::say;
pub use copy::{Copy, copy};
pub use erase::{Erasure, approve, ask_erasure, erase_by_program, erase_now};
pub use error::RightsError;
pub use follow::FOLLOWS_MERGES;
pub use http::router;
pub use request::{Decision, NewRequest, RequestShape, decide, open, register};
pub use retention::{Due, RETENTION_QUEUE, call_retention, carry_out, do_retention, due};
pub use store::Which;
