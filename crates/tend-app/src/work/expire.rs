//! Touches that the program closes by itself: their last day is over, or the batch that asked for them was taken back.

use super::store::write::{self, Closing};
use super::{Place, WorkError, tell};
use crate::platform::App;
use crate::{customer, journal};
use serde_json::json;
use tend_rules::journal::{Doer, Fact};

/// Closes every open touch whose last day is over or whose batch was taken back; answers how many. Running it twice
/// changes nothing.
pub async fn expire(app: &App) -> Result<usize, WorkError> {
    let withdrawn = close(app, Closing::Withdrawn, "withdrawn").await?;
    let expired = close(app, Closing::Expired { today: app.today() }, "expired").await?;
    let tx = app.begin().await?;
    customer::end_sight(app, &tx).await?;
    tx.commit().await?;
    Ok(withdrawn + expired)
}

/// A thousand in a transaction, so that nobody waits long for the writer.
async fn close(app: &App, closing: Closing, kind: &'static str) -> Result<usize, WorkError> {
    let mut many = 0;
    loop {
        let tx = app.begin().await?;
        let closed = write::close_some(&*tx, closing, app.now()).await?;
        if closed.is_empty() {
            tx.roll_back().await?;
            return Ok(many);
        }
        many += closed.len();
        let mut facts = Vec::with_capacity(closed.len());
        for touch in closed {
            facts.push(Fact::about(touch.customer_id, "work", kind, json!({ "touch": touch.id })));
            let place = Place { unit: touch.unit_id, owner: touch.owner_id };
            tell(&tx, kind, touch.id, touch.customer_id, place, place);
        }
        journal::append_all(app, &tx, Doer::Program("work"), facts).await?;
        tx.commit().await?;
    }
}
