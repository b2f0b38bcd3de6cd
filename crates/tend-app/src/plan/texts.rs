//! Scripts and message templates that the firm writes or edits itself. What a playbook wrote is edited in place and from
//! then on left alone by its updates. A text that a plan uses cannot be retired; a plan cannot be published with a
//! retired one.

use super::PlanError;
use super::naming::{Plans, TextUser};
use super::store::texts::{self, TextRow};
use super::words::{Question, Script};
use crate::journal;
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use crate::segment::catalogue;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::plan::{CarePlan, Fault, check_words};
use tend_rules::segment::{Binding, Catalogue, Words};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// What to say, stage by stage.
    Script,
    /// A message in several wordings.
    Template,
}

impl TextKind {
    /// Its word, which is that of its table too.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Template => "template",
        }
    }
}

/// What a text says.
#[derive(Debug, Clone)]
pub enum TextBody {
    /// A script.
    Script(Script),
    /// A message for a channel, with its wordings.
    Template {
        /// The channel.
        channel: Channel,
        /// At least one.
        wordings: Vec<Words>,
    },
}

impl TextBody {
    /// Which of the two.
    pub const fn kind(&self) -> TextKind {
        match self {
            Self::Script(_) => TextKind::Script,
            Self::Template { .. } => TextKind::Template,
        }
    }

    fn channel(&self) -> &'static str {
        if let Self::Template { channel, .. } = self { channel.word() } else { "" }
    }

    fn written(&self) -> Value {
        match self {
            Self::Script(script) => json!(script),
            Self::Template { wordings, .. } => json!(wordings),
        }
    }

    fn read(row: &TextRow) -> Option<Self> {
        match Channel::from_word(&row.channel) {
            Some(channel) => Some(Self::Template { channel, wordings: serde_json::from_str(&row.body).ok()? }),
            None => Some(Self::Script(serde_json::from_str(&row.body).ok()?)),
        }
    }

    /// Its words with their places.
    fn words(&self) -> Vec<(String, &Words)> {
        match self {
            Self::Template { wordings, .. } => {
                wordings.iter().enumerate().map(|(at, words)| (format!("wordings.{at}"), words)).collect()
            }
            Self::Script(script) => {
                let title = std::iter::once(("title".to_owned(), &script.title));
                let stages = script.stages.iter().enumerate().flat_map(|(at, stage)| {
                    [(format!("stages.{at}.title"), &stage.title), (format!("stages.{at}.body"), &stage.body)]
                });
                let questions = script.questions.iter().enumerate();
                let questions = questions.map(|(at, question)| (format!("questions.{at}.text"), &question.text));
                title.chain(stages).chain(questions).collect()
            }
        }
    }

    fn fits(&self) -> Result<(), PlanError> {
        let invalid = |field, rule| Err(PlanError::Invalid { field, rule });
        match self {
            Self::Template { wordings, .. } if !(1..=20).contains(&wordings.len()) => invalid("wordings", "1 to 20"),
            Self::Script(Script { stages, .. }) if !(1..=20).contains(&stages.len()) => invalid("stages", "1 to 20"),
            Self::Script(Script { questions, .. }) if questions.len() > 30 => invalid("questions", "at most 30"),
            _ if self.words().iter().any(|(_, words)| words.zh.len() + words.en.len() > 16_000) => {
                invalid("text", "at most 16000 bytes")
            }
            _ => Ok(()),
        }
    }
}

/// A text with where it comes from and who uses it.
#[derive(Debug, Clone)]
pub struct FirmText {
    /// Its key.
    pub key: String,
    /// The playbook that brought it; empty for the firm's own.
    pub playbook: String,
    /// What it says.
    pub body: TextBody,
    /// Grows with each change.
    pub version: i64,
    /// Whether the firm wrote or edited it.
    pub edited: bool,
    /// Since when nobody is to use it.
    pub retired_at: Option<Instant>,
    /// The plans that name it.
    pub users: Vec<TextUser>,
}

/// Whether a plan names a text.
fn names(plan: &CarePlan, kind: TextKind, key: &str) -> bool {
    match kind {
        TextKind::Script => plan.script.as_deref() == Some(key),
        TextKind::Template => plan.templates.values().any(|named| named == key),
    }
}

/// What is wrong with a text for the plans that use it.
fn faults(plans: &Plans, catalogue: &Catalogue, key: &str, body: &TextBody) -> Vec<Fault> {
    let users = plans.naming(|plan| names(plan, body.kind(), key));
    let mut users: Vec<Option<Binding<'_>>> = users.map(CarePlan::binding).collect();
    users.dedup();
    let others: Vec<Option<Binding<'_>>> = plans.naming(|_| true).map(CarePlan::binding).collect();
    check_words(&body.words(), catalogue, &users, &others)
}

/// Every text of a kind.
pub async fn every(app: &App, kind: TextKind) -> Result<Vec<FirmText>, PlanError> {
    let plans = Plans::read(app.read(), app.today(), &catalogue(app).await?).await?;
    let shaped = |row: TextRow| {
        let body = TextBody::read(&row)?;
        Some(FirmText {
            users: plans.users(|plan| names(plan, kind, &row.key)),
            key: row.key,
            playbook: row.playbook,
            body,
            version: row.version,
            edited: !row.edited_by.is_empty(),
            retired_at: row.retired_at,
        })
    };
    Ok(texts::every(app.read(), kind).await?.into_iter().filter_map(shaped).collect())
}

