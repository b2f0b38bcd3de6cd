//! Single sign-on against a provider that is honest, and against one that lies in every way the specification warns of.

use crate::passkey::{ORIGIN, code, facts, notices, question, signed_in, with_passkey};
use serde_json::{Value, json};
use tend_app::App;
use tend_app::platform::sql;
use tend_testkit::{Answer, Authenticator, Client, Lie, PASSWORD, Provider, Signs, World, each_store};

async fn at_a_provider(world: &World) -> (App, Provider) {
    let provider = Provider::start(world.app.clock().clone()).await;
    let host = provider.host();
    let app = world
        .reopened(|config| {
            config.public_url = ORIGIN.into();
            config.sso_hosts = host;
        })
        .await;
    provider.signs_in(json!({ "sub": "u-17", "email": "wang", "email_verified": true, "preferred_username": "wang" }));
    (app, provider)
}

async fn set(client: &Client, provider: Value) -> Answer {
    client.put("/api/sso", json!({ "provider": provider, "proof": { "password": PASSWORD } })).await
}

async fn with_provider(world: &World, claim: &str) -> (App, Provider) {
    let (app, provider) = at_a_provider(world).await;
    let answer = set(&signed_in(world, &app, "admin").await, provider.settings(claim)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    (app, provider)
}

fn cookie(answer: &Answer, name: &str) -> String {
    let set = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let mut pairs = set.filter_map(|line| line.split(';').next()).filter(|pair| pair.starts_with(name));
    pairs.next_back().unwrap_or_default().to_owned()
}

/// Sends a browser to the provider; answers with what it keeps and where it is sent.
async fn begin(client: &Client) -> (String, String) {
    let begun = client.post("/api/session/sso", json!({})).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    (cookie(&begun, "tend_sso"), begun.body["url"].as_str().expect("an address").to_owned())
}

async fn back(client: &Client, kept: &str, body: Value) -> Answer {
    client.send_with("POST", "/api/session/sso/return", &[("cookie", kept)], body).await
}

/// A whole sign-in; answers with the session's cookie too.
async fn sign_in(world: &World, app: &App, provider: &Provider) -> (Answer, String) {
    let client = world.client_at(app);
    let (kept, url) = begin(&client).await;
    let answer = back(&client, &kept, provider.visit(&url)).await;
    let session = cookie(&answer, "tend_session");
    (answer, session)
}

async fn as_session(client: &Client, method: &str, path: &str, session: &str) -> Answer {
    client.send_with(method, path, &[("cookie", session)], Value::Null).await
}

/// ASVS 10.5.1 to 10.5.4, 6.8.1, 7.4.1: who somebody is comes from the token of the provider and its subject; leaving
/// ends the session here and leads to where it ends there.
#[tokio::test]
async fn asvs_10_5_1_a_person_comes_in_by_single_sign_on() {
    each_store(async |world| {
        let (app, provider) = with_provider(&world, "email").await;
        let client = world.client_at(&app);
        let ways = client.get("/api/session/ways").await.body;
        assert_eq!((&ways["sso"], &ways["only_sso"]), (&json!("公司登录"), &json!(false)));
        let (first, session) = sign_in(&world, &app, &provider).await;
        assert_eq!((first.status, &first.body["name"]), (200, &json!("王芳")), "{}", first.body);
        assert_eq!(facts(&app, "sso_linked").await, 1);
        assert_eq!(as_session(&client, "GET", "/api/me", &session).await.status, 200);
        let security = as_session(&client, "GET", "/api/me/security", &session).await;
        assert!(security.body["sso"][0]["used_at"].is_string(), "{}", security.body);

        // From now on the subject decides, whatever the provider says of address and name.
        provider.signs_in(json!({ "sub": "u-17", "email": "zhao", "email_verified": true }));
        assert_eq!(sign_in(&world, &app, &provider).await.0.body["name"], "王芳");
        assert_eq!(facts(&app, "sso_linked").await, 1);

        let out = as_session(&client, "DELETE", "/api/session", &session).await;
        let end = out.body["end_url"].as_str().expect("where the session ends at the provider");
        let back = "https%3A%2F%2Ftend.firm.example%2Fsign-in";
        assert!(end.ends_with(&format!("/end?client_id=tend-desk&post_logout_redirect_uri={back}")), "{end}");
        assert_eq!(as_session(&client, "GET", "/api/me", &session).await.status, 401);
        let by_password = signed_in(&world, &app, "zhao").await.delete("/api/session").await;
        assert_eq!((by_password.status, by_password.body), (204, Value::Null), "who came by password leaves here only");
    })
    .await;
}

/// How often the journal tells that somebody was refused because of something.
async fn refused_because(app: &App, because: &str) -> i64 {
    let told = sql("SELECT COUNT(*) FROM journal_fact WHERE kind = 'sign_in_failed' AND payload LIKE $1");
    told.bind(format!("%\"because\":\"{because}\"%")).value(app.read()).await.expect("a count")
}

/// ASVS 10.5.2, 10.5.3, 9.1.1 to 9.2.3: every lie of a token is refused in the same words, and noted for what it is.
#[tokio::test]
async fn asvs_10_5_2_no_lie_of_a_provider_lets_anybody_in() {
    const ALGORITHM: &str = "the token's algorithm is not taken";
    const SIGNATURE: &str = "the token's signature does not fit";
    const AUDIENCE: &str = "the token is for another audience";
    const OVER: &str = "the token is over";
    const TIME: &str = "the token was made at another time";
    const QUESTION: &str = "the token answers another question";
    each_store(async |world| {
        let (app, provider) = with_provider(&world, "email").await;
        let lies: [(&str, &str, Lie); 22] = [
            ("not signed", ALGORITHM, Lie::Unsigned),
            ("signed with the public key as a secret", ALGORITHM, Lie::PublicKeyAsSecret),
            ("a condition that we do not know", ALGORITHM, Lie::Header(|head| head["crit"] = json!(["exp"]))),
            ("another algorithm", "the token's key is not known", Lie::Header(|head| head["alg"] = json!("RS256"))),
            ("signed by a strange key that it brings along", SIGNATURE, Lie::StrangeKey),
            ("a flipped bit", SIGNATURE, Lie::FlippedBit),
            ("another issuer's answer", "the answer is by another issuer", Lie::OtherIssuer),
            (
                "another issuer",
                "the token is by another issuer",
                Lie::Claims(|claims| claims["iss"] = json!("https://evil.example")),
            ),
            ("another audience", AUDIENCE, Lie::Claims(|claims| claims["aud"] = json!("another-program"))),
            ("no audience", AUDIENCE, Lie::Claims(|claims| claims["aud"] = Value::Null)),
            (
                "two audiences and no party",
                AUDIENCE,
                Lie::Claims(|claims| claims["aud"] = json!(["tend-desk", "another"])),
            ),
            ("another party", AUDIENCE, Lie::Claims(|claims| claims["azp"] = json!("another-program"))),
            ("over", OVER, Lie::Claims(|claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap_or(0) - 121))),
            ("no end", OVER, Lie::Claims(|claims| claims["exp"] = Value::Null)),
            ("not yet", TIME, Lie::Claims(|claims| claims["nbf"] = json!(claims["iat"].as_i64().unwrap_or(0) + 200))),
            (
                "of tomorrow",
                TIME,
                Lie::Claims(|claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap_or(0) + 200)),
            ),
            (
                "made long ago",
                TIME,
                Lie::Claims(|claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap_or(0) - 3600)),
            ),
            ("no time", TIME, Lie::Claims(|claims| claims["iat"] = Value::Null)),
            ("another question", QUESTION, Lie::Claims(|claims| claims["nonce"] = json!("another"))),
            ("no question", QUESTION, Lie::Claims(|claims| claims["nonce"] = Value::Null)),
            ("nobody", "the token names nobody", Lie::Claims(|claims| claims["sub"] = json!(""))),
            (
                "a token for something else",
                "the token is of another kind",
                Lie::Header(|head| head["typ"] = json!("logout+jwt")),
            ),
        ];
        for (what, because, lie) in lies {
            let before = refused_because(&app, because).await;
            provider.lie(lie);
            let (answer, session) = sign_in(&world, &app, &provider).await;
            assert_eq!((code(&answer), session.as_str()), ((401, "sso_refused"), ""), "{what}: {}", answer.body);
            assert!(!answer.body.to_string().contains(because), "{what}: the stranger is not told why");
            assert_eq!(refused_because(&app, because).await, before + 1, "{what}: {because}");
        }
        provider.lie(Lie::Claims(|claims| {
            claims["aud"] = json!(["tend-desk", "another"]);
            claims["azp"] = json!("tend-desk");
            claims["exp"] = json!(claims["iat"].as_i64().unwrap_or(0) - 60);
        }));
        assert_eq!(sign_in(&world, &app, &provider).await.0.status, 200, "two parties, and clocks two minutes apart");
    })
    .await;
}

