//! Passkeys: who comes in with one, and every lie of a browser or an authenticator that must not be believed.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use tend_app::App;
use tend_app::platform::sql;
use tend_testkit::{Answer, Authenticator, Client, PASSWORD, Said, World, each_store};

pub const ORIGIN: &str = "https://tend.firm.example";

/// The same firm, with the desk at an address of its own.
pub async fn at_an_address(world: &World) -> App {
    world.reopened(|config| config.public_url = ORIGIN.into()).await
}

pub async fn signed_in(world: &World, app: &App, login: &str) -> Client {
    let mut client = world.client_at(app);
    assert_eq!(client.sign_in(login, PASSWORD).await.status, 200);
    client
}

/// Gives a person a passkey.
pub async fn with_passkey(client: &Client, mut key: Authenticator, name: &str) -> Authenticator {
    let offer = client.post("/api/me/passkeys/offer", json!({ "password": PASSWORD })).await;
    assert_eq!(offer.status, 200, "{}", offer.body);
    let made = client.post("/api/me/passkeys", key.make(&offer.body, ORIGIN, name)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    key
}

pub async fn question(client: &Client) -> Value {
    let asked = client.post("/api/session/passkey-question", json!({})).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    asked.body
}

pub fn code(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["code"].as_str().unwrap_or(""))
}

pub async fn facts(app: &App, kind: &str) -> i64 {
    sql("SELECT COUNT(*) FROM journal_fact WHERE room = 'org' AND kind = $1")
        .bind(kind)
        .value(app.read())
        .await
        .expect("a count")
}

pub async fn notices(client: &Client) -> Vec<String> {
    let told = client.get("/api/notices").await.body;
    let kind = |notice: &Value| notice["kind"].as_str().unwrap_or("").to_owned();
    told["items"].as_array().expect("notices").iter().map(kind).collect()
}

/// ASVS 6.3.3, 6.7.2, 7.2.4: two factors in one, an unguessable challenge, a new session.
#[tokio::test]
async fn asvs_6_3_3_a_passkey_lets_its_person_in_without_name_or_password() {
    each_store(async |world| {
        let app = at_an_address(&world).await;
        let wang = signed_in(&world, &app, "wang").await;
        let mut keys = vec![with_passkey(&wang, Authenticator::es256(), "手机").await];
        keys.push(with_passkey(&wang, Authenticator::ed25519(), "USB").await);
        for key in &mut keys {
            let mut browser = world.client_at(&app);
            let shown = key.show(&question(&browser).await, ORIGIN);
            let me = browser.sign_in_at("/api/session/passkey", shown).await;
            assert_eq!((me.status, &me.body["name"]), (200, &json!("王芳")), "{}", me.body);
            assert_eq!(browser.get("/api/me").await.status, 200);
        }
        let security = wang.get("/api/me/security").await.body;
        let mut names: Vec<&str> =
            security["passkeys"].as_array().expect("a list").iter().filter_map(|key| key["name"].as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["USB", "手机"]);
        assert!(security["passkeys"][0]["used_at"].is_string());
        assert_eq!(security["recovery_codes_left"], 10);

        let listed = security["passkeys"].as_array().expect("a list");
        let phone = listed.iter().find(|key| key["name"] == "手机").expect("the phone");
        let id = phone["id"].as_str().expect("an id");
        let path = format!("/api/me/passkeys/{id}");
        let zhao = signed_in(&world, &app, "zhao").await;
        let proof = json!({ "password": PASSWORD });
        assert_eq!(code(&zhao.send("DELETE", &path, Some("k1"), None, Some(&proof)).await), (404, "passkey_not_found"));
        assert_eq!(wang.patch(&path, 1, json!({ "name": "旧手机" })).await.status, 204);
        assert_eq!(code(&wang.send("DELETE", &path, Some("k2"), None, Some(&json!({}))).await), (403, "proof_needed"));
        assert_eq!(wang.send("DELETE", &path, Some("k3"), None, Some(&proof)).await.status, 204);
        let mut browser = world.client_at(&app);
        let shown = keys[0].show(&question(&browser).await, ORIGIN);
        assert_eq!(code(&browser.sign_in_at("/api/session/passkey", shown).await), (401, "passkey_refused"));
        assert_eq!(facts(&app, "passkey_made").await, 2);
        assert_eq!(facts(&app, "passkey_taken_back").await, 1);
        assert!(notices(&wang).await.contains(&"passkey_added".to_owned()));
    })
    .await;
}

