//! Traces of sales: no sale with a gap is closed, evidence of another kind or customer is refused, versions are pinned,
//! nothing is changed or deleted, and nobody sees what is not theirs.

mod evidence_file;
mod keeping;
mod scanned;
mod seller;
mod whole;

pub use seller::{Sale, contact_with, held, install, policy, wav};
use serde_json::{Value, json};
use tend_app::platform::sql;
use tend_testkit::{World, each_store};

/// One sale of every process that the playbooks bring.
async fn sales(world: &mut World) -> Vec<Sale> {
    install(world).await;
    let (young, li, liu) = (world.welcome("zhao_q").await, world.welcome("li").await, world.welcome("liu_y").await);
    // 刘洋洋 is 赵强's; for these sales Wang looks after all.
    let mover = world.sign_in("lead_sz").await;
    let keeper = json!({ "unit_id": world.unit("nanshan"), "owner_id": world.staff("wang") });
    let moved = mover.put(&format!("/api/customers/{liu}/keeper"), keeper).await;
    assert!(moved.status < 300, "{}", moved.body);
    let year = policy(world, young, json!({ "signed": "2026-11-19", "delivered": "2026-11-21" })).await;
    let (life, car) = (held(world, li, "policy").await, held(world, li, "vehicle_cover").await);
    let plan = held(world, liu, "telecom_plan").await;
    let mut sales = Vec::new();
    for (customer, process, agreement) in [
        (young, "life_phone_sale", year),
        (li, "life_strict_sale", life),
        (li, "car_renewal_quote", car),
        (liu, "tel_contract_change", plan),
    ] {
        sales.push(Sale::open(world, customer, process, Some(&agreement)).await);
    }
    let listed = world.sign_in("hq").await.get("/api/processes").await.body;
    assert_eq!(listed.as_array().map(Vec::len), Some(sales.len()), "a sale of every process: {listed}");
    sales
}

#[tokio::test]
async fn no_sale_with_a_single_step_missing_is_closed() {
    each_store(async |mut world| {
        let mut tried = 0;
        for mut sale in sales(&mut world).await {
            let steps: Vec<Value> = sale.page().await["steps"].as_array().expect("steps").clone();
            let needed: Vec<&Value> = steps.iter().filter(|step| step["needed"] == true).collect();
            let refused = sale.close().await;
            assert_eq!((refused.status, &refused.body["code"]), (409, &json!("trace_gaps")), "{}", refused.body);
            let missing = refused.body["problems"].as_array().expect("a list of gaps");
            assert_eq!(missing.len(), needed.len());
            assert!(missing.iter().all(|gap| gap["because"] == "no evidence yet" && gap["accepts"][0].is_string()));

            sale.show_all(&world).await;
            for step in &needed {
                let page = sale.page().await;
                let shown = page["steps"].as_array().expect("steps").iter().find(|one| one["key"] == step["key"]);
                // A step that was shown twice has two pieces of evidence: it is a gap when all are gone.
                for evidence in shown.expect("the step")["evidence"].as_array().expect("a list") {
                    let body = json!({ "evidence_id": evidence, "reason": "wrong page" });
                    let back = sale.by.post(&format!("/api/traces/{}/withdrawal", sale.id), body).await;
                    assert_eq!(back.status, 201, "{}", back.body);
                }
                let refused = sale.close().await;
                assert_eq!(refused.status, 409, "{} closes without {}", page["process"], step["key"]);
                let gaps = refused.body["problems"].as_array().expect("a list of gaps");
                assert!(gaps.iter().any(|gap| gap["step"] == step["key"]), "{gaps:?}");
                tried += 1;
                // Shown again, from here on all of it, so that the order holds.
                let from = needed.iter().position(|one| one["key"] == step["key"]).expect("its place");
                for later in &needed[from..] {
                    let answer = sale.show(&world, later).await;
                    assert_eq!(answer.status, 201, "{later}: {}", answer.body);
                }
            }
            let closed = sale.close().await;
            assert_eq!((closed.status, &closed.body["state"]), (201, &json!("sold")), "{}", closed.body);
        }
        assert!(tried >= 25, "{tried} steps were tried");
    })
    .await;
}

