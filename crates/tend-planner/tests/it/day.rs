//! The daily plan: who is touched, in which order, and why others are not.

use crate::firm::{Firm, customer, day, item, plan, staff, unit, usual};
use tend_planner::{
    Assignee, Carried, ColumnsBuilder, PastTouch, Person, Roster, Standing, SubjectId, Supply, Verdict, WhyVerdict,
    Work, choices, why,
};
use tend_rules::base::{Channel, Language};
use tend_rules::plan::{Attention, Withheld};

const TODAY: &str = "2026-11-23";

#[test]
fn one_contact_a_customer_a_day_goes_to_the_highest_priority() {
    let firm = Firm::new(
        vec![
            plan("visit", "tier == 'gold'", "[limits]\npriority = 40"),
            plan("arrears", "arrears_months >= 2", "[limits]\npriority = 90"),
        ],
        |builder| {
            builder.customer(customer(1), |row| {
                usual(row);
                row.text("tier", "gold");
                row.int("arrears_months", 2);
            });
            builder.customer(customer(2), |row| {
                usual(row);
                row.text("tier", "gold");
            });
        },
    );
    let plan = firm.plan(day(TODAY));
    assert_eq!(firm.lines(&plan), ["1 arrears phone #1", "2 visit phone #2"]);
    assert_eq!(Firm::withheld(&plan), ["condition 1", "already_touched_today 1"]);
    let decisions = plan.decisions_of(0);
    let holder = Some(firm.index("arrears"));
    assert_eq!(decisions[1].verdict, Verdict::Withheld { reason: Withheld::AlreadyTouchedToday, holder });
}

#[test]
fn every_gate_has_its_reason() {
    let firm = Firm::new(
        vec![plan(
            "care",
            "tier == 'gold'",
            "channels = [\"sms\", \"phone\"]\n[limits]\ncooldown_days = 7\ncap_30d = 2",
        )],
        |builder| {
            let mut add = |number, fill: &dyn Fn(&mut tend_planner::Row<'_>)| {
                builder.customer(customer(number), |row| {
                    usual(row);
                    row.text("tier", "gold");
                    fill(row);
                });
            };
            add(1, &|row| row.text("lifecycle", "blocked"));
            add(2, &|row| row.text("lifecycle", "deceased"));
            add(3, &|row| row.text("lifecycle", "lost"));
            add(4, &|row| row.texts("consents", ["mail"]));
            add(5, &|row| row.int("contacts_30d", 2));
            add(6, &|row| row.date("last_contact", day("2026-11-17")));
            add(7, &|row| row.date("last_contact", day("2026-11-16")));
            add(8, &|row| row.owner(None));
            add(9, &|row| {
                row.owner(None);
                row.unit(Some(unit(2)));
            });
        },
    );
    let plan = firm.plan(day(TODAY));
    assert_eq!(firm.lines(&plan), ["7 care phone #1", "9 care phone #1"]);
    assert_eq!(plan.touches[1].assignee, Assignee::Unit(unit(2)));
    assert_eq!(
        Firm::withheld(&plan),
        [
            "lifecycle_blocked 1",
            "deceased 1",
            "lifecycle_lost 1",
            "no_consent 1",
            "monthly_cap 1",
            "cooldown 1",
            "no_owner 1"
        ]
    );
}

#[test]
fn a_plan_whose_purpose_is_refused_takes_nobodys_day() {
    let plans = vec![
        plan("offer", "true", "business_type = \"campaign\"\n[limits]\npriority = 90"),
        plan("service", "true", "business_type = \"service\"\n[limits]\npriority = 40"),
    ];
    let firm = Firm::new(plans, |builder| {
        builder.customer(customer(1), |row| {
            usual(row);
            row.shut(Channel::Phone, "marketing");
        });
        builder.customer(customer(2), usual);
        builder.customer(customer(3), |row| {
            usual(row);
            row.texts("consents", ["phone", "sms"]);
            row.shut(Channel::Phone, "marketing");
            row.shut(Channel::Phone, "nothing of the list");
        });
    });
    let plan = firm.plan(day(TODAY));
    assert_eq!(firm.lines(&plan), ["2 offer phone #1", "3 offer sms #2", "1 service phone #3"]);
    assert_eq!(Firm::withheld(&plan), ["no_consent 1", "already_touched_today 2"]);
    let answers = why(&firm.compiled, &firm.columns, 0, day(TODAY), &firm.history, &firm.settings, None);
    let verdicts: Vec<WhyVerdict> = answers.iter().map(|answer| answer.verdict).collect();
    let refused = WhyVerdict::Withheld { reason: Withheld::NoConsent, holder: None };
    assert_eq!(verdicts, [refused, WhyVerdict::Chosen { channel: Channel::Phone }]);
}

