//! Whether a customer may be contacted now: asked again at the moment of use, never only when a plan was made. What was
//! refused stays refused, the dead and the blocked are left in peace, calls keep the hours.

use super::{Law, Says};
use crate::base::{Channel, ChannelSet};
use serde::{Deserialize, Serialize};

/// What the customer said about one purpose and channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// Consented.
    Given,
    /// Refused.
    Refused,
    /// Said nothing.
    Unknown,
}

/// What is on file about reaching a customer for one purpose over one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The channel.
    pub channel: Channel,
    /// The purpose.
    pub purpose: &'a str,
    /// Channels with a consent for every purpose, or for some.
    pub consented: ChannelSet,
    /// Channels refused for every purpose.
    pub refused: ChannelSet,
    /// What was said about this very purpose.
    pub said: Stance,
    /// Whether the consent of the channel names single purposes only.
    pub narrow: bool,
    /// `lead`, `new`, `active`, `lost`, `blocked`, `deceased`.
    pub lifecycle: &'a str,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blocked {
    /// The customer died.
    Deceased,
    /// Nobody may contact the customer.
    Forbidden,
    /// The customer refused.
    Refused,
    /// There is no consent, and one is needed.
    NoConsent,
}

impl Blocked {
    /// The word in facts and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Blocked::Deceased => "deceased",
            Blocked::Forbidden => "blocked",
            Blocked::Refused => "refused",
            Blocked::NoConsent => "no_consent",
        }
    }
}

impl Wanted<'_> {
    /// What holds for this very purpose over this channel: a refusal of it or of all, else a consent to it or to all.
    pub fn stands(&self) -> Stance {
        if self.refused.has(self.channel) || self.said == Stance::Refused {
            return Stance::Refused;
        }
        let blanket = self.consented.has(self.channel) && !self.narrow;
        if blanket || self.said == Stance::Given { Stance::Given } else { Stance::Unknown }
    }
}

/// Whether a contract opens a channel over which nothing was said: calls and visits. Messages always need a consent.
pub const fn opened_by_contract(channel: Channel) -> bool {
    matches!(channel, Channel::Phone | Channel::Visit)
}

/// Whether the contact is still permitted. A plan found the customer reachable before; this only finds what speaks
/// against it since: a contract that permits a call or visit is not looked for again.
pub fn may_contact(law: &Law, asked: Wanted<'_>) -> Result<(), Blocked> {
    match asked.lifecycle {
        "deceased" => return Err(Blocked::Deceased),
        "blocked" => return Err(Blocked::Forbidden),
        _ => {}
    }
    let needed = !opened_by_contract(asked.channel) || law.needs_consent(asked.channel, asked.purpose);
    match asked.stands() {
        Stance::Refused => Err(Blocked::Refused),
        Stance::Unknown if needed => Err(Blocked::NoConsent),
        Stance::Given | Stance::Unknown => Ok(()),
    }
}

/// A window of the day in minutes after midnight: from the first, up to the last and not on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The first minute.
    pub from_minute: u16,
    /// The minute on which it ends.
    pub until_minute: u16,
}

/// A minute of the customer's own day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Minutes after midnight where the customer is.
    pub minute: u16,
}

impl Hours {
    /// Whether a moment lies within.
    pub fn hold(self, moment: Moment) -> bool {
        (self.from_minute..self.until_minute).contains(&moment.minute)
    }

    /// `09:00`.
    pub fn written(minute: u16) -> String {
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }
}

fn minute_of(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    Some(hour.parse::<u16>().ok()? * 60 + minute.parse::<u16>().ok()?)
}

