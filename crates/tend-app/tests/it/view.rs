//! Saved views of the customers list: kept, shared with a unit or the firm, pinned by each reader, opened by address.

use serde_json::{Value, json};
use tend_app::platform::sql;
use tend_app::segment::{forget_removed_views, forget_searches};
use tend_testkit::{Client, World, each_store};

async fn keep(client: &Client, title: &str, sharing: &str) -> Value {
    let body = json!({
        "title": title, "expression": "tier == \"gold\"", "columns": ["name", "tier"], "order": "name",
        "group": "class", "filters": { "lifecycle": "active" }, "sharing": sharing,
    });
    let kept = client.post("/api/views", body).await;
    assert_eq!(kept.status, 201, "{}", kept.body);
    kept.body
}

fn titles(list: &Value) -> Vec<&str> {
    list["items"].as_array().expect("items").iter().filter_map(|view| view["title"].as_str()).collect()
}

async fn shown(world: &World, login: &str) -> Value {
    world.sign_in(login).await.get("/api/views").await.body
}

#[tokio::test]
async fn a_view_is_seen_by_those_it_is_shared_with() {
    each_store(async |world| {
        let (wang, lead) = (world.sign_in("wang").await, world.sign_in("lead_sz").await);
        keep(&wang, "A only mine", "mine").await;
        keep(&wang, "B nanshan", "unit").await;
        keep(&lead, "C shenzhen", "unit").await;
        keep(&lead, "D firm", "firm").await;
        let see = async |login| titles(&shown(&world, login).await).len();
        assert_eq!(see("wang").await, 4);
        assert_eq!(titles(&shown(&world, "zhao").await), ["B nanshan", "C shenzhen", "D firm"]);
        assert_eq!(titles(&shown(&world, "chen").await), ["C shenzhen", "D firm"]);
        assert_eq!(titles(&shown(&world, "liu").await), ["D firm"]);
        let refused = wang.post("/api/views", json!({ "title": "给全公司", "sharing": "firm" })).await;
        assert_eq!((refused.status, &refused.body["code"]), (403, &json!("sharing_not_permitted")));
    })
    .await;
}

