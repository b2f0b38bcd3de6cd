//! Rows of a file beside those whom they are like, what a person decides about them before anything is written, and that
//! whoever is shown so is told and counted.

use crate::intake::upload;
use serde_json::{Value, json};
use std::fmt::Display;
use tend_app::customer::work_one;
use tend_app::platform::sql;
use tend_rules::base::CustomerId;
use tend_testkit::{Answer, Client, PASSWORD, World, each_store};

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

/// What the journal of a customer tells of being shown beside a file or another record.
pub async fn compared(hq: &Client, customer: impl Display) -> Vec<Value> {
    let told = hq.get(&format!("/api/customers/{customer}/timeline?kind=customer.compared")).await.body;
    told["items"].as_array().unwrap_or_else(|| panic!("{told}")).clone()
}

pub async fn look_ups_of_a_day(world: &World, most: &str) {
    let set = sql("INSERT INTO setting (key, value, set_at_ms) VALUES ('look_ups_per_day', $1, 0)").bind(most);
    set.run(world.app.db().writer()).await.expect("a setting");
}

#[tokio::test]
async fn who_is_shown_beside_a_row_reads_it_once_for_a_file_and_day() {
    each_store(async |mut world| {
        let (li, sun) = (world.welcome("li").await.to_string(), world.welcome("sun").await.to_string());
        let hq = world.sign_in("hq").await;
        let file = checked(&world, &hq, FILE).await;
        assert_eq!(compared(&hq, &li).await.len(), 0, "a check shows nobody");

        for query in ["", "?limit=1", "?limit=2&cursor=2"] {
            assert_eq!(alike(&hq, &file, query).await.status, 200);
        }
        let told = compared(&hq, &li).await;
        assert_eq!(told.len(), 1, "three rows, several times: {told:?}");
        let said = |key: &str| told[0][key].clone();
        assert_eq!(
            (said("title"), said("detail")),
            (json!("Shown as likely the same person"), json!("名单.csv")),
            "{told:?}"
        );
        assert_eq!(told[0]["actor"]["name"], "总部运营");
        assert_eq!(told[0]["payload"], json!({ "upload": file.0, "file": "名单.csv", "rows": 3 }));
        assert_eq!(compared(&hq, &sun).await.len(), 0, "nobody was like her");

        let another = checked(&world, &hq, FILE).await;
        alike(&hq, &another, "").await;
        assert_eq!(compared(&hq, &li).await.len(), 2, "another file");
        world.set_clock("2026-11-24", 9 * 60);
        let hq = world.sign_in("hq").await;
        alike(&hq, &file, "").await;
        assert_eq!(compared(&hq, &li).await.len(), 3, "another day");
        let begun = sql("SELECT COUNT(*) FROM journal_fact WHERE room = 'batch' AND kind = 'check_begun'");
        assert_eq!(begun.value::<i64>(world.app.read()).await.expect("a count"), 2, "each check is told to the firm");
    })
    .await;
}

#[tokio::test]
async fn nobody_hides_among_many_who_are_shown_at_once() {
    const FAMILIES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕";
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let (mut text, mut ids) = ("姓名,手机\n".to_owned(), Vec::new());
        for (number, family) in FAMILIES.chars().enumerate() {
            let (name, phone) = (format!("{family}小满"), format!("139123400{number:02}"));
            let made = hq.post("/api/customers", json!({ "facts": { "name": name, "phone": phone } })).await;
            assert_eq!(made.status, 201, "{}", made.body);
            ids.push(made.body["id"].as_str().expect("an id").to_owned());
            text += &format!("{name},{phone}\n");
        }
        let file = checked(&world, &hq, &text).await;
        let page = alike(&hq, &file, "?limit=50").await.body;
        assert_eq!(page["items"].as_array().map(Vec::len), Some(21), "{page}");
        for id in &ids {
            assert_eq!(compared(&hq, id).await.len(), 1, "{id}");
        }
        let firm = sql("SELECT payload FROM journal_fact WHERE kind = 'compared' AND customer_id = $1");
        let firm: String = firm.bind(uuid::Uuid::nil()).value(world.app.read()).await.expect("the firm's fact");
        let firm: Value = serde_json::from_str(&firm).expect("a payload");
        assert_eq!(firm, json!({ "upload": file.0, "file": "名单.csv", "rows": 21, "customers": 21 }));
    })
    .await;
}

