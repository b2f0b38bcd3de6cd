//! Plan files from the outside: what they say, what is due, and what their writers are told.

use tend_rules::base::{Channel, Language};
use tend_rules::plan::{CarePlan, Fault, failed_tests};
use tend_rules::segment::Catalogue;

const RENEWAL: &str = r#"
key = "renewal_t7"
business_type = "renewal"
title = { zh = "续期提醒 T-7", en = "Renewal reminder, 7 days before" }
reason = { zh = "保单将于 {a.due} 到期，尚未缴费", en = "Due on {a.due}, not yet paid" }
for_each = "agreement"
as = "a"
who = '''a.kind == "policy" && a.status == "active"
  && a.due == today + days(7) && !a.paid'''
worth = "a.premium * 0.05"
channels = ["phone", "wechat", "sms"]
script = "renewal"
templates = { sms = "renewal_t7_sms" }
[limits]
priority = 80
cooldown_days = 2
expires_after_days = 5
quiet_days = ["spring_festival"]
at = "09:30"
[proof]
any_of = ["call_30s", "reply"]
[[test]]
name = "seven days before"
day = "2026-11-23"
customer = { tier = "gold", agreements = [
  { kind = "policy", status = "active", due = "2026-11-30", paid = false, premium = 12400.00 },
  { kind = "policy", status = "active", due = 2026-11-30, paid = true },
] }
expect = "due"
due = 1
[[test]]
name = "a blocked customer is left alone"
day = "2026-11-23"
customer = { lifecycle = "blocked", agreements = [{ kind = "policy", status = "active", due = "2026-11-30" }] }
expect = "not due"
"#;

fn parse(text: &str) -> Result<CarePlan, Vec<Fault>> {
    CarePlan::parse("renewal.toml", text, &Catalogue::builtin().shared())
}

/// The faults of the file with `from` replaced by `to`, as `line:column code suggestion`.
fn told(from: &str, to: &str) -> Vec<String> {
    assert!(RENEWAL.contains(from), "{from}");
    let faults = parse(&RENEWAL.replacen(from, to, 1)).err().unwrap_or_default();
    faults
        .iter()
        .map(|fault| {
            let suggestion = fault.suggestion.as_ref().map_or(String::new(), |text| format!(" {text}"));
            format!("{}:{} {}{suggestion}", fault.place.line, fault.place.column, fault.code)
        })
        .collect()
}

#[test]
fn a_plan_file_is_read_and_its_examples_hold() {
    let plan = parse(RENEWAL).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(plan.channels, [Channel::Phone, Channel::Wechat, Channel::Sms]);
    assert_eq!((plan.limits.priority, plan.limits.cap_30d, plan.limits.at_minute), (80, 3, Some(570)));
    assert_eq!(plan.templates[&Channel::Sms], "renewal_t7_sms");
    assert_eq!(plan.tests.len(), 2);
    assert_eq!(failed_tests(&plan, "renewal.toml", &Catalogue::builtin()), []);
}

#[test]
fn an_example_that_the_plan_answers_otherwise_is_told_with_its_line() {
    let plan = parse(&RENEWAL.replace("due = 1", "due = 2")).unwrap_or_else(|faults| panic!("{faults:?}"));
    let failed = failed_tests(&plan, "renewal.toml", &Catalogue::builtin());
    assert_eq!(failed.len(), 1);
    assert_eq!(
        failed[0].to_string(),
        "renewal.toml:22:1: test_failed: the test \"seven days before\" expected due = 2 but the plan says due = 1"
    );
    assert_eq!(failed[0].words(Language::Zh), "测试“seven days before”不符：应为 due = 2，结果为 due = 1");
}

