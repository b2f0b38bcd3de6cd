//! The clock of a complaint: a clear case in fifteen days, a complex one in thirty, thirty more only with an approval,
//! and a withdrawal ends it at once (administrative measures for complaints of 2020). The room of cases will run it.

use crate::base::Day;

/// The days that a law gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComplaintClock {
    /// For a clear case.
    pub clear_days: i32,
    /// For a complex one.
    pub complex_days: i32,
    /// More, with approval.
    pub extra_days: i32,
}

/// What happened to a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockStep {
    /// It was found to be complex.
    FoundComplex(Day),
    /// More time was approved by somebody who may.
    ExtensionApproved(Day),
    /// It was answered.
    Answered(Day),
    /// The customer took it back.
    Withdrawn(Day),
}

/// A step that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockFault {
    /// It came before the one before it.
    OutOfOrder,
    /// The complaint was over.
    Over,
    /// The time had run out already.
    TooLate,
    /// It was complex, or extended, before.
    Twice,
    /// More time is for complex cases only.
    NotComplex,
}

/// Where a complaint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The day on which it came in.
    pub received: Day,
    /// The last day on which it is to be answered.
    pub due: Day,
    /// The day on which it was over.
    pub ended: Option<Day>,
    complex: bool,
    extended: bool,
}

/// How much of the time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// Half of it.
    Half,
    /// Four fifths.
    FourFifths,
    /// All of it: the last day has come.
    Whole,
}

impl ComplaintClock {
    /// A complaint that came in.
    pub fn begin(self, received: Day) -> Standing {
        Standing { received, due: received + self.clear_days, ended: None, complex: false, extended: false }
    }

    /// What a step makes of it.
    pub fn step(self, now: Standing, step: ClockStep) -> Result<Standing, ClockFault> {
        let day = match step {
            ClockStep::FoundComplex(day) | ClockStep::ExtensionApproved(day) => day,
            ClockStep::Answered(day) | ClockStep::Withdrawn(day) => day,
        };
        if now.ended.is_some() {
            return Err(ClockFault::Over);
        }
        if day < now.received {
            return Err(ClockFault::OutOfOrder);
        }
        match step {
            ClockStep::Answered(_) | ClockStep::Withdrawn(_) => Ok(Standing { ended: Some(day), ..now }),
            _ if day > now.due => Err(ClockFault::TooLate),
            ClockStep::FoundComplex(_) if now.complex => Err(ClockFault::Twice),
            ClockStep::FoundComplex(_) => Ok(Standing { complex: true, due: now.received + self.complex_days, ..now }),
            ClockStep::ExtensionApproved(_) if !now.complex => Err(ClockFault::NotComplex),
            ClockStep::ExtensionApproved(_) if now.extended => Err(ClockFault::Twice),
            ClockStep::ExtensionApproved(_) => Ok(Standing { extended: true, due: now.due + self.extra_days, ..now }),
        }
    }
}

impl Standing {
    /// Whether it was, or still can be, answered in time.
    pub fn in_time(self, today: Day) -> bool {
        self.ended.unwrap_or(today) <= self.due
    }

    /// The warning of a day while it is open.
    pub fn warning(self, today: Day) -> Option<Warning> {
        let (gone, whole) = ((today - self.received).max(0), (self.due - self.received).max(1));
        match gone * 100 / whole {
            _ if self.ended.is_some() => None,
            100.. => Some(Warning::Whole),
            80.. => Some(Warning::FourFifths),
            50.. => Some(Warning::Half),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CLOCK: ComplaintClock = ComplaintClock { clear_days: 15, complex_days: 30, extra_days: 30 };

    #[test]
    fn it_warns_at_half_at_four_fifths_and_on_the_last_day() {
        let began = CLOCK.begin(Day::from_number(0));
        let warned: Vec<_> = (0..=16).map(|day| began.warning(Day::from_number(day))).collect();
        assert_eq!(
            (warned[7], warned[8], warned[11], warned[12]),
            (None, Some(Warning::Half), Some(Warning::Half), Some(Warning::FourFifths))
        );
        assert_eq!((warned[14], warned[15]), (Some(Warning::FourFifths), Some(Warning::Whole)));
    }

    fn steps() -> impl Strategy<Value = Vec<(u8, i32)>> {
        proptest::collection::vec((0u8..4, 0i32..25), 0..6)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn the_clock_is_right_over_ten_thousand_histories(steps in steps()) {
            let received = Day::from_number(20_000);
            let (mut now, mut day) = (CLOCK.begin(received), received);
            let (mut complex, mut approved, mut over) = (false, false, false);
            for (what, later) in steps {
                day = day + later;
                let step = match what {
                    0 => ClockStep::FoundComplex(day),
                    1 => ClockStep::ExtensionApproved(day),
                    2 => ClockStep::Answered(day),
                    _ => ClockStep::Withdrawn(day),
                };
                let allowed = 15 + if complex { 15 } else { 0 } + if approved { 30 } else { 0 };
                prop_assert_eq!(now.due - received, allowed);
                let late = day > received + allowed;
                let fits = match what {
                    _ if over => false,
                    0 => !complex && !late,
                    1 => complex && !approved && !late,
                    _ => true,
                };
                let next = CLOCK.step(now, step);
                prop_assert_eq!(next.is_ok(), fits, "{:?} {:?}", now, step);
                let Ok(next) = next else { continue };
                match what {
                    0 => complex = true,
                    1 => approved = true,
                    _ => {
                        over = true;
                        prop_assert_eq!(next.in_time(day), !late);
                        prop_assert_eq!(next.warning(day), None, "what is over warns of nothing");
                    }
                }
                now = next;
            }
            prop_assert!(now.due - received <= 60 && (approved || now.due - received <= 30));
        }
    }
}
