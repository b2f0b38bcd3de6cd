//! The planner: care plans over the whole customer file, as columns.
//!
//! [`compile`] makes plans ready and says which facts they need; [`ColumnsBuilder`] takes customers
//! row by row; [`plan_day`] decides who is touched on a day, by whom, and why others are not;
//! [`rehearse`] plans the days to come; [`why`] answers for one customer; [`store`] and [`restore`] keep columns as bytes.
//! Nothing here reads a clock, a database or a file.

mod append;
mod assign;
mod bits;
mod builder;
mod changes;
mod codes;
mod column;
mod columns;
mod compiled;
mod day_plan;
mod engine;
mod gates;
mod history;
mod meant;
mod outline;
mod patch;
mod proposals;
mod quick;
mod recalled;
mod rehearsal;
mod restate;
mod roster;
mod shut;
mod stock;
mod stored;
mod strings;
mod why;

pub use assign::{Choice, Choices, choices};
pub use builder::{ColumnsBuilder, ColumnsError, ItemPlace, Named, Row, Slot};
pub use columns::{Columns, Needs, RowFacts, RowSearch};
pub use compiled::{Compiled, PlanIndex, SameKey, compile};
pub use day_plan::{
    Assignee, DayPlan, Decision, Deferred, Kept, Overflow, PlannedTouch, Record, Verdict, plan_day, plan_day_again,
};
pub use engine::members;
pub use gates::{LostCustomers, Settings};
pub use history::{Carried, History, PastTouch, Standing, SubjectId};
pub use meant::meant;
pub use outline::{Contact, DayBook, Outline, Room, outline};
pub use quick::QuickMap;
pub use rehearsal::{Onward, rehearse};
pub use roster::{Employment, Person, Roster, Work};
pub use stock::Supply;
pub use stored::{Restored, StoredError, restore, store};
pub use why::{AHEAD_DAYS, PlanAnswer, ReasonWords, WhyVerdict, why};
