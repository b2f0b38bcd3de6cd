//! A look at the values of each column before anything is mapped: what they look like, and how many.

use super::birthday::Calendar;
use super::clean::{self, DayReading};
use super::field::RowKind;
use super::mapping::DayOrder;
use super::problem::Cleaned;
use super::source::{CellKind, IntakeError, Row, Table};
use crate::base::{Currency, Day};
use serde::Serialize;

/// Rows that a survey needs to be sure; more do no harm.
pub const SURVEY_ROWS: usize = 20_000;

/// Different values that are remembered of a column.
const VALUES_MAX: usize = 30;

/// What a column's values look like. Counts are of filled cells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Cells with something in them.
    pub filled: u32,
    /// Whole numbers.
    pub whole: u32,
    /// Numbers, whole or not.
    pub numbers: u32,
    /// Amounts with a sign or unit of money.
    pub signed_money: u32,
    /// Yes or no.
    pub flags: u32,
    /// 0 or 1.
    pub bits: u32,
    /// Days.
    pub days: u32,
    /// Birthdays that are no common days: lunar ones, and those without a year.
    pub birthdays: u32,
    /// Phone numbers.
    pub phones: u32,
    /// Mail addresses.
    pub mails: u32,
    /// Id numbers.
    pub id_numbers: u32,
    /// Number plates.
    pub plates: u32,
    /// Chinese names of people.
    pub names: u32,
    /// Words of gender.
    pub genders: u32,
    /// The first different values, at most 30.
    pub values: Vec<String>,
    /// Whether there are more different values.
    pub many_values: bool,
    /// Dates whose first number is above 12.
    pub day_first: u32,
    /// Dates whose second number is above 12.
    pub month_first: u32,
}

/// The survey of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// The headings.
    pub headings: Vec<String>,
    /// One for each heading.
    pub columns: Vec<Evidence>,
    /// Rows seen.
    pub rows: u32,
    #[serde(skip)]
    today: Day,
}

impl Survey {
    /// An empty survey of a table with these headings.
    pub fn new(headings: &[String], today: Day) -> Self {
        let columns = vec![Evidence::default(); headings.len()];
        Self { headings: headings.to_vec(), columns, rows: 0, today }
    }

    /// Reads up to `rows_max` rows of a table; they are gone from it, so begin the table anew for the import.
    pub fn of(table: &mut Table<'_>, rows_max: usize, today: Day) -> Result<Self, IntakeError> {
        let mut survey = Self::new(table.headings(), today);
        let mut row = Row::default();
        while (survey.rows as usize) < rows_max && table.read(&mut row)? {
            survey.see(&row);
        }
        Ok(survey)
    }

    /// Takes one row into account.
    pub fn see(&mut self, row: &Row) {
        self.rows += 1;
        for (index, evidence) in self.columns.iter_mut().enumerate() {
            let text = clean::tidy(row.cell(index));
            if !text.is_empty() && row.kind(index) != CellKind::Error {
                evidence.see(&text, row.kind(index), self.today);
            }
        }
    }
}

impl Evidence {
    fn see(&mut self, text: &str, kind: CellKind, today: Day) {
        if self.values.len() < VALUES_MAX {
            if !self.values.iter().any(|value| value == text) {
                self.values.push(text.chars().take(80).collect());
            }
        } else if !self.many_values {
            self.many_values = !self.values.iter().any(|value| value == text);
        }
        let missing = !matches!(clean::clean_double(text), Cleaned::Refused(_) | Cleaned::Value(_));
        if missing {
            return;
        }
        self.filled += 1;
        self.see_number(text);
        self.see_day(text, kind, today);
        self.see_words(text, kind);
    }

    fn see_number(&mut self, text: &str) {
        let number = clean::clean_double(text).value();
        self.numbers += u32::from(number.is_some());
        self.whole += u32::from(number.is_some_and(|n| n.fract() == 0.0) && !text.contains(['.', '%']));
        self.bits += u32::from(matches!(text, "0" | "1"));
        let money = number.is_none() && clean::clean_money(text, Currency::CNY).value().is_some();
        self.signed_money += u32::from(money);
        self.flags += u32::from(number.is_none() && matches!(clean::clean_flag(text), Cleaned::Value(_)));
    }

    fn see_day(&mut self, text: &str, kind: CellKind, today: Day) {
        let reading = DayReading { order: DayOrder::Ymd, today };
        // A bare number may be a day, but seldom is; only eight digits or the spreadsheet's own word count.
        let bare = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let day = (!bare || text.len() == 8) && clean::clean_day(text, &reading).value().is_some();
        self.days += u32::from(day || kind == CellKind::Date);
        let birthday = !day && !bare && clean::clean_birthday(text, Calendar::Lunar, &reading).value().is_some();
        self.birthdays += u32::from(birthday);
        let mut numbers = text.split(['/', '-', '.']).map(|part| part.parse::<u32>().ok());
        if let (Some(Some(first)), Some(Some(second)), true) = (numbers.next(), numbers.next(), day) {
            self.day_first += u32::from((13..=31).contains(&first) && second <= 12);
            self.month_first += u32::from(first <= 12 && (13..=31).contains(&second));
        }
    }

    fn see_words(&mut self, text: &str, kind: CellKind) {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits >= 7 {
            self.phones += u32::from(!clean::clean_phones(text).phones.is_empty());
            self.id_numbers += u32::from(clean::clean_id_number(text, kind).value().is_some());
        } else {
            self.plates += u32::from(clean::clean_plate(text).value().is_some());
            self.genders += u32::from(digits == 0 && clean::clean_gender(text).value().is_some());
            self.names += u32::from(super::sound::is_person_name(text));
        }
        self.mails += u32::from(text.contains('@') && clean::clean_mail(text).value().is_some());
    }

    /// Whether at least `percent` of the filled cells are counted in `count`.
    pub(super) fn mostly(&self, count: u32, percent: u32) -> bool {
        self.filled > 0 && u64::from(count) * 100 >= u64::from(self.filled) * u64::from(percent)
    }

    /// The order of day and month that the values prove.
    pub(super) fn day_order(&self) -> DayOrder {
        match (self.day_first, self.month_first) {
            (1.., 0) => DayOrder::Dmy,
            (0, 1..) => DayOrder::Mdy,
            (dmy, mdy) if dmy > mdy * 20 => DayOrder::Dmy,
            (dmy, mdy) if mdy > dmy * 20 => DayOrder::Mdy,
            _ => DayOrder::Ymd,
        }
    }
}

/// Whether a table looks like customers or like order lines, by its headings.
pub fn kind_of_rows(headings: &[String]) -> RowKind {
    let known =
        |kind| headings.iter().filter(|heading| super::suggest::field_of_heading(heading, kind).is_some()).count();
    let line = headings.iter().any(|heading| {
        use super::field::Field as F;
        matches!(
            super::suggest::field_of_heading(heading, RowKind::Orders),
            Some(F::OrderNumber | F::LineQuantity | F::LineUnitPrice | F::LineSku)
        )
    });
    if line && known(RowKind::Orders) > known(RowKind::Customers) { RowKind::Orders } else { RowKind::Customers }
}
