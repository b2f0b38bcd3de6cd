//! Legal holds: while one binds, nothing of the customer is deleted or erased, whoever asks. A hold on no customer holds
//! everything in the firm.

use super::CustomerError;
use super::read::{heads, one_for_change, one_in};
use super::store::holds::{self, HoldRow};
use crate::journal;
use crate::org::Seat;
use crate::platform::{App, SealedPlace, Sql, Tx};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde_json::json;
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::law::Hold;
use tend_rules::org::Scope;
use utoipa::ToSchema;
use uuid::Uuid;

/// Stands for the whole firm.
const FIRM: CustomerId = CustomerId(Uuid::nil());
const REASON: SealedPlace = SealedPlace::HoldReason;
const RELEASE: SealedPlace = SealedPlace::HoldRelease;

/// A hold about to be placed.
#[derive(Debug, Clone, Copy)]
pub struct NewHold<'a> {
    /// On whom; on everything in the firm if on nobody.
    pub customer: Option<CustomerId>,
    /// Why: the case, the authority.
    pub reason: &'a str,
    /// The first day.
    pub from: Day,
    /// The last day; none until it is released.
    pub until: Option<Day>,
}

/// A hold.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HoldShape {
    /// The hold.
    pub id: HoldId,
    /// On whom; on everything in the firm if on nobody.
    pub customer_id: Option<CustomerId>,
    /// The name, where the list spans customers.
    pub customer_name: Option<String>,
    /// Why.
    pub reason: String,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Option<Day>,
    /// Whether it binds today.
    pub binds: bool,
    /// Who placed it.
    pub placed_by: String,
    /// When.
    pub at: Instant,
    /// Who released it.
    pub released_by: Option<String>,
    /// When.
    pub released_at: Option<Instant>,
    /// Why.
    pub release_reason: Option<String>,
}

fn shape(app: &App, row: HoldRow) -> Result<HoldShape, CustomerError> {
    let opened = |place, cell: &[u8]| {
        // The words go with an erasure.
        if cell.is_empty() {
            return Ok(String::new());
        }
        let plain = app.keys().open_firm(place, row.id.0, cell)?;
        Ok::<_, CustomerError>(String::from_utf8_lossy(&plain).into_owned())
    };
    Ok(HoldShape {
        id: row.id,
        customer_id: (row.customer_id != FIRM).then_some(row.customer_id),
        customer_name: None,
        reason: opened(REASON, &row.reason)?,
        from: row.days.from,
        until: row.days.until,
        binds: row.released_at.is_none() && row.days.binds_on(app.today()),
        placed_by: row.placed_by,
        at: row.at,
        released_by: row.released_by,
        released_at: row.released_at,
        release_reason: row.release.as_deref().map(|cell| opened(RELEASE, cell)).transpose()?,
    })
}

/// The reasons of a hold, sealed for the place of another row: why it was placed, why it was released.
pub(super) fn sealed_for(app: &App, row: &HoldRow, id: HoldId) -> Result<[Option<Vec<u8>>; 2], CustomerError> {
    let anew = |place, cell: &[u8]| {
        let plain = app.keys().open_firm(place, row.id.0, cell)?;
        Ok::<_, CustomerError>(app.keys().seal_firm(place, id.0, &plain))
    };
    let release = row.release.as_deref().map(|cell| anew(RELEASE, cell)).transpose()?;
    Ok([Some(anew(REASON, &row.reason)?), release])
}

/// Places a hold.
pub async fn place_hold(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    new: NewHold<'_>,
) -> Result<HoldId, CustomerError> {
    if let Some(customer) = new.customer {
        // Locked first: an erasure that found no hold a moment before would go on, and a merge would leave the hold behind.
        one_for_change(tx, scope, customer).await?;
    }
    let reason = new.reason.trim();
    if !(2..=1000).contains(&reason.chars().count()) {
        return Err(CustomerError::Invalid { field: "reason", rule: "2 to 1000 characters" });
    }
    if new.until.is_some_and(|until| until < new.from) {
        return Err(CustomerError::Invalid { field: "until", rule: "not before the first day" });
    }
    let customer = new.customer.unwrap_or(FIRM);
    let id = HoldId(app.new_id(customer.bucket()));
    let row = HoldRow {
        id,
        customer_id: customer,
        reason: app.keys().seal_firm(REASON, id.0, reason.as_bytes()),
        days: Hold { from: new.from, until: new.until },
        placed_by: doer.to_string(),
        at: app.now(),
        released_by: None,
        released_at: None,
        release: None,
    };
    holds::insert(&**tx, &row).await?;
    let payload = json!({ "hold": id, "from": new.from, "until": new.until });
    journal::append(app, tx, doer, fact(new.customer, "held", payload)).await?;
    Ok(id)
}

