//! Consents by purpose, what a refusal ends at once, copies, erasure, holds, and what goes when its time is over.

use crate::work::{make, renewal};
use serde_json::{Value, json};
use std::io::Read;
use std::time::Duration;
use tend_app::customer::{NewHold, place_hold};
use tend_app::journal::ledger::{audit, seal_now};
use tend_app::platform::{Db, sql};
use tend_app::rights;
use tend_app::work::NewTouch;
use tend_rules::base::*;
use tend_rules::journal::Doer;
use tend_rules::org::Scope;
use tend_testkit::{Client, World, each_store};

async fn count(world: &World, table: &str) -> i64 {
    sql(&format!("SELECT COUNT(*) FROM {table}")).value(world.app.read()).await.expect("a count")
}

async fn run(world: &World, statement: &str) {
    sql(statement).run(world.app.db().writer()).await.expect("a statement of the test");
}

/// An invitation by phone: a campaign is marketing.
fn invitation(world: &World, customer: CustomerId, owner: Option<&str>) -> NewTouch {
    let subject = uuid::Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0900);
    NewTouch { business_type: "campaign".into(), subject, ..renewal(world, customer, "nanshan", owner) }
}

async fn first_of(client: &Client, business_type: &str) -> Value {
    let page = client.get(&format!("/api/touches?state=open&business_type={business_type}")).await.body;
    page["items"][0].clone()
}

async fn say(client: &Client, id: CustomerId, channel: &str, body: Value) -> (u16, String) {
    let answer = client.put(&format!("/api/customers/{id}/consents/{channel}"), body).await;
    (answer.status, answer.body["code"].as_str().unwrap_or("").to_owned())
}

#[tokio::test]
async fn a_refusal_ends_planned_and_handed_out_work_within_the_second_on_every_screen() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        make(&world, vec![renewal(&world, li, "nanshan", Some("wang")), invitation(&world, li, None)]).await;
        let (hq, wang, lead) = (world.sign_in("hq").await, world.sign_in("wang").await, world.sign_in("lead_sz").await);
        let mut screen = wang.listen("/api/events").await;
        screen.next().await;
        // One purpose: the invitation goes, the renewal stays.
        let marketing = json!({ "state": "refused", "purpose": "marketing", "proof": "来电 95511" });
        assert_eq!(say(&lead, li, "phone", marketing).await.0, 204);
        assert_eq!(first_of(&hq, "campaign").await, Value::Null);
        let renewal = first_of(&hq, "renewal").await;
        assert_eq!(renewal["state"], "assigned");
        // Every purpose: nothing is left, and her screen hears it.
        assert_eq!(say(&lead, li, "phone", json!({ "state": "refused" })).await.0, 204);
        assert_eq!(first_of(&hq, "renewal").await, Value::Null);
        let mut heard = false;
        while let Some(event) = screen.next_within(Duration::from_secs(1)).await {
            heard |= event.data["kind"] == "withdrawn" && event.data["id"] == renewal["id"];
        }
        assert!(heard, "the list loses its line within a second");
        let path = format!("/api/touches/{}/claim", renewal["id"].as_str().expect("an id"));
        assert_eq!(wang.post(&path, json!({})).await.status, 409);
    })
    .await;
}

