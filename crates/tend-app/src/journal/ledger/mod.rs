//! The ledger: seals the journal's facts, checks them, exports them, proves a single one, forgets a customer's.
//!
//! What is hashed and how proofs work stands in `tend_rules::journal::ledger`; here is only what is stored where.

mod audit;
mod error;
mod file;
mod forget;
mod log;
mod nodes;
mod prove;
mod seal;
mod store;

pub use audit::{Audit, Continuation, audit};
pub use error::LedgerError;
pub use file::{Exported, audit_files, export, outside_head, public_key};
pub use forget::{forget, forget_facts};
pub use prove::{Proving, Reads, prove, prove_all, prove_sealed};
pub use seal::{QUEUE, Sealed, call_seal, seal, seal_now};
