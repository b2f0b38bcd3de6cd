//! Laws and house rules as dated data: what was in force on a day, from the packs that the firm chose. Calling hours,
//! periods of refusal, how long records are kept, when requests and complaints are due. Each rule names its source and
//! who signs for it; nothing here is legal advice (facts of trust: The law and the standards).

mod complaint;
mod hold;
mod keep;
mod pack;
mod purpose;
mod reach;
mod span;

pub use complaint::{ClockFault, ClockStep, ComplaintClock, Standing, Warning};
pub use hold::Hold;
pub use keep::{Contract, Kept, KeptBy, Record, keep_table};
pub use pack::{Both, Checked, Law, Pack, Request, Rule, Says, every_pack};
pub use purpose::{Purpose, every_purpose, known_purpose, purpose_of, purposes_of_work};
pub use reach::{Blocked, Hours, Moment, Stance, Wanted, may_contact, opened_by_contract};
pub use span::Span;
