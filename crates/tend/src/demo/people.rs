//! The customers of the sample firm as plain descriptions: who they are and what they hold. No database here, so that
//! the whole firm can be looked at in a test.

use super::names::{OCCUPATIONS, person_name};
use super::seed::Seed;
use tend_rules::base::Day;

/// A customer to be.
#[derive(Debug, Clone)]
pub struct Person {
    /// The number in the firm's old system.
    pub outside_id: String,
    /// The name.
    pub name: String,
    /// `female` or `male`.
    pub gender: &'static str,
    /// Year, month, day and whether by the lunar calendar.
    pub birthday: Option<(i16, i8, i8, Almanac)>,
    /// The wedding day.
    pub wedding: Option<Day>,
    /// The occupation.
    pub occupation: &'static str,
    /// `gold`, `silver` or `ordinary`.
    pub tier: &'static str,
    /// `A`, `B` or `C`.
    pub class: &'static str,
    /// `lead`, `new`, `active`, `lost`.
    pub lifecycle: &'static str,
    /// When the customer came.
    pub joined: Day,
    /// What the customer brings in a year, in fen.
    pub annual_value_minor: i64,
    /// A phone number of a block that is kept for samples: 139 000 and five digits.
    pub phone: String,
    /// A WeChat id.
    pub wechat: Option<String>,
    /// A mail address.
    pub mail: Option<String>,
    /// A postal address.
    pub address: Option<String>,
    /// Channels with consent, as words.
    pub consents: Vec<&'static str>,
    /// Channels that were refused, as words.
    pub refusals: Vec<&'static str>,
    /// Labels from the playbooks' catalogues.
    pub labels: Vec<&'static str>,
    /// What the customer holds.
    pub agreements: Vec<Holding>,
    /// Days on which somebody reached the customer, newest first.
    pub contacts: Vec<Day>,
}

/// By which calendar a birthday is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Almanac {
    /// The common one.
    Solar,
    /// The lunar one.
    Lunar,
}

/// An agreement to be.
#[derive(Debug, Clone)]
pub struct Holding {
    /// `policy`, `vehicle_cover` or `telecom_plan`.
    pub kind: &'static str,
    /// Its number.
    pub number: String,
    /// The product.
    pub product: &'static str,
    /// `active`, `lapsed` or `pending`.
    pub status: &'static str,
    /// The first day.
    pub start: Day,
    /// The last day, if it ends by itself.
    pub end: Option<Day>,
    /// The next due day.
    pub due: Day,
    /// What falls due, in fen.
    pub premium_minor: i64,
    /// Months from due day to due day.
    pub pay_every_months: i16,
    /// The last payment.
    pub paid_on: Option<Day>,
    /// Whether the payment of `due` came in.
    pub paid_for_due: bool,
    /// When the contract was signed.
    pub signed: Day,
    /// When the customer received it.
    pub delivered: Option<Day>,
    /// The plate of the vehicle.
    pub plate: String,
    /// Monthly bills, oldest first: due day, fen, day of payment.
    pub bills: Vec<(Day, i64, Option<Day>)>,
}

const POLICIES: [(&str, i64); 6] = [
    ("康宁终身寿险", 1_240_000),
    ("安享百万医疗", 86_000),
    ("成长教育年金", 2_000_000),
    ("福满养老年金", 3_600_000),
    ("守护重疾保险", 680_000),
    ("全家意外保障", 36_000),
];
const TARIFFS: [(&str, i64); 4] = [
    ("畅享融合套餐 199", 19_900),
    ("家庭宽带套餐 129", 12_900),
    ("青春流量套餐 59", 5_900),
    ("银龄关怀套餐 39", 3_900),
];

