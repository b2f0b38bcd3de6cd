//! What customers said about single purposes, read one way wherever it is asked: when a plan decides, when the night
//! writes, when a work order is used (MISSION.md H5, C9). What a law demands beside it is `law`'s matter.

use super::consent::is_open;
use super::{EVERY_PURPOSE, Holds, may_reach};
use crate::base::{Channel, ChannelSet};
use crate::law::{Stance, Wanted, purposes_of_work};

/// What a customer said about one purpose over one channel; [`EVERY_PURPOSE`] for all at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated<'a> {
    /// The channel.
    pub channel: Channel,
    /// The purpose.
    pub purpose: &'a str,
    /// What was said.
    pub stance: Stance,
}

/// Whether the consent of a channel speaks of single purposes only: the row for every purpose says that nothing was
/// said about all. Files that came in say it for all and have no such row. `of_channel` is what was said about it.
pub fn is_narrow<'a>(mut of_channel: impl Iterator<Item = Stated<'a>>, consented: bool) -> bool {
    consented && of_channel.any(|one| one.purpose == EVERY_PURPOSE && one.stance == Stance::Unknown)
}

/// What is on file about reaching a customer.
#[derive(Debug, Clone, Copy)]
pub struct OnFile<'a> {
    /// Channels with a consent for every purpose, or for some.
    pub consented: ChannelSet,
    /// Channels refused for every purpose.
    pub refused: ChannelSet,
    /// What was said about purposes, in any order.
    pub stated: &'a [Stated<'a>],
}

impl<'a> OnFile<'a> {
    /// The question of one purpose over one channel.
    pub fn wanted(&self, channel: Channel, purpose: &'a str, lifecycle: &'a str) -> Wanted<'a> {
        let of_channel = move || self.stated.iter().copied().filter(move |one| one.channel == channel);
        let said = of_channel().find(|one| one.purpose == purpose).map_or(Stance::Unknown, |one| one.stance);
        let narrow = is_narrow(of_channel(), self.consented.has(channel));
        Wanted { channel, purpose, consented: self.consented, refused: self.refused, said, narrow, lifecycle }
    }

    /// The purposes for which the customer is not reached over a channel that is open for others. Nobody who never spoke
    /// of single purposes has any.
    pub fn shut(self, holds: Holds) -> impl Iterator<Item = (Channel, &'static str)> {
        let spoken: ChannelSet = self.stated.iter().map(|one| one.channel).collect();
        let open = spoken.iter().filter(move |channel| may_reach(*channel, self.consented, self.refused, holds));
        open.flat_map(move |channel| {
            let is_shut = move |&purpose: &&'static str| !is_open(channel, self.stands(channel, purpose), holds);
            purposes_of_work().filter(is_shut).map(move |purpose| (channel, purpose))
        })
    }

    fn stands(&self, channel: Channel, purpose: &'static str) -> Stance {
        self.wanted(channel, purpose, "").stands()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{Law, may_contact};

    fn stated(channel: Channel, purpose: &str, stance: Stance) -> Stated<'_> {
        Stated { channel, purpose, stance }
    }

    fn shut(consented: &[Channel], stated: &[Stated<'_>], holds: Holds) -> Vec<(Channel, &'static str)> {
        let consented = consented.iter().copied().collect();
        OnFile { consented, refused: ChannelSet::NONE, stated }.shut(holds).collect()
    }

    #[test]
    fn who_never_spoke_of_purposes_is_shut_to_none() {
        assert!(shut(&Channel::ALL, &[], Holds::Nothing).is_empty());
        let all = stated(Channel::Sms, EVERY_PURPOSE, Stance::Given);
        assert!(shut(&Channel::ALL, &[all], Holds::Nothing).is_empty());
    }

    #[test]
    fn a_refused_purpose_is_shut_beside_a_consent_and_beside_a_contract() {
        let no = stated(Channel::Phone, "marketing", Stance::Refused);
        let marketing = [(Channel::Phone, "marketing")];
        assert_eq!(shut(&[Channel::Phone], &[no], Holds::Nothing), marketing);
        assert_eq!(shut(&[], &[no], Holds::Something), marketing);
        assert!(shut(&[], &[no], Holds::Nothing).is_empty(), "the channel is not open at all");
    }

    #[test]
    fn a_consent_to_one_purpose_shuts_the_others_where_no_contract_opens_them() {
        let said = |channel| [stated(channel, "care", Stance::Given), stated(channel, EVERY_PURPOSE, Stance::Unknown)];
        let others = |channel| [(channel, "contract"), (channel, "marketing")];
        let (sms, phone) = (Channel::Sms, Channel::Phone);
        assert_eq!(shut(&[sms], &said(sms), Holds::Something), others(sms));
        assert_eq!(shut(&[phone], &said(phone), Holds::Nothing), others(phone));
        assert!(shut(&[phone], &said(phone), Holds::Something).is_empty());
    }

    #[test]
    fn a_plan_never_reaches_whom_the_night_would_not_write_to() {
        let day = "2026-11-23".parse().expect("a day");
        let law = Law::in_force(&["cn".to_owned(), "eu".to_owned(), "us".to_owned()], day);
        let stances = [None, Some(Stance::Given), Some(Stance::Refused), Some(Stance::Unknown)];
        for (channel, number) in Channel::ALL.into_iter().flat_map(|channel| (0..256).map(move |one| (channel, one))) {
            let words = [EVERY_PURPOSE, "contract", "care", "marketing"].into_iter().enumerate();
            let said: Vec<Stated<'_>> = words
                .filter_map(|(at, purpose)| Some(stated(channel, purpose, stances[number >> (2 * at) & 3]?)))
                .collect();
            for bits in 0..4 {
                let set = |bit: i32| if bits >> bit & 1 == 1 { ChannelSet::EVERY } else { ChannelSet::NONE };
                let file = OnFile { consented: set(0), refused: set(1), stated: &said };
                for (holds, purpose) in [Holds::Something, Holds::Nothing]
                    .into_iter()
                    .flat_map(|holds| purposes_of_work().map(move |purpose| (holds, purpose)))
                {
                    let open = may_reach(channel, file.consented, file.refused, holds);
                    let reached = open && !file.shut(holds).any(|one| one == (channel, purpose));
                    let written = may_contact(&law, file.wanted(channel, purpose, "active")).is_ok();
                    assert!(written || !reached, "{channel:?} {purpose} {file:?} {holds:?}");
                    // A contract is looked for by the plan alone.
                    let same = open && holds == Holds::Something;
                    assert!(!same || written == reached, "{channel:?} {purpose} {file:?}");
                }
            }
        }
    }
}
