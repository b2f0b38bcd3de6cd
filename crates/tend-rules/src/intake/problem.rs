//! What can be wrong with a row or a cell: a stable code, how grave it is, and words for the reader.
//!
//! The words stand in `data/problems.toml`, so that a Chinese reader can better them without touching code.

use super::standing::words;
use crate::base::Language;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::LazyLock;

/// How grave a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Taken in, but somebody should look.
    Warning,
    /// The cell is left out, the rest of the row is taken in.
    CellDropped,
    /// The whole row is refused.
    RowRejected,
}

impl Severity {
    /// The word used in tables and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::CellDropped => "cell_dropped",
            Severity::RowRejected => "row_rejected",
        }
    }
}

words! {
    /// The stable code of a problem.
    ProblemCode {
        /// No name, no phone and no outside id.
        RowWithoutIdentity = "row_without_identity",
        /// Cells with text to the right of the last heading.
        RowTooWide = "row_too_wide",
        /// Fewer cells than headings: often a line break that was not quoted.
        RowTooNarrow = "row_too_narrow",
        /// Characters that the encoding of the file does not know.
        TextGarbled = "text_garbled",
        /// Longer than the field takes.
        TextTooLong = "text_too_long",
        /// An error value of a spreadsheet such as `#N/A`.
        CellIsFormulaError = "cell_is_formula_error",
        /// The name is no name (digits, signs only).
        NameUnreadable = "name_unreadable",
        /// The name stands for a missing name.
        NameIsPlaceholder = "name_is_placeholder",
        /// A remark in brackets behind the name was left out.
        NameRemarkRemoved = "name_remark_removed",
        /// Not a phone number.
        PhoneUnreadable = "phone_unreadable",
        /// Too few digits.
        PhoneTooShort = "phone_too_short",
        /// Too many digits.
        PhoneTooLong = "phone_too_long",
        /// A spreadsheet wrote the number as 1.38E+10 and its last digits are gone.
        PhoneLostDigits = "phone_lost_digits",
        /// The number stands for a missing number.
        PhoneIsPlaceholder = "phone_is_placeholder",
        /// The leading zero of the area code was missing and has been put back.
        PhoneZeroRestored = "phone_zero_restored",
        /// Not a mail address.
        MailUnreadable = "mail_unreadable",
        /// Not a WeChat id.
        WechatUnreadable = "wechat_unreadable",
        /// Not 15 or 18 characters.
        IdNumberLength = "id_number_length",
        /// The check digit does not fit.
        IdNumberCheckDigit = "id_number_check_digit",
        /// The day of birth in the number is no day.
        IdNumberDay = "id_number_day",
        /// A spreadsheet rounded the number and its last digits are gone.
        IdNumberLostDigits = "id_number_lost_digits",
        /// The birthday differs from the one in the id number.
        BirthdayDiffersFromId = "birthday_differs_from_id",
        /// The gender differs from the one in the id number.
        GenderDiffersFromId = "gender_differs_from_id",
        /// Not a day.
        DayUnreadable = "day_unreadable",
        /// The calendar has no such day.
        DayImpossible = "day_impossible",
        /// Later than it can be.
        DayInFuture = "day_in_future",
        /// Earlier than it can be.
        DayTooEarly = "day_too_early",
        /// Day and month could be exchanged.
        DayAmbiguous = "day_ambiguous",
        /// The century was guessed.
        DayCenturyGuessed = "day_century_guessed",
        /// The lunar calendar has no such day.
        LunarDayImpossible = "lunar_day_impossible",
        /// Not an amount of money.
        MoneyUnreadable = "money_unreadable",
        /// An amount finer than the currency's smallest unit, rounded.
        MoneyRounded = "money_rounded",
        /// Not a number.
        NumberUnreadable = "number_unreadable",
        /// Not a whole number.
        NumberNotWhole = "number_not_whole",
        /// A spreadsheet wrote the number as 1.23E+17 and its last digits are gone.
        NumberLostDigits = "number_lost_digits",
        /// Outside the range of the field.
        NumberOutOfRange = "number_out_of_range",
        /// Neither yes nor no.
        FlagUnreadable = "flag_unreadable",
        /// Neither yes nor no in a refusal column: taken as a refusal, because a refusal is never weakened.
        RefusalAssumed = "refusal_assumed",
        /// Consented to a channel that is refused; the refusal stands.
        ConsentAgainstRefusal = "consent_against_refusal",
        /// Unknown word for a gender.
        GenderUnknown = "gender_unknown",
        /// Unknown word for a tier.
        TierUnknown = "tier_unknown",
        /// Unknown word for a class.
        ClassUnknown = "class_unknown",
        /// Unknown word for a stage of life.
        LifecycleUnknown = "lifecycle_unknown",
        /// Unknown word for a calendar.
        CalendarUnknown = "calendar_unknown",
        /// Unknown word for a language.
        LanguageUnknown = "language_unknown",
        /// Unknown word for a kind of agreement.
        AgreementKindUnknown = "agreement_kind_unknown",
        /// Unknown word for a status of an agreement.
        AgreementStatusUnknown = "agreement_status_unknown",
        /// Ends before it starts.
        AgreementEndsBeforeStart = "agreement_ends_before_start",
        /// Not a number plate.
        PlateUnreadable = "plate_unreadable",
        /// The order line names no customer.
        OrderWithoutCustomer = "order_without_customer",
        /// The order line names no order.
        OrderWithoutNumber = "order_without_number",
        /// The order line names no article.
        OrderWithoutArticle = "order_without_article",
        /// No quantity, or none that can be read.
        OrderWithoutQuantity = "order_without_quantity",
        /// Quantity zero.
        OrderQuantityZero = "order_quantity_zero",
        /// No price, or none that can be read.
        OrderWithoutPrice = "order_without_price",
        /// No day, or none that can be read.
        OrderWithoutDay = "order_without_day",
        /// A cancelled order with a positive quantity, or the like.
        OrderSignDoubtful = "order_sign_doubtful",
        /// A negative price: an adjustment of the account, not a sale.
        OrderPriceNegative = "order_price_negative",
        /// Nobody of this name works here.
        OwnerUnknown = "owner_unknown",
        /// Several people of this name work here.
        OwnerAmbiguous = "owner_ambiguous",
        /// There is no such unit.
        UnitUnknown = "unit_unknown",
        /// Several units bear this name.
        UnitAmbiguous = "unit_ambiguous",
    }
}

