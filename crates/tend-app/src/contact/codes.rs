//! Outcome codes by business type: what playbooks brought, else the usual ones. The firm words, orders and retires them;
//! none is deleted, because results that were recorded with it, their verification and the statements keep its name.

use super::ContactError;
use super::store::codes as store;
use crate::journal;
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tend_rules::base::Instant;
use tend_rules::contact::{OutcomeCode, Result as Fate, usual_codes};
use tend_rules::journal::{Doer, Fact};

/// The key of the usual codes: those of every business type that has none of its own.
const USUAL: &str = "";
/// A next step lies within a year.
const NEXT_DAYS_MAX: i32 = 366;

/// A code as the firm has it.
#[derive(Debug, Clone)]
pub struct FirmCode {
    /// The code.
    pub code: OutcomeCode,
    /// Grows with each change.
    pub version: i64,
    /// Since when no result is recorded with it.
    pub retired_at: Option<Instant>,
}

impl FirmCode {
    fn usual(code: OutcomeCode) -> Self {
        Self { code, version: 1, retired_at: None }
    }
}

/// The codes of every business type that has its own, retired ones too; the usual ones stand under the empty key.
pub async fn every_code(db: &impl ConnectionTrait) -> Result<BTreeMap<String, Vec<FirmCode>>, ContactError> {
    let mut codes: BTreeMap<String, Vec<FirmCode>> = BTreeMap::new();
    for (business_type, code) in store::every(db).await? {
        codes.entry(business_type).or_default().push(code);
    }
    codes.entry(USUAL.into()).or_insert_with(|| usual_codes().into_iter().map(FirmCode::usual).collect());
    Ok(codes)
}

/// The codes with which work of a business type may end now.
pub async fn codes_of(db: &impl ConnectionTrait, business_type: &str) -> Result<Vec<OutcomeCode>, ContactError> {
    let mut codes = every_code(db).await?;
    let own = codes.remove(business_type).or_else(|| codes.remove(USUAL)).unwrap_or_default();
    Ok(own.into_iter().filter(|one| one.retired_at.is_none()).map(|one| one.code).collect())
}

/// The codes of a business type, held for a change: the usual ones become the firm's own with their first change. Without
/// the hold two people could retire the last two codes with which work ends well.
async fn in_hand(tx: &Tx, business_type: &str) -> Result<Vec<FirmCode>, ContactError> {
    store::hold(&**tx, business_type).await?;
    let found = store::of(&**tx, business_type).await?;
    if !found.is_empty() || business_type != USUAL {
        return Ok(found);
    }
    // Of two who begin at once the second waits for the first one's rows, and reads them.
    for (place, code) in (1..).zip(&usual_codes()) {
        store::insert(&**tx, USUAL, place, code).await?;
    }
    store::hold(&**tx, business_type).await?;
    Ok(store::of(&**tx, business_type).await?)
}

fn found<'a>(codes: &'a mut [FirmCode], code: &str) -> Result<&'a mut FirmCode, ContactError> {
    let one = codes.iter_mut().find(|one| one.code.code == code);
    one.ok_or_else(|| ContactError::CodeNotFound { code: code.to_owned() })
}

/// Whether work with these codes can end well.
fn ends(codes: &[FirmCode]) -> bool {
    codes.iter().any(|one| one.retired_at.is_none() && one.code.result == Fate::Done)
}

/// The last code with which work ends well is neither retired nor turned into another.
fn still_ends(could: bool, codes: &[FirmCode]) -> Result<(), ContactError> {
    if could && !ends(codes) { Err(ContactError::LastCode) } else { Ok(()) }
}

fn fit(code: &OutcomeCode) -> Result<(), ContactError> {
    let is_long = |title: &String| !(1..=60).contains(&title.trim().chars().count());
    if [&code.title_zh, &code.title_en].into_iter().any(is_long) {
        return Err(ContactError::Invalid { field: "title", rule: "1 to 60 characters in both languages" });
    }
    if code.next_days.is_some_and(|days| !(0..=NEXT_DAYS_MAX).contains(&days)) {
        return Err(ContactError::Invalid { field: "next_days", rule: "0 to 366 days" });
    }
    Ok(())
}

