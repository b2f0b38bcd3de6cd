//! Second factors: codes that count once, codes on paper, what the firm demands, who may take it all away, and proof
//! before something grave.

use crate::passkey::{ORIGIN, at_an_address, code, facts, notices, signed_in, with_passkey};
use futures::future::join_all;
use serde_json::{Value, json};
use tend_app::App;
use tend_testkit::{Authenticator, Client, PASSWORD, World, code_of, each_store};

fn second(world: &World) -> i64 {
    world.app.now().millis() / 1000
}

/// Gives a person a code generator; answers with its secret and the recovery codes.
async fn with_generator(world: &World, client: &Client) -> (String, Vec<String>) {
    let secret = client.post("/api/me/totp", json!({})).await.body["secret"].as_str().expect("a secret").to_owned();
    let body = json!({ "secret": secret, "code": code_of(&secret, second(world)), "password": PASSWORD });
    let set = client.put("/api/me/totp", body).await;
    assert_eq!(set.status, 200, "{}", set.body);
    let codes = set.body["recovery_codes"].as_array().expect("codes").iter();
    (secret, codes.map(|code| code.as_str().expect("a code").to_owned()).collect())
}

async fn enter(world: &World, more: Value) -> tend_testkit::Answer {
    let mut body = json!({ "login": "wang", "password": PASSWORD });
    for (name, value) in more.as_object().expect("fields") {
        body[name] = value.clone();
    }
    world.client().sign_in_with(body).await
}

/// ASVS 6.5.1 and 6.5.8: a code counts once, and by the server's clock.
#[tokio::test]
async fn asvs_6_5_1_a_code_counts_once() {
    each_store(async |world| {
        let wang = world.sign_in("wang").await;
        let offer = wang.post("/api/me/totp", json!({})).await.body;
        assert!(offer["url"].as_str().is_some_and(|url| url.starts_with("otpauth://totp/")));
        let wrong = json!({ "secret": offer["secret"], "code": "000000", "password": PASSWORD });
        assert_eq!(code(&wang.put("/api/me/totp", wrong).await), (401, "wrong_code"));
        let unproved = json!({ "secret": offer["secret"], "code": "000000" });
        assert_eq!(code(&wang.put("/api/me/totp", unproved).await), (403, "proof_needed"));

        let (secret, _) = with_generator(&world, &wang).await;
        let first = code_of(&secret, second(&world));
        let needed = enter(&world, json!({})).await;
        assert_eq!(
            (code(&needed), &needed.body["params"]["ways"]),
            ((401, "code_needed"), &json!(["code", "recovery"]))
        );
        assert_eq!(code(&enter(&world, json!({ "code": first })).await), (401, "wrong_code"), "spent when it was set");
        world.set_clock("2026-11-23", 9 * 60 + 1);
        let next = code_of(&secret, second(&world));
        assert_eq!(enter(&world, json!({ "code": next })).await.status, 200);
        assert_eq!(code(&enter(&world, json!({ "code": next })).await), (401, "wrong_code"));
        let early = code_of(&secret, second(&world) + 120);
        assert_eq!(code(&enter(&world, json!({ "code": early })).await), (401, "wrong_code"));
    })
    .await;
}

/// ASVS 6.3.1: guessing at the second factor locks the name like guessing at the password.
#[tokio::test]
async fn asvs_6_3_1_guessing_codes_locks_the_name() {
    each_store(async |world| {
        let (secret, _) = with_generator(&world, &world.sign_in("wang").await).await;
        world.set_clock("2026-11-23", 9 * 60 + 1);
        for _ in 0..5 {
            assert_eq!(code(&enter(&world, json!({ "code": "000000" })).await), (401, "wrong_code"));
        }
        let right = json!({ "code": code_of(&secret, second(&world)) });
        assert_eq!(code(&enter(&world, right).await), (429, "locked_out"));
    })
    .await;
}

