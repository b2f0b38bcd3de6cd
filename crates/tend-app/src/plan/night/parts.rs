//! What is to be written of a night: proposals and decisions, in as many transactions as it takes.

use super::before::Before;
use super::{Part, Proposal};
use crate::plan::decisions::{Decided, Entry};
use crate::plan::library::Library;
use std::collections::{HashMap, HashSet};
use tend_planner::{Assignee, Columns, DayPlan, Decision, SubjectId, Verdict};
use tend_rules::base::*;
use tend_rules::segment::{Subject, TextWords, Words};
use uuid::Uuid;

/// Parts in which a night with much to write is written: each is one transaction over 64 buckets.
const PARTS: u16 = 16;
/// Up to so many touches are written at once: a transaction waits for the disk, however little is in it.
const AT_ONCE: usize = 4_000;

pub(super) fn parts(
    library: &Library,
    columns: &Columns,
    plan: &DayPlan,
    (before, stood): (&Before, Vec<(Bucket, Vec<u8>)>),
    units: &HashMap<StaffId, UnitId>,
) -> Vec<Part> {
    let count = if plan.touches.len() > AT_ONCE { PARTS } else { 1 };
    let width = BUCKETS / count;
    let mut parts: Vec<Part> = (0..count).map(|_| Part::default()).collect();
    let part_of_bucket = |bucket: Bucket| usize::from(bucket.number() as u16 / width);
    let part_of = |customer: CustomerId| part_of_bucket(customer.bucket());
    for (bucket, coded) in stood {
        parts[part_of_bucket(bucket)].stood.insert(bucket, coded);
    }
    for touch in &plan.touches {
        let proposal = proposal(library, columns, plan.day, touch, units);
        parts[part_of(touch.customer)].proposals.extend(proposal);
    }
    for (customer, entry) in entries(library, columns, plan, before) {
        let decided = parts[part_of(customer)]
            .decided
            .entry(customer.bucket())
            .or_insert_with(|| Decided { versions: library.ids.iter().copied().collect(), entries: Vec::new() });
        decided.entries.push((customer, entry));
    }
    for (customer, entry) in before.today.iter().flat_map(|(id, entries)| entries.iter().map(move |one| (id, one))) {
        let Some(decided) = parts[part_of(*customer)].decided.get_mut(&customer.bucket()) else { continue };
        // A plan of an earlier run of the day may rest by now.
        for plan in [Some(entry.plan), entry.holder].into_iter().flatten() {
            decided.versions.entry(plan).or_insert(0);
        }
    }
    parts
}

fn proposal(
    library: &Library,
    columns: &Columns,
    day: Day,
    touch: &tend_planner::PlannedTouch,
    units: &HashMap<StaffId, UnitId>,
) -> Option<Proposal> {
    let plan = library.compiled.plan(touch.plan);
    let subject = touch.item.map_or(Subject::Customer, |item| Subject::Item(item as usize));
    let words = TextWords::of(&library.catalogue);
    let facts = columns.facts(touch.row);
    let said = |language| plan.reason.of(language).render(&facts, subject, day, language, &words).text;
    let (unit, owner) = match touch.assignee {
        Assignee::Person(person) => (*units.get(&person)?, Some(person)),
        Assignee::Unit(unit) => (unit, None),
    };
    Some(Proposal {
        customer: touch.customer,
        plan: library.id(touch.plan),
        plan_key: plan.key.clone(),
        subject: subject_uuid(touch.customer, touch.subject),
        due: touch.due_day,
        not_after: touch.not_after,
        at_minute: plan.limits.at_minute,
        business_type: plan.business_type.clone(),
        title: plan.title.clone(),
        reason: Words::new(said(Language::Zh), said(Language::En)),
        script_key: plan.script.clone().unwrap_or_default(),
        template_keys: plan.templates.values().cloned().collect(),
        attention: plan.limits.attention,
        channel: touch.channel,
        priority: i16::from(plan.limits.priority),
        worth_minor: touch.worth_minor,
        unit,
        owner,
    })
}

fn subject_uuid(customer: CustomerId, subject: SubjectId) -> Uuid {
    match subject {
        SubjectId::Customer => customer.0,
        SubjectId::Item(id) => id,
    }
}

/// What was decided, customer by customer. What an earlier run of the day chose stays chosen: its touch exists.
fn entries(library: &Library, columns: &Columns, plan: &DayPlan, before: &Before) -> Vec<(CustomerId, Entry)> {
    let mut entries = Vec::with_capacity(plan.decisions.len() + before.today.len());
    let mut left: HashSet<CustomerId> = before.today.keys().copied().collect();
    for decisions in plan.decisions.chunk_by(|one, other| one.row == other.row) {
        let customer = columns.customer(decisions[0].row);
        let chosen = before.today.get(&customer).map_or(&[][..], Vec::as_slice);
        left.remove(&customer);
        let first = entries.len();
        entries.extend(chosen.iter().map(|entry| (customer, *entry)));
        for decision in decisions {
            let entry = entry_of(library, columns, customer, decision);
            if !chosen.iter().any(|known| (known.plan, known.subject) == (entry.plan, entry.subject)) {
                entries.push((customer, entry));
            }
        }
        // In one order, so that a run that decides the same is seen to.
        entries[first..].sort_by_key(|(_, entry)| (entry.plan, entry.subject));
    }
    let mut left: Vec<CustomerId> = left.into_iter().collect();
    left.sort_unstable();
    for customer in left {
        entries.extend(before.today.get(&customer).into_iter().flatten().map(|entry| (customer, *entry)));
    }
    entries
}

fn entry_of(library: &Library, columns: &Columns, customer: CustomerId, decision: &Decision) -> Entry {
    let collection = library.compiled.plan(decision.plan).for_each;
    let item = decision.item.zip(collection).and_then(|(item, of)| columns.item_id(of, decision.row, item));
    let (withheld, holder) = match decision.verdict {
        Verdict::Chosen => (None, None),
        Verdict::Withheld { reason, holder } => (Some(reason), holder.map(|place| library.id(place))),
    };
    Entry {
        plan: library.id(decision.plan),
        subject: item.unwrap_or(customer.0),
        due: decision.due_day,
        since: decision.waiting_since,
        withheld,
        holder,
    }
}
