//! Agreements, bills, payments, orders.

use super::wanted;
use crate::platform::{Bind, Row, insert_many, sql, with_rows};
use sea_orm::{ConnectionTrait, DbErr, Value};
use tend_rules::base::*;
use tend_rules::customer::{Agreement, Bill, Order, OrderLine, Payment, Settled};

const AGREEMENT: [&str; 21] = [
    "bucket",
    "id",
    "customer_id",
    "kind",
    "number",
    "product",
    "status",
    "start_day",
    "end_day",
    "due_day",
    "premium_minor",
    "currency",
    "pay_every_months",
    "paid_on_day",
    "paid_for_day",
    "grace_days",
    "signed_day",
    "delivered_day",
    "plate",
    "version",
    "created_at_ms",
];

fn agreement_values(a: &Agreement, now: Instant) -> Vec<Value> {
    vec![
        a.customer_id.bucket().into_value(),
        a.id.into_value(),
        a.customer_id.into_value(),
        a.kind.as_str().into_value(),
        a.number.as_str().into_value(),
        a.product.as_str().into_value(),
        a.status.as_str().into_value(),
        a.start.into_value(),
        a.end.into_value(),
        a.due.into_value(),
        a.premium.minor.into_value(),
        a.premium.currency.code().into_value(),
        a.pay_every_months.into_value(),
        a.paid_on.into_value(),
        a.paid_for.into_value(),
        a.grace_days.into_value(),
        a.signed.into_value(),
        a.delivered.into_value(),
        a.plate.as_str().into_value(),
        a.version.into_value(),
        now.into_value(),
    ]
}

/// Writes agreements; one that stands there already is overwritten (its creation excepted).
pub(in crate::customer) async fn put_agreements(
    db: &impl ConnectionTrait,
    agreements: &[Agreement],
    now: Instant,
) -> Result<(), DbErr> {
    let sets: Vec<String> = AGREEMENT[3..20].iter().map(|column| format!("{column} = excluded.{column}")).collect();
    let tail = format!("ON CONFLICT (bucket, id) DO UPDATE SET {}", sets.join(", "));
    let rows = agreements.iter().map(|agreement| agreement_values(agreement, now)).collect();
    insert_many(db, "agreement", &AGREEMENT, rows, &tail).await.map(drop)
}

fn agreement(row: &Row) -> Result<Agreement, DbErr> {
    Ok(Agreement {
        id: row.get("id")?,
        customer_id: row.get("customer_id")?,
        kind: row.get("kind")?,
        number: row.get("number")?,
        product: row.get("product")?,
        status: row.get("status")?,
        start: row.get("start_day")?,
        end: row.get("end_day")?,
        due: row.get("due_day")?,
        premium: money(row, "premium_minor")?,
        pay_every_months: row.get("pay_every_months")?,
        paid_on: row.get("paid_on_day")?,
        paid_for: row.get("paid_for_day")?,
        grace_days: row.get("grace_days")?,
        signed: row.get("signed_day")?,
        delivered: row.get("delivered_day")?,
        plate: row.get("plate")?,
        version: row.get("version")?,
    })
}

fn money(row: &Row, column: &str) -> Result<Money, DbErr> {
    let currency = Currency::try_from(row.get::<String>("currency")?).map_err(DbErr::Type)?;
    Ok(Money { minor: row.get(column)?, currency })
}

const AGREEMENT_SELECTED: &str = "h.id, h.customer_id, h.kind, h.number, h.product, h.status, h.start_day, h.end_day, \
    h.due_day, h.premium_minor, h.currency, h.pay_every_months, h.paid_on_day, h.paid_for_day, h.grace_days, \
    h.signed_day, h.delivered_day, h.plate, h.version";
const BILL_SELECTED: &str =
    "h.id, h.customer_id, h.agreement_id, h.period_day, h.due_day, h.amount_minor, h.paid_on_day";