/// ASVS 6.3.1: whoever tries many at once gets no more of them compared than one who tries them in a row.
#[tokio::test]
async fn asvs_6_3_1_forty_guesses_at_once_are_five_guesses() {
    each_store(async |world| {
        let wrong = |answers: Vec<tend_testkit::Answer>, word: &str| {
            let refused = answers.iter().filter(|answer| code(answer) == (429, "locked_out")).count();
            let compared = answers.iter().filter(|answer| code(answer) == (401, word)).count();
            let others: Vec<_> = answers.iter().filter(|one| !["locked_out", word].contains(&code(one).1)).collect();
            assert_eq!(refused + compared, 40, "every one is answered: {others:?}");
            compared
        };
        let passwords = (0..40).map(|number| enter(&world, json!({ "password": format!("guess number {number}") })));
        assert!(wrong(join_all(passwords).await, "wrong_credentials") <= 5);
        world.set_clock("2026-11-23", 10 * 60);
        let (secret, _) = with_generator(&world, &world.sign_in("wang").await).await;
        world.set_clock("2026-11-23", 10 * 60 + 1);
        let codes = (0..40).map(|number| enter(&world, json!({ "code": format!("{number:06}") })));
        assert!(wrong(join_all(codes).await, "wrong_code") <= 5);
        world.set_clock("2026-11-23", 10 * 60 + 30);
        let right = json!({ "code": code_of(&secret, second(&world)) });
        assert_eq!(enter(&world, right).await.status, 200, "and nobody is locked out for longer");
    })
    .await;
}

/// ASVS 6.5.1, 6.5.2, 6.5.3: recovery codes are random, told once, kept as hashes and spent by use.
#[tokio::test]
async fn asvs_6_5_2_recovery_codes_are_told_once_and_count_once() {
    each_store(async |world| {
        let wang = world.sign_in("wang").await;
        let (_, codes) = with_generator(&world, &wang).await;
        assert_eq!((codes.len(), codes[0].len()), (10, 29), "120 bits in six groups of four");
        let written = json!({ "recovery_code": format!(" {} ", codes[0].to_lowercase().replace('-', " ")) });
        assert_eq!(enter(&world, written.clone()).await.status, 200, "however it is typed");
        assert_eq!(code(&enter(&world, written).await), (401, "wrong_code"));
        assert_eq!(wang.get("/api/me/security").await.body["recovery_codes_left"], 9);
        assert!(notices(&wang).await.contains(&"recovery_used".to_owned()));
        assert_eq!(facts(&world.app, "recovery_code_used").await, 1);
        assert_eq!(code(&wang.post("/api/me/recovery-codes", json!({})).await), (403, "proof_needed"));
        let renewed = wang.post("/api/me/recovery-codes", json!({ "password": PASSWORD })).await;
        assert_eq!(renewed.status, 201);
        assert_eq!(code(&enter(&world, json!({ "recovery_code": codes[1] })).await), (401, "wrong_code"), "replaced");
        assert_eq!(enter(&world, json!({ "recovery_code": renewed.body["recovery_codes"][3] })).await.status, 200);
        let zhao = world
            .client()
            .sign_in_with(
                json!({ "login": "zhao", "password": PASSWORD, "recovery_code": renewed.body["recovery_codes"][4] }),
            )
            .await;
        assert_eq!(zhao.status, 200, "zhao has no second factor, and spends none of hers");
        assert_eq!(wang.get("/api/me/security").await.body["recovery_codes_left"], 9);
    })
    .await;
}

