//! Sales processes: every one of the house holds its examples, a missing step keeps a sale from closing, slips are told
//! with their place.

use std::path::Path;
use std::sync::Arc;
use tend_rules::base::{Day, EvidenceId, Instant, TimeZone};
use tend_rules::org::Role;
use tend_rules::plan::Fault;
use tend_rules::segment::{Catalogue, FactSheet, Subject, Value};
use tend_rules::trace::{
    Case, EvidenceKind, Found, Gap, Lack, Need, Opened, Process, StepState, Supplied, Unfit, failed_examples, gaps,
    ideal, standing,
};
use uuid::Uuid;

/// Every process of the house.
fn house() -> Vec<Process> {
    let catalogue = Arc::new(Catalogue::builtin());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../playbooks");
    let mut found = Vec::new();
    for book in std::fs::read_dir(root).expect("playbooks").flatten() {
        let Ok(files) = std::fs::read_dir(book.path().join("processes")) else { continue };
        for file in files.flatten() {
            let name = file.path().display().to_string();
            let text = std::fs::read_to_string(file.path()).expect("a text file");
            let said = |faults: &[Fault]| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            let process = Process::parse(&name, &text, &catalogue).unwrap_or_else(|faults| panic!("{}", said(&faults)));
            let failed = failed_examples(&process, &name);
            assert!(failed.is_empty(), "{}", said(&failed));
            found.push(process);
        }
    }
    assert!(found.len() >= 4, "{} processes", found.len());
    found
}

const DAY: &str = "2026-11-29";

fn day() -> Day {
    DAY.parse().expect("a day")
}

fn opened() -> Instant {
    TimeZone::shanghai().instant_at(day(), 540)
}

fn facts() -> FactSheet {
    let mut facts = FactSheet::new(&Arc::new(Catalogue::builtin()));
    let born: Day = "1950-01-01".parse().expect("a day");
    facts.set("birthday", Value::day(born)).expect("a fact");
    facts
}

fn asked(process: &Process, facts: &FactSheet, supplied: &[Supplied]) -> Vec<Gap> {
    let (opened, today) = (Opened { at: opened(), on: day() }, day());
    let process = Process { applies_if: None, ..process.clone() };
    gaps(&Case { process: &process, facts, subject: Subject::Customer, opened, today, supplied })
}

/// Evidence for every step, each by the accepted kind with that place.
fn every_step(process: &Process, nth: usize) -> Vec<Supplied> {
    let fitting = process.steps.iter().enumerate().map(|(place, step)| {
        let accept = &step.accepts[nth.min(step.accepts.len() - 1)];
        ideal(step, accept, opened().plus_seconds(60 * (place as i64 + 1)), day(), place as u128 + 1)
    });
    fitting.collect()
}

/// The process with every step that may be needed needed.
fn all_needed(process: &Process) -> Process {
    let mut process = process.clone();
    process.steps.iter_mut().for_each(|step| step.need = Need::Always);
    process
}

#[test]
fn a_sale_with_any_single_step_missing_cannot_close() {
    let facts = facts();
    let mut asked_for = 0;
    for process in house().iter().map(all_needed) {
        let most = process.steps.iter().map(|step| step.accepts.len()).max().unwrap_or(1);
        for nth in 0..most {
            let whole = every_step(&process, nth);
            assert_eq!(asked(&process, &facts, &whole), [], "{} with all of its steps", process.key);
            for step in &process.steps {
                let without: Vec<Supplied> = whole.iter().filter(|one| one.step != step.key).cloned().collect();
                let found = asked(&process, &facts, &without);
                assert!(found.iter().any(|gap| gap.step == step.key), "{} closes without {}", process.key, step.key);
                asked_for += 1;
            }
        }
    }
    assert!(asked_for >= 60, "{asked_for} sales were tried");
}

#[test]
fn no_kind_does_for_another() {
    let facts = facts();
    for process in house().iter().map(all_needed) {
        for step in &process.steps {
            for kind in EvidenceKind::ALL.into_iter().chain([EvidenceKind::Withdrawal]) {
                if step.accepts.iter().any(|accept| accept.what.kind() == kind) {
                    continue;
                }
                let mut supplied = every_step(&process, 0);
                let own = supplied.iter_mut().find(|one| one.step == step.key).expect("its evidence");
                own.kind = kind;
                let found = asked(&process, &facts, &supplied);
                let gap = found.iter().find(|gap| gap.step == step.key);
                assert!(gap.is_some(), "{}.{} takes {}", process.key, step.key, kind.word());
            }
        }
    }
}