/// Changes what a code says, whether it counts as reached, and what follows from it. Results of before stay as they were
/// recorded.
pub async fn change_code(
    app: &App,
    tx: &Tx,
    doer: Doer,
    (business_type, version): (&str, i64),
    code: OutcomeCode,
) -> Result<(), ContactError> {
    fit(&code)?;
    let mut codes = in_hand(tx, business_type).await?;
    let could = ends(&codes);
    found(&mut codes, &code.code)?.code = code.clone();
    if store::change(&**tx, (business_type, version), &code, &doer.to_string()).await? == 0 {
        return Err(ContactError::CodeStale);
    }
    still_ends(could, &codes)?;
    let payload = json!({
        "code": code.code, "title_zh": code.title_zh, "title_en": code.title_en, "reached": code.reached,
        "result": code.result, "needs_note": code.note.word(), "next_days": code.next_days,
    });
    told(app, tx, doer, ("outcome_code_changed", business_type), payload).await
}

/// Retires a code: no result is recorded with it any more. Nothing happens if it is retired.
pub async fn retire_code(app: &App, tx: &Tx, doer: Doer, (of, code): (&str, &str)) -> Result<(), ContactError> {
    let mut codes = in_hand(tx, of).await?;
    let could = ends(&codes);
    let one = found(&mut codes, code)?;
    if one.retired_at.is_some() {
        return Ok(());
    }
    one.retired_at = Some(app.now());
    still_ends(could, &codes)?;
    store::set_retired(&**tx, (of, code), Some(app.now()), &doer.to_string()).await?;
    told(app, tx, doer, ("outcome_code_retired", of), json!({ "code": code })).await
}

/// Takes a retired code back into use. Nothing happens if it is in use.
pub async fn resume_code(app: &App, tx: &Tx, doer: Doer, (of, code): (&str, &str)) -> Result<(), ContactError> {
    let mut codes = in_hand(tx, of).await?;
    if found(&mut codes, code)?.retired_at.is_none() {
        return Ok(());
    }
    store::set_retired(&**tx, (of, code), None, &doer.to_string()).await?;
    told(app, tx, doer, ("outcome_code_resumed", of), json!({ "code": code })).await
}

/// Puts the codes of a business type into another order: all of them are named, so that none is lost that came meanwhile.
pub async fn order_codes(app: &App, tx: &Tx, doer: Doer, of: &str, wanted: &[String]) -> Result<(), ContactError> {
    let codes = in_hand(tx, of).await?;
    let standing: Vec<&str> = codes.iter().map(|one| one.code.code.as_str()).collect();
    if standing.is_empty() {
        return Err(ContactError::CodeNotFound { code: String::new() });
    }
    let named: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
    if wanted.len() != standing.len() || named != standing.iter().copied().collect() {
        return Err(ContactError::Invalid { field: "codes", rule: "every code of this kind of work, once" });
    }
    if wanted.iter().eq(&standing) {
        return Ok(());
    }
    for (place, code) in (1..).zip(wanted) {
        store::set_place(&**tx, (of, code.as_str()), place, &doer.to_string()).await?;
    }
    told(app, tx, doer, ("outcome_codes_ordered", of), json!({ "codes": wanted })).await
}

/// Tells the journal and open screens.
async fn told(
    app: &App,
    tx: &Tx,
    doer: Doer,
    (kind, business_type): (&'static str, &str),
    mut payload: Value,
) -> Result<(), ContactError> {
    payload["business_type"] = json!(business_type);
    journal::append(app, tx, doer, Fact::of_firm("contact", kind, payload)).await?;
    let scope = LiveScope::default();
    tx.tell(LiveEvent { seq: 0, room: "plan", kind: kind.into(), id: None, customer_id: None, scope });
    Ok(())
}