const PAYMENT_SELECTED: &str = "h.id, h.customer_id, h.agreement_id, h.bill_id, h.paid_on_day, h.amount_minor, h.kind";
const ORDER_SELECTED: &str =
    "h.id, h.customer_id, h.number, h.placed_day, h.placed_at_ms, h.amount_minor, h.currency, h.status";

fn bill(row: &Row) -> Result<Bill, DbErr> {
    Ok(Bill {
        id: row.get("id")?,
        customer_id: row.get("customer_id")?,
        agreement_id: row.get("agreement_id")?,
        period: row.get("period_day")?,
        due: row.get("due_day")?,
        amount: Money::fen(row.get("amount_minor")?),
        paid_on: row.get("paid_on_day")?,
    })
}

fn payment(row: &Row) -> Result<Payment, DbErr> {
    Ok(Payment {
        id: row.get("id")?,
        customer_id: row.get("customer_id")?,
        agreement_id: row.get("agreement_id")?,
        bill_id: row.get("bill_id")?,
        paid_on: row.get("paid_on_day")?,
        amount: Money::fen(row.get("amount_minor")?),
        kind: row.get("kind")?,
    })
}

fn order(row: &Row) -> Result<Order, DbErr> {
    Ok(Order {
        id: row.get("id")?,
        customer_id: row.get("customer_id")?,
        number: row.get("number")?,
        placed: row.get("placed_day")?,
        placed_at: row.get("placed_at_ms")?,
        amount: money(row, "amount_minor")?,
        status: row.get("status")?,
    })
}

/// What is read of holdings: those of given customers, or of whole buckets.
#[derive(Debug, Clone, Copy)]
pub(in crate::customer) enum Whose<'a> {
    Customers(&'a [CustomerId]),
    Buckets(Bucket, Bucket),
}

async fn read<T>(
    db: &impl ConnectionTrait,
    table: &str,
    columns: &str,
    order: &str,
    whose: Whose<'_>,
    shape: impl Fn(&Row) -> Result<T, DbErr>,
) -> Result<Vec<T>, DbErr> {
    let mut found = Vec::new();
    match whose {
        Whose::Customers(ids) => {
            for ids in ids.chunks(2000) {
                let rest = format!(
                    "SELECT {columns} FROM w CROSS JOIN {table} h WHERE h.bucket = w.bucket AND h.customer_id = w.id
                     ORDER BY h.customer_id, {order}"
                );
                found.extend(wanted(ids, &rest).all(db, &shape).await?);
            }
        }
        Whose::Buckets(from, to) => {
            let text = format!(
                "SELECT {columns} FROM {table} h WHERE h.bucket >= $1 AND h.bucket <= $2 ORDER BY h.customer_id, {order}"
            );
            found = sql(&text).bind(from).bind(to).all(db, &shape).await?;
        }
    }
    Ok(found)
}

pub(in crate::customer) async fn agreements(
    db: &impl ConnectionTrait,
    whose: Whose<'_>,
) -> Result<Vec<Agreement>, DbErr> {
    read(db, "agreement", AGREEMENT_SELECTED, "h.created_at_ms, h.number, h.id", whose, agreement).await
}

/// When an agreement came into the file.
pub(in crate::customer) async fn agreement_added_at(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    id: AgreementId,
) -> Result<Option<Instant>, DbErr> {
    sql("SELECT h.created_at_ms FROM agreement h WHERE h.bucket = $1 AND h.id = $2 AND h.customer_id = $3 LIMIT 1")
        .bind(customer.bucket())
        .bind(id)
        .bind(customer)
        .one(db, |row| row.get("created_at_ms"))
        .await
}

pub(in crate::customer) async fn bills(db: &impl ConnectionTrait, whose: Whose<'_>) -> Result<Vec<Bill>, DbErr> {
    read(db, "bill", BILL_SELECTED, "h.period_day, h.id", whose, bill).await
}

pub(in crate::customer) async fn payments(db: &impl ConnectionTrait, whose: Whose<'_>) -> Result<Vec<Payment>, DbErr> {
    read(db, "payment", PAYMENT_SELECTED, "h.paid_on_day, h.id", whose, payment).await
}