#[tokio::test]
async fn a_shared_view_is_opened_by_its_address_and_pinned_for_oneself() {
    each_store(async |world| {
        let (lead, zhao) = (world.sign_in("lead_sz").await, world.sign_in("zhao").await);
        keep(&lead, "A", "unit").await;
        let view = keep(&lead, "B", "unit").await;
        let address = format!("/api/views/{}", view["id"].as_str().expect("an id"));
        assert!(view["id"].as_str().is_some_and(|id| id.starts_with("vw_")));
        let opened = zhao.get(&address).await;
        assert_eq!((opened.status, opened.etag.as_deref()), (200, Some("\"1\"")));
        assert_eq!(
            (&opened.body["columns"], &opened.body["group"], &opened.body["filters"]["lifecycle"]),
            (&json!(["name", "tier"]), &json!("class"), &json!("active"))
        );
        assert_eq!((&opened.body["mine"], &opened.body["owner"]["name"]), (&json!(false), &json!("深圳负责人")));
        assert_eq!(zhao.put(&format!("{address}/pin"), json!({})).await.status, 204);
        assert_eq!(zhao.put(&format!("{address}/pin"), json!({})).await.status, 204);
        assert_eq!(titles(&shown(&world, "zhao").await), ["B", "A"]);
        assert_eq!(titles(&shown(&world, "wang").await), ["A", "B"]);
        assert_eq!(zhao.delete(&format!("{address}/pin")).await.status, 204);
        assert_eq!(titles(&shown(&world, "zhao").await).len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_view_is_changed_by_its_owner_who_saw_the_last_version() {
    each_store(async |world| {
        let (lead, zhao) = (world.sign_in("lead_sz").await, world.sign_in("zhao").await);
        let view = keep(&lead, "金卡", "unit").await;
        let address = format!("/api/views/{}", view["id"].as_str().expect("an id"));
        let refused = zhao.patch(&address, 1, json!({ "title": "我的" })).await;
        assert_eq!((refused.status, &refused.body["code"]), (403, &json!("view_not_own")));
        let changed = lead.patch(&address, 1, json!({ "title": "金卡客户" })).await;
        assert_eq!(
            (changed.status, &changed.body["version"], &changed.body["order"]),
            (200, &json!(2), &json!("name"))
        );
        assert_eq!(lead.patch(&address, 1, json!({ "title": "旧" })).await.status, 412);
        let private = lead.patch(&address, 2, json!({ "sharing": "mine" })).await;
        assert_eq!(private.status, 200);
        let gone = zhao.get(&address).await;
        assert_eq!((gone.status, &gone.body["code"]), (404, &json!("view_not_found")));
        assert_eq!(lead.delete(&address).await.status, 204);
        assert_eq!(lead.get(&address).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_removed_view_is_brought_back_as_it_was_under_its_address() {
    each_store(async |world| {
        let (lead, zhao) = (world.sign_in("lead_sz").await, world.sign_in("zhao").await);
        let view = keep(&lead, "金卡", "unit").await;
        let address = format!("/api/views/{}", view["id"].as_str().expect("an id"));
        let removal = format!("{address}/removal");
        assert_eq!(zhao.put(&format!("{address}/pin"), json!({})).await.status, 204);
        let pinned = zhao.get(&address).await.body;
        assert_eq!(zhao.delete(&removal).await.body["code"], "view_not_own");

        assert_eq!(lead.delete(&address).await.status, 204);
        for client in [&lead, &zhao] {
            assert_eq!(client.get(&address).await.status, 404);
            assert_eq!(client.get("/api/views").await.body["items"], json!([]));
        }
        assert_eq!(lead.patch(&address, 1, json!({ "title": "新" })).await.status, 404);
        assert_eq!(zhao.delete(&removal).await.body["code"], "view_not_found", "of a colleague's nothing is told");
        assert_eq!(forget_removed_views(&world.app).await.expect("looked"), 0, "it may still be brought back");
        for _ in 0..2 {
            assert_eq!(lead.delete(&removal).await.status, 204);
        }
        assert_eq!(zhao.get(&address).await.body, pinned, "with the pin of a colleague");
        let told = column(&world, "journal_fact", "kind").await;
        assert_eq!(told.iter().filter(|kind| *kind == "view_brought_back").count(), 1, "once: {told:?}");
    })
    .await;
}

#[tokio::test]
async fn a_removed_view_is_gone_after_ten_minutes() {
    each_store(async |world| {
        let lead = world.sign_in("lead_sz").await;
        let view = keep(&lead, "金卡", "unit").await;
        let address = format!("/api/views/{}", view["id"].as_str().expect("an id"));
        assert_eq!(lead.put(&format!("{address}/pin"), json!({})).await.status, 204);
        keep(&lead, "银卡", "unit").await;
        world.set_clock("2026-11-23", 9 * 60);
        assert_eq!(lead.delete(&address).await.status, 204);
        world.set_clock("2026-11-23", 9 * 60 + 11);
        assert_eq!(lead.delete(&format!("{address}/removal")).await.body["code"], "view_not_found");
        assert_eq!(forget_removed_views(&world.app).await.expect("forgotten"), 1);
        assert_eq!(column(&world, "saved_view", "title").await, ["银卡"], "nothing of it is kept");
        let pins = sql("SELECT COUNT(*) FROM saved_view_pin");
        assert_eq!(pins.value::<i64>(world.app.read()).await.expect("a count"), 0);
    })
    .await;
}

#[tokio::test]
async fn a_view_whose_condition_is_not_understood_is_not_kept() {
    each_store(async |world| {
        let wang = world.sign_in("wang").await;
        let refused = wang.post("/api/views", json!({ "title": "错", "expression": "tierr == \"gold\"" })).await;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("expression_not_understood")));
        let refused = wang.post("/api/views", json!({ "title": " " })).await;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("field_invalid")));
    })
    .await;
}

/// Every value of a column.
async fn column(world: &World, table: &str, column: &str) -> Vec<String> {
    let all = sql(&format!("SELECT {column} AS words FROM {table}"));
    all.all(world.app.read(), |row| row.get("words")).await.expect("a column")
}

#[tokio::test]
async fn of_a_view_neither_the_search_nor_in_the_journal_the_condition_is_kept() {
    each_store(async |world| {
        let wang = world.sign_in("wang").await;
        let asked = "name == \"李秀英\"";
        let filters = json!({ "q": "13800001234", "lifecycle": "active" });
        let body = json!({ "title": "我的", "expression": asked, "filters": filters });
        let kept = wang.post("/api/views", body.clone()).await;
        assert_eq!((kept.status, &kept.body["filters"]), (201, &json!({ "lifecycle": "active" })), "{}", kept.body);
        let path = format!("/api/views/{}", kept.body["id"].as_str().expect("an id"));
        let changed = wang.patch(&path, 1, body).await;
        assert_eq!((changed.status, &changed.body["expression"]), (200, &json!(asked)), "{}", changed.body);
        let named = wang.post("/api/segments", json!({ "name": "一位", "expression": asked })).await;
        assert_eq!(named.status, 201, "{}", named.body);
        assert!(!column(&world, "saved_view", "layout").await[0].contains("13800001234"));
        let told = column(&world, "journal_fact", "payload").await;
        assert!(told.iter().any(|fact| fact.contains("我的")), "the journal tells of the view");
        assert!(!told.iter().any(|fact| fact.contains("李秀英") || fact.contains("13800001234")), "{told:?}");

        // As an earlier version kept it.
        let old =
            r#"{"columns":["name"],"order":"name","group":"","filters":{"lifecycle":"active","q":"13800001234"}}"#;
        let set = sql("UPDATE saved_view SET layout = $1").bind(old);
        set.run(world.app.db().writer()).await.expect("written");
        assert_eq!(forget_searches(&world.app).await.expect("cleaned"), 1);
        assert_eq!(forget_searches(&world.app).await.expect("cleaned"), 0, "once");
        assert!(!column(&world, "saved_view", "layout").await[0].contains("13800001234"));
        let opened = wang.get(&path).await.body;
        assert_eq!((&opened["filters"], &opened["order"]), (&json!({ "lifecycle": "active" }), &json!("name")));
    })
    .await;
}
