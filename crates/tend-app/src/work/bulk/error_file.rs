//! The rows that a bulk edit left as they were, with the reason: comma separated, as spreadsheets open it. Names stand
//! there only of customers whom the reader may see now.

use crate::customer;
use crate::org::Who;
use crate::platform::{App, words};
use crate::work::WorkError;
use crate::work::store::bulk as store;
use serde_json::json;
use tend_rules::base::*;
use tend_rules::intake::guard_formula;

/// Rows of one statement.
const PIECE: i64 = 2_000;

/// The bytes of the file.
pub async fn error_file(app: &App, who: &Who, id: BulkEditId) -> Result<Vec<u8>, WorkError> {
    let edit = super::one(app, who, id).await?;
    let said = |key: &str| words(who.language).fill(key, &json!({}));
    // The mark at the front tells spreadsheets that this is UTF-8.
    let mut file = String::from("\u{feff}");
    let heading = match who.language {
        Language::Zh => ["客户编号", "姓名", "原因", "下一步"],
        Language::En => ["Customer", "Name", "Reason", "Next step"],
    };
    line(&mut file, heading.map(str::to_owned));
    let mut behind = None;
    loop {
        let rows = store::faulty(app.read(), edit.id, behind, PIECE).await?;
        let Some((last, _)) = rows.last() else { return Ok(file.into_bytes()) };
        behind = Some(*last);
        let ids: Vec<CustomerId> = rows.iter().map(|(customer, _)| *customer).collect();
        let heads = customer::heads(app, &who.scope(), &ids).await?;
        for (customer, reason) in rows {
            let name = heads.get(&customer).map(|head| head.name.clone()).unwrap_or_default();
            let (why, next) = (said(&format!("{reason}.title")), said(&format!("{reason}.next")));
            line(&mut file, [customer.to_string(), name, why, next]);
        }
    }
}

/// No cell can become a formula.
fn line(file: &mut String, cells: [String; 4]) {
    let cell = |cell: String| format!("\"{}\"", guard_formula(&cell).replace('"', "\"\""));
    file.push_str(&cells.map(cell).join(","));
    file.push_str("\r\n");
}
