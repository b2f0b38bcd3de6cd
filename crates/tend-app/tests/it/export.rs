//! Files of many customers that leave the firm: who may take how much alone, who must agree, what the file holds, and
//! that it can be told from any part of it whose it is.

use serde_json::{Value, json};
use std::time::Duration;
use tend_app::platform::{claim, holding, renew, sql};
use tend_app::work::{EXPORT_QUEUE, do_export, expire_exports, find_marked};
use tend_testkit::{Client, World, each_store};

async fn make_files(world: &World) {
    while let Some(job) = claim(&world.app, EXPORT_QUEUE).await.expect("the queue") {
        do_export(&world.app, &job).await.expect("a file");
    }
}

fn ask(columns: &[&str], format: &str) -> Value {
    json!({ "who": {}, "columns": columns, "format": format, "reason": "年会名单" })
}

async fn asked(client: &Client, body: Value) -> Value {
    let answer = client.post("/api/exports", body).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn a_small_masked_list_is_taken_alone_and_only_by_the_one_who_asked() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let (lead, hq) = (world.sign_in("lead_sz").await, world.sign_in("hq").await);
        let made = asked(&lead, ask(&["name", "phone", "owner"], "csv")).await;
        assert_eq!((made["state"].as_str(), made["total"].as_i64()), (Some("agreed"), Some(6)), "深圳 has six");
        make_files(&world).await;
        let id = made["id"].as_str().expect("an id");
        let file = lead.get(&format!("/api/exports/{id}/file")).await;
        assert_eq!(file.status, 200);
        let text = String::from_utf8(file.bytes).expect("UTF-8");
        assert!(text.contains("深圳负责人") && text.contains(id), "it says whose it is: {text}");
        assert!(text.contains("李秀英") && !text.contains("孙丽华"), "the own part of the firm only: {text}");
        assert!(text.contains("138****1234") && !text.contains("13800001234"), "{text}");
        assert_eq!(hq.get(&format!("/api/exports/{id}/file")).await.status, 404, "head office sees it, not its file");
        assert_eq!(hq.get(&format!("/api/exports/{id}")).await.status, 200);
        let line = text.lines().find(|line| line.contains("李秀英")).expect("a line");
        let found = find_marked(&world.app, line).await.expect("a look-up");
        assert_eq!(found[0].id.to_string(), id, "one line tells of which export it is");
        let story = lead.get(&format!("/api/customers/{}/timeline", world.customer("li"))).await;
        assert!(story.body.to_string().contains("exported"), "{}", story.body);
        let told: i64 = sql("SELECT COUNT(*) FROM journal_fact WHERE kind = 'export_fetched'")
            .value(world.app.read())
            .await
            .expect("a count");
        assert_eq!(told, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_in_clear_needs_a_second_person_who_is_somebody_else() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let (hq, qa) = (world.sign_in("hq").await, world.sign_in("qa").await);
        let looked = hq.post("/api/exports/preview", json!({ "who": {}, "columns": ["name", "phone_clear"] })).await;
        assert_eq!(looked.body["objections"][0]["key"], "clear", "{}", looked.body);
        let made = asked(&hq, ask(&["name", "phone_clear"], "xlsx")).await;
        assert_eq!(made["state"], "waiting");
        let id = made["id"].as_str().expect("an id");
        let (approval, file) = (format!("/api/exports/{id}/approval"), format!("/api/exports/{id}/file"));
        assert_eq!(hq.post(&approval, json!({})).await.body["code"], "own_export");
        make_files(&world).await;
        assert_eq!(hq.get(&file).await.body["code"], "export_state", "nothing is made before somebody agreed");
        let notices = qa.get("/api/notices").await;
        assert!(notices.body.to_string().contains("approval"), "{}", notices.body);
        assert_eq!(qa.post(&approval, json!({ "reason": "ok" })).await.status, 202);
        assert_eq!(qa.post(&approval, json!({})).await.body["code"], "export_state", "once");
        make_files(&world).await;
        let got = hq.get(&file).await;
        assert_eq!((got.status, &got.bytes[..2]), (200, &b"PK"[..]));
        let sealed = std::fs::read(world.folder().join("exports").join(id)).expect("the sealed file");
        assert_ne!(&sealed[..2], b"PK", "at rest it is sealed");
        world.set_clock("2026-12-01", 600);
        expire_exports(&world.app).await.expect("an end");
        assert!(!world.folder().join("exports").join(id).exists(), "after a week it is gone");
        assert_eq!(world.sign_in("hq").await.get(&file).await.body["code"], "export_state");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_removed_holds_up_none_of_the_others() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let lead = world.sign_in("lead_sz").await;
        let mut paths = Vec::new();
        for _ in 0..3 {
            let made = asked(&lead, ask(&["name"], "csv")).await;
            paths.push(world.folder().join("exports").join(made["id"].as_str().expect("an id")));
        }
        make_files(&world).await;
        // Where the first file was there is a folder, which is removed otherwise.
        std::fs::remove_file(&paths[0]).expect("a file");
        std::fs::create_dir(&paths[0]).expect("a folder");
        world.set_clock("2026-12-01", 600);
        expire_exports(&world.app).await.expect_err("one is still there");
        assert_eq!([paths[1].exists(), paths[2].exists()], [false, false]);
        let lead = world.sign_in("lead_sz").await;
        let states = async || -> Vec<String> {
            let listed = lead.get("/api/exports").await.body;
            let mut states: Vec<String> =
                listed["items"].as_array().expect("exports").iter().map(|one| one["state"].to_string()).collect();
            states.sort();
            states
        };
        assert_eq!(states().await, ["\"expired\"", "\"expired\"", "\"ready\""]);
        std::fs::remove_dir(&paths[0]).expect("a folder");
        assert_eq!(expire_exports(&world.app).await.expect("an end"), 1, "tried again");
        assert_eq!(states().await, ["\"expired\"", "\"expired\"", "\"expired\""]);
    })
    .await;
}

