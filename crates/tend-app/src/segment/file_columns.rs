//! The customer file as columns: which table gives which fact, and the facts that are worked out on the way.
//!
//! Facts that depend on the day (`bill_m1`, `contacts_30d`) are those of the day the columns are made for.

use super::{SegmentError, roster_on, store};
use crate::customer::{CareFile, care_files, care_files_of};
use crate::platform::App;
use futures::stream::{self, StreamExt};
use std::collections::HashMap;
use std::sync::Arc;
use tend_planner::{Columns, ColumnsBuilder, Needs, Row};
use tend_rules::base::*;
use tend_rules::customer::{self, Agreement, Birthday, Customer, FactEntry, Holds, may_reach};
use tend_rules::intake::lunar_day;
use tend_rules::org::Scope;
use tend_rules::segment::{Calendar, Catalogue, Kind, Scalar, Value};

/// Buckets read at once: the file of a large firm never lies in memory as records.
const BUCKETS_AT_ONCE: u16 = 16;
/// Readings under way at once, each on a connection of its own.
const READERS: usize = 2;

/// The year of a birthday whose year is unknown: a leap year that makes every age negative, so that no condition on
/// an age of so many years or more holds by accident.
const YEAR_UNKNOWN: i16 = 2096;

/// Contacts of the last thirty days by customer.
#[derive(Debug, Default)]
pub struct Budgets(HashMap<CustomerId, i64>);

impl Budgets {
    /// As they are on `day`.
    pub async fn on(app: &App, day: Day) -> Result<Self, SegmentError> {
        Ok(Self(store::contacts(app.read(), day - 29, day).await?))
    }
}

/// Columns with the place of each row's customer in the firm.
#[derive(Debug)]
pub struct Placed {
    /// The columns.
    pub columns: Columns,
    /// Unit and owner of each row.
    pub places: Vec<(UnitId, Option<StaffId>)>,
}

/// The whole file. `told` hears how many of the 1,024 buckets are read.
pub async fn every_column(
    app: &App,
    catalogue: &Arc<Catalogue>,
    needs: Needs,
    day: Day,
    told: &(dyn Fn(u16) + Send + Sync),
) -> Result<Placed, SegmentError> {
    let budgets = Budgets::on(app, day).await?;
    let mut builder = ColumnsBuilder::new(catalogue, needs, roster_on(app, day).await?);
    let mut places = Vec::new();
    let read = |from: u16| {
        let app = app.clone();
        let (from, to) = (Bucket::of(from.into()), Bucket::of(u64::from(from + BUCKETS_AT_ONCE - 1)));
        tokio::spawn(async move { care_files(&app, from, to).await })
    };
    let starts = (0..BUCKETS).step_by(usize::from(BUCKETS_AT_ONCE));
    let mut readings = stream::iter(starts.clone()).map(read).buffered(READERS);
    for from in starts {
        let Some(files) = readings.next().await else { break };
        for file in files.map_err(|_| SegmentError::Interrupted)?? {
            places.push((file.customer.unit_id, file.customer.owner_id));
            add(&mut builder, &file, catalogue, &budgets, day);
        }
        told(from + BUCKETS_AT_ONCE);
    }
    Ok(Placed { columns: builder.finish()?, places })
}

/// The columns of given customers within a scope; those outside it are not there.
pub async fn columns_of(
    app: &App,
    scope: &Scope,
    ids: &[CustomerId],
    catalogue: &Arc<Catalogue>,
    day: Day,
) -> Result<Columns, SegmentError> {
    let budgets = Budgets::on(app, day).await?;
    let needs = Needs::everything(catalogue);
    let mut builder = ColumnsBuilder::new(catalogue, needs, roster_on(app, day).await?);
    for file in care_files_of(app, scope, ids).await? {
        add(&mut builder, &file, catalogue, &budgets, day);
    }
    Ok(builder.finish()?)
}

fn add(builder: &mut ColumnsBuilder, file: &CareFile, catalogue: &Catalogue, budgets: &Budgets, day: Day) {
    builder.customer(file.customer.id, |row| {
        fill_customer(row, file, catalogue, day);
        row.int("contacts_30d", budgets.0.get(&file.customer.id).copied().unwrap_or(0));
        for agreement in &file.agreements {
            row.item("agreements", Some(agreement.id.0), |item| fill_agreement(item, agreement));
        }
        for bill in &file.bills {
            row.item("bills", Some(bill.id.0), |item| {
                item.date("period", bill.period);
                item.date("due", bill.due);
                item.money("amount", in_firm_currency(bill.amount));
                item.truth("paid", bill.paid_on.is_some());
                item.date("paid_on", bill.paid_on);
            });
        }
        for payment in &file.payments {
            row.item("payments", Some(payment.id.0), |item| {
                item.date("paid_on", payment.paid_on);
                item.money("amount", in_firm_currency(payment.amount));
                item.text("kind", known(&payment.kind));
            });
        }
        for order in &file.orders {
            row.item("orders", Some(order.id.0), |item| {
                item.date("placed", order.placed);
                item.money("amount", in_firm_currency(order.amount));
                item.text("status", known(&order.status));
            });
        }
    });
}

