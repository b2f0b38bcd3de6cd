//! Reading customers, for this room's pages and for other rooms' lists and plans.

use super::CustomerError;
use super::store::holdings::{self, Whose};
use super::store::sight::visible;
use super::store::{cells, labels, merge, people};
use crate::platform::{App, CustomerKey, Keyring, SealedPlace, Sql, Tx};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;
use tend_rules::base::*;
use tend_rules::customer::{Agreement, Bill, Customer, Order, Payment, PointKind, mask};
use tend_rules::org::Scope;

/// One customer within a scope.
pub async fn one(app: &App, scope: &Scope, id: CustomerId) -> Result<Customer, CustomerError> {
    match people::read(app.read(), scope, &[id]).await?.pop() {
        Some(customer) => Ok(customer),
        None => Err(absent(app.read(), scope, id).await?),
    }
}

/// Why a customer is not there: a record that was merged into another one of the scope says into which.
async fn absent(db: &impl ConnectionTrait, scope: &Scope, id: CustomerId) -> Result<CustomerError, CustomerError> {
    let Some(into) = merge::whole_of(db, id).await? else { return Ok(CustomerError::NotFound) };
    let seen = !people::read(db, scope, &[into]).await?.is_empty();
    Ok(if seen { CustomerError::Merged { into } } else { CustomerError::NotFound })
}

/// One customer within a scope, locked for a change in the caller's transaction.
pub async fn one_for_change(tx: &Tx, scope: &Scope, id: CustomerId) -> Result<Customer, CustomerError> {
    people::lock(&**tx, id).await?;
    match people::read(&**tx, scope, &[id]).await?.pop() {
        Some(customer) => Ok(customer),
        None => Err(absent(&**tx, scope, id).await?),
    }
}