impl Law {
    /// The hours in which customers may be reached over a channel for a purpose: where several rules speak, what all
    /// permit. None if no rule speaks.
    pub fn hours(&self, channel: Channel, purpose: &str) -> Option<Hours> {
        let mut common: Option<Hours> = None;
        for rule in self.rules() {
            let Says::CallingHours { channels, purposes, from, until } = &rule.says else { continue };
            if !channels.contains(&channel) || !purposes.iter().any(|known| known == purpose) {
                continue;
            }
            let (from, until) = (minute_of(from).unwrap_or(1440), minute_of(until).unwrap_or(0));
            let now = common.unwrap_or(Hours { from_minute: 0, until_minute: 1440 });
            common = Some(Hours { from_minute: now.from_minute.max(from), until_minute: now.until_minute.min(until) });
        }
        common
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Day, Instant, TimeZone};

    fn law(packs: &[&str]) -> Law {
        let day: Day = "2026-11-23".parse().expect("a day");
        Law::in_force(&packs.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>(), day)
    }

    fn asked(channel: Channel, purpose: &str) -> Wanted<'_> {
        Wanted {
            channel,
            purpose,
            consented: ChannelSet::NONE,
            refused: ChannelSet::NONE,
            said: Stance::Unknown,
            narrow: false,
            lifecycle: "active",
        }
    }

    #[test]
    fn a_refusal_of_a_purpose_stops_that_purpose_alone() {
        let cn = law(&["cn"]);
        let every = ChannelSet::EVERY;
        let marketing = Wanted { consented: every, said: Stance::Refused, ..asked(Channel::Sms, "marketing") };
        assert_eq!(may_contact(&cn, marketing), Err(Blocked::Refused));
        assert_eq!(may_contact(&cn, Wanted { consented: every, ..asked(Channel::Sms, "care") }), Ok(()));
    }

    #[test]
    fn a_consent_to_one_purpose_opens_no_other() {
        let cn = law(&["cn"]);
        let narrow = Wanted { consented: ChannelSet::EVERY, narrow: true, ..asked(Channel::Sms, "marketing") };
        assert_eq!(may_contact(&cn, narrow), Err(Blocked::NoConsent));
        assert_eq!(may_contact(&cn, Wanted { said: Stance::Given, ..narrow }), Ok(()));
    }

    #[test]
    fn the_dead_are_left_in_peace_whatever_they_consented_to() {
        let gone = Wanted { consented: ChannelSet::EVERY, lifecycle: "deceased", ..asked(Channel::Mail, "care") };
        assert_eq!(may_contact(&law(&[]), gone), Err(Blocked::Deceased));
    }

    #[test]
    fn several_laws_leave_what_all_permit() {
        assert_eq!(law(&[]).hours(Channel::Phone, "marketing"), None);
        let (cn, both) = (law(&["cn"]), law(&["cn", "us"]));
        let hours = Hours { from_minute: 540, until_minute: 1260 };
        assert_eq!(cn.hours(Channel::Phone, "marketing"), Some(hours));
        assert_eq!(both.hours(Channel::Phone, "marketing"), Some(hours));
        assert_eq!(cn.hours(Channel::Phone, "contract"), None);
        assert!(!hours.hold(Moment { minute: 539 }) && hours.hold(Moment { minute: 540 }));
        assert!(hours.hold(Moment { minute: 1259 }) && !hours.hold(Moment { minute: 1260 }));
    }

    #[test]
    fn no_call_of_a_million_attempts_over_zones_falls_into_the_quiet_hours() {
        let zones = ["Asia/Shanghai", "Asia/Urumqi", "Europe/London", "America/New_York", "Australia/Lord_Howe"];
        let zones: Vec<TimeZone> = zones.into_iter().filter_map(TimeZone::named).collect();
        let hours = law(&["cn", "us"]).hours(Channel::Phone, "marketing").expect("hours");
        let mut at = 1_700_000_000_000i64;
        let mut permitted = 0;
        for attempt in 0..1_000_000usize {
            at += 7_919 * 61;
            let zone = &zones[attempt % zones.len()];
            let minute = zone.minute_of(Instant::from_millis(at));
            if hours.hold(Moment { minute }) {
                assert!((9 * 60..21 * 60).contains(&minute));
                permitted += 1;
            }
        }
        assert!((450_000..550_000).contains(&permitted), "half a day: {permitted}");
    }
}
