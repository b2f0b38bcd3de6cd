//! Columns that went through bytes are what they were; bytes that are not whole, or for others, are told.

use crate::change::{Known, add, known};
use crate::firm::{day, roster, staff, unit};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};
use tend_planner::{Columns, ColumnsBuilder, Needs, Person, Roster, StoredError, members, restore, store};
use tend_rules::segment::{Catalogue, Condition, Scalar, Words};

static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Catalogue::builtin().shared());

fn people() -> Roster {
    roster().with_units((1..6).map(unit))
}

fn columns_of(mut all: Vec<Known>) -> Columns {
    all.sort_by_key(|known| known.number);
    all.dedup_by_key(|known| known.number);
    // Not in the order of their ids, as in a file that is read bucket by bucket.
    let half = all.len() / 2;
    all.rotate_left(half);
    let mut builder = ColumnsBuilder::new(&CATALOGUE, Needs::everything(&CATALOGUE), people());
    all.iter().for_each(|known| add(&mut builder, known));
    builder.finish().expect("known facts")
}

fn stored(columns: &Columns) -> Vec<u8> {
    let mut bytes = Vec::new();
    store(&mut bytes, b"a note", &Needs::everything(&CATALOGUE), columns).expect("a vector takes everything");
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn columns_come_back_as_they_were(
        all in proptest::collection::vec(known(1..400_u128), 0..120),
        fresh in proptest::collection::vec(known(1..400_u128), 1..20),
    ) {
        let mut columns = columns_of(all);
        let bytes = stored(&columns);
        let back = restore(&mut bytes.as_slice(), &CATALOGUE, people()).expect("whole");
        prop_assert_eq!(&back.note, b"a note");
        prop_assert_eq!(back.needs, Needs::everything(&CATALOGUE));
        let mut again = back.columns;
        let fresh = columns_of(fresh);
        for _ in 0..2 {
            prop_assert_eq!(columns.spelt_out(), again.spelt_out());
            for asked in ["tier == 'gold'", "'a' in labels", "churn_risk < 0.5", "orphan", "month(birthday) == 3"] {
                let condition = Condition::parse(asked, &CATALOGUE).expect(asked).0;
                let found = |columns| members(columns, &condition, day("2026-11-23"), 1);
                prop_assert_eq!(found(&columns), found(&again), "{}", asked);
            }
            // Changes are taken over alike; the second round compares what came of it.
            for columns in [&mut columns, &mut again] {
                let rows = columns.rows_for(&fresh);
                columns.take_over(&fresh, &rows);
            }
        }
    }

    #[test]
    fn damage_is_told_wherever_it_is(
        all in proptest::collection::vec(known(1..400_u128), 0..30),
        at in any::<proptest::sample::Index>(),
        change in 1..=255_u8,
    ) {
        let mut bytes = stored(&columns_of(all));
        let at = at.index(bytes.len());
        let short = restore(&mut &bytes[..at], &CATALOGUE, people());
        prop_assert!(matches!(short, Err(StoredError::Unreadable(_))), "cut off at {}", at);
        bytes[at] ^= change;
        prop_assert!(restore(&mut bytes.as_slice(), &CATALOGUE, people()).is_err(), "changed at {}", at);
    }
}

#[test]
fn columns_for_other_facts_or_people_are_not_taken() {
    let bytes = stored(&columns_of(Vec::new()));
    let other = |catalogue: &Arc<Catalogue>, people| match restore(&mut bytes.as_slice(), catalogue, people) {
        Err(StoredError::Other { what }) => what,
        other => panic!("{other:?}"),
    };
    let more = [("hobby".to_owned(), Scalar::Text, Words::new("爱好", "Hobby"))];
    let more = Catalogue::with_firm_facts(more).expect("a new name").shared();
    assert_eq!(other(&more, people()), "catalogue");
    assert_eq!(other(&CATALOGUE, Roster::new([(staff(1), Person::of(Some(unit(1))))])), "roster");
    assert_eq!(other(&CATALOGUE, roster()), "roster");
}
