//! The story of a customer: notes, opened fields, who looked, and the timeline that tells it all.

use super::create::{sealed, unsealed};
use super::read::{keys, one, one_for_change, one_in, points};
use super::{CustomerError, store};
use crate::org::{Who, staff_names};
use crate::platform::{App, Tx, sql};
use crate::{journal, org};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use tend_rules::base::*;
use tend_rules::customer::{PointKind, mask};
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;
use utoipa::ToSchema;

/// How many hidden fields a person may open in a day, unless the setting `unmask_cap_per_day` says otherwise.
const UNMASK_CAP: i64 = 50;

/// Keeps a note, sealed with the customer's key.
pub async fn write_note(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    id: CustomerId,
    text: &str,
) -> Result<(), CustomerError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 4000 {
        return Err(CustomerError::Invalid { field: "text", rule: "1 to 4000 characters" });
    }
    let customer = one_for_change(tx, scope, id).await?;
    let key = keys(app, &**tx, &[id]).await?.remove(&id).ok_or(CustomerError::NotFound)?;
    let fact = Fact::about(id, "customer", "note_written", json!({ "text": sealed(&key, id, text) }));
    journal::append(app, tx, doer, fact).await?;
    super::mention::tell_mentioned(app, tx, doer, &customer, text).await?;
    tx.tell(super::change::news(&customer, "noted"));
    Ok(())
}

/// How many hidden fields a person may open in a day.
pub(super) async fn unmask_cap(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    cap_of(db, "unmask_cap_per_day", UNMASK_CAP).await
}

/// How often a person may do something in a day: what the firm set under `key`, or as usual.
pub(super) async fn cap_of(db: &impl ConnectionTrait, key: &str, usual: i64) -> Result<i64, DbErr> {
    let set = sql("SELECT value FROM setting WHERE key = $1").bind(key);
    let set = set.one(db, |row| row.get::<String>("value")).await?;
    Ok(set.and_then(|text| text.parse().ok()).unwrap_or(usual))
}

/// Opens a hidden field for a reason. The opening is a fact; one person opens only so many a day.
pub async fn unmask(
    app: &App,
    tx: &Tx,
    who: &Who,
    id: CustomerId,
    point: ContactPointId,
    reason: &str,
) -> Result<String, CustomerError> {
    let reason = reason.trim();
    if reason.chars().count() < 2 {
        return Err(CustomerError::ReasonMissing);
    }
    one_in(tx, &who.scope(), id).await?.ok_or(CustomerError::NotFound)?;
    let held = points(app, &**tx, &[id]).await?.remove(&id).unwrap_or_default();
    let found = held.into_iter().find(|held| held.id == point);
    let found = found.ok_or(CustomerError::PartNotFound { thing: "contact_point" })?;
    let cap = unmask_cap(&**tx).await?;
    if cap < 1 || store::unmask::count(&**tx, who.id, app.today(), cap).await? == 0 {
        return Err(CustomerError::UnmaskCap { cap });
    }
    // Words of a person about a person: sealed like a note.
    let key = keys(app, &**tx, &[id]).await?.remove(&id).ok_or(CustomerError::NotFound)?;
    let payload = json!({ "point": point, "kind": found.kind.word(), "reason": sealed(&key, id, reason) });
    journal::append(app, tx, who.doer(), Fact::about(id, "customer", "unmasked", payload)).await?;
    Ok(found.value)
}

/// Notes that a person opened the customer's page, at most once an hour: who saw what is part of the ledger.
pub async fn note_seen(app: &App, who: &Who, id: CustomerId) -> Result<(), CustomerError> {
    let hour = Instant::from_millis(app.now().millis() / 3_600_000 * 3_600_000);
    if journal::happened_since(app.read(), who.doer(), id, "customer", "seen", hour).await? {
        return Ok(());
    }
    let tx = app.begin().await?;
    journal::append(app, &tx, who.doer(), Fact::about(id, "customer", "seen", json!({}))).await?;
    tx.commit().await?;
    Ok(())
}

/// One entry of the timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoryEntry {
    /// The fact.
    pub id: FactId,
    /// When.
    pub at: Instant,
    /// The room that told it.
    pub room: String,
    /// The room's word.
    pub kind: String,
    /// Who did it; none for the program itself.
    pub actor: Option<StoryActor>,
    /// A short title in the reader's language.
    pub title: String,
    /// One line more, personal values masked.
    pub detail: String,
    /// What the room kept.
    #[schema(value_type = Object)]
    pub payload: Value,
}