#[tokio::test]
async fn mistake_4_consent_and_hours_are_asked_again_at_the_moment_of_use() {
    each_store(async |mut world| {
        let zhao = world.welcome("zhao_q").await;
        make(&world, vec![invitation(&world, zhao, Some("wang"))]).await;
        let wang = world.sign_in("wang").await;
        let id = first_of(&wang, "campaign").await["id"].as_str().expect("a work order").to_owned();
        let claim = format!("/api/touches/{id}/claim");
        // The customer refused in a file that came in: no hand withdrew the work order.
        run(&world, "UPDATE customer SET refused_channels = 1 WHERE name = '赵志强'").await;
        let refused = wang.post(&claim, json!({})).await;
        assert_eq!((refused.status, &refused.body["code"]), (409, &json!("not_to_be_contacted")));
        run(&world, "UPDATE customer SET refused_channels = 0 WHERE name = '赵志强'").await;
        // After 21 h nobody begins a sales call; a customer who asked for it is called.
        world.set_clock("2026-11-23", 21 * 60);
        let wang = world.sign_in("wang").await;
        let late = wang.post(&claim, json!({})).await;
        assert_eq!((late.status, &late.body["code"]), (409, &json!("outside_calling_hours")), "{}", late.body);
        assert_eq!(late.body["params"], json!({ "from": "09:00", "until": "21:00" }));
        assert_eq!(wang.post(&format!("{claim}?customer_asked=true"), json!({})).await.status, 200);
        let night = json!({ "until": "2026-11-23T14:30:00Z" });
        let snoozed = wang.post(&format!("/api/touches/{id}/snooze"), night).await;
        assert_eq!(snoozed.body["code"], "outside_calling_hours");
        let next = json!({ "code": "later", "next_day": "2026-11-24", "next_minute": 1300 });
        let later = wang.post(&format!("/api/touches/{id}/outcome"), next).await;
        assert_eq!(later.body["code"], "outside_calling_hours");
        let done = wang.post(&format!("/api/touches/{id}/outcome"), json!({ "code": "done" })).await;
        assert_eq!(done.status, 201, "what happened is kept: {}", done.body);
        let told = sql("SELECT payload FROM journal_fact WHERE kind = 'outcome_recorded'");
        assert!(told.value::<String>(world.app.read()).await.expect("a fact").contains("outside_hours"));
    })
    .await;
}

#[tokio::test]
async fn a_consent_has_its_proof_and_a_refusal_its_time() {
    each_store(async |mut world| {
        let zhou = world.welcome("zhou").await;
        let lead = world.sign_in("lead_sz").await;
        assert_eq!(say(&lead, zhou, "phone", json!({ "state": "refused", "proof": "说了不要" })).await.0, 204);
        let given = json!({ "state": "given", "proof": "又问了一次" });
        assert_eq!(say(&lead, zhou, "phone", given.clone()).await, (409, "refusal_holds".into()));
        world.set_clock("2027-05-22", 9 * 60);
        let lead = world.sign_in("lead_sz").await;
        assert_eq!(say(&lead, zhou, "phone", given).await.1, "refusal_holds", "a day before the six months are over");
        let his_own =
            json!({ "state": "given", "proof": "表单 7", "how": "form", "text_version": "1", "purpose": "care" });
        assert_eq!(say(&lead, zhou, "sms", his_own).await.0, 204);
        let page = lead.get(&format!("/api/customers/{zhou}/consents")).await.body;
        let newest = &page["history"][0];
        assert_eq!(
            (&newest["channel"], &newest["purpose"], &newest["how"], &newest["text_version"]),
            (&json!("sms"), &json!("care"), &json!("form"), &json!("1"))
        );
        assert_eq!(newest["noted_by"].as_str(), Some(world.staff("lead_sz").to_string().as_str()));
        let of_sms: Vec<_> =
            page["now"].as_array().expect("stances").iter().filter(|one| one["channel"] == "sms").collect();
        assert_eq!((of_sms[0]["state"].as_str(), of_sms[1]["purpose"].as_str()), (Some("unknown"), Some("care")));
        // A child's consent is the guardian's.
        run(&world, "UPDATE customer SET birth_year = 2015, birthday_calendar = 'solar' WHERE name = '周建国'").await;
        let child = json!({ "state": "given", "proof": "电话", "how": "customer_call" });
        assert_eq!(say(&lead, zhou, "mail", child).await, (422, "guardian_needed".into()));
        let by_mother = json!({ "state": "given", "proof": "母亲来电", "how": "customer_call", "by": "guardian" });
        assert_eq!(say(&lead, zhou, "mail", by_mother).await.0, 204);
    })
    .await;
}

fn unpacked(zip: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).expect("a zip");
    (0..archive.len())
        .map(|place| {
            let mut file = archive.by_index(place).expect("a part");
            let (name, mut text) = (file.name().expect("a name").into_owned(), String::new());
            file.read_to_string(&mut text).expect("text");
            (name, text)
        })
        .collect()
}

