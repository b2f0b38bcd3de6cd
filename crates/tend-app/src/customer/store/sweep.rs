//! The customer file swept through for the planner: rows as they lie in the database, texts borrowed, only the columns
//! that are asked for. Nothing that is sealed is read here. Unscoped: the columns belong to the program, and whoever asks
//! a question of them is held to a scope there.

use super::consents::said_in;
use crate::platform::{App, Cells, Scan, Swath, Swept};
use sea_orm::DbErr;
use std::collections::HashSet;
use tend_rules::base::*;
use tend_rules::customer::{Birthday, Calendar, Stated};
use uuid::Uuid;

/// The names of the columns that are asked for; those that are not come as missing.
#[derive(Debug, Clone, Default)]
pub struct Asked(HashSet<&'static str>);

impl Asked {
    /// The columns of a table that `wanted` wants.
    fn list(&self, table: &str, columns: &[&'static str]) -> String {
        let mut list = String::new();
        for column in columns {
            let bare = format!("{table}.{column}");
            let comma = if list.is_empty() { "" } else { ", " };
            let asked = self.0.contains(bare.as_str());
            list.push_str(&if asked { format!("{comma}h.{column}") } else { format!("{comma}NULL") });
        }
        list
    }

    /// Asks for a column, as `table.column`.
    pub fn ask(&mut self, column: &'static str) {
        self.0.insert(column);
    }
}

/// A customer on the way past.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field is the fact of that name")]
pub struct SweptPerson<'r> {
    pub id: CustomerId,
    pub unit_id: UnitId,
    pub owner_id: Option<StaffId>,
    pub consented: ChannelSet,
    pub refused: ChannelSet,
    pub joined: Option<Day>,
    pub lifecycle: &'r str,
    pub name: &'r str,
    pub gender: &'r str,
    pub occupation: &'r str,
    pub region: &'r str,
    pub language: &'r str,
    pub tier: &'r str,
    pub class: &'r str,
    pub birthday: Option<Birthday>,
    pub wedding_day: Option<Day>,
    pub annual_value_minor: i64,
    pub churn_risk: Option<f64>,
    pub last_contact: Option<Day>,
    /// The firm's own facts as JSON, or empty.
    pub facts: &'r str,
}

/// An agreement on the way past. Amounts of other currencies than the firm's are missing.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "each field is the fact of that name")]
pub struct SweptAgreement<'r> {
    pub customer: CustomerId,
    pub id: Uuid,
    pub created_at_ms: i64,
    pub kind: &'r str,
    pub number: &'r str,
    pub product: &'r str,
    pub status: &'r str,
    pub plate: &'r str,
    pub start: Option<Day>,
    pub end: Option<Day>,
    pub due: Option<Day>,
    pub paid_on: Option<Day>,
    pub paid_for: Option<Day>,
    pub signed: Option<Day>,
    pub delivered: Option<Day>,
    pub premium_minor: Option<i64>,
    pub pay_every_months: Option<i64>,
    pub grace_days: Option<i64>,
}

/// A bill on the way past.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field is the fact of that name")]
pub struct SweptBill {
    pub customer: CustomerId,
    pub id: Uuid,
    pub period: Day,
    pub due: Option<Day>,
    pub amount_minor: i64,
    pub paid_on: Option<Day>,
}

/// A payment on the way past.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field is the fact of that name")]
pub struct SweptPayment<'r> {
    pub customer: CustomerId,
    pub id: Uuid,
    pub paid_on: Day,
    pub amount_minor: Option<i64>,
    pub kind: &'r str,
}

/// An order on the way past.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field is the fact of that name")]
pub struct SweptOrder<'r> {
    pub customer: CustomerId,
    pub id: Uuid,
    pub placed_at_ms: i64,
    pub placed: Option<Day>,
    pub amount_minor: Option<i64>,
    pub status: &'r str,
}

/// A connection on which the file is swept through. Lives on a thread that may block.
pub struct Sweep<'a> {
    scan: Scan,
    asked: &'a Asked,
}

impl<'a> Sweep<'a> {
    /// Begins: everything is read as it is now.
    pub fn begin(app: &App, runtime: &tokio::runtime::Handle, asked: &'a Asked) -> Result<Self, DbErr> {
        Ok(Self { scan: Scan::open(app.db(), runtime)?, asked })
    }

