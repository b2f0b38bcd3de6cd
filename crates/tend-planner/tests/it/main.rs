//! The planner from the outside.

mod day;
mod firm;
mod same;
