//! The customers whom a bulk edit or an export is about, in the scope of the person who began it.

use super::NAMED_MAX;
use super::whom::{Whom, WhomFilters};
use crate::customer::{self, Narrow, OrphansOnly};
use crate::org::Who;
use crate::platform::App;
use crate::segment;
use crate::work::WorkError;
use std::collections::HashSet;
use tend_rules::base::*;

/// Rows of one statement.
const PIECE: usize = 2000;

/// That it is said who is meant, and in words that are understood.
pub(in crate::work) async fn check(app: &App, who: &Who, whom: &Whom) -> Result<(), WorkError> {
    narrow_of(whom)?;
    if let Some(expression) = said(whom.expression.as_deref()) {
        segment::checked(app, expression, who.language).await?;
    }
    Ok(())
}

fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Everybody who is meant, by bucket and id.
pub(in crate::work) async fn ids_of(app: &App, who: &Who, whom: &Whom) -> Result<Vec<CustomerId>, WorkError> {
    let scope = who.scope();
    let narrow = narrow_of(whom)?;
    let filters = &whom.filters;
    if let Some(named) = named_only(whom) {
        return Ok(in_order(named));
    }
    let mut meant: Option<Vec<CustomerId>> = narrow.ids.clone();
    if let Some(expression) = said(whom.expression.as_deref()) {
        meant = Some(segment::matching(app, &scope, expression, who.language, usize::MAX).await?);
    }
    if let Some(text) = said(filters.q.as_deref()) {
        let hits = customer::find_exactly(app, who, text).await?;
        meant = Some(match meant {
            Some(ids) => {
                let hits: HashSet<CustomerId> = hits.into_iter().collect();
                ids.into_iter().filter(|id| hits.contains(id)).collect()
            }
            None => hits,
        });
    }
    let mut found = Vec::new();
    match meant {
        Some(ids) => {
            for piece in ids.chunks(PIECE) {
                let narrow = Narrow { ids: Some(piece.to_vec()), ..narrow.clone() };
                found.extend(customer::ids_of(app, &scope, &narrow, None, PIECE as i64).await?);
            }
        }
        None => loop {
            let piece = customer::ids_of(app, &scope, &narrow, found.last().copied(), 20_000).await?;
            let is_last = piece.len() < 20_000;
            found.extend(piece);
            if is_last {
                break;
            }
        },
    }
    Ok(in_order(found))
}

/// Customers who are named one by one and nothing else: whoever is not the reader's is refused row by row, so that the
/// figures speak of everybody who was chosen.
fn named_only(whom: &Whom) -> Option<Vec<CustomerId>> {
    let bare = Whom { ids: None, ..whom.clone() } == Whom::default();
    whom.ids.clone().filter(|_| bare)
}

fn in_order(mut ids: Vec<CustomerId>) -> Vec<CustomerId> {
    ids.sort_unstable_by_key(|id| (id.bucket(), *id));
    ids.dedup();
    ids
}

fn narrow_of(whom: &Whom) -> Result<Narrow, WorkError> {
    let WhomFilters { q: _, owner, unit, tier, class, lifecycle, label, batch } = whom.filters.clone();
    if whom.ids.as_ref().is_some_and(|ids| ids.is_empty() || ids.len() > NAMED_MAX) {
        return Err(WorkError::Invalid { field: "ids", rule: "1..20000" });
    }
    let invalid = |_| WorkError::Invalid { field: "owner", rule: "the id of a person, or none" };
    let orphans_only = (owner.as_deref() == Some("none")).then_some(OrphansOnly);
    let owner = owner.filter(|text| text != "none").map(|text| text.parse::<StaffId>()).transpose().map_err(invalid)?;
    Ok(Narrow {
        ids: whom.ids.clone(),
        owner: whom.owner.or(owner),
        orphans_only,
        unit,
        tier,
        class,
        lifecycle,
        label,
        batch,
    })
}
