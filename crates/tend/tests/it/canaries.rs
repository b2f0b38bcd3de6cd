//! The program itself with personal values in hand: its log at its most talkative, its temporary files, backup, the
//! continuous backup, and what a crash leaves. What stands in the database is hunted for in `tend-app`.

use crate::drive::{LOG_FILE, Serving, json};
use serde_json::json;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use tend_testkit::files_under;

const CANARIES: [&str; 6] = [
    "13955501234",
    "55501234",
    "kanari-street-17",
    "kanari-note-of-a-call",
    "kanari-label-remark",
    "kanari-why-an-export",
];

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// Signs in and changes a customer by the API of the running program; asks for what goes wrong as well.
fn at_work(address: &str) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let entry =
        agent.post(format!("{address}/api/session")).send_json(json!({ "login": "hq", "password": "tend-demo" }));
    let entry = entry.expect("an answer");
    assert_eq!(entry.status().as_u16(), 200);
    let cookie = entry.headers()["set-cookie"].to_str().expect("a cookie").split(';').next().expect("its value");
    let post = |path: &str, body: serde_json::Value| {
        let call = agent.post(format!("{address}/api{path}")).header("cookie", cookie).send_json(body);
        let mut answer = call.expect("an answer");
        (answer.status().as_u16(), answer.body_mut().read_json::<serde_json::Value>().unwrap_or_default())
    };
    let facts = json!({ "name": "金丝雀", "phone": CANARIES[0], "address": CANARIES[2] });
    let (status, made) = post("/customers", json!({ "facts": facts }));
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().expect("an id");
    assert!(post(&format!("/customers/{id}/notes"), json!({ "text": CANARIES[3] })).0 < 300);
    let label = json!({ "key": "kanari", "title_zh": "金丝雀", "title_en": "Canary" });
    assert_eq!(post("/labels", label).0, 201);
    let remark = agent.put(format!("{address}/api/customers/{id}/labels/kanari")).header("cookie", cookie);
    let remark = remark.send_json(json!({ "remark": CANARIES[4] })).expect("an answer");
    assert_eq!(remark.status().as_u16(), 204);
    // Whoever is found by a number is taken out, and changed as one of many.
    let who = json!({ "filters": { "q": CANARIES[0] } });
    let out = json!({ "who": who, "columns": ["name"], "format": "csv", "reason": CANARIES[5] });
    let (status, asked) = post("/exports", out);
    assert!(status < 300, "{asked}");
    let (status, begun) = post("/bulk-edits", json!({ "who": who, "deed": { "kind": "label_on", "label": "kanari" } }));
    assert!(status < 300, "{begun}");
    assert_eq!(post("/customers", json!({ "facts": { "phone": format!("{}000000", CANARIES[0]) } })).0, 422);
    for path in [format!("/search?q={}", CANARIES[0]), format!("/customers/{}", CANARIES[3])] {
        agent.get(format!("{address}/api{path}")).header("cookie", cookie).call().expect("an answer");
    }
}

#[test]
fn neither_log_nor_copy_nor_crash_leaves_a_personal_value_in_plain() {
    let place = tempfile::tempdir().expect("a folder");
    let at = |name: &str| place.path().join(name);
    let (data, temporary, continuous, log) = (at("data"), at("tmp"), at("continuous"), at("log"));
    for folder in [&temporary, &continuous] {
        std::fs::create_dir_all(folder).expect("a folder");
    }
    let (code, made) = json(&data, &["demo", "--no-serve", "--seed", "1", "--customers", "40"]);
    assert_eq!(code, 0, "{made}");
    let file = at("names.csv");
    std::fs::write(&file, format!("姓名,手机,地址\n第二只,{},{}\n", CANARIES[0], CANARIES[2])).expect("a file");
    let (code, imported) = json(&data, &["import", text(&file), "--batch", "canaries", "--yes"]);
    assert_eq!(code, 0, "{imported}");
    std::fs::remove_file(&file).expect("the file that was brought in is its owner's");

    let settings = [
        ("TEND_LOG", "trace"),
        ("TMPDIR", text(&temporary)),
        ("TEND_BACKUP_TO", text(&continuous)),
        (LOG_FILE, text(&log)),
    ];
    let serving = Serving::start_with(&data, &settings);
    at_work(&serving.address);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", serving.pid())).expect("limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("the limit of cores");
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core}");
    let status = serving.crash("-ABRT");
    assert!(status.signal() == Some(6) && !status.core_dumped(), "a crash writes no core: {status}");

    assert_eq!(json(&data, &["backup", text(&at("copy.db"))]).0, 0);
    let read = files_under(place.path());
    assert!(std::fs::read_to_string(&log).expect("the log").contains("tend::workers"), "the log is kept");
    assert!(read.iter().any(|path| path.starts_with(&continuous)), "the continuous backup is there: {read:?}");
    for path in read {
        let bytes = std::fs::read(&path).expect("a file");
        for canary in CANARIES {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} stands in {}", path.display());
        }
    }
}
