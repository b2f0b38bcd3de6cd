//! Measures parts of the program without a firm: the planner over customers in memory (bench/planner/README.md), and
//! the ledger over made-up facts in a folder of its own.

mod changed;
mod columns;
mod files;
mod ledger;
mod made;
mod plan;

pub use changed::run as run_changed;
pub use columns::{Holiday, write};
pub use ledger::run as run_ledger;
pub use plan::{Job, run};