    fn columns(&self, table: &str, always: &str, columns: &[&'static str]) -> String {
        format!("{always}, {}", self.asked.list(table, columns))
    }

    /// The customers; those of buckets by bucket and id.
    pub fn people(
        &mut self,
        whose: Swept<'_>,
        mut take: impl FnMut(&SweptPerson<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        let always = "h.id, h.unit_id, h.owner_id, h.consented_channels, h.refused_channels, h.joined_day, h.lifecycle";
        let columns = self.columns("customer", always, &PERSON);
        let swath = Swath { columns: &columns, table: "customer", customer: "id" };
        self.scan.sweep_in_order(swath, whose, |row| take(&person(row)?))
    }

    /// The labels: customer and key.
    pub fn labels(
        &mut self,
        whose: Swept<'_>,
        mut take: impl FnMut(CustomerId, &str) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        let columns = "h.customer_id, h.label_key";
        let swath = Swath { columns, table: "customer_label", customer: "customer_id" };
        self.scan.sweep(swath, whose, |row| take(CustomerId(row.id(0)?), row.text(1)?))
    }

    /// What was said about purposes: customer and what.
    pub fn stances(
        &mut self,
        whose: Swept<'_>,
        mut take: impl FnMut(CustomerId, Stated<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        let columns = "h.customer_id, h.purpose, h.channel, h.stance";
        let swath = Swath { columns, table: "consent_stance", customer: "customer_id" };
        self.scan.sweep(swath, whose, |row| {
            let (channel, stance) = said_in(row.text(2)?, row.text(3)?)?;
            take(CustomerId(row.id(0)?), Stated { channel, purpose: row.text(1)?, stance })
        })
    }

    /// The agreements.
    pub fn agreements(
        &mut self,
        whose: Swept<'_>,
        mut take: impl FnMut(&SweptAgreement<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        let columns = self.columns("agreement", "h.customer_id, h.id, h.created_at_ms", &AGREEMENT);
        let swath = Swath { columns: &columns, table: "agreement", customer: "customer_id" };
        self.scan.sweep(swath, whose, |row| take(&agreement(row)?))
    }

    /// The bills.
    pub fn bills(
        &mut self,
        whose: Swept<'_>,
        mut take: impl FnMut(&SweptBill) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        let always = "h.customer_id, h.id, h.period_day, h.amount_minor";
        let columns = self.columns("bill", always, &["due_day", "paid_on_day"]);
        let swath = Swath { columns: &columns, table: "bill", customer: "customer_id" };
        self.scan.sweep(swath, whose, |row| {
            take(&SweptBill {
                customer: CustomerId(row.id(0)?),
                id: row.id(1)?,
                period: Day::from_number(row.int(2)?.unwrap_or_default() as i32),
                amount_minor: row.int(3)?.unwrap_or_default(),
                due: row.day(4)?,
                paid_on: row.day(5)?,
            })
        })
    }

    /// The payments.
    pub fn payments(
        &mut self,
        whose: Swept<'_>,
        mut take: impl FnMut(&SweptPayment<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        let columns = self.columns("payment", "h.customer_id, h.id, h.paid_on_day", &["amount_minor", "kind"]);
        let swath = Swath { columns: &columns, table: "payment", customer: "customer_id" };
        self.scan.sweep(swath, whose, |row| {
            take(&SweptPayment {
                customer: CustomerId(row.id(0)?),
                id: row.id(1)?,
                paid_on: Day::from_number(row.int(2)?.unwrap_or_default() as i32),
                amount_minor: row.int(3)?,
                kind: row.text(4)?,
            })
        })
    }

    /// The orders.
    pub fn orders(
        &mut self,
        whose: Swept<'_>,
        mut take: impl FnMut(&SweptOrder<'_>) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        let always = "h.customer_id, h.id, h.placed_at_ms";
        let columns = self.columns("purchase", always, &["placed_day", "amount_minor", "currency", "status"]);
        let swath = Swath { columns: &columns, table: "purchase", customer: "customer_id" };
        self.scan.sweep(swath, whose, |row| {
            take(&SweptOrder {
                customer: CustomerId(row.id(0)?),
                id: row.id(1)?,
                placed_at_ms: row.int(2)?.unwrap_or_default(),
                placed: row.day(3)?,
                amount_minor: row.int(4)?.filter(|_| is_firm_currency(row, 5)),
                status: row.text(6)?,
            })
        })
    }

    /// Who has an order at all: the customer of each, from the index alone.
    pub fn buyers(
        &mut self,
        whose: Swept<'_>,
        mut take: impl FnMut(CustomerId) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        let swath = Swath { columns: "h.customer_id", table: "purchase", customer: "customer_id" };
        self.scan.sweep(swath, whose, |row| take(CustomerId(row.id(0)?)))
    }

    /// Who has an agreement at all, as [`Sweep::buyers`].
    pub fn bound(
        &mut self,
        whose: Swept<'_>,
        mut take: impl FnMut(CustomerId) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        let swath = Swath { columns: "h.customer_id", table: "agreement", customer: "customer_id" };
        self.scan.sweep(swath, whose, |row| take(CustomerId(row.id(0)?)))
    }
}

const PERSON: [&str; 16] = [
    "name",
    "gender",
    "occupation",
    "region",
    "language",
    "tier",
    "class",
    "birthday_calendar",
    "birth_year",
    "birth_month",
    "birth_dom",
    "wedding_day",
    "annual_value_minor",
    "churn_risk",
    "last_contact_day",
    "facts",
];

fn person<'r>(row: &'r Cells<'_>) -> Result<SweptPerson<'r>, DbErr> {
    let channels = |place| Ok::<_, DbErr>(ChannelSet::from_bits(row.int(place)?.unwrap_or_default() as i16));
    Ok(SweptPerson {
        id: CustomerId(row.id(0)?),
        unit_id: UnitId(row.id(1)?),
        owner_id: row.uuid(2)?.map(StaffId),
        consented: channels(3)?,
        refused: channels(4)?,
        joined: row.day(5)?,
        lifecycle: row.text(6)?,
        name: row.text(7)?,
        gender: row.text(8)?,
        occupation: row.text(9)?,
        region: row.text(10)?,
        language: row.text(11)?,
        tier: row.text(12)?,
        class: row.text(13)?,
        birthday: birthday(row)?,
        wedding_day: row.day(18)?,
        annual_value_minor: row.int(19)?.unwrap_or_default(),
        churn_risk: row.double(20)?,
        last_contact: row.day(21)?,
        facts: row.text(22)?,
    })
}

fn birthday(row: &Cells<'_>) -> Result<Option<Birthday>, DbErr> {
    let (Some(month), Some(day)) = (row.int(16)?, row.int(17)?) else { return Ok(None) };
    let lunar = row.text(14)? == Calendar::Lunar.word();
    Ok(Some(Birthday {
        calendar: if lunar { Calendar::Lunar } else { Calendar::Solar },
        year: row.int(15)?.map(|year| year as i16),
        month: month as i8,
        day: day as i8,
    }))
}

const AGREEMENT: [&str; 16] = [
    "kind",
    "number",
    "product",
    "status",
    "plate",
    "start_day",
    "end_day",
    "due_day",
    "paid_on_day",
    "paid_for_day",
    "signed_day",
    "delivered_day",
    "premium_minor",
    "currency",
    "pay_every_months",
    "grace_days",
];

fn agreement<'r>(row: &'r Cells<'_>) -> Result<SweptAgreement<'r>, DbErr> {
    Ok(SweptAgreement {
        customer: CustomerId(row.id(0)?),
        id: row.id(1)?,
        created_at_ms: row.int(2)?.unwrap_or_default(),
        kind: row.text(3)?,
        number: row.text(4)?,
        product: row.text(5)?,
        status: row.text(6)?,
        plate: row.text(7)?,
        start: row.day(8)?,
        end: row.day(9)?,
        due: row.day(10)?,
        paid_on: row.day(11)?,
        paid_for: row.day(12)?,
        signed: row.day(13)?,
        delivered: row.day(14)?,
        premium_minor: row.int(15)?.filter(|_| is_firm_currency(row, 16)),
        pay_every_months: row.int(17)?,
        grace_days: row.int(18)?,
    })
}

fn is_firm_currency(row: &Cells<'_>, place: usize) -> bool {
    row.text(place).is_ok_and(|code| code == Currency::CNY.code())
}
