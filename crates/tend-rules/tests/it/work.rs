//! Handing out and levelling work: whatever comes in, everything is accounted for and nobody is favoured.

use proptest::prelude::*;
use std::collections::BTreeMap;
use tend_rules::work::*;

type Orders = Vec<Order<u32, u8>>;

fn orders() -> impl Strategy<Value = Orders> {
    let order = (0..4u8, proptest::option::of(0..8u8), 0..1000i128);
    prop::collection::vec(order, 0..80).prop_map(|rows| {
        let regions = ["深圳市南山区", "深圳市福田区", "上海市浦东新区", ""];
        rows.into_iter()
            .enumerate()
            .map(|(place, (region, owner, urgency))| Order {
                id: place as u32,
                region: regions[region as usize].into(),
                owner,
                urgency,
            })
            .collect()
    })
}

fn takers() -> impl Strategy<Value = Vec<Taker<u8>>> {
    prop::collection::vec((0..30i64, 0..40i64, 0..4usize), 0..7).prop_map(|rows| {
        let regions = ["深圳", "南山", "上海", ""];
        rows.into_iter()
            .enumerate()
            .map(|(place, (load, capacity, region))| Taker {
                id: place as u8,
                load,
                capacity,
                region: regions[region].into(),
            })
            .collect()
    })
}

const RULES: [Rule; 4] = [Rule::Even, Rule::Capacity, Rule::Region, Rule::Owner];

fn counted(result: &HandOut<u32, u8>) -> BTreeMap<u8, i64> {
    let mut counts = BTreeMap::new();
    for (_, taker) in &result.given {
        *counts.entry(*taker).or_default() += 1;
    }
    counts
}

proptest! {
    #[test]
    fn every_order_is_given_once_or_left_once(orders in orders(), takers in takers()) {
        for rule in RULES {
            let result = hand_out(orders.clone(), &takers, rule);
            let mut seen: Vec<u32> = result.given.iter().map(|g| g.0).chain(result.left.iter().map(|l| l.0)).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..orders.len() as u32).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_sequence_of_orders_and_takers_does_not_matter(orders in orders(), takers in takers()) {
        let (mut other_orders, mut other_takers) = (orders.clone(), takers.clone());
        other_orders.reverse();
        other_takers.reverse();
        for rule in RULES {
            prop_assert_eq!(hand_out(orders.clone(), &takers, rule), hand_out(other_orders.clone(), &other_takers, rule));
        }
    }

    #[test]
    fn even_shares_differ_by_one_at_most(orders in orders(), takers in takers()) {
        prop_assume!(!takers.is_empty());
        let counts = counted(&hand_out(orders, &takers, Rule::Even));
        let each: Vec<i64> = takers.iter().map(|t| counts.get(&t.id).copied().unwrap_or(0)).collect();
        prop_assert!(each.iter().max().unwrap_or(&0) - each.iter().min().unwrap_or(&0) <= 1);
    }

    #[test]
    fn capacity_is_never_exceeded_and_nothing_is_left_while_somebody_is_free(orders in orders(), takers in takers()) {
        let result = hand_out(orders, &takers, Rule::Capacity);
        let counts = counted(&result);
        let free: Vec<i64> =
            takers.iter().map(|t| t.capacity - t.load - counts.get(&t.id).copied().unwrap_or(0)).collect();
        for (taker, free) in takers.iter().zip(&free) {
            prop_assert!(*free >= 0 || !counts.contains_key(&taker.id));
        }
        prop_assert!(result.left.is_empty() || free.iter().all(|free| *free <= 0));
    }

    #[test]
    fn shares_by_weight_are_at_most_one_off(total in 0..500usize, weights in prop::collection::vec(1..20u32, 1..6)) {
        let orders: Vec<usize> = (0..total).collect();
        let shares: Vec<(usize, Share)> =
            weights.iter().enumerate().map(|(place, weight)| (place, Share::Weight(*weight))).collect();
        let result = split(&orders, &shares);
        prop_assert!(result.left.is_empty());
        let sum: u32 = weights.iter().sum();
        for (place, weight) in weights.iter().enumerate() {
            let got = result.given.iter().filter(|(_, taker)| *taker == place).count() as f64;
            let exact = total as f64 * f64::from(*weight) / f64::from(sum);
            prop_assert!((got - exact).abs() <= 1.0, "{got} of {exact}");
        }
    }

    #[test]
    fn levelling_moves_each_order_once_and_never_widens_the_gap(
        desks in prop::collection::vec((0..20i64, 1..30i64), 1..6)
    ) {
        let people: Vec<Desk<usize>> = desks
            .iter()
            .enumerate()
            .map(|(id, (load, capacity))| Desk { id, load: *load, capacity: *capacity })
            .collect();
        let mut movable = Vec::new();
        for desk in &people {
            for _ in 0..desk.load {
                movable.push(Movable { id: movable.len(), on: desk.id, urgency: movable.len() as i128 % 7 });
            }
        }
        let moves = balance(&people, &movable);
        let mut ids: Vec<usize> = moves.iter().map(|m| m.order).collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), moves.len());
        let fullest = |loads: &[i64]| {
            people.iter().map(|d| loads[d.id] as f64 / d.capacity as f64).fold(0.0, f64::max)
        };
        let before: Vec<i64> = people.iter().map(|d| d.load).collect();
        let mut after = before.clone();
        for m in &moves {
            after[m.from] -= 1;
            after[m.to] += 1;
        }
        prop_assert_eq!(before.iter().sum::<i64>(), after.iter().sum::<i64>());
        prop_assert!(fullest(&after) <= fullest(&before));
    }
}

#[test]
fn the_nearest_region_wins() {
    let taker = |id, region: &str| Taker { id, load: 0, capacity: 9, region: region.into() };
    let takers = [taker(1u8, "深圳"), taker(2, "深圳市南山"), taker(3, "")];
    let order = |id, region: &str| Order { id, region: region.into(), owner: None, urgency: 0 };
    let orders = vec![order(1u32, "广东省深圳市南山区"), order(2, "深圳市福田区"), order(3, "北京市")];
    let result = hand_out(orders, &takers, Rule::Region);
    assert_eq!(result.given, [(1, 2), (2, 1)]);
    assert_eq!(result.left, [(3, Left::RegionUnserved)]);
}

#[test]
fn counts_come_before_weights_and_the_rest_is_told() {
    let result = split(&[1, 2, 3, 4, 5], &[("a", Share::Count(2)), ("b", Share::Count(1))]);
    assert_eq!(result.given, [(1, "a"), (2, "a"), (3, "b")]);
    assert_eq!(result.left, [(4, Left::NotAskedFor), (5, Left::NotAskedFor)]);
}