#[test]
fn a_plan_rests_on_its_quiet_days() {
    let firm = Firm::new(vec![plan("care", "true", "[limits]\nquiet_days = [\"spring_festival\"]")], |builder| {
        builder.customer(customer(1), usual);
    });
    assert_eq!(Firm::withheld(&firm.plan(day("2026-02-17"))), ["quiet_day 1"]);
    assert_eq!(firm.plan(day("2026-02-18")).touches.len(), 1);
}

#[test]
fn the_heir_of_the_heir_takes_over_and_else_the_branch() {
    let firm = Firm::new(vec![plan("care", "orphan && owner_left", "")], |builder| {
        for (number, owner) in [(1, 2), (2, 5), (3, 1)] {
            builder.customer(customer(number), |row| {
                usual(row);
                row.owner(Some(staff(owner)));
            });
        }
    });
    let plan = firm.plan(day(TODAY));
    let who: Vec<Assignee> = plan.touches.iter().map(|touch| touch.assignee).collect();
    assert_eq!(who, [Assignee::Person(staff(1)), Assignee::Unit(unit(1))]);
    assert_eq!(Firm::withheld(&plan), ["condition 1"]);
}

#[test]
fn two_subjects_of_one_plan_ride_along_on_one_contact() {
    let firm = Firm::new(
        vec![plan("due", "a.due == today", "for_each = \"agreement\"\nas = \"a\"\nworth = \"a.premium\"")],
        |builder| {
            builder.customer(customer(1), |row| {
                usual(row);
                for number in 1..=3 {
                    row.item("agreements", Some(item(number)), |agreement| {
                        agreement.date("due", day(TODAY) + i32::from(number == 2));
                        agreement.money("premium", 100);
                    });
                }
            });
        },
    );
    let plan = firm.plan(day(TODAY));
    assert_eq!(firm.lines(&plan), ["1 due phone #1", "1 due phone #1"]);
    let subjects: Vec<SubjectId> = plan.touches.iter().map(|touch| touch.subject).collect();
    assert_eq!(subjects, [SubjectId::Item(item(1)), SubjectId::Item(item(3))]);
    assert_eq!(plan.worth_minor(), 200);
}

fn busy_firm() -> Firm {
    let mut firm =
        Firm::new(vec![plan("care", "annual_value > yuan(0)", "[limits]\nexpires_after_days = 2")], |builder| {
            for number in 1..=5 {
                builder.customer(customer(number), |row| {
                    usual(row);
                    row.money("annual_value", number as i64 * 100);
                });
            }
        });
    firm.settings.capacity_per_day = 2;
    firm
}

#[test]
fn the_worthiest_are_taken_and_the_overflow_is_carried_over_and_rises() {
    let mut firm = busy_firm();
    let plan = firm.plan(day(TODAY));
    assert_eq!(firm.lines(&plan), ["5 care phone #1", "4 care phone #2"]);
    assert_eq!(Firm::withheld(&plan), ["capacity_full 3"]);
    // On the next day customer 1 has waited longer than all others.
    firm.history.carried = plan.deferred.iter().map(|deferred| deferred.carried.clone()).collect();
    firm.history.carried.retain(|carried| carried.customer == customer(1));
    let next = firm.plan(day(TODAY) + 1);
    assert_eq!(firm.lines(&next), ["1 care phone #1", "5 care phone #2"]);
    assert_eq!(next.touches[0].due_day, day(TODAY));
    // After it has expired it is due anew, but still waits since the first day.
    let late = firm.plan(day(TODAY) + 3);
    assert_eq!(late.touches[0].customer, customer(1));
    assert_eq!(late.touches[0].due_day, day(TODAY) + 3);
}

