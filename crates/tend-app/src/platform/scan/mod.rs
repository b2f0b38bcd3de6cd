//! Reading much at once: whole ranges of buckets row by row, columns by place, texts borrowed. For what walks through the
//! file of a firm; everything else goes through `sql`, which is kinder and makes a value of each column.
//!
//! On SQLite a scan has a connection of its own and reads on the caller's thread, without a channel between: a row costs
//! a fraction of a microsecond there, and several through the pool. A scan sees the database as it was when it began.

mod copied;

use self::copied::{Copied, Copying, Gathered};
use super::Db;
use futures::TryStreamExt;
use sea_orm::sqlx::postgres::{PgRow, Postgres};
use sea_orm::sqlx::{self, AssertSqlSafe, Row as _, Transaction, ValueRef as _};
use sea_orm::{DbErr, RuntimeErr};
use tend_rules::base::{Bucket, CustomerId, Day, FactId, bucket_of};
use tokio::runtime::Handle;
use uuid::Uuid;

/// A connection for reading much. Lives on a thread that may block.
pub struct Scan(Source);

enum Source {
    Sqlite(rusqlite::Connection),
    Postgres(Transaction<'static, Postgres>, Handle),
}

/// A row as it lies in the database's own memory.
pub enum Cells<'r> {
    #[doc(hidden)]
    Sqlite(&'r rusqlite::Row<'r>),
    #[doc(hidden)]
    Postgres(&'r PgRow),
    #[doc(hidden)]
    Copied(&'r Copied),
}

/// Whose rows are read.
#[derive(Debug, Clone, Copy)]
pub enum Swept<'a> {
    /// Those of the buckets from one to another.
    Buckets(Bucket, Bucket),
    /// Those of given customers.
    Customers(&'a [CustomerId]),
}

/// What is read of a table of customers.
#[derive(Debug, Clone, Copy)]
pub struct Swath<'a> {
    /// The columns, of a table that is called `h`.
    pub columns: &'a str,
    /// The table.
    pub table: &'a str,
    /// The column with the customer's id.
    pub customer: &'a str,
}

/// What PostgreSQL is to think of the statements of a scan, for this transaction only: two scans run side by side, so
/// that each needs no helpers; thousands of keys are joined and sorted in memory; compiling costs more than it saves.
const LIKE_A_SCAN: &str =
    "SET LOCAL work_mem = '96MB'; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off";

fn failed(error: impl std::fmt::Display) -> DbErr {
    DbErr::Query(RuntimeErr::Internal(error.to_string()))
}

impl Scan {
    /// Opens a connection to read on the thread that calls. To be called off the threads of the runtime.
    pub fn open(db: &Db, runtime: &Handle) -> Result<Self, DbErr> {
        if let Some(path) = db.path() {
            use rusqlite::OpenFlags;
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(failed)?;
            let pragmas =
                "PRAGMA busy_timeout = 10000; PRAGMA cache_size = -65536; PRAGMA mmap_size = 8589934592; BEGIN";
            connection.execute_batch(pragmas).map_err(failed)?;
            return Ok(Self(Source::Sqlite(connection)));
        }
        let pool = db.read().get_postgres_connection_pool().clone();
        let begun = runtime.block_on(async {
            let mut begun = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
            sqlx::raw_sql(LIKE_A_SCAN).execute(&mut *begun).await?;
            Ok::<_, sqlx::Error>(begun)
        });
        Ok(Self(Source::Postgres(begun.map_err(failed)?, runtime.clone())))
    }

