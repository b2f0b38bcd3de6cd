//! How far a person's search follows digits. A mask shows the last four of a phone; whoever looks up by more of them, or by
//! a number of identity, reads out what it hides, digit by digit. So a look-up that finds somebody by them is an opening:
//! counted into the day's tally of opened fields and told to the journal of the customer. When the day is full, and for
//! those who may open nothing, the search goes as far as the mask and a phone that is typed whole; it is not refused, since
//! somebody may be on the line. Who is shown beside a row of a file, or beside another record, is looked up too: there is no
//! hurry there, and a full day ends it. See docs/security/look-ups.md.

use super::list::Met;
use super::story::{cap_of, unmask_cap};
use super::{CustomerError, store};
use crate::intake::Upload;
use crate::journal;
use crate::org::Who;
use crate::platform::App;
use sea_orm::DbErr;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Mutex;
use tend_rules::base::*;
use tend_rules::customer::{Customer, Depth, goes_deep};
use tend_rules::journal::Fact;
use tend_rules::org::Permission;
use uuid::Uuid;

/// Look-ups that one person makes in a day, unless the setting `look_ups_per_day` says otherwise: by more than four digits,
/// whether or not they find anybody, of rows of files beside customers and of customers beside each other. Beyond, a phone
/// that is typed whole could be a guess at the digits that its mask hides.
const ASKED_A_DAY: i64 = 2_000;
/// So many customers found at once are told of one by one.
const TOLD_MAX: usize = 20;

/// What one person asked on one day.
#[derive(Debug)]
struct Asked {
    on: Day,
    times: i64,
    /// Who was shown beside which file or record.
    beside: HashSet<(Uuid, CustomerId)>,
    /// Which records, as they stood, were held against those on file.
    held: HashSet<(CustomerId, i64)>,
    /// Which rows, as a check of their file saw them, were shown beside somebody.
    rows: HashSet<(Option<CheckId>, u32)>,
}

impl Asked {
    fn nothing(on: Day) -> Self {
        Self { on, times: 0, beside: HashSet::new(), held: HashSet::new(), rows: HashSet::new() }
    }
}

/// What people asked today, in the memory of this program, like the pace of calls.
#[derive(Debug, Default)]
struct AskedToday(Mutex<HashMap<StaffId, Asked>>);

impl AskedToday {
    fn of<T>(&self, who: StaffId, today: Day, act: impl FnOnce(&mut Asked) -> T) -> T {
        let mut all = self.0.lock().expect("nobody panics while counting");
        let asked = all.entry(who).or_insert_with(|| Asked::nothing(today));
        if asked.on != today {
            *asked = Asked::nothing(today);
        }
        act(asked)
    }

    /// Counts one more, unless the day is full.
    fn count(&self, who: StaffId, today: Day, cap: i64) -> bool {
        self.of(who, today, |asked| {
            asked.times += 1;
            asked.times <= cap
        })
    }

    fn is_full(&self, who: StaffId, today: Day, cap: i64) -> bool {
        self.of(who, today, |asked| asked.times >= cap)
    }

    /// Counts a record, as it stands, that is held against those on file for the first time today, unless the day is full.
    fn count_held(&self, who: StaffId, today: Day, record: (CustomerId, i64), cap: i64) -> bool {
        self.of(who, today, |asked| {
            let is_known = asked.held.contains(&record);
            if !is_known && asked.times < cap {
                asked.times += 1;
                return asked.held.insert(record);
            }
            is_known
        })
    }

    /// Those of the customers who were not shown to this person beside this file or record today.
    fn new_beside(&self, who: StaffId, today: Day, what: Uuid, customers: &BTreeSet<CustomerId>) -> Vec<CustomerId> {
        self.of(who, today, |asked| {
            customers.iter().copied().filter(|customer| !asked.beside.contains(&(what, *customer))).collect()
        })
    }

    /// Remembers who is shown beside this file or record, and counts each of them for the first time today, or each row of
    /// the file as its check saw it.
    fn count_beside(&self, who: StaffId, today: Day, what: Uuid, customers: &[CustomerId], rows: Option<Rows<'_>>) {
        self.of(who, today, |asked| {
            let new = customers.iter().filter(|customer| asked.beside.insert((what, **customer))).count();
            asked.times += match rows {
                None => new as i64,
                Some((check, rows)) => rows.iter().filter(|row| asked.rows.insert((check, **row))).count() as i64,
            };
        });
    }
}

/// Look-ups that one person makes in a day.
async fn asked_cap(app: &App) -> Result<i64, DbErr> {
    cap_of(app.read(), "look_ups_per_day", ASKED_A_DAY).await
}

