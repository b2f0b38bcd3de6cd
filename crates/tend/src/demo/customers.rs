//! Writes the people of the sample firm through the customer room's door, a few hundred in a transaction.

use super::firm::{Firm, Team};
use super::people::{Almanac, Holding, Person, person};
use super::seed::Seed;
use anyhow::Result;
use indicatif::ProgressBar;
use tend_app::App;
use tend_app::customer::{self, Draft};
use tend_rules::base::{BillId, Bucket, Channel, ChannelSet, CustomerId, Day, Money, StaffId};
use tend_rules::customer::{Agreement, Bill, Birthday, Calendar, PointKind};
use tend_rules::journal::Doer;

const DOER: Doer = Doer::Program("demo");
const PER_TRANSACTION: usize = 500;

/// How much was written.
#[derive(Debug, Default, Clone, Copy)]
pub struct Written {
    /// Customers.
    pub customers: usize,
    /// What they hold.
    pub agreements: usize,
    /// Their bills.
    pub bills: usize,
}

/// Writes `count` customers, spread over the teams.
pub async fn settle(app: &App, firm: &Firm, seed: u64, count: usize, bar: &ProgressBar) -> Result<Written> {
    let mut written = Written::default();
    let mut chance = Seed::of(seed, "owners");
    for first in (0..count).step_by(PER_TRANSACTION) {
        let tx = app.begin().await?;
        let (mut drafts, mut bills) = (Vec::new(), Vec::new());
        for number in first..count.min(first + PER_TRANSACTION) {
            let team = &firm.teams[number % firm.teams.len()];
            let person = person(seed, number, &team.region, app.today());
            // One in a hundred has nobody: orphans that the plans must find.
            let owner = (!chance.happens(1)).then(|| *chance.pick(&team.managers));
            let id = CustomerId(app.new_id(bucket_of(number)));
            let (draft, own_bills) = drafted(app, id, person, team, owner);
            written.agreements += draft.agreements.len();
            drafts.push(draft);
            bills.extend(own_bills);
        }
        written.customers += drafts.len();
        written.bills += bills.len();
        bar.inc(drafts.len() as u64);
        customer::create_many(app, &tx, DOER, "demo", drafts).await?;
        customer::add_bills(app, &tx, DOER, &bills).await?;
        tx.commit().await?;
    }
    Ok(written)
}

/// A transaction fills a few buckets, the next one the next few: all fill alike and few pages are written at a time.
fn bucket_of(number: usize) -> Bucket {
    const TOGETHER: usize = 32;
    Bucket::of((number / PER_TRANSACTION * TOGETHER + number % TOGETHER) as u64)
}

fn drafted(app: &App, id: CustomerId, person: Person, team: &Team, owner: Option<StaffId>) -> (Draft, Vec<Bill>) {
    let mut draft = Draft::blank(app, team.unit);
    let file = &mut draft.file;
    file.id = id;
    file.outside_id = Some(person.outside_id);
    file.name = person.name;
    file.gender = person.gender.into();
    file.birthday = person.birthday.map(|(year, month, day, almanac)| Birthday {
        calendar: if almanac == Almanac::Lunar { Calendar::Lunar } else { Calendar::Solar },
        year: Some(year),
        month,
        day,
    });
    file.wedding_day = person.wedding;
    file.occupation = person.occupation.into();
    file.region = team.region.clone();
    file.tier = person.tier.into();
    file.class = person.class.into();
    file.lifecycle = person.lifecycle.into();
    file.joined = Some(person.joined);
    file.annual_value_minor = person.annual_value_minor;
    file.owner_id = owner;
    file.consented = channels(&person.consents);
    file.refused = channels(&person.refusals);
    file.last_contact = person.contacts.first().copied();
    draft.labels = person.labels.iter().map(|label| (*label).to_owned()).collect();
    draft.points.push((PointKind::Phone, format!("+86{}", person.phone)));
    draft.points.extend(person.wechat.map(|id| (PointKind::Wechat, id)));
    draft.points.extend(person.mail.map(|mail| (PointKind::Mail, mail)));
    draft.points.extend(person.address.map(|address| (PointKind::Address, address)));
    let mut bills = Vec::new();
    for holding in person.agreements {
        let agreement = agreement(app, &draft, &holding);
        bills.extend(holding.bills.iter().map(|bill| billed(app, &agreement, *bill)));
        draft.agreements.push(agreement);
    }
    (draft, bills)
}

fn agreement(app: &App, draft: &Draft, holding: &Holding) -> Agreement {
    Agreement {
        number: holding.number.clone(),
        product: holding.product.into(),
        status: holding.status.into(),
        start: Some(holding.start),
        end: holding.end,
        due: Some(holding.due),
        premium: Money::fen(holding.premium_minor),
        pay_every_months: holding.pay_every_months,
        paid_on: holding.paid_on,
        paid_for: holding.paid_for_due.then_some(holding.due),
        signed: Some(holding.signed),
        delivered: holding.delivered,
        plate: holding.plate.clone(),
        ..draft.agreement(app, holding.kind)
    }
}

fn billed(app: &App, agreement: &Agreement, (due, minor, paid_on): (Day, i64, Option<Day>)) -> Bill {
    Bill {
        id: BillId(app.new_id(agreement.customer_id.bucket())),
        customer_id: agreement.customer_id,
        agreement_id: Some(agreement.id),
        period: Day::of(due.year(), due.month(), 1).unwrap_or(due),
        due,
        amount: Money::fen(minor),
        paid_on,
    }
}

fn channels(words: &[&str]) -> ChannelSet {
    words.iter().filter_map(|word| Channel::from_word(word)).collect()
}
