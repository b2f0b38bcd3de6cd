//! Outcome codes by business type: what playbooks brought, else the usual ones.

use super::{ContactError, store};
use sea_orm::ConnectionTrait;
use std::collections::BTreeMap;
use tend_rules::contact::{OutcomeCode, usual_codes};

/// The codes of every business type that has its own; the usual ones stand under the empty key.
pub async fn every_code(db: &impl ConnectionTrait) -> Result<BTreeMap<String, Vec<OutcomeCode>>, ContactError> {
    let mut codes = BTreeMap::from([(String::new(), usual_codes())]);
    for (business_type, code) in store::codes(db).await? {
        codes.entry(business_type).or_default().push(code);
    }
    Ok(codes)
}

/// The codes of one business type.
pub async fn codes_of(db: &impl ConnectionTrait, business_type: &str) -> Result<Vec<OutcomeCode>, ContactError> {
    let mut codes = every_code(db).await?;
    Ok(codes.remove(business_type).filter(|own| !own.is_empty()).unwrap_or_else(usual_codes))
}
