//! Why a file cannot be read at all. What is wrong with single rows and cells is a [`super::Problem`].

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// No row that could be a heading or data.
    #[error("the file has no rows")]
    WithoutRows,
    /// The binary format of Excel before 2007.
    #[error("the file is an old Excel workbook (.xls); save it as .xlsx or CSV")]
    OldWorkbook,
    /// A workbook under a password.
    #[error("the workbook is protected by a password; save it without one")]
    Encrypted,
    /// A web page with the ending of a workbook.
    #[error("the file is a web page, not a table; open it in a spreadsheet and save it as .xlsx or CSV")]
    WebPage,
    /// A packed file that is no workbook.
    #[error("the file is packed; unpack it first")]
    Packed,
    /// PDF, pictures and the like.
    #[error("the file is neither a workbook (.xlsx) nor a text table (CSV, TSV)")]
    UnknownKind,
    /// A workbook that cannot be read.
    #[error("the workbook is damaged: {0}")]
    Damaged(String),
    /// Larger than permitted, packed or unpacked.
    #[error("the file is larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit.
        bytes_max: u64,
    },
    /// More rows than permitted.
    #[error("the file has more than {rows_max} rows")]
    TooManyRows {
        /// The limit.
        rows_max: u32,
    },
    /// More columns than permitted.
    #[error("row {row} has more than {columns_max} columns")]
    TooManyColumns {
        /// The row.
        row: u32,
        /// The limit.
        columns_max: usize,
    },
    /// One row is larger than permitted.
    #[error("row {row} is larger than {bytes_max} bytes; a quotation mark may not be closed")]
    RowTooLarge {
        /// The row.
        row: u32,
        /// The limit.
        bytes_max: usize,
    },
    /// The workbook has no such sheet.
    #[error("the workbook has no sheet {name:?}; it has {}", present.join(", "))]
    SheetMissing {
        /// The sheet that was asked for.
        name: String,
        /// The sheets it has.
        present: Vec<String>,
    },
    /// An encoding by that name is not known.
    #[error("{label:?} is no known encoding")]
    EncodingUnknown {
        /// The name that was given.
        label: String,
    },
    /// Reading failed.
    #[error("reading the file failed")]
    Reading(#[from] std::io::Error),
}

impl IntakeError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            IntakeError::Empty => "file_empty",
            IntakeError::WithoutRows => "file_without_rows",
            IntakeError::OldWorkbook => "file_is_old_workbook",
            IntakeError::Encrypted => "file_encrypted",
            IntakeError::WebPage => "file_is_web_page",
            IntakeError::Packed => "file_packed",
            IntakeError::UnknownKind => "file_kind_unknown",
            IntakeError::Damaged(_) => "file_damaged",
            IntakeError::TooLarge { .. } => "file_too_large",
            IntakeError::TooManyRows { .. } => "file_too_many_rows",
            IntakeError::TooManyColumns { .. } => "file_too_many_columns",
            IntakeError::RowTooLarge { .. } => "row_too_large",
            IntakeError::SheetMissing { .. } => "sheet_missing",
            IntakeError::EncodingUnknown { .. } => "encoding_unknown",
            IntakeError::Reading(_) => "file_unreadable",
        }
    }
}
