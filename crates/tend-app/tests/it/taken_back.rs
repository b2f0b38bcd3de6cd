//! What a person takes back a moment later: relations, payments, verdicts, departures. Everything stands as before, said
//! twice is said once, and what came after is never overwritten.

use crate::work::{make, renewal};
use serde_json::{Value, json};
use tend_app::customer::add_bills;
use tend_app::platform::sql;
use tend_rules::base::*;
use tend_rules::customer::Bill;
use tend_rules::journal::Doer;
use tend_testkit::{Client, PASSWORD, World, each_store};

async fn told(world: &World, kind: &str) -> i64 {
    let count = sql("SELECT COUNT(*) FROM journal_fact WHERE kind = $1").bind(kind);
    count.value(world.app.read()).await.expect("a count")
}

/// What comes after has a later moment: ids of one millisecond have no order.
fn a_second_later(world: &World) {
    world.app.clock().set(world.app.now().plus_seconds(1));
}

fn yuan(amount: i64) -> Value {
    json!({ "minor": amount * 100, "currency": "CNY" })
}

async fn page(client: &Client, id: CustomerId) -> Value {
    client.get(&format!("/api/customers/{id}")).await.body
}

#[tokio::test]
async fn a_relation_goes_from_both_pages_and_twice_is_once() {
    each_store(async |mut world| {
        let (li, zhao, chen) =
            (world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("chen_m").await);
        let (wang, zhao_qiang) = (world.sign_in("wang").await, world.sign_in("zhao").await);
        let path = format!("/api/customers/{li}/relations");
        let made = wang.post(&path, json!({ "other_id": zhao, "kind": "child" })).await;
        assert_eq!((made.status, &made.body["is_new"]), (201, &json!(true)), "{}", made.body);
        let again = wang.post(&path, json!({ "other_id": zhao, "kind": "child" })).await;
        assert_eq!((&again.body["id"], &again.body["is_new"]), (&made.body["id"], &json!(false)));
        let other = wang.post(&path, json!({ "other_id": chen, "kind": "referred" })).await;
        assert_eq!(other.status, 201);

        let one = format!("{path}/{}", made.body["id"].as_str().expect("an id"));
        assert_eq!(zhao_qiang.delete(&one).await.status, 404, "somebody else's customer");
        let kinds = async |id| -> Vec<String> {
            let page = page(&wang, id).await;
            let all = page["relations"].as_array().expect("relations").iter();
            all.map(|one| one["kind"].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!((kinds(li).await.len(), kinds(zhao).await), (2, vec!["parent".to_owned()]));
        for _ in 0..2 {
            assert_eq!(wang.delete(&one).await.status, 204);
        }
        assert_eq!((kinds(li).await, kinds(zhao).await), (vec!["referred".to_owned()], vec![]));
        assert_eq!(told(&world, "unrelated").await, 2, "once in the story of each");
        let fresh = wang.post(&path, json!({ "other_id": zhao, "kind": "child" })).await;
        assert_eq!(fresh.body["is_new"], true, "and may be said anew");
    })
    .await;
}

#[tokio::test]
async fn who_came_into_a_household_is_told_apart_from_who_lived_there() {
    each_store(async |mut world| {
        let (li, zhao, chen) =
            (world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("chen_m").await);
        let wang = world.sign_in("wang").await;
        let join = async |id: CustomerId, member: CustomerId| {
            wang.post(&format!("/api/customers/{id}/household"), json!({ "members": [member] })).await.body
        };
        let first = join(zhao, chen).await;
        assert_eq!(first["joined"].as_array().map(Vec::len), Some(2));
        let second = join(li, zhao).await;
        assert_eq!(
            (&second["id"], &second["joined"]),
            (&first["id"], &json!([li])),
            "only she is to be taken out again"
        );
        assert_eq!(join(li, zhao).await["joined"], json!([]));
    })
    .await;
}

/// A bill that is open.
async fn owe(world: &World, customer_id: CustomerId) {
    let (app, day) = (&world.app, world.app.today());
    let id = BillId(app.new_id(customer_id.bucket()));
    let (amount, agreement_id, paid_on) = (Money::fen(1_200), None, None);
    let bill = Bill { id, customer_id, agreement_id, period: day, due: day + 9, amount, paid_on };
    let tx = app.begin().await.expect("a transaction");
    add_bills(app, &tx, Doer::Program("test"), &[bill]).await.expect("a bill");
    tx.commit().await.expect("committed");
}

/// What stands of one thing that a customer holds; paid ones may stand at another place of the page.
fn held_in(page: &Value, part: &str, id: &Value) -> Value {
    let all = page[part].as_array().unwrap_or_else(|| panic!("{part}: {page}"));
    all.iter().find(|one| one["id"] == *id).unwrap_or_else(|| panic!("{id} in {page}")).clone()
}

#[tokio::test]
async fn a_payment_that_is_taken_back_leaves_what_it_settled_as_before() {
    each_store(async |mut world| {
        let (li, liu) = (world.welcome("li").await, world.welcome("liu_y").await);
        let hq = world.sign_in("hq").await;
        owe(&world, liu).await;
        for (id, part) in [(li, "agreements"), (liu, "bills")] {
            let held = page(&hq, id).await[part][0].clone();
            let path = format!("/api/customers/{id}/payments");
            let field = if part == "bills" { "bill_id" } else { "agreement_id" };
            let body = json!({ field: held["id"], "amount": yuan(12), "paid_on": "2026-11-20" });
            let made = hq.post(&path, body).await;
            assert_eq!(made.status, 201, "{}", made.body);
            let paid = page(&hq, id).await;
            assert_eq!(held_in(&paid, part, &held["id"])["paid_on"], "2026-11-20");
            let count = paid["payments"].as_array().map(Vec::len);
            let one = format!("{path}/{}", made.body["id"].as_str().expect("an id"));
            let before = told(&world, "payment_taken_back").await;
            for _ in 0..2 {
                assert_eq!(hq.delete(&one).await.status, 204);
            }
            assert_eq!(told(&world, "payment_taken_back").await, before + 1, "a second time nothing happens");
            let back = page(&hq, id).await;
            let now = held_in(&back, part, &held["id"]);
            assert_eq!((&now["paid_on"], &now["paid_for"]), (&held["paid_on"], &held["paid_for"]));
            assert_eq!(back["payments"].as_array().map(|left| left.len() + 1), count);
        }
    })
    .await;
}

#[tokio::test]
async fn a_payment_stays_after_ten_minutes_and_under_the_next_one() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let (wang, zhao) = (world.sign_in("wang").await, world.sign_in("zhao").await);
        let policy = page(&wang, li).await["agreements"][0]["id"].clone();
        let path = format!("/api/customers/{li}/payments");
        let pay = async |day: &str| {
            a_second_later(&world);
            let made = wang.post(&path, json!({ "agreement_id": policy, "amount": yuan(12), "paid_on": day })).await;
            format!("{path}/{}", made.body["id"].as_str().unwrap_or_else(|| panic!("{}", made.body)))
        };
        let (first, second) = (pay("2026-11-20").await, pay("2026-11-21").await);
        assert_eq!(zhao.delete(&second).await.status, 404, "somebody else's customer");
        let stays = wang.delete(&first).await;
        assert_eq!((stays.status, &stays.body["code"]), (409, &json!("payment_stays")), "{}", stays.body);
        assert_eq!(wang.delete(&second).await.status, 204);
        assert_eq!(page(&wang, li).await["agreements"][0]["paid_on"], "2026-11-20", "as the first one left it");
        assert_eq!(wang.delete(&first).await.status, 204, "now it is the last one");
        let old = pay("2026-11-22").await;
        world.set_clock("2026-11-23", 9 * 60 + 11);
        assert_eq!(wang.delete(&old).await.body["code"], "payment_stays");
    })
    .await;
}