/// ASVS 6.3.1: only what somebody makes up counts towards a lock-out. What the provider refuses, or a person there, shuts no
/// other door: least of all on the day on which its secret is wrong.
#[tokio::test]
async fn a_provider_that_refuses_locks_nobody_out() {
    each_store(async |world| {
        let (app, provider) = with_provider(&world, "email").await;
        let client = world.client_at(&app);
        for _ in 0..26 {
            let (kept, url) = begin(&client).await;
            let mut brought = provider.visit(&url);
            (brought["code"], brought["error"]) = (Value::Null, json!("access_denied"));
            assert_eq!(code(&back(&client, &kept, brought).await), (401, "sso_refused"), "the person said no");
        }
        assert_eq!(refused_because(&app, "access_denied").await, 26);
        let mut settings = provider.settings("email");
        settings["client_secret"] = json!("an old secret");
        assert_eq!(set(&signed_in(&world, &app, "admin").await, settings).await.status, 200);
        for _ in 0..26 {
            assert_eq!(code(&sign_in(&world, &app, &provider).await.0), (401, "sso_refused"));
        }
        assert_eq!(refused_because(&app, "the code was refused: 401").await, 26);
        assert_eq!(world.client_at(&app).sign_in("admin", PASSWORD).await.status, 200, "the glass can be broken");

        for number in 0..50 {
            let made_up = back(&client, "tend_sso=mine", json!({ "state": format!("guess {number}") })).await;
            assert_eq!(code(&made_up), (401, "sso_refused"), "{number}");
        }
        let locked = world.client_at(&app).sign_in("wang", PASSWORD).await;
        assert_eq!(code(&locked), (429, "locked_out"), "who makes up answers is locked out");
    })
    .await;
}

