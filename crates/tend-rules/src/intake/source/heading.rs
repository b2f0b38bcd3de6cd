//! Which row is the heading: title lines stand above it, and some files have none.

use super::row::Row;
use crate::intake::clean::tidy;
use serde::{Deserialize, Serialize};

/// Where the headings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadingRow {
    /// Found by looking at the first rows.
    #[default]
    Find,
    /// In this row, 1-based as a spreadsheet shows it.
    At(u32),
    /// Nowhere: columns are called `Column 1` and so on.
    Absent,
}

/// How many rows are looked at.
pub(super) const ROWS_LOOKED_AT: usize = 60;

/// The index of the heading among the first rows.
pub(super) fn find(rows: &[Row], choice: HeadingRow) -> Option<usize> {
    match choice {
        HeadingRow::Absent => None,
        HeadingRow::At(number) => rows.iter().position(|row| row.number() == number),
        HeadingRow::Find => {
            let usual = usual_width(rows);
            rows.iter().take(20).position(|row| is_heading(row, usual))
        }
    }
}

/// The number of filled cells that holds most of the cells, so that a few title lines do not decide in a short file.
fn usual_width(rows: &[Row]) -> usize {
    let widths: Vec<usize> = rows.iter().map(filled).collect();
    let common = |width: usize| widths.iter().filter(|w| **w == width).count();
    widths.iter().copied().max_by_key(|width| common(*width) * width).unwrap_or(0)
}

fn filled(row: &Row) -> usize {
    row.cells().filter(|cell| !cell.trim().is_empty()).count()
}

/// A heading has words in nearly all the columns that data have, and each word once.
fn is_heading(row: &Row, usual: usize) -> bool {
    let words: Vec<_> = row.cells().map(tidy).filter(|cell| !cell.is_empty()).collect();
    if words.is_empty() || words.len() * 10 < usual * 6 || (usual > 1 && words.len() < 2) {
        return false;
    }
    let wordy = words.iter().filter(|word| is_wordy(word)).count();
    let distinct = words.iter().enumerate().filter(|(place, word)| !words[..*place].contains(word)).count();
    wordy * 10 >= words.len() * 9 && distinct * 10 >= words.len() * 7
}

/// Words, not values: no number, day, phone or address.
fn is_wordy(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters > 0 && digits * 2 <= letters.max(2) + 2 && digits < 6 && word.chars().count() <= 60 && !word.contains('@')
}

/// Headings for all columns, each different from the others.
pub(super) fn name_columns(heading: Option<&Row>, width: usize) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(width);
    for place in 0..width {
        let given = heading.map(|row| tidy(row.cell(place)).into_owned()).filter(|name| !name.is_empty());
        let name = given.unwrap_or_else(|| format!("Column {}", place + 1));
        let mut unique = name.clone();
        let mut count = 1;
        while names.contains(&unique) {
            count += 1;
            unique = format!("{name} ({count})");
        }
        names.push(unique);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rows: &[&str], expected: Option<usize>) {
        let rows: Vec<Row> = rows.iter().enumerate().map(|(n, row)| Row::of(n as u32 + 1, row.split(','))).collect();
        assert_eq!(find(&rows, HeadingRow::Find), expected, "{rows:?}");
    }

    #[test]
    fn headings_are_found_below_titles() {
        check(&["姓名,电话", "王芳,13912345678"], Some(0));
        check(
            &["2026年11月续期名单,,,", "制表：总部,,,", "姓名,电话,生日,备注", "王芳,13912345678,1985-03-05,"],
            Some(2),
        );
        check(&["customerID,gender,tenure", "3668-QPYBK,Male,2"], Some(0));
        check(&["1,2,3", "4,5,6"], None);
        check(&["13912345678,2026-03-05", "13812345678,2026-03-06"], None);
        check(&["电话", "13912345678"], Some(0));
        check(&["bill_m1,bill_m2,bill_m3", "1,2,3"], Some(0));
    }

    #[test]
    fn columns_have_different_names() {
        let heading = Row::of(1, ["电话", "", "电话", "电话 "]);
        assert_eq!(name_columns(Some(&heading), 5), ["电话", "Column 2", "电话 (2)", "电话 (3)", "Column 5"]);
    }
}
