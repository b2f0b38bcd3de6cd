//! The SQL of contacts; of outcome codes in a file of its own.

pub(super) mod codes;

use crate::customer::unheld;
use crate::platform::{Retire, retire, sql, with_customers};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use tend_rules::base::*;
use tend_rules::contact::{OutcomeCode, Reached};

/// A contact about to be written.
#[derive(Debug)]
pub(super) struct NewContact<'a> {
    pub id: ContactId,
    pub customer: CustomerId,
    pub touch: TouchId,
    pub staff: StaffId,
    pub channel: Channel,
    pub day: Day,
    pub at: Instant,
    pub code: &'a OutcomeCode,
    pub note_cell: Option<Vec<u8>>,
    pub next_day: Option<Day>,
    pub attention: &'static str,
    pub undo: String,
}

pub(super) async fn insert(db: &impl ConnectionTrait, new: NewContact<'_>) -> Result<u64, DbErr> {
    sql("INSERT INTO contact (bucket, id, customer_id, touch_id, staff_id, channel, day, at_ms, outcome_code, reached,
           result, note_cell, next_day, attention, undo)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
    .bind(new.id.bucket())
    .bind(new.id)
    .bind(new.customer)
    .bind(new.touch)
    .bind(new.staff)
    .bind(new.channel.word())
    .bind(new.day)
    .bind(new.at)
    .bind(&new.code.code)
    .bind(new.code.reached.word())
    .bind(new.code.result.word())
    .bind(new.note_cell)
    .bind(new.next_day)
    .bind(new.attention)
    .bind(new.undo)
    .run(db)
    .await
}

/// The last outcome of a touch that stands.
#[derive(Debug)]
pub(super) struct Standing {
    pub id: ContactId,
    pub staff: StaffId,
    pub at: Instant,
    pub code: String,
    pub undo: String,
}

