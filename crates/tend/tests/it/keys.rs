//! `tend keys`: killed, taken up again, and what it says where a key is missing.

use crate::drive::{Serving, firm, json, tend};
use std::time::Duration;

#[test]
fn a_killed_rotation_goes_on_beside_a_running_server() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path();
    firm(data, 3_000);
    let before = std::fs::read_to_string(data.join("master.key")).expect("a key");
    let serving = Serving::start(data);
    let mut child = tend(data).args(["keys", "rotate"]).spawn().expect("the program starts");
    std::thread::sleep(Duration::from_millis(120));
    child.kill().expect("killed");
    child.wait().expect("gone");
    let (code, done) = json(data, &["keys", "rotate"]);
    assert_eq!(code, 0, "{done}");
    let (code, status) = json(data, &["keys", "status"]);
    assert_eq!((code, &status["rotations"][0]["done"]), (0, &serde_json::json!(true)), "{status}");
    let (code, renewed) = json(data, &["keys", "rotate", "--customers"]);
    assert_eq!((code, &renewed["customers"]), (0, &renewed["customers_total"]), "{renewed}");
    assert_eq!(serving.stop(), Some(0));
    assert_ne!(std::fs::read_to_string(data.join("master.key")).expect("a key"), before);
    // A new server has the new key only.
    assert_eq!(Serving::start(data).stop(), Some(0));

    std::fs::write(data.join("master.key"), &before).expect("the key of before");
    let (code, refused) = json(data, &["keys", "status"]);
    assert_eq!((code, &refused["error"]["code"]), (4, &serde_json::json!("master_key_rotated")), "{refused}");
    std::fs::write(data.join("master.key"), "77".repeat(32)).expect("a foreign key");
    let (code, refused) = json(data, &["keys", "status"]);
    assert_eq!((code, &refused["error"]["code"]), (4, &serde_json::json!("master_key_wrong")), "{refused}");
}
