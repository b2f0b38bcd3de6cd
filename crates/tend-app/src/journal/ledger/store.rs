//! The SQL of the ledger. Insert only, but for the list of what waits.

use crate::platform::{Bind, Cells, Row, Scan, insert_many, sql};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, StreamTrait};
use std::ops::Range;
use tend_rules::base::{Bucket, CustomerId, FactId};
use tend_rules::journal::ledger::{Block, Digest, Entry, Head, Salt, SignedHead, SignerId};

/// A fact with its words.
#[derive(Debug)]
pub(super) struct Told {
    /// Its bucket.
    pub bucket: Bucket,
    /// The fact as an entry, the commitment still empty.
    pub entry: Entry,
    /// Its words as they are stored.
    pub payload: String,
}

/// A fact that was sealed.
#[derive(Debug)]
pub(super) struct Kept {
    /// Its place among the bucket's entries.
    pub position: i64,
    /// The fact's id as the entry has it.
    pub id: FactId,
    /// The salt, until it was destroyed.
    pub salt: Option<Salt>,
    /// The fact; none if it is gone from the journal.
    pub told: Option<Told>,
    /// The commitment that was sealed.
    pub commitment: Digest,
}

pub(super) async fn something_waits(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(sql("SELECT bucket FROM ledger_waiting LIMIT 1").one(db, |row| row.get::<Bucket>(0)).await?.is_some())
}

/// Facts that wait to be sealed, bucket by bucket, held until the end of the transaction: whoever forgets their words at
/// the same time comes before, and what is left of them is sealed, or after, and finds their salts.
pub(super) async fn waiting(db: &impl ConnectionTrait, limit: i64) -> Result<Vec<Told>, DbErr> {
    sql("SELECT w.bucket, w.fact_id, f.customer_id, f.at_ms, f.actor, f.room, f.kind, f.payload
         FROM ledger_waiting w JOIN journal_fact f ON f.bucket = w.bucket AND f.id = w.fact_id
         ORDER BY w.bucket, w.fact_id
         LIMIT ")
    .arg(limit)
    .text(held(db))
    .all(db, |row| told(row, row.get(0)?, row.get(1)?, 2))
    .await
}

/// What holds the rows that a statement finds; SQLite has one writer, who holds everything.
fn held(db: &impl ConnectionTrait) -> &'static str {
    if db.get_database_backend() == DbBackend::Postgres { " FOR UPDATE" } else { "" }
}

/// Holds every fact about a customer, in the order in which the sealer takes them.
pub(super) async fn hold_facts(db: &impl ConnectionTrait, customer: CustomerId) -> Result<(), DbErr> {
    let found = sql("SELECT id FROM journal_fact WHERE bucket = ").arg(customer.bucket());
    let found = found.text(" AND customer_id = ").arg(customer).text(" ORDER BY id").text(held(db));
    found.all(db, |_| Ok(())).await.map(drop)
}

/// The fact in a row whose journal columns begin at `from`.
fn told(row: &Row, bucket: Bucket, id: FactId, from: usize) -> Result<Told, DbErr> {
    let entry = Entry {
        id,
        customer: row.get(from)?,
        at_ms: row.get(from + 1)?,
        actor: row.get(from + 2)?,
        room: row.get(from + 3)?,
        kind: row.get(from + 4)?,
        commitment: Digest::NONE,
    };
    Ok(Told { bucket, entry, payload: row.get(from + 5)? })
}

pub(super) async fn no_longer_waiting(db: &impl ConnectionTrait, facts: &[Told]) -> Result<u64, DbErr> {
    let mut gone = 0;
    for facts in facts.chunks(256) {
        let mut statement = sql("DELETE FROM ledger_waiting WHERE (bucket, fact_id) IN (VALUES ");
        for (place, fact) in facts.iter().enumerate() {
            let open = if place > 0 { ", (" } else { "(" };
            statement = statement.text(open).arg(fact.bucket).text(", ").arg(fact.entry.id).text(")");
        }
        gone += statement.text(")").run(db).await?;
    }
    Ok(gone)
}

const BLOCK: &str = "SELECT b.number, b.bucket, b.height, b.first_position, b.entries, b.before, b.root, b.at_ms
     FROM ledger_block b";