/// A result of 王芳's that waits for a verdict, drawn into the sample.
async fn result(world: &mut World) -> (Client, Client, String) {
    let li = world.welcome("li").await;
    make(world, vec![renewal(world, li, "nanshan", Some("wang"))]).await;
    let (wang, hq) = (world.sign_in("wang").await, world.sign_in("hq").await);
    let id = wang.get("/api/touches").await.body["items"][0]["id"].as_str().expect("a touch").to_owned();
    finish(&wang, &id).await;
    let drawn = hq.post("/api/verifications/sample", json!({ "percent": 100, "seed": 7 })).await;
    assert_eq!(drawn.body[0]["id"], id, "{}", drawn.body);
    (wang, hq, format!("/api/touches/{id}"))
}

async fn finish(wang: &Client, id: &str) {
    wang.post(&format!("/api/touches/{id}/claim"), json!({})).await;
    let done = wang.post(&format!("/api/touches/{id}/outcome"), json!({ "code": "done" })).await;
    assert_eq!(done.status, 201, "{}", done.body);
}

async fn drawn(hq: &Client) -> usize {
    let list = hq.get("/api/touches?state=done,failed&sample=drawn").await.body;
    list["items"].as_array().expect("items").len()
}

#[tokio::test]
async fn a_verdict_that_is_taken_back_was_never_given() {
    each_store(async |mut world| {
        let (wang, hq, path) = result(&mut world).await;
        let verification = format!("{path}/verification");
        assert_eq!(hq.delete(&verification).await.body["code"], "no_verdict");
        let before = hq.get(&path).await.body["touch"].clone();

        assert_eq!(hq.post(&verification, json!({ "verdict": "accepted" })).await.body["state"], "verified");
        let back = hq.delete(&verification).await;
        assert_eq!((back.status, &back.body["state"]), (200, &json!("done")), "{}", back.body);
        assert_eq!(drawn(&hq).await, 1);

        let verdict = json!({ "verdict": "returned", "reason": "没有确认车牌" });
        assert_eq!(hq.post(&verification, verdict.clone()).await.body["state"], "returned");
        assert_eq!((drawn(&hq).await, wang.get("/api/notices/unread").await.body["unread"].clone()), (0, json!(1)));
        let back = hq.delete(&verification).await.body;
        for field in ["state", "not_after", "finished_at", "return_reason", "outcome_code"] {
            assert_eq!(back[field], before[field], "{field}");
        }
        assert_eq!(drawn(&hq).await, 1, "it stands in the sample again");
        assert_eq!(wang.get("/api/notices").await.body["items"], json!([]), "and she is not told of it any more");
        assert_eq!(hq.delete(&verification).await.body["code"], "no_verdict", "nothing is taken back twice");
        assert_eq!(told(&world, "verdict_taken_back").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_verdict_is_taken_back_by_its_giver_within_a_minute_while_nobody_acted_on_it() {
    each_store(async |mut world| {
        let (wang, hq, path) = result(&mut world).await;
        let verification = format!("{path}/verification");
        let sent_back = json!({ "verdict": "returned", "reason": "没有录音" });
        assert_eq!(hq.post(&verification, sent_back.clone()).await.status, 201);
        let qa = world.sign_in("qa").await;
        assert_eq!(qa.delete(&verification).await.body["code"], "no_verdict", "another's verdict");
        assert_eq!(wang.delete(&verification).await.status, 403);
        assert_eq!(wang.post(&format!("{path}/claim"), json!({})).await.status, 200);
        assert_eq!(hq.delete(&verification).await.body["code"], "touch_changed", "she mends it already");

        // The reason with which it came back before is there again.
        a_second_later(&world);
        assert_eq!(wang.post(&format!("{path}/outcome"), json!({ "code": "done" })).await.status, 201);
        assert_eq!(hq.post(&verification, json!({ "verdict": "accepted" })).await.body["return_reason"], Value::Null);
        assert_eq!(hq.delete(&verification).await.body["return_reason"], "没有录音");

        a_second_later(&world);
        assert_eq!(hq.post(&verification, json!({ "verdict": "accepted" })).await.status, 201);
        world.set_clock("2026-11-23", 9 * 60 + 2);
        let late = hq.delete(&verification).await;
        assert_eq!((late.status, &late.body["code"]), (409, &json!("verdict_too_old")));
    })
    .await;
}

#[tokio::test]
async fn who_left_by_mistake_comes_back_and_signs_in_as_before() {
    each_store(async |world| {
        let (admin, mut wang) = (world.sign_in("admin").await, world.sign_in("wang").await);
        let path = format!("/api/staff/{}", world.staff("wang"));
        let departure = format!("{path}/departure");
        let gone = json!({ "left_on": "2026-11-23", "heir_id": world.staff("zhao") });
        assert_eq!(admin.post(&departure, gone.clone()).await.status, 201);
        assert_eq!((wang.get("/api/me").await.status, wang.sign_in("wang", PASSWORD).await.status), (401, 401));
        for _ in 0..2 {
            let back = admin.delete(&departure).await;
            assert_eq!((back.status, &back.body["left_on"], &back.body["heir_id"]), (200, &Value::Null, &Value::Null));
        }
        assert_eq!(told(&world, "staff_returned").await, 1, "who works here does not come back");
        assert_eq!(wang.sign_in("wang", PASSWORD).await.status, 200);
        assert_eq!(wang.get("/api/my-day").await.status, 200);
        assert_eq!(admin.post(&departure, gone).await.status, 201, "and may leave again");
        assert_eq!(world.sign_in("lead_sz").await.delete(&departure).await.status, 403);
    })
    .await;
}