/// Puts a word of its own into every personal field of a customer; answers the words.
async fn mark(world: &World, id: CustomerId, sign: &str) -> Vec<String> {
    let (hq, wang) = (world.sign_in("hq").await, world.sign_in("wang").await);
    let word = |name: &str| format!("{name}{sign}");
    let latin = if sign == "甲" { "canary_jia" } else { "canary_yi" };
    let path = format!("/api/customers/{id}");
    let version = hq.get(&path).await.body["version"].as_i64().expect("a version");
    let facts = json!({
        "name": word("名"), "occupation": word("业"), "region": word("区"), "outside_id": word("号"),
        "mail": format!("{latin}@example.com"), "wechat": format!("wx_{latin}"), "address": word("街"), "hobby": word("好"),
        "phone": format!("1380000{}", if sign == "甲" { "7001" } else { "7002" }),
    });
    let made = hq.post("/api/facts", json!({ "key": "hobby", "type": "string", "title": { "zh": "爱好", "en": "Hobby" }, "title_zh": "爱好", "title_en": "Hobby" })).await;
    assert!(made.status < 300 || made.status == 409, "{}", made.body);
    let changed = hq.patch(&path, version, json!({ "facts": facts })).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let said = json!({ "state": "given", "proof": word("证"), "how": "form", "purpose": "care" });
    assert_eq!(say(&hq, id, "mail", said).await.0, 204);
    assert_eq!(hq.post(&format!("{path}/notes"), json!({ "text": word("记") })).await.status, 201);
    let policy = json!({ "kind": "policy", "number": word("单"), "product": word("险"), "plate": word("牌") });
    assert!(hq.post(&format!("{path}/agreements"), policy).await.status < 300);
    let label = json!({ "key": "vip", "title": { "zh": "贵宾", "en": "VIP" }, "title_zh": "贵宾", "title_en": "VIP" });
    hq.post("/api/labels", label).await;
    assert_eq!(hq.put(&format!("{path}/labels/vip"), json!({ "remark": word("签") })).await.status, 204);
    make(world, vec![renewal(world, id, "nanshan", Some("wang"))]).await;
    let touches = wang.get(&format!("/api/touches?state=open&customer={id}")).await.body;
    let touch = touches["items"][0]["id"].as_str().unwrap_or_else(|| panic!("a work order: {touches}")).to_owned();
    let done = wang.post(&format!("/api/touches/{touch}/outcome"), json!({ "code": "done", "note": word("话") })).await;
    assert_eq!(done.status, 201, "{}", done.body);
    let asked = json!({ "kind": "copy", "note": word("求") });
    let qa = world.sign_in("qa").await;
    assert_eq!(qa.post(&format!("{path}/rights-requests"), asked).await.status, 201);
    let names = ["名", "业", "区", "号", "街", "好", "证", "记", "单", "险", "签", "话", "求"];
    names.into_iter().map(word).chain([format!("{latin}@example.com"), format!("wx_{latin}")]).collect()
}

#[tokio::test]
async fn a_copy_holds_every_personal_word_of_its_customer_and_none_of_another() {
    each_store(async |mut world| {
        let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
        let (hers, his) = (mark(&world, li, "甲").await, mark(&world, zhao, "乙").await);
        let hq = world.sign_in("hq").await;
        let related =
            hq.post(&format!("/api/customers/{li}/relations"), json!({ "other_id": zhao, "kind": "spouse" })).await;
        assert!(related.status < 300, "{}", related.body);
        seal_now(&world.app).await.expect("a seal");
        let qa = world.sign_in("qa").await;
        let began = std::time::Instant::now();
        let answer = qa.get(&format!("/api/customers/{li}/copy")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(began.elapsed() < Duration::from_secs(60));
        let parts = unpacked(&answer.bytes);
        let text = |wanted: &str| {
            parts.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str()).expect("a part")
        };
        for page in ["customer.json", "customer.zh.html", "customer.en.html"] {
            for word in &hers {
                assert!(text(page).contains(word.as_str()), "{word} is missing in {page}");
            }
            for word in &his {
                assert!(!text(page).contains(word.as_str()), "{word} of somebody else stands in {page}");
            }
        }
        assert!(text("customer.json").contains("+8613800007001") && text("customer.json").contains("spouse"));
        let manifest: Value = serde_json::from_str(text("manifest.json")).expect("JSON");
        assert_eq!(manifest["files"].as_array().map(Vec::len), Some(4));
        let ledger: Value = serde_json::from_str(text("ledger.json")).expect("JSON");
        assert!(ledger["proofs"].as_array().is_some_and(|proofs| proofs.len() > 5), "{ledger}");
        let told = sql("SELECT COUNT(*) FROM journal_fact WHERE room = 'rights' AND kind = 'copied'");
        assert_eq!(told.value::<i64>(world.app.read()).await.expect("a count"), 1);
        assert_eq!(world.sign_in("wang").await.get(&format!("/api/customers/{li}/copy")).await.status, 403);
    })
    .await;
}

