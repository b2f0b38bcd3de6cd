//! SQL as text with bound values, for what both databases take. Values are bound, never formatted in.

use sea_orm::{ColIdx, ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, TryGetable, Value};
use tend_rules::base::*;
use uuid::Uuid;

/// A statement in the making: text and bound values in order. `$1`, `$2` … name the values.
#[derive(Debug, Clone)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

/// A text as itself within a pattern of `LIKE`, whose escape is the backslash.
pub fn literally(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A statement from its text.
pub fn sql(text: &str) -> Sql {
    Sql { text: text.to_owned(), values: Vec::new() }
}

impl Sql {
    /// Binds the next numbered value.
    #[must_use]
    pub fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.into_value());
        self
    }

    /// Appends text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Appends the next numbered value in place: `sql("… WHERE id = ").arg(id)`.
    #[must_use]
    pub fn arg(mut self, value: impl Bind) -> Self {
        self.values.push(value.into_value());
        self.text.push_str(&format!("${}", self.values.len()));
        self
    }

    /// Appends a bracketed list of values: `sql("… WHERE id IN ").list(ids)`. An empty list matches nothing.
    #[must_use]
    pub fn list<T: Bind>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        let before = self.values.len();
        self.text.push('(');
        for value in values {
            if self.values.len() > before {
                self.text.push_str(", ");
            }
            self = self.arg(value);
        }
        if self.values.len() == before {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }

    fn statement(self, db: &impl ConnectionTrait) -> Statement {
        let backend = db.get_database_backend();
        let anonymous = if backend == DbBackend::Sqlite { anonymous(&self.text) } else { None };
        Statement::from_sql_and_values(backend, anonymous.unwrap_or(self.text), self.values)
    }

    /// Runs a statement that changes rows; answers how many.
    pub async fn run(self, db: &impl ConnectionTrait) -> Result<u64, DbErr> {
        Ok(db.execute_raw(self.statement(db)).await?.rows_affected())
    }

    /// All rows, each shaped by `shape`.
    pub async fn all<T>(
        self,
        db: &impl ConnectionTrait,
        shape: impl Fn(&Row) -> Result<T, DbErr>,
    ) -> Result<Vec<T>, DbErr> {
        let rows = db.query_all_raw(self.statement(db)).await?;
        rows.into_iter().map(|row| shape(&Row(row))).collect()
    }

    /// The first row, if there is one.
    pub async fn one<T>(
        self,
        db: &impl ConnectionTrait,
        shape: impl Fn(&Row) -> Result<T, DbErr>,
    ) -> Result<Option<T>, DbErr> {
        db.query_one_raw(self.statement(db)).await?.map(|row| shape(&Row(row))).transpose()
    }

    /// The first column of the first row: for counts and look-ups that always answer.
    pub async fn value<T: FromColumn>(self, db: &impl ConnectionTrait) -> Result<T, DbErr> {
        self.one(db, |row| row.get(0)).await?.ok_or_else(|| DbErr::RecordNotFound("a value".into()))
    }

    /// Hands every row to `take` as it arrives, so that memory stays flat.
    pub async fn each<C>(self, db: &C, mut take: impl FnMut(&Row) -> Result<(), DbErr>) -> Result<(), DbErr>
    where
        C: ConnectionTrait + sea_orm::StreamTrait,
    {
        use futures::TryStreamExt;
        let statement = self.statement(db);
        let mut rows = std::pin::pin!(db.stream_raw(statement).await?);
        while let Some(row) = rows.try_next().await? {
            take(&Row(row))?;
        }
        Ok(())
    }
}

/// The text with `?` for `$1`, `$2` … if they stand in order and each once; `None` otherwise. SQLite keeps numbered
/// values in a list of names that it walks for every value: a statement of ten thousand values then takes seconds.
fn anonymous(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('$');
    out.push_str(parts.next().unwrap_or(""));
    for (place, part) in parts.enumerate() {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        if part[..digits].parse() != Ok(place + 1) {
            return None;
        }
        out.push('?');
        out.push_str(&part[digits..]);
    }
    Some(out)
}

/// One row of an answer.
#[derive(Debug)]
pub struct Row(QueryResult);

impl Row {
    /// The column of that name or place.
    pub fn get<T: FromColumn>(&self, column: impl ColIdx) -> Result<T, DbErr> {
        T::from_column(&self.0, column)
    }
}

/// Rows of one insert at most. A power of two: what is left over is written in halves, so that a table has eight
/// different statements and the databases keep them prepared.
const ROWS_MAX: usize = 128;

