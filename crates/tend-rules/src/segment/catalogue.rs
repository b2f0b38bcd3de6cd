//! The facts that expressions may name: the built-in ones (data/facts.toml) and the firm's own.

use super::calendar::WorkCalendar;
use super::value::{Kind, Scalar};
use crate::base::Language;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

/// A word in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// From both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The words of one language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// A fact of the customer, by its place in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId(pub u16);

/// A collection of the customer, by its place in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CollectionId(pub u16);

/// A fact of the items of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemFactId {
    /// The collection.
    pub collection: CollectionId,
    /// The place of the fact within the collection.
    pub fact: u16,
}

/// Who defined a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Every firm has it.
    Builtin,
    /// The firm defined it.
    Firm,
}

/// What a fact is called and what it can hold.
#[derive(Debug, Clone)]
pub struct FactDefinition {
    /// The name in expressions.
    pub key: String,
    /// The kind of its values.
    pub kind: Kind,
    /// The name for people.
    pub title: Words,
    /// The texts it may hold with their names for people; empty where any text will do.
    pub choices: Vec<(String, Words)>,
    /// The expression that gives the value where none was recorded.
    pub derived: Option<String>,
    /// Who defined it.
    pub origin: Origin,
}

impl FactDefinition {
    /// The word for a person of a value that is one of the choices.
    pub fn choice_words(&self, value: &str, language: Language) -> Option<&str> {
        self.choices.iter().find(|(choice, _)| choice == value).map(|(_, words)| words.of(language))
    }
}

/// Something of which a customer has several: agreements, bills, payments, orders.
#[derive(Debug, Clone)]
pub struct Collection {
    /// The name in expressions.
    pub key: String,
    /// The word for one item, used in `for_each`.
    pub one: String,
    /// The name for people.
    pub title: Words,
    /// The facts of an item.
    pub facts: Vec<FactDefinition>,
    by_key: HashMap<String, u16>,
}

impl Collection {
    /// The place of an item's fact by its key.
    pub fn find(&self, key: &str) -> Option<u16> {
        self.by_key.get(key).copied()
    }
}

/// Why a firm cannot define a fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Another fact or collection has the key.
    #[error("the fact key {key} is already in use")]
    KeyTaken {
        /// The key.
        key: String,
    },
    /// The key is no plain identifier.
    #[error("the fact key {key:?} must be letters, digits and _ and begin with a letter")]
    BadKey {
        /// The key.
        key: String,
    },
}

impl CatalogueError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            CatalogueError::KeyTaken { .. } => "fact_key_taken",
            CatalogueError::BadKey { .. } => "fact_key_bad",
        }
    }
}

/// Every fact that an expression may name.
#[derive(Debug, Clone)]
pub struct Catalogue {
    facts: Vec<FactDefinition>,
    collections: Vec<Collection>,
    by_key: HashMap<String, FactId>,
    workdays: WorkCalendar,
}

/// Words that cannot be names of facts.
const RESERVED: [&str; 8] = ["true", "false", "in", "today", "customer", "null", "and", "or"];

impl Catalogue {
    /// The built-in facts only.
    pub fn builtin() -> Self {
        static BUILTIN: OnceLock<Catalogue> = OnceLock::new();
        BUILTIN.get_or_init(|| read_builtin(include_str!("data/facts.toml"))).clone()
    }

    /// The built-in facts and those the firm defined. The places of built-in facts never move;
    /// the firm's stand in the order given.
    pub fn with_firm_facts(facts: impl IntoIterator<Item = (String, Scalar, Words)>) -> Result<Self, CatalogueError> {
        let mut catalogue = Self::builtin();
        for (key, scalar, title) in facts {
            catalogue.define(key, scalar, title)?;
        }
        Ok(catalogue)
    }

    /// Adds a fact that the firm defines.
    pub fn define(&mut self, key: String, scalar: Scalar, title: Words) -> Result<FactId, CatalogueError> {
        let plain = key.chars().all(|c| c.is_alphanumeric() || c == '_')
            && key.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
        if !plain {
            return Err(CatalogueError::BadKey { key });
        }
        if self.by_key.contains_key(&key) || self.collection(&key).is_some() || RESERVED.contains(&key.as_str()) {
            return Err(CatalogueError::KeyTaken { key });
        }
        let kind = Kind::One(scalar);
        let origin = Origin::Firm;
        Ok(self.push(FactDefinition { key, kind, title, choices: Vec::new(), derived: None, origin }))
    }

    fn push(&mut self, fact: FactDefinition) -> FactId {
        let id = FactId(self.facts.len() as u16);
        self.by_key.insert(fact.key.clone(), id);
        self.facts.push(fact);
        id
    }

