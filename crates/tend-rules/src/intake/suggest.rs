//! Proposes a mapping from headings in Chinese and English and from what the values look like.
//!
//! The spellings of headings stand in `data/synonyms.toml`. What no field fits becomes a fact of the firm, typed by its
//! values.

use super::fact::FactKind;
use super::field::{Field, RowKind};
use super::mapping::{ColumnMapping, DayOrder, FactTarget, Mapping, Target, fold_heading};
use super::survey::{Evidence, Survey};
use crate::base::Language;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Why a target is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestReason {
    /// The heading is a known name of the field.
    Heading,
    /// The heading contains a known name, and the values fit.
    PartOfHeading,
    /// The values look like it.
    Values,
    /// The firm has a fact of this name.
    KnownFact,
    /// No field fits: a new fact.
    NewFact,
    /// A column that an error file added.
    ErrorFile,
    /// No cell of the column is filled.
    NoValues,
}

impl SuggestReason {
    /// A few words for the reader.
    pub const fn words(self, language: Language) -> &'static str {
        match (self, language) {
            (SuggestReason::Heading, Language::Zh) => "表头与字段同名",
            (SuggestReason::Heading, Language::En) => "the heading is a name of the field",
            (SuggestReason::PartOfHeading, Language::Zh) => "表头含有字段名，内容也相符",
            (SuggestReason::PartOfHeading, Language::En) => "the heading contains the field's name and the values fit",
            (SuggestReason::Values, Language::Zh) => "内容看起来是这个字段",
            (SuggestReason::Values, Language::En) => "the values look like it",
            (SuggestReason::KnownFact, Language::Zh) => "与已有的自定义字段同名",
            (SuggestReason::KnownFact, Language::En) => "the firm already has a fact of this name",
            (SuggestReason::NewFact, Language::Zh) => "没有对应字段，建议新建自定义字段",
            (SuggestReason::NewFact, Language::En) => "no field fits, so a new fact is proposed",
            (SuggestReason::ErrorFile, Language::Zh) => "错误文件附加的列，不读入",
            (SuggestReason::ErrorFile, Language::En) => "a column added by an error file, not read",
            (SuggestReason::NoValues, Language::Zh) => "整列为空，不读入",
            (SuggestReason::NoValues, Language::En) => "the column is empty, not read",
        }
    }
}

/// A proposal for one column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// The heading.
    pub heading: String,
    /// What the column should become.
    pub target: Target,
    /// How numeric dates should be read.
    pub day_order: DayOrder,
    /// How sure the proposal is, 0..100.
    pub confidence: u8,
    /// Why.
    pub reason: SuggestReason,
    /// The first different values, at most five.
    pub samples: Vec<String>,
}

/// A fact that the firm has already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownFact {
    /// The key.
    pub key: String,
    /// The type.
    pub kind: FactKind,
    /// What people call it, in any language, and headings it is known by.
    pub titles: Vec<String>,
}

/// Proposes a target for each column of a table.
pub fn suggest(survey: &Survey, kind: RowKind, known: &[KnownFact]) -> Vec<Suggestion> {
    let mut suggestions: Vec<Suggestion> = survey
        .headings
        .iter()
        .zip(&survey.columns)
        .map(|(heading, evidence)| propose(heading, evidence, kind, known))
        .collect();
    name_by_values(&mut suggestions, survey, kind);
    settle_rivals(&mut suggestions, survey, known);
    settle_keys(&mut suggestions);
    suggestions
}

impl Mapping {
    /// The mapping that takes every suggestion.
    pub fn suggested(kind: RowKind, suggestions: &[Suggestion]) -> Self {
        let column = |s: &Suggestion| ColumnMapping {
            heading: s.heading.clone(),
            target: s.target.clone(),
            day_order: s.day_order,
        };
        Self { kind, columns: suggestions.iter().map(column).collect() }
    }
}

