//! Sheets of .xlsx workbooks, cell by cell: merged cells filled down, days by the workbook's epoch, numbers as people
//! see them.

use super::row::{CellKind, Row, RowSource};
use super::{IntakeError, Limits, RawRows};
use crate::intake::clean::first_day;
use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};
use std::io::{Read, Seek};

const MERGED_MAX: usize = 500_000;

/// An opened workbook with the chosen sheet.
pub(super) struct Book<R> {
    xlsx: Xlsx<R>,
    pub(super) sheets: Vec<String>,
    pub(super) sheet: String,
    /// Regions of the sheet that are merged over several rows, by their first row.
    merged: Vec<Dimensions>,
    epoch_1904: bool,
}

impl<R: Read + Seek> Book<R> {
    /// Opens a workbook; the sheet is the one asked for, else the first visible one that has cells.
    pub(super) fn open(bytes: R, wanted: Option<&str>) -> Result<Self, IntakeError> {
        let mut xlsx = Xlsx::new(bytes).map_err(damaged)?;
        let visible = |visible: SheetVisible| visible == SheetVisible::Visible;
        let all: Vec<(String, bool)> = xlsx
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| (sheet.name.clone(), visible(sheet.visible)))
            .collect();
        let sheets: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
        let sheet = match wanted {
            Some(name) if sheets.iter().any(|sheet| sheet == name) => name.to_owned(),
            Some(name) => return Err(IntakeError::SheetMissing { name: name.to_owned(), present: sheets }),
            None => first_with_cells(&mut xlsx, &all).ok_or(IntakeError::WithoutRows)?,
        };
        let mut merged = xlsx.merge_cells_by_sheet_name(&sheet).unwrap_or_default();
        merged.retain(|region| region.end.0 > region.start.0);
        merged.truncate(MERGED_MAX);
        merged.sort_by_key(|region| region.start);
        let epoch_1904 = xlsx.has_1904_epoch();
        Ok(Self { xlsx, sheets, sheet, merged, epoch_1904 })
    }

    /// The rows of the sheet from the top.
    pub(super) fn rows(&mut self, limits: Limits) -> Result<SheetRows<'_, R>, IntakeError> {
        let cells = self.xlsx.worksheet_cells_reader(&self.sheet).map_err(damaged)?;
        let merged = self.merged.iter().copied().peekable();
        Ok(SheetRows {
            cells,
            ended: false,
            ahead: None,
            merged,
            filling: Vec::new(),
            epoch_1904: self.epoch_1904,
            limits,
        })
    }
}

fn first_with_cells<R: Read + Seek>(xlsx: &mut Xlsx<R>, sheets: &[(String, bool)]) -> Option<String> {
    let visible_first =
        sheets.iter().filter(|(_, visible)| *visible).chain(sheets.iter().filter(|(_, visible)| !visible));
    for (name, _) in visible_first {
        let has_cells = xlsx.worksheet_cells_reader(name).ok().and_then(|mut cells| cells.next_cell().ok().flatten());
        if has_cells.is_some() {
            return Some(name.clone());
        }
    }
    sheets.first().map(|(name, _)| name.clone())
}

/// A merged region whose text is being repeated in the rows below its first.
struct Filling {
    column: u32,
    last_row: u32,
    text: String,
    kind: CellKind,
}

/// The rows of a sheet.
pub(super) struct SheetRows<'s, R: Read + Seek> {
    cells: XlsxCellReader<'s, R>,
    /// Behind the last cell the reader must not be asked again: it would meet the end of the file.
    ended: bool,
    ahead: Option<(u32, u32, String, CellKind)>,
    merged: std::iter::Peekable<std::iter::Copied<std::slice::Iter<'s, Dimensions>>>,
    filling: Vec<Filling>,
    epoch_1904: bool,
    limits: Limits,
}

