//! The first start on an empty database: head office and an administrator, so that somebody can sign in.

use crate::failure::Failure;
use tend_app::App;
use tend_app::org::{NewStaff, NewUnit, add_staff, add_unit, every_unit};
use tend_rules::journal::Doer;
use tend_rules::org::{Password, Role, Scope};

/// The login name of the first administrator.
pub const LOGIN: &str = "admin";

/// Makes head office and the administrator if there is no unit yet; answers the password, told only this once.
pub async fn welcome(app: &App) -> Result<Option<String>, Failure> {
    if !every_unit(app, &Scope::Firm).await?.is_empty() {
        return Ok(None);
    }
    let password = fresh_password();
    let doer = Doer::Program("serve");
    let tx = app.begin().await?;
    let name = app.config().firm.clone();
    let hq = NewUnit { parent_id: None, kind: "hq".into(), name, region: String::new() };
    let hq = add_unit(app, &tx, doer, hq).await?;
    let admin = NewStaff {
        unit_id: hq.id,
        login: LOGIN.into(),
        name: LOGIN.into(),
        role: Role::Admin,
        password: password.clone(),
        capacity_per_day: 60,
        languages: Vec::new(),
        skills: Vec::new(),
    };
    add_staff(app, &tx, doer, admin.hashed(app).await?, Password::Handed).await?;
    tx.commit().await?;
    Ok(Some(password))
}

/// A random password that is easy to read aloud: four groups of four letters and digits, 80 bits.
pub fn fresh_password() -> String {
    // Without 0/o, 1/l/i, u: 32 signs, five bits each.
    const SIGNS: &[u8; 32] = b"23456789abcdefghjkmnpqrstvwxyzAB";
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    let signs: Vec<u8> = bytes.iter().map(|byte| SIGNS[usize::from(byte % 32)]).collect();
    let groups: Vec<String> = signs.chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join("-")
}
