//! The page of a work order: what to do, for whom, with which answers, and what was said before.

use super::{ContactError, codes, store};
use crate::customer;
use crate::org::{self, Who};
use crate::plan;
use crate::platform::{App, SealedPlace};
use crate::work::{self, Cause, Origin, Touch, WorkError};
use tend_rules::base::*;
use tend_rules::contact::OutcomeCode;
use tend_rules::org::Scope;

/// Contacts of the past on the page.
const HISTORY_MAX: i64 = 20;

/// Everything a person needs to carry out a work order.
#[derive(Debug)]
pub struct TouchPage {
    /// The work order.
    pub touch: Touch,
    /// The masked first phone of the customer.
    pub phone_masked: Option<String>,
    /// What to say and send, filled in.
    pub words: plan::Said,
    /// The codes with which it may end, in the order of their number keys.
    pub codes: Vec<OutcomeCode>,
    /// The customer's last contacts, newest first.
    pub history: Vec<Said>,
    /// The hand-out of a batch from which it comes, if it comes from one.
    pub origin: Option<Origin>,
}

/// A contact of the past.
#[derive(Debug)]
pub struct Said {
    /// The contact.
    pub id: ContactId,
    /// When.
    pub at: Instant,
    /// Who spoke with the customer.
    pub staff: StaffId,
    /// That person's name.
    pub staff_name: String,
    /// Over which channel.
    pub channel: String,
    /// The code.
    pub code: String,
    /// The code's title, or the code where its playbook no longer has it.
    pub title: String,
    /// The note, opened.
    pub note: Option<String>,
    /// The day that was agreed.
    pub next_day: Option<Day>,
}

/// The page of a work order in the reader's scope.
pub async fn touch_page(app: &App, who: &Who, id: TouchId) -> Result<TouchPage, ContactError> {
    let touch = work::one(app, &who.scope(), id).await?;
    let codes = codes::codes_of(app.read(), &touch.business_type).await?;
    let customer = touch.customer.id;
    let phone_masked = customer::masked_phones(app, &[customer]).await?.remove(&customer);
    let history = history(app, who.language, customer).await?;
    let words = words(app, who, &touch).await?;
    let origin = work::origin(app, &touch).await?;
    Ok(TouchPage { touch, phone_masked, words, codes, history, origin })
}

/// The words of the plan that asked; a batch brings none. Whoever sees the work order may read its words, also where
/// the customer is somebody else's.
async fn words(app: &App, who: &Who, touch: &Touch) -> Result<plan::Said, ContactError> {
    let Cause::Plan { id, .. } = &touch.cause else { return Ok(plan::Said::default()) };
    let asked = plan::Asked {
        customer: touch.customer.id,
        plan: *id,
        subject: touch.subject,
        due: touch.due,
        script_key: touch.script_key.clone(),
        template_keys: touch.template_keys.clone(),
    };
    Ok(plan::say(app, who, &Scope::Firm, &asked).await.map_err(WorkError::from)?)
}

/// The customer's last contacts, newest first. The caller has shown that the customer is in scope.
pub async fn history(app: &App, language: Language, customer: CustomerId) -> Result<Vec<Said>, ContactError> {
    let past = store::of_customer(app.read(), customer, HISTORY_MAX).await?;
    if past.is_empty() {
        return Ok(Vec::new());
    }
    let every_code = codes::every_code(app.read()).await?;
    let names = org::staff_names(app.read()).await?;
    let key = match past.iter().any(|contact| contact.note_cell.is_some()) {
        true => Some(customer::key(app, app.read(), customer).await?),
        false => None,
    };
    let mut said = Vec::with_capacity(past.len());
    for contact in past {
        let own = every_code.get(&contact.business_type).or(every_code.get(""));
        let known = own.and_then(|codes| codes.iter().map(|one| &one.code).find(|code| code.code == contact.code));
        let note = match (&key, &contact.note_cell) {
            (Some(key), Some(cell)) => Some(key.open(SealedPlace::ContactNote, contact.id.0, cell)?),
            _ => None,
        };
        said.push(Said {
            id: contact.id,
            at: contact.at,
            staff: contact.staff,
            staff_name: names.get(&contact.staff).cloned().unwrap_or_default(),
            channel: contact.channel,
            title: known.map_or_else(|| contact.code.clone(), |code| code.title(language).to_owned()),
            code: contact.code,
            note,
            next_day: contact.next_day,
        });
    }
    Ok(said)
}
