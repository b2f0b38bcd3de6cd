//! Outcome codes: what the person presses when the contact is over.

use crate::base::Language;
use serde::{Deserialize, Serialize};

/// Whether the customer was reached. Only then is the customer's attention spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// The customer spoke or answered.
    Yes,
    /// Nobody answered, or the wrong person.
    No,
}

/// What the code makes of the work order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Result {
    /// Carried out.
    Done,
    /// To be tried again.
    Again,
    /// Given up.
    Failed,
}

/// Whether a note must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteRule {
    /// It must.
    Needed,
    /// It may.
    Optional,
}

/// An outcome code of a business type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeCode {
    /// Unique within the business type.
    pub code: String,
    /// What the button says in Chinese.
    pub title_zh: String,
    /// What the button says in English.
    pub title_en: String,
    /// Whether the customer was reached.
    pub reached: Reached,
    /// What becomes of the work order.
    pub result: Result,
    /// Whether a note must be written.
    pub note: NoteRule,
    /// Days until the next step, if the code proposes one.
    pub next_days: Option<i32>,
}

impl OutcomeCode {
    /// The title in a language.
    pub fn title(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.title_zh,
            Language::En => &self.title_en,
        }
    }
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* }) => {
        impl $name {
            /// The word in the database.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }

            /// Reads the word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)* _ => None }
            }
        }
    };
}
words!(Reached { Yes = "yes", No = "no" });
words!(Result { Done = "done", Again = "again", Failed = "failed" });
words!(NoteRule { Needed = "yes", Optional = "no" });

/// The codes of a business type for which no playbook brought its own.
pub fn usual_codes() -> Vec<OutcomeCode> {
    use NoteRule::*;
    let code = |code: &str, (title_zh, title_en): (&str, &str), reached, result, note, next_days| OutcomeCode {
        code: code.into(),
        title_zh: title_zh.into(),
        title_en: title_en.into(),
        reached,
        result,
        note,
        next_days,
    };
    vec![
        code("done", ("已办妥", "Done"), Reached::Yes, Result::Done, Optional, None),
        code("later", ("约好再联系", "Call again as agreed"), Reached::Yes, Result::Again, Optional, Some(3)),
        code("declined", ("客户不需要", "Not interested"), Reached::Yes, Result::Failed, Needed, None),
        code("no_answer", ("未接通", "No answer"), Reached::No, Result::Again, Optional, Some(1)),
        code("wrong_number", ("号码有误", "Wrong number"), Reached::No, Result::Failed, Optional, None),
        code("refuses_contact", ("不愿再被联系", "Wants no more contact"), Reached::Yes, Result::Failed, Needed, None),
        code("complaint", ("客户投诉", "Complaint"), Reached::Yes, Result::Done, Needed, Some(1)),
    ]
}
