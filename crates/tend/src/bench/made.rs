//! The customers of the planner's benchmark, made by arithmetic alone: every value is a hash of row, column and seed
//! turned into a number from 0 to 1, then products and floors. The same seed gives the same customers in any language.

use tend_rules::base::Day;

/// Managers; every twenty of them are a branch.
pub const MANAGERS: usize = 40_000;
/// Days of the arrays are counted from 2000-01-01.
pub const EPOCH: i32 = 10_957;

/// One array a column; see bench/planner/README.md for what the codes mean.
#[derive(Debug, Default)]
pub struct Arrays {
    pub owner: Vec<u16>,
    pub birth_md: Vec<u16>,
    pub wedding_md: Vec<u16>,
    pub tier: Vec<u8>,
    pub abc: Vec<u8>,
    pub region: Vec<u16>,
    pub lifecycle: Vec<u8>,
    pub consent: Vec<u8>,
    pub joined: Vec<u16>,
    pub last_contact: Vec<u16>,
    pub contacts_30d: Vec<u8>,
    pub arrears: Vec<u8>,
    pub bill_m1: Vec<u32>,
    pub bill_m3: Vec<u32>,
    pub policy_due: Vec<u16>,
    pub paid: Vec<u16>,
    pub contract_rcv: Vec<u16>,
    pub premium: Vec<u32>,
    pub churn: Vec<f32>,
    pub labels: Vec<u64>,
    pub svc_day: Vec<u16>,
    pub svc_km: Vec<u32>,
    /// 1 for a manager who has left.
    pub m_left: Vec<u8>,
    /// Who does the manager's work.
    pub m_heir: Vec<u16>,
}

/// Chance that is none.
struct Source {
    seed: u64,
    row: u64,
}

impl Source {
    fn hash(&self, column: u64) -> u64 {
        let mut z = (self.row + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = z.wrapping_add(self.seed.wrapping_add(column).wrapping_mul(0xD134_2543_DE82_EF95));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    fn part(&self, column: u64) -> f64 {
        (self.hash(column) >> 11) as f64 * (0.5f64).powi(53)
    }
}

/// How many of the borders lie at or below the number.
fn pick(number: f64, borders: &[f64]) -> u8 {
    borders.iter().filter(|border| **border <= number).count() as u8
}

/// The month times 32 and the day of the month.
fn month_day(since_1970: i64) -> u16 {
    let day = Day::from_number(since_1970 as i32);
    (day.month() as u16) * 32 + day.day_of_month() as u16
}

/// Makes the customers and managers of a seed as they stand on a day.
pub fn make(rows: usize, seed: u64, today: Day) -> Arrays {
    let mut arrays = Arrays::default();
    let today = i64::from(today.number() - EPOCH);
    for row in 0..rows {
        let source = Source { seed, row: row as u64 };
        who(&source, today, &mut arrays);
        held(&source, today, &mut arrays);
    }
    let source = |row: usize| Source { seed, row: row as u64 };
    let left: Vec<bool> = (0..MANAGERS).map(|manager| source(manager).part(60) < 0.05).collect();
    let heir = |manager: usize| {
        let branch = manager / 20 * 20;
        let mut others = (1..20).map(|step| branch + (manager - branch + step) % 20);
        if left[manager] { others.find(|other| !left[*other]).unwrap_or(manager) } else { manager }
    };
    arrays.m_heir = (0..MANAGERS).map(|manager| heir(manager) as u16).collect();
    arrays.m_left = left.iter().map(|left| u8::from(*left)).collect();
    arrays
}

/// Who the customer is, and when last spoken with.
fn who(source: &Source, today: i64, arrays: &mut Arrays) {
    let part = |column| source.part(column);
    arrays.owner.push(((part(1) * part(1) * MANAGERS as f64) as u64 * 7919 % MANAGERS as u64) as u16);
    arrays.birth_md.push(month_day((part(2) * 24_000.0) as i64 - 10_957));
    let wedding = month_day((part(3) * 14_000.0) as i64 + 4000);
    arrays.wedding_md.push(if part(4) < 0.55 { wedding } else { 0 });
    arrays.tier.push(pick(part(5), &[0.05, 0.20]));
    let abc = pick(part(6), &[0.10, 0.40]);
    arrays.abc.push(abc);
    arrays.region.push((part(7) * part(7) * 300.0) as u16);
    let lifecycle = pick(part(9), &[0.08, 0.15, 0.85, 0.95]);
    arrays.lifecycle.push(lifecycle);
    let agreed = [0.85, 0.80, 0.60, 0.30, 0.50].into_iter().zip(10..).enumerate();
    arrays.consent.push(agreed.fold(0, |bits, (bit, (share, column))| bits | u8::from(part(column) < share) << bit));
    arrays.joined.push((today - (part(15) * part(16) * 4000.0) as i64) as u16);
    let span = [33.0, 95.0, 190.0][usize::from(abc)];
    let since = (part(17) * if lifecycle == 3 { 400.0 } else { span }) as i64;
    arrays.last_contact.push((today - since) as u16);
    arrays.contacts_30d.push(if since < 30 { 1 + pick(part(18), &[0.55, 0.85, 0.96]) } else { 0 });
    let mut labels = 0u64;
    for quarter in 0..16u64 {
        let hash = source.hash(40 + quarter);
        for label in (quarter * 4..quarter * 4 + 4).filter(|label| *label < 63) {
            let part = hash >> (16 * (label % 4)) & 0xFFFF;
            let limit = (65_536.0 * 0.40 / ((label + 1) as f64).sqrt()) as u64;
            labels |= u64::from(part < limit) << label;
        }
    }
    arrays.labels.push(labels);
}

/// What the customer has and owes.
fn held(source: &Source, today: i64, arrays: &mut Arrays) {
    let part = |column| source.part(column);
    arrays.arrears.push(pick(part(19), &[0.92, 0.97, 0.99]));
    let x = part(20);
    let m3 = 2000 + (x * x * x * x * 200_000.0) as i64;
    let drop = if part(21) < 0.03 { 0.1 + 0.4 * part(22) } else { 0.7 + 0.6 * part(22) };
    arrays.bill_m3.push(m3 as u32);
    arrays.bill_m1.push((m3 as f64 * drop) as u32);
    let due = today - 200 + (part(25) * 565.0) as i64;
    arrays.policy_due.push(if part(24) < 0.7 { due as u16 } else { 0 });
    let paid = today - (part(26) * 365.0) as i64;
    let has_paid = part(27) < 0.6;
    arrays.paid.push(if has_paid { paid as u16 } else { 0 });
    let received = paid + 2 + (part(28) * 5.0) as i64;
    arrays.contract_rcv.push(if has_paid && received <= today { received as u16 } else { 0 });
    let x = part(29);
    let x = x * x * x;
    arrays.premium.push((5000 + (x * x * 5_000_000.0) as i64) as u32);
    let x = part(30);
    arrays.churn.push((x * x) as f32);
    let car = part(31) < 0.3;
    arrays.svc_day.push(if car { (today - (part(32) * 400.0) as i64) as u16 } else { 0 });
    arrays.svc_km.push(if car { (part(33) * 120_000.0) as u32 } else { 0 });
}
