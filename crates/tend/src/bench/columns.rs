//! The customers of the planner's benchmark (bench/planner/README.md): a folder with one little-endian array a column.

use super::made::{Arrays, EPOCH, make};
use anyhow::{Context, Result};
use serde_json::Value as Json;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tend_planner::{Columns, ColumnsBuilder, Employment, Needs, Person, Roster, Row};
use tend_rules::base::{CustomerId, Day, StaffId};
use tend_rules::segment::{Catalogue, Scalar, Words};
use uuid::Uuid;

const TIERS: [&str; 3] = ["gold", "silver", "ordinary"];
const CLASSES: [&str; 3] = ["A", "B", "C"];
const LIFECYCLES: [&str; 5] = ["lead", "new", "active", "lost", "blocked"];
const CHANNELS: [&str; 5] = ["phone", "sms", "wechat", "mail", "visit"];
/// Facts that the benchmark's firm defined for itself.
const FACTS: [(&str, Scalar); 7] = [
    ("policy_due", Scalar::Date),
    ("paid_day", Scalar::Date),
    ("contract_received", Scalar::Date),
    ("svc_day", Scalar::Date),
    ("svc_km", Scalar::Int),
    ("area", Scalar::Int),
    ("holiday", Scalar::Bool),
];

/// Whether the benchmark's day is a holiday of the firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holiday {
    Yes,
    No,
}

impl Holiday {
    pub fn is_one(self) -> bool {
        self == Self::Yes
    }
}

/// What the labels are called, by bit.
pub fn label_names() -> Vec<String> {
    (0..63).map(|label| format!("l{label}")).collect()
}

/// The built-in facts and those of the benchmark's firm.
pub fn catalogue() -> Result<Arc<Catalogue>> {
    let facts = FACTS.map(|(key, scalar)| (key.to_owned(), scalar, Words::new(key, key)));
    Ok(Catalogue::with_firm_facts(facts)?.shared())
}

/// The arrays of a folder.
pub struct Folder {
    folder: PathBuf,
    /// How many customers there are.
    pub rows: usize,
    /// The day for which they were made.
    pub today: Day,
    pub seed: u64,
}

impl Folder {
    /// Reads what the folder says of itself.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("meta.json");
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let meta: Json = serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))?;
        let rows = meta["rows"].as_u64().context("meta.json names no rows")? as usize;
        let today = meta["today"].as_str().context("meta.json names no day")?.parse().context("meta.json's day")?;
        let seed = meta["seed"].as_u64().context("meta.json names no seed")?;
        Ok(Self { folder: folder.to_owned(), rows, today, seed })
    }

    /// Everybody joined some day: where an array says otherwise, the files have a hole (a writer that opened them anew
    /// for each million rows), and the customers are made again from the seed.
    fn made_again(&self) -> Result<Option<Arrays>> {
        if !self.shorts("joined", 0..self.rows)?.contains(&0) {
            return Ok(None);
        }
        eprintln!("the arrays in {} have a hole: making the customers from the seed", self.folder.display());
        Ok(Some(make(self.rows, self.seed, self.today)))
    }

    /// Who has left, and who takes over.
    fn managers(&self) -> Result<(Vec<u8>, Vec<u16>)> {
        let managers = std::fs::metadata(self.folder.join("m_left.bin"))?.len() as usize;
        Ok((self.bytes("m_left", 0..managers)?, self.shorts("m_heir", 0..managers)?))
    }

    /// The arrays of some rows, without the managers.
    fn strip(&self, rows: Range<usize>) -> Result<Arrays> {
        let (bytes, shorts, words) = (
            |column| self.bytes(column, rows.clone()),
            |column| self.shorts(column, rows.clone()),
            |column| self.words(column, rows.clone()),
        );
        let labels = self.cells::<8>("labels", rows.clone())?;
        Ok(Arrays {
            owner: shorts("owner")?,
            birth_md: shorts("birth_md")?,
            wedding_md: shorts("wedding_md")?,
            tier: bytes("tier")?,
            abc: bytes("abc")?,
            region: shorts("region")?,
            lifecycle: bytes("lifecycle")?,
            consent: bytes("consent")?,
            joined: shorts("joined")?,
            last_contact: shorts("last_contact")?,
            contacts_30d: bytes("contacts_30d")?,
            arrears: bytes("arrears")?,
            bill_m1: words("bill_m1")?,
            bill_m3: words("bill_m3")?,
            policy_due: shorts("policy_due")?,
            paid: shorts("paid")?,
            contract_rcv: shorts("contract_rcv")?,
            premium: words("premium")?,
            churn: words("churn")?.into_iter().map(f32::from_bits).collect(),
            labels: labels.into_iter().map(u64::from_le_bytes).collect(),
            svc_day: shorts("svc_day")?,
            svc_km: words("svc_km")?,
            ..Arrays::default()
        })
    }

    fn cells<const WIDTH: usize>(&self, column: &str, rows: Range<usize>) -> Result<Vec<[u8; WIDTH]>> {
        let path = self.folder.join(format!("{column}.bin"));
        let mut cells = vec![[0; WIDTH]; rows.len()];
        let mut read = || -> std::io::Result<()> {
            let mut file = File::open(&path)?;
            file.seek(SeekFrom::Start((rows.start * WIDTH) as u64))?;
            file.read_exact(cells.as_flattened_mut())
        };
        read().with_context(|| format!("reading rows {rows:?} of {}", path.display()))?;
        Ok(cells)
    }

    fn bytes(&self, column: &str, rows: Range<usize>) -> Result<Vec<u8>> {
        Ok(self.cells::<1>(column, rows)?.into_iter().map(u8::from_le_bytes).collect())
    }

    fn shorts(&self, column: &str, rows: Range<usize>) -> Result<Vec<u16>> {
        Ok(self.cells::<2>(column, rows)?.into_iter().map(u16::from_le_bytes).collect())
    }

    fn words(&self, column: &str, rows: Range<usize>) -> Result<Vec<u32>> {
        Ok(self.cells::<4>(column, rows)?.into_iter().map(u32::from_le_bytes).collect())
    }
}