#[tokio::test]
async fn a_full_day_ends_what_is_shown_and_lets_the_import_go_on() {
    each_store(async |mut world| {
        let li = world.welcome("li").await.to_string();
        let hq = world.sign_in("hq").await;
        look_ups_of_a_day(&world, "5").await;
        let other = json!({ "facts": { "name": "李秀英", "mail": "second@example.com" } });
        assert_eq!(hq.post("/api/customers", other).await.status, 201);
        let file = checked(&world, &hq, FILE).await;
        for _ in 0..3 {
            assert_eq!(alike(&hq, &file, "").await.status, 200, "three rows, counted once");
        }
        let another = checked(&world, &hq, FILE).await;
        assert_eq!(alike(&hq, &another, "").await.status, 200, "the last page of the day is shown whole");
        let found = async |typed: &str| {
            let hits = hq.get(&format!("/api/search?q={typed}")).await.body;
            hits.as_array().unwrap_or_else(|| panic!("{hits}")).iter().any(|hit| hit["title"] == "李秀英")
        };
        for kept in [&file, &another] {
            let full = alike(&hq, kept, "").await;
            assert_eq!((full.status, full.body["code"].as_str()), (429, Some("look_ups_spent")), "{}", full.body);
            assert!(full.body["next"].as_str().is_some_and(|next| next.contains("imported all the same")));
            assert!(full.body.get("items").is_none());
        }
        assert!(found("1234").await && found("91234").await, "the search goes as far as the mask: one count for both");

        let none_of_them = checked(&world, &hq, "姓名,手机\n钱多多,13711110009\n").await;
        let full = alike(&hq, &none_of_them, "").await;
        assert_eq!(full.body["code"], "look_ups_spent", "whether or not somebody would be shown");
        let third = checked(&world, &hq, FILE).await;
        let begun = ordered(&hq, &third, "照样导入", json!([])).await;
        let [_, duplicates, created, _] = settled(&world, &hq, begun).await;
        assert_eq!((duplicates, created), (2, 2), "by the rule for all");
        assert_eq!(compared(&hq, &li).await.len(), 2, "a refusal is none");

        world.set_clock("2026-11-24", 9 * 60);
        assert_eq!(alike(&world.sign_in("hq").await, &file, "").await.status, 200, "a new day");
    })
    .await;
}

#[tokio::test]
async fn each_row_of_one_name_is_a_look_up_and_so_is_its_edited_cell() {
    each_store(async |mut world| {
        let li = world.welcome("li").await.to_string();
        let hq = world.sign_in("hq").await;
        look_ups_of_a_day(&world, "4").await;
        let file = checked(&world, &hq, FILE).await;
        for _ in 0..2 {
            assert_eq!(alike(&hq, &file, "").await.status, 200, "three rows of four");
        }
        // As after every edit of a cell.
        assert_eq!(hq.post(&format!("/api/uploads/{}/check", file.0), file.1.clone()).await.status, 202);
        assert!(work_one(&world.app).await.expect("a check"));
        assert_eq!(alike(&hq, &file, "").await.status, 200, "the last page of the day is shown whole");
        let full = alike(&hq, &file, "").await;
        assert_eq!((full.status, full.body["code"].as_str()), (429, Some("look_ups_spent")), "{}", full.body);
        assert_eq!(compared(&hq, &li).await.len(), 1, "she is told once of the file");
    })
    .await;
}

#[tokio::test]
async fn a_batch_goes_though_its_customers_were_shown_beside_another_file() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let file = checked(&world, &hq, "姓名,手机\n孙七,13722220002\n").await;
        let begun = ordered(&hq, &file, "先来", json!([])).await;
        let batch = begun.body["id"].as_str().expect("an id").to_owned();
        assert_eq!(settled(&world, &hq, begun).await, [1, 0, 1, 0]);
        let later = checked(&world, &hq, "姓名,手机\n孙七,13722220002\n").await;
        assert_eq!(alike(&hq, &later, "").await.body["items"][0]["others"][0]["is_same"], true);
        let preview = hq.get(&format!("/api/batches/{batch}/undo-preview")).await.body;
        assert_eq!((&preview["would_delete"], &preview["blocked"]), (&json!(1), &json!(0)), "{preview}");
    })
    .await;
}

#[tokio::test]
async fn a_token_for_imports_alone_is_shown_nobody_on_file() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let hq = world.sign_in("hq").await;
        let (id, body) = checked(&world, &hq, FILE).await;
        let by_token = async |scopes: Value| {
            let new = json!({ "name": "t", "scopes": scopes, "days": 1, "password": PASSWORD });
            let token = hq.post("/api/me/tokens", new).await.body["text"].as_str().expect("a token").to_owned();
            let (path, bearer) = (format!("/api/uploads/{id}/alike"), format!("Bearer {token}"));
            world.client().send_with("POST", &path, &[("authorization", &bearer)], body.clone()).await
        };
        let refused = by_token(json!(["batches.import"])).await;
        assert_eq!((refused.status, &refused.body["code"]), (403, &json!("not_permitted")), "{}", refused.body);
        assert_eq!(refused.body["params"]["permission"], "customers.read", "{}", refused.body);
        let shown = by_token(json!(["batches.import", "customers.read"])).await;
        assert_eq!(shown.body["items"][0]["others"][0]["customer_id"], json!(li), "{}", shown.body);
    })
    .await;
}