fn propose(heading: &str, evidence: &Evidence, kind: RowKind, known: &[KnownFact]) -> Suggestion {
    let (target, confidence, reason) = target_of(heading, evidence, kind, known);
    Suggestion {
        heading: heading.to_owned(),
        target,
        day_order: evidence.day_order(),
        confidence,
        reason,
        samples: evidence.values.iter().take(5).cloned().collect(),
    }
}

fn target_of(heading: &str, evidence: &Evidence, kind: RowKind, known: &[KnownFact]) -> (Target, u8, SuggestReason) {
    if super::error_file::is_own_heading(heading) {
        return (Target::Ignore, 100, SuggestReason::ErrorFile);
    }
    let folded = fold_heading(heading);
    let known_fact = known.iter().find(|fact| {
        fact.key == heading
            || fact.titles.iter().any(|title| fold_heading(title) == folded)
            || key_of(heading) == fact.key
    });
    if let Some(field) = field_of_heading(heading, kind) {
        let contradicted = contradicts(field, evidence);
        if !contradicted {
            return (Target::Field(field), if evidence.filled == 0 { 60 } else { 95 }, SuggestReason::Heading);
        }
    }
    if let Some(fact) = known_fact {
        let target = FactTarget { key: fact.key.clone(), kind: fact.kind, title: heading.to_owned() };
        return (Target::Fact(target), 90, SuggestReason::KnownFact);
    }
    if let Some(field) = field_in_heading(heading, kind, evidence) {
        return (Target::Field(field), 70, SuggestReason::PartOfHeading);
    }
    if evidence.filled == 0 && evidence.values.is_empty() {
        return (Target::Ignore, 80, SuggestReason::NoValues);
    }
    match field_of_values(evidence).filter(|field| field.fits(kind)) {
        Some(field) => (Target::Field(field), 60, SuggestReason::Values),
        None if kind == RowKind::Orders => (Target::Ignore, 50, SuggestReason::NewFact),
        None => (Target::Fact(new_fact(heading, evidence)), 50, SuggestReason::NewFact),
    }
}

/// A field that the values alone give away.
fn field_of_values(evidence: &Evidence) -> Option<Field> {
    let candidates = [
        (Field::IdNumber, evidence.id_numbers),
        (Field::Mail, evidence.mails),
        (Field::Phone, evidence.phones),
        (Field::AgreementPlate, evidence.plates),
    ];
    candidates.into_iter().find(|(_, count)| evidence.mostly(*count, 80)).map(|(field, _)| field)
}

/// Without any name column, a column full of Chinese names is the name.
fn name_by_values(suggestions: &mut [Suggestion], survey: &Survey, kind: RowKind) {
    let named = |s: &Suggestion| matches!(s.target, Target::Field(Field::Name | Field::Surname | Field::GivenName));
    if kind != RowKind::Customers || suggestions.iter().any(named) {
        return;
    }
    let full_of_names =
        survey.columns.iter().position(|evidence| evidence.mostly(evidence.names, 80) && evidence.many_values);
    if let Some(index) = full_of_names.filter(|index| matches!(suggestions[*index].target, Target::Fact(_))) {
        let suggestion = &mut suggestions[index];
        suggestion.target = Target::Field(Field::Name);
        (suggestion.confidence, suggestion.reason) = (50, SuggestReason::Values);
    }
}

