//! A work order on the wire.

use crate::platform::{App, SealedPlace};
use crate::work::touch::{Cause, Touch};
use serde::Serialize;
use tend_rules::base::*;
use tend_rules::work::State;
use utoipa::ToSchema;

/// A work order as lists show it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TouchShape {
    /// Its id.
    pub id: TouchId,
    /// The customer.
    pub customer: CustomerShape,
    /// What it is, in the reader's language.
    pub title: String,
    /// Why, in the reader's language.
    pub reason: String,
    /// The channel.
    pub channel: Channel,
    /// The day on which it was due.
    pub due_day: Day,
    /// Fixed local time as `09:30`.
    pub at: Option<String>,
    /// The last day on which it may be done.
    pub not_after: Day,
    /// `planned`, `assigned`, `accepted`, `done`, `failed`, `expired`, `verified`, `returned` or `withdrawn`.
    #[schema(value_type = String)]
    pub state: State,
    /// What it is worth.
    pub worth: Money,
    /// 0..100.
    pub priority: i16,
    /// Whether it is open after its due day.
    pub overdue: bool,
    /// The batch that asked for it.
    pub batch: Option<BatchName>,
    /// The key of the plan that asked for it.
    pub plan_key: Option<String>,
    /// Groups outcome codes and statements.
    pub business_type: String,
    /// The unit that has it.
    pub unit_id: UnitId,
    /// On whose list it is.
    pub owner: Option<PersonShape>,
    /// Laid aside until then.
    pub snoozed_until: Option<Instant>,
    /// The last outcome's code.
    pub outcome_code: Option<String>,
    /// Why head office sent it back.
    pub return_reason: Option<String>,
    /// When it was closed.
    pub finished_at: Option<Instant>,
    /// Grows with each change.
    pub version: i64,
}

/// The customer of a work order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerShape {
    /// The customer.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// `gold`, `silver` or `ordinary`.
    pub tier: String,
    /// `A`, `B`, `C` or empty.
    pub class: String,
    /// The region.
    pub region: String,
    /// The last day on which somebody reached the customer.
    pub last_contact: Option<Day>,
}

/// A batch by name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BatchName {
    /// The batch.
    pub id: BatchId,
    /// Its name.
    pub name: String,
}

/// A person by name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonShape {
    /// The person.
    pub id: StaffId,
    /// The name.
    pub name: String,
}

impl TouchShape {
    /// Shapes a touch for a reader.
    pub fn of(app: &App, touch: Touch, language: Language, today: Day) -> Self {
        let (batch, plan_key) = match touch.cause {
            Cause::Plan { key, .. } => (None, Some(key)),
            Cause::Batch(id) => (Some(BatchName { id, name: touch.batch_name.unwrap_or_default() }), None),
            Cause::Person(_) => (None, None),
        };
        let opened = app.keys().open_typed(SealedPlace::ReturnReason, touch.id.0, &touch.return_reason);
        let return_reason = opened.unwrap_or_else(|error| {
            tracing::error!("why {} was sent back: {error}", touch.id);
            String::new()
        });
        let said = |text: String| (!text.is_empty()).then_some(text);
        Self {
            id: touch.id,
            customer: CustomerShape {
                id: touch.customer.id,
                name: touch.customer.name,
                tier: touch.customer.tier,
                class: touch.customer.class,
                region: touch.customer.region,
                last_contact: touch.customer.last_contact,
            },
            title: touch.title.of(language).to_owned(),
            reason: touch.reason.of(language).to_owned(),
            channel: touch.channel,
            due_day: touch.due,
            at: touch.at_minute.map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60)),
            not_after: touch.not_after,
            overdue: touch.state.is_open() && touch.due < today,
            state: touch.state,
            worth: Money::fen(touch.worth_minor),
            priority: touch.priority,
            batch,
            plan_key,
            business_type: touch.business_type,
            unit_id: touch.unit_id,
            owner: touch.owner_id.map(|id| PersonShape { id, name: touch.owner_name.unwrap_or_default() }),
            snoozed_until: touch.snoozed_until,
            outcome_code: said(touch.outcome_code),
            return_reason: said(return_reason),
            finished_at: touch.finished_at,
            version: touch.version,
        }
    }
}
