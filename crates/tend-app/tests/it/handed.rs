//! Passwords that somebody else set: they let in for a while, and are replaced before anything else (ASVS 5.0, 6.4.1).

use crate::passkey::{code, facts, notices};
use serde_json::{Value, json};
use std::time::Duration;
use tend_testkit::{Answer, Client, PASSWORD, World, each_store};

const HANDED: &str = "lamp-and-umbrella-9";
const OWN: &str = "three words of mine";

async fn hired(world: &World) -> String {
    let new = json!({
        "unit_id": world.unit("nanshan"), "login": "sunli", "name": "孙丽", "role": "maintainer", "password": HANDED,
    });
    let made = world.sign_in("admin").await.post("/api/staff", new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().expect("an id").to_owned()
}

async fn enter(world: &World, login: &str, password: &str) -> (Client, Answer) {
    let mut client = world.client();
    let answer = client.sign_in(login, password).await;
    (client, answer)
}

#[tokio::test]
async fn asvs_6_4_1_a_first_password_is_replaced_before_the_desk_opens() {
    each_store(async |world| {
        hired(&world).await;
        let (sun, entered) = enter(&world, "sunli", HANDED).await;
        assert_eq!((entered.status, &entered.body["duty"]), (200, &json!("set_password")));
        assert_eq!(code(&sun.get("/api/my-day").await), (403, "password_owed"));
        let same = sun.put("/api/me/password", json!({ "new": HANDED })).await;
        assert_eq!(code(&same), (422, "password_unchanged"), "whoever set it knows it");
        assert_eq!(sun.put("/api/me/password", json!({ "new": OWN })).await.status, 204);
        assert_eq!(sun.get("/api/me").await.status, 401, "the session of the handed password ends with it");

        assert_eq!(code(&enter(&world, "sunli", HANDED).await.1), (401, "wrong_credentials"));
        let (sun, entered) = enter(&world, "sunli", OWN).await;
        assert_eq!((entered.status, &entered.body["duty"]), (200, &Value::Null));
        assert_eq!(sun.get("/api/my-day").await.status, 200);
        assert!(notices(&sun).await.contains(&"password_changed".to_owned()));
        // The cast set their own, as do the people of a sample firm.
        assert_eq!(world.sign_in("wang").await.get("/api/me").await.body["duty"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn asvs_6_4_1_a_password_that_an_administrator_resets_is_replaced_too() {
    each_store(async |world| {
        let admin = world.sign_in("admin").await;
        let path = format!("/api/staff/{}/password-reset", world.staff("wang"));
        assert_eq!(admin.post(&path, json!({ "password": HANDED })).await.status, 204);
        let (wang, entered) = enter(&world, "wang", HANDED).await;
        assert_eq!(entered.body["duty"], "set_password");
        let token = json!({ "name": "x", "scopes": ["customers.read"], "days": 1, "password": HANDED });
        assert_eq!(code(&wang.post("/api/me/tokens", token).await), (403, "password_owed"));
        world.set_clock("2026-11-23", 9 * 60 + 11);
        let late = wang.put("/api/me/password", json!({ "new": OWN })).await;
        assert_eq!(code(&late), (403, "proof_needed"), "a desk that was left open");
        let proved = json!({ "present": HANDED, "new": OWN });
        assert_eq!(wang.put("/api/me/password", proved).await.status, 204);
        assert_eq!(enter(&world, "wang", OWN).await.1.body["duty"], Value::Null);

        let own = format!("/api/staff/{}/password-reset", world.staff("admin"));
        assert_eq!(
            code(&admin.post(&own, json!({ "password": HANDED })).await),
            (422, "field_invalid"),
            "one's own is changed with proof"
        );
        assert_eq!(world.client().sign_in("admin", PASSWORD).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn asvs_6_4_1_a_first_password_ends_after_three_days_and_an_hour_after_its_first_use() {
    each_store(async |world| {
        let id = hired(&world).await;
        world.set_clock("2026-11-26", 8 * 60 + 59);
        let (sun, entered) = enter(&world, "sunli", HANDED).await;
        assert_eq!(entered.status, 200, "within three days");
        assert_eq!(enter(&world, "sunli", HANDED).await.1.status, 200, "a browser that was closed too early");
        world.set_clock("2026-11-26", 9 * 60);
        let refused = enter(&world, "sunli", HANDED).await.1;
        assert_eq!(code(&refused), (401, "handed_password_ended"), "the first use does not lengthen its life");
        assert_eq!(code(&enter(&world, "sunli", "not the one").await.1), (401, "wrong_credentials"));
        let late = json!({ "present": HANDED, "new": OWN });
        assert_eq!(code(&sun.put("/api/me/password", late).await), (401, "handed_password_ended"));
        assert_eq!(facts(&world.app, "sign_in_failed").await, 2);

        let anew = json!({ "password": "another lamp by the door" });
        let path = format!("/api/staff/{id}/password-reset");
        assert_eq!(world.sign_in("admin").await.post(&path, anew).await.status, 204);
        assert_eq!(enter(&world, "sunli", "another lamp by the door").await.1.status, 200);
        world.set_clock("2026-11-26", 9 * 60 + 59);
        assert_eq!(enter(&world, "sunli", "another lamp by the door").await.1.status, 200);
        world.set_clock("2026-11-26", 10 * 60);
        let used = enter(&world, "sunli", "another lamp by the door").await.1;
        assert_eq!(code(&used), (401, "handed_password_ended"), "an hour after the first use");
    })
    .await;
}

#[tokio::test]
async fn a_password_is_set_while_a_branch_signs_in() {
    each_store(async |world| {
        hired(&world).await;
        let (sun, _) = enter(&world, "sunli", HANDED).await;
        // Somebody writes: whoever signs in now has a place where passwords are compared, and waits for the writer.
        let tx = world.app.begin().await.expect("a transaction");
        let mut entering = Vec::new();
        for login in ["hq", "qa", "lead_sz", "lead_sh", "spec", "zhao", "chen", "liu", "wang"] {
            let mut client = world.client();
            entering.push(tokio::spawn(async move { client.sign_in(login, PASSWORD).await.status }));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let setting = tokio::spawn(async move { sun.put("/api/me/password", json!({ "new": OWN })).await.status });
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(tx);
        let all = async {
            for one in entering {
                assert_eq!(one.await.expect("no panic"), 200);
            }
            assert_eq!(setting.await.expect("no panic"), 204);
        };
        tokio::time::timeout(Duration::from_secs(50), all).await.expect("nobody waits for each other in a ring");
    })
    .await;
}
