//! Files that were copied are told of by a segment or a whole snapshot, whatever went wrong in between: what is not told
//! of does not come back.

use super::watched::Watched;
use super::*;

fn add_file(place: &Place, name: &str) {
    let uploads = place.data().join("uploads");
    std::fs::create_dir_all(&uploads).unwrap();
    std::fs::write(uploads.join(name), b"sealed").unwrap();
}

#[test]
fn a_file_that_was_copied_before_the_place_went_away_is_told_of() {
    let place = Place::in_a_folder().unwrap();
    let (db, store) = (place.db(), Watched::in_place(&place));
    let mut copier = Copier::begin(place.settings(), store.clone(), Arc::clone(&place.standing)).unwrap();
    copier.finish_snapshot().unwrap();
    add_file(&place, "one");
    add_file(&place, "two");
    write(&db, 10, 500);
    store.refuse(Some("uploads/two"));
    assert!(copier.look().is_err(), "the first file is copied, the second is not");
    store.refuse(None);
    copier.look().unwrap();
    let (is, restored) = place.back("both", Until::Latest);
    assert_eq!((is, restored.files), (hash(&db), 2));
}

#[test]
fn a_file_that_only_a_torn_snapshot_knew_is_told_of() {
    let place = Place::in_a_folder().unwrap();
    let (db, store) = (place.db(), Watched::in_place(&place));
    let mut copier = Copier::begin(place.settings(), store.clone(), Arc::clone(&place.standing)).unwrap();
    copier.finish_snapshot().unwrap();
    write(&db, 10, 500);
    copier.look().unwrap();
    drop(copier);
    let often = Settings { snapshot_every: Duration::ZERO, ..place.settings() };
    let mut copier = Copier::begin(often, store.clone(), Arc::clone(&place.standing)).unwrap();
    // It is there before the row that names it is committed.
    add_file(&place, "one");
    store.refuse(Some("/snapshots/"));
    copier.look().unwrap();
    assert!(copier.finish_snapshot().is_err(), "the snapshot was begun and is not whole");
    store.refuse(None);
    write(&db, 10, 500);
    copier.look().unwrap();
    let (is, restored) = place.back("after", Until::Latest);
    assert_eq!((is, restored.files), (hash(&db), 1));
}