/// Makes the customers of a seed and writes their arrays.
pub fn write(rows: usize, folder: &Path, seed: u64, today: Day) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let arrays = make(rows, seed, today);
    let shorts = |values: &[u16]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let words = |values: &[u32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let churn: Vec<u32> = arrays.churn.iter().map(|value| value.to_bits()).collect();
    let labels = arrays.labels.iter().flat_map(|value| value.to_le_bytes()).collect();
    let files: [(&str, &str, Vec<u8>); 24] = [
        ("owner", "u2", shorts(&arrays.owner)),
        ("birth_md", "u2", shorts(&arrays.birth_md)),
        ("wedding_md", "u2", shorts(&arrays.wedding_md)),
        ("tier", "u1", arrays.tier),
        ("abc", "u1", arrays.abc),
        ("region", "u2", shorts(&arrays.region)),
        ("lifecycle", "u1", arrays.lifecycle),
        ("consent", "u1", arrays.consent),
        ("joined", "u2", shorts(&arrays.joined)),
        ("last_contact", "u2", shorts(&arrays.last_contact)),
        ("contacts_30d", "u1", arrays.contacts_30d),
        ("arrears", "u1", arrays.arrears),
        ("bill_m1", "u4", words(&arrays.bill_m1)),
        ("bill_m3", "u4", words(&arrays.bill_m3)),
        ("policy_due", "u2", shorts(&arrays.policy_due)),
        ("paid", "u2", shorts(&arrays.paid)),
        ("contract_rcv", "u2", shorts(&arrays.contract_rcv)),
        ("premium", "u4", words(&arrays.premium)),
        ("churn", "f4", words(&churn)),
        ("labels", "i8", labels),
        ("svc_day", "u2", shorts(&arrays.svc_day)),
        ("svc_km", "u4", words(&arrays.svc_km)),
        ("m_left", "", arrays.m_left),
        ("m_heir", "", shorts(&arrays.m_heir)),
    ];
    let types: serde_json::Map<String, Json> = files
        .iter()
        .filter(|(_, kind, _)| !kind.is_empty())
        .map(|(column, kind, _)| ((*column).to_owned(), Json::from(*kind)))
        .collect();
    for (column, _, bytes) in files {
        let path = folder.join(format!("{column}.bin"));
        std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
    }
    let meta = serde_json::json!({ "rows": rows, "seed": seed, "today": today.to_string(), "columns": types });
    std::fs::write(folder.join("meta.json"), meta.to_string())?;
    Ok(())
}

