//! What customers said about being contacted: whose word frees a number, what is taken back, and how it is proved.

use crate::merge::{again, merge, split};
use serde_json::{Value, json};
use tend_app::customer::seal_plain_proofs;
use tend_app::platform::sql;
use tend_app::rotation::Mode;
use tend_rules::base::*;
use tend_testkit::{Client, World, each_store};

async fn say(client: &Client, id: CustomerId, channel: &str, body: Value) {
    let answer = client.put(&format!("/api/customers/{id}/consents/{channel}"), body).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
}

/// The proofs of a customer, newest first.
async fn history(client: &Client, id: CustomerId) -> Vec<Value> {
    let page = client.get(&format!("/api/customers/{id}/consents")).await.body;
    page["history"].as_array().unwrap_or_else(|| panic!("{page}")).clone()
}

fn on_a_form(state: &str) -> Value {
    json!({ "state": state, "proof": "签字表 7", "how": "form" })
}

/// Whether any number is refused for short messages.
async fn a_number_is_refused(world: &World) -> bool {
    let sms = ChannelSet::NONE.with(Channel::Sms).bits();
    let found = sql("SELECT COUNT(*) FROM refused_number WHERE (channels & $1) <> 0").bind(sms);
    found.value::<i64>(world.app.read()).await.expect("a count") > 0
}

#[tokio::test]
async fn one_customers_consent_frees_no_number_that_another_refused() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let hq = world.sign_in("hq").await;
        let facts = json!({ "name": "李小妹", "phone": "13800001234" });
        let body = json!({ "facts": facts, "unit_id": world.unit("pudong"), "owner_id": world.staff("liu") });
        let made = hq.post("/api/customers", body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let sister: CustomerId = made.body["id"].as_str().expect("an id").parse().expect("a customer's id");
        let (wang, liu) = (world.sign_in("wang").await, world.sign_in("liu").await);
        say(&liu, sister, "sms", json!({ "state": "refused" })).await;
        // She never refused; her sister, whom 王芳 does not see, did.
        for state in ["given", "unknown"] {
            say(&wang, li, "sms", on_a_form(state)).await;
            assert!(a_number_is_refused(&world).await, "{state}");
        }
        say(&wang, li, "sms", json!({ "state": "refused" })).await;
        say(&wang, li, "sms", on_a_form("given")).await;
        assert!(a_number_is_refused(&world).await, "hers is lifted, her sister's stands");
        say(&liu, sister, "sms", on_a_form("unknown")).await;
        assert!(!a_number_is_refused(&world).await, "nobody refuses it any more");
    })
    .await;
}

#[tokio::test]
async fn a_consent_that_is_taken_back_is_no_refusal_that_is_taken_back() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let wang = world.sign_in("wang").await;
        let mut minute = 9 * 60;
        let mut later = || {
            minute += 1;
            world.set_clock("2026-11-23", minute);
        };
        for (state, verdicts) in [
            ("given", vec!["given"]),
            ("unknown", vec!["withdrawn"]),
            ("refused", vec!["refused"]),
            ("unknown", vec!["withdrawn_refusal"]),
            ("refused", vec!["refused"]),
            ("given", vec!["given", "withdrawn_refusal"]),
        ] {
            later();
            let before = history(&wang, li).await.len();
            say(&wang, li, "mail", on_a_form(state)).await;
            let mut told = history(&wang, li).await;
            told.truncate(told.len() - before);
            let mut told: Vec<&str> = told.iter().filter_map(|entry| entry["verdict"].as_str()).collect();
            told.sort_unstable();
            assert_eq!(told, verdicts, "{state}");
        }
        // Who took a consent back is not called consenting after a merge, whatever the other record says.
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| {}).await;
        let lead = world.sign_in("lead_sz").await;
        for (id, state) in [(li, "given"), (li, "unknown"), (other, "given")] {
            later();
            say(&lead, id, "wechat", on_a_form(state)).await;
        }
        assert_eq!(merge(&lead, li, other, json!([])).await.status, 201);
        let page = lead.get(&format!("/api/customers/{li}/consents")).await.body;
        let now = page["now"].as_array().expect("stances").iter();
        let wechat = now.filter(|one| one["channel"] == "wechat" && one["purpose"] == "every");
        assert_eq!(wechat.map(|one| one["state"].clone()).collect::<Vec<_>>(), ["unknown"], "{page}");
    })
    .await;
}

