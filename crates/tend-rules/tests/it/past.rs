//! A customer as they were known before: one journal, looked at from several moments.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tend_rules::base::*;
use tend_rules::customer::*;
use tend_rules::law::Stance;
use uuid::Uuid;

fn unit(number: u128) -> UnitId {
    UnitId(Uuid::from_u128(number))
}

/// Li Xiuying as she is today: ordinary since this morning, a tea lover, no calls any more.
fn today() -> Customer {
    Customer {
        id: CustomerId(Uuid::from_u128(1)),
        outside_id: None,
        name: "李秀英".into(),
        pinyin: String::new(),
        initials: String::new(),
        gender: String::new(),
        birthday: None,
        wedding_day: None,
        occupation: String::new(),
        region: String::new(),
        language: String::new(),
        tier: "ordinary".into(),
        class: String::new(),
        lifecycle: "active".into(),
        joined: None,
        annual_value_minor: 0,
        churn_risk: None,
        unit_id: unit(2),
        owner_id: None,
        household_id: None,
        consented: ChannelSet::NONE,
        refused: ChannelSet::NONE.with(Channel::Phone),
        facts: BTreeMap::new(),
        noted: BTreeMap::new(),
        last_contact: Some("2026-11-24".parse().expect("a day")),
        first_batch_id: None,
        version: 9,
        created_at: Instant::from_millis(100),
        updated_at: Instant::from_millis(900),
    }
}

fn told(at: i64, room: &str, kind: &str, payload: Value) -> Told {
    Told {
        at: Instant::from_millis(at),
        day: "2026-11-24".parse().expect("a day"),
        room: room.into(),
        kind: kind.into(),
        payload,
    }
}

fn payment() -> PaymentId {
    PaymentId(Uuid::from_u128(77))
}

fn policy() -> AgreementId {
    AgreementId(Uuid::from_u128(5))
}

fn terms(product: &str) -> Terms {
    Terms {
        kind: "policy".into(),
        product: product.into(),
        status: "active".into(),
        start: None,
        end: None,
        due: None,
        premium: Money::fen(100),
        pay_every_months: 12,
        paid_on: None,
        paid_for: None,
        grace_days: 60,
        signed: None,
        delivered: None,
    }
}

/// The newest first.
fn journal() -> Vec<Told> {
    let paid = json!({
        "payment": payment(), "on": "2026-11-20", "bill": null, "agreement": policy(),
        "before": { "on": "2025-11-20", "due": null },
    });
    vec![
        told(900, "customer", "fact_changed", json!({ "fact": "tier", "from": "silver", "to": "ordinary" })),
        told(800, "customer", "label_put", json!({ "label": "tea_lover", "remark": "green", "again": true })),
        told(750, "customer", "agreement_put", json!({ "agreement": policy(), "before": terms("old") })),
        told(700, "customer", "payment_added", paid),
        told(600, "contact", "outcome_recorded", json!({ "contact": "x", "reached": "yes", "last_contact": null })),
        told(
            500,
            "customer",
            "consent_set",
            json!({
                "channel": "phone", "purpose": "marketing", "from": "given", "to": "refused",
                "consented_before": ChannelSet::NONE.with(Channel::Phone).bits(), "refused_before": 0,
            }),
        ),
        told(400, "customer", "fact_changed", json!({ "fact": "cups", "from": 3, "to": null })),
        told(350, "customer", "entrusted", json!({ "from": { "unit": unit(1), "owner": null }, "to": {} })),
        told(300, "customer", "fact_changed", json!({ "fact": "tier", "from": "gold", "to": "silver" })),
        told(200, "customer", "label_put", json!({ "label": "tea_lover", "remark": "", "again": false })),
        told(150, "customer", "fact_changed", json!({ "fact": "mail", "from": "sealed", "to": "sealed" })),
    ]
}

fn known(journal: &[Told], moment: i64) -> Known {
    let refused = ((Channel::Phone, "marketing".to_owned()), Stance::Refused);
    let now = (today(), BTreeSet::from(["tea_lover".to_owned()]), Stances::from([refused]));
    as_known(now, journal, Instant::from_millis(moment))
}

