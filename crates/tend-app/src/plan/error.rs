//! What can go wrong with care plans, by what the reader should know.

use crate::customer::CustomerError;
use crate::org::OrgError;
use crate::platform::{Refusal, refusals};
use crate::segment::SegmentError;
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_planner::ColumnsError;
use tend_rules::base::Day;
use tend_rules::plan::Fault;

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// There is no such plan or version.
    #[error("plan not found")]
    NotFound,
    /// The text of a plan or playbook has faults.
    #[error("{} faults in the text", faults.len())]
    Faulty {
        /// What is wrong and where.
        faults: Vec<Fault>,
    },
    /// The text has another key than the plan.
    #[error("the text is of the plan {found} and not of {wanted}")]
    OtherKey {
        /// The plan's key.
        wanted: String,
        /// The text's key.
        found: String,
    },
    /// Another plan has the key.
    #[error("the key {key} is taken")]
    KeyTaken {
        /// The key.
        key: String,
    },
    /// There is no such script or template.
    #[error("no text {key}")]
    TextUnknown {
        /// The key.
        key: String,
    },
    /// There is no such gift.
    #[error("no gift {key}")]
    GiftUnknown {
        /// The key.
        key: String,
    },
    /// The words of a script or template have faults.
    #[error("{} faults in the words", faults.len())]
    TextFaulty {
        /// What is wrong and where.
        faults: Vec<Fault>,
    },
    /// A published plan uses the script, template or gift.
    #[error("the plan {en} uses it")]
    TextInUse {
        /// The plan's title in Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// The plan names a script or template that was retired.
    #[error("{key} was retired")]
    TextRetired {
        /// The key.
        key: String,
    },
    /// A version was published for a day to come: nothing else can be published until then.
    #[error("version {version} waits for {from}")]
    VersionWaits {
        /// The version.
        version: i32,
        /// Its day.
        from: Day,
    },
    /// No version waits for its day.
    #[error("no version waits")]
    NothingWaits,
    /// There is nothing to publish.
    #[error("nothing to publish")]
    NothingToPublish,
    /// There is no such playbook.
    #[error("no playbook {key}")]
    PlaybookUnknown {
        /// The key.
        key: String,
    },
    /// A field does not hold what it should.
    #[error("invalid {field}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it should be.
        rule: &'static str,
    },
    /// Somebody else changed it since it was read.
    #[error("changed by somebody else")]
    VersionStale,
    /// What a night decided cannot be read back.
    #[error("the decisions of a night are damaged")]
    Damaged,
    /// A worker thread ended early.
    #[error("planning was interrupted")]
    Interrupted,
    /// The customer file does not fit its catalogue.
    #[error("the customer file does not fit its catalogue")]
    Columns(#[from] ColumnsError),
    /// The room of segments refused.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The customer room refused.
    #[error(transparent)]
    Customer(#[from] CustomerError),
    /// The organisation refused.
    #[error(transparent)]
    Org(#[from] OrgError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for PlanError {
    refusals! {
        NOT_FOUND {
            Self::NotFound => "plan_not_found",
            Self::PlaybookUnknown { .. } => "playbook_unknown",
            Self::TextUnknown { .. } => "text_unknown",
            Self::GiftUnknown { .. } => "gift_unknown",
        }
        UNPROCESSABLE_ENTITY {
            Self::Faulty { .. } => "plan_faulty",
            Self::OtherKey { .. } => "plan_other_key",
            Self::TextFaulty { .. } => "text_faulty",
            Self::Invalid { .. } => "field_invalid",
        }
        CONFLICT {
            Self::KeyTaken { .. } => "key_taken",
            Self::NothingToPublish => "nothing_to_publish",
            Self::VersionWaits { .. } => "version_waits",
            Self::NothingWaits => "nothing_waits",
            Self::TextInUse { .. } => "text_in_use",
            Self::TextRetired { .. } => "text_retired",
        }
        PRECONDITION_FAILED {
            Self::VersionStale => "version_stale",
        }
        INTERNAL_SERVER_ERROR {
            Self::Damaged => "internal",
            Self::Interrupted => "internal",
            Self::Columns(_) => "internal",
        }
        .. Segment: SegmentError, Customer: CustomerError, Org: OrgError, Database: DbErr;
    }

    fn params(&self) -> Value {
        match self {
            Self::Faulty { faults } | Self::TextFaulty { faults } => {
                let first = faults.first();
                json!({
                    "count": faults.len(),
                    "file": first.map_or("", |fault| fault.file.as_str()),
                    "line": first.map_or(0, |fault| fault.place.line),
                    "zh": first.map_or("", |fault| fault.zh.as_str()),
                    "en": first.map_or("", |fault| fault.en.as_str()),
                })
            }
            Self::OtherKey { wanted, found } => json!({ "wanted": wanted, "found": found }),
            Self::VersionWaits { version, from } => json!({ "version": version, "from": from }),
            Self::TextInUse { zh, en } => json!({ "zh": zh, "en": en }),
            Self::KeyTaken { key }
            | Self::PlaybookUnknown { key }
            | Self::TextUnknown { key }
            | Self::GiftUnknown { key }
            | Self::TextRetired { key } => json!({ "key": key }),
            Self::Invalid { field, rule } => json!({ "field": field, "rule": rule }),
            Self::Segment(error) => error.params(),
            Self::Customer(error) => error.params(),
            Self::Org(error) => error.params(),
            _ => json!({}),
        }
    }

    fn problems(&self) -> Option<Value> {
        match self {
            Self::Faulty { faults } | Self::TextFaulty { faults } => serde_json::to_value(faults).ok(),
            Self::Segment(error) => error.problems(),
            _ => None,
        }
    }
}
