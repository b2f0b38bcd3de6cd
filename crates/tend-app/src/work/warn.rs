//! The last hours of a work order: whoever still has open work that ends today is told once, an hour before the day's
//! end, while there is time to act.

use super::WorkError;
use super::store::read;
use crate::org::{self, NewNotice, NoticeKind};
use crate::platform::App;
use serde_json::json;

/// Local minute from which people are told: an hour before six.
const FROM_MINUTE: u16 = 17 * 60;

/// Tells everybody with open work that ends today, once a day; answers how many people. Running it twice changes
/// nothing.
pub async fn warn_of_last_hours(app: &App) -> Result<usize, WorkError> {
    let (now, today) = (app.now(), app.today());
    if app.zone().minute_of(now) < FROM_MINUTE {
        return Ok(0);
    }
    let ending = read::ending_on(app.read(), today).await?;
    let notices: Vec<NewNotice> = ending
        .into_iter()
        .map(|(owner, many)| NewNotice {
            to: owner,
            kind: NoticeKind::DueSoon,
            params: json!({ "count": many }),
            link: Some(("my_day", today.to_string())),
            customer: None,
            by: None,
            once: Some(format!("due_soon {owner} {today}")),
        })
        .collect();
    let people = notices.len();
    if people > 0 {
        let tx = app.begin().await?;
        org::notify(app, &tx, notices).await?;
        tx.commit().await?;
    }
    Ok(people)
}
