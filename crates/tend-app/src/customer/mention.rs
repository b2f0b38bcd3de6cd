//! Colleagues named in a note with `@name` are told, if they may see the customer. The notice leads to the customer and
//! holds nothing of the note.

use super::CustomerError;
use crate::org::{self, NewNotice, NoticeKind};
use crate::platform::{App, Tx};
use serde_json::json;
use tend_rules::customer::{Customer, named_in};
use tend_rules::journal::Doer;
use tend_rules::org::{Permission, Scope};

/// Tells everybody whom a note names and who may see its customer.
pub(super) async fn tell_mentioned(
    app: &App,
    tx: &Tx,
    doer: Doer,
    customer: &Customer,
    text: &str,
) -> Result<(), CustomerError> {
    let Doer::Staff(by) = doer else { return Ok(()) };
    if !text.contains(['@', '＠']) {
        return Ok(());
    }
    let mut colleagues = org::every_staff(app, &Scope::Firm).await?;
    colleagues.retain(|staff| staff.left_on.is_none() && staff.role.may(Permission::ReadCustomers));
    let names: Vec<&str> = colleagues.iter().map(|staff| staff.name.as_str()).collect();
    let by_name = colleagues.iter().find(|staff| staff.id == by).map_or("", |staff| staff.name.as_str());
    let mut notices = Vec::new();
    for place in named_in(text, &names) {
        // Namesakes are all told: nobody else knows who was meant.
        for staff in colleagues.iter().filter(|staff| staff.name == names[place] && staff.id != by) {
            let scope = staff.role.scope(staff.id, staff.unit_id);
            if super::read::one_in(tx, &scope, customer.id).await?.is_none() {
                continue;
            }
            notices.push(NewNotice {
                to: staff.id,
                kind: NoticeKind::Mention,
                params: json!({ "by": by_name, "customer": customer.name }),
                link: Some(("customer", customer.id.to_string())),
                customer: Some(customer.id),
                by: Some(by),
                once: None,
            });
        }
    }
    org::notify(app, tx, notices).await?;
    Ok(())
}
