//! What an outcome means: which codes there are, what each asks for, and what becomes of the work order (MISSION D2,
//! E5; issue 2, outcome codes per business type).

mod code;
mod consequence;
mod remark;

pub use code::{NoteRule, OutcomeCode, Reached, Result, usual_codes};
pub use consequence::{Consequence, Fate, NextStep, Situation, Unfit, may_take_back, weigh};
pub use remark::{Known, Misfit, PartFault, RemarkFault, check_remark};
