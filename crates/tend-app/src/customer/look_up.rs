//! How far a person's search follows digits. A mask shows the last four of a phone; whoever looks up by more of them, or by
//! a number of identity, reads out what it hides, digit by digit. So a look-up that finds somebody by them is an opening:
//! counted into the day's tally of opened fields and told to the journal of the customer. When the day is full, and for
//! those who may open nothing, the search goes as far as the mask and a phone that is typed whole; it is not refused, since
//! somebody may be on the line. Who is shown beside a row of a file is looked up too: there is no hurry there, and a full
//! day ends it. See docs/security/look-ups.md.

use super::list::Met;
use super::story::{cap_of, unmask_cap};
use super::{CustomerError, store};
use crate::intake::Upload;
use crate::journal;
use crate::org::Who;
use crate::platform::App;
use sea_orm::DbErr;
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Mutex;
use tend_rules::base::*;
use tend_rules::customer::{Depth, goes_deep};
use tend_rules::journal::Fact;
use tend_rules::org::Permission;

/// Look-ups that one person makes in a day, unless the setting `look_ups_per_day` says otherwise: by more than four digits,
/// whether or not they find anybody, and of customers beside rows of files. Beyond, a phone that is typed whole could be a
/// guess at the digits that its mask hides.
const ASKED_A_DAY: i64 = 2_000;
/// So many customers found at once are told of one by one.
const TOLD_MAX: usize = 20;

/// What one person asked on one day.
#[derive(Debug)]
struct Asked {
    on: Day,
    times: i64,
    /// Who was shown beside which file.
    beside: HashSet<(UploadId, CustomerId)>,
}

impl Asked {
    fn nothing(on: Day) -> Self {
        Self { on, times: 0, beside: HashSet::new() }
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

    /// Those of the customers who were not shown to this person beside this file today.
    fn new_beside(
        &self,
        who: StaffId,
        today: Day,
        upload: UploadId,
        customers: &BTreeSet<CustomerId>,
    ) -> Vec<CustomerId> {
        self.of(who, today, |asked| {
            customers.iter().copied().filter(|customer| !asked.beside.contains(&(upload, *customer))).collect()
        })
    }

    /// Counts each of the customers who is shown beside this file for the first time today.
    fn count_beside(&self, who: StaffId, today: Day, upload: UploadId, customers: &[CustomerId]) {
        self.of(who, today, |asked| {
            for customer in customers {
                asked.times += i64::from(asked.beside.insert((upload, *customer)));
            }
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
    let cap = asked_cap(app).await?;
    if !app.kept::<AskedToday>().count(who.id, app.today(), cap) {
        return Ok(Depth::Shown);
    }
    if !who.may(Permission::UnmaskFields) {
        return Ok(Depth::WholePhones);
    }
    let opened = store::unmask::opened(app.read(), who.id, app.today()).await?;
    Ok(if opened < unmask_cap(app.read()).await? { Depth::Hidden } else { Depth::WholePhones })
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

/// Tells and counts who is about to be shown beside rows of a file: each once for a person, upload and day. All of them
/// are told of one by one, the firm besides of more than twenty: whoever makes the file could otherwise hide the one who
/// is meant among others.
pub(super) async fn note_compared(
    app: &App,
    who: &Who,
    upload: &Upload,
    customers: &BTreeSet<CustomerId>,
) -> Result<(), CustomerError> {
    let (asked, today) = (app.kept::<AskedToday>(), app.today());
    let new = asked.new_beside(who.id, today, upload.id, customers);
    if new.is_empty() {
        return Ok(());
    }
    let file = json!({ "upload": upload.id, "file": upload.file_name });
    let mut facts: Vec<Fact> =
        new.iter().map(|customer| Fact::about(*customer, "customer", "compared", file.clone())).collect();
    if new.len() > TOLD_MAX {
        let figures = json!({ "upload": upload.id, "file": upload.file_name, "customers": new.len() });
        facts.push(Fact::of_firm("customer", "compared", figures));
    }
    let tx = app.begin().await?;
    journal::append_all(app, &tx, who.doer(), facts).await?;
    tx.commit().await?;
    // Only now: who could not be told of is not shown, and is new when the page is asked for again.
    asked.count_beside(who.id, today, upload.id, &new);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

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
    fn a_customer_beside_a_file_counts_once_for_a_person_file_and_day() {
        let (asked, today) = (AskedToday::default(), Day::from_number(20_000));
        let [one, other] = people();
        let [file, another] = [7, 8].map(|number| UploadId(Uuid::from_u128(number)));
        let both: BTreeSet<CustomerId> = [5, 6].map(|number| CustomerId(Uuid::from_u128(number))).into();
        let show = |who, on, upload| {
            let new = asked.new_beside(who, on, upload, &both);
            asked.count_beside(who, on, upload, &new);
            new.len()
        };
        assert_eq!([show(one, today, file), show(one, today, file)], [2, 0]);
        assert!(asked.is_full(one, today, 2) && !asked.is_full(one, today, 3));
        assert_eq!([show(one, today, another), show(other, today, file)], [2, 2]);
        assert!(asked.is_full(one, today, 4) && !asked.is_full(other, today, 3));
        assert_eq!(show(one, today + 1, file), 2, "a new day");
    }
}
