//! Touches that the program closes by itself: their last day is over, or the batch that asked for them was taken back.

use super::follow::of_work;
use super::store::write::{self, Closing};
use super::store::{batch, read};
use super::touch::Cause;
use super::{Place, WorkError, create, tell};
use crate::customer::BatchEnder;
use crate::platform::App;
use crate::{customer, journal};
use serde_json::json;
use tend_rules::journal::{Doer, Fact};

/// Closes every open touch whose last day is over or whose batch was taken back; answers how many. Running it twice
/// changes nothing.
pub async fn expire(app: &App) -> Result<usize, WorkError> {
    let withdrawn = withdraw_undone(app).await?;
    let expired = close(app, Closing::Expired { today: app.today() }, "expired").await?;
    let tx = app.begin().await?;
    customer::end_sight(app, &tx).await?;
    tx.commit().await?;
    Ok(withdrawn + expired)
}

/// What the customer room is given: while a batch is taken back, what it asked for ends customer by customer.
pub const ENDS_WITH_BATCHES: BatchEnder = BatchEnder {
    count: |app, id| Box::pin(async move { Ok(batch::open(app.read(), id).await?) }),
    end: |app, tx, doer, batch, customers| {
        Box::pin(async move {
            let mut open = read::open_of_customers(&**tx, customers).await?;
            open.retain(|touch| touch.cause == Cause::Batch(batch));
            create::withdraw(app, tx, doer, open, "the batch was taken back").await.map(drop).map_err(of_work)
        })
    },
};

/// Closes open touches of batches that are taken back and whose customer no row names any more: a merge carried them
/// elsewhere, or an earlier version left them. Answers how many. To be called now and then.
pub async fn withdraw_undone(app: &App) -> Result<usize, WorkError> {
    close(app, Closing::Withdrawn, "withdrawn").await
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
