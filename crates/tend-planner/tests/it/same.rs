//! The column engine gives the interpreter's answers: random expressions over random customers,
//! with missing values, leap days, lunar birthdays and the ends of years.

use crate::firm::{Firm, customer, day, item, plan, usual};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tend_planner::{ColumnsBuilder, Needs, Roster, Row, Settings, Verdict, WhyVerdict, members, outline, why};
use tend_rules::base::{Channel, Day};
use tend_rules::plan::Withheld;
use tend_rules::segment::{Calendar, Catalogue, Scalar, Subject, compile_kind};

/// A small source of chance; the seed comes from proptest.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }
}

const DAYS: [&str; 12] = [
    "2024-02-29",
    "2023-02-28",
    "2026-12-31",
    "2027-01-01",
    "2026-02-17",
    "2026-11-23",
    "2000-02-29",
    "1965-09-10",
    "1984-02-01",
    "2020-05-25",
    "2026-10-01",
    "1899-12-30",
];

/// Writes expressions of a wanted kind.
struct Writer {
    dice: Dice,
    /// Variables in scope and their collections.
    items: Vec<(String, &'static str)>,
}

impl Writer {
    fn expression(&mut self, kind: &str, depth: usize) -> String {
        if depth == 0 { self.leaf(kind) } else { self.branch(kind, depth - 1) }
    }

    fn item_leaf(&mut self, kind: &str) -> Option<String> {
        let at = self.dice.roll(self.items.len() + 1);
        let (name, collection) = self.items.get(at)?.clone();
        let facts: &[&str] = match (collection, kind) {
            ("agreements", "bool") | ("bills", "bool") => &["paid"],
            ("agreements", "int") => &["grace_days", "pay_every_months"],
            ("agreements", "text") => &["product", "number"],
            ("agreements", "date") => &["due", "start"],
            ("agreements", "money") => &["premium"],
            ("bills", "date") => &["due", "period"],
            ("bills", "money") => &["amount"],
            _ => return None,
        };
        Some(format!("{name}.{}", self.dice.one(facts)))
    }

    fn leaf(&mut self, kind: &str) -> String {
        if let Some(of_item) = self.item_leaf(kind) {
            return of_item;
        }
        let of = match kind {
            "bool" => ["orphan", "owner_left", "true", "false"],
            "int" => ["contacts_30d", "arrears_months", "age", "3"],
            "double" => ["churn_risk", "0.5", "1.0", "churn_risk"],
            "text" => ["occupation", "region", "'A'", "'nobody wrote this'"],
            "date" => ["today", "birthday", "joined", "last_contact"],
            "days" => ["days(7)", "days(0)", "days(-30)", "days(contacts_30d)"],
            _ => ["annual_value", "bill_m1", "yuan(100)", "bill_m3"],
        };
        if kind == "date" && self.dice.roll(4) == 0 {
            return format!("date('{}')", self.dice.one(&DAYS));
        }
        self.dice.one(&of).to_owned()
    }

    fn two(&mut self, kind: &str, sign: &[&str], depth: usize) -> String {
        let (left, right) = (self.expression(kind, depth), self.expression(kind, depth));
        format!("({left} {} {right})", self.dice.one(sign))
    }

    fn branch(&mut self, kind: &str, depth: usize) -> String {
        if self.dice.roll(8) == 0 {
            let condition = self.expression("bool", depth);
            return format!("({condition} ? {} : {})", self.expression(kind, depth), self.expression(kind, depth));
        }
        if self.dice.roll(5) == 0 {
            return self.leaf(kind);
        }
        match kind {
            "bool" => self.condition(depth),
            "int" => self.number(depth),
            "double" => match self.dice.roll(3) {
                0 => self.two("money", &["/"], depth),
                1 => format!("({} * {})", self.expression("double", depth), self.expression("int", depth)),
                _ => self.two("double", &["+", "-", "*", "/"], depth),
            },
            "text" => match self.dice.roll(2) {
                0 => format!("festival({})", self.expression("date", depth)),
                _ => self.leaf("text"),
            },
            "date" => match self.dice.roll(3) {
                0 => format!("anniversary({})", self.expression("date", depth)),
                1 => format!("({} - {})", self.expression("date", depth), self.expression("days", depth)),
                _ => format!("({} + {})", self.expression("date", depth), self.expression("days", depth)),
            },
            "days" => match self.dice.roll(3) {
                0 => self.two("date", &["-"], depth),
                1 => format!("days({})", self.expression("int", depth)),
                _ => self.two("days", &["+", "-"], depth),
            },
            _ => match self.dice.roll(4) {
                0 => format!("({} * {})", self.expression("money", depth), self.expression("double", depth)),
                1 => format!("({} / {})", self.expression("money", depth), self.expression("int", depth)),
                2 => format!("-{}", self.expression("money", depth)),
                _ => self.two("money", &["+", "-"], depth),
            },
        }
    }

