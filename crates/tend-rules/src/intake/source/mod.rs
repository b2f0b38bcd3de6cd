//! From bytes to rows: text tables in any encoding with any separator, and .xlsx workbooks.
//!
//! A source is opened once and read as often as needed; each reading streams, so that memory does not grow with the
//! number of rows. Nothing here knows what a column means.

mod delimited;
mod encoding;
mod guard;
mod heading;
mod row;
mod sheet;

pub use super::error::IntakeError;
pub use heading::HeadingRow;
pub use row::{CellKind, Row};

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::io::{Read, Seek, SeekFrom};

/// How a source is to be read, where it should not be found out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OpenOptions {
    /// The sheet of a workbook; the first with cells if absent.
    pub sheet: Option<String>,
    /// The encoding of a text table by its usual name (`gb18030`, `utf-8`); found out if absent.
    pub encoding: Option<String>,
    /// The separator of a text table; found out if absent.
    pub separator: Option<char>,
    /// Where the headings are.
    pub heading: HeadingRow,
    /// What is too much.
    #[serde(skip)]
    pub limits: Limits,
}

/// What is too much for one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file as it comes.
    pub bytes_max: u64,
    /// Bytes of a workbook unpacked.
    pub unpacked_bytes_max: u64,
    /// Bytes of those parts of a workbook that must be held in memory (shared texts, styles).
    pub in_memory_bytes_max: u64,
    /// Rows.
    pub rows_max: u32,
    /// Columns.
    pub columns_max: usize,
    /// Bytes of one row.
    pub row_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes_max: 2 << 30,
            unpacked_bytes_max: 4 << 30,
            in_memory_bytes_max: 256 << 20,
            rows_max: 5_000_000,
            columns_max: 1_000,
            row_bytes_max: 1 << 20,
        }
    }
}

/// The format of a source, as far as an error file in the same format needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "lowercase")]
pub enum Shape {
    /// A text table.
    Text {
        /// Name of the encoding, such as `UTF-8` or `gb18030`.
        encoding: String,
        /// Whether the file begins with a mark of its encoding.
        marked: bool,
        /// The separator.
        separator: char,
    },
    /// A workbook.
    Xlsx {
        /// All work sheets in order.
        sheets: Vec<String>,
        /// The sheet that is read.
        sheet: String,
    },
}

/// A file that is understood as far as its format goes.
pub struct Source<R> {
    content: Content<R>,
    shape: Shape,
    options: OpenOptions,
}

/// A few zero characters are a slip of the program that wrote the file; more are no text.
const NULS_MAX: usize = 4;

enum Content<R> {
    Text { bytes: R, found: encoding::Found, separator: char },
    Book(Box<sheet::Book<R>>),
}

/// Something that gives rows one after the other.
trait RawRows {
    /// Reads the next row; `false` at the end.
    fn next_row(&mut self, row: &mut Row) -> Result<bool, IntakeError>;
}

impl<R: Read + Seek> Source<R> {
    /// Finds out what the bytes are and opens them.
    pub fn open(mut bytes: R, options: OpenOptions) -> Result<Self, IntakeError> {
        let size = bytes.seek(SeekFrom::End(0))?;
        if size == 0 {
            return Err(IntakeError::Empty);
        }
        if size > options.limits.bytes_max {
            return Err(IntakeError::TooLarge { bytes_max: options.limits.bytes_max });
        }
        let mut head = [0_u8; 8];
        bytes.rewind()?;
        let read = encoding::read_full(&mut bytes, &mut head)?;
        match &head[..read] {
            [b'P', b'K', 3, 4, ..] => Self::open_book(bytes, options),
            [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(compound_file(&mut bytes)?),
            [0x1f, 0x8b, ..] | [b'R', b'a', b'r', b'!', ..] | [b'7', b'z', 0xbc, 0xaf, ..] => Err(IntakeError::Packed),
            [b'%', b'P', b'D', b'F', ..] | [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] => {
                Err(IntakeError::UnknownKind)
            }
            _ => Self::open_text(bytes, options),
        }
    }

    fn open_book(mut bytes: R, options: OpenOptions) -> Result<Self, IntakeError> {
        guard::check(&mut bytes, &options.limits)?;
        let book = sheet::Book::open(bytes, options.sheet.as_deref())?;
        let shape = Shape::Xlsx { sheets: book.sheets.clone(), sheet: book.sheet.clone() };
        Ok(Self { content: Content::Book(Box::new(book)), shape, options })
    }

    fn open_text(mut bytes: R, options: OpenOptions) -> Result<Self, IntakeError> {
        let found = encoding::find(&mut bytes, options.encoding.as_deref())?;
        let mut head = String::new();
        encoding::TextStream::new(&mut bytes, found)?.more(&mut head)?;
        let start = head.trim_start();
        if start.is_empty() {
            return Err(IntakeError::WithoutRows);
        }
        if ["<!doctype", "<html", "<table", "<?xml"].iter().any(|tag| starts_with(start, tag)) {
            return Err(IntakeError::WebPage);
        }
        let among = |fits: fn(char) -> bool| head.chars().take(2000).filter(|c| fits(*c)).count();
        if among(|c| c.is_control() && !c.is_whitespace()) > 200 || among(|c| c == '\0') > NULS_MAX {
            return Err(IntakeError::UnknownKind);
        }
        let separator = options.separator.unwrap_or_else(|| delimited::find_separator(&head));
        let shape = Shape::Text { encoding: found.encoding.name().to_owned(), marked: found.mark_bytes > 0, separator };
        Ok(Self { content: Content::Text { bytes, found, separator }, shape, options })
    }

    /// The format that was found.
    pub const fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The table from its top. May be called again to read the file again.
    pub fn table(&mut self) -> Result<Table<'_>, IntakeError> {
        let limits = self.options.limits;
        let rows: Box<dyn RawRows + '_> = match &mut self.content {
            Content::Text { bytes, found, separator } => {
                Box::new(delimited::DelimitedRows::new(bytes, *found, *separator, limits)?)
            }
            Content::Book(book) => Box::new(book.rows(limits)?),
        };
        Table::begin(rows, self.options.heading, limits)
    }
}

