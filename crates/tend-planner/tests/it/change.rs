//! Customers change: columns that take the changes over, and a book that takes them, are those made anew.

use crate::firm::{Firm, customer, day, item, plan, roster, staff, unit};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};
use tend_planner::{
    Columns, ColumnsBuilder, DayBook, DayPlan, LostCustomers, Needs, Outline, PlanIndex, Room, Roster, Settings,
    members, plan_day, plan_day_again,
};
use tend_rules::base::Channel;
use tend_rules::plan::Withheld;
use tend_rules::segment::{Catalogue, Condition, Expression};

/// What is known of a customer, by numbers.
#[derive(Debug, Clone)]
pub struct Known {
    pub number: u128,
    owner: u8,
    tier: u8,
    region: u8,
    contacts: i64,
    value: Option<i64>,
    risk: u8,
    born: Option<i32>,
    lunar: bool,
    labels: u8,
    dues: Vec<i32>,
    /// Where one fact alone is told anew of several that come of the same number.
    tier_only: Option<u8>,
    region_only: Option<u8>,
    labels_only: Option<u8>,
}

pub fn known(number: impl Strategy<Value = u128>) -> impl Strategy<Value = Known> {
    let first = (number, 0..6u8, 0..4u8, 0..30u8, -1..300i64, proptest::option::of(-5..70_000i64));
    let second = (0..9u8, proptest::option::of(-20_000..20_000i32), any::<bool>(), any::<u8>());
    (first, second, proptest::collection::vec(-4..4i32, 0..4)).prop_map(|(first, second, dues)| {
        let (number, owner, tier, region, contacts, value) = first;
        let (risk, born, lunar, labels) = second;
        let (tier_only, region_only, labels_only) = (None, None, None);
        Known {
            number,
            owner,
            tier,
            region,
            contacts,
            value,
            risk,
            born,
            lunar,
            labels,
            dues,
            tier_only,
            region_only,
            labels_only,
        }
    })
}

pub fn add(builder: &mut ColumnsBuilder, known: &Known) {
    let calendar =
        if known.lunar { tend_rules::segment::Calendar::Lunar } else { tend_rules::segment::Calendar::Solar };
    builder.customer(customer(known.number), |row| {
        row.owner((known.owner > 0).then(|| staff(known.owner.into())));
        row.unit((known.owner == 0).then(|| unit(u128::from(known.region) % 5 + 1)));
        row.texts("consents", ["phone", "sms"].into_iter().skip(usize::from(known.labels >> 6)));
        let shut = [(Channel::Phone, "care"), (Channel::Sms, "care"), (Channel::Phone, "marketing")];
        for (_, (channel, purpose)) in (0..).zip(shut).filter(|(bit, _)| known.risk >> bit & 1 == 1) {
            row.shut(channel, purpose);
        }
        row.text("lifecycle", ["active", "new", "lost", "blocked"][usize::from(known.tier)]);
        row.text(
            "tier",
            ["gold", "silver", "ordinary"].get(usize::from(known.tier_only.unwrap_or(known.tier))).copied(),
        );
        row.text("region", format!("R{}", known.region_only.unwrap_or(known.region)).as_str());
        row.int("contacts_30d", (known.contacts >= 0).then_some(known.contacts % 4));
        row.int("arrears_months", known.contacts);
        row.money("annual_value", known.value);
        row.double("churn_risk", [0.1, 0.5, 0.25, 1.0][usize::from(known.risk % 4)]);
        row.date_kept("birthday", known.born.map(|born| day("1970-01-01") + born), calendar);
        let labels = ["a", "b", "c", "d", "e", "f"].into_iter().enumerate();
        let on = known.labels_only.unwrap_or(known.labels);
        row.texts("labels", labels.filter(|(bit, _)| on >> bit & 1 == 1).map(|(_, label)| label));
        for (place, due) in known.dues.iter().enumerate() {
            row.item("agreements", Some(item(known.number * 10 + place as u128)), |agreement| {
                agreement.date("due", day("2026-11-23") + *due);
                agreement.text("product", format!("P{due}").as_str());
                agreement.money("premium", i64::from(*due) * 90_000);
            });
        }
    });
}

fn plans(count: usize) -> Firm {
    let mut plans = vec![
        plan("a", "tier == 'gold' && annual_value > yuan(20)", "factor = 1.0\n[limits]\npriority = 90"),
        plan(
            "b",
            "'b' in labels || churn_risk >= 0.5",
            "business_type = \"campaign\"\nfactor = 1.0\n[limits]\npriority = 80",
        ),
        plan("c", "anniversary(birthday) <= today + days(40)", "factor = 1.0\n[limits]\npriority = 70"),
        plan("d", "orphan && region == 'R7'", "factor = 1.0\n[limits]\npriority = 95"),
        plan("e", "agreements.exists(a, a.due > today && a.premium > yuan(900))", "factor = 1.0"),
        plan("f", "arrears_months > 100", "factor = 1.0\n[limits]\npriority = 60"),
        plan("g", "a.product == 'P2'", "for_each = \"agreement\"\nas = \"a\"\n[limits]\npriority = 65"),
    ];
    for number in plans.len()..count {
        plans.push(plan(&format!("z{number}"), &format!("arrears_months % {number} == 1"), "factor = 1.0"));
    }
    Firm::new(plans, |_| {})
}

