//! Rows of a checked file beside those they are like, on file and earlier in the file, for a person who decides before
//! anything is written. The check noted which rows they are; what they say is read from the file once more. Weighed by the
//! rules that the import goes by; whom the reader may not see is not shown, though the import may find them. Whose row
//! differs is an answer to a guess at what a mask hides, so whoever is shown is told and counted (`look_up.rs`).

use super::check::{AlikeNote, noted_rows};
use super::context::Context;
use super::job::open_options;
use super::settle::{CANDIDATES_EACH, NAMESAKES_MAX, digests_of};
use super::slot::{Slot, facts_of};
use super::{ImportError, blocking};
use crate::customer::list::Named;
use crate::customer::look_up::{self, Beside, ShownRows};
use crate::customer::merge::{Names, former_numbers, traits};
use crate::customer::read::points;
use crate::customer::store::cells::{self, Few};
use crate::customer::store::{lists, people};
use crate::customer::{CustomerError, Point};
use crate::intake::{self, FilePlace, Upload, WashPlan};
use crate::org::Who;
use crate::platform::{App, Page};
use serde::Serialize;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use tend_rules::base::*;
use tend_rules::customer::{BUILT_IN, Customer, KEEPER, PointKind, mask, read_fact};
use tend_rules::intake::*;
use utoipa::ToSchema;
use uuid::Uuid;

/// Customers beside a row at most: more columns nobody compares.
const CUSTOMERS_MAX: usize = 3;

/// Facts that tell people apart: shown where only those on file say them.
const TELLING: [&str; 4] = ["birthday", "gender", "region", "outside_id"];

/// A row that looks like somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlikeRow {
    /// Row number in the file.
    pub row: u32,
    /// The name that it tells.
    pub name: String,
    /// Those whom it is like, the likeliest first: where nobody decides, the import takes it for the first of those that
    /// are the same.
    pub others: Vec<AlikeOther>,
    /// Field by field, the values of the others in their order. Contact points are masked on both sides.
    pub fields: Vec<AlikeField>,
}

/// Somebody whom a row is like.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlikeOther {
    /// The customer on file; none of an earlier row.
    pub customer_id: Option<CustomerId>,
    /// The earlier row of the file; none of a customer.
    pub row: Option<u32>,
    /// The name.
    pub name: String,
    /// The customer manager.
    pub owner: Option<Named<StaffId>>,
    /// The unit.
    pub unit: Option<Named<UnitId>>,
    /// 0 (different people) to 100 (certainly the same).
    pub points: u8,
    /// What speaks for it.
    #[schema(value_type = Vec<String>)]
    pub by: Vec<SameBy>,
    /// Whether the import takes both for one person unless somebody decides.
    pub is_same: bool,
}

/// What a row and those whom it is like say about one thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlikeField {
    /// The key of a fact, the kind of a contact point, or `keeper`.
    pub key: String,
    /// Its title in the reader's language; empty for contact points and `keeper`.
    pub title: String,
    /// Its type; `points` for contact points.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the row says; nothing where it does not speak of it.
    pub row: Value,
    /// What the others say, in their order.
    pub others: Vec<AlikeValue>,
}

/// What one of the others says.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlikeValue {
    /// The value.
    pub value: Value,
    /// Whether it contradicts the row: both say something, and not the same.
    pub differs: bool,
}

/// A page of the rows that the last check of an upload noted, in the order of the file. The journal tells of each customer
/// who is shown, and each row beside one counts; when the person's look-ups of the day are spent, nobody is.
pub(in crate::customer) async fn alike_rows(
    app: &App,
    who: &Who,
    upload: &Upload,
    (mapping, repairs): (Mapping, Repairs),
    (behind, limit): (u32, i64),
) -> Result<Page<AlikeRow>, ImportError> {
    let noted = noted_rows(app, upload, &mapping, &repairs).ok_or(CustomerError::CheckOvertaken)?;
    look_up::may_compare(app, who).await?;
    let about = Some(noted.len() as i64);
    let mut left = noted.into_iter().filter(|note| note.row > behind);
    let page: Vec<AlikeNote> = left.by_ref().take(usize::try_from(limit).unwrap_or(0)).collect();
    let next = left.next().and_then(|_| Some(page.last()?.row.to_string()));
    let items = side_by_side(app, who, upload, (mapping, repairs), &page).await?;
    let rows = shown_rows(&items);
    let shown: BTreeSet<CustomerId> = rows.values().flatten().copied().collect();
    look_up::note_compared(app, who, Beside::File(upload, &rows), &shown).await?;
    Ok(Page { items, next, about })
}

/// The rows that stand beside somebody on file.
fn shown_rows(items: &[AlikeRow]) -> ShownRows {
    let mut rows = ShownRows::new();
    for row in items {
        for customer in row.others.iter().filter_map(|other| other.customer_id) {
            rows.entry(row.row).or_default().insert(customer);
        }
    }
    rows
}

