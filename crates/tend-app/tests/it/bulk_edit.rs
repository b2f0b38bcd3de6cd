//! Bulk edits: looked at first, run as a job over all that match, told row by row, taken back as a whole.

use crate::work::{make, renewal};
use serde_json::{Value, json};
use tend_app::platform::claim;
use tend_app::work::{BULK_QUEUE, do_bulk};
use tend_rules::base::CustomerId;
use tend_testkit::{Client, World, each_store};

/// Does what stands in the queue of bulk edits.
async fn work(world: &World) {
    while let Some(job) = claim(&world.app, BULK_QUEUE).await.expect("the queue") {
        do_bulk(&world.app, &job).await.expect("a bulk edit");
    }
}

async fn define(world: &World, key: &str) {
    let label = json!({ "key": key, "title_zh": "贵宾", "title_en": "VIP" });
    assert_eq!(world.sign_in("hq").await.post("/api/labels", label).await.status, 201);
}

async fn begin(client: &Client, who: Value, deed: Value) -> String {
    let begun = client.post("/api/bulk-edits", json!({ "who": who, "deed": deed })).await;
    assert_eq!((begun.status, &begun.body["state"]), (202, &json!("waiting")), "{}", begun.body);
    format!("/api/bulk-edits/{}", begun.body["id"].as_str().expect("an id"))
}

async fn bearers(client: &Client) -> i64 {
    client.get("/api/customers?label=vip").await.body["about"].as_i64().expect("a number")
}

async fn owner(client: &Client, customer: CustomerId) -> Value {
    client.get(&format!("/api/customers/{customer}")).await.body["owner"]["name"].clone()
}

fn figures(edit: &Value) -> [i64; 5] {
    ["total", "changed", "unchanged", "refused", "undone"].map(|key| edit[key].as_i64().expect("a figure"))
}

fn on() -> Value {
    json!({ "kind": "label_on", "label": "vip" })
}

#[tokio::test]
async fn all_that_match_get_a_label_and_lose_it_again_save_what_somebody_changed_since() {
    each_store(async |mut world| {
        world.welcome_all().await;
        define(&world, "vip").await;
        let (li, sun) = (world.customer("li"), world.customer("sun"));
        let hq = world.sign_in("hq").await;
        hq.put(&format!("/api/customers/{li}/labels/vip"), json!({ "remark": "老客户" })).await;

        let body = json!({ "who": { "expression": "contacts_30d == 0" }, "deed": on() });
        let seen = hq.post("/api/bulk-edits/preview", body).await.body;
        assert_eq!((&seen["count"], &seen["changes"], &seen["unchanged"]), (&json!(8), &json!(7), &json!(1)), "{seen}");
        assert_eq!(bearers(&hq).await, 1, "a preview changes nothing");

        let edit = begin(&hq, json!({ "expression": "contacts_30d == 0" }), on()).await;
        world.set_clock("2026-11-23", 10 * 60);
        work(&world).await;
        let done = hq.get(&edit).await.body;
        assert_eq!((&done["state"], figures(&done)), (&json!("done"), [8, 7, 1, 0, 0]), "{done}");
        assert_eq!((bearers(&hq).await, &done["may_undo"]), (8, &json!(true)));
        let told = hq.get("/api/notices").await.body;
        assert_eq!(told["items"][0]["link"]["kind"], "bulk_edit", "{told}");

        world.set_clock("2026-11-23", 11 * 60);
        let label = format!("/api/customers/{sun}/labels/vip");
        assert_eq!(hq.put(&label, json!({ "remark": "亲自确认" })).await.status, 204);
        assert_eq!(hq.post(&format!("{edit}/undo"), json!({})).await.body["state"], "undoing");
        work(&world).await;
        let undone = hq.get(&edit).await.body;
        assert_eq!((&undone["state"], &undone["undone"], &undone["kept"]), (&json!("undone"), &json!(6), &json!(1)));
        assert_eq!(bearers(&hq).await, 2, "the one who bore it before and the one who was confirmed since");
        let customer = hq.get(&format!("/api/customers/{sun}")).await.body;
        let formula = json!({ "facts": { "name": "=1+\"孙\"" } });
        let renamed =
            hq.patch(&format!("/api/customers/{sun}"), customer["version"].as_i64().expect("a version"), formula).await;
        assert_eq!(renamed.status, 200, "{}", renamed.body);
        let file = hq.get(&format!("{edit}/error-file")).await;
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        assert_eq!(text.lines().count(), 2, "{text}");
        let row = format!("\"{sun}\",\"'=1+\"\"孙\"\"\",\"Changed since by somebody\"");
        assert!(text.contains(&row), "a name is text, not a formula: {text}");
        assert_eq!(hq.post(&format!("{edit}/undo"), json!({})).await.body["code"], "bulk_edit_state");
    })
    .await;
}

