//! One file with everything that goes wrong, and its repair.

use super::{read_all, rules, tell, today};
use proptest::prelude::*;
use tend_rules::base::{Channel, ChannelSet};
use tend_rules::intake::{
    BoundMapping, CellKind, ColumnMapping, DayOrder, DayReading, Edit, FactKind, FactTarget, Field, Fix, FixDeed,
    Mapping, ProblemCode, Repaired, Repairs, Row, RowKind, Target, clean_order_line, clean_row,
};

const MESSY: &str = "\
客户编号,姓名,手机,生日,历法,身份证号,性别,邮箱,微信,客户等级,客户状态,入会日期,结婚纪念日,勿扰,拒绝短信,短信授权,保单号,生效日期,到期日期,保费,缴费方式,车牌号,保单状态,语言,积分
C001,王 芳女士,139 1234 5678,1985年3月5日,公历,110105198503050026,女,wang@example.com,wangfang88,金卡,在用,2020-01-01,2010/5/1,否,否,是,P1,2020-01-01,2030-01-01,\"¥12,400\",年缴,京A12345,有效,中文,120
C002,李雷,1391234567,1985-02-30,公历,11010519491331002X,男性,li@example,lei,白银卡,退休,2030-01-01,1800-01-01,否,否,是,P2,2026-13-01,2020-01-01,很多,偶尔,A12345,好的,火星语,12.5
C003,测试,1.38E+10,2030-05-05,星历,110105194912310021,中,wang@gmial.com,张,钻,,明天,20200230,也许,见备注,是,1.23E+17,2026-01-01,2025-01-01,1..2,1000年,京A1234,,,abc
,,abc,,,,,,,,,,,,,,,,,,,,,,
C005,123,13912345678/123,农历十三月初一,,110105194912310,女,a@@b,@@,金,潜在,85-3-5,3/5/2010,,是,是,,2026-01-01,2027-01-01,-5,月,苏EO1234,有效,英文,99999999999999999999
C006,韩梅梅（老客户）,1085321234,闰四月初三,,11010519491231002X,男,,,,,,,,,,,,,0.005,,,,,
";

