//! A deed made ready: everything about it that is the same for every customer is looked up and checked once.

use super::whom::BulkDeed;
use crate::customer;
use crate::org::{self, OrgError, Who};
use crate::platform::App;
use crate::work::hand_out::working;
use crate::work::{WorkError, by_hand};
use std::collections::{HashMap, HashSet};
use tend_rules::base::*;
use tend_rules::org::Permission;

/// A deed with what it needs.
pub(super) struct Prepared {
    pub who: Who,
    pub deed: BulkDeed,
    /// The people or the unit to whom customers go, in turn.
    pub takers: Vec<(Option<StaffId>, UnitId)>,
    /// The units of the reader's tree.
    pub units: HashSet<UnitId>,
    pub staff: HashMap<StaffId, String>,
    pub unit_names: HashMap<UnitId, String>,
}

impl Prepared {
    /// Checks what can be checked before any customer is looked at.
    pub(super) async fn of(app: &App, who: Who, deed: BulkDeed) -> Result<Self, WorkError> {
        let needed = match &deed {
            BulkDeed::LabelOn { .. } | BulkDeed::LabelOff { .. } => Permission::EditCustomers,
            BulkDeed::Entrust { .. } => Permission::HandOutWork,
            BulkDeed::Touch { .. } => Permission::DoWork,
        };
        if !who.may(needed) {
            return Err(OrgError::NotPermitted { permission: needed.word() }.into());
        }
        let every = org::every_unit(app, &who.tree()).await?;
        let units = every.iter().map(|unit| unit.id).collect::<HashSet<_>>();
        let unit_names = every.into_iter().map(|unit| (unit.id, unit.name)).collect();
        let staff = org::staff_names(app.read()).await?;
        let mut takers = Vec::new();
        match &deed {
            BulkDeed::LabelOn { label } | BulkDeed::LabelOff { label } => customer::may_label(app, &who, label).await?,
            BulkDeed::Entrust { to, unit, .. } => takers = takers_of(app, &who, to, *unit, &units).await?,
            // A run that a restart brought past midnight ends what was meant for the day before.
            BulkDeed::Touch { title, reason, due, .. } => by_hand::check(app.today(), title, reason, (*due, *due))?,
        }
        Ok(Self { who, deed, takers, units, staff, unit_names })
    }

    /// A title where the person gave none.
    pub(super) fn usual_title(&self) -> String {
        match &self.deed {
            BulkDeed::LabelOn { label } => format!("+{label}"),
            BulkDeed::LabelOff { label } => format!("−{label}"),
            BulkDeed::Touch { title, .. } => format!("+ {}", title.trim()),
            BulkDeed::Entrust { .. } => {
                let named = self.takers.iter().map(|taker| self.name_of(*taker)).collect::<Vec<_>>();
                format!("→ {}", named.join("、"))
            }
        }
    }

    /// A keeper by name: the person, else the unit.
    pub(super) fn name_of(&self, (owner, unit): (Option<StaffId>, UnitId)) -> String {
        let person = owner.and_then(|id| self.staff.get(&id));
        person.or(self.unit_names.get(&unit)).cloned().unwrap_or_default()
    }
}

async fn takers_of(
    app: &App,
    who: &Who,
    to: &[StaffId],
    unit: Option<UnitId>,
    units: &HashSet<UnitId>,
) -> Result<Vec<(Option<StaffId>, UnitId)>, WorkError> {
    if let (true, Some(unit)) = (to.is_empty(), unit) {
        return if units.contains(&unit) { Ok(vec![(None, unit)]) } else { Err(OrgError::UnitNotFound.into()) };
    }
    if to.is_empty() || to.len() > 200 || unit.is_some() {
        return Err(WorkError::NoTaker);
    }
    let people = working(app, who).await?;
    let taker = |id: &StaffId| {
        let person = people.iter().find(|staff| staff.id == *id);
        person.map(|staff| (Some(staff.id), staff.unit_id)).ok_or(OrgError::StaffNotFound)
    };
    Ok(to.iter().map(taker).collect::<Result<_, _>>()?)
}
