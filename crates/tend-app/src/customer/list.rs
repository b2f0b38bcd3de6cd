//! Lists of customers and the search over them: by name, sound, phone tail, plate, contract, number, label.

use super::keepers::Keepers;
use super::look_up;
use super::read::{masked_phones, points};
use super::store::cells::{self, Few};
use super::store::holdings::{self, Whose};
use super::store::lists::{self, Behind};
use super::store::{labels, people};
use super::{CustomerError, Narrow, Order};
use crate::org::Who;
use crate::platform::App;
use futures::TryFutureExt;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use tend_rules::base::*;
use tend_rules::customer::{Agreement, Asked, Customer, Depth, PointKind, asked};
use tend_rules::org::Scope;
use utoipa::ToSchema;

/// How many hits a search gives at most.
const HITS_MAX: i64 = 200;

/// How many ids one statement of a list takes.
const IDS_AT_ONCE: usize = 2000;

/// A customer in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerRow {
    /// The customer.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// `female`, `male` or empty.
    pub gender: String,
    /// Whole years.
    pub age: Option<i32>,
    /// Region.
    pub region: String,
    /// Tier.
    pub tier: String,
    /// Class.
    pub class: String,
    /// Stage.
    pub lifecycle: String,
    /// The customer manager.
    pub owner: Option<Named<StaffId>>,
    /// The unit.
    pub unit: Option<Named<UnitId>>,
    /// The first phone, masked.
    pub phone_masked: Option<String>,
    /// Keys of labels.
    pub labels: Vec<String>,
    /// The day of the last contact.
    pub last_contact_at: Option<Day>,
    /// What is due next and unpaid.
    pub next_due: Option<NextDue>,
    /// Grows with each change.
    pub version: i64,
}

/// Somebody or something with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Named<Id> {
    /// The id.
    pub id: Id,
    /// The name.
    pub name: String,
}

/// The next payment that is due.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NextDue {
    /// The day.
    pub day: Day,
    /// The product, else the kind of agreement.
    pub title: String,
    /// The amount.
    pub amount: Money,
}

/// Which page of which list.
#[derive(Debug, Clone, Default)]
pub struct ListAsk {
    /// Whom a search found, where something was typed: see [`find_ids`].
    pub found: Option<Vec<CustomerId>>,
    /// What the list is narrowed to.
    pub narrow: Narrow,
    /// Its order.
    pub order: Order,
    /// The cursor of the page before.
    pub cursor: Option<String>,
    /// Rows on the page.
    pub limit: i64,
}

/// A page of a list.
#[derive(Debug)]
pub struct Listed {
    /// The rows.
    pub rows: Vec<CustomerRow>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// How many there are; told on the first page.
    pub about: Option<i64>,
}

/// A page of customers within a scope.
pub async fn list(app: &App, scope: &Scope, mut ask: ListAsk) -> Result<Listed, CustomerError> {
    if let Some(hits) = ask.found.take() {
        ask.narrow.ids = Some(match ask.narrow.ids {
            Some(ids) => {
                let hits: HashSet<CustomerId> = hits.into_iter().collect();
                ids.into_iter().filter(|id| hits.contains(id)).collect()
            }
            None => hits,
        });
    }
    if ask.narrow.ids.as_ref().is_some_and(|ids| ids.len() > IDS_AT_ONCE) {
        return list_of_many(app, scope, ask).await;
    }
    let behind = behind(app, scope, ask.cursor.as_deref()).await?;
    let first_page = behind.is_none();
    let mut found = page(app, scope, (&ask.narrow, ask.order, behind), ask.limit + 1).await?;
    let more = found.len() as i64 > ask.limit;
    found.truncate(ask.limit as usize);
    let next = more.then(|| found.last().map(|last| last.id.to_string())).flatten();
    let about = match first_page {
        true => Some(rounded(lists::count(app.read(), scope, &ask.narrow).await?)),
        false => None,
    };
    Ok(Listed { rows: rows(app, found).await?, next, about })
}

/// The customers of a page, in its order.
async fn page(
    app: &App,
    scope: &Scope,
    (narrow, order, behind): (&Narrow, Order, Option<Behind>),
    limit: i64,
) -> Result<Vec<Customer>, CustomerError> {
    let ids = lists::page(app.read(), scope, narrow, order, behind, limit).await?;
    let place: HashMap<CustomerId, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let mut found = people::read(app.read(), scope, &ids).await?;
    found.sort_by_key(|customer| place.get(&customer.id).copied());
    Ok(found)
}

