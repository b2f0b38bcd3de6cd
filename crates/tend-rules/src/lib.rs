//! What is true: the pure rules of Tend, a room for each noun of customer care.
//!
//! Nothing here knows the clock, a database or a network; "now", "today" and random seeds are
//! arguments. The rooms stand in reading order, and each may use earlier rooms only
//! (`cargo xtask tidy` proves it).

pub mod base;
pub mod contact;
pub mod customer;
pub mod intake;
pub mod journal;
pub mod law;
pub mod org;
pub mod plan;
pub mod report;
pub mod segment;
pub mod trace;
pub mod webhook;
pub mod work;
