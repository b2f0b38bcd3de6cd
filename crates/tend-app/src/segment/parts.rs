//! What of changed customers is read again. The journal says what each entry can have changed, and here stands which
//! facts are made of what: the other cells of a customer stay as they are. A fact of which it is not said here makes
//! everything of a changed customer be read.

use std::collections::BTreeMap;
use tend_planner::{Columns, Needs};
use tend_rules::base::CustomerId;
use tend_rules::journal::Parts;
use tend_rules::segment::{Catalogue, FactDefinition, Origin};

/// The built-in facts by what they are made of. The consents follow from the record and from whether anything is held.
const FACTS: [(Parts, &[&str]); 4] = [
    (
        Parts::RECORD,
        &[
            "name",
            "gender",
            "occupation",
            "region",
            "language",
            "tier",
            "class",
            "lifecycle",
            "birthday",
            "birthday_calendar",
            "age",
            "wedding_day",
            "joined",
            "annual_value",
            "last_contact",
            "consents",
            "owner_left",
            "orphan",
            "churn_risk",
        ],
    ),
    (Parts::LABELS, &["labels"]),
    (Parts::HOLDINGS, &["arrears_months", "bill_m1", "bill_m2", "bill_m3"]),
    (Parts::CONTACTS, &["contacts_30d"]),
];
/// The collections, all of what is held.
const HELD: [&str; 4] = ["agreements", "bills", "payments", "orders"];

fn part_of(fact: &FactDefinition) -> Option<Parts> {
    if fact.origin == Origin::Firm {
        return Some(Parts::RECORD);
    }
    FACTS.iter().find(|(_, keys)| keys.contains(&fact.key.as_str())).map(|(part, _)| *part)
}

/// Whether of every fact and collection that is needed it is said what it is made of.
fn are_all_named(needs: &Needs, catalogue: &Catalogue) -> bool {
    let facts = catalogue.facts().iter().filter(|fact| needs.has_fact(catalogue, &fact.key));
    let collections = catalogue.collections().iter().filter(|of| needs.has_collection(catalogue, &of.key));
    facts.into_iter().all(|fact| part_of(fact).is_some()) && collections.into_iter().all(|of| is_held(&of.key))
}

fn is_held(collection: &str) -> bool {
    HELD.contains(&collection)
}

/// What is needed of the parts.
pub(super) fn needs_of(parts: Parts, needs: &Needs, catalogue: &Catalogue) -> Needs {
    if parts == Parts::ALL {
        return needs.clone();
    }
    let has = |fact: &FactDefinition| part_of(fact).is_some_and(|part| parts.has(part));
    needs.only(catalogue, has, |collection| is_held(collection) && parts.has(Parts::HOLDINGS))
}

/// Customers of whom the same parts are read again.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub ids: Vec<CustomerId>,
    /// How many of them the columns know.
    pub known: usize,
}

/// The changed customers by what is read again of them; those of whom nothing is are left out. Customers of whom the
/// columns do not know yet are read whole.
pub(super) fn groups(
    changed: &[(CustomerId, Parts)],
    columns: &Columns,
    needs: &Needs,
    catalogue: &Catalogue,
) -> BTreeMap<Parts, Group> {
    let named = are_all_named(needs, catalogue);
    let labels = needs.has_fact(catalogue, "labels");
    let mut groups: BTreeMap<Parts, Group> = BTreeMap::new();
    for (id, parts) in changed {
        let known = columns.row_of(*id).is_some();
        let parts = match *parts {
            _ if !known || !named => Parts::ALL,
            Parts::LABELS if !labels => Parts::NONE,
            Parts::NONE | Parts::LABELS => *parts,
            // What is held decides with the record on consents.
            more => more | Parts::RECORD,
        };
        if parts != Parts::NONE {
            let group = groups.entry(parts).or_default();
            group.ids.push(*id);
            group.known += usize::from(known);
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_fact_it_is_said_once_what_it_is_made_of() {
        let catalogue = Catalogue::builtin();
        let unnamed: Vec<&str> =
            catalogue.facts().iter().filter(|fact| part_of(fact).is_none()).map(|fact| fact.key.as_str()).collect();
        assert!(unnamed.is_empty(), "say in segment/parts.rs what these are made of: {unnamed:?}");
        let strange: Vec<&str> =
            catalogue.collections().iter().map(|of| of.key.as_str()).filter(|key| !is_held(key)).collect();
        assert!(strange.is_empty(), "say in segment/parts.rs that these are held: {strange:?}");
        let keys: Vec<&&str> = FACTS.iter().flat_map(|(_, keys)| keys.iter()).collect();
        assert_eq!(keys.len(), catalogue.facts().len(), "none twice, and none that is not there");
    }

    #[test]
    fn each_part_has_its_facts_and_no_others() {
        let catalogue = Catalogue::builtin();
        let needs = Needs::everything(&catalogue);
        let labels = needs_of(Parts::LABELS, &needs, &catalogue);
        assert!(labels.has_fact(&catalogue, "labels") && !labels.has_fact(&catalogue, "lifecycle"));
        assert!(!labels.has_collection(&catalogue, "orders"));
        let held = needs_of(Parts::HOLDINGS | Parts::RECORD, &needs, &catalogue);
        assert!(held.has_collection(&catalogue, "orders") && held.has_item_fact(&catalogue, "bills", "due"));
        assert!(held.has_fact(&catalogue, "consents") && !held.has_fact(&catalogue, "labels"));
        assert_eq!(needs_of(Parts::ALL, &needs, &catalogue), needs);
    }
}
