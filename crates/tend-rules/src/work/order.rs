//! The order of My day: overdue first, then what has a fixed time, then priority × value, then the oldest (DESK 1).

use crate::base::Day;
use std::cmp::{Ordering, Reverse};

/// What the order looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// The day on which it was due.
    pub due: Day,
    /// Fixed local time in minutes after midnight.
    pub at_minute: Option<u16>,
    /// 0..100.
    pub priority: i16,
    /// Value in minor units.
    pub worth_minor: i64,
    /// Grows with age: milliseconds of its making.
    pub made_at_ms: i64,
}

/// Priority × value. Neither factor is ever zero, so that a touch of no measured worth still has its priority, and
/// one of priority 0 its worth: one yuan and one point are added.
pub fn urgency(priority: i16, worth_minor: i64) -> i128 {
    (i128::from(priority) + 1) * (i128::from(worth_minor.max(0)) + 100)
}

/// Which of two touches comes first on `today`.
pub fn by_turn(today: Day) -> impl Fn(&Listed, &Listed) -> Ordering {
    let key = move |touch: &Listed| {
        (
            Reverse(touch.due < today),
            Reverse(touch.at_minute.is_some()),
            touch.at_minute,
            Reverse(urgency(touch.priority, touch.worth_minor)),
            touch.due,
            touch.made_at_ms,
        )
    };
    move |a, b| key(a).cmp(&key(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(due: i32, at_minute: Option<u16>, priority: i16, yuan: i64) -> Listed {
        Listed { due: Day::from_number(due), at_minute, priority, worth_minor: yuan * 100, made_at_ms: 0 }
    }

    #[test]
    fn overdue_then_fixed_time_then_priority_times_value_then_oldest() {
        let overdue = touch(9, None, 0, 0);
        let at_nine = touch(10, Some(540), 0, 0);
        let at_ten = touch(10, Some(600), 100, 900);
        let dear = touch(10, None, 50, 1000);
        let urgent = touch(10, None, 90, 400);
        let worthless = touch(10, None, 80, 0);
        let idle = touch(10, None, 0, 0);
        let younger = Listed { made_at_ms: 5, ..idle };
        let mut list = [younger, worthless, at_ten, idle, urgent, dear, at_nine, overdue];
        list.sort_by(by_turn(Day::from_number(10)));
        assert_eq!(list, [overdue, at_nine, at_ten, dear, urgent, worthless, idle, younger]);
    }

    #[test]
    fn no_amount_overflows_the_order() {
        assert!(urgency(i16::MAX, i64::MAX) > urgency(100, i64::MAX - 1));
        assert_eq!(urgency(50, -5), urgency(50, 0));
    }
}
