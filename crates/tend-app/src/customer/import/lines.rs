//! Order lines: customers are found by number or phone or made, lines are gathered into orders.

use super::context::Context;
use super::store::{Entry, insert_entries};
use super::told::Pace;
use super::{ImportError, ImportReport, doer_of, keep, report_of};
use crate::customer::CustomerError;
use crate::customer::create::{Draft, create_many};
use crate::customer::store::cells::{self, Few};
use crate::customer::store::{holdings, people};
use crate::intake::{self, Batch, Tally, WashPlan, WashedRow};
use crate::journal;
use crate::platform::{App, Tx};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tend_rules::base::*;
use tend_rules::customer::{Order, OrderLine, PointKind, contact_keys, kind_keys};
use tend_rules::intake::{CleanOrderLine, LineDeed, clean_order_line};
use tend_rules::journal::Fact;
use tend_rules::org::Scope;

/// See the module.
pub(super) async fn orders(
    app: &App,
    batch: &Batch,
    plan: WashPlan,
    progress: &mut impl FnMut(&ImportReport),
) -> Result<(), ImportError> {
    let context = Context::read(app, batch.id, batch.unit_id, doer_of(batch), plan.rules.today).await?;
    let (mut report, mut pace) = (report_of(batch), Pace::default());
    let mut chunks = intake::wash(plan, clean_order_line);
    while let Some(rows) = chunks.recv().await {
        let rows: Vec<WashedRow<CleanOrderLine>> = rows?;
        let tx = app.begin().await?;
        let tally = settle(app, &tx, &context, &rows).await?;
        keep(app, tx, batch, (&mut report, &mut pace), tally, &rows).await?;
        progress(&report);
    }
    Ok(())
}

async fn settle(
    app: &App,
    tx: &Tx,
    context: &Context,
    rows: &[WashedRow<CleanOrderLine>],
) -> Result<Tally, CustomerError> {
    let lines: Vec<&CleanOrderLine> = rows.iter().filter_map(|row| row.clean.as_ref()).collect();
    let mut tally = Tally { rows: rows.len() as i64, rejected: (rows.len() - lines.len()) as i64, ..Tally::default() };
    let (owners, drafts) = buyers(app, tx, context, &lines).await?;
    tally.created = drafts.len() as i64;
    let entries = drafts.iter().map(|(row, draft)| Entry {
        batch: context.batch,
        row: i64::from(*row),
        customer_id: draft.file.id,
        deed: "created",
        before: None,
        reason: String::new(),
        version_after: 1,
    });
    let entries = entries.collect();
    create_many(app, tx, context.doer, "import", drafts.into_iter().map(|(_, draft)| draft).collect()).await?;
    insert_entries(&**tx, entries, &HashMap::new()).await?;
    let (kept, duplicates) = write_orders(app, tx, context, &lines, &owners).await?;
    tally.accepted = kept;
    tally.duplicates = duplicates;
    Ok(tally)
}

/// The digest by which the customer of a line is found: the number in other systems, else the phone.
fn digest_of(app: &App, line: &CleanOrderLine) -> Option<i64> {
    numbers_of(app, line).next()
}

fn numbers_of(app: &App, line: &CleanOrderLine) -> impl Iterator<Item = i64> {
    let number = line.outside_id.as_deref().and_then(|id| kind_keys("outside_id", id).into_iter().next());
    let phone = line.phone.as_ref().and_then(|phone| contact_keys(PointKind::Phone, phone.e164()).into_iter().next());
    number.into_iter().chain(phone).map(move |(kind, value)| app.keys().digest(&kind, &value))
}

/// Whose each line is, and the customers that have to be made, with the row that makes them.
async fn buyers(
    app: &App,
    tx: &Tx,
    context: &Context,
    lines: &[&CleanOrderLine],
) -> Result<(Vec<Option<CustomerId>>, Vec<(u32, Draft)>), CustomerError> {
    let digests: BTreeSet<i64> = lines.iter().filter_map(|line| digest_of(app, line)).collect();
    let digests: Vec<i64> = digests.into_iter().collect();
    let mut known = held_owners(tx, &digests).await?;
    let mut drafts = Vec::new();
    let mut owners = Vec::with_capacity(lines.len());
    for line in lines {
        let Some(digest) = digest_of(app, line) else {
            owners.push(None);
            continue;
        };
        let id = match known.get(&digest) {
            Some(id) => *id,
            None => {
                let draft = buyer(app, context, line);
                let id = draft.file.id;
                // A later line may name the new customer by the other number.
                for digest in numbers_of(app, line) {
                    known.entry(digest).or_insert(id);
                }
                drafts.push((line.row, draft));
                id
            }
        };
        owners.push(Some(id));
    }
    Ok((owners, drafts))
}

