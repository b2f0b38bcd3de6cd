//! Points in time, always UTC, and the time zones that turn them into days.

use super::Day;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A point in time in UTC, stored as milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// From milliseconds since 1970, as stored.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since 1970, as stored.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The instant `seconds` later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let stamp: Timestamp = text.parse().map_err(serde::de::Error::custom)?;
        Ok(Self(stamp.as_millisecond()))
    }
}

/// A named time zone of the IANA database; the firm has one, a customer may have another.
#[derive(Debug, Clone)]
pub struct TimeZone(jiff::tz::TimeZone);

impl TimeZone {
    /// A zone by its IANA name such as `Asia/Shanghai`; `None` if there is no such zone.
    pub fn named(name: &str) -> Option<Self> {
        jiff::tz::TimeZone::get(name).ok().map(Self)
    }

    /// The zone used where a firm has named none.
    pub fn shanghai() -> Self {
        Self::named("Asia/Shanghai").unwrap_or(Self(jiff::tz::TimeZone::UTC))
    }

    /// The local day of an instant.
    pub fn day_of(&self, instant: Instant) -> Day {
        Day::from(instant.timestamp().to_zoned(self.0.clone()).date())
    }

    /// Minutes since local midnight, 0..1439.
    pub fn minute_of(&self, instant: Instant) -> u16 {
        let zoned = instant.timestamp().to_zoned(self.0.clone());
        zoned.hour() as u16 * 60 + zoned.minute() as u16
    }

    /// The instant of `minute` minutes after midnight by the wall clock of `day`; in a gap of
    /// summer time the later instant, in a fold the earlier.
    pub fn instant_at(&self, day: Day, minute: u16) -> Instant {
        let time = jiff::civil::time((minute / 60).min(23) as i8, (minute % 60) as i8, 0, 0);
        let zoned = day.date().to_datetime(time).to_zoned(self.0.clone());
        Instant(zoned.map_or(0, |z| z.timestamp().as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_time_of_shanghai_1986_to_1991_moves_the_day_border() {
        let zone = TimeZone::shanghai();
        let day: Day = "1988-07-01".parse().expect("a day");
        let at = zone.instant_at(day, 30);
        assert_eq!(at.to_string(), "1988-06-30T15:30:00Z");
        assert_eq!(zone.day_of(at), day);
        let winter: Day = "1988-12-01".parse().expect("a day");
        assert_eq!(zone.instant_at(winter, 30).to_string(), "1988-11-30T16:30:00Z");
    }

    #[test]
    fn every_local_day_has_a_morning() {
        let zone = TimeZone::shanghai();
        let first: Day = "1986-01-01".parse().expect("a day");
        for n in 0..2200 {
            let at = zone.instant_at(first + n, 8 * 60);
            assert_eq!((zone.day_of(at), zone.minute_of(at)), (first + n, 480));
        }
    }
}