fn block(row: &Row) -> Result<Block, DbErr> {
    Ok(Block {
        number: row.get(0)?,
        bucket: row.get(1)?,
        height: row.get(2)?,
        first: row.get(3)?,
        entries: row.get(4)?,
        before: digest(row, 5)?,
        root: digest(row, 6)?,
        at_ms: row.get(7)?,
    })
}

pub(super) fn digest(row: &Row, column: usize) -> Result<Digest, DbErr> {
    let bytes: Vec<u8> = row.get(column)?;
    Digest::from_bytes(&bytes).ok_or_else(|| not_so_long("a hash"))
}

fn not_so_long(what: &str) -> DbErr {
    DbErr::Type(format!("{what} of the ledger has another length"))
}

/// Of each of those buckets the newest block before a number. The buckets stand first, so that each block is one step
/// down the index: asked the other way round, SQLite walks through every block of the buckets.
pub(super) async fn newest(db: &impl ConnectionTrait, buckets: &[Bucket], before: i64) -> Result<Vec<Block>, DbErr> {
    if buckets.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = sql("WITH wanted (bucket) AS (VALUES ");
    for (place, bucket) in buckets.iter().enumerate() {
        statement = statement.text(if place > 0 { ", (" } else { "(" }).arg(*bucket).text(")");
    }
    statement
        .text(
            ") SELECT b.number, b.bucket, b.height, b.first_position, b.entries, b.before, b.root, b.at_ms
             FROM wanted w CROSS JOIN ledger_block b
             WHERE b.bucket = w.bucket AND b.height =
                 (SELECT MAX(m.height) FROM ledger_block m WHERE m.bucket = w.bucket AND m.number < ",
        )
        .arg(before)
        .text(")")
        .all(db, block)
        .await
}

/// The blocks of one bucket before a number, in the order of the log.
pub(super) async fn blocks_of(db: &impl ConnectionTrait, bucket: i16, before: i64) -> Result<Vec<Block>, DbErr> {
    let statement = sql(BLOCK).text(" WHERE b.bucket = ").arg(bucket).text(" AND b.number < ").arg(before);
    statement.text(" ORDER BY b.number").all(db, block).await
}

/// Hands the blocks of a stretch of the log to `take`, in their order and one by one, however many there are.
pub(super) async fn each_block<C>(db: &C, numbers: Range<i64>, mut take: impl FnMut(Block)) -> Result<(), DbErr>
where
    C: ConnectionTrait + StreamTrait,
{
    let statement = sql(BLOCK).text(" WHERE b.number >= ").arg(numbers.start).text(" AND b.number < ");
    statement.arg(numbers.end).text(" ORDER BY b.number").each(db, |row| block(row).map(&mut take)).await
}

/// The same for a short stretch, whose blocks are read at once.
pub(super) async fn blocks_between(
    db: &impl ConnectionTrait,
    numbers: Range<i64>,
    take: impl FnMut(Block),
) -> Result<(), DbErr> {
    let statement = sql(BLOCK).text(" WHERE b.number >= ").arg(numbers.start).text(" AND b.number < ");
    let found = statement.arg(numbers.end).text(" ORDER BY b.number").all(db, block).await?;
    found.into_iter().for_each(take);
    Ok(())
}

/// How many blocks there are.
pub(super) async fn count_blocks(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let last: Option<i64> = sql("SELECT MAX(number) FROM ledger_block").value(db).await?;
    Ok(last.map_or(0, |last| last.saturating_add(1)))
}

/// The block in which a bucket's entry stands.
pub(super) async fn block_of(db: &impl ConnectionTrait, bucket: Bucket, position: i64) -> Result<Option<Block>, DbErr> {
    sql(BLOCK)
        .text(" WHERE b.bucket = ")
        .arg(bucket)
        .text(" AND b.first_position <= ")
        .arg(position)
        .text(" ORDER BY b.height DESC LIMIT 1")
        .one(db, block)
        .await
}

pub(super) async fn insert_blocks(db: &impl ConnectionTrait, blocks: &[Block]) -> Result<u64, DbErr> {
    let columns = ["number", "bucket", "height", "first_position", "entries", "before", "root", "at_ms"];
    let rows = blocks.iter().map(|block| {
        vec![
            block.number.into_value(),
            block.bucket.into_value(),
            block.height.into_value(),
            block.first.into_value(),
            block.entries.into_value(),
            block.before.to_vec().into_value(),
            block.root.to_vec().into_value(),
            block.at_ms.into_value(),
        ]
    });
    insert_many(db, "ledger_block", &columns, rows.collect(), "").await
}

/// An entry about to be written: position, salt and the fact.
pub(super) type NewEntry<'a> = (i64, Salt, &'a Told);

