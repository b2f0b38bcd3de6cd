//! The kept columns: whatever happens to the file, they equal columns that are read anew.

use serde_json::json;
use tend_app::customer::{Keeper, add_bills, add_orders, add_payments, care_files, entrust};
use tend_app::segment::{catalogue, every_column, present_columns};
use tend_planner::{Columns, Needs};
use tend_rules::base::*;
use tend_rules::customer::{Bill, Order, Payment};
use tend_rules::journal::Doer;
use tend_rules::org::Scope;
use tend_testkit::{World, each_store};

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn told(columns: &Columns) -> Vec<String> {
    let mut rows = columns.spelt_out();
    rows.sort_unstable();
    rows
}

async fn change(world: &World, random: &mut Random, whose: &[CustomerId]) {
    let app = &world.app;
    let customer = whose[random.below(whose.len() as u64) as usize];
    let day = app.today() - random.below(70) as i32;
    let amount = Money::fen(random.below(90_000) as i64);
    let tx = app.begin().await.expect("a transaction");
    let doer = Doer::Program("test");
    match random.below(4) {
        0 => {
            let id = BillId(app.new_id(customer.bucket()));
            let (period, agreement_id) = (day, None);
            let bill = Bill { id, customer_id: customer, agreement_id, period, due: day + 9, amount, paid_on: None };
            add_bills(app, &tx, doer, &[bill]).await.expect("a bill");
        }
        1 => {
            let (id, number) = (OrderId(app.new_id(customer.bucket())), format!("N{}", random.below(1_000_000_000)));
            let (placed_at, status) = (app.now(), "paid".to_owned());
            let order = Order { id, customer_id: customer, number, placed: day, placed_at, amount, status };
            add_orders(app, &tx, doer, &[order], &[]).await.expect("an order");
        }
        2 => {
            let id = PaymentId(app.new_id(customer.bucket()));
            let (agreement_id, bill_id, kind) = (None, None, "policy".to_owned());
            let payment = Payment { id, customer_id: customer, agreement_id, bill_id, paid_on: day, amount, kind };
            add_payments(app, &tx, doer, &[payment]).await.expect("a payment");
        }
        _ => {
            let owner = ["wang", "zhao"][random.below(2) as usize];
            let keeper = Keeper { unit_id: world.unit("nanshan"), owner_id: Some(world.staff(owner)) };
            entrust(app, &tx, doer, &Scope::Firm, &[customer], keeper).await.expect("another keeper");
        }
    }
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn columns_kept_current_equal_columns_read_anew() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let hq = world.sign_in("hq").await;
        let facts = catalogue(&world.app).await.expect("a catalogue");
        let everything = || Needs::everything(&facts);
        let mut random = Random(7);
        for round in 0..25 {
            let day = world.app.today();
            let kept = present_columns(&world.app, &facts, everything(), day, &|_| {}).await.expect("kept columns");
            let anew = every_column(&world.app, &facts, everything(), day, &|_| {}).await.expect("columns");
            assert_eq!(told(&kept), told(&anew), "round {round}");
            let all = care_files(&world.app, Bucket::of(0), Bucket::of(1023)).await.expect("all files");
            let whose: Vec<CustomerId> = all.iter().map(|file| file.customer.id).collect();
            for _ in 0..random.below(3) {
                change(&world, &mut random, &whose).await;
            }
            if round % 5 == 4 {
                let draft = json!({ "name": format!("新客{round}"), "facts": { "tier": "gold" } });
                hq.post("/api/customers", draft).await;
            }
            if round == 12 {
                world.set_clock("2026-11-24", 540);
            }
        }
    })
    .await;
}
