//! The kept columns, through every door by which a customer changes: what is read again after each is enough.

use crate::columns::{Random, told};
use crate::intake::import;
use crate::merge::{merge, split, version};
use crate::plan::run;
use crate::work::{make, renewal};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use tend_app::customer::{
    Draft, LabelDeed, NewHold, add_bills, add_orders, add_payments, create, join_household, label_many,
    many_for_change, new_agreement, place_hold, put_agreements, relate, release_hold, undo,
};
use tend_app::org::Seat;
use tend_app::platform::{Tx, sql};
use tend_app::segment::{catalogue, every_column, present_columns};
use tend_app::work::NewTouch;
use tend_planner::Needs;
use tend_rules::base::*;
use tend_rules::customer::{Bill, Order, Payment, PointKind};
use tend_rules::journal::{Doer, Parts, kinds};
use tend_rules::org::Scope;
use tend_testkit::{Client, World, each_store};

const DOER: Doer = Doer::Program("test");
/// So many customers that a few changed ones are not too many to be brought up to date.
const CUSTOMERS: u64 = 60;
const DOORS: u64 = 24;
/// Told of what no column holds, and proved where it happens.
const ELSEWHERE: [&str; 2] = ["household_left", "compared"];

/// A firm whose customers change.
struct Firm<'w> {
    world: &'w World,
    random: Random,
    whose: Vec<CustomerId>,
    hq: Client,
    wang: Client,
    qa: Client,
    made: u64,
    merged: Vec<(CustomerId, CustomerId)>,
}

async fn draft(world: &World, number: u64) -> CustomerId {
    let app = &world.app;
    let mut draft = Draft::blank(app, world.unit("nanshan"));
    draft.file.name = format!("客户{number}");
    draft.file.owner_id = Some(world.staff("wang"));
    draft.file.tier = ["gold", "silver", ""][number as usize % 3].into();
    draft.points.push((PointKind::Phone, format!("+86138{:08}", 10_000_000 + number)));
    if number.is_multiple_of(2) {
        let mut policy = draft.agreement(app, "policy");
        policy.due = Some(app.today() + number as i32);
        draft.agreements.push(policy);
    }
    let (id, tx) = (draft.file.id, app.begin().await.expect("a transaction"));
    create(app, &tx, DOER, "test", draft).await.expect("a customer");
    tx.commit().await.expect("committed");
    id
}

