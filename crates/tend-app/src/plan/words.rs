//! What people say and send: scripts, templates and outcome codes by key.

use super::PlanError;
use super::store::words::{self, OutcomeRow};
use crate::platform::App;
use serde::{Deserialize, Serialize};
use tend_rules::base::{Channel, Language};
use tend_rules::segment::Words;

/// A script as it was written, with parts to fill in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Script {
    /// The name for people.
    pub title: Words,
    /// Its parts in order.
    pub stages: Vec<Stage>,
    /// Questions to ask.
    pub questions: Vec<Question>,
}

/// A part of a script.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stage {
    /// `opening`, `confirm`, `objections`, `agreement`, or another word.
    pub key: String,
    /// The name for people.
    pub title: Words,
    /// What to say.
    pub body: Words,
}

/// A question of a script.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Question {
    /// The words.
    pub text: Words,
    /// The fact that the answer fills, if any.
    pub fact: Option<String>,
}

/// A message, with parts to fill in.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its key.
    pub key: String,
    /// The channel it is written for.
    pub channel: Channel,
    /// The wordings, taken in turn so that nobody reads the same words twice in a row; at least one.
    pub wordings: Vec<Words>,
}

/// An outcome code.
#[derive(Debug, Clone)]
pub struct OutcomeCode {
    /// The business type it belongs to.
    pub business_type: String,
    /// The code.
    pub code: String,
    /// The name for people.
    pub title: Words,
    /// `yes` if the customer was spoken to.
    pub reached: String,
    /// `done`, `again` or `failed`.
    pub result: String,
    /// `yes` if a note must be written.
    pub needs_note: String,
    /// Days until the next try.
    pub next_days: Option<i32>,
}

impl From<OutcomeRow> for OutcomeCode {
    fn from(row: OutcomeRow) -> Self {
        Self {
            business_type: row.business_type,
            code: row.code,
            title: Words::new(row.title_zh, row.title_en),
            reached: row.reached,
            result: row.result,
            needs_note: row.needs_note,
            next_days: row.next_days,
        }
    }
}

/// The script of a key.
pub async fn script(app: &App, key: &str) -> Result<Option<Script>, PlanError> {
    let body = words::script(app.read(), key).await?;
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
}

/// The templates of keys, by key.
pub async fn templates(app: &App, keys: &[String]) -> Result<Vec<Template>, PlanError> {
    let rows = words::templates(app.read(), keys).await?;
    let shape = |(key, channel, body): (String, String, String)| {
        Some(Template { key, channel: Channel::from_word(&channel)?, wordings: serde_json::from_str(&body).ok()? })
    };
    Ok(rows.into_iter().filter_map(shape).collect())
}

/// The outcome codes of a business type in their order, or all of them.
pub async fn outcome_codes(app: &App, business_type: Option<&str>) -> Result<Vec<OutcomeCode>, PlanError> {
    Ok(words::outcomes(app.read(), business_type).await?.into_iter().map(OutcomeCode::from).collect())
}

impl OutcomeCode {
    /// The name in a language.
    pub fn title(&self, language: Language) -> &str {
        self.title.of(language)
    }
}
