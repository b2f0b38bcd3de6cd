//! People: hired, changed, and one day gone, with an heir for their customers.

use super::new_password::{HashedPassword, note_handed};
use super::notice::{NewNotice, NoticeKind, notify};
use super::store::StaffFilter;
use super::{OrgError, session, store};
use crate::journal;
use crate::platform::{App, Page, Tx, is_unique_violation};
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;
use tend_rules::base::{Day, StaffId, UnitId};
use tend_rules::journal::{Doer, Fact};
use tend_rules::org::{Password, Permission, Role, Scope, Way};
use utoipa::ToSchema;

/// A person of the firm.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Staff {
    /// The person's id.
    pub id: StaffId,
    /// The unit the person sits in.
    pub unit_id: UnitId,
    /// The unit's name.
    pub unit_name: String,
    /// The login name.
    pub login: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Work orders a day.
    pub capacity_per_day: i16,
    /// Languages spoken, as `zh`, `en` …
    pub languages: Vec<String>,
    /// Skills that plans may ask for.
    pub skills: Vec<String>,
    /// The last day, if the person left.
    pub left_on: Option<Day>,
    /// Who took over.
    pub heir_id: Option<StaffId>,
    /// Whether sign-in asks for a code.
    pub second_factor: bool,
    #[serde(skip)]
    pub(super) preferences: String,
    /// Grows with each change.
    pub version: i64,
}

/// A person to be added.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewStaff {
    /// The unit.
    pub unit_id: UnitId,
    /// The login name, 2..60 characters; kept in lower case.
    pub login: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The first password, at least 8 characters.
    pub password: String,
    /// Work orders a day; 60 if not said.
    #[serde(default = "usual_capacity")]
    pub capacity_per_day: i16,
    /// Languages spoken.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Skills.
    #[serde(default)]
    pub skills: Vec<String>,
}

/// A person to be added whose password was looked at.
#[derive(Debug)]
pub struct HashedStaff {
    new: NewStaff,
    hash: HashedPassword,
}

impl NewStaff {
    /// Looks at the password and hashes it: before the transaction that adds the person.
    pub async fn hashed(self, app: &App) -> Result<HashedStaff, OrgError> {
        let hash = HashedPassword::of(app, &self.login, &self.name, self.password.clone()).await?;
        Ok(HashedStaff { new: self, hash })
    }
}

/// What may change about a person; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct StaffChange {
    /// Another unit.
    pub unit_id: Option<UnitId>,
    /// Another name.
    pub name: Option<String>,
    /// Another role.
    pub role: Option<Role>,
    /// Another capacity, 0..500 work orders a day.
    pub capacity_per_day: Option<i16>,
    /// Other languages.
    pub languages: Option<Vec<String>>,
    /// Other skills.
    pub skills: Option<Vec<String>>,
}

const fn usual_capacity() -> i16 {
    60
}

/// A filter within a scope; none where nobody is in it.
const fn scoped<'f>(filter: StaffFilter<'f>, scope: &Scope) -> Option<StaffFilter<'f>> {
    match scope {
        Scope::Firm => Some(filter),
        Scope::Subtree(root) => Some(StaffFilter { within: Some(*root), ..filter }),
        Scope::Own(id) => Some(StaffFilter { id: Some(*id), ..filter }),
        Scope::Nothing => None,
    }
}

/// Everybody in scope, those who left included.
pub async fn every_staff(app: &App, scope: &Scope) -> Result<Vec<Staff>, OrgError> {
    match scoped(StaffFilter::default(), scope) {
        Some(filter) => Ok(store::staff(app.read(), filter).await?),
        None => Ok(Vec::new()),
    }
}

/// How many people of one part of a name are looked at, before the best of them are chosen.
const WITH_MAX: i64 = 1_000;

/// The people in scope who work here and whose name or login holds a text, a thousand at most: whole names first.
pub async fn staff_with(app: &App, scope: &Scope, part: &str) -> Result<Vec<Staff>, OrgError> {
    match scoped(StaffFilter { part, ..StaffFilter::default() }, scope) {
        Some(filter) => Ok(store::staff_met(app.read(), &filter, WITH_MAX).await?),
        None => Ok(Vec::new()),
    }
}