/// ASVS 7.5.1, 7.5.3, 6.8.4: who comes from the provider has shown who they are only if the provider says that it saw them
/// lately; another session that stands open there proves nothing.
#[tokio::test]
async fn asvs_7_5_1_a_session_that_stands_open_at_the_provider_proves_nothing() {
    each_store(async |world| {
        let (app, provider) = with_provider(&world, "email").await;
        let client = world.client_at(&app);
        let grave = async |session: &str| {
            let headers = [("cookie", session)];
            let answer = client.send_with("POST", "/api/me/passkeys/offer", &headers, json!({})).await;
            (answer.status, answer.body["code"].as_str().unwrap_or("").to_owned())
        };
        let came = async |path: &str, take_away: &str| {
            let begun = client.post(path, json!({})).await;
            let url = begun.body["url"].as_str().expect("an address").replace(take_away, "");
            let answer = back(&client, &cookie(&begun, "tend_sso"), provider.visit(&url)).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            cookie(&answer, "tend_session")
        };
        let needed = (403, "proof_needed".to_owned());
        let minute = 9 * 60;
        world.set_clock("2026-11-23", minute + 60);
        let session = came("/api/session/sso", "").await;
        assert_eq!(grave(&session).await, needed, "the person was not asked");
        let session = came("/api/session/sso?again=true", "prompt=login&").await;
        assert_eq!(grave(&session).await, needed, "whoever sits at the browser changed the question");
        let session = came("/api/session/sso?again=true", "max_age=600").await;
        assert_eq!(grave(&session).await, needed, "and the provider did not say when");
        provider.lie(Lie::Claims(|claims| claims["auth_time"] = json!(claims["iat"].as_i64().unwrap_or(0) + 3600)));
        let session = came("/api/session/sso?again=true", "").await;
        assert_eq!(grave(&session).await, needed, "nobody is seen tomorrow");
        provider.lie(Lie::Nothing);
        let session = came("/api/session/sso?again=true", "").await;
        assert_eq!(grave(&session).await.0, 200, "asked once more");
        world.set_clock("2026-11-23", minute + 71);
        assert_eq!(grave(&session).await, needed, "for ten minutes");
    })
    .await;
}