pub(super) async fn insert_entries(db: &impl ConnectionTrait, entries: &[NewEntry<'_>]) -> Result<u64, DbErr> {
    let columns = ["bucket", "position", "fact_id", "salt", "commitment"];
    let rows = entries.iter().map(|(position, salt, told)| {
        vec![
            told.bucket.into_value(),
            position.into_value(),
            told.entry.id.into_value(),
            salt.to_vec().into_value(),
            told.entry.commitment.to_vec().into_value(),
        ]
    });
    insert_many(db, "ledger_entry", &columns, rows.collect(), "").await
}

/// All heads, the oldest first.
pub(super) async fn heads(db: &impl ConnectionTrait) -> Result<Vec<SignedHead>, DbErr> {
    sql(HEAD).text(" ORDER BY number").all(db, head).await
}

/// The last head.
pub(super) async fn last_head(db: &impl ConnectionTrait) -> Result<Option<SignedHead>, DbErr> {
    sql(HEAD).text(" ORDER BY number DESC LIMIT 1").one(db, head).await
}

const HEAD: &str = "SELECT number, at_ms, blocks, entries, log_root, buckets_root, before, signer, signature
     FROM ledger_head";

fn head(row: &Row) -> Result<SignedHead, DbErr> {
    let signature: Vec<u8> = row.get(8)?;
    let head = Head {
        number: row.get(0)?,
        at_ms: row.get(1)?,
        blocks: row.get(2)?,
        entries: row.get(3)?,
        log_root: digest(row, 4)?,
        buckets_root: digest(row, 5)?,
        before: digest(row, 6)?,
        signer: SignerId(digest(row, 7)?.0),
    };
    Ok(SignedHead { head, signature: signature.try_into().map_err(|_| not_so_long("a signature"))? })
}

pub(super) async fn insert_head(db: &impl ConnectionTrait, signed: &SignedHead) -> Result<u64, DbErr> {
    let head = &signed.head;
    sql("INSERT INTO ledger_head
             (number, at_ms, blocks, entries, log_root, buckets_root, before, signer, signature)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(head.number)
    .bind(head.at_ms)
    .bind(head.blocks)
    .bind(head.entries)
    .bind(head.log_root.to_vec())
    .bind(head.buckets_root.to_vec())
    .bind(head.before.to_vec())
    .bind(head.signer.0.to_vec())
    .bind(signed.signature.to_vec())
    .run(db)
    .await
}

/// Some entries of a bucket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// The bucket.
    pub bucket: Bucket,
    /// The place of the first.
    pub from: i64,
    /// The place after the last.
    pub to: i64,
}

const ENTRY: &str = "SELECT e.position, e.fact_id, e.salt, e.commitment,
         f.customer_id, f.at_ms, f.actor, f.room, f.kind, f.payload
     FROM ledger_entry e LEFT JOIN journal_fact f ON f.bucket = e.bucket AND f.id = e.fact_id";

/// Hands the entries of a stretch to `take`, in order; a row that cannot be read is handed as its error.
pub(super) async fn each_entry<C>(
    db: &C,
    stretch: Stretch,
    mut take: impl FnMut(Result<Kept, DbErr>),
) -> Result<(), DbErr>
where
    C: ConnectionTrait + StreamTrait,
{
    let statement =
        sql(ENTRY).text(" WHERE e.bucket = ").arg(stretch.bucket).text(" AND e.position >= ").arg(stretch.from);
    let statement = statement.text(" AND e.position < ").arg(stretch.to).text(" ORDER BY e.position");
    statement
        .each(db, |row| {
            take(kept(row, stretch.bucket));
            Ok(())
        })
        .await
}

/// The same for the entries of a bucket before a position, on the thread that calls.
pub(super) fn scan_entries(
    scan: &mut Scan,
    bucket: Bucket,
    before: i64,
    mut take: impl FnMut(Result<Kept, DbErr>),
) -> Result<(), DbErr> {
    let text = format!("{ENTRY} WHERE e.bucket = $1 AND e.position < $2 ORDER BY e.position");
    scan.within(&text, [bucket.number().into(), before], |cells| {
        take(kept_in(cells, bucket));
        Ok(())
    })
}

fn kept_in(cells: &Cells<'_>, bucket: Bucket) -> Result<Kept, DbErr> {
    let hash =
        |bytes: Option<&[u8]>, what| Digest::from_bytes(bytes.unwrap_or_default()).ok_or_else(|| not_so_long(what));
    let number = |place| cells.int(place)?.ok_or_else(|| DbErr::Type("an entry of the ledger has no number".into()));
    let (id, commitment) = (FactId(cells.id(1)?), hash(cells.bytes(3)?, "a hash")?);
    let salt = cells.bytes(2)?.map(|salt| hash(Some(salt), "a salt")).transpose()?;
    let told = match cells.uuid(4)? {
        None => None,
        Some(customer) => {
            let [actor, room, kind, payload] = [6, 7, 8, 9].map(|place| cells.text(place).map(str::to_owned));
            let (customer, at_ms) = (CustomerId(customer), number(5)?);
            let entry = Entry { id, customer, at_ms, actor: actor?, room: room?, kind: kind?, commitment };
            Some(Told { bucket, entry, payload: payload? })
        }
    };
    Ok(Kept { position: number(0)?, id, salt, told, commitment })
}

fn kept(row: &Row, bucket: Bucket) -> Result<Kept, DbErr> {
    let salt: Option<Vec<u8>> = row.get(2)?;
    let salt = salt.map(|salt| Digest::from_bytes(&salt).ok_or_else(|| not_so_long("a salt"))).transpose()?;
    let (id, commitment) = (row.get(1)?, digest(row, 3)?);
    let is_there = row.get::<Option<i64>>(5)?.is_some();
    let mut told = is_there.then(|| told(row, bucket, id, 4)).transpose()?;
    if let Some(told) = &mut told {
        told.entry.commitment = commitment;
    }
    Ok(Kept { position: row.get(0)?, id, salt, told, commitment })
}

/// The place of a fact among its bucket's entries.
pub(super) async fn position_of(db: &impl ConnectionTrait, fact: FactId) -> Result<Option<i64>, DbErr> {
    sql("SELECT position FROM ledger_entry WHERE bucket = $1 AND fact_id = $2")
        .bind(fact.bucket())
        .bind(fact)
        .one(db, |row| row.get(0))
        .await
}

/// Everything counted at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    /// Facts of the journal.
    pub facts: i64,
    /// Entries of the ledger.
    pub entries: i64,
    /// Facts that wait to be sealed.
    pub waiting: i64,
    /// Those of them that are in the journal.
    pub waiting_there: i64,
}

