//! Text tables: records and cells between separators, with quotation marks where cells hold separators or line breaks.
//!
//! Written here and not taken from the `csv` crate for three reasons: row numbers must be those a spreadsheet shows (a
//! quoted line break does not count, an empty line does), a quotation mark that is never closed must not swallow the
//! rest of the file, and the reader must know that a row was cut short. The tests hold it against that crate.

use super::encoding::{Found, TextStream};
use super::row::{CellKind, Row, RowSource};
use super::{IntakeError, Limits, RawRows};
use memchr::{memchr, memchr3};
use std::io::{Read, Seek};

/// Separators in the order in which they are preferred when two fit equally well.
const SEPARATORS: [char; 9] = [',', '\t', ';', '|', '^', '~', '\u{1}', '\u{1f}', '#'];

/// The rows of a text table.
pub(super) struct DelimitedRows<'s, R> {
    stream: TextStream<'s, R>,
    text: String,
    at: usize,
    separator: u8,
    number: u32,
    limits: Limits,
}

impl<'s, R: Read + Seek> DelimitedRows<'s, R> {
    pub(super) fn new(bytes: &'s mut R, found: Found, separator: char, limits: Limits) -> Result<Self, IntakeError> {
        let stream = TextStream::new(bytes, found)?;
        let separator = u8::try_from(separator).ok().filter(u8::is_ascii).unwrap_or(b',');
        let mut rows = Self { stream, text: String::new(), at: 0, separator, number: 0, limits };
        rows.stream.more(&mut rows.text)?;
        if let Some(line) = separator_line(&rows.text) {
            rows.at = line;
            rows.number = 1;
        }
        Ok(rows)
    }

    /// Drops what has been read and adds the next piece; `false` at the end of the file.
    fn more(&mut self) -> Result<bool, IntakeError> {
        self.text.drain(..self.at);
        self.at = 0;
        Ok(self.stream.more(&mut self.text)?)
    }
}

impl<R: Read + Seek> RawRows for DelimitedRows<'_, R> {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, IntakeError> {
        let mut quotes = Quotes::Enclose;
        let mut ended = false;
        loop {
            row.begin(self.number + 1, RowSource::Written);
            let rest = &self.text[self.at..];
            if rest.is_empty() && ended {
                return Ok(false);
            }
            match split_record(rest, self.separator, quotes, if ended { End::OfFile } else { End::OfPiece }, row) {
                Split::Record(length) => {
                    self.at += length;
                    self.number = self.number.saturating_add(1);
                    if row.len() > self.limits.columns_max {
                        let columns_max = self.limits.columns_max;
                        return Err(IntakeError::TooManyColumns { row: self.number, columns_max });
                    }
                    return Ok(true);
                }
                Split::NeverClosed => quotes = Quotes::AreLetters,
                Split::NeedsMore if rest.len() <= self.limits.row_bytes_max => ended = !self.more()?,
                // The mark of this record is not closed within any sensible length: it is a letter like others.
                Split::NeedsMore if quotes == Quotes::Enclose => quotes = Quotes::AreLetters,
                Split::NeedsMore => {
                    let bytes_max = self.limits.row_bytes_max;
                    return Err(IntakeError::RowTooLarge { row: self.number + 1, bytes_max });
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Enclose,
    AreLetters,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    OfPiece,
    OfFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Split {
    /// A record with its line end, so many bytes.
    Record(usize),
    /// The piece ends inside the record.
    NeedsMore,
    /// The file ends inside quotation marks.
    NeverClosed,
}

/// Splits the first record of `text` into cells.
fn split_record(text: &str, separator: u8, quotes: Quotes, end: End, row: &mut Row) -> Split {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        if bytes.get(at) == Some(&b'"') && quotes == Quotes::Enclose {
            match quoted(text, at + 1, row) {
                Some(behind) => at = behind,
                None if end == End::OfFile => return Split::NeverClosed,
                None => return Split::NeedsMore,
            }
        }
        let Some(offset) = memchr3(separator, b'\n', b'\r', &bytes[at..]) else {
            if end == End::OfPiece {
                return Split::NeedsMore;
            }
            row.add(&text[at..]);
            row.end_cell(CellKind::Text);
            return Split::Record(bytes.len());
        };
        let stop = at + offset;
        row.add(&text[at..stop]);
        row.end_cell(CellKind::Text);
        match bytes[stop] {
            byte if byte == separator => at = stop + 1,
            b'\r' => match bytes.get(stop + 1) {
                Some(b'\n') => return Split::Record(stop + 2),
                None if end == End::OfPiece => return Split::NeedsMore,
                _ => return Split::Record(stop + 1),
            },
            _ => return Split::Record(stop + 1),
        }
    }
}

/// Adds what stands between quotation marks; the place behind the closing mark, `None` if there is none.
fn quoted(text: &str, start: usize, row: &mut Row) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        let close = at + memchr(b'"', &bytes[at..])?;
        row.add(&text[at..close]);
        if bytes.get(close + 1) != Some(&b'"') {
            return Some(close + 1);
        }
        row.add("\"");
        at = close + 2;
    }
}

/// Excel's own first line `sep=;`: its length with the line end.
fn separator_line(text: &str) -> Option<usize> {
    named_separator(text)?;
    let line = memchr(b'\n', text.as_bytes()).map_or(text.len(), |at| at + 1);
    Some(line)
}

fn named_separator(text: &str) -> Option<char> {
    let rest = text.get(..4).filter(|head| head.eq_ignore_ascii_case("sep=")).map(|_| &text[4..])?;
    let mut chars = rest.chars();
    let separator = chars.next()?;
    matches!(chars.next(), Some('\r' | '\n')).then_some(separator)
}

/// The separator of a text by its first part: the one that gives most rows the same number of cells.
pub(super) fn find_separator(head: &str) -> char {
    if let Some(named) = named_separator(head) {
        return named;
    }
    let mut best = (',', 0.0);
    for separator in SEPARATORS {
        let score = evenness(head, separator as u8);
        if score > best.1 * 1.000_1 {
            best = (separator, score);
        }
    }
    best.0
}

fn evenness(head: &str, separator: u8) -> f64 {
    let (mut at, mut row) = (0, Row::default());
    let mut widths: Vec<usize> = Vec::new();
    while at < head.len() && widths.len() < 200 {
        row.begin(0, RowSource::Written);
        let Split::Record(length) = split_record(&head[at..], separator, Quotes::Enclose, End::OfPiece, &mut row)
        else {
            break;
        };
        at += length;
        if !row.is_blank() {
            widths.push(row.len());
        }
    }
    if widths.is_empty() {
        // A single line without an end.
        row.begin(0, RowSource::Written);
        split_record(head, separator, Quotes::AreLetters, End::OfFile, &mut row);
        widths.push(row.len());
    }
    let common = |width: usize| widths.iter().filter(|w| **w == width).count();
    let Some(width) = widths.iter().copied().max_by_key(|width| (common(*width), *width)) else { return 0.0 };
    let share = common(width) as f64 / widths.len() as f64;
    if width < 2 { 0.0 } else { share * share * (1.0 + width as f64).ln() }
}

#[cfg(test)]
#[path = "delimited_tests.rs"]
mod tests;