/// Inserts many rows at once. `tail` is appended to each statement: `"ON CONFLICT DO NOTHING"` or nothing. Answers how
/// many rows went in.
pub async fn insert_many(
    db: &impl ConnectionTrait,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
    tail: &str,
) -> Result<u64, DbErr> {
    let head = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    many(db, columns, rows, |values| format!("{head}{values} {tail}")).await
}

/// Writes many rows back at once, each found by its `keys` first columns. Answers how many of them were there.
pub async fn update_many(
    db: &impl ConnectionTrait,
    table: &str,
    keys: usize,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
) -> Result<u64, DbErr> {
    let (keys, rest) = columns.split_at(keys);
    let sets: Vec<String> = rest.iter().map(|column| format!("{column} = w.{column}")).collect();
    let found: Vec<String> = keys.iter().map(|column| format!("{table}.{column} = w.{column}")).collect();
    let tail = format!(") UPDATE {table} SET {} FROM w WHERE {}", sets.join(", "), found.join(" AND "));
    let head = format!("WITH w ({}) AS (VALUES ", columns.join(", "));
    many(db, columns, rows, |values| format!("{head}{values}{tail}")).await
}

/// Runs a statement over many rows, part by part; `text` makes it from the places of a part's values.
async fn many(
    db: &impl ConnectionTrait,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
    text: impl Fn(&str) -> String,
) -> Result<u64, DbErr> {
    let (mut written, mut left) = (0, rows.len());
    let mut rows = rows.into_iter();
    let mut texts = std::collections::HashMap::new();
    while left > 0 {
        let count = if left >= ROWS_MAX { ROWS_MAX } else { 1 << left.ilog2() };
        left -= count;
        let text = texts.entry(count).or_insert_with(|| text(&places(columns.len(), count))).clone();
        let mut values = Vec::with_capacity(count * columns.len());
        for row in rows.by_ref().take(count) {
            debug_assert_eq!(row.len(), columns.len(), "a value for each column");
            values.extend(row);
        }
        written += Sql { text, values }.run(db).await?;
    }
    Ok(written)
}

/// `($1, $2), ($3, $4)`: the places of the values of some rows.
fn places(columns: usize, rows: usize) -> String {
    let mut text = String::new();
    let mut place = 0;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            place += 1;
            let comma = if column == 0 { "" } else { ", " };
            text.push_str(&format!("{comma}${place}"));
        }
        text.push(')');
    }
    text
}

/// A column of sealed cells, and the column of the id by which their row is found.
#[derive(Debug, Clone, Copy)]
pub struct CellColumn {
    /// The table.
    pub table: &'static str,
    /// The column of the id.
    pub id: &'static str,
    /// The column of the cell.
    pub cell: &'static str,
}

/// A cell in place of another: where it stands, the new one, and the old one.
pub type CellChange = (Bucket, Uuid, Value, Value);

/// Puts new cells in the place of old ones; one that is not the old one any more stays as it is. Answers how many.
pub async fn replace_cells(
    db: &impl ConnectionTrait,
    column: CellColumn,
    changes: Vec<CellChange>,
) -> Result<u64, DbErr> {
    let CellColumn { table, id, cell } = column;
    let (mut replaced, mut changes) = (0, changes.into_iter().peekable());
    while changes.peek().is_some() {
        let mut statement = sql("WITH w (bucket, id, fresh, stale) AS (VALUES ");
        for (place, (bucket, id, fresh, stale)) in changes.by_ref().take(ROWS_MAX).enumerate() {
            statement = statement.text(if place > 0 { ", (" } else { "(" }).arg(bucket).text(", ").arg(id);
            statement = statement.text(", ").arg(fresh).text(", ").arg(stale).text(")");
        }
        replaced += statement
            .text(&format!(
                ") UPDATE {table} SET {cell} = w.fresh FROM w
                 WHERE {table}.bucket = w.bucket AND {table}.{id} = w.id AND {table}.{cell} = w.stale"
            ))
            .run(db)
            .await?;
    }
    Ok(replaced)
}

/// What can be bound to a statement.
pub trait Bind {
    /// The value as the databases take it.
    fn into_value(self) -> Value;
}

/// What can be read from a column.
pub trait FromColumn: Sized {
    /// Reads the column.
    fn from_column(row: &QueryResult, column: impl ColIdx) -> Result<Self, DbErr>;
}

impl Bind for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl Bind for &str {
    fn into_value(self) -> Value {
        self.to_owned().into()
    }
}

impl Bind for &String {
    fn into_value(self) -> Value {
        self.clone().into()
    }
}

impl Bind for Option<&str> {
    fn into_value(self) -> Value {
        self.map(str::to_owned).into()
    }
}