fn gifted_firm(per_month: u32, taken: u32) -> Firm {
    let gift = "gift = \"tea\"\n[limits]\nexpires_after_days = 9\npriority = 90";
    let plans = vec![plan("call", "true", ""), plan("tea", "annual_value > yuan(0)", gift)];
    let mut firm = Firm::new(plans, |builder| {
        for number in 1..=3 {
            builder.customer(customer(number), |row| {
                usual(row);
                row.money("annual_value", number as i64 * 100);
            });
        }
    });
    firm.history.gifts.insert("tea".to_owned(), Supply { per_month, taken });
    firm
}

#[test]
fn a_gift_that_ran_out_is_waited_for_and_leaves_the_contact_to_other_plans() {
    let mut firm = gifted_firm(5, 3);
    let plan = firm.plan(day(TODAY));
    assert_eq!(firm.lines(&plan), ["3 tea phone #1", "2 tea phone #2", "1 call phone #3"]);
    assert_eq!(Firm::withheld(&plan), ["already_touched_today 2", "gifts_gone 1"]);
    let [waiting] = plan.deferred.as_slice() else { panic!("one waits: {:?}", plan.deferred) };
    assert_eq!((waiting.carried.customer, waiting.why), (customer(1), Withheld::GiftsGone));
    firm.history.carried = vec![waiting.carried.clone()];
    firm.history.gifts.insert("tea".to_owned(), Supply { per_month: 6, taken: 5 });
    let next = firm.plan(day(TODAY) + 1);
    assert_eq!(next.touches[0].customer, customer(1), "who waited has the next one");
}

#[test]
fn a_gift_that_is_there_without_limit_never_runs_out() {
    let mut firm = gifted_firm(0, 0);
    firm.history.gifts.clear();
    assert_eq!(firm.plan(day(TODAY)).touches.len(), 3);
}

#[test]
fn nobody_waits_for_ever_however_many_are_worth_more() {
    let mut firm = busy_firm();
    firm.settings.capacity_per_day = 1;
    let mut served = Vec::new();
    for ahead in 0..10 {
        let plan = firm.plan(day(TODAY) + ahead);
        served.extend(plan.touches.iter().map(|touch| touch.customer.0.as_u128() >> 10));
        firm.history.carried = plan.deferred.iter().map(|deferred| deferred.carried.clone()).collect();
    }
    assert_eq!(served, [5, 4, 3, 2, 1, 5, 4, 3, 2, 1], "who waited longest comes first, the worthier of equals before");
}

#[test]
fn what_was_carried_over_must_still_be_due_on_its_own_day() {
    let mut firm = Firm::new(
        vec![plan("t7", "a.due == today + days(7) && !a.paid", "for_each = \"agreement\"\nas = \"a\"")],
        |builder| {
            for (number, paid) in [(1, false), (2, true)] {
                builder.customer(customer(number), |row| {
                    usual(row);
                    row.item("agreements", Some(item(number)), |agreement| {
                        agreement.date("due", day("2026-11-30"));
                        agreement.truth("paid", paid);
                    });
                });
            }
        },
    );
    let carried = |number, ago| Carried {
        customer: customer(number),
        plan: firm.index("t7"),
        subject: SubjectId::Item(item(number)),
        due_day: day(TODAY) - ago,
        waiting_since: day(TODAY) - ago,
    };
    firm.history.carried = vec![carried(1, 0), carried(2, 0)];
    let next = firm.plan(day(TODAY) + 1);
    assert_eq!(firm.lines(&next), ["1 t7 phone #1"]);
    assert_eq!(Firm::withheld(&next), ["condition 2", "no_longer_due 1"]);
    assert_eq!(Firm::withheld(&firm.plan(day(TODAY) + 9)), ["condition 2", "expired 2"]);
}

