//! The cells of an export's rows. Every cell is a text; what could become a formula is guarded where the file is written.

use crate::customer::{self, CustomerRow};
use crate::platform::App;
use crate::work::WorkError;
use std::collections::HashMap;
use tend_rules::base::*;
use tend_rules::customer::PointKind;
use tend_rules::org::Scope;
use tend_rules::work::{ExportColumn, watermark};

/// The rows of those of the customers whom the scope still shows, each with the customer.
pub(super) async fn rows(
    app: &App,
    scope: &Scope,
    ids: &[CustomerId],
    columns: &[ExportColumn],
    mark: u64,
) -> Result<Vec<(CustomerId, Vec<String>)>, WorkError> {
    let heads = customer::heads(app, scope, ids).await?;
    let worth: HashMap<CustomerId, i64> = heads.iter().map(|(id, head)| (*id, head.annual_value_minor)).collect();
    let mut shown = customer::rows(app, heads.into_values().collect()).await?;
    shown.sort_unstable_by_key(|row| (row.id.bucket(), row.id));
    let clear = match columns.iter().any(|column| column.is_clear()) {
        true => customer::opened_points(app, scope, ids).await?,
        false => HashMap::new(),
    };
    let sign = watermark(mark);
    let cells = |row: &CustomerRow| {
        let open = |kind| clear_of(clear.get(&row.id), kind);
        columns.iter().map(|column| cell(*column, row, &worth, &open, &sign)).collect()
    };
    Ok(shown.iter().map(|row| (row.id, cells(row))).collect())
}

fn clear_of(points: Option<&Vec<(PointKind, String)>>, wanted: PointKind) -> String {
    let values = points.into_iter().flatten().filter(|(kind, _)| *kind == wanted).map(|(_, value)| value.as_str());
    values.collect::<Vec<_>>().join("; ")
}

fn cell(
    column: ExportColumn,
    row: &CustomerRow,
    worth: &HashMap<CustomerId, i64>,
    open: &dyn Fn(PointKind) -> String,
    sign: &str,
) -> String {
    let due = row.next_due.as_ref();
    match column {
        ExportColumn::Name => format!("{}{sign}", row.name),
        ExportColumn::Gender => row.gender.clone(),
        ExportColumn::Age => row.age.map(|age| age.to_string()).unwrap_or_default(),
        ExportColumn::Region => row.region.clone(),
        ExportColumn::Tier => row.tier.clone(),
        ExportColumn::Class => row.class.clone(),
        ExportColumn::Lifecycle => row.lifecycle.clone(),
        ExportColumn::Owner => row.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
        ExportColumn::Unit => row.unit.as_ref().map(|unit| unit.name.clone()).unwrap_or_default(),
        ExportColumn::Labels => row.labels.join(", "),
        ExportColumn::LastContact => row.last_contact_at.map(|day| day.to_string()).unwrap_or_default(),
        ExportColumn::Phone => row.phone_masked.clone().unwrap_or_default(),
        ExportColumn::PhoneClear => open(PointKind::Phone),
        ExportColumn::MailClear => open(PointKind::Mail),
        ExportColumn::AddressClear => open(PointKind::Address),
        ExportColumn::NextDue => due.map(|due| due.day.to_string()).unwrap_or_default(),
        ExportColumn::NextDueProduct => due.map(|due| due.title.clone()).unwrap_or_default(),
        ExportColumn::NextDueAmount => due.map(|due| minor(due.amount.minor)).unwrap_or_default(),
        ExportColumn::AnnualValue => worth.get(&row.id).map(|value| minor(*value)).unwrap_or_default(),
    }
}

/// An amount with its two decimal places.
fn minor(amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", amount.unsigned_abs() / 100, amount.unsigned_abs() % 100)
}
