//! Care plans from playbook to touch: installed, published, run at night on the right day, explained.

use serde_json::{Value, json};
use tend_app::plan::{Installed, install_files, install_playbook};
use tend_app::platform::sql;
use tend_app::work::{Trial, call_night, do_night, night};
use tend_rules::base::*;
use tend_rules::journal::Doer;
use tend_testkit::{Client, World, each_store};

const PLAYBOOK: &str = r#"
key = "tea"
title = { zh = "茶馆", en = "Tea house" }
description = { zh = "示例", en = "An example" }
"#;
const OUTCOMES: &str = r#"
[[outcome]]
business_type = "care"
code = "talked"
title = { zh = "已沟通", en = "Talked" }
reached = true
result = "done"
"#;
const LABELS: &str = r##"
[[label]]
key = "tea_lover"
group = "interest"
colour = "#00897B"
title = { zh = "爱茶", en = "Tea lover" }
"##;
const FACTS: &str = r#"
[[fact]]
key = "cups"
type = "int"
title = { zh = "杯数", en = "cups" }
"#;

/// A plan of a few lines; the rest is usual.
pub(crate) fn plan(key: &str, who: &str, more: &str) -> String {
    format!(
        "key = \"{key}\"\nbusiness_type = \"care\"\ntitle = {{ zh = \"{key}\", en = \"{key}\" }}\n\
         reason = {{ zh = \"因为 {key}\", en = \"because of {key}\" }}\nwho = '''{who}'''\n{more}\n\
         [[test]]\nname = \"nobody\"\nday = \"2026-11-23\"\ncustomer = {{ name = \"nobody\" }}\nexpect = \"not due\"\n"
    )
}

const BIRTHDAY: &str = "anniversary(birthday) == today";
const RENEWAL: &str = "a.kind == 'policy' && a.status == 'active' && a.due == today + days(7) && !a.paid";

pub(crate) fn usual() -> Vec<(String, String)> {
    vec![
        ("plans/birthday.toml".into(), plan("birthday", BIRTHDAY, "channels = [\"phone\", \"wechat\"]")),
        (
            "plans/renewal.toml".into(),
            plan(
                "renewal",
                RENEWAL,
                "for_each = \"agreement\"\nas = \"a\"\nworth = \"a.premium * 0.05\"\nchannels = [\"wechat\", \"phone\"]\n\
                 [limits]\npriority = 80",
            ),
        ),
    ]
}

