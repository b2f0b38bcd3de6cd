//! Who has work with a customer sees the customer: new customers become the taker's, others are shown for the time of
//! the work order.

use crate::intake::import;
use crate::merge::{again, merge, split};
use crate::work::{make, renewal};
use serde_json::json;
use tend_app::customer::Draft;
use tend_app::work::NewTouch;
use tend_rules::base::*;
use tend_rules::journal::Doer;
use tend_testkit::{Client, World, each_store};

async fn sees(who: &Client, customer: CustomerId) -> bool {
    match who.get(&format!("/api/customers/{customer}")).await.status {
        200 => true,
        404 => false,
        other => panic!("a page or none: {other}"),
    }
}

/// A customer as a batch of head office brings one: in head office's unit, nobody's.
async fn new_in_head_office(world: &World, name: &str) -> CustomerId {
    let app = &world.app;
    let mut draft = Draft::blank(app, world.unit("hq"));
    draft.file.name = name.into();
    let tx = app.begin().await.expect("a transaction");
    let id = tend_app::customer::create(app, &tx, Doer::Program("import"), "import", draft).await.expect("on file");
    tx.commit().await.expect("committed");
    id
}

#[tokio::test]
async fn a_new_customer_becomes_that_of_the_unit_and_then_of_the_person_who_gets_the_work() {
    each_store(async |world| {
        let (mei, lan) = (new_in_head_office(&world, "何美").await, new_in_head_office(&world, "何兰").await);
        let (lead, wang) = (world.sign_in("lead_sz").await, world.sign_in("wang").await);
        assert!(!sees(&lead, mei).await);

        make(&world, vec![renewal(&world, mei, "shenzhen", None), renewal(&world, lan, "shenzhen", None)]).await;
        assert!(sees(&lead, mei).await && sees(&lead, lan).await, "the lead sees what the channel got");
        assert!(!sees(&wang, mei).await);

        let touches = lead.get("/api/touches").await.body;
        let of = |customer: CustomerId| {
            let mut items = touches["items"].as_array().expect("items").iter();
            let found = items.find(|touch| touch["customer"]["id"] == customer.to_string());
            found.expect("a work order")["id"].clone()
        };
        let handed = json!({ "touch_ids": [of(mei)], "staff_id": world.staff("wang") });
        assert_eq!(lead.post("/api/touches/hand-out", handed).await.body["total"], 1);
        assert!(sees(&wang, mei).await && !sees(&wang, lan).await);
        let page = lead.get(&format!("/api/customers/{mei}")).await.body;
        assert_eq!(page["owner"]["id"], world.staff("wang").to_string(), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_stand_in_sees_the_customer_of_another_until_the_last_day_of_the_work() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let (lead, chen) = (world.sign_in("lead_sz").await, world.sign_in("chen").await);
        assert!(!sees(&chen, li).await);
        let id = lead.get("/api/touches").await.body["items"][0]["id"].clone();
        let handed = json!({ "touch_ids": [id], "staff_id": world.staff("chen") });
        assert_eq!(lead.post("/api/touches/hand-out", handed).await.body["total"], 1);

        assert!(sees(&chen, li).await);
        let page = chen.get(&format!("/api/customers/{li}")).await.body;
        assert_eq!(page["owner"]["id"], world.staff("wang").to_string(), "she stays Wang's");
        assert!(!sees(&world.sign_in("liu").await, li).await);

        let back = json!({ "touch_ids": [id], "staff_id": world.staff("wang") });
        assert_eq!(lead.post("/api/touches/hand-out", back).await.body["total"], 1);
        assert!(!sees(&chen, li).await, "the sight went with the work");

        let again = json!({ "touch_ids": [id], "staff_id": world.staff("chen") });
        assert_eq!(lead.post("/api/touches/hand-out", again).await.body["total"], 1);
        world.set_clock("2026-11-29", 60);
        tend_app::work::expire(&world.app).await.expect("closed");
        let chen = world.sign_in("chen").await;
        assert!(!sees(&chen, li).await, "the last day is over");
    })
    .await;
}

/// The one open work order that the client sees of a customer.
async fn work_with(client: &Client, customer: CustomerId) -> String {
    let open = client.get(&format!("/api/touches?customer={customer}&state=open")).await.body;
    open["items"][0]["id"].as_str().unwrap_or_else(|| panic!("a work order: {open}")).to_owned()
}

#[tokio::test]
async fn whoever_has_open_work_goes_on_seeing_a_customer_who_gets_another_keeper() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let (lead, wang) = (world.sign_in("lead_sz").await, world.sign_in("wang").await);
        let to = json!({ "owner_id": world.staff("chen") });
        assert_eq!(lead.put(&format!("/api/customers/{li}/keeper"), to).await.status, 204);
        assert!(sees(&world.sign_in("chen").await, li).await, "she is Chen's now");
        assert!(sees(&wang, li).await, "what stands on her list can be opened");
        assert!(!sees(&world.sign_in("zhao").await, li).await, "a colleague without work does not");

        let handed = json!({ "touch_ids": [work_with(&wang, li).await], "staff_id": world.staff("chen") });
        assert_eq!(lead.post("/api/touches/hand-out", handed).await.body["total"], 1);
        assert!(!sees(&wang, li).await, "the sight went with the work");
    })
    .await;
}