/// Tables with rows of customers, and how a customer is named in them.
const OF_CUSTOMERS: [(&str, &str); 16] = [
    ("customer", "id"),
    ("customer_key", "customer_id"),
    ("contact_point", "customer_id"),
    ("customer_lookup", "customer_id"),
    ("customer_consent", "customer_id"),
    ("consent_stance", "customer_id"),
    ("customer_label", "customer_id"),
    ("customer_sight", "customer_id"),
    ("relation", "customer_id"),
    ("relation", "other_id"),
    ("agreement", "customer_id"),
    ("bill", "customer_id"),
    ("payment", "customer_id"),
    ("purchase", "customer_id"),
    ("touch", "customer_id"),
    ("contact", "customer_id"),
];

#[tokio::test]
async fn an_erasure_leaves_nothing_but_a_valid_ledger() {
    each_store(async |mut world| {
        let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
        let words = mark(&world, li, "甲").await;
        let hq = world.sign_in("hq").await;
        hq.post(&format!("/api/customers/{zhao}/relations"), json!({ "other_id": li, "kind": "spouse" })).await;
        hq.post(&format!("/api/customers/{zhao}/household"), json!({ "members": [li] })).await;
        assert_eq!(say(&hq, li, "phone", json!({ "state": "refused" })).await.0, 204);
        seal_now(&world.app).await.expect("a seal");
        let qa = world.sign_in("qa").await;
        let path = format!("/api/customers/{li}/erasure");
        assert_eq!(qa.post(&path, json!({})).await.body["code"], "rights_reason_missing");
        let erased = qa.post(&path, json!({ "reason": "书面请求" })).await;
        assert_eq!((erased.status, &erased.body["state"]), (200, &json!("erased")), "{}", erased.body);
        assert_eq!(hq.get(&format!("/api/customers/{li}")).await.status, 404);
        for (table, column) in OF_CUSTOMERS {
            let left = sql(&format!("SELECT COUNT(*) FROM {table} WHERE {column} = $1")).bind(li);
            assert_eq!(left.value::<i64>(world.app.read()).await.expect("a count"), 0, "{table}.{column}");
        }
        let facts = sql("SELECT payload FROM journal_fact WHERE customer_id = $1").bind(li);
        let facts: Vec<String> = facts.all(world.app.read(), |row| row.get("payload")).await.expect("facts");
        assert!(facts.len() > 10, "{} facts", facts.len());
        let told = |word: &&String| facts.iter().any(|fact| fact.contains(word.as_str()));
        assert_eq!(words.iter().find(told), None, "{facts:#?}");
        assert!(count(&world, "refused_number").await > 0, "the number stays refused");
        seal_now(&world.app).await.expect("a seal");
        let audit = audit(world.app.db(), None, None).await.expect("an audit");
        assert!(audit.faults.found == 0 && audit.erased > 0, "{audit:?}");
        let register = qa.get("/api/rights-requests?all=true").await.body;
        let done: Vec<_> = register.as_array().expect("rows").iter().filter(|row| row["kind"] == "erasure").collect();
        assert_eq!((done.len(), &done[0]["state"], &done[0]["customer_name"]), (1, &json!("done"), &Value::Null));
        let found = hq.get("/api/search?q=%E5%90%8D%E7%94%B2").await.body;
        assert_eq!(found, json!([]), "nobody of that name is found");
    })
    .await;
}