#[tokio::test]
async fn a_label_taken_off_in_bulk_comes_back_with_its_remark() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        define(&world, "vip").await;
        let wang = world.sign_in("wang").await;
        wang.put(&format!("/api/customers/{li}/labels/vip"), json!({ "remark": "老客户" })).await;
        let edit = begin(&wang, json!({ "ids": [li] }), json!({ "kind": "label_off", "label": "vip" })).await;
        work(&world).await;
        assert_eq!(bearers(&wang).await, 0);
        wang.post(&format!("{edit}/undo"), json!({})).await;
        work(&world).await;
        let page = wang.get(&format!("/api/customers/{li}")).await.body;
        assert_eq!(page["labels"][0]["remark"], "老客户", "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_maintainer_changes_only_the_own_customers_whoever_is_named() {
    each_store(async |mut world| {
        world.welcome_all().await;
        define(&world, "vip").await;
        let [li, liu_y, zhou, sun] = ["li", "liu_y", "zhou", "sun"].map(|key| world.customer(key));
        // A work order lets 王芳 see 刘洋洋, who is 赵's customer.
        make(&world, vec![renewal(&world, liu_y, "nanshan", Some("wang"))]).await;
        let (wang, hq) = (world.sign_in("wang").await, world.sign_in("hq").await);
        let named = json!({ "ids": [li, liu_y, zhou, sun] });
        let seen = wang.post("/api/bulk-edits/preview", json!({ "who": named, "deed": on() })).await.body;
        assert_eq!((&seen["count"], &seen["changes"]), (&json!(4), &json!(1)), "{seen}");
        let refused = json!([
            { "code": "bulk_not_your_customer", "title": "Not your customer", "count": 1 },
            { "code": "bulk_out_of_scope", "title": "Not among your customers", "count": 2 },
        ]);
        assert_eq!(seen["refused"], refused);
        assert!(!seen.to_string().contains("孙丽华"), "who is not hers is not named: {seen}");
        let edit = begin(&wang, named, on()).await;
        work(&world).await;
        let done = wang.get(&edit).await.body;
        assert_eq!(figures(&done), [4, 1, 0, 3, 0], "{done}");
        assert_eq!(bearers(&hq).await, 1);
        let all = begin(&wang, json!({}), on()).await;
        work(&world).await;
        assert_eq!(wang.get(&all).await.body["changed"], 2, "the other two of the own three");
        let (chen, lead) = (world.sign_in("chen").await, world.sign_in("lead_sh").await);
        assert_eq!((chen.get(&edit).await.status, lead.get(&edit).await.status), (404, 404));
        assert_eq!(world.sign_in("lead_sz").await.get(&edit).await.status, 200);
        let give = json!({ "kind": "entrust", "to": [world.staff("wang")] });
        let refused = wang.post("/api/bulk-edits/preview", json!({ "who": { "ids": [li] }, "deed": give })).await;
        assert_eq!((refused.status, &refused.body["code"]), (403, &json!("not_permitted")));
    })
    .await;
}

#[tokio::test]
async fn who_lost_a_customer_before_the_run_does_not_change_it() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        world.welcome("zhao_q").await;
        define(&world, "vip").await;
        let (wang, lead) = (world.sign_in("wang").await, world.sign_in("lead_sz").await);
        let edit = begin(&wang, json!({}), on()).await;
        let give = json!({ "kind": "entrust", "to": [world.staff("zhao")] });
        world.set_clock("2026-11-23", 9 * 60 + 1);
        begin(&lead, json!({ "ids": [li] }), give).await;
        // The lead's edit is the later one: here it runs first.
        let first = claim(&world.app, BULK_QUEUE).await.expect("the queue").expect("wang's");
        work(&world).await;
        do_bulk(&world.app, &first).await.expect("wang's edit");
        let done = wang.get(&edit).await.body;
        assert_eq!((&done["changed"], bearers(&lead).await), (&json!(1), 1), "{done}");
    })
    .await;
}

