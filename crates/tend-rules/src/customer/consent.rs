//! Who may be reached how. A refusal is never weakened by an import or a merge: only the customer takes it back, and
//! that is recorded with its proof (MISSION.md H5, C9).

use crate::base::{Channel, ChannelSet, Day};
use crate::law::{Stance, opened_by_contract};
use serde::{Deserialize, Serialize};

/// What is on file about a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consent {
    /// The customer consented.
    Given,
    /// The customer refused. A refusal wins over a consent.
    Refused,
    /// Nothing is on file.
    Unknown,
}

impl Consent {
    /// What two sets say about a channel.
    pub fn of(channel: Channel, consented: ChannelSet, refused: ChannelSet) -> Self {
        match (refused.has(channel), consented.has(channel)) {
            (true, _) => Self::Refused,
            (_, true) => Self::Given,
            _ => Self::Unknown,
        }
    }

    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// A row of proof: what the customer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Consented.
    Given,
    /// Refused.
    Refused,
    /// Took a consent back; refuses nothing.
    Withdrawn,
    /// Took a refusal back; says nothing about consent.
    WithdrawnRefusal,
}

impl Verdict {
    /// The word in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::WithdrawnRefusal => "withdrawn_refusal",
        }
    }
}

/// What stands for every purpose at once.
pub const EVERY_PURPOSE: &str = "every";

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal),* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$about])* $variant),* }

        impl $name {
            /// The word in the table and on the wire.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }
    };
}
words! {
    /// By what way a customer said something about being contacted.
    How {
        /// In a call that the firm made.
        Call = "call",
        /// In a call that the customer made.
        CustomerCall = "customer_call",
        /// By a message of the customer.
        Message = "message",
        /// On a signed form.
        Form = "form",
        /// On a web page of the firm.
        Web = "web",
        /// In person.
        Visit = "visit",
        /// In a file that was brought in.
        Import = "import"
    }
}
words! {
    /// Who spoke for the customer.
    SaidBy {
        /// The customer.
        Customer = "customer",
        /// The guardian of a child.
        Guardian = "guardian"
    }
}

impl How {
    /// Whether the firm asked and the customer only answered.
    pub const fn was_asked(self) -> bool {
        matches!(self, How::Call | How::Import)
    }
}

/// The refusals of two records of one person: everything that either refused.
pub fn merged_refusals(one: ChannelSet, other: ChannelSet) -> ChannelSet {
    ChannelSet::from_bits(one.bits() | other.bits())
}

/// Whether the customer may be reached through a channel: never against a refusal; with a consent always; without one
/// only by telephone and in person where an agreement binds both sides, because serving a contract is a purpose of its
/// own (Personal Information Protection Law, article 13). Messages always need a consent.
pub fn may_reach(channel: Channel, consented: ChannelSet, refused: ChannelSet, holds: Holds) -> bool {
    let stands = match Consent::of(channel, consented, refused) {
        Consent::Refused => Stance::Refused,
        Consent::Given => Stance::Given,
        Consent::Unknown => Stance::Unknown,
    };
    is_open(channel, stands, holds)
}

/// Whether a channel is open by what holds of it, for every purpose or for one.
pub(super) fn is_open(channel: Channel, stands: Stance, holds: Holds) -> bool {
    match stands {
        Stance::Refused => false,
        Stance::Given => true,
        Stance::Unknown => holds == Holds::Something && opened_by_contract(channel),
    }
}

/// Whether something binds the customer and the firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// At least one agreement or order, or a day since when they are a customer and no sign that they left.
    Something,
    /// Nothing yet, or nothing any more.
    Nothing,
}

impl Holds {
    /// What is on file. Many files bring no agreement but say since when somebody is a customer: whoever joined and is
    /// in force is served under a contract, even where its number is unknown.
    pub fn of(things: usize, joined: Option<Day>, lifecycle: &str) -> Self {
        let in_force = joined.is_some() && matches!(lifecycle, "new" | "active");
        if things > 0 || in_force { Self::Something } else { Self::Nothing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_wins_over_everything() {
        let phone = ChannelSet::NONE.with(Channel::Phone);
        assert!(!may_reach(Channel::Phone, phone, phone, Holds::Something));
        assert_eq!(Consent::of(Channel::Phone, phone, phone), Consent::Refused);
    }

    #[test]
    fn a_contract_permits_a_call_but_no_message() {
        let none = ChannelSet::NONE;
        assert!(may_reach(Channel::Phone, none, none, Holds::Something));
        assert!(!may_reach(Channel::Phone, none, none, Holds::Nothing));
        assert!(!may_reach(Channel::Sms, none, none, Holds::Something));
        assert!(may_reach(Channel::Sms, none.with(Channel::Sms), none, Holds::Nothing));
    }

    #[test]
    fn whoever_joined_and_is_in_force_holds_something() {
        let joined = "2024-03-01".parse().ok();
        assert_eq!(Holds::of(0, joined, "active"), Holds::Something);
        assert_eq!(Holds::of(0, joined, "lost"), Holds::Nothing);
        assert_eq!(Holds::of(0, None, "active"), Holds::Nothing);
        assert_eq!(Holds::of(1, None, "lead"), Holds::Something);
    }

    #[test]
    fn refusals_only_grow_in_a_merge() {
        let (sms, mail) = (ChannelSet::NONE.with(Channel::Sms), ChannelSet::NONE.with(Channel::Mail));
        let both = merged_refusals(sms, mail);
        assert!(both.has(Channel::Sms) && both.has(Channel::Mail) && !both.has(Channel::Phone));
    }
}
