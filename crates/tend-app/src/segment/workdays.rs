//! The firm's working calendar: days off and make-up days of its own beside those of the state. `workday(d)` in plans and
//! segments asks both; the firm's word goes first.

use super::SegmentError;
use super::store::{self, WorkingDayRow};
use crate::journal;
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tend_rules::base::Day;
use tend_rules::journal::{Doer, Fact};
use tend_rules::segment::{WorkCalendar, public_days};
use utoipa::ToSchema;

/// Whether a day is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Worked {
    /// A holiday.
    Off,
    /// A weekend day or holiday that is worked.
    Work,
}

impl Worked {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Work => "work",
        }
    }

    pub(super) fn from_word(word: &str) -> Self {
        if word == "work" { Self::Work } else { Self::Off }
    }
}

/// A day that is not as its weekday says.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkingDay {
    /// The day.
    pub day: Day,
    /// Whether it is worked.
    pub worked: Worked,
    /// What it is called; empty for days of the state.
    pub title: String,
    /// `state` (the yearly notice) or `firm`.
    pub origin: &'static str,
}

/// The days of a year that are not as their weekday says, in order; a day of the firm's stands in place of the state's.
pub async fn working_days(app: &App, year: i16) -> Result<Vec<WorkingDay>, SegmentError> {
    let own = store::working_days(app.read()).await?;
    let stated =
        public_days().filter(|(day, _)| own.iter().all(|row| row.day != *day)).map(|(day, worked)| WorkingDay {
            day,
            worked: if worked { Worked::Work } else { Worked::Off },
            title: String::new(),
            origin: "state",
        });
    let mut days: Vec<WorkingDay> = stated.collect();
    days.extend(own.into_iter().map(|row| WorkingDay {
        day: row.day,
        worked: row.worked,
        title: row.title,
        origin: "firm",
    }));
    days.retain(|one| one.day.year() == year);
    days.sort_by_key(|one| one.day);
    Ok(days)
}

/// The firm's own days as conditions ask them.
pub(super) async fn calendar_of_firm(app: &App) -> Result<WorkCalendar, SegmentError> {
    let mut calendar = WorkCalendar::default();
    for row in store::working_days(app.read()).await? {
        calendar.set(row.day, row.worked == Worked::Work);
    }
    Ok(calendar)
}

/// Says that a day is worked, or not, in this firm.
pub async fn set_working_day(
    app: &App,
    tx: &Tx,
    doer: Doer,
    day: Day,
    (worked, title): (Worked, &str),
) -> Result<(), SegmentError> {
    let title = title.trim();
    if title.chars().count() > 60 {
        return Err(SegmentError::Invalid { field: "title", rule: "at most 60 characters" });
    }
    if !(2000..=2100).contains(&day.year()) {
        return Err(SegmentError::Invalid { field: "day", rule: "from 2000 to 2100" });
    }
    let row = WorkingDayRow { day, worked, title: title.to_owned() };
    store::put_working_day(&**tx, &row).await?;
    told(app, tx, doer, "working_day_set", json!({ "day": day, "worked": worked, "title": title })).await
}

/// Takes the firm's own word about a day away.
pub async fn unset_working_day(app: &App, tx: &Tx, doer: Doer, day: Day) -> Result<(), SegmentError> {
    if store::delete_working_day(&**tx, day).await? == 0 {
        return Ok(());
    }
    told(app, tx, doer, "working_day_unset", json!({ "day": day })).await
}

async fn told(
    app: &App,
    tx: &Tx,
    doer: Doer,
    kind: &'static str,
    payload: serde_json::Value,
) -> Result<(), SegmentError> {
    journal::append(app, tx, doer, Fact::of_firm("segment", kind, payload)).await?;
    let scope = LiveScope::default();
    tx.tell(LiveEvent { seq: 0, room: "segment", kind: kind.into(), id: None, customer_id: None, scope });
    Ok(())
}