    /// Hands every row of a swath to `take`. Rows of buckets come in no particular order, those of given customers
    /// customer by customer.
    pub fn sweep(
        &mut self,
        swath: Swath<'_>,
        whose: Swept<'_>,
        take: impl FnMut(&Cells<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        self.swept(swath, whose, "", take)
    }

    /// As [`Scan::sweep`], the rows of buckets by bucket and id; the id is the first column.
    pub fn sweep_in_order(
        &mut self,
        swath: Swath<'_>,
        whose: Swept<'_>,
        mut take: impl FnMut(&Cells<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        match (&self.0, whose) {
            (_, Swept::Customers(_)) => return self.swept(swath, whose, "", take),
            // So they lie in the file: nothing is sorted.
            (Source::Sqlite(_), _) => return self.swept(swath, whose, "ORDER BY h.bucket, h.id", take),
            (Source::Postgres(..), _) => {}
        }
        // PostgreSQL takes more than a third of a reading for the order, and this here some hundredths.
        let mut rows = Gathered::default();
        self.swept(swath, whose, "", |row| {
            let Cells::Copied(copied) = row else { return Err(failed("a swath came otherwise than copied")) };
            rows.add(row.id(0)?, copied);
            Ok(())
        })?;
        rows.in_order(|row| take(&Cells::Copied(row)))
    }

    fn swept(
        &mut self,
        swath: Swath<'_>,
        whose: Swept<'_>,
        tail: &str,
        take: impl FnMut(&Cells<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        let Swath { columns, table, customer } = swath;
        match whose {
            Swept::Buckets(from, to) => {
                let text = format!("SELECT {columns} FROM {table} h WHERE h.bucket >= $1 AND h.bucket <= $2 {tail}");
                self.within(&text, [from.number().into(), to.number().into()], take)
            }
            Swept::Customers(ids) => self.of_keys(columns, table, customer, ids.iter().map(|id| id.0), take),
        }
    }

    /// Hands every row of a statement over a range of days to `take`.
    pub fn between(
        &mut self,
        text: &str,
        days: std::ops::RangeInclusive<Day>,
        take: impl FnMut(&Cells<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        self.within(text, [days.start().number().into(), days.end().number().into()], take)
    }

    /// Hands every row of a statement with two numbers to `take`.
    pub fn within(
        &mut self,
        text: &str,
        numbers: [i64; 2],
        mut take: impl FnMut(&Cells<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        match &mut self.0 {
            Source::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(text).map_err(failed)?;
                let mut rows = statement.query(numbers).map_err(failed)?;
                while let Some(row) = rows.next().map_err(failed)? {
                    take(&Cells::Sqlite(row))?;
                }
                Ok(())
            }
            Source::Postgres(connection, runtime) => {
                // A copy takes no bound values: the two numbers, which are numbers by their type, are written out.
                let [first, second] = numbers.map(|number| number.to_string());
                let text = text.replace("$1", &first).replace("$2", &second);
                let text = format!("COPY ({text}) TO STDOUT (FORMAT BINARY)");
                runtime.block_on(async {
                    let mut copying = Copying::default();
                    let mut messages = connection.copy_out_raw(&text).await.map_err(failed)?;
                    while let Some(message) = messages.try_next().await.map_err(failed)? {
                        copying.message(&message, |row| take(&Cells::Copied(row)))?;
                    }
                    Ok(())
                })
            }
        }
    }

    /// Hands the rows of a table with given ids to `take`, in the order of the ids. The bucket is that of the id itself.
    pub fn by_id(
        &mut self,
        columns: &str,
        table: &str,
        ids: &[FactId],
        take: impl FnMut(&Cells<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        self.of_keys(columns, table, "id", ids.iter().map(|id| id.0), take)
    }

    /// SQLite answers one key after the other from a kept statement, PostgreSQL all at once.
    fn of_keys(
        &mut self,
        columns: &str,
        table: &str,
        key: &str,
        keys: impl Iterator<Item = Uuid>,
        mut take: impl FnMut(&Cells<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        match &mut self.0 {
            Source::Sqlite(connection) => {
                let text = format!("SELECT {columns} FROM {table} h WHERE h.bucket = $1 AND h.{key} = $2");
                let mut statement = connection.prepare_cached(&text).map_err(failed)?;
                for id in keys {
                    let mut rows = statement.query((bucket_of(id).number(), id)).map_err(failed)?;
                    while let Some(row) = rows.next().map_err(failed)? {
                        take(&Cells::Sqlite(row))?;
                    }
                }
                Ok(())
            }
            Source::Postgres(connection, runtime) => {
                let text = format!(
                    "SELECT {columns} FROM unnest($1::SMALLINT[], $2::UUID[]) WITH ORDINALITY AS w (bucket, id, place)
                     JOIN {table} h ON h.bucket = w.bucket AND h.{key} = w.id ORDER BY w.place"
                );
                let plain: Vec<Uuid> = keys.collect();
                let buckets: Vec<i16> = plain.iter().map(|id| bucket_of(*id).number()).collect();
                let query = sqlx::query(AssertSqlSafe(text)).bind(buckets).bind(plain);
                runtime.block_on(async {
                    let mut rows = query.fetch(&mut **connection);
                    while let Some(row) = rows.try_next().await.map_err(failed)? {
                        take(&Cells::Postgres(&row))?;
                    }
                    Ok(())
                })
            }
        }
    }
}

impl Cells<'_> {
    /// A whole number of any width.
    pub fn int(&self, place: usize) -> Result<Option<i64>, DbErr> {
        match self {
            Cells::Sqlite(row) => row.get_ref(place).map_err(failed)?.as_i64_or_null().map_err(failed),
            Cells::Postgres(_) | Cells::Copied(_) => match self.bytes(place)? {
                None => Ok(None),
                Some(bytes) => match *bytes {
                    [a, b] => Ok(Some(i16::from_be_bytes([a, b]).into())),
                    [a, b, c, d] => Ok(Some(i32::from_be_bytes([a, b, c, d]).into())),
                    [a, b, c, d, e, f, g, h] => Ok(Some(i64::from_be_bytes([a, b, c, d, e, f, g, h]))),
                    _ => Err(failed("a column holds no whole number")),
                },
            },
        }
    }

    /// A number with a fraction.
    pub fn double(&self, place: usize) -> Result<Option<f64>, DbErr> {
        match self {
            Cells::Sqlite(row) => row.get(place).map_err(failed),
            Cells::Postgres(row) => row.try_get(place).map_err(failed),
            Cells::Copied(row) => match row.bytes(place)? {
                None => Ok(None),
                Some(bytes) => match <[u8; 8]>::try_from(bytes) {
                    Ok(bytes) => Ok(Some(f64::from_be_bytes(bytes))),
                    Err(_) => Err(failed("a column holds no number with a fraction")),
                },
            },
        }
    }

    /// A day.
    pub fn day(&self, place: usize) -> Result<Option<Day>, DbErr> {
        Ok(self.int(place)?.map(|number| Day::from_number(number as i32)))
    }

    /// A text; one that is missing is empty.
    pub fn text(&self, place: usize) -> Result<&str, DbErr> {
        match self {
            Cells::Sqlite(row) => {
                row.get_ref(place).map_err(failed)?.as_str_or_null().map(Option::unwrap_or_default).map_err(failed)
            }
            Cells::Postgres(_) | Cells::Copied(_) => {
                std::str::from_utf8(self.bytes(place)?.unwrap_or_default()).map_err(failed)
            }
        }
    }

    /// An id.
    pub fn uuid(&self, place: usize) -> Result<Option<Uuid>, DbErr> {
        self.bytes(place)?.map(|bytes| Uuid::from_slice(bytes).map_err(failed)).transpose()
    }

    /// An id that must be there.
    pub fn id(&self, place: usize) -> Result<Uuid, DbErr> {
        self.uuid(place)?.ok_or_else(|| failed("a row has no id"))
    }

    /// Bytes as they lie there.
    pub fn bytes(&self, place: usize) -> Result<Option<&[u8]>, DbErr> {
        match self {
            Cells::Sqlite(row) => row.get_ref(place).map_err(failed)?.as_blob_or_null().map_err(failed),
            Cells::Postgres(row) => {
                let value = row.try_get_raw(place).map_err(failed)?;
                if value.is_null() { Ok(None) } else { value.as_bytes().map(Some).map_err(failed) }
            }
            Cells::Copied(row) => row.bytes(place),
        }
    }
}
