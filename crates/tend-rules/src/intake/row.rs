//! One clean customer row, ready to be written, and the verb that makes it: `clean_row`.
//!
//! Which cleaner reads which field stands in `fill.rs`; what a customer is and whether it is known is the customer
//! room's matter.

use super::birthday::{Birthday, Calendar};
use super::clean::{DayReading, IdNumber, MailAddress, PersonName};
use super::fact::FactValue;
use super::fill;
use super::mapping::BoundMapping;
use super::phone::Phone;
use super::problem::{Problem, ProblemCode};
use super::source::Row;
use super::standing::{AgreementKind, AgreementStatus, Class, Gender, Lifecycle, Tier};
use crate::base::{ChannelSet, Currency, Day, Money};
use serde::{Deserialize, Serialize};

/// A customer as one row of a file tells it. What the row does not say is `None` or empty.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CleanRow {
    /// Row number in the source, 1-based.
    pub row: u32,
    /// The customer's number in the firm's other systems.
    pub outside_id: Option<String>,
    /// The name.
    pub name: Option<PersonName>,
    /// Phones in the order of the file, each once.
    pub phones: Vec<Phone>,
    /// Mail addresses in the order of the file, each once.
    pub mails: Vec<MailAddress>,
    /// WeChat ids.
    pub wechats: Vec<String>,
    /// The id number.
    pub id_number: Option<IdNumber>,
    /// The birthday of its column, else of the id number.
    pub birthday: Option<Birthday>,
    /// The wedding day.
    pub wedding_day: Option<Day>,
    /// The gender of its column, else of the id number.
    pub gender: Option<Gender>,
    /// Occupation.
    pub occupation: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Language code: `zh`, `en`, `yue`, `ja` …
    pub language: Option<String>,
    /// Tier.
    pub tier: Option<Tier>,
    /// Class.
    pub class: Option<Class>,
    /// Stage of life with the firm.
    pub lifecycle: Option<Lifecycle>,
    /// The day of joining.
    pub joined: Option<Day>,
    /// What the customer brings in a year.
    pub annual_value: Option<Money>,
    /// Labels in the order of the file, each once.
    pub labels: Vec<String>,
    /// Channels that the row says are refused. Never means that the others are permitted.
    pub refusals: ChannelSet,
    /// Channels that the row says are consented to; none of them is in `refusals`.
    pub consents: ChannelSet,
    /// Sign-in name or name of the customer manager.
    pub owner: Option<String>,
    /// Name of the branch or team.
    pub unit: Option<String>,
    /// Why this customer needs care.
    pub reason: Option<String>,
    /// A remark.
    pub remark: Option<String>,
    /// The agreement that the row tells of.
    pub agreement: Option<CleanAgreement>,
    /// Facts of the firm by key.
    pub facts: Vec<(String, FactValue)>,
}

/// An agreement as one row of a file tells it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CleanAgreement {
    /// Number of the policy or contract.
    pub number: Option<String>,
    /// Kind; a plate makes it `vehicle_cover` where the file does not say.
    pub kind: Option<AgreementKind>,
    /// Product.
    pub product: Option<String>,
    /// First day in force.
    pub start: Option<Day>,
    /// Last day in force.
    pub end: Option<Day>,
    /// The day on which the next premium is due.
    pub due: Option<Day>,
    /// The premium or fee of one period.
    pub premium: Option<Money>,
    /// Status.
    pub status: Option<AgreementStatus>,
    /// Number plate.
    pub plate: Option<String>,
    /// Months between two payments; 0 for a single payment.
    pub pay_every_months: Option<u16>,
}

/// What cleaning must be told from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CleanRules {
    /// The day of the file: two-digit years, tenures and "in the future" are judged by it.
    pub today: Day,
    /// The currency of amounts without a sign of their own.
    pub currency: Currency,
}

impl CleanRules {
    /// Rules for a file of this day with amounts in yuan.
    pub const fn on(today: Day) -> Self {
        Self { today, currency: Currency::CNY }
    }

    pub(super) const fn reading(&self, order: super::mapping::DayOrder) -> DayReading {
        DayReading { order, today: self.today }
    }
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Washed<T> {
    /// The clean row; `None` if the row is refused.
    pub clean: Option<T>,
    /// What was found, from left to right, problems of the whole row last. A refused row has at least one of
    /// [`super::Severity::RowRejected`].
    pub problems: Vec<Problem>,
}

/// Cleans one customer row under a mapping.
///
/// A cell that cannot be read is dropped and reported; the row is refused only if nothing in it tells who is meant.
/// Never panics, whatever the bytes were.
pub fn clean_row(row: &Row, mapping: &BoundMapping, rules: &CleanRules) -> Washed<CleanRow> {
    let mut draft = fill::Draft::new(row, rules);
    for column in &mapping.columns {
        draft.take(column);
    }
    draft.check_width(mapping.width);
    finish(draft, mapping)
}

fn finish(mut draft: fill::Draft<'_>, mapping: &BoundMapping) -> Washed<CleanRow> {
    draft.settle_name();
    draft.settle_birthday(mapping);
    draft.settle_consents();
    draft.settle_agreement(mapping);
    let who = &draft.clean;
    let known = who.name.is_some() || !who.phones.is_empty() || who.outside_id.is_some();
    if !known {
        draft.report_row(ProblemCode::RowWithoutIdentity);
    }
    Washed { clean: known.then_some(draft.clean), problems: draft.problems }
}

impl CleanRow {
    /// Whether the birthday is kept by the lunar calendar.
    pub fn keeps_lunar_birthday(&self) -> bool {
        self.birthday.is_some_and(|birthday| birthday.calendar == Calendar::Lunar)
    }
}
