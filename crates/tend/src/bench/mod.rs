//! Measures parts of the program: the planner over customers in memory (bench/planner/README.md), the ledger over
//! made-up facts in a folder of its own, and nights over a copy of a firm.

mod changed;
mod choices;
mod columns;
mod files;
mod ledger;
mod live;
mod made;
mod night;
mod plan;

pub use changed::run as run_changed;
pub use choices::run as run_choices;
pub use columns::{Holiday, write};
pub use ledger::run as run_ledger;
pub use live::run as run_live;
pub use night::{Between, Deed, run as run_night};
pub use plan::{Job, run};