#[test]
fn faults_name_file_line_column_code_and_what_was_meant() {
    assert_eq!(told("a.due == today", "a.deu == today"), ["9:8 unknown_item_fact due"]);
    assert_eq!(told("a.premium * 0.05", "a.premium > 5"), ["10:22 money_needs_yuan yuan(5)"]);
    assert_eq!(told("a.premium * 0.05", "0.05"), ["10:10 wrong_kind yuan(0.05)"]);
    assert_eq!(told("cooldown_days", "cooldwn_days"), ["16:1 unknown_key cooldown_days"]);
    assert_eq!(told("priority = 80", "priority = 800"), ["15:12 out_of_range"]);
    assert_eq!(told("\"wechat\", ", "\"wechta\", "), ["11:22 unknown_word wechat"]);
    assert_eq!(told("spring_festival", "sping_festival"), ["18:15 unknown_word spring_festival"]);
    assert_eq!(told("{a.due} 到期", "{a.due 到期"), ["5:23 unclosed_placeholder"]);
    assert_eq!(told("key = \"renewal_t7\"\n", ""), ["1:1 missing_key"]);
    assert_eq!(told("for_each = \"agreement\"", "for_each = \"agrement\""), ["6:12 unknown_word agreement"]);
    assert_eq!(told("at = \"09:30\"", "at = \"9:30\""), ["19:6 bad_time"]);
    assert_eq!(told("tier = \"gold\"", "teir = \"gold\""), ["25:14 unknown_key tier"]);
    assert_eq!(told("premium = 12400.00", "premium = \"12400\""), ["26:85 wrong_type"]);
    assert_eq!(told("[limits]", "[limits"), ["14:8 toml_syntax"]);
    assert_eq!(told("expect = \"not due\"", ""), ["31:1 missing_key"]);
    assert_eq!(told("title = { zh = \"续期提醒 T-7\", ", "title = { "), ["4:9 missing_key"]);
}

#[test]
fn a_word_without_quotation_marks_is_told_what_its_key_wants() {
    let said = |from: &str, to: &str| {
        let faults = parse(&RENEWAL.replacen(from, to, 1)).err().unwrap_or_default();
        faults.iter().map(|fault| fault.to_string()).collect::<Vec<_>>()
    };
    let place = "renewal.toml:15:12: ";
    for word in ["high", "true-ish", "fairly", "8o", "高"] {
        let wanted = [format!("{place}wrong_type: priority must be a whole number")];
        assert_eq!(said("priority = 80", &format!("priority = {word}")), wanted, "{word}");
    }
    assert_eq!(
        said("[limits]", "[limits]\ncounts_as_contact = yes"),
        ["renewal.toml:15:21: wrong_type: counts_as_contact must be true or false"]
    );
    assert_eq!(said("channels = ", "by = nobody\nchannels = ").len(), 1);
    assert_eq!(told("channels = ", "by = nobody\nchannels = "), ["11:6 unknown_word"]);
    // A text is told how it is written, and the zero of a figure that is right is not the fault.
    assert_eq!(told("script = \"renewal\"", "script = renewal"), ["12:10 bare_value \"renewal\""]);
    assert_eq!(told("priority = 80", "priority = 8,0"), ["15:13 toml_syntax"]);
    // A file of nothing else takes no deeper way than a file with one.
    let words: String = (0..10_000).map(|line| format!("k{line} = word\n")).collect();
    assert_eq!(parse(&words).err().unwrap_or_default().len(), 1);
}

#[test]
fn several_faults_are_told_in_the_order_of_the_file() {
    let text = RENEWAL.replace("renewal_t7\"", "Renewal T7\"").replace("[proof]", "[prof]");
    let codes: Vec<&str> = parse(&text).err().unwrap_or_default().iter().map(|fault| fault.code).collect();
    assert_eq!(codes, ["bad_key", "unknown_key"]);
}

#[test]
fn a_plan_touches_the_lost_only_if_it_asks_for_them() {
    let catalogue = Catalogue::builtin();
    let asks = |who: &str| {
        let text = RENEWAL.replace("a.kind == \"policy\" && ", who);
        parse(&text).unwrap_or_else(|faults| panic!("{faults:?}")).asks_for_lost(&catalogue)
    };
    assert!(asks("lifecycle == 'lost' && "));
    assert!(asks("customer.lifecycle in ['active', 'lost'] && "));
    assert!(!asks("lifecycle == 'active' && "));
    assert!(!asks(""));
}
