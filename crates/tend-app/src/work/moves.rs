//! Work orders moved by hand: dragged from list to list, or a proposal that was looked at and agreed to. Each move names
//! the version that was seen, so that nobody moves what somebody else has just changed.

use super::WorkError;
use super::board::unit_in_tree;
use super::hand_out::{Handing, give, working};
use super::store::read;
use super::touch::Touch;
use crate::org::{OrgError, Staff, Who};
use crate::platform::{App, Refusal, Tx};
use std::collections::HashMap;
use tend_rules::base::*;
use tend_rules::work::{Deed, may_move};

/// Moves at once, at most.
pub const MOVES_MAX: usize = 500;

/// Where a work order is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// To a person's list.
    Person(StaffId),
    /// To a unit, where it waits.
    Unit(UnitId),
}

/// One move.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// The work order.
    pub touch: TouchId,
    /// The version that was seen.
    pub version: i64,
    /// Where it is to go.
    pub to: Goal,
}

/// A move that was not made.
#[derive(Debug)]
pub struct Refused {
    /// The work order.
    pub touch: TouchId,
    /// Why.
    pub why: WorkError,
    /// The work order as it stands, if it is in the reader's scope.
    pub stands: Option<Touch>,
}

/// What came of moves.
#[derive(Debug, Default)]
pub struct Moved {
    /// The work orders that moved, as they stand now.
    pub moved: Vec<Touch>,
    /// Those that did not.
    pub refused: Vec<Refused>,
}

/// Makes the moves that can be made; the others say why not.
pub async fn make_moves(app: &App, tx: &Tx, who: &Who, wishes: &[Wish]) -> Result<Moved, WorkError> {
    if wishes.is_empty() || wishes.len() > MOVES_MAX {
        return Err(WorkError::Invalid { field: "moves", rule: "1..500" });
    }
    let ids: Vec<TouchId> = wishes.iter().map(|wish| wish.touch).collect();
    let found = read::several(&**tx, &who.scope(), &ids).await?;
    let mut touches: HashMap<TouchId, Touch> = found.into_iter().map(|touch| (touch.id, touch)).collect();
    let people = working(app, who).await?;
    let mut result = Moved::default();
    let mut handings = Vec::with_capacity(wishes.len());
    for wish in wishes {
        let refuse = |why, stands| Refused { touch: wish.touch, why, stands };
        let Some(touch) = touches.remove(&wish.touch) else {
            result.refused.push(refuse(WorkError::TouchNotFound, None));
            continue;
        };
        match aimed(app, who, &people, wish, &touch).await {
            Ok((to, unit)) => handings.push(Handing { touch, to, unit }),
            Err(WorkError::Database(error)) => return Err(error.into()),
            Err(why) => result.refused.push(refuse(why, Some(touch))),
        }
    }
    let tried: Vec<TouchId> = handings.iter().map(|handing| handing.touch.id).collect();
    let moved = give(app, tx, who.doer(), handings).await?;
    for touch in read::several(&**tx, &who.scope(), &tried).await? {
        match moved.contains(&touch.id) {
            true => result.moved.push(touch),
            false => {
                let (id, why) = (touch.id, WorkError::ChangedMeanwhile);
                result.refused.push(Refused { touch: id, why, stands: Some(touch) });
            }
        }
    }
    Ok(result)
}

/// The list and unit of a move, if it may be made.
async fn aimed(
    app: &App,
    who: &Who,
    people: &[Staff],
    wish: &Wish,
    touch: &Touch,
) -> Result<(Option<StaffId>, UnitId), WorkError> {
    if touch.version != wish.version {
        return Err(WorkError::ChangedMeanwhile);
    }
    let (deed, to, unit) = match wish.to {
        Goal::Person(id) => {
            let person = people.iter().find(|staff| staff.id == id).ok_or(OrgError::StaffNotFound)?;
            (Deed::Assign, Some(id), person.unit_id)
        }
        Goal::Unit(unit) => (Deed::Entrust, None, unit_in_tree(app, who, Some(unit)).await?),
    };
    may_move(touch.state, deed).map_err(|refused| WorkError::Unfit { state: touch.state, refused })?;
    Ok((to, unit))
}

impl Refused {
    /// The stable code of the reason.
    pub fn code(&self) -> &'static str {
        self.why.code()
    }
}
