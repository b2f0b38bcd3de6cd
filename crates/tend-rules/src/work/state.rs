//! The states of a touch and the deeds that move it: one table, read by everybody (issue 2, work orders).

use crate::base::{Day, Instant};
use serde::{Deserialize, Serialize};

/// Days a returned touch stays open at least, so that it can be mended.
const MENDING_DAYS: i32 = 3;
/// How long a verdict may be taken back, in milliseconds: ten seconds at the desk, and time for a slow line. Nobody is
/// to mend a result meanwhile that was never meant to come back.
const UNJUDGE_MS: i64 = 60_000;

/// Where a touch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A unit has it; nobody's list shows it yet.
    Planned,
    /// On a person's list.
    Assigned,
    /// The person took it.
    Accepted,
    /// Carried out.
    Done,
    /// Tried, and given up.
    Failed,
    /// Its last day passed before it was done.
    Expired,
    /// Carried out, and head office agrees.
    Verified,
    /// Head office sent it back: open again for its owner, with the reason.
    Returned,
    /// Its cause vanished: the batch was taken back, the bill was paid.
    Withdrawn,
}

/// What somebody does with a touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Puts it on a person's list.
    Assign,
    /// Gives it to another unit, off any list.
    Entrust,
    /// Takes it.
    Claim,
    /// Puts it back for others.
    HandBack,
    /// Lays it aside until later.
    Snooze,
    /// Records that it is carried out.
    Finish,
    /// Records that it is given up.
    Fail,
    /// Notices that its last day has passed.
    Expire,
    /// Agrees with the result.
    Verify,
    /// Sends the result back.
    Return,
    /// Takes it back because its cause vanished.
    Withdraw,
}

/// Why a deed is not possible. A value, not a fault: the desk shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// Nobody has taken it: claim it first.
    NotTaken,
    /// It is finished already.
    Closed,
    /// It is not finished yet, so that there is nothing to judge.
    StillOpen,
    /// It has been judged already.
    Judged,
}

impl State {
    /// Every state.
    pub const ALL: [State; 9] = [
        State::Planned,
        State::Assigned,
        State::Accepted,
        State::Done,
        State::Failed,
        State::Expired,
        State::Verified,
        State::Returned,
        State::Withdrawn,
    ];
    /// States in which there is still something to do.
    pub const OPEN: [State; 4] = [State::Planned, State::Assigned, State::Accepted, State::Returned];
    /// Open states on a person's list.
    pub const LISTED: [State; 3] = [State::Assigned, State::Accepted, State::Returned];

    /// The word in the database and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            State::Planned => "planned",
            State::Assigned => "assigned",
            State::Accepted => "accepted",
            State::Done => "done",
            State::Failed => "failed",
            State::Expired => "expired",
            State::Verified => "verified",
            State::Returned => "returned",
            State::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether there is still something to do.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

/// The state after `deed`, or why it is refused.
///
/// What is finished never opens again except by [`Deed::Return`]; what was withdrawn or judged well stays so.
pub fn may_move(from: State, deed: Deed) -> Result<State, Refused> {
    use State::*;
    match (deed, from) {
        (Deed::Assign, Planned | Assigned | Accepted) => Ok(Assigned),
        (Deed::Assign, Returned) => Ok(Returned),
        (Deed::Entrust, Planned | Assigned | Accepted | Returned) => Ok(Planned),
        (Deed::Claim, Planned | Assigned | Returned) => Ok(Accepted),
        (Deed::HandBack, Assigned | Accepted | Returned) => Ok(Planned),
        (Deed::Snooze, Assigned | Accepted | Returned) => Ok(from),
        (Deed::Finish, Assigned | Accepted | Returned) => Ok(Done),
        (Deed::Fail, Assigned | Accepted | Returned) => Ok(Failed),
        (Deed::HandBack | Deed::Snooze | Deed::Finish | Deed::Fail, Planned) => Err(Refused::NotTaken),
        (Deed::Expire, Planned | Assigned | Accepted | Returned) => Ok(Expired),
        (Deed::Withdraw, Planned | Assigned | Accepted | Returned) => Ok(Withdrawn),
        (Deed::Verify, Done | Failed) => Ok(Verified),
        (Deed::Return, Done | Failed) => Ok(Returned),
        (Deed::Verify | Deed::Return, Verified) => Err(Refused::Judged),
        (Deed::Verify | Deed::Return, Planned | Assigned | Accepted | Returned) => Err(Refused::StillOpen),
        (Deed::Claim, Accepted) => Err(Refused::NotTaken),
        _ => Err(Refused::Closed),
    }
}

/// The last day of a touch that is sent back on `today`: it stays open long enough to be mended.
pub fn reopened_until(not_after: Day, today: Day) -> Day {
    not_after.max(today + MENDING_DAYS)
}

/// Whether a verdict given at `judged` may be taken back at `now`. A clock that was set back opens nothing.
pub fn may_unjudge(judged: Instant, now: Instant) -> bool {
    (0..=UNJUDGE_MS).contains(&(now.millis() - judged.millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEEDS: [Deed; 11] = [
        Deed::Assign,
        Deed::Entrust,
        Deed::Claim,
        Deed::HandBack,
        Deed::Snooze,
        Deed::Finish,
        Deed::Fail,
        Deed::Expire,
        Deed::Verify,
        Deed::Return,
        Deed::Withdraw,
    ];

    #[test]
    fn the_straight_way_leads_from_planned_to_verified() {
        let way = [Deed::Assign, Deed::Claim, Deed::Finish, Deed::Return, Deed::Claim, Deed::Finish, Deed::Verify];
        let last = way.into_iter().try_fold(State::Planned, may_move);
        assert_eq!(last, Ok(State::Verified));
    }

    #[test]
    fn what_is_closed_opens_only_by_being_returned() {
        for from in State::ALL.into_iter().filter(|state| !state.is_open()) {
            for deed in DEEDS.into_iter().filter(|deed| *deed != Deed::Return) {
                let opened = may_move(from, deed).is_ok_and(State::is_open);
                assert!(!opened, "{from:?} must not open by {deed:?}");
            }
        }
    }

    #[test]
    fn expired_verified_and_withdrawn_are_final() {
        for from in [State::Expired, State::Verified, State::Withdrawn] {
            for deed in DEEDS {
                assert!(may_move(from, deed).is_err(), "{from:?} {deed:?}");
            }
        }
    }

    #[test]
    fn nobody_finishes_what_nobody_took() {
        for deed in [Deed::Finish, Deed::Fail, Deed::Snooze, Deed::HandBack] {
            assert_eq!(may_move(State::Planned, deed), Err(Refused::NotTaken));
        }
        assert_eq!(may_move(State::Accepted, Deed::Verify), Err(Refused::StillOpen));
    }

    #[test]
    fn a_verdict_goes_back_within_its_minute() {
        let at = Instant::from_millis(1_000_000);
        assert!(may_unjudge(at, at) && may_unjudge(at, at.plus_seconds(60)));
        assert!(!may_unjudge(at, at.plus_seconds(61)) && !may_unjudge(at.plus_seconds(5), at));
    }

    #[test]
    fn a_returned_touch_has_time_to_be_mended() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        assert_eq!(reopened_until(day("2026-11-20"), day("2026-11-23")), day("2026-11-26"));
        assert_eq!(reopened_until(day("2026-12-20"), day("2026-11-23")), day("2026-12-20"));
    }
}
