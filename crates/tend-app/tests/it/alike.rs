//! Rows of a file beside those whom they are like, and what a person decides about them before anything is written.

use crate::intake::upload;
use serde_json::{Value, json};
use tend_app::customer::work_one;
use tend_rules::base::CustomerId;
use tend_testkit::{Answer, Client, World, each_store};

/// A file that was checked: its upload and the body of the check.
async fn checked(world: &World, hq: &Client, text: &str) -> (String, Value) {
    let kept = upload(hq, "名单.csv", text.as_bytes()).await;
    let id = kept["id"].as_str().expect("an id").to_owned();
    let body = json!({ "mapping": { "columns": kept["suggested_mapping"]["columns"] }, "as": "customers" });
    assert_eq!(hq.post(&format!("/api/uploads/{id}/check"), body.clone()).await.status, 202);
    assert!(work_one(&world.app).await.expect("a check"));
    (id, body)
}

async fn alike(hq: &Client, (id, body): &(String, Value), query: &str) -> Answer {
    hq.post(&format!("/api/uploads/{id}/alike{query}"), body.clone()).await
}

/// Asks for a batch with choices.
async fn ordered(hq: &Client, (id, body): &(String, Value), name: &str, choices: Value) -> Answer {
    let mut order = body.clone();
    order["upload_id"] = json!(id);
    order["name"] = json!(name);
    order["choices"] = choices;
    hq.post("/api/batches", order).await
}

/// The figures of a batch once it is in: accepted, duplicates, created, updated.
async fn settled(world: &World, hq: &Client, begun: Answer) -> [i64; 4] {
    assert_eq!(begun.status, 202, "{}", begun.body);
    while work_one(&world.app).await.expect("work") {}
    let batch = hq.get(&format!("/api/batches/{}", begun.body["id"].as_str().expect("an id"))).await.body;
    assert_eq!(batch["state"], "imported", "{batch}");
    ["accepted", "duplicates", "created", "updated"].map(|key| batch[key].as_i64().expect("a figure"))
}

fn field<'v>(row: &'v Value, key: &str) -> &'v Value {
    let fields = row["fields"].as_array().expect("fields");
    fields.iter().find(|field| field["key"] == key).unwrap_or_else(|| panic!("no {key}: {row}"))
}

const FILE: &str = "姓名,手机,邮箱\n\
                    李秀英,13800001234,second@example.com\n\
                    李秀英,13800001234,\n\
                    张三丰,13800001234,\n\
                    钱多多,13711110009,\n";

#[tokio::test]
async fn a_row_stands_beside_everybody_it_is_like() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let hq = world.sign_in("hq").await;
        let other = json!({ "facts": { "name": "李秀英", "mail": "second@example.com" } });
        let other = hq.post("/api/customers", other).await;
        assert_eq!(other.status, 201, "{}", other.body);
        let file = checked(&world, &hq, FILE).await;

        let page = alike(&hq, &file, "").await;
        assert_eq!(page.status, 200, "{}", page.body);
        let rows = page.body["items"].as_array().expect("rows");
        let numbers: Vec<&Value> = rows.iter().map(|row| &row["row"]).collect();
        assert_eq!(
            (numbers, &page.body["about"], &page.body["next"]),
            (vec![&json!(2), &json!(3), &json!(4)], &json!(3), &json!(null))
        );

        let whom = |row: &Value| -> Vec<Value> {
            let others = row["others"].as_array().expect("others");
            others.iter().map(|one| json!([one["customer_id"], one["row"], one["points"], one["is_same"]])).collect()
        };
        let second = &other.body["id"];
        assert_eq!(whom(&rows[0]), [json!([li, null, 95, true]), json!([second, null, 92, true])]);
        assert_eq!(whom(&rows[1]), [json!([li, null, 95, true]), json!([null, 2, 95, true])], "on file before a row");
        assert_eq!(whom(&rows[2]), [json!([li, null, 40, false])], "a shared phone proves little");

        let name = field(&rows[2], "name");
        assert_eq!(name["others"][0], json!({ "value": "李秀英", "differs": true }));
        assert_eq!(field(&rows[0], "name")["others"][0]["differs"], false);
        let phone = field(&rows[0], "phone");
        assert_eq!((&phone["row"], &phone["others"][0]["differs"]), (&json!(["138****1234"]), &json!(false)));
        assert_eq!(phone["others"][1], json!({ "value": [], "differs": false }), "who has none does not contradict");
        assert!(!page.body.to_string().contains("13800001234"), "numbers are masked: {}", page.body);

        let first = alike(&hq, &file, "?limit=2").await.body;
        assert_eq!(first["next"], "3");
        let rest = alike(&hq, &file, "?limit=2&cursor=3").await.body;
        assert_eq!((&rest["items"][0]["row"], &rest["next"]), (&json!(4), &json!(null)));
        assert_eq!(alike(&hq, &file, "?cursor=x").await.status, 422);

        let mut fixed = file.clone();
        fixed.1["fixes"] = json!([{ "code": "phone_too_short", "heading": "手机", "deed": "skip_row" }]);
        let refused = alike(&hq, &fixed, "").await;
        assert_eq!((refused.status, &refused.body["code"]), (409, &json!("check_overtaken")));
        let told = hq.get(&format!("/api/uploads/{}/check", file.0)).await.body;
        assert_eq!(told["duplicates"], json!({ "in_file": 1, "in_database": 2 }), "{told}");
        assert!(told.get("alike").is_none());
    })
    .await;
}

