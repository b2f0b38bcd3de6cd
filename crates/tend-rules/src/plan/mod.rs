//! Care plans: who is cared for, why, how, by whom, within which limits (MISSION.md C1, C2).
//!
//! This room reads plan files and playbooks, runs their examples and says which subjects of one
//! customer are due. Choosing between plans for a million customers is the planner's work.

mod care_plan;
mod document;
mod example;
mod fault;
mod file;
mod outline;
mod playbook;
mod playbook_files;
mod remark_form;
mod withheld;
mod wording;

pub use care_plan::{
    Attention, By, CarePlan, FIRM_CAP_30D, Limits, LocalText, NamedGift, Proof, Reachable, Worth, due_subjects,
};
pub(crate) use document::{Document, Placed, Section};
pub use example::{Expected, PlanTest, failed_tests};
pub(crate) use example::{read_customer, read_day};
pub use fault::Fault;
pub(crate) use fault::{FaultCode, Source};
pub use outline::{EntryKind, PlanEntry, PlanOutline};
pub use playbook::{PlanFile, Playbook, PlaybookFile};
pub use playbook_files::{FirmFact, Label, NoteRule, Outcome, Question, Reached, Resolution, Script, Stage, Template};
pub use remark_form::{PartFill, PartKind, PartNeed, RemarkChoice, RemarkForm, RemarkPart};
pub use withheld::Withheld;
pub use wording::check_words;
