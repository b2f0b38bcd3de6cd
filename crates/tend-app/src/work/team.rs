//! The team strip: who of a unit is here, on what, how full the list is, and since when nothing was recorded.

use super::WorkError;
use super::board::loads;
use super::store::read::{self, PersonLoad};
use crate::org::presence::{self, Seen};
use crate::platform::App;
use tend_rules::base::*;

/// A person of the strip.
#[derive(Debug)]
pub struct TeamMate {
    /// The person's day.
    pub load: PersonLoad,
    /// Presence; none for somebody who is not here.
    pub seen: Option<Seen>,
    /// When the person last recorded something today.
    pub last_deed: Option<Instant>,
}

impl TeamMate {
    /// Minutes since the person did anything, for those who are here.
    pub fn idle_minutes(&self, now: Instant) -> Option<i64> {
        let seen = self.seen.as_ref()?;
        let since = self.last_deed.into_iter().chain(seen.since).max()?;
        Some(((now.millis() - since.millis()) / 60_000).max(0))
    }
}

/// The people of a unit and below who do work.
pub async fn team(app: &App, unit: UnitId) -> Result<Vec<TeamMate>, WorkError> {
    let today = app.today();
    let people = loads(app, unit, today).await?;
    let mut seen = presence::seen_in(app, unit).await?;
    let mut deeds = read::last_deeds(app.read(), today).await?;
    let mates = people.into_iter().map(|load| TeamMate {
        seen: seen.remove(&load.id),
        last_deed: deeds.remove(&load.id),
        load,
    });
    Ok(mates.collect())
}