/// Of several columns for a field that takes one, the surest (then the leftmost) keeps it.
fn settle_rivals(suggestions: &mut [Suggestion], survey: &Survey, known: &[KnownFact]) {
    let mut best: HashMap<Field, (u8, usize)> = HashMap::new();
    for (index, suggestion) in suggestions.iter().enumerate() {
        if let Target::Field(field) = suggestion.target
            && !field.takes_many()
        {
            let entry = best.entry(field).or_insert((suggestion.confidence, index));
            if suggestion.confidence > entry.0 {
                *entry = (suggestion.confidence, index);
            }
        }
    }
    for (index, suggestion) in suggestions.iter_mut().enumerate() {
        let Target::Field(field) = suggestion.target else { continue };
        if best.get(&field).is_some_and(|(_, winner)| *winner != index) {
            let of_orders = !field.fits(RowKind::Customers) && known.is_empty();
            let fact = new_fact(&suggestion.heading, &survey.columns[index]);
            suggestion.target = if of_orders { Target::Ignore } else { Target::Fact(fact) };
            (suggestion.confidence, suggestion.reason) = (50, SuggestReason::NewFact);
        }
    }
}

/// Two headings that give one key get a number.
fn settle_keys(suggestions: &mut [Suggestion]) {
    let mut taken: HashMap<String, u32> = HashMap::new();
    for suggestion in suggestions {
        if let Target::Fact(fact) = &mut suggestion.target {
            let count = taken.entry(fact.key.clone()).or_insert(0);
            *count += 1;
            if *count > 1 {
                fact.key = format!("{}_{count}", fact.key);
            }
        }
    }
}

/// Whether at least `percent` of the values can be read as the field.
fn fits(field: Field, evidence: &Evidence, percent: u32) -> bool {
    use Field as F;
    let count = match field {
        F::Phone => evidence.phones,
        F::Mail => evidence.mails,
        F::IdNumber => evidence.id_numbers,
        F::AgreementPlate => evidence.plates,
        F::Gender => evidence.genders.max(evidence.whole),
        F::Birthday | F::LunarBirthday => evidence.days + evidence.birthdays,
        F::WeddingDay | F::Joined | F::AgreementStart | F::AgreementEnd | F::AgreementDue | F::PlacedAt => {
            evidence.days.max(evidence.whole)
        }
        F::AnnualValue | F::AgreementPremium | F::LineUnitPrice => evidence.numbers + evidence.signed_money,
        F::LineQuantity => evidence.whole.max(evidence.numbers),
        F::TenureMonths => evidence.filled,
        F::Name | F::Surname | F::GivenName => {
            evidence.filled - evidence.numbers.max(evidence.flags).min(evidence.filled)
        }
        F::Address | F::Region | F::Occupation | F::Unit | F::Owner | F::Reason | F::LineTitle => {
            evidence.filled - evidence.flags.min(evidence.filled)
        }
        _ => evidence.filled,
    };
    evidence.mostly(count, percent)
}

/// Whether the values deny what the heading says. Bad cells do not: a column of messy phones is still a column of
/// phones, and in the file of refused rows all of them are bad. A column of yes and no is none.
fn contradicts(field: Field, evidence: &Evidence) -> bool {
    use Field as F;
    let valued = matches!(
        field,
        F::Phone
            | F::Mail
            | F::IdNumber
            | F::AgreementPlate
            | F::Birthday
            | F::Name
            | F::Address
            | F::Region
            | F::Unit
            | F::Owner
            | F::AgreementNumber
            | F::AgreementProduct
            | F::AgreementStart
            | F::AgreementEnd
            | F::AgreementDue
            | F::AgreementPremium
            | F::Joined
            | F::WeddingDay
            | F::TenureMonths
            | F::AnnualValue
            | F::PlacedAt
    );
    valued && evidence.mostly(evidence.flags, 80)
}

type Synonyms = HashMap<String, HashMap<String, Vec<String>>>;

static SYNONYMS: LazyLock<Synonyms> =
    LazyLock::new(|| toml::from_str(include_str!("data/synonyms.toml")).expect("the built-in synonyms are TOML"));

/// Names of fields.
struct Headings {
    /// Folded heading to field.
    whole: HashMap<String, Field>,
    /// Names to look for inside headings: folded Chinese, or English words joined by `_`.
    longest_first: Vec<(String, Field)>,
}

