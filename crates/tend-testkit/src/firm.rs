//! The units and people of the test firm. They are hired once, in the template: a password takes its time to be hashed.

use crate::world::PASSWORD;
use std::collections::HashMap;
use tend_app::App;
use tend_app::org::{NewStaff, NewUnit, add_staff, add_unit, every_staff, every_unit};
use tend_rules::base::{StaffId, UnitId};
use tend_rules::journal::Doer;
use tend_rules::org::{Password, Role, Scope};

/// Unit key, parent key, kind, name.
const UNITS: [(&str, &str, &str, &str); 6] = [
    ("hq", "", "hq", "总部"),
    ("shenzhen", "hq", "channel", "深圳渠道"),
    ("shanghai", "hq", "channel", "上海渠道"),
    ("nanshan", "shenzhen", "team", "南山团队"),
    ("futian", "shenzhen", "team", "福田团队"),
    ("pudong", "shanghai", "team", "浦东团队"),
];

/// Login, unit key, name, role.
const STAFF: [(&str, &str, &str, Role); 11] = [
    ("hq", "hq", "总部运营", Role::Hq),
    ("boss", "hq", "总经理", Role::Executive),
    ("qa", "hq", "质检员", Role::Quality),
    ("admin", "hq", "管理员", Role::Admin),
    ("lead_sz", "shenzhen", "深圳负责人", Role::ChannelLead),
    ("lead_sh", "shanghai", "上海负责人", Role::ChannelLead),
    ("spec", "shenzhen", "专员", Role::Specialist),
    ("wang", "nanshan", "王芳", Role::Maintainer),
    ("zhao", "nanshan", "赵强", Role::Maintainer),
    ("chen", "futian", "陈梅", Role::Maintainer),
    ("liu", "pudong", "刘洋", Role::Maintainer),
];

/// Makes the units and hires the people.
pub(crate) async fn hire(app: &App) {
    let doer = Doer::Program("test");
    let tx = app.begin().await.expect("a transaction");
    let mut units: HashMap<&str, UnitId> = HashMap::new();
    for (key, parent, kind, name) in UNITS {
        let new = NewUnit {
            parent_id: units.get(parent).copied(),
            kind: kind.into(),
            name: name.into(),
            region: String::new(),
        };
        units.insert(key, add_unit(app, &tx, doer, new).await.expect("the cast's unit").id);
    }
    for (login, unit, name, role) in STAFF {
        let new = NewStaff {
            unit_id: units[unit],
            login: login.into(),
            name: name.into(),
            role,
            password: PASSWORD.into(),
            capacity_per_day: 60,
            languages: vec!["zh".into()],
            skills: Vec::new(),
        };
        let new = new.hashed(app).await.expect("a password");
        add_staff(app, &tx, doer, new, Password::Own).await.expect("the cast's person");
    }
    tx.commit().await.expect("the cast is hired");
}

/// The ids of those who were hired: units by key, people by login name.
pub(crate) async fn hired(app: &App) -> (HashMap<&'static str, UnitId>, HashMap<&'static str, StaffId>) {
    let units = every_unit(app, &Scope::Firm).await.expect("the units");
    let staff = every_staff(app, &Scope::Firm).await.expect("the people");
    let unit = |wanted: &str| units.iter().find(|unit| unit.name == wanted).expect("the cast's unit").id;
    let person = |wanted: &str| staff.iter().find(|one| one.login == wanted).expect("the cast's person").id;
    (UNITS.map(|(key, .., name)| (key, unit(name))).into(), STAFF.map(|(login, ..)| (login, person(login))).into())
}
