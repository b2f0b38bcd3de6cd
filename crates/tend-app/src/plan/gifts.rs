//! The catalogue of gifts that care plans name by code: what one is, what it costs, how many there are for a month. What
//! is retired cannot be named by a plan that is published anew; what a published plan names cannot be retired.

use super::PlanError;
use super::naming::{Plans, TextUser};
use super::store::gifts::{self, GiftRow};
use super::texts::fit_key;
use crate::journal;
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use crate::segment::catalogue;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use tend_planner::Supply;
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::plan::CarePlan;
use tend_rules::segment::Words;
use utoipa::ToSchema;

/// What kind of thing a gift is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GiftKind {
    /// A thing that is handed over or sent.
    Goods,
    /// A card written by hand.
    Card,
    /// A ticket or voucher.
    Ticket,
    /// A sample to try.
    Sample,
    /// A short-term insurance that costs the customer nothing.
    Insurance,
    /// A service: a wash of the car, a check-up.
    Service,
}

impl GiftKind {
    const ALL: [Self; 6] = [Self::Goods, Self::Card, Self::Ticket, Self::Sample, Self::Insurance, Self::Service];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Goods => "goods",
            Self::Card => "card",
            Self::Ticket => "ticket",
            Self::Sample => "sample",
            Self::Insurance => "insurance",
            Self::Service => "service",
        }
    }

    pub(super) fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.word() == word).unwrap_or(Self::Goods)
    }
}

/// What a gift is.
#[derive(Debug, Clone)]
pub struct Gift {
    /// The name for people.
    pub title: Words,
    /// What kind of thing it is.
    pub kind: GiftKind,
    /// What one costs, minor units of the firm's currency.
    pub cost_minor: i64,
    /// How many there are for a month of the calendar; as many as are wanted where nothing is said.
    pub per_month: Option<i32>,
}

/// A gift with who names it and how many are planned.
#[derive(Debug, Clone)]
pub struct FirmGift {
    /// The code by which plans name it.
    pub key: String,
    /// What it is.
    pub gift: Gift,
    /// Grows with each change.
    pub version: i64,
    /// Since when no plan may name it anew.
    pub retired_at: Option<Instant>,
    /// The plans that name it.
    pub users: Vec<TextUser>,
    /// Touches of these plans that are due this month so far, but for those that were taken back or came too late.
    pub this_month: i64,
}

/// The days of the month of a day.
pub(super) fn month_of(day: Day) -> (Day, Day) {
    let first = day - i32::from(day.day_of_month()) + 1;
    let next = first + 31;
    (first, next - i32::from(next.day_of_month()))
}

fn names(plan: &CarePlan, key: &str) -> bool {
    plan.gift.as_ref().is_some_and(|named| named.key == key)
}

/// Every gift of the firm.
pub async fn every(app: &App) -> Result<Vec<FirmGift>, PlanError> {
    on(app, app.today()).await
}

/// The same with what is planned for the month of a day.
async fn on(app: &App, day: Day) -> Result<Vec<FirmGift>, PlanError> {
    let plans = Plans::read(app.read(), app.today(), &catalogue(app).await?).await?;
    let touches = gifts::touches_of(app.read(), month_of(day)).await?;
    let shaped = |row: GiftRow| {
        let users = plans.users(|plan| names(plan, &row.key));
        let this_month = users.iter().filter_map(|user| touches.get(&user.id)).sum();
        FirmGift { key: row.key, gift: row.gift, version: row.version, retired_at: row.retired_at, users, this_month }
    };
    Ok(gifts::every(app.read()).await?.into_iter().map(shaped).collect())
}

/// The gifts by code, retired ones too: touches of plans that were published before may still come with them.
pub(super) async fn by_key(app: &App) -> Result<HashMap<String, Gift>, PlanError> {
    Ok(gifts::every(app.read()).await?.into_iter().map(|row| (row.key, row.gift)).collect())
}

/// What there is in the month of a day of each gift that runs out, retired ones too.
pub(super) async fn supplies(app: &App, day: Day) -> Result<BTreeMap<String, Supply>, PlanError> {
    let supply = |one: FirmGift| {
        let per_month = u32::try_from(one.gift.per_month?).ok()?;
        Some((one.key, Supply { per_month, taken: u32::try_from(one.this_month).unwrap_or(u32::MAX) }))
    };
    Ok(on(app, day).await?.into_iter().filter_map(supply).collect())
}

