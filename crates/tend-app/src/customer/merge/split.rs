//! A merge is taken back: the other record returns as it was, with what came from it as that is now. What was added to
//! the record that stays since the merge remains there; a refusal holds for both.

use super::hook::{Passage, followers};
use super::{Changed, holdings, holds, kin, may_join_keepers, reason, said, stances, whole};
use crate::customer::CustomerError;
use crate::customer::care::show_to_workers;
use crate::customer::change::{news, refresh_lookups};
use crate::customer::import::restore_one;
use crate::customer::read::one_for_change;
use crate::customer::store::cells::{self, ConsentRow};
use crate::customer::store::merge::{MergedRow, are_part_of, bring_back, forget_proofs, merged};
use crate::customer::store::people;
use crate::journal;
use crate::org::{Who, keeper_today};
use crate::platform::{App, Problem, Tx};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::customer::{Customer, EVERY_PURPOSE, Verdict, parted_said};
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;

/// Parts a record from the one it was merged into, in the caller's transaction; answers the one that stayed. The record
/// returns to the keeper that it had, or to whoever took over from one who left since: where that is another one than the
/// present keeper of the one that stays, whoever parts them must be permitted to hand customers over.
pub async fn split(
    app: &App,
    tx: &Tx,
    who: &Who,
    (survivor, version): (CustomerId, i64),
    (other, why): (CustomerId, &str),
) -> Result<Customer, Problem> {
    let why = why.trim();
    if !(2..=400).contains(&why.chars().count()) {
        return Err(CustomerError::Invalid { field: "reason", rule: "2 to 400 characters" }.into());
    }
    let doer = who.doer();
    let mut kept = one_for_change(tx, &who.scope(), survivor).await?;
    if kept.version != version {
        return Err(CustomerError::VersionStale.into());
    }
    // Who sees the record that stays sees its parts, whosever they were: it may have been handed over since the merge.
    let row = merged(&**tx, &Scope::Firm, &[other]).await?.pop().filter(|row| row.survivor == survivor);
    let mut row = row.ok_or(CustomerError::NotMerged)?;
    let entrusted = settle_keeper(tx, &mut row.file).await?;
    may_join_keepers(who, &kept, &row.file)?;
    let changed = Changed::of(&row)?;
    if bring_back(&**tx, other, survivor).await? == 0 {
        return Err(CustomerError::VersionStale.into());
    }
    let parts = whole(&**tx, other).await?;
    are_part_of(&**tx, &parts[1..], other).await?;
    holds::give_back(app, tx, (survivor, other), (&changed.holds, row.at)).await?;
    let (back, stays) = restore(app, tx, doer, &mut kept, row, &changed).await?;
    let (subjects, going) = holdings::give_back(tx, (survivor, other), &changed.carriage).await?;
    let passage = Passage { from: survivor, to: other, subjects, went: going.ids().collect() };
    for (follower, kept) in followers()?.iter().zip(&changed.followed) {
        (follower.bring_back)(app, tx, doer, &passage, kept).await?;
    }
    show_to_workers(app, tx, &[survivor, other]).await?;
    for file in [&kept, &back] {
        refresh_lookups(app, tx, file).await?;
    }
    let (our_key, their_key) = passage.keys(app, tx).await?;
    let payload = json!({
        "other": other, "reason": reason::told(&our_key, survivor, why), "stays": stays, "refused": back.refused.bits(),
    });
    let off = json!({ "from": survivor, "reason": reason::told(&their_key, other, why) });
    let mut facts =
        vec![Fact::about(survivor, "customer", "split", payload), Fact::about(other, "customer", "split_off", off)];
    facts.extend(entrusted);
    journal::append_all(app, tx, doer, facts).await?;
    tx.tell(news(&kept, "split"));
    tx.tell(news(&back, "split"));
    Ok(kept)
}

/// The keeper of a record that returns may have left: then it goes to the heir, or to nobody and stays with the unit, like
/// the customers whom a hand-over moved meanwhile.
async fn settle_keeper(tx: &Tx, file: &mut Customer) -> Result<Option<Fact>, CustomerError> {
    let Some(before) = file.owner_id else { return Ok(None) };
    let (owner, unit) = match keeper_today(&**tx, before).await? {
        Some((owner, _)) if owner == before => return Ok(None),
        Some((owner, unit)) => (Some(owner), unit),
        None => (None, file.unit_id),
    };
    let payload = json!({
        "from": { "unit": file.unit_id, "owner": before }, "to": { "unit": unit, "owner": owner },
    });
    (file.owner_id, file.unit_id) = (owner, unit);
    Ok(Some(Fact::about(file.id, "customer", "entrusted", payload)))
}

/// Both records as they were, save what somebody changed since: answers the one that returns, and the keys of what
/// stays changed in the other.
async fn restore(
    app: &App,
    tx: &Tx,
    doer: Doer,
    kept: &mut Customer,
    row: MergedRow,
    changed: &Changed,
) -> Result<(Customer, Vec<String>), CustomerError> {
    let mut back = row.file;
    let mut now = said(&**tx, kept).await?;
    let known = ChannelSet::from_bits(changed.withdrawn);
    now.withdrawn = now.withdrawn.iter().filter(|channel| !known.has(*channel)).collect();
    let parted = parted_said(said(&**tx, &back).await?, now);
    let fresh: Vec<Channel> = parted.refused.iter().filter(|channel| !back.refused.has(*channel)).collect();
    (back.consented, back.refused) = (parted.consented, parted.refused);
    let proof = |channel: &Channel| ConsentRow {
        id: app.new_id(back.id.bucket()),
        customer_id: back.id,
        channel: *channel,
        verdict: Verdict::Refused.word(),
        proof: format!("split {}", kept.id),
        purpose: EVERY_PURPOSE.to_owned(),
        how: "",
        said_by: "customer",
        text_version: String::new(),
        actor: doer.to_string(),
        at: app.now(),
    };
    cells::insert_consents(&**tx, fresh.iter().map(proof).collect()).await?;
    let refused = kept.refused;
    let stays = restore_one(tx, app, kept, &changed.before).await?;
    kept.refused = refused;
    kept.consented = kept.consented.iter().filter(|channel| !refused.has(*channel)).collect();
    forget_proofs(&**tx, kept.id, &changed.proofs).await?;
    stances::part(app, tx, (kept.id, back.id), &changed.stances).await?;
    if let Some((before, after)) = changed.last_contact
        && kept.last_contact == after
    {
        kept.last_contact = before;
    }
    let turned = kin::give_back(app, tx, &back, kept, changed).await?;
    journal::append_all(app, tx, doer, turned).await?;
    for file in [&mut *kept, &mut back] {
        file.version += 1;
        file.updated_at = app.now();
    }
    people::update(&**tx, &[kept.clone(), back.clone()]).await?;
    Ok((back, stays))
}
