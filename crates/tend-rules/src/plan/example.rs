//! The `[[test]]` blocks of a plan file: this customer, this day, this answer.

use super::document::{Document, Entry, Section, number_of, span_of};
use super::fault::{Fault, FaultCode, Source};
use super::{CarePlan, due_subjects};
use crate::base::Day;
use crate::segment::{Calendar, Catalogue, FactDefinition, FactSheet, Kind, Scalar, Span, Value, nearest};
use std::sync::Arc;
use toml::de::DeValue;

/// An example that a plan must answer as it says.
#[derive(Debug, Clone)]
pub struct PlanTest {
    /// What the example shows.
    pub name: String,
    /// The day for which the plan is asked.
    pub day: Day,
    /// The customer.
    pub customer: FactSheet,
    /// How many subjects are due.
    pub expected: Expected,
    /// Where the block stands in the file.
    pub span: Span,
}

/// What an example expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// At least one subject is due.
    Due,
    /// Nothing is due.
    NotDue,
    /// Exactly so many subjects are due.
    Subjects(usize),
}

impl Expected {
    fn is_met_by(self, due: usize) -> bool {
        match self {
            Expected::Due => due > 0,
            Expected::NotDue => due == 0,
            Expected::Subjects(wanted) => due == wanted,
        }
    }

    fn word(self) -> String {
        match self {
            Expected::Due => "due".to_owned(),
            Expected::NotDue => "not due".to_owned(),
            Expected::Subjects(count) => format!("due = {count}"),
        }
    }
}

/// Runs the examples of a plan; those that it answers otherwise.
pub fn failed_tests(plan: &CarePlan, file: &str, catalogue: &Catalogue) -> Vec<Fault> {
    let source = Source { file, text: &plan.source };
    plan.tests
        .iter()
        .filter_map(|test| {
            let due = due_subjects(plan, catalogue, &test.customer, test.day).len();
            if test.expected.is_met_by(due) {
                return None;
            }
            let got = if due == 0 { "not due".to_owned() } else { format!("due = {due}") };
            let params = [("found", test.name.as_str()), ("wanted", &test.expected.word()), ("got", &got)];
            Some(source.fault(FaultCode::TestFailed, test.span, &params))
        })
        .collect()
}

/// Reads one block.
pub(super) fn read_test(section: Section<'_, '_>, catalogue: &Arc<Catalogue>) -> Option<PlanTest> {
    let span = section.span;
    let name = section.required_text("name").map(|name| name.value.to_owned());
    let day = section.entry("day");
    if day.is_none() {
        section.fail(FaultCode::MissingKey, span, &[("wanted", "day")]);
    }
    let day = day.and_then(|entry| read_day(section.document, entry));
    let customer = section.section("customer").map(|customer| read_customer(&customer, catalogue));
    let said = section.word("expect", &[("due", Expected::Due), ("not due", Expected::NotDue)]);
    let counted = section.whole("due", 0, 10_000).map(|count| Expected::Subjects(count as usize));
    if said.is_none() && counted.is_none() && section.entry("expect").is_none() {
        section.fail(FaultCode::MissingKey, span, &[("wanted", "expect")]);
    }
    section.close();
    let customer = customer.unwrap_or_else(|| FactSheet::new(catalogue));
    Some(PlanTest { name: name?, day: day?, customer, expected: counted.or(said)?, span })
}

pub(crate) fn read_day(document: &Document<'_>, entry: Entry<'_, '_>) -> Option<Day> {
    let text = match entry.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(moment) => moment.to_string(),
        _ => String::new(),
    };
    let day = text.parse().ok();
    if day.is_none() {
        document.fail(FaultCode::BadDay, span_of(entry), &[("found", span_of(entry).text(document.source.text))]);
    }
    day
}

pub(crate) fn read_customer(section: &Section<'_, '_>, catalogue: &Arc<Catalogue>) -> FactSheet {
    let mut sheet = FactSheet::new(catalogue);
    let document = section.document;
    let lunar = section.entry("birthday_calendar").and_then(|entry| entry.get_ref().as_str()) == Some("lunar");
    for (key, entry) in section.every() {
        if let Some(id) = catalogue.collection(key.value) {
            let collection = catalogue.items(id);
            for item in entry.get_ref().as_array().into_iter().flat_map(|array| array.iter()) {
                let Some(table) = item.get_ref().as_table() else { continue };
                let item = document.section(table, span_of(item));
                let find = |key: &str| collection.find(key).map(|place| &collection.facts[usize::from(place)]);
                let known: Vec<&str> = collection.facts.iter().map(|fact| fact.key.as_str()).collect();
                let values = read_values(&item, &find, &known);
                let values = values.iter().map(|(key, value)| (key.as_str(), value.clone()));
                sheet.add_item(&collection.key, values).expect("the keys were found in the collection");
            }
            continue;
        }
        let Some(fact) = catalogue.find(key.value).map(|id| catalogue.fact(id)) else {
            let known = catalogue.facts().iter().map(|fact| fact.key.as_str());
            let collections = catalogue.collections().iter().map(|items| items.key.as_str());
            unknown(document, key.value, key.span, known.chain(collections));
            continue;
        };
        if let Some(value) = read_value(document, fact, entry) {
            let value = match value {
                Value::Date(day, _) if key.value == "birthday" && lunar => Value::Date(day, Calendar::Lunar),
                other => other,
            };
            sheet.set(key.value, value).expect("the key was found in the catalogue");
        }
    }
    sheet
}

fn unknown<'k>(document: &Document<'_>, key: &str, span: Span, known: impl Iterator<Item = &'k str>) {
    let mut fault = document.source.fault(FaultCode::UnknownKey, span, &[("found", key)]);
    fault.suggestion = nearest(key, known).map(str::to_owned);
    document.push(fault);
}

fn read_values<'c>(
    item: &Section<'_, '_>,
    find: &dyn Fn(&str) -> Option<&'c FactDefinition>,
    known: &[&str],
) -> Vec<(String, Value)> {
    let mut values = Vec::new();
    for (key, entry) in item.every() {
        match find(key.value) {
            Some(fact) => values.extend(read_value(item.document, fact, entry).map(|value| (fact.key.clone(), value))),
            None => unknown(item.document, key.value, key.span, known.iter().copied()),
        }
    }
    values
}

fn read_value(document: &Document<'_>, fact: &FactDefinition, entry: Entry<'_, '_>) -> Option<Value> {
    let value = entry.get_ref();
    let read = match fact.kind {
        Kind::One(Scalar::Bool) => value.as_bool().map(Value::Bool),
        Kind::One(Scalar::Int) => value.as_integer().and_then(|int| int.as_str().parse().ok()).map(Value::Int),
        Kind::One(Scalar::Double) => number_of(value).map(Value::Double),
        Kind::One(Scalar::Text) => value.as_str().map(Value::text),
        Kind::One(Scalar::Money) => number_of(value).map(|yuan| Value::Money((yuan * 100.0).round() as i64)),
        Kind::One(Scalar::Date) => return read_day(document, entry).map(Value::day),
        Kind::One(Scalar::Days) => None,
        Kind::List(_) => value.as_array().and_then(|array| {
            let texts: Option<Vec<&str>> = array.iter().map(|text| text.get_ref().as_str()).collect();
            texts.map(Value::texts)
        }),
    };
    if read.is_none() {
        let word = fact.kind.word();
        let params = [("key", fact.key.as_str()), ("wanted_zh", word.as_str()), ("wanted", &word)];
        document.fail(FaultCode::WrongType, span_of(entry), &params);
    }
    read
}
