//! An agreement written by hand: added, put right, or taken back soon after it was added. What a file brings goes
//! through [`super::import`]. Nothing is deleted here that something of the customer already names: such an agreement
//! ends, and stays on file (MISSION.md A4).

use super::CustomerError;
use super::change::{news, refresh_lookups};
use super::holding::put_agreements;
use super::payment::AMOUNT_MINOR_MAX;
use super::read::one_for_change;
use super::store::erase;
use super::store::holdings::{self, Whose};
use crate::journal;
use crate::platform::{App, Tx};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::customer::{Agreement, Terms};
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;

/// How long after it was added an agreement may be taken back, in milliseconds: long enough to see that it stands with
/// the wrong customer, too short for a night to have planned with it.
const TAKE_BACK_MS: i64 = 10 * 60 * 1000;

/// Adds an agreement to a customer in scope.
pub(super) async fn add(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    agreement: &Agreement,
) -> Result<(), CustomerError> {
    checked(agreement)?;
    let customer = one_for_change(tx, scope, agreement.customer_id).await?;
    put_agreements(app, tx, doer, std::slice::from_ref(agreement)).await?;
    tx.tell(news(&customer, "changed"));
    Ok(())
}

/// An agreement as somebody saw it: whose, which, at what version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// Whose it is.
    pub customer: CustomerId,
    /// Which.
    pub agreement: AgreementId,
    /// The version that was seen.
    pub version: i64,
}

/// Puts an agreement right that nobody changed since it was seen. What was paid stays as it is.
pub(super) async fn put_right(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    seen: Seen,
    write: impl FnOnce(&mut Agreement),
) -> Result<Agreement, CustomerError> {
    let customer = one_for_change(tx, scope, seen.customer).await?;
    let mut agreement = held(tx, seen.customer, seen.agreement).await?;
    if agreement.version != seen.version {
        return Err(CustomerError::VersionStale);
    }
    write(&mut agreement);
    checked(&agreement)?;
    agreement.version += 1;
    put_agreements(app, tx, doer, std::slice::from_ref(&agreement)).await?;
    // The number that stood there before does not find the customer any more.
    refresh_lookups(app, tx, &customer).await?;
    tx.tell(news(&customer, "changed"));
    Ok(agreement)
}

/// Takes back an agreement that was added a moment ago and that no bill or payment names.
pub(super) async fn take_back(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    (customer, id): (CustomerId, AgreementId),
) -> Result<(), CustomerError> {
    let file = one_for_change(tx, scope, customer).await?;
    let agreement = held(tx, customer, id).await?;
    let whose = Whose::Customers(std::slice::from_ref(&customer));
    let is_billed = holdings::bills(&**tx, whose).await?.iter().any(|bill| bill.agreement_id == Some(id));
    let is_paid = holdings::payments(&**tx, whose).await?.iter().any(|payment| payment.agreement_id == Some(id));
    let added_at = holdings::agreement_added_at(&**tx, customer, id).await?;
    let is_new = added_at.is_some_and(|at| app.now().millis() - at.millis() <= TAKE_BACK_MS);
    if is_billed || is_paid || !is_new {
        return Err(CustomerError::AgreementStays);
    }
    erase::agreements(&**tx, customer, &[id]).await?;
    refresh_lookups(app, tx, &file).await?;
    let payload = json!({ "agreement": id, "product": agreement.product, "before": Terms::of(&agreement) });
    journal::append(app, tx, doer, Fact::about(customer, "customer", "agreement_taken_back", payload)).await?;
    tx.tell(news(&file, "changed"));
    Ok(())
}

async fn held(tx: &Tx, customer: CustomerId, id: AgreementId) -> Result<Agreement, CustomerError> {
    let all = holdings::agreements(&**tx, Whose::Customers(std::slice::from_ref(&customer))).await?;
    all.into_iter().find(|held| held.id == id).ok_or(CustomerError::PartNotFound { thing: "agreement" })
}

/// What a person may write about an agreement.
fn checked(agreement: &Agreement) -> Result<(), CustomerError> {
    let invalid = |field, rule| Err(CustomerError::Invalid { field, rule });
    let is_longer = |text: &str, most: usize| text.chars().count() > most;
    let is_before =
        |day: Option<Day>, other: Option<Day>| matches!((day, other), (Some(day), Some(other)) if day < other);
    match agreement {
        a if is_longer(&a.number, 100) => invalid("number", "at most 100 characters"),
        a if is_longer(&a.product, 200) => invalid("product", "at most 200 characters"),
        a if is_longer(&a.plate, 20) => invalid("plate", "at most 20 characters"),
        a if is_before(a.end, a.start) => invalid("end", "a day on or after the first day in force"),
        a if is_before(a.delivered, a.signed) => invalid("delivered", "a day on or after the day of signing"),
        a if !(0..=AMOUNT_MINOR_MAX).contains(&a.premium.minor) => invalid("premium", "0 to 1,000,000,000.00"),
        _ => Ok(()),
    }
}
