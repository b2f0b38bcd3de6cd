//! The built-in facts of a customer as a table: key, type, titles, and how each is read and written as JSON. One way in
//! and one way out serve the page, the edit in place, the import and its undo.

use super::{Customer, FactEntry};
use crate::base::{Day, Money};
use crate::intake::{Birthday, Class, FactKind, Gender, Lifecycle, Tier, sound_of_name};
use serde_json::{Value, json};

/// A built-in fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltIn {
    /// The key.
    pub key: &'static str,
    /// `string`, `date`, `money`, `birthday`, or `words` for a closed list.
    pub kind: &'static str,
    /// The Chinese title.
    pub zh: &'static str,
    /// The English title.
    pub en: &'static str,
}

const fn fact(key: &'static str, kind: &'static str, zh: &'static str, en: &'static str) -> BuiltIn {
    BuiltIn { key, kind, zh, en }
}

/// Every built-in fact that is no contact point, in the order of the page.
pub const BUILT_IN: [BuiltIn; 13] = [
    fact("name", "string", "姓名", "Name"),
    fact("gender", "words", "性别", "Gender"),
    fact("birthday", "birthday", "生日", "Birthday"),
    fact("wedding_day", "date", "结婚纪念日", "Wedding day"),
    fact("occupation", "string", "职业", "Occupation"),
    fact("region", "string", "地区", "Region"),
    fact("language", "string", "语言", "Language"),
    fact("tier", "words", "等级", "Tier"),
    fact("class", "words", "类别", "Class"),
    fact("lifecycle", "words", "阶段", "Stage"),
    fact("joined", "date", "入会日期", "Customer since"),
    fact("annual_value", "money", "年度贡献", "Annual value"),
    fact("outside_id", "string", "客户号", "Customer number"),
];

/// A value that does not fit its fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} takes {expected}")]
pub struct Unfit {
    /// The fact.
    pub key: String,
    /// What it takes.
    pub expected: &'static str,
}

/// The value of a built-in fact as JSON, null if it is unknown; `None` if there is no such fact.
pub fn read_fact(customer: &Customer, key: &str) -> Option<Value> {
    let text = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
    Some(match key {
        "name" => text(&customer.name),
        "gender" => text(&customer.gender),
        "birthday" => json!(customer.birthday),
        "wedding_day" => json!(customer.wedding_day),
        "occupation" => text(&customer.occupation),
        "region" => text(&customer.region),
        "language" => text(&customer.language),
        "tier" => text(&customer.tier),
        "class" => text(&customer.class),
        "lifecycle" => text(&customer.lifecycle),
        "joined" => json!(customer.joined),
        "annual_value" => json!(Money::fen(customer.annual_value_minor)),
        "outside_id" => json!(customer.outside_id),
        _ => return None,
    })
}

/// Writes a built-in fact from JSON; null empties it. `Ok(false)` if there is no such fact.
pub fn write_fact(customer: &mut Customer, key: &str, value: &Value) -> Result<bool, Unfit> {
    let unfit = |expected| Unfit { key: key.to_owned(), expected };
    let text = |max: usize| match value {
        Value::Null => Ok(String::new()),
        Value::String(text) if text.chars().count() <= max => Ok(text.trim().to_owned()),
        _ => Err(unfit("a text of at most 200 characters")),
    };
    let word = |known: fn(&str) -> bool, expected| match value {
        Value::Null => Ok(String::new()),
        Value::String(text) if known(text) => Ok(text.clone()),
        _ => Err(unfit(expected)),
    };
    let day = || match value {
        Value::Null => Ok(None),
        Value::String(text) => text.parse::<Day>().map(Some).map_err(|_| unfit("a day such as 2026-11-23")),
        _ => Err(unfit("a day such as 2026-11-23")),
    };
    match key {
        "name" => {
            customer.name = text(200)?;
            let sound = sound_of_name(&customer.name);
            (customer.pinyin, customer.initials) = (sound.pinyin, sound.initials);
        }
        "gender" => customer.gender = word(|w| Gender::from_word(w).is_some(), "female or male")?,
        "birthday" => customer.birthday = birthday(value).ok_or_else(|| unfit("a day such as 1968-03-05"))?,
        "wedding_day" => customer.wedding_day = day()?,
        "occupation" => customer.occupation = text(200)?,
        "region" => customer.region = text(200)?,
        "language" => customer.language = text(20)?,
        "tier" => {
            let tier = word(|w| Tier::from_word(w).is_some(), "gold, silver or ordinary")?;
            customer.tier = if tier.is_empty() { "ordinary".into() } else { tier };
        }
        "class" => customer.class = word(|w| Class::from_word(w).is_some(), "A, B or C")?,
        "lifecycle" => {
            let stage = word(|w| Lifecycle::from_word(w).is_some(), "lead, new, active, lost, blocked or deceased")?;
            customer.lifecycle = if stage.is_empty() { "active".into() } else { stage };
        }
        "joined" => customer.joined = day()?,
        "annual_value" => {
            let money = money(value).ok_or_else(|| unfit("an amount of money"))?;
            customer.annual_value_minor = money.map_or(0, |money| money.minor);
        }
        "outside_id" => customer.outside_id = Some(text(200)?).filter(|text| !text.is_empty()),
        _ => return Ok(false),
    }
    Ok(true)
}

fn birthday(value: &Value) -> Option<Option<Birthday>> {
    match value {
        Value::Null => Some(None),
        Value::String(text) => text.parse().ok().map(Birthday::on).map(Some),
        object => {
            let read: Birthday = serde_json::from_value(object.clone()).ok()?;
            let real = match (read.calendar, read.year) {
                (super::Calendar::Lunar, year) => Birthday::lunar(year, read.month, read.day)?,
                (super::Calendar::Solar, None) => Birthday::without_year(read.month, read.day)?,
                (super::Calendar::Solar, Some(_)) => read.born_on().map(|_| read)?,
            };
            Some(Some(real))
        }
    }
}

fn money(value: &Value) -> Option<Option<Money>> {
    match value {
        Value::Null => Some(None),
        object => serde_json::from_value(object.clone()).ok().map(Some),
    }
}

/// Whether a value fits a fact that the firm defined; whole numbers fit where fractions are taken.
pub fn fit(key: &str, kind: FactKind, value: &Value) -> Result<(), Unfit> {
    let (fits, expected) = match kind {
        FactKind::String => (value.as_str().is_some_and(|text| text.chars().count() <= 2000), "a text"),
        FactKind::Int => (value.is_i64(), "a whole number"),
        FactKind::Double => (value.is_number(), "a number"),
        FactKind::Bool => (value.is_boolean(), "yes or no"),
        FactKind::Date => (value.as_str().is_some_and(|text| text.parse::<Day>().is_ok()), "a day such as 2026-11-23"),
        FactKind::Money => (money(value).flatten().is_some(), "an amount of money"),
    };
    if fits || value.is_null() { Ok(()) } else { Err(Unfit { key: key.to_owned(), expected }) }
}

impl FactEntry {
    /// Whether two entries say the same, whenever and wherever it was learnt.
    pub fn says_the_same(&self, other: &Value) -> bool {
        self.value == *other
    }
}
