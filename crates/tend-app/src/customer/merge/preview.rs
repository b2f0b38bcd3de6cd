//! What a merge would make of two records, and what a split would bring back, before anybody says yes.

use super::holdings::{Carriage, Holdings};
use super::hook::{Passage, Returning, followers};
use super::likely::traits;
use super::{Changed, former_numbers, may_join_keepers, reason, said};
use crate::customer::CustomerError;
use crate::customer::list::Named;
use crate::customer::look_up::{self, Beside};
use crate::customer::read::{Point, key, one, points};
use crate::customer::store::merge::{MergedRow, merged, parts_of};
use crate::customer::store::{facts, holds, kin, labels};
use crate::customer::story::unit_names;
use crate::journal;
use crate::org::{Who, staff_names};
use crate::platform::{App, CustomerKey, Problem};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use tend_rules::base::*;
use tend_rules::customer::*;
use tend_rules::intake::{SameBy, same_person_score};
use tend_rules::journal::Doer;
use tend_rules::org::Scope;
use utoipa::ToSchema;

/// One of the two records.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeSide {
    /// The customer.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// The customer manager.
    pub owner: Option<Named<StaffId>>,
    /// The unit.
    pub unit: Option<Named<UnitId>>,
    /// Since when the customer is on file.
    pub created_at: Instant,
    /// The last change.
    pub updated_at: Instant,
    /// The version that is looked at.
    pub version: i64,
}

/// A field of both records.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeField {
    /// The key, to be named in `take` if the other record's value is wanted.
    pub key: String,
    /// Its title in the reader's language; empty for contact points and `keeper`.
    pub title: String,
    /// Its type; `points` for contact points, of which both records' stay and one side's come first.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the record that stays says.
    pub kept: Value,
    /// What the other one says.
    pub other: Value,
    /// Whose value is suggested: `kept` or `other`.
    #[schema(value_type = String)]
    pub side: Side,
    /// Whether nobody may choose.
    pub fixed: bool,
}

/// How many things of a kind go over.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveLine {
    /// `agreements`, `bills`, `payments`, `orders`, `labels`, `relations`, `holds`, `touches`, `open_touches`, `contacts`,
    /// `traces`, `requests`.
    pub what: String,
    /// How many.
    pub count: i64,
}

/// What a merge would make of two records.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergePreview {
    /// The record that stays.
    pub kept: MergeSide,
    /// The record that is merged into it.
    pub other: MergeSide,
    /// 0 (different people) to 100 (certainly the same).
    pub points: u8,
    /// What speaks for it.
    #[schema(value_type = Vec<String>)]
    pub by: Vec<SameBy>,
    /// Field by field.
    pub fields: Vec<MergeField>,
    /// What goes over.
    pub moves: Vec<MoveLine>,
    /// Agreements, bills, payments and orders that both records have: they stay once.
    pub folded: i64,
    /// Channels refused afterwards: all that either record refused.
    pub refused: Vec<Channel>,
    /// Channels with a consent afterwards.
    pub consented: Vec<Channel>,
    /// `two_id_numbers`, `two_outside_ids`: reasons to look twice; `two_keepers`: whoever merges must be permitted to hand
    /// customers over, and this reader is not.
    pub warnings: Vec<&'static str>,
}

