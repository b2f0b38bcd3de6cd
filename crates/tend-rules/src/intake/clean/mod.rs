//! The cleaners: one small pure function for each kind of cell, text in, [`Cleaned`](super::Cleaned) out.
//!
//! A cleaner trims by itself, never panics, and proposes a corrected text where one exists.

mod choice;
mod day;
mod flag;
mod id_number;
mod list;
mod lunar;
mod mail;
mod money;
mod name;
mod number;
mod phone;
mod plate;
mod text;

pub use choice::{
    clean_agreement_kind, clean_agreement_status, clean_calendar, clean_class, clean_gender, clean_language,
    clean_lifecycle, clean_tier,
};
pub use day::{DayReading, clean_day, clean_instant, first_day};
pub(in crate::intake) use flag::says_refused;
pub use flag::{Refusal, clean_channels, clean_flag, clean_refusal};
pub use id_number::{IdNumber, clean_id_number};
pub use list::clean_labels;
pub use lunar::clean_birthday;
pub use mail::{MailAddress, clean_mail, clean_mails, clean_wechat};
pub use money::clean_money;
pub use name::{PersonName, clean_name, join_name};
pub use number::{clean_double, clean_int, clean_months, clean_pay_every_months};
pub use phone::{PhonesFound, clean_phone, clean_phones, clean_typed_phone};
pub use plate::clean_plate;
pub use text::{clean_identifier, clean_text, narrow, tidy};
