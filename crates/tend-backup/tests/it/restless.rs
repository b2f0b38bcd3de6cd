//! Beside people who never rest, and a place that takes longer than they pause.

use super::watched::Watched;
use super::*;

#[test]
fn a_look_ends_with_what_had_been_committed_though_work_goes_on() {
    let place = Place::in_a_folder().unwrap();
    let (db, store) = (place.db(), Watched::in_place(&place));
    let mut copier = Copier::begin(place.settings(), store.clone(), Arc::clone(&place.standing)).unwrap();
    copier.finish_snapshot().unwrap();
    let restless = place.db();
    let mut turns = 0;
    // A place that takes as long as the next piece of work: when it has a segment, there is something new.
    store.before_put(move |_| {
        turns += 1;
        assert!(turns < 20, "the look goes on for as long as people work");
        write(&restless, 10, 500);
        Ok(())
    });
    write(&db, 10, 500);
    let committed: i64 = db.query_row("SELECT MAX(id) FROM t", [], |row| row.get(0)).unwrap();
    copier.look().unwrap();
    let (_, restored) = place.back("looked", Until::Latest);
    let told = restored.mark.unwrap().parse::<i64>().unwrap();
    assert!(told >= committed, "{told} of {committed}");
    assert!(place.standing.lock().unwrap().whole_at_ms > 0);

    store.refuse(None);
    copier.look().unwrap();
    assert_eq!(place.back("rest", Until::Latest).0, hash(&db));
}
