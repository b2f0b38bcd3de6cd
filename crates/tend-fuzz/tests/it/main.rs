//! Replays every seed and everything the fuzzer ever found.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tend_fuzz::{TARGETS, target};

fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds")
}

#[test]
fn every_seed_is_read_quickly_and_without_panic() {
    let mut replayed = 0;
    for target in TARGETS {
        let folder = seeds().join(target.name);
        let files: Vec<_> = std::fs::read_dir(&folder).expect("a folder of seeds").flatten().collect();
        assert!(!files.is_empty(), "{} has seeds", target.name);
        for file in files {
            let bytes = std::fs::read(file.path()).expect("a seed");
            let began = Instant::now();
            (target.run)(&bytes);
            // A debug build on a busy machine: a hang is far longer.
            assert!(began.elapsed() < Duration::from_secs(10), "{} took {:?}", file.path().display(), began.elapsed());
            replayed += 1;
        }
    }
    assert!(replayed >= 2 * TARGETS.len(), "only {replayed} seeds");
}

#[test]
fn every_folder_of_seeds_and_every_program_of_the_fuzzer_has_its_target() {
    for entry in std::fs::read_dir(seeds()).expect("the seeds").flatten() {
        let name = entry.file_name().into_string().expect("a plain name");
        assert!(target(&name).is_some(), "fuzz/seeds/{name} belongs to no target");
    }
    let manifest = std::fs::read_to_string(seeds().join("../Cargo.toml")).expect("the fuzzer");
    for target in TARGETS {
        assert!(manifest.contains(&format!("name = \"{}\"", target.name)), "fuzz/Cargo.toml lacks {}", target.name);
    }
}