/// What a merge of two customers of the reader's scope would do. It tells whether both bear the same, of what is masked
/// too: the journal of both tells who looked, and a full day of look-ups ends it.
pub async fn preview(app: &App, who: &Who, id: CustomerId, other: CustomerId) -> Result<MergePreview, Problem> {
    if id == other {
        return Err(CustomerError::Invalid { field: "other_id", rule: "another customer" }.into());
    }
    let (db, scope) = (app.read(), who.scope());
    let (kept, gone) = (one(app, &scope, id).await?, one(app, &scope, other).await?);
    let mut opened = points(app, db, &[id, other]).await?;
    let (mine, theirs) = (opened.remove(&id).unwrap_or_default(), opened.remove(&other).unwrap_or_default());
    if !mine.is_empty() && !theirs.is_empty() {
        note_looked(app, who, [&kept, &gone]).await?;
    }
    let former = former_numbers(db, &[id, other]).await?;
    let numbers = |id: CustomerId| former.get(&id).map_or(&[][..], Vec::as_slice);
    let likeness = same_person_score(&traits(&kept, &mine, numbers(id)), &traits(&gone, &theirs, numbers(other)));
    let after = merged_said(said(db, &kept).await?, said(db, &gone).await?);
    let plan = Carriage::planned(&Holdings::of(db, other).await?, &Holdings::of(db, id).await?, id.bucket());
    let names = Names::read(app, who).await?;
    let mut fields = names.fields(&kept, &gone);
    fields.extend(PointKind::ALL.into_iter().filter_map(|kind| point_field(kind, &mine, &theirs)));
    fields.push(names.keeper(&kept, &gone));
    Ok(MergePreview {
        kept: names.side(&kept),
        other: names.side(&gone),
        points: likeness.points,
        by: likeness.by,
        fields,
        moves: moves(app, &kept, &gone, &plan).await?,
        folded: plan.folded.len() as i64,
        refused: after.refused.iter().collect(),
        consented: after.consented.iter().collect(),
        warnings: warnings(who, (&kept, &mine), (&gone, &theirs)),
    })
}

/// Counts and tells that what masks hide of two records is compared: either may be the one that bears a guess.
async fn note_looked(app: &App, who: &Who, [one, other]: [&Customer; 2]) -> Result<(), CustomerError> {
    for record in [one, other] {
        look_up::may_hold(app, who, record).await?;
    }
    for (record, shown) in [(one, other), (other, one)] {
        look_up::note_compared(app, who, Beside::Record(record.id), &[shown.id].into()).await?;
    }
    Ok(())
}

async fn moves(app: &App, kept: &Customer, gone: &Customer, plan: &Carriage) -> Result<Vec<MoveLine>, Problem> {
    let on = labels::of(app.read(), &[kept.id, gone.id]).await?;
    let has = |label: &str| on.iter().any(|(id, known, _)| *id == kept.id && known == label);
    let fresh = on.iter().filter(|(id, label, _)| *id == gone.id && !has(label)).count() as i64;
    let relations = kin::every_relation(app.read(), gone.id).await?.len() as i64;
    let mut lines: Vec<(&str, i64)> = plan.counts().to_vec();
    let held = holds::of(app.read(), gone.id).await?.len() as i64;
    lines.extend([("labels", fresh), ("relations", relations), ("holds", held)]);
    for follower in followers()? {
        lines.extend((follower.count)(app, gone.id).await?);
    }
    Ok(lines.into_iter().map(|(what, count)| MoveLine { what: what.into(), count }).collect())
}

fn warnings(
    who: &Who,
    (kept, mine): (&Customer, &[Point]),
    (gone, theirs): (&Customer, &[Point]),
) -> Vec<&'static str> {
    let card = |held: &[Point]| held.iter().find(|p| p.kind == PointKind::IdNumber).map(|p| p.value.clone());
    let differ = |one: Option<String>, other: Option<String>| one.zip(other).is_some_and(|(one, other)| one != other);
    let mut warnings = Vec::new();
    if differ(card(mine), card(theirs)) {
        warnings.push("two_id_numbers");
    }
    if differ(kept.outside_id.clone(), gone.outside_id.clone()) {
        warnings.push("two_outside_ids");
    }
    if may_join_keepers(who, kept, gone).is_err() {
        warnings.push("two_keepers");
    }
    warnings
}

fn point_field(kind: PointKind, mine: &[Point], theirs: &[Point]) -> Option<MergeField> {
    let masked =
        |held: &[Point]| -> Vec<String> { held.iter().filter(|p| p.kind == kind).map(Point::masked).collect() };
    let (kept, other) = (masked(mine), masked(theirs));
    if kept.is_empty() && other.is_empty() {
        return None;
    }
    let side = if kept.is_empty() { Side::Other } else { Side::Kept };
    let (kept, other) = (json!(kept), json!(other));
    Some(MergeField {
        key: kind.word().into(),
        title: String::new(),
        kind: "points".into(),
        kept,
        other,
        side,
        fixed: false,
    })
}

