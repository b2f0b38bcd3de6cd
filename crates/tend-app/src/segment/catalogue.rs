//! The facts that expressions may name: the built-in ones and the firm's own.

use super::SegmentError;
use super::workdays::calendar_of_firm;
use crate::customer::every_fact;
use crate::platform::App;
use std::sync::Arc;
use tend_rules::segment::{Catalogue, Scalar, Words};

/// The catalogue of this firm. A firm fact whose name the language has taken for itself is left out, so that one bad
/// name cannot stop every plan.
pub async fn catalogue(app: &App) -> Result<Arc<Catalogue>, SegmentError> {
    let mut catalogue = Catalogue::builtin();
    for fact in every_fact(app).await?.into_iter().filter(|fact| fact.origin == "firm") {
        let Some(scalar) = Scalar::from_word(&fact.kind) else { continue };
        let title = Words::new(fact.title_zh, fact.title_en);
        if let Err(error) = catalogue.define(fact.key, scalar, title) {
            tracing::warn!("a fact of the firm cannot be used in expressions: {error}");
        }
    }
    catalogue.keep_workdays(calendar_of_firm(app).await?);
    Ok(catalogue.shared())
}
