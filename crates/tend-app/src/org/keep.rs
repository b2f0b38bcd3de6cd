//! What this room lets go when its time is over.

use super::store::keep as store;
use crate::platform::Retire;
use sea_orm::{ConnectionTrait, DbErr};
use tend_rules::base::{Day, Instant};

/// Sessions that ended before an instant.
pub async fn retire_sessions(db: &impl ConnectionTrait, how: Retire, before: Instant) -> Result<i64, DbErr> {
    store::retire_sessions(db, how, before).await
}

/// Failed sign-ins of before an instant.
pub async fn retire_failures(db: &impl ConnectionTrait, how: Retire, before: Instant) -> Result<i64, DbErr> {
    store::retire_failures(db, how, before).await
}

/// Notices told before an instant, read or not, unless a hold binds their customer.
pub async fn retire_notices(db: &impl ConnectionTrait, how: Retire, before: Instant, today: Day) -> Result<i64, DbErr> {
    store::retire_notices(db, how, before, today).await
}
