//! The closed word lists of a customer and an agreement: gender, tier, class, lifecycle, kind and status.
//!
//! The words are those of the care language and of the tables. Reading messy cells into them is `clean::choice`.

use serde::{Deserialize, Serialize};

/// Declares an enum whose values are written as one word each.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $value),+ }

        impl $name {
            /// All values in order.
            pub const ALL: &'static [$name] = &[$($name::$value),+];

            /// The word used in code, tables, API and plan files.
            pub const fn word(self) -> &'static str {
                match self { $($name::$value => $word),+ }
            }

            /// Reads the word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// The gender of a customer as far as it is known.
    Gender {
        /// A woman.
        Female = "female",
        /// A man.
        Male = "male",
    }
}

words! {
    /// The service tier of a customer.
    Tier {
        /// Gold.
        Gold = "gold",
        /// Silver.
        Silver = "silver",
        /// Everybody else.
        Ordinary = "ordinary",
    }
}

words! {
    /// The class of a customer by contribution.
    Class {
        /// The few who bring the most.
        A = "A",
        /// The middle.
        B = "B",
        /// The many.
        C = "C",
    }
}

words! {
    /// Where a customer stands in the life with the firm.
    Lifecycle {
        /// Knows us, bought nothing yet.
        Lead = "lead",
        /// Bought for the first time.
        New = "new",
        /// A customer.
        Active = "active",
        /// Has left.
        Lost = "lost",
        /// Must not be served or contacted.
        Blocked = "blocked",
        /// Has died: no care of any plan.
        Deceased = "deceased",
    }
}

words! {
    /// What binds the customer.
    AgreementKind {
        /// An insurance policy other than car insurance.
        Policy = "policy",
        /// The insurance of a vehicle.
        VehicleCover = "vehicle_cover",
        /// A telecom plan.
        TelecomPlan = "telecom_plan",
        /// A loan.
        Loan = "loan",
        /// A membership.
        Membership = "membership",
    }
}

words! {
    /// The state of an agreement.
    AgreementStatus {
        /// Signed, not in force yet.
        Pending = "pending",
        /// In force.
        Active = "active",
        /// Out of force for want of payment.
        Lapsed = "lapsed",
        /// Over.
        Ended = "ended",
    }
}