fn fill_customer(row: &mut Row<'_>, file: &CareFile, catalogue: &Catalogue, day: Day) {
    let customer = &file.customer;
    row.owner(customer.owner_id);
    row.unit(Some(customer.unit_id));
    for (key, text) in [
        ("name", &customer.name),
        ("gender", &customer.gender),
        ("occupation", &customer.occupation),
        ("region", &customer.region),
        ("language", &customer.language),
        ("tier", &customer.tier),
        ("class", &customer.class),
        ("lifecycle", &customer.lifecycle),
    ] {
        row.text(key, known(text));
    }
    if let Some((born, calendar)) = customer.birthday.as_ref().and_then(kept_birthday) {
        row.date_kept("birthday", born, calendar);
    }
    row.date("wedding_day", customer.wedding_day);
    row.date("joined", customer.joined);
    row.money("annual_value", customer.annual_value_minor);
    row.date("last_contact", customer.last_contact);
    row.texts("labels", file.labels.iter().map(String::as_str));
    row.texts("consents", reachable(file).iter().map(Channel::word));
    row.double("churn_risk", customer.churn_risk);
    for (key, months) in [("bill_m1", 1), ("bill_m2", 2), ("bill_m3", 3)] {
        row.money(key, billed(file, day.plus_months(-months)));
    }
    fill_firm_facts(row, customer, catalogue);
}

fn fill_agreement(item: &mut Row<'_>, agreement: &Agreement) {
    for (key, text) in [
        ("kind", &agreement.kind),
        ("product", &agreement.product),
        ("number", &agreement.number),
        ("status", &agreement.status),
        ("plate", &agreement.plate),
    ] {
        item.text(key, known(text));
    }
    for (key, day) in [
        ("start", agreement.start),
        ("end", agreement.end),
        ("due", agreement.due),
        ("paid_on", agreement.paid_on),
        ("signed", agreement.signed),
        ("delivered", agreement.delivered),
    ] {
        item.date(key, day);
    }
    item.money("premium", in_firm_currency(agreement.premium));
    item.int("pay_every_months", i64::from(agreement.pay_every_months));
    item.int("grace_days", i64::from(agreement.grace_days));
    item.truth("paid", agreement.is_paid());
}

/// The firm's own facts that the catalogue still knows by the kind they were written in.
fn fill_firm_facts(row: &mut Row<'_>, customer: &Customer, catalogue: &Catalogue) {
    for (key, entry) in &customer.facts {
        let kind = catalogue.find(key).map(|id| catalogue.fact(id).kind);
        if let Some(Kind::One(scalar)) = kind {
            row.value(key, &firm_value(entry, scalar));
        }
    }
}

fn firm_value(entry: &FactEntry, scalar: Scalar) -> Value {
    let json = &entry.value;
    let found = match scalar {
        Scalar::Bool => json.as_bool().map(Value::Bool),
        Scalar::Int => json.as_i64().filter(|number| *number != i64::MIN).map(Value::Int),
        Scalar::Double => json.as_f64().map(Value::Double),
        Scalar::Text => json.as_str().map(Value::text),
        Scalar::Date => json.as_str().and_then(|text| text.parse().ok()).map(Value::day),
        Scalar::Money => {
            let money = serde_json::from_value::<Money>(json.clone()).ok();
            money.map(|money| Value::money(money, Currency::CNY))
        }
        Scalar::Days => None,
    };
    found.unwrap_or(Value::Missing)
}

/// The common day of birth and the calendar by which it is kept.
fn kept_birthday(birthday: &Birthday) -> Option<(Day, Calendar)> {
    let year = birthday.year.unwrap_or(YEAR_UNKNOWN);
    match birthday.calendar {
        customer::Calendar::Solar => Some((Day::of(year, birthday.month, birthday.day).ok()?, Calendar::Solar)),
        customer::Calendar::Lunar => {
            let day = lunar_day(year, birthday.month, birthday.day)
                .or_else(|| lunar_day(year, birthday.month.abs(), birthday.day))
                .or_else(|| lunar_day(year, birthday.month.abs(), birthday.day.min(29)))?;
            Some((day, Calendar::Lunar))
        }
    }
}

fn reachable(file: &CareFile) -> ChannelSet {
    let customer = &file.customer;
    let holds = Holds::of(file.agreements.len() + file.orders.len(), customer.joined, &customer.lifecycle);
    let (given, refused) = (customer.consented, customer.refused);
    Channel::ALL.into_iter().filter(|channel| may_reach(*channel, given, refused, holds)).collect()
}

/// What the bills of a month come to; nothing if there was none.
fn billed(file: &CareFile, month: Day) -> Option<i64> {
    let of_month = |bill: &&customer::Bill| (bill.period.year(), bill.period.month()) == (month.year(), month.month());
    let amounts = file.bills.iter().filter(of_month).filter_map(|bill| in_firm_currency(bill.amount));
    amounts.fold(None, |sum, amount| Some(sum.unwrap_or(0_i64).saturating_add(amount)))
}

fn in_firm_currency(amount: Money) -> Option<i64> {
    (amount.currency == Currency::CNY).then_some(amount.minor)
}

fn known(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
