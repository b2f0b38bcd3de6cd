//! Legal holds go over to the record that stays, and back. A hold on either holds both while they are one; what was held
//! in between holds both afterwards.

use crate::customer::CustomerError;
use crate::customer::hold::sealed_for;
use crate::customer::store::holds::{self, HoldRow};
use crate::platform::{App, Bind, Named, Table, Tx};
use tend_rules::base::*;

/// Takes the holds of a record over; answers their new ids.
pub(super) async fn take_over(
    app: &App,
    tx: &Tx,
    (from, to): (CustomerId, CustomerId),
) -> Result<Vec<HoldId>, CustomerError> {
    let rows = holds::of(&**tx, from).await?;
    for row in &rows {
        carry(app, tx, row, to).await?;
    }
    Ok(rows.iter().map(|row| row.id.moved_to(to.bucket())).collect())
}

/// Gives back the holds that came over, as they are now, and holds the other record too by what was placed since.
pub(super) async fn give_back(
    app: &App,
    tx: &Tx,
    (from, to): (CustomerId, CustomerId),
    (came, merged_at): (&[HoldId], Instant),
) -> Result<(), CustomerError> {
    for row in holds::of(&**tx, from).await? {
        if came.contains(&row.id) {
            carry(app, tx, &row, to).await?;
        } else if row.released_at.is_none() && row.at >= merged_at {
            let id = HoldId(app.new_id(to.bucket()));
            let [reason, _] = sealed_for(app, &row, id)?;
            let reason = reason.ok_or(CustomerError::NotFound)?;
            holds::insert(&**tx, &HoldRow { id, customer_id: to, reason, ..row }).await?;
        }
    }
    Ok(())
}

async fn carry(app: &App, tx: &Tx, row: &HoldRow, to: CustomerId) -> Result<(), CustomerError> {
    let id = row.id.moved_to(to.bucket());
    let [reason, release] = sealed_for(app, row, id)?;
    let fresh: [Named<'_>; 5] = [
        ("bucket", to.bucket().into_value()),
        ("id", id.into_value()),
        ("customer_id", to.into_value()),
        ("reason_cell", reason.into_value()),
        ("release_cell", release.into_value()),
    ];
    let found = [("bucket", row.id.bucket().into_value()), ("id", row.id.into_value())];
    Table::of(&**tx, "legal_hold").await?.carry(&**tx, &found, &fresh).await?;
    Ok(())
}