impl Headings {
    fn of(list: &str) -> Self {
        let pairs = SYNONYMS.get(list).into_iter().flatten();
        let spelled =
            pairs.filter_map(|(word, spellings)| Field::from_word(word).map(|field| (field, word, spellings)));
        let (mut whole, mut longest_first) = (HashMap::new(), Vec::new());
        for (field, word, spellings) in spelled {
            for spelling in spellings.iter().chain([word]) {
                whole.insert(fold_heading(spelling), field);
                let inside = if spelling.is_ascii() { snake_case(spelling) } else { fold_heading(spelling) };
                longest_first.push((inside, field));
            }
        }
        longest_first.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        Self { whole, longest_first }
    }

    fn for_kind(kind: RowKind) -> &'static Self {
        static CUSTOMERS: LazyLock<Headings> = LazyLock::new(|| Headings::of("customers"));
        static ORDERS: LazyLock<Headings> = LazyLock::new(|| Headings::of("orders"));
        match kind {
            RowKind::Customers => &CUSTOMERS,
            RowKind::Orders => &ORDERS,
        }
    }
}

/// The field of which the heading is a known name; a number or a unit in brackets behind it does not matter.
pub(super) fn field_of_heading(heading: &str, kind: RowKind) -> Option<Field> {
    let headings = Headings::for_kind(kind);
    let folded = fold_heading(heading);
    let bare = heading.split(['(', '（', '[', '【']).next().map(fold_heading).unwrap_or_default();
    let unnumbered = folded.trim_end_matches(|c: char| c.is_ascii_digit() || "一二三".contains(c));
    [folded.as_str(), bare.as_str(), unnumbered].iter().find_map(|name| headings.whole.get(*name)).copied()
}

/// The field whose name stands inside the heading and whose values fit, the longest name first: two Chinese characters
/// or whole English words (`state` does not stand in `RealEstate`).
fn field_in_heading(heading: &str, kind: RowKind, evidence: &Evidence) -> Option<Field> {
    let (folded, words) = (fold_heading(heading), format!("_{}_", snake_case(heading)));
    let inside = |name: &str| match name.is_ascii() {
        true => name.len() >= 4 && words.contains(&format!("_{name}_")),
        false => name.chars().count() >= 2 && folded.contains(name),
    };
    let names = &Headings::for_kind(kind).longest_first;
    let mut found: Vec<&(String, Field)> = names.iter().filter(|(name, _)| inside(name)).collect();
    // In both languages the last noun says what the thing is: 投保人电话备注 is a remark.
    found.sort_by_key(|(name, _)| !(folded.ends_with(name.as_str()) || words.ends_with(&format!("_{name}_"))));
    found.into_iter().find(|(_, field)| fits(*field, evidence, 70)).map(|(_, field)| *field)
}

fn new_fact(heading: &str, evidence: &Evidence) -> FactTarget {
    FactTarget { key: key_of(heading), kind: kind_of_values(heading, evidence), title: heading.to_owned() }
}

/// The type in which nearly all values can be read.
fn kind_of_values(heading: &str, evidence: &Evidence) -> FactKind {
    let all = |count: u32| evidence.mostly(count, 98);
    let both_bits = all(evidence.bits) && evidence.values.len() <= 3 && !counts_something(heading);
    if all(evidence.flags) || both_bits {
        FactKind::Bool
    } else if all(evidence.signed_money + evidence.numbers)
        && (evidence.signed_money > 0 || (speaks_of_money(heading) && !evidence.values.iter().any(|v| v.contains('%'))))
    {
        FactKind::Money
    } else if all(evidence.whole) && !has_leading_zero(evidence) {
        FactKind::Int
    } else if all(evidence.numbers) && !has_leading_zero(evidence) {
        FactKind::Double
    } else if all(evidence.days) {
        FactKind::Date
    } else {
        FactKind::String
    }
}

/// Codes such as postal codes are no numbers.
fn has_leading_zero(evidence: &Evidence) -> bool {
    evidence.values.iter().any(|value| value.len() > 1 && value.starts_with('0') && !value.starts_with("0."))
}