/// Who becomes an administrator is not found at the provider by what a claim once said: the link is made anew, by hand.
#[tokio::test]
async fn a_link_that_came_by_a_claim_does_not_survive_a_promotion() {
    each_store(async |world| {
        let (app, provider) = with_provider(&world, "email").await;
        let (first, session) = sign_in(&world, &app, &provider).await;
        assert_eq!(first.status, 200, "{}", first.body);
        let by: String =
            sql("SELECT actor FROM journal_fact WHERE kind = 'sso_linked'").value(app.read()).await.expect("who");
        assert_eq!(by, "program:sso", "the person did nothing");
        let admin = signed_in(&world, &app, "admin").await;
        let path = format!("/api/staff/{}", world.staff("wang"));
        let change = async |what: Value| {
            let version = admin.get(&path).await.body["version"].as_i64().expect("a version");
            let changed = admin.patch(&path, version, what).await;
            assert!(changed.status < 300, "{}", changed.body);
        };
        change(json!({ "unit_id": world.unit("futian") })).await;
        assert_eq!(sign_in(&world, &app, &provider).await.0.status, 200, "a move changes nothing of it");
        change(json!({ "role": "admin" })).await;
        let client = world.client_at(&app);
        assert_eq!(as_session(&client, "GET", "/api/me", &session).await.status, 401, "what came from there has ended");
        assert_eq!(code(&sign_in(&world, &app, &provider).await.0), (403, "sso_unknown"));
        assert_eq!(facts(&app, "sso_unlinked").await, 1);
    })
    .await;
}

/// ASVS 10.1.2, 10.2.1: an answer counts once, soon, and in the browser that asked.
#[tokio::test]
async fn asvs_10_2_1_an_answer_counts_once_and_in_its_own_browser() {
    each_store(async |world| {
        let (app, provider) = with_provider(&world, "email").await;
        let client = world.client_at(&app);
        let refused = (401, "sso_refused");
        let (kept, url) = begin(&client).await;
        let brought = provider.visit(&url);
        let (others, _) = begin(&client).await;
        assert_eq!(code(&back(&client, &others, brought.clone()).await), refused, "another browser");
        assert_eq!(code(&back(&client, &kept, brought).await), refused, "spent by the stranger");

        let (_, url) = begin(&client).await;
        let nobodys = client.post("/api/session/sso/return", provider.visit(&url)).await;
        assert_eq!(code(&nobodys), refused, "a browser that never began");

        let (kept, url) = begin(&client).await;
        let brought = provider.visit(&url);
        assert_eq!(back(&client, &kept, brought.clone()).await.status, 200);
        assert_eq!(code(&back(&client, &kept, brought).await), refused, "replayed");

        let (kept, url) = begin(&client).await;
        let mut invented = provider.visit(&url);
        invented["state"] = json!("invented");
        assert_eq!(code(&back(&client, &kept, invented).await), refused);

        let (kept, url) = begin(&client).await;
        let mut swapped = provider.visit(&url);
        let (_, second) = begin(&client).await;
        swapped["code"] = provider.visit(&second)["code"].clone();
        assert_eq!(code(&back(&client, &kept, swapped).await), refused, "a code of another flow fails PKCE");

        let (kept, url) = begin(&client).await;
        let state = provider.visit(&url)["state"].clone();
        let denied = back(&client, &kept, json!({ "state": state, "error": "access_denied" })).await;
        assert_eq!(code(&denied), refused, "the person said no");

        let (kept, url) = begin(&client).await;
        let late = provider.visit(&url);
        world.set_clock("2026-11-23", 9 * 60 + 11);
        assert_eq!(code(&back(&client, &kept, late).await), refused, "late");
    })
    .await;
}