fn at(moment: i64) -> Known {
    known(&journal(), moment)
}

/// `key`, or `key?` where nothing tells what stood before.
fn learnt(known: &Known) -> Vec<String> {
    let mark = |is_told: bool| if is_told { "" } else { "?" };
    known.learnt_later.iter().map(|(key, learnt)| format!("{key}{}", mark(learnt.is_told))).collect()
}

/// What was said about a purpose over the telephone.
fn stance(known: &Known, purpose: &str) -> Option<Stance> {
    known.stances.get(&(Channel::Phone, purpose.to_owned())).copied()
}

#[test]
fn what_was_said_about_all_purposes_gives_back_what_was_said_about_single_ones() {
    let all = |more: Value| {
        let mut payload = json!({
            "channel": "phone", "purpose": "every", "from": "given", "to": "refused",
            "consented_before": ChannelSet::NONE.with(Channel::Phone).bits(), "refused_before": 0,
        });
        payload.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        known(&[told(900, "customer", "consent_set", payload)], 250)
    };
    let before = all(json!({ "said_before": { "every": "unknown", "care": "given" } }));
    assert_eq!((stance(&before, "care"), stance(&before, "marketing")), (Some(Stance::Given), None));
    assert_eq!(learnt(&before), ["consents"]);
    let older = all(json!({}));
    assert_eq!(learnt(&older), ["consents?"], "which purposes the consent was for is not told");
    let nothing = all(json!({ "consented_before": 0, "from": "unknown" }));
    assert_eq!((learnt(&nothing), stance(&nothing, "marketing")), (vec!["consents".into()], Some(Stance::Refused)));
}

#[test]
fn what_came_later_is_taken_back_and_named() {
    let known = at(250);
    assert_eq!((known.file.tier.as_str(), known.file.unit_id), ("gold", unit(1)));
    assert_eq!(known.file.facts["cups"].value, json!(3));
    assert!(known.file.consented.has(Channel::Phone) && !known.file.refused.has(Channel::Phone));
    assert_eq!(stance(&known, "marketing"), Some(Stance::Given));
    assert!(known.labels.contains("tea_lover"), "put on again later: it was on before");
    assert_eq!(known.file.last_contact, None);
    assert!(known.not_yet.contains(&payment().0));
    assert_eq!(known.terms[&policy()].product, "old");
    assert_eq!(known.settled[&policy().0].on, Some("2025-11-20".parse().expect("a day")), "before the payment");
    let keys = ["agreements", "consents", "cups", "labels", "last_contact", "owner", "payments", "tier"];
    assert_eq!(learnt(&known), keys);
    assert_eq!(known.learnt_later["tier"].at, Instant::from_millis(300), "the first time");
    assert!(known.is_certain() && known.was_on_file());
}

#[test]
fn each_moment_knows_what_was_told_until_then() {
    let known = at(650);
    assert_eq!((known.file.tier.as_str(), known.file.last_contact), ("silver", today().last_contact));
    assert!(!known.file.facts.contains_key("cups") && known.file.refused.has(Channel::Phone));
    assert_eq!(at(900).file, today());
    assert!(!at(120).labels.contains("tea_lover"));
    assert!(!at(50).was_on_file());
}

#[test]
fn what_the_journal_does_not_tell_is_not_invented() {
    let check = |kind: &str, payload: Value, expected: &[&str]| {
        let known = known(&[told(900, "customer", kind, payload)], 250);
        assert_eq!(
            (learnt(&known), known.file),
            (expected.iter().map(|key| (*key).into()).collect(), today()),
            "{kind}"
        );
    };
    check("imported", json!({ "batch": "b" }), &["import?"]);
    check("import_undone", json!({ "batch": "b" }), &["import?"]);
    check("agreement_put", json!({ "agreement": policy() }), &["agreements?"]);
    check("payment_added", json!({ "payment": payment() }), &["agreements?", "bills?", "payments"]);
    check("consent_set", json!({ "channel": "phone", "purpose": "marketing", "from": "unknown" }), &["consents?"]);
    check("fact_changed", json!({ "fact": "phone", "from": "sealed" }), &["consents?"]);
    check("label_put", json!({ "label": "tea_lover" }), &["labels?"]);
    check("something_new", json!({}), &["record?"]);
    check("seen", json!({}), &[]);
}

