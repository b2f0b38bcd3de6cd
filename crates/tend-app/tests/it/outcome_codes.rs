//! Outcome codes are the firm's to word, to order and to retire; what was recorded with one keeps its name.

use crate::work::{make, renewal};
use serde_json::{Value, json};
use std::time::Duration;
use tend_app::contact::{self, ContactError};
use tend_rules::journal::Doer;
use tend_testkit::{Client, World, each_store};

/// The codes of a kind of work, as the settings show them.
async fn codes(client: &Client, kind: &str) -> Vec<Value> {
    let all = client.get("/api/outcome-codes").await.body;
    all[kind].as_array().unwrap_or_else(|| panic!("{kind}: {all}")).clone()
}

fn named(codes: &[Value]) -> Vec<&str> {
    codes.iter().map(|one| one["code"].as_str().expect("a code")).collect()
}

fn body(of: &Value, change: &[(&str, Value)]) -> Value {
    let mut body = json!({});
    for field in ["title_zh", "title_en", "reached", "result", "needs_note", "next_days"] {
        body[field] = of[field].clone();
    }
    for (field, value) in change {
        body[*field] = value.clone();
    }
    body
}

/// A renewal call to 李秀英 on 王芳's list.
async fn call(world: &mut World) -> (Client, String) {
    let li = world.welcome("li").await;
    make(world, vec![renewal(world, li, "nanshan", Some("wang"))]).await;
    let wang = world.sign_in("wang").await;
    let id = wang.get("/api/my-day").await.body["items"][0]["id"].as_str().expect("a touch").to_owned();
    (wang, format!("/api/touches/{id}"))
}

#[tokio::test]
async fn a_code_is_worded_anew_ordered_and_stands_so_on_the_page_of_work() {
    each_store(async |mut world| {
        let (wang, touch) = call(&mut world).await;
        let hq = world.sign_in("hq").await;
        let usual = codes(&hq, "").await;
        let later = usual.iter().find(|one| one["code"] == "later").expect("a code").clone();
        let change =
            body(&later, &[("title_en", json!("Next week")), ("reached", json!("no")), ("next_days", json!(7))]);
        assert_eq!(wang.patch("/api/outcome-codes/any/later", 1, change.clone()).await.status, 403);
        assert_eq!(hq.patch("/api/outcome-codes/any/later", 7, change.clone()).await.body["code"], "version_stale");
        let changed = hq.patch("/api/outcome-codes/any/later", 1, change).await;
        assert_eq!(changed.status, 204, "{}", changed.body);
        let unknown = hq.patch("/api/outcome-codes/any/nothing", 1, body(&later, &[])).await;
        assert_eq!((unknown.status, &unknown.body["code"]), (404, &json!("outcome_code_not_found")));

        let mut order = named(&usual);
        order.reverse();
        let few = hq.put("/api/outcome-codes/any", json!({ "codes": order[1..] })).await;
        assert_eq!((few.status, &few.body["params"]["field"]), (422, &json!("codes")));
        for _ in 0..2 {
            assert_eq!(hq.put("/api/outcome-codes/any", json!({ "codes": order })).await.status, 204);
        }
        let now = codes(&hq, "").await;
        assert_eq!(named(&now), order);

        let page = wang.get(&touch).await.body;
        let pad = page["outcome_codes"].as_array().expect("codes");
        assert_eq!(named(pad), order);
        let later = pad.iter().find(|one| one["code"] == "later").expect("it is offered");
        let expected = (&json!("Next week"), &json!("no"), &json!(7));
        assert_eq!((&later["title"], &later["reached"], &later["next_days"]), expected);
    })
    .await;
}

