//! Traces in lists: of a customer, and of all customers in scope for those who look for gaps.

use super::TraceError;
use super::store::{self, Filter, ListedRow};
use crate::customer::{self, Named};
use crate::org::{Who, staff_names};
use crate::platform::App;
use std::collections::HashMap;
use tend_rules::base::*;

/// A trace of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The trace.
    pub id: TraceId,
    /// The customer.
    pub customer: Named<CustomerId>,
    /// The customer's manager.
    pub owner: Option<Named<StaffId>>,
    /// The agreement.
    pub agreement: Option<AgreementId>,
    /// What is sold.
    pub product: String,
    /// Key and version of the process.
    pub process: (String, i32),
    /// Its title in the reader's language.
    pub process_title: String,
    /// `open`, `sold`, `abandoned`.
    pub state: String,
    /// Who opened it.
    pub opened_by: Named<StaffId>,
    /// When.
    pub opened_at: Instant,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// Required steps without evidence, as of the last change.
    pub gaps: i32,
    /// The earliest time limit of a gap.
    pub due_at: Option<Instant>,
    /// Whether that is over.
    pub overdue: bool,
}

/// Which traces are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only of this state.
    pub state: Option<String>,
    /// Only of this process.
    pub process: Option<String>,
    /// `gaps` or `overdue`.
    pub lacking: Option<String>,
    /// Behind this place.
    pub before: Option<(Instant, TraceId)>,
}

/// Traces of one customer on the page.
const OF_CUSTOMER_MAX: i64 = 100;

/// A page of traces in the reader's scope, newest first.
pub async fn list(app: &App, who: &Who, wanted: &Wanted, limit: i64) -> Result<Vec<Listed>, TraceError> {
    let filter = Filter {
        state: wanted.state.as_deref(),
        process: wanted.process.as_deref(),
        with_gaps: wanted.lacking.as_deref() == Some("gaps"),
        due_before: (wanted.lacking.as_deref() == Some("overdue")).then(|| app.now()),
    };
    let mut rows = store::list(app.read(), &who.scope(), &filter, wanted.before, limit).await?;
    rows.extend(store::list_merged(app.read(), &who.scope(), &filter, wanted.before, limit).await?);
    rows.sort_by_key(|row| std::cmp::Reverse((row.trace.opened_at, row.trace.id)));
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    shown(app, who, rows).await
}

/// The traces of a customer in the reader's scope, newest first.
pub async fn of_customer(app: &App, who: &Who, id: CustomerId) -> Result<Vec<Listed>, TraceError> {
    customer::one(app, &who.scope(), id).await?;
    let mut rows = store::of_customer(app.read(), &who.scope(), id, OF_CUSTOMER_MAX).await?;
    let parts = customer::whole(app.read(), id).await?;
    for part in &parts[1..] {
        rows.extend(store::of_merged(app.read(), &who.scope(), *part, OF_CUSTOMER_MAX).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.trace.opened_at, row.trace.id)));
    shown(app, who, rows).await
}

async fn shown(app: &App, who: &Who, rows: Vec<ListedRow>) -> Result<Vec<Listed>, TraceError> {
    let names = staff_names(app.read()).await?;
    Ok(rows.into_iter().map(|row| one(app, who.language, &names, row)).collect())
}

fn one(app: &App, language: Language, names: &HashMap<StaffId, String>, row: ListedRow) -> Listed {
    let named = |id: StaffId| Named { id, name: names.get(&id).cloned().unwrap_or_default() };
    let title = if language == Language::Zh { row.title_zh } else { row.title_en };
    let trace = row.trace;
    let open = trace.state == "open";
    Listed {
        id: trace.id,
        customer: Named { id: trace.customer, name: row.customer_name },
        owner: row.owner.map(named),
        agreement: trace.agreement,
        product: trace.product,
        process_title: if title.is_empty() { trace.process_key.clone() } else { title },
        process: (trace.process_key, trace.process_version),
        opened_by: named(trace.opened_by),
        opened_at: trace.opened_at,
        closed_at: trace.closed_at,
        gaps: if open { trace.gap_count } else { 0 },
        due_at: trace.due_at.filter(|_| open),
        overdue: open && trace.due_at.is_some_and(|due| due < app.now()),
        state: trace.state,
    }
}
