//! The file of an export, comma separated or as an Excel sheet: first a line that says whose it is, then the headings, then
//! the rows. Every cell is a text and guarded, so that none can become a formula.

use crate::platform::words;
use crate::work::WorkError;
use rust_xlsxwriter::{Format, Workbook};
use serde_json::json;
use tend_rules::base::Language;
use tend_rules::intake::guard_formula;
use tend_rules::work::ExportColumn;

/// A file in the making.
pub(super) enum ExportFile {
    Csv(String),
    Sheet { workbook: Box<Workbook>, row: u32 },
}

impl ExportFile {
    /// Begins a file of a format.
    pub(super) fn begin(
        format: &str,
        whose: &str,
        columns: &[ExportColumn],
        language: Language,
    ) -> Result<Self, WorkError> {
        let heading =
            |column: &ExportColumn| words(language).fill(&format!("export_column_{}.title", column.word()), &json!({}));
        let headings: Vec<String> = columns.iter().map(heading).collect();
        let mut file = match format {
            "xlsx" => {
                let mut workbook = Box::new(Workbook::new());
                let sheet = workbook.add_worksheet();
                sheet.set_freeze_panes(2, 0)?;
                // Whoever prints it prints whose it is.
                sheet.set_footer(super::footer(whose));
                Self::Sheet { workbook, row: 0 }
            }
            // The mark at the front tells spreadsheets that this is UTF-8.
            _ => Self::Csv(String::from("\u{feff}")),
        };
        file.line(&[whose.to_owned()])?;
        file.line(&headings)?;
        Ok(file)
    }

    /// Adds a line.
    pub(super) fn line(&mut self, cells: &[String]) -> Result<(), WorkError> {
        match self {
            Self::Csv(text) => {
                let quoted: Vec<String> =
                    cells.iter().map(|cell| format!("\"{}\"", guard_formula(cell).replace('"', "\"\""))).collect();
                text.push_str(&quoted.join(","));
                text.push_str("\r\n");
            }
            Self::Sheet { workbook, row } => {
                let sheet = workbook.worksheet_from_index(0)?;
                let bold = Format::new().set_bold();
                for (column, cell) in cells.iter().enumerate() {
                    let text = guard_formula(cell);
                    if *row == 1 {
                        sheet.write_string_with_format(*row, column as u16, text, &bold)?;
                        sheet.set_column_width(column as u16, 16)?;
                    } else {
                        sheet.write_string(*row, column as u16, text)?;
                    }
                }
                *row += 1;
            }
        }
        Ok(())
    }

    /// The bytes of the whole file.
    pub(super) fn finish(self) -> Result<Vec<u8>, WorkError> {
        match self {
            Self::Csv(text) => Ok(text.into_bytes()),
            Self::Sheet { mut workbook, .. } => Ok(workbook.save_to_buffer()?),
        }
    }
}