/// Those of the customers that the scope shows, by id: heads for lists of other rooms.
pub async fn heads(
    app: &App,
    scope: &Scope,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, Customer>, CustomerError> {
    let found = people::read(app.read(), scope, ids).await?;
    Ok(found.into_iter().map(|customer| (customer.id, customer)).collect())
}

/// Appends the predicate of a scope over a customer `c` that another room's list is joined to.
#[must_use]
pub fn seen_by(statement: Sql, scope: &Scope) -> Sql {
    visible(statement, scope)
}

/// Everything that a care plan may ask about a customer.
#[derive(Debug, Clone)]
pub struct CareFile {
    /// The record.
    pub customer: Customer,
    /// Keys of labels, in order.
    pub labels: Vec<String>,
    /// Agreements.
    pub agreements: Vec<Agreement>,
    /// Bills, oldest first.
    pub bills: Vec<Bill>,
    /// Payments, oldest first.
    pub payments: Vec<Payment>,
    /// Orders, oldest first.
    pub orders: Vec<Order>,
}

/// The files of all customers in the buckets `from..=to`: six statements, whatever their number.
pub async fn care_files(app: &App, from: Bucket, to: Bucket) -> Result<Vec<CareFile>, CustomerError> {
    let db = app.read();
    let people = people::of_buckets(db, from, to).await?;
    let labels = labels::of_buckets(db, from, to).await?;
    joined(db, people, labels, Whose::Buckets(from, to)).await
}

/// The files of given customers within a scope.
pub async fn care_files_of(app: &App, scope: &Scope, ids: &[CustomerId]) -> Result<Vec<CareFile>, CustomerError> {
    let db = app.read();
    let people = people::read(db, scope, ids).await?;
    let seen: Vec<CustomerId> = people.iter().map(|customer| customer.id).collect();
    let labels = labels::of(db, &seen).await?.into_iter().map(|(customer, key, _)| (customer, key)).collect();
    joined(db, people, labels, Whose::Customers(&seen)).await
}

async fn joined(
    db: &impl ConnectionTrait,
    people: Vec<Customer>,
    labels: Vec<(CustomerId, String)>,
    whose: Whose<'_>,
) -> Result<Vec<CareFile>, CustomerError> {
    let mut files: Vec<CareFile> = people.into_iter().map(CareFile::of).collect();
    let places: HashMap<CustomerId, usize> =
        files.iter().enumerate().map(|(place, file)| (file.customer.id, place)).collect();
    for (customer, key) in labels {
        if let Some(place) = places.get(&customer) {
            files[*place].labels.push(key);
        }
    }
    macro_rules! hand_out {
        ($($kind:ident),*) => {$(
            for item in holdings::$kind(db, whose).await? {
                if let Some(place) = places.get(&item.customer_id) {
                    files[*place].$kind.push(item);
                }
            }
        )*};
    }
    hand_out!(agreements, bills, payments, orders);
    Ok(files)
}

impl CareFile {
    fn of(customer: Customer) -> Self {
        Self {
            customer,
            labels: Vec::new(),
            agreements: Vec::new(),
            bills: Vec::new(),
            payments: Vec::new(),
            orders: Vec::new(),
        }
    }
}

/// An opened contact point. For the program's own use; readers get [`Point::masked`].
#[derive(Debug, Clone)]
pub struct Point {
    /// The id.
    pub id: ContactPointId,
    /// The kind.
    pub kind: PointKind,
    /// The value in clear.
    pub(in crate::customer) value: String,
    /// 0 is preferred within its kind.
    pub place: i16,
    /// Where it was learnt.
    pub source: String,
    /// When.
    pub noted_at: Instant,
}

impl Point {
    /// What a reader sees.
    pub fn masked(&self) -> String {
        mask(self.kind, &self.value)
    }
}

/// The key of one customer, opened: later rooms seal with it what they keep about the customer.
pub async fn key(app: &App, db: &impl ConnectionTrait, id: CustomerId) -> Result<CustomerKey, CustomerError> {
    keys(app, db, &[id]).await?.remove(&id).ok_or(CustomerError::NotFound)
}

/// The keys of customers, opened. A customer without one was erased.
pub(super) async fn keys(
    app: &App,
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, CustomerKey>, CustomerError> {
    keys_by(app.keys(), db, ids).await
}

/// The same with the keys of a file: for a look at a database that is not served.
pub async fn keys_by(
    keyring: &Keyring,
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, CustomerKey>, CustomerError> {
    let mut opened = HashMap::with_capacity(ids.len());
    for (id, wrapped) in cells::keys(db, ids).await? {
        opened.insert(id, keyring.customer_key(id, &wrapped)?);
    }
    Ok(opened)
}

/// The opened contact points of customers, in order of kind and preference. Cells are read first and keys afterwards: a
/// rotation in between only adds keys, so those that are read open what was read.
pub(super) async fn points(
    app: &App,
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, Vec<Point>>, CustomerError> {
    let rows = cells::points(db, ids).await?;
    let keys = keys(app, db, ids).await?;
    let mut opened: HashMap<CustomerId, Vec<Point>> = HashMap::new();
    for row in rows {
        let (Some(key), Some(kind)) = (keys.get(&row.customer_id), PointKind::from_word(&row.kind)) else { continue };
        let value = key.open(SealedPlace::ContactPoint, row.id.0, &row.cell)?;
        let point = Point { id: row.id, kind, value, place: row.place, source: row.source, noted_at: row.noted_at };
        opened.entry(row.customer_id).or_default().push(point);
    }
    Ok(opened)
}

/// The opened contact points of those of the customers whom the scope shows: for a file to which a second person agreed.
pub async fn opened_points(
    app: &App,
    scope: &Scope,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, Vec<(PointKind, String)>>, CustomerError> {
    let seen: Vec<CustomerId> = people::read(app.read(), scope, ids).await?.iter().map(|one| one.id).collect();
    let opened = points(app, app.read(), &seen).await?.into_iter();
    Ok(opened.map(|(id, points)| (id, points.into_iter().map(|point| (point.kind, point.value)).collect())).collect())
}

/// The masked first phone of each customer, for lists.
pub async fn masked_phones(app: &App, ids: &[CustomerId]) -> Result<HashMap<CustomerId, String>, CustomerError> {
    let points = points(app, app.read(), ids).await?;
    let first = |points: Vec<Point>| points.into_iter().find(|point| point.kind == PointKind::Phone);
    Ok(points.into_iter().filter_map(|(id, points)| Some((id, first(points)?.masked()))).collect())
}

/// One customer within a scope as the transaction sees it.
pub(super) async fn one_in(tx: &Tx, scope: &Scope, id: CustomerId) -> Result<Option<Customer>, CustomerError> {
    Ok(people::read(&**tx, scope, &[id]).await?.pop())
}