/// Rows that are read at once: the arrays stay on the disk while the columns are made.
const STRIP: usize = 1 << 20;

/// The customers as the planner's columns, with the facts that the plans need.
pub fn columns(folder: &Folder, catalogue: &Arc<Catalogue>, needs: Needs, holiday: Holiday) -> Result<Columns> {
    let labels = label_names();
    let add = |builder: &mut ColumnsBuilder, first: usize, arrays: &Arrays| {
        for row in 0..arrays.owner.len() {
            builder.customer(customer(first + row), |facts| {
                fill(facts, arrays, row, &labels);
                facts.truth("holiday", holiday.is_one());
            });
        }
    };
    let mut builder;
    match folder.made_again()? {
        Some(made) => {
            builder = ColumnsBuilder::new(catalogue, needs, roster(&made.m_left, &made.m_heir));
            add(&mut builder, 0, &made);
        }
        None => {
            let (left, heirs) = folder.managers()?;
            builder = ColumnsBuilder::new(catalogue, needs, roster(&left, &heirs));
            for first in (0..folder.rows).step_by(STRIP) {
                add(&mut builder, first, &folder.strip(first..(first + STRIP).min(folder.rows))?);
            }
        }
    }
    Ok(builder.finish()?)
}

/// The managers: who has left, and who takes over.
fn roster(left: &[u8], heirs: &[u16]) -> Roster {
    let person = |place: usize| {
        let heir = usize::from(heirs[place]);
        let employment = if left[place] == 1 && heir != place {
            Employment::Left { heir: Some(staff(heir)) }
        } else {
            Employment::Here
        };
        (staff(place), Person { employment, ..Person::of(None) })
    };
    Roster::new((0..left.len()).map(person))
}

/// The customer of a row.
pub fn customer(row: usize) -> CustomerId {
    CustomerId(Uuid::from_u128((row as u128 + 1) << 10))
}

fn staff(place: usize) -> StaffId {
    StaffId(Uuid::from_u128(place as u128 + 1))
}

/// Sets what is known of a customer.
pub fn fill(facts: &mut Row<'_>, arrays: &Arrays, row: usize, labels: &[String]) {
    facts.owner(Some(staff(usize::from(arrays.owner[row]))));
    facts.date("birthday", month_day(arrays.birth_md[row]));
    facts.date("wedding_day", month_day(arrays.wedding_md[row]));
    facts.text("tier", TIERS.get(usize::from(arrays.tier[row])).copied());
    facts.text("class", CLASSES.get(usize::from(arrays.abc[row])).copied());
    facts.text("lifecycle", LIFECYCLES.get(usize::from(arrays.lifecycle[row])).copied());
    for (key, days) in [
        ("joined", &arrays.joined),
        ("last_contact", &arrays.last_contact),
        ("policy_due", &arrays.policy_due),
        ("paid_day", &arrays.paid),
        ("contract_received", &arrays.contract_rcv),
        ("svc_day", &arrays.svc_day),
    ] {
        facts.date(key, (days[row] != 0).then(|| Day::from_number(i32::from(days[row]) + EPOCH)));
    }
    facts.money("bill_m1", i64::from(arrays.bill_m1[row]));
    facts.money("bill_m3", i64::from(arrays.bill_m3[row]));
    facts.money("annual_value", i64::from(arrays.premium[row]));
    let agreed = CHANNELS.iter().enumerate().filter(|(bit, _)| arrays.consent[row] >> bit & 1 == 1);
    facts.texts("consents", agreed.map(|(_, channel)| *channel));
    facts.int("contacts_30d", i64::from(arrays.contacts_30d[row]));
    facts.int("arrears_months", i64::from(arrays.arrears[row]));
    facts.double("churn_risk", f64::from(arrays.churn[row]));
    let carried = labels.iter().enumerate().filter(|(bit, _)| arrays.labels[row] >> bit & 1 == 1);
    facts.texts("labels", carried.map(|(_, name)| name.as_str()));
    facts.int("area", i64::from(arrays.region[row]));
    facts.int("svc_km", i64::from(arrays.svc_km[row]));
}

/// A day of the leap year 2000 with the month and day of the code; none for 0.
fn month_day(code: u16) -> Option<Day> {
    let (month, day) = ((code / 32) as i8, (code % 32) as i8);
    Day::of(2000, month, day).ok()
}
