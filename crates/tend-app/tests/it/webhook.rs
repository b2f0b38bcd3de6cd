//! Webhooks: what is told, how it is signed, what happens when nobody takes it; and that they cannot be made to call
//! what only this machine reaches.

mod guard;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tend_app::App;
use tend_app::webhook::{deliver_due, keep_delivering, outside};
use tend_testkit::{Client, World, each_store};
use tokio::net::TcpListener;

/// A system of somebody else's: takes everything, or answers as it is told to.
#[derive(Clone, Default)]
struct Receiver {
    heard: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<Option<StatusCode>>>,
    /// How long it takes over each answer.
    takes: Duration,
}

impl Receiver {
    /// Listens on a free port of this machine; answers the port.
    async fn listen(&self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let router = Router::new().route("/hook", post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        port
    }

    fn answer(&self, status: Option<StatusCode>) {
        *self.answers.lock().expect("nobody panics here") = status;
    }

    fn count(&self) -> usize {
        self.heard.lock().expect("nobody panics here").len()
    }

    /// What was heard since the last look.
    fn heard(&self) -> Vec<(HeaderMap, String)> {
        std::mem::take(&mut *self.heard.lock().expect("nobody panics here"))
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let body = String::from_utf8(body.to_vec()).expect("text");
    receiver.heard.lock().expect("nobody panics here").push((headers, body));
    tokio::time::sleep(receiver.takes).await;
    receiver.answers.lock().expect("nobody panics here").unwrap_or(StatusCode::NO_CONTENT)
}

/// The firm with a receiver that its operator exempts, and its administrator.
async fn firm(world: &World, receiver: &Receiver) -> (App, Client, String) {
    let port = receiver.listen().await;
    let app = world.reopened(|config| config.webhook_hosts = format!("127.0.0.1:{port}")).await;
    let mut admin = world.client_at(&app);
    admin.sign_in("admin", tend_testkit::PASSWORD).await;
    (app, admin, format!("http://127.0.0.1:{port}/hook"))
}

async fn made(admin: &Client, url: &str, kinds: &[&str]) -> (String, String) {
    let made = admin.post("/api/webhooks", json!({ "title": "CRM", "url": url, "kinds": kinds })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&made.body["webhook"]["id"]), text(&made.body["secret"]))
}

/// Tells until nothing is left to tell.
async fn tell(app: &App) {
    let outside = outside(app).expect("a way out");
    while deliver_due(app, &outside).await.expect("told") {}
}

async fn add_customer(world: &World, name: &str) {
    let hq = world.sign_in("hq").await;
    let body = json!({ "unit_id": world.unit("shenzhen"), "facts": { "name": name, "phone": "13912345678" } });
    let made = hq.post("/api/customers", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

/// Whether one of the signatures fits, told apart from the program.
fn is_signed(headers: &HeaderMap, body: &str, secret: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("base 64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
    mac.update(format!("{}.{}.{body}", text("webhook-id"), text("webhook-timestamp")).as_bytes());
    let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    text("webhook-signature").split(' ').any(|signature| signature == wanted)
}

fn types(heard: &[(HeaderMap, String)]) -> Vec<String> {
    let read =
        |body: &String| serde_json::from_str::<Value>(body).expect("JSON")["type"].as_str().unwrap_or("").to_owned();
    heard.iter().map(|(_, body)| read(body)).collect()
}

#[tokio::test]
async fn what_happens_is_told_in_order_signed_and_without_a_word_about_people() {
    each_store(async |world| {
        let receiver = Receiver::default();
        let (app, admin, url) = firm(&world, &receiver).await;
        let (id, secret) = made(&admin, &url, &["customer"]).await;
        let (_, other) = made(&admin, &url, &["plan"]).await;
        add_customer(&world, "泄密一").await;
        add_customer(&world, "泄密二").await;
        tell(&app).await;
        let heard = receiver.heard();
        assert_eq!(heard.len(), 2, "{heard:?}");
        let mut before = 0;
        for (headers, body) in &heard {
            assert!(is_signed(headers, body, &secret) && !is_signed(headers, body, &other));
            assert!(!is_signed(headers, &body.replace("cus_", "cux_"), &secret), "a changed body is known");
            let event: Value = serde_json::from_str(body).expect("JSON");
            assert!(event["customer_id"].as_str().is_some_and(|id| id.starts_with("cus_")), "{event}");
            assert_eq!(headers["webhook-id"], event["id"].as_str().expect("an id"));
            let seq = event["seq"].as_i64().expect("a number");
            assert!(seq > before, "in their order");
            before = seq;
            for secret in ["泄密", "139", "5678"] {
                assert!(!body.contains(secret), "{secret} stands in {body}");
            }
        }
        tell(&app).await;
        assert!(receiver.heard().is_empty(), "what was told is not told again");
        let listed = admin.get("/api/webhooks").await;
        let shown = listed.body.as_array().expect("a list").iter().find(|one| one["id"] == id.as_str()).expect("it");
        assert!(shown["delivered_at"].is_string() && shown["failing_since"].is_null(), "{shown}");
        assert!(!listed.body.to_string().contains("whsec_"), "a secret is told once");
    })
    .await;
}

#[tokio::test]
async fn a_new_secret_signs_beside_the_former_one_for_a_day() {
    each_store(async |world| {
        let receiver = Receiver::default();
        let (app, admin, url) = firm(&world, &receiver).await;
        let (id, first) = made(&admin, &url, &["*"]).await;
        let turned = admin.post(&format!("/api/webhooks/{id}/secret"), Value::Null).await;
        let second = turned.body["secret"].as_str().expect("a secret").to_owned();
        let tested = admin.post(&format!("/api/webhooks/{id}/test"), Value::Null).await;
        assert_eq!(tested.body, json!({ "delivered": true, "why": null }));
        let heard = receiver.heard();
        assert_eq!(types(&heard), ["webhook.test"]);
        let (headers, body) = &heard[0];
        assert!(is_signed(headers, body, &first) && is_signed(headers, body, &second));
        world.set_clock("2026-11-24", 10 * 60);
        let outside = outside(&app).expect("a way out");
        tend_app::webhook::test(&app, &outside, id.parse().expect("an id")).await.expect("told");
        let (headers, body) = &receiver.heard()[0];
        assert!(!is_signed(headers, body, &first) && is_signed(headers, body, &second));
    })
    .await;
}

#[tokio::test]
async fn what_nobody_takes_is_tried_again_laid_aside_and_can_be_told_once_more() {
    each_store(async |world| {
        let receiver = Receiver::default();
        let (app, admin, url) = firm(&world, &receiver).await;
        let (id, _) = made(&admin, &url, &["customer"]).await;
        add_customer(&world, "甲").await;
        add_customer(&world, "乙").await;
        receiver.answer(Some(StatusCode::FOUND));
        tell(&app).await;
        assert_eq!(receiver.heard().len(), 1, "a redirection is not followed, and the next try comes after a pause");
        for tries in 2..=8 {
            tell(&app).await;
            assert!(receiver.heard().is_empty(), "nothing within the pause");
            app.clock().set(app.now().plus_seconds(2 * 3_600));
            tell(&app).await;
            assert_eq!(receiver.heard().len(), 1, "try {tries}");
        }
        // The session ended in these hours.
        let mut admin = world.client_at(&app);
        admin.sign_in("admin", tend_testkit::PASSWORD).await;
        let listed = admin.get(&format!("/api/webhooks/{id}/undelivered")).await;
        assert_eq!(
            (&listed.body[0]["why"], &listed.body[0]["tries"]),
            (&json!("status_302"), &json!(8)),
            "{}",
            listed.body
        );
        receiver.answer(None);
        app.clock().set(app.now().plus_seconds(2 * 3_600));
        tell(&app).await;
        assert_eq!(receiver.heard().len(), 1, "the next one is told");
        let again = format!("/api/webhooks/{id}/undelivered/{}/delivery", listed.body[0]["seq"]);
        // The session ended while the clock went on.
        let mut admin = world.client_at(&app);
        admin.sign_in("admin", tend_testkit::PASSWORD).await;
        assert_eq!(admin.post(&again, Value::Null).await.body["delivered"], true);
        assert_eq!(receiver.heard().len(), 1);
        assert_eq!(admin.get(&format!("/api/webhooks/{id}/undelivered")).await.body, json!([]));
        assert_eq!(admin.post(&again, Value::Null).await.status, 404, "it is told once");
    })
    .await;
}

#[tokio::test]
async fn a_webhook_that_fails_for_days_is_stopped_and_the_administrators_are_told() {
    each_store(async |world| {
        let receiver = Receiver::default();
        let (app, admin, url) = firm(&world, &receiver).await;
        let (id, _) = made(&admin, &url, &["customer"]).await;
        receiver.answer(Some(StatusCode::INTERNAL_SERVER_ERROR));
        for number in 0..90 {
            if number % 8 == 0 {
                add_customer(&world, "甲").await;
            }
            tell(&app).await;
            app.clock().set(app.now().plus_seconds(3_600));
        }
        let mut admin = world.client_at(&app);
        admin.sign_in("admin", tend_testkit::PASSWORD).await;
        let shown = admin.get(&format!("/api/webhooks/{id}")).await;
        assert_eq!((&shown.body["stopped"]["why"], &shown.body["stopped"]["by_id"]), (&json!("failing"), &Value::Null));
        let notices = admin.get("/api/notices").await;
        assert!(notices.body["items"].as_array().is_some_and(|all| all.iter().any(|one| one["kind"] == "job_failed")));
        receiver.heard();
        receiver.answer(None);
        tell(&app).await;
        assert!(receiver.heard().is_empty(), "it rests");
        assert_eq!(admin.delete(&format!("/api/webhooks/{id}/stop")).await.status, 204);
        tell(&app).await;
        assert!(!receiver.heard().is_empty(), "it goes on");
    })
    .await;
}

#[tokio::test]
async fn who_answers_slowly_holds_up_nobody_else() {
    each_store(async |world| {
        let (slow, quick) = (Receiver { takes: Duration::from_secs(30), ..Receiver::default() }, Receiver::default());
        let (one, other) = (slow.listen().await, quick.listen().await);
        let hosts = format!("127.0.0.1:{one},127.0.0.1:{other}");
        let app = world.reopened(|config| config.webhook_hosts = hosts).await;
        let mut admin = world.client_at(&app);
        admin.sign_in("admin", tend_testkit::PASSWORD).await;
        for port in [one, other] {
            made(&admin, &format!("http://127.0.0.1:{port}/hook"), &["customer"]).await;
        }
        add_customer(&world, "甲").await;
        let way = outside(&app).expect("a way out");
        let began = Instant::now();
        tokio::select! {
            () = keep_delivering(&app, &way, Duration::from_millis(20)) => {}
            () = async {
                while (slow.count(), quick.count()) != (1, 1) && began.elapsed() < Duration::from_secs(8) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            } => {}
        }
        assert_eq!((slow.count(), quick.count()), (1, 1), "the quick one hears while the slow one thinks");
    })
    .await;
}

#[tokio::test]
async fn who_waited_longer_is_told_first() {
    each_store(async |world| {
        let receivers = [Receiver::default(), Receiver::default()];
        let ports = [receivers[0].listen().await, receivers[1].listen().await];
        let hosts = format!("127.0.0.1:{},127.0.0.1:{}", ports[0], ports[1]);
        let app = world.reopened(|config| config.webhook_hosts = hosts).await;
        let mut admin = world.client_at(&app);
        admin.sign_in("admin", tend_testkit::PASSWORD).await;
        for port in ports {
            made(&admin, &format!("http://127.0.0.1:{port}/hook"), &["customer"]).await;
        }
        let way = outside(&app).expect("a way out");
        // News come faster than one turn takes: the two take turns all the same.
        for (minute, name) in ["甲", "乙", "丙", "丁"].into_iter().enumerate() {
            world.set_clock("2026-11-23", 9 * 60 + minute as u16);
            add_customer(&world, name).await;
            assert!(deliver_due(&app, &way).await.expect("told"));
        }
        assert!(receivers.iter().all(|receiver| receiver.count() > 0), "both heard");
    })
    .await;
}

#[tokio::test]
async fn two_processes_tell_each_event_once() {
    each_store(async |world| {
        let receiver = Receiver::default();
        let (app, admin, url) = firm(&world, &receiver).await;
        made(&admin, &url, &["customer"]).await;
        for name in ["甲", "乙", "丙", "丁"] {
            add_customer(&world, name).await;
        }
        let other = world.reopened(|config| config.webhook_hosts = app.config().webhook_hosts.clone()).await;
        tokio::join!(tell(&app), tell(&other));
        assert_eq!(receiver.heard().len(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_webhook_is_changed_in_the_version_that_was_seen_and_removed() {
    each_store(async |world| {
        let receiver = Receiver::default();
        let (_, admin, url) = firm(&world, &receiver).await;
        let (id, _) = made(&admin, &url, &["*"]).await;
        let path = format!("/api/webhooks/{id}");
        let changed =
            admin.patch(&path, 1, json!({ "title": "BI", "kinds": ["touch.settled", "touch.settled"] })).await;
        assert_eq!((&changed.body["title"], &changed.body["kinds"]), (&json!("BI"), &json!(["touch.settled"])));
        assert_eq!(admin.patch(&path, 1, json!({ "title": "late" })).await.status, 412);
        for (field, value) in
            [("kinds", json!(["presence"])), ("title", json!("")), ("url", json!("https://10.0.0.1/"))]
        {
            let mut body = json!({});
            body[field] = value;
            assert_eq!(admin.patch(&path, 2, body).await.status, 422, "{field}");
        }
        assert_eq!(admin.delete(&path).await.status, 204);
        assert_eq!(admin.get(&path).await.status, 404);
        let hq = world.sign_in("hq").await;
        assert_eq!(hq.get("/api/webhooks").await.status, 403);
    })
    .await;
}