impl<R: Read + Seek> SheetRows<'_, R> {
    /// The next cell that is not empty.
    fn next_cell(&mut self) -> Result<Option<(u32, u32, String, CellKind)>, IntakeError> {
        loop {
            if self.ended {
                return Ok(None);
            }
            let Some(cell) = self.cells.next_cell().map_err(damaged)? else {
                self.ended = true;
                return Ok(None);
            };
            let (row, column) = cell.get_position();
            if let Some((text, kind)) = text_of(cell.get_value(), self.epoch_1904) {
                if column as usize >= self.limits.columns_max {
                    let columns_max = self.limits.columns_max;
                    return Err(IntakeError::TooManyColumns { row: row + 1, columns_max });
                }
                return Ok(Some((row, column, text, kind)));
            }
        }
    }

    /// Puts one cell into the row, with the texts of merged regions and empty cells before it.
    fn place(&mut self, row: &mut Row, number: u32, column: u32, text: &str, kind: CellKind) {
        self.fill_until(row, number, column);
        // Cells out of order do not occur in files that spreadsheets write; one that does is dropped, not misplaced.
        if row.len() == column as usize {
            row.push(text, kind);
        }
    }

    fn fill_until(&mut self, row: &mut Row, number: u32, column: u32) {
        while row.len() < column as usize {
            let at = row.len() as u32;
            match self.filling.iter().find(|fill| fill.column == at && fill.last_row >= number) {
                Some(fill) => row.push(&fill.text, fill.kind),
                None => row.push("", CellKind::Text),
            }
        }
    }

    /// Notes the merged regions that begin in the row.
    fn begin_fillings(&mut self, row: &Row, number: u32) {
        self.filling.retain(|fill| fill.last_row > number);
        while let Some(region) = self.merged.next_if(|region| region.start.0 <= number) {
            let place = region.start.1 as usize;
            let text = row.cell(place);
            if region.start.0 == number && !text.is_empty() {
                let (text, kind) = (text.to_owned(), row.kind(place));
                self.filling.push(Filling { column: region.start.1, last_row: region.end.0, text, kind });
            }
        }
    }
}

impl<R: Read + Seek> RawRows for SheetRows<'_, R> {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, IntakeError> {
        let first = match self.ahead.take() {
            Some(cell) => Some(cell),
            None => self.next_cell()?,
        };
        let Some((number, mut column, mut text, mut kind)) = first else { return Ok(false) };
        row.begin(number + 1, RowSource::Sheet);
        loop {
            self.place(row, number, column, &text, kind);
            if row.weight() > self.limits.row_bytes_max {
                return Err(IntakeError::RowTooLarge { row: number + 1, bytes_max: self.limits.row_bytes_max });
            }
            match self.next_cell()? {
                Some(cell) if cell.0 == number => (column, text, kind) = (cell.1, cell.2, cell.3),
                ahead => {
                    self.ahead = ahead;
                    break;
                }
            }
        }
        let behind = self.filling.iter().filter(|fill| fill.last_row >= number).map(|fill| fill.column + 1).max();
        self.fill_until(row, number, behind.unwrap_or(0));
        self.begin_fillings(row, number);
        Ok(true)
    }
}

/// The text of a cell as a person sees it; `None` for an empty cell.
fn text_of(value: &DataRef<'_>, epoch_1904: bool) -> Option<(String, CellKind)> {
    let found = match value {
        DataRef::Empty => return None,
        DataRef::String(text) => (text.clone(), CellKind::Text),
        DataRef::SharedString(text) => ((*text).to_owned(), CellKind::Text),
        DataRef::Int(number) => (number.to_string(), CellKind::Number),
        DataRef::Float(number) => (number_text(*number), CellKind::Number),
        DataRef::Bool(flag) => (flag.to_string(), CellKind::Bool),
        DataRef::DateTime(moment) => moment_text(moment, epoch_1904),
        DataRef::DateTimeIso(text) => (text.replace('T', " "), CellKind::Date),
        DataRef::DurationIso(text) => (text.clone(), CellKind::Text),
        DataRef::Error(error) => (error.to_string(), CellKind::Error),
    };
    (!found.0.is_empty()).then_some(found)
}

/// A number with the 15 digits that a spreadsheet keeps, so that 0.1 + 0.2 is 0.3.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let kept: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{kept}")
}

fn moment_text(moment: &ExcelDateTime, epoch_1904: bool) -> (String, CellKind) {
    let serial = moment.as_f64();
    let second = ((serial.fract() * 86_400.0).round() as i64).clamp(0, 86_399);
    let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    if moment.is_duration() || (0.0..1.0).contains(&serial) && !epoch_1904 {
        return (if serial < 1.0 { time } else { number_text(serial) }, CellKind::Number);
    }
    match first_day(serial, epoch_1904) {
        Some(day) if second == 0 => (day.to_string(), CellKind::Date),
        Some(day) => (format!("{day} {time}"), CellKind::Date),
        None => (number_text(serial), CellKind::Number),
    }
}

fn damaged(error: XlsxError) -> IntakeError {
    match error {
        XlsxError::Password => IntakeError::Encrypted,
        other => IntakeError::Damaged(other.to_string()),
    }
}
