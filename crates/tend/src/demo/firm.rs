//! The units and people of the sample firm: a head office, six channels, four teams each, nine managers a team.

use super::names::{NAMES_OF_STAFF, person_name};
use super::seed::Seed;
use anyhow::Result;
use tend_app::App;
use tend_app::org::{NewStaff, NewUnit, add_sample_staff, add_unit, hash_password};
use tend_app::platform::Tx;
use tend_rules::base::{StaffId, UnitId};
use tend_rules::journal::Doer;
use tend_rules::org::Role;

/// The password of everybody in the sample firm.
pub const PASSWORD: &str = "tend-demo";
const MANAGERS_PER_TEAM: usize = 9;

/// Channel, its region, its teams.
const CHANNELS: [(&str, &str, [&str; 4]); 6] = [
    ("深圳渠道", "深圳", ["南山", "福田", "罗湖", "宝安"]),
    ("广州渠道", "广州", ["天河", "越秀", "海珠", "番禺"]),
    ("上海渠道", "上海", ["浦东", "徐汇", "静安", "闵行"]),
    ("杭州渠道", "杭州", ["西湖", "上城", "滨江", "余杭"]),
    ("成都渠道", "成都", ["锦江", "武侯", "青羊", "高新"]),
    ("北京渠道", "北京", ["朝阳", "海淀", "西城", "丰台"]),
];

/// A team with the people who look after its customers.
#[derive(Debug, Clone)]
pub struct Team {
    /// The unit.
    pub unit: UnitId,
    /// The region as customers' regions are written: city and district.
    pub region: String,
    /// Its managers.
    pub managers: Vec<StaffId>,
}

/// The firm before it has customers.
#[derive(Debug)]
pub struct Firm {
    /// Head office's operator, who brings in batches.
    pub operator: StaffId,
    /// The channels with their leads, in the order of the table above.
    pub channels: Vec<(UnitId, StaffId)>,
    /// Every team.
    pub teams: Vec<Team>,
    /// Units in all.
    pub units: usize,
}

/// Hires everybody. The well-known logins are `hq`, `boss`, `qa`, `admin`, `lead`, `spec` and `wang`.
pub async fn found(app: &App, tx: &Tx, seed: u64) -> Result<Firm> {
    let hash = tokio::task::spawn_blocking(|| hash_password(PASSWORD)).await?;
    let mut hiring = Hiring { app, tx, hash, chance: Seed::of(seed, "staff"), units: 0 };
    let hq = hiring.unit(None, "hq", "总部", "").await?;
    let operator = hiring.person(hq, "hq", "林晓", Role::Hq).await?;
    hiring.person(hq, "boss", "沈总", Role::Executive).await?;
    hiring.person(hq, "qa", "方敏", Role::Quality).await?;
    hiring.person(hq, "admin", "管理员", Role::Admin).await?;
    let (mut channels, mut teams) = (Vec::new(), Vec::new());
    for (place, (name, city, districts)) in CHANNELS.into_iter().enumerate() {
        let channel = hiring.unit(Some(hq), "channel", name, city).await?;
        let (lead, spec) = match place {
            0 => ("lead".to_owned(), "spec".to_owned()),
            _ => (format!("lead{}", place + 1), format!("spec{}", place + 1)),
        };
        let lead_name = NAMES_OF_STAFF[place % NAMES_OF_STAFF.len()];
        let lead = hiring.person(channel, &lead, lead_name, Role::ChannelLead).await?;
        let spec_name = hiring.name();
        hiring.person(channel, &spec, &spec_name, Role::Specialist).await?;
        for district in districts {
            teams.push(hiring.team(channel, city, district, teams.len()).await?);
        }
        channels.push((channel, lead));
    }
    Ok(Firm { operator, channels, teams, units: hiring.units })
}

struct Hiring<'a> {
    app: &'a App,
    tx: &'a Tx,
    hash: String,
    chance: Seed,
    units: usize,
}

impl Hiring<'_> {
    fn name(&mut self) -> String {
        person_name(&mut self.chance).0
    }

    async fn unit(&mut self, parent_id: Option<UnitId>, kind: &str, name: &str, region: &str) -> Result<UnitId> {
        let new = NewUnit { parent_id, kind: kind.into(), name: name.into(), region: region.into() };
        self.units += 1;
        Ok(add_unit(self.app, self.tx, Doer::Program("demo"), new).await?.id)
    }

    async fn person(&mut self, unit_id: UnitId, login: &str, name: &str, role: Role) -> Result<StaffId> {
        let new = NewStaff {
            unit_id,
            login: login.into(),
            name: name.into(),
            role,
            password: PASSWORD.into(),
            capacity_per_day: 60,
            languages: if self.chance.happens(20) { vec!["zh".into(), "en".into()] } else { vec!["zh".into()] },
            skills: Vec::new(),
        };
        Ok(add_sample_staff(self.app, self.tx, Doer::Program("demo"), new, &self.hash).await?.id)
    }

    async fn team(&mut self, channel: UnitId, city: &str, district: &str, place: usize) -> Result<Team> {
        let unit = self.unit(Some(channel), "team", &format!("{district}团队"), &format!("{city}{district}")).await?;
        let mut managers = Vec::new();
        for number in 0..MANAGERS_PER_TEAM {
            let (login, name) = match (place, number) {
                (0, 0) => ("wang".to_owned(), "王芳".to_owned()),
                _ => (format!("m{:03}", place * MANAGERS_PER_TEAM + number), self.name()),
            };
            managers.push(self.person(unit, &login, &name, Role::Maintainer).await?);
        }
        Ok(Team { unit, region: format!("{city}{district}"), managers })
    }
}
