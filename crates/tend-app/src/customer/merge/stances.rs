//! What two records said about single purposes becomes one: the stricter holds. A split gives each its own back, save what
//! was refused or taken back.

use super::said;
use crate::customer::CustomerError;
use crate::customer::consent::is_narrow;
use crate::customer::store::consents::{self, StanceRow};
use crate::platform::{App, Tx};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use tend_rules::base::*;
use tend_rules::customer::{Customer, EVERY_PURPOSE, Said, merged_stance};
use tend_rules::law::Stance;

/// What became different about one purpose and channel in the record that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StanceChange {
    purpose: String,
    channel: Channel,
    before: Option<(Stance, i64)>,
    after: Option<Stance>,
}

/// One of the two records, with what it said.
struct Side<'a> {
    file: &'a Customer,
    said: Said,
    rows: Vec<&'a StanceRow>,
}

impl Side<'_> {
    fn row(&self, purpose: &str, channel: Channel) -> Option<&StanceRow> {
        self.rows.iter().find(|row| row.purpose == purpose && row.channel == channel).copied()
    }

    /// What it says about a purpose; who took the whole channel back took each purpose back.
    fn stance(&self, purpose: &str, channel: Channel) -> Option<Stance> {
        let own = self.row(purpose, channel).map(|row| row.stance);
        own.or_else(|| self.said.withdrawn.has(channel).then_some(Stance::Unknown))
    }

    fn is_narrow(&self, channel: Channel) -> bool {
        is_narrow(self.rows.iter().filter(|row| row.channel == channel).copied(), self.file.consented.has(channel))
    }
}

/// Combines what both records said about single purposes; `merged` is what holds for the channels as a whole.
pub(super) async fn combine(
    tx: &Tx,
    (kept, other): (&Customer, &Customer),
    merged: Said,
) -> Result<Vec<StanceChange>, CustomerError> {
    let rows = consents::of(&**tx, &[kept.id, other.id]).await?;
    let of = |id: CustomerId| rows.iter().filter(|row| row.customer_id == id).collect::<Vec<_>>();
    let mine = Side { file: kept, said: said(&**tx, kept).await?, rows: of(kept.id) };
    let theirs = Side { file: other, said: said(&**tx, other).await?, rows: of(other.id) };
    let spoken: BTreeSet<(&str, Channel)> = rows.iter().map(|row| (row.purpose.as_str(), row.channel)).collect();
    let mut changes = Vec::new();
    for (purpose, channel) in spoken {
        let after = match purpose {
            EVERY_PURPOSE => for_every(&mine, &theirs, merged, channel),
            _ => merged_stance(mine.stance(purpose, channel), theirs.stance(purpose, channel)),
        };
        let before = mine.row(purpose, channel);
        if before.map(|row| row.stance) == after {
            continue;
        }
        let source = theirs.row(purpose, channel).or(before).map(|row| row.since);
        match (after, source) {
            (Some(stance), Some(since)) => {
                consents::put(&**tx, kept.id, (purpose, channel, stance), since).await?;
            }
            _ => drop(consents::forget(&**tx, kept.id, (purpose, channel)).await?),
        }
        let before = before.map(|row| (row.stance, row.since.millis()));
        changes.push(StanceChange { purpose: purpose.to_owned(), channel, before, after });
    }
    Ok(changes)
}

/// The row for every purpose at once. A consent that spoke of single purposes in either record does so afterwards.
fn for_every(mine: &Side<'_>, theirs: &Side<'_>, merged: Said, channel: Channel) -> Option<Stance> {
    if merged.refused.has(channel) {
        return Some(Stance::Refused);
    }
    let narrow = mine.is_narrow(channel) || theirs.is_narrow(channel);
    match (merged.consented.has(channel), narrow) {
        (true, false) => Some(Stance::Given),
        _ => Some(Stance::Unknown),
    }
}

/// Gives both records what they said about single purposes, as far as nobody refused or took back since: that holds for
/// both.
pub(super) async fn part(
    app: &App,
    tx: &Tx,
    (kept, back): (CustomerId, CustomerId),
    changes: &[StanceChange],
) -> Result<(), CustomerError> {
    let rows = consents::of(&**tx, &[kept, back]).await?;
    let of = |id: CustomerId, purpose: &str, channel: Channel| {
        let own = |row: &&StanceRow| row.customer_id == id && row.purpose == purpose && row.channel == channel;
        rows.iter().find(own).map(|row| row.stance)
    };
    let single = |row: &&StanceRow| row.customer_id == kept && row.purpose != EVERY_PURPOSE;
    for row in rows.iter().filter(single) {
        let theirs = of(back, &row.purpose, row.channel);
        let merged = changes.iter().find(|one| one.purpose == row.purpose && one.channel == row.channel);
        let since_then = merged.is_none_or(|one| one.after != Some(Stance::Unknown));
        let refused = row.stance == Stance::Refused && theirs != Some(Stance::Refused);
        let taken_back = row.stance == Stance::Unknown && theirs == Some(Stance::Given) && since_then;
        if refused || taken_back {
            consents::put(&**tx, back, (&row.purpose, row.channel, row.stance), app.now()).await?;
        }
    }
    for change in changes {
        let (purpose, channel) = (change.purpose.as_str(), change.channel);
        if of(kept, purpose, channel) != change.after || change.after == Some(Stance::Refused) {
            continue;
        }
        match change.before {
            Some((stance, since)) => {
                consents::put(&**tx, kept, (purpose, channel, stance), Instant::from_millis(since)).await?;
            }
            None => drop(consents::forget(&**tx, kept, (purpose, channel)).await?),
        }
    }
    Ok(())
}
