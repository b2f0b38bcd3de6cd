//! The door of the customer file: customers found, read, created and changed, with everything they hold. Knows nothing
//! of plans, work orders or outcomes.

mod agreement;
mod batch_hook;
mod care;
mod catalogue;
mod change;
mod consent;
mod consent_proof;
mod create;
mod dossier;
mod erase;
mod error;
mod hold;
mod holding;
mod http;
mod import;
mod keepers;
mod kin;
mod label;
mod list;
mod look_up;
mod many;
mod mention;
mod merge;
mod page;
mod past;
mod payment;
mod read;
mod refusal_hook;
mod remark;
mod renew;
mod segment_hook;
mod store;
mod story;
mod work_hook;

pub use batch_hook::{BatchEnder, end_batches_with};
pub use care::{Keeper, WorkWith, end_sight, entrust, forget_contact, note_contact, show_to, take_on};
pub use catalogue::{FactShape, Label, NewFact, define_facts, define_labels, every_fact, every_label, firm_facts};
pub use change::{FactChange, change_facts};
pub use consent::{
    ConsentEntry, ConsentPage, Intent, Said, StanceShape, blocked, consents_of, local_minute, set_consent,
};
pub use consent_proof::seal_plain_proofs;
pub use create::{Draft, create, create_many, new_agreement, sealed};
pub use dossier::{Dossier, dossier, opened_story};
pub use erase::{due_files, erase, file_is_due};
pub use error::CustomerError;
pub use hold::{HoldShape, NewHold, firm_is_held, hold_on, holds_of, place_hold, release_hold, standing_holds, unheld};
pub use holding::{add_bills, add_orders, add_payments, put_agreements};
pub use http::router;
pub use import::{
    BatchOrder, CHUNK_ROWS, ImportError, ImportReport, ImportRequest, OnDuplicate, ProblemsOfKind, RowChoice,
    UndoPreview, batch_members, import, problems_by_kind, resume_batch, seal_plain_repairs, start_batch, start_check,
    start_undo, suggested_mapping, undo, undo_preview, work_one,
};
pub use kin::{Joined, Kin, Related, join_household, relate};
pub use label::{put_label, take_label};
pub use list::{CustomerRow, ListAsk, Listed, Met, Named, NextDue, find, find_exactly, find_ids, find_met, list, rows};
pub use many::{
    LabelDeed, LabelStamp, bearers, give_label_back, ids_of, label_many, lock_first, many_for_change, may_label,
};
pub use merge::{
    Follower, MergeOrder, Passage, Returning, carry_sight, follow_merges_with, merge, seal_plain_reasons, split, whole,
    whole_of, wholes_of,
};
pub use page::{CustomerPage, page};
pub use past::known_at;
pub use read::{
    CareFile, Point, care_files, care_files_of, heads, key, keys_by, masked_phones, one, one_for_change, opened_points,
    seen_by,
};
pub use refusal_hook::{RefusalHeeder, heed_refusals_with};
pub use remark::seal_plain_remarks;
pub use renew::{Renewed, renew_some, rewrap_some};
pub use segment_hook::{SegmentReader, read_segments_with};
pub use store::lists::{Narrow, Order, OrphansOnly};
pub use store::sweep::{Asked, Sweep, SweptAgreement, SweptBill, SweptOrder, SweptPayment, SweptPerson};
pub use story::{StoryEntry, timeline, unmask, write_note};
pub use work_hook::{WorkTeller, learn_work_with};
