//! Relations and households: said twice is said once, and nobody belongs to two homes.

use serde_json::{Value, json};
use tend_app::platform::sql;
use tend_rules::base::CustomerId;
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
