//! The SQL of outcome codes. None is deleted: results that were recorded keep the name of their code.

use crate::contact::codes::FirmCode;
use crate::platform::{Row, sql};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use tend_rules::base::Instant;
use tend_rules::contact::{NoteRule, OutcomeCode, Reached, Result as Outcome};

/// Every code, with its business type, in their order.
pub(in crate::contact) async fn every(db: &impl ConnectionTrait) -> Result<Vec<(String, FirmCode)>, DbErr> {
    sql("SELECT business_type, code, title_zh, title_en, reached, result, needs_note, next_days, version, retired_at_ms
         FROM outcome_code
         ORDER BY business_type, place, code
         LIMIT 5000")
    .all(db, |row| Ok((row.get("business_type")?, code(row)?)))
    .await
}

/// Takes hold of the codes of a business type for a change: whoever comes second waits, and reads what the first one left.
/// SQLite has one writer, who holds everything.
pub(in crate::contact) async fn hold(db: &impl ConnectionTrait, business_type: &str) -> Result<(), DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    // Always in the order of their names, which nobody changes, so that two never wait for each other.
    let held = sql("SELECT code FROM outcome_code WHERE business_type = $1 ORDER BY code LIMIT 1000 FOR UPDATE");
    held.bind(business_type).all(db, |row| row.get::<String>("code")).await.map(drop)
}

/// The codes of one business type, in their order.
pub(in crate::contact) async fn of(db: &impl ConnectionTrait, business_type: &str) -> Result<Vec<FirmCode>, DbErr> {
    sql("SELECT code, title_zh, title_en, reached, result, needs_note, next_days, version, retired_at_ms
         FROM outcome_code
         WHERE business_type = $1
         ORDER BY place, code
         LIMIT 1000")
    .bind(business_type)
    .all(db, code)
    .await
}

fn code(row: &Row) -> Result<FirmCode, DbErr> {
    let word = |column: &str| row.get::<String>(column);
    let strange = |word: &str| DbErr::Type(format!("{word} is no word of an outcome code"));
    let (reached, result, note) = (word("reached")?, word("result")?, word("needs_note")?);
    let code = OutcomeCode {
        code: word("code")?,
        title_zh: word("title_zh")?,
        title_en: word("title_en")?,
        reached: Reached::from_word(&reached).ok_or_else(|| strange(&reached))?,
        result: Outcome::from_word(&result).ok_or_else(|| strange(&result))?,
        note: NoteRule::from_word(&note).ok_or_else(|| strange(&note))?,
        next_days: row.get("next_days")?,
    };
    Ok(FirmCode { code, version: row.get("version")?, retired_at: row.get("retired_at_ms")? })
}

/// Writes a code that is not there yet, as nobody edited it.
pub(in crate::contact) async fn insert(
    db: &impl ConnectionTrait,
    business_type: &str,
    place: i16,
    code: &OutcomeCode,
) -> Result<u64, DbErr> {
    sql("INSERT INTO outcome_code (business_type, code, place, title_zh, title_en, reached, result, needs_note, next_days)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (business_type, code) DO NOTHING")
    .bind(business_type)
    .bind(&code.code)
    .bind(place)
    .bind(&code.title_zh)
    .bind(&code.title_en)
    .bind(code.reached.word())
    .bind(code.result.word())
    .bind(code.note.word())
    .bind(code.next_days)
    .run(db)
    .await
}

/// Changes a code that nobody changed since its version was seen.
pub(in crate::contact) async fn change(
    db: &impl ConnectionTrait,
    (business_type, version): (&str, i64),
    code: &OutcomeCode,
    by: &str,
) -> Result<u64, DbErr> {
    sql("UPDATE outcome_code SET title_zh = $1, title_en = $2, reached = $3, result = $4, needs_note = $5,
           next_days = $6, edited_by = $7, version = version + 1
         WHERE business_type = $8 AND code = $9 AND version = $10")
    .bind(&code.title_zh)
    .bind(&code.title_en)
    .bind(code.reached.word())
    .bind(code.result.word())
    .bind(code.note.word())
    .bind(code.next_days)
    .bind(by)
    .bind(business_type)
    .bind(&code.code)
    .bind(version)
    .run(db)
    .await
}

/// Retires a code, or takes it back into use.
pub(in crate::contact) async fn set_retired(
    db: &impl ConnectionTrait,
    (business_type, code): (&str, &str),
    at: Option<Instant>,
    by: &str,
) -> Result<u64, DbErr> {
    sql("UPDATE outcome_code SET retired_at_ms = $1, edited_by = $2, version = version + 1
         WHERE business_type = $3 AND code = $4")
    .bind(at)
    .bind(by)
    .bind(business_type)
    .bind(code)
    .run(db)
    .await
}

/// Puts a code at a place of its business type.
pub(in crate::contact) async fn set_place(
    db: &impl ConnectionTrait,
    (business_type, code): (&str, &str),
    place: i16,
    by: &str,
) -> Result<u64, DbErr> {
    sql("UPDATE outcome_code SET place = $1, edited_by = $2 WHERE business_type = $3 AND code = $4")
        .bind(place)
        .bind(by)
        .bind(business_type)
        .bind(code)
        .run(db)
        .await
}
