//! The care language from the outside: what expressions answer, and what writers are told.

use tend_rules::base::{Day, Language};
use tend_rules::segment::{
    Binding, Calendar, Catalogue, Explanation, FactSheet, Scalar, ShownProblem, Subject, Text, TextWords, Value, Words,
    compile,
};

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// Wang Fang: three agreements, a renewal in seven days, a lunar birthday.
fn wang_fang() -> FactSheet {
    let catalogue = Catalogue::with_firm_facts([
        ("points".to_owned(), Scalar::Int, Words::new("积分", "points")),
        ("score".to_owned(), Scalar::Double, Words::new("评分", "score")),
    ])
    .expect("free keys")
    .shared();
    let mut sheet = FactSheet::new(&catalogue);
    let facts = [
        ("name", Value::text("王芳")),
        ("tier", Value::text("gold")),
        ("lifecycle", Value::text("active")),
        ("birthday", Value::Date(day("1965-09-10"), Calendar::Lunar)),
        ("wedding_day", Value::day(day("2000-02-29"))),
        ("annual_value", Value::Money(1_860_000)),
        ("labels", Value::texts(["vip", "tea"])),
        ("contacts_30d", Value::Int(1)),
        ("points", Value::Int(420)),
        ("bill_m1", Value::Money(4_000)),
        ("bill_m3", Value::Money(10_000)),
    ];
    for (key, value) in facts {
        sheet.set(key, value).expect("a known fact");
    }
    let agreement = |kind: &'static str, due: &str, paid| {
        [
            ("kind", Value::text(kind)),
            ("due", Value::day(day(due))),
            ("paid", Value::Bool(paid)),
            ("premium", Value::Money(1_240_000)),
        ]
    };
    sheet.add_item("agreements", agreement("policy", "2026-11-30", false)).expect("known");
    sheet.add_item("agreements", agreement("policy", "2027-03-01", true)).expect("known");
    sheet.add_item("agreements", agreement("vehicle_cover", "2026-12-01", false)).expect("known");
    sheet.add_item("bills", [("due", Value::day(day("2026-10-01"))), ("paid", Value::Bool(false))]).expect("known");
    sheet.add_item("bills", [("due", Value::day(day("2026-11-01")))]).expect("known");
    sheet
}

fn catalogue() -> Catalogue {
    Catalogue::with_firm_facts([
        ("points".to_owned(), Scalar::Int, Words::new("积分", "points")),
        ("score".to_owned(), Scalar::Double, Words::new("评分", "score")),
    ])
    .expect("free keys")
}

fn ask(source: &str) -> Value {
    let expression = compile(source, &catalogue(), None).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
    expression.value(&wang_fang(), Subject::Customer, day("2026-11-23"))
}

fn holds(source: &str) {
    assert_eq!(ask(source), Value::Bool(true), "{source}");
}

fn fails(source: &str) {
    assert_eq!(ask(source), Value::Bool(false), "{source}");
}

/// The first problem: `line:column code suggestion`.
fn problem(source: &str) -> String {
    match compile(source, &catalogue(), None) {
        Ok(_) => "fine".to_owned(),
        Err(problems) => {
            let shown = ShownProblem::of(&problems[0], source, Language::En);
            let suggestion = shown.suggestion.map_or(String::new(), |text| format!(" {text}"));
            format!("{}:{} {}{suggestion}", shown.place.line, shown.place.column, shown.code)
        }
    }
}

#[test]
fn conditions_on_the_customer() {
    holds("tier == \"gold\" && lifecycle in ['new', 'active']");
    holds("customer.tier == 'gold'");
    holds("annual_value >= yuan(18600) && annual_value < yuan(18600.01)");
    holds("bill_m1 < bill_m3 * 0.5");
    holds("bill_m1 / bill_m3 == 0.4 && bill_m3 / 3 == yuan(33.33)");
    holds("'vip' in labels && !('dog' in labels) && size(labels) == 2");
    holds("points * 2 == 840 && points / 100 == 4 && points % 100 == 20 && points >= 419.5");
    holds("name.startsWith(\"王\") && size(name) == 2 && !name.contains('李')");
    holds("(tier == 'gold' ? yuan(500) : yuan(100)) == yuan(500)");
}

#[test]
fn dates_and_their_anniversaries() {
    holds("today == date('2026-11-23') && weekday(today) == 1 && month(today) == 11 && day_of_month(today) == 23");
    holds("anniversary(birthday) == date('2027-09-15')");
    holds("anniversary(wedding_day) == date('2027-02-28')");
    holds("years_since(birthday) == 61 && age == 61 && birthday_calendar == 'lunar'");
    holds("months_since(date('2026-01-31')) == 9 && days_between(today, date('2026-12-01')) == 8");
    holds("today - date('2026-11-01') > days(21) && today + days(9) == date('2026-12-02')");
    holds("festival(date('2026-02-17')) == 'spring_festival' && festival(today) == ''");
    holds("workday(date('2026-02-14')) && !workday(date('2026-02-16'))");
}

