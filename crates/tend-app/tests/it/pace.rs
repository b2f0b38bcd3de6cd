//! Who is served when there are more calls than can be carried out: people at work first, lists and reports behind
//! them, nobody who floods. What is refused asks the database nothing.

use sea_orm::{DatabaseTransaction, TransactionTrait};
use serde_json::json;
use std::time::Duration;
use tend_app::App;
use tend_app::platform::gate::bulk_connections;
use tend_app::platform::reading_in_bulk;
use tend_testkit::{Answer, Client, PASSWORD, World};
use tokio::task::JoinHandle;

/// Tests call without limits; this is a process with those of every firm.
async fn limited(world: &World) -> App {
    world.reopened(|config| config.requests_per_minute = 1_200).await
}

async fn signed_in(world: &World, app: &App, login: &str) -> Client {
    let mut client = world.client_at(app);
    assert_eq!(client.sign_in(login, PASSWORD).await.status, 200);
    client
}

fn told(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["code"].as_str().unwrap_or(""))
}

/// Every connection of lists and reports: none of them gets on while these are held.
async fn hold_bulk(app: &App) -> Vec<DatabaseTransaction> {
    reading_in_bulk(async {
        let mut held = Vec::new();
        for _ in 0..bulk_connections() {
            held.push(app.read().begin().await.expect("a connection"));
        }
        held
    })
    .await
}

const CROWD: [&str; 8] = ["hq", "qa", "lead_sz", "lead_sh", "spec", "zhao", "chen", "liu"];

/// Eight lists of each of eight people at once: more than all places and the line before them.
async fn crowd(world: &World, app: &App) -> Vec<JoinHandle<Answer>> {
    let mut people = Vec::new();
    for login in CROWD {
        people.push(signed_in(world, app, login).await);
    }
    let eight_of_each = people.iter().flat_map(|client| std::iter::repeat_n(client, 8));
    let calls = eight_of_each.map(|client| {
        let client = client.clone();
        tokio::spawn(async move { client.get("/api/customers?limit=5").await })
    });
    calls.collect()
}

async fn until_one_is_over(calls: &[JoinHandle<Answer>]) {
    let over = async {
        while !calls.iter().any(JoinHandle::is_finished) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), over).await.expect("somebody is refused at once");
}

#[tokio::test]
async fn lists_beyond_their_places_are_refused_and_people_at_work_go_on() {
    let world = World::on_sqlite().await;
    let app = limited(&world).await;
    let wang = signed_in(&world, &app, "wang").await;
    let held = hold_bulk(&app).await;
    let calls = crowd(&world, &app).await;
    until_one_is_over(&calls).await;
    for path in ["/api/my-day", "/api/me", "/api/notices"] {
        let answer = tokio::time::timeout(Duration::from_secs(2), wang.get(path)).await;
        assert_eq!(answer.expect("served at once").status, 200, "{path}");
    }
    let refused = wang.in_language("zh").get("/api/search?q=li").await;
    assert_eq!(told(&refused), (429, "too_busy"), "the line is still full");
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(refused.body["title"], "列表和报表正忙");
    drop(held);
    let (mut done, mut shed) = (0, 0);
    for call in calls {
        match told(&call.await.expect("no panic")) {
            (200, _) => done += 1,
            (429, "too_busy") => shed += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(done > 0 && shed >= 64 - 32 - 8, "{done} done, {shed} refused");
}

#[tokio::test]
async fn the_ninth_call_of_a_session_waits_and_those_of_others_do_not() {
    let mut world = World::on_sqlite().await;
    let customer = world.welcome("li").await;
    let app = limited(&world).await;
    let (hq, zhao) = (signed_in(&world, &app, "hq").await, signed_in(&world, &app, "zhao").await);
    // Nobody can write: the notes stay under way.
    let writer = app.begin().await.expect("the writer");
    let notes: Vec<_> = (0..8)
        .map(|_| {
            let (hq, path) = (hq.clone(), format!("/api/customers/{customer}/notes"));
            tokio::spawn(async move { hq.post(&path, json!({ "text": "spoken" })).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let ninth = tokio::spawn({
        let hq = hq.clone();
        async move { hq.get("/api/me").await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!ninth.is_finished(), "it waits for its turn");
    let other = tokio::time::timeout(Duration::from_secs(2), zhao.get("/api/me")).await;
    assert_eq!(other.expect("at once").status, 200);
    writer.roll_back().await.expect("rolled back");
    for note in notes {
        assert_eq!(note.await.expect("no panic").status, 201);
    }
    assert_eq!(ninth.await.expect("no panic").status, 200);
}

#[tokio::test]
async fn the_twenty_first_stream_of_a_session_is_refused() {
    let world = World::on_sqlite().await;
    let (wang, zhao) = (world.sign_in("wang").await, world.sign_in("zhao").await);
    let mut lines = Vec::new();
    for _ in 0..20 {
        lines.push(wang.listen("/api/events").await);
    }
    let refused = wang.get("/api/events").await;
    assert_eq!(told(&refused), (429, "too_many_at_once"));
    assert!(refused.headers.contains_key("retry-after"));
    zhao.listen("/api/events").await;
    lines.pop();
    wang.listen("/api/events").await;
}

#[tokio::test]
async fn what_is_refused_asks_the_database_nothing() {
    let world = World::on_sqlite().await;
    let app = limited(&world).await;
    let wang = signed_in(&world, &app, "wang").await;
    let hasty = world.reopened(|config| config.requests_per_minute = 60).await;
    let chen = signed_in(&world, &hasty, "chen").await;
    let held = hold_bulk(&app).await;
    let calls = crowd(&world, &app).await;
    until_one_is_over(&calls).await;
    let mut hurried = 0;
    while chen.get("/api/me").await.status == 200 {
        hurried += 1;
        assert!(hurried < 40, "forty at once are more than a quarter of sixty");
    }
    // From here on whoever asks the database gets an error.
    for app in [&app, &hasty] {
        app.db().read().clone().close().await.expect("closed");
    }
    assert_ne!(wang.get("/api/me").await.status, 200);
    assert_eq!(told(&wang.get("/api/search?q=li").await), (429, "too_busy"));
    assert_eq!(told(&chen.get("/api/me").await), (429, "too_many_requests"));
    drop(held);
    for call in calls {
        call.abort();
    }
}

/// How nice each thread of this process is that works for SQLite (proc(5), field 19 of `stat`).
#[cfg(target_os = "linux")]
fn niceness_of_sqlite() -> Vec<i32> {
    let threads = std::fs::read_dir("/proc/self/task").expect("threads").flatten();
    let stats = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("stat")).ok());
    let of_sqlite = stats.filter(|stat| stat.contains("(sqlx-sqlite"));
    let nice = of_sqlite.filter_map(|stat| stat.rsplit_once(')')?.1.split_whitespace().nth(16)?.parse().ok());
    nice.collect()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn on_sqlite_the_threads_of_lists_give_way_to_all_others() {
    let world = World::on_sqlite().await;
    assert!(niceness_of_sqlite().iter().all(|nice| *nice == 0), "nobody asked for a list");
    drop(hold_bulk(&world.app).await);
    let found = niceness_of_sqlite();
    let bulk = found.iter().filter(|nice| **nice == 10).count();
    assert_eq!(bulk, bulk_connections() as usize, "{found:?}");
    assert!(found.contains(&0), "{found:?}");
}