#[tokio::test]
async fn what_a_person_decides_about_a_row_is_what_happens_to_it() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let hq = world.sign_in("hq").await;
        let other = json!({ "facts": { "name": "李秀英", "mail": "second@example.com" } });
        let second = hq.post("/api/customers", other).await.body["id"].clone();
        let page = async |id: &Value| hq.get(&format!("/api/customers/{}", id.as_str().expect("an id"))).await.body;
        let before = page(&json!(li)).await["version"].clone();
        let file = checked(&world, &hq, FILE).await;

        let choices = json!([
            { "row": 2, "deed": "merge", "customer_id": second },
            { "row": 3, "deed": "keep" },
            { "row": 4, "deed": "skip" },
        ]);
        let begun = ordered(&hq, &file, "十一月", choices).await;
        assert_eq!(settled(&world, &hq, begun).await, [1, 3, 2, 1]);
        assert_eq!(page(&json!(li)).await["version"], before, "the likeliest was not the one");
        let merged = page(&second).await.to_string();
        assert!(merged.contains("138****1234"), "{merged}");
        assert_eq!(hq.get("/api/customers").await.body["about"], 4, "two on file, one kept apart, one new");
    })
    .await;
}

#[tokio::test]
async fn a_row_follows_an_earlier_row_that_a_person_named() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let text = "姓名,手机,邮箱\n孙七,,sun@example.com\n,13722220002,sun@example.com\n";
        let file = checked(&world, &hq, text).await;
        let seen = alike(&hq, &file, "").await.body;
        assert_eq!(seen["items"][0]["others"][0]["is_same"], false, "not surely one: {seen}");
        let choices = json!([{ "row": 3, "deed": "merge", "same_as_row": 2 }]);
        let begun = ordered(&hq, &file, "一人两行", choices).await;
        assert_eq!(settled(&world, &hq, begun).await, [1, 1, 1, 0]);
        let found = hq.get("/api/customers").await.body;
        assert_eq!(found["about"], 1, "{found}");
    })
    .await;
}

#[tokio::test]
async fn choices_name_customers_in_sight_and_earlier_rows_only() {
    each_store(async |mut world| {
        world.welcome("li").await;
        let hq = world.sign_in("hq").await;
        let file = checked(&world, &hq, FILE).await;
        let stranger = json!([{ "row": 2, "deed": "merge", "customer_id": CustomerId(uuid::Uuid::from_u128(7)) }]);
        let many: Vec<Value> = (2..203).map(|row| json!({ "row": row, "deed": "keep" })).collect();
        for (choices, code) in [
            (stranger, "customer_not_found"),
            (json!([{ "row": 2, "deed": "merge", "same_as_row": 2 }]), "field_invalid"),
            (json!(many), "field_invalid"),
        ] {
            let refused = ordered(&hq, &file, "十二月", choices).await;
            assert_eq!(refused.body["code"], code, "{}", refused.body);
        }
        assert_eq!(hq.get("/api/batches").await.body["items"], json!([]));
    })
    .await;
}
