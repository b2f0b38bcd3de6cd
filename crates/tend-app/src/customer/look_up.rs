//! How far a person's search follows digits. A mask shows the last four of a phone; whoever looks up by more of them, or by
//! a number of identity, reads out what it hides, digit by digit. So a look-up that finds somebody by them is an opening:
//! counted into the day's tally of opened fields and told to the journal of the customer. When the day is full, and for
//! those who may open nothing, the search goes as far as the mask and a phone that is typed whole; it is not refused, since
//! somebody may be on the line. See docs/security/look-ups.md.

use super::list::Met;
use super::story::unmask_cap;
use super::{CustomerError, store};
use crate::journal;
use crate::org::Who;
use crate::platform::App;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Mutex;
use tend_rules::base::*;
use tend_rules::customer::{Depth, goes_deep};
use tend_rules::journal::Fact;
use tend_rules::org::Permission;

/// Look-ups by more than four digits that one person makes in a day, whether or not they find anybody: beyond, a phone
/// that is typed whole could be a guess at the digits that its mask hides.
const ASKED_A_DAY: u32 = 2_000;
/// So many customers found at once are told of one by one.
const TOLD_MAX: usize = 20;

/// What people asked today, in the memory of this program, like the pace of calls.
#[derive(Debug, Default)]
struct AskedToday(Mutex<HashMap<StaffId, (Day, u32)>>);

impl AskedToday {
    /// Counts one more, unless the day is full.
    fn count(&self, who: StaffId, today: Day) -> bool {
        let mut asked = self.0.lock().expect("nobody panics while counting");
        let (day, times) = asked.entry(who).or_insert((today, 0));
        if *day != today {
            (*day, *times) = (today, 0);
        }
        *times += 1;
        *times <= ASKED_A_DAY
    }
}

/// How far the digits of a text are followed for a person now. It is counted before anything is compared.
pub(super) async fn depth(app: &App, who: &Who, text: &str) -> Result<Depth, CustomerError> {
    if !goes_deep(text) {
        return Ok(Depth::Hidden);
    }
    if !app.kept::<AskedToday>().count(who.id, app.today()) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_guesses_so_often_in_a_day_and_no_more() {
        let (asked, today) = (AskedToday::default(), Day::from_number(20_000));
        let [one, other] = [1, 2].map(|number| StaffId(uuid::Uuid::from_u128(number)));
        assert!((0..ASKED_A_DAY).all(|_| asked.count(one, today)));
        assert!(!asked.count(one, today));
        assert!(asked.count(other, today), "everybody has their own");
        assert!(asked.count(one, today + 1), "a new day");
    }
}
