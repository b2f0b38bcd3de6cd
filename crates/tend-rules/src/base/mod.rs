//! Words that every room speaks: ids, days, instants, money, channels and languages.
//!
//! Naming is free, knowing is not: the ids of all rooms live here, their meaning lives in the rooms.

mod bucket;
mod calendar;
mod channel;
mod day;
mod digest;
mod id;
mod instant;
mod language;
mod lunar;
mod money;
#[cfg(feature = "shapes")]
mod shapes;
mod signer;
mod title;

pub use bucket::{BUCKETS, Bucket};
pub use calendar::Calendar;
pub use channel::{Channel, ChannelSet};
pub use day::{Day, DayError, MonthDay};
pub use digest::Digest;
pub(crate) use digest::{deserialize_hex, serialize_hex};
pub use id::*;
pub use instant::{Instant, TimeZone};
pub use language::Language;
pub(crate) use lunar::{LUNAR_YEARS, Month, day_of_julian, months_of};
pub use money::{Currency, Money};
pub use signer::{Signer, SignerId};
pub use title::{REASON_CHARS_MAX, TITLE_CHARS_MAX};