#[test]
fn a_second_run_makes_nothing_new() {
    let mut firm = busy_firm();
    let first = firm.plan(day(TODAY));
    firm.history.touches = first
        .touches
        .iter()
        .map(|touch| PastTouch {
            customer: touch.customer,
            plan: Some(touch.plan),
            subject: touch.subject,
            due_day: touch.due_day,
            planned_for: first.day,
            standing: Standing::Open,
            attention: Attention::Counts,
        })
        .collect();
    firm.history.load.insert(staff(1), 2);
    let second = firm.plan(day(TODAY));
    assert_eq!((second.touches.len(), second.standing), (0, 2));
    assert_eq!(Firm::withheld(&second), ["already_made 2", "capacity_full 3"]);
    let next = firm.plan(day(TODAY) + 1);
    assert_eq!(Firm::withheld(&next), ["already_open 2", "capacity_full 3"]);
}

#[test]
fn withdrawn_work_takes_nobodys_day_and_is_not_made_again() {
    let plans = || vec![plan("t1", "true", ""), plan("t2", "true", "")];
    let mut firm = Firm::new(plans(), |builder| builder.customer(customer(1), usual));
    let (first, second) = ("1 t1 phone #1", "1 t2 phone #1");
    for (of, standing, lines) in [
        (None, Standing::Closed, vec![]),
        (None, Standing::Withdrawn, vec![first]),
        (Some("t1"), Standing::Closed, vec![]),
        (Some("t1"), Standing::Withdrawn, vec![second]),
    ] {
        firm.history.touches = vec![PastTouch {
            customer: customer(1),
            plan: of.map(|key| firm.index(key)),
            subject: SubjectId::Customer,
            due_day: day(TODAY),
            planned_for: day(TODAY),
            standing,
            attention: Attention::Counts,
        }];
        assert_eq!(firm.lines(&firm.plan(day(TODAY))), lines, "{of:?} {standing:?}");
    }
}

#[test]
fn a_notice_that_the_law_requires_passes_budget_and_caps_by() {
    let firm = Firm::new(
        vec![
            plan("care", "true", "[limits]\npriority = 90"),
            plan("notice", "true", "[limits]\npriority = 10\ncap_30d = 0\ncounts_as_contact = false"),
        ],
        |builder| builder.customer(customer(1), usual),
    );
    assert_eq!(firm.lines(&firm.plan(day(TODAY))), ["1 care phone #1", "1 notice phone #2"]);
}

#[test]
fn a_plan_for_specialists_finds_one_with_the_skill() {
    let firm = Firm::new(vec![plan("claims", "true", "by = \"specialist\"\nskills = [\"claims\"]")], |builder| {
        builder.customer(customer(1), usual)
    });
    assert_eq!(firm.plan(day(TODAY)).touches[0].assignee, Assignee::Person(staff(4)));
}

#[test]
fn among_specialists_the_one_who_speaks_the_language_goes_first() {
    let takes = |language: &str| {
        let fill = |builder: &mut ColumnsBuilder| {
            builder.customer(customer(1), |row| {
                usual(row);
                row.text("language", language);
            })
        };
        let people = [(5, vec!["zh"], 9), (6, vec!["zh", "en"], 3)].map(|(number, languages, capacity)| {
            let languages = languages.into_iter().map(String::from).collect();
            let (work, capacity_per_day) = (Work::Specialist, Some(capacity));
            (staff(number), Person { work, languages, capacity_per_day, ..Person::of(Some(unit(1))) })
        });
        let plans = vec![plan("question", "true", "by = \"specialist\"")];
        Firm::of_people(plans, Roster::new(people), fill).plan(day(TODAY)).touches[0].assignee
    };
    assert_eq!(takes("en"), Assignee::Person(staff(6)));
    assert_eq!(takes("zh"), Assignee::Person(staff(5)), "both speak it: who has more room");
    assert_eq!(takes("fr"), Assignee::Person(staff(5)), "nobody speaks it: who has more room");
}