/// A page of the people in scope whom a filter means, in the order of their ids, and how many they are in all.
pub(super) async fn staff_page(
    app: &App,
    scope: &Scope,
    filter: StaffFilter<'_>,
    (behind, rows): (Option<StaffId>, i64),
) -> Result<Page<Staff>, OrgError> {
    let Some(filter) = scoped(filter, scope) else {
        return Ok(Page { items: Vec::new(), next: None, about: Some(0) });
    };
    let about = Some(store::count_staff(app.read(), &filter).await?);
    let mut items = store::staff_behind(app.read(), &filter, behind, rows + 1).await?;
    let more = items.len() as i64 > rows;
    items.truncate(usize::try_from(rows).unwrap_or(usize::MAX));
    let next = items.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Page { items, next, about })
}

/// The people in scope to whom customers and work may be given: they work here, and their role does work.
pub async fn who_works(app: &App, scope: &Scope) -> Result<Vec<Staff>, OrgError> {
    let mut people = every_staff(app, scope).await?;
    people.retain(|staff| staff.left_on.is_none() && staff.role.may(Permission::DoWork));
    Ok(people)
}

/// One person in scope.
pub(super) async fn one_staff(app: &App, scope: &Scope, id: StaffId) -> Result<Staff, OrgError> {
    every_staff(app, scope).await?.into_iter().find(|staff| staff.id == id).ok_or(OrgError::StaffNotFound)
}

/// The person of a login name.
pub async fn staff_by_login(app: &App, login: &str) -> Result<Option<Staff>, OrgError> {
    let login = login.trim().to_lowercase();
    let filter = StaffFilter { login: Some(&login), ..StaffFilter::default() };
    Ok(store::staff(app.read(), filter).await?.into_iter().next())
}

/// Adds a person. A password that was handed over has to be replaced at the first sign-in.
pub async fn add_staff(
    app: &App,
    tx: &Tx,
    doer: Doer,
    HashedStaff { new, hash }: HashedStaff,
    password: Password,
) -> Result<Staff, OrgError> {
    let staff = insert(app, tx, doer, new, hash.text()).await?;
    if password == Password::Handed {
        note_handed(app, tx, doer, staff.id).await?;
    }
    Ok(staff)
}

/// Adds a person of a sample firm, where everybody shares one password whose hash is given: hundreds of people do not
/// wait for hundreds of hashes.
pub async fn add_sample_staff(app: &App, tx: &Tx, doer: Doer, new: NewStaff, hash: &str) -> Result<Staff, OrgError> {
    insert(app, tx, doer, new, hash).await
}

async fn insert(app: &App, tx: &Tx, doer: Doer, new: NewStaff, hash: &str) -> Result<Staff, OrgError> {
    let login = new.login.trim().to_lowercase();
    if !(2..=60).contains(&login.chars().count()) || login.contains(char::is_whitespace) {
        return Err(OrgError::Invalid { field: "login", rule: "2..60" });
    }
    if new.name.trim().is_empty() {
        return Err(OrgError::Invalid { field: "name", rule: "1..100" });
    }
    check_capacity(new.capacity_per_day)?;
    let above = store::units(&**tx, None).await?;
    let unit = above.into_iter().find(|unit| unit.id == new.unit_id).ok_or(OrgError::UnitNotFound)?;
    let staff = Staff {
        id: StaffId(app.new_free_id()),
        unit_id: new.unit_id,
        unit_name: unit.name,
        login: login.clone(),
        name: new.name.trim().to_owned(),
        role: new.role,
        capacity_per_day: new.capacity_per_day,
        languages: new.languages,
        skills: new.skills,
        left_on: None,
        heir_id: None,
        second_factor: false,
        preferences: "{}".into(),
        version: 1,
    };
    match store::insert_staff(&**tx, &staff, hash, app.now()).await {
        Err(error) if is_unique_violation(&error) => return Err(OrgError::LoginTaken { login }),
        other => other?,
    };
    let payload = json!({ "staff": staff.id, "name": staff.name, "role": staff.role });
    journal::append(app, tx, doer, Fact::of_firm("org", "staff_added", payload)).await?;
    Ok(staff)
}

