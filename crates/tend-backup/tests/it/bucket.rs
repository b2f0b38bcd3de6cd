//! What only a bucket can meet: a wrong key, a server that is away, keys that are exchanged.

use super::*;
use tend_backup::{Credentials, S3, S3Settings, Style};

/// The bucket as a second place, its credentials in a file.
pub fn store(bucket: &Bucket, file: &Path, secret: &str) -> S3 {
    write_key(file, &bucket.key_id, secret);
    let settings = S3Settings {
        bucket: Bucket::NAME.into(),
        prefix: "tend/one".into(),
        endpoint: bucket.endpoint(),
        region: "us-east-1".into(),
        style: Style::Path,
        credentials: Credentials::File(file.to_owned()),
    };
    S3::at(&settings).unwrap()
}

fn write_key(file: &Path, id: &str, secret: &str) {
    std::fs::write(file, format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}\n")).unwrap();
}

#[test]
fn a_server_that_is_away_holds_nobody_up_and_the_copy_catches_up() {
    let Some(place) = Place::in_a_bucket() else { return };
    let bucket = place.bucket.as_ref().unwrap();
    let db = place.db();
    let mut copier = place.copier();
    copier.finish_snapshot().unwrap();
    copier.look().unwrap();
    let whole_at = place.standing.lock().unwrap().whole_at_ms;
    bucket.take_away();
    write(&db, 100, 500);
    copier.look().unwrap_err();
    write(&db, 100, 500);
    let standing = place.standing.lock().unwrap().clone();
    assert!(standing.error.is_some() && standing.whole_at_ms == whole_at, "{standing:?}");
    bucket.bring_back();
    copier.look().unwrap();
    assert!(place.standing.lock().unwrap().error.is_none());
    assert_eq!(place.back("after", Until::Latest).0, hash(&db));
    assert_eq!(spans(&*place.store()).unwrap().len(), 1, "the same generation");
}

#[test]
fn a_wrong_secret_is_refused_and_told_without_it() {
    let Some(place) = Place::in_a_bucket() else { return };
    let bucket = place.bucket.as_ref().unwrap();
    place.store().put("files/one", &mut &b"x"[..]).unwrap();
    let secret = "not/the/secret/at/all/0000000000000000000";
    let wrong = store(bucket, &place.folder.path().join("wrong.key"), secret);
    let refused = wrong.put("files/two", &mut &b"x"[..]).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::PermissionDenied, "{refused}");
    let told = format!("{refused:?} {wrong:?}");
    assert!(told.contains("the server says ") && !told.contains(secret), "{told}");
    assert_eq!(place.store().list("").unwrap(), ["files/one"]);
    // Without credentials nothing is asked at all.
    let none = store(bucket, &place.folder.path().join("none.key"), "");
    assert!(none.list("").unwrap_err().to_string().contains("no access key"));
}
