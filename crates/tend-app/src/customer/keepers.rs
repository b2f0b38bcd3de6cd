//! The names of those who keep customers, and of the units that customers belong to.

use super::CustomerError;
use super::list::Named;
use crate::org::{staff_names_of, unit_names_of};
use crate::platform::App;
use std::collections::{BTreeSet, HashMap};
use tend_rules::base::{StaffId, UnitId};
use tend_rules::customer::Customer;

/// The names of the keepers and units of some customers: a firm has many more people than a page has rows.
#[derive(Debug)]
pub(super) struct Keepers {
    staff: HashMap<StaffId, String>,
    units: HashMap<UnitId, String>,
}

impl Keepers {
    pub async fn of(app: &App, customers: &[Customer]) -> Result<Self, CustomerError> {
        let owners: BTreeSet<StaffId> = customers.iter().filter_map(|customer| customer.owner_id).collect();
        let units: BTreeSet<UnitId> = customers.iter().map(|customer| customer.unit_id).collect();
        let (staff, units) = futures::try_join!(staff_names_of(app.read(), owners), unit_names_of(app.read(), units))?;
        Ok(Self { staff, units })
    }

    /// The customer manager.
    pub fn owner(&self, of: &Customer) -> Option<Named<StaffId>> {
        of.owner_id.map(|id| Named { id, name: self.staff.get(&id).cloned().unwrap_or_default() })
    }

    /// The unit.
    pub fn unit(&self, of: &Customer) -> Option<Named<UnitId>> {
        self.units.get(&of.unit_id).map(|name| Named { id: of.unit_id, name: name.clone() })
    }
}
