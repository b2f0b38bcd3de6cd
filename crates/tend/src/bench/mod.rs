//! Measures the planner over customers in memory: no database, no file of the firm (bench/planner/README.md).

mod columns;
mod made;
mod plan;

pub use columns::{Holiday, write};
pub use plan::{Job, run};
