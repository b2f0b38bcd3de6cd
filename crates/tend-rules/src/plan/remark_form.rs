//! The one form in which a firm's people write remarks, as data: its parts in order, what may stand in each
//! (MISSION.md A5, H1). The room of contacts holds a text against it.

use super::document::Section;
use crate::segment::Words;
use serde::{Deserialize, Serialize};

/// The form of the remarks of a business type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarkForm {
    /// The business type; empty for every one that has no form of its own.
    pub business_type: String,
    /// The parts in the order in which they are written.
    pub parts: Vec<RemarkPart>,
}

/// A part of a remark: 【日期】, 【方式】 …
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarkPart {
    /// The key within the form.
    pub key: String,
    /// The label.
    pub title: Words,
    /// What stands behind the label.
    pub kind: PartKind,
    /// Whether the part must be there.
    pub need: PartNeed,
    /// The words that may stand there; empty unless the part is a choice.
    #[serde(default)]
    pub choices: Vec<RemarkChoice>,
    /// What the program can put there by itself.
    #[serde(default)]
    pub fill: Option<PartFill>,
}

/// What stands in a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// Any words.
    Text,
    /// A day.
    Day,
    /// A day, or 无, `none`.
    DayOrNone,
    /// One of the form's own words.
    Choice,
}

/// Whether a part must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartNeed {
    /// It must.
    Required,
    /// It may be left out.
    Optional,
}

/// What the program knows where a remark is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartFill {
    /// The day of writing.
    Today,
    /// The channel over which the customer was spoken to.
    Channel,
    /// The day of the next step, or none.
    Next,
}

/// A word that may stand in a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarkChoice {
    /// The key; a channel's word where the program fills the channel in.
    pub key: String,
    /// The word.
    pub title: Words,
}

const KINDS: [(&str, PartKind); 4] = [
    ("text", PartKind::Text),
    ("day", PartKind::Day),
    ("day_or_none", PartKind::DayOrNone),
    ("choice", PartKind::Choice),
];

const FILLS: [(&str, PartFill); 3] =
    [("today", PartFill::Today), ("channel", PartFill::Channel), ("next", PartFill::Next)];

impl RemarkForm {
    pub(super) fn read(row: Section<'_, '_>) -> Option<Self> {
        let business_type = row.text("business_type").map(|word| word.value.to_owned()).unwrap_or_default();
        let parts = row.sections("part").into_iter().filter_map(RemarkPart::read).collect();
        row.close();
        Some(Self { business_type, parts })
    }
}

impl RemarkPart {
    fn read(row: Section<'_, '_>) -> Option<Self> {
        let key = row.required_key("key").map(|key| key.value.to_owned());
        let title = row.required_words("title").map(|(words, _)| words);
        let kind = row.word("kind", &KINDS).unwrap_or(PartKind::Text);
        let need = if row.truth("optional") == Some(true) { PartNeed::Optional } else { PartNeed::Required };
        let choices = row.sections("choices").into_iter().filter_map(RemarkChoice::read).collect();
        let fill = row.word("fill", &FILLS);
        row.close();
        Some(Self { key: key?, title: title?, kind, need, choices, fill })
    }
}

impl RemarkChoice {
    fn read(row: Section<'_, '_>) -> Option<Self> {
        let key = row.required_key("key").map(|key| key.value.to_owned());
        let title = row.required_words("title").map(|(words, _)| words);
        row.close();
        Some(Self { key: key?, title: title? })
    }
}