#[tokio::test]
async fn customers_go_to_several_people_in_turn_with_their_work_and_come_back() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let (li, zhao_q, sun) = (world.customer("li"), world.customer("zhao_q"), world.customer("sun"));
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang"))]).await;
        let lead = world.sign_in("lead_sz").await;
        let deed = json!({ "kind": "entrust", "to": [world.staff("zhao"), world.staff("chen")], "with_touches": true });
        let edit = begin(&lead, json!({ "owner": world.staff("wang") }), deed.clone()).await;
        work(&world).await;
        let done = lead.get(&edit).await.body;
        assert_eq!(figures(&done), [3, 3, 0, 0, 0], "{done}");
        let mut owners = Vec::new();
        for customer in [li, zhao_q, world.customer("chen_m")] {
            owners.push(owner(&lead, customer).await.as_str().unwrap_or("").to_owned());
        }
        assert!(!owners.contains(&"王芳".to_owned()) && owners.iter().any(|name| *name != owners[0]), "{owners:?}");
        let touch = lead.get(&format!("/api/touches?customer={li}")).await.body;
        assert_eq!(touch["items"][0]["owner"]["name"], json!(owners[0]), "the work order went along: {touch}");

        lead.post(&format!("{edit}/undo"), json!({})).await;
        work(&world).await;
        assert_eq!(lead.get(&edit).await.body["undone"], 3);
        assert_eq!(owner(&lead, li).await, "王芳");
        let touch = lead.get(&format!("/api/touches?customer={li}")).await.body;
        assert_eq!(touch["items"][0]["owner"]["name"], "王芳", "{touch}");
        let away = json!({ "who": { "ids": [sun] }, "deed": deed });
        let seen = lead.post("/api/bulk-edits/preview", away).await.body;
        assert_eq!((&seen["changes"], &seen["refused"][0]["count"]), (&json!(0), &json!(1)), "{seen}");
        let abroad = json!({ "kind": "entrust", "to": [world.staff("liu")] });
        let refused = lead.post("/api/bulk-edits/preview", json!({ "who": { "ids": [li] }, "deed": abroad })).await;
        assert_eq!(refused.status, 404, "{}", refused.body);
    })
    .await;
}

#[tokio::test]
async fn work_orders_for_many_go_to_whoever_keeps_them_and_those_not_begun_come_back() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let [li, chen, zhou, wu] = ["li", "chen_m", "zhou", "wu"].map(|key| world.customer(key));
        let lead = world.sign_in("lead_sz").await;
        let deed = json!({ "kind": "touch", "title": "年终回访", "channel": "phone", "due": "2026-11-23" });
        let who = json!({ "ids": [li, chen, zhou, wu] });
        let seen = lead.post("/api/bulk-edits/preview", json!({ "who": who, "deed": deed })).await.body;
        // 周建国 refuses calls.
        assert_eq!(
            (&seen["changes"], &seen["refused"][0]["code"]),
            (&json!(3), &json!("bulk_not_to_be_contacted")),
            "{seen}"
        );

        let edit = begin(&lead, who.clone(), deed.clone()).await;
        work(&world).await;
        assert_eq!(figures(&lead.get(&edit).await.body), [4, 3, 0, 1, 0]);
        let made = lead.get("/api/touches?business_type=by_hand").await.body;
        let mut places: Vec<(&str, &str)> = made["items"]
            .as_array()
            .expect("work orders")
            .iter()
            .map(|one| (one["state"].as_str().unwrap_or(""), one["owner"]["name"].as_str().unwrap_or("")))
            .collect();
        places.sort_unstable();
        assert_eq!(places, [("assigned", "王芳"), ("assigned", "王芳"), ("planned", "")]);
        // The same once more makes nothing new.
        let again = begin(&lead, who, deed.clone()).await;
        work(&world).await;
        assert_eq!(figures(&lead.get(&again).await.body), [4, 0, 3, 1, 0]);

        let wang = world.sign_in("wang").await;
        let begun = wang.get("/api/my-day").await.body["items"][0]["id"].as_str().expect("one").to_owned();
        assert_eq!(wang.post(&format!("/api/touches/{begun}/claim"), json!({})).await.status, 200);
        assert_eq!(lead.post(&format!("{edit}/undo"), json!({})).await.body["state"], "undoing");
        work(&world).await;
        let undone = lead.get(&edit).await.body;
        assert_eq!(
            (&undone["state"], &undone["undone"], &undone["kept"]),
            (&json!("undone"), &json!(2), &json!(1)),
            "{undone}"
        );
        // What was taken back is made anew; what was begun stands.
        let once_more = begin(&lead, json!({ "ids": [li, chen, zhou, wu] }), deed).await;
        work(&world).await;
        assert_eq!(figures(&lead.get(&once_more).await.body), [4, 2, 1, 1, 0]);
        let late = json!({ "kind": "touch", "title": "昨天", "channel": "phone", "due": "2026-11-22" });
        let refused = lead.post("/api/bulk-edits", json!({ "who": { "ids": [li] }, "deed": late })).await;
        assert_eq!(refused.body["code"], "last_day_over");
    })
    .await;
}

