//! Lock-out: five failures within a quarter of an hour lock a name, fifty lock an address (ASVS 5.0, 6.3.1). Whatever can
//! be guessed is counted before it is compared.

use super::{OrgError, store};
use crate::journal;
use crate::platform::{App, Refusal as _, Tx};
use serde_json::json;
use tend_rules::base::Instant;
use tend_rules::journal::{Doer, Fact};
use uuid::Uuid;

const DOER: Doer = Doer::Program("sign-in");
const FAILURES_MAX: i64 = 5;
/// Failures from one address: a branch behind one address mistypes, a machine that guesses does nothing else.
const FAILURES_FROM_ADDRESS_MAX: i64 = 50;
const FAILURE_WINDOW_SECONDS: i64 = 15 * 60;

/// Whose tries are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tries<'a> {
    /// The login name that was typed; empty where none was, as with a passkey that nobody knows.
    pub(super) login: &'a str,
    /// The network address; empty for a person who is signed in already.
    pub(super) address: &'a str,
}

/// A try that is counted before anything is compared, so that of many at once no more are compared than may fail. It
/// stays counted unless it is said not to be.
#[derive(Debug)]
pub(super) struct Counted<'a> {
    tries: Tries<'a>,
    id: Uuid,
}

/// Counts a try as if it had failed, or refuses while the name or the address is locked.
pub(super) async fn count<'a>(app: &App, tries: Tries<'a>) -> Result<Counted<'a>, OrgError> {
    let id = app.new_free_id();
    // Committed before the others are counted: of two at once, the later one sees the earlier.
    store::insert_failure(app.db().writer(), id, &name_of(app, tries), tries.address, app.now()).await?;
    let counted = Counted { tries, id };
    match refuse_beyond(app, tries, (FAILURES_MAX + 1, FAILURES_FROM_ADDRESS_MAX + 1)).await {
        Ok(()) => Ok(counted),
        Err(error) => {
            // What is refused unseen was no guess, and does not make the lock last longer.
            counted.forget(app).await?;
            Err(error)
        }
    }
}

impl Counted<'_> {
    /// It was a guess and failed: noted in the journal, answered with `error`.
    pub(super) async fn fail<T>(self, app: &App, error: OrgError) -> Result<T, OrgError> {
        note(app, self.tries, error, Count::Before).await
    }

    /// It was no wrong guess: it counts no longer.
    pub(super) async fn forget(self, app: &App) -> Result<(), OrgError> {
        store::forget_failure(app.db().writer(), self.id).await?;
        Ok(())
    }
}

/// Refuses while the name or the address is locked.
pub(super) async fn refuse_locked_out(app: &App, tries: Tries<'_>) -> Result<(), OrgError> {
    refuse_beyond(app, tries, (FAILURES_MAX, FAILURES_FROM_ADDRESS_MAX)).await
}

async fn refuse_beyond(app: &App, tries: Tries<'_>, (of_name_max, of_address_max): (i64, i64)) -> Result<(), OrgError> {
    let now = app.now();
    let since = now.plus_seconds(-FAILURE_WINDOW_SECONDS);
    let of_name = match tries.login {
        "" => (0, None),
        login => store::failures(app.read(), &counted(app, login), since).await?,
    };
    let of_address = match tries.address {
        "" => (0, None),
        address => store::failures_from(app.read(), address, since).await?,
    };
    let oldest = if of_name.0 >= of_name_max {
        of_name.1
    } else if of_address.0 >= of_address_max {
        of_address.1
    } else {
        return Ok(());
    };
    let left_ms = oldest.map_or(0, |at: Instant| at.plus_seconds(FAILURE_WINDOW_SECONDS).millis() - now.millis());
    Err(OrgError::LockedOut { minutes: (left_ms / 60_000).max(0) + 1 })
}

/// How a name is kept that somebody typed. It may be anything, a password in the wrong field too.
fn counted(app: &App, login: &str) -> String {
    format!("{:016x}", app.keys().digest("login", login))
}

/// Forgets the failures of whoever came in.
pub(super) async fn forget(app: &App, tx: &Tx, login: &str) -> Result<(), OrgError> {
    store::forget_failures(&**tx, &counted(app, login)).await?;
    Ok(())
}

/// Counts a failure, notes it in the journal and answers with `error`. A name that is nobody's is not told.
pub(super) async fn refuse<T>(app: &App, tries: Tries<'_>, error: OrgError) -> Result<T, OrgError> {
    note(app, tries, error, Count::Now).await
}

/// When a failure is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    /// It was, before anything was compared.
    Before,
    /// With the note of it.
    Now,
}

async fn note<T>(app: &App, tries: Tries<'_>, error: OrgError, when: Count) -> Result<T, OrgError> {
    let known = store::credentials(app.read(), tries.login).await?.map_or("", |_| tries.login);
    let tx = app.begin().await?;
    store::forget_failures_before(&*tx, app.now().plus_seconds(-FAILURE_WINDOW_SECONDS)).await?;
    if when == Count::Now {
        store::insert_failure(&*tx, app.new_free_id(), &name_of(app, tries), tries.address, app.now()).await?;
    }
    let payload = json!({ "login": known, "why": error.code() });
    journal::append(app, &tx, DOER, Fact::of_firm("org", "sign_in_failed", payload)).await?;
    tx.commit().await?;
    Err(error)
}

fn name_of(app: &App, tries: Tries<'_>) -> String {
    match tries.login {
        "" => String::new(),
        login => counted(app, login),
    }
}

/// Notes a failure in which nobody guessed anything, and answers with `error`: it locks nobody out. `because` is for the
/// firm; the caller hears only the error.
pub(super) async fn refuse_uncounted<T>(app: &App, error: OrgError, because: &str) -> Result<T, OrgError> {
    let tx = app.begin().await?;
    let payload = json!({ "login": "", "why": error.code(), "because": because });
    journal::append(app, &tx, DOER, Fact::of_firm("org", "sign_in_failed", payload)).await?;
    tx.commit().await?;
    Err(error)
}