fn fact(customer: Option<CustomerId>, kind: &'static str, payload: serde_json::Value) -> Fact {
    match customer {
        Some(customer) => Fact::about(customer, "customer", kind, payload),
        None => Fact::of_firm("customer", kind, payload),
    }
}

/// Releases a hold, with a reason: one on a customer in scope, one on everything from head office. It keeps its row for
/// ever.
pub async fn release_hold(
    app: &App,
    tx: &Tx,
    doer: Doer,
    (scope, seat): (&Scope, Seat),
    id: HoldId,
    reason: &str,
) -> Result<(), CustomerError> {
    let hold = holds::one(&**tx, id).await?.ok_or(CustomerError::PartNotFound { thing: "hold" })?;
    let customer = (hold.customer_id != FIRM).then_some(hold.customer_id);
    match customer {
        Some(customer) => {
            one_in(tx, scope, customer).await?.ok_or(CustomerError::PartNotFound { thing: "hold" })?;
        }
        None => seat.in_head_office()?,
    }
    let reason = reason.trim();
    if !(2..=1000).contains(&reason.chars().count()) {
        return Err(CustomerError::Invalid { field: "reason", rule: "2 to 1000 characters" });
    }
    let cell = app.keys().seal_firm(RELEASE, id.0, reason.as_bytes());
    if holds::release(&**tx, id, (doer.to_string(), cell), app.now()).await? == 0 {
        return Err(CustomerError::PartNotFound { thing: "hold" });
    }
    journal::append(app, tx, doer, fact(customer, "hold_released", json!({ "hold": id }))).await?;
    Ok(())
}

/// The holds of one customer, newest first. The caller has shown that the customer is in scope.
pub async fn holds_of(app: &App, customer: CustomerId) -> Result<Vec<HoldShape>, CustomerError> {
    holds::of(app.read(), customer).await?.into_iter().map(|row| shape(app, row)).collect()
}

/// The holds that stand, of the firm and of customers in scope.
pub async fn standing_holds(app: &App, scope: &Scope) -> Result<Vec<HoldShape>, CustomerError> {
    let rows = holds::standing(app.read()).await?;
    let ids: Vec<CustomerId> = rows.iter().map(|row| row.customer_id).filter(|id| *id != FIRM).collect();
    let heads = heads(app, scope, &ids).await?;
    let mut shapes = Vec::new();
    for row in rows {
        let mut hold = shape(app, row)?;
        match hold.customer_id.map(|id| heads.get(&id)) {
            Some(None) => continue,
            Some(Some(head)) => hold.customer_name = Some(head.name.clone()),
            None => {}
        }
        shapes.push(hold);
    }
    Ok(shapes)
}

/// The hold that binds a customer today: one of its own, or one of the whole firm.
pub async fn hold_on(app: &App, tx: &Tx, customer: CustomerId) -> Result<Option<HoldShape>, CustomerError> {
    for whose in [customer, FIRM] {
        let rows = holds::of(&**tx, whose).await?;
        let binding = rows.into_iter().find(|row| row.released_at.is_none() && row.days.binds_on(app.today()));
        if let Some(row) = binding {
            return shape(app, row).map(Some);
        }
    }
    Ok(None)
}

/// Whether everything in the firm is held on a day.
pub async fn firm_is_held(db: &impl ConnectionTrait, today: Day) -> Result<bool, CustomerError> {
    Ok(!holds::held_among(db, &[FIRM], today).await?.is_empty())
}

/// Appends to a statement over rows `t` that no hold binds the customer in that column.
#[must_use]
pub fn unheld(statement: Sql, customer: &str, today: Day) -> Sql {
    holds::unheld(statement, customer, today)
}

/// Refuses what would delete rows of a batch while a customer of it is held.
pub(super) async fn spare_batch(db: &impl ConnectionTrait, batch: BatchId, today: Day) -> Result<(), CustomerError> {
    if holds::holds_of_batch(db, batch, today).await?.is_some() || firm_is_held(db, today).await? {
        return Err(CustomerError::Held);
    }
    Ok(())
}