/// How far the digits of a text are followed for a person now. It is counted before anything is compared.
pub(super) async fn depth(app: &App, who: &Who, text: &str) -> Result<Depth, CustomerError> {
    if !goes_deep(text) {
        return Ok(Depth::Hidden);
    }
    let db = app.read();
    let (asks, opened, opens) =
        futures::try_join!(asked_cap(app), store::unmask::opened(db, who.id, app.today()), unmask_cap(db))?;
    if !app.kept::<AskedToday>().count(who.id, app.today(), asks) {
        return Ok(Depth::Shown);
    }
    Ok(if who.may(Permission::UnmaskFields) && opened < opens { Depth::Hidden } else { Depth::WholePhones })
}

/// Counts and tells what a look-up opened, if it opened anything; answers whether it may be answered.
pub(super) async fn note_opened(app: &App, who: &Who, met: &[Met]) -> Result<bool, CustomerError> {
    let opened: Vec<(CustomerId, &str, usize)> =
        met.iter().filter_map(|met| Some((met.customer, met.by, met.hidden?))).collect();
    let Some((_, by, digits)) = opened.first().copied() else { return Ok(true) };
    let tx = app.begin().await?;
    let cap = unmask_cap(&*tx).await?;
    if cap < 1 || store::unmask::count(&*tx, who.id, app.today(), cap).await? == 0 {
        return Ok(false);
    }
    let facts = match opened.len() {
        0..=TOLD_MAX => opened.into_iter().map(|(customer, by, digits)| told(customer, by, digits)).collect(),
        many => {
            let figures = json!({ "kind": by, "searched_digits": digits, "customers": many });
            vec![Fact::of_firm("customer", "unmasked", figures)]
        }
    };
    journal::append_all(app, &tx, who.doer(), facts).await?;
    tx.commit().await?;
    Ok(true)
}

fn told(customer: CustomerId, by: &str, digits: usize) -> Fact {
    Fact::about(customer, "customer", "unmasked", json!({ "kind": by, "searched_digits": digits }))
}

/// Refuses to show anybody beside a file when the day is full. It is asked before anything is compared: a refusal that
/// depends on who would be shown would tell it, and the last page of a day may go beyond.
pub(super) async fn may_compare(app: &App, who: &Who) -> Result<(), CustomerError> {
    let cap = asked_cap(app).await?;
    if app.kept::<AskedToday>().is_full(who.id, app.today(), cap) {
        return Err(CustomerError::LookUpsSpent { cap });
    }
    Ok(())
}

/// Counts that what a record bears is held against what masks hide of others: one look-up for a person, record as it stands
/// and day. Whoever changes the record and asks again guesses again; the same once more costs nothing.
///
/// # Errors
/// `LookUpsSpent` when the day is full, whoever would be found.
pub(super) async fn may_hold(app: &App, who: &Who, record: &Customer) -> Result<(), CustomerError> {
    let cap = asked_cap(app).await?;
    let is_counted = app.kept::<AskedToday>().count_held(who.id, app.today(), (record.id, record.version), cap);
    if is_counted { Ok(()) } else { Err(CustomerError::LookUpsSpent { cap }) }
}

/// Rows of a file, and the check that saw them.
type Rows<'r> = (Option<CheckId>, &'r [u32]);

/// Rows that are shown beside customers on file, with those customers.
pub(super) type ShownRows = BTreeMap<u32, BTreeSet<CustomerId>>;

/// What customers are shown beside.
#[derive(Debug, Clone, Copy)]
pub(super) enum Beside<'b> {
    /// Rows of a file as its last check saw them.
    File(&'b Upload, &'b ShownRows),
    /// Another record.
    Record(CustomerId),
}

impl Beside<'_> {
    fn id(self) -> Uuid {
        match self {
            Beside::File(upload, _) => upload.id.0,
            Beside::Record(customer) => customer.0,
        }
    }

    /// What is told of a customer, or of everybody who is shown.
    fn payload(self, of: Option<CustomerId>) -> Value {
        match self {
            Beside::File(upload, rows) => {
                let rows = rows.values().filter(|shown| of.is_none_or(|customer| shown.contains(&customer))).count();
                json!({ "upload": upload.id, "file": upload.file_name, "rows": rows })
            }
            Beside::Record(customer) => json!({ "customer": customer }),
        }
    }
}

