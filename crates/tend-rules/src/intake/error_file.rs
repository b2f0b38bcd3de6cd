//! The file of refused rows: the same format as the file that came, its columns, and what is wrong with each row.
//!
//! A person repairs the cells and imports the file again; the added columns are known by their headings and passed over.
//! No cell can act as a formula in a spreadsheet (CVE-2021-41270 and its kind): a text that begins like one gets an
//! apostrophe, which the reader takes away from such files again.

use super::problem::Problem;
use super::source::{Row, Shape};
use crate::base::Language;
use encoding_rs::Encoding;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use std::io::{self, Seek, Write};

/// The added columns. Their ending makes them known.
const OWN_HEADINGS: [&str; 3] = ["原行号 row (tend)", "问题 problem (tend)", "建议 suggestion (tend)"];

/// Most rows that a sheet can have below its heading.
const SHEET_ROWS_MAX: u32 = 1_048_575;

/// Whether a heading is one of those that an error file adds.
pub fn is_own_heading(heading: &str) -> bool {
    heading.trim_end().ends_with("(tend)")
}

/// Why an error file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ErrorFileError {
    /// Writing failed.
    #[error("writing the error file failed")]
    Writing(#[from] io::Error),
    /// The workbook could not be written.
    #[error("writing the error file failed: {0}")]
    Workbook(#[from] XlsxError),
}

impl ErrorFileError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        "error_file_unwritable"
    }
}

/// An error file being written.
pub struct ErrorFile<W: Write + Seek + Send> {
    pages: Pages<W>,
    width: usize,
    language: Language,
    rows: u32,
}

enum Pages<W> {
    Text { out: W, separator: char, encoding: TextEncoding },
    Book { out: W, book: Box<Workbook> },
}

#[derive(Clone, Copy)]
enum TextEncoding {
    Utf16 { little: bool },
    Other(&'static Encoding),
}

impl<W: Write + Seek + Send> ErrorFile<W> {
    /// Begins a file in the format of the source, with its headings.
    pub fn begin(shape: &Shape, headings: &[String], language: Language, out: W) -> Result<Self, ErrorFileError> {
        let original: Vec<&str> = headings.iter().map(String::as_str).collect();
        let (pages, language) = match shape {
            Shape::Xlsx { sheet, .. } => {
                let mut book = Box::new(Workbook::new());
                let name: String = sheet.chars().take(31).collect();
                let page = book.add_worksheet_with_constant_memory()?;
                // A name that the writer does not take leaves the sheet with its usual one.
                let _ = page.set_name(name);
                (Pages::Book { out, book }, language)
            }
            Shape::Text { encoding, marked, separator } => {
                let named = Encoding::for_label(encoding.as_bytes()).unwrap_or(encoding_rs::UTF_8);
                let mut out = out;
                let encoding = TextEncoding::of(named);
                if *marked {
                    out.write_all(encoding.mark())?;
                }
                let speaks_chinese = !matches!(encoding, TextEncoding::Other(e) if e.encode("问题").2);
                (
                    Pages::Text { out, separator: *separator, encoding },
                    if speaks_chinese { language } else { Language::En },
                )
            }
        };
        let mut file = Self { pages, width: headings.len(), language, rows: 0 };
        let own: Vec<String> = OWN_HEADINGS.iter().map(|heading| file.own_heading(heading)).collect();
        let kept = original.into_iter().filter(|heading| !is_own_heading(heading));
        let all: Vec<&str> = kept.chain(own.iter().map(String::as_str)).collect();
        file.write(&all)?;
        Ok(file)
    }

    /// The added headings without Chinese where the encoding has none.
    fn own_heading(&self, heading: &str) -> String {
        match &self.pages {
            Pages::Text { encoding: TextEncoding::Other(e), .. } if e.encode(heading).2 => {
                heading.split_once(' ').map_or(heading, |(_, latin)| latin).to_owned()
            }
            _ => heading.to_owned(),
        }
    }

    /// Adds a refused row with what is wrong with it.
    pub fn add(&mut self, row: &Row, headings: &[String], problems: &[Problem]) -> Result<(), ErrorFileError> {
        let said = problems.iter().map(|p| self.tell(p)).collect::<Vec<_>>().join("；");
        self.add_saying(row, headings, problems, said)
    }

    /// Adds a row that a person chose to skip for a problem.
    pub fn add_skipped(&mut self, row: &Row, headings: &[String], problem: &Problem) -> Result<(), ErrorFileError> {
        let said = self.tell(problem);
        let said = match self.language {
            Language::Zh => format!("按选择跳过：{said}"),
            Language::En => format!("skipped by choice: {said}"),
        };
        self.add_saying(row, headings, std::slice::from_ref(problem), said)
    }

