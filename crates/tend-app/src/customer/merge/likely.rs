//! Who on file is likely the same person: found by blind index and by name within the reader's scope, weighed by the
//! rules that also read files. A score with its reasons; people decide. Whoever writes a guess into a record reads here
//! whether a mask hides it of somebody else: who is shown by what is masked is told, and every guess counts (`look_up.rs`).

use super::former_numbers;
use crate::customer::CustomerError;
use crate::customer::keepers::Keepers;
use crate::customer::list::Named;
use crate::customer::look_up::{self, Beside};
use crate::customer::read::{Point, one, points};
use crate::customer::store::cells::{self, Few};
use crate::customer::store::merge::alike_by_name;
use crate::customer::store::people;
use crate::org::Who;
use crate::platform::App;
use serde::Serialize;
use std::collections::BTreeSet;
use tend_rules::base::*;
use tend_rules::customer::{Customer, PointKind, contact_keys, kind_keys};
use tend_rules::intake::{Likeness, SameBy, Traits, same_person_score};
use tend_rules::org::Scope;
use utoipa::ToSchema;

/// Candidates that are weighed; a name as common as 王芳 must not make the page slow.
const CANDIDATES_MAX: i64 = 200;

/// Duplicates that are shown.
const SHOWN_MAX: usize = 10;

/// Somebody on file who is likely the same person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Likely {
    /// The customer.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// The first phone, masked.
    pub phone_masked: Option<String>,
    /// Region.
    pub region: String,
    /// The customer manager.
    pub owner: Option<Named<StaffId>>,
    /// The unit.
    pub unit: Option<Named<UnitId>>,
    /// 50 (somebody should look) to 100 (certainly the same).
    pub points: u8,
    /// What speaks for it: `outside_id`, `id_number`, `phone`, `mail`, `name`, `sound_of_name`, `birthday`, `address`.
    #[schema(value_type = Vec<String>)]
    pub by: Vec<SameBy>,
}

/// The likely duplicates of a customer within the reader's scope, likeliest first. Of those whom something masked shows, the
/// journal tells before they are shown.
pub async fn likely(app: &App, who: &Who, id: CustomerId) -> Result<Vec<Likely>, CustomerError> {
    let scope = who.scope();
    let file = one(app, &scope, id).await?;
    let held = held(app, who, &file).await?;
    let ids = candidates(app, &scope, &file, &held).await?;
    let found = people::read(app.read(), &scope, &ids).await?;
    let mut opened = points(app, app.read(), &ids).await?;
    let former = former_numbers(app.read(), &[&ids[..], &[id]].concat()).await?;
    let numbers = |id: CustomerId| former.get(&id).map_or(&[][..], Vec::as_slice);
    let keepers = Keepers::of(app, &found).await?;
    let mut likely = Vec::new();
    for other in found {
        let theirs = opened.remove(&other.id).unwrap_or_default();
        let Likeness { points, by } =
            same_person_score(&traits(&file, &held, numbers(id)), &traits(&other, &theirs, numbers(other.id)));
        if points < Likeness::PERHAPS {
            continue;
        }
        likely.push(Likely {
            id: other.id,
            phone_masked: theirs.iter().find(|point| point.kind == PointKind::Phone).map(Point::masked),
            owner: keepers.owner(&other),
            unit: keepers.unit(&other),
            name: other.name,
            region: other.region,
            points,
            by,
        });
    }
    likely.sort_by_key(|one| (std::cmp::Reverse(one.points), one.id));
    likely.truncate(SHOWN_MAX);
    let told: BTreeSet<CustomerId> =
        likely.iter().filter(|one| one.by.iter().any(|by| is_masked(*by))).map(|one| one.id).collect();
    look_up::note_compared(app, who, Beside::Record(id), &told).await?;
    Ok(likely)
}

/// The contact points by which somebody else may be found; none when the reader's look-ups of the day are spent: then
/// right and wrong guesses find the same, by what no mask hides.
async fn held(app: &App, who: &Who, file: &Customer) -> Result<Vec<Point>, CustomerError> {
    let held = points(app, app.read(), &[file.id]).await?.remove(&file.id).unwrap_or_default();
    if held.is_empty() {
        return Ok(held);
    }
    match look_up::may_hold(app, who, file).await {
        Ok(()) => Ok(held),
        Err(CustomerError::LookUpsSpent { .. }) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}

/// Who may be the same person: whoever bears one of the same numbers, or a name like it.
async fn candidates(
    app: &App,
    scope: &Scope,
    file: &Customer,
    held: &[Point],
) -> Result<Vec<CustomerId>, CustomerError> {
    let mut keys: Vec<_> = held.iter().filter_map(|p| contact_keys(p.kind, &p.value).into_iter().next()).collect();
    keys.extend(kind_keys("outside_id", file.outside_id.as_deref().unwrap_or("")));
    let digests: Vec<i64> = keys.iter().map(|(kind, value)| app.keys().digest(kind, value)).collect();
    let met = cells::look_up(app.read(), &digests, Few::Newest(CANDIDATES_MAX)).await?;
    let mut ids: BTreeSet<CustomerId> = met.into_iter().map(|(_, id)| id).collect();
    if !file.name.is_empty() {
        ids.extend(alike_by_name(app.read(), scope, file, CANDIDATES_MAX).await?);
    }
    ids.remove(&file.id);
    Ok(ids.into_iter().collect())
}

/// Whether a mask hides what two records have in common.
const fn is_masked(by: SameBy) -> bool {
    matches!(by, SameBy::IdNumber | SameBy::Phone | SameBy::Mail | SameBy::Address)
}

/// What helps to recognise a customer; `former` are the numbers of records that are part of it by now.
pub(in crate::customer) fn traits<'t>(file: &'t Customer, held: &'t [Point], former: &'t [String]) -> Traits<'t> {
    let of_kind = |kind: PointKind| held.iter().filter(move |p| p.kind == kind).map(|p| p.value.as_str());
    Traits {
        outside_id: file.outside_id.as_deref(),
        former_ids: former.iter().map(String::as_str).collect(),
        id_number: of_kind(PointKind::IdNumber).next(),
        name: Some(file.name.as_str()).filter(|name| !name.is_empty()),
        phones: of_kind(PointKind::Phone).map(|phone| phone.split(';').next().unwrap_or(phone)).collect(),
        mails: of_kind(PointKind::Mail).collect(),
        birthday: file.birthday,
        address: of_kind(PointKind::Address).next(),
    }
}