/// What is the same in every case.
struct World {
    firm: Firm,
    conditions: Vec<(&'static str, Expression)>,
    catalogue: Arc<Catalogue>,
}

impl World {
    fn with_plans(count: usize) -> Self {
        let catalogue = Catalogue::builtin().shared();
        let conditions = [
            "tier == 'gold'",
            "region == 'R3' || region == 'R29'",
            "'a' in labels",
            "contacts_30d >= 2",
            "orphan",
            "owner_left",
            "!has(birthday)",
            "annual_value < yuan(5)",
            "churn_risk < 0.5",
            "size(agreements) == 2",
            "agreements.exists(a, a.product == 'P3')",
            "agreements.all(a, a.due < today)",
            "month(birthday) == 3",
        ];
        let parsed = |asked| (asked, Condition::parse(asked, &catalogue).expect(asked).0);
        Self { firm: plans(count), conditions: conditions.map(parsed).into(), catalogue }
    }
}

/// Row, plan, taker, rank, room, all plans.
type Line = (u32, PlanIndex, u32, u32, bool, u64, Vec<u64>);

fn lines<'c>(contacts: impl Iterator<Item = tend_planner::Contact<'c>>) -> Vec<Line> {
    let line = |one: tend_planner::Contact<'_>| {
        (one.row, one.plan, one.taker, one.rank, one.room == Room::Today, one.plans.0, one.plans.1.to_vec())
    };
    let mut lines: Vec<Line> = contacts.map(line).collect();
    lines.sort();
    lines
}

fn columns_of(catalogue: &Arc<Catalogue>, all: &[Known]) -> Columns {
    columns_with(roster(), catalogue, all)
}

/// People and all units: whoever reads a share or a part of the file knows them from the beginning.
fn whole_roster() -> Roster {
    roster().with_units((1..6).map(unit))
}

fn columns_with(roster: Roster, catalogue: &Arc<Catalogue>, all: &[Known]) -> Columns {
    let mut builder = ColumnsBuilder::new(catalogue, Needs::everything(catalogue), roster);
    all.iter().for_each(|known| add(&mut builder, known));
    builder.finish().expect("known facts")
}

fn by_number(all: Vec<Known>) -> std::collections::BTreeMap<u128, Known> {
    all.into_iter().map(|known| (known.number, known)).collect()
}

fn changes_are_those_made_anew(world: &World, mut all: Vec<Known>, changes: Vec<Vec<Known>>) {
    let World { firm, conditions, catalogue } = world;
    let today = day("2026-11-23");
    let settings = Settings { capacity_per_day: 3, threads: 1, lost: LostCustomers::LikeOthers, ..firm.settings };
    all.sort_by_key(|known| known.number);
    all.dedup_by_key(|known| known.number);
    let mut columns = columns_of(catalogue, &all);
    let mut outline = Outline::default();
    outline.work_out(&firm.compiled, &columns, today, &settings);
    let mut book = DayBook::new(&outline, columns.len());
    assert_eq!(lines(book.contacts()), lines(outline.contacts()));
    let (_, mut kept) = plan_day_again(&firm.compiled, &columns, today, &firm.history, &settings, None);
    for mut changed in changes {
        changed.sort_by_key(|known| known.number);
        changed.dedup_by_key(|known| known.number);
        let mut patch = columns.patch(Needs::everything(catalogue));
        changed.iter().for_each(|known| add(&mut patch, known));
        let patch = patch.finish().expect("known facts");
        let rows = columns.rows_for(&patch);
        book.change(&firm.compiled, &patch, &rows, today, &settings);
        columns.take_over(&patch, &rows);
        for (known, row) in changed.into_iter().zip(rows) {
            match all.get_mut(row as usize) {
                Some(place) => *place = known,
                None => all.push(known),
            }
        }
        outline.work_out(&firm.compiled, &columns, today, &settings);
        assert_eq!(lines(book.contacts()), lines(outline.contacts()), "the book is the day worked out again");
        let (again, still) = plan_day_again(&firm.compiled, &columns, today, &firm.history, &settings, Some(kept));
        assert_eq!(again, plan_day(&firm.compiled, &columns, today, &firm.history, &settings), "with what was kept");
        kept = still;

        let anew = columns_of(catalogue, &all);
        outline.work_out(&firm.compiled, &anew, today, &settings);
        assert_eq!(lines(book.contacts()).len(), outline.len());
        let of_anew = plan_day(&firm.compiled, &anew, today, &firm.history, &settings);
        let refused = |plan: &DayPlan| plan.withheld.get(&Withheld::NoConsent).copied();
        assert_eq!(refused(&again), refused(&of_anew), "consents that changed");
        for (row, known) in all.iter().enumerate() {
            assert_eq!(columns.row_of(customer(known.number)), Some(row as u32));
        }
        for (asked, condition) in conditions {
            assert_eq!(members(&columns, condition, today, 1), members(&anew, condition, today, 1), "{asked}");
        }
    }
}