fn counts_something(heading: &str) -> bool {
    let folded = fold_heading(heading);
    ["数", "次", "count", "number", "num", "qty", "children", "kids"].iter().any(|word| folded.contains(word))
}

fn speaks_of_money(heading: &str) -> bool {
    let folded = fold_heading(heading);
    let words = [
        "金额",
        "费用",
        "月租",
        "余额",
        "收入",
        "价格",
        "单价",
        "保额",
        "消费额",
        "欠费",
        "工资",
        "存款",
        "资产",
        "贷款额",
        "charge",
        "amount",
        "price",
        "premium",
        "balance",
        "income",
        "salary",
        "revenue",
        "spend",
        "fee",
    ];
    words.iter().any(|word| folded.contains(word))
}

/// The key of a new fact: `MonthlyCharges` is `monthly_charges`; frequent Chinese headings have English keys; others
/// get a key from the hash of the heading, so that one heading has one key in every file.
pub fn key_of(heading: &str) -> String {
    let folded = fold_heading(heading);
    let translated = SYNONYMS
        .get("keys")
        .into_iter()
        .flatten()
        .find(|(_, titles)| titles.iter().any(|title| fold_heading(title) == folded));
    if let Some((key, _)) = translated {
        return key.clone();
    }
    let ascii = snake_case(heading);
    let mostly_ascii = heading.chars().filter(|c| c.is_alphanumeric()).all(|c| c.is_ascii());
    let key = if mostly_ascii && ascii.bytes().any(|b| b.is_ascii_lowercase()) { ascii } else { hashed(&folded) };
    let key = if key.starts_with(|c: char| c.is_ascii_digit()) { format!("f_{key}") } else { key };
    if is_reserved(&key) { format!("own_{key}") } else { key.chars().take(60).collect() }
}

fn hashed(folded: &str) -> String {
    let digest = Sha256::digest(folded.as_bytes());
    format!("fact_{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2])
}

fn snake_case(heading: &str) -> String {
    let mut key = String::new();
    let mut before = ' ';
    let chars: Vec<char> = heading.chars().map(super::clean::narrow).collect();
    for (place, c) in chars.iter().copied().enumerate() {
        let next_is_small = chars.get(place + 1).is_some_and(char::is_ascii_lowercase);
        let starts_word = c.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || (before.is_ascii_uppercase() && next_is_small));
        if (starts_word || !c.is_ascii_alphanumeric()) && !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
        if c.is_ascii_alphanumeric() {
            key.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    key.trim_end_matches('_').to_owned()
}

/// Names that the care language has for its own facts and functions.
pub fn is_reserved(key: &str) -> bool {
    const NAMES: [&str; 58] = [
        "name",
        "gender",
        "occupation",
        "region",
        "language",
        "tier",
        "class",
        "lifecycle",
        "birthday",
        "birthday_calendar",
        "age",
        "wedding_day",
        "joined",
        "annual_value",
        "last_contact",
        "contacts_30d",
        "labels",
        "consents",
        "owner_left",
        "orphan",
        "churn_risk",
        "arrears_months",
        "bill_m1",
        "bill_m2",
        "bill_m3",
        "agreements",
        "bills",
        "payments",
        "orders",
        "birth_month",
        "birth_day",
        "customer",
        "today",
        "days",
        "date",
        "yuan",
        "anniversary",
        "days_between",
        "months_since",
        "years_since",
        "weekday",
        "month",
        "day_of_month",
        "festival",
        "workday",
        "has",
        "size",
        "exists",
        "all",
        "filter",
        "true",
        "false",
        "in",
        "null",
        "contains",
        "startswith",
        "endswith",
        "agreement",
    ];
    NAMES.contains(&key)
}

#[cfg(test)]
#[path = "suggest_tests.rs"]
mod tests;
