//! When and of what the systems of others are told: which kinds of news a webhook hears, how long it waits after
//! failures, when it gives up. Sending is not known here.

/// Seconds between a failure and the next try, at first.
const PAUSE_SECONDS_MIN: i64 = 5;
/// And at last.
const PAUSE_SECONDS_MAX: i64 = 3_600;
/// Tries of one event; then it is laid aside and the next one is told.
pub const TRIES_MAX: i32 = 8;
/// Days of nothing but failures after which a webhook is stopped.
pub const FAILING_DAYS_MAX: i64 = 3;
/// Hours for which a former secret signs beside the new one.
pub const FORMER_SECRET_HOURS: i64 = 24;

/// The rooms whose news may be told, with what the reader can ask for.
pub const ROOMS: [&str; 6] = ["customer", "touch", "batch", "plan", "bulk_edit", "org"];

/// Whether a pattern is one: `*`, a room, or `room.kind`.
pub fn is_pattern(pattern: &str) -> bool {
    let (room, kind) = pattern.split_once('.').unwrap_or((pattern, "any"));
    let plain = !kind.is_empty() && kind.len() <= 40 && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    pattern == "*" || ROOMS.contains(&room) && plain
}

/// Whether news of `room` and `kind` are asked for by one of the patterns. What is not in [`ROOMS`] is never told.
pub fn is_asked_for<'p>(patterns: impl IntoIterator<Item = &'p str>, room: &str, kind: &str) -> bool {
    let fits = |pattern: &str| match pattern.split_once('.') {
        Some((wanted, word)) => wanted == room && word == kind,
        None => pattern == "*" || pattern == room,
    };
    ROOMS.contains(&room) && patterns.into_iter().any(fits)
}

/// Seconds until the next try after so many failures in a row; `jitter` is 0..1000 and spreads those that failed
/// together over a quarter of the pause.
pub fn pause_seconds(failures: i32, jitter: u16) -> i64 {
    let doubled = PAUSE_SECONDS_MIN << failures.clamp(1, 16).saturating_sub(1);
    let pause = doubled.min(PAUSE_SECONDS_MAX);
    pause + pause * i64::from(jitter.min(1_000)) / 4_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_room_or_a_kind_of_it() {
        for good in ["*", "touch", "touch.settled", "org.unit_added"] {
            assert!(is_pattern(good), "{good}");
        }
        for bad in ["", "presence", "touch.", "touch.*", "Touch", "notice.new", ".settled"] {
            assert!(!is_pattern(bad), "{bad}");
        }
        assert!(is_asked_for(["touch.settled", "plan"], "plan", "published"));
        assert!(!is_asked_for(["touch.settled"], "touch", "made"));
        assert!(!is_asked_for(["*"], "presence", "state"), "who is at the desk is nobody's business outside");
    }

    #[test]
    fn pauses_grow_to_an_hour() {
        assert_eq!(pause_seconds(1, 0), 5);
        assert_eq!(pause_seconds(2, 0), 10);
        assert_eq!(pause_seconds(30, 0), 3_600);
        assert_eq!(pause_seconds(i32::MAX, u16::MAX), 4_500);
        assert!((1..40).all(|n| pause_seconds(n, 0) <= pause_seconds(n + 1, 0)));
    }
}