/// Noted rows as the file says them, each beside those it is like.
async fn side_by_side(
    app: &App,
    who: &Who,
    upload: &Upload,
    (mapping, repairs): (Mapping, Repairs),
    page: &[AlikeNote],
) -> Result<Vec<AlikeRow>, ImportError> {
    let plan = WashPlan {
        place: FilePlace::of_upload(app, upload.id, upload.size_bytes.unsigned_abs()),
        options: open_options(&serde_json::from_str(&upload.shape).unwrap_or_default()),
        mapping,
        repairs,
        rules: CleanRules::on(app.today()),
        skip_rows: 0,
        chunk_rows: 0,
    };
    let wanted: BTreeSet<u32> = page.iter().flat_map(|note| [Some(note.row), note.twin]).flatten().collect();
    let washed = blocking(move || intake::rows_of(&plan, &wanted, clean_row)).await?;
    let rows: HashMap<u32, CleanRow> = washed.into_iter().filter_map(|one| Some((one.row, one.clean?))).collect();
    let context = Context::read(app, BatchId(Uuid::nil()), upload.unit_id, who.doer(), app.today()).await?;
    let known = Known::read(app, who, &context, &rows).await?;
    let names = Names::read(app, who).await?;
    let slots: HashMap<u32, Slot> =
        rows.iter().map(|(row, clean)| (*row, Slot::of_row(app, &context, clean))).collect();
    let items = page.iter().filter_map(|note| {
        let mine = Side::of_row(rows.get(&note.row)?, slots.get(&note.row)?);
        let twin = note.twin.and_then(|row| Some((row, Side::of_row(rows.get(&row)?, slots.get(&row)?))));
        Some(beside(&names, (note.row, &mine), known.like(app, rows.get(&note.row)?), twin))
    });
    Ok(items.collect())
}

/// Customers on file who may be meant by some rows.
struct Known {
    by_digest: HashMap<i64, Vec<CustomerId>>,
    files: Vec<(Customer, Vec<Point>, Vec<String>)>,
}

impl Known {
    async fn read(
        app: &App,
        who: &Who,
        context: &Context,
        rows: &HashMap<u32, CleanRow>,
    ) -> Result<Self, CustomerError> {
        let db = app.read();
        let digests: Vec<i64> = rows.values().flat_map(|row| digests_of(app, row)).collect();
        let mut by_digest: HashMap<i64, Vec<CustomerId>> = HashMap::new();
        for (digest, id) in cells::look_up(db, &digests, Few::Newest(CANDIDATES_EACH as i64)).await? {
            by_digest.entry(digest).or_default().push(id);
        }
        let at_home = rows.values().filter(|row| row.address.is_some());
        let names: BTreeSet<&str> = at_home.filter_map(|row| Some(row.name.as_ref()?.full.as_str())).collect();
        let namesakes = lists::namesakes(db, context.unit, &names).await?;
        let ids: BTreeSet<CustomerId> = by_digest.values().flatten().copied().chain(namesakes).collect();
        let ids: Vec<CustomerId> = ids.into_iter().collect();
        let mut held = points(app, db, &ids).await?;
        let mut former = former_numbers(db, &ids).await?;
        let mut files = people::read(db, &who.scope(), &ids).await?;
        files.sort_by_key(|file| file.id);
        let with_all = |file: Customer| {
            let id = file.id;
            (file, held.remove(&id).unwrap_or_default(), former.remove(&id).unwrap_or_default())
        };
        Ok(Self { by_digest, files: files.into_iter().map(with_all).collect() })
    }

    /// Those whom a row may mean, as the import looks for them.
    fn like(&self, app: &App, row: &CleanRow) -> Vec<Side<'_>> {
        let digests = digests_of(app, row);
        let met: BTreeSet<CustomerId> =
            digests.iter().filter_map(|digest| self.by_digest.get(digest)).flatten().copied().collect();
        let name = row.name.as_ref().filter(|_| row.address.is_some()).map(|name| name.full.as_str());
        let mut namesakes = 0;
        let files = self.files.iter().filter(|(file, ..)| {
            let bears = name == Some(file.name.as_str());
            namesakes += usize::from(bears);
            met.contains(&file.id) || (bears && namesakes <= NAMESAKES_MAX)
        });
        files.map(|(file, held, former)| Side::of_file(file, held, former)).collect()
    }
}

/// One side of the comparison.
struct Side<'s> {
    file: &'s Customer,
    points: Vec<(PointKind, &'s str)>,
    traits: Traits<'s>,
    /// What a row tells; somebody on file tells everything.
    told: Option<BTreeSet<&'s str>>,
}

impl<'s> Side<'s> {
    fn of_file(file: &'s Customer, held: &'s [Point], former: &'s [String]) -> Self {
        let points = held.iter().map(|point| (point.kind, point.value.as_str())).collect();
        Self { file, points, traits: traits(file, held, former), told: None }
    }