/// The first customer of each number, taken for writing. Somebody may be merged or erased just now: after the wait it is
/// asked anew whose the number is, until everybody whom it leads to is held.
async fn held_owners(tx: &Tx, digests: &[i64]) -> Result<HashMap<i64, CustomerId>, CustomerError> {
    let mut held = BTreeSet::new();
    loop {
        let found = cells::look_up(&**tx, digests, Few::Eldest(1)).await?;
        let ids: BTreeSet<CustomerId> = found.iter().map(|(_, id)| *id).collect();
        let free: Vec<CustomerId> = ids.difference(&held).copied().collect();
        if free.is_empty() {
            let ids: Vec<CustomerId> = ids.into_iter().collect();
            let on_file = people::read(&**tx, &Scope::Firm, &ids).await?;
            let on_file: BTreeSet<CustomerId> = on_file.iter().map(|customer| customer.id).collect();
            return Ok(found.into_iter().filter(|(_, id)| on_file.contains(id)).collect());
        }
        people::lock_many(&**tx, &free).await?;
        held.extend(free);
    }
}

fn buyer(app: &App, context: &Context, line: &CleanOrderLine) -> Draft {
    let mut draft = Draft::blank(app, context.unit);
    draft.file.outside_id.clone_from(&line.outside_id);
    draft.file.name = line.name.clone().unwrap_or_default();
    draft.file.region = line.region.clone().unwrap_or_default();
    draft.file.joined = Some(line.placed_on);
    draft.file.first_batch_id = Some(context.batch);
    draft.points.extend(line.phone.iter().map(|phone| (PointKind::Phone, phone.to_string())));
    draft
}

/// What tells one line from another when a file comes a second time.
type LineKey = (String, String, i64, i64);

/// Writes lines and their orders; answers how many lines are new and how many were there from another batch.
async fn write_orders(
    app: &App,
    tx: &Tx,
    context: &Context,
    lines: &[&CleanOrderLine],
    owners: &[Option<CustomerId>],
) -> Result<(i64, i64), CustomerError> {
    let buyers: BTreeSet<CustomerId> = owners.iter().flatten().copied().collect();
    let buyers: Vec<CustomerId> = buyers.into_iter().collect();
    let numbers: BTreeSet<&str> = lines.iter().map(|line| line.order_number.as_str()).collect();
    let mut orders: BTreeMap<(CustomerId, String), Order> = BTreeMap::new();
    for order in holdings::orders_numbered(&**tx, &buyers, &numbers).await? {
        orders.insert((order.customer_id, order.number.clone()), order);
    }
    let held: Vec<OrderId> = orders.values().map(|order| order.id).collect();
    let mut elsewhere: HashMap<(OrderId, LineKey), i64> = HashMap::new();
    let mut last_line: HashMap<OrderId, i32> = HashMap::new();
    for (line, batch) in holdings::lines_of(&**tx, &held).await? {
        if batch == Some(context.batch) {
            continue;
        }
        let key = (line.sku.clone(), line.title.clone(), line.quantity, line.unit_price_minor);
        *elsewhere.entry((line.order_id, key)).or_default() += 1;
        let last = last_line.entry(line.order_id).or_default();
        *last = line.line.max(*last);
    }
    let (mut new_lines, mut touched, mut duplicates) = (Vec::new(), BTreeSet::new(), 0);
    for (line, owner) in lines.iter().zip(owners) {
        let Some(owner) = owner else { continue };
        let order = orders.entry((*owner, line.order_number.clone())).or_insert_with(|| new_order(app, *owner, line));
        let key = (line.sku.clone(), line.title.clone(), line.quantity, line.unit_price.minor);
        if let Some(left) = elsewhere.get_mut(&(order.id, key)).filter(|left| **left > 0) {
            *left -= 1;
            duplicates += 1;
            continue;
        }
        order.amount.minor = order.amount.minor.saturating_add(line.amount().minor);
        if line.deed == LineDeed::Returned {
            order.status = "returned".into();
        }
        touched.insert((*owner, line.order_number.clone()));
        let number =
            last_line.get(&order.id).copied().unwrap_or(0).saturating_add(i32::try_from(line.row).unwrap_or(0));
        new_lines.push((*owner, line_of(order.id, number, line)));
    }
    let changed: Vec<Order> = touched.iter().filter_map(|key| orders.get(key).cloned()).collect();
    holdings::put_orders(&**tx, &changed, Some(context.batch)).await?;
    holdings::insert_lines(&**tx, &new_lines, Some(context.batch)).await?;
    let facts = changed.iter().map(|order| {
        let payload = json!({
            "order": order.id, "number": order.number, "amount": order.amount, "placed": order.placed,
            "batch": context.batch,
        });
        Fact::about(order.customer_id, "customer", "order_added", payload)
    });
    journal::append_all(app, tx, context.doer, facts.collect()).await?;
    Ok((new_lines.len() as i64, duplicates))
}

fn new_order(app: &App, owner: CustomerId, line: &CleanOrderLine) -> Order {
    let midnight = app.zone().instant_at(line.placed_on, 0);
    Order {
        id: OrderId(app.new_id(owner.bucket())),
        customer_id: owner,
        number: line.order_number.clone(),
        placed: line.placed_on,
        placed_at: midnight.plus_seconds(i64::from(line.placed_second)),
        amount: Money { minor: 0, currency: line.unit_price.currency },
        status: "placed".into(),
    }
}

fn line_of(order_id: OrderId, number: i32, line: &CleanOrderLine) -> OrderLine {
    OrderLine {
        order_id,
        line: number,
        sku: line.sku.clone(),
        title: line.title.clone(),
        quantity: line.quantity,
        unit_price_minor: line.unit_price.minor,
    }
}
