//! The door of the organisation: units, people, sign-in, and who is asking.

mod actor;
mod breached;
mod ceremony;
mod error;
mod factor;
pub mod here;
mod http;
mod keep;
mod lockout;
mod new_password;
mod notice;
mod passkey;
mod password;
mod place;
mod policy;
pub mod presence;
mod proof;
mod session;
mod sign_in;
mod signature;
mod site;
mod sso;
mod staff;
mod store;
mod token;
mod totp;
mod unit;

pub use actor::{Actor, Asking, Grant, HeadOffice, Seat, Token, Who, find_caller, grant};
pub use error::OrgError;
pub use factor::forget_second_factors;
pub use http::router;
pub use keep::{retire_failures, retire_notices, retire_sessions};
pub use new_password::{HashedPassword, reset_password};
pub use notice::{NewNotice, NoticeKind, forget_notices_about, notify, take_notice_back, tell_failed, tell_job_failed};
pub use password::hash_password;
pub use presence::Reachable;
pub use session::{From, SignedIn, acting, is_signed_in, says_rights_changed, sign_out};
pub use staff::{
    HashedStaff, NewStaff, Staff, StaffChange, add_sample_staff, add_staff, change_staff, depart, every_staff,
    keeper_today, staff_by_login, staff_with, who_works,
};
pub use store::{channel_of, is_in_line, is_within, scope_predicate, staff_names, staff_names_of, unit_names_of};
pub use unit::{NewUnit, Unit, add_unit, every_unit, rename_unit};
