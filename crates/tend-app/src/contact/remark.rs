//! The firm's forms of remarks, and notes held against them.

use super::{ContactError, store};
use crate::journal;
use crate::platform::{App, Tx};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tend_rules::contact::{Known, check_remark};
use tend_rules::journal::{Doer, Fact};
use tend_rules::plan::{PartKind, RemarkForm};

const PARTS_MAX: usize = 20;

/// Every form, with the playbook that brought it.
pub async fn remark_forms(db: &impl ConnectionTrait) -> Result<Vec<(String, RemarkForm)>, ContactError> {
    let rows = store::remark_forms(db).await?.into_iter();
    Ok(rows.filter_map(|(_, playbook, body)| Some((playbook, serde_json::from_str(&body).ok()?))).collect())
}

/// The form of a business type, or the one for every type; none where remarks are free.
pub async fn remark_form(db: &impl ConnectionTrait, business_type: &str) -> Result<Option<RemarkForm>, ContactError> {
    let body = store::remark_form(db, business_type).await?;
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
}

/// Holds a remark against the form of its business type. Nothing written is nothing wrong.
pub async fn check_remark_of(
    db: &impl ConnectionTrait,
    business_type: &str,
    text: &str,
    known: Known,
) -> Result<(), ContactError> {
    if text.trim().is_empty() {
        return Ok(());
    }
    match remark_form(db, business_type).await? {
        Some(form) => check_remark(&form, text, known).map_err(ContactError::RemarkUnfit),
        None => Ok(()),
    }
}

/// Sets the firm's own form of a business type, or takes the form away.
pub async fn set_remark_form(
    app: &App,
    tx: &Tx,
    doer: Doer,
    business_type: &str,
    form: Option<RemarkForm>,
) -> Result<(), ContactError> {
    if let Some(form) = &form {
        checked(form)?;
    }
    let body = form.as_ref().map(|form| serde_json::to_string(form).unwrap_or_default());
    store::set_remark_form(&**tx, business_type, body.as_deref()).await?;
    let payload = json!({ "business_type": business_type, "form": form });
    journal::append(app, tx, doer, Fact::of_firm("contact", "remark_form_set", payload)).await?;
    Ok(())
}

/// A form whose labels cannot be told apart could never be kept to.
fn checked(form: &RemarkForm) -> Result<(), ContactError> {
    let invalid = |rule| Err(ContactError::FormInvalid { rule });
    if form.parts.is_empty() || form.parts.len() > PARTS_MAX {
        return invalid("1 to 20 parts");
    }
    for (place, part) in form.parts.iter().enumerate() {
        let (zh, en) = (part.title.zh.trim(), part.title.en.trim());
        let odd =
            |title: &str| title.is_empty() || title.len() > 24 || title.contains(['【', '】', '[', ']', ':', '：']);
        if odd(zh) || odd(en) {
            return invalid("labels of 1 to 24 bytes without brackets and colons");
        }
        if form.parts[..place].iter().any(|before| before.title.zh == zh || before.title.en.eq_ignore_ascii_case(en)) {
            return invalid("labels that differ");
        }
        if part.key.is_empty() || form.parts[..place].iter().any(|before| before.key == part.key) {
            return invalid("keys that differ");
        }
        if part.kind == PartKind::Choice && part.choices.is_empty() {
            return invalid("choices for a part that is a choice");
        }
    }
    Ok(())
}
