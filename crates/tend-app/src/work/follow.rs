//! Work orders follow their customer when two records are merged, and come back when they are parted. Nobody is called
//! twice for the same thing: of two that ask for the same, one is withdrawn.

use super::store::follow::{self, TouchRow};
use super::store::read;
use super::{Place, WorkError, tell, withdraw};
use crate::customer::{CustomerError, Follower, Passage, Returning, WorkTeller, carry_sight};
use crate::platform::{App, Tx};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;
use tend_rules::base::*;
use tend_rules::journal::Doer;
use tend_rules::org::Scope;
use tend_rules::work::State;

/// What the customer room is given.
pub const FOLLOWS_MERGES: Follower = Follower {
    count: |app, customer| Box::pin(count(app, customer)),
    returning: |app, passage, kept| Box::pin(returning(app, passage, kept)),
    follow: |app, tx, doer, passage| Box::pin(take_over(app, tx, doer, passage)),
    bring_back: |app, tx, _, passage, kept| Box::pin(bring_back(app, tx, passage, kept)),
};

/// What the customer room is given: who has open work with customers that get another keeper.
pub const TELLS_WORK: WorkTeller =
    |_, tx, customers| Box::pin(async move { Ok(follow::open_with(&**tx, customers).await?) });

/// What is needed to bring touches back.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// Those that came over, by their new ids.
    came: Vec<TouchId>,
    /// Those of either record that were withdrawn as the same twice, with the state they were in.
    withdrawn: Vec<(TouchId, String)>,
}

async fn count(app: &App, customer: CustomerId) -> Result<Vec<(&'static str, i64)>, CustomerError> {
    let (all, open) = follow::count(app.read(), customer).await?;
    Ok(vec![("touches", all), ("open_touches", open)])
}

fn is_open(state: State) -> bool {
    State::OPEN.contains(&state)
}

const fn is_done(state: State) -> bool {
    matches!(state, State::Done | State::Verified)
}

async fn take_over(app: &App, tx: &Tx, doer: Doer, passage: &Passage) -> Result<Value, CustomerError> {
    let (from, to) = (passage.from, passage.to);
    let (theirs, mine) = (follow::of_customer(&**tx, from).await?, follow::of_customer(&**tx, to).await?);
    let mut kept = Kept::default();
    let mut moved = Vec::with_capacity(theirs.len());
    let mut twice: Vec<(TouchId, State)> = Vec::new();
    for touch in &theirs {
        let (subject, id) = (passage.subject(touch.subject), touch.id.moved_to(to.bucket()));
        let same = |known: &&TouchRow| known.cause == touch.cause && known.subject == subject;
        // Cause, subject and day are unique for a customer: the twin of one that is there already keeps its old subject.
        let is_twin = mine.iter().filter(same).any(|known| known.due == touch.due);
        moved.push((touch.id, if is_twin { touch.subject } else { subject }));
        for known in mine.iter().filter(same) {
            let done_for = |one: State, on: Day| is_done(one) && on == touch.due;
            if is_open(touch.state) && (is_open(known.state) || done_for(known.state, known.due)) {
                twice.push((id, touch.state));
                break;
            }
            if is_open(known.state) && done_for(touch.state, known.due) {
                twice.push((known.id, known.state));
            }
        }
        kept.came.push(id);
    }
    let ids: Vec<TouchId> = theirs.iter().map(|touch| touch.id).collect();
    follow::carry(&**tx, (from, to), &moved).await?;
    carry_sight(tx, from, to, &ids).await?;
    let again: Vec<TouchId> = twice.iter().map(|(id, _)| *id).collect();
    let again = read::several(&**tx, &Scope::Firm, &again).await?;
    withdraw(app, tx, doer, again, "merged").await.map_err(of_work)?;
    kept.withdrawn = twice.into_iter().map(|(id, state)| (id, state.word().to_owned())).collect();
    tell_of(tx, &kept.came).await?;
    Ok(serde_json::to_value(&kept).expect("ids and words are JSON"))
}

/// Whether a touch goes back: it came over, or is about something that goes back.
fn goes(touch: &TouchRow, came: &HashSet<TouchId>, passage: &Passage) -> bool {
    came.contains(&touch.id) || passage.went.contains(&touch.subject)
}

async fn returning(app: &App, passage: &Passage, kept: &Value) -> Result<Returning, CustomerError> {
    let kept: Kept = serde_json::from_value(kept.clone()).unwrap_or_default();
    let came: HashSet<TouchId> = kept.came.into_iter().collect();
    let mut going = follow::seen_of_customer(app.read(), passage.from).await?;
    going.retain(|touch| goes(touch, &came, passage));
    let open = going.iter().filter(|touch| is_open(touch.state)).count() as i64;
    Ok(Returning {
        counts: vec![("touches", going.len() as i64), ("open_touches", open)],
        ids: going.iter().map(|touch| touch.id.0).collect(),
    })
}

async fn bring_back(app: &App, tx: &Tx, passage: &Passage, kept: &Value) -> Result<(), CustomerError> {
    let kept: Kept = serde_json::from_value(kept.clone()).unwrap_or_default();
    let (from, to) = (passage.from, passage.to);
    for (id, word) in &kept.withdrawn {
        let Some(state) = State::from_word(word) else { continue };
        follow::reopen(&**tx, *id, state, app.today()).await?;
    }
    let came: HashSet<TouchId> = kept.came.into_iter().collect();
    let mut going = follow::of_customer(&**tx, from).await?;
    going.retain(|touch| goes(touch, &came, passage));
    let moved: Vec<_> = going.iter().map(|touch| (touch.id, passage.subject(touch.subject))).collect();
    follow::carry(&**tx, (from, to), &moved).await?;
    let ids: Vec<TouchId> = going.iter().map(|touch| touch.id).collect();
    carry_sight(tx, from, to, &ids).await?;
    let ids: Vec<TouchId> = ids.into_iter().map(|id| id.moved_to(to.bucket())).collect();
    tell_of(tx, &ids).await
}

/// Tells open lists of the touches that are open.
async fn tell_of(tx: &Tx, ids: &[TouchId]) -> Result<(), CustomerError> {
    for touch in read::several(&**tx, &Scope::Firm, ids).await? {
        if is_open(touch.state) {
            tell(tx, "moved", touch.id, touch.customer.id, Place::of(&touch), Place::of(&touch));
        }
    }
    Ok(())
}

pub(super) fn of_work(error: WorkError) -> CustomerError {
    match error {
        WorkError::Customer(error) => error,
        WorkError::Database(error) => CustomerError::Database(error),
        _ => CustomerError::VersionStale,
    }
}