/// ASVS 6.4.4: a lost factor is taken away by an administrator, with a reason, and the person proves the password anew.
#[tokio::test]
async fn asvs_6_4_4_an_administrator_takes_second_factors_away_with_a_reason() {
    each_store(async |world| {
        let app = at_an_address(&world).await;
        let wang = signed_in(&world, &app, "wang").await;
        with_passkey(&wang, Authenticator::es256(), "key").await;
        with_generator(&world, &wang).await;
        let admin = signed_in(&world, &app, "admin").await;
        let path = format!("/api/staff/{}/second-factor-reset", world.staff("wang"));
        assert_eq!(admin.get(&format!("/api/staff/{}", world.staff("wang"))).await.body["second_factor"], json!(true));
        assert_eq!(code(&admin.post(&path, json!({ "reason": " " })).await), (422, "field_invalid"));
        assert_eq!(admin.post(&path, json!({ "reason": "手机丢了，当面核实" })).await.status, 204);
        assert_eq!(wang.get("/api/me").await.status, 401, "every session ends");
        let back = signed_in(&world, &app, "wang").await;
        let security = back.get("/api/me/security").await.body;
        assert_eq!(security["passkeys"], json!([]));
        assert_eq!((&security["code_generator"], &security["recovery_codes_left"]), (&json!(false), &json!(0)));
        assert!(notices(&back).await.contains(&"factors_changed".to_owned()));
        assert_eq!(facts(&app, "second_factors_reset").await, 1);
        let own = format!("/api/staff/{}/second-factor-reset", world.staff("admin"));
        assert_eq!(code(&admin.post(&own, json!({ "reason": "mine" })).await), (422, "field_invalid"));
    })
    .await;
}

async fn demand(admin: &Client, roles: &[&str]) {
    let set = admin.put("/api/sign-in-policy", json!({ "second_factor_roles": roles })).await;
    assert_eq!(set.status, 200, "{}", set.body);
}

/// ASVS 6.3.3: where the firm demands a second factor, nothing opens before it is set.
#[tokio::test]
async fn asvs_6_3_3_a_demanded_second_factor_comes_before_the_desk() {
    each_store(async |world| {
        let app = at_an_address(&world).await;
        let admin = signed_in(&world, &app, "admin").await;
        let open = signed_in(&world, &app, "hq").await;
        assert_eq!(
            code(&admin.put("/api/sign-in-policy", json!({ "second_factor_roles": ["king"] })).await),
            (422, "field_invalid")
        );
        demand(&admin, &["hq"]).await;
        assert_eq!(admin.get("/api/sign-in-policy").await.body["second_factor_roles"], json!(["hq"]));
        assert_eq!(code(&open.get("/api/batches").await), (403, "second_factor_owed"), "also in an open session");

        let hq = signed_in(&world, &app, "hq").await;
        assert_eq!(hq.get("/api/me").await.body["duty"], "set_second_factor");
        for path in
            ["/api/batches", "/api/customers", "/api/notices", "/api/me/tokens", "/api/me/sessions", "/api/events"]
        {
            assert_eq!(code(&hq.get(path).await), (403, "second_factor_owed"), "{path}");
        }
        let offer = hq.post("/api/me/passkeys/offer", json!({})).await;
        assert_eq!(offer.status, 200, "who has just come in need not prove it again: {}", offer.body);
        let made = hq.post("/api/me/passkeys", Authenticator::es256().make(&offer.body, ORIGIN, "key")).await;
        assert_eq!(made.body["recovery_codes"].as_array().map(Vec::len), Some(10));
        assert_eq!(hq.get("/api/me").await.body["duty"], Value::Null);
        assert_eq!(hq.get("/api/batches").await.status, 200);
        assert_eq!(signed_in(&world, &app, "wang").await.get("/api/me").await.body["duty"], Value::Null);
    })
    .await;
}

/// ASVS 7.5.1, 7.5.3: whoever sits down at an open desk cannot give themselves a key to it.
#[tokio::test]
async fn asvs_7_5_1_nothing_grave_without_proof() {
    each_store(async |world| {
        let app = at_an_address(&world).await;
        let wang = signed_in(&world, &app, "wang").await;
        let mut key = with_passkey(&wang, Authenticator::es256(), "key").await;
        let token = json!({ "name": "x", "scopes": ["customers.read"], "days": 1 });
        let calls = [
            ("POST", "/api/me/tokens", token.clone()),
            ("POST", "/api/me/passkeys/offer", json!({})),
            ("POST", "/api/me/recovery-codes", json!({})),
            ("PUT", "/api/me/password", json!({ "new": "river stone lamp" })),
            ("DELETE", "/api/me/totp", json!({})),
        ];
        for (method, path, body) in calls {
            let answer = wang.send(method, path, None, None, Some(&body)).await;
            assert_eq!(code(&answer), (403, "proof_needed"), "{method} {path}");
        }
        let asked = crate::passkey::question(&wang).await;
        let mut proved = token;
        proved["passkey"] = key.show(&asked, ORIGIN);
        assert_eq!(wang.post("/api/me/tokens", proved.clone()).await.status, 201, "a passkey is a proof");
        assert_eq!(code(&wang.post("/api/me/tokens", proved).await), (401, "passkey_refused"), "once");
    })
    .await;
}