/// The keys are asked once for a name that is not known, and not again and again for tokens of a key that is nobody's.
#[tokio::test]
async fn a_provider_may_change_its_keys_and_their_kind() {
    each_store(async |world| {
        let (app, provider) = with_provider(&world, "preferred_username").await;
        assert_eq!(sign_in(&world, &app, &provider).await.0.status, 200, "an EdDSA key");
        let minute = 9 * 60;
        for (after, (signs, kid)) in [(1, (Signs::Es256, "second")), (2, (Signs::Rs256, "third"))] {
            provider.change_keys(signs, kid);
            world.set_clock("2026-11-23", minute + after);
            let before = provider.keys_told();
            assert_eq!(sign_in(&world, &app, &provider).await.0.status, 200, "{kid}");
            assert_eq!(provider.keys_told(), before + 1, "{kid}");
            assert_eq!(sign_in(&world, &app, &provider).await.0.status, 200, "{kid}");
            assert_eq!(provider.keys_told(), before + 1, "{kid} is known now");
        }
        provider.lie(Lie::Header(|head| head["kid"] = json!("nobody's")));
        let before = provider.keys_told();
        world.set_clock("2026-11-23", minute + 4);
        for _ in 0..3 {
            assert_eq!(code(&sign_in(&world, &app, &provider).await.0), (401, "sso_refused"));
        }
        assert_eq!(provider.keys_told(), before + 1);
    })
    .await;
}

/// ASVS 6.8.1, 8.3.1: a provider says who somebody is, never that they work here or what they may.
#[tokio::test]
async fn asvs_6_8_1_a_provider_gives_nobody_rights() {
    each_store(async |world| {
        let (app, provider) = with_provider(&world, "email").await;
        let unknown = async |person: Value| {
            provider.signs_in(person);
            code(&sign_in(&world, &app, &provider).await.0).1.to_owned()
        };
        assert_eq!(unknown(json!({ "sub": "a", "email": "stranger", "email_verified": true })).await, "sso_unknown");
        assert_eq!(unknown(json!({ "sub": "b", "email": "wang", "email_verified": false })).await, "sso_unknown");
        assert_eq!(unknown(json!({ "sub": "c", "preferred_username": "wang" })).await, "sso_unknown");
        assert_eq!(unknown(json!({ "sub": "d", "email": "admin", "email_verified": true })).await, "sso_unknown");
        provider.signs_in(json!({ "sub": "e", "email": "wang", "email_verified": true }));
        assert_eq!(sign_in(&world, &app, &provider).await.0.status, 200);
        let second = json!({ "sub": "f", "email": "wang", "email_verified": true });
        assert_eq!(unknown(second).await, "sso_unknown", "one account for one person");

        // An administrator links the account at the desk, with proof.
        let mut admin = world.client_at(&app);
        let signed = admin.sign_in("admin", PASSWORD).await;
        let session = cookie(&signed, "tend_session");
        assert_eq!(code(&admin.post("/api/me/sso", json!({})).await), (403, "proof_needed"));
        let begun = admin.post("/api/me/sso", json!({ "password": PASSWORD })).await;
        provider.signs_in(json!({ "sub": "d" }));
        let brought = provider.visit(begun.body["url"].as_str().expect("an address"));
        let kept = cookie(&begun, "tend_sso");
        let nobody = back(&world.client_at(&app), &kept, brought).await;
        assert_eq!(code(&nobody), (401, "sso_refused"), "who signed out meanwhile links nothing");
        let begun = admin.post("/api/me/sso", json!({ "password": PASSWORD })).await;
        let brought = provider.visit(begun.body["url"].as_str().expect("an address"));
        let kept = format!("{}; {session}", cookie(&begun, "tend_sso"));
        assert_eq!(back(&world.client_at(&app), &kept, brought).await.body["login"], "admin");
        assert_eq!(sign_in(&world, &app, &provider).await.0.body["login"], "admin");

        let admin = signed_in(&world, &app, "admin").await;
        let path = format!("/api/staff/{}/departure", world.staff("wang"));
        assert_eq!(admin.post(&path, json!({ "left_on": "2026-11-23" })).await.status, 201);
        let gone = json!({ "sub": "e", "email": "zhao", "email_verified": true });
        assert_eq!(unknown(gone).await, "sso_unknown", "who left stays out, under any name");
    })
    .await;
}