#[tokio::test]
async fn nobody_who_left_is_asked_to_agree() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let gone = format!("/api/staff/{}/departure", world.staff("qa"));
        let left = world.sign_in("admin").await.post(&gone, json!({ "left_on": "2026-11-23" })).await;
        assert!(left.status < 300, "{}", left.body);
        asked(&world.sign_in("lead_sz").await, ask(&["name", "phone_clear"], "csv")).await;
        let told = async |login: &str| -> i64 {
            let count = sql("SELECT COUNT(*) FROM notice WHERE staff_id = $1 AND kind = 'approval'");
            count.bind(world.staff(login)).value(world.app.read()).await.expect("a count")
        };
        assert_eq!((told("hq").await, told("qa").await), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn the_soft_stop_of_the_day_adds_up_and_a_refusal_has_a_reason() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let (hq, qa) = (world.sign_in("hq").await, world.sign_in("qa").await);
        for turn in 1..=6 {
            assert_eq!(asked(&hq, ask(&["name", "annual_value"], "csv")).await["state"], "agreed", "{turn} × 8 of 49");
        }
        let seventh = asked(&hq, ask(&["name", "annual_value"], "csv")).await;
        assert_eq!((&seventh["state"], &seventh["objections"][0]["key"]), (&json!("waiting"), &json!("day_full")));
        assert_eq!(asked(&hq, ask(&["name"], "csv")).await["state"], "agreed", "names count by themselves");
        let refusal = format!("/api/exports/{}/refusal", seventh["id"].as_str().expect("an id"));
        assert_eq!(qa.post(&refusal, json!({})).await.body["code"], "field_invalid");
        assert_eq!(qa.post(&refusal, json!({ "reason": "无业务需要" })).await.body["state"], "refused");
        world.set_clock("2026-11-24", 600);
        let next_day = world.sign_in("hq").await;
        assert_eq!(asked(&next_day, ask(&["name", "annual_value"], "csv")).await["state"], "agreed", "a new day");
    })
    .await;
}

