//! Labels on customers, in the form that the firm agreed on.

use super::change::news;
use super::create::sealed;
use super::read::{self, one_for_change};
use super::store::{labels, people};
use super::{CustomerError, remark};
use crate::journal;
use crate::org::Who;
use crate::platform::{App, Tx};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tend_rules::base::CustomerId;
use tend_rules::journal::Fact;
use tend_rules::org::Role;

/// Puts a label on a customer, with a remark; a second time changes the remark.
pub async fn put_label(
    app: &App,
    tx: &Tx,
    who: &Who,
    id: CustomerId,
    key: &str,
    remark: &str,
) -> Result<(), CustomerError> {
    if remark.chars().count() > 200 {
        return Err(CustomerError::Invalid { field: "remark", rule: "at most 200 characters" });
    }
    permitted(&**tx, who, key).await?;
    let mut customer = one_for_change(tx, &who.scope(), id).await?;
    let again = labels::of(&**tx, &[id]).await?.iter().any(|(_, on, _)| on == key);
    let (remark, seal) = (remark.trim(), read::key(app, &**tx, id).await?);
    let kept = remark::kept(&seal, id, key, remark);
    labels::set(&**tx, id, key, &kept, &who.doer().to_string(), app.now()).await?;
    customer.version += 1;
    customer.updated_at = app.now();
    people::update(&**tx, std::slice::from_ref(&customer)).await?;
    let told = if remark.is_empty() { json!("") } else { sealed(&seal, id, remark) };
    let payload = json!({ "label": key, "remark": told, "again": again });
    journal::append(app, tx, who.doer(), Fact::about(id, "customer", "label_put", payload)).await?;
    tx.tell(news(&customer, "label_put"));
    Ok(())
}

/// Takes a label off; nothing happens if it is not on.
pub async fn take_label(app: &App, tx: &Tx, who: &Who, id: CustomerId, key: &str) -> Result<(), CustomerError> {
    permitted(&**tx, who, key).await?;
    let mut customer = one_for_change(tx, &who.scope(), id).await?;
    if labels::remove(&**tx, id, &[key.to_owned()]).await? == 0 {
        return Ok(());
    }
    customer.version += 1;
    customer.updated_at = app.now();
    people::update(&**tx, std::slice::from_ref(&customer)).await?;
    let fact = Fact::about(id, "customer", "label_taken", json!({ "label": key }));
    journal::append(app, tx, who.doer(), fact).await?;
    tx.tell(news(&customer, "label_taken"));
    Ok(())
}

/// That there is such a label and the person may set it.
pub(super) async fn permitted(db: &impl ConnectionTrait, who: &Who, key: &str) -> Result<(), CustomerError> {
    let label = labels::catalogue(db).await?.into_iter().find(|label| label.key == key);
    let label = label.ok_or(CustomerError::PartNotFound { thing: "label" })?;
    let open = label.set_by == "anyone" || who.role == Role::Hq;
    if open || label.set_by.split(',').any(|role| role.trim() == who.role.word()) {
        return Ok(());
    }
    Err(CustomerError::LabelReserved { key: key.to_owned() })
}