pub(super) async fn counts(db: &impl ConnectionTrait) -> Result<Counts, DbErr> {
    sql("SELECT (SELECT COUNT(*) FROM journal_fact), (SELECT COUNT(*) FROM ledger_entry),
             (SELECT COUNT(*) FROM ledger_waiting),
             (SELECT COUNT(*) FROM ledger_waiting w JOIN journal_fact f ON f.bucket = w.bucket AND f.id = w.fact_id)")
    .one(db, |row| {
        Ok(Counts { facts: row.get(0)?, entries: row.get(1)?, waiting: row.get(2)?, waiting_there: row.get(3)? })
    })
    .await?
    .ok_or_else(|| DbErr::RecordNotFound("a count".into()))
}

/// Facts that are neither sealed nor wait for it.
pub(super) async fn strangers(db: &impl ConnectionTrait) -> Result<Vec<FactId>, DbErr> {
    sql("SELECT f.id FROM journal_fact f
         WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.bucket = f.bucket AND e.fact_id = f.id)
             AND NOT EXISTS (SELECT 1 FROM ledger_waiting w WHERE w.bucket = f.bucket AND w.fact_id = f.id)
         LIMIT 100")
    .all(db, |row| row.get(0))
    .await
}

/// Facts that wait and are gone from the journal, or are sealed already.
pub(super) async fn waiting_in_vain(db: &impl ConnectionTrait) -> Result<Vec<FactId>, DbErr> {
    sql("SELECT w.fact_id FROM ledger_waiting w
         WHERE NOT EXISTS (SELECT 1 FROM journal_fact f WHERE f.bucket = w.bucket AND f.id = w.fact_id)
             OR EXISTS (SELECT 1 FROM ledger_entry e WHERE e.bucket = w.bucket AND e.fact_id = w.fact_id)
         LIMIT 100")
    .all(db, |row| row.get(0))
    .await
}
