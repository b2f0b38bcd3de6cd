//! Evidence whose file did not come back with the database is found (mistake 13 of the list in facts).

use super::evidence_file::sold;
use tend_app::trace::evidence_without_file;
use tend_testkit::{World, each_store};

#[tokio::test]
async fn evidence_whose_file_is_missing_or_another_is_found() {
    each_store(async |mut world| {
        sold(&mut world).await;
        let folder = world.folder().join("evidence");
        let mut files: Vec<_> =
            std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
        files.sort();
        assert!(files.len() >= 2, "{files:?}");
        let unfit = async |world: &World| {
            let found = evidence_without_file(world.app.db(), world.app.keys(), world.folder()).await;
            found.expect("looked at").iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(unfit(&world).await, Vec::<String>::new());

        let name = |at: usize| files[at].file_name().expect("a name").to_string_lossy().into_owned();
        let kept = std::fs::read(&files[0]).expect("readable");
        std::fs::remove_file(&files[0]).expect("gone");
        assert_eq!(unfit(&world).await, [name(0)]);
        std::fs::write(&files[0], &kept[..kept.len() - 1]).expect("written");
        assert_eq!(unfit(&world).await, [name(0)], "it is shorter");
        std::fs::copy(&files[1], &files[0]).expect("copied");
        assert_eq!(unfit(&world).await, [name(0)], "it is another one");
        std::fs::write(&files[0], &kept).expect("written");
        assert_eq!(unfit(&world).await, Vec::<String>::new());
    })
    .await;
}