pub(crate) async fn install(world: &World, plans: &[(String, String)]) -> Installed {
    let mut files =
        vec![("playbook.toml", PLAYBOOK), ("outcomes.toml", OUTCOMES), ("labels.toml", LABELS), ("facts.toml", FACTS)];
    files.extend(plans.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let tx = world.app.begin().await.expect("a transaction");
    let installed = install_files(&world.app, &tx, Doer::Program("test"), files).await;
    let installed = installed.unwrap_or_else(|error| panic!("{error:?}"));
    tx.commit().await.expect("committed");
    installed
}

pub(crate) async fn run(world: &World) -> Value {
    let report = night(&world.app, world.app.today(), Trial::Real, &|_, _| {}).await;
    let report = report.unwrap_or_else(|error| panic!("{error:?}"));
    serde_json::to_value(report).expect("JSON")
}

/// The touches as `name plan channel due owner`, sorted.
async fn touches(world: &World) -> Vec<String> {
    let rows = sql("SELECT c.name, t.plan_key, t.channel, t.due_day, COALESCE(s.login, '-') AS login
         FROM touch t
         JOIN customer c ON c.bucket = t.bucket AND c.id = t.customer_id
         LEFT JOIN staff s ON s.id = t.owner_id")
    .all(world.app.read(), |row| {
        let (name, key, channel): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("{name} {key} {channel} {} {}", row.get::<Day>(3)?, row.get::<String>(4)?))
    });
    let mut rows = rows.await.expect("touches");
    rows.sort();
    rows
}

pub(crate) async fn answer(who: &Client, customer: CustomerId, day: &str, plan: &str) -> Value {
    let page = who.get(&format!("/api/customers/{customer}/why?day={day}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let answers = page.body["answers"].as_array().expect("answers").clone();
    let mut found = answers.into_iter().find(|answer| answer["plan"]["key"] == plan).unwrap_or(Value::Null);
    found["basis"] = page.body["basis"].clone();
    found
}

#[tokio::test]
async fn the_right_customers_are_touched_on_the_right_day_and_twice_is_nothing_new() {
    each_store(async |mut world| {
        world.welcome_all().await;
        assert_eq!(install(&world, &usual()).await.added, 2);
        let dry = night(&world.app, world.app.today(), Trial::Dry, &|_, _| {}).await.expect("a trial");
        assert_eq!((dry.new, touches(&world).await.len()), (2, 0));
        let first = run(&world).await;
        let counts =
            |report: &Value| ["customers", "plans", "touches", "new"].map(|key| report[key].as_u64().expect("a count"));
        assert_eq!(counts(&first), [8, 2, 2, 2], "{first}");
        let made = touches(&world).await;
        assert_eq!(made, ["李秀英 renewal wechat 2026-11-23 wang", "赵志强 birthday phone 2026-11-23 wang"]);
        let second = run(&world).await;
        assert_eq!(counts(&second), [8, 2, 2, 0], "{second}");
        assert_eq!(touches(&world).await, made);
        world.set_clock("2026-11-24", 540);
        assert_eq!(run(&world).await["new"], 0);
        let hq = world.sign_in("hq").await;
        let runs = hq.get("/api/plan-runs").await;
        assert_eq!((&runs.body["items"][0]["day"], &runs.body["items"][1]["runs"]), (&json!("2026-11-24"), &json!(2)));
    })
    .await;
}

#[tokio::test]
async fn caps_cool_down_quiet_days_and_withdrawn_consent_keep_still_and_say_so() {
    each_store(async |mut world| {
        let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
        let chen = world.welcome("chen_m").await;
        let zhou = world.welcome("zhou").await;
        install(
            &world,
            &[
                (
                    "plans/a.toml".into(),
                    plan(
                        "a",
                        "name != 'nobody'",
                        "channels = [\"phone\"]\n[limits]\npriority = 90\ncooldown_days = 5\ncap_30d = 2",
                    ),
                ),
                (
                    "plans/q.toml".into(),
                    plan("q", "tier == 'gold'", "channels = [\"wechat\"]\n[limits]\nquiet_days = [\"qingming\"]"),
                ),
            ],
        )
        .await;
        let day = world.app.today();
        contacts(&world, li, &[day - 20, day - 10]).await;
        sql("UPDATE customer SET last_contact_day = $1 WHERE bucket = $2 AND id = $3")
            .bind(day - 2)
            .bind(chen.bucket())
            .bind(chen)
            .run(world.app.db().writer())
            .await
            .expect("a last contact");
        let hq = world.sign_in("hq").await;
        let path = format!("/api/customers/{zhao}/consents/phone");
        let said = hq.put(&path, json!({ "state": "refused", "proof": "said so" })).await;
        assert!(said.status < 300, "{}", said.body);
        assert_eq!(answer(&hq, li, "2027-04-05", "q").await["code"], "quiet_day");
        let report = run(&world).await;
        let withheld = &report["withheld"];
        assert_eq!(
            (&withheld["monthly_cap"], &withheld["cooldown"], &withheld["no_consent"]),
            (&json!(1), &json!(1), &json!(2)),
            "{report}"
        );
        for (customer, code) in [(li, "monthly_cap"), (chen, "cooldown"), (zhao, "no_consent"), (zhou, "no_consent")] {
            assert_eq!(answer(&hq, customer, "2026-11-23", "a").await["code"], code);
        }
    })
    .await;
}

async fn contacts(world: &World, customer: CustomerId, days: &[Day]) {
    for day in days {
        sql("INSERT INTO contact (bucket, id, customer_id, staff_id, channel, day, at_ms, outcome_code, reached, result)
             VALUES ($1, $2, $3, $4, 'phone', $5, 0, 'talked', 'yes', 'done')")
        .bind(customer.bucket())
        .bind(world.app.new_id(customer.bucket()))
        .bind(customer)
        .bind(world.staff("wang"))
        .bind(*day)
        .run(world.app.db().writer())
        .await
        .expect("a contact");
    }
}

#[tokio::test]
async fn overflow_is_deferred_and_planned_the_next_day() {
    each_store(async |mut world| {
        for key in ["li", "zhao_q", "chen_m"] {
            world.welcome(key).await;
        }
        let who = "name != 'nobody' && today == date('2026-11-23')";
        let text = plan("once", who, "channels = [\"phone\", \"wechat\"]\n[limits]\nexpires_after_days = 5");
        install(&world, &[("plans/once.toml".into(), text)]).await;
        sql("UPDATE staff SET capacity_per_day = 2 WHERE login = 'wang'")
            .run(world.app.db().writer())
            .await
            .expect("a smaller day");
        let first = run(&world).await;
        assert_eq!((&first["new"], &first["deferred"]), (&json!(2), &json!(1)), "{first}");
        let again = run(&world).await;
        assert_eq!((&again["new"], &again["deferred"]), (&json!(0), &json!(1)), "{again}");
        sql("UPDATE touch SET state = 'done' WHERE due_day = $1")
            .bind(world.app.today())
            .run(world.app.db().writer())
            .await
            .expect("work done");
        world.set_clock("2026-11-24", 540);
        let next = run(&world).await;
        assert_eq!((&next["new"], &next["deferred"]), (&json!(1), &json!(0)), "{next}");
        assert_eq!(run(&world).await["new"], 0);
        let due: Vec<String> =
            touches(&world).await.iter().map(|line| line.split(' ').nth(3).unwrap_or("").into()).collect();
        assert_eq!(due, ["2026-11-23"; 3], "the day of falling due is kept");
    })
    .await;
}

#[tokio::test]
async fn an_orphan_goes_to_the_heir_and_without_one_to_the_branch() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        world.welcome("wu").await;
        let text = plan("orphan", "orphan", "channels = [\"wechat\", \"phone\"]");
        install(&world, &[("plans/orphan.toml".into(), text)]).await;
        sql("UPDATE customer SET consented_channels = 31 WHERE owner_id IS NULL")
            .run(world.app.db().writer())
            .await
            .expect("consents");
        let tx = world.app.begin().await.expect("a transaction");
        let (wang, zhao, hq) = (world.staff("wang"), world.staff("zhao"), world.staff("hq"));
        tend_app::org::depart(&world.app, &tx, hq, wang, world.app.today(), Some(zhao)).await.expect("leaves");
        tx.commit().await.expect("committed");
        assert_eq!(run(&world).await["new"], 2);
        let mut made = touches(&world).await;
        made.sort();
        assert_eq!(made, ["吴晓兰 orphan wechat 2026-11-23 -", "李秀英 orphan wechat 2026-11-23 zhao"]);
        let lead = world.sign_in("lead_sz").await;
        assert_eq!(answer(&lead, li, "2026-11-23", "orphan").await["decided"], "due");
    })
    .await;
}

#[tokio::test]
async fn why_names_what_decided_today_ahead_and_in_the_past() {
    each_store(async |mut world| {
        let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
        let mut plans = usual();
        plans.push((
            "plans/visit.toml".into(),
            plan("visit", "tier == 'gold'", "channels = [\"wechat\"]\n[limits]\npriority = 10"),
        ));
        install(&world, &plans).await;
        let wang = world.sign_in("wang").await;
        let before = answer(&wang, li, "2026-11-23", "renewal").await;
        assert_eq!((&before["decided"], &before["basis"]), (&json!("due"), &json!("present_facts")));
        let birthday = answer(&wang, li, "2026-11-23", "birthday").await;
        assert_eq!((&birthday["code"], &birthday["next_due"]), (&json!("condition"), &json!("2027-03-05")));
        assert_eq!(birthday["condition"], BIRTHDAY);
        run(&world).await;
        let renewal = answer(&wang, li, "2026-11-23", "renewal").await;
        assert_eq!((&renewal["decided"], &renewal["because"]), (&json!("due"), &json!("because of renewal")));
        let visit = answer(&wang, li, "2026-11-23", "visit").await;
        assert_eq!((&visit["code"], &visit["held_by"]["key"]), (&json!("already_touched_today"), &json!("renewal")));
        let future = wang.get(&format!("/api/customers/{zhao}/future")).await;
        let days: Vec<&Value> = future.body.as_array().expect("days").iter().map(|item| &item["day"]).collect();
        assert!(days.contains(&&json!("2027-11-23")), "{}", future.body);
        world.set_clock("2026-11-25", 540);
        let wang = world.sign_in("wang").await;
        let past = answer(&wang, li, "2026-11-23", "visit").await;
        assert_eq!(
            (&past["code"], &past["basis"]),
            (&json!("already_touched_today"), &json!("past_facts_and_decisions"))
        );
        assert_eq!(answer(&wang, li, "2026-11-23", "renewal").await["decided"], "due");
        assert_eq!(answer(&wang, li, "2026-11-23", "birthday").await["decided"], "not_due");
        assert_eq!(answer(&wang, li, "2026-11-20", "visit").await["basis"], "nothing");
        let ahead = answer(&wang, li, "2027-03-05", "birthday").await;
        assert_eq!((&ahead["decided"], &ahead["basis"]), (&json!("due"), &json!("present_facts")));
        let ahead = answer(&wang, li, "2027-03-06", "birthday").await;
        assert_eq!(ahead["next_due"], "2028-03-05", "a later day tells the one after it");
        let liu = world.sign_in("liu").await;
        assert_eq!(liu.get(&format!("/api/customers/{li}/why")).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_bad_plan_is_reported_and_the_others_run() {
    each_store(async |mut world| {
        world.welcome("zhao_q").await;
        let mut plans = usual();
        plans.push(("plans/cups.toml".into(), plan("cups", "cups >= 3", "channels = [\"phone\"]")));
        install(&world, &plans).await;
        sql("DELETE FROM fact_definition WHERE key = 'cups'").run(world.app.db().writer()).await.expect("forgotten");
        let report = run(&world).await;
        assert_eq!((&report["new"], &report["plans"]), (&json!(1), &json!(2)), "{report}");
        assert_eq!(report["broken"][0]["key"], "cups");
    })
    .await;
}

#[tokio::test]
async fn an_update_of_a_playbook_leaves_alone_what_the_firm_edited() {
    each_store(async |world| {
        let plans = usual();
        install(&world, &plans).await;
        assert_eq!(install(&world, &plans).await.unchanged, 2);
        let hq = world.sign_in("hq").await;
        let list = hq.get("/api/plans").await;
        let rows = list.body["items"].as_array().expect("plans").clone();
        assert_eq!(
            (&rows[0]["key"], &rows[0]["state"], &rows[1]["priority"]),
            (&json!("birthday"), &json!("published"), &json!(80))
        );
        let at = format!("/api/plans/{}", rows[0]["id"].as_str().expect("an id"));
        let own = plan("birthday", "tier == 'gold' && anniversary(birthday) == today", "channels = [\"phone\"]");
        let bad = hq.put(&format!("{at}/draft"), json!({ "text": own.replace("tier", "teir") })).await;
        assert_eq!(
            (&bad.body["problems"][0]["code"], &bad.body["problems"][0]["suggestion"]),
            (&json!("unknown_fact"), &json!("tier"))
        );
        let refused = hq.post(&format!("{at}/publication"), json!({ "reason": "金卡" })).await;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("plan_faulty")));
        let told: i64 =
            tend_app::platform::sql("SELECT COUNT(*) FROM journal_fact WHERE room = 'plan' AND kind = 'drafted'")
                .value(world.app.read())
                .await
                .expect("a count");
        assert_eq!(told, 1, "a draft is a change, and leaves a fact");
        let stale = hq.send("PUT", &format!("{at}/draft"), None, Some(1), Some(&json!({ "text": own }))).await;
        assert_eq!(stale.status, 412, "{}", stale.body);
        assert_eq!(hq.put(&format!("{at}/draft"), json!({ "text": own })).await.body["tests"][0]["passed"], true);
        assert_eq!(hq.post(&format!("{at}/publication"), json!({ "reason": "" })).await.status, 422);
        let published = hq.post(&format!("{at}/publication"), json!({ "reason": "只给金卡" })).await;
        assert_eq!(
            (published.status, &published.body["versions"][0]["version"]),
            (201, &json!(2)),
            "{}",
            published.body
        );
        assert_eq!(published.body["versions"][0]["by"]["name"], "总部运营");
        let changed: Vec<(String, String)> =
            plans.iter().map(|(path, text)| (path.clone(), text.replace("\"phone\"", "\"phone\", \"sms\""))).collect();
        let again = install(&world, &changed).await;
        assert_eq!((again.updated, again.kept), (1, vec!["birthday".to_owned()]));
        assert_eq!(hq.get(&format!("{at}/versions/1")).await.body["text"], plans[0].1);
        let paused = hq.post(&format!("{at}/pause"), json!({ "reason": "试一试" })).await;
        assert_eq!(paused.body["state"], "paused");
        assert_eq!(run(&world).await["plans"], 1);
        assert_eq!(hq.delete(&format!("{at}/pause")).await.body["state"], "published");
        let wang = world.sign_in("wang").await;
        assert_eq!(wang.put(&format!("{at}/draft"), json!({ "text": own })).await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn the_night_is_called_once_a_day_after_its_minute() {
    each_store(async |mut world| {
        world.welcome("zhao_q").await;
        install(&world, &usual()).await;
        world.set_clock("2026-11-23", 4 * 60);
        call_night(&world.app).await.expect("asked");
        assert!(tend_app::platform::claim(&world.app, "night").await.expect("the queue").is_none(), "too early");
        world.set_clock("2026-11-23", 11 * 60);
        call_night(&world.app).await.expect("asked");
        call_night(&world.app).await.expect("asked again");
        let job = tend_app::platform::claim(&world.app, "night").await.expect("the queue").expect("the night");
        assert_eq!(do_night(&world.app, &job).await.expect("a night").new, 1);
        call_night(&world.app).await.expect("asked once more");
        assert!(tend_app::platform::claim(&world.app, "night").await.expect("the queue").is_none(), "once a day");
        let hq = world.sign_in("hq").await;
        let again = hq.post("/api/plan-runs", json!({ "day": "2026-11-23", "dry_run": false })).await;
        assert_eq!((again.status, &again.body["new"]), (200, &json!(0)));
        let count = hq.post("/api/plans/count", json!({ "text": usual()[0].1 })).await;
        assert_eq!(count.body["count"], 1, "{}", count.body);
    })
    .await;
}

#[tokio::test]
async fn every_playbook_of_the_program_installs_and_runs_over_the_cast() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let hq = world.sign_in("hq").await;
        let shelf = hq.get("/api/playbooks").await;
        let books = shelf.body["items"].as_array().expect("playbooks").clone();
        assert!(!books.is_empty(), "the program brings playbooks");
        for book in &books {
            assert_eq!(book["installed"], false);
            let key = book["key"].as_str().expect("a key");
            let first = hq.post(&format!("/api/playbooks/{key}/installation"), json!({})).await;
            assert_eq!((first.status, &first.body["added"]), (201, &book["plans"]), "{}", first.body);
            let again = hq.post(&format!("/api/playbooks/{key}/installation"), json!({})).await;
            assert_eq!(again.body["unchanged"], book["plans"], "{}", again.body);
        }
        assert_eq!(hq.post("/api/playbooks/nothing/installation", json!({})).await.status, 404);
        let report = run(&world).await;
        assert_eq!(report["broken"], json!([]));
        let made = touches(&world).await;
        assert!(made.iter().any(|line| line.starts_with("李秀英 renewal_t7 ")), "{made:#?}");
        assert!(made.iter().any(|line| line.starts_with("赵志强 birthday_gold")), "{made:#?}");
        assert_eq!(run(&world).await["new"], 0);
    })
    .await;
}

#[tokio::test]
async fn the_page_of_a_work_order_brings_its_words_filled_in() {
    each_store(async |mut world| {
        world.welcome("li").await;
        let tx = world.app.begin().await.expect("a transaction");
        install_playbook(&world.app, &tx, Doer::Program("test"), "insurance").await.expect("the playbook");
        tx.commit().await.expect("committed");
        run(&world).await;
        let wang = world.sign_in("wang").await.in_language("zh");
        let list = wang.get("/api/touches").await;
        let renewal =
            list.body["items"].as_array().expect("touches").iter().find(|one| one["plan_key"] == "renewal_t7");
        let id = renewal.expect("the renewal")["id"].as_str().expect("an id").to_owned();
        let page = wang.get(&format!("/api/touches/{id}")).await;
        let stages = page.body["script"]["stages"].as_array().expect("stages").clone();
        assert!(
            stages.iter().any(|stage| stage["key"] == "opening"
                && stage["text"].as_str().is_some_and(|text| text.contains("李女士") && text.contains("王芳"))),
            "{}",
            page.body["script"]
        );
        let templates = page.body["templates"].as_array().expect("templates").clone();
        assert!(!templates.is_empty());
        for template in &templates {
            let text = template["text"].as_str().expect("a text");
            assert!(!text.contains('{'), "{text}");
        }
        assert!(page.body["outcome_codes"].as_array().is_some_and(|codes| codes.len() > 3));
    })
    .await;
}

#[tokio::test]
async fn a_rehearsal_tells_the_days_ahead_and_writes_nothing() {
    each_store(async |mut world| {
        world.welcome_all().await;
        install(&world, &usual()).await;
        let hq = world.sign_in("hq").await;
        let before = hq.get("/api/touches?limit=1").await.body["about"].clone();
        let rehearse = async |body: Value| hq.post("/api/plans/rehearsal", body).await;
        let as_it_runs = rehearse(json!({ "days": 3 })).await.body;
        assert_eq!(as_it_runs["touches"].as_array().map(Vec::len), Some(3), "{as_it_runs}");
        assert_eq!(as_it_runs["of_plan"], json!([]));
        let more = "cost = \"yuan(68)\"\nchannels = [\"phone\", \"wechat\", \"sms\"]";
        let text = plan("everyone", "name != ''", more);
        let with_one_more = rehearse(json!({ "days": 3, "text": text })).await.body;
        assert_eq!(with_one_more["of_plan"].as_array().map(Vec::len), Some(3), "{with_one_more}");
        let spent = with_one_more["of_plan"].as_array().expect("days").iter().filter_map(Value::as_i64);
        assert_eq!(with_one_more["cost_minor"], json!(spent.map(|touches| touches * 6800).collect::<Vec<_>>()));
        assert_eq!(as_it_runs["cost_minor"], json!([0, 0, 0]));
        let first = |page: &Value| page["touches"][0].as_u64().expect("a count");
        assert!(first(&with_one_more) >= first(&as_it_runs));
        for person in with_one_more["people"].as_array().expect("people") {
            assert_eq!(person["load"].as_array().map(Vec::len), Some(3));
        }
        let sum = |load: &Value| load.as_array().expect("days").iter().filter_map(Value::as_u64).sum::<u64>();
        let of =
            |rows: &str| with_one_more[rows].as_array().expect("rows").iter().map(|one| sum(&one["load"])).sum::<u64>();
        assert!(of("units") >= of("people") && of("people") > 0, "{with_one_more}");
        let by_channel: u64 = with_one_more["channels"].as_object().expect("channels").values().map(sum).sum();
        assert_eq!(by_channel, sum(&with_one_more["of_plan"]));
        let wrong = rehearse(json!({ "text": "key = 1" })).await;
        assert_eq!((wrong.status, &wrong.body["code"]), (422, &json!("plan_faulty")));
        assert_eq!(hq.get("/api/touches?limit=1").await.body["about"], before);
    })
    .await;
}

#[tokio::test]
async fn a_form_gets_the_values_of_a_text_with_their_places_and_what_they_may_be() {
    each_store(async |world| {
        install(&world, &usual()).await;
        let hq = world.sign_in("hq").await;
        let text =
            plan("renewal", "tier == \"gold\" && !orphan", "channels = [\"phone\"] # 先打电话\n[limits]\ncap_30d = 2");
        let form = hq.post("/api/plans/form", json!({ "text": text })).await;
        assert_eq!(form.status, 200, "{}", form.body);
        let entries = form.body["outline"]["entries"].as_array().expect("entries").clone();
        let units: Vec<u16> = text.encode_utf16().collect();
        let cut = |path: &str| {
            let entry = entries.iter().find(|entry| entry["path"] == path).expect("an entry");
            let place = |end: &str| entry["at"][end].as_u64().expect("a place") as usize;
            String::from_utf16(&units[place("from")..place("to")]).expect("whole characters")
        };
        assert_eq!(
            (cut("channels"), cut("limits.cap_30d"), cut("title.en")),
            ("[\"phone\"]".into(), "2".into(), "\"renewal\"".into())
        );
        assert!(!form.body.to_string().contains("nobody"), "examples are the text's own");
        let who = &form.body["outline"]["who"];
        assert_eq!((&who["what"]["kind"], &who["what"]["join"]), (&json!("group"), &json!("all")));
        let parts = &who["what"]["parts"];
        assert_eq!((&parts[0]["what"]["sign"], &parts[0]["what"]["value"]["words"]), (&json!("=="), &json!(["gold"])));
        assert_eq!((&parts[1]["what"]["kind"], &parts[1]["denied"]), (&json!("fact"), &json!("yes")));

        let unsound = hq.post("/api/plans/form", json!({ "text": "who = 'teir == '" })).await.body;
        assert_eq!((&unsound["problem"], &unsound["outline"]["who"]), (&Value::Null, &Value::Null), "{unsound}");
        let broken = hq.post("/api/plans/form", json!({ "text": "key = \"x\"\nwho = " })).await.body;
        assert_eq!((&broken["problem"]["code"], &broken["problem"]["line"]), (&json!("toml_syntax"), &json!(2)));

        let choices = hq.in_language("zh").get("/api/plan-choices").await.body;
        let of = |list: &str, key: &str| {
            let found = choices[list].as_array().expect("a list").iter().find(|one| one["key"] == key).cloned();
            found.expect(key)
        };
        assert_eq!(of("facts", "tier")["choices"][0]["title"], "金卡");
        assert_eq!(of("facts", "cups")["kind"], "int", "a fact of the firm's own");
        assert_eq!(of("items", "agreement")["facts"][0]["key"], "kind");
        assert_eq!(of("festivals", "mid_autumn")["title"], "中秋节");
    })
    .await;
}