    /// The firm's own working days, which `workday(d)` asks before those of the state.
    pub fn keep_workdays(&mut self, workdays: WorkCalendar) {
        self.workdays = workdays;
    }

    /// The firm's own working days.
    pub const fn workdays(&self) -> &WorkCalendar {
        &self.workdays
    }

    /// The facts of the customer in their places.
    pub fn facts(&self) -> &[FactDefinition] {
        &self.facts
    }

    /// The collections in their places.
    pub fn collections(&self) -> &[Collection] {
        &self.collections
    }

    /// The place of a customer's fact by its key.
    pub fn find(&self, key: &str) -> Option<FactId> {
        self.by_key.get(key).copied()
    }

    /// The definition of a customer's fact.
    pub fn fact(&self, id: FactId) -> &FactDefinition {
        &self.facts[usize::from(id.0)]
    }

    /// The place of a collection by its key, such as `agreements`.
    pub fn collection(&self, key: &str) -> Option<CollectionId> {
        self.place(|collection| collection.key == key)
    }

    /// The place of a collection by the word for one item, such as `agreement`.
    pub fn collection_of_one(&self, one: &str) -> Option<CollectionId> {
        self.place(|collection| collection.one == one)
    }

    fn place(&self, is: impl Fn(&Collection) -> bool) -> Option<CollectionId> {
        self.collections.iter().position(is).map(|at| CollectionId(at as u16))
    }

    /// The definition of a collection.
    pub fn items(&self, id: CollectionId) -> &Collection {
        &self.collections[usize::from(id.0)]
    }

    /// The definition of an item's fact.
    pub fn item_fact(&self, id: ItemFactId) -> &FactDefinition {
        &self.items(id.collection).facts[usize::from(id.fact)]
    }

    /// A catalogue that rows and plans share.
    pub fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }
}

#[derive(Deserialize)]
struct FileFact {
    key: String,
    kind: String,
    zh: String,
    en: String,
    #[serde(default)]
    choices: BTreeMap<String, String>,
    derived: Option<String>,
}

#[derive(Deserialize)]
struct FileItems {
    key: String,
    one: String,
    zh: String,
    en: String,
    fact: Vec<FileFact>,
}

#[derive(Deserialize)]
struct File {
    fact: Vec<FileFact>,
    items: Vec<FileItems>,
}

fn read_builtin(text: &str) -> Catalogue {
    let file: File = toml::from_str(text).expect("the built-in facts are well-formed, which a test proves");
    let mut catalogue = Catalogue {
        facts: Vec::new(),
        collections: Vec::new(),
        by_key: HashMap::new(),
        workdays: WorkCalendar::default(),
    };
    for fact in file.fact {
        catalogue.push(fact.into());
    }
    for items in file.items {
        let by_key = items.fact.iter().enumerate().map(|(at, fact)| (fact.key.clone(), at as u16)).collect();
        let facts = items.fact.into_iter().map(FactDefinition::from).collect();
        let title = Words::new(items.zh, items.en);
        catalogue.collections.push(Collection { key: items.key, one: items.one, title, facts, by_key });
    }
    catalogue
}

impl From<FileFact> for FactDefinition {
    fn from(fact: FileFact) -> Self {
        let words = |text: String| match text.split_once(" | ") {
            Some((zh, en)) => Words::new(zh, en),
            None => Words::new(text.clone(), text),
        };
        Self {
            kind: Kind::from_word(&fact.kind).expect("a built-in fact names its kind, which a test proves"),
            key: fact.key,
            title: Words::new(fact.zh, fact.en),
            choices: fact.choices.into_iter().map(|(key, text)| (key, words(text))).collect(),
            derived: fact.derived,
            origin: Origin::Builtin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_facts_are_well_formed() {
        let catalogue = Catalogue::builtin();
        assert_eq!(catalogue.facts().len(), 25);
        let tier = catalogue.fact(catalogue.find("tier").expect("tier"));
        assert_eq!(tier.choice_words("gold", Language::Zh), Some("金卡"));
        let agreements = catalogue.collection_of_one("agreement").expect("agreements");
        assert_eq!(catalogue.items(agreements).facts.len(), 15);
        assert_eq!(catalogue.items(agreements).find("due"), Some(6));
    }

    #[test]
    fn a_firm_fact_takes_no_name_in_use() {
        let define = |key: &str| Catalogue::builtin().define(key.to_owned(), Scalar::Int, Words::default()).map(|_| ());
        assert_eq!(define("points"), Ok(()));
        assert_eq!(define("积分"), Ok(()));
        assert_eq!(define("tier").map_err(|e| e.code()), Err("fact_key_taken"));
        assert_eq!(define("bills").map_err(|e| e.code()), Err("fact_key_taken"));
        assert_eq!(define("2nd").map_err(|e| e.code()), Err("fact_key_bad"));
    }
}