impl Firm<'_> {
    fn one(&mut self) -> CustomerId {
        self.whose[self.random.below(self.whose.len() as u64) as usize]
    }

    fn two(&mut self) -> (CustomerId, CustomerId) {
        let first = self.one();
        loop {
            let second = self.one();
            if second != first {
                return (first, second);
            }
        }
    }

    async fn put(&self, path: String, body: Value) {
        let answer = self.hq.put(&path, body).await;
        assert!(answer.status < 300, "{path}: {}", answer.body);
    }

    async fn post(&self, path: String, body: Value) {
        let answer = self.hq.post(&path, body).await;
        assert!(answer.status < 300, "{path}: {}", answer.body);
    }

    async fn facts(&self, id: CustomerId, facts: Value) {
        let seen = version(&self.hq, id).await;
        let answer = self.hq.patch(&format!("/api/customers/{id}"), seen, json!({ "facts": facts })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// The result of a work order of hers about the customer, as its path; none is made for who refused to be called.
    async fn result(&mut self, customer: CustomerId, body: Value) -> Option<String> {
        self.made += 1;
        let subject = CustomerId(self.world.app.new_id(customer.bucket())).0;
        let touch = NewTouch { subject, ..renewal(self.world, customer, "nanshan", Some("wang")) };
        make(self.world, vec![touch]).await;
        let found = sql("SELECT id FROM touch WHERE subject_id = $1").bind(subject);
        let found: Option<TouchId> = found.one(self.world.app.read(), |row| row.get(0)).await.expect("the touch");
        let path = format!("/api/touches/{}/outcome", found?);
        (self.wang.post(&path, body).await.status == 201).then_some(path)
    }

    async fn holding(&mut self, tx: &Tx, number: u64, customer: CustomerId) {
        let app = &self.world.app;
        let day = app.today() - self.random.below(70) as i32;
        let amount = Money::fen(self.random.below(90_000) as i64);
        match number {
            0 => {
                let id = BillId(app.new_id(customer.bucket()));
                let (period, due, agreement_id) = (day, day + 9, None);
                let bill = Bill { id, customer_id: customer, agreement_id, period, due, amount, paid_on: None };
                add_bills(app, tx, DOER, &[bill]).await.expect("a bill");
            }
            1 => {
                let (id, number) = (OrderId(app.new_id(customer.bucket())), format!("N{}", self.made));
                let (placed_at, status) = (app.now(), "paid".to_owned());
                let order = Order { id, customer_id: customer, number, placed: day, placed_at, amount, status };
                add_orders(app, tx, DOER, &[order], &[]).await.expect("an order");
            }
            2 => {
                let id = PaymentId(app.new_id(customer.bucket()));
                let kind = "policy".to_owned();
                let (agreement_id, bill_id) = (None, None);
                let payment = Payment { id, customer_id: customer, agreement_id, bill_id, paid_on: day, amount, kind };
                add_payments(app, tx, DOER, &[payment]).await.expect("a payment");
            }
            _ => {
                let mut policy = new_agreement(app, customer, "policy");
                policy.due = Some(day + 90);
                policy.premium = amount;
                put_agreements(app, tx, DOER, &[policy]).await.expect("an agreement");
            }
        }
    }

    async fn settle_what_is_due(&mut self, customer: CustomerId) {
        let page = self.hq.get(&format!("/api/customers/{customer}")).await.body;
        let amount = json!({ "minor": 12_400, "currency": "CNY" });
        if let Some(policy) = page["agreements"][0]["id"].as_str() {
            let paid = json!({ "agreement_id": policy, "amount": amount });
            self.post(format!("/api/customers/{customer}/payments"), paid).await;
        }
    }

    async fn take_back_an_agreement(&mut self, customer: CustomerId) {
        let path = format!("/api/customers/{customer}/agreements");
        let due = self.world.app.today() + 20;
        let made = self.hq.post(&path, json!({ "kind": "policy", "due": due })).await;
        assert_eq!(made.status, 201, "{}", made.body);
        self.is_current("between an agreement and its end").await;
        let paid = json!({ "agreement_id": made.body["id"], "amount": { "minor": 100, "currency": "CNY" } });
        let paid = self.hq.post(&format!("/api/customers/{customer}/payments"), paid).await;
        assert_eq!(paid.status, 201, "{}", paid.body);
        self.is_current("between a payment and its end").await;
        let payment = paid.body["id"].as_str().expect("an id");
        let unpaid = self.hq.delete(&format!("/api/customers/{customer}/payments/{payment}")).await;
        assert_eq!(unpaid.status, 204, "{}", unpaid.body);
        let gone = self.hq.delete(&format!("{path}/{}", made.body["id"].as_str().expect("an id"))).await;
        assert_eq!(gone.status, 204, "{}", gone.body);
    }

    async fn a_record_twice(&mut self) {
        let (kept, far) = self.two();
        self.made += 1;
        let other = draft(self.world, 100 + self.made).await;
        let (app, tx) = (&self.world.app, self.world.app.begin().await.expect("a transaction"));
        relate(app, &tx, DOER, &Scope::Firm, other, far, "spouse").await.expect("related");
        tx.commit().await.expect("committed");
        self.put(format!("/api/customers/{other}/labels/vip"), json!({ "remark": "" })).await;
        let merged = merge(&self.hq, kept, other, json!([])).await;
        assert_eq!(merged.status, 201, "{}", merged.body);
        self.merged.push((kept, other));
    }

    async fn a_record_parted(&mut self) {
        if let Some((kept, other)) = self.merged.pop() {
            let parted = split(&self.hq, kept, other).await;
            assert!(parted.status < 300, "{}", parted.body);
            self.whose.push(other);
        }
    }

    async fn erased(&mut self) {
        let at = self.random.below(self.whose.len() as u64) as usize;
        let id = self.whose[at];
        let path = format!("/api/customers/{id}/erasure");
        // A hold may stand against it, or a merge.
        if self.qa.post(&path, json!({ "reason": "书面请求" })).await.status == 200 {
            self.whose.swap_remove(at);
            self.merged.retain(|(kept, _)| *kept != id);
        }
    }

    async fn knock(&mut self, door: u64) {
        let customer = self.one();
        let path = format!("/api/customers/{customer}");
        match door {
            0..=12 => self.change_one(door, customer, path).await,
            _ => self.change_more(door, customer, path).await,
        }
    }

    /// What is said or written of one customer.
    async fn change_one(&mut self, door: u64, customer: CustomerId, path: String) {
        let app = self.world.app.clone();
        match door {
            0..=3 => {
                let tx = app.begin().await.expect("a transaction");
                self.made += 1;
                self.holding(&tx, door, customer).await;
                tx.commit().await.expect("committed");
            }
            4 if self.random.below(2) == 0 => self.settle_what_is_due(customer).await,
            4 => self.take_back_an_agreement(customer).await,
            5 => self.put(format!("{path}/labels/vip"), json!({ "remark": "老客户" })).await,
            6 => drop(self.hq.delete(&format!("{path}/labels/vip")).await),
            7 => {
                let tier = ["gold", "silver", "ordinary"][self.random.below(3) as usize];
                let region = format!("区{}", self.random.below(5));
                let pets = self.random.below(9);
                self.facts(customer, json!({ "tier": tier, "region": region, "pets": pets })).await;
            }
            8 => {
                let state = ["prospect", "active", "lost"][self.random.below(3) as usize];
                let seen = version(&self.hq, customer).await;
                // Whatever comes of it.
                self.hq.patch(&path, seen, json!({ "facts": { "lifecycle": state } })).await;
            }
            9 => {
                let channel = ["phone", "sms", "wechat"][self.random.below(3) as usize];
                self.put(format!("{path}/consents/{channel}"), json!({ "state": "refused", "proof": "来电" })).await;
            }
            10 => {
                let keeper = json!({ "owner_id": self.world.staff(["wang", "zhao"][self.random.below(2) as usize]) });
                self.put(format!("{path}/keeper"), keeper).await;
            }
            11 => self.post(format!("{path}/notes"), json!({ "text": "周末方便" })).await,
            _ => drop(self.wang.get(&path).await),
        }
    }

    /// Work with a customer, records that come together, and many at once.
    async fn change_more(&mut self, door: u64, customer: CustomerId, path: String) {
        let app = self.world.app.clone();
        match door {
            13 => drop(self.result(customer, json!({ "code": "done", "facts": { "occupation": "教师" } })).await),
            14 => {
                if let Some(outcome) = self.result(customer, json!({ "code": "done" })).await {
                    self.is_current("between an outcome and its end").await;
                    let back = self.wang.delete(&outcome).await;
                    assert_eq!(back.status, 200, "{}", back.body);
                }
            }
            15 => self.a_record_twice().await,
            16 => self.a_record_parted().await,
            17 => {
                let tx = app.begin().await.expect("a transaction");
                let (one, other) = self.two();
                relate(&app, &tx, DOER, &Scope::Firm, one, other, "child").await.expect("related");
                join_household(&app, &tx, DOER, &Scope::Firm, "一家", &[one, other]).await.expect("a household");
                tx.commit().await.expect("committed");
                let mistake = json!({ "other_id": other, "kind": "referrer" });
                let path = format!("/api/customers/{one}/relations");
                let made = self.hq.post(&path, mistake).await;
                let gone = self.hq.delete(&format!("{path}/{}", made.body["id"].as_str().expect("an id"))).await;
                assert_eq!(gone.status, 204, "{}", gone.body);
            }
            18 => {
                let tx = app.begin().await.expect("a transaction");
                let days = (app.today(), Some(app.today() + 1));
                let new = NewHold { customer: Some(customer), reason: "案件", from: days.0, until: days.1 };
                let hold = place_hold(&app, &tx, DOER, &Scope::Firm, new).await.expect("a hold");
                release_hold(&app, &tx, DOER, (&Scope::Firm, Seat::HeadOffice), hold, "结案").await.expect("released");
                tx.commit().await.expect("committed");
            }
            19 => {
                let page = self.hq.get(&path).await.body;
                let point = page["contact_points"][0]["id"].clone();
                let body = json!({ "contact_point_id": point, "reason": "客户要求回电" });
                self.hq.post(&format!("{path}/unmasking"), body).await;
            }
            20 => {
                self.made += 1;
                let id = draft(self.world, 1_000 + self.made).await;
                self.whose.push(id);
            }
            21 => {
                let (one, other) = self.two();
                let tx = app.begin().await.expect("a transaction");
                let found = many_for_change(&tx, &Scope::Firm, &[one, other]).await.expect("customers");
                let all: Vec<_> = found.values().collect();
                label_many(&app, &tx, DOER, &all, "vip", LabelDeed::Off).await.expect("off");
                label_many(&app, &tx, DOER, &all, "vip", LabelDeed::On(app.now())).await.expect("on");
                tx.commit().await.expect("committed");
            }
            22 => self.erased().await,
            _ => drop(run(self.world).await),
        }
    }

    /// Compares the kept columns with columns read anew; answers whether the kept ones were read anew too.
    async fn is_current(&self, when: &str) -> bool {
        let app = &self.world.app;
        let facts = catalogue(app).await.expect("a catalogue");
        let everything = || Needs::everything(&facts);
        let read = AtomicBool::new(false);
        let heard = |_| read.store(true, Ordering::Relaxed);
        let kept = present_columns(app, &facts, everything(), app.today(), &heard).await.expect("kept columns");
        let anew = every_column(app, &facts, everything(), app.today(), &|_| {}).await.expect("columns");
        assert_eq!(told(&kept), told(&anew), "{when}");
        read.into_inner()
    }
}

async fn firm(world: &World) -> Firm<'_> {
    let (hq, wang, qa) = (world.sign_in("hq").await, world.sign_in("wang").await, world.sign_in("qa").await);
    let vip = json!({ "key": "vip", "title_zh": "贵宾", "title_en": "VIP" });
    assert_eq!(hq.post("/api/labels", vip).await.status, 201);
    let pets = json!({ "key": "pets", "type": "int", "title_zh": "宠物", "title_en": "Pets" });
    assert_eq!(hq.post("/api/facts", pets).await.status, 201);
    let mut whose = Vec::new();
    for number in 0..CUSTOMERS {
        whose.push(draft(world, number).await);
    }
    Firm { world, random: Random(3), whose, hq, wang, qa, made: 0, merged: Vec::new() }
}

