//! The door of care plans: playbooks, plans and their versions, what a night proposes, and why. Plans propose; the room
//! of work orders makes the touches. Knows nothing of how a touch is carried out.

mod decisions;
mod edit;
mod error;
mod form;
mod gifts;
mod http;
mod library;
mod naming;
mod night;
mod playbook;
mod rehearsal;
mod say;
mod store;
mod text_history;
mod texts;
mod why;
mod words;

pub use edit::{begin, draft, exists, pause, publish, resume, withdraw};
pub use error::PlanError;
pub use gifts::{FirmGift, Gift, GiftKind};
pub use http::router;
pub use library::{BrokenPlan, Checked, TestResult, check_text};
pub use naming::TextUser;
pub use night::{
    Chosen, DayReport, Night, Part, Progress, Proposal, Written, choices, close, has_run, keep, propose,
    retire_decisions,
};
pub use playbook::{
    Installed, PlaybookRow, install_files, install_playbook, installed_files, playbook_keys, playbooks,
};
pub use rehearsal::{
    GiftLoad, LoadDifference, PersonDifference, PersonLoad, Rehearsal, UnitLoad, load_difference, rehearsal,
};
pub use say::{Asked, Said, SaidScript, SaidStage, SaidTemplate, say};
pub use text_history::TextTurn;
pub use texts::{FirmText, TextBody, TextKind};
pub use why::{Answer, Basis, WhyPage, why};
pub use words::{OutcomeCode, Question, Script, Stage, Template, outcome_codes, script, templates};