#[tokio::test]
async fn a_second_person_approves_where_the_firm_wants_it() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let qa = world.sign_in("qa").await;
        let law = json!({ "packs": ["cn"], "erasure_needs_two": true });
        assert_eq!(world.sign_in("admin").await.put("/api/law", law).await.status, 204);
        let asked = qa.post(&format!("/api/customers/{li}/erasure"), json!({ "reason": "书面请求" })).await;
        assert_eq!(asked.body["state"], "waiting", "{}", asked.body);
        let request = asked.body["request_id"].as_str().expect("a request").to_owned();
        let path = format!("/api/rights-requests/{request}/approval");
        assert_eq!(qa.post(&path, json!({})).await.body["code"], "second_person_needed");
        assert_eq!(world.sign_in("admin").await.post(&path, json!({})).await.status, 404, "sees no customers");
        assert_eq!(qa.get(&format!("/api/customers/{li}")).await.status, 200);
        run(&world, "UPDATE staff SET role = 'quality' WHERE login = 'hq'").await;
        assert_eq!(world.sign_in("hq").await.post(&path, json!({})).await.status, 204);
        assert_eq!(qa.get(&format!("/api/customers/{li}")).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_request_is_due_by_the_strictest_rule_and_refused_only_with_a_reason() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let (qa, admin) = (world.sign_in("qa").await, world.sign_in("admin").await);
        let path = format!("/api/customers/{li}/rights-requests");
        let due = async |packs: Value| {
            assert_eq!(admin.put("/api/law", json!({ "packs": packs })).await.status, 204);
            let asked = json!({ "kind": "copy", "received": "2026-01-31" });
            let made = qa.post(&path, asked).await;
            assert_eq!(made.status, 201, "{}", made.body);
            let rows = qa.get(&path).await.body;
            rows.as_array().expect("rows").iter().find(|row| row["id"] == made.body["id"]).expect("the row").clone()
        };
        assert_eq!(due(json!([])).await["due"], "2026-03-02");
        assert_eq!(due(json!(["eu"])).await["due"], "2026-03-01");
        let row = due(json!(["eu", "cn"])).await;
        assert_eq!(
            (&row["due"], &row["rule"], &row["overdue"]),
            (&json!("2026-02-15"), &json!("cn.pipl.requests"), &json!(true))
        );
        let decide = format!("/api/rights-requests/{}/decision", row["id"].as_str().expect("an id"));
        assert_eq!(qa.post(&decide, json!({ "decision": "refused" })).await.body["code"], "rights_reason_missing");
        assert_eq!(qa.post(&decide, json!({ "decision": "refused", "answer": "身份无法核实" })).await.status, 204);
        assert_eq!(qa.post(&decide, json!({ "decision": "done" })).await.body["code"], "rights_request_state");
        assert_eq!(admin.put("/api/law", json!({ "packs": ["moon"] })).await.body["code"], "law_pack_unknown");
    })
    .await;
}

/// Old rows of every kind about 李秀英 and around her, each with a day of its own making.
async fn grow_old(world: &World, li: CustomerId) {
    let app = &world.app;
    make(world, vec![renewal(world, li, "nanshan", Some("wang"))]).await;
    let wang = world.sign_in("wang").await;
    let touch = first_of(&wang, "renewal").await["id"].as_str().expect("a work order").to_owned();
    let done = wang.post(&format!("/api/touches/{touch}/outcome"), json!({ "code": "done", "note": "旧" })).await;
    assert_eq!(done.status, 201, "{}", done.body);
    let hq = world.sign_in("hq").await;
    let file = "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n姓名,手机\n张三,13800001111\n\r\n--X--\r\n";
    let upload = hq.send_raw("POST", "/api/uploads", "multipart/form-data; boundary=X", file.into()).await;
    assert!(upload.status < 300, "{}", upload.body);
    sql("INSERT INTO notice (id, staff_id, kind, dedup_key, at_ms) VALUES ($1, $2, 'mention', 'old', $3)")
        .bind(app.new_free_id())
        .bind(world.staff("wang"))
        .bind(app.now())
        .run(app.db().writer())
        .await
        .expect("a notice");
    sql("INSERT INTO plan_decision (bucket, day, content) VALUES (1, $1, $2)")
        .bind(app.today())
        .bind(vec![1u8])
        .run(app.db().writer())
        .await
        .expect("decisions");
}

