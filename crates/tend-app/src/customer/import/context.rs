//! What an import knows besides the file: the firm's people, units, labels, and where new customers go.

use crate::customer::store::labels;
use crate::customer::{CustomerError, Label, define_labels};
use crate::org::{every_unit, who_works};
use crate::platform::{App, Tx};
use std::collections::{HashMap, HashSet};
use tend_rules::base::*;
use tend_rules::intake::{CleanRow, Problem, ProblemCode};
use tend_rules::journal::Doer;
use tend_rules::org::Scope;

/// Buckets among which the new customers of a chunk are spread. Few, so that a chunk writes a few pages of every table
/// many times and not many pages once; another few for the next chunk, so that all buckets fill alike.
const BUCKETS_OF_CHUNK: u32 = 32;

/// See the module.
#[derive(Debug)]
pub(super) struct Context {
    pub batch: BatchId,
    pub unit: UnitId,
    pub doer: Doer,
    pub today: Day,
    owners: HashMap<String, (StaffId, UnitId)>,
    owners_twice: HashSet<String>,
    /// None where several units bear the name.
    units: HashMap<String, Option<UnitId>>,
    labels: HashMap<String, String>,
}

impl Context {
    /// Reads people, units and labels once; a file names them again and again.
    pub async fn read(app: &App, batch: BatchId, unit: UnitId, doer: Doer, today: Day) -> Result<Self, CustomerError> {
        let mut owners = HashMap::new();
        let mut owners_twice = HashSet::new();
        for staff in who_works(app, &Scope::Firm).await.map_err(of_org)? {
            if owners.insert(staff.name.clone(), (staff.id, staff.unit_id)).is_some() {
                owners_twice.insert(staff.name.clone());
            }
            owners.insert(staff.login.clone(), (staff.id, staff.unit_id));
        }
        // A name that two people bear names nobody; their login names still do.
        for name in &owners_twice {
            owners.remove(name);
        }
        let mut units: HashMap<String, Option<UnitId>> = HashMap::new();
        for unit in every_unit(app, &Scope::Firm).await.map_err(of_org)? {
            units.entry(unit.name).and_modify(|known| *known = None).or_insert(Some(unit.id));
        }
        let mut known = HashMap::new();
        for label in labels::catalogue(app.read()).await? {
            for title in [&label.title_zh, &label.title_en, &label.key] {
                known.insert(title.clone(), label.key.clone());
            }
        }
        Ok(Self { batch, unit, doer, today, owners, owners_twice, units, labels: known })
    }

    /// The bucket of the customer whom a row makes. The batch shifts where the round begins, so that many small batches
    /// do not all fill the same buckets.
    pub fn bucket_of_row(&self, row: u32) -> Bucket {
        let chunk = u64::from(row) / super::CHUNK_ROWS as u64;
        let within = u64::from(row % BUCKETS_OF_CHUNK);
        let shift = self.batch.0.as_u128() as u64 >> 10;
        Bucket::of((chunk + shift) * u64::from(BUCKETS_OF_CHUNK) + within)
    }

    /// The customer manager of a name or login name, with the unit.
    pub fn owner(&self, name: &str) -> Option<(StaffId, UnitId)> {
        self.owners.get(name.trim()).or_else(|| self.owners.get(&name.trim().to_lowercase())).copied()
    }

    /// The unit of a name; a name that two units bear names none.
    pub fn unit_named(&self, name: &str) -> Option<UnitId> {
        self.units.get(name.trim()).copied().flatten()
    }

    /// The key of a label by key or title.
    pub fn label_key(&self, text: &str) -> String {
        self.labels.get(text).cloned().unwrap_or_else(|| text.chars().take(60).collect())
    }

    /// Adds labels that the file uses and the catalogue lacks.
    pub async fn learn_labels<'r>(
        &mut self,
        app: &App,
        tx: &Tx,
        rows: impl Iterator<Item = &'r CleanRow>,
    ) -> Result<(), CustomerError> {
        let mut new: Vec<String> = Vec::new();
        for label in rows.flat_map(|row| &row.labels) {
            if !self.labels.contains_key(label) {
                let key = self.label_key(label);
                self.labels.insert(label.clone(), key.clone());
                new.push(key);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let new: Vec<Label> = new
            .into_iter()
            .map(|key| Label {
                title_zh: key.clone(),
                title_en: key.clone(),
                key,
                family: "imported".into(),
                colour: String::new(),
                set_by: "anyone".into(),
            })
            .collect();
        define_labels(app, tx, self.doer, &new).await?;
        Ok(())
    }

    /// What of a row names nobody and nothing of the firm.
    pub fn doubts(&self, row: &CleanRow) -> Vec<Problem> {
        let mut doubts = Vec::new();
        let mut doubt = |code: ProblemCode, heading: &str, text: &str| {
            doubts.push(Problem {
                row: row.row,
                heading: heading.into(),
                code,
                severity: code.severity(),
                text: text.into(),
                suggestion: None,
            });
        };
        if let Some(name) = row.owner.as_deref().filter(|name| self.owner(name).is_none()) {
            let known = self.owners_twice.contains(name.trim());
            doubt(if known { ProblemCode::OwnerAmbiguous } else { ProblemCode::OwnerUnknown }, "owner", name);
        }
        if let Some(name) = row.unit.as_deref().filter(|name| self.unit_named(name).is_none()) {
            let known = self.units.contains_key(name.trim());
            doubt(if known { ProblemCode::UnitAmbiguous } else { ProblemCode::UnitUnknown }, "unit", name);
        }
        doubts
    }
}

pub(super) fn of_org(error: crate::org::OrgError) -> CustomerError {
    match error {
        crate::org::OrgError::Database(error) => CustomerError::Database(error),
        _ => CustomerError::PartNotFound { thing: "unit" },
    }
}