/// The customer with this number in the firm. `region` gives the address its city.
pub fn person(seed: u64, number: usize, region: &str, today: Day) -> Person {
    let mut chance = Seed::of(seed.wrapping_add(number as u64), "person");
    let (name, gender) = person_name(&mut chance);
    let age = chance.between(19, 84);
    let tier = *chance.weighted(&[(5, "gold"), (15, "silver"), (80, "ordinary")]);
    let class = match tier {
        "gold" => *chance.weighted(&[(70, "A"), (30, "B")]),
        "silver" => *chance.weighted(&[(20, "A"), (60, "B"), (20, "C")]),
        _ => *chance.weighted(&[(2, "A"), (18, "B"), (80, "C")]),
    };
    let lifecycle = *chance.weighted(&[(86, "active"), (4, "new"), (7, "lost"), (3, "lead")]);
    let joined =
        if lifecycle == "new" { today - chance.between(1, 45) as i32 } else { today - chance.between(60, 4400) as i32 };
    let agreements = holdings(&mut chance, number, lifecycle, joined, today);
    let yearly: i64 = agreements.iter().map(|a| a.premium_minor * 12 / i64::from(a.pay_every_months)).sum();
    Person {
        outside_id: format!("A{number:07}"),
        name,
        gender,
        birthday: birthday(&mut chance, age, today),
        wedding: (age > 25 && chance.happens(50)).then(|| today - chance.between(200, (age - 20) * 365) as i32),
        occupation: if age > 62 { "退休" } else { OCCUPATIONS[chance.between(0, OCCUPATIONS.len() as i64) as usize] },
        tier,
        class,
        lifecycle,
        joined,
        annual_value_minor: yearly,
        phone: format!("139{:08}", 100 + number),
        wechat: chance.happens(60).then(|| format!("wx_sample_{number}")),
        mail: chance.happens(30).then(|| format!("customer{number}@example.com")),
        address: chance.happens(70).then(|| format!("{region}区示例路{}号", chance.between(1, 400))),
        consents: consents(&mut chance),
        refusals: refusals(&mut chance),
        labels: labels(&mut chance, age),
        contacts: contacts(&mut chance, class, today),
        agreements,
    }
}

fn birthday(chance: &mut Seed, age: i64, today: Day) -> Option<(i16, i8, i8, Almanac)> {
    if !chance.happens(92) {
        return None;
    }
    let year = (i64::from(today.year()) - age) as i16;
    let (month, dom) = (chance.between(1, 13) as i8, chance.between(1, 30) as i8);
    let almanac = if chance.happens(12) { Almanac::Lunar } else { Almanac::Solar };
    let dom = if almanac == Almanac::Solar && month == 2 { dom.min(28) } else { dom };
    Some((year, month, dom, almanac))
}

fn consents(chance: &mut Seed) -> Vec<&'static str> {
    [("phone", 85), ("sms", 80), ("wechat", 60), ("mail", 30), ("visit", 45)]
        .into_iter()
        .filter_map(|(channel, percent)| chance.happens(percent).then_some(channel))
        .collect()
}

fn refusals(chance: &mut Seed) -> Vec<&'static str> {
    match chance.between(0, 100) {
        0 => vec!["phone", "sms"],
        1 | 2 => vec!["sms"],
        3 => vec!["visit"],
        _ => Vec::new(),
    }
}

fn labels(chance: &mut Seed, age: i64) -> Vec<&'static str> {
    let mut labels = Vec::new();
    if (28..55).contains(&age) && chance.happens(45) {
        labels.push("has_children");
    }
    if age >= 60 && chance.happens(50) {
        labels.push("senior");
    }
    for (label, percent) in [("interest_health", 12), ("interest_travel", 9), ("interest_education", 8)] {
        if chance.happens(percent) {
            labels.push(label);
        }
    }
    labels
}

fn contacts(chance: &mut Seed, class: &str, today: Day) -> Vec<Day> {
    let every = match class {
        "A" => 35,
        "B" => 95,
        _ => 190,
    };
    let mut days = Vec::new();
    let mut day = today - chance.between(1, every) as i32;
    while day > today - 360 && days.len() < 6 {
        days.push(day);
        day = day - chance.between(every / 2, every * 2) as i32;
    }
    days
}

fn holdings(chance: &mut Seed, number: usize, lifecycle: &str, joined: Day, today: Day) -> Vec<Holding> {
    if lifecycle == "lead" {
        return Vec::new();
    }
    let mut held = vec![if chance.happens(70) {
        policy(chance, number, lifecycle, joined, today)
    } else {
        tariff(chance, number, lifecycle, joined, today)
    }];
    if chance.happens(25) {
        held.push(vehicle(chance, number, joined, today));
    }
    if chance.happens(15) {
        held.push(policy(chance, number + 1_000_000, lifecycle, joined, today));
    }
    held
}

