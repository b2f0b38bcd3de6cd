//! A touch as this room keeps it, and one about to be made.

use crate::customer::WorkWith;
use tend_rules::base::*;
use tend_rules::work::{Listed, State, urgency};
use uuid::Uuid;

/// What asked for a touch: its id is part of what makes a touch unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A care plan.
    Plan {
        /// The plan.
        id: PlanId,
        /// Its key.
        key: String,
    },
    /// An imported batch.
    Batch(BatchId),
    /// A person, by hand.
    Person(StaffId),
}

impl Cause {
    pub(super) fn id(&self) -> Uuid {
        match self {
            Cause::Plan { id, .. } => id.0,
            Cause::Batch(id) => id.0,
            Cause::Person(id) => id.0,
        }
    }
}

/// Whether a touch uses up the customer's attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attention {
    /// It counts as a contact.
    Counts,
    /// It does not: a notice that the law requires.
    Free,
}

impl Attention {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Attention::Counts => "counts",
            Attention::Free => "free",
        }
    }
}

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Both {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Both {
    /// The same words in both languages: what a person typed.
    pub fn same(text: &str) -> Self {
        Self { zh: text.to_owned(), en: text.to_owned() }
    }

    /// The text of a language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// A touch about to be made. Unique by cause, customer, subject and due day.
#[derive(Debug, Clone)]
pub struct NewTouch {
    /// The customer.
    pub customer: CustomerId,
    /// What asked for it.
    pub cause: Cause,
    /// The agreement, bill or order it is about; the customer's own id where it is about none.
    pub subject: Uuid,
    /// The day on which it is due.
    pub due: Day,
    /// The last day on which it may be done.
    pub not_after: Day,
    /// Fixed local time, minutes after midnight.
    pub at_minute: Option<u16>,
    /// Groups outcome codes and statements.
    pub business_type: String,
    /// What it is.
    pub title: Both,
    /// Why this customer, today.
    pub reason: Both,
    /// The key of the script, or empty.
    pub script_key: String,
    /// Keys of templates.
    pub template_keys: Vec<String>,
    /// Whether it uses up attention.
    pub attention: Attention,
    /// The channel, consented.
    pub channel: Channel,
    /// 0..100.
    pub priority: i16,
    /// Value in minor units.
    pub worth_minor: i64,
    /// The unit that has it.
    pub unit: UnitId,
    /// On whose list it goes; on nobody's if it waits to be handed out.
    pub owner: Option<StaffId>,
}

/// The customer of a touch as lists show it.
#[derive(Debug, Clone)]
pub struct TouchCustomer {
    /// The customer.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// `gold`, `silver`, `ordinary`.
    pub tier: String,
    /// `A`, `B`, `C` or empty.
    pub class: String,
    /// The region.
    pub region: String,
    /// Whose customer it is.
    pub owner_id: Option<StaffId>,
    /// The unit of the customer.
    pub unit_id: UnitId,
    /// The last day on which somebody reached the customer.
    pub last_contact: Option<Day>,
}

/// A touch.
#[derive(Debug, Clone)]
pub struct Touch {
    /// Its id.
    pub id: TouchId,
    /// The customer.
    pub customer: TouchCustomer,
    /// What asked for it.
    pub cause: Cause,
    /// The name of the batch, if one asked for it.
    pub batch_name: Option<String>,
    /// What it is about.
    pub subject: Uuid,
    /// The day on which it was due.
    pub due: Day,
    /// The last day on which it may be done.
    pub not_after: Day,
    /// Fixed local time.
    pub at_minute: Option<u16>,
    /// Groups outcome codes and statements.
    pub business_type: String,
    /// What it is.
    pub title: Both,
    /// Why.
    pub reason: Both,
    /// The key of the script, or empty.
    pub script_key: String,
    /// Keys of templates.
    pub template_keys: Vec<String>,
    /// Whether it uses up attention.
    pub attention: Attention,
    /// The channel.
    pub channel: Channel,
    /// 0..100.
    pub priority: i16,
    /// Value in minor units.
    pub worth_minor: i64,
    /// Where it stands.
    pub state: State,
    /// The unit that has it.
    pub unit_id: UnitId,
    /// On whose list it is.
    pub owner_id: Option<StaffId>,
    /// That person's name.
    pub owner_name: Option<String>,
    /// Laid aside until then.
    pub snoozed_until: Option<Instant>,
    /// The last outcome's code, or empty.
    pub outcome_code: String,
    /// Why head office sent it back, sealed, or empty.
    pub return_reason: String,
    /// When it was closed.
    pub finished_at: Option<Instant>,
    /// Grows with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Instant,
}

impl Touch {
    /// Who has it, as the customer room wants to know.
    pub fn as_work(&self) -> WorkWith {
        let Self { id, customer, unit_id, owner_id, not_after, .. } = self;
        WorkWith { customer: customer.id, touch: *id, unit: *unit_id, person: *owner_id, until: *not_after }
    }

    /// What the order of My day looks at.
    pub fn listed(&self) -> Listed {
        Listed {
            due: self.due,
            at_minute: self.at_minute,
            priority: self.priority,
            worth_minor: self.worth_minor,
            made_at_ms: self.created_at.millis(),
        }
    }

    /// Where a list goes on behind this row.
    pub fn cursor(&self) -> String {
        format!("{}.{}", self.due, self.id)
    }

    /// Priority × value.
    pub fn urgency(&self) -> i128 {
        urgency(self.priority, self.worth_minor)
    }
}
