//! The days to come: each follows from what the days before left behind.

use crate::firm::{Firm, customer, day, item, plan, usual};
use std::sync::Arc;
use tend_planner::{DayPlan, History, Onward, PastTouch, Record, Standing, Supply, rehearse};
use tend_rules::base::Day;
use tend_rules::plan::{Attention, CarePlan};

const TODAY: &str = "2026-11-23";

/// The days ahead, counted from today, on which each customer is touched, as `customer: days`.
fn touched(firm: Firm, days: u16, customers: u32) -> Vec<String> {
    let mut ahead: Vec<Vec<String>> = vec![Vec::new(); customers as usize];
    let hear = |plan: &DayPlan| {
        for touch in &plan.touches {
            ahead[touch.row as usize].push((plan.day - day(TODAY)).to_string());
        }
        Onward::Next
    };
    let plans = |_: Day| &firm.compiled;
    rehearse(&plans, firm.columns, (day(TODAY), days), &firm.history, &firm.settings, Record::Counts, hear);
    ahead.iter().enumerate().map(|(row, days)| format!("{}: {}", row + 1, days.join(" "))).collect()
}

#[test]
fn a_rehearsed_contact_counts_for_the_days_after_it() {
    let always = plan("care", "tier == 'gold'", "[limits]\ncooldown_days = 2\ncap_30d = 3");
    let firm = Firm::new(vec![always], |builder| {
        builder.customer(customer(1), |row| {
            usual(row);
            row.text("tier", "gold");
        });
        // Two contacts on file, the last of them a week ago: they leave the window in 23 days.
        builder.customer(customer(2), |row| {
            usual(row);
            row.text("tier", "gold");
            row.int("contacts_30d", 2);
            row.date("last_contact", day("2026-11-16"));
        });
    });
    assert_eq!(touched(firm, 36, 2), ["1: 0 2 4 30 32 34", "2: 0 23 25 30"]);
}

#[test]
fn silence_begins_again_with_a_rehearsed_contact() {
    let silent = plan("silent", "last_contact < today - days(20)", "");
    let firm = Firm::new(vec![silent], |builder| {
        builder.customer(customer(1), |row| {
            usual(row);
            row.date("last_contact", day("2026-10-01"));
        });
    });
    assert_eq!(touched(firm, 45, 1), ["1: 0 21 42"]);
}

#[test]
fn whoever_finds_no_gift_comes_with_the_next_month() {
    let once = plan("once", "joined == today", "gift = \"tea\"\n[limits]\nexpires_after_days = 20");
    let mut firm = Firm::new(vec![once], |builder| {
        for number in 1..=3 {
            builder.customer(customer(number), |row| {
                usual(row);
                row.date("joined", day(TODAY));
            });
        }
    });
    firm.history.gifts.insert("tea".to_owned(), Supply { per_month: 2, taken: 1 });
    assert_eq!(touched(firm, 12, 3), ["1: 0", "2: 8", "3: 8"]);
}

#[test]
fn whoever_finds_no_room_comes_the_next_day() {
    let once = plan("once", "joined == today", "[limits]\nexpires_after_days = 5");
    let mut firm = Firm::new(vec![once], |builder| {
        for number in 1..=3 {
            builder.customer(customer(number), |row| {
                usual(row);
                row.date("joined", day(TODAY));
            });
        }
    });
    firm.settings.capacity_per_day = 1;
    assert_eq!(touched(firm, 6, 3), ["1: 0", "2: 1", "3: 2"]);
}

/// A customer of a firm whose days are planned one by one.
#[derive(Clone)]
struct Person {
    joined: Day,
    due: Vec<Day>,
    contacts: Vec<Day>,
}

fn plans() -> Vec<Arc<CarePlan>> {
    vec![
        plan("again", "last_contact < today - days(9)", "factor = 0.2\n[limits]\npriority = 40\ncooldown_days = 3"),
        plan(
            "due",
            "a.due == today",
            "for_each = \"agreement\"\nas = \"a\"\nworth = \"a.premium\"\n[limits]\ncap_30d = 2",
        ),
        plan(
            "lately",
            "joined <= today && joined > today - days(4)",
            "worth = \"yuan(days_between(joined, today))\"\n[limits]\nexpires_after_days = 6\npriority = 46",
        ),
        plan("notice", "joined == today - days(2)", "[limits]\ncounts_as_contact = false"),
        plan(
            "old",
            "today - joined > days(20)",
            "worth = \"yuan(days_between(joined, today))\"\n[limits]\npriority = 45",
        ),
    ]
}

