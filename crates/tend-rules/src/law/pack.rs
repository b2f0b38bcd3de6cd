//! Packs of rules, and the law of a day: every rule of the chosen packs that was in force on it.

use super::{Contract, Record, Span};
use crate::base::{Channel, Day};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Both {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// How far the text of a rule was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Checked {
    /// A public copy of the text was read.
    #[serde(rename = "public copy")]
    PublicCopy,
    /// Known from summaries only: to be checked before anybody relies on it.
    #[serde(rename = "not verified")]
    NotVerified,
    /// A rule of the house, no law.
    #[serde(rename = "own rule")]
    OwnRule,
}

/// What a customer may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// A copy of everything about them.
    Copy,
    /// A correction.
    Correction,
    /// To be erased.
    Erasure,
    /// That something is no longer done: marketing, profiling.
    Objection,
}

impl Request {
    /// Every kind.
    pub const ALL: [Request; 4] = [Request::Copy, Request::Correction, Request::Erasure, Request::Objection];

    /// The word in the table and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Request::Copy => "copy",
            Request::Correction => "correction",
            Request::Erasure => "erasure",
            Request::Objection => "objection",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Whether a period is the least that a law demands, or the time after which a record goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// At least so long.
    AtLeast,
    /// So long, then it goes.
    For,
}

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Says {
    /// Customers are called between two minutes of the day only.
    CallingHours {
        /// On these channels.
        channels: Vec<Channel>,
        /// For these purposes.
        purposes: Vec<String>,
        /// The first minute, as `09:00`.
        from: String,
        /// The minute on which it ends, as `21:00`.
        until: String,
    },
    /// Whoever refused is left alone for a time, whatever they say when asked again.
    Refusal {
        /// On these channels.
        channels: Vec<Channel>,
        /// How long.
        #[serde(flatten)]
        period: Span,
    },
    /// A contact needs a consent on file.
    Consent {
        /// On these channels.
        channels: Vec<Channel>,
        /// For these purposes.
        purposes: Vec<String>,
    },
    /// A refusal of these purposes is absolute.
    Objection {
        /// The purposes.
        purposes: Vec<String>,
    },
    /// A consent of its own is needed.
    SeparateConsent {
        /// For these purposes.
        purposes: Vec<String>,
    },
    /// A guardian consents for the young.
    Guardian {
        /// Younger than so many years.
        below_years: i32,
    },
    /// A record is kept.
    Keep {
        /// Which.
        record: Record,
        /// At least, or until.
        bound: Bound,
        /// Only of contracts of such a term.
        contract: Option<Contract>,
        /// How long.
        #[serde(flatten)]
        period: Span,
    },
    /// Where there was a dispute, records are kept after its end.
    AfterDispute {
        /// Which.
        records: Vec<Record>,
        /// How long.
        #[serde(flatten)]
        period: Span,
    },
    /// Requests are answered in time.
    Answer {
        /// Which.
        requests: Vec<Request>,
        /// Within so long.
        #[serde(flatten)]
        period: Span,
    },
    /// Complaints are answered in time.
    ComplaintClock {
        /// Days for a clear case.
        clear_days: i32,
        /// Days for a complex one.
        complex_days: i32,
        /// Days more, with approval.
        extra_days: i32,
    },
    /// A list of refusals outside the house is compared.
    Scrub {
        /// At least every so many days.
        every_days: i32,
    },
}

impl Says {
    /// Whether the program itself sees to the rule today; the others are for people.
    pub const fn is_enforced(&self) -> bool {
        !matches!(
            self,
            Says::SeparateConsent { .. } | Says::ComplaintClock { .. } | Says::Scrub { .. } | Says::AfterDispute { .. }
        )
    }
}

/// A rule with its source and its days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its key, never used twice.
    pub key: String,
    /// What it says, for people.
    pub title: Both,
    /// Where it stands.
    pub source: String,
    /// How far it was checked.
    pub checked: Checked,
    /// The first day on which it is in force.
    pub effective_from: Day,
    /// The last day; none while it is in force.
    pub effective_to: Option<Day>,
    /// What it says, for the program.
    #[serde(flatten)]
    pub says: Says,
}

impl Rule {
    /// Whether it is in force on a day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.effective_from <= day && self.effective_to.is_none_or(|last| day <= last)
    }
}

/// A pack of rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// `cn`, `eu`, `us`, `house`.
    pub key: String,
    /// Its title.
    pub title: Both,
    /// Who in the firm signs for it.
    pub signed_by: Both,
    /// Its rules.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
}

/// Holds in every firm.
const HOUSE: &str = "house";

static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
    let texts = [
        include_str!("packs/house.toml"),
        include_str!("packs/cn.toml"),
        include_str!("packs/eu.toml"),
        include_str!("packs/us.toml"),
    ];
    texts.into_iter().map(|text| toml::from_str(text).expect("the packs are valid (tested)")).collect()
});

/// Every pack that there is.
pub fn every_pack() -> &'static [Pack] {
    &PACKS
}

/// What is in force on a day in a firm.
#[derive(Debug, Clone)]
pub struct Law {
    /// The day.
    pub day: Day,
    /// Periods that the firm chose for itself, by record.
    pub own: Vec<(Record, Span)>,
    rules: Vec<Rule>,
}

