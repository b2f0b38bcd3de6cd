//! What people write: conditions, texts with placeholders, care plans, playbooks.

use crate::{text_of, today};
use std::sync::{Arc, LazyLock};
use tend_rules::base::{Day, Language};
use tend_rules::plan::{CarePlan, Playbook, failed_tests};
use tend_rules::segment::{
    Calendar, Catalogue, Expression, FactSheet, ShownProblem, Subject, Text, TextWords, Value, compile,
};

static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Catalogue::builtin().shared());

/// A customer of whom something of every type is known, at the edges of the types.
static SOMEBODY: LazyLock<FactSheet> = LazyLock::new(|| {
    let mut sheet = FactSheet::new(&CATALOGUE);
    let facts = [
        ("name", Value::text("王芳")),
        ("tier", Value::text("gold")),
        ("birthday", Value::Date(day("1965-09-10"), Calendar::Lunar)),
        ("wedding_day", Value::day(day("2000-02-29"))),
        ("annual_value", Value::Money(i64::MAX)),
        ("labels", Value::texts(["vip", ""])),
        ("contacts_30d", Value::Int(i64::MIN)),
    ];
    for (key, value) in facts {
        // A name that the catalogue no longer has is passed over.
        let _ = sheet.set(key, value);
    }
    let _ = sheet.add_item("agreements", [("due", Value::day(day("9999-12-31"))), ("premium", Value::Money(-1))]);
    let _ = sheet.add_item("agreements", [("kind", Value::text("policy"))]);
    sheet
});

fn day(text: &str) -> Day {
    text.parse().unwrap_or(Day::from_number(0))
}

/// A condition: parsed, checked, evaluated, explained, on days at both ends of the calendar.
pub(super) fn care_language(bytes: &[u8]) {
    let source = text_of(bytes);
    match compile(&source, &CATALOGUE, None) {
        Ok(expression) => {
            for today in [today(), day("0001-01-01"), day("9999-12-31")] {
                ask(&expression, today);
            }
        }
        Err(problems) => {
            for problem in &problems {
                let _ = ShownProblem::of(problem, &source, Language::Zh);
            }
        }
    }
}

fn ask(expression: &Expression, today: Day) {
    let holds = expression.holds(&*SOMEBODY, Subject::Customer, today);
    let explained = expression.explain(&CATALOGUE, &*SOMEBODY, Subject::Customer, today);
    if let Some(decider) = explained.first() {
        let _ = (decider.words(Language::Zh), decider.words(Language::En));
    }
    assert!(
        holds == matches!(explained, tend_rules::segment::Explanation::Holds(_)),
        "the answer and its explanation agree"
    );
    let _ = expression.parts_met(&*SOMEBODY, Subject::Customer, today);
}

/// A text with placeholders, filled in.
pub(super) fn text(bytes: &[u8]) {
    let source = text_of(bytes);
    if let Ok(text) = Text::parse(&source, &CATALOGUE, None) {
        let words = TextWords::of(&CATALOGUE);
        let _ = text.render(&*SOMEBODY, Subject::Customer, today(), Language::Zh, &words);
    }
}

/// A care plan with its examples.
pub(super) fn plan(bytes: &[u8]) {
    let text = text_of(bytes);
    match CarePlan::parse("plan.toml", &text, &CATALOGUE) {
        Ok(plan) => {
            let _ = failed_tests(&plan, "plan.toml", &CATALOGUE);
        }
        Err(faults) => {
            for fault in faults {
                let _ = (fault.words(Language::Zh), fault.words(Language::En));
            }
        }
    }
}

/// The files of a playbook, each as `name\n text`, with NULs between.
pub(super) fn playbook(bytes: &[u8]) {
    let text = text_of(bytes);
    let files = text.split('\0').map(|file| file.split_once('\n').unwrap_or((file, "")));
    let _ = Playbook::load(files, &CATALOGUE);
}