/// ASVS 7.2.4: a new token at sign-in, and the one before it is worth nothing.
#[tokio::test]
async fn asvs_7_2_4_a_sign_in_ends_the_session_that_the_browser_showed() {
    each_store(async |world| {
        let mut browser = world.sign_in("wang").await;
        let before = browser.clone();
        assert_eq!(browser.sign_in("wang", PASSWORD).await.status, 200);
        assert_eq!(before.get("/api/me").await.status, 401);
        assert_eq!(browser.get("/api/me").await.status, 200);
        assert_eq!(browser.get("/api/me/sessions").await.body.as_array().map(Vec::len), Some(1));
    })
    .await;
}

async fn from(world: &World, app: &App, agent: &'static str, address: &str) {
    let body = json!({ "login": "wang", "password": PASSWORD });
    let headers = [("user-agent", agent), ("x-forwarded-for", address)];
    assert_eq!(world.client_at(app).send_with("POST", "/api/session", &headers, body).await.status, 200);
}

/// ASVS 6.3.5 and 6.3.7: the person hears of a strange sign-in and of a changed password.
#[tokio::test]
async fn asvs_6_3_5_a_person_hears_of_a_new_place_and_a_new_password() {
    each_store(async |world| {
        let chrome = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";
        let newer = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36";
        from(&world, &world.app, chrome, "").await;
        from(&world, &world.app, newer, "").await;
        from(&world, &world.app, "Mozilla/5.0 (X11; Linux) Gecko Firefox/140.0", "").await;
        let wang = world.sign_in("wang").await;
        let told = wang.get("/api/notices").await.body;
        let titles: Vec<&str> =
            told["items"].as_array().expect("a list").iter().filter_map(|one| one["title"].as_str()).collect();
        assert!(titles.contains(&"You signed in from a new place: Firefox, Linux"), "{titles:?}");
        assert!(
            !titles.iter().any(|title| title.contains("Chrome")),
            "the first place is no news, nor a new version: {titles:?}"
        );
        let change = json!({ "present": PASSWORD, "new": "河边三盏灯与一把伞" });
        assert_eq!(wang.put("/api/me/password", change).await.status, 204);
        let mut back = world.client();
        assert_eq!(back.sign_in("wang", "河边三盏灯与一把伞").await.status, 200);
        assert!(notices(&back).await.contains(&"password_changed".to_owned()));
    })
    .await;
}

/// ASVS 6.2.12: a password that was stolen elsewhere is refused wherever one is set.
#[tokio::test]
async fn asvs_6_2_12_a_breached_password_is_refused() {
    each_store(async |world| {
        let app = world.reopened(|config| config.breached_passwords_file = "stolen.txt".into()).await;
        let wang = signed_in(&world, &app, "wang").await;
        let change = async |new: &str| wang.put("/api/me/password", json!({ "present": PASSWORD, "new": new })).await;
        std::fs::write(world.folder().join("stolen.txt"), list_of("mountain-river-9")).expect("written");
        assert_eq!(code(&change("mountain-river-9").await), (422, "breached_password"));
        std::fs::remove_file(world.folder().join("stolen.txt")).expect("gone");
        assert_eq!(change("mountain-river-9").await.status, 204, "a list that is missing keeps nobody from a change");
    })
    .await;
}

fn list_of(password: &str) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    let mut lines = [format!("{hash}:17"), format!("{}:1", "0".repeat(40)), format!("{}:2", "F".repeat(40))];
    lines.sort();
    lines.join("\r\n")
}