/// The names that a preview shows.
pub(in crate::customer) struct Names {
    staff: HashMap<StaffId, String>,
    units: HashMap<UnitId, String>,
    firm: Vec<facts::DefinitionRow>,
    language: Language,
}

impl Names {
    pub async fn read(app: &App, who: &Who) -> Result<Self, CustomerError> {
        Ok(Self {
            staff: staff_names(app.read()).await?,
            units: unit_names(app).await?,
            firm: facts::all(app.read()).await?,
            language: who.language,
        })
    }

    /// A customer manager with the name.
    pub fn owner(&self, id: Option<StaffId>) -> Option<Named<StaffId>> {
        id.map(|id| Named { id, name: self.staff.get(&id).cloned().unwrap_or_default() })
    }

    fn side(&self, file: &Customer) -> MergeSide {
        MergeSide {
            id: file.id,
            name: file.name.clone(),
            owner: self.owner(file.owner_id),
            unit: self.unit(file.unit_id),
            created_at: file.created_at,
            updated_at: file.updated_at,
            version: file.version,
        }
    }

    /// Title and type of a fact.
    pub fn titled(&self, key: &str) -> (String, String) {
        let zh = self.language == Language::Zh;
        if let Some(fact) = BUILT_IN.iter().find(|fact| fact.key == key) {
            return ((if zh { fact.zh } else { fact.en }).into(), fact.kind.into());
        }
        match self.firm.iter().find(|row| row.key == key) {
            Some(row) => ((if zh { &row.title_zh } else { &row.title_en }).clone(), row.value_type.clone()),
            None => (key.into(), "string".into()),
        }
    }

    fn fields(&self, kept: &Customer, gone: &Customer) -> Vec<MergeField> {
        let shown = |pair: &FieldPair| !(pair.kept.is_null() && pair.other.is_null());
        let field = |pair: FieldPair| {
            let (title, kind) = self.titled(&pair.key);
            let FieldPair { key, kept, other, side, fixed } = pair;
            MergeField { key, title, kind, kept, other, side, fixed }
        };
        field_pairs(kept, gone, None).into_iter().filter(shown).map(field).collect()
    }

    /// A unit with its name.
    pub fn unit(&self, id: UnitId) -> Option<Named<UnitId>> {
        self.units.get(&id).map(|name| Named { id, name: name.clone() })
    }

    /// Who keeps a customer, in one line.
    pub fn keeper_line(&self, file: &Customer) -> Value {
        let owner = self.owner(file.owner_id).map(|owner| owner.name);
        let unit = self.units.get(&file.unit_id).cloned();
        json!(unit.into_iter().chain(owner).collect::<Vec<_>>().join(" · "))
    }

    fn keeper(&self, kept: &Customer, gone: &Customer) -> MergeField {
        let fills = kept.owner_id.is_none() && gone.owner_id.is_some();
        MergeField {
            key: KEEPER.into(),
            title: String::new(),
            kind: "string".into(),
            kept: self.keeper_line(kept),
            other: self.keeper_line(gone),
            side: if fills { Side::Other } else { Side::Kept },
            fixed: false,
        }
    }
}

/// A record that is part of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Merger {
    /// The record that was merged in.
    pub id: CustomerId,
    /// Its name.
    pub name: String,
    /// When.
    pub at: Instant,
    /// Who did it; empty for the program itself.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// The records that were merged into a customer, last first.
