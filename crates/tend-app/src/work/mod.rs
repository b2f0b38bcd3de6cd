//! The door of work orders: touches are made once, handed out, taken, finished, checked. Knows nothing of what an
//! outcome means (`contact` says whether a touch is finished, given up or tried again).

mod board;
mod bulk;
mod by_hand;
mod create;
mod error;
mod expire;
mod export;
mod follow;
mod hand_out;
mod http;
mod keep;
mod moves;
mod night;
mod origin;
mod reach;
mod settle;
mod store;
mod take;
mod team;
mod touch;
mod verify;
mod warn;

pub use board::{Column, Columns, MyDay, Trial, balance, board, counts_by_state, loads, my_day};
pub use bulk::{BULK_QUEUE, BulkDeed, BulkEdit, BulkState, Whom, do_bulk};
pub use create::{create_touches, withdraw};
pub use error::WorkError;
pub use expire::{ENDS_WITH_BATCHES, expire, withdraw_undone};
pub use export::{
    EXPORT_QUEUE, Export, ExportState, Naming, do_export, expire_exports, find_marked, footer, take_statement, whose,
};
pub use follow::{FOLLOWS_MERGES, TELLS_WORK};
pub use hand_out::{
    BatchHandOut, HandedOut, InBatch, PersonTarget, Turn, UnitShare, Which, hand_out_batch, hand_out_touches, in_batch,
};
pub use http::{TouchShape, router};
pub use keep::{erase, retire_bulk_edits, retire_exports, retire_touches, seal_plain_words, told_of};
pub use moves::{Goal, Moved, Wish, make_moves};
pub use night::{NIGHT_QUEUE, call_night, do_night, night};
pub use origin::{Origin, origin};
pub use reach::{HEEDS_REFUSALS, Wish as ContactWish, hours_of, may_contact, withdraw_refused, within_hours};
pub use settle::{Settled, Settlement, follow_up, restore, settle, stands_open};
pub use store::read::{PersonLoad, Sampled, TouchFilter};
pub use take::{claim, hand_back, in_hand, one, one_for_change, page, several, snooze, take_up};
pub use team::{TeamMate, team};
pub use touch::{Attention, Both, Cause, NewTouch, Touch, TouchCustomer};
pub use verify::{SampleOf, Verdict, draw_sample, take_verdict_back, verify};
pub use warn::warn_of_last_hours;

use crate::platform::{LiveEvent, LiveScope, Tx};
use tend_rules::base::*;

/// Tells open screens that a touch changed: the unit and owner that have it, and those that had it.
fn tell(tx: &Tx, kind: &str, id: TouchId, customer: CustomerId, now: Place, before: Place) {
    let event = |unit_id: UnitId, owner_id, former_owner_id| LiveEvent {
        seq: 0,
        room: "touch",
        kind: kind.to_owned(),
        id: Some(id.to_string()),
        customer_id: Some(customer),
        scope: LiveScope { unit_id: Some(unit_id), owner_id, former_owner_id },
    };
    let former = before.owner.filter(|owner| Some(*owner) != now.owner);
    tx.tell(event(now.unit, now.owner, former));
    if before.unit != now.unit {
        tx.tell(event(before.unit, None, former));
    }
}

/// Where a touch is: in a unit, on a list or not.
#[derive(Debug, Clone, Copy)]
struct Place {
    unit: UnitId,
    owner: Option<StaffId>,
}

impl Place {
    fn of(touch: &Touch) -> Self {
        Self { unit: touch.unit_id, owner: touch.owner_id }
    }
}
