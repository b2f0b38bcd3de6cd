//! Order lines: one clean line a row, or the reason why not.
//!
//! The rules, decided for files that shops really export:
//! - a line without a customer is refused (`order_without_customer`): nobody could be cared for by it;
//! - a line needs an order number, an article (number or title) and a day; a mapped quantity or price must be readable;
//! - a quantity of zero is refused (`order_quantity_zero`): nothing was sold;
//! - a cancellation (order number with a `C` before its digits, or a negative quantity) is taken in as a return with a
//!   negative quantity; where number and sign disagree, with a warning;
//! - codes that are no goods (postage, discounts, fees, manual bookings) are taken in with their kind, so that sums of
//!   orders stay right while "what was bought" can leave them out;
//! - a negative price is an adjustment of the account, taken in with a warning; a price of zero is a gift.

use super::clean;
use super::field::Field;
use super::fill;
use super::mapping::{BoundColumn, BoundMapping, Target};
use super::phone::Phone;
use super::problem::{Cleaned, Finding, Problem, ProblemCode, Severity};
use super::row::{CleanRules, Washed};
use super::source::Row;
use super::standing::words;
use crate::base::{Day, Money};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::LazyLock;

words! {
    /// What an order line is about.
    LineKind {
        /// An article.
        Goods = "goods",
        /// Postage and carriage.
        Delivery = "delivery",
        /// A discount.
        Discount = "discount",
        /// Fees of banks and market places.
        Fee = "fee",
        /// A voucher or gift card.
        Voucher = "voucher",
        /// A sample.
        Sample = "sample",
        /// A booking by hand, a bad debt, a correction.
        Adjustment = "adjustment",
    }
}

words! {
    /// Whether the line brought goods to the customer or took them back.
    LineDeed {
        /// Sold.
        Sold = "sold",
        /// Cancelled or returned; the quantity is negative.
        Returned = "returned",
    }
}

/// An order line as one row of a file tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanOrderLine {
    /// Row number in the source, 1-based.
    pub row: u32,
    /// The number of the order as the file has it, with the `C` of a cancellation.
    pub order_number: String,
    /// The customer's number in the firm's other systems.
    pub outside_id: Option<String>,
    /// The customer's phone.
    pub phone: Option<Phone>,
    /// The customer's name.
    pub name: Option<String>,
    /// Article number; empty if the file has only a title.
    pub sku: String,
    /// Description; empty if the file has none.
    pub title: String,
    /// Pieces; never zero, negative for a return.
    pub quantity: i64,
    /// Price of one piece; negative for an adjustment in the customer's favour.
    pub unit_price: Money,
    /// Local day of the order.
    pub placed_on: Day,
    /// Second of that day by the wall clock, 0 if the file has no time.
    pub placed_second: u32,
    /// Country or region.
    pub region: Option<String>,
    /// What the line is about.
    pub kind: LineKind,
    /// Sold or taken back.
    pub deed: LineDeed,
}

impl CleanOrderLine {
    /// Quantity times price; saturates far beyond any real order.
    pub const fn amount(&self) -> Money {
        Money { minor: self.unit_price.minor.saturating_mul(self.quantity), currency: self.unit_price.currency }
    }
}

/// Cleans one order line under a mapping. Never panics.
pub fn clean_order_line(row: &Row, mapping: &BoundMapping, rules: &CleanRules) -> Washed<CleanOrderLine> {
    let mut draft = LineDraft { row, rules, mapping, problems: Vec::new() };
    let clean = draft.read();
    if let Some(code) = fill::width_problem(row, mapping.width) {
        draft.problems.push(fill::row_problem(row, code));
    }
    Washed { clean, problems: draft.problems }
}

struct LineDraft<'r> {
    row: &'r Row,
    rules: &'r CleanRules,
    mapping: &'r BoundMapping,
    problems: Vec<Problem>,
}