fn policy(chance: &mut Seed, number: usize, lifecycle: &str, joined: Day, today: Day) -> Holding {
    let (product, premium) = *chance.pick(&POLICIES);
    let new = lifecycle == "new";
    let start = joined;
    let status = match lifecycle {
        "lost" => "lapsed",
        _ => "active",
    };
    // The due day of this year lies between 90 days ago and 275 days ahead; those in the past are mostly paid.
    let due = if new { start.plus_months(12) } else { today + chance.between(-90, 275) as i32 };
    let paid = due < today && chance.happens(88);
    let premium_minor = premium / 100 * chance.between(80, 130);
    let delivered_after = chance.between(1, 5) as i32;
    Holding {
        kind: "policy",
        number: format!("P{number:08}"),
        product,
        status,
        start,
        end: None,
        due,
        premium_minor,
        pay_every_months: 12,
        paid_on: if new {
            Some(start)
        } else {
            Some(if paid { due - chance.between(0, 10) as i32 } else { due.plus_months(-12) })
        },
        paid_for_due: paid,
        signed: start,
        delivered: (start + delivered_after <= today).then(|| start + delivered_after),
        plate: String::new(),
        bills: Vec::new(),
    }
}

fn vehicle(chance: &mut Seed, number: usize, joined: Day, today: Day) -> Holding {
    let due = today + chance.between(1, 365) as i32;
    let start = due.plus_months(-12);
    Holding {
        kind: "vehicle_cover",
        number: format!("V{number:08}"),
        product: "机动车综合险",
        status: "active",
        start,
        end: Some(due),
        due,
        premium_minor: chance.between(220_000, 980_000),
        pay_every_months: 12,
        paid_on: Some(start),
        paid_for_due: false,
        signed: start.max(joined),
        delivered: Some(start + 1),
        plate: format!("粤B{}{:04}", char::from(b'A' + (number % 26) as u8), number % 10_000),
        bills: Vec::new(),
    }
}

fn tariff(chance: &mut Seed, number: usize, lifecycle: &str, joined: Day, today: Day) -> Holding {
    let (product, fee) = *chance.pick(&TARIFFS);
    let end = joined.plus_months(24 * (1 + (today - joined) / 730));
    let first = Day::of(today.year(), today.month(), 1).unwrap_or(today);
    let trouble = chance.between(0, 100);
    let bills = (1..=4)
        .rev()
        .map(|back| {
            let due = first.plus_months(-back) + 24;
            let dropped = trouble < 5 && back == 1;
            let amount = if dropped { fee / 3 } else { fee * chance.between(90, 125) / 100 };
            let unpaid = due > today || (5..11).contains(&trouble) && back <= 3;
            (due, amount, (!unpaid).then(|| due - chance.between(0, 9) as i32))
        })
        .filter(|(due, ..)| *due > joined)
        .collect();
    Holding {
        kind: "telecom_plan",
        number: format!("T{number:08}"),
        product,
        status: if lifecycle == "lost" { "ended" } else { "active" },
        start: joined,
        end: Some(end),
        due: first.plus_months(1) + 24,
        premium_minor: fee,
        pay_every_months: 1,
        paid_on: None,
        paid_for_due: false,
        signed: joined,
        delivered: Some(joined),
        plate: String::new(),
        bills,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_the_same_for_the_same_seed_and_plausible() {
        let today: Day = "2026-11-23".parse().expect("a day");
        let text = |n| format!("{:?}", person(1, n, "深圳南山", today));
        assert_eq!(text(7), text(7));
        assert_ne!(text(7), text(8));
        let people: Vec<Person> = (0..2000).map(|n| person(1, n, "深圳南山", today)).collect();
        let share = |test: fn(&Person) -> bool| people.iter().filter(|p| test(p)).count() * 100 / people.len();
        assert!((3..8).contains(&share(|p| p.tier == "gold")));
        assert!((6..18).contains(&share(|p| matches!(p.birthday, Some((.., Almanac::Lunar))))));
        assert!(people.iter().all(|p| p.phone.len() == 11 && p.contacts.is_sorted_by(|a, b| a > b)));
        assert!(people.iter().all(|p| p.agreements.iter().all(|a| a.paid_on.is_none_or(|day| day <= today))));
    }
}
