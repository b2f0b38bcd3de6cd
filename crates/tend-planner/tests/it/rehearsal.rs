//! The days to come: each follows from what the days before left behind.

use crate::firm::{Firm, customer, day, plan, usual};
use tend_planner::{DayPlan, Onward, rehearse};

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
    rehearse(&firm.compiled, firm.columns, day(TODAY), days, firm.history, &firm.settings, hear);
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
