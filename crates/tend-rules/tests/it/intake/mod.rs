//! Batches in, from bytes to clean rows, problems and error files. MISSION.md A3.

mod error_files;
mod messy;
mod real_files;
mod sources;
mod workbooks;

use std::io::Cursor;
use tend_rules::base::Day;
use tend_rules::intake::{
    BoundMapping, CleanRow, CleanRules, Mapping, OpenOptions, Problem, Row, RowKind, Source, Survey, Washed, clean_row,
    suggest,
};

fn today() -> Day {
    "2026-11-23".parse().expect("a day")
}

fn rules() -> CleanRules {
    CleanRules::on(today())
}

fn open(bytes: impl Into<Vec<u8>>) -> Source<Cursor<Vec<u8>>> {
    Source::open(Cursor::new(bytes.into()), OpenOptions::default()).expect("a readable file")
}

/// The suggested mapping of a file, and the file's rows.
fn read_all(bytes: impl Into<Vec<u8>>, kind: RowKind) -> (Mapping, BoundMapping, Vec<Row>) {
    let mut source = open(bytes);
    let survey = Survey::of(&mut source.table().expect("a table"), 1_000, today()).expect("rows");
    let mapping = Mapping::suggested(kind, &suggest(&survey, kind, &[]));
    let table = source.table().expect("a table");
    let bound = mapping.bind(table.headings()).expect("a sound mapping");
    let rows = table.collect::<Result<Vec<Row>, _>>().expect("rows");
    (mapping, bound, rows)
}

fn wash_all(bytes: impl Into<Vec<u8>>) -> Vec<Washed<CleanRow>> {
    let (_, bound, rows) = read_all(bytes, RowKind::Customers);
    rows.iter().map(|row| clean_row(row, &bound, &rules())).collect()
}

/// `row heading code → suggestion`, a line each.
fn tell(problems: &[Problem]) -> String {
    let line = |p: &Problem| {
        let suggestion = p.suggestion.as_ref().map(|s| format!(" → {s}")).unwrap_or_default();
        format!("{} {} {}{suggestion}\n", p.row, if p.heading.is_empty() { "(row)" } else { &p.heading }, p.code.word())
    };
    problems.iter().map(line).collect()
}
