//! `tend user`: people at the command line, for the first sign-in and for the day somebody is locked out.

use crate::data;
use crate::failure::Failure;
use crate::first_run::fresh_password;
use crate::output::Output;
use clap::{Args, Subcommand};
use serde_json::json;
use std::io::BufRead;
use std::path::Path;
use tend_app::App;
use tend_app::org::{self, NewStaff, Staff, Unit, add_staff, every_staff, every_unit, staff_by_login};
use tend_rules::base::UnitId;
use tend_rules::journal::Doer;
use tend_rules::org::{Password, Role, Scope};

const DOER: Doer = Doer::Program("cli");

/// Add and list people, reset a password.
///
///   tend user list
///   tend user add wang --name 王芳 --role maintainer --unit 南山团队
///   tend user reset-password wang
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Everybody, with login name, role and unit.
    List,
    /// Add a person. Without --password-stdin a random first password is printed once. The person replaces either at the
    /// first sign-in, within three days.
    Add(Add),
    /// Set a new random password, printed once, and end the person's sessions. The person replaces it at the next
    /// sign-in, within three days.
    ResetPassword(Reset),
}

#[derive(Debug, Args)]
struct Add {
    /// The login name, 2 to 60 characters.
    login: String,
    /// The person's name; the login name if left out.
    #[arg(long)]
    name: Option<String>,
    /// hq, channel_lead, maintainer, specialist, quality, executive or admin.
    #[arg(long, value_parser = role)]
    role: Role,
    /// Name or id of the unit; head office if left out.
    #[arg(long)]
    unit: Option<String>,
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
struct Reset {
    /// The login name.
    login: String,
    /// Take passkeys, authenticator app and recovery codes away too.
    #[arg(long)]
    second_factors: bool,
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
        format!("no such role; one of {}", known.join(", "))
    })
}

impl User {
    /// Carries it out.
    pub async fn run(self, folder: &Path, output: &Output) -> Result<(), Failure> {
        match self.what {
            What::List => list(&data::open_existing(folder).await?, output).await,
            What::Add(new) => add(&data::open(folder).await?, new, output).await,
            What::ResetPassword(reset) => reset_password(&data::open_existing(folder).await?, reset, output).await,
        }
    }
}

async fn list(app: &App, output: &Output) -> Result<(), Failure> {
    let staff = every_staff(app, &Scope::Firm).await?;
    for one in &staff {
        let left = one.left_on.map(|day| format!("  † {day}")).unwrap_or_default();
        output.line(&format!("{:<20} {:<13} {}  {}{left}", one.login, one.role.word(), one.name, one.unit_name));
    }
    let shape = |one: &Staff| json!({ "login": one.login, "name": one.name, "role": one.role.word(), "unit": one.unit_name, "left_on": one.left_on });
    output.finish(&json!({ "staff": staff.iter().map(shape).collect::<Vec<_>>() }));
    Ok(())
}

async fn add(app: &App, new: Add, output: &Output) -> Result<(), Failure> {
    let units = every_unit(app, &Scope::Firm).await?;
    let unit_id = find_unit(&units, new.unit.as_deref())?;
    let given = new.password_stdin.then(password_from_stdin).transpose()?;
    let password = given.clone().unwrap_or_else(fresh_password);
    let staff = NewStaff {
        unit_id,
        name: new.name.unwrap_or_else(|| new.login.clone()),
        login: new.login,
        role: new.role,
        password: password.clone(),
        capacity_per_day: 60,
        languages: vec!["zh".into()],
        skills: Vec::new(),
    };
    let staff = staff.hashed(app).await?;
    let tx = app.begin().await?;
    let staff = add_staff(app, &tx, DOER, staff, Password::Handed).await?;
    tx.commit().await?;
    let params = json!({ "login": staff.login, "password": password });
    output.say(if given.is_some() { "user_added" } else { "user_added_with_password" }, params);
    output.finish(&json!({
        "id": staff.id, "login": staff.login, "role": staff.role.word(), "unit": staff.unit_name,
        "password": given.is_none().then_some(password),
    }));
    Ok(())
}

async fn reset_password(app: &App, reset: Reset, output: &Output) -> Result<(), Failure> {
    let known = staff_by_login(app, &reset.login).await?;
    let staff = known.ok_or_else(|| Failure::refused("no_such_login", json!({ "login": reset.login })))?;
    let given = reset.password_stdin.then(password_from_stdin).transpose()?;
    let password = given.clone().unwrap_or_else(fresh_password);
    let hashed = org::HashedPassword::of(app, &staff.login, &staff.name, password.clone()).await?;
    let tx = app.begin().await?;
    org::reset_password(app, &tx, DOER, &staff, hashed).await?;
    if reset.second_factors {
        org::forget_second_factors(app, &tx, staff.id).await?;
    }
    tx.commit().await?;
    let params = json!({ "login": staff.login, "password": password });
    output.say(if given.is_some() { "password_changed" } else { "password_reset" }, params);
    output.finish(&json!({ "login": staff.login, "password": given.is_none().then_some(password) }));
    Ok(())
}

fn find_unit(units: &[Unit], asked: Option<&str>) -> Result<UnitId, Failure> {
    let found = match asked {
        None => units.iter().find(|unit| unit.parent_id.is_none()),
        Some(text) => units.iter().find(|unit| unit.name == text || unit.id.to_string() == text),
    };
    let params = || json!({ "unit": asked.unwrap_or("hq") });
    found.map(|unit| unit.id).ok_or_else(|| Failure::refused("no_such_unit", params()))
}

fn password_from_stdin() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(Failure::unexpected)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