#[test]
fn a_batch_is_taken_back_with_everything_that_it_told() {
    let before = json!({
        "keeper": { "unit": unit(7), "owner": null }, "consented": 1, "refused": 0,
        "agreements_added": [AgreementId(Uuid::from_u128(6))], "agreements": { policy().to_string(): terms("old") },
    });
    let payload = json!({
        "changes": { "occupation": { "from": "teacher", "to": "" }, "cups": { "from": null, "to": 2 } },
        "labels": ["tea_lover"], "before": before,
    });
    let known = known(&[told(900, "customer", "imported", payload)], 250);
    assert_eq!((known.file.occupation.as_str(), known.file.unit_id), ("teacher", unit(7)));
    assert_eq!((known.file.consented.bits(), known.file.refused), (1, ChannelSet::NONE));
    assert!(known.labels.is_empty() && known.not_yet.contains(&Uuid::from_u128(6)));
    assert_eq!(known.terms[&policy()].product, "old");
    assert_eq!(learnt(&known), ["agreements", "cups", "import", "occupation", "owner"]);
}

#[test]
fn a_contact_that_was_taken_back_left_nothing_behind() {
    let record = json!({ "contact": "x", "reached": "yes", "last_contact": null });
    let back = told(610, "contact", "outcome_taken_back", json!({ "contact": "x" }));
    let record = told(600, "contact", "outcome_recorded", record);
    let known_at = |moment| known(&[back.clone(), record.clone()], moment);
    assert_eq!((learnt(&known_at(250)), known_at(250).file), (Vec::<String>::new(), today()));
    assert_eq!(learnt(&known_at(605)), ["last_contact?"], "between the two the contact was on file");
}

#[test]
fn an_agreement_that_was_taken_back_left_nothing_behind() {
    let added = told(600, "customer", "agreement_put", json!({ "agreement": policy(), "before": null }));
    let put = told(605, "customer", "agreement_put", json!({ "agreement": policy(), "before": terms("typed") }));
    let back = told(610, "customer", "agreement_taken_back", json!({ "agreement": policy(), "before": terms("put") }));
    let known_at = |moment| known(&[back.clone(), put.clone(), added.clone()], moment);
    assert_eq!((learnt(&known_at(250)), known_at(250).file), (Vec::<String>::new(), today()));
    assert!(known_at(250).not_yet.is_empty() && known_at(250).terms.is_empty());
    assert_eq!(learnt(&known_at(607)), ["agreements?"], "between the two the agreement was on file");
}

#[test]
fn a_payment_that_was_taken_back_left_nothing_behind() {
    let before = json!({ "on": "2025-11-20", "due": null });
    let paid = json!({ "payment": payment(), "bill": null, "agreement": policy(), "before": before });
    let paid = told(600, "customer", "payment_added", paid);
    let put = told(605, "customer", "agreement_put", json!({ "agreement": policy(), "before": terms("typed") }));
    let back = told(610, "customer", "payment_taken_back", json!({ "payment": payment(), "agreement": policy() }));
    let known_at = |moment| known(&[back.clone(), put.clone(), paid.clone()], moment);
    let known = known_at(250);
    assert_eq!((learnt(&known), known.file), (vec!["agreements".into(), "payments".into()], today()));
    let settled = Settled { on: Some("2025-11-20".parse().expect("a day")), due: None };
    assert_eq!(known.settled[&policy().0], settled, "as before the payment, not as between the two");
    assert_eq!(
        learnt(&known_at(607)),
        ["agreements?", "bills?", "payments?"],
        "between the two the payment was on file, and this is all that is known of it"
    );
}
