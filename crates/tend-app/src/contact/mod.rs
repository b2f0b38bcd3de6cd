//! The door of contacts: what happened when somebody tried to reach a customer. Calls and messages themselves are
//! other rooms' work; here stand their outcomes.

mod codes;
mod error;
mod follow;
mod http;
mod keep;
mod outcome;
mod page;
mod remark;
mod renew;
mod store;

pub use codes::{FirmCode, change_code, codes_of, every_code, order_codes, resume_code, retire_code};
pub use error::ContactError;
pub use follow::FOLLOWS_MERGES;
pub use http::router;
pub use keep::{erase, retire_contacts, told_of};
pub use outcome::{Outcome, Recorded, record, take_back};
pub use page::{Said, TouchPage, history, touch_page};
pub use remark::{check_remark_of, remark_form, remark_forms, set_remark_form};
pub use renew::renew_notes;
pub use store::{RecordedContact, recorded};