/// Changes a person. A new role or unit takes effect with the person's next request, and at once on open streams.
pub async fn change_staff(
    app: &App,
    tx: &Tx,
    doer: Doer,
    before: Staff,
    change: StaffChange,
    version: i64,
) -> Result<Staff, OrgError> {
    let promoted = change.role == Some(Role::Admin) && before.role != Role::Admin;
    let after = Staff {
        unit_id: change.unit_id.unwrap_or(before.unit_id),
        name: change.name.unwrap_or(before.name),
        role: change.role.unwrap_or(before.role),
        capacity_per_day: change.capacity_per_day.unwrap_or(before.capacity_per_day),
        languages: change.languages.unwrap_or(before.languages),
        skills: change.skills.unwrap_or(before.skills),
        version: version + 1,
        ..before
    };
    check_capacity(after.capacity_per_day)?;
    let above = store::units(&**tx, None).await?;
    let unit = above.into_iter().find(|unit| unit.id == after.unit_id).ok_or(OrgError::UnitNotFound)?;
    if store::update_staff(&**tx, &after, version).await? == 0 {
        return Err(OrgError::VersionStale);
    }
    session::tell_rights_changed(tx, after.id);
    let payload = json!({ "staff": after.id, "role": after.role, "unit": after.unit_id });
    journal::append(app, tx, doer, Fact::of_firm("org", "staff_changed", payload)).await?;
    if promoted {
        part_from_provider(app, tx, doer, after.id).await?;
    }
    Ok(Staff { unit_name: unit.name, ..after })
}

/// Who becomes an administrator links an account at the provider anew, by hand and with proof: the former link may have
/// come by a claim, which whoever rules the provider's directory can set.
async fn part_from_provider(app: &App, tx: &Tx, doer: Doer, staff: StaffId) -> Result<(), OrgError> {
    store::delete_sessions_by(&**tx, staff, Way::Sso).await?;
    if store::delete_sso_links(&**tx, staff).await? == 0 {
        return Ok(());
    }
    journal::append(app, tx, doer, Fact::of_firm("org", "sso_unlinked", json!({ "staff": staff }))).await?;
    let notice = NewNotice::about_security(staff, NoticeKind::FactorsChanged, json!({}));
    Ok(notify(app, tx, vec![notice]).await?)
}

/// Who looks after what a person looked after, and where they sit: the person while they work here, else the heir, or the
/// heir's heir; nobody where none was named.
pub async fn keeper_today(db: &impl ConnectionTrait, id: StaffId) -> Result<Option<(StaffId, UnitId)>, DbErr> {
    let mut asked = HashSet::new();
    let mut next = Some(id);
    while let Some(id) = next.filter(|id| asked.insert(*id)) {
        if let Some(who) = store::working(db, id).await? {
            return Ok(Some((who.id, who.unit_id)));
        }
        next = store::heir(db, id).await?;
    }
    Ok(None)
}

/// Records that a person leaves: sessions and tokens end at once, customers go to the heir or become orphans.
pub async fn depart(
    app: &App,
    tx: &Tx,
    by: StaffId,
    leaver: StaffId,
    left_on: Day,
    heir: Option<StaffId>,
) -> Result<(), OrgError> {
    let everybody = store::staff(&**tx, StaffFilter::default()).await?;
    let known = |id: StaffId| everybody.iter().find(|staff| staff.id == id);
    known(leaver).ok_or(OrgError::StaffNotFound)?;
    if let Some(heir) = heir {
        let works = |staff: &Staff| staff.left_on.is_none() && staff.role.may(Permission::DoWork);
        let fit = heir != leaver && known(heir).is_some_and(works);
        if !fit {
            return Err(OrgError::HeirUnfit);
        }
    }
    match store::insert_departure(&**tx, leaver, left_on, heir, by, app.now()).await {
        Err(error) if is_unique_violation(&error) => return Err(OrgError::StaffNotFound),
        other => other?,
    };
    session::end_all_access(tx, leaver).await?;
    let payload = json!({ "staff": leaver, "heir": heir, "left_on": left_on });
    journal::append(app, tx, Doer::Staff(by), Fact::of_firm("org", "staff_departed", payload)).await?;
    Ok(())
}

/// Takes a departure back: the person works here again and signs in as before. Nothing happens if they work here. Sessions
/// and tokens that ended stay ended, and customers who were handed over stay with whoever has them: that was a deed of its
/// own, and is taken back where it was done.
pub(super) async fn come_back(app: &App, tx: &Tx, by: StaffId, staff: StaffId) -> Result<(), OrgError> {
    if store::delete_departure(&**tx, staff).await? == 0 {
        return Ok(());
    }
    let fact = Fact::of_firm("org", "staff_returned", json!({ "staff": staff }));
    Ok(journal::append(app, tx, Doer::Staff(by), fact).await?)
}

fn check_capacity(capacity: i16) -> Result<(), OrgError> {
    if (0..=500).contains(&capacity) {
        Ok(())
    } else {
        Err(OrgError::Invalid { field: "capacity_per_day", rule: "0..500" })
    }
}
