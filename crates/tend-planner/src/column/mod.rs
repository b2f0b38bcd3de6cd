//! One fact of every customer or item: numbers in few bytes, texts by number, lists as bits.

mod doubles;
mod facet;
mod sets;
mod texts;

use crate::bits::Bits;
use crate::codes::Codes;
use crate::columns::NO_NUMBER;
use crate::patch::Texts;
use crate::strings::Strings;
use doubles::Doubles;
pub(crate) use facet::Facet;
pub(crate) use sets::Sets;
use std::ops::Range;
use tend_rules::base::Day;
use tend_rules::segment::{Calendar, Kind, Scalar, Value};
use texts::TextColumn;

/// One fact of every customer or item.
#[derive(Debug, Clone)]
pub(crate) enum Column {
    /// 0 no, 1 yes.
    Bool(Codes),
    Int(Codes),
    Double(Doubles),
    Text(TextColumn),
    /// Days since 1970. The rows in `lunar` keep them by the lunar calendar.
    Date {
        days: Codes,
        lunar: Bits,
    },
    /// Minor units.
    Money(Codes),
    List(Sets),
}

impl Column {
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::List(_) => Column::List(Sets::default()),
            Kind::One(Scalar::Bool) => Column::Bool(Codes::default()),
            Kind::One(Scalar::Int | Scalar::Days) => Column::Int(Codes::default()),
            Kind::One(Scalar::Double) => Column::Double(Doubles::default()),
            Kind::One(Scalar::Text) => Column::Text(TextColumn::default()),
            Kind::One(Scalar::Date) => Column::Date { days: Codes::default(), lunar: Bits::default() },
            Kind::One(Scalar::Money) => Column::Money(Codes::default()),
        }
    }

    /// A column of the same shape without rows, whose texts are numbered anew.
    pub fn blank(&self) -> Self {
        match self {
            Column::Bool(_) => Column::Bool(Codes::default()),
            Column::Int(_) => Column::Int(Codes::default()),
            Column::Double(_) => Column::Double(Doubles::default()),
            Column::Text(_) => Column::Text(TextColumn::default()),
            Column::Date { .. } => Column::Date { days: Codes::default(), lunar: Bits::default() },
            Column::Money(_) => Column::Money(Codes::default()),
            Column::List(_) => Column::List(Sets::default()),
        }
    }

    /// What is kept of each row as a number; lists have none.
    pub fn codes(&self) -> Option<&Codes> {
        Some(match self {
            Column::Bool(codes) | Column::Int(codes) | Column::Money(codes) | Column::Date { days: codes, .. } => codes,
            Column::Double(doubles) => &doubles.codes,
            Column::Text(texts) => &texts.codes,
            Column::List(_) => return None,
        })
    }

    pub fn codes_mut(&mut self) -> Option<&mut Codes> {
        Some(match self {
            Column::Bool(codes) | Column::Int(codes) | Column::Money(codes) | Column::Date { days: codes, .. } => codes,
            Column::Double(doubles) => &mut doubles.codes,
            Column::Text(texts) => &mut texts.codes,
            Column::List(_) => return None,
        })
    }

    /// Fills up with missing values to `rows`.
    pub fn pad(&mut self, rows: usize) {
        match self {
            Column::List(sets) => sets.pad(rows),
            other => {
                if let Some(codes) = other.codes_mut().filter(|codes| codes.len() < rows) {
                    codes.pad(rows);
                }
            }
        }
    }

    pub fn value(&self, row: usize, strings: &Strings) -> Value {
        let known = |codes: &Codes, make: fn(i64) -> Value| match codes.get(row) {
            NO_NUMBER => Value::Missing,
            number => make(number),
        };
        match self {
            Column::Bool(codes) => known(codes, |number| Value::Bool(number == 1)),
            Column::Int(codes) => known(codes, Value::Int),
            Column::Money(codes) => known(codes, Value::Money),
            Column::Double(doubles) => match doubles.get(row) {
                number if number.is_nan() => Value::Missing,
                number => Value::Double(number),
            },
            Column::Text(texts) => strings.text(texts.get(row)).map_or(Value::Missing, Value::text),
            Column::Date { days, lunar } => match days.get(row) {
                NO_NUMBER => Value::Missing,
                day => Value::Date(Day::from_number(day as i32), calendar(lunar, row)),
            },
            Column::List(sets) => sets.value(row, strings),
        }
    }

    /// Sets a row to what another column says of its row `at`; the texts of that column have numbers of their own.
    pub fn take(&mut self, row: usize, from: &Column, at: usize, texts: &mut Texts<'_>) {
        match (self, from) {
            (Column::Double(own), Column::Double(new)) => own.set(row, new.get(at)),
            (Column::Text(own), Column::Text(new)) => own.set(row, texts.number(new.get(at))),
            (Column::List(own), Column::List(new)) => {
                let numbers: Vec<u32> = new.of_row(at).map(|text| texts.number(text)).collect();
                own.set(row, &numbers);
            }
            (Column::Date { days, lunar }, Column::Date { days: new_days, lunar: new_lunar }) => {
                days.set(row, new_days.get(at));
                lunar.put(row, new_lunar.has(at));
            }
            (own, new) => {
                if let (Some(own), Some(new)) = (own.codes_mut(), new.codes()) {
                    own.set(row, new.get(at));
                }
            }
        }
    }

    /// Puts the rows into another order: row `n` becomes what row `order[n]` was.
    pub fn reorder(&mut self, order: &[u32]) {
        if let Some(codes) = self.codes_mut() {
            codes.reorder(order);
        }
        match self {
            Column::List(sets) => sets.planes.iter_mut().for_each(|plane| plane.reorder(order)),
            Column::Date { lunar, .. } if !lunar.is_blank() => lunar.reorder(order),
            _ => {}
        }
    }

    /// A column of the same shape without rows.
    pub fn emptied(&self) -> Self {
        match self {
            Column::Bool(codes) => Column::Bool(codes.emptied()),
            Column::Int(codes) => Column::Int(codes.emptied()),
            Column::Money(codes) => Column::Money(codes.emptied()),
            Column::Double(doubles) => Column::Double(doubles.emptied()),
            Column::Text(texts) => Column::Text(texts.emptied()),
            Column::Date { days, .. } => Column::Date { days: days.emptied(), lunar: Bits::default() },
            Column::List(_) => Column::List(Sets::default()),
        }
    }

    /// Adds rows of a column of the same shape at the end.
    pub fn append(&mut self, from: &Column, rows: Range<usize>) {
        match (self, from) {
            (Column::Double(own), Column::Double(old)) => own.append(old, rows),
            (Column::Text(own), Column::Text(old)) => own.append(old, rows),
            (Column::List(own), Column::List(old)) => own.append(old, rows),
            (Column::Date { days, lunar }, Column::Date { days: old, lunar: old_lunar }) => {
                let first = days.len();
                rows.clone().zip(first..).filter(|(at, _)| old_lunar.has(*at)).for_each(|(_, row)| lunar.set(row));
                days.append(old, rows);
            }
            (own, old) => {
                if let (Some(own), Some(old)) = (own.codes_mut(), old.codes()) {
                    own.append(old, rows);
                }
            }
        }
    }

    pub fn shrink(&mut self) {
        if let Some(codes) = self.codes_mut() {
            codes.shrink();
        }
        match self {
            Column::List(sets) => sets.planes.iter_mut().for_each(Bits::shrink),
            Column::Date { lunar, .. } => lunar.shrink(),
            _ => {}
        }
    }

    pub fn size(&self) -> usize {
        let more = match self {
            Column::List(sets) => sets.planes.iter().map(Bits::size).sum(),
            Column::Date { lunar, .. } => lunar.size(),
            Column::Text(texts) => texts.size(),
            _ => 0,
        };
        more + self.codes().map_or(0, Codes::size)
    }
}

/// The calendar by which a row keeps its date.
pub(crate) fn calendar(lunar: &Bits, row: usize) -> Calendar {
    if lunar.has(row) { Calendar::Lunar } else { Calendar::Solar }
}