#[tokio::test]
async fn evidence_of_another_kind_customer_or_role_is_refused() {
    each_store(async |mut world| {
        install(&world).await;
        let (li, chen) = (world.welcome("li").await, world.welcome("chen_m").await);
        let car = held(&world, li, "vehicle_cover").await;
        let mut sale = Sale::open(&world, li, "car_renewal_quote", Some(&car)).await;
        let (of_chen, own) = (contact_with(&world, chen, "phone").await, sale.contact(&world, "phone").await);
        let why = async |body: Value| {
            let answer = sale.give(&sale.by, body).await;
            (answer.status, answer.body["params"]["why"].as_str().unwrap_or_default().to_owned(), answer.body)
        };
        let given = why(json!({ "step": "vehicle", "kind": "contact", "refers_to": of_chen })).await;
        assert_eq!((given.0, given.1.as_str()), (422, "not_found"), "{}", given.2);
        let given = why(json!({ "step": "quote", "kind": "contact", "refers_to": own })).await;
        assert_eq!((given.0, given.1.as_str()), (422, "wrong_kind"), "{}", given.2);
        let given = why(json!({ "step": "card", "kind": "message", "refers_to": own })).await;
        assert_eq!((given.0, given.1.as_str()), (422, "wrong_channel"), "{}", given.2);
        let given = why(json!({ "step": "explained", "kind": "contact", "refers_to": own })).await;
        assert_eq!((given.0, given.1.as_str()), (422, "phrases_missing"), "{}", given.2);
        let given = why(json!({ "step": "nothing", "kind": "note", "remark": "" })).await;
        assert_eq!((given.0, given.2["code"].as_str()), (422, Some("step_unknown")));
        let given = why(json!({ "step": "quote", "kind": "file" })).await;
        assert_eq!((given.0, given.2["code"].as_str()), (422, Some("field_invalid")));

        let life = held(&world, li, "policy").await;
        let strict = Sale::open(&world, li, "life_strict_sale", Some(&life)).await;
        let remark = "[Date] 2026-11-23 [By] visit [Points] seen [Promised] none [Next] none";
        let body = json!({ "step": "second_look", "kind": "note", "remark": remark });
        assert_eq!(strict.give(&strict.by, body.clone()).await.body["params"]["why"], "not_by_this_role");
        assert_eq!(strict.give(&strict.quality, body).await.status, 201);
        let short = strict.send("explained", "recording", "", ("a.wav", wav(179))).await;
        assert_eq!(short.body["params"]["why"], "too_short", "{}", short.body);
        for (name, bytes) in [
            ("a.html", b"<html><script>alert(1)</script>".to_vec()),
            ("a.pdf", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
            ("a.png", b"MZ\x90\0".to_vec()),
        ] {
            let refused = strict.send("licence", "file", "", (name, bytes)).await;
            assert_eq!((refused.status, &refused.body["code"]), (422, &json!("evidence_file_refused")), "{name}");
        }
        let left = std::fs::read_dir(world.folder().join("evidence")).expect("the folder").count();
        assert_eq!(left, 0, "what is refused is not kept");
    })
    .await;
}

#[tokio::test]
async fn a_process_is_for_whom_it_says() {
    each_store(async |mut world| {
        install(&world).await;
        let (li, wang) = (world.welcome("li").await, world.sign_in("wang").await);
        let life = held(&world, li, "policy").await;
        let path = format!("/api/customers/{li}/traces");
        let open = async |process: &str, agreement: Option<&str>| {
            let made = wang.post(&path, json!({ "process": process, "agreement_id": agreement })).await;
            (made.status, made.body["code"].as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(
            open("life_phone_sale", Some(&life)).await,
            (422, "process_unfit".into()),
            "no end: more than a year"
        );
        assert_eq!(open("life_strict_sale", None).await, (422, "agreement_needed".into()));
        assert_eq!(open("no_such", None).await, (404, "process_unknown".into()));
        let choices = wang.get(&path).await.body["choices"].clone();
        let keys: Vec<&str> =
            choices.as_array().expect("choices").iter().filter_map(|one| one["process"].as_str()).collect();
        assert_eq!(keys, ["car_renewal_quote", "life_strict_sale"]);
        assert_eq!(open("life_strict_sale", Some(&life)).await.0, 201);
    })
    .await;
}

#[tokio::test]
async fn a_retired_process_begins_no_sale_and_ends_those_that_are_open() {
    each_store(async |mut world| {
        let (li, hq) = (world.welcome("li").await, world.sign_in("hq").await);
        let here = "/api/processes/tea/retirement";
        assert_eq!(hq.post(here, json!({})).await.body["code"], "process_unknown");
        assert_eq!(hq.post("/api/processes", json!({ "text": TEA })).await.status, 201);
        let sale = Sale::open(&world, li, "tea", None).await;
        let offered = async || {
            let choices = sale.by.get(&format!("/api/customers/{li}/traces")).await.body["choices"].clone();
            choices.as_array().expect("choices").iter().any(|one| one["process"] == "tea")
        };
        assert!(offered().await);

        for _ in 0..2 {
            assert_eq!(hq.post(here, json!({})).await.status, 204, "twice is once");
        }
        assert!(!offered().await);
        let refused = sale.by.post(&format!("/api/customers/{li}/traces"), json!({ "process": "tea" })).await;
        assert_eq!((refused.status, &refused.body["code"]), (409, &json!("process_retired")), "{}", refused.body);
        assert!(hq.get("/api/processes").await.body[0]["retired_at"].is_string());
        let newer = TEA.replace("version = 1", "version = 2");
        assert_eq!(hq.post("/api/processes", json!({ "text": newer })).await.status, 201);
        assert!(!offered().await, "a new version does not bring it back");
        sale.give(&sale.by, json!({ "step": "ask", "kind": "note", "remark": "asked" })).await;
        assert_eq!(sale.close().await.status, 201);

        assert_eq!(hq.delete(here).await.status, 204);
        assert!(offered().await);
        assert!(hq.get("/api/processes/tea").await.body["retired_at"].is_null());
    })
    .await;
}

const TEA: &str = r#"key = "tea"
version = 1
business_type = "tea"
title = { zh = "茶", en = "Tea" }
[[step]]
key = "ask"
title = { zh = "问", en = "Ask" }
accepts = [{ kind = "note" }]
[[test]]
name = "asked"
day = "2026-11-23"
has = ["ask"]
expect = "closes"
"#;

#[tokio::test]
async fn a_trace_stays_with_the_version_it_was_opened_under() {
    each_store(async |mut world| {
        let (li, hq) = (world.welcome("li").await, world.sign_in("hq").await);
        let wrong = hq.post("/api/processes", json!({ "text": TEA.replace("note", "noot") })).await;
        assert_eq!((wrong.status, &wrong.body["problems"][0]["line"]), (422, &json!(8)), "{}", wrong.body);
        assert_eq!(hq.post("/api/processes", json!({ "text": TEA })).await.status, 201);
        let sale = Sale::open(&world, li, "tea", None).await;
        let strict = TEA.replace("version = 1", "version = 2").replace(
            "[[test]]",
            "[[step]]\nkey = \"pour\"\ntitle = { zh = \"倒\", en = \"Pour\" }\naccepts = [{ kind = \"note\" }]\n[[test]]",
        );
        let failing = hq.post("/api/processes", json!({ "text": strict })).await;
        assert_eq!(failing.body["problems"][0]["code"], "test_failed", "its own example is run");
        let strict = strict.replace("has = [\"ask\"]", "all_but = []");
        assert_eq!(hq.post("/api/processes", json!({ "text": strict })).await.status, 201);
        assert_eq!(hq.post("/api/processes", json!({ "text": strict })).await.body["code"], "process_version_taken");

        let page = hq.get("/api/processes/tea").await.body;
        let versions: Vec<_> = page["versions"].as_array().expect("versions").iter().map(|one| &one["version"]).collect();
        assert_eq!((&page["version"], versions), (&json!(2), vec![&json!(2), &json!(1)]));
        assert_eq!((&page["steps"][1]["title"], &page["steps"][1]["accepts"][0]["kind"]), (&json!("Pour"), &json!("note")));
        assert_eq!(page["steps"][1]["need"], "always");
        let before = hq.get("/api/processes/tea?version=1").await.body;
        assert_eq!((before["steps"].as_array().map(Vec::len), &before["text"]), (Some(1), &json!(TEA)));

        sale.give(&sale.by, json!({ "step": "ask", "kind": "note", "remark": "asked" })).await;
        let closed = sale.close().await;
        assert_eq!((closed.status, &closed.body["process_version"]), (201, &json!(1)), "{}", closed.body);
        let next = Sale::open(&world, li, "tea", None).await;
        next.give(&next.by, json!({ "step": "ask", "kind": "note", "remark": "asked" })).await;
        assert_eq!(next.close().await.body["problems"][0]["step"], "pour");
    })
    .await;
}

#[tokio::test]
async fn closing_and_taking_back_at_once_never_leave_a_sale_with_a_gap() {
    each_store(async |mut world| {
        let (li, hq) = (world.welcome("li").await, world.sign_in("hq").await);
        assert_eq!(hq.post("/api/processes", json!({ "text": TEA })).await.status, 201);
        for _ in 0..12 {
            let sale = Sale::open(&world, li, "tea", None).await;
            let given = sale.give(&sale.by, json!({ "step": "ask", "kind": "note", "remark": "asked" })).await;
            let body = json!({ "evidence_id": given.body["evidence"][0]["id"], "reason": "a slip" });
            let path = format!("/api/traces/{}/withdrawal", sale.id);
            let (closed, back) = tokio::join!(sale.close(), sale.by.post(&path, body));
            let page = sale.page().await;
            let outcome = (closed.status, back.status, page["state"].as_str().expect("a state"));
            assert!(
                matches!(outcome, (201, 409, "sold") | (409, 201, "open")),
                "{outcome:?}: {} {}",
                closed.body,
                back.body
            );
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_changed_after_the_end_and_compliance_opens_it_again() {
    each_store(async |mut world| {
        let (li, hq) = (world.welcome("li").await, world.sign_in("hq").await);
        hq.post("/api/processes", json!({ "text": TEA })).await;
        let sale = Sale::open(&world, li, "tea", None).await;
        let given = sale.give(&sale.by, json!({ "step": "ask", "kind": "note", "remark": "asked" })).await;
        let first = given.body["evidence"][0]["id"].clone();
        let corrected = json!({ "step": "ask", "kind": "note", "remark": "asked twice", "corrects": first });
        let corrected = sale.give(&sale.by, corrected).await;
        assert_eq!(corrected.body["evidence"].as_array().map(Vec::len), Some(2), "the former stays");
        assert_eq!(corrected.body["evidence"][0]["named_by"], corrected.body["evidence"][1]["id"]);
        let again = json!({ "step": "ask", "kind": "note", "remark": "asked thrice", "corrects": first });
        assert_eq!(sale.give(&sale.by, again).await.body["code"], "evidence_unknown", "it is not in force any more");
        assert_eq!(sale.close().await.status, 201);
        let late = sale.give(&sale.by, json!({ "step": "ask", "kind": "note", "remark": "late" })).await;
        assert_eq!((late.status, &late.body["code"]), (409, &json!("trace_closed")));
        let path = format!("/api/traces/{}/reopening", sale.id);
        assert_eq!(sale.by.post(&path, json!({ "reason": "let me" })).await.status, 403);
        assert_eq!(sale.quality.post(&path, json!({ "reason": " " })).await.body["code"], "reason_missing");
        let open = sale.quality.post(&path, json!({ "reason": "the wrong scan" })).await;
        assert_eq!((open.status, &open.body["state"]), (201, &json!("open")), "{}", open.body);
        let kinds: Vec<&str> =
            open.body["turns"].as_array().expect("turns").iter().filter_map(|turn| turn["kind"].as_str()).collect();
        assert_eq!(kinds, ["opened", "sold", "reopened"]);
        let path = format!("/api/traces/{}/closure", sale.id);
        assert_eq!(sale.by.post(&path, json!({ "verdict": "abandoned" })).await.body["code"], "reason_missing");
        let given_up = sale.by.post(&path, json!({ "verdict": "abandoned", "reason": "no more interest" })).await;
        assert_eq!(given_up.body["state"], "abandoned");
        let stored: String = sql("SELECT payload FROM journal_fact WHERE room = 'trace' AND kind = 'abandoned'")
            .value(world.app.read())
            .await
            .expect("a fact");
        assert!(!stored.contains("interest"), "a reason stands sealed, only its hash in the journal");
    })
    .await;
}

#[tokio::test]
async fn lists_show_what_lacks_within_the_readers_scope() {
    each_store(async |mut world| {
        install(&world).await;
        let li = world.welcome("li").await;
        let life = held(&world, li, "policy").await;
        let mut sale = Sale::open(&world, li, "life_strict_sale", Some(&life)).await;
        sale.show_all(&world).await;
        let page = sale.page().await;
        let step = |key: &str| page["steps"].as_array().expect("steps").iter().find(|one| one["key"] == key).cloned();
        for key in ["second_look", "signing"] {
            let evidence = step(key).expect("the step")["evidence"][0].clone();
            let body = json!({ "evidence_id": evidence, "reason": "unreadable" });
            sale.by.post(&format!("/api/traces/{}/withdrawal", sale.id), body).await;
        }
        let count = async |login: &str, query: &str| {
            let client = world.sign_in(login).await;
            let listed = client.get(&format!("/api/traces{query}")).await.body;
            (listed["items"].as_array().map_or(0, Vec::len), listed["items"][0].clone())
        };
        let (found, row) = count("qa", "?lacking=gaps").await;
        assert_eq!((found, &row["gaps"], &row["overdue"]), (1, &json!(2), &json!(false)), "{row}");
        assert_eq!(count("qa", "?lacking=overdue").await.0, 0);
        world.set_clock("2026-11-26", 600);
        assert_eq!(count("qa", "?lacking=overdue").await.0, 1, "forty-eight hours after the yes");
        assert_eq!(count("lead_sz", "?state=open").await.0, 1);
        for login in ["lead_sh", "zhao", "liu"] {
            assert_eq!(count(login, "").await.0, 0, "{login} sees a trace of others");
            let client = world.sign_in(login).await;
            assert_eq!(client.get(&format!("/api/traces/{}", sale.id)).await.status, 404);
            assert_eq!(client.get(&format!("/api/customers/{li}/traces")).await.status, 404);
        }
        assert_eq!(world.sign_in("boss").await.get("/api/traces").await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn remarks_keep_to_the_firms_form() {
    each_store(async |mut world| {
        install(&world).await;
        let li = world.welcome("li").await;
        let car = held(&world, li, "vehicle_cover").await;
        let sale = Sale::open(&world, li, "car_renewal_quote", Some(&car)).await;
        let free = sale.give(&sale.by, json!({ "step": "card", "kind": "note", "remark": "名片已发" })).await;
        assert_eq!((free.status, &free.body["code"]), (422, &json!("remark_unfit")), "{}", free.body);
        let proposal = free.body["params"]["proposal"].as_str().expect("a proposal");
        assert_eq!(proposal, "【日期】2026-11-23【方式】…【要点】名片已发【承诺】…【下次】无");
        let mended = proposal.replace("【方式】…", "【方式】微信").replace("【承诺】…", "【承诺】无");
        assert_eq!(sale.give(&sale.by, json!({ "step": "card", "kind": "note", "remark": mended })).await.status, 201);

        // The firm puts its own form on its renewals: notes of outcomes are held against it too.
        let admin = world.sign_in("admin").await;
        let form = json!({ "parts": [
            { "key": "points", "title": { "zh": "要点", "en": "Points" }, "kind": "text", "need": "required" },
            { "key": "next", "title": { "zh": "下次", "en": "Next" }, "kind": "day_or_none", "need": "required", "fill": "next" },
        ] });
        assert_eq!(sale.by.put("/api/remark-forms/renewal", form.clone()).await.status, 403);
        assert_eq!(admin.put("/api/remark-forms/renewal", form).await.status, 204);
        let twice = json!({ "parts": [
            { "key": "a", "title": { "zh": "要点", "en": "A" }, "kind": "text", "need": "required" },
            { "key": "b", "title": { "zh": "要点", "en": "B" }, "kind": "text", "need": "required" },
        ] });
        assert_eq!(admin.put("/api/remark-forms/renewal", twice).await.body["code"], "remark_form_invalid");
        crate::work::make(&world, vec![crate::work::renewal(&world, li, "nanshan", Some("wang"))]).await;
        let touch = sale.by.get("/api/my-day").await.body["items"][0]["id"].as_str().expect("a touch").to_owned();
        let path = format!("/api/touches/{touch}/outcome");
        let refused = sale.by.post(&path, json!({ "code": "paid_now", "note": "月底缴费" })).await;
        assert_eq!(refused.body["params"]["proposal"], "【要点】月底缴费【下次】无", "{}", refused.body);
        let done = sale.by.post(&path, json!({ "code": "paid_now", "note": "【要点】月底缴费【下次】无" })).await;
        assert_eq!(done.status, 201, "{}", done.body);
        let checked = sale.by.post("/api/remarks/check", json!({ "business_type": "renewal", "text": "x" })).await;
        assert_eq!(checked.body["fits"], false);
        assert_eq!(admin.delete("/api/remark-forms/renewal").await.status, 204);
    })
    .await;
}

#[tokio::test]
async fn a_trace_is_opened_however_many_others_are_changing_something() {
    each_store(async |mut world| {
        let (li, hq) = (world.welcome("li").await, world.sign_in("hq").await);
        assert_eq!(hq.post("/api/processes", json!({ "text": TEA })).await.status, 201);
        let wang = world.sign_in("wang").await;
        // One connection is left on which the trace is written; what is read meanwhile must not ask for the same.
        let mut others = Vec::new();
        if world.app.db().backend() == sea_orm::DbBackend::Postgres {
            for _ in 0..15 {
                others.push(world.app.begin().await.expect("a transaction"));
            }
        }
        let path = format!("/api/customers/{li}/traces");
        let opening = wang.post(&path, json!({ "process": "tea" }));
        let opened = tokio::time::timeout(std::time::Duration::from_secs(10), opening).await;
        assert_eq!(opened.expect("nobody waits for the others").status, 201);
    })
    .await;
}