/// A lie of the browser or the authenticator, signed with the right key.
async fn refused(world: &World, app: &App, key: &mut Authenticator, what: &str, lie: impl FnOnce(&mut Said)) {
    let mut browser = world.client_at(app);
    let shown = key.show_saying(&question(&browser).await, ORIGIN, lie);
    let answer = browser.sign_in_at("/api/session/passkey", shown).await;
    assert_eq!(code(&answer), (401, "passkey_refused"), "{what}");
    assert_eq!(browser.get("/api/me").await.status, 401, "{what}");
}

/// ASVS 6.5.5, 6.7.2: what is signed is checked, not only that it is signed.
#[tokio::test]
async fn asvs_6_7_2_an_answer_for_another_page_host_or_time_lets_nobody_in() {
    each_store(async |world| {
        let app = at_an_address(&world).await;
        let wang = signed_in(&world, &app, "wang").await;
        let mut key = with_passkey(&wang, Authenticator::es256(), "key").await;
        refused(&world, &app, &mut key, "another origin", |said| {
            said.origin = "https://tend.firm.example.evil.example".into()
        })
        .await;
        refused(&world, &app, &mut key, "plain http", |said| said.origin = "http://tend.firm.example".into()).await;
        refused(&world, &app, &mut key, "another port", |said| said.origin = format!("{ORIGIN}:8443")).await;
        refused(&world, &app, &mut key, "a frame", |said| said.cross_origin = true).await;
        refused(&world, &app, &mut key, "another host", |said| said.rp_id = "firm.example".into()).await;
        refused(&world, &app, &mut key, "a registration", |said| said.kind = "webauthn.create".into()).await;
        refused(&world, &app, &mut key, "a challenge of its own", |said| said.challenge = BASE64.encode([7; 32])).await;
        refused(&world, &app, &mut key, "nobody there", |said| said.flags = 0x04).await;
        refused(&world, &app, &mut key, "nobody verified", |said| said.flags = 0x01).await;

        // A challenge counts once, also when it failed, and not for long.
        let mut browser = world.client_at(&app);
        let asked = question(&browser).await;
        let shown = key.show(&asked, ORIGIN);
        assert_eq!(browser.sign_in_at("/api/session/passkey", shown.clone()).await.status, 200);
        let mut again = world.client_at(&app);
        assert_eq!(code(&again.sign_in_at("/api/session/passkey", shown).await), (401, "passkey_refused"));
        let second = key.show(&asked, ORIGIN);
        assert_eq!(code(&again.sign_in_at("/api/session/passkey", second).await), (401, "passkey_refused"));
        let late = question(&again).await;
        world.set_clock("2026-11-23", 9 * 60 + 6);
        assert_eq!(
            code(&again.sign_in_at("/api/session/passkey", key.show(&late, ORIGIN)).await),
            (401, "passkey_refused")
        );
    })
    .await;
}

fn flipped(text: &str, bit: usize) -> Option<String> {
    let mut bytes = BASE64.decode(text).expect("base64url");
    *bytes.get_mut(bit / 8)? ^= 1 << (bit % 8);
    Some(BASE64.encode(bytes))
}