pub async fn mergers(app: &App, who: &Who, id: CustomerId) -> Result<Vec<Merger>, CustomerError> {
    one(app, &who.scope(), id).await?;
    let parts: Vec<CustomerId> = parts_of(app.read(), &[id]).await?.into_iter().map(|(_, part)| part).collect();
    let staff = staff_names(app.read()).await?;
    // Proved on the record that stays, which its parts follow wherever it is handed.
    let rows = merged(app.read(), &Scope::Firm, &parts).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = key(app, app.read(), id).await?;
    Ok(rows.into_iter().map(|row| merger(&row, &key, &staff)).collect())
}

fn merger(row: &MergedRow, key: &CustomerKey, staff: &HashMap<StaffId, String>) -> Merger {
    let by = Doer::staff_in(&row.by).and_then(|id| staff.get(&id).cloned()).unwrap_or_default();
    Merger { id: row.file.id, name: row.file.name.clone(), at: row.at, by, reason: reason::opened(key, row) }
}

/// What a split would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct SplitPreview {
    /// The record that would return.
    pub merged: Merger,
    /// What goes back with it, as it is now.
    pub moves: Vec<MoveLine>,
    /// Titles of the fields of the record that stays which get their old values back.
    pub fields_back: Vec<String>,
    /// Titles of those that somebody changed since: they stay as they are.
    pub fields_stay: Vec<String>,
    /// How much was noted about the customer since the merge (at most 200): it stays with the record that stays.
    pub since: i64,
    /// Channels that stay refused in both records.
    pub refused: Vec<Channel>,
    /// The version of the record that stays.
    pub version: i64,
}

/// What a split would bring back.
pub async fn split_preview(app: &App, who: &Who, id: CustomerId, other: CustomerId) -> Result<SplitPreview, Problem> {
    let db = app.read();
    let kept = one(app, &who.scope(), id).await?;
    let row = merged(db, &Scope::Firm, &[other]).await?.pop().filter(|row| row.survivor == id);
    let row = row.ok_or(CustomerError::NotMerged)?;
    let changed = Changed::of(&row)?;
    let names = Names::read(app, who).await?;
    let (mut back, mut stay) = (Vec::new(), Vec::new());
    let mut sort = |key: &str, unchanged: bool| {
        let list = if unchanged { &mut back } else { &mut stay };
        list.push(names.titled(key).0);
    };
    for (key, (_, new)) in &changed.before.facts {
        sort(key, read_fact(&kept, key).as_ref() == Some(new));
    }
    for (key, (_, new)) in &changed.before.firm {
        sort(key, kept.facts.get(key).is_some_and(|entry| entry.says_the_same(new)));
    }
    let key = key(app, db, id).await?;
    let moves = moves_back(app, (id, other), &changed).await?;
    let story = journal::story(app, id, None, 200).await?;
    let looked = |kind: &str| ["seen", "compared"].contains(&kind);
    let since = story.iter().filter(|fact| fact.at > row.at && !looked(&fact.kind)).count() as i64;
    Ok(SplitPreview {
        merged: merger(&row, &key, &names.staff),
        moves,
        fields_back: back,
        fields_stay: stay,
        since,
        refused: kept.refused.iter().collect(),
        version: kept.version,
    })
}

/// What a split would take from the record that stays back to the other one, in every room.
async fn moves_back(
    app: &App,
    (survivor, other): (CustomerId, CustomerId),
    changed: &Changed,
) -> Result<Vec<MoveLine>, Problem> {
    let db = app.read();
    let going = changed.carriage.returning(&Holdings::of(db, survivor).await?);
    let held = holds::of(db, survivor).await?.iter().filter(|hold| changed.holds.contains(&hold.id)).count();
    let mut lines: Vec<(&str, i64)> = going.counts().to_vec();
    lines.push(("holds", held as i64));
    let went = going.ids().collect();
    let mut passage = Passage { from: survivor, to: other, subjects: HashMap::new(), went };
    for (follower, kept) in followers()?.iter().zip(&changed.followed) {
        let Returning { counts, ids } = (follower.returning)(app, &passage, kept).await?;
        lines.extend(counts);
        passage.went.extend(ids);
    }
    Ok(lines.into_iter().map(|(what, count)| MoveLine { what: what.into(), count }).collect())
}