    fn of_row(row: &'s CleanRow, slot: &'s Slot) -> Self {
        let mut told: BTreeSet<&str> = facts_of(row).into_iter().map(|(key, _)| key).collect();
        told.extend(row.facts.iter().map(|(key, _)| key.as_str()));
        if row.owner.is_some() || row.unit.is_some() {
            told.insert(KEEPER);
        }
        let points = slot.points.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
        Self { file: &slot.file, points, traits: Traits::of(row), told: Some(told) }
    }

    fn tells(&self, key: &str) -> bool {
        self.told.as_ref().is_none_or(|told| told.contains(key))
    }

    fn value(&self, names: &Names, key: &str) -> Value {
        if !self.tells(key) {
            return Value::Null;
        }
        if key == KEEPER {
            return names.keeper_line(self.file);
        }
        let firm = self.file.facts.get(key).map(|entry| entry.value.clone());
        let value = firm.or_else(|| read_fact(self.file, key)).unwrap_or_default();
        if value == "" { Value::Null } else { value }
    }

    fn of_kind(&self, kind: PointKind) -> BTreeSet<&'s str> {
        self.points.iter().filter(|(held, _)| *held == kind).map(|(_, value)| *value).collect()
    }
}

/// A row beside those whom it is like.
fn beside(
    names: &Names,
    (row, mine): (u32, &Side<'_>),
    known: Vec<Side<'_>>,
    twin: Option<(u32, Side<'_>)>,
) -> AlikeRow {
    let weigh = |side: &Side<'_>| same_person_score(&mine.traits, &side.traits);
    let mut sides: Vec<_> = known.into_iter().map(|side| (None, weigh(&side), side)).collect();
    sides.sort_by_key(|(_, likeness, _)| Reverse(likeness.points));
    sides.truncate(CUSTOMERS_MAX);
    sides.extend(twin.map(|(row, side)| (Some(row), weigh(&side), side)));
    // Stable: of those who are equally like it, somebody on file comes before a row, as in the import.
    sides.sort_by_key(|(_, likeness, _)| Reverse(likeness.points));
    let others = sides.iter().map(|(row, likeness, side)| AlikeOther {
        customer_id: row.is_none().then_some(side.file.id),
        row: *row,
        name: side.file.name.clone(),
        owner: names.owner(side.file.owner_id).filter(|_| row.is_none()),
        unit: names.unit(side.file.unit_id).filter(|_| row.is_none()),
        points: likeness.points,
        by: likeness.by.clone(),
        is_same: likeness.points >= Likeness::SAME,
    });
    let others = others.collect();
    let sides: Vec<&Side<'_>> = sides.iter().map(|(.., side)| side).collect();
    AlikeRow { row, name: mine.file.name.clone(), others, fields: fields(names, mine, &sides) }
}

fn fields(names: &Names, mine: &Side<'_>, others: &[&Side<'_>]) -> Vec<AlikeField> {
    let firm: BTreeSet<&str> = mine.file.facts.keys().map(String::as_str).collect();
    let keys = BUILT_IN.iter().map(|fact| fact.key).chain(firm).chain([KEEPER]);
    let facts = keys.filter_map(|key| {
        let row = mine.value(names, key);
        let values: Vec<Value> = others.iter().map(|side| side.value(names, key)).collect();
        let silent = values.iter().all(Value::is_null);
        if row.is_null() && (silent || !TELLING.contains(&key)) {
            return None;
        }
        let contradicts = |value: &Value| !row.is_null() && !value.is_null() && *value != row;
        let others =
            values.into_iter().map(|value| AlikeValue { differs: contradicts(&value), value }).collect::<Vec<_>>();
        let (title, kind) = if key == KEEPER { (String::new(), "string".to_owned()) } else { names.titled(key) };
        Some(AlikeField { key: key.to_owned(), title, kind, row, others })
    });
    let points = PointKind::ALL.into_iter().filter_map(|kind| {
        let row = mine.of_kind(kind);
        let held: Vec<BTreeSet<&str>> = others.iter().map(|side| side.of_kind(kind)).collect();
        if row.is_empty() && held.iter().all(BTreeSet::is_empty) {
            return None;
        }
        let masked = |values: &BTreeSet<&str>| json!(values.iter().map(|value| mask(kind, value)).collect::<Vec<_>>());
        let contradicts = |values: &BTreeSet<&str>| !row.is_empty() && !values.is_empty() && row.is_disjoint(values);
        let others = held.iter().map(|values| AlikeValue { value: masked(values), differs: contradicts(values) });
        let others = others.collect();
        Some(AlikeField {
            key: kind.word().into(),
            title: String::new(),
            kind: "points".into(),
            row: masked(&row),
            others,
        })
    });
    facts.chain(points).collect()
}
