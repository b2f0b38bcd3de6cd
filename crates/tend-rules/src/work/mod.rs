//! Work orders: the states of a touch, who may be given one, in which order they are done, which are checked
//! (MISSION D1, D2, D4).
//!
//! Knows nothing of what an outcome code means: `contact` says whether a touch is finished, failed or tried again.

mod balance;
mod export;
mod hand_out;
mod order;
mod sample;
mod state;
mod watermark;

pub use balance::{Desk, Movable, Move, balance};
pub use export::{ExportColumn, Objection, Weight, objections, weight_of};
pub use hand_out::{HandOut, Left, Order, Rule, Share, Taker, hand_out, split};
pub use order::{Listed, by_turn, urgency};
pub use sample::sample;
pub use state::{Deed, Refused, State, may_move, may_unjudge, reopened_until};
pub use watermark::{MARK_MAX, watermark, watermarks_in};
