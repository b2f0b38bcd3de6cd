//! The day in outline beside the whole plan of the day, and beside a list that is put in order by hand.

use crate::firm::{Firm, customer, day, item, plan, staff, usual};
use std::collections::{BTreeMap, BTreeSet};
use tend_planner::{LostCustomers, PlanIndex, Room, Settings, Verdict, outline};
use tend_rules::base::Channel;
use tend_rules::plan::Withheld;

const ROWS: u128 = 9_000;

/// Customers who differ in everything that the plans and the gates ask.
fn firm(count: usize) -> Firm {
    let mut plans = vec![
        plan("a", "tier == 'gold' && annual_value > yuan(20)", "factor = 1.0\n[limits]\npriority = 90"),
        plan(
            "b",
            "'vip' in labels || churn_risk >= 0.5",
            "business_type = \"campaign\"\nfactor = 1.0\n[limits]\npriority = 80\ncooldown_days = 9",
        ),
        plan("c", "anniversary(birthday) <= today + days(40)", "factor = 1.0\n[limits]\npriority = 80\ncap_30d = 1"),
        plan("d", "owner_left", "business_type = \"renewal\"\nfactor = 0.5\nchannels = [\"sms\"]"),
        plan("e", "a.due > today", "for_each = \"agreement\"\nas = \"a\"\n[limits]\npriority = 10"),
        plan("f", "bill_m1 * 2 < bill_m3 && region in ['N', 'S']", "worth = \"bill_m3\"\n[limits]\npriority = 70"),
        plan("g", "lifecycle == 'lost'", "[limits]\npriority = 95"),
    ];
    for number in plans.len()..count {
        plans.push(plan(&format!("z{number}"), &format!("contacts_30d == {}", number % 7), "factor = 1.0"));
    }
    Firm::new(plans, |builder| {
        for number in 1..=ROWS {
            let chance = |of: u128, salt: u128| (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (salt * 3)) % of;
            builder.customer(customer(number), |row| {
                usual(row);
                row.owner(Some(staff([1, 2, 4, 5][chance(4, 1) as usize])));
                row.text("tier", ["gold", "silver"][chance(2, 2) as usize]);
                row.text("region", ["N", "S", "W"][chance(3, 3) as usize]);
                row.text("lifecycle", ["active", "lost", "blocked", "new"][chance(4, 4) as usize]);
                row.texts("consents", ["phone", "sms"].into_iter().skip(chance(3, 5) as usize));
                let shut = [(Channel::Phone, "marketing"), (Channel::Sms, "marketing"), (Channel::Sms, "contract")];
                for (salt, (channel, purpose)) in (17..).zip(shut) {
                    if chance(3, salt) == 0 {
                        row.shut(channel, purpose);
                    }
                }
                row.texts("labels", ["vip"].into_iter().skip(chance(2, 6) as usize));
                row.int("contacts_30d", chance(4, 7) as i64);
                row.money("annual_value", chance(50, 8) as i64 * 100);
                row.money("bill_m1", chance(90, 9) as i64);
                row.money("bill_m3", chance(300, 10) as i64);
                row.double("churn_risk", chance(5, 11) as f64 / 4.0);
                row.date("last_contact", (chance(3, 12) > 0).then(|| day("2026-11-23") - chance(30, 13) as i32));
                row.date("birthday", day("1970-01-01") + chance(9_000, 14) as i32);
                if chance(4, 15) == 0 {
                    row.item("agreements", Some(item(number)), |agreement| {
                        agreement.date("due", day("2026-11-20") + chance(9, 16) as i32);
                    });
                }
            });
        }
    })
}

/// The plans that may touch each customer, as the whole plan of the day decides it.
fn eligible(firm: &Firm) -> BTreeMap<u32, BTreeSet<PlanIndex>> {
    let mut eligible: BTreeMap<u32, BTreeSet<PlanIndex>> = BTreeMap::new();
    for decision in firm.plan(day("2026-11-23")).decisions {
        let passed = match decision.verdict {
            Verdict::Chosen => true,
            Verdict::Withheld { reason, .. } => {
                matches!(reason, Withheld::AlreadyTouchedToday | Withheld::CapacityFull | Withheld::NoOwner)
            }
        };
        if passed {
            eligible.entry(decision.row).or_default().insert(decision.plan);
        }
    }
    eligible
}

