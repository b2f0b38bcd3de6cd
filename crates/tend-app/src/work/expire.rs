//! Touches whose last day is over are closed by the clock.

use super::store::write;
use super::{Place, WorkError, tell};
use crate::journal;
use crate::platform::App;
use serde_json::json;
use tend_rules::journal::{Doer, Fact};

/// Closes every open touch whose last day is over, a thousand in a transaction; answers how many. Running it twice
/// changes nothing.
pub async fn expire(app: &App) -> Result<usize, WorkError> {
    let mut closed = 0;
    loop {
        let tx = app.begin().await?;
        let expired = write::expire_some(&*tx, app.today(), app.now()).await?;
        if expired.is_empty() {
            tx.roll_back().await?;
            return Ok(closed);
        }
        closed += expired.len();
        let mut facts = Vec::with_capacity(expired.len());
        for touch in expired {
            facts.push(Fact::about(touch.customer_id, "work", "expired", json!({ "touch": touch.id })));
            let place = Place { unit: touch.unit_id, owner: touch.owner_id };
            tell(&tx, "expired", touch.id, touch.customer_id, place, place);
        }
        journal::append_all(app, &tx, Doer::Program("work"), facts).await?;
        tx.commit().await?;
    }
}