impl ProblemCode {
    /// How grave a problem of this kind is.
    pub const fn severity(self) -> Severity {
        use ProblemCode as P;
        match self {
            P::RowWithoutIdentity
            | P::OrderWithoutCustomer
            | P::OrderWithoutNumber
            | P::OrderWithoutArticle
            | P::OrderWithoutQuantity
            | P::OrderQuantityZero
            | P::OrderWithoutPrice
            | P::OrderWithoutDay => Severity::RowRejected,
            P::RowTooWide
            | P::RowTooNarrow
            | P::NameRemarkRemoved
            | P::PhoneZeroRestored
            | P::BirthdayDiffersFromId
            | P::GenderDiffersFromId
            | P::DayAmbiguous
            | P::DayCenturyGuessed
            | P::MoneyRounded
            | P::RefusalAssumed
            | P::ConsentAgainstRefusal
            | P::AgreementEndsBeforeStart
            | P::OrderSignDoubtful
            | P::OrderPriceNegative => Severity::Warning,
            _ => Severity::CellDropped,
        }
    }

    /// What went wrong and what to do, as one sentence for the reader.
    pub fn words(self, language: Language) -> &'static str {
        let both = WORDS.get(self.word());
        both.map_or("", |words| match language {
            Language::Zh => &words.zh,
            Language::En => &words.en,
        })
    }
}

#[derive(Deserialize)]
struct Words {
    zh: String,
    en: String,
}

static WORDS: LazyLock<HashMap<String, Words>> =
    LazyLock::new(|| toml::from_str(include_str!("data/problems.toml")).expect("the built-in problem words are TOML"));

/// A problem with one cell or one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Row number in the source as a spreadsheet shows it, 1-based.
    pub row: u32,
    /// Heading of the column; empty where the whole row is meant.
    pub heading: String,
    /// What is wrong.
    pub code: ProblemCode,
    /// How grave it is.
    pub severity: Severity,
    /// The text of the cell as it came.
    pub text: String,
    /// A corrected text for the cell, where one can be proposed.
    pub suggestion: Option<String>,
}

/// What a cleaner found wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub code: ProblemCode,
    /// A corrected text, where one can be proposed.
    pub suggestion: Option<String>,
}

/// What a cleaner makes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cleaned<T> {
    /// Nothing stands in the cell.
    Missing,
    /// A clean value.
    Value(T),
    /// A value to be taken, with a warning.
    Doubtful(T, Finding),
    /// No value.
    Refused(Finding),
}

impl<T> Cleaned<T> {
    /// Refused without a suggestion.
    pub const fn refused(code: ProblemCode) -> Self {
        Cleaned::Refused(Finding { code, suggestion: None })
    }

    /// Refused with a corrected text.
    pub fn refused_with(code: ProblemCode, suggestion: impl Into<String>) -> Self {
        Cleaned::Refused(Finding { code, suggestion: Some(suggestion.into()) })
    }

    /// Taken with a warning.
    pub const fn doubtful(value: T, code: ProblemCode) -> Self {
        Cleaned::Doubtful(value, Finding { code, suggestion: None })
    }

    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Cleaned::Value(value) | Cleaned::Doubtful(value, _) => Some(value),
            Cleaned::Missing | Cleaned::Refused(_) => None,
        }
    }

    /// Changes the value, keeps the finding.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Cleaned<U> {
        match self {
            Cleaned::Missing => Cleaned::Missing,
            Cleaned::Value(value) => Cleaned::Value(change(value)),
            Cleaned::Doubtful(value, finding) => Cleaned::Doubtful(change(value), finding),
            Cleaned::Refused(finding) => Cleaned::Refused(finding),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_words_in_both_languages() {
        for code in ProblemCode::ALL {
            for language in [Language::Zh, Language::En] {
                assert!(code.words(language).chars().count() > 3, "{} has no words in {language:?}", code.word());
            }
        }
        assert_eq!(WORDS.len(), ProblemCode::ALL.len(), "words for codes that do not exist");
    }
}
