//! What other rooms tell the file: somebody spoke with the customer, somebody else looks after the customer now.

use super::CustomerError;
use super::store::people;
use crate::journal;
use crate::platform::{App, LiveEvent, LiveScope, Tx};
use serde_json::json;
use tend_rules::base::*;
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::Scope;

/// Keeps the day of the last contact; `None` after the only contact was taken back. Leaves no fact of its own: the
/// contact room tells of the contact.
pub async fn note_contact(tx: &Tx, customer: CustomerId, day: Option<Day>) -> Result<(), CustomerError> {
    people::set_last_contact(&**tx, customer, day).await?;
    Ok(())
}

/// Who is to look after customers.
#[derive(Debug, Clone, Copy)]
pub struct Keeper {
    /// The unit.
    pub unit_id: UnitId,
    /// The person; none leaves the customers with the unit.
    pub owner_id: Option<StaffId>,
}

/// Gives customers to another keeper. Customers outside the scope are left alone; answers how many moved.
pub async fn entrust(
    app: &App,
    tx: &Tx,
    doer: Doer,
    scope: &Scope,
    ids: &[CustomerId],
    keeper: Keeper,
) -> Result<usize, CustomerError> {
    let mut moved = people::read(&**tx, scope, ids).await?;
    moved.retain(|customer| (customer.unit_id, customer.owner_id) != (keeper.unit_id, keeper.owner_id));
    let mut facts = Vec::with_capacity(moved.len());
    for customer in &mut moved {
        let payload = json!({
            "from": { "unit": customer.unit_id, "owner": customer.owner_id },
            "to": { "unit": keeper.unit_id, "owner": keeper.owner_id },
        });
        facts.push(Fact::about(customer.id, "customer", "entrusted", payload));
        tx.tell(LiveEvent {
            seq: 0,
            room: "customer",
            kind: "entrusted".into(),
            id: Some(customer.id.to_string()),
            customer_id: Some(customer.id),
            scope: LiveScope {
                unit_id: Some(keeper.unit_id),
                owner_id: keeper.owner_id,
                former_owner_id: customer.owner_id,
            },
        });
        customer.unit_id = keeper.unit_id;
        customer.owner_id = keeper.owner_id;
        customer.version += 1;
        customer.updated_at = app.now();
    }
    people::update(&**tx, &moved).await?;
    journal::append_all(app, tx, doer, facts).await?;
    Ok(moved.len())
}
