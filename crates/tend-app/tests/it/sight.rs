//! Who has work with a customer sees the customer: new customers become the taker's, others are shown for the time of
//! the work order.

use crate::work::{make, renewal};
use serde_json::json;
use tend_app::customer::Draft;
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
