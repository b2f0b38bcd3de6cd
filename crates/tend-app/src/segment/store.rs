//! The SQL of saved segments and views, and of the views through which the budget of attention is counted.

use super::saved::{SegmentRow, Sharing};
use super::view::{Content, Pin, View, ViewLayout, ViewOwner, ViewSharing, ViewUnit};
use super::workdays::Worked;
use crate::platform::{Row, Scan, Swath, Swept, sql};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;
use tend_rules::base::*;
use tend_rules::journal::{self, Parts};

fn shaped(row: &Row) -> Result<SegmentRow, DbErr> {
    Ok(SegmentRow {
        id: row.get("id")?,
        name: row.get("name")?,
        expression: row.get("expression")?,
        owner_id: row.get("owner_id")?,
        shared: row.get::<String>("shared")? == Sharing::Everybody.word(),
        version: row.get("version")?,
    })
}

/// The segments that a person sees: the own ones and the shared ones.
pub(super) async fn of(db: &impl ConnectionTrait, reader: StaffId) -> Result<Vec<SegmentRow>, DbErr> {
    sql("SELECT id, name, expression, owner_id, shared, version
         FROM segment
         WHERE owner_id = $1 OR shared = 'yes'
         ORDER BY name, id
         LIMIT 1000")
    .bind(reader)
    .all(db, shaped)
    .await
}

pub(super) async fn insert(
    db: &impl ConnectionTrait,
    row: &SegmentRow,
    sharing: Sharing,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO segment (id, name, expression, owner_id, shared, version, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(row.id)
    .bind(&row.name)
    .bind(&row.expression)
    .bind(row.owner_id)
    .bind(sharing.word())
    .bind(row.version)
    .bind(now)
    .run(db)
    .await
}

/// Changes a segment of its owner, if nobody did since `version`.
pub(super) async fn update(
    db: &impl ConnectionTrait,
    row: &SegmentRow,
    sharing: Sharing,
    version: i64,
) -> Result<u64, DbErr> {
    sql("UPDATE segment SET name = $1, expression = $2, shared = $3, version = version + 1
         WHERE id = $4 AND owner_id = $5 AND version = $6")
    .bind(&row.name)
    .bind(&row.expression)
    .bind(sharing.word())
    .bind(row.id)
    .bind(row.owner_id)
    .bind(version)
    .run(db)
    .await
}

pub(super) async fn delete(db: &impl ConnectionTrait, id: SegmentId, owner: StaffId) -> Result<u64, DbErr> {
    sql("DELETE FROM segment WHERE id = $1 AND owner_id = $2").bind(id).bind(owner).run(db).await
}

/// How many contacts of the days `from..=to` each customer had, through the view of the room that keeps them.
pub(super) fn contacts(
    scan: &mut Scan,
    from: Day,
    to: Day,
    mut take: impl FnMut(CustomerId, i64),
) -> Result<(), DbErr> {
    let text = "SELECT customer_id, COUNT(*)
         FROM attention_contact
         WHERE day >= $1 AND day <= $2
         GROUP BY bucket, customer_id";
    scan.between(text, from..=to, |row| {
        take(CustomerId(row.id(0)?), row.int(1)?.unwrap_or(0));
        Ok(())
    })
}

/// Those of given customers.
pub(super) fn contacts_of(
    scan: &mut Scan,
    ids: &[CustomerId],
    from: Day,
    to: Day,
) -> Result<HashMap<CustomerId, i64>, DbErr> {
    let mut counts = HashMap::new();
    let swath = Swath { columns: "h.customer_id, h.day", table: "attention_contact", customer: "customer_id" };
    scan.sweep(swath, Swept::Customers(ids), |row| {
        if row.day(1)?.is_some_and(|day| (from..=to).contains(&day)) {
            *counts.entry(CustomerId(row.id(0)?)).or_insert(0) += 1;
        }
        Ok(())
    })?;
    Ok(counts)
}

/// Every fact of the journal since an instant, and when: from the index alone, because most were met before.
pub(super) fn journal_since(
    scan: &mut Scan,
    since: Instant,
    mut take: impl FnMut(FactId, Instant),
) -> Result<(), DbErr> {
    let text = "SELECT id, at_ms FROM journal_fact WHERE at_ms >= $1 AND at_ms <= $2";
    scan.within(text, [since.millis(), i64::MAX], |row| {
        take(FactId(row.id(0)?), Instant::from_millis(row.int(1)?.unwrap_or_default()));
        Ok(())
    })
}

/// The customers of whom facts of the journal tell, by bucket and id, with what those can have changed; `None` if one of
/// them stands for changes of customers whom it does not name.
pub(super) fn changed_by(scan: &mut Scan, facts: &mut [FactId]) -> Result<Option<Vec<(CustomerId, Parts)>>, DbErr> {
    facts.sort_unstable_by_key(|fact| (fact.bucket(), *fact));
    let (mut changed, mut many) = (Vec::with_capacity(facts.len()), false);
    scan.by_id("h.customer_id, h.room, h.kind", "journal_fact", facts, |row| {
        let (room, kind) = (row.text(1)?, row.text(2)?);
        match row.id(0)? {
            of_firm if of_firm.is_nil() => many |= journal::changes_many(room, kind),
            id => changed.push((CustomerId(id), journal::changed_by(room, kind).unwrap_or(Parts::ALL))),
        }
        Ok(())
    })?;
    changed.sort_unstable_by_key(|(id, _): &(CustomerId, Parts)| (id.bucket(), *id));
    changed.dedup_by(|next, first| {
        let same = next.0 == first.0;
        if same {
            first.1 = first.1 | next.1;
        }
        same
    });
    Ok((!many).then_some(changed))
}

/// When the journal last grew.
pub(super) async fn journal_moved_at(db: &impl ConnectionTrait) -> Result<Option<Instant>, DbErr> {
    sql("SELECT MAX(at_ms) FROM journal_fact").value(db).await
}

/// The erasures since an instant, by their facts; of very many the newest. Written so that the index of erasures answers.
pub(super) async fn erasures_since(db: &impl ConnectionTrait, since: Instant) -> Result<Vec<FactId>, DbErr> {
    sql("SELECT id FROM journal_fact WHERE room = 'rights' AND kind = 'erased' AND at_ms >= $1
         ORDER BY at_ms DESC LIMIT 10000")
    .bind(since)
    .all(db, |row| row.get("id"))
    .await
}

/// How many facts the journal has since an instant, counted up to `most`.
pub(super) async fn journal_grew(db: &impl ConnectionTrait, since: Instant, most: i64) -> Result<i64, DbErr> {
    sql("SELECT COUNT(*) FROM (SELECT at_ms FROM journal_fact WHERE at_ms >= $1 LIMIT $2) AS grown")
        .bind(since)
        .bind(most)
        .value(db)
        .await
}

const VIEWS: &str = "SELECT v.id, v.title, v.expression, v.layout, v.sharing, v.owner_id, v.unit_id, v.version,
       s.name AS owner_name, u.name AS unit_name, CASE WHEN p.view_id IS NULL THEN 1 ELSE 0 END AS unpinned
     FROM saved_view v
     JOIN staff_head s ON s.id = v.owner_id
     JOIN unit u ON u.id = v.unit_id
     LEFT JOIN saved_view_pin p ON p.view_id = v.id AND p.staff_id = $1
     WHERE v.removed_at_ms IS NULL AND (v.owner_id = $1 OR v.sharing = 'firm' OR (v.sharing = 'unit' AND EXISTS (
         SELECT 1 FROM unit_closure c WHERE c.ancestor_id = v.unit_id AND c.descendant_id = $2)))";

/// The views that a person of a unit sees, or the one of them.
pub(super) async fn views(
    db: &impl ConnectionTrait,
    reader: StaffId,
    unit: UnitId,
    one: Option<ViewId>,
) -> Result<Vec<View>, DbErr> {
    let mut statement = sql(VIEWS).bind(reader).bind(unit);
    if let Some(id) = one {
        statement = statement.text(" AND v.id = ").arg(id);
    }
    let statement = statement.text(" ORDER BY unpinned, v.title, v.id LIMIT 1000");
    let shape = |row: &Row| {
        let owner: StaffId = row.get("owner_id")?;
        Ok(View {
            id: row.get("id")?,
            title: row.get("title")?,
            expression: row.get("expression")?,
            layout: serde_json::from_str(&row.get::<String>("layout")?).unwrap_or_default(),
            sharing: ViewSharing::from_word(&row.get::<String>("sharing")?),
            pinned: row.get::<i32>("unpinned")? == 0,
            owner: ViewOwner { id: owner, name: row.get("owner_name")? },
            unit: ViewUnit { id: row.get("unit_id")?, name: row.get("unit_name")? },
            mine: owner == reader,
            version: row.get("version")?,
        })
    };
    statement.all(db, shape).await
}

pub(super) async fn insert_view(
    db: &impl ConnectionTrait,
    id: ViewId,
    content: &Content,
    owner: StaffId,
    unit: UnitId,
    now: Instant,
) -> Result<u64, DbErr> {
    sql("INSERT INTO saved_view (id, title, expression, layout, sharing, owner_id, unit_id, version, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)")
    .bind(id)
    .bind(&content.title)
    .bind(&content.expression)
    .bind(written(&content.layout))
    .bind(content.sharing.word())
    .bind(owner)
    .bind(unit)
    .bind(now)
    .run(db)
    .await
}

fn written(layout: &ViewLayout) -> String {
    serde_json::to_string(layout).unwrap_or_default()
}

/// The layouts in which some words stand, as they are kept, behind a view in the order of ids.
pub(super) async fn layouts_with(
    db: &impl ConnectionTrait,
    words: &str,
    behind: ViewId,
    limit: i64,
) -> Result<Vec<(ViewId, String)>, DbErr> {
    sql("SELECT id, layout FROM saved_view WHERE layout LIKE $1 AND id > $2 ORDER BY id LIMIT $3")
        .bind(format!("%{words}%"))
        .bind(behind)
        .bind(limit)
        .all(db, |row| Ok((row.get("id")?, row.get("layout")?)))
        .await
}

/// Keeps a layout in the place of one that nobody changed since.
pub(super) async fn replace_layout(
    db: &impl ConnectionTrait,
    id: ViewId,
    kept: &str,
    layout: &ViewLayout,
) -> Result<u64, DbErr> {
    sql("UPDATE saved_view SET layout = $1 WHERE id = $2 AND layout = $3")
        .bind(written(layout))
        .bind(id)
        .bind(kept)
        .run(db)
        .await
}

/// Changes a view of its owner, if nobody did since `version`.
pub(super) async fn update_view(
    db: &impl ConnectionTrait,
    id: ViewId,
    content: &Content,
    owner: StaffId,
    version: i64,
) -> Result<u64, DbErr> {
    sql("UPDATE saved_view SET title = $1, expression = $2, layout = $3, sharing = $4, version = version + 1
         WHERE id = $5 AND owner_id = $6 AND version = $7 AND removed_at_ms IS NULL")
    .bind(&content.title)
    .bind(&content.expression)
    .bind(written(&content.layout))
    .bind(content.sharing.word())
    .bind(id)
    .bind(owner)
    .bind(version)
    .run(db)
    .await
}

/// Takes a view of its owner out of sight, or back into it.
pub(super) async fn set_removed(
    db: &impl ConnectionTrait,
    id: ViewId,
    owner: StaffId,
    at: Option<Instant>,
) -> Result<u64, DbErr> {
    sql("UPDATE saved_view SET removed_at_ms = $1 WHERE id = $2 AND owner_id = $3")
        .bind(at)
        .bind(id)
        .bind(owner)
        .run(db)
        .await
}

/// Title and sharing of a view that its owner removed, at `since` or later.
pub(super) async fn removed_view(
    db: &impl ConnectionTrait,
    id: ViewId,
    owner: StaffId,
    since: Instant,
) -> Result<Option<Content>, DbErr> {
    sql("SELECT title, sharing FROM saved_view WHERE id = $1 AND owner_id = $2 AND removed_at_ms >= $3")
        .bind(id)
        .bind(owner)
        .bind(since)
        .one(db, |row| {
            let sharing = ViewSharing::from_word(&row.get::<String>("sharing")?);
            Ok(Content { title: row.get("title")?, sharing, ..Content::default() })
        })
        .await
}

/// Whether a view was removed before an instant.
pub(super) async fn any_removed(db: &impl ConnectionTrait, before: Instant) -> Result<bool, DbErr> {
    let found = sql("SELECT id FROM saved_view WHERE removed_at_ms < $1 LIMIT 1").bind(before);
    Ok(found.one(db, |row| row.get::<ViewId>("id")).await?.is_some())
}

/// Deletes the views that were removed before an instant, with everybody's pins.
pub(super) async fn delete_removed(db: &impl ConnectionTrait, before: Instant) -> Result<u64, DbErr> {
    sql("DELETE FROM saved_view_pin WHERE view_id IN (SELECT id FROM saved_view WHERE removed_at_ms < $1)")
        .bind(before)
        .run(db)
        .await?;
    sql("DELETE FROM saved_view WHERE removed_at_ms < $1").bind(before).run(db).await
}

pub(super) async fn pin_view(
    db: &impl ConnectionTrait,
    id: ViewId,
    reader: StaffId,
    pin: Pin,
    now: Instant,
) -> Result<u64, DbErr> {
    let statement = match pin {
        Pin::On => sql("INSERT INTO saved_view_pin (staff_id, view_id, at_ms) VALUES ($1, $2, $3)
             ON CONFLICT (staff_id, view_id) DO NOTHING")
        .bind(reader)
        .bind(id)
        .bind(now),
        Pin::Off => sql("DELETE FROM saved_view_pin WHERE staff_id = $1 AND view_id = $2").bind(reader).bind(id),
    };
    statement.run(db).await
}

/// A day of the firm's own calendar.
#[derive(Debug, Clone)]
pub(super) struct WorkingDayRow {
    pub day: Day,
    pub worked: Worked,
    pub title: String,
}

/// The firm's own days, in order.
pub(super) async fn working_days(db: &impl ConnectionTrait) -> Result<Vec<WorkingDayRow>, DbErr> {
    sql("SELECT day, worked, title FROM working_day ORDER BY day LIMIT 40000")
        .all(db, |row| {
            let worked: String = row.get("worked")?;
            Ok(WorkingDayRow { day: row.get("day")?, worked: Worked::from_word(&worked), title: row.get("title")? })
        })
        .await
}

pub(super) async fn put_working_day(db: &impl ConnectionTrait, row: &WorkingDayRow) -> Result<u64, DbErr> {
    sql("INSERT INTO working_day (day, worked, title) VALUES ($1, $2, $3)
         ON CONFLICT (day) DO UPDATE SET worked = excluded.worked, title = excluded.title")
    .bind(row.day)
    .bind(row.worked.word())
    .bind(&row.title)
    .run(db)
    .await
}

pub(super) async fn delete_working_day(db: &impl ConnectionTrait, day: Day) -> Result<u64, DbErr> {
    sql("DELETE FROM working_day WHERE day = $1").bind(day).run(db).await
}
