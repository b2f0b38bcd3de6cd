//! Jobs that use up their tries: whoever waits for them hears it, and may begin once more.

use serde_json::{Value, json};
use tend_app::customer::work_one;
use tend_app::platform::{claim, sql};
use tend_app::work::{BULK_QUEUE, WorkError, do_bulk};
use tend_testkit::{Client, World, each_store};

const CSV: &str = "姓名,手机\n王建国,13811112222\n李秀英,13800001234\n";

async fn uploaded(hq: &Client) -> (String, Value) {
    let body = format!(
        "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"two.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{CSV}\r\n--X--\r\n"
    );
    let made = hq.send_raw("POST", "/api/uploads", "multipart/form-data; boundary=X", body.into_bytes()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let mapping = json!({ "columns": made.body["suggested_mapping"]["columns"] });
    (made.body["id"].as_str().expect("an id").to_owned(), mapping)
}

/// Takes a table away, so that every try fails, or brings it back.
async fn rename(world: &World, from: &str, to: &str) {
    let tx = world.app.begin().await.expect("a transaction");
    sql(&format!("ALTER TABLE {from} RENAME TO {to}")).run(&*tx).await.expect("renamed");
    tx.commit().await.expect("committed");
}

/// Works until nothing is due any more, the clock going on; answers how often.
async fn work_on(world: &World) -> usize {
    let mut tries = 0;
    for _ in 0..20 {
        world.app.clock().set(world.app.now().plus_seconds(60));
        while work_one(&world.app).await.expect("a try") {
            tries += 1;
        }
    }
    tries
}

async fn jobs(world: &World, kind: &str) -> Vec<String> {
    let all = sql("SELECT state FROM job WHERE kind = $1 ORDER BY id").bind(kind);
    all.all(world.app.read(), |row| row.get("state")).await.expect("jobs")
}

async fn told(world: &World) -> usize {
    let notices = world.sign_in("admin").await.get("/api/notices").await.body;
    notices["items"].as_array().expect("a list").iter().filter(|one| one["kind"] == "job_failed").count()
}

#[tokio::test]
async fn a_check_that_uses_up_its_tries_says_that_it_failed() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let (id, mapping) = uploaded(&hq).await;
        let check = format!("/api/uploads/{id}/check");
        let body = json!({ "mapping": mapping, "as": "customers" });
        assert_eq!(hq.post(&check, body.clone()).await.status, 202);
        rename(&world, "batch_problem", "gone").await;
        assert_eq!(work_on(&world).await, 8);
        rename(&world, "gone", "batch_problem").await;
        assert_eq!(jobs(&world, "check").await, ["failed"]);
        let seen = hq.get(&check).await.body;
        assert_eq!(seen["state"], "failed", "the wizard must not wait for ever: {seen}");
        assert!(seen["why"].as_str().is_some_and(|code| !code.is_empty()), "{seen}");
        assert_eq!(told(&world).await, 1);
        assert_eq!(hq.post(&check, body).await.status, 202);
        work_on(&world).await;
        assert_eq!(hq.get(&check).await.body["state"], "done");
    })
    .await;
}

#[tokio::test]
async fn an_undo_that_uses_up_its_tries_can_be_asked_for_again() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let (upload, mapping) = uploaded(&hq).await;
        let order = json!({
            "upload_id": upload, "mapping": mapping, "name": "two", "business_type": "renewal", "reason": "test",
            "on_duplicate": "merge", "as": "customers",
        });
        let made = hq.post("/api/batches", order).await;
        assert!(made.status < 300, "{}", made.body);
        work_on(&world).await;
        let batch = format!("/api/batches/{}", made.body["id"].as_str().expect("an id"));
        assert_eq!(hq.get(&batch).await.body["created"], 2);

        assert_eq!(hq.post(&format!("{batch}/undo"), json!({})).await.status, 202);
        rename(&world, "batch_entry", "gone").await;
        work_on(&world).await;
        rename(&world, "gone", "batch_entry").await;
        let stopped = hq.get(&batch).await.body;
        assert!(["imported", "undoing"].contains(&stopped["state"].as_str().unwrap_or("")), "{stopped}");
        assert!(stopped["failure"].is_string(), "the page must not wait for ever: {stopped}");
        assert_eq!(told(&world).await, 1);
        assert_eq!(hq.post(&format!("{batch}/undo"), json!({})).await.status, 202);
        work_on(&world).await;
        assert_eq!(hq.get(&batch).await.body["state"], "undone");
        assert_eq!(jobs(&world, "undo").await, ["failed", "done"]);
    })
    .await;
}

/// Lets so many workers die with a job of the queue in their hands.
async fn workers_die(world: &World, queue: &str, count: usize) {
    for _ in 0..count {
        world.app.clock().set(world.app.now().plus_seconds(60));
        assert!(claim(&world.app, queue).await.expect("a claim").is_some(), "it is tried once more");
    }
    world.app.clock().set(world.app.now().plus_seconds(60));
}

#[tokio::test]
async fn a_job_that_takes_its_worker_along_in_every_try_is_given_up() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let (id, mapping) = uploaded(&hq).await;
        let check = format!("/api/uploads/{id}/check");
        let body = json!({ "mapping": mapping, "as": "customers" });
        assert_eq!(hq.post(&check, body.clone()).await.status, 202);
        workers_die(&world, "import", 8).await;
        assert!(work_one(&world.app).await.expect("a try"), "it is taken once more, to be given up");
        assert_eq!(jobs(&world, "check").await, ["failed"]);
        let seen = hq.get(&check).await.body;
        assert_eq!((&seen["state"], &seen["why"]), (&json!("failed"), &json!("The job was given up")), "{seen}");
        assert_eq!(told(&world).await, 1);
        world.app.clock().set(world.app.now().plus_seconds(600));
        assert!(!work_one(&world.app).await.expect("a try"), "nobody takes it any more");

        let known = world.sign_in("admin").await.get("/api/health/details").await.body;
        let job = &known["given_up"][0];
        assert_eq!((&job["kind"], &job["tries"]), (&json!("check"), &json!(8)), "{known}");
        assert!(job["why"].as_str().is_some_and(|why| why.contains("the program ended")), "{job}");

        assert_eq!(hq.post(&check, body).await.status, 202);
        work_on(&world).await;
        assert_eq!(hq.get(&check).await.body["state"], "done");
    })
    .await;
}

#[tokio::test]
async fn a_bulk_edit_that_takes_its_worker_along_in_every_try_says_that_it_failed() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let hq = world.sign_in("hq").await;
        let label = json!({ "key": "vip", "title_zh": "贵宾", "title_en": "VIP" });
        assert_eq!(hq.post("/api/labels", label).await.status, 201);
        let whom = json!({ "expression": "contacts_30d == 0" });
        let begun = hq.post("/api/bulk-edits", json!({ "who": whom, "deed": { "kind": "label_on", "label": "vip" } }));
        let begun = begun.await.body;
        workers_die(&world, BULK_QUEUE, 8).await;
        let job = claim(&world.app, BULK_QUEUE).await.expect("a claim").expect("the job");
        assert!(matches!(do_bulk(&world.app, &job).await, Err(WorkError::WorkerLost)));
        let seen = hq.get(&format!("/api/bulk-edits/{}", begun["id"].as_str().expect("an id"))).await.body;
        assert_eq!((&seen["state"], &seen["failure"]), (&json!("failed"), &json!("worker_lost")), "{seen}");
        assert_eq!(seen["changed"], 0);
    })
    .await;
}
