//! Old records counted or deleted in steps, so that nobody waits long for the writer: the rooms say which are old.

use super::{Sql, sql};
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::Instant;

/// Whether old records are only counted, or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retire {
    /// Say how many would go.
    Count,
    /// Delete up to a thousand.
    Delete,
}

/// Rows of one step.
const STEP: i64 = 1000;

/// Counts the rows of a table, called `t`, that a condition finds, or deletes up to a thousand of them by their key.
pub async fn retire(
    db: &impl ConnectionTrait,
    how: Retire,
    (table, key): (&'static str, &[&'static str]),
    condition: impl Fn(Sql) -> Sql,
) -> Result<i64, DbErr> {
    let named = |prefix: &str| key.iter().map(|column| format!("{prefix}{column}")).collect::<Vec<_>>().join(", ");
    match how {
        Retire::Count => condition(sql(&format!("SELECT COUNT(*) FROM {table} t WHERE "))).value(db).await,
        Retire::Delete => {
            let (plain, prefixed) = (named(""), named("t."));
            let head = format!("DELETE FROM {table} WHERE ({plain}) IN (SELECT {prefixed} FROM {table} t WHERE ");
            let statement = condition(sql(&head)).text(" LIMIT ").arg(STEP).text(")");
            Ok(statement.run(db).await? as i64)
        }
    }
}

/// Answers to calls that may be repeated, given before an instant.
pub async fn retire_answers(db: &impl ConnectionTrait, how: Retire, before: Instant) -> Result<i64, DbErr> {
    let key = ("given_answer", &["staff_id", "key"][..]);
    retire(db, how, key, |statement| statement.text("t.given_at_ms < ").arg(before)).await
}

/// Jobs that were finished before an instant, and those given up that were made before it.
pub async fn retire_jobs(db: &impl ConnectionTrait, how: Retire, before: Instant) -> Result<i64, DbErr> {
    retire(db, how, ("job", &["id"]), |statement| {
        let done = statement.text("(t.state = 'done' AND t.finished_at_ms < ").arg(before);
        done.text(" OR t.state = 'failed' AND t.created_at_ms < ").arg(before).text(")")
    })
    .await
}

/// Live news told before an instant.
pub async fn retire_news(db: &impl ConnectionTrait, how: Retire, before: Instant) -> Result<i64, DbErr> {
    retire(db, how, ("live_news", &["seq"]), |statement| statement.text("t.at_ms < ").arg(before)).await
}
