//! Measures the planner over customers in memory: no database, no file of the firm (bench/planner/README.md).

mod changed;
mod columns;
mod made;
mod plan;

pub use changed::run as run_changed;
pub use columns::{Holiday, write};
pub use plan::{Job, run};
