//! Units: head office, channels, teams, in one tree.

use super::{OrgError, store};
use crate::journal;
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tend_rules::base::UnitId;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;
use utoipa::ToSchema;

/// A unit of the firm.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// The unit above; none for head office.
    pub parent_id: Option<UnitId>,
    /// `hq`, `channel` or `team`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The region it serves, as customers' regions are written.
    pub region: String,
    /// People who work in the unit itself.
    pub staff_count: i64,
    /// Grows with each change.
    pub version: i64,
}

/// A unit to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewUnit {
    /// The unit above.
    pub parent_id: Option<UnitId>,
    /// `channel` or `team`.
    pub kind: String,
    /// Its name, 1..100 characters.
    pub name: String,
    /// The region it serves.
    #[serde(default)]
    pub region: String,
}

/// Every unit in scope, parents first.
pub async fn every_unit(app: &App, scope: &Scope) -> Result<Vec<Unit>, OrgError> {
    let within = match scope {
        Scope::Subtree(root) => Some(*root),
        _ => None,
    };
    Ok(store::units(app.read(), within).await?)
}

/// That a unit lies within a scope; one outside it does not exist for its reader.
pub(super) async fn within(app: &App, scope: &Scope, unit: UnitId) -> Result<(), OrgError> {
    let seen = every_unit(app, scope).await?.iter().any(|one| one.id == unit);
    if seen { Ok(()) } else { Err(OrgError::UnitNotFound) }
}

/// Adds a unit below another.
pub async fn add_unit(app: &App, tx: &Tx, doer: Doer, new: NewUnit) -> Result<Unit, OrgError> {
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(OrgError::Invalid { field: "name", rule: "1..100" });
    }
    let fits = match new.parent_id {
        None => new.kind == "hq",
        Some(_) => matches!(new.kind.as_str(), "channel" | "team"),
    };
    if !fits {
        return Err(OrgError::Invalid { field: "kind", rule: "channel|team" });
    }
    let above = store::units(&**tx, None).await?;
    match new.parent_id {
        Some(parent) if !above.iter().any(|unit| unit.id == parent) => return Err(OrgError::UnitNotFound),
        None if !above.is_empty() => return Err(OrgError::Invalid { field: "parent_id", rule: "one hq" }),
        _ => {}
    }
    let unit = Unit {
        id: UnitId(app.new_free_id()),
        parent_id: new.parent_id,
        kind: new.kind,
        name,
        region: new.region.trim().to_owned(),
        staff_count: 0,
        version: 1,
    };
    store::insert_unit(&**tx, &unit, app.now()).await?;
    journal::append(app, tx, doer, Fact::of_firm("org", "unit_added", json!({ "unit": unit.id, "name": unit.name })))
        .await?;
    tx.tell(news("unit_added", unit.id));
    Ok(unit)
}

/// Changes the name and region of a unit.
pub async fn rename_unit(
    app: &App,
    tx: &Tx,
    doer: Doer,
    id: UnitId,
    name: &str,
    region: &str,
    version: i64,
) -> Result<Unit, OrgError> {
    if name.trim().is_empty() || name.chars().count() > 100 {
        return Err(OrgError::Invalid { field: "name", rule: "1..100" });
    }
    let changed = store::update_unit(&**tx, id, name.trim(), region.trim(), version).await?;
    let unit = store::units(&**tx, None).await?.into_iter().find(|unit| unit.id == id).ok_or(OrgError::UnitNotFound)?;
    if changed == 0 {
        return Err(OrgError::VersionStale);
    }
    journal::append(app, tx, doer, Fact::of_firm("org", "unit_renamed", json!({ "unit": id, "name": unit.name })))
        .await?;
    tx.tell(news("unit_renamed", id));
    Ok(unit)
}

fn news(kind: &str, id: UnitId) -> LiveEvent {
    let scope = LiveScope { unit_id: Some(id), ..LiveScope::default() };
    LiveEvent { seq: 0, room: "org", kind: kind.into(), id: Some(id.to_string()), customer_id: None, scope }
}
