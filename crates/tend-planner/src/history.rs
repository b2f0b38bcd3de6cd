//! What the firm has done and left over: the touches of earlier runs, what was carried over, what
//! people already have to do on the day.

use crate::compiled::PlanIndex;
use crate::stock::Supply;
use std::collections::{BTreeMap, HashMap};
use tend_rules::base::{CustomerId, Day, StaffId};
use tend_rules::plan::Attention;
use uuid::Uuid;

/// What a touch is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectId {
    /// The customer.
    Customer,
    /// An agreement, bill, payment or order by its id.
    Item(Uuid),
}

/// Whether a work order still waits for its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Planned, assigned or accepted.
    Open,
    /// Done, failed, expired or verified.
    Closed,
    /// Withdrawn, as if nobody had asked: it takes neither the day's contact nor anybody's time. Only its own plan does
    /// not make the same once more.
    Withdrawn,
}

/// A touch that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTouch {
    /// The customer.
    pub customer: CustomerId,
    /// The plan; `None` if it is not among the plans of this run.
    pub plan: Option<PlanIndex>,
    /// What it is about.
    pub subject: SubjectId,
    /// The day on which it became due: part of its identity.
    pub due_day: Day,
    /// The day on whose list it stands.
    pub planned_for: Day,
    /// Whether it still waits.
    pub standing: Standing,
    /// Whether it counts as a contact.
    pub attention: Attention,
}

/// A touch for which there was no room on an earlier day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The customer.
    pub customer: CustomerId,
    /// The plan.
    pub plan: PlanIndex,
    /// What it is about.
    pub subject: SubjectId,
    /// The day on which it became due.
    pub due_day: Day,
    /// The first day on which there was no room: each day since lifts it by a step of priority.
    pub waiting_since: Day,
}

/// What came before the day that is planned.
///
/// `touches` must hold every open touch, every touch planned for the day and every touch that fell
/// due within the last days that any plan allows for being late. Then a second run of one day
/// makes nothing new.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Touches that exist.
    pub touches: Vec<PastTouch>,
    /// What was left over: the `deferred` of the last day's plan.
    pub carried: Vec<Carried>,
    /// How many contacts each person already has on the day's list, those of an earlier run of
    /// this plan included.
    pub load: HashMap<StaffId, u32>,
    /// The gifts that run out, by the code by which plans name them, in the month of the day.
    pub gifts: BTreeMap<String, Supply>,
}
