//! The door of traces: the process of a sale with evidence for every required step, and the file that proves it to a
//! third person. Points to contacts, facts and consents and changes none of them (MISSION H1).

mod case;
mod close;
mod error;
mod export;
mod file;
mod follow;
mod http;
mod keep;
mod list;
mod open;
mod page;
mod process;
mod renew;
mod say;
mod store;
mod supply;
mod whole;

pub use close::{Closing, abandon, reopen, sell};
pub use error::TraceError;
pub use export::{Exported, export};
pub use file::{EVIDENCE_BYTES_MAX, Keeping, Kept, discard, read_file};
pub use follow::FOLLOWS_MERGES;
pub use http::router;
pub use keep::{count_over, erase, kept_until, retire_sales, sweep_files, told_of};
pub use list::{Listed, Wanted, list, of_customer};
pub use open::{NewTrace, open};
pub use page::{EvidenceLine, StepLine, TracePage, TurnLine, page};
pub use process::{
    ProcessPage, ProcessRow, ProcessTurn, add_process, check_process, fitting, process_page, processes, resume_process,
    retire_process, take_up,
};
pub use renew::renew_cells;
pub use supply::{NewEvidence, may_supply, supply, withdraw};
pub use whole::evidence_without_file;
