//! The door of the customer file: customers found, read, created and changed, with everything they hold. Knows nothing
//! of plans, work orders or outcomes.

mod care;
mod create;
mod error;
mod holding;
mod http;
mod read;
mod store;

pub use care::{Keeper, entrust, note_contact};
pub use create::{Draft, create, create_many, new_agreement};
pub use error::CustomerError;
pub use holding::{add_bills, add_orders, add_payments, put_agreements};
pub use http::router;
pub use read::{CareFile, Point, care_files, care_files_of, heads, masked_phones, one, one_for_change};
