//! The other files of a playbook: scripts, templates, labels, outcome codes, firm-defined facts.

use super::document::Section;
use crate::base::Channel;
use crate::org::Role;
use crate::segment::{Scalar, Words};

/// A fact that the firm needs for a playbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirmFact {
    /// The name in expressions.
    pub key: String,
    /// The kind of its values.
    pub scalar: Scalar,
    /// The name for people.
    pub title: Words,
    /// Column headings under which files bring it.
    pub headings: Vec<String>,
}

/// What to say on the phone or at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The name in plans.
    pub key: String,
    /// The file.
    pub file: String,
    /// The name for people.
    pub title: Words,
    /// The parts in order: opening, confirming, objections, what was agreed.
    pub stages: Vec<Stage>,
    /// Questions whose answers fill facts.
    pub questions: Vec<Question>,
}

/// A part of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Which part: `opening`, `confirm`, `objections`, `agreement`, or another word.
    pub key: String,
    /// The name for people.
    pub title: Words,
    /// What to say, with parts to fill in.
    pub body: Words,
}

/// A question of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The words.
    pub text: Words,
    /// The fact that the answer fills, if any.
    pub fact: Option<String>,
}

/// A message to be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The name in plans.
    pub key: String,
    /// The channel it is written for.
    pub channel: Channel,
    /// The words with parts to fill in.
    pub body: Words,
    /// Further wordings, taken in turn so that nobody reads the same words twice in a row.
    pub variants: Vec<Words>,
}

/// A label of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The word in expressions.
    pub key: String,
    /// The group it belongs to.
    pub group: String,
    /// The colour, a word or `#rrggbb`.
    pub colour: String,
    /// The name for people.
    pub title: Words,
    /// The roles that may set it; empty where anyone may.
    pub set_by: Vec<Role>,
}

/// What comes of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Resolution {
    /// The work is done.
    Done,
    /// It is to be tried again.
    Again,
    /// It is over without success.
    Failed,
}

/// Whether the customer was spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reached {
    /// The customer was.
    Yes,
    /// The customer was not.
    No,
}

/// Whether the person must write a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NoteRule {
    /// A note is needed.
    Needed,
    /// A note may be left out.
    Optional,
}

/// An outcome code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The business type it belongs to.
    pub business_type: String,
    /// The code.
    pub code: String,
    /// The name for people.
    pub title: Words,
    /// Whether the customer was spoken to.
    pub reached: Reached,
    /// What comes of it.
    pub resolution: Resolution,
    /// Whether a note is needed.
    pub note: NoteRule,
    /// Days until the next try, where there is one.
    pub next_days: Option<i32>,
}

const SCALARS: [(&str, Scalar); 6] = [
    ("string", Scalar::Text),
    ("int", Scalar::Int),
    ("double", Scalar::Double),
    ("bool", Scalar::Bool),
    ("date", Scalar::Date),
    ("money", Scalar::Money),
];

const CHANNELS: [(&str, Channel); 6] = [
    ("phone", Channel::Phone),
    ("sms", Channel::Sms),
    ("wechat", Channel::Wechat),
    ("mail", Channel::Mail),
    ("visit", Channel::Visit),
    ("email", Channel::Mail),
];

const RESOLUTIONS: [(&str, Resolution); 3] =
    [("done", Resolution::Done), ("again", Resolution::Again), ("failed", Resolution::Failed)];

impl FirmFact {
    pub(super) fn read(row: Section<'_, '_>) -> Option<Self> {
        let key = row.required_text("key").map(|key| key.value.to_owned());
        row.required_text("type");
        let scalar = row.word("type", &SCALARS);
        let title = row.required_words("title").map(|(words, _)| words);
        let headings = row.texts("headings").unwrap_or_default();
        let headings = headings.iter().map(|heading| heading.value.to_owned()).collect();
        row.close();
        Some(Self { key: key?, scalar: scalar?, title: title?, headings })
    }
}

impl Script {
    pub(super) fn read(file: &str, top: Section<'_, '_>) -> Option<Self> {
        let key = top.required_key("key").map(|key| key.value.to_owned());
        let title = top.required_words("title").map(|(words, _)| words);
        let stages = top.sections("stage").into_iter().filter_map(Stage::read).collect();
        let questions = top.sections("question").into_iter().filter_map(Question::read).collect();
        top.close();
        Some(Self { key: key?, file: file.to_owned(), title: title?, stages, questions })
    }

    /// Every text of the script.
    pub fn texts(&self) -> impl Iterator<Item = &Words> {
        let stages = self.stages.iter().map(|stage| &stage.body);
        stages.chain(self.questions.iter().map(|question| &question.text))
    }
}

impl Stage {
    fn read(row: Section<'_, '_>) -> Option<Self> {
        let key = row.required_key("key").map(|key| key.value.to_owned());
        let title = row.required_words("title").map(|(words, _)| words);
        let body = row.required_words("body").map(|(words, _)| words);
        row.close();
        Some(Self { key: key?, title: title?, body: body? })
    }
}

impl Question {
    fn read(row: Section<'_, '_>) -> Option<Self> {
        let text = row.required_words("text").map(|(words, _)| words);
        let fact = row.text("fact").map(|fact| fact.value.to_owned());
        row.close();
        Some(Self { text: text?, fact })
    }
}

impl Template {
    pub(super) fn read(row: Section<'_, '_>) -> Option<Self> {
        let key = row.required_key("key").map(|key| key.value.to_owned());
        row.required_text("channel");
        let channel = row.word("channel", &CHANNELS);
        let body = row.required_words("body").map(|(words, _)| words);
        let variants = row.sections("variants").into_iter().filter_map(Section::into_words);
        let variants = variants.map(|(words, _)| words).collect();
        row.close();
        Some(Self { key: key?, channel: channel?, body: body?, variants })
    }

    /// Every wording, the first one first.
    pub fn wordings(&self) -> impl Iterator<Item = &Words> {
        std::iter::once(&self.body).chain(&self.variants)
    }
}

impl Label {
    pub(super) fn read(row: Section<'_, '_>) -> Option<Self> {
        let key = row.required_text("key").map(|key| key.value.to_owned());
        let group = row.required_text("group").map(|group| group.value.to_owned());
        let colour = row.required_text("colour").map(|colour| colour.value.to_owned());
        let title = row.required_words("title").map(|(words, _)| words);
        let set_by = row.texts("set_by").unwrap_or_default();
        let roles: Vec<(&str, Role)> = Role::ALL.iter().map(|role| (role.word(), *role)).collect();
        let set_by = set_by.iter().filter_map(|word| row.chosen("set_by", word, &roles)).collect();
        row.close();
        Some(Self { key: key?, group: group?, colour: colour?, title: title?, set_by })
    }
}

impl Outcome {
    pub(super) fn read(row: Section<'_, '_>) -> Option<Self> {
        let business_type = row.required_key("business_type").map(|key| key.value.to_owned());
        let code = row.required_key("code").map(|code| code.value.to_owned());
        let title = row.required_words("title").map(|(words, _)| words);
        let reached = if row.truth("reached") == Some(true) { Reached::Yes } else { Reached::No };
        row.required_text("result");
        let resolution = row.word("result", &RESOLUTIONS);
        let note = if row.truth("needs_note") == Some(true) { NoteRule::Needed } else { NoteRule::Optional };
        let next_days = row.whole("next_days", 0, 366).map(|days| days as i32);
        row.close();
        Some(Self {
            business_type: business_type?,
            code: code?,
            title: title?,
            reached,
            resolution: resolution?,
            note,
            next_days,
        })
    }
}
