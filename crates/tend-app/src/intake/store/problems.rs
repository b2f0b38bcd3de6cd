//! The SQL of problems: what was wrong with the rows of a batch, or of an upload that was checked, sealed.

use crate::platform::{Bind, Keyring, SealedPlace, insert_many, sql};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A problem of a row as its reader sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemRow {
    /// Row number in the file.
    pub row: i64,
    /// Place among the row's problems.
    pub place: i32,
    /// The heading.
    pub column: String,
    /// The code.
    pub code: String,
    /// As kept: `warning`, `cell_dropped`, `row_rejected`; as shown: `error` or `warning`.
    pub severity: String,
    /// The text as it stands in the file.
    pub text: String,
    /// What to put there instead.
    pub suggestion: Option<String>,
    /// Why, in the reader's language; filled in where the language is known.
    pub reason: String,
}

fn problem_key(batch: Uuid, row: i64, place: i32) -> Uuid {
    Uuid::from_u128(batch.as_u128() ^ ((row as u128) << 16) ^ place as u128)
}

/// Keeps problems, their texts sealed. `of` is a batch or an upload that was checked.
pub(in crate::intake) async fn insert_problems(
    db: &impl ConnectionTrait,
    keys: &Keyring,
    of: Uuid,
    problems: &[ProblemRow],
) -> Result<(), DbErr> {
    let columns = ["batch_id", "row_number", "place", "heading", "code", "severity", "cell", "suggestion"];
    let rows = problems.iter().map(|problem| {
        let key = problem_key(of, problem.row, problem.place);
        let suggestion = problem.suggestion.as_ref();
        vec![
            of.into_value(),
            problem.row.into_value(),
            problem.place.into_value(),
            problem.column.as_str().into_value(),
            problem.code.as_str().into_value(),
            problem.severity.as_str().into_value(),
            keys.seal_firm(SealedPlace::ProblemCell, key, problem.text.as_bytes()).into_value(),
            suggestion.map(|text| keys.seal_firm(SealedPlace::ProblemSuggestion, key, text.as_bytes())).into_value(),
        ]
    });
    insert_many(db, "batch_problem", &columns, rows.collect(), "ON CONFLICT DO NOTHING").await.map(drop)
}

/// Forgets the problems of an earlier check.
pub(in crate::intake) async fn delete_problems(db: &impl ConnectionTrait, of: Uuid) -> Result<u64, DbErr> {
    sql("DELETE FROM batch_problem WHERE batch_id = $1").bind(of).run(db).await
}

/// Problems behind a place, in the order of the file.
pub(in crate::intake) async fn problems(
    db: &impl ConnectionTrait,
    keys: &Keyring,
    of: Uuid,
    (code, column): (Option<&str>, Option<&str>),
    behind: (i64, i32),
    limit: i64,
) -> Result<Vec<ProblemRow>, DbErr> {
    let mut statement = sql("SELECT row_number, place, heading, code, severity, cell, suggestion FROM batch_problem
         WHERE batch_id = $1 AND (row_number > $2 OR (row_number = $2 AND place > $3))")
    .bind(of)
    .bind(behind.0)
    .bind(behind.1);
    let wanted = [(" AND code = ", code), (" AND heading = ", column)];
    for (text, value) in wanted.into_iter().filter_map(|(text, value)| Some((text, value?))) {
        statement = statement.text(text).arg(value);
    }
    let opened = |place, key, cell: Vec<u8>| {
        let plain = keys.open_firm(place, key, &cell).unwrap_or_default();
        String::from_utf8_lossy(&plain).into_owned()
    };
    statement
        .text(" ORDER BY row_number, place LIMIT ")
        .arg(limit)
        .all(db, |row| {
            let (number, place): (i64, i32) = (row.get("row_number")?, row.get("place")?);
            let key = problem_key(of, number, place);
            let suggestion: Option<Vec<u8>> = row.get("suggestion")?;
            Ok(ProblemRow {
                row: number,
                place,
                column: row.get("heading")?,
                code: row.get("code")?,
                severity: row.get("severity")?,
                text: opened(SealedPlace::ProblemCell, key, row.get("cell")?),
                suggestion: suggestion.map(|cell| opened(SealedPlace::ProblemSuggestion, key, cell)),
                reason: String::new(),
            })
        })
        .await
}

/// How many problems there are of each kind: code, column, severity, count.
pub(in crate::intake) async fn problem_kinds(
    db: &impl ConnectionTrait,
    of: Uuid,
) -> Result<Vec<(String, String, String, i64)>, DbErr> {
    sql("SELECT code, heading, severity, COUNT(*) AS problems FROM batch_problem WHERE batch_id = $1
         GROUP BY code, heading, severity ORDER BY COUNT(*) DESC, code, heading LIMIT 500")
    .bind(of)
    .all(db, |row| Ok((row.get("code")?, row.get("heading")?, row.get("severity")?, row.get("problems")?)))
    .await
}