#[tokio::test]
async fn work_that_waits_in_a_unit_shows_it_a_new_customer_whom_another_unit_takes() {
    each_store(async |world| {
        let mei = new_in_head_office(&world, "何美").await;
        let tomorrow = |touch: NewTouch| NewTouch { due: touch.due + 1, ..touch };
        make(&world, vec![renewal(&world, mei, "shenzhen", None)]).await;
        make(&world, vec![tomorrow(renewal(&world, mei, "pudong", Some("liu")))]).await;
        assert!(sees(&world.sign_in("lead_sz").await, mei).await, "the channel's work came first");
        assert!(sees(&world.sign_in("liu").await, mei).await);
        assert!(!sees(&world.sign_in("wang").await, mei).await);
    })
    .await;
}

#[tokio::test]
async fn whoever_hands_work_back_no_longer_sees_the_customer_of_another() {
    each_store(async |mut world| {
        let zhou = world.welcome("zhou").await;
        make(&world, vec![renewal(&world, zhou, "nanshan", Some("wang"))]).await;
        let wang = world.sign_in("wang").await;
        assert!(sees(&wang, zhou).await, "she is Chen's, and Wang has work with her");
        let path = format!("/api/touches/{}", work_with(&wang, zhou).await);
        let seen = wang.get(&path).await.body["touch"]["version"].as_i64().expect("a version");
        let back = wang.send("DELETE", &format!("{path}/claim"), None, Some(seen), None).await;
        assert_eq!(back.status, 200, "{}", back.body);
        assert!(!sees(&wang, zhou).await);
    })
    .await;
}

#[tokio::test]
async fn work_that_a_verdict_returns_shows_its_customer_until_its_new_last_day() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "futian", Some("chen"))]).await;
        let chen = world.sign_in("chen").await;
        let id = work_with(&chen, li).await;
        let told = json!({ "code": "done", "note": "月底前缴费" });
        assert_eq!(chen.post(&format!("/api/touches/{id}/outcome"), told).await.status, 201);
        world.set_clock("2026-11-29", 600);
        tend_app::work::expire(&world.app).await.expect("closed");
        assert!(!sees(&world.sign_in("chen").await, li).await, "the last day is over");

        let verdict = json!({ "verdict": "returned", "reason": "没有录音" });
        let hq = world.sign_in("hq").await;
        assert_eq!(hq.post(&format!("/api/touches/{id}/verification"), verdict).await.status, 201);
        assert!(sees(&world.sign_in("chen").await, li).await, "she has to mend it");
    })
    .await;
}

#[tokio::test]
async fn work_that_went_over_in_a_merge_shows_the_record_that_stays() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let of_chen = |draft: &mut Draft| {
            draft.file.unit_id = world.unit("futian");
            draft.file.owner_id = Some(world.staff("chen"));
        };
        let kept = again(&world, Bucket::of(li.bucket().number() as u64 + 3), of_chen).await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let lead = world.sign_in("lead_sz").await;
        let merged = merge(&lead, kept, li, json!([])).await;
        assert_eq!(merged.status, 201, "{}", merged.body);
        let wang = world.sign_in("wang").await;
        assert!(sees(&wang, kept).await, "her work order leads there");
        assert_eq!(split(&lead, kept, li).await.status, 201);
        assert!(sees(&wang, li).await && !sees(&wang, kept).await, "and back");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_names_another_keeper_leaves_open_work_in_sight() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let report = import(&world, "keepers", "姓名,手机,客户经理\n李秀英,13800001234,chen\n").await;
        let (wang, chen) = (world.sign_in("wang").await, world.sign_in("chen").await);
        assert!(sees(&chen, li).await && sees(&wang, li).await, "Chen keeps her, Wang has work with her");
        make(&world, vec![NewTouch { due: world.app.today() + 1, ..renewal(&world, li, "futian", Some("chen")) }])
            .await;
        tend_app::customer::undo(&world.app, report.batch).await.expect("undone");
        assert!(sees(&wang, li).await && sees(&chen, li).await, "the other way round");
    })
    .await;
}

#[tokio::test]
async fn handing_work_back_gives_nobody_s_customer_to_nobody() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let (lead, wang) = (world.sign_in("lead_sz").await, world.sign_in("wang").await);
        let to = json!({ "unit_id": world.unit("futian"), "owner_id": null });
        assert_eq!(lead.put(&format!("/api/customers/{li}/keeper"), to).await.status, 204);
        let path = format!("/api/touches/{}", work_with(&wang, li).await);
        let seen = wang.get(&path).await.body["touch"]["version"].as_i64().expect("a version");
        let back = wang.send("DELETE", &format!("{path}/claim"), None, Some(seen), None).await;
        assert_eq!(back.status, 200, "{}", back.body);
        let page = lead.get(&format!("/api/customers/{li}")).await.body;
        assert_eq!((&page["owner"], &page["unit"]["id"]), (&json!(null), &json!(world.unit("futian"))), "{page}");
        assert!(!sees(&wang, li).await);
    })
    .await;
}
