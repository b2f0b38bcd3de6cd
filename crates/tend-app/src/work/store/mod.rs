//! The SQL of work orders. Reading joins the heads of customers, people and batches; writing is always conditional.

pub(super) mod batch;
pub(super) mod bulk;
pub(super) mod export;
pub(super) mod follow;
pub(super) mod keep;
pub(super) mod read;
pub(super) mod verification;
pub(super) mod write;
