//! A work order that a person asks for: on the customer's page, for oneself or, by those who lead, for a colleague.

use super::hand_out::working;
use super::store::read;
use super::touch::{Attention, Both, Cause, NewTouch, Touch};
use super::{WorkError, create, reach};
use crate::org::{OrgError, Who};
use crate::platform::{App, Tx};
use crate::{customer, law};
use tend_rules::base::*;
use tend_rules::org::Permission;

/// Groups outcome codes and statements; it serves the usual purpose, care.
pub(super) const BUSINESS_TYPE: &str = "by_hand";
/// What a person thought of comes before what a batch asks for, and after what is due by contract.
const PRIORITY: i16 = 60;
/// Days in which it may be done if nobody says otherwise.
const USUAL_DAYS: i32 = 7;
/// How far ahead it may lie.
const AHEAD_MAX: i32 = 366;

/// What is asked for.
#[derive(Debug)]
pub struct Asked {
    /// The customer.
    pub customer: CustomerId,
    /// What it is.
    pub title: String,
    /// Why.
    pub reason: String,
    /// Over which channel.
    pub channel: Channel,
    /// On which day.
    pub due: Day,
    /// The last day; a week later if not said.
    pub not_after: Option<Day>,
    /// On whose list; on the own one if not said.
    pub owner: Option<StaffId>,
}

/// Makes the work order, once for each person who asks, customer and day.
pub async fn ask(app: &App, tx: &Tx, who: &Who, asked: Asked) -> Result<Touch, WorkError> {
    let not_after = asked.not_after.unwrap_or(asked.due + USUAL_DAYS);
    check(app.today(), &asked.title, &asked.reason, (asked.due, not_after))?;
    let customer = customer::one_for_change(tx, &who.scope(), asked.customer).await?;
    let (unit, owner) = taker(app, who, asked.owner).await?;
    let new = NewTouch {
        not_after,
        owner: Some(owner),
        ..shaped(
            who.id,
            customer.id,
            unit,
            Words { title: &asked.title, reason: &asked.reason },
            (asked.channel, asked.due),
        )
    };
    let law = law::in_force(&**tx, app.today()).await?;
    let (wanted, mut dropped) = reach::still_wanted(tx, &law, vec![new]).await?;
    if let Some((_, why)) = dropped.pop() {
        return Err(WorkError::NotToBeContacted { why });
    }
    let made = create::made(app, tx, who.doer(), wanted).await?.into_iter().next().ok_or(WorkError::AskedBefore)?;
    read::several(&**tx, &who.scope(), &[made]).await?.pop().ok_or(WorkError::TouchNotFound)
}

/// What a person typed.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub title: &'a str,
    pub reason: &'a str,
}

/// The work order that `asker` wants with a customer, nobody's, with the usual last day.
pub(super) fn shaped(
    asker: StaffId,
    customer: CustomerId,
    unit: UnitId,
    words: Words<'_>,
    (channel, due): (Channel, Day),
) -> NewTouch {
    NewTouch {
        customer,
        cause: Cause::Person(asker),
        subject: customer.0,
        due,
        not_after: due + USUAL_DAYS,
        at_minute: None,
        business_type: BUSINESS_TYPE.to_owned(),
        title: Both::same(words.title.trim()),
        reason: Both::same(words.reason.trim()),
        script_key: String::new(),
        template_keys: Vec::new(),
        attention: Attention::Counts,
        channel,
        priority: PRIORITY,
        worth_minor: 0,
        unit,
        owner: None,
    }
}

/// Refuses words and days that make no work order.
pub(super) fn check(today: Day, title: &str, reason: &str, (due, not_after): (Day, Day)) -> Result<(), WorkError> {
    if title.trim().is_empty() || title.trim().chars().count() > TITLE_CHARS_MAX {
        return Err(WorkError::Invalid { field: "title", rule: "1 to 80 characters" });
    }
    if reason.trim().chars().count() > REASON_CHARS_MAX {
        return Err(WorkError::Invalid { field: "reason", rule: "at most 200 characters" });
    }
    if due < today || not_after < due {
        return Err(WorkError::LastDayOver);
    }
    if not_after > today + AHEAD_MAX {
        return Err(WorkError::Invalid { field: "due", rule: "within a year" });
    }
    Ok(())
}

/// Whose list it goes on, and in which unit: one's own, or that of somebody to whom one may hand work out.
async fn taker(app: &App, who: &Who, named: Option<StaffId>) -> Result<(UnitId, StaffId), WorkError> {
    match named.filter(|id| *id != who.id) {
        None => Ok((who.unit_id, who.id)),
        Some(_) if !who.may(Permission::HandOutWork) => {
            Err(OrgError::NotPermitted { permission: Permission::HandOutWork.word() }.into())
        }
        Some(id) => {
            let staff = working(app, who).await?.into_iter().find(|staff| staff.id == id);
            staff.map(|staff| (staff.unit_id, staff.id)).ok_or(OrgError::StaffNotFound.into())
        }
    }
}
