//! Which column means what: the mapping of one source, remembered by a fingerprint of its headings.
//!
//! A mapping is a small TOML or JSON file, so that a person can write one for `--mapping`.

use super::fact::FactKind;
use super::field::{Field, RowKind};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// What a column becomes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Nothing.
    Ignore,
    /// A built-in field.
    Field(Field),
    /// A fact of the firm, new or known.
    Fact(FactTarget),
}

/// A fact of the firm as the target of a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FactTarget {
    /// The key, `[a-z][a-z0-9_]*`.
    pub key: String,
    /// The type.
    pub kind: FactKind,
    /// What people call it; the heading unless somebody said better.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
}

/// The order of day, month and year in numeric dates of a column; a four-digit year first is always understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayOrder {
    /// Year, month, day.
    #[default]
    Ymd,
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

/// The mapping of one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMapping {
    /// The heading as [`super::Table::headings`] gives it (unique in the table).
    pub heading: String,
    /// What the column becomes.
    pub target: Target,
    /// How numeric dates of the column are read.
    #[serde(default, skip_serializing_if = "is_default")]
    pub day_order: DayOrder,
}

fn is_default(order: &DayOrder) -> bool {
    *order == DayOrder::default()
}

/// The mapping of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mapping {
    /// What the rows are.
    #[serde(default)]
    pub kind: RowKind,
    /// One entry a column; columns of the table without an entry are ignored.
    pub columns: Vec<ColumnMapping>,
}

/// What is wrong with a mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// The file is neither TOML nor JSON of the right shape.
    #[error("the mapping cannot be read: {0}")]
    Unreadable(String),
    /// The table has no such heading.
    #[error("the mapping names the column {heading:?}, which the file does not have")]
    HeadingMissing {
        /// The heading.
        heading: String,
    },
    /// Two columns with a target that takes one.
    #[error("two columns are mapped to {target}: {first:?} and {second:?}")]
    TargetTwice {
        /// The target's word.
        target: String,
        /// Heading of the first column.
        first: String,
        /// Heading of the second column.
        second: String,
    },
    /// A key that is not `[a-z][a-z0-9_]*`, at most 60 characters.
    #[error("{key:?} is no key for a fact: use a-z, 0-9 and _, beginning with a letter")]
    FactKey {
        /// The key.
        key: String,
    },
    /// A key that the care language uses for something of its own.
    #[error("{key:?} is a word of the care language and cannot be the key of a fact")]
    FactKeyReserved {
        /// The key.
        key: String,
    },
    /// A field that rows of this kind cannot have.
    #[error("{field} is no field of {kind}")]
    FieldOfOtherKind {
        /// The field's word.
        field: &'static str,
        /// The kind's word.
        kind: &'static str,
    },
    /// Nothing that could tell a row's customer or order.
    #[error("the mapping lacks {missing}")]
    Incomplete {
        /// Words of the fields of which at least one is needed.
        missing: &'static str,
    },
}

impl MappingError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            MappingError::Unreadable(_) => "mapping_unreadable",
            MappingError::HeadingMissing { .. } => "mapping_heading_missing",
            MappingError::TargetTwice { .. } => "mapping_target_twice",
            MappingError::FactKey { .. } => "mapping_fact_key",
            MappingError::FactKeyReserved { .. } => "mapping_fact_key_reserved",
            MappingError::FieldOfOtherKind { .. } => "mapping_field_of_other_kind",
            MappingError::Incomplete { .. } => "mapping_incomplete",
        }
    }
}

impl Mapping {
    /// Reads a mapping file, JSON if it begins with `{`, else TOML.
    pub fn read(text: &str) -> Result<Self, MappingError> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with('{') {
            serde_json::from_str(text).map_err(|e| MappingError::Unreadable(e.to_string()))
        } else {
            toml::from_str(text).map_err(|e| MappingError::Unreadable(e.to_string()))
        }
    }

    /// The mapping as a TOML file.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a mapping is tables and strings only")
    }

    /// The columns that become facts, in order.
    pub fn facts(&self) -> impl Iterator<Item = &FactTarget> {
        self.columns.iter().filter_map(|column| match &column.target {
            Target::Fact(fact) => Some(fact),
            _ => None,
        })
    }

    /// Ties the mapping to the headings of a table and proves it sound.
    pub fn bind(&self, headings: &[String]) -> Result<BoundMapping, MappingError> {
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let exact = headings.iter().position(|heading| *heading == column.heading);
            let index = exact.or_else(|| headings.iter().position(|heading| same_heading(heading, &column.heading)));
            let index = index.ok_or_else(|| MappingError::HeadingMissing { heading: column.heading.clone() })?;
            if let Target::Fact(fact) = &column.target {
                check_key(&fact.key)?;
            }
            if let Target::Field(field) = column.target
                && !field.fits(self.kind)
            {
                return Err(MappingError::FieldOfOtherKind { field: field.word(), kind: self.kind.word() });
            }
            if column.target != Target::Ignore {
                columns.push(BoundColumn {
                    index,
                    heading: headings[index].clone(),
                    target: column.target.clone(),
                    day_order: column.day_order,
                });
            }
        }
        check_once(&columns)?;
        check_complete(self.kind, &columns)?;
        columns.sort_by_key(|column| column.index);
        Ok(BoundMapping { kind: self.kind, columns, width: headings.len() })
    }
}