#[test]
fn what_is_taken_back_or_of_somebody_else_does_not_count() {
    let process = house().into_iter().find(|one| one.key == "car_renewal_quote").expect("the quote");
    let facts = facts();
    let mut supplied = every_step(&process, 0);
    let yes = supplied.iter().find(|one| one.step == "yes").expect("its evidence").clone();
    supplied.push(Supplied {
        id: EvidenceId(Uuid::from_u128(99)),
        kind: EvidenceKind::Withdrawal,
        corrects: Some(yes.id),
        ..yes.clone()
    });
    assert_eq!(asked(&process, &facts, &supplied)[0].lack, Lack::Missing);
    supplied.pop();
    supplied.last_mut().expect("the yes").found = Found::Nothing;
    assert_eq!(asked(&process, &facts, &supplied)[0].lack, Lack::Unfit { unfit: Unfit::NotFound });
    // A correction that fits takes the place of what it corrects.
    supplied.push(Supplied { id: EvidenceId(Uuid::from_u128(98)), corrects: Some(yes.id), ..yes });
    assert_eq!(asked(&process, &facts, &supplied), []);
}

#[test]
fn a_gap_says_what_by_when_and_by_whom() {
    let process = house().into_iter().find(|one| one.key == "life_strict_sale").expect("the strict one");
    let facts = facts();
    let mut supplied = every_step(&process, 0);
    supplied.retain(|one| !["signing", "second_look"].contains(&one.step.as_str()));
    let found = asked(&process, &facts, &supplied);
    let yes = supplied.iter().find(|one| one.step == "yes").expect("its evidence").happened_at;
    assert_eq!(found[0].step, "signing");
    assert_eq!(found[0].by, Some(yes.plus_seconds(48 * 3600)));
    assert_eq!((found[0].accepts.as_slice(), found[0].roles.len()), (&[EvidenceKind::File][..], 0));
    assert_eq!((found[1].step.as_str(), found[1].roles.as_slice()), ("second_look", &[Role::Hq, Role::Quality][..]));
    let (opened, today) = (Opened { at: opened(), on: day() }, day());
    let subject = Subject::Customer;
    let case = Case { process: &process, facts: &facts, subject, opened, today, supplied: &supplied };
    let states: Vec<StepState> = standing(&case).iter().map(|step| step.state).collect();
    assert_eq!(states.iter().filter(|state| **state == StepState::Gap).count(), 2);
}

const TEXT: &str = r#"key = "tea"
version = 1
business_type = "sale"
title = { zh = "茶", en = "Tea" }
applies_if = 'tier == "gold"'
[[step]]
key = "ask"
title = { zh = "问", en = "Ask" }
accepts = [{ kind = "note" }]
[[step]]
key = "pour"
title = { zh = "倒", en = "Pour" }
after = ["ask"]
required_if = 'age >= 60'
accepts = [{ kind = "recording", seconds_min = 5 }]
[[test]]
name = "both"
day = "2026-11-29"
customer = { tier = "gold", birthday = "1950-01-01" }
all_but = []
expect = "closes"
"#;

#[track_caller]
fn told(from: &str, to: &str, expected: &[&str]) {
    assert!(TEXT.contains(from), "{from}");
    let text = TEXT.replacen(from, to, 1);
    let catalogue = Arc::new(Catalogue::builtin());
    let faults = match Process::parse("tea.toml", &text, &catalogue) {
        Ok(process) => failed_examples(&process, "tea.toml"),
        Err(faults) => faults,
    };
    let said: Vec<String> = faults
        .iter()
        .map(|fault| {
            let near = fault.suggestion.as_ref().map(|near| format!(" {near}")).unwrap_or_default();
            format!("{}:{} {}{near}", fault.place.line, fault.place.column, fault.code)
        })
        .collect();
    assert_eq!(said, expected, "{to}");
}

#[test]
fn slips_are_told_with_line_and_column() {
    told("tea", "tea", &[]);
    told("version = 1\n", "", &["1:1 missing_key"]);
    told("'tier ==", "'teir ==", &["5:15 unknown_fact tier"]);
    told("after = [\"ask\"]", "after = [\"aks\"]", &["13:10 no_such_step ask"]);
    told("kind = \"note\"", "kind = \"notes\"", &["9:21 unknown_word note"]);
    told("seconds_min = 5", "seconds_mn = 5", &["15:34 unknown_key seconds_min"]);
    told("'age >= 60'", "'age >= '", &["14:23 unexpected_end"]);
    told("key = \"pour\"", "key = \"ask\"", &["11:7 twice_defined"]);
    told("accepts = [{ kind = \"note\" }]", "accepts = []", &["7:7 no_evidence"]);
    told("all_but = []", "all_but = [\"pour\"]", &["16:1 test_failed"]);
    told("all_but = []", "all_but = [\"pur\"]", &["20:12 unknown_word pour"]);
}