/// Tells and counts who is about to be shown beside rows of a file, or beside another record. Each is told of once for a
/// person, file or record, and day, and all of them one by one, the firm besides of more than twenty: whoever makes the file
/// could otherwise hide the one who is meant among others. Beside a record each counts as one look-up; of a file each row
/// does, as a check saw it: rows of one name may hold a guess each, and an edited cell another.
pub(super) async fn note_compared(
    app: &App,
    who: &Who,
    beside: Beside<'_>,
    customers: &BTreeSet<CustomerId>,
) -> Result<(), CustomerError> {
    let (asked, today) = (app.kept::<AskedToday>(), app.today());
    let new = asked.new_beside(who.id, today, beside.id(), customers);
    if !new.is_empty() {
        tell_compared(app, who, beside, &new).await?;
    }
    // Only now: who could not be told of is not shown, and is new when the page is asked for again.
    match beside {
        Beside::Record(_) => asked.count_beside(who.id, today, beside.id(), &new, None),
        Beside::File(upload, rows) => {
            let rows: Vec<u32> = rows.keys().copied().collect();
            asked.count_beside(who.id, today, beside.id(), &new, Some((upload.check_id, &rows)));
        }
    }
    Ok(())
}

async fn tell_compared(app: &App, who: &Who, beside: Beside<'_>, new: &[CustomerId]) -> Result<(), CustomerError> {
    let told = |customer: &CustomerId| Fact::about(*customer, "customer", "compared", beside.payload(Some(*customer)));
    let mut facts: Vec<Fact> = new.iter().map(told).collect();
    if new.len() > TOLD_MAX {
        let mut figures = beside.payload(None);
        figures["customers"] = json!(new.len());
        facts.push(Fact::of_firm("customer", "compared", figures));
    }
    let tx = app.begin().await?;
    journal::append_all(app, &tx, who.doer(), facts).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> [StaffId; 2] {
        [1, 2].map(|number| StaffId(Uuid::from_u128(number)))
    }

    #[test]
    fn a_person_guesses_so_often_in_a_day_and_no_more() {
        let (asked, today) = (AskedToday::default(), Day::from_number(20_000));
        let [one, other] = people();
        assert!((0..ASKED_A_DAY).all(|_| asked.count(one, today, ASKED_A_DAY)));
        assert!(asked.is_full(one, today, ASKED_A_DAY));
        assert!(!asked.count(one, today, ASKED_A_DAY));
        assert!(asked.count(other, today, ASKED_A_DAY), "everybody has their own");
        assert!(asked.count(one, today + 1, ASKED_A_DAY), "a new day");
    }

    #[test]
    fn a_customer_beside_a_record_counts_once_for_a_person_record_and_day() {
        let (asked, today) = (AskedToday::default(), Day::from_number(20_000));
        let [one, other] = people();
        let [record, another] = [7, 8].map(Uuid::from_u128);
        let both: BTreeSet<CustomerId> = [5, 6].map(|number| CustomerId(Uuid::from_u128(number))).into();
        let show = |who, on, what| {
            let new = asked.new_beside(who, on, what, &both);
            asked.count_beside(who, on, what, &new, None);
            new.len()
        };
        assert_eq!([show(one, today, record), show(one, today, record)], [2, 0]);
        assert!(asked.is_full(one, today, 2) && !asked.is_full(one, today, 3));
        assert_eq!([show(one, today, another), show(other, today, record)], [2, 2]);
        assert!(asked.is_full(one, today, 4) && !asked.is_full(other, today, 3));
        assert_eq!(show(one, today + 1, record), 2, "a new day");
    }

    #[test]
    fn a_row_counts_once_for_a_check_whoever_is_shown_beside_it() {
        let (asked, today) = (AskedToday::default(), Day::from_number(20_000));
        let [one, _] = people();
        let file = Uuid::from_u128(7);
        let [check, again] = [8, 9].map(|number| Some(CheckId(Uuid::from_u128(number))));
        let shown: Vec<CustomerId> = [5].map(|number| CustomerId(Uuid::from_u128(number))).into();
        let times = |check, rows: &[u32]| {
            asked.count_beside(one, today, file, &shown, Some((check, rows)));
            asked.of(one, today, |asked| asked.times)
        };
        assert_eq!([times(check, &[2, 3, 4]), times(check, &[3, 4, 5])], [3, 4], "one customer, four guesses");
        assert_eq!(times(again, &[2, 3]), 6, "the cells may have been edited");
    }

    #[test]
    fn a_record_costs_one_look_up_as_it_stands_and_another_when_it_was_changed() {
        let (asked, today) = (AskedToday::default(), Day::from_number(20_000));
        let [one, _] = people();
        let record = CustomerId(Uuid::from_u128(5));
        let hold = |on, version| asked.count_held(one, on, (record, version), 2);
        assert_eq!([hold(today, 1), hold(today, 1), hold(today, 2), hold(today, 3)], [true, true, true, false]);
        assert!(hold(today, 2), "what was shown may be looked at again");
        assert!(asked.is_full(one, today, 2));
        assert!(hold(today + 1, 3), "a new day");
    }
}
