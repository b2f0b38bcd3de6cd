//! The ways to reach a customer.

use serde::{Deserialize, Serialize};

/// A way to reach a customer. The order is the bit order of [`ChannelSet`] and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// A telephone call.
    Phone,
    /// A short message.
    Sms,
    /// A WeChat or WeCom message.
    Wechat,
    /// E-mail.
    Mail,
    /// A visit in person.
    Visit,
}

impl Channel {
    /// All channels in bit order.
    pub const ALL: [Channel; 5] = [Channel::Phone, Channel::Sms, Channel::Wechat, Channel::Mail, Channel::Visit];

    /// The word used in code, API and plan files.
    pub const fn word(self) -> &'static str {
        match self {
            Channel::Phone => "phone",
            Channel::Sms => "sms",
            Channel::Wechat => "wechat",
            Channel::Mail => "mail",
            Channel::Visit => "visit",
        }
    }

    /// Reads the word; `email` is accepted for `mail`.
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "email" {
            return Some(Channel::Mail);
        }
        Self::ALL.into_iter().find(|c| c.word() == word)
    }
}

/// A set of channels as five bits: bit 0 phone, 1 SMS, 2 WeChat, 3 mail, 4 visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct ChannelSet(u8);

impl ChannelSet {
    /// No channel.
    pub const NONE: ChannelSet = ChannelSet(0);
    /// Every channel.
    pub const EVERY: ChannelSet = ChannelSet(0b1_1111);

    /// From stored bits; unknown bits are dropped.
    pub const fn from_bits(bits: i16) -> Self {
        Self(bits as u8 & 0b1_1111)
    }

    /// The bits as stored.
    pub const fn bits(self) -> i16 {
        self.0 as i16
    }

    /// Whether `channel` is in the set.
    pub const fn has(self, channel: Channel) -> bool {
        self.0 & (1 << channel as u8) != 0
    }

    /// The set with `channel`.
    #[must_use]
    pub const fn with(self, channel: Channel) -> Self {
        Self(self.0 | 1 << channel as u8)
    }

    /// The set without `channel`.
    #[must_use]
    pub const fn without(self, channel: Channel) -> Self {
        Self(self.0 & !(1 << channel as u8))
    }

    /// The channels of the set in bit order.
    pub fn iter(self) -> impl Iterator<Item = Channel> {
        Channel::ALL.into_iter().filter(move |c| self.has(*c))
    }
}

impl FromIterator<Channel> for ChannelSet {
    fn from_iter<T: IntoIterator<Item = Channel>>(channels: T) -> Self {
        channels.into_iter().fold(Self::NONE, Self::with)
    }
}
