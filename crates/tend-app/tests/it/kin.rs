//! Relations and households: said twice is said once, and nobody belongs to two homes.

use crate::erased::erase;
use crate::merge::{again, merge, split};
use serde_json::{Value, json};
use tend_app::platform::sql;
use tend_rules::base::{Bucket, CustomerId, HouseholdId, RelationId};
use tend_testkit::{Client, World, each_store};

/// How often the journal tells something of a customer.
async fn told(world: &World, id: CustomerId, kind: &str) -> i64 {
    sql("SELECT COUNT(*) FROM journal_fact WHERE bucket = $1 AND customer_id = $2 AND kind = $3")
        .bind(id.bucket())
        .bind(id)
        .bind(kind)
        .value(world.app.read())
        .await
        .expect("a count")
}

#[tokio::test]
async fn a_relation_that_is_said_again_changes_nothing_and_tells_nothing() {
    each_store(async |mut world| {
        let (li, zhao) = (world.welcome("li").await, world.welcome("zhao_q").await);
        let wang = world.sign_in("wang").await;
        for _ in 0..2 {
            let body = json!({ "other_id": zhao, "kind": "child" });
            assert_eq!(wang.post(&format!("/api/customers/{li}/relations"), body).await.status, 201);
        }
        assert_eq!((told(&world, li, "related").await, told(&world, zhao, "related").await), (1, 1));
    })
    .await;
}

async fn join(client: &Client, id: CustomerId, others: &[CustomerId]) -> Value {
    let made = client.post(&format!("/api/customers/{id}/household"), json!({ "members": others })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].clone()
}