impl LineDraft<'_> {
    fn read(&mut self) -> Option<CleanOrderLine> {
        let order_number = self.required(Field::OrderNumber, ProblemCode::OrderWithoutNumber, clean::clean_identifier);
        let (outside_id, phone) = (self.optional(Field::OutsideId, clean::clean_identifier), self.phone());
        if outside_id.is_none() && phone.is_none() {
            self.problems.push(self.about(Field::OutsideId, ProblemCode::OrderWithoutCustomer));
        }
        let sku = self.optional(Field::LineSku, clean::clean_identifier);
        let title = self.optional(Field::LineTitle, |text| clean::clean_text(text, 500));
        if sku.is_none() && title.is_none() && self.maps_article() {
            self.problems.push(self.about(Field::LineSku, ProblemCode::OrderWithoutArticle));
        }
        let quantity = self.quantity();
        let unit_price = self.unit_price();
        let placed = self.placed();
        let region = self.optional(Field::Region, |text| clean::clean_text(text, 200));
        let name = self.optional(Field::Name, clean::clean_name).map(|name| name.full);
        if self.problems.iter().any(|problem| problem.severity == Severity::RowRejected) {
            return None;
        }
        let ((placed_on, placed_second), order_number) = (placed?, order_number?);
        let mut line = CleanOrderLine {
            row: self.row.number(),
            order_number,
            outside_id,
            phone,
            name,
            sku: sku.unwrap_or_default(),
            title: title.unwrap_or_default(),
            quantity: quantity?,
            unit_price: unit_price?,
            placed_on,
            placed_second,
            region,
            kind: LineKind::Goods,
            deed: LineDeed::Sold,
        };
        self.settle(&mut line);
        Some(line)
    }

    /// What kind of line it is, and whether it was taken back.
    fn settle(&mut self, line: &mut CleanOrderLine) {
        line.kind = kind_of_line(&line.sku, &line.title);
        if line.unit_price.minor < 0 {
            line.kind = LineKind::Adjustment;
            self.problems.push(self.about(Field::LineUnitPrice, ProblemCode::OrderPriceNegative));
        }
        let cancelled = is_cancellation(&line.order_number);
        let negative = line.quantity < 0;
        if cancelled != negative {
            self.problems.push(self.about(Field::LineQuantity, ProblemCode::OrderSignDoubtful));
        }
        if cancelled || negative {
            line.deed = LineDeed::Returned;
            line.quantity = -line.quantity.saturating_abs();
        }
    }

    fn column(&self, field: Field) -> Option<&BoundColumn> {
        self.mapping.columns.iter().find(|column| column.target == Target::Field(field))
    }

    fn text(&self, field: Field) -> Option<&str> {
        self.column(field).map(|column| self.row.cell(column.index))
    }

    fn maps_article(&self) -> bool {
        self.column(Field::LineSku).is_some() || self.column(Field::LineTitle).is_some()
    }

    /// A problem with the field's cell, or with the row if no column has the field.
    fn about(&self, field: Field, code: ProblemCode) -> Problem {
        match self.column(field) {
            None => fill::row_problem(self.row, code),
            Some(column) => Problem {
                heading: column.heading.clone(),
                text: self.row.cell(column.index).to_owned(),
                ..fill::row_problem(self.row, code)
            },
        }
    }

    fn report(&mut self, field: Field, code: ProblemCode, finding: Finding, severity: Severity) {
        let problem = self.about(field, code);
        self.problems.push(Problem { suggestion: finding.suggestion, severity, ..problem });
    }

    /// A field without which the line is refused; `code` is the refusal.
    fn required<T>(&mut self, field: Field, code: ProblemCode, read: impl FnOnce(&str) -> Cleaned<T>) -> Option<T> {
        match self.text(field).map_or(Cleaned::Missing, read) {
            Cleaned::Value(value) => Some(value),
            Cleaned::Doubtful(value, finding) => {
                self.report(field, finding.code, finding, Severity::Warning);
                Some(value)
            }
            Cleaned::Refused(finding) => {
                self.report(field, code, finding, Severity::RowRejected);
                None
            }
            Cleaned::Missing => {
                self.problems.push(self.about(field, code));
                None
            }
        }
    }

    fn optional<T>(&mut self, field: Field, read: impl FnOnce(&str) -> Cleaned<T>) -> Option<T> {
        match self.text(field).map_or(Cleaned::Missing, read) {
            Cleaned::Missing => None,
            Cleaned::Value(value) => Some(value),
            Cleaned::Doubtful(value, finding) => {
                self.report(field, finding.code, finding, Severity::Warning);
                Some(value)
            }
            Cleaned::Refused(finding) => {
                self.report(field, finding.code, finding, Severity::CellDropped);
                None
            }
        }
    }

    fn phone(&mut self) -> Option<Phone> {
        let found = clean::clean_phones(self.text(Field::Phone)?);
        for finding in found.findings {
            self.report(Field::Phone, finding.code, finding.clone(), finding.code.severity());
        }
        found.phones.into_iter().next()
    }

    fn quantity(&mut self) -> Option<i64> {
        if self.column(Field::LineQuantity).is_none() {
            return Some(1);
        }
        let quantity = self.required(Field::LineQuantity, ProblemCode::OrderWithoutQuantity, clean::clean_int)?;
        if quantity == 0 {
            self.problems.push(self.about(Field::LineQuantity, ProblemCode::OrderQuantityZero));
        }
        Some(quantity)
    }

    fn unit_price(&mut self) -> Option<Money> {
        let currency = self.rules.currency;
        if self.column(Field::LineUnitPrice).is_none() {
            return Some(Money { minor: 0, currency });
        }
        self.required(Field::LineUnitPrice, ProblemCode::OrderWithoutPrice, |text| clean::clean_money(text, currency))
    }

    fn placed(&mut self) -> Option<(Day, u32)> {
        let order = self.column(Field::PlacedAt).map(|column| column.day_order).unwrap_or_default();
        let reading = self.rules.reading(order);
        self.required(Field::PlacedAt, ProblemCode::OrderWithoutDay, |text| clean::clean_instant(text, &reading))
    }
}

/// `C536379`: the number of a cancellation.
fn is_cancellation(order_number: &str) -> bool {
    let digits = order_number.strip_prefix(['C', 'c']).unwrap_or("");
    digits.len() >= 4 && digits.bytes().all(|b| b.is_ascii_digit())
}

type KindWords = HashMap<String, Vec<String>>;

static KINDS: LazyLock<HashMap<String, LineKind>> = LazyLock::new(|| {
    let words: KindWords =
        toml::from_str(include_str!("data/line_kinds.toml")).expect("the built-in line kinds are TOML");
    let kinds = words.into_iter().filter_map(|(word, codes)| LineKind::from_word(&word).map(|kind| (kind, codes)));
    kinds.flat_map(|(kind, codes)| codes.into_iter().map(move |code| (code, kind))).collect()
});

/// The kind of a line by its article number, or by its title where there is no number.
fn kind_of_line(sku: &str, title: &str) -> LineKind {
    let lower = if sku.is_empty() { title } else { sku }.to_lowercase();
    let prefix = lower.split(['_', '-']).next().unwrap_or("");
    let numbered = prefix.len() < lower.len();
    KINDS.get(&lower).or_else(|| numbered.then(|| KINDS.get(prefix)).flatten()).copied().unwrap_or(LineKind::Goods)
}