#[test]
fn every_bad_cell_is_reported_with_row_column_reason_and_suggestion() {
    let (_, bound, rows) = read_all(MESSY, RowKind::Customers);
    let washed: Vec<_> = rows.iter().map(|row| clean_row(row, &bound, &rules())).collect();
    let problems: Vec<_> = washed.iter().flat_map(|washed| washed.problems.clone()).collect();
    insta::assert_snapshot!(tell(&problems), @r"
    3 手机 phone_too_short
    3 身份证号 id_number_day
    3 邮箱 mail_unreadable
    3 微信 wechat_unreadable
    3 客户等级 tier_unknown
    3 客户状态 lifecycle_unknown
    3 入会日期 day_in_future
    3 结婚纪念日 day_too_early
    3 生效日期 day_impossible
    3 保费 money_unreadable
    3 缴费方式 number_unreadable
    3 车牌号 plate_unreadable
    3 保单状态 agreement_status_unknown
    3 语言 language_unknown
    3 生日 day_impossible → 1985-02-28
    4 姓名 name_is_placeholder
    4 手机 phone_lost_digits
    4 历法 calendar_unknown
    4 身份证号 id_number_check_digit
    4 性别 gender_unknown
    4 邮箱 mail_unreadable → wang@gmail.com
    4 微信 wechat_unreadable
    4 客户等级 tier_unknown
    4 入会日期 day_unreadable
    4 结婚纪念日 day_impossible → 2020-02-29
    4 勿扰 refusal_assumed
    4 拒绝短信 refusal_assumed
    4 保单号 number_lost_digits
    4 保费 money_unreadable
    4 缴费方式 number_out_of_range
    4 车牌号 plate_unreadable
    4 生日 day_in_future
    4 (row) consent_against_refusal
    4 到期日期 agreement_ends_before_start
    5 手机 phone_unreadable
    5 (row) row_without_identity
    6 姓名 name_unreadable
    6 手机 phone_too_short → 13912345678
    6 身份证号 id_number_day
    6 邮箱 mail_unreadable
    6 微信 wechat_unreadable
    6 入会日期 day_century_guessed
    6 结婚纪念日 day_ambiguous
    6 车牌号 plate_unreadable → 苏E01234
    6 生日 lunar_day_impossible
    6 (row) consent_against_refusal
    7 姓名 name_remark_removed
    7 手机 phone_zero_restored → 01085321234
    7 保费 money_rounded
    7 性别 gender_differs_from_id → female
    ");
    assert!(problems.len() >= 40, "{} problems", problems.len());
    let kept: Vec<u32> = washed.iter().filter_map(|washed| washed.clean.as_ref().map(|row| row.row)).collect();
    assert_eq!(kept, [2, 3, 4, 6, 7], "only the row that names nobody is refused");
}

#[test]
fn the_good_row_is_clean_in_every_field() {
    let (_, bound, rows) = read_all(MESSY, RowKind::Customers);
    let washed = clean_row(&rows[0], &bound, &rules());
    assert_eq!(tell(&washed.problems), "");
    insta::assert_json_snapshot!(washed.clean.expect("a clean row"), @r#"
    {
      "row": 2,
      "outside_id": "C001",
      "name": {
        "full": "王芳",
        "surname": "王",
        "given": "芳",
        "gender": "female"
      },
      "phones": [
        {
          "number": "+8613912345678"
        }
      ],
      "mails": [
        "wang@example.com"
      ],
      "wechats": [
        "wangfang88"
      ],
      "id_number": {
        "number": "110105198503050026",
        "born": "1985-03-05",
        "gender": "female"
      },
      "birthday": {
        "calendar": "solar",
        "year": 1985,
        "month": 3,
        "day": 5
      },
      "wedding_day": "2010-05-01",
      "gender": "female",
      "occupation": null,
      "address": null,
      "region": null,
      "language": "zh",
      "tier": "gold",
      "class": null,
      "lifecycle": "active",
      "joined": "2020-01-01",
      "annual_value": null,
      "labels": [],
      "refusals": 0,
      "consents": 2,
      "owner": null,
      "unit": null,
      "reason": null,
      "remark": null,
      "agreement": {
        "number": "P1",
        "kind": "vehicle_cover",
        "product": null,
        "start": "2020-01-01",
        "end": "2030-01-01",
        "due": null,
        "premium": {
          "minor": 1240000,
          "currency": "CNY"
        },
        "status": "active",
        "plate": "京A12345",
        "pay_every_months": 12
      },
      "facts": [
        [
          "points",
          {
            "kind": "string",
            "value": "120"
          }
        ]
      ]
    }
    "#);
}

#[test]
fn fixes_for_all_of_a_kind_and_edits_of_cells() {
    let (_, bound, rows) = read_all(MESSY, RowKind::Customers);
    let repairs = Repairs {
        fixes: vec![
            Fix { code: ProblemCode::DayImpossible, heading: Some("生日".into()), deed: FixDeed::TakeSuggestion },
            Fix { code: ProblemCode::TierUnknown, heading: None, deed: FixDeed::SetValue("银卡".into()) },
            Fix { code: ProblemCode::PhoneLostDigits, heading: None, deed: FixDeed::DropCell },
            Fix { code: ProblemCode::RowWithoutIdentity, heading: None, deed: FixDeed::SkipRow },
            Fix { code: ProblemCode::RefusalAssumed, heading: None, deed: FixDeed::DropCell },
            Fix { code: ProblemCode::PhoneZeroRestored, heading: None, deed: FixDeed::Accept },
        ],
        edits: vec![Edit { row: 3, heading: "手机".into(), text: "13912345670".into() }],
    };
    let headings: Vec<String> = MESSY.lines().next().expect("headings").split(',').map(str::to_owned).collect();
    let book = repairs.ready_for(&headings);
    let repaired: Vec<_> =
        rows.iter().map(|row| book.wash(row, &bound, |row| clean_row(row, &bound, &rules()))).collect();
    let Repaired::Accepted { clean, problems } = &repaired[1] else { panic!("row 3 is accepted") };
    assert_eq!(clean.phones[0].e164(), "+8613912345670");
    assert_eq!(clean.birthday.and_then(|birthday| birthday.born_on()), "1985-02-28".parse().ok());
    assert!(
        problems
            .iter()
            .all(|p| !matches!(p.code, ProblemCode::PhoneTooShort | ProblemCode::DayImpossible) || p.heading != "生日")
    );
    let Repaired::Accepted { clean, problems } = &repaired[2] else { panic!("row 4 is accepted") };
    assert!(clean.phones.is_empty() && problems.iter().all(|p| p.code != ProblemCode::PhoneLostDigits));
    assert!(clean.refusals.has(Channel::Sms), "leaving a doubtful refusal out does not weaken it");
    assert!(matches!(repaired[3], Repaired::Skipped { .. }));
    let Repaired::Accepted { problems, .. } = &repaired[5] else { panic!("row 7 is accepted") };
    assert!(problems.iter().all(|p| p.code != ProblemCode::PhoneZeroRestored));
}

#[test]
fn a_refusal_wins_over_a_consent_in_one_row() {
    let file = "姓名,电话,拒绝短信,短信授权,同意电话,邮件授权\n王芳,13912345678,是,是,是,拒绝\n";
    let (_, bound, rows) = read_all(file, RowKind::Customers);
    let washed = clean_row(&rows[0], &bound, &rules());
    let clean = washed.clean.expect("a clean row");
    assert_eq!(clean.refusals, ChannelSet::NONE.with(Channel::Sms).with(Channel::Mail));
    assert_eq!(clean.consents, ChannelSet::NONE.with(Channel::Phone));
    assert_eq!(tell(&washed.problems), "2 (row) consent_against_refusal\n");
}

/// A mapping with one column for every field, and one for each type of fact.
fn mapping_of_everything(kind: RowKind) -> (BoundMapping, usize) {
    let column = |heading: String, target: Target| ColumnMapping { heading, target, day_order: DayOrder::Mdy };
    let fields = Field::ALL.iter().filter(|field| field.fits(kind));
    let mut columns: Vec<ColumnMapping> =
        fields.map(|field| column(field.word().to_owned(), Target::Field(*field))).collect();
    if kind == RowKind::Customers {
        columns.extend(FactKind::ALL.iter().map(|fact| {
            let key = format!("own_{}", fact.word());
            column(key.clone(), Target::Fact(FactTarget { key, kind: *fact, title: String::new() }))
        }));
    }
    let headings: Vec<String> = columns.iter().map(|column| column.heading.clone()).collect();
    let bound = Mapping { kind, columns }.bind(&headings).expect("a sound mapping");
    (bound, headings.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_makes_a_cleaner_panic(text in "[0-9年月日农历闰初十廿/:.,+\\-()eE%¥万转x京A-Z王 ]{0,24}|\\PC{0,40}") {
        for kind in [RowKind::Customers, RowKind::Orders] {
            let (bound, width) = mapping_of_everything(kind);
            let row = Row::of(2, std::iter::repeat_n(text.as_str(), width));
            match kind {
                RowKind::Customers => { clean_row(&row, &bound, &rules()); }
                RowKind::Orders => { clean_order_line(&row, &bound, &rules()); }
            }
        }
    }

    #[test]
    fn a_day_written_in_any_dress_is_the_same_day(number in -40_000_i32..60_000) {
        let day = tend_rules::base::Day::from_number(number);
        let (y, m, d) = (day.year(), day.month(), day.day_of_month());
        let reading = DayReading { order: DayOrder::Dmy, today: today() };
        for text in [format!("{y}-{m}-{d}"), format!("{y}年{m}月{d}日"), format!("{y:04}{m:02}{d:02}"), format!("{d}/{m}/{y}")] {
            prop_assert_eq!(tend_rules::intake::clean_day(&text, &reading).value(), Some(day), "{}", text);
        }
    }

    #[test]
    fn a_clean_value_is_clean_again(text in "\\PC{0,30}") {
        use tend_rules::intake::{clean_id_number, clean_mail, clean_phone, clean_plate};
        if let Some(phone) = clean_phone(&text).value() {
            prop_assert_eq!(clean_phone(phone.e164()).value().map(|p| p.e164().to_owned()), Some(phone.e164().to_owned()));
        }
        if let Some(mail) = clean_mail(&text).value() {
            prop_assert_eq!(clean_mail(mail.as_str()).value(), Some(mail));
        }
        if let Some(plate) = clean_plate(&text).value() {
            prop_assert_eq!(clean_plate(&plate).value(), Some(plate));
        }
        if let Some(id) = clean_id_number(&text, CellKind::Text).value() {
            prop_assert_eq!(clean_id_number(&id.number, CellKind::Text).value(), Some(id));
        }
    }
}