/// CWE-1236: the name of a customer is a text, whatever it looks like.
#[tokio::test]
async fn no_cell_of_an_export_becomes_a_formula() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let lead = world.sign_in("lead_sz").await;
        let path = format!("/api/customers/{li}");
        let version = lead.get(&path).await.body["version"].as_i64().expect("a version");
        let evil = json!({ "facts": { "name": "=HYPERLINK(\"http://evil.example\")" } });
        assert_eq!(lead.patch(&path, version, evil).await.status, 200);
        let made = asked(&lead, ask(&["name"], "csv")).await;
        make_files(&world).await;
        let file = lead.get(&format!("/api/exports/{}/file", made["id"].as_str().expect("an id"))).await;
        let text = String::from_utf8(file.bytes).expect("UTF-8");
        assert!(text.contains("\"'=HYPERLINK"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_export_or_means_nobody_is_told() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let wang = world.sign_in("wang").await;
        assert_eq!(wang.post("/api/exports", ask(&["name"], "csv")).await.body["code"], "not_permitted");
        let lead = world.sign_in("lead_sz").await;
        let body = json!({ "who": { "ids": [world.customer("sun")] }, "columns": ["name"], "format": "csv", "reason": "好奇" });
        assert_eq!(lead.post("/api/exports", body).await.body["code"], "nobody_meant", "of another branch");
        for (columns, format, reason) in [(json!([]), "csv", "名单"), (json!(["x"]), "csv", "名单"), (json!(["name"]), "pdf", "名单"), (json!(["name"]), "csv", "")] {
            let body = json!({ "who": {}, "columns": columns, "format": format, "reason": reason });
            assert_eq!(lead.post("/api/exports", body).await.body["code"], "field_invalid");
        }
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_lost_its_job_makes_no_file_ready() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let lead = world.sign_in("lead_sz").await;
        let made = asked(&lead, ask(&["name"], "csv")).await;
        let id = made["id"].as_str().expect("an id");
        let state = async || lead.get(&format!("/api/exports/{id}")).await.body["state"].clone();
        let slow = claim(&world.app, EXPORT_QUEUE).await.expect("the queue").expect("a job");
        world.set_clock("2026-11-23", 9 * 60 + 1);
        let next = claim(&world.app, EXPORT_QUEUE).await.expect("the queue").expect("the lease is over");
        do_export(&world.app, &slow).await.expect_err("somebody else has the job");
        assert_eq!(state().await, "agreed", "neither ready nor failed");
        let folder = world.folder().join("exports");
        assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0, "and no half file is left");
        // A worker that was killed while it wrote.
        std::fs::write(folder.join(format!("{id}.7.half")), b"half").expect("written");
        do_export(&world.app, &next).await.expect("a file");
        assert_eq!(state().await, "ready");
        assert_eq!(lead.get(&format!("/api/exports/{id}/file")).await.status, 200);
        assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_takes_longer_than_its_lease_is_held() {
    let world = World::on_sqlite().await;
    let lead = world.sign_in("lead_sz").await;
    let mut world = world;
    world.welcome_all().await;
    asked(&lead, ask(&["name"], "csv")).await;
    let app = &world.app;
    let job = claim(app, EXPORT_QUEUE).await.expect("the queue").expect("a job");
    let clock = app.clock().clone();
    let work = async {
        clock.set(clock.now().plus_seconds(20));
        tokio::time::sleep(Duration::from_secs(6)).await;
        clock.set(clock.now().plus_seconds(20));
        claim(app, EXPORT_QUEUE).await.expect("the queue").is_none()
    };
    assert!(holding(app, &job, work).await.expect("held"), "forty seconds after it was claimed");
    renew(app.db().writer(), &job, app.now()).await.expect("still its own");
}

#[tokio::test]
async fn an_export_whose_file_did_not_come_back_with_a_backup_is_over() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let lead = world.sign_in("lead_sz").await;
        let made = asked(&lead, ask(&["name"], "csv")).await;
        make_files(&world).await;
        let id = made["id"].as_str().expect("an id");
        std::fs::remove_file(world.folder().join("exports").join(id)).expect("gone");
        let file = format!("/api/exports/{id}/file");
        let refused = lead.get(&file).await;
        assert_eq!((refused.status, refused.body["code"].as_str()), (409, Some("export_lost")), "{}", refused.body);
        assert_eq!(lead.get(&format!("/api/exports/{id}")).await.body["state"], "expired");
        assert_eq!(lead.get(&file).await.body["code"], "export_state", "said once, and kept");
    })
    .await;
}
