//! Handing work out: even, by free capacity, by region, to the owner, or by counts (MISSION D4).
//!
//! Pure and deterministic: the same orders and takers, in whatever sequence they come, give the same answer. Every
//! order is either given to one taker or left with the reason.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How work is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The same number to each.
    Even,
    /// To whoever has the largest part of the day's capacity free, never beyond it.
    Capacity,
    /// To whoever serves the customer's region; evenly where several do.
    Region,
    /// To whoever has the customer already.
    Owner,
}

/// A work order to be handed out to takers named by `T` (people or units).
#[derive(Debug, Clone)]
pub struct Order<R, T> {
    /// The order.
    pub id: R,
    /// Where the customer lives, as written in the file.
    pub region: String,
    /// Who has the customer.
    pub owner: Option<T>,
    /// More urgent orders are handed out first: they find free capacity.
    pub urgency: i128,
}

/// Somebody who may take work.
#[derive(Debug, Clone)]
pub struct Taker<T> {
    /// The person or unit.
    pub id: T,
    /// Open work orders of the day.
    pub load: i64,
    /// Work orders a day.
    pub capacity: i64,
    /// The region served; empty for any.
    pub region: String,
}

/// A part of the work for one taker: a number of orders or a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// So many.
    Count(usize),
    /// In proportion to the other weights.
    Weight(u32),
}

/// Why an order was not given to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// There is nobody to give it to.
    NoTaker,
    /// Everybody's day is full.
    Full,
    /// Nobody serves the customer's region.
    RegionUnserved,
    /// The customer has no owner among the takers.
    OwnerAbsent,
    /// The counts asked for less than there is.
    NotAskedFor,
}

/// Who gets what, and what is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOut<R, T> {
    /// Order and taker.
    pub given: Vec<(R, T)>,
    /// Orders for nobody, with the reason.
    pub left: Vec<(R, Left)>,
}

/// Hands `orders` out among `takers` by a rule.
pub fn hand_out<R: Copy + Ord, T: Copy + Ord>(
    mut orders: Vec<Order<R, T>>,
    takers: &[Taker<T>],
    rule: Rule,
) -> HandOut<R, T> {
    orders.sort_by(|a, b| b.urgency.cmp(&a.urgency).then(a.id.cmp(&b.id)));
    let mut takers: Vec<&Taker<T>> = takers.iter().collect();
    takers.sort_by_key(|taker| taker.id);
    takers.dedup_by_key(|taker| taker.id);
    let mut got: BTreeMap<T, i64> = BTreeMap::new();
    let mut result = HandOut { given: Vec::new(), left: Vec::new() };
    for order in orders {
        match choose(&order, &takers, rule, &got) {
            Ok(taker) => {
                *got.entry(taker).or_default() += 1;
                result.given.push((order.id, taker));
            }
            Err(why) => result.left.push((order.id, why)),
        }
    }
    result
}

fn choose<R, T: Copy + Ord>(
    order: &Order<R, T>,
    takers: &[&Taker<T>],
    rule: Rule,
    got: &BTreeMap<T, i64>,
) -> Result<T, Left> {
    let so_far = |taker: &Taker<T>| got.get(&taker.id).copied().unwrap_or_default();
    let fewest = |among: &mut dyn Iterator<Item = &&Taker<T>>| {
        among.min_by_key(|taker| (so_far(taker), taker.load, taker.id)).map(|taker| taker.id)
    };
    match rule {
        Rule::Even => fewest(&mut takers.iter()).ok_or(Left::NoTaker),
        Rule::Capacity => {
            let free = |taker: &Taker<T>| taker.capacity - taker.load - so_far(taker);
            // The larger free part of the day wins: cross-multiplied, so that no fraction is rounded.
            takers
                .iter()
                .filter(|taker| free(taker) > 0)
                .max_by(|a, b| {
                    let left = i128::from(free(a)) * i128::from(b.capacity);
                    let right = i128::from(free(b)) * i128::from(a.capacity);
                    left.cmp(&right).then(b.id.cmp(&a.id))
                })
                .map(|taker| taker.id)
                .ok_or(if takers.is_empty() { Left::NoTaker } else { Left::Full })
        }
        Rule::Region => {
            let fits = |taker: &&&Taker<T>| !taker.region.is_empty() && order.region.contains(&taker.region);
            let nearest = takers.iter().filter(fits).map(|taker| taker.region.len()).max();
            let nearest = nearest.ok_or(Left::RegionUnserved)?;
            fewest(&mut takers.iter().filter(|taker| fits(taker) && taker.region.len() == nearest))
                .ok_or(Left::RegionUnserved)
        }
        Rule::Owner => {
            order.owner.filter(|owner| takers.iter().any(|taker| taker.id == *owner)).ok_or(Left::OwnerAbsent)
        }
    }
}

/// Splits `orders` by counts and weights: counts first, in the sequence given, then the rest by weight, each taker at
/// most one order off its exact part.
pub fn split<R: Copy, T: Copy>(orders: &[R], shares: &[(T, Share)]) -> HandOut<R, T> {
    let mut rest = orders;
    let mut result = HandOut { given: Vec::new(), left: Vec::new() };
    let mut take = |count: usize, taker: T| {
        let (mine, others) = rest.split_at(count.min(rest.len()));
        result.given.extend(mine.iter().map(|order| (*order, taker)));
        rest = others;
        rest.len()
    };
    let mut remaining = orders.len();
    for (taker, share) in shares {
        if let Share::Count(count) = share {
            remaining = take(*count, *taker);
        }
    }
    let weights: Vec<(T, u128)> = shares
        .iter()
        .filter_map(|(taker, share)| match share {
            Share::Weight(weight) => Some((*taker, u128::from(*weight))),
            Share::Count(_) => None,
        })
        .collect();
    let total: u128 = weights.iter().map(|(_, weight)| weight).sum();
    let (mut weight_so_far, mut given) = (0, 0);
    for (taker, weight) in weights {
        weight_so_far += weight;
        let until = (remaining as u128 * weight_so_far).checked_div(total).unwrap_or_default() as usize;
        take(until - given, taker);
        given = until;
    }
    let why = if shares.is_empty() { Left::NoTaker } else { Left::NotAskedFor };
    result.left.extend(rest.iter().map(|order| (*order, why)));
    result
}