#[test]
fn items_are_asked_with_exists_all_filter_and_size() {
    holds("agreements.exists(a, a.kind == 'policy' && a.due == today + days(7) && !a.paid)");
    holds("agreements.filter(a, a.kind == 'policy').size() == 2 && size(agreements) == 3");
    holds("agreements.filter(a, a.kind == 'policy').filter(b, b.paid).exists(c, c.due > today)");
    fails("agreements.all(a, a.paid)");
    holds("agreements.filter(a, a.paid).all(a, a.due > today)");
    holds("orders.all(o, o.status == 'delivered') && !orders.exists(o, true) && !has(orders)");
    holds("agreements.exists(a, bills.exists(b, b.due < a.due && b.due == date('2026-10-01')))");
    holds("arrears_months == 2");
    holds("has(agreements.filter(a, a.plate == '京A12345' || a.paid))");
}

#[test]
fn a_missing_value_meets_no_comparison() {
    fails("occupation == 'teacher'");
    fails("occupation != 'teacher'");
    fails("score < 1.0 || score >= 1.0");
    fails("last_contact + days(3) < today");
    holds("!has(occupation) && has(tier) && !(occupation == 'x') && !occupation.startsWith('t')");
    holds("!orphan && !(owner_left == true) && !(owner_left == false)");
    assert_eq!(ask("bill_m2 * 2"), Value::Missing);
    assert_eq!(ask("1 / (3 - 3)"), Value::Missing);
    assert_eq!(ask("9223372036854775807 + 1"), Value::Missing);
    assert_eq!(ask("today + days(9223372036854775807)"), Value::Missing);
    assert_eq!(ask("annual_value / yuan(3 - 3)"), Value::Missing);
}

#[test]
fn problems_name_place_code_and_what_was_meant() {
    for (source, told) in [
        ("brithday == today", "1:1 unknown_fact birthday"),
        ("tier == 'gold'\n  && teir == 'x'", "2:6 unknown_fact tier"),
        ("tier == 'golden'", "1:9 unknown_choice \"gold\""),
        ("tier in ['gold', 'sliver']", "1:18 unknown_choice \"silver\""),
        ("'fax' in consents", "1:1 unknown_choice"),
        ("annual_value > 500", "1:16 money_needs_yuan yuan(500)"),
        ("annual_value + 500 > yuan(1)", "1:16 money_needs_yuan yuan(500)"),
        ("last_contact > 30", "1:1 cannot_compare days_between(last_contact, today)"),
        ("today - last_contact > 30", "1:1 cannot_compare days(30)"),
        ("last_contact + 3 < today", "1:1 cannot_calculate last_contact + days(3)"),
        ("annual_value / 0 > yuan(1)", "1:16 divided_by_zero"),
        ("points % (0) == 1", "1:10 divided_by_zero"),
        ("points / 0.0 > 1.0", "1:10 divided_by_zero"),
        ("annual_value / yuan(0) > 1.0", "1:16 divided_by_zero"),
        ("birthday == '1965-09-10'", "1:13 date_needs_date date(\"1965-09-10\")"),
        ("date('2026-02-30') == today", "1:6 bad_date"),
        ("tier = 'gold'", "1:6 single_equals =="),
        ("tier == “gold”", "1:9 full_width_character \""),
        ("tier == 'gold' and true", "1:16 unexpected_word &&"),
        ("tier == 'gold", "1:9 unclosed_text"),
        ("(tier == 'gold'", "1:16 unexpected_end"),
        ("agreements.exists(a, a.premum > yuan(1))", "1:24 unknown_item_fact premium"),
        ("agreements.exist(a, a.paid)", "1:12 unknown_method exists"),
        ("agreements.exists(a.paid)", "1:12 wrong_count"),
        ("agreements.exists(tier, true)", "1:19 name_taken"),
        ("agreements == 3", "1:1 collection_alone"),
        ("aniversary(birthday) == today", "1:1 unknown_function anniversary"),
        ("1 < points < 3", "1:12 chained_comparison"),
        ("name.startswith('x')", "1:6 unknown_method startsWith"),
        ("labels == 'vip'", "1:1 cannot_compare 'vip' in labels"),
        ("points && true", "1:1 wrong_kind"),
        ("has(1 + 2)", "1:5 has_needs_fact"),
        ("", "1:1 empty"),
        ("99999999999999999999 > 1", "1:1 number_too_large"),
    ] {
        assert_eq!(problem(source), told, "{source}");
    }
}

