//! The trace of a sale: which steps a sale must show, which evidence each accepts, what is missing, and the file that
//! proves all of it to a third person (MISSION.md H1; facts/trust.md: sales traceability).
//!
//! Processes are text with versions, checked like care plans. Whether a sale may be closed is one pure question; who
//! asks it, and where evidence is kept, is the app's matter.

mod content;
mod evidence;
mod example;
mod file;
mod process;
pub mod proof;
mod record;
mod standing;

pub use content::{Content, FileType, content_of};
pub use evidence::{EvidenceKind, Found, Opened, Standing, Supplied, Unfit};
pub use example::{ProcessTest, failed_examples, ideal};
pub use process::{Accept, Accepted, Anchor, Need, Phrase, Process, Step, Within};
pub use record::{EvidenceRecord, FileRecord, TurnRecord};
pub use standing::{Case, Gap, Lack, StepStanding, StepState, gaps, standing};
