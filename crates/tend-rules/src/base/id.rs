//! Typed ids: UUIDv7 with the bucket in the last ten bits, readable prefixes on the wire.

use super::Bucket;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A text that is no id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an id of the form {prefix}_…")]
pub struct IdError {
    /// What was given.
    pub text: String,
    /// The prefix that was wanted.
    pub prefix: &'static str,
}

/// The bucket that a raw id carries in its last ten bits.
pub fn bucket_of(id: Uuid) -> Bucket {
    Bucket::of(id.as_u128() as u64)
}

/// The same id in another bucket, for a row that goes over to a customer there; going back gives the first id again.
pub fn in_bucket(id: Uuid, bucket: Bucket) -> Uuid {
    Uuid::from_u128(id.as_u128() & !0x3ff | bucket.number() as u128)
}

/// A UUIDv7 of `at_ms` whose last ten bits are `bucket`; `entropy` fills the other random bits.
pub fn make_uuid(at_ms: i64, entropy: [u8; 10], bucket: Bucket) -> Uuid {
    let mut bytes = [0u8; 16];
    bytes[..6].copy_from_slice(&at_ms.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&entropy);
    bytes[6] = bytes[6] & 0x0f | 0x70;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let raw = u128::from_be_bytes(bytes) & !0x3ff | bucket.number() as u128;
    Uuid::from_u128(raw)
}

fn encode(id: Uuid, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let raw = id.as_u128();
    let mut text = [0u8; 26];
    for (place, digit) in text.iter_mut().enumerate() {
        *digit = DIGITS[(raw >> (5 * (25 - place)) & 31) as usize];
    }
    out.write_str(std::str::from_utf8(&text).unwrap_or_default())
}

fn decode(text: &str) -> Option<Uuid> {
    if text.len() != 26 {
        return None;
    }
    text.bytes()
        .try_fold(0u128, |raw, byte| {
            let digit = DIGITS.iter().position(|d| *d == byte)?;
            raw.checked_mul(32)?.checked_add(digit as u128)
        })
        .map(Uuid::from_u128)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The prefix on the wire.
            pub const PREFIX: &'static str = $prefix;

            /// The bucket carried by the id.
            pub fn bucket(self) -> Bucket {
                bucket_of(self.0)
            }

            /// The same id in another bucket; see [`in_bucket`].
            #[must_use]
            pub fn moved_to(self, bucket: Bucket) -> Self {
                Self(in_bucket(self.0, bucket))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!($prefix, "_"))?;
                encode(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(decode)
                    .map(Self)
                    .ok_or_else(|| IdError { text: text.to_owned(), prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A customer.
    CustomerId = "cus";
    /// A household.
    HouseholdId = "hou";
    /// A phone, mail address, chat id, postal address or identity number of a customer.
    ContactPointId = "ctp";
    /// An agreement.
    AgreementId = "agr";
    /// A bill.
    BillId = "bil";
    /// A payment.
    PaymentId = "pay";
    /// An order of goods.
    OrderId = "ord";
    /// A relation between two customers.
    RelationId = "rel";
    /// A label of the catalogue.
    LabelId = "lab";
    /// An organisation unit.
    UnitId = "unt";
    /// A member of staff.
    StaffId = "stf";
    /// A sign-in session.
    SessionId = "ses";
    /// A token with which a program calls in the name of a person.
    ApiTokenId = "tok";
    /// A passkey of a person.
    PasskeyId = "pky";
    /// An imported batch.
    BatchId = "bat";
    /// A file that was uploaded for import.
    UploadId = "upl";
    /// A check of an uploaded file.
    CheckId = "chk";
    /// A care plan.
    PlanId = "pln";
    /// A saved segment.
    SegmentId = "seg";
    /// A saved view of the customers list.
    ViewId = "vw";
    /// A notice to a person.
    NoticeId = "ntc";
    /// A change of many customers at once.
    BulkEditId = "blk";
    /// A file of many customers that leaves the firm.
    ExportId = "exp";
    /// A touch (work order).
    TouchId = "tch";
    /// A recorded contact with its outcome.
    ContactId = "ctc";
    /// The trace of a sale.
    TraceId = "trc";
    /// A piece of evidence of a trace.
    EvidenceId = "evd";
    /// A fact of the journal.
    FactId = "fac";
    /// A request of a customer about their own data.
    RightsRequestId = "rrq";
    /// A legal hold.
    HoldId = "hld";
    /// A job of the queue.
    JobId = "job";
    /// A system of others that is told what happens.
    WebhookId = "whk";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_carries_its_bucket_and_survives_the_wire() {
        for number in [0, 1, 517, 1023] {
            let id = CustomerId(make_uuid(1_700_000_000_000, [7; 10], Bucket::of(number)));
            assert_eq!(id.bucket().number() as u64, number);
            assert_eq!(id.to_string().parse::<CustomerId>(), Ok(id));
            assert_eq!(id.0.get_version_num(), 7);
            let moved = id.moved_to(Bucket::of(300));
            assert_eq!((moved.bucket(), moved.moved_to(id.bucket())), (Bucket::of(300), id));
        }
        assert!("cus_1".parse::<CustomerId>().is_err());
        assert!("stf_00000000000000000000000000".parse::<CustomerId>().is_err());
        assert!("cus_0000000000000000000000000A".parse::<CustomerId>().is_err(), "an id has one form");
        assert!("cus_zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<CustomerId>().is_err());
    }
}
