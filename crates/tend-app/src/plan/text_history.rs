//! What became of a script or template, as the journal tells it.

use super::PlanError;
use super::texts::TextKind;
use crate::journal;
use crate::platform::App;
use serde_json::Value;
use tend_rules::base::*;
use tend_rules::journal::Doer;

/// What became of a text, told by the journal.
#[derive(Debug, Clone)]
pub struct TextTurn {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: Option<StaffId>,
    /// `added`, `changed`, `retired`, `resumed`.
    pub deed: String,
    /// The version that it made, where it made one.
    pub version: Option<i64>,
    /// What the text said from then on, where it was written.
    pub body: Value,
}

/// Pages of the journal that a history looks through, and entries of one.
const PAGES: usize = 20;
const PAGE: i64 = 500;

/// What became of a text, newest first, as far back as the last ten thousand entries about plans tell.
pub async fn history(app: &App, kind: TextKind, key: &str) -> Result<Vec<TextTurn>, PlanError> {
    let (mut before, mut turns) = (None, Vec::<TextTurn>::new());
    for _ in 0..PAGES {
        let facts = journal::story_of_kind(app, CustomerId(uuid::Uuid::nil()), before, Some("plan"), PAGE).await?;
        let whole = (facts.len() as i64) < PAGE;
        before = facts.last().map(|fact| fact.id);
        for fact in facts {
            let Some(deed) = fact.kind.strip_prefix(kind.word()).and_then(|rest| rest.strip_prefix('_')) else {
                continue;
            };
            if fact.payload["key"].as_str() == Some(key) {
                let (deed, by) = (deed.to_owned(), Doer::staff_in(&fact.actor));
                let (version, body) = (fact.payload["version"].as_i64(), fact.payload["body"].clone());
                turns.push(TextTurn { at: fact.at, by, deed, version, body });
            }
        }
        if whole {
            break;
        }
    }
    // Facts of one millisecond stand in no order of their own.
    turns.sort_by_key(|turn| std::cmp::Reverse((turn.at, turn.version)));
    Ok(turns)
}
