//! A small firm to plan for: two units, four people, and whatever customers a test puts in.

use std::sync::Arc;
use tend_planner::{
    Columns, ColumnsBuilder, Compiled, DayPlan, Employment, History, Person, PlanIndex, Roster, Row, Settings, Work,
    compile, plan_day,
};
use tend_rules::base::{CustomerId, Day, StaffId, UnitId};
use tend_rules::plan::CarePlan;
use tend_rules::segment::Catalogue;
use uuid::Uuid;

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

pub fn customer(number: u128) -> CustomerId {
    CustomerId(Uuid::from_u128(number << 10))
}

pub fn staff(number: u128) -> StaffId {
    StaffId(Uuid::from_u128(number))
}

pub fn unit(number: u128) -> UnitId {
    UnitId(Uuid::from_u128(number))
}

pub fn item(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// 1 Li Ming works, 2 Zhao left to 3 who left to 1, 4 is a specialist for claims in unit 1.
pub fn roster() -> Roster {
    let left = |heir| Person { employment: Employment::Left { heir }, ..Person::of(Some(unit(1))) };
    Roster::new([
        (staff(1), Person::of(Some(unit(1)))),
        (staff(2), left(Some(staff(3)))),
        (staff(3), left(Some(staff(1)))),
        (staff(4), Person { work: Work::Specialist, skills: vec!["claims".to_owned()], ..Person::of(Some(unit(1))) }),
        (staff(5), left(None)),
    ])
}

/// A plan from a few lines; the rest is usual.
pub fn plan(key: &str, who: &str, more: &str) -> Arc<CarePlan> {
    let text = format!(
        "key = \"{key}\"\n{}title = {{ zh = \"{key}\", en = \"{key}\" }}\n\
         reason = {{ zh = \"因为{key}\", en = \"because of {key}\" }}\nwho = '''{who}'''\n{}{more}",
        if more.contains("business_type") { "" } else { "business_type = \"care\"\n" },
        if more.contains("channels") { "" } else { "channels = [\"phone\", \"sms\"]\n" },
    );
    let plan = CarePlan::parse(key, &text, &Catalogue::builtin().shared());
    Arc::new(plan.unwrap_or_else(|faults| panic!("{key}: {faults:?}")))
}

pub struct Firm {
    pub compiled: Compiled,
    pub columns: Columns,
    pub history: History,
    pub settings: Settings,
}

impl Firm {
    pub fn new(plans: Vec<Arc<CarePlan>>, fill: impl FnOnce(&mut ColumnsBuilder)) -> Self {
        Self::of_people(plans, roster(), fill)
    }

    pub fn of_people(plans: Vec<Arc<CarePlan>>, people: Roster, fill: impl FnOnce(&mut ColumnsBuilder)) -> Self {
        let catalogue = Catalogue::builtin().shared();
        let compiled = compile(plans, &catalogue).expect("different keys");
        let mut builder = ColumnsBuilder::new(&catalogue, compiled.needs(), people);
        fill(&mut builder);
        let columns = builder.finish().expect("known facts");
        Self {
            compiled,
            columns,
            history: History::default(),
            settings: Settings { threads: 2, ..Settings::default() },
        }
    }

    pub fn plan(&self, day: Day) -> DayPlan {
        plan_day(&self.compiled, &self.columns, day, &self.history, &self.settings)
    }

    pub fn index(&self, key: &str) -> PlanIndex {
        self.compiled.find(key).expect("a plan")
    }

    /// The touches as `customer plan channel` in the order of the lists.
    pub fn lines(&self, plan: &DayPlan) -> Vec<String> {
        plan.touches
            .iter()
            .map(|touch| {
                let number = touch.customer.0.as_u128() >> 10;
                let key = &self.compiled.plan(touch.plan).key;
                format!("{number} {key} {} #{}", touch.channel.word(), touch.rank)
            })
            .collect()
    }

    /// What was withheld: `reason count`.
    pub fn withheld(plan: &DayPlan) -> Vec<String> {
        plan.withheld.iter().map(|(reason, count)| format!("{} {count}", reason.word())).collect()
    }
}

/// A customer of Li Ming who agreed to the phone.
pub fn usual(row: &mut Row<'_>) {
    row.owner(Some(staff(1)));
    row.texts("consents", ["phone"]);
    row.text("lifecycle", "active");
}