/// A person in the story.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoryActor {
    /// The person.
    pub id: StaffId,
    /// The name.
    pub name: String,
}

/// A page of the story, newest first, and where the next page begins. What was told of a record that was merged into this
/// one is part of its story, opened with that record's own key.
pub async fn timeline(
    app: &App,
    who: &Who,
    id: CustomerId,
    before: Option<FactId>,
    kind: Option<&str>,
    limit: i64,
) -> Result<(Vec<StoryEntry>, Option<FactId>), CustomerError> {
    one(app, &who.scope(), id).await?;
    let parts = super::merge::whole(app.read(), id).await?;
    let mut facts = Vec::new();
    for part in &parts {
        let told = journal::story_of_kind(app, *part, before, kind, limit).await?;
        facts.extend(told.into_iter().map(|fact| (*part, fact)));
    }
    facts.sort_by_key(|(_, fact)| std::cmp::Reverse(fact.id));
    facts.truncate(limit as usize);
    let next = (facts.len() as i64 == limit).then(|| facts.last().map(|(_, fact)| fact.id)).flatten();
    let names = org_names(app).await?;
    let keys = keys(app, app.read(), &parts).await?;
    let entries = facts.into_iter().map(|(about, fact)| {
        let shown = shown(fact.payload, about, keys.get(&about));
        let actor = Doer::staff_in(&fact.actor);
        StoryEntry {
            id: fact.id,
            at: fact.at,
            title: title(&fact.room, &fact.kind, who.language),
            detail: detail(&fact.kind, &shown),
            room: fact.room,
            kind: fact.kind,
            actor: actor.map(|id| StoryActor { id, name: names.get(&id).cloned().unwrap_or_default() }),
            payload: shown,
        }
    });
    Ok((entries.collect(), next))
}

async fn org_names(app: &App) -> Result<HashMap<StaffId, String>, CustomerError> {
    Ok(staff_names(app.read()).await?)
}

/// A payload as its reader sees it: sealed notes opened, sealed personal values opened and masked again.
fn shown(mut payload: Value, id: CustomerId, key: Option<&crate::platform::CustomerKey>) -> Value {
    let kind = payload["fact"].as_str().and_then(PointKind::from_word);
    let Some(fields) = payload.as_object_mut() else { return payload };
    for value in fields.values_mut() {
        if value.get("sealed").is_none() {
            continue;
        }
        let opened = key.and_then(|key| unsealed(key, id, value));
        *value = match (opened, kind) {
            (None, _) => json!("***"),
            (Some(text), None) => json!(text),
            (Some(text), Some(kind)) => json!(text.lines().map(|line| mask(kind, line)).collect::<Vec<_>>().join(", ")),
        };
    }
    payload
}

fn title(room: &str, kind: &str, language: Language) -> String {
    let words = crate::platform::words(language);
    let title = words.fill(&format!("story_{room}_{kind}.title"), &json!({}));
    if title.is_empty() { kind.replace('_', " ") } else { title }
}

fn detail(kind: &str, payload: &Value) -> String {
    let text = |value: &Value| match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match kind {
        "fact_changed" => {
            format!("{}: {} → {}", text(&payload["fact"]), text(&payload["from"]), text(&payload["to"]))
        }
        "note_written" => text(&payload["text"]),
        "consent_set" => {
            format!("{}: {} → {}", text(&payload["channel"]), text(&payload["from"]), text(&payload["to"]))
        }
        "unmasked" => match payload["searched_digits"].as_u64() {
            Some(digits) => format!("{}: ···{digits}", text(&payload["kind"])),
            None => format!("{}: {}", text(&payload["kind"]), text(&payload["reason"])),
        },
        // Of another record nothing more is said: the reader of this one need not see that one.
        "compared" => payload["file"].as_str().unwrap_or_default().to_owned(),
        "label_put" | "label_taken" => text(&payload["label"]),
        "agreement_put" | "agreement_taken_back" => text(&payload["product"]),
        "merged" | "merged_away" | "split" | "split_off" if payload["reason"] != "" => text(&payload["reason"]),
        _ => String::new(),
    }
}

/// A unit's name for pages.
pub(super) async fn unit_names(app: &App) -> Result<HashMap<UnitId, String>, CustomerError> {
    let units = org::every_unit(app, &Scope::Firm).await.map_err(|error| match error {
        org::OrgError::Database(error) => CustomerError::Database(error),
        _ => CustomerError::NotFound,
    })?;
    Ok(units.into_iter().map(|unit| (unit.id, unit.name)).collect())
}
