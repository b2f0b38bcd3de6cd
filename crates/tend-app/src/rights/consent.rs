//! A consent is noted, and what a refusal ends is ended in the same transaction: planned and handed-out work orders.

use super::RightsError;
use crate::customer::{self, Said};
use crate::platform::{App, Tx};
use crate::work;
use tend_rules::base::CustomerId;
use tend_rules::customer::Consent;
use tend_rules::journal::Doer;
use tend_rules::org::Scope;

/// Notes what a customer said; answers how many work orders it ended.
pub async fn say(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    id: CustomerId,
    said: Said<'_>,
) -> Result<usize, RightsError> {
    customer::set_consent(app, tx, doer, scope, id, said).await?;
    if said.state != Consent::Refused {
        return Ok(0);
    }
    Ok(work::withdraw_refused(app, tx, doer, id, (said.channel, said.purpose)).await?)
}