/// People are added only where the firm said so, as maintainers of the unit that it named.
#[tokio::test]
async fn a_newcomer_is_added_where_the_firm_said_so() {
    each_store(async |world| {
        let (app, provider) = with_provider(&world, "preferred_username").await;
        provider.signs_in(json!({ "sub": "n", "preferred_username": "Sun.Li", "name": "孙丽" }));
        assert_eq!(code(&sign_in(&world, &app, &provider).await.0), (403, "sso_unknown"));
        let mut settings = provider.settings("preferred_username");
        settings["newcomer_unit_id"] = json!(world.unit("futian"));
        let admin = signed_in(&world, &app, "admin").await;
        assert_eq!(set(&admin, settings).await.status, 200);
        let (me, _) = sign_in(&world, &app, &provider).await;
        assert_eq!((&me.body["login"], &me.body["role"]), (&json!("sun.li"), &json!("maintainer")), "{}", me.body);
        assert_eq!((&me.body["name"], &me.body["unit_name"]), (&json!("孙丽"), &json!("福田团队")));
        let again = sign_in(&world, &app, &provider).await.0;
        assert_eq!(again.body["id"], me.body["id"], "and only once");
        provider.signs_in(json!({ "sub": "boss", "preferred_username": "admin" }));
        assert_eq!(code(&sign_in(&world, &app, &provider).await.0), (403, "sso_unknown"), "never an administrator");
    })
    .await;
}

/// ASVS 6.1.3: with single sign-on only, no other door stands open but the administrator's own.
#[tokio::test]
async fn asvs_6_1_3_single_sign_on_only_shuts_the_other_doors() {
    each_store(async |world| {
        let (app, provider) = at_a_provider(&world).await;
        let admin = signed_in(&world, &app, "admin").await;
        let only = json!({ "second_factor_roles": ["maintainer"], "only_sso": true });
        let mut key = with_passkey(&admin, Authenticator::es256(), "key").await;
        assert_eq!(code(&admin.put("/api/sign-in-policy", only.clone()).await), (409, "break_glass_missing"));
        assert_eq!(set(&admin, provider.settings("email")).await.status, 200);
        let of_wang = signed_in(&world, &app, "wang").await;
        let mut of_wang = with_passkey(&of_wang, Authenticator::es256(), "key").await;
        assert_eq!(admin.put("/api/sign-in-policy", only).await.status, 200);
        assert_eq!(code(&admin.delete("/api/sso").await), (409, "sso_demanded"));

        let mut browser = world.client_at(&app);
        assert_eq!(browser.get("/api/session/ways").await.body["only_sso"], true);
        assert_eq!(code(&browser.sign_in("wang", PASSWORD).await), (403, "sso_needed"));
        let wrong = browser.sign_in("wang", "not hers").await;
        assert_eq!(code(&wrong), (401, "wrong_credentials"), "told to who knows it only");
        let shown = of_wang.show(&question(&browser).await, ORIGIN);
        assert_eq!(code(&browser.sign_in_at("/api/session/passkey", shown).await), (403, "sso_needed"));

        provider.signs_in(json!({ "sub": "z", "email": "zhao", "email_verified": true }));
        let (me, session) = sign_in(&world, &app, &provider).await;
        assert_eq!((me.status, &me.body["duty"]), (200, &Value::Null), "the provider checked the second factor");
        assert_eq!(as_session(&browser, "GET", "/api/my-day", &session).await.status, 200);

        let shown = key.show(&question(&browser).await, ORIGIN);
        let broken = browser.sign_in_at("/api/session/passkey", shown).await;
        assert_eq!(broken.status, 200, "the administrator breaks the glass");
        assert_eq!(facts(&app, "glass_broken").await, 1);
        assert!(notices(&browser).await.contains(&"glass_broken".to_owned()));
        let every = json!({ "second_factor_roles": [], "only_sso": false });
        assert_eq!(browser.put("/api/sign-in-policy", every).await.status, 200);
        assert_eq!(browser.delete("/api/sso").await.status, 204);
        assert_eq!(code(&browser.post("/api/session/sso", json!({})).await), (409, "sso_off"));
    })
    .await;
}

