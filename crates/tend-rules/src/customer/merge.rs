//! Two records of one person become one, and are parted again. What is said about channels only ever gets stricter:
//! a refusal of either side holds for both, before and after (MISSION.md A3, H5).

use super::built_in::{BUILT_IN, read_fact};
use super::{Customer, merged_refusals};
use crate::base::{Channel, ChannelSet};
use crate::law::Stance;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// The key of unit and customer manager among the fields of a merge.
pub const KEEPER: &str = "keeper";

/// Whose value stands after a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// That of the record that stays.
    Kept,
    /// That of the record that is merged into it.
    Other,
}

/// A field of both records.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldPair {
    /// The key of the fact.
    pub key: String,
    /// What the record that stays says.
    pub kept: Value,
    /// What the other one says.
    pub other: Value,
    /// Whose value is taken.
    pub side: Side,
    /// Whether nobody may choose: who died or is blocked in one record is so in both.
    pub fixed: bool,
}

/// The facts of two records side by side, built-in ones first. Without a choice the other record fills what the one
/// that stays does not know.
pub fn field_pairs(kept: &Customer, other: &Customer, take: Option<&BTreeSet<String>>) -> Vec<FieldPair> {
    let mut pairs = Vec::with_capacity(BUILT_IN.len() + kept.facts.len());
    let mut pair = |key: &str, mine: Value, theirs: Value, grave: Option<Side>| {
        let fills = says_little(key, &mine) && !says_little(key, &theirs);
        let chosen = take.map_or(fills, |take| take.contains(key) && !theirs.is_null());
        let side = grave.unwrap_or(if chosen { Side::Other } else { Side::Kept });
        pairs.push(FieldPair { key: key.to_owned(), kept: mine, other: theirs, side, fixed: grave.is_some() });
    };
    for fact in &BUILT_IN {
        let read = |file| read_fact(file, fact.key).unwrap_or(Value::Null);
        let grave = if fact.key == "lifecycle" { graver(&kept.lifecycle, &other.lifecycle) } else { None };
        pair(fact.key, read(kept), read(other), grave);
    }
    let firm: BTreeSet<&String> = kept.facts.keys().chain(other.facts.keys()).collect();
    for key in firm {
        let read = |file: &Customer| file.facts.get(key).map_or(Value::Null, |entry| entry.value.clone());
        pair(key, read(kept), read(other), None);
    }
    pairs
}

/// Unknown, or what everybody has from the beginning.
fn says_little(key: &str, value: &Value) -> bool {
    match key {
        "tier" => value == "ordinary",
        "annual_value" => value["minor"] == 0,
        _ => value.is_null(),
    }
}

/// Whose stage forbids more; `None` where neither forbids anything.
fn graver(kept: &str, other: &str) -> Option<Side> {
    let weight = |stage| match stage {
        "deceased" => 2,
        "blocked" => 1,
        _ => 0,
    };
    match (weight(kept), weight(other)) {
        (0, 0) => None,
        (kept, other) if other > kept => Some(Side::Other),
        _ => Some(Side::Kept),
    }
}

/// What is on file about the channels of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Said {
    /// With a consent.
    pub consented: ChannelSet,
    /// Refused.
    pub refused: ChannelSet,
    /// What was said last took something back, and nothing was given since.
    pub withdrawn: ChannelSet,
}

/// What holds after a merge: every refusal of either, and a consent of either unless the other refused or took it back.
#[must_use]
pub fn merged_said(one: Said, other: Said) -> Said {
    let refused = merged_refusals(one.refused, other.refused);
    let withdrawn = merged_refusals(one.withdrawn, other.withdrawn);
    let given = merged_refusals(one.consented, other.consented);
    Said { consented: without(without(given, refused), withdrawn), refused, withdrawn }
}

/// What holds for a record that is parted again from the one it was merged into: what it said before, and every refusal
/// that the other has by now. A consent that was taken back meanwhile stays taken back.
#[must_use]
pub fn parted_said(before: Said, merged_now: Said) -> Said {
    let refused = merged_refusals(before.refused, merged_now.refused);
    let withdrawn = merged_refusals(before.withdrawn, merged_now.withdrawn);
    Said { consented: without(without(before.consented, refused), withdrawn), refused, withdrawn }
}

/// What holds after a merge for one purpose over one channel, where either record said something about it: a refusal of
/// either, else nothing where either took something back, else the consent.
#[must_use]
pub fn merged_stance(one: Option<Stance>, other: Option<Stance>) -> Option<Stance> {
    let said = |stance| one == Some(stance) || other == Some(stance);
    [Stance::Refused, Stance::Unknown, Stance::Given].into_iter().find(|stance| said(*stance))
}

fn without(set: ChannelSet, gone: ChannelSet) -> ChannelSet {
    set.iter().filter(|channel: &Channel| !gone.has(*channel)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_set() -> impl Iterator<Item = ChannelSet> {
        (0..32).map(ChannelSet::from_bits)
    }

    fn holds_all(outer: ChannelSet, inner: ChannelSet) -> bool {
        inner.iter().all(|channel| outer.has(channel))
    }

    #[test]
    fn no_merge_and_no_split_takes_a_refusal_away() {
        for (one, other) in every_set().flat_map(|one| every_set().map(move |other| (one, other))) {
            let kept = Said { refused: one, consented: without(ChannelSet::EVERY, one), ..Said::default() };
            let gone = Said { refused: other, withdrawn: without(ChannelSet::EVERY, other), ..Said::default() };
            let merged = merged_said(kept, gone);
            assert!(holds_all(merged.refused, one) && holds_all(merged.refused, other));
            assert_eq!(merged.consented, ChannelSet::NONE, "the other took every consent back");
            let parted = parted_said(gone, merged);
            assert!(holds_all(parted.refused, merged.refused));
            assert_eq!(merged, merged_said(gone, kept), "whichever stays");
        }
    }

    #[test]
    fn a_consent_of_one_record_holds_for_the_person() {
        let sms = ChannelSet::NONE.with(Channel::Sms);
        let merged = merged_said(Said::default(), Said { consented: sms, ..Said::default() });
        assert_eq!(merged.consented, sms);
        let back = parted_said(Said { consented: sms, ..Said::default() }, Said { withdrawn: sms, ..merged });
        assert_eq!(back.consented, ChannelSet::NONE, "it was taken back after the merge");
    }

    #[test]
    fn of_two_stances_about_a_purpose_the_stricter_holds() {
        use Stance::{Given, Refused, Unknown};
        for (one, other, holds) in [
            (None, None, None),
            (Some(Given), None, Some(Given)),
            (Some(Given), Some(Unknown), Some(Unknown)),
            (Some(Given), Some(Refused), Some(Refused)),
            (Some(Unknown), Some(Refused), Some(Refused)),
        ] {
            assert_eq!((merged_stance(one, other), merged_stance(other, one)), (holds, holds), "{one:?} {other:?}");
        }
    }

    #[test]
    fn who_died_in_one_record_is_dead_in_both() {
        assert_eq!(graver("active", "lost"), None);
        assert_eq!(graver("active", "deceased"), Some(Side::Other));
        assert_eq!(graver("blocked", "active"), Some(Side::Kept));
        assert_eq!(graver("blocked", "deceased"), Some(Side::Other));
        assert_eq!(graver("deceased", "deceased"), Some(Side::Kept));
    }
}
