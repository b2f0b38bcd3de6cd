//! What can go wrong with work orders, by what the reader should know.

use super::bulk::BulkState;
use super::export::ExportState;
use crate::customer::CustomerError;
use crate::org::OrgError;
use crate::plan::PlanError;
use crate::platform::{Refusal, refusals};
use crate::segment::SegmentError;
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_rules::base::Day;
use tend_rules::law::{Blocked, Hours};
use tend_rules::work::{Refused, State};

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// There is no such work order within the reader's scope.
    #[error("touch not found")]
    TouchNotFound,
    /// Somebody else has it.
    #[error("taken by {owner}")]
    Taken {
        /// The name of the person who has it.
        owner: String,
    },
    /// Its state does not permit the deed.
    #[error("the touch is {}: {refused:?}", state.word())]
    Unfit {
        /// Where it stands.
        state: State,
        /// Why not.
        refused: Refused,
    },
    /// Somebody else changed it in the same moment.
    #[error("changed meanwhile")]
    ChangedMeanwhile,
    /// It would be laid aside beyond its last day, or into the past.
    #[error("cannot be laid aside until then")]
    SnoozeUnfit {
        /// The last possible day.
        not_after: Day,
    },
    /// The customer may no longer be contacted over this channel for this purpose.
    #[error("not to be contacted: {}", why.word())]
    NotToBeContacted {
        /// What speaks against it.
        why: Blocked,
    },
    /// Calls of this purpose keep hours, and it is outside them.
    #[error("outside the hours")]
    OutsideHours {
        /// The hours, where the customer is.
        hours: Hours,
    },
    /// There is no such batch within the reader's scope.
    #[error("batch not found")]
    BatchNotFound,
    /// The batch is still being brought in, or was taken back.
    #[error("the batch is {state}")]
    BatchUnready {
        /// Its state.
        state: String,
    },
    /// Nobody was named to whom the work should go, or too many ways at once.
    #[error("no taker named")]
    NoTaker,
    /// The last day lies in the past.
    #[error("the last day is over")]
    LastDayOver,
    /// The same person has asked for work with this customer on that day before.
    #[error("asked for before")]
    AskedBefore,
    /// A result that is sent back needs a reason.
    #[error("a reason is needed")]
    ReturnReasonMissing,
    /// There is no verdict of this person's to take back.
    #[error("no verdict to take back")]
    NoVerdict,
    /// The minute is over.
    #[error("too late to take the verdict back")]
    VerdictTooOld,
    /// There is no such bulk edit within the reader's sight.
    #[error("bulk edit not found")]
    BulkEditNotFound,
    /// The bulk edit is not where this can be done.
    #[error("the bulk edit is {}", state.word())]
    BulkEditState {
        /// Where it stands.
        state: BulkState,
    },
    /// There is no such export within the reader's sight.
    #[error("export not found")]
    ExportNotFound,
    /// The export is not where this can be done.
    #[error("the export is {}", state.word())]
    ExportState {
        /// Where it stands.
        state: ExportState,
    },
    /// The file of an export is gone, as after a backup was put back; the export is over.
    #[error("the file of the export is gone")]
    ExportLost,
    /// Nobody decides about an export of their own.
    #[error("one's own export")]
    OwnExport,
    /// Nobody is meant.
    #[error("nobody is meant")]
    NobodyMeant,
    /// A file could not be written or read.
    #[error("the file of an export: {0}")]
    FileUnwritable(String),
    /// The program ended in the last try of a job.
    #[error("the program ended in the last of all tries")]
    WorkerLost,
    /// A sheet could not be made.
    #[error("making a sheet")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// A field does not hold what it should.
    #[error("invalid {field}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it should be.
        rule: &'static str,
    },
    /// The customer file.
    #[error(transparent)]
    Customer(#[from] CustomerError),
    /// Conditions in the care language.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// Care plans.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Units and people.
    #[error(transparent)]
    Org(#[from] OrgError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for WorkError {
    refusals! {
        NOT_FOUND {
            Self::TouchNotFound => "touch_not_found",
            Self::BatchNotFound => "work_batch_not_found",
            Self::BulkEditNotFound => "bulk_edit_not_found",
            Self::ExportNotFound => "export_not_found",
        }
        INTERNAL_SERVER_ERROR {
            Self::FileUnwritable(_) => "export_file",
            Self::WorkerLost => "worker_lost",
            Self::Sheet(_) => "internal",
        }
        CONFLICT {
            Self::Taken { .. } => "touch_taken",
            Self::Unfit { refused: Refused::NotTaken, .. } => "touch_not_taken",
            Self::Unfit { refused: Refused::Closed, .. } => "touch_closed",
            Self::Unfit { refused: Refused::StillOpen, .. } => "touch_still_open",
            Self::Unfit { refused: Refused::Judged, .. } => "touch_judged",
            Self::ChangedMeanwhile => "touch_changed",
            Self::NoVerdict => "no_verdict",
            Self::VerdictTooOld => "verdict_too_old",
            Self::NotToBeContacted { .. } => "not_to_be_contacted",
            Self::OutsideHours { .. } => "outside_calling_hours",
            Self::BatchUnready { .. } => "batch_unready",
            Self::AskedBefore => "touch_asked_before",
            Self::BulkEditState { .. } => "bulk_edit_state",
            Self::ExportState { .. } => "export_state",
            Self::ExportLost => "export_lost",
            Self::OwnExport => "own_export",
        }
        UNPROCESSABLE_ENTITY {
            Self::SnoozeUnfit { .. } => "snooze_unfit",
            Self::NoTaker => "no_taker",
            Self::LastDayOver => "last_day_over",
            Self::ReturnReasonMissing => "return_reason_missing",
            Self::NobodyMeant => "nobody_meant",
            Self::Invalid { .. } => "field_invalid",
        }
        .. Segment: SegmentError, Customer: CustomerError, Plan: PlanError, Org: OrgError, Database: DbErr;
    }

    fn problems(&self) -> Option<Value> {
        match self {
            Self::Segment(error) => error.problems(),
            _ => None,
        }
    }

    fn params(&self) -> Value {
        match self {
            Self::Taken { owner } => json!({ "owner": owner }),
            Self::Unfit { state, .. } => json!({ "state": state }),
            Self::SnoozeUnfit { not_after } => json!({ "not_after": not_after }),
            Self::NotToBeContacted { why } => json!({ "why": why.word() }),
            Self::OutsideHours { hours } => json!({
                "from": Hours::written(hours.from_minute), "until": Hours::written(hours.until_minute),
            }),
            Self::BatchUnready { state } => json!({ "state": state }),
            Self::Invalid { field, rule } => json!({ "field": field, "rule": rule }),
            Self::BulkEditState { state } => json!({ "state": state.word() }),
            Self::ExportState { state } => json!({ "state": state.word() }),
            Self::Segment(error) => error.params(),
            Self::Customer(error) => error.params(),
            Self::Plan(error) => error.params(),
            Self::Org(error) => error.params(),
            _ => json!({}),
        }
    }
}
