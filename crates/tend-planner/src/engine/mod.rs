//! Conditions over columns: which subjects of which customers meet which plan.
//!
//! What conditions ask of items is asked first, of all items in one stride; then the customers are asked, block by
//! block, each term once; both are shared out among threads. What bits and cells cannot tell, the vectors work out for
//! a block, or a point for few of it. The meaning is that of the interpreter in `tend_rules::segment`, which property
//! tests prove.

mod asks;
mod calls;
mod cells;
mod compare;
mod evaluate;
mod frames;
mod ground;
mod items;
mod lanes;
mod matches;
mod point;
mod runs;
mod shares;
mod terms;
mod truths;
mod vector;
mod worths;

pub(crate) use asks::{Asks, StepId};
pub(crate) use evaluate::{Block, Worker};
pub(crate) use items::{OfItems, Wanted};
pub(crate) use lanes::{BLOCK, Lanes, Mask, claim_ahead, rank, turned};
pub use matches::members;
pub(crate) use matches::{Match, matches, matches_again};
pub(crate) use point::Point;
pub(crate) use shares::{blocks, on_shares};
pub(crate) use terms::{CUSTOMERS, FrameId, TermId, TermOp, Terms};
pub(crate) use truths::{Truths, set_rows};
pub(crate) use worths::{Worths, worth_column};
