//! The SQL of uploads, remembered mappings, batches and their problems.

pub(super) mod batches;
pub(super) mod keep;
pub(super) mod problems;
pub(super) mod uploads;
