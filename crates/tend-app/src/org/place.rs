//! New places of sign-in: a person hears of a kind of browser or a network from which they never came before (ASVS 5.0,
//! 6.3.5). A place is kept as a hash, so that nobody can read from it where people live.

use super::notice::{NewNotice, NoticeKind, notify};
use super::session::From;
use super::{Who, store};
use crate::platform::{App, Tx};
use sea_orm::DbErr;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use tend_rules::org::browser_name;

/// Remembers from where somebody signs in; tells the person if it is a new place and not the first.
pub(super) async fn note(app: &App, tx: &Tx, who: &Who, from: From<'_>) -> Result<(), DbErr> {
    let (browser, now) = (browser_name(from.agent), app.now());
    let hash = Sha256::new()
        .chain_update(who.id.0.as_bytes())
        .chain_update(network(from.address))
        .chain_update(browser.as_bytes())
        .finalize();
    let known = store::sign_in_places(&**tx, who.id).await?;
    store::see_sign_in_place(&**tx, who.id, &hash, now).await?;
    if known.is_empty() || known.iter().any(|place| place[..] == hash[..]) {
        return Ok(());
    }
    let notice = NewNotice::about_security(who.id, NoticeKind::NewSignInPlace, json!({ "browser": browser }));
    notify(app, tx, vec![notice]).await
}

/// The part of an address that stays when a telephone moves about in one network.
fn network(address: &str) -> Vec<u8> {
    match address.parse() {
        Ok(IpAddr::V4(four)) => four.octets()[..2].to_vec(),
        Ok(IpAddr::V6(six)) => six.octets()[..4].to_vec(),
        Err(_) => Vec::new(),
    }
}