fn left(found: &[rights::Due], record: &str) -> i64 {
    found.iter().find(|due| due.record == record).map_or(0, |due| due.count)
}

#[tokio::test]
async fn nothing_goes_a_day_early_and_everything_on_the_day_29_february_too() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        world.set_clock("2024-02-29", 10 * 60);
        grow_old(&world, li).await;
        for (last_kept, record, table) in [
            ("2024-05-28", "upload", "upload"),
            ("2024-08-26", "notice", "notice"),
            ("2025-04-03", "plan_decision", "plan_decision"),
            ("2029-02-28", "contact", "contact"),
            ("2029-02-28", "touch", "touch"),
        ] {
            let last: Day = last_kept.parse().expect("a day");
            world.set_clock(last_kept, 23 * 60 + 59);
            let before = count(&world, table).await;
            assert!(before > 0, "{table} holds something");
            assert_eq!(left(&rights::due(&world.app).await.expect("a look"), record), 0, "{record} on {last}");
            rights::carry_out(&world.app).await.expect("a run");
            assert_eq!(count(&world, table).await, before, "{record} is kept through {last}");
            if record == "contact" {
                // Contacts and work orders are over on the same day; one loop looks at each.
                continue;
            }
            world.set_clock(&(last + 1).to_string(), 1);
            assert!(left(&rights::due(&world.app).await.expect("a look"), record) > 0, "{record} is due after {last}");
            rights::carry_out(&world.app).await.expect("a run");
            assert_eq!(count(&world, table).await, 0, "{record} is gone within the day");
        }
        assert_eq!(count(&world, "contact").await, 0);
        let told = sql("SELECT COUNT(*) FROM journal_fact WHERE kind = 'retention_deleted'");
        assert!(told.value::<i64>(world.app.read()).await.expect("a count") >= 5, "each leaves a fact");
        let folder = world.app.config().data.join("uploads");
        assert_eq!(std::fs::read_dir(folder).expect("the folder").count(), 0, "files go with their rows");
    })
    .await;
}

#[tokio::test]
async fn a_file_goes_ten_years_after_its_last_contract_and_the_ledger_stays_whole() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        run(&world, "UPDATE customer SET lifecycle = 'lost' WHERE name = '李秀英'").await;
        sql("UPDATE agreement SET status = 'ended', end_day = $1, start_day = NULL")
            .bind("2028-02-29".parse::<Day>().expect("a day"))
            .run(world.app.db().writer())
            .await
            .expect("ended");
        world.set_clock("2038-02-28", 23 * 60);
        rights::carry_out(&world.app).await.expect("a run");
        assert_eq!(count(&world, "customer").await, 1, "kept through 28 February 2038");
        world.set_clock("2038-03-01", 1);
        let found = rights::due(&world.app).await.expect("a look");
        assert_eq!(left(&found, "customer_file"), 1);
        rights::carry_out(&world.app).await.expect("a run");
        assert_eq!((count(&world, "customer").await, count(&world, "customer_key").await), (0, 0));
        seal_now(&world.app).await.expect("a seal");
        assert!(audit(world.app.db(), None, None).await.expect("an audit").faults.found == 0);
        let told =
            sql("SELECT COUNT(*) FROM journal_fact WHERE customer_id = $1 AND room = 'rights' AND kind = 'erased'");
        assert_eq!(
            told.bind(li).value::<i64>(world.app.read()).await.expect("a count"),
            1,
            "the journal says that she went"
        );
    })
    .await;
}

