//! Traces stay with the record under which they were opened, because the journal tells of their evidence by ids and hashes
//! that nothing may change. They are read with the record on file of which that one is part by now, and point to its
//! agreements.

use super::store;
use crate::customer::{CustomerError, Follower, Passage, Returning};
use crate::platform::{App, Tx};
use serde_json::{Value, json};
use tend_rules::base::CustomerId;

/// What the customer room is given.
pub const FOLLOWS_MERGES: Follower = Follower {
    count: |app, customer| Box::pin(count(app, customer)),
    returning: |app, passage, _| Box::pin(returning(app, passage)),
    follow: |_, tx, _, passage| Box::pin(point_there(tx, passage)),
    bring_back: |_, tx, _, passage, _| Box::pin(point_back(tx, passage)),
};

async fn count(app: &App, customer: CustomerId) -> Result<Vec<(&'static str, i64)>, CustomerError> {
    Ok(vec![("traces", store::subjects_of(app.read(), customer).await?.len() as i64)])
}

/// They never left the record under which they were opened, and are read with it alone again.
async fn returning(app: &App, passage: &Passage) -> Result<Returning, CustomerError> {
    let traces = store::subjects_of(app.read(), passage.to).await?;
    let ids = traces.iter().map(|(trace, _)| trace.0).collect();
    Ok(Returning { counts: vec![("traces", traces.len() as i64)], ids })
}

async fn point_there(tx: &Tx, passage: &Passage) -> Result<Value, CustomerError> {
    turn(tx, passage.from, passage).await?;
    Ok(json!(null))
}

async fn point_back(tx: &Tx, passage: &Passage) -> Result<(), CustomerError> {
    turn(tx, passage.to, passage).await
}

/// Turns the traces of a record to where their agreements are found now.
async fn turn(tx: &Tx, whose: CustomerId, passage: &Passage) -> Result<(), CustomerError> {
    for (trace, agreement) in store::subjects_of(&**tx, whose).await? {
        let Some(agreement) = agreement else { continue };
        if let Some(there) = passage.subjects.get(&agreement) {
            store::point_to(&**tx, trace, *there).await?;
        }
    }
    Ok(())
}