/// Rank, place of the plan, worth, row.
type Place = (u32, usize, std::cmp::Reverse<i64>, u32);

fn has_the_plans_of_the_day(firm: &Firm) {
    let today = day("2026-11-23");
    let outline = outline(&firm.compiled, &firm.columns, today, &firm.settings);
    let mut found: BTreeMap<u32, BTreeSet<PlanIndex>> = BTreeMap::new();
    let mut lists: BTreeMap<u32, Vec<Place>> = BTreeMap::new();

    for contact in outline.contacts() {
        let words: Vec<u64> = std::iter::once(contact.plans.0).chain(contact.plans.1.iter().copied()).collect();
        let plans = outline.order().iter().enumerate().filter(|(bit, _)| words[bit / 64] >> (bit % 64) & 1 == 1);
        let plans: Vec<usize> = plans.map(|(bit, _)| bit).collect();
        assert_eq!(outline.order()[plans[0]], contact.plan, "the most important one has the day's contact");
        found.insert(contact.row, plans.iter().map(|bit| outline.order()[*bit]).collect());
        let worth = worth(firm, contact.plan, contact.row);
        let place = (contact.rank, plans[0], std::cmp::Reverse(worth), contact.row);
        lists.entry(contact.taker).or_default().push(place);
        assert_eq!(contact.room == Room::Deferred, contact.rank > 60 && contact.taker < 5, "people do sixty a day");
    }
    assert_eq!(found, eligible(firm));
    assert!(lists.len() > 1);
    for mut list in lists.into_values() {
        list.sort_unstable();
        let ranks: Vec<u32> = list.iter().map(|place| place.0).collect();
        assert!(ranks.iter().copied().eq(1..=list.len() as u32));
        let order = |one: &Place| (one.1, one.2, one.3);
        let broken = list.windows(2).find(|pair| order(&pair[0]) > order(&pair[1]));
        assert_eq!(broken, None, "by plan, worth and row");
    }
}

fn worth(firm: &Firm, plan: PlanIndex, row: u32) -> i64 {
    let plan = &firm.compiled.plans()[plan.0 as usize];
    let catalogue = tend_rules::segment::Catalogue::builtin();
    let facts = firm.columns.facts(row);
    plan.worth_of(&facts, &catalogue, tend_rules::segment::Subject::Customer, day("2026-11-23"))
}

#[test]
fn the_outline_has_the_plans_of_the_day() {
    has_the_plans_of_the_day(&firm(7));
}

#[test]
fn more_than_sixty_four_plans_are_no_matter() {
    has_the_plans_of_the_day(&firm(150));
}

#[test]
fn a_firm_may_let_every_plan_reach_who_is_lost() {
    let mut firm = firm(7);
    let before = eligible(&firm).values().map(BTreeSet::len).sum::<usize>();
    firm.settings = Settings { lost: LostCustomers::LikeOthers, threads: 1, ..firm.settings };
    has_the_plans_of_the_day(&firm);
    assert!(eligible(&firm).values().map(BTreeSet::len).sum::<usize>() > before);
}

#[test]
fn threads_change_nothing() {
    let mut firm = firm(7);
    let contacts = |firm: &Firm| {
        let outline = outline(&firm.compiled, &firm.columns, day("2026-11-23"), &firm.settings);
        let mut all: Vec<_> = outline.contacts().map(|one| (one.row, one.plan, one.taker, one.rank)).collect();
        all.sort_unstable_by_key(|one| one.0);
        all
    };
    let two = contacts(&firm);
    for threads in [1, 3, 16] {
        firm.settings = Settings { threads, ..firm.settings };
        assert_eq!(contacts(&firm), two, "{threads} threads");
    }
}
