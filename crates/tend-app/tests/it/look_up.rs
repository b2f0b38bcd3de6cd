//! What a mask hides is not read out by the search: more digits than it shows are an opening like any other, and where
//! nothing may be opened the search goes as far as the mask.

use serde_json::json;
use tend_app::platform::sql;
use tend_rules::base::CustomerId;
use tend_testkit::{Client, World, each_store};

/// A customer of 南山's 王芳, and somebody whose phone ends like hers.
const PHONES: [(&str, &str); 2] = [("沈一", "13957824681"), ("沈二", "13700004681")];
const ID_NUMBER: &str = "440305196803051248";

async fn on_file(world: &World) -> CustomerId {
    let wang = world.sign_in("wang").await;
    let mut ids = Vec::new();
    for (name, phone) in PHONES {
        let facts = json!({ "name": name, "phone": phone, "id_number": (name == "沈一").then_some(ID_NUMBER) });
        let made = wang.post("/api/customers", json!({ "facts": facts })).await;
        assert_eq!(made.status, 201, "{}", made.body);
        ids.push(made.body["id"].as_str().expect("an id").parse().expect("a customer's id"));
    }
    ids[0]
}

async fn cap_of(world: &World, cap: &str) {
    let set = sql("INSERT INTO setting (key, value, set_at_ms) VALUES ('unmask_cap_per_day', $1, 0)").bind(cap);
    set.run(world.app.db().writer()).await.expect("a setting");
}

/// Names of those whom the search finds.
async fn found(client: &Client, typed: &str) -> Vec<String> {
    let hits = client.get(&format!("/api/search?q={typed}")).await.body;
    let hits = hits.as_array().unwrap_or_else(|| panic!("{hits}")).iter();
    let mut names: Vec<String> = hits.filter_map(|hit| hit["title"].as_str().map(str::to_owned)).collect();
    names.sort_unstable();
    names
}

async fn openings(world: &World) -> i64 {
    let told = sql("SELECT COUNT(*) FROM journal_fact WHERE kind = 'unmasked'");
    told.value(world.app.read()).await.expect("a count")
}

#[tokio::test]
async fn more_digits_than_a_mask_shows_are_an_opening() {
    each_store(async |world| {
        let shen = on_file(&world).await;
        cap_of(&world, "4").await;
        let lead = world.sign_in("lead_sz").await;
        let both = ["沈一", "沈二"];
        let free: [(&str, &[&str]); 4] =
            [("4681", &both), ("13957824681", &both[..1]), ("13957824682", &[]), ("94681", &[])];
        for (typed, hits) in free {
            assert_eq!(found(&lead, typed).await, hits, "{typed}");
        }
        assert_eq!(openings(&world).await, 0, "what the mask shows, a whole phone and what is nobody's open nothing");
        for typed in ["24681", "824681", "57824681", ID_NUMBER] {
            assert_eq!(found(&lead, typed).await, ["沈一"], "{typed}");
        }
        assert_eq!(openings(&world).await, 4);
        let seen = lead.get(&format!("/api/customers/{shen}/timeline?kind=customer.unmasked")).await.body;
        let details: Vec<_> =
            seen["items"].as_array().expect("facts").iter().map(|fact| fact["detail"].clone()).collect();
        assert!(details.contains(&json!("phone: ···8")) && details.contains(&json!("id_number: ···18")), "{seen}");

        // The day is full: right digits and wrong ones find the same, and a whole phone is found as before.
        let near: [(&str, &[&str]); 4] =
            [("57824681", &both), ("99994681", &both), (ID_NUMBER, &[]), ("13957824681", &both[..1])];
        for (typed, hits) in near {
            assert_eq!(found(&lead, typed).await, hits, "{typed}");
        }
        let point = lead.get(&format!("/api/customers/{shen}")).await.body["contact_points"][0]["id"].clone();
        let body = json!({ "contact_point_id": point, "reason": "客户要求回电" });
        let opened = lead.post(&format!("/api/customers/{shen}/unmasking"), body).await;
        assert_eq!(opened.body["code"], "unmask_cap", "one tally for both");
        assert_eq!(openings(&world).await, 4);
        world.set_clock("2026-11-24", 9 * 60);
        assert_eq!(found(&world.sign_in("lead_sz").await, "57824681").await, ["沈一"], "a new day");
    })
    .await;
}

#[tokio::test]
async fn who_may_open_nothing_reads_nothing_by_searching() {
    each_store(async |world| {
        on_file(&world).await;
        let qa = world.sign_in("qa").await;
        let asked: [(&str, &[&str]); 6] = [
            ("4681", &["沈一", "沈二"]),
            ("57824681", &["沈一", "沈二"]),
            ("99994681", &["沈一", "沈二"]),
            (ID_NUMBER, &[]),
            ("13957824681", &["沈一"]),
            ("13957824682", &[]),
        ];
        for (typed, hits) in asked {
            assert_eq!(found(&qa, typed).await, hits, "{typed}");
            let listed = qa.get(&format!("/api/customers?q={typed}")).await.body;
            assert_eq!(listed["items"].as_array().map(Vec::len), Some(hits.len()), "{typed}: {listed}");
        }
        assert_eq!(openings(&world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_done_to_all_who_are_found_is_not_done_to_those_who_are_near() {
    each_store(async |world| {
        on_file(&world).await;
        let hq = world.sign_in("hq").await;
        let label = json!({ "key": "vip", "title_zh": "贵宾", "title_en": "VIP" });
        assert_eq!(hq.post("/api/labels", label).await.status, 201);
        let lead = world.sign_in("lead_sz").await;
        let count = async |typed: &str| {
            let body = json!({ "who": { "filters": { "q": typed } }, "deed": { "kind": "label_on", "label": "vip" } });
            lead.post("/api/bulk-edits/preview", body).await.body["count"].as_i64().unwrap_or(0)
        };
        assert_eq!((count("57824681").await, count("4681").await), (1, 2));
        cap_of(&world, "1").await;
        assert_eq!((count("57824681").await, count("99994681").await), (0, 0), "nobody in their place");
        assert_eq!((count("4681").await, count("13957824681").await), (2, 1));
    })
    .await;
}