#[tokio::test]
async fn a_stopped_edit_stays_where_it_is_and_its_person_hears_of_every_step() {
    each_store(async |mut world| {
        world.welcome_all().await;
        define(&world, "vip").await;
        let hq = world.sign_in("hq").await;
        let mut line = hq.listen("/api/events").await;
        line.next().await;
        let edit = begin(&hq, json!({}), on()).await;
        let heard = line.next().await;
        assert_eq!((heard.name.as_str(), &heard.data["kind"]), ("bulk_edit", &json!("begun")));
        let stopping = hq.post(&format!("{edit}/stop"), json!({})).await;
        assert_eq!((stopping.status, &stopping.body["state"]), (202, &json!("stopping")));
        work(&world).await;
        let stopped = hq.get(&edit).await.body;
        assert_eq!((&stopped["state"], figures(&stopped)), (&json!("stopped"), [0, 0, 0, 0, 0]), "{stopped}");
        assert_eq!(bearers(&hq).await, 0);
        let faulty = json!({ "who": { "expression": "tier ==" }, "deed": on() });
        let refused = hq.post("/api/bulk-edits", faulty).await;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("expression_not_understood")));
        let unknown = json!({ "who": {}, "deed": { "kind": "label_on", "label": "nobody_knows" } });
        assert_eq!(hq.post("/api/bulk-edits/preview", unknown).await.status, 404);
        assert_eq!(hq.get("/api/bulk-edits").await.body["items"].as_array().map(Vec::len), Some(1));
    })
    .await;
}

/// A rule that no try can satisfy ends the undo: the person who is to act is gone.
#[tokio::test]
async fn an_undo_that_failed_is_tried_again_by_whoever_asks() {
    each_store(async |mut world| {
        world.welcome_all().await;
        define(&world, "vip").await;
        let (wang, lead) = (world.sign_in("wang").await, world.sign_in("lead_sz").await);
        let edit = begin(&wang, json!({}), on()).await;
        work(&world).await;
        assert_eq!(bearers(&lead).await, 3);
        assert_eq!(wang.post(&format!("{edit}/undo"), json!({})).await.body["state"], "undoing");
        let gone = json!({ "left_on": "2026-11-23" });
        let left =
            world.sign_in("admin").await.post(&format!("/api/staff/{}/departure", world.staff("wang")), gone).await;
        assert!(left.status < 300, "{}", left.body);
        work(&world).await;
        let failed = lead.get(&edit).await.body;
        assert_eq!((&failed["state"], &failed["may_undo"]), (&json!("failed"), &json!(true)), "{failed}");
        // The customers are the lead's to change, and so is the edit.
        assert_eq!(lead.post(&format!("{edit}/undo"), json!({})).await.body["state"], "undoing");
        work(&world).await;
        let undone = lead.get(&edit).await.body;
        assert_eq!((&undone["state"], &undone["undone"]), (&json!("undone"), &json!(3)), "{undone}");
        assert_eq!(bearers(&lead).await, 0);
    })
    .await;
}