/// ASVS 6.7: one bit anywhere, and it is another answer.
#[tokio::test]
async fn no_bit_of_an_answer_can_be_turned() {
    each_store(async |world| {
        let app = at_an_address(&world).await;
        let wang = signed_in(&world, &app, "wang").await;
        let mut key = with_passkey(&wang, Authenticator::es256(), "key").await;
        let mut tried = 0;
        // Every byte of what the authenticator says, and some of the rest; fifty failures lock the address.
        for (field, step) in [("authenticator_data", 8), ("signature", 61), ("client_data", 97)] {
            for bit in (0..).step_by(step) {
                let browser = world.client_at(&app);
                let mut shown = key.show(&question(&browser).await, ORIGIN);
                let Some(changed) = flipped(shown[field].as_str().expect("text"), bit + bit / 8 % 8) else { break };
                shown[field] = json!(changed);
                let answer = browser.post("/api/session/passkey", shown).await;
                assert_eq!(code(&answer), (401, "passkey_refused"), "bit {bit} of {field}");
                tried += 1;
                if tried % 40 == 0 {
                    sql("DELETE FROM sign_in_failure").run(app.db().writer()).await.expect("the lock-out begins anew");
                }
            }
        }
        assert!(tried > 40, "{tried}");
    })
    .await;
}

/// A counter that goes back says that there are two of a key: refused, in the journal, told to the person.
#[tokio::test]
async fn a_cloned_passkey_is_refused_and_told() {
    each_store(async |world| {
        let app = at_an_address(&world).await;
        let wang = signed_in(&world, &app, "wang").await;
        let mut key = with_passkey(&wang, Authenticator::es256(), "key").await;
        let mut browser = world.client_at(&app);
        let shown = key.show_saying(&question(&browser).await, ORIGIN, |said| said.counter = 90);
        assert_eq!(browser.sign_in_at("/api/session/passkey", shown).await.status, 200);
        refused(&world, &app, &mut key, "counted back", |said| said.counter = 89).await;
        refused(&world, &app, &mut key, "did not count", |said| said.counter = 90).await;
        refused(&world, &app, &mut key, "forgot to count", |said| said.counter = 0).await;
        assert_eq!(facts(&app, "passkey_clone_suspected").await, 3);
        assert_eq!(notices(&wang).await.iter().filter(|kind| *kind == "passkey_cloned").count(), 3);
    })
    .await;
}

/// ASVS 6.3.8: who has a passkey, and who exists, cannot be asked for.
#[tokio::test]
async fn asvs_6_3_8_a_stranger_learns_nothing_from_a_passkey() {
    each_store(async |world| {
        let app = at_an_address(&world).await;
        let wang = signed_in(&world, &app, "wang").await;
        let mut key = with_passkey(&wang, Authenticator::es256(), "key").await;
        let browser = world.client_at(&app);
        let asked = question(&browser).await;
        assert_eq!(asked.as_object().expect("a question").len(), 3, "the same for everybody: {asked}");
        let mut unknown = Authenticator::es256();
        let offer = wang.post("/api/me/passkeys/offer", json!({ "password": PASSWORD })).await.body;
        let _ = unknown.make(&offer, ORIGIN, "never sent");
        let of_nobody = browser.post("/api/session/passkey", unknown.show(&asked, ORIGIN)).await;
        let lie = key.show_saying(&question(&browser).await, ORIGIN, |said| said.flags = 0);
        let of_wang = browser.post("/api/session/passkey", lie).await;
        assert_eq!((of_nobody.status, &of_nobody.body), (of_wang.status, &of_wang.body));
        let mut borrowed = key.show(&question(&browser).await, ORIGIN);
        borrowed["user_handle"] = json!(BASE64.encode(world.staff("zhao").0.as_bytes()));
        assert_eq!(code(&browser.post("/api/session/passkey", borrowed).await), (401, "passkey_refused"));
        let admin = signed_in(&world, &app, "admin").await;
        let path = format!("/api/staff/{}/departure", world.staff("wang"));
        assert_eq!(admin.post(&path, json!({ "left_on": "2026-11-23" })).await.status, 201);
        let shown = key.show(&question(&browser).await, ORIGIN);
        assert_eq!(
            code(&browser.post("/api/session/passkey", shown).await),
            (401, "passkey_refused"),
            "who left stays out"
        );
    })
    .await;
}