static FEW: LazyLock<World> = LazyLock::new(|| World::with_plans(7));
static MANY: LazyLock<World> = LazyLock::new(|| World::with_plans(70));

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn changed_columns_and_book_are_those_made_anew(
        all in proptest::collection::vec(known(1..60u128), 0..50),
        changes in proptest::collection::vec(proptest::collection::vec(known(1..80u128), 0..12), 1..4),
    ) {
        changes_are_those_made_anew(&FEW, all, changes);
    }

    #[test]
    fn more_than_sixty_four_plans_change_alike(
        all in proptest::collection::vec(known(1..30u128), 0..20),
        changes in proptest::collection::vec(proptest::collection::vec(known(1..40u128), 0..5), 1..3),
    ) {
        changes_are_those_made_anew(&MANY, all, changes);
    }
}

proptest! {
    #[test]
    fn shares_put_behind_each_other_are_the_whole(
        all in proptest::collection::vec(known(1..400u128), 0..60),
        first in 0..60usize,
    ) {
        let World { conditions, catalogue, .. } = &*FEW;
        let mut numbers = std::collections::BTreeSet::new();
        let all: Vec<Known> = all.into_iter().filter(|known| numbers.insert(known.number)).collect();
        let (some, others) = all.split_at(first.min(all.len()));
        let columns_of = |some: &[Known]| columns_with(whole_roster(), catalogue, some);
        let mut columns = columns_of(some);
        columns.append(&columns_of(others));
        let whole = columns_of(&all);
        prop_assert_eq!(columns.spelt_out(), whole.spelt_out());
        for known in &all {
            let id = customer(known.number);
            prop_assert_eq!(columns.row_of(id), whole.row_of(id));
        }
        for (asked, condition) in conditions {
            let day = day("2026-11-23");
            prop_assert_eq!(members(&columns, condition, day, 1), members(&whole, condition, day, 1), "{}", asked);
        }
    }

    /// Of customers who are there, a patch may hold some facts only: the others stay.
    #[test]
    fn facts_that_a_patch_does_not_hold_stay(
        all in proptest::collection::vec(known(1..40u128), 1..40),
        changed in proptest::collection::vec(known(1..40u128), 0..20),
        kept_fact in 0..6usize,
    ) {
        let catalogue = &FEW.catalogue;
        let keys = ["tier", "region", "labels", "annual_value", "birthday", "agreements"];
        let wanted = |key: &str| key == keys[kept_fact];
        let mut all: Vec<Known> = by_number(all).into_values().collect();
        let mut columns = columns_with(whole_roster(), catalogue, &all);
        let of_all: std::collections::HashMap<u128, usize> = all.iter().map(|one| one.number).zip(0..).collect();
        let changed: Vec<Known> =
            by_number(changed).into_values().filter(|one| of_all.contains_key(&one.number)).collect();
        let needs = Needs::everything(catalogue).only(catalogue, |fact| wanted(&fact.key), wanted);
        let mut patch = ColumnsBuilder::of_part(catalogue, needs, whole_roster());
        changed.iter().for_each(|known| add(&mut patch, known));
        let patch = patch.finish().expect("known facts");
        let rows = columns.rows_for(&patch);
        columns.take_over_facts(&patch, &rows);
        for new in changed {
            let old = &mut all[of_all[&new.number]];
            match kept_fact {
                // The lifecycle comes of the same number and is another fact.
                0 => old.tier_only = Some(new.tier),
                1 => old.region_only = Some(new.region),
                2 => old.labels_only = Some(new.labels),
                3 => old.value = new.value,
                4 => (old.born, old.lunar) = (new.born, new.lunar),
                _ => old.dues = new.dues,
            }
        }
        prop_assert_eq!(columns.spelt_out(), columns_with(whole_roster(), catalogue, &all).spelt_out());
    }

    /// Whatever was asked before, and in whatever order rows came.
    #[test]
    fn a_search_finds_the_row_of_everybody_and_of_nobody_else(
        numbers in proptest::collection::btree_set(0..400u128, 0..120).prop_map(Vec::from_iter).prop_shuffle(),
        asked in proptest::collection::vec(0..420u128, 0..200),
    ) {
        let firm = Firm::new(Vec::new(), |builder| {
            for number in &numbers {
                builder.customer(customer(*number), |_| {});
            }
        });
        let mut search = firm.columns.search();
        for number in asked {
            prop_assert_eq!(search.row_of(customer(number)), firm.columns.row_of(customer(number)), "{}", number);
        }
    }
}