#[test]
fn why_names_for_every_plan_the_first_part_that_decided() {
    let firm = Firm::new(
        vec![
            plan("birthday", "anniversary(birthday) == today && tier == 'gold'", "[limits]\npriority = 90"),
            plan("care", "tier == 'gold'", "[limits]\npriority = 60"),
            plan("visit", "class == 'A'", ""),
            plan(
                "due",
                "a.kind == 'policy' && a.due == today",
                "for_each = \"agreement\"\nas = \"a\"\n[limits]\npriority = 70",
            ),
        ],
        |builder| {
            builder.customer(customer(1), |row| {
                usual(row);
                row.text("tier", "gold");
                row.date("birthday", day("1980-03-05"));
                row.item("agreements", Some(item(1)), |a| a.text("kind", "loan"));
                row.item("agreements", Some(item(2)), |a| {
                    a.text("kind", "policy");
                    a.date("due", day(TODAY));
                });
            });
        },
    );
    let answers = why(&firm.compiled, &firm.columns, 0, day(TODAY), &firm.history, &firm.settings, None);
    let told: Vec<String> = answers
        .iter()
        .map(|answer| format!("{}: {}", firm.compiled.plan(answer.plan).key, answer.words(Language::Zh)))
        .collect();
    assert_eq!(
        told,
        [
            "birthday: anniversary(birthday) == today（生日 = 1980年3月5日）",
            "due: 因为due",
            "care: 今天已有其他方案联系该客户",
            "visit: class == 'A'（class = 未知）".replace("（class", "（ABC 分类").as_str(),
        ]
    );
    assert_eq!(answers[0].next_due, Some(day("2027-03-05")));
    assert_eq!(answers[1].item, Some(1));
    let holder = Some(firm.index("due"));
    assert_eq!(answers[2].verdict, WhyVerdict::Withheld { reason: Withheld::AlreadyTouchedToday, holder });
    assert_eq!(answers[3].next_due, None);
    let decided = firm.plan(day(TODAY));
    let planned =
        why(&firm.compiled, &firm.columns, 0, day(TODAY), &firm.history, &firm.settings, Some(decided.decisions_of(0)));
    let verdicts = |answers: &[tend_planner::PlanAnswer]| answers.iter().map(|a| a.verdict).collect::<Vec<_>>();
    assert_eq!(verdicts(&planned), verdicts(&answers));
}

#[test]
fn a_day_told_as_choices_takes_what_its_plan_takes() {
    let mut firm = Firm::new(
        vec![
            plan("renewal", "tier == 'gold'", "factor = 1.0\n[limits]\npriority = 80"),
            plan(
                "claim",
                "arrears_months > 0",
                "by = \"specialist\"\nskills = [\"claims\"]\nfactor = 0.5\n[limits]\npriority = 80",
            ),
            plan("notice", "true", "factor = 0.1\n[limits]\npriority = 20\ncounts_as_contact = false"),
        ],
        |builder| {
            for number in 1..=12 {
                builder.customer(customer(number), |row| {
                    usual(row);
                    row.unit(Some(unit(1)));
                    row.text("tier", if number % 3 == 0 { "silver" } else { "gold" });
                    row.int("arrears_months", i64::from(number % 2 == 0));
                    row.money("annual_value", number as i64 * 1_000);
                });
            }
        },
    );
    firm.settings.capacity_per_day = 5;
    let today = day(TODAY);
    let told = choices(&firm.compiled, &firm.columns, today, &firm.history, &firm.settings);
    let plan = firm.plan(today);
    let taken = || told.choices.iter().filter(|choice| choice.taken);
    assert_eq!(taken().count(), plan.touches.len());
    assert_eq!(taken().map(|choice| choice.worth_minor).sum::<i64>(), plan.worth_minor());
    assert!(told.choices.iter().any(|choice| !choice.taken), "somebody had no room");
    assert!(told.choices.is_sorted_by_key(|choice| std::cmp::Reverse((choice.band, choice.worth_minor))));
    let of_claims: Vec<&[u32]> = told
        .choices
        .iter()
        .filter(|one| one.band == 80 && one.row % 3 == 2 && one.counts)
        .map(|one| &one.takers[..])
        .collect();
    assert_eq!(of_claims, [[3], [3]], "only the specialist for claims, the fourth of the roster, may take them");
    assert!(told.choices.iter().filter(|one| one.band == 20).all(|one| !one.counts && one.takers == [0]));
    assert_eq!(told.rooms, [5; 5]);
}