/// What is wrong with a text as it is being written.
pub async fn check(app: &App, key: &str, body: &TextBody) -> Result<Vec<Fault>, PlanError> {
    let catalogue = catalogue(app).await?;
    let plans = Plans::read(app.read(), app.today(), &catalogue).await?;
    Ok(faults(&plans, &catalogue, key, body))
}

/// Adds a text of the firm's own.
pub async fn add(app: &App, tx: &Tx, doer: Doer, key: &str, body: &TextBody) -> Result<(), PlanError> {
    fit_key(key)?;
    right(app, tx, key, body).await?;
    let written = body.written().to_string();
    if texts::insert(&**tx, body.kind(), (key, body.channel(), &written), &doer.to_string()).await? == 0 {
        return Err(PlanError::KeyTaken { key: key.to_owned() });
    }
    told(
        app,
        tx,
        doer,
        (body.kind(), key, "added"),
        json!({ "version": 1, "channel": body.channel(), "body": body.written() }),
    )
    .await
}

/// Writes a text anew; the playbook that brought it leaves it alone from then on.
pub async fn change(
    app: &App,
    tx: &Tx,
    doer: Doer,
    (key, version): (&str, i64),
    body: &TextBody,
) -> Result<(), PlanError> {
    let kind = body.kind();
    texts::one(&**tx, kind, key).await?.ok_or(PlanError::TextUnknown { key: key.to_owned() })?;
    right(app, tx, key, body).await?;
    let written = body.written().to_string();
    if texts::change(&**tx, kind, (key, body.channel(), &written), version, &doer.to_string()).await? == 0 {
        return Err(PlanError::VersionStale);
    }
    let payload = json!({ "version": version + 1, "channel": body.channel(), "body": body.written() });
    told(app, tx, doer, (kind, key, "changed"), payload).await
}

/// Retires a text that no published plan uses.
pub async fn retire(app: &App, tx: &Tx, doer: Doer, kind: TextKind, key: &str) -> Result<(), PlanError> {
    texts::one(&**tx, kind, key).await?.ok_or(PlanError::TextUnknown { key: key.to_owned() })?;
    let plans = Plans::read(&**tx, app.today(), &catalogue(app).await?).await?;
    plans.spare_published(|plan| names(plan, kind, key))?;
    if texts::retire(&**tx, kind, key, (&doer.to_string(), app.now())).await? == 0 {
        return Ok(());
    }
    told(app, tx, doer, (kind, key, "retired"), json!({})).await
}

/// Takes a retired text back into use.
pub async fn resume(app: &App, tx: &Tx, doer: Doer, kind: TextKind, key: &str) -> Result<(), PlanError> {
    texts::one(&**tx, kind, key).await?.ok_or(PlanError::TextUnknown { key: key.to_owned() })?;
    if texts::resume(&**tx, kind, key).await? == 0 {
        return Ok(());
    }
    told(app, tx, doer, (kind, key, "resumed"), json!({})).await
}

/// Refuses a plan that names a retired text.
pub(super) async fn spare_retired(db: &impl ConnectionTrait, plan: &CarePlan) -> Result<(), PlanError> {
    let script = plan.script.iter().map(|key| (TextKind::Script, key));
    for (kind, key) in script.chain(plan.templates.values().map(|key| (TextKind::Template, key))) {
        if texts::one(db, kind, key).await?.is_some_and(|row| row.retired_at.is_some()) {
            return Err(PlanError::TextRetired { key: key.clone() });
        }
    }
    Ok(())
}

/// That a key is one by which plans can name something.
pub(super) fn fit_key(key: &str) -> Result<(), PlanError> {
    let is_key = (1..=60).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_key { Ok(()) } else { Err(PlanError::Invalid { field: "key", rule: "1 to 60 of a-z, 0-9 and _" }) }
}

async fn right(app: &App, tx: &Tx, key: &str, body: &TextBody) -> Result<(), PlanError> {
    body.fits()?;
    let catalogue = catalogue(app).await?;
    let plans = Plans::read(&**tx, app.today(), &catalogue).await?;
    let faults = faults(&plans, &catalogue, key, body);
    if !faults.is_empty() {
        return Err(PlanError::TextFaulty { faults });
    }
    let TextBody::Script(script) = body else { return Ok(()) };
    let known = |question: &Question| question.fact.as_deref().is_none_or(|fact| catalogue.find(fact).is_some());
    if script.questions.iter().all(known) {
        return Ok(());
    }
    Err(PlanError::Invalid { field: "questions", rule: "facts that the firm has" })
}

async fn told(
    app: &App,
    tx: &Tx,
    doer: Doer,
    (kind, key, deed): (TextKind, &str, &str),
    mut payload: Value,
) -> Result<(), PlanError> {
    payload["key"] = json!(key);
    let fact = match (kind, deed) {
        (TextKind::Script, "added") => "script_added",
        (TextKind::Script, "changed") => "script_changed",
        (TextKind::Script, "retired") => "script_retired",
        (TextKind::Script, _) => "script_resumed",
        (TextKind::Template, "added") => "template_added",
        (TextKind::Template, "changed") => "template_changed",
        (TextKind::Template, "retired") => "template_retired",
        (TextKind::Template, _) => "template_resumed",
    };
    journal::append(app, tx, doer, Fact::of_firm("plan", fact, payload)).await?;
    let scope = LiveScope::default();
    tx.tell(LiveEvent { seq: 0, room: "plan", kind: "text_changed".into(), id: None, customer_id: None, scope });
    Ok(())
}