/// An answered request of hers and a notice about her, where the firm lets such go.
async fn asked_and_told(world: &World, li: CustomerId) {
    let law = json!({ "packs": ["cn"], "keep": { "rights_request": { "years": 3 } } });
    assert_eq!(world.sign_in("admin").await.put("/api/law", law).await.status, 204);
    let qa = world.sign_in("qa").await;
    let asked = qa.post(&format!("/api/customers/{li}/rights-requests"), json!({ "kind": "correction" })).await;
    let path = format!("/api/rights-requests/{}/decision", asked.body["id"].as_str().expect("a request"));
    assert_eq!(qa.post(&path, json!({ "decision": "done" })).await.status, 204);
    sql("INSERT INTO notice (id, staff_id, kind, customer_id, dedup_key, at_ms)
         VALUES ($1, $2, 'mention', $3, 'hers', $4)")
    .bind(world.app.new_free_id())
    .bind(world.staff("wang"))
    .bind(li)
    .bind(world.app.now())
    .run(world.app.db().writer())
    .await
    .expect("a notice");
}

#[tokio::test]
async fn a_hold_stops_every_path_that_deletes() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        world.set_clock("2024-02-29", 10 * 60);
        grow_old(&world, li).await;
        let app = world.app.clone();
        let batch = BatchId(app.new_free_id());
        sql("INSERT INTO batch (id, name, target, state, file_name, file_sha256, mapping, unit_id, created_by,
               upload_id, created_at_ms, finished_at_ms)
             SELECT $1, 'old', 'customers', 'imported', 'a.csv', '', '{}', u.unit_id, u.uploaded_by, u.id, 0, 0 FROM upload u")
        .bind(batch)
        .run(app.db().writer())
        .await
        .expect("a batch");
        sql("INSERT INTO batch_entry (bucket, batch_id, row_number, customer_id, deed) VALUES ($1, $2, 1, $3, 'created')")
            .bind(li.bucket())
            .bind(batch)
            .bind(li)
            .run(app.db().writer())
            .await
            .expect("an entry");
        asked_and_told(&world, li).await;
        let qa = world.sign_in("qa").await;
        let hold = qa.post(&format!("/api/customers/{li}/holds"), json!({ "reason": "诉讼 2024-17" })).await;
        assert_eq!(hold.status, 201, "{}", hold.body);
        let stored: Vec<u8> = sql("SELECT reason_cell FROM legal_hold").value(app.read()).await.expect("a cell");
        assert!(!String::from_utf8_lossy(&stored).contains("诉讼"), "a reason is sealed");
        let refused = qa.post(&format!("/api/customers/{li}/erasure"), json!({ "reason": "书面请求" })).await;
        assert_eq!((refused.status, &refused.body["code"]), (409, &json!("legal_hold")), "{}", refused.body);
        let hq = world.sign_in("hq").await;
        let undo = tend_app::customer::undo(&app, batch).await;
        assert!(undo.is_err_and(|error| error.to_string().contains("held")), "a batch with her is not taken back");
        world.set_clock("2040-01-01", 10 * 60);
        rights::carry_out(&app).await.expect("a run");
        for table in ["customer", "contact", "touch", "upload", "rights_request", "notice"] {
            assert_eq!(count(&world, table).await, 1, "{table} is held; what is not hers goes");
        }
        drop(hq);
        // Released, it goes; a hold on the firm stops everything again.
        let qa = world.sign_in("qa").await;
        let path = format!("/api/holds/{}/release", hold.body["id"].as_str().expect("an id"));
        assert_eq!(qa.post(&path, json!({})).await.body["code"], "field_invalid");
        let tx = app.begin().await.expect("a transaction");
        let everything = NewHold { customer: None, reason: "监管检查", from: app.today(), until: Some(app.today()) };
        place_hold(&app, &tx, Doer::Program("test"), &Scope::Firm, everything).await.expect("a hold");
        tx.commit().await.expect("committed");
        assert_eq!(qa.post(&path, json!({ "reason": "已结案" })).await.status, 204);
        rights::carry_out(&app).await.expect("a run");
        assert_eq!(count(&world, "contact").await, 1, "the firm is held today");
        world.set_clock("2040-01-02", 10 * 60);
        rights::carry_out(&app).await.expect("a run");
        for table in ["contact", "touch", "upload", "rights_request", "notice"] {
            assert_eq!(count(&world, table).await, 0, "{table} goes when nothing holds it");
        }
        let qa = world.sign_in("qa").await;
        let erased = qa.post(&format!("/api/customers/{li}/erasure"), json!({ "reason": "书面请求" })).await;
        assert_eq!(erased.body["state"], "erased", "{}", erased.body);
    })
    .await;
}

