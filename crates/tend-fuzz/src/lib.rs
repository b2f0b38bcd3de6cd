//! Every parser of bytes that come from outside, as a function that takes any bytes and must neither panic nor hang.
//!
//! The fuzzer (`fuzz/`, outside the workspace) feeds these functions; `tests/it` replays its seeds and everything it
//! ever found. A target says more than "it does not panic" where there is a law to say: what was read is written and
//! read again as the same.

mod cells;
mod conditions;
mod files;
mod ledger;
mod wire;

/// A parser of outside bytes.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, and that of its folder of seeds.
    pub name: &'static str,
    /// What any bytes are fed to.
    pub run: fn(&[u8]),
}

/// All targets, the slow ones first.
pub const TARGETS: [Target; 16] = [
    Target { name: "csv", run: files::csv },
    Target { name: "xlsx", run: files::xlsx },
    Target { name: "xlsx_sheet", run: files::xlsx_sheet },
    Target { name: "encoding", run: files::encoding },
    Target { name: "mapping", run: files::mapping },
    Target { name: "care_language", run: conditions::care_language },
    Target { name: "text", run: conditions::text },
    Target { name: "plan", run: conditions::plan },
    Target { name: "playbook", run: conditions::playbook },
    Target { name: "ledger", run: ledger::ledger },
    Target { name: "phone", run: cells::phone },
    Target { name: "id_number", run: cells::id_number },
    Target { name: "day", run: cells::day },
    Target { name: "money", run: cells::money },
    Target { name: "cell", run: cells::cell },
    Target { name: "wire", run: wire::wire },
];

/// The target of that name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}

/// The bytes as a text, as every reader of texts would first make one of them.
fn text_of(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// The day on which everything is read.
fn today() -> tend_rules::base::Day {
    tend_rules::base::Day::of(2026, 11, 23).unwrap_or(tend_rules::base::Day::from_number(0))
}

/// Feeds bytes to the target of that name, for the fuzzer's programs.
pub fn fuzz(name: &str, bytes: &[u8]) {
    if let Some(target) = target(name) {
        (target.run)(bytes);
    }
}