pub(in crate::customer) async fn orders(db: &impl ConnectionTrait, whose: Whose<'_>) -> Result<Vec<Order>, DbErr> {
    read(db, "purchase", ORDER_SELECTED, "h.placed_at_ms, h.id", whose, order).await
}

pub(in crate::customer) async fn insert_bills(db: &impl ConnectionTrait, bills: &[Bill]) -> Result<(), DbErr> {
    let columns =
        ["bucket", "id", "customer_id", "agreement_id", "period_day", "due_day", "amount_minor", "paid_on_day"];
    let rows = bills.iter().map(|bill| {
        vec![
            bill.customer_id.bucket().into_value(),
            bill.id.into_value(),
            bill.customer_id.into_value(),
            bill.agreement_id.into_value(),
            bill.period.into_value(),
            bill.due.into_value(),
            bill.amount.minor.into_value(),
            bill.paid_on.into_value(),
        ]
    });
    insert_many(db, "bill", &columns, rows.collect(), "").await.map(drop)
}

pub(in crate::customer) async fn insert_payments(db: &impl ConnectionTrait, payments: &[Payment]) -> Result<(), DbErr> {
    let columns = ["bucket", "id", "customer_id", "agreement_id", "bill_id", "paid_on_day", "amount_minor", "kind"];
    let rows = payments.iter().map(|payment| {
        vec![
            payment.customer_id.bucket().into_value(),
            payment.id.into_value(),
            payment.customer_id.into_value(),
            payment.agreement_id.into_value(),
            payment.bill_id.into_value(),
            payment.paid_on.into_value(),
            payment.amount.minor.into_value(),
            payment.kind.as_str().into_value(),
        ]
    });
    insert_many(db, "payment", &columns, rows.collect(), "").await.map(drop)
}

pub(in crate::customer) async fn put_orders(
    db: &impl ConnectionTrait,
    orders: &[Order],
    batch: Option<BatchId>,
) -> Result<(), DbErr> {
    let columns = [
        "bucket",
        "id",
        "customer_id",
        "number",
        "placed_day",
        "placed_at_ms",
        "amount_minor",
        "currency",
        "status",
        "batch_id",
    ];
    let rows = orders.iter().map(|order| {
        vec![
            order.customer_id.bucket().into_value(),
            order.id.into_value(),
            order.customer_id.into_value(),
            order.number.as_str().into_value(),
            order.placed.into_value(),
            order.placed_at.into_value(),
            order.amount.minor.into_value(),
            order.amount.currency.code().into_value(),
            order.status.as_str().into_value(),
            batch.into_value(),
        ]
    });
    let tail = "ON CONFLICT (bucket, id) DO UPDATE SET amount_minor = excluded.amount_minor, status = excluded.status";
    insert_many(db, "purchase", &columns, rows.collect(), tail).await.map(drop)
}

pub(in crate::customer) async fn insert_lines(
    db: &impl ConnectionTrait,
    lines: &[(CustomerId, OrderLine)],
    batch: Option<BatchId>,
) -> Result<(), DbErr> {
    let columns =
        ["bucket", "purchase_id", "line", "customer_id", "sku", "title", "quantity", "unit_price_minor", "batch_id"];
    let rows = lines.iter().map(|(customer, line)| {
        vec![
            customer.bucket().into_value(),
            line.order_id.into_value(),
            line.line.into_value(),
            customer.into_value(),
            line.sku.as_str().into_value(),
            line.title.as_str().into_value(),
            line.quantity.into_value(),
            line.unit_price_minor.into_value(),
            batch.into_value(),
        ]
    });
    insert_many(db, "purchase_line", &columns, rows.collect(), "").await.map(drop)
}