impl Law {
    /// The law of a day from the packs of these keys; the house's own pack is always among them.
    pub fn in_force(packs: &[String], day: Day) -> Self {
        let chosen = PACKS.iter().filter(|pack| pack.key == HOUSE || packs.contains(&pack.key));
        Self::of(chosen.flat_map(|pack| &pack.rules).cloned().collect(), day)
    }

    /// The law of a day from rules.
    pub fn of(mut rules: Vec<Rule>, day: Day) -> Self {
        rules.retain(|rule| rule.holds_on(day));
        Self { day, own: Vec::new(), rules }
    }

    /// Every rule in force.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// How long a refusal of a channel holds at least.
    pub fn refusal(&self, channel: Channel) -> Option<Span> {
        let periods = self.rules.iter().filter_map(|rule| match &rule.says {
            Says::Refusal { channels, period } if channels.contains(&channel) => Some(*period),
            _ => None,
        });
        periods.max_by_key(|period| period.after(self.day))
    }

    /// Whether a contact of that purpose needs a consent on file.
    pub fn needs_consent(&self, channel: Channel, purpose: &str) -> bool {
        self.rules.iter().any(|rule| match &rule.says {
            Says::Consent { channels, purposes } => {
                channels.contains(&channel) && purposes.iter().any(|known| known == purpose)
            }
            _ => false,
        })
    }

    /// Below which age a guardian consents.
    pub fn guardian_below_years(&self) -> Option<i32> {
        let ages = self.rules.iter().filter_map(|rule| match rule.says {
            Says::Guardian { below_years } => Some(below_years),
            _ => None,
        });
        ages.max()
    }

    /// The last day on which a request that came in on `received` is to be answered, and the rule that says so: the
    /// strictest of all.
    pub fn answer_by(&self, request: Request, received: Day) -> Option<(Day, &Rule)> {
        let days = self.rules.iter().filter_map(|rule| match &rule.says {
            Says::Answer { requests, period } if requests.contains(&request) => Some((period.after(received), rule)),
            _ => None,
        });
        days.min_by_key(|(day, _)| *day)
    }

    /// The clock of complaints: the strictest.
    pub fn complaint_clock(&self) -> Option<super::ComplaintClock> {
        let clocks = self.rules.iter().filter_map(|rule| match rule.says {
            Says::ComplaintClock { clear_days, complex_days, extra_days } => {
                Some(super::ComplaintClock { clear_days, complex_days, extra_days })
            }
            _ => None,
        });
        clocks.min_by_key(|clock| clock.clear_days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn law(packs: &[&str], on: &str) -> Law {
        Law::in_force(&packs.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>(), day(on))
    }

    #[test]
    fn every_rule_has_a_key_of_its_own_and_a_source() {
        let mut keys = std::collections::BTreeSet::new();
        for pack in every_pack() {
            for rule in &pack.rules {
                assert!(keys.insert(&rule.key), "{} twice", rule.key);
                assert!(rule.key.starts_with(&format!("{}.", pack.key)) && !rule.source.is_empty(), "{}", rule.key);
                assert!(!rule.title.zh.is_empty() && !rule.title.en.is_empty(), "{}", rule.key);
            }
        }
    }

    #[test]
    fn a_question_about_a_day_is_answered_by_what_was_in_force_that_day() {
        assert!(law(&["cn"], "2021-10-31").guardian_below_years().is_none());
        assert_eq!(law(&["cn"], "2021-11-01").guardian_below_years(), Some(14));
        let mut rule = every_pack().iter().flat_map(|pack| &pack.rules).find(|rule| rule.key == "cn.complaints.clock");
        let mut ended = rule.take().expect("the clock").clone();
        ended.effective_to = Some(day("2027-12-31"));
        assert!(Law::of(vec![ended.clone()], day("2027-12-31")).complaint_clock().is_some());
        assert!(Law::of(vec![ended], day("2028-01-01")).complaint_clock().is_none());
    }

    #[test]
    fn a_pack_that_was_not_chosen_says_nothing() {
        assert!(law(&[], "2026-11-23").refusal(Channel::Phone).is_none());
        assert!(law(&["eu"], "2026-11-23").complaint_clock().is_none());
        assert!(law(&["cn"], "2026-11-23").needs_consent(Channel::Sms, "marketing"));
        assert!(!law(&["cn"], "2026-11-23").needs_consent(Channel::Sms, "care"));
    }

    /// What plans read of a customer (`customer::OnFile::shut`) is made of what was said alone, so that another pack or a
    /// day on which a rule begins changes nothing of it. A rule that demands a consent to calls or visits would have to
    /// be asked there too.
    #[test]
    fn laws_demand_consents_only_where_no_contract_opens_the_channel() {
        for rule in every_pack().iter().flat_map(|pack| &pack.rules) {
            let Says::Consent { channels, .. } = &rule.says else { continue };
            assert!(!channels.iter().any(|channel| crate::law::opened_by_contract(*channel)), "{}", rule.key);
        }
    }

    #[test]
    fn the_strictest_answer_day_counts() {
        let by = |packs: &[&str]| law(packs, "2026-11-23").answer_by(Request::Copy, day("2026-01-31")).map(|by| by.0);
        assert_eq!(by(&[]), Some(day("2026-03-02")));
        assert_eq!(by(&["eu"]), Some(day("2026-03-01")));
        assert_eq!(by(&["eu", "cn"]), Some(day("2026-02-15")));
    }
}
