//! Whether a customer may still be contacted, asked again where it counts: when touches are made, when one is taken or
//! laid aside, and when a refusal comes in. Calls keep the hours that the law gives.

use super::follow::of_work;
use super::store::read;
use super::touch::{NewTouch, Touch};
use super::{WorkError, create};
use crate::customer::{self, Intent, RefusalHeeder};
use crate::law;
use crate::platform::{App, Tx};
use tend_rules::base::*;
use tend_rules::customer::EVERY_PURPOSE;
use tend_rules::journal::Doer;
use tend_rules::law::{Blocked, Hours, Law, Moment, purpose_of};
use tend_rules::work::State;

/// Who wants the contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// The firm.
    Firm,
    /// The customer asked for it, at this hour too.
    Customer,
}

/// Those of the new touches that nothing speaks against now, and what speaks against the others, by their place.
pub(super) async fn still_wanted(
    tx: &Tx,
    law: &Law,
    touches: Vec<NewTouch>,
) -> Result<(Vec<NewTouch>, Vec<(NewTouch, Blocked)>), WorkError> {
    let intents: Vec<Intent> =
        touches.iter().map(|touch| intent(touch.customer, touch.channel, &touch.business_type)).collect();
    let judged = customer::blocked(tx, law, &intents).await?;
    let (mut wanted, mut dropped) = (Vec::with_capacity(touches.len()), Vec::new());
    for (touch, blocked) in touches.into_iter().zip(judged) {
        match blocked {
            None => wanted.push(touch),
            Some(why) => dropped.push((touch, why)),
        }
    }
    Ok((wanted, dropped))
}

/// What speaks against work of a business type over a channel now, customer by customer.
pub(super) async fn judged(
    tx: &Tx,
    law: &Law,
    business_type: &str,
    channel: Channel,
    customers: impl Iterator<Item = CustomerId>,
) -> Result<Vec<Option<Blocked>>, WorkError> {
    let intents: Vec<Intent> = customers.map(|customer| intent(customer, channel, business_type)).collect();
    Ok(customer::blocked(tx, law, &intents).await?)
}

fn intent(customer: CustomerId, channel: Channel, business_type: &str) -> Intent {
    Intent { customer, channel, purpose: purpose_of(business_type) }
}

/// Refuses a touch whose customer may no longer be contacted.
pub async fn may_contact(app: &App, tx: &Tx, touch: &Touch) -> Result<(), WorkError> {
    let law = law::in_force(&**tx, app.today()).await?;
    let asked = [intent(touch.customer.id, touch.channel, &touch.business_type)];
    match customer::blocked(tx, &law, &asked).await?.pop().flatten() {
        Some(why) => Err(WorkError::NotToBeContacted { why }),
        None => Ok(()),
    }
}

/// The hours that a touch keeps, and whether an instant lies within them where the customer is. None where no law
/// speaks of such a touch.
pub async fn hours_of(app: &App, tx: &Tx, touch: &Touch, at: Instant) -> Result<Option<(Hours, bool)>, WorkError> {
    let law = law::in_force(&**tx, app.zone().day_of(at)).await?;
    let Some(hours) = law.hours(touch.channel, purpose_of(&touch.business_type)) else { return Ok(None) };
    let minute = customer::local_minute(app, tx, touch.customer.id, at).await?;
    Ok(Some((hours, hours.hold(Moment { minute }))))
}

/// Refuses an instant outside the hours of a touch, unless the customer asked.
pub async fn within_hours(app: &App, tx: &Tx, touch: &Touch, at: Instant, wish: Wish) -> Result<(), WorkError> {
    match hours_of(app, tx, touch, at).await? {
        Some((hours, false)) if wish == Wish::Firm => Err(WorkError::OutsideHours { hours }),
        _ => Ok(()),
    }
}

/// What the customer room is given: a refusal that comes in by a file or a merge ends what is queued, as one that is said
/// does.
pub const HEEDS_REFUSALS: RefusalHeeder = |app, tx, doer, customers| {
    Box::pin(async move { withdraw_unreachable(app, tx, doer, customers).await.map_err(of_work) })
};

/// Takes back the open touches of customers who may no longer be contacted so.
async fn withdraw_unreachable(app: &App, tx: &Tx, doer: Doer, customers: &[CustomerId]) -> Result<(), WorkError> {
    let open = read::open_of_customers(&**tx, customers).await?;
    let law = law::in_force(&**tx, app.today()).await?;
    let intents: Vec<Intent> =
        open.iter().map(|touch| intent(touch.customer.id, touch.channel, &touch.business_type)).collect();
    let judged = customer::blocked(tx, &law, &intents).await?;
    let ended = open.into_iter().zip(judged).filter(|(touch, why)| why.is_some() && !is_in_hand(touch, doer));
    let ended: Vec<Touch> = ended.map(|(touch, _)| touch).collect();
    create::withdraw(app, tx, doer, ended, "the customer refused").await.map(drop)
}

/// Whether the person is just working on it.
fn is_in_hand(touch: &Touch, doer: Doer) -> bool {
    touch.state == State::Accepted && touch.owner_id.is_some() && touch.owner_id == doer.staff()
}

/// Takes back the open touches of a customer that a refusal ends, at once and wherever they are; answers how many. What
/// the person who notes the refusal is just working on stays, so that its outcome can be recorded.
pub async fn withdraw_refused(
    app: &App,
    tx: &Tx,
    doer: Doer,
    customer: CustomerId,
    (channel, purpose): (Channel, &str),
) -> Result<usize, WorkError> {
    let mut open = read::open_of_customers(&**tx, &[customer]).await?;
    open.retain(|touch| {
        let meant =
            touch.channel == channel && (purpose == EVERY_PURPOSE || purpose_of(&touch.business_type) == purpose);
        meant && !is_in_hand(touch, doer)
    });
    create::withdraw(app, tx, doer, open, "the customer refused").await
}
