//! What an erasure ends beside the customer's own rows: files that were taken out and not fetched yet, and answers that a
//! repeat would be given once more. And who may end the rule that it takes two people, or take a pack of
//! rules away.

use crate::merge::{again, merge};
use serde_json::json;
use tend_app::platform::{claim, sql};
use tend_app::work::{EXPORT_QUEUE, do_export, expire_exports};
use tend_rules::base::{Bucket, CustomerId};
use tend_testkit::{Client, PASSWORD, World, each_store};

/// A file with these customers, made and not fetched; answers its path.
pub async fn file_of(world: &World, client: &Client, customers: &[CustomerId]) -> String {
    let body = json!({ "who": { "ids": customers }, "columns": ["name"], "format": "csv", "reason": "寄年历" });
    let asked = client.post("/api/exports", body).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    while let Some(job) = claim(&world.app, EXPORT_QUEUE).await.expect("the queue") {
        do_export(&world.app, &job).await.expect("a file");
    }
    format!("/api/exports/{}", asked.body["id"].as_str().expect("an id"))
}

pub async fn erase(world: &World, id: CustomerId) {
    let qa = world.sign_in("qa").await;
    let erased = qa.post(&format!("/api/customers/{id}/erasure"), json!({ "reason": "书面请求" })).await;
    assert_eq!((erased.status, &erased.body["state"]), (200, &json!("erased")), "{}", erased.body);
}

fn files(world: &World) -> usize {
    std::fs::read_dir(world.folder().join("exports")).expect("the folder").count()
}

#[tokio::test]
async fn no_file_with_an_erased_customer_is_handed_out_any_more() {
    each_store(async |mut world| {
        let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| ()).await;
        let (hq, lead) = (world.sign_in("hq").await, world.sign_in("lead_sz").await);
        let hers = file_of(&world, &hq, &[li, zhao]).await;
        let as_other = file_of(&world, &hq, &[other]).await;
        let his = file_of(&world, &hq, &[zhao]).await;
        assert_eq!(merge(&lead, li, other, json!([])).await.status, 201);
        assert_eq!(files(&world), 3);
        erase(&world, li).await;
        for ended in [&hers, &as_other] {
            let refused = hq.get(&format!("{ended}/file")).await;
            assert_eq!((refused.status, &refused.body["code"]), (409, &json!("export_state")), "{}", refused.body);
        }
        assert_eq!(hq.get(&format!("{his}/file")).await.status, 200, "nobody else's goes");
        assert_eq!(expire_exports(&world.app).await.expect("an end"), 2);
        assert_eq!(files(&world), 1, "they are taken from the disk");
        assert_eq!(hq.get(&hers).await.body["state"], "expired");
    })
    .await;
}

#[tokio::test]
async fn no_answer_about_an_erased_customer_is_given_once_more() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let wang = world.sign_in("wang").await;
        let path = format!("/api/customers/{li}");
        let version = wang.get(&path).await.body["version"].as_i64();
        let body = json!({ "facts": { "occupation": "合唱团指挥" } });
        let change = async || wang.send("PATCH", &path, Some("changed-once"), version, Some(&body)).await;
        let first = change().await;
        assert_eq!((first.status, &change().await.body), (200, &first.body), "a repeat is given the first answer");
        assert!(first.body.to_string().contains("李秀英"), "which tells of her");
        erase(&world, li).await;
        let repeat = change().await;
        assert_eq!((repeat.status, &repeat.body["code"]), (409, &json!("already_carried_out")), "{}", repeat.body);
        let kept = sql("SELECT COUNT(*) FROM given_answer WHERE LENGTH(body) > 0");
        assert_eq!(kept.value::<i64>(world.app.read()).await.expect("a count"), 0);
    })
    .await;
}

#[tokio::test]
async fn whoever_may_erase_does_not_end_the_rule_of_the_second_person() {
    each_store(async |world| {
        let (qa, admin) = (world.sign_in("qa").await, world.sign_in("admin").await);
        let law = |two: bool| json!({ "packs": ["cn"], "erasure_needs_two": two });
        assert_eq!(qa.put("/api/law", law(true)).await.status, 204, "whoever is bound may bind");
        let refused = qa.put("/api/law", law(false)).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (403, &json!("erasure_rule_binds_you")),
            "{}",
            refused.body
        );
        // A token that may less than its person is bound like the person.
        let new = json!({ "name": "t", "scopes": ["rights.manage"], "days": 1, "password": PASSWORD });
        let token = qa.post("/api/me/tokens", new).await.body["text"].as_str().expect("a token").to_owned();
        let bearer = format!("Bearer {token}");
        let by_token = world.client().send_with("PUT", "/api/law", &[("authorization", &bearer)], law(false)).await;
        assert_eq!(by_token.body["code"], "erasure_rule_binds_you", "{}", by_token.body);
        assert_eq!(qa.get("/api/law").await.body["erasure_needs_two"], true);
        assert_eq!(admin.put("/api/law", law(false)).await.status, 204);
        let told = qa.get("/api/notices").await.body;
        assert_eq!(told["items"][0]["kind"], "erasure_by_one", "{told}");
        assert_eq!(admin.get("/api/notices").await.body["items"], json!([]), "who did it knows");
    })
    .await;
}

#[tokio::test]
async fn whoever_may_erase_does_not_take_a_pack_of_rules_away() {
    each_store(async |world| {
        let (qa, admin) = (world.sign_in("qa").await, world.sign_in("admin").await);
        let law = |packs: &[&str]| json!({ "packs": packs });
        assert_eq!(qa.put("/api/law", law(&["cn", "eu"])).await.status, 204, "whoever is bound may bind");
        for fewer in [vec![], vec!["eu"]] {
            let refused = qa.put("/api/law", law(&fewer)).await;
            let found = (refused.status, &refused.body["code"]);
            assert_eq!(found, (403, &json!("law_pack_binds_you")), "{fewer:?}: {}", refused.body);
        }
        let packs = qa.get("/api/law").await.body["packs"].clone();
        let cn = packs.as_array().expect("packs").iter().find(|pack| pack["key"] == "cn").expect("the pack").clone();
        assert_eq!(cn["chosen"], true, "nothing was changed");
        assert_eq!(admin.put("/api/law", law(&["eu"])).await.status, 204);
        let told = qa.get("/api/notices").await.body["items"][0].clone();
        assert_eq!(told["kind"], "law_pack_gone", "{told}");
        let title = cn["title"].as_str().expect("a title");
        assert!(told["detail"].as_str().is_some_and(|detail| detail.contains(title)), "{title}: {told}");
        assert_eq!(admin.get("/api/notices").await.body["items"], json!([]), "who did it knows");
    })
    .await;
}
