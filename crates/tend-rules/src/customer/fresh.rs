//! How complete and how fresh the file of a customer is, and what to ask next (MISSION.md A7).

use super::Customer;
use crate::base::Day;

/// A fact that counts: its key, its weight, and the days after which it is stale (0: never).
const COUNTED: [(&str, u32, i32); 10] = [
    ("phone", 25, 540),
    ("name", 15, 0),
    ("birthday", 10, 0),
    ("address", 10, 720),
    ("gender", 5, 0),
    ("occupation", 8, 720),
    ("mail", 7, 720),
    ("wechat", 10, 720),
    ("wedding_day", 3, 0),
    ("region", 7, 720),
];

/// How many facts are asked for at once.
const ASK_AT_ONCE: usize = 3;

/// How good the file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    /// 0..100: present and fresh counts whole, present and stale counts half.
    pub percent: u32,
    /// Keys of the facts to ask for next, the most useful first.
    pub ask_next: Vec<&'static str>,
}

/// The freshness of a file. `points` tells the kinds of contact points on file.
pub fn freshness(customer: &Customer, points: &[&str], today: Day) -> Freshness {
    let (mut gained, mut whole) = (0, 0);
    let mut gaps = Vec::new();
    for (key, weight, stale_after_days) in COUNTED {
        whole += 2 * weight;
        if !is_known(customer, points, key) {
            gaps.push((2 * weight, key));
            continue;
        }
        let noted_on = customer.noted.get(key).map(|noted| noted.on);
        let stale = stale_after_days > 0 && noted_on.is_some_and(|on| today - on > stale_after_days);
        gained += if stale { weight } else { 2 * weight };
        if stale {
            gaps.push((weight, key));
        }
    }
    gaps.sort_by_key(|(missing, _)| std::cmp::Reverse(*missing));
    Freshness {
        percent: 100 * gained / whole,
        ask_next: gaps.into_iter().take(ASK_AT_ONCE).map(|(_, key)| key).collect(),
    }
}

fn is_known(customer: &Customer, points: &[&str], key: &str) -> bool {
    match key {
        "name" => !customer.name.is_empty(),
        "birthday" => customer.birthday.is_some(),
        "gender" => !customer.gender.is_empty(),
        "occupation" => !customer.occupation.is_empty(),
        "wedding_day" => customer.wedding_day.is_some(),
        "region" => !customer.region.is_empty(),
        kind => points.contains(&kind),
    }
}
