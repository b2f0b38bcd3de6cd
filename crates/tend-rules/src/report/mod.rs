//! Statements: what became of the work that was handed out, so that every column adds up to its rows.

mod statement;

pub use statement::{Group, Line, Tally};