/// Refuses a plan that names a gift which the firm does not give.
pub(super) async fn check(db: &impl ConnectionTrait, file: &str, plan: &CarePlan) -> Result<(), PlanError> {
    if plan.gift.is_none() {
        return Ok(());
    }
    let rows = gifts::every(db).await?;
    let given = rows.iter().filter(|row| row.retired_at.is_none()).map(|row| row.key.as_str());
    match plan.gift_fault(file, given) {
        Some(fault) => Err(PlanError::Faulty { faults: vec![fault] }),
        None => Ok(()),
    }
}

fn fit(gift: &Gift) -> Result<(), PlanError> {
    let invalid = |field, rule| Err(PlanError::Invalid { field, rule });
    if [&gift.title.zh, &gift.title.en].into_iter().any(|name| !(1..=60).contains(&name.trim().chars().count())) {
        return invalid("title", "1 to 60 characters in both languages");
    }
    if !(0..=100_000_000).contains(&gift.cost_minor) {
        return invalid("cost_minor", "0..100000000");
    }
    if gift.per_month.is_some_and(|count| !(1..=10_000_000).contains(&count)) {
        return invalid("per_month", "1..10000000");
    }
    Ok(())
}

/// Adds a gift.
pub async fn add(app: &App, tx: &Tx, doer: Doer, key: &str, gift: &Gift) -> Result<(), PlanError> {
    fit_key(key)?;
    fit(gift)?;
    if gifts::insert(&**tx, key, gift).await? == 0 {
        return Err(PlanError::KeyTaken { key: key.to_owned() });
    }
    told(app, tx, doer, key, ("gift_added", Some(gift))).await
}

/// Changes a gift: its name, its cost, how many there are. Its code stays.
pub async fn change(app: &App, tx: &Tx, doer: Doer, (key, version): (&str, i64), gift: &Gift) -> Result<(), PlanError> {
    known(tx, key).await?;
    fit(gift)?;
    if gifts::change(&**tx, key, gift, version).await? == 0 {
        return Err(PlanError::VersionStale);
    }
    told(app, tx, doer, key, ("gift_changed", Some(gift))).await
}

/// Retires a gift that no published plan names.
pub async fn retire(app: &App, tx: &Tx, doer: Doer, key: &str) -> Result<(), PlanError> {
    known(tx, key).await?;
    let plans = Plans::read(&**tx, app.today(), &catalogue(app).await?).await?;
    plans.spare_published(|plan| names(plan, key))?;
    if gifts::retire(&**tx, key, (&doer.to_string(), app.now())).await? == 0 {
        return Ok(());
    }
    told(app, tx, doer, key, ("gift_retired", None)).await
}

/// Takes a retired gift back into use.
pub async fn resume(app: &App, tx: &Tx, doer: Doer, key: &str) -> Result<(), PlanError> {
    known(tx, key).await?;
    if gifts::resume(&**tx, key).await? == 0 {
        return Ok(());
    }
    told(app, tx, doer, key, ("gift_resumed", None)).await
}

async fn known(tx: &Tx, key: &str) -> Result<GiftRow, PlanError> {
    gifts::one(&**tx, key).await?.ok_or_else(|| PlanError::GiftUnknown { key: key.to_owned() })
}

async fn told(
    app: &App,
    tx: &Tx,
    doer: Doer,
    key: &str,
    (kind, gift): (&'static str, Option<&Gift>),
) -> Result<(), PlanError> {
    let what = gift.map_or(Value::Null, |gift| {
        json!({ "title": gift.title, "kind": gift.kind, "cost_minor": gift.cost_minor, "per_month": gift.per_month })
    });
    journal::append(app, tx, doer, Fact::of_firm("plan", kind, json!({ "key": key, "gift": what }))).await?;
    let scope = LiveScope::default();
    tx.tell(LiveEvent { seq: 0, room: "plan", kind: kind.into(), id: None, customer_id: None, scope });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_that_of_the_calendar() {
        for (day, first, last) in [
            ("2026-11-29", "2026-11-01", "2026-11-30"),
            ("2026-12-01", "2026-12-01", "2026-12-31"),
            ("2028-02-29", "2028-02-01", "2028-02-29"),
        ] {
            let of = |text: &str| text.parse::<Day>().expect("a day");
            assert_eq!(month_of(of(day)), (of(first), of(last)), "{day}");
        }
    }
}