#[tokio::test]
async fn a_hold_on_the_firm_is_seen_released_and_heeded_by_the_preview() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        world.set_clock("2024-02-29", 10 * 60);
        grow_old(&world, li).await;
        world.set_clock("2040-01-01", 10 * 60);
        // Quality sees a part of the firm, an administrator no customer at all; what would go is the firm's.
        for login in ["qa", "admin"] {
            let client = world.sign_in(login).await;
            let would_go = async || {
                let found = client.get("/api/retention").await.body;
                let contacts = found.as_array().expect("kinds").iter().find(|due| due["record"] == "contact");
                contacts.map_or(0, |due| due["count"].as_i64().expect("a count"))
            };
            assert_eq!(would_go().await, 1, "{login}");
            let placed = client.post("/api/holds", json!({ "reason": "监管检查" })).await;
            assert_eq!(placed.status, 201, "{}", placed.body);
            let standing = client.get("/api/holds").await.body;
            assert_eq!(
                (&standing[0]["id"], &standing[0]["customer_id"]),
                (&placed.body["id"], &Value::Null),
                "{login}"
            );
            assert_eq!(would_go().await, 0, "{login}: the firm is held");
            let path = format!("/api/holds/{}/release", placed.body["id"].as_str().expect("an id"));
            let released = client.post(&path, json!({ "reason": "已结案" })).await;
            assert_eq!(released.status, 204, "{login}: {}", released.body);
            assert_eq!(client.get("/api/holds").await.body, json!([]));
            assert_eq!(would_go().await, 1, "{login}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_preview_of_deletions_waits_for_nobody_who_writes() {
    each_store(async |world| {
        let writer = world.app.begin().await.expect("a transaction");
        let looked = tokio::time::timeout(Duration::from_secs(5), rights::due(&world.app)).await;
        looked.expect("it only reads").expect("a look");
        writer.roll_back().await.expect("rolled back");
    })
    .await;
}

/// What is said of 赵 while the night is worked out, and the reason for which he then gets no touch.
async fn said_meanwhile(said: &'static str, reason: &str) {
    each_store(async |mut world| {
        let zhao = world.welcome("zhao_q").await;
        let address = world.app.config().database_url();
        // The night is worked out on what stood before; the refusal comes while it is.
        let told = move |step: &'static str, _: u8| {
            if step == "propose" {
                let address = address.clone();
                // A program of its own, as an import on the command line would be.
                std::thread::spawn(move || {
                    let runtime =
                        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                    runtime.block_on(async move {
                        let db = Db::connect(&address).await.expect("the database");
                        sql(&format!("UPDATE customer SET {said} WHERE bucket = $1 AND id = $2"))
                            .bind(zhao.bucket())
                            .bind(zhao)
                            .run(db.writer())
                            .await
                            .expect("a refusal");
                    });
                })
                .join()
                .expect("said");
            }
        };
        crate::authorisation::publish_greeting(&world).await;
        let day = world.app.today();
        let report = tend_app::work::night(&world.app, day, tend_app::work::Trial::Real, &told).await.expect("a night");
        assert_eq!((report.new, report.touches), (0, 0), "{report:?}");
        assert_eq!(report.withheld.get(reason), Some(&1), "{report:?}");
        assert_eq!(count(&world, "touch").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_between_reading_the_file_and_writing_its_touches_is_kept() {
    said_meanwhile("refused_channels = 31", "no_consent").await;
}

#[tokio::test]
async fn why_nothing_happened_names_a_death_and_a_block_as_such() {
    said_meanwhile("lifecycle = 'deceased'", "deceased").await;
    said_meanwhile("lifecycle = 'blocked'", "lifecycle_blocked").await;
}