fn starts_with(text: &str, tag: &str) -> bool {
    text.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag))
}

/// A compound file is an old workbook, or a new one under a password.
fn compound_file(bytes: &mut (impl Read + Seek)) -> Result<IntakeError, IntakeError> {
    let mut head = vec![0_u8; 64 * 1024];
    bytes.rewind()?;
    let read = encoding::read_full(bytes, &mut head)?;
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let encrypted = memchr::memmem::find(&head[..read], &name).is_some();
    Ok(if encrypted { IntakeError::Encrypted } else { IntakeError::OldWorkbook })
}

/// A table being read: its headings, then its rows.
pub struct Table<'s> {
    headings: Vec<String>,
    heading_row: Option<u32>,
    first_rows: VecDeque<Row>,
    rows: Box<dyn RawRows + 's>,
    given: u32,
    rows_max: u32,
    guarded: Guarded,
}

/// Whether cells may carry an apostrophe against formulas, as in the error files that we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guarded {
    Yes,
    No,
}

impl<'s> Table<'s> {
    fn begin(mut rows: Box<dyn RawRows + 's>, choice: HeadingRow, limits: Limits) -> Result<Self, IntakeError> {
        let wanted = if let HeadingRow::At(number) = choice { number as usize } else { 0 };
        let mut first: Vec<Row> = Vec::new();
        while first.len() < heading::ROWS_LOOKED_AT.max(wanted.min(1_000)) {
            let mut row = Row::default();
            if !rows.next_row(&mut row)? {
                break;
            }
            if !row.is_blank() {
                first.push(row);
            }
        }
        if first.is_empty() {
            return Err(IntakeError::WithoutRows);
        }
        let found = heading::find(&first, choice);
        let behind = found.map_or(0, |index| index + 1);
        let width = match found {
            Some(index) => filled_width(&first[index]),
            None => first.iter().map(filled_width).max().unwrap_or(0),
        };
        let headings = heading::name_columns(found.map(|index| &first[index]), width);
        let heading_row = found.map(|index| first[index].number());
        let first_rows = first.drain(behind..).collect();
        let own = headings.iter().any(|heading| super::error_file::is_own_heading(heading));
        let guarded = if own { Guarded::Yes } else { Guarded::No };
        Ok(Self { headings, heading_row, first_rows, rows, given: 0, rows_max: limits.rows_max, guarded })
    }

    /// The headings, one a column, each different from the others.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// The row number of the headings; `None` if the file has none.
    pub const fn heading_row(&self) -> Option<u32> {
        self.heading_row
    }

    /// Reads the next row that is not empty into `row`, reusing its memory; `false` at the end.
    pub fn read(&mut self, row: &mut Row) -> Result<bool, IntakeError> {
        loop {
            if let Some(first) = self.first_rows.pop_front() {
                *row = first;
            } else if !self.rows.next_row(row)? {
                return Ok(false);
            }
            if !row.is_blank() {
                if self.guarded == Guarded::Yes {
                    row.unguard();
                }
                self.given += 1;
                if self.given > self.rows_max {
                    return Err(IntakeError::TooManyRows { rows_max: self.rows_max });
                }
                return Ok(true);
            }
        }
    }
}

impl Iterator for Table<'_> {
    type Item = Result<Row, IntakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut row = Row::default();
        match self.read(&mut row) {
            Ok(true) => Some(Ok(row)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// The number of columns up to the last one with something in it.
fn filled_width(row: &Row) -> usize {
    (0..row.len()).rev().find(|index| !row.cell(*index).trim().is_empty()).map_or(0, |index| index + 1)
}
