//! How many files the program may hold open. Every connection is one, so it takes all that the system allows, and as
//! many connections as then leave room for the database, the log and what is written meanwhile.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Connections at once, however many files there may be; further ones wait in the queue of the system.
const CONNECTIONS_MAX: usize = 10_000;
/// Files for everything else.
const FILES_KEPT: u64 = 256;

/// Connections, streams and files together should have so many.
pub const FILES_MIN: u64 = 4_096;

/// How many the system allows, if the program asks for them.
pub fn most() -> u64 {
    getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX)
}

/// Takes as many as the system allows; how many there are then.
pub fn take_all() -> u64 {
    let mut limit = getrlimit(Resource::Nofile);
    let before = limit.current;
    limit.current = limit.maximum;
    match setrlimit(Resource::Nofile, limit) {
        Ok(()) => limit.current.unwrap_or(u64::MAX),
        Err(error) => {
            tracing::warn!("raising the limit of open files: {error}");
            before.unwrap_or(u64::MAX)
        }
    }
}

/// How many connections fit into so many files.
pub fn connections_for(files: u64) -> usize {
    let left = files - FILES_KEPT.min(files / 2);
    usize::try_from(left).map_or(CONNECTIONS_MAX, |left| left.clamp(1, CONNECTIONS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest() {
        for (files, connections) in [(0, 1), (100, 50), (1_024, 768), (4_096, 3_840), (1 << 20, 10_000)] {
            assert_eq!(connections_for(files), connections, "{files}");
        }
        assert_eq!(connections_for(u64::MAX), CONNECTIONS_MAX);
    }

    #[test]
    fn what_the_system_allows_is_taken() {
        let files = take_all();
        assert_eq!(files, most());
        assert_eq!(getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX), files);
    }
}