/// A page of a list that is narrowed to more customers than one statement takes: newest first, piece by piece.
async fn list_of_many(app: &App, scope: &Scope, mut ask: ListAsk) -> Result<Listed, CustomerError> {
    let behind = behind(app, scope, ask.cursor.as_deref()).await?;
    let mut ids = ask.narrow.ids.take().unwrap_or_default();
    let about = behind.is_none().then(|| rounded(ids.len() as i64));
    ids.sort_unstable_by(|one, other| other.cmp(one));
    ids.retain(|id| behind.as_ref().is_none_or(|behind| *id < behind.id));
    let mut found: Vec<Customer> = Vec::new();
    for piece in ids.chunks(IDS_AT_ONCE) {
        let narrow = Narrow { ids: Some(piece.to_vec()), ..ask.narrow.clone() };
        let wanted = ask.limit + 1 - found.len() as i64;
        found.extend(page(app, scope, (&narrow, Order::Newest, None), wanted).await?);
        if found.len() as i64 > ask.limit {
            break;
        }
    }
    let more = found.len() as i64 > ask.limit;
    found.truncate(ask.limit as usize);
    let next = more.then(|| found.last().map(|last| last.id.to_string())).flatten();
    Ok(Listed { rows: rows(app, found).await?, next, about })
}

async fn behind(app: &App, scope: &Scope, cursor: Option<&str>) -> Result<Option<Behind>, CustomerError> {
    let Some(cursor) = cursor else { return Ok(None) };
    let invalid = CustomerError::Invalid { field: "cursor", rule: "the cursor that the page before gave" };
    let id: CustomerId = cursor.parse().map_err(|_| invalid)?;
    let row = people::read(app.read(), scope, &[id]).await?.pop();
    Ok(Some(Behind { name: row.map(|row| row.name).unwrap_or_default(), id }))
}

/// Exact to ten thousand, then two figures.
fn rounded(count: i64) -> i64 {
    if count <= 10_000 {
        return count;
    }
    let unit = 10_i64.pow(count.ilog10() - 1);
    count / unit * unit
}

/// The rows of lists, shaped with a few statements for all of them, side by side.
pub async fn rows(app: &App, customers: Vec<Customer>) -> Result<Vec<CustomerRow>, CustomerError> {
    if customers.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
    let (keepers, mut phones, labels, agreements) = futures::try_join!(
        Keepers::of(app, &customers),
        masked_phones(app, &ids),
        labels::of(app.read(), &ids).err_into(),
        holdings::agreements(app.read(), Whose::Customers(&ids)).err_into(),
    )?;
    let mut on: HashMap<CustomerId, Vec<String>> = HashMap::new();
    for (customer, key, _) in labels {
        on.entry(customer).or_default().push(key);
    }
    let mut held: HashMap<CustomerId, Vec<Agreement>> = HashMap::new();
    for agreement in agreements {
        held.entry(agreement.customer_id).or_default().push(agreement);
    }
    let today = app.today();
    let shape = |customer: Customer| CustomerRow {
        age: customer.age_on(today),
        owner: keepers.owner(&customer),
        unit: keepers.unit(&customer),
        phone_masked: phones.remove(&customer.id),
        labels: on.remove(&customer.id).unwrap_or_default(),
        next_due: next_due(held.get(&customer.id).map_or(&[], Vec::as_slice)),
        id: customer.id,
        name: customer.name,
        gender: customer.gender,
        region: customer.region,
        tier: customer.tier,
        class: customer.class,
        lifecycle: customer.lifecycle,
        last_contact_at: customer.last_contact,
        version: customer.version,
    };
    Ok(customers.into_iter().map(shape).collect())
}

/// The first unpaid due day of active agreements.
pub(super) fn next_due(held: &[Agreement]) -> Option<NextDue> {
    let open = held.iter().filter(|agreement| agreement.status == "active" && !agreement.is_paid());
    let first = open.filter(|agreement| agreement.due.is_some()).min_by_key(|agreement| agreement.due)?;
    let title = if first.product.is_empty() { &first.kind } else { &first.product };
    Some(NextDue { day: first.due?, title: title.clone(), amount: first.premium })
}

/// Somebody whom a typed text means.
#[derive(Debug, Clone, Copy)]
pub struct Met {
    /// The customer.
    pub customer: CustomerId,
    /// What was met: `name`, `pinyin`, `initials`, `phone`, `id_number`, `plate`, `agreement`, `outside_id`, `mail`,
    /// `label` or `id`.
    pub by: &'static str,
    /// How many digits were typed of a value whose mask hides some of them.
    pub(super) hidden: Option<usize>,
    /// Whether fewer digits were compared than were typed.
    is_near: bool,
}

impl Met {
    fn by(by: &'static str) -> impl Fn(CustomerId) -> Self {
        move |customer| Self { customer, by, hidden: None, is_near: false }
    }
}

/// The customers within a person's scope whom a typed text means, best first: by numbers, then by name and sound, then by
/// label. By more digits than a mask shows it opens what is hidden: see `look_up.rs`.
pub async fn find_met(app: &App, who: &Who, text: &str) -> Result<Vec<Met>, CustomerError> {
    let depth = look_up::depth(app, who, text).await?;
    let met = matched(app, &who.scope(), text, depth).await?;
    match look_up::note_opened(app, who, &met).await {
        Ok(true) => return Ok(met),
        Ok(false) => {}
        // Where nothing can be written, people go on reading: as far as the mask.
        Err(error) => tracing::warn!("what a search opened was not counted: {error}"),
    }
    matched(app, &who.scope(), text, Depth::WholePhones).await
}

