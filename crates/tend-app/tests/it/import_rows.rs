//! What single rows of a file say of people, units and consents.

use crate::intake::import;
use std::collections::BTreeSet;
use tend_rules::base::Channel;
use tend_rules::org::Scope;
use tend_testkit::each_store;

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