/// The premium of the present due day is paid; the due day itself moves on when the next bill is made.
pub(in crate::customer) async fn pay_agreement(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    agreement: AgreementId,
    on: Day,
) -> Result<u64, DbErr> {
    sql("UPDATE agreement SET paid_on_day = $1, paid_for_day = due_day, version = version + 1
         WHERE bucket = $2 AND id = $3 AND customer_id = $4")
    .bind(on)
    .bind(customer.bucket())
    .bind(agreement)
    .bind(customer)
    .run(db)
    .await
}

/// Writes when a bill was paid, or that it was not.
pub(in crate::customer) async fn settle_bill(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    bill: BillId,
    on: Option<Day>,
) -> Result<u64, DbErr> {
    sql("UPDATE bill SET paid_on_day = $1 WHERE bucket = $2 AND id = $3 AND customer_id = $4")
        .bind(on)
        .bind(customer.bucket())
        .bind(bill)
        .bind(customer)
        .run(db)
        .await
}

/// Writes what of an agreement was paid when.
pub(in crate::customer) async fn settle_agreement(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    agreement: AgreementId,
    settled: Settled,
) -> Result<u64, DbErr> {
    sql("UPDATE agreement SET paid_on_day = $1, paid_for_day = $2, version = version + 1
         WHERE bucket = $3 AND id = $4 AND customer_id = $5")
    .bind(settled.on)
    .bind(settled.due)
    .bind(customer.bucket())
    .bind(agreement)
    .bind(customer)
    .run(db)
    .await
}

/// Takes a payment off the file.
pub(in crate::customer) async fn delete_payment(
    db: &impl ConnectionTrait,
    customer: CustomerId,
    payment: PaymentId,
) -> Result<u64, DbErr> {
    sql("DELETE FROM payment WHERE bucket = $1 AND id = $2 AND customer_id = $3")
        .bind(customer.bucket())
        .bind(payment)
        .bind(customer)
        .run(db)
        .await
}

/// The orders of customers with one of the numbers.
pub(in crate::customer) async fn orders_numbered(
    db: &impl ConnectionTrait,
    ids: &[CustomerId],
    numbers: &std::collections::BTreeSet<&str>,
) -> Result<Vec<Order>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rest = format!(
        "SELECT {ORDER_SELECTED} FROM w CROSS JOIN purchase h
         WHERE h.bucket = w.bucket AND h.customer_id = w.id AND h.number IN "
    );
    wanted(ids, &rest).list(numbers.iter().copied()).all(db, order).await
}

/// The lines of orders, with the batch that brought them and the one that named them again.
pub(in crate::customer) async fn lines_of(
    db: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<Vec<(OrderLine, [Option<BatchId>; 2])>, DbErr> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    with_rows("bucket, id", orders.iter().map(|id| [id.bucket().into_value(), id.into_value()]))
        .text(
            "SELECT l.purchase_id, l.line, l.sku, l.title, l.quantity, l.unit_price_minor, l.batch_id,
               l.again_batch_id
             FROM w CROSS JOIN purchase_line l WHERE l.bucket = w.bucket AND l.purchase_id = w.id",
        )
        .all(db, |row| {
            let line = OrderLine {
                order_id: row.get("purchase_id")?,
                line: row.get("line")?,
                sku: row.get("sku")?,
                title: row.get("title")?,
                quantity: row.get("quantity")?,
                unit_price_minor: row.get("unit_price_minor")?,
            };
            Ok((line, [row.get("batch_id")?, row.get("again_batch_id")?]))
        })
        .await
}

/// Marks lines that a batch named although another one brought them.
pub(in crate::customer) async fn name_again(
    db: &impl ConnectionTrait,
    lines: &[(OrderId, i32)],
    batch: BatchId,
) -> Result<(), DbErr> {
    for lines in lines.chunks(2000) {
        let rows =
            lines.iter().map(|(order, line)| [order.bucket().into_value(), order.into_value(), line.into_value()]);
        with_rows("bucket, id, line", rows)
            .text("UPDATE purchase_line SET again_batch_id = ")
            .arg(batch)
            .text(" WHERE (bucket, purchase_id, line) IN (SELECT bucket, id, line FROM w)")
            .run(db)
            .await?;
    }
    Ok(())
}