fn people() -> Vec<Person> {
    let from = day(TODAY);
    let person = |number: i32| Person {
        joined: from + (number * 7 % 60 - 30),
        due: (0..number % 3).map(|place| from + (number * 5 + place * 11) % 40).collect(),
        contacts: if number % 4 == 0 { vec![from - number % 20 - 1] } else { Vec::new() },
    };
    (1..=60).map(person).collect()
}

fn firm_of(people: &[Person], today: Day) -> Firm {
    let mut firm = Firm::new(plans(), |builder| {
        for (number, person) in (1..).zip(people) {
            builder.customer(customer(number), |row| {
                usual(row);
                row.date("joined", person.joined);
                row.money("annual_value", (number as i64 * 37 % 11) * 1_000);
                row.int("contacts_30d", person.contacts.iter().filter(|one| today - **one < 30).count() as i64);
                if let Some(last) = person.contacts.iter().max() {
                    row.date("last_contact", *last);
                }
                for (place, due) in (0..).zip(&person.due) {
                    row.item("agreements", Some(item(number * 10 + place)), |agreement| {
                        agreement.date("due", *due);
                        agreement.money("premium", 500 + number as i64);
                    });
                }
            });
        }
    });
    firm.settings.capacity_per_day = 3;
    firm
}

fn told(plan: &DayPlan) -> Vec<String> {
    let touches = plan
        .touches
        .iter()
        .map(|one| format!("{} {:?} {:?} {} {}", one.row, one.plan, one.subject, one.due_day, one.rank));
    let mut lines: Vec<String> = touches.collect();
    lines.extend(plan.deferred.iter().map(|one| format!("later {} {:?} {}", one.row, one.carried, one.worth_minor)));
    lines.push(format!("{:?} {:?}", plan.withheld, plan.decisions));
    lines
}

/// The same days planned one by one, over columns made anew each day.
fn one_by_one(days: i32) -> Vec<Vec<String>> {
    let (mut people, mut history) = (people(), History::default());
    (0..days)
        .map(|ahead| {
            let today = day(TODAY) + ahead;
            let mut firm = firm_of(&people, today);
            firm.history = std::mem::take(&mut history);
            let plan = firm.plan(today);
            history.touches = firm.history.touches;
            for touch in &plan.touches {
                let attention = firm.compiled.plan(touch.plan).limits.attention;
                let contacts = &mut people[touch.row as usize].contacts;
                if attention == Attention::Counts && !contacts.contains(&today) {
                    contacts.push(today);
                }
                let (customer, plan, subject, due_day) =
                    (touch.customer, Some(touch.plan), touch.subject, touch.due_day);
                let (planned_for, standing) = (today, Standing::Closed);
                history.touches.push(PastTouch { customer, plan, subject, due_day, planned_for, standing, attention });
            }
            history.carried = plan.deferred.iter().map(|one| one.carried.clone()).collect();
            told(&plan)
        })
        .collect()
}

#[test]
fn what_is_only_counted_of_the_overflow_is_what_is_listed() {
    let rehearsed = |record: Record| {
        let (firm, mut days) = (firm_of(&people(), day(TODAY)), Vec::new());
        let plans = |_: Day| &firm.compiled;
        rehearse(&plans, firm.columns, (day(TODAY), 20), &firm.history, &firm.settings, record, |plan| {
            days.push(plan.clone());
            Onward::Next
        });
        days
    };
    let (counted, listed) = (rehearsed(Record::Counts), rehearsed(Record::Decisions));
    for (counted, listed) in counted.iter().zip(&listed) {
        assert_eq!(counted.overflow, listed.overflow);
        assert_eq!((&counted.touches, counted.deferred.len()), (&listed.touches, 0));
        let contacts =
            listed.deferred.chunk_by(|one, next| (one.row, one.carried.plan) == (next.row, next.carried.plan));
        assert_eq!(listed.overflow.contacts as usize, contacts.count());
        let full: u32 = listed.overflow.full.iter().map(|(_, contacts)| contacts).sum();
        assert_eq!(full, listed.overflow.contacts, "no gifts run out here");
    }
    assert!(listed.iter().any(|plan| plan.overflow.contacts > 0), "room must be short");
}

#[test]
fn rehearsed_days_are_those_planned_one_by_one() {
    let firm = firm_of(&people(), day(TODAY));
    let mut days = Vec::new();
    let plans = |_: Day| &firm.compiled;
    rehearse(&plans, firm.columns, (day(TODAY), 40), &firm.history, &firm.settings, Record::Decisions, |plan| {
        days.push(told(plan));
        Onward::Next
    });
    for (ahead, (rehearsed, planned)) in days.iter().zip(one_by_one(40)).enumerate() {
        assert_eq!(*rehearsed, planned, "{ahead} days ahead");
    }
    assert!(days.iter().flatten().filter(|line| line.starts_with("later")).count() > 100, "room must be short");
}
