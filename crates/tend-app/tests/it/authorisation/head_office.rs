//! What holds in the whole firm is changed from head office: whoever sits below is refused, whatever the role.

use super::{Relation, call, code, hire, publish_greeting, routes, things};
use routes::{Needs, ROUTES};
use serde_json::json;
use tend_app::platform::sql;
use tend_rules::org::Role;
use tend_testkit::{World, each_store};

async fn facts_but_of_people(world: &World) -> i64 {
    let told = sql("SELECT COUNT(*) FROM journal_fact WHERE kind <> 'signed_in'");
    told.value(world.app.read()).await.expect("a count")
}

/// The roles that may reach such a route at all.
const ROLES: [Role; 3] = [Role::Admin, Role::Quality, Role::Hq];

#[tokio::test]
async fn a_branch_does_not_rule_the_firm() {
    each_store(async |world| {
        publish_greeting(&world).await;
        let importer = world.sign_in("hq").await;
        let (mut walked, mut faults) = (0, Vec::new());
        for role in ROLES {
            let login = format!("below_{}", role.word());
            let me = hire(&world, world.unit("shenzhen"), &login, &login, role).await;
            let below = world.sign_in(&login).await;
            let above = world
                .sign_in(match role {
                    Role::Admin => "admin",
                    Role::Quality => "qa",
                    _ => "hq",
                })
                .await;
            let things = things(&world, (role, me), (Relation::Own, "shenzhen"), &importer).await;
            let reached = |needs| matches!(needs, Needs::Firm(permission) if role.may(permission));
            for route in ROUTES.iter().filter(|route| reached(route.needs)) {
                walked += 1;
                let before = facts_but_of_people(&world).await;
                let refused = call(&below, route, &things).await;
                if (refused.status, code(&refused)) != (403, "head_office_needed")
                    || facts_but_of_people(&world).await != before
                {
                    faults.push(format!("{} as {role:?} of 深圳: {} {}", route.call, refused.status, refused.body));
                }
                let heard = call(&above, route, &things).await;
                if matches!(heard.status, 401 | 403) || heard.status >= 500 {
                    faults.push(format!("{} as {role:?} of head office: {} {}", route.call, heard.status, heard.body));
                }
            }
        }
        assert!(walked > 70, "{walked} routes");
        assert!(faults.is_empty(), "{faults:#?}");
    })
    .await;
}

#[tokio::test]
async fn a_hold_on_everything_is_released_from_head_office() {
    each_store(async |world| {
        let qa = world.sign_in("qa").await;
        let placed = qa.post("/api/holds", json!({ "reason": "案件 7" })).await;
        assert_eq!(placed.status, 201, "{}", placed.body);
        hire(&world, world.unit("shenzhen"), "qa_sz", "质检深圳", Role::Quality).await;
        let release = format!("/api/holds/{}/release", placed.body["id"].as_str().expect("a hold"));
        let refused = world.sign_in("qa_sz").await.post(&release, json!({ "reason": "不需要了" })).await;
        assert_eq!((refused.status, code(&refused)), (403, "head_office_needed"), "{}", refused.body);
        let holds = qa.get("/api/holds").await.body;
        assert_eq!(holds[0]["released_at"], json!(null), "{holds}");
        assert_eq!(qa.post(&release, json!({ "reason": "结案" })).await.status, 204);
    })
    .await;
}