#[test]
fn every_problem_of_an_expression_is_told_at_once() {
    let problems = compile("teir == 'gold' && annual_value > 5", &catalogue(), None).expect_err("two slips");
    assert_eq!(problems.len(), 2);
    assert_eq!(problems[1].words(Language::Zh), "金额只能与金额比较或相加减；是否想写 yuan(5)？");
}

#[test]
fn no_text_exhausts_the_stack() {
    let chain = |sign: &str, terms: usize| vec!["points"; terms].join(sign);
    assert_eq!(
        problem(&chain(" == 1 && ", 10_000)),
        "1:26667 too_long".replace("26667", &column_of_limit(" == 1 && "))
    );
    assert!(problem(&chain(" + ", 2_000)).ends_with("too_deep"));
    assert!(problem(&"(".repeat(4_000)).ends_with("too_deep"));
    assert!(problem(&"!".repeat(4_000)).contains("unexpected_end"));
    assert!(problem(&format!("{}paid", "!".repeat(4_000))).ends_with("too_deep"));
    assert!(problem(&format!("size(name) {}", "? 1 : 2 ".repeat(900))).contains("1:"));
    assert_eq!(problem(&format!("{} == 1", chain(" == 1 && ", 1_000))), "fine");
}

/// The column at which the word after the last allowed one stands.
fn column_of_limit(sign: &str) -> String {
    // `points == 1 && ` has four words; word number 5,001 begins the 1,251st round.
    (1_250 * ("points".len() + sign.len()) + 1).to_string()
}

#[test]
fn an_explanation_names_the_first_part_that_decided() {
    let catalogue = catalogue();
    let explain = |source: &str| {
        let expression = compile(source, &catalogue, None).expect("a condition");
        expression.explain(&catalogue, &wang_fang(), Subject::Customer, day("2026-11-23"))
    };
    let Explanation::Fails(part) = explain("tier == 'gold' && points > 500 && age < 3") else { panic!("it fails") };
    assert_eq!(part.words(Language::Zh), "points > 500（积分 = 420）");
    let Explanation::Fails(part) = explain("(tier == 'gold' && age < 3) && points > 500") else { panic!("it fails") };
    assert_eq!(part.words(Language::En), "age < 3 (age = 61)");
    let Explanation::Fails(part) = explain("occupation == 'x'") else { panic!("it fails") };
    assert_eq!(part.words(Language::En), "occupation == 'x' (occupation = unknown)");
    let Explanation::Holds(parts) = explain("tier == 'gold' && (age < 3 || points > 400)") else { panic!("it holds") };
    assert_eq!(parts.iter().map(|part| part.source.as_str()).collect::<Vec<_>>(), ["tier == 'gold'", "points > 400"]);
    let Explanation::Fails(part) = explain("agreements.exists(a, a.kind == 'loan')") else { panic!("it fails") };
    assert_eq!(part.seen[0].value, Value::Int(3));
}

#[test]
fn texts_are_filled_in_both_languages() {
    let catalogue = catalogue();
    let agreements = catalogue.collection("agreements").expect("agreements");
    let subject = Some(Binding { name: "a", collection: agreements });
    let words = TextWords { catalogue: &catalogue, extra: &|name| (name == "staff.name").then(|| "李明".to_owned()) };
    let render = |source: &str, language| {
        let text = Text::parse(source, &catalogue, subject).unwrap_or_else(|problems| panic!("{problems:?}"));
        text.render(&wang_fang(), Subject::Item(0), day("2026-11-23"), language, &words)
    };
    let zh = render(
        "{customer.name}您好，{tier}客户的{a.kind}将于 {a.due} 到期，保费 {a.premium}。{{{staff.name}}}",
        Language::Zh,
    );
    assert_eq!(zh.text, "王芳您好，金卡客户的保单将于 2026年11月30日 到期，保费 12,400元。{李明}");
    assert!(zh.missing.is_empty());
    let en = render("due {a.due}, {days_between(today, a.due)} days, {a.plate}, {firm.name}", Language::En);
    assert_eq!(en.text, "due 2026-11-30, 7 days, , ");
    assert_eq!(en.missing, ["a.plate", "firm.name"]);
    let problems = Text::parse("到期 {a.deu}", &catalogue, subject).expect_err("a slip");
    assert_eq!(problems[0].span.text("到期 {a.deu}"), "deu");
    assert_eq!(problems[0].suggestion.as_deref(), Some("due"));
    assert_eq!(Text::parse("{name", &catalogue, None).expect_err("open")[0].code.word(), "unclosed_placeholder");
}
