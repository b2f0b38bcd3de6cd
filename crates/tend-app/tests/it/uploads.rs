//! Files on their way in: small fields stay small, and what a kill leaves is taken away.

use crate::intake::upload;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tend_app::intake::sweep_uploads;
use tend_rules::base::UploadId;
use tend_testkit::{World, each_store};

#[tokio::test]
async fn a_field_beside_the_file_has_a_limit() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let form = |sheet: &str| {
            format!(
                "--edge\r\nContent-Disposition: form-data; name=\"sheet\"\r\n\r\n{sheet}\r\n--edge\r\n\
                 Content-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\n姓名,手机\n马一,13711110001\n\r\n--edge--\r\n"
            )
        };
        let send = async |sheet: &str| {
            hq.send_raw("POST", "/api/uploads", "multipart/form-data; boundary=edge", form(sheet).into_bytes()).await
        };
        assert_eq!(send(&"x".repeat(4096)).await.status, 201);
        let refused = send(&"x".repeat(4097)).await;
        assert_eq!((refused.status, refused.body["code"].as_str()), (413, Some("form_field_too_long")));
    })
    .await;
}

fn written(path: &Path, ago: Duration) {
    let file = std::fs::File::create(path).expect("a file");
    file.set_modified(SystemTime::now() - ago).expect("an old file");
}

#[tokio::test]
async fn what_a_killed_program_left_of_uploads_is_swept() {
    each_store(async |world: World| {
        let hq = world.sign_in("hq").await;
        let kept = upload(&hq, "名单.csv", "姓名,手机\n马一,13711110001\n".as_bytes()).await;
        let folder = world.folder().join("uploads");
        let known = folder.join(kept["id"].as_str().expect("an id"));
        let (hours, now) = (Duration::from_secs(2 * 3600), Duration::ZERO);
        std::fs::File::open(&known).and_then(|file| file.set_modified(SystemTime::now() - hours)).expect("old");
        let id = || UploadId(world.app.new_free_id()).to_string();
        let half = folder.join(format!("{}.part", id()));
        let (arriving, whole) = (folder.join(format!("{}.part", id())), folder.join(id()));
        written(&half, hours);
        written(&whole, hours);
        written(&arriving, now);
        assert_eq!(sweep_uploads(&world.app).await.expect("swept"), 2);
        assert_eq!([known, half, whole, arriving].map(|path| path.exists()), [true, false, false, true]);
    })
    .await;
}