    fn number(&mut self, depth: usize) -> String {
        match self.dice.roll(7) {
            0 => self.two("int", &["+", "-", "*", "/", "%"], depth),
            1 => format!("days_between({}, {})", self.expression("date", depth), self.expression("date", depth)),
            2 => {
                let function = self.dice.one(&["months_since", "years_since", "weekday", "month", "day_of_month"]);
                format!("{function}({})", self.expression("date", depth))
            }
            3 => self.dice.one(&["size(labels)", "size(agreements)", "size(occupation)", "size(orders)"]).to_owned(),
            4 => self.quantified("filter", depth) + ".size()",
            _ => self.leaf("int"),
        }
    }

    fn quantified(&mut self, method: &str, depth: usize) -> String {
        if self.items.len() >= 3 {
            return "bills".to_owned() + if method == "filter" { "" } else { ".size() > 0" };
        }
        let collection = if self.dice.roll(2) == 0 { "agreements" } else { "bills" };
        let name = format!("x{}", self.items.len());
        self.items.push((name.clone(), collection));
        let condition = self.expression("bool", depth);
        self.items.pop();
        format!("{collection}.{method}({name}, {condition})")
    }

    fn condition(&mut self, depth: usize) -> String {
        match self.dice.roll(12) {
            0 => self.two("bool", &["&&"], depth),
            1 => self.two("bool", &["||"], depth),
            2 => format!("!{}", self.expression("bool", depth)),
            3 => self.two("bool", &["==", "!="], depth),
            4 => format!("('{}' in labels)", self.dice.one(&["vip", "tea", "dog"])),
            5 => format!("({} in labels)", self.expression("text", depth)),
            6 => {
                self.dice.one(&["has(occupation)", "has(labels)", "has(birthday)", "has(age)", "has(bills)"]).to_owned()
            }
            7 => format!("workday({})", self.expression("date", depth)),
            8 => {
                let method = self.dice.one(&["startsWith", "endsWith", "contains"]);
                format!("{}.{method}({})", self.expression("text", depth), self.expression("text", 0))
            }
            9 => {
                let kind = self.dice.one(&["int", "text", "date", "money"]);
                let needle = self.expression(kind, depth);
                format!("({needle} in [{}, {}])", self.expression(kind, depth), self.expression(kind, 0))
            }
            10 => {
                let method = self.dice.one(&["exists", "all"]);
                self.quantified(method, depth)
            }
            _ => {
                let kind = self.dice.one(&["int", "double", "text", "date", "days", "money"]);
                self.two(kind, &["==", "!=", "<", "<=", ">", ">="], depth)
            }
        }
    }
}

/// A customer of whom about a third is unknown.
fn fill(row: &mut Row<'_>, dice: &mut Dice) {
    usual(row);
    let some = |dice: &mut Dice| dice.roll(3) > 0;
    let date = |dice: &mut Dice| day(dice.one(&DAYS)) + (dice.roll(5) as i32 - 2);
    let texts = ["A", "B", "", "王芳", "teacher"];
    for key in ["occupation", "region"] {
        if some(dice) {
            row.text(key, dice.one(&texts));
        }
    }
    for key in ["joined", "last_contact", "birthday"] {
        if some(dice) {
            let calendar = if dice.roll(3) == 0 { Calendar::Lunar } else { Calendar::Solar };
            row.date_kept(key, date(dice), calendar);
        }
    }
    for key in ["annual_value", "bill_m1", "bill_m3"] {
        if some(dice) {
            row.money(key, dice.roll(40_000) as i64 - 10_000);
        }
    }
    for key in ["contacts_30d", "arrears_months"] {
        if some(dice) {
            row.int(key, dice.roll(6) as i64 - 1);
        }
    }
    if some(dice) {
        row.double("churn_risk", dice.roll(5) as f64 / 4.0);
    }
    if some(dice) {
        row.texts("labels", ["vip", "tea", "A"].into_iter().take(dice.roll(4)));
    }
    if some(dice) {
        row.truth("orphan", dice.roll(2) == 0);
    }
    for number in 0..dice.roll(4) {
        row.item("agreements", Some(item(number as u128)), |agreement| {
            if dice.roll(3) > 0 {
                agreement.date("due", date(dice));
                agreement.truth("paid", dice.roll(2) == 0);
            }
            if dice.roll(3) > 0 {
                agreement.date("start", date(dice));
                agreement.money("premium", dice.roll(9_999) as i64);
                agreement.int("grace_days", dice.roll(60) as i64);
            }
            if dice.roll(2) > 0 {
                agreement.text("product", dice.one(&texts));
            }
        });
    }
    for number in 0..dice.roll(3) {
        row.item("bills", Some(item(number as u128)), |bill| {
            if dice.roll(3) > 0 {
                bill.date("due", date(dice));
                bill.money("amount", dice.roll(9_999) as i64);
            }
            if dice.roll(2) > 0 {
                bill.truth("paid", dice.roll(2) == 0);
            }
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_segment_has_the_members_that_the_interpreter_finds(seed in 1u64.., depth in 1usize..5, on in 0usize..12) {
        let today: Day = day(DAYS[on]);
        let catalogue = Catalogue::builtin().shared();
        let mut writer = Writer { dice: Dice(seed), items: Vec::new() };
        let source = writer.expression("bool", depth);
        let condition = compile_kind(&source, &catalogue, None, Scalar::Bool)
            .unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
        let needs = Needs::of(condition.reads.clone());
        let mut builder = ColumnsBuilder::new(&catalogue, needs, Roster::default());
        for number in 1..40 {
            builder.customer(customer(number), |row| fill(row, &mut writer.dice));
        }
        let columns = builder.finish().expect("known facts");
        let found = members(&columns, &condition, today, 1);
        let wanted: Vec<u32> = (0..columns.len() as u32)
            .filter(|row| condition.holds(&columns.facts(*row), Subject::Customer, today))
            .collect();
        prop_assert_eq!(found, wanted, "{} on {}", source, today);
    }

    #[test]
    fn spans_of_time_have_the_members_that_the_interpreter_finds(
        seed in 1u64.., on in 0usize..12, number in -70_000i64..70_000, years in -90i64..90, with_ages in any::<bool>()
    ) {
        let today: Day = day(DAYS[on]);
        let mut dice = Dice(seed);
        let catalogue = Catalogue::builtin().shared();
        let mut builder = ColumnsBuilder::new(&catalogue, Needs::everything(&catalogue), Roster::default());
        for number in 1..60 {
            builder.customer(customer(number), |row| {
                fill(row, &mut dice);
                row.date_kept("birthday", today + (dice.roll(50_000) as i32 - 45_000), Calendar::Lunar);
                if with_ages && dice.roll(2) == 0 {
                    row.int("age", dice.roll(80) as i64);
                }
            });
        }
        let columns = builder.finish().expect("known facts");
        for (span, number) in [
            ("age", years), ("years_since(birthday)", years), ("months_since(birthday)", years * 12),
            ("days_between(birthday, today)", number), ("days_between(today, birthday)", number),
            ("days_between(date('2024-02-29'), last_contact)", number / 30), ("years_since(joined)", years / 4),
        ] {
            for how in ["==", "!=", "<", "<=", ">", ">="] {
                for source in [format!("{span} {how} {number}"), format!("!({number} {how} {span})")] {
                    let condition = compile_kind(&source, &catalogue, None, Scalar::Bool)
                        .unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
                    let wanted: Vec<u32> = (0..columns.len() as u32)
                        .filter(|row| condition.holds(&columns.facts(*row), Subject::Customer, today))
                        .collect();
                    prop_assert_eq!(members(&columns, &condition, today, 1), wanted, "{} on {}", source, today);
                }
            }
        }
    }

    #[test]
    fn plans_find_the_subjects_and_the_worth_that_the_interpreter_finds(
        seed in 1u64.., depth in 1usize..4, on in 0usize..12
    ) {
        let today: Day = day(DAYS[on]);
        let mut writer = Writer { dice: Dice(seed), items: Vec::new() };
        let mut plans = Vec::new();
        for number in 0..6 {
            let for_each = number % 2 == 0;
            writer.items = if for_each { vec![("a".to_owned(), "agreements")] } else { Vec::new() };
            let who = writer.expression("bool", depth);
            let mut more = if for_each { "for_each = \"agreement\"\nas = \"a\"\n".to_owned() } else { String::new() };
            if number % 3 == 0 {
                more += &format!("worth = \"\"\"{}\"\"\"\n", writer.expression("money", depth).replace('"', "'"));
            } else {
                more += "factor = 0.3\n";
            }
            // Whatever gates and budget say, every match has a decision.
            more += "[limits]\ncounts_as_contact = false\n";
            plans.push(plan(&format!("plan{number}"), &who, &more));
        }
        let firm = Firm::new(plans, |builder| {
            for number in 1..25 {
                builder.customer(customer(number), |row| fill(row, &mut writer.dice));
            }
        });
        let planned = firm.plan(today);
        let catalogue = Catalogue::builtin();
        let mut wanted = Vec::new();
        for row in 0..firm.columns.len() as u32 {
            for plan in firm.compiled.plans() {
                let facts = firm.columns.facts(row);
                for subject in plan.matching_subjects(&facts, today) {
                    let item = match subject { Subject::Customer => None, Subject::Item(item) => Some(item as u32) };
                    let worth = plan.worth_of(&facts, &catalogue, subject, today);
                    wanted.push((row, firm.index(&plan.key), item, worth));
                }
            }
        }
        let pairs: Vec<_> = wanted.iter().map(|(row, plan, item, _)| (*row, *plan, *item)).collect();
        let decided: Vec<_> = planned.decisions.iter().map(|d| (d.row, d.plan, d.item)).collect();
        prop_assert_eq!(decided, pairs);
        prop_assert!(planned.decisions.iter().any(|d| d.verdict == Verdict::Chosen) || planned.touches.is_empty());
        for touch in &planned.touches {
            let worth = wanted.iter().find(|(row, plan, item, _)| (*row, *plan, *item) == (touch.row, touch.plan, touch.item));
            prop_assert_eq!(worth.map(|found| found.3), Some(touch.worth_minor));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// The day, the outline, "why" and what was written down by hand agree on who is reached how for which purpose.
    #[test]
    fn consent_is_asked_of_channel_and_purpose_alike_everywhere(seed in 1u64..) {
        static KINDS: [(&str, &str); 4] =
            [("renewal", "contract"), ("greeting", "care"), ("campaign", "marketing"), ("tea", "care")];
        const CHANNELS: [Channel; 3] = [Channel::Phone, Channel::Sms, Channel::Mail];
        let mut dice = Dice(seed);
        let (mut plans, mut asked) = (Vec::new(), Vec::new());
        for number in 0..6 {
            let (kind, purpose) = KINDS[dice.roll(4)];
            let mut channels = CHANNELS.to_vec();
            channels.rotate_left(dice.roll(3));
            channels.truncate(1 + dice.roll(3));
            let words: Vec<&str> = channels.iter().map(|channel| channel.word()).collect();
            let more = format!(
                "business_type = \"{kind}\"\nchannels = {words:?}\n[limits]\ncounts_as_contact = false\n"
            );
            plans.push(plan(&format!("plan{number}"), "true", &more));
            asked.push((format!("plan{number}"), channels, purpose));
        }
        let (mut open, mut shut) = (Vec::new(), Vec::new());
        let mut firm = Firm::new(plans, |builder| {
            for row in 0..24u32 {
                open.extend(CHANNELS.into_iter().filter(|_| dice.roll(3) > 0).map(|channel| (row, channel)));
                let each = CHANNELS.into_iter().flat_map(|one| KINDS[..3].iter().map(move |kind| (one, kind.1)));
                for (channel, purpose) in each {
                    shut.extend((dice.roll(4) == 0).then_some((row, channel, purpose)));
                }
                builder.customer(customer(u128::from(row) + 1), |facts| {
                    usual(facts);
                    let own = open.iter().filter(|one| one.0 == row);
                    facts.texts("consents", own.map(|(_, channel)| channel.word()));
                    for (_, channel, purpose) in shut.iter().filter(|one| one.0 == row) {
                        facts.shut(*channel, purpose);
                    }
                });
            }
        });
        firm.settings.capacity_per_day = 1_000;
        let today = day("2026-11-23");
        let mut wanted = BTreeMap::new();
        for (key, channels, purpose) in &asked {
            for row in 0..24 {
                let is_reached =
                    |channel: &&Channel| open.contains(&(row, **channel)) && !shut.contains(&(row, **channel, *purpose));
                wanted.insert((row, firm.index(key)), channels.iter().find(is_reached).copied());
            }
        }

        let planned = firm.plan(today);
        prop_assert_eq!(planned.decisions.len(), wanted.len());
        for decision in &planned.decisions {
            let refused = Verdict::Withheld { reason: Withheld::NoConsent, holder: None };
            let verdict = wanted[&(decision.row, decision.plan)].map_or(refused, |_| Verdict::Chosen);
            prop_assert_eq!(decision.verdict, verdict);
        }
        for touch in &planned.touches {
            prop_assert_eq!(wanted[&(touch.row, touch.plan)], Some(touch.channel));
        }
        let outline = outline(&firm.compiled, &firm.columns, today, &firm.settings);
        let mut found = Vec::new();
        for contact in outline.contacts() {
            let places = outline.order().iter().enumerate().filter(|(bit, _)| contact.plans.0 >> bit & 1 == 1);
            found.extend(places.map(|(_, index)| (contact.row, *index)));
        }
        found.sort_unstable();
        let reached = wanted.iter().filter(|(_, channel)| channel.is_some()).map(|(key, _)| *key);
        prop_assert_eq!(found, reached.collect::<Vec<_>>());
        for row in 0..24 {
            for answer in why(&firm.compiled, &firm.columns, row, today, &firm.history, &firm.settings, None) {
                let refused = WhyVerdict::Withheld { reason: Withheld::NoConsent, holder: None };
                let verdict = wanted[&(row, answer.plan)].map_or(refused, |channel| WhyVerdict::Chosen { channel });
                prop_assert_eq!(answer.verdict, verdict);
            }
        }
    }
}

#[test]
fn blocks_and_threads_change_nothing() {
    let mut dice = Dice(7);
    let plans = vec![
        plan(
            "a",
            "a.due > today && (tier == 'gold' || bills.exists(b, b.due < a.due))",
            "for_each = \"agreement\"\nas = \"a\"",
        ),
        plan("b", "arrears_months >= 2 && churn_risk >= 0.5", "[limits]\npriority = 70"),
        plan("c", "anniversary(birthday) <= today + days(60)", "[limits]\npriority = 90"),
    ];
    let mut firm = Firm::new(plans, |builder| {
        for number in 1..9_500 {
            builder.customer(customer(number), |row| fill(row, &mut dice));
        }
    });
    let today = day("2026-11-23");
    let two = firm.plan(today);
    for threads in [1, 3, 64] {
        firm.settings = Settings { threads, ..firm.settings };
        assert_eq!(firm.plan(today), two, "{threads} threads");
    }
    let row = 9_000;
    let facts = firm.columns.facts(row);
    for plan in firm.compiled.plans() {
        let index = firm.index(&plan.key);
        let found = two.decisions_of(row).iter().filter(|decision| decision.plan == index).count();
        assert_eq!(found, plan.matching_subjects(&facts, today).len(), "{}", plan.key);
    }
}