macro_rules! plain {
    ($($kind:ty),*) => {$(
        impl Bind for $kind {
            fn into_value(self) -> Value {
                self.into()
            }
        }
        impl Bind for Option<$kind> {
            fn into_value(self) -> Value {
                self.into()
            }
        }
        impl FromColumn for $kind {
            fn from_column(row: &QueryResult, column: impl ColIdx) -> Result<Self, DbErr> {
                <$kind as TryGetable>::try_get_by(row, column).map_err(Into::into)
            }
        }
        impl FromColumn for Option<$kind> {
            fn from_column(row: &QueryResult, column: impl ColIdx) -> Result<Self, DbErr> {
                <Option<$kind> as TryGetable>::try_get_by(row, column).map_err(Into::into)
            }
        }
    )*};
}
plain!(String, Vec<u8>, i16, i32, i64, f64, bool, Uuid);

/// Types of `tend-rules` that stand in a column as a plain type.
macro_rules! wrapped {
    ($($kind:ty as $plain:ty, $into:expr, $from:expr;)*) => {$(
        impl Bind for $kind {
            fn into_value(self) -> Value {
                let into: fn($kind) -> $plain = $into;
                into(self).into()
            }
        }
        impl Bind for Option<$kind> {
            fn into_value(self) -> Value {
                let into: fn($kind) -> $plain = $into;
                self.map(into).into()
            }
        }
        impl FromColumn for $kind {
            fn from_column(row: &QueryResult, column: impl ColIdx) -> Result<Self, DbErr> {
                let from: fn($plain) -> $kind = $from;
                Ok(from(<$plain as TryGetable>::try_get_by(row, column)?))
            }
        }
        impl FromColumn for Option<$kind> {
            fn from_column(row: &QueryResult, column: impl ColIdx) -> Result<Self, DbErr> {
                let from: fn($plain) -> $kind = $from;
                Ok(<Option<$plain> as TryGetable>::try_get_by(row, column)?.map(from))
            }
        }
    )*};
}
wrapped! {
    Day as i32, Day::number, Day::from_number;
    Instant as i64, Instant::millis, Instant::from_millis;
    Bucket as i16, Bucket::number, |n| Bucket::of(n as u64);
    ChannelSet as i16, ChannelSet::bits, ChannelSet::from_bits;
    CustomerId as Uuid, |id| id.0, CustomerId;
    HouseholdId as Uuid, |id| id.0, HouseholdId;
    ContactPointId as Uuid, |id| id.0, ContactPointId;
    AgreementId as Uuid, |id| id.0, AgreementId;
    BillId as Uuid, |id| id.0, BillId;
    PaymentId as Uuid, |id| id.0, PaymentId;
    OrderId as Uuid, |id| id.0, OrderId;
    RelationId as Uuid, |id| id.0, RelationId;
    LabelId as Uuid, |id| id.0, LabelId;
    UnitId as Uuid, |id| id.0, UnitId;
    StaffId as Uuid, |id| id.0, StaffId;
    SessionId as Uuid, |id| id.0, SessionId;
    ApiTokenId as Uuid, |id| id.0, ApiTokenId;
    PasskeyId as Uuid, |id| id.0, PasskeyId;
    BatchId as Uuid, |id| id.0, BatchId;
    UploadId as Uuid, |id| id.0, UploadId;
    CheckId as Uuid, |id| id.0, CheckId;
    PlanId as Uuid, |id| id.0, PlanId;
    SegmentId as Uuid, |id| id.0, SegmentId;
    ViewId as Uuid, |id| id.0, ViewId;
    NoticeId as Uuid, |id| id.0, NoticeId;
    BulkEditId as Uuid, |id| id.0, BulkEditId;
    ExportId as Uuid, |id| id.0, ExportId;
    TouchId as Uuid, |id| id.0, TouchId;
    ContactId as Uuid, |id| id.0, ContactId;
    TraceId as Uuid, |id| id.0, TraceId;
    EvidenceId as Uuid, |id| id.0, EvidenceId;
    FactId as Uuid, |id| id.0, FactId;
    JobId as Uuid, |id| id.0, JobId;
    RightsRequestId as Uuid, |id| id.0, RightsRequestId;
    HoldId as Uuid, |id| id.0, HoldId;
    WebhookId as Uuid, |id| id.0, WebhookId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_order_lose_their_numbers_and_others_keep_them() {
        assert_eq!(anonymous("SELECT 1"), Some("SELECT 1".into()));
        assert_eq!(anonymous("($1, $2), ($3, $4) x"), Some("(?, ?), (?, ?) x".into()));
        assert_eq!(anonymous("a = $1 OR b = $1"), None);
        assert_eq!(anonymous("a = $2 AND b = $1"), None);
    }
}