    fn add_saying(
        &mut self,
        row: &Row,
        headings: &[String],
        problems: &[Problem],
        said: String,
    ) -> Result<(), ErrorFileError> {
        let number = row.number().to_string();
        let proposed = problems
            .iter()
            .filter_map(|p| p.suggestion.as_ref().map(|s| format!("{}: {s}", p.heading)))
            .collect::<Vec<_>>()
            .join("；");
        let own = |index: usize| headings.get(index).is_some_and(|heading| is_own_heading(heading));
        let mut cells: Vec<&str> = (0..self.width).filter(|index| !own(*index)).map(|index| row.cell(index)).collect();
        let extra = [number, said, proposed];
        cells.extend(extra.iter().map(String::as_str));
        self.write(&cells)
    }

    fn tell(&self, problem: &Problem) -> String {
        let words = problem.code.words(self.language);
        if problem.heading.is_empty() { words.to_owned() } else { format!("{}: {words}", problem.heading) }
    }

    fn write(&mut self, cells: &[&str]) -> Result<(), ErrorFileError> {
        match &mut self.pages {
            Pages::Text { out, separator, encoding } => {
                let line = text_line(cells, *separator);
                out.write_all(&encoding.encode(&line))?;
            }
            Pages::Book { book, .. } => {
                let page = (self.rows <= SHEET_ROWS_MAX).then(|| book.worksheet_from_index(0)).transpose()?;
                if let Some(page) = page {
                    write_sheet_row(page, self.rows, cells)?;
                }
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the file and gives the writer back.
    pub fn finish(self) -> Result<W, ErrorFileError> {
        match self.pages {
            Pages::Text { mut out, .. } => {
                out.flush()?;
                Ok(out)
            }
            Pages::Book { mut out, mut book } => {
                book.save_to_writer(&mut out)?;
                out.flush()?;
                Ok(out)
            }
        }
    }
}

fn write_sheet_row(page: &mut Worksheet, number: u32, cells: &[&str]) -> Result<(), XlsxError> {
    for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        let text: String = guard_formula(cell).chars().take(32_767).collect();
        page.write_string(number, u16::try_from(column).unwrap_or(u16::MAX), text)?;
    }
    Ok(())
}

fn text_line(cells: &[&str], separator: char) -> String {
    let mut line = String::new();
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            line.push(separator);
        }
        line.push('"');
        line.push_str(&guard_formula(cell).replace('"', "\"\""));
        line.push('"');
    }
    line.push_str("\r\n");
    line
}

/// Characters with which a spreadsheet lets a formula begin, in every width, and the minus of typesetting.
const fn begins_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+'
            | '-'
            | '@'
            | '\t'
            | '\r'
            | '\n'
            | '＝'
            | '＋'
            | '－'
            | '＠'
            | '﹦'
            | '﹢'
            | '﹣'
            | '﹫'
            | '−'
            | '⁺'
            | '₊'
            | '⁼'
            | '₌'
            | '⁻'
            | '₋'
    )
}

/// What a spreadsheet, or a person who tidies a cell, passes over at the front of it: blanks, controls, and characters
/// that nobody sees.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// The text with an apostrophe before it if a spreadsheet could take it for a formula.
pub fn guard_formula(text: &str) -> String {
    let first = text.chars().next();
    let first_seen = text.chars().find(|c| !is_unseen(*c));
    let dangerous = first.is_some_and(begins_formula) || first_seen.is_some_and(begins_formula);
    // A text that looks guarded already is guarded once more, so that taking the guard away gives it back.
    let looks_guarded = text.strip_prefix('\'').is_some_and(|rest| guard_formula(rest).len() > rest.len());
    if dangerous || looks_guarded { format!("'{text}") } else { text.to_owned() }
}

/// The text without the apostrophe that [`guard_formula`] put before it.
pub(super) fn unguard_formula(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if guard_formula(rest).len() > rest.len() => rest,
        _ => text,
    }
}

impl TextEncoding {
    fn of(encoding: &'static Encoding) -> Self {
        match encoding.name() {
            "UTF-16LE" => TextEncoding::Utf16 { little: true },
            "UTF-16BE" => TextEncoding::Utf16 { little: false },
            _ => TextEncoding::Other(encoding),
        }
    }

    fn mark(self) -> &'static [u8] {
        match self {
            TextEncoding::Utf16 { little: true } => &[0xff, 0xfe],
            TextEncoding::Utf16 { little: false } => &[0xfe, 0xff],
            TextEncoding::Other(encoding) if encoding == encoding_rs::UTF_8 => &[0xef, 0xbb, 0xbf],
            TextEncoding::Other(_) => &[],
        }
    }

    fn encode(self, text: &str) -> Vec<u8> {
        match self {
            TextEncoding::Utf16 { little: true } => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            TextEncoding::Utf16 { little: false } => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            TextEncoding::Other(encoding) => encoding.encode(text).0.into_owned(),
        }
    }
}
