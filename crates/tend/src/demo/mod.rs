//! The sample firm: a whole firm with customers, work due today and a history, made from a seed.
//!
//! Everything is invented. `people` describes customers without a database; `firm` hires; writing goes through the
//! rooms' doors like any other import.

mod firm;
mod names;
mod people;
mod seed;