#[tokio::test]
async fn a_passkey_is_kept_only_as_it_was_asked_for() {
    each_store(async |world| {
        let app = at_an_address(&world).await;
        let (wang, zhao) = (signed_in(&world, &app, "wang").await, signed_in(&world, &app, "zhao").await);
        let offer =
            async |client: &Client| client.post("/api/me/passkeys/offer", json!({ "password": PASSWORD })).await.body;
        let unproved = wang.post("/api/me/passkeys/offer", json!({ "password": "not hers" })).await;
        assert_eq!(code(&unproved), (401, "wrong_credentials"));
        let unfit = async |lie: fn(&mut Said)| {
            let body = Authenticator::es256().make_saying(&offer(&wang).await, ORIGIN, "key", lie);
            let answer = wang.post("/api/me/passkeys", body).await;
            assert_eq!(code(&answer), (422, "passkey_unfit"));
            answer.body["params"]["fault"].as_str().unwrap_or("").to_owned()
        };
        assert_eq!(unfit(|said| said.origin = "https://evil.example".into()).await, "wrong_origin");
        assert_eq!(unfit(|said| said.rp_id = "evil.example".into()).await, "wrong_host");
        assert_eq!(unfit(|said| said.kind = "webauthn.get".into()).await, "wrong_kind");
        assert_eq!(unfit(|said| said.flags = 0x01).await, "nobody_verified");
        assert_eq!(unfit(|said| said.flags = 0x15).await, "unreadable", "backed up and cannot be");
        let mut key = Authenticator::es256();
        let of_wang = offer(&wang).await;
        let stolen = zhao.post("/api/me/passkeys", key.make(&of_wang, ORIGIN, "key")).await;
        assert_eq!(code(&stolen), (422, "passkey_unfit"), "bound to the session that asked");
        let body = key.make(&offer(&wang).await, ORIGIN, "key");
        assert_eq!(wang.post("/api/me/passkeys", body.clone()).await.status, 201);
        assert_eq!(code(&wang.post("/api/me/passkeys", body).await), (422, "passkey_unfit"), "a challenge counts once");
        let again = key.make(&offer(&zhao).await, ORIGIN, "key");
        assert_eq!(code(&zhao.post("/api/me/passkeys", again).await), (409, "passkey_known"));
        let elsewhere = signed_in(&world, &world.app, "chen").await;
        assert_eq!(elsewhere.get("/api/session/ways").await.body["passkeys"], json!(false));
        let off = elsewhere.post("/api/me/passkeys/offer", json!({ "password": PASSWORD })).await;
        assert_eq!(code(&off), (409, "passkeys_off"));
    })
    .await;
}

/// ASVS 6.3.3: who has a second factor does not come in with the password alone.
#[tokio::test]
async fn asvs_6_3_3_a_passkey_is_a_second_factor_after_the_password() {
    each_store(async |world| {
        let app = at_an_address(&world).await;
        let (wang, zhao) = (signed_in(&world, &app, "wang").await, signed_in(&world, &app, "zhao").await);
        let mut of_wang = with_passkey(&wang, Authenticator::es256(), "key").await;
        let mut of_zhao = with_passkey(&zhao, Authenticator::ed25519(), "key").await;
        let mut browser = world.client_at(&app);
        let alone = browser.sign_in("wang", PASSWORD).await;
        assert_eq!(
            (code(&alone), &alone.body["params"]["ways"]),
            ((401, "code_needed"), &json!(["passkey", "recovery"]))
        );
        let mut with = async |key: &mut Authenticator| {
            let passkey = key.show(&question(&browser).await, ORIGIN);
            browser.sign_in_with(json!({ "login": "wang", "password": PASSWORD, "passkey": passkey })).await
        };
        assert_eq!(code(&with(&mut of_zhao).await), (401, "wrong_code"), "another person's key proves nothing");
        assert_eq!(with(&mut of_wang).await.body["name"], "王芳");
    })
    .await;
}
