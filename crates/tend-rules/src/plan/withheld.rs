//! Why a plan did not touch a customer: the reasons, in the order in which they are asked.

use crate::base::Language;
use serde::{Serialize, Serializer};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $word:literal, $zh:literal, $en:literal;)*) => {
        /// The reason why nothing went out. Words and numbers never change; what is stored stays readable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Withheld { $($(#[$doc])* $name = $code,)* }

        impl Withheld {
            /// Every reason, in the order in which they are asked.
            pub const ALL: &[Withheld] = &[$(Withheld::$name),*];

            /// The stable word.
            pub const fn word(self) -> &'static str {
                match self { $(Withheld::$name => $word,)* }
            }

            /// The sentence for a person.
            pub const fn sentence(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Withheld::$name, Language::Zh) => $zh, (Withheld::$name, Language::En) => $en,)*
                }
            }
        }
    };
}

reasons! {
    /// The plan's condition does not hold.
    Condition = 1, "condition", "不符合方案条件", "the plan's condition does not hold";
    /// The customer is blocked.
    LifecycleBlocked = 2, "lifecycle_blocked", "客户已停用，不再联系", "the customer is blocked";
    /// The customer has died.
    Deceased = 3, "deceased", "客户已故", "the customer has died";
    /// The customer is lost and the plan does not ask for lost customers.
    LifecycleLost = 4, "lifecycle_lost", "客户已流失，方案不针对流失客户", "the customer is lost and the plan does not speak of lost customers";
    /// The touch was made before: its work order exists.
    AlreadyMade = 5, "already_made", "该触达已生成工单", "this touch was already made";
    /// An earlier touch of the plan for the same subject is still open.
    AlreadyOpen = 6, "already_open", "该方案上次的工单尚未完成", "an earlier work order of the plan is still open";
    /// The plan does not go out on this festival.
    QuietDay = 7, "quiet_day", "今天是方案的免打扰日", "the plan rests on this festival";
    /// The customer agreed to none of the plan's channels for the purpose that its business type serves.
    NoConsent = 8, "no_consent", "就方案的用途而言，客户未同意其任何渠道", "the customer agreed to none of the plan's channels for its purpose";
    /// Enough contacts in the last 30 days.
    MonthlyCap = 9, "monthly_cap", "近 30 天联系次数已达上限", "the contacts of 30 days have reached the cap";
    /// The last contact is too near.
    CoolDown = 10, "cooldown", "距上次联系太近", "the last contact is too near";
    /// There is neither an owner nor a branch to do the work.
    NoOwner = 11, "no_owner", "没有客户经理或机构可派", "there is neither an owner nor a branch";
    /// Another plan has today's contact.
    AlreadyTouchedToday = 12, "already_touched_today", "今天已有其他方案联系该客户", "another plan has today's contact";
    /// This month's gifts are given out; it comes again tomorrow, a step higher.
    GiftsGone = 16, "gifts_gone", "本月礼品已发完，顺延", "this month's gifts are given out; it is carried over";
    /// The person's day is full; it comes again tomorrow, a step higher.
    CapacityFull = 13, "capacity_full", "客户经理今天已满额，顺延", "the person's day is full; it is carried over";
    /// It was carried over, but the plan's condition no longer holds.
    NoLongerDue = 14, "no_longer_due", "顺延后条件已不成立", "it was carried over and is no longer due";
    /// It was carried over until it was too late.
    Expired = 15, "expired", "顺延已过有效期", "it was carried over until it was too late";
}

impl Withheld {
    /// Whether what is withheld comes again the next day by itself, a step higher.
    pub const fn comes_again(self) -> bool {
        matches!(self, Self::CapacityFull | Self::GiftsGone)
    }

    /// The number as stored.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The reason of a stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.number() == number)
    }
}

impl Serialize for Withheld {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
