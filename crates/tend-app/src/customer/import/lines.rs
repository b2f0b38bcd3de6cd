//! Order lines: customers are found by number or phone or made, lines are gathered into orders.

use super::context::Context;
use super::store::{Deed, Entry, insert_entries};
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
        deed: Deed::Created,
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
type LineKey = (OrderId, String, String, i64, i64);

fn key_of(line: &OrderLine) -> LineKey {
    (line.order_id, line.sku.clone(), line.title.clone(), line.quantity, line.unit_price_minor)
}

/// The orders of a chunk as they stand, and which of their lines other batches brought and this one has not named yet.
struct Standing {
    orders: BTreeMap<(CustomerId, String), Order>,
    elsewhere: HashMap<LineKey, Vec<i32>>,
    last_line: HashMap<OrderId, i32>,
}

impl Standing {
    async fn read(
        tx: &Tx,
        context: &Context,
        lines: &[&CleanOrderLine],
        owners: &[Option<CustomerId>],
    ) -> Result<Self, CustomerError> {
        let buyers: BTreeSet<CustomerId> = owners.iter().flatten().copied().collect();
        let buyers: Vec<CustomerId> = buyers.into_iter().collect();
        let numbers: BTreeSet<&str> = lines.iter().map(|line| line.order_number.as_str()).collect();
        let orders = holdings::orders_numbered(&**tx, &buyers, &numbers).await?;
        let held: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
        let orders = orders.into_iter().map(|order| ((order.customer_id, order.number.clone()), order)).collect();
        let (mut elsewhere, mut last_line): (HashMap<LineKey, Vec<i32>>, HashMap<OrderId, i32>) = Default::default();
        for (line, [batch, again]) in holdings::lines_of(&**tx, &held).await? {
            let last = last_line.entry(line.order_id).or_default();
            *last = line.line.max(*last);
            // What this batch brought or named in an earlier chunk is settled: each line is met once.
            if ![batch, again].contains(&Some(context.batch)) {
                elsewhere.entry(key_of(&line)).or_default().push(line.line);
            }
        }
        Ok(Self { orders, elsewhere, last_line })
    }

    /// The number of a new line: its row where it fits behind the lines of the order.
    fn next_line(&mut self, order: OrderId, row: u32) -> i32 {
        let last = self.last_line.entry(order).or_default();
        *last = last.saturating_add(1).max(i32::try_from(row).unwrap_or(i32::MAX));
        *last
    }
}

/// Writes lines and their orders; answers how many lines are new and how many were there from another batch. As many
/// lines are met as are alike there, so the same lines are new whatever chunks they come in.
async fn write_orders(
    app: &App,
    tx: &Tx,
    context: &Context,
    lines: &[&CleanOrderLine],
    owners: &[Option<CustomerId>],
) -> Result<(i64, i64), CustomerError> {
    let mut standing = Standing::read(tx, context, lines, owners).await?;
    let (mut new_lines, mut touched, mut named) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (line, owner) in lines.iter().zip(owners) {
        let Some(owner) = owner else { continue };
        let place = (*owner, line.order_number.clone());
        let order = standing.orders.entry(place.clone()).or_insert_with(|| new_order(app, *owner, line));
        let mut new = line_of(order.id, line);
        if let Some(met) = standing.elsewhere.get_mut(&key_of(&new)).and_then(Vec::pop) {
            named.push((new.order_id, met));
            continue;
        }
        order.amount.minor = order.amount.minor.saturating_add(line.amount().minor);
        if line.deed == LineDeed::Returned {
            order.status = "returned".into();
        }
        touched.insert(place);
        new.line = standing.next_line(new.order_id, line.row);
        new_lines.push((*owner, new));
    }
    let changed: Vec<Order> = touched.iter().filter_map(|key| standing.orders.get(key).cloned()).collect();
    holdings::put_orders(&**tx, &changed, Some(context.batch)).await?;
    holdings::insert_lines(&**tx, &new_lines, Some(context.batch)).await?;
    holdings::name_again(&**tx, &named, context.batch).await?;
    let facts = changed.iter().map(|order| {
        let payload = json!({
            "order": order.id, "number": order.number, "amount": order.amount, "placed": order.placed,
            "batch": context.batch,
        });
        Fact::about(order.customer_id, "customer", "order_added", payload)
    });
    journal::append_all(app, tx, context.doer, facts.collect()).await?;
    Ok((new_lines.len() as i64, named.len() as i64))
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

/// The line of a row, without its number.
fn line_of(order_id: OrderId, line: &CleanOrderLine) -> OrderLine {
    OrderLine {
        order_id,
        line: 0,
        sku: line.sku.clone(),
        title: line.title.clone(),
        quantity: line.quantity,
        unit_price_minor: line.unit_price.minor,
    }
}
