//! Whoever writes a guess into a record and asks who is likely the same does not learn without a trace what a mask hides.

use crate::alike::{compared, look_ups_of_a_day};
use crate::merge::version;
use serde_json::{Value, json};
use tend_rules::base::CustomerId;
use tend_testkit::{Client, each_store};

const RIGHT: &str = "13957824681";

/// A customer 沈一, born on a day that no mask hides.
async fn add(client: &Client, phone: &str) -> CustomerId {
    let facts = json!({ "name": "沈一", "birthday": "1968-03-05", "phone": phone });
    let made = client.post("/api/customers", json!({ "facts": facts })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().expect("an id").parse().expect("a customer's id")
}

async fn guess(client: &Client, mine: CustomerId, phone: &str) {
    let facts = json!({ "facts": { "phone": phone } });
    let changed = client.patch(&format!("/api/customers/{mine}"), version(client, mine).await, facts).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
}

/// By what others are found: points and reasons of each.
async fn found(client: &Client, mine: CustomerId) -> Vec<Value> {
    let answer = client.get(&format!("/api/customers/{mine}/duplicates")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body.as_array().expect("a list").iter().map(|one| json!([one["points"], one["by"]])).collect()
}

#[tokio::test]
async fn who_is_shown_by_a_masked_number_reads_it_once_for_a_record_and_day() {
    each_store(async |world| {
        let (wang, hq) = (world.sign_in("wang").await, world.sign_in("hq").await);
        let shen = add(&wang, RIGHT).await;
        let mine = add(&wang, "13957824682").await;
        let by_birthday = json!([75, ["name", "birthday"]]);
        assert_eq!(found(&wang, mine).await, std::slice::from_ref(&by_birthday), "a wrong guess");
        assert_eq!(compared(&hq, shen).await.len(), 0, "of what no mask hides nothing is told");

        guess(&wang, mine, RIGHT).await;
        for _ in 0..3 {
            assert_eq!(found(&wang, mine).await, [json!([95, ["name", "phone", "birthday"]])]);
        }
        let told = compared(&hq, shen).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["payload"], json!({ "customer": mine }));
        assert_eq!(
            (&told[0]["title"], &told[0]["detail"], &told[0]["actor"]["name"]),
            (&json!("Shown as likely the same person"), &json!(""), &json!("王芳")),
            "{told:?}"
        );
        world.set_clock("2026-11-24", 9 * 60);
        let (wang, hq) = (world.sign_in("wang").await, world.sign_in("hq").await);
        found(&wang, mine).await;
        assert_eq!(compared(&hq, shen).await.len(), 2, "another day");
    })
    .await;
}

#[tokio::test]
async fn on_a_full_day_a_right_guess_finds_no_more_than_a_wrong_one() {
    each_store(async |world| {
        look_ups_of_a_day(&world, "2").await;
        let (wang, hq) = (world.sign_in("wang").await, world.sign_in("hq").await);
        let shen = add(&wang, RIGHT).await;
        let mine = add(&wang, "13957824682").await;
        let by_birthday = [json!([75, ["name", "birthday"]])];
        for _ in 0..3 {
            assert_eq!(found(&wang, mine).await, by_birthday, "one guess, counted once");
        }
        guess(&wang, mine, "13957824683").await;
        assert_eq!(found(&wang, mine).await, by_birthday, "the last look-up of the day");
        guess(&wang, mine, RIGHT).await;
        assert_eq!(found(&wang, mine).await, by_birthday, "the right one, beyond");
        let both = [(mine, shen), (shen, mine)];
        for (one, other) in both {
            let full = wang.get(&format!("/api/customers/{one}/merge-preview?other_id={other}")).await;
            assert_eq!((full.status, &full.body["code"]), (429, &json!("look_ups_spent")), "{}", full.body);
        }
        assert_eq!(compared(&hq, shen).await.len(), 0, "nobody was shown");
        assert_eq!(found(&hq, mine).await.len(), 1, "everybody has a day of their own");

        world.set_clock("2026-11-24", 9 * 60);
        let wang = world.sign_in("wang").await;
        assert_eq!(found(&wang, mine).await, [json!([95, ["name", "phone", "birthday"]])], "a new day");
    })
    .await;
}

#[tokio::test]
async fn two_records_side_by_side_tell_who_compared_them() {
    each_store(async |world| {
        let (wang, hq) = (world.sign_in("wang").await, world.sign_in("hq").await);
        let (shen, mine) = (add(&wang, RIGHT).await, add(&wang, "13957824682").await);
        for (one, other) in [(mine, shen), (mine, shen), (shen, mine)] {
            let seen = wang.get(&format!("/api/customers/{one}/merge-preview?other_id={other}")).await;
            assert_eq!((seen.status, &seen.body["by"]), (200, &json!(["name", "birthday"])), "{}", seen.body);
        }
        for (one, other) in [(mine, shen), (shen, mine)] {
            let told = compared(&hq, one).await;
            assert_eq!(told.len(), 1, "either may bear the guess, and a wrong one is an answer: {told:?}");
            assert_eq!(told[0]["payload"], json!({ "customer": other }));
        }
    })
    .await;
}
