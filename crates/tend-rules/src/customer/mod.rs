//! The customer file: what is known of a customer and of what the customer holds, who may be reached how, what a reader
//! sees of a personal field, and by which keys a customer is found. Reading files is `intake`'s matter, deciding whom
//! to care for is `plan`'s.

mod built_in;
mod consent;
mod file;
mod fresh;
mod holding;
mod lookup;
mod mask;
mod mention;
mod merge;
mod past;
mod said_of;

pub use crate::intake::{Birthday, Calendar};
pub use built_in::{BUILT_IN, BuiltIn, Unfit, fit, read_fact, write_fact};
pub use consent::{Consent, EVERY_PURPOSE, Holds, How, SaidBy, Verdict, may_reach, merged_refusals};
pub use file::{Customer, FactEntry, Noted};
pub use fresh::{Freshness, freshness};
pub use holding::{Agreement, Bill, Order, OrderLine, Payment, Terms};
pub use lookup::{Asked, Depth, LookupKey, PHONE_TAILS, asked, contact_keys, goes_deep, kind_keys};
pub use mask::{PointKind, mask};
pub use mention::named_in;
pub use merge::{FieldPair, KEEPER, Said, Side, field_pairs, merged_said, merged_stance, parted_said};
pub use past::{Known, Learnt, Settled, Stances, Told, as_known};
pub use said_of::{OnFile, Stated, is_narrow};
