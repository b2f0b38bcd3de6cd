//! What may have happened between a merge and its split, and what earlier versions left behind.

use crate::merge::{again, merge, split};
use serde_json::{Value, json};
use tend_app::customer::seal_plain_reasons;
use tend_app::platform::{claim, sql};
use tend_app::rotation::Mode;
use tend_app::work::{EXPORT_QUEUE, do_export};
use tend_rules::base::*;
use tend_testkit::{Client, World, each_store};

async fn leave(world: &World, login: &str, heir: Option<&str>) {
    let admin = world.sign_in("admin").await;
    let body = json!({ "left_on": "2026-11-23", "heir_id": heir.map(|heir| world.staff(heir)) });
    let path = format!("/api/staff/{}/departure", world.staff(login));
    assert_eq!(admin.post(&path, body).await.status, 201);
}

/// Two records of 王芳's, merged; the one that stays is then handed to 陈.
async fn merged(world: &mut World) -> (Client, CustomerId, CustomerId) {
    let li = world.welcome("li").await;
    let other = again(world, Bucket::of(li.bucket().number() as u64 + 3), |_| ()).await;
    let lead = world.sign_in("lead_sz").await;
    assert_eq!(merge(&lead, li, other, json!([])).await.status, 201);
    let to = json!({ "owner_id": world.staff("chen") });
    assert_eq!(lead.put(&format!("/api/customers/{li}/keeper"), to).await.status, 204);
    (lead, li, other)
}

#[tokio::test]
async fn a_record_that_is_parted_goes_to_the_heir_of_a_keeper_who_left() {
    each_store(async |mut world| {
        let (lead, li, other) = merged(&mut world).await;
        leave(&world, "wang", Some("zhao")).await;
        assert_eq!(split(&lead, li, other).await.status, 201);
        let page = lead.get(&format!("/api/customers/{other}")).await.body;
        assert_eq!(page["owner"]["id"], json!(world.staff("zhao")), "{}", page["owner"]);
        let seen = world.sign_in("zhao").await.get(&format!("/api/customers/{other}")).await;
        assert_eq!(seen.status, 200);
        let told = lead.get(&format!("/api/customers/{other}/timeline?kind=customer.entrusted")).await.body;
        assert_eq!(told["items"][0]["payload"]["from"]["owner"], json!(world.staff("wang")), "{told}");
    })
    .await;
}

#[tokio::test]
async fn a_record_that_is_parted_is_nobodys_where_no_heir_was_named_and_the_heirs_heir_counts() {
    each_store(async |mut world| {
        let (lead, li, other) = merged(&mut world).await;
        leave(&world, "wang", None).await;
        assert_eq!(split(&lead, li, other).await.status, 201);
        let page = lead.get(&format!("/api/customers/{other}")).await.body;
        assert_eq!((&page["owner"], &page["unit"]["id"]), (&Value::Null, &json!(world.unit("nanshan"))), "{page}");
    })
    .await;
    each_store(async |mut world| {
        let (lead, li, other) = merged(&mut world).await;
        leave(&world, "wang", Some("zhao")).await;
        leave(&world, "zhao", Some("chen")).await;
        assert_eq!(split(&lead, li, other).await.status, 201);
        let page = lead.get(&format!("/api/customers/{other}")).await.body;
        assert_eq!(page["owner"]["id"], json!(world.staff("chen")), "{}", page["owner"]);
    })
    .await;
}

async fn reason(world: &World) -> String {
    sql("SELECT reason FROM merged_customer").value::<String>(world.app.read()).await.expect("a reason")
}

async fn kept_in_plain(world: &World, words: &str) {
    let tx = world.app.begin().await.expect("a transaction");
    sql("UPDATE merged_customer SET reason = $1").bind(words).run(&*tx).await.expect("as it was kept before");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn reasons_that_an_earlier_version_kept_in_plain_are_sealed_at_the_start_or_by_a_rotation() {
    each_store(async |mut world| {
        let (lead, li, _) = merged(&mut world).await;
        let shown = async || lead.get(&format!("/api/customers/{li}/merges")).await.body[0]["reason"].clone();
        // The second one is base64 by chance.
        for words in ["母女用同一个手机", "SamePersonTwice0"] {
            kept_in_plain(&world, words).await;
            assert_eq!(shown().await, words, "until then it is read");
            assert_eq!(seal_plain_reasons(&world.app).await.expect("sealed"), 1);
            assert_eq!(seal_plain_reasons(&world.app).await.expect("sealed"), 0, "once");
            assert!(!reason(&world).await.contains(words));
            assert_eq!(shown().await, words);
        }
        kept_in_plain(&world, "同一个人，两张名片").await;
        crate::rotation::to_the_end(&world.app, Mode::Customers).await;
        assert!(!reason(&world).await.contains("名片"));
        assert_eq!(shown().await, "同一个人，两张名片");
    })
    .await;
}

#[tokio::test]
async fn an_export_that_was_agreed_to_holds_a_merged_record_as_the_one_it_is_part_of() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| ()).await;
        let lead = world.sign_in("lead_sz").await;
        let mut asked = Vec::new();
        for ids in [json!([other]), json!([li, other])] {
            let body =
                json!({ "who": { "ids": ids }, "columns": ["name", "phone"], "format": "csv", "reason": "年会" });
            let made = lead.post("/api/exports", body).await;
            assert_eq!(made.status, 202, "{}", made.body);
            asked.push(made.body["id"].as_str().expect("an id").to_owned());
        }
        assert_eq!(merge(&lead, li, other, json!([])).await.status, 201);
        while let Some(job) = claim(&world.app, EXPORT_QUEUE).await.expect("the queue") {
            do_export(&world.app, &job).await.expect("a file");
        }
        for id in asked {
            let file = lead.get(&format!("/api/exports/{id}/file")).await;
            let text = String::from_utf8(file.bytes).expect("UTF-8");
            assert_eq!(text.matches("李秀英").count(), 1, "once, and not left out: {text}");
            assert_eq!(lead.get(&format!("/api/exports/{id}")).await.body["written"], 1);
        }
    })
    .await;
}