async fn kept_proofs(world: &World) -> Vec<String> {
    let all = sql("SELECT proof FROM customer_consent WHERE how <> 'import' ORDER BY bucket, id");
    all.all(world.app.read(), |row| row.get("proof")).await.expect("proofs")
}

#[tokio::test]
async fn how_a_customer_said_so_is_short_sealed_and_read_by_whoever_sees_the_customer() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let lead = world.sign_in("lead_sz").await;
        let words = "她女儿 13912340000 来电";
        let said = |proof: &str| json!({ "state": "refused", "proof": proof });
        let path = format!("/api/customers/{li}/consents/sms");
        let long = lead.put(&path, said(&"长".repeat(401))).await;
        assert_eq!((long.status, &long.body["params"]["field"]), (422, &json!("proof")), "{}", long.body);
        let version = json!({ "state": "refused", "text_version": "1".repeat(61) });
        assert_eq!(lead.put(&path, version).await.body["params"]["field"], "text_version");

        say(&lead, li, "sms", said(words)).await;
        let kept = kept_proofs(&world).await;
        assert!(kept.len() == 1 && kept[0].starts_with("sealed:"), "{kept:?}");
        let source: String =
            sql("SELECT source FROM refused_number").value(world.app.read()).await.expect("a refused number");
        assert_eq!(source, "customer", "a number outlives its customer and keeps no words");
        let told: Vec<String> = sql("SELECT payload FROM journal_fact WHERE kind = 'consent_set'")
            .all(world.app.read(), |row| row.get("payload"))
            .await
            .expect("facts");
        assert!(told.len() == 1 && !told[0].contains("13912340000"), "{told:?}");
        let timeline = lead.get(&format!("/api/customers/{li}/timeline?kind=customer.consent_set")).await.body;
        assert_eq!(timeline["items"][0]["payload"]["proof"], words, "{timeline}");
        let shown = async |id| {
            let told = history(&lead, id).await.into_iter();
            told.filter(|entry| entry["channel"] == "sms" && entry["how"] == "call")
                .map(|entry| entry["proof"].clone())
                .next()
        };
        assert_eq!(shown(li).await, Some(json!(words)));

        // It goes along with a merge, through a rotation of keys, and stays after the two are parted.
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| {}).await;
        say(&lead, other, "mail", said(words)).await;
        assert_eq!(merge(&lead, li, other, json!([])).await.status, 201);
        assert!(history(&lead, li).await.iter().filter(|entry| entry["proof"] == words).count() >= 2);
        let before = kept_proofs(&world).await;
        crate::rotation::to_the_end(&world.app, Mode::Customers).await;
        let fresh = kept_proofs(&world).await;
        assert!(fresh.iter().all(|cell| !before.contains(cell)), "sealed anew");
        assert_eq!(split(&lead, li, other).await.status, 201);
        assert_eq!(history(&lead, other).await.iter().filter(|entry| entry["proof"] == words).count(), 1);

        // What an earlier version kept in plain is read, and sealed at the next start.
        let plain = sql("UPDATE customer_consent SET proof = '如从前' WHERE how <> 'import'");
        assert!(plain.run(world.app.db().writer()).await.expect("written") > 0);
        assert_eq!(shown(li).await, Some(json!("如从前")));
        assert!(seal_plain_proofs(&world.app).await.expect("sealed") > 0);
        assert_eq!(seal_plain_proofs(&world.app).await.expect("sealed"), 0, "once");
        assert!(kept_proofs(&world).await.iter().all(|cell| cell.starts_with("sealed:")));
        assert_eq!(shown(li).await, Some(json!("如从前")));
    })
    .await;
}
