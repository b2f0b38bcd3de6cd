//! Every route once more, as people who still owe something: nothing opens but what pays the debt, and the way out.

use super::{Relation, call, code, publish_greeting, things};
use crate::authorisation::routes::{Needs, ROUTES};
use serde_json::json;
use tend_rules::org::Role;
use tend_testkit::{Client, World, each_store};

const HANDED: &str = "lamp-and-umbrella-9";

/// What is open to whoever owes a password.
const TO_ALL: [&str; 4] = ["GET /me", "PATCH /me", "PUT /me/password", "DELETE /session"];

/// What is open besides to whoever owes a second factor.
const FOR_FACTORS: [&str; 5] =
    ["GET /me/security", "POST /me/passkeys/offer", "POST /me/passkeys", "POST /me/totp", "PUT /me/totp"];

async fn newcomer(world: &World, login: &str) -> Client {
    let new = json!({
        "unit_id": world.unit("shenzhen"), "login": login, "name": login, "role": "admin", "password": HANDED,
    });
    let made = world.sign_in("admin").await.post("/api/staff", new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let mut client = world.client();
    assert_eq!(client.sign_in(login, HANDED).await.status, 200);
    client
}

/// What is closed answers with the one code, and what is open does not.
async fn check(world: &World, client: &Client, owed: &str, open: &[&str]) {
    let importer = world.sign_in("hq").await;
    let things = things(world, (Role::Admin, world.staff("admin")), (Relation::Own, "shenzhen"), &importer).await;
    let mut faults = Vec::new();
    for route in ROUTES.iter().filter(|route| route.needs != Needs::Nothing) {
        let answer = call(client, route, &things).await;
        let refused = (answer.status, code(&answer)) == (403, owed);
        if refused == open.contains(&route.call) {
            faults.push(format!("{}: {} {}", route.call, answer.status, answer.body));
        }
    }
    assert!(faults.is_empty(), "{owed}:\n{}", faults.join("\n"));
}

/// ASVS 6.4.1.
#[tokio::test]
async fn whoever_owes_a_password_reaches_nothing_else() {
    each_store(async |world| {
        publish_greeting(&world).await;
        let client = newcomer(&world, "newcomer").await;
        check(&world, &client, "password_owed", &TO_ALL).await;
    })
    .await;
}

/// ASVS 6.3.3.
#[tokio::test]
async fn whoever_owes_a_second_factor_reaches_nothing_else() {
    each_store(async |world| {
        publish_greeting(&world).await;
        let mut client = newcomer(&world, "newcomer").await;
        let own = "three words of mine";
        assert_eq!(client.put("/api/me/password", json!({ "new": own })).await.status, 204);
        assert_eq!(client.sign_in("newcomer", own).await.status, 200);
        let demand = json!({ "second_factor_roles": ["admin"] });
        assert_eq!(world.sign_in("admin").await.put("/api/sign-in-policy", demand).await.status, 200);
        let open: Vec<&str> = TO_ALL.into_iter().chain(FOR_FACTORS).collect();
        check(&world, &client, "second_factor_owed", &open).await;
    })
    .await;
}