/// Ids of those who live with a customer, the customer among them, in order.
async fn home(client: &Client, id: CustomerId) -> Vec<String> {
    let page = client.get(&format!("/api/customers/{id}")).await.body;
    let members = page["household"]["members"].as_array().unwrap_or_else(|| panic!("{page}"));
    let mut ids: Vec<String> =
        members.iter().map(|member| member["id"].as_str().unwrap_or_default().to_owned()).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn who_moves_leaves_the_old_household_first_and_belongs_to_one() {
    each_store(async |mut world| {
        let ids = [world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("chen_m").await];
        let [li, zhao, chen] = ids;
        let fourth = world.welcome("liu_y").await;
        let hq = world.sign_in("hq").await;
        let first = join(&hq, li, &[zhao]).await;
        let second = join(&hq, chen, &[fourth]).await;
        assert_ne!(first, second);
        let path = format!("/api/customers/{chen}/household");
        let refused = hq.post(&path, json!({ "members": [zhao] })).await;
        assert_eq!((refused.status, &refused.body["code"]), (409, &json!("households_differ")));
        assert_eq!(hq.delete(&format!("/api/customers/{zhao}/household")).await.status, 204);
        assert_eq!(join(&hq, chen, &[zhao]).await, second);
        let text = |some: &[CustomerId]| {
            let mut ids: Vec<String> = some.iter().map(ToString::to_string).collect();
            ids.sort();
            ids
        };
        assert_eq!(home(&hq, zhao).await, text(&[chen, zhao, fourth]));
        assert_eq!(home(&hq, li).await, text(&[li]), "he does not live there any more");
        join(&hq, chen, &[zhao]).await;
        assert_eq!(told(&world, zhao, "household_joined").await, 2, "a second time nothing happened");
        assert_eq!(told(&world, chen, "household_joined").await, 1);
    })
    .await;
}

/// What the households are called.
async fn homes(world: &World) -> Vec<String> {
    let names = sql("SELECT name FROM household ORDER BY name");
    names.all(world.app.read(), |row| row.get("name")).await.expect("names")
}

async fn named(client: &Client, name: &str, id: CustomerId, others: &[CustomerId]) {
    let body = json!({ "name": name, "members": others });
    let made = client.post(&format!("/api/customers/{id}/household"), body).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn a_household_goes_with_its_name_when_the_last_one_left_or_is_erased() {
    each_store(async |mut world| {
        let (li, zhao, chen) =
            (world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("chen_m").await);
        let hq = world.sign_in("hq").await;
        named(&hq, "A", li, &[zhao]).await;
        for (leaves, left) in [(li, vec!["A".to_owned()]), (zhao, Vec::new())] {
            assert_eq!(hq.delete(&format!("/api/customers/{leaves}/household")).await.status, 204);
            assert_eq!(homes(&world).await, left);
        }
        named(&hq, "B", li, &[zhao]).await;
        erase(&world, zhao).await;
        assert_eq!(homes(&world).await, ["B"], "she lives there still");
        named(&hq, "B", li, &[chen]).await;
        assert_eq!(hq.delete(&format!("/api/customers/{chen}/household")).await.status, 204);
        erase(&world, li).await;
        assert_eq!(homes(&world).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_household_that_a_merge_emptied_is_there_again_after_the_split() {
    each_store(async |mut world| {
        let (li, zhao, chen) =
            (world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("chen_m").await);
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| ()).await;
        let hq = world.sign_in("hq").await;
        named(&hq, "A", li, &[zhao]).await;
        named(&hq, "B", other, &[chen]).await;
        assert_eq!(hq.delete(&format!("/api/customers/{chen}/household")).await.status, 204);
        let merged = merge(&hq, li, other, json!([])).await;
        assert_eq!((merged.status, homes(&world).await), (201, vec!["A".to_owned()]), "{}", merged.body);
        let parted = split(&hq, li, other).await;
        assert!(parted.status < 300, "{}", parted.body);
        assert_eq!(homes(&world).await, ["A", "B"]);
        assert_eq!(home(&hq, other).await, [other.to_string()]);
    })
    .await;
}

#[tokio::test]
async fn a_household_that_went_after_a_merge_has_its_name_again_after_the_split() {
    for lives_elsewhere in [true, false] {
        each_store(async |mut world| {
            let (li, zhao, chen) =
                (world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("chen_m").await);
            let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| ()).await;
            let hq = world.sign_in("hq").await;
            named(&hq, "A", other, &[chen]).await;
            let mut left = vec!["A".to_owned()];
            if lives_elsewhere {
                named(&hq, "B", li, &[zhao]).await;
                left.push("B".to_owned());
            }
            let merged = merge(&hq, li, other, json!([])).await;
            assert_eq!((merged.status, homes(&world).await), (201, left.clone()), "{}", merged.body);
            let leave = async |id: CustomerId| hq.delete(&format!("/api/customers/{id}/household")).await.status;
            assert_eq!(leave(chen).await, 204);
            if !lives_elsewhere {
                assert_eq!(leave(li).await, 204, "she came into it with the merge");
            }
            assert!(!homes(&world).await.contains(&"A".to_owned()), "nobody is left there");
            let parted = split(&hq, li, other).await;
            assert!(parted.status < 300, "{}", parted.body);
            assert_eq!(homes(&world).await, left);
            assert_eq!(home(&hq, other).await, [other.to_string()]);
        })
        .await;
    }
}

/// A household as an earlier version left it: somebody lived there alone and was merged into a record that lived elsewhere.
#[tokio::test]
async fn a_household_that_waited_for_a_merged_record_goes_with_the_erasure() {
    each_store(async |mut world| {
        let (li, zhao, chen) =
            (world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("chen_m").await);
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| ()).await;
        let hq = world.sign_in("hq").await;
        let waits: HouseholdId = serde_json::from_value(join(&hq, other, &[chen]).await).expect("a household");
        assert_eq!(hq.delete(&format!("/api/customers/{chen}/household")).await.status, 204);
        named(&hq, "B", li, &[zhao]).await;
        assert_eq!(merge(&hq, li, other, json!([])).await.status, 201);
        sql("INSERT INTO household (bucket, id, name, created_at_ms) VALUES ($1, $2, 'A', 0)")
            .bind(waits.bucket())
            .bind(waits)
            .run(world.app.db().writer())
            .await
            .expect("a household");
        erase(&world, li).await;
        assert_eq!(homes(&world).await, ["B"], "another one lives there");
    })
    .await;
}

/// Relates a customer to so many others of whom nobody asks anything more.
async fn relate_many(world: &World, of: CustomerId, many: u64) {
    let (app, tx) = (&world.app, world.app.begin().await.expect("a transaction"));
    for number in 0..many {
        let far = CustomerId(app.new_id(Bucket::of(number)));
        for (one, two, kind) in [(of, far, "referred"), (far, of, "referrer")] {
            sql("INSERT INTO relation (bucket, id, customer_id, other_id, kind, created_at_ms)
                 VALUES ($1, $2, $3, $4, $5, 0)")
            .bind(one.bucket())
            .bind(RelationId(app.new_id(one.bucket())))
            .bind(one)
            .bind(two)
            .bind(kind)
            .run(&*tx)
            .await
            .expect("a side");
        }
    }
    tx.commit().await.expect("committed");
}

async fn relations_to(world: &World, id: CustomerId) -> i64 {
    let count = sql("SELECT COUNT(*) FROM relation WHERE other_id = $1").bind(id);
    count.value(world.app.read()).await.expect("a count")
}

#[tokio::test]
async fn an_erasure_and_a_merge_turn_every_relation_however_many() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let other = again(&world, Bucket::of(li.bucket().number() as u64 + 3), |_| ()).await;
        relate_many(&world, other, 520).await;
        let merged = merge(&world.sign_in("hq").await, li, other, json!([])).await;
        assert_eq!(merged.status, 201, "{}", merged.body);
        assert_eq!((relations_to(&world, other).await, relations_to(&world, li).await), (0, 520));
        erase(&world, li).await;
        assert_eq!(relations_to(&world, li).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_relation_to_somebody_who_is_gone_is_taken_away() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        relate_many(&world, li, 1).await;
        let wang = world.sign_in("wang").await;
        let path = format!("/api/customers/{li}");
        let page = wang.get(&path).await.body;
        let relation = page["relations"][0]["id"].as_str().unwrap_or_else(|| panic!("a relation: {page}"));
        let gone = wang.delete(&format!("{path}/relations/{relation}")).await;
        assert_eq!(gone.status, 204, "{}", gone.body);
        assert_eq!(wang.get(&path).await.body["relations"], json!([]));
    })
    .await;
}