pub(super) async fn last_of_touch(db: &impl ConnectionTrait, touch: TouchId) -> Result<Option<Standing>, DbErr> {
    sql("SELECT id, staff_id, at_ms, outcome_code, undo
         FROM contact
         WHERE bucket = $1 AND touch_id = $2 AND taken_back_at_ms IS NULL
         ORDER BY at_ms DESC, id DESC
         LIMIT 1")
    .bind(touch.bucket())
    .bind(touch)
    .one(db, |row| {
        Ok(Standing {
            id: row.get("id")?,
            staff: row.get("staff_id")?,
            at: row.get("at_ms")?,
            code: row.get("outcome_code")?,
            undo: row.get("undo")?,
        })
    })
    .await
}

/// Takes an outcome back, once.
pub(super) async fn take_back(db: &impl ConnectionTrait, id: ContactId, now: Instant) -> Result<u64, DbErr> {
    sql("UPDATE contact SET taken_back_at_ms = $1 WHERE bucket = $2 AND id = $3 AND taken_back_at_ms IS NULL")
        .bind(now)
        .bind(id.bucket())
        .bind(id)
        .run(db)
        .await
}

/// Whether an outcome that stands says that the customer was reached on a day.
pub(super) async fn reached_on(db: &impl ConnectionTrait, customer: CustomerId, day: Day) -> Result<bool, DbErr> {
    let many: i64 = sql("SELECT COUNT(*) FROM contact
         WHERE bucket = $1 AND customer_id = $2 AND day = $3 AND reached = 'yes' AND taken_back_at_ms IS NULL")
    .bind(customer.bucket())
    .bind(customer)
    .bind(day)
    .value(db)
    .await?;
    Ok(many > 0)
}

/// The sealed notes about customers.
pub(super) async fn notes_of(
    db: &impl ConnectionTrait,
    customers: impl Iterator<Item = CustomerId>,
) -> Result<Vec<(ContactId, CustomerId, Vec<u8>)>, DbErr> {
    let Some(wanted) = with_customers(customers) else { return Ok(Vec::new()) };
    wanted
        .text(
            "SELECT c.id, c.customer_id, c.note_cell FROM w CROSS JOIN contact c
             WHERE c.bucket = w.bucket AND c.customer_id = w.id AND c.note_cell IS NOT NULL",
        )
        .all(db, |row| Ok((row.get("id")?, row.get("customer_id")?, row.get("note_cell")?)))
        .await
}

/// A contact of the past, as the touch page shows it.
#[derive(Debug)]
pub(super) struct PastContact {
    pub id: ContactId,
    pub staff: StaffId,
    pub channel: String,
    pub at: Instant,
    pub code: String,
    pub business_type: String,
    pub note_cell: Option<Vec<u8>>,
    pub next_day: Option<Day>,
}

/// The customer's last contacts, newest first. The caller has shown that the customer's touch is in scope.
pub(super) async fn of_customer(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    limit: i64,
) -> Result<Vec<PastContact>, DbErr> {
    sql("SELECT c.id, c.staff_id, c.channel, c.at_ms, c.outcome_code, c.note_cell, c.next_day,
           COALESCE(t.business_type, '') AS business_type
         FROM contact c
         LEFT JOIN touch t ON t.bucket = c.bucket AND t.id = c.touch_id
         WHERE c.bucket = $1 AND c.customer_id = $2 AND c.taken_back_at_ms IS NULL
         ORDER BY c.at_ms DESC, c.id DESC
         LIMIT $3")
    .bind(customer.bucket())
    .bind(customer)
    .bind(limit)
    .all(db, |row| {
        Ok(PastContact {
            id: row.get("id")?,
            staff: row.get("staff_id")?,
            channel: row.get("channel")?,
            at: row.get("at_ms")?,
            code: row.get("outcome_code")?,
            business_type: row.get("business_type")?,
            note_cell: row.get("note_cell")?,
            next_day: row.get("next_day")?,
        })
    })
    .await
}

/// A contact to which something else points.
#[derive(Debug, Clone)]
pub struct RecordedContact {
    /// The contact.
    pub id: ContactId,
    /// When.
    pub at: Instant,
    /// Over which channel.
    pub channel: Channel,
    /// The outcome.
    pub code: String,
    /// Whether the customer was reached.
    pub reached: Reached,
    /// Whether the outcome was taken back.
    pub taken_back: bool,
}

/// Those of the contacts that are this customer's, taken back or not. The caller has shown that the customer is in
/// scope.
pub async fn recorded(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    ids: &[ContactId],
) -> Result<Vec<RecordedContact>, DbErr> {
    let strange = |word: &str| DbErr::Type(format!("{word} is no word of a contact"));
    sql("SELECT id, at_ms, channel, outcome_code, reached, taken_back_at_ms
         FROM contact
         WHERE bucket = $1 AND customer_id = $2 AND id IN ")
    .bind(customer.bucket())
    .bind(customer)
    .list(ids.iter().copied())
    .all(db, |row| {
        let (channel, reached): (String, String) = (row.get("channel")?, row.get("reached")?);
        Ok(RecordedContact {
            id: row.get("id")?,
            at: row.get("at_ms")?,
            channel: Channel::from_word(&channel).ok_or_else(|| strange(&channel))?,
            code: row.get("outcome_code")?,
            reached: Reached::from_word(&reached).ok_or_else(|| strange(&reached))?,
            taken_back: row.get::<Option<Instant>>("taken_back_at_ms")?.is_some(),
        })
    })
    .await
}

/// The forms of remarks with the playbook that brought each: business type, playbook, body.
pub(super) async fn remark_forms(db: &impl ConnectionTrait) -> Result<Vec<(String, String, String)>, DbErr> {
    sql("SELECT business_type, playbook, body FROM remark_form ORDER BY business_type LIMIT 1000")
        .all(db, |row| Ok((row.get("business_type")?, row.get("playbook")?, row.get("body")?)))
        .await
}

/// The form of a business type; else the one for every type, which stands first.
pub(super) async fn remark_form(db: &impl ConnectionTrait, business_type: &str) -> Result<Option<String>, DbErr> {
    sql("SELECT body FROM remark_form WHERE business_type IN ($1, '') ORDER BY business_type DESC LIMIT 1")
        .bind(business_type)
        .one(db, |row| row.get("body"))
        .await
}

/// Puts a form of the firm's own, or takes the form away.
pub(super) async fn set_remark_form(
    db: &impl ConnectionTrait,
    business_type: &str,
    body: Option<&str>,
) -> Result<u64, DbErr> {
    sql("DELETE FROM remark_form WHERE business_type = $1").bind(business_type).run(db).await?;
    let Some(body) = body else { return Ok(0) };
    sql("INSERT INTO remark_form (business_type, playbook, body) VALUES ($1, '', $2)")
        .bind(business_type)
        .bind(body)
        .run(db)
        .await
}

/// Every contact with a customer, oldest first, with the sealed notes.
pub(super) async fn every_of(
    db: &impl ConnectionTrait,
    customer: CustomerId,
) -> Result<Vec<(ContactId, Option<Vec<u8>>, Value)>, DbErr> {
    sql("SELECT c.id, c.touch_id, c.channel, c.at_ms, c.outcome_code, c.reached, c.result, c.note_cell, c.next_day,
           c.taken_back_at_ms, s.name AS staff_name
         FROM contact c
         LEFT JOIN staff_head s ON s.id = c.staff_id
         WHERE c.bucket = $1 AND c.customer_id = $2
         ORDER BY c.at_ms, c.id
         LIMIT 50000")
    .bind(customer.bucket())
    .bind(customer)
    .all(db, |row| {
        let id: ContactId = row.get("id")?;
        let told = json!({
            "id": id, "touch": row.get::<Option<TouchId>>("touch_id")?, "channel": row.get::<String>("channel")?,
            "at": row.get::<Instant>("at_ms")?, "code": row.get::<String>("outcome_code")?,
            "reached": row.get::<String>("reached")?, "result": row.get::<String>("result")?,
            "next_day": row.get::<Option<Day>>("next_day")?,
            "taken_back_at": row.get::<Option<Instant>>("taken_back_at_ms")?,
            "person": row.get::<Option<String>>("staff_name")?,
        });
        Ok((id, row.get("note_cell")?, told))
    })
    .await
}

/// Deletes the contacts with a customer.
pub(super) async fn erase(db: &impl ConnectionTrait, customer: CustomerId) -> Result<u64, DbErr> {
    sql("DELETE FROM contact WHERE bucket = $1 AND customer_id = $2")
        .bind(customer.bucket())
        .bind(customer)
        .run(db)
        .await
}

/// Contacts of days before one, unless a hold binds their customer.
pub(super) async fn retire_contacts(
    db: &impl ConnectionTrait,
    how: Retire,
    before: Day,
    today: Day,
) -> Result<i64, DbErr> {
    retire(db, how, ("contact", &["bucket", "id"]), |statement| {
        unheld(statement.text("t.day < ").arg(before), "customer_id", today)
    })
    .await
}

/// What must be known of a contact to take it over to another record.
#[derive(Debug)]
pub(super) struct OneContact {
    pub id: ContactId,
    pub touch: Option<TouchId>,
    pub note_cell: Option<Vec<u8>>,
}

/// Every contact with a customer, those taken back too: who merges two customers sees both.
pub(super) async fn of_one(db: &impl ConnectionTrait, customer: CustomerId) -> Result<Vec<OneContact>, DbErr> {
    sql("SELECT id, touch_id, note_cell FROM contact WHERE bucket = $1 AND customer_id = $2 ORDER BY id")
        .bind(customer.bucket())
        .bind(customer)
        .all(db, |row| {
            Ok(OneContact { id: row.get("id")?, touch: row.get("touch_id")?, note_cell: row.get("note_cell")? })
        })
        .await
}

/// The work orders about a customer.
pub(super) async fn touches_of(db: &impl ConnectionTrait, customer: CustomerId) -> Result<Vec<TouchId>, DbErr> {
    sql("SELECT id FROM touch WHERE bucket = $1 AND customer_id = $2")
        .bind(customer.bucket())
        .bind(customer)
        .all(db, |row| row.get("id"))
        .await
}
