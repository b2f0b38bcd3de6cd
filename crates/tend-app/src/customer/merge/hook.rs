//! Where later rooms plug in: what they keep about a customer goes along with a merge and back with a split, in the same
//! transaction. Told by the journal alone they would follow a moment later, and a program killed in between would leave
//! work orders about nobody. This room knows none of them by name.

use crate::customer::CustomerError;
use crate::customer::read::key;
use crate::customer::store::merge::sights;
use crate::platform::{App, Bind, CustomerKey, Problem, Table, Tx};
use axum::http::StatusCode;
use futures::future::BoxFuture;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;
use tend_rules::base::*;
use tend_rules::journal::Doer;
use uuid::Uuid;

/// One customer's rows go over to another one.
#[derive(Debug)]
pub struct Passage {
    /// Whose rows they are.
    pub from: CustomerId,
    /// Whose they become.
    pub to: CustomerId,
    /// The ids of what goes over or already has a counterpart there (agreements, bills, orders): old to new.
    pub subjects: HashMap<Uuid, Uuid>,
    /// Those of them that go over themselves, by the ids that they had.
    pub went: HashSet<Uuid>,
}

impl Passage {
    /// The keys of both sides.
    pub async fn keys(&self, app: &App, tx: &Tx) -> Result<(CustomerKey, CustomerKey), CustomerError> {
        Ok((key(app, &**tx, self.from).await?, key(app, &**tx, self.to).await?))
    }

    /// What a row is about, on the other side.
    pub fn subject(&self, subject: Uuid) -> Uuid {
        if subject == self.from.0 { self.to.0 } else { self.subjects.get(&subject).copied().unwrap_or(subject) }
    }
}

type Counted<'a> = BoxFuture<'a, Result<Vec<(&'static str, i64)>, CustomerError>>;
type Going<'a> = BoxFuture<'a, Result<Returning, CustomerError>>;
type Followed<'a> = BoxFuture<'a, Result<Value, CustomerError>>;
type Returned<'a> = BoxFuture<'a, Result<(), CustomerError>>;

/// What of a room would go back with a record.
#[derive(Debug, Default)]
pub struct Returning {
    /// How many of which kind.
    pub counts: Vec<(&'static str, i64)>,
    /// Their ids, as they are now: what a later room keeps about them goes along.
    pub ids: Vec<Uuid>,
}

/// What a later room does when customers are merged and parted.
#[derive(Debug, Clone, Copy)]
pub struct Follower {
    /// How many things of which kind it keeps about a customer.
    pub count: for<'a> fn(&'a App, CustomerId) -> Counted<'a>,
    /// What would go back of what it took over, as that is now; `went` of the passage grows by what each room answers.
    pub returning: for<'a> fn(&'a App, &'a Passage, &'a Value) -> Going<'a>,
    /// Takes its rows over; answers what it needs to bring them back.
    pub follow: for<'a> fn(&'a App, &'a Tx, Doer, &'a Passage) -> Followed<'a>,
    /// Brings back what it took over.
    pub bring_back: for<'a> fn(&'a App, &'a Tx, Doer, &'a Passage, &'a Value) -> Returned<'a>,
}

static FOLLOWERS: OnceLock<&'static [Follower]> = OnceLock::new();

/// Names the followers, in the order of their rooms; called once where the rooms are put together.
pub fn follow_merges_with(followers: &'static [Follower]) {
    // A second call comes with the same rooms, when a program builds its router twice.
    let _ = FOLLOWERS.set(followers);
}

pub(super) fn followers() -> Result<&'static [Follower], Problem> {
    FOLLOWERS.get().copied().ok_or_else(|| Problem::new(StatusCode::NOT_IMPLEMENTED, "merge_not_ready"))
}

/// Takes along who sees the customer for the time of these work orders, whose ids change their bucket.
pub async fn carry_sight(tx: &Tx, from: CustomerId, to: CustomerId, touches: &[TouchId]) -> Result<(), CustomerError> {
    let table = Table::of(&**tx, "customer_sight").await?;
    for touch in sights(&**tx, from, touches).await? {
        let row = |customer: CustomerId, touch: TouchId| {
            [
                ("bucket", customer.bucket().into_value()),
                ("customer_id", customer.into_value()),
                ("touch_id", touch.into_value()),
            ]
        };
        table.carry(&**tx, &row(from, touch), &row(to, touch.moved_to(to.bucket()))).await?;
    }
    Ok(())
}
