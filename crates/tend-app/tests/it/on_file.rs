//! A list of customers who are on file already: in its batch once each, handed out, taken back with their work.

use crate::intake::{import, request};
use serde_json::{Value, json};
use tend_app::customer::{self, ImportReport, ImportRequest, OnDuplicate, work_one};
use tend_rules::base::BatchId;
use tend_testkit::{Client, World, each_store};

/// 李秀英 of 南山 twice, 孙丽华 of Shanghai once, with nothing that is not on file.
const KNOWN: &str = "姓名,手机\n李秀英,13800001234\n孙丽华,13300007890\n李秀英,13800001234\n";

async fn import_as(world: &World, name: &str, text: &str, order: ImportRequest) -> ImportReport {
    let path = world.folder().join(format!("{name}.csv"));
    std::fs::write(&path, text).expect("a file");
    let order = ImportRequest { file: path, name: name.into(), ..order };
    let report = customer::import(&world.app, order, |_| ()).await.expect("the import");
    assert_eq!(report.rows, report.accepted + report.rejected + report.duplicates, "{report:?}");
    report
}

fn plain() -> ImportRequest {
    request("".into(), "")
}

/// How many customers a batch has and how many wait, as a reader sees it.
async fn in_batch(client: &Client, batch: BatchId) -> Value {
    let mut answer = client.get(&format!("/api/batches/{batch}/hand-out")).await.body;
    if let Some(told) = answer.as_object_mut() {
        told.remove("withdrawn");
    }
    answer
}

#[tokio::test]
async fn a_list_of_customers_on_file_is_handed_out_and_taken_back_like_any_other() {
    each_store(async |mut world| {
        let known = [world.welcome("li").await, world.welcome("sun").await];
        let hq = world.sign_in("hq").await;
        for (name, chunk_rows) in [("whole", customer::CHUNK_ROWS), ("row by row", 1)] {
            let report = import_as(&world, name, KNOWN, ImportRequest { chunk_rows, ..plain() }).await;
            assert_eq!((report.duplicates, report.created, report.updated), (3, 0, 0), "{report:?}");
            assert_eq!(in_batch(&hq, report.batch).await, json!({ "customers": 2, "waiting": 2 }), "each once");
            let path = format!("/api/batches/{}", report.batch);
            let handed = hq.post(&format!("{path}/hand-out"), json!({ "rule": "owner" })).await;
            assert_eq!((handed.status, &handed.body["total"]), (201, &json!(2)), "{}", handed.body);
            assert_eq!(in_batch(&hq, report.batch).await, json!({ "customers": 2, "waiting": 0 }));

            let preview = hq.get(&format!("{path}/undo-preview")).await.body;
            assert_eq!((&preview["would_delete"], &preview["would_restore"]), (&json!(0), &json!(0)), "{preview}");
            assert_eq!(preview["would_withdraw"], 2, "{preview}");
            assert_eq!(hq.post(&format!("{path}/undo"), json!({})).await.status, 202);
            while work_one(&world.app).await.expect("work") {}
            assert_eq!(hq.get(&path).await.body["state"], "undone");
            assert_eq!(hq.get("/api/touches?state=open").await.body["items"], json!([]), "nobody is called for it");
            assert_eq!(hq.get(&format!("{path}/hand-out")).await.body["withdrawn"], 2, "and the batch says so");
            for id in known {
                assert_eq!(hq.get(&format!("/api/customers/{id}")).await.status, 200, "who was there before stays");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_work_order_says_from_which_hand_out_it_comes() {
    each_store(async |mut world| {
        world.welcome("li").await;
        let report = import(&world, "十二月名单", "姓名,手机\n李秀英,13800001234\n").await;
        let hq = world.sign_in("hq").await;
        let to = json!({ "to": [{ "unit_id": world.unit("nanshan") }] });
        assert_eq!(hq.post(&format!("/api/batches/{}/hand-out", report.batch), to).await.body["total"], 1);
        let wang = world.sign_in("wang").await;
        let work = wang.get("/api/touches?state=open").await.body["items"][0]["id"].clone();
        let path = format!("/api/touches/{}", work.as_str().expect("her customer's"));
        let origin = wang.get(&path).await.body["origin"].clone();
        let said = ["batch", "batch_name", "reason", "by_id"].map(|key| origin[key].clone());
        assert_eq!(
            said,
            [json!(report.batch), json!("十二月名单"), json!("test"), json!(world.staff("hq"))],
            "{origin}"
        );
        assert_eq!(origin["at"], json!(world.app.now()));

        world.app.clock().set(world.app.now().plus_seconds(60));
        assert_eq!(wang.post(&format!("{path}/claim"), json!({})).await.status, 200);
        let made = json!({ "title": "再问一次", "reason": "她请我再来电", "channel": "phone", "due": "2026-11-23" });
        let by_hand = wang.post(&format!("/api/customers/{}/touches", world.customer("li")), made).await;
        assert_eq!(by_hand.status, 201, "{}", by_hand.body);
        let own = wang.get(&format!("/api/touches/{}", by_hand.body["id"].as_str().expect("an id"))).await;
        assert_eq!(own.body["origin"], Value::Null, "nobody handed it out");
        assert_eq!(wang.get(&path).await.body["origin"], origin);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_is_left_out_puts_nobody_into_the_batch() {
    each_store(async |mut world| {
        world.welcome("li").await;
        let hq = world.sign_in("hq").await;
        let text = format!("{KNOWN}马一,13711110001\n马一,13711110001\n");
        let order = ImportRequest { on_duplicate: OnDuplicate::Skip, ..plain() };
        let left = import_as(&world, "left out", &text, order).await;
        assert_eq!((left.created, left.duplicates), (2, 3), "{left:?}");
        assert_eq!(in_batch(&hq, left.batch).await["customers"], 2, "孙丽华 and 马一, whom the list brought");
        let handed = hq.post(&format!("/api/batches/{}/hand-out", left.batch), json!({ "rule": "even" })).await;
        assert_eq!(handed.body["total"], 2, "{}", handed.body);
        let all = import(&world, "all", &text).await;
        assert_eq!((all.created, all.duplicates), (0, 5), "{all:?}");
        assert_eq!(in_batch(&hq, all.batch).await["customers"], 3);
    })
    .await;
}

#[tokio::test]
async fn nobody_learns_from_a_batch_how_many_customers_of_others_it_met() {
    each_store(async |mut world| {
        world.welcome("li").await;
        world.welcome("sun").await;
        let order = ImportRequest { unit_id: Some(world.unit("shenzhen")), ..plain() };
        let report = import_as(&world, "ours", KNOWN, order).await;
        let lead = world.sign_in("lead_sz").await;
        assert_eq!(in_batch(&lead, report.batch).await, json!({ "customers": 1, "waiting": 1 }));
        let to = json!({ "to": [{ "unit_id": world.unit("nanshan") }] });
        let handed = lead.post(&format!("/api/batches/{}/hand-out", report.batch), to).await;
        assert_eq!(handed.body["total"], 1, "{}", handed.body);
        assert_eq!(in_batch(&world.sign_in("lead_sh").await, report.batch).await["code"], "work_batch_not_found");
    })
    .await;
}