/// A mapping tied to the columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundMapping {
    /// What the rows are.
    pub kind: RowKind,
    /// The columns that become something, from left to right.
    pub columns: Vec<BoundColumn>,
    /// Number of headings of the table.
    pub width: usize,
}

/// A column of a table with its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundColumn {
    /// Index in the row, 0-based.
    pub index: usize,
    /// The table's heading.
    pub heading: String,
    /// What the column becomes.
    pub target: Target,
    /// How numeric dates are read.
    pub day_order: DayOrder,
}

impl BoundMapping {
    /// The heading of the first column with this target; the target's word if there is none.
    pub fn heading_of(&self, field: Field) -> &str {
        let column = self.columns.iter().find(|column| column.target == Target::Field(field));
        column.map_or(field.word(), |column| &column.heading)
    }
}

/// The name under which a mapping for these headings is remembered: the same for the same headings in any order, width
/// of letters, case and spacing, and for the error file of such a file. A hexadecimal SHA-256.
pub fn heading_fingerprint(headings: &[String]) -> String {
    let asked = headings.iter().filter(|heading| !super::error_file::is_own_heading(heading));
    let mut folded: Vec<String> = asked.map(|heading| fold_heading(heading)).collect();
    folded.sort();
    let mut hash = Sha256::new();
    for heading in folded {
        hash.update(heading.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        use std::fmt::Write as _;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A heading without what people vary: width, case, spaces, punctuation, a trailing star or unit in brackets stays.
pub fn fold_heading(heading: &str) -> String {
    let narrow = heading.chars().map(super::clean::narrow);
    narrow.filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn same_heading(a: &str, b: &str) -> bool {
    let folded = fold_heading(a);
    a.trim() == b.trim() || (!folded.is_empty() && folded == fold_heading(b))
}

fn check_key(key: &str) -> Result<(), MappingError> {
    if super::suggest::is_reserved(key) {
        return Err(MappingError::FactKeyReserved { key: key.to_owned() });
    }
    let mut bytes = key.bytes();
    let first = bytes.next().is_some_and(|b| b.is_ascii_lowercase());
    let rest = bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if first && rest && key.len() <= 60 { Ok(()) } else { Err(MappingError::FactKey { key: key.to_owned() }) }
}

fn check_once(columns: &[BoundColumn]) -> Result<(), MappingError> {
    for (place, column) in columns.iter().enumerate() {
        let word = match &column.target {
            Target::Field(field) if field.takes_many() => continue,
            Target::Field(field) => field.word().to_owned(),
            Target::Fact(fact) => fact.key.clone(),
            Target::Ignore => continue,
        };
        let same = |other: &&BoundColumn| match (&column.target, &other.target) {
            (Target::Fact(one), Target::Fact(two)) => one.key == two.key,
            (one, two) => one == two,
        };
        if let Some(other) = columns[place + 1..].iter().find(same) {
            return Err(MappingError::TargetTwice {
                target: word,
                first: column.heading.clone(),
                second: other.heading.clone(),
            });
        }
    }
    Ok(())
}

fn check_complete(kind: RowKind, columns: &[BoundColumn]) -> Result<(), MappingError> {
    let fields: HashSet<Field> = columns
        .iter()
        .filter_map(|column| match column.target {
            Target::Field(field) => Some(field),
            _ => None,
        })
        .collect();
    let has = |wanted: &[Field]| wanted.iter().any(|field| fields.contains(field));
    let needs: &[(&[Field], &'static str)] = match kind {
        RowKind::Customers => &[(
            &[Field::Name, Field::Surname, Field::GivenName, Field::Phone, Field::OutsideId],
            "a name, a phone or an outside_id",
        )],
        RowKind::Orders => &[
            (&[Field::OutsideId, Field::Phone], "an outside_id or a phone of the customer"),
            (&[Field::OrderNumber], "an order_number"),
            (&[Field::PlacedAt], "a placed_at"),
        ],
    };
    needs.iter().find(|(any, _)| !has(any)).map_or(Ok(()), |(_, missing)| Err(MappingError::Incomplete { missing }))
}