#[tokio::test]
async fn a_retired_code_takes_no_result_and_keeps_the_name_of_those_it_took() {
    each_store(async |mut world| {
        let (wang, touch) = call(&mut world).await;
        let hq = world.sign_in("hq").await;
        let outcome = format!("{touch}/outcome");
        assert_eq!(wang.post(&outcome, json!({ "code": "no_answer" })).await.status, 201);
        let retirement = "/api/outcome-codes/any/no_answer/retirement";
        for _ in 0..2 {
            assert_eq!(hq.post(retirement, json!({})).await.status, 204);
        }
        let shown = codes(&hq, "").await;
        let one = shown.iter().find(|one| one["code"] == "no_answer").expect("it stays in the list");
        assert!(one["key"].is_null() && !one["retired_at"].is_null(), "{one}");
        let page = wang.get(&touch).await.body;
        assert!(!named(page["outcome_codes"].as_array().expect("codes")).contains(&"no_answer"), "{page}");
        assert_eq!(page["history"][0]["title"], "No answer");
        assert_eq!(wang.post(&outcome, json!({ "code": "no_answer" })).await.body["code"], "outcome_code_unknown");
        assert_eq!(hq.delete(retirement).await.status, 204);
        assert_eq!(wang.post(&outcome, json!({ "code": "no_answer" })).await.status, 201);
    })
    .await;
}

#[tokio::test]
async fn work_keeps_a_code_with_which_it_ends_well() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        assert_eq!(hq.post("/api/outcome-codes/any/complaint/retirement", json!({})).await.status, 204);
        let last = hq.post("/api/outcome-codes/any/done/retirement", json!({})).await;
        assert_eq!((last.status, &last.body["code"]), (409, &json!("outcome_code_last")));
        let usual = codes(&hq, "").await;
        let done = usual.iter().find(|one| one["code"] == "done").expect("a code");
        let turned = hq.patch("/api/outcome-codes/any/done", 1, body(done, &[("result", json!("again"))])).await;
        assert_eq!(turned.body["code"], "outcome_code_last");
        let nameless = hq.patch("/api/outcome-codes/any/done", 1, body(done, &[("title_zh", json!(" "))])).await;
        assert_eq!((nameless.status, &nameless.body["params"]["field"]), (422, &json!("title")));
    })
    .await;
}

#[tokio::test]
async fn what_the_firm_edited_is_left_alone_by_its_playbook() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let install = async || hq.post("/api/playbooks/insurance/installation", json!({})).await;
        let installed = install().await;
        assert!(installed.status < 300, "{}", installed.body);
        let of_renewal = codes(&hq, "renewal").await;
        let paid = &of_renewal[0];
        let change = body(paid, &[("title_zh", json!("钱到账了"))]);
        let path = format!("/api/outcome-codes/renewal/{}", paid["code"].as_str().expect("a code"));
        assert_eq!(hq.patch(&path, paid["version"].as_i64().expect("a version"), change).await.status, 204);
        assert!(install().await.status < 300);
        let again = codes(&hq, "renewal").await;
        assert_eq!((&again[0]["title_zh"], &again[0]["version"]), (&json!("钱到账了"), &json!(2)));
        assert_eq!(again[1]["title_zh"], of_renewal[1]["title_zh"]);
    })
    .await;
}

#[tokio::test]
async fn two_people_do_not_retire_the_last_two_codes_with_which_work_ends_well() {
    const DOER: Doer = Doer::Program("test");
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let ends = |one: &&Value| one["result"] == "done" && one["retired_at"].is_null();
        // With the second run the codes are the firm's own rows.
        for _ in 0..2 {
            let usual = codes(&hq, "").await;
            let well: Vec<String> =
                usual.iter().filter(ends).map(|one| one["code"].as_str().expect("a code").to_owned()).collect();
            assert_eq!(well.len(), 2, "{well:?}");
            let first = world.app.begin().await.expect("a transaction");
            contact::retire_code(&world.app, &first, DOER, ("", &well[0])).await.expect("one is left");
            let (app, last) = (world.app.clone(), well[1].clone());
            let second = tokio::spawn(async move {
                let tx = app.begin().await.expect("a transaction");
                let retired = contact::retire_code(&app, &tx, DOER, ("", &last)).await;
                if retired.is_ok() {
                    tx.commit().await.expect("committed");
                }
                retired
            });
            // Long enough for the second to run into the first.
            tokio::time::sleep(Duration::from_millis(400)).await;
            first.commit().await.expect("committed");
            let refused = second.await.expect("a task");
            assert!(matches!(refused, Err(ContactError::LastCode)), "{refused:?}");
            let left = codes(&hq, "").await;
            assert_eq!(left.iter().filter(ends).count(), 1, "work still ends well");
            let back = hq.delete(&format!("/api/outcome-codes/any/{}/retirement", well[0])).await;
            assert_eq!(back.status, 204, "{}", back.body);
        }
    })
    .await;
}
