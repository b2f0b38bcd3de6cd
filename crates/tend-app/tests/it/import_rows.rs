//! What single rows of a file say of people, units and consents.

use crate::intake::{import, request, upload};
use serde_json::json;
use std::collections::BTreeSet;
use tend_app::customer::ImportRequest;
use tend_app::platform::sql;
use tend_rules::base::Channel;
use tend_rules::org::Scope;
use tend_testkit::{World, each_store};

#[tokio::test]
async fn every_consent_of_a_file_has_its_proof() {
    each_store(async |mut world| {
        let sun = world.welcome("sun").await;
        let text = "姓名,手机,同意短信,同意微信,拒绝微信\n孙丽华,13300007890,是,,\n孙丽华,13300007890,,是,\n\
            孙丽华,13300007890,,,是\n";
        import(&world, "consents", text).await;
        let her = tend_app::customer::one(&world.app, &Scope::Firm, sun).await.expect("孙丽华");
        assert!(her.consented.has(Channel::Sms) && her.consented.has(Channel::Wechat));
        let hq = world.sign_in("hq").await;
        let page = hq.get(&format!("/api/customers/{sun}/consents")).await.body;
        let said: Vec<_> = page["history"].as_array().unwrap_or_else(|| panic!("{page}")).iter().collect();
        let of = |channel: &str| -> Vec<&str> {
            let of = said.iter().filter(|one| one["channel"] == channel);
            let verdicts: BTreeSet<_> = of.filter_map(|one| one["verdict"].as_str()).collect();
            verdicts.into_iter().collect()
        };
        assert_eq!(of("sms"), ["given"], "{page}");
        assert_eq!(of("wechat"), ["given", "refused"], "{page}");
    })
    .await;
}

/// The codes of the problems of a batch.
async fn doubts(world: &World, batch: &str) -> Vec<String> {
    let hq = world.sign_in("hq").await;
    let problems = hq.get(&format!("/api/batches/{batch}/problems")).await.body;
    let items = problems["items"].as_array().unwrap_or_else(|| panic!("{problems}"));
    items.iter().map(|problem| problem["code"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_name_that_two_bear_names_no_unit_and_nobody_and_the_row_says_so() {
    each_store(async |world| {
        let admin = world.sign_in("admin").await;
        for parent in ["shenzhen", "shanghai"] {
            let unit = json!({ "name": "续期中心", "kind": "team", "parent_id": world.unit(parent) });
            let made = admin.post("/api/units", unit).await;
            assert_eq!(made.status, 201, "{}", made.body);
        }
        let namesake = sql("UPDATE staff SET name = '王芳' WHERE login = 'zhao'");
        assert_eq!(namesake.run(world.app.db().writer()).await.expect("a namesake"), 1);
        let text = "姓名,手机,机构,客户经理\n马一,13711110001,续期中心,\n马二,13711110002,南山团队,\n\
            马三,13711110003,没有这里,\n马四,13711110004,,王芳\n马五,13711110005,,wang\n马六,13711110006,,没有这人\n";
        let report = import(&world, "units", text).await;
        assert_eq!(report.created, 6, "{report:?}");
        let keepers = async |name: &str| {
            let found = tend_app::customer::find(&world.app, name).await.expect("found").remove(0);
            (found.unit_id, found.owner_id)
        };
        let head = keepers("马三").await;
        assert_eq!(keepers("马一").await, head, "two units of the name: none is taken");
        assert_eq!(keepers("马二").await, (world.unit("nanshan"), None));
        assert_eq!(keepers("马四").await, head, "two people of the name: nobody is taken");
        assert_eq!(keepers("马五").await.1, Some(world.staff("wang")));
        let told = doubts(&world, &report.batch.to_string()).await;
        assert_eq!(told, ["unit_ambiguous", "unit_unknown", "owner_ambiguous", "owner_unknown"]);
    })
    .await;
}

#[tokio::test]
async fn the_words_of_a_batch_are_as_short_as_those_of_a_work_order_by_hand() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let kept = upload(&hq, "名单.csv", "姓名,手机\n马一,13711110001\n".as_bytes()).await;
        let order = |name: usize, reason: usize, kind: usize| {
            json!({
                "upload_id": kept["id"], "name": "名".repeat(name), "reason": "因".repeat(reason),
                "business_type": "k".repeat(kind), "as": "customers",
                "mapping": { "columns": kept["suggested_mapping"]["columns"] },
            })
        };
        for (long, field) in
            [(order(81, 1, 1), "name"), (order(1, 81, 1), "reason"), (order(1, 1, 41), "business_type")]
        {
            let refused = hq.post("/api/batches", long).await;
            assert_eq!((refused.status, &refused.body["params"]["field"]), (422, &json!(field)), "{}", refused.body);
        }
        let begun = hq.post("/api/batches", order(80, 80, 40)).await;
        assert_eq!(begun.status, 202, "{}", begun.body);
        let file = world.folder().join("long.csv");
        std::fs::write(&file, "姓名,手机\n马一,13711110001\n").expect("a file");
        let order = ImportRequest { reason: "因".repeat(81), ..request(file, "by command") };
        let refused = tend_app::customer::import(&world.app, order, |_| ()).await.expect_err("too long");
        assert_eq!(tend_app::platform::Refusal::code(&refused), "field_invalid");
    })
    .await;
}