/// As [`find_met`], the ids.
pub async fn find_ids(app: &App, who: &Who, text: &str) -> Result<Vec<CustomerId>, CustomerError> {
    Ok(find_met(app, who, text).await?.into_iter().map(|met| met.customer).collect())
}

/// As [`find_ids`], without those who are only near to the digits that were typed: for what is done to all who are found.
pub async fn find_exactly(app: &App, who: &Who, text: &str) -> Result<Vec<CustomerId>, CustomerError> {
    let met = find_met(app, who, text).await?.into_iter();
    Ok(met.filter(|met| !met.is_near).map(|met| met.customer).collect())
}

async fn matched(app: &App, scope: &Scope, text: &str, depth: Depth) -> Result<Vec<Met>, CustomerError> {
    let db = app.read();
    let asked = asked(text, depth);
    let mut hits = by_numbers(app, scope, &asked).await?;
    if let Ok(id) = text.parse::<CustomerId>() {
        hits.extend(people::read(db, scope, &[id]).await?.iter().map(|customer| customer.id).map(Met::by("id")));
    }
    if let Some(letters) = &asked.letters {
        for column in ["initials", "pinyin"] {
            let found = lists::by_beginning(db, scope, column, letters, HITS_MAX).await?;
            hits.extend(found.into_iter().map(Met::by(column)));
        }
    }
    if let Some(name) = &asked.name {
        let found = lists::by_beginning(db, scope, "name", name, HITS_MAX).await?;
        hits.extend(found.into_iter().map(Met::by("name")));
        let catalogue = labels::catalogue(db).await?.into_iter();
        let meant = catalogue.filter(|label| [&label.key, &label.title_zh, &label.title_en].contains(&name));
        let keys: Vec<String> = meant.map(|label| label.key).collect();
        if !keys.is_empty() {
            let found = lists::by_label(db, scope, &keys, HITS_MAX).await?;
            hits.extend(found.into_iter().map(Met::by("label")));
        }
    }
    // Whoever is met exactly, by whatever it is, counts as that.
    hits.sort_by_key(|met| met.is_near);
    let mut seen = BTreeSet::new();
    hits.retain(|met| seen.insert(met.customer));
    hits.truncate(HITS_MAX as usize);
    Ok(hits)
}

/// Hits of the blind look-ups. A hit is a candidate: phones are opened and compared with what was typed.
async fn by_numbers(app: &App, scope: &Scope, asked: &Asked) -> Result<Vec<Met>, CustomerError> {
    let db = app.read();
    let kinds: HashMap<i64, &(String, String)> =
        asked.keys.iter().map(|key| (app.keys().digest(&key.0, &key.1), key)).collect();
    let digests: Vec<i64> = kinds.keys().copied().collect();
    // Scope narrows only afterwards, so a tail that thousands share needs room; a longer tail narrows by itself.
    let candidates = cells::look_up(db, &digests, Few::Newest(20 * HITS_MAX)).await?;
    let ids: Vec<CustomerId> = candidates.iter().map(|(_, id)| *id).collect::<BTreeSet<_>>().into_iter().collect();
    let visible: BTreeSet<CustomerId> = people::read(db, scope, &ids).await?.iter().map(|c| c.id).collect();
    let seen: Vec<CustomerId> = visible.iter().copied().collect();
    let open = if asked.phone_ends.is_some() { points(app, db, &seen).await? } else { HashMap::new() };
    let ends = asked.phone_ends.as_deref().unwrap_or("");
    let phone_fits = |id: &CustomerId| {
        let mut phones = open.get(id).into_iter().flatten().filter(|point| point.kind == PointKind::Phone);
        phones.any(|phone| phone.value.split(';').next().unwrap_or("").ends_with(ends))
    };
    let hit = |(digest, customer): (i64, CustomerId)| {
        let (kind, value) = kinds.get(&digest)?;
        let met = Met::by(met_by(kind))(customer);
        match met.by {
            _ if !visible.contains(&customer) => None,
            "phone" if !phone_fits(&customer) => None,
            "phone" => Some(Met { hidden: asked.hidden_digits(), is_near: asked.is_cut, ..met }),
            "id_number" => Some(Met { hidden: Some(value.chars().count()), ..met }),
            _ => Some(met),
        }
    };
    Ok(candidates.into_iter().filter_map(hit).collect())
}

/// What of a customer a look-up key stands for.
fn met_by(kind: &str) -> &'static str {
    let known = ["outside_id", "agreement", "plate", "id_number", "mail"];
    known.into_iter().find(|known| *known == kind).unwrap_or("phone")
}

/// Finds customers for the command line: by id, phone, number or name, all of the firm.
pub async fn find(app: &App, text: &str) -> Result<Vec<Customer>, CustomerError> {
    let met = matched(app, &Scope::Firm, text.trim(), Depth::Hidden).await?;
    let ids: Vec<CustomerId> = met.into_iter().map(|met| met.customer).collect();
    people::read(app.read(), &Scope::Firm, &ids).await.map_err(Into::into)
}
