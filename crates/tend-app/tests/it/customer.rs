//! The customer file: created, found, read, changed, sealed.

use tend_app::customer::{care_files, heads, masked_phones, one};
use tend_rules::base::Bucket;
use tend_rules::org::Scope;
use tend_testkit::each_store;

#[tokio::test]
async fn a_new_customer_is_on_file_with_everything_she_holds() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let wang = Scope::Own(world.staff("wang"));
        let file = one(&world.app, &wang, li).await.expect("王芳 reads her customer");
        assert_eq!(
            (file.name.as_str(), file.tier.as_str(), file.age_on(world.app.today())),
            ("李秀英", "gold", Some(58))
        );
        let all = care_files(&world.app, Bucket::of(0), Bucket::of(1023)).await.expect("all files");
        assert_eq!(all.len(), 1);
        let held: Vec<_> = all[0].agreements.iter().map(|a| (a.product.as_str(), a.is_paid())).collect();
        assert_eq!(held, [("康宁终身", false), ("车险", false)]);
        let phones = masked_phones(&world.app, &[li]).await.expect("phones");
        assert_eq!(phones[&li], "138****1234");
    })
    .await;
}

#[tokio::test]
async fn a_colleague_of_another_branch_does_not_find_her() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        for (scope, seen) in [
            (Scope::Own(world.staff("liu")), 0),
            (Scope::Subtree(world.unit("shanghai")), 0),
            (Scope::Nothing, 0),
            (Scope::Subtree(world.unit("shenzhen")), 1),
        ] {
            let found = heads(&world.app, &scope, &[li]).await.expect("heads");
            assert_eq!(found.len(), seen, "{scope:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn personal_values_do_not_stand_in_the_database_as_plain_text() {
    let mut world = tend_testkit::World::on_sqlite().await;
    world.welcome_all().await;
    for file in std::fs::read_dir(world.folder()).expect("the data folder").flatten() {
        let bytes = std::fs::read(file.path()).unwrap_or_default();
        for canary in ["13800001234", "00001234", "440305196803051245", "科技园一路", "xiuying68"] {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} stands in {}", file.path().display());
        }
    }
}
