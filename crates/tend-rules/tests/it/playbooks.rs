//! Playbooks: every one in the folder loads, its examples hold, and slips are told with their place.

use std::path::Path;
use tend_rules::plan::{Fault, Playbook};
use tend_rules::segment::Catalogue;

const HEAD: &str = r#"
key = "tea"
title = { zh = "茶", en = "Tea" }
description = { zh = "茶馆", en = "For tea houses" }
"#;
const FACTS: &str = r#"
[[fact]]
key = "cups"
type = "int"
title = { zh = "杯数", en = "cups" }
headings = ["杯数"]
"#;
const TEMPLATES: &str = r#"
[[template]]
key = "thanks"
channel = "sms"
body = { zh = "{name}，谢谢惠顾", en = "Thank you, {name}" }
"#;
const OUTCOMES: &str = r#"
[[outcome]]
business_type = "care"
code = "talked"
title = { zh = "已沟通", en = "Talked" }
reached = true
result = "done"
"#;
const SCRIPT: &str = r#"
key = "thanks"
title = { zh = "致谢", en = "Thanks" }
[[stage]]
key = "opening"
title = { zh = "开场", en = "Opening" }
body = { zh = "{name}您好", en = "Hello {name}" }
"#;
const PLAN: &str = r#"
key = "thanks"
business_type = "care"
title = { zh = "致谢", en = "Thanks" }
reason = { zh = "喝了 {cups} 杯", en = "{cups} cups" }
who = "cups >= 10"
channels = ["sms"]
script = "thanks"
templates = { sms = "thanks" }
[[test]]
name = "ten cups"
day = "2026-11-23"
customer = { cups = 10 }
expect = "due"
"#;

fn load(change: impl Fn(&str, &str) -> String) -> Result<Playbook, Vec<Fault>> {
    let files = [
        ("playbook.toml", HEAD),
        ("facts.toml", FACTS),
        ("templates.toml", TEMPLATES),
        ("outcomes.toml", OUTCOMES),
        ("scripts/thanks.toml", SCRIPT),
        ("plans/thanks.toml", PLAN),
    ];
    let files: Vec<(&str, String)> = files.iter().map(|(file, text)| (*file, change(file, text))).collect();
    Playbook::load(files.iter().map(|(file, text)| (*file, text.as_str())), &Catalogue::builtin())
}

fn told(in_file: &str, from: &str, to: &str) -> Vec<String> {
    let change = |file: &str, text: &str| if file == in_file { text.replacen(from, to, 1) } else { text.to_owned() };
    let faults = load(change).err().unwrap_or_default();
    faults.iter().map(|fault| format!("{}:{} {}", fault.file, fault.place.line, fault.code)).collect()
}

#[test]
fn a_playbook_whose_parts_fit_loads() {
    let playbook = load(|_, text| text.to_owned()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!((playbook.plans.len(), playbook.scripts.len(), playbook.outcomes_of("care").count()), (1, 1, 1));
    assert!(playbook.catalogue.find("cups").is_some());
}

#[test]
fn parts_that_do_not_fit_are_told_with_file_and_line() {
    assert_eq!(
        told("plans/thanks.toml", "script = \"thanks\"", "script = \"thank\""),
        ["plans/thanks.toml:2 no_such_script"]
    );
    assert_eq!(told("plans/thanks.toml", "sms = \"thanks\"", "sms = \"hi\""), ["plans/thanks.toml:9 no_such_template"]);
    assert_eq!(told("templates.toml", "\"sms\"", "\"wechat\""), ["plans/thanks.toml:2 wrong_channel"]);
    assert_eq!(told("outcomes.toml", "\"care\"", "\"cure\""), ["plans/thanks.toml:3 no_outcomes"]);
    assert_eq!(told("templates.toml", "{name}，", "{nme}，"), ["templates.toml:5 unknown_fact"]);
    assert_eq!(told("scripts/thanks.toml", "Hello {name}", "Hello {nme}"), ["scripts/thanks.toml:7 unknown_fact"]);
    assert_eq!(told("facts.toml", "key = \"cups\"", "key = \"tier\"")[0], "facts.toml:3 fact_conflict");
    assert_eq!(told("plans/thanks.toml", "cups = 10", "cups = 9"), ["plans/thanks.toml:10 test_failed"]);
    assert_eq!(told("playbook.toml", "key", "kee"), ["playbook.toml:1 missing_key", "playbook.toml:2 unknown_key"]);
}

/// Every file of a folder, as paths within it and texts.
fn folder(root: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder of the repository").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                let name = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
                files.push((name, std::fs::read_to_string(&path).expect("a text file")));
            }
        }
    }
    files
}

#[test]
fn every_playbook_of_the_house_loads_and_its_examples_hold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../playbooks");
    let Ok(playbooks) = std::fs::read_dir(&root) else { return };
    for entry in playbooks.flatten().filter(|entry| entry.path().is_dir()) {
        let files = folder(&entry.path());
        let name = entry.file_name().to_string_lossy().into_owned();
        let playbook =
            Playbook::load(files.iter().map(|(file, text)| (file.as_str(), text.as_str())), &Catalogue::builtin())
                .unwrap_or_else(|faults| {
                    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
                    panic!("playbook {name}:\n{}", lines.join("\n"))
                });
        assert_eq!(playbook.key, name);
        assert!(playbook.plans.len() >= 14, "playbook {name} has {} plans", playbook.plans.len());
        assert!(playbook.plans.iter().all(|file| !file.plan.tests.is_empty()));
    }
}
