//! A customer as they were known at an earlier moment, rebuilt from the journal.

use super::CustomerError;
use super::store::{consents, labels, people};
use crate::journal;
use crate::platform::App;
use tend_rules::base::*;
use tend_rules::customer::{Known, Told, as_known};
use tend_rules::org::Scope;

/// Facts of the journal that are read at once.
const PAGE: i64 = 500;
/// The most that is replayed. Hardly anybody has so many facts; who has is answered with doubt.
const MOST: usize = 20_000;

/// A customer within scope as they were known at a moment. Of somebody who was erased nothing is known.
pub async fn known_at(app: &App, scope: &Scope, id: CustomerId, at: Instant) -> Result<Known, CustomerError> {
    let file = people::read(app.read(), scope, &[id]).await?.pop().ok_or(CustomerError::NotFound)?;
    let on = labels::of(app.read(), &[id]).await?.into_iter().map(|(_, key, _)| key).collect();
    let said = consents::of(app.read(), &[id]).await?.into_iter();
    let said = said.map(|row| ((row.channel, row.purpose), row.stance)).collect();
    let mut told: Vec<Told> = Vec::new();
    let mut before: Option<FactId> = None;
    let is_whole = loop {
        let page = journal::story(app, id, before, PAGE).await?;
        before = page.last().map(|fact| fact.id);
        let is_last = page.len() < PAGE as usize;
        told.extend(page.into_iter().map(|fact| Told {
            at: fact.at,
            day: app.zone().day_of(fact.at),
            room: fact.room,
            kind: fact.kind,
            payload: fact.payload,
        }));
        if is_last || told.len() >= MOST {
            break is_last;
        }
    };
    told.sort_by_key(|fact| std::cmp::Reverse(fact.at));
    let mut known = as_known((file, on, said), &told, at);
    if !is_whole && told.last().is_some_and(|first| first.at > at) {
        known.doubt_all();
    }
    Ok(known)
}
