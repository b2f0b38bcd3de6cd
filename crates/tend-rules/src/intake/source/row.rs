//! A row of a table as it came: texts, and what a spreadsheet says the cells are.

/// What a spreadsheet says a cell is. Cells of text files are all `Text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CellKind {
    /// Text.
    #[default]
    Text,
    /// A number: it may have lost leading zeros or, beyond 15 digits, its end.
    Number,
    /// A day or an instant, given as `2026-03-05` or `2026-03-05 08:26:00`.
    Date,
    /// True or false, given as `true` or `false`.
    Bool,
    /// An error such as `#N/A`.
    Error,
}

/// A row: one buffer for all cells, so that reading a file makes no garbage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    number: u32,
    text: String,
    ends: Vec<u32>,
    kinds: Vec<CellKind>,
    source: RowSource,
}

/// Whether every cell of a row is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum RowSource {
    /// Text: every cell is written out, so a row that ends early is cut short.
    #[default]
    Written,
    /// A sheet: empty cells at the end are not there at all.
    Sheet,
}

impl Row {
    /// A row from texts, as a person would type it.
    pub fn of<'t>(number: u32, cells: impl IntoIterator<Item = &'t str>) -> Self {
        let mut row = Self { number, ..Self::default() };
        cells.into_iter().for_each(|cell| row.push(cell, CellKind::Text));
        row
    }

    /// Row number in the source as a spreadsheet shows it, 1-based. A line break inside a cell does not count.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the row has no cell.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a cell as it came; empty beyond the last cell.
    pub fn cell(&self, index: usize) -> &str {
        let Some(end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        self.text.get(start as usize..*end as usize).unwrap_or("")
    }

    /// What the spreadsheet says the cell is.
    pub fn kind(&self, index: usize) -> CellKind {
        self.kinds.get(index).copied().unwrap_or_default()
    }

    /// Whether the row stands in a text file, where a row narrower than its headings has lost something.
    pub(in crate::intake) fn is_cut_short(&self) -> bool {
        self.source == RowSource::Written
    }

    /// All cells.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.cell(index))
    }

    /// Whether no cell holds anything but space.
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }

    /// The row with another text in one cell; cells are added as needed.
    #[must_use]
    pub fn with(&self, index: usize, text: &str) -> Self {
        let mut row = Self { number: self.number, source: self.source, ..Self::default() };
        for place in 0..self.len().max(index + 1) {
            if place == index {
                row.push(text, CellKind::Text);
            } else {
                row.push(self.cell(place), self.kind(place));
            }
        }
        row
    }

    /// Takes away the apostrophes that guard cells against being formulas.
    pub(super) fn unguard(&mut self) {
        if self.text.contains('\'') {
            let mut row = Self { number: self.number, source: self.source, ..Self::default() };
            for place in 0..self.len() {
                row.push(crate::intake::error_file::unguard_formula(self.cell(place)), self.kind(place));
            }
            *self = row;
        }
    }

    /// Empties the row for the next one, keeping its memory.
    pub(super) fn begin(&mut self, number: u32, source: RowSource) {
        self.number = number;
        self.source = source;
        self.text.clear();
        self.ends.clear();
        self.kinds.clear();
    }

    /// Adds a cell.
    pub(super) fn push(&mut self, text: &str, kind: CellKind) {
        self.text.push_str(text);
        self.end_cell(kind);
    }

    /// Adds text to the cell that is being built.
    pub(super) fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the cell that is being built.
    pub(super) fn end_cell(&mut self, kind: CellKind) {
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        if kind != CellKind::Text {
            self.kinds.resize(self.ends.len(), CellKind::Text);
            if let Some(last) = self.kinds.last_mut() {
                *last = kind;
            }
        }
    }

    /// Bytes of text in the row so far.
    pub(super) fn weight(&self) -> usize {
        self.text.len()
    }
}
