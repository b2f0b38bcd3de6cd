//! The planner from the outside.

#![expect(clippy::panic, reason = "a helper of a test says what it met and ends the test")]

mod change;
mod day;
mod firm;
mod outline;
mod rehearsal;
mod same;
mod stored;