#[tokio::test]
async fn after_every_door_what_is_read_again_is_enough() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let mut firm = firm(&world).await;
        firm.is_current("at first").await;
        let mut anew = 0;
        for round in 0..3 * DOORS {
            let mut doors = vec![round % DOORS];
            for _ in 0..firm.random.below(3) {
                // Few are erased, of whom everything has to be read.
                doors.push(firm.random.below(DOORS - 2));
            }
            for door in &doors {
                firm.knock(*door).await;
            }
            anew += u64::from(firm.is_current(&format!("round {round}, doors {doors:?}")).await);
        }
        assert!(anew < DOORS, "{anew} times everything was read: then this proves nothing");
        let told = sql("SELECT DISTINCT room, kind FROM journal_fact WHERE room IN ('customer', 'contact')");
        let told = told.all(world.app.read(), |row| Ok((row.get(0)?, row.get(1)?))).await.expect("kinds");
        let told: BTreeSet<(String, String)> = told.into_iter().collect();
        let of_these =
            kinds().filter(|(room, _, parts)| ["customer", "contact"].contains(room) && *parts != Parts::ALL);
        let silent: Vec<_> = of_these
            .filter(|(_, kind, _)| !ELSEWHERE.contains(kind))
            .filter(|(room, kind, _)| !told.contains(&((*room).to_owned(), (*kind).to_owned())))
            .collect();
        assert!(silent.is_empty(), "no door of this test leads there: {silent:?}");
    })
    .await;
}

const FILE: &str = "客户号,姓名,手机,职业,标签,保单号,保费,缴费日\n\
    N-1,王建国,13811112222,司机,贵宾,P-1,1200.00,2026-12-01\n\
    C-li,李秀英,13800001234,退休教师,贵宾,P-2019-0001,12800,2026-11-30\n\
    N-4,张伟,13922223333,工程师,,,,\n";

#[tokio::test]
async fn columns_forget_the_customers_of_a_batch_that_was_taken_back() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let firm = firm(&world).await;
        firm.is_current("at first").await;
        let report = import(&world, "mistake", FILE).await;
        firm.is_current("after the import").await;
        undo(&world.app, report.batch).await.expect("taken back");
        firm.is_current("after the undo").await;
    })
    .await;
}
