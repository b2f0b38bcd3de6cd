//! Mappings proposed for headings and values.

use super::*;
use crate::base::Day;
use crate::intake::Row;

fn suggested(headings: &[&str], rows: &[&str], kind: RowKind, known: &[KnownFact]) -> Vec<Suggestion> {
    let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let mut survey = Survey::new(&headings, Day::of(2026, 11, 23).expect("a day"));
    for (number, row) in rows.iter().enumerate() {
        survey.see(&Row::of(number as u32 + 2, row.split('|')));
    }
    suggest(&survey, kind, known)
}

fn told(target: &Target) -> String {
    match target {
        Target::Ignore => "ignore".to_owned(),
        Target::Field(field) => field.word().to_owned(),
        Target::Fact(fact) => format!("{}:{}", fact.key, fact.kind.word()),
    }
}

#[track_caller]
fn check(heading: &str, values: &[&str], expected: &str) {
    let suggestions = suggested(&[heading], values, RowKind::Customers, &[]);
    assert_eq!(told(&suggestions[0].target), expected, "{heading} {values:?}");
}

#[test]
fn fields_by_their_headings() {
    check("姓名", &["王芳"], "name");
    check("投保人姓名", &["王芳"], "name");
    check("手机号码", &["13912345678"], "phone");
    check("联系电话1", &["13912345678"], "phone");
    check("客户联系电话（手机）", &["13912345678"], "phone");
    check("Mobile No.", &["13912345678"], "phone");
    check("E-Mail", &["a@example.com"], "mail");
    check("身份证号码", &["11010519491231002X"], "id_number");
    check("出生日期", &["1985-03-05"], "birthday");
    check("农历生日", &["八月十五"], "lunar_birthday");
    check("下期应缴日", &["2026-12-01"], "agreement_due");
    check("保单号", &["P0001"], "agreement_number");
    check("年缴保费", &["12400"], "agreement_premium");
    check("车牌号", &["京A12345"], "agreement_plate");
    check("customerID", &["3668-QPYBK"], "outside_id");
    check("tenure", &["2"], "tenure_months");
    check("是否拒绝短信", &["是", "否"], "refuses_sms");
    check("Do Not Call", &["Y", "N"], "refuses_phone");
    check("客户经理", &["李雷"], "owner");
    check("问题 problem (tend)", &["x"], "ignore");
}

#[test]
fn a_heading_does_not_win_against_its_values() {
    check("PhoneService", &["Yes", "No"], "phone_service:bool");
    check("电话套餐名", &["畅享", "至尊"], "agreement_product");
    check("RealEstate", &["flat", "house"], "real_estate:string");
    check("投保人电话备注", &["晚上打", "勿打"], "remark");
    check("gender", &["Male", "Female"], "gender");
}

#[test]
fn fields_by_their_values() {
    check("c1", &["13912345678", "13812345678"], "phone");
    check("c1", &["11010519491231002X"], "id_number");
    check("c1", &["a@example.com"], "mail");
    check("c1", &["京A12345"], "agreement_plate");
}

#[test]
fn new_facts_are_typed_by_their_values() {
    check("MonthlyCharges", &["53.85", "70.7"], "monthly_charges:money");
    check("SeniorCitizen", &["0", "1"], "senior_citizen:bool");
    check("Contract", &["One year", "Month-to-month"], "contract:string");
    check("Churn", &["Yes", "No"], "churn:bool");
    check("visits", &["3", "17"], "visits:int");
    check("score", &["0.5", "0.75"], "score:double");
    check("share", &["50%", "7%"], "share:double");
    check("车型", &["帕萨特"], "car_model:string");
    check("spent", &["¥1,200", "¥3"], "spent:money");
    check("postcode", &["010010", "200001"], "postcode:string");
    check("first visit on", &["2026-01-02", "2026/3/4"], "first_visit_on:date");
    check("today", &["a"], "own_today:string");
    check("2nd choice", &["a"], "f_2nd_choice:string");
    check("nothing", &[""], "ignore");
}

#[test]
fn keys_are_the_same_in_every_file() {
    assert_eq!(key_of("TotalCharges"), "total_charges");
    assert_eq!(key_of("HTMLName"), "html_name");
    assert_eq!(key_of("emp.var.rate"), "emp_var_rate");
    assert_eq!(key_of("喜欢的颜色"), key_of(" 喜欢的颜色 "));
    assert_ne!(key_of("喜欢的颜色"), key_of("喜欢的花"));
}

#[test]
fn a_fact_of_the_firm_is_known_again() {
    let known = [KnownFact { key: "monthly_charges".into(), kind: FactKind::Double, titles: vec!["月费用".into()] }];
    let suggestions = suggested(&["MonthlyCharges", "月费用"], &["1|2"], RowKind::Customers, &known);
    assert_eq!(told(&suggestions[0].target), "monthly_charges:double");
    assert_eq!(suggestions[0].reason, SuggestReason::KnownFact);
}

#[test]
fn rivals_for_one_field_become_facts() {
    let suggestions = suggested(&["姓名", "联系人"], &["王芳|李雷"], RowKind::Customers, &[]);
    assert_eq!(told(&suggestions[0].target), "name");
    assert!(matches!(suggestions[1].target, Target::Fact(_)));
}

#[test]
fn order_lines() {
    let headings =
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];
    let row = "536365|85123A|WHITE HANGING HEART|6|2010-12-01 08:26:00|2.55|17850.0|United Kingdom";
    let suggestions = suggested(&headings, &[row], RowKind::Orders, &[]);
    let targets: Vec<String> = suggestions.iter().map(|s| told(&s.target)).collect();
    assert_eq!(
        targets.join(" "),
        "order_number line_sku line_title line_quantity placed_at line_unit_price outside_id region"
    );
    let owned: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    assert_eq!(crate::intake::kind_of_rows(&owned), RowKind::Orders);
}

#[test]
fn the_column_shows_whether_day_or_month_comes_first() {
    let order = |values: &[&str]| suggested(&["生日"], values, RowKind::Customers, &[])[0].day_order;
    assert_eq!(order(&["3/5/1985", "13/5/1985"]), DayOrder::Dmy);
    assert_eq!(order(&["3/5/1985", "5/13/1985"]), DayOrder::Mdy);
    assert_eq!(order(&["1985-03-05"]), DayOrder::Ymd);
}
