//! A merge is taken back: the other record returns as it was, with what came from it as that is now. What was added to
//! the record that stays since the merge remains there; a refusal holds for both.

use super::hook::{Passage, followers};
use super::{Changed, holdings, holds, kin, said, stances, whole};
use crate::customer::CustomerError;
use crate::customer::change::{news, refresh_lookups};
use crate::customer::import::restore_one;
use crate::customer::read::one_for_change;
use crate::customer::store::cells::{self, ConsentRow};
use crate::customer::store::merge::{MergedRow, are_part_of, bring_back, forget_proofs, merged};
use crate::customer::store::people;
use crate::journal;
use crate::platform::{App, Problem, Tx};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::customer::{Customer, EVERY_PURPOSE, Verdict, parted_said};
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;

/// Parts a record from the one it was merged into, in the caller's transaction; answers the one that stayed.
pub async fn split(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    (survivor, version): (CustomerId, i64),
    (other, reason): (CustomerId, &str),
) -> Result<Customer, Problem> {
    let reason = reason.trim();
    if !(2..=400).contains(&reason.chars().count()) {
        return Err(CustomerError::Invalid { field: "reason", rule: "2 to 400 characters" }.into());
    }
    let mut kept = one_for_change(tx, scope, survivor).await?;
    if kept.version != version {
        return Err(CustomerError::VersionStale.into());
    }
    let row = merged(&**tx, scope, &[other]).await?.pop().filter(|row| row.survivor == survivor);
    let row = row.ok_or(CustomerError::NotMerged)?;
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
    for file in [&kept, &back] {
        refresh_lookups(app, tx, file).await?;
    }
    let payload = json!({ "other": other, "reason": reason, "stays": stays, "refused": back.refused.bits() });
    let facts = vec![
        Fact::about(survivor, "customer", "split", payload),
        Fact::about(other, "customer", "split_off", json!({ "from": survivor, "reason": reason })),
    ];
    journal::append_all(app, tx, doer, facts).await?;
    tx.tell(news(&kept, "split"));
    tx.tell(news(&back, "split"));
    Ok(kept)
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
    kin::give_back(app, tx, &back, kept, changed).await?;
    for file in [&mut *kept, &mut back] {
        file.version += 1;
        file.updated_at = app.now();
    }
    people::update(&**tx, &[kept.clone(), back.clone()]).await?;
    Ok((back, stays))
}