/// ASVS 13.3.1, 14.2.4: the secret lies sealed, is never shown again and is told to its own issuer only.
#[tokio::test]
async fn asvs_13_3_1_the_secret_of_single_sign_on_stays_sealed() {
    each_store(async |world| {
        let (app, provider) = with_provider(&world, "email").await;
        let admin = signed_in(&world, &app, "admin").await;
        let shown = admin.get("/api/sso").await;
        assert_eq!(shown.body["provider"]["has_secret"], true);
        assert_eq!(shown.body["redirect_uri"], format!("{ORIGIN}/sign-in/sso"));
        assert!(!shown.body.to_string().contains(provider.secret()));
        let cell: Vec<u8> =
            sql("SELECT secret_cell FROM sso_provider").value(app.read()).await.expect("the sealed secret");
        let plain = provider.secret().as_bytes();
        assert!(!cell.windows(plain.len()).any(|some| some == plain));

        let mut same = provider.settings("email");
        same.as_object_mut().expect("settings").remove("client_secret");
        assert_eq!(set(&admin, same.clone()).await.body["provider"]["has_secret"], true, "left as it was");
        assert_eq!(sign_in(&world, &app, &provider).await.0.status, 200);
        same["issuer"] = json!("https://login.firm.example");
        assert_eq!(set(&admin, same).await.body["provider"]["has_secret"], false, "never told to another issuer");
        let unproved = json!({ "provider": provider.settings("email"), "proof": {} });
        assert_eq!(code(&admin.put("/api/sso", unproved).await), (403, "proof_needed"));
    })
    .await;
}

/// ASVS 1.3.6, 13.2.4: the provider stands at a public address, or where the operator said that it does; whatever is
/// wrong with it is told by a word.
#[tokio::test]
async fn asvs_1_3_6_only_a_public_or_an_exempt_provider_is_called() {
    each_store(async |world| {
        let (app, provider) = with_provider(&world, "email").await;
        let admin = signed_in(&world, &app, "admin").await;
        let fine = admin.post("/api/sso/trial", json!({})).await.body;
        assert_eq!((&fine["fits"], &fine["algorithms"]), (&json!(true), &json!(["EdDSA"])), "{fine}");
        let try_lying = async |lie: Lie| {
            provider.lie(lie);
            admin.post("/api/sso/trial", json!({})).await.body["why"].as_str().unwrap_or("").to_owned()
        };
        assert_eq!(try_lying(Lie::OtherDocument).await, "other_issuer");
        assert_eq!(try_lying(Lie::Endpoint("javascript:alert(1)")).await, "no_address");
        assert_eq!(try_lying(Lie::Endpoint("http://192.0.2.7/authorize")).await, "not_https");
        assert_eq!(try_lying(Lie::Endpoint("https://10.1.2.3/authorize")).await, "not_public");
        provider.lie(Lie::Nothing);

        for (issuer, rule) in [
            ("https://169.254.169.254/latest", "not_public"),
            ("http://login.firm.example", "not_https"),
            ("https://localhost", "not_public"),
            ("https://login.firm.example:22", "port_closed"),
            ("file:///etc/passwd", "no_address"),
        ] {
            let mut inner = provider.settings("email");
            inner["issuer"] = json!(issuer);
            let answer = set(&admin, inner).await;
            assert_eq!((answer.status, &answer.body["params"]["rule"]), (422, &json!(rule)), "{issuer}");
        }
        let closed = world.reopened(|config| config.public_url = ORIGIN.into()).await;
        let begun = world.client_at(&closed).post("/api/session/sso", json!({})).await;
        assert_eq!(code(&begun), (424, "sso_unreachable"), "not exempt any more");
    })
    .await;
}
