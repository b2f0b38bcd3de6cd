//! The kept columns: whatever happens to the file, they equal columns that are read anew.

use crate::erased::erase;
use futures::FutureExt;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};
use tend_app::App;
use tend_app::customer::{Keeper, Said, add_bills, add_orders, add_payments, care_files, entrust, set_consent};
use tend_app::platform::{Config, sql};
use tend_app::segment::{catalogue, every_column, heed_erasures, present_columns, sweep_kept};
use tend_planner::{Columns, Needs};
use tend_rules::base::*;
use tend_rules::customer::{Bill, Consent, How, Order, Payment, SaidBy};
use tend_rules::journal::Doer;
use tend_rules::org::Scope;
use tend_testkit::{World, each_store};

/// The same numbers in every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

pub fn told(columns: &Columns) -> Vec<String> {
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
    match random.below(5) {
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
        3 => {
            let channel = Channel::ALL[random.below(5) as usize];
            let purpose = ["every", "contract", "care", "marketing"][random.below(4) as usize];
            let state = [Consent::Given, Consent::Refused, Consent::Unknown][random.below(3) as usize];
            let (proof, how, by, text_version) = ("签字表 7", How::Form, SaidBy::Customer, "");
            let said = Said { channel, purpose, state, proof, how, by, text_version };
            set_consent(app, &tx, doer, &Scope::Firm, customer, said).await.expect("what was said");
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

/// The columns as a program sees them, and whether it read the customers anew for them.
async fn seen_by(app: &App) -> (Vec<String>, bool) {
    let facts = catalogue(app).await.expect("a catalogue");
    let read = AtomicBool::new(false);
    let heard = |_| read.store(true, Ordering::Relaxed);
    let columns = present_columns(app, &facts, Needs::everything(&facts), app.today(), &heard).await;
    (told(&columns.expect("columns")), read.into_inner())
}

async fn anew(app: &App) -> Vec<String> {
    let facts = catalogue(app).await.expect("a catalogue");
    told(&every_column(app, &facts, Needs::everything(&facts), app.today(), &|_| {}).await.expect("columns"))
}

/// The file of kept columns, once it is written.
async fn kept_file(world: &World) -> PathBuf {
    let path = world.folder().join("columns.kept");
    // Far longer than it takes: a machine may have other work.
    for _ in 0..6_000 {
        if path.exists() {
            return path;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no columns were kept");
}

#[tokio::test]
async fn a_program_that_starts_anew_goes_on_from_the_file() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let hq = world.sign_in("hq").await;
        assert!(seen_by(&world.app).await.1, "the first reading");
        kept_file(&world).await;
        let all = care_files(&world.app, Bucket::of(0), Bucket::of(1023)).await.expect("all files");
        let whose: Vec<CustomerId> = all.iter().map(|file| file.customer.id).collect();
        let mut random = Random(11);
        for round in 0..4 {
            change(&world, &mut random, &whose).await;
            hq.post("/api/customers", json!({ "name": format!("后来{round}"), "facts": { "tier": "gold" } })).await;
            if round == 2 {
                world.set_clock("2026-11-24", 540);
            }
            let next = world.reopened(|_| {}).await;
            let (seen, read) = seen_by(&next).await;
            assert!(!read, "round {round} read every customer");
            assert_eq!(seen, anew(&next).await, "round {round}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_of_another_history_and_a_damaged_one_are_not_believed() {
    each_store(async |mut world| {
        world.welcome_all().await;
        seen_by(&world.app).await;
        let path = kept_file(&world).await;
        let whole = std::fs::read(&path).expect("the file");
        let mut damaged = whole.clone();
        damaged[whole.len() / 2] ^= 1;
        std::fs::write(&path, &damaged).expect("written");
        let (seen, read) = seen_by(&world.reopened(|_| {}).await).await;
        assert!(read, "damaged");
        assert_eq!(seen, anew(&world.app).await);
        // It is written once more, and by nobody after that.
        while std::fs::read(&path).expect("the file") == damaged {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        std::fs::write(&path, whole).expect("written");
        let db = world.app.read();
        // As after putting back a backup that was made before the newest fact.
        let newest = "DELETE FROM journal_fact WHERE at_ms = (SELECT MAX(at_ms) FROM journal_fact)";
        let kept: i64 = sql("SELECT COUNT(*) FROM journal_fact").value(db).await.expect("a number");
        sql(newest).run(db).await.expect("deleted");
        assert!(sql("SELECT COUNT(*) FROM journal_fact").value::<i64>(db).await.expect("a number") < kept);
        assert!(seen_by(&world.reopened(|_| {}).await).await.1, "another history");
    })
    .await;
}

/// Asks for the columns and goes away as soon as something is under way.
async fn ask_and_leave(app: &App, needs: Needs) {
    let facts = catalogue(app).await.expect("a catalogue");
    let asked = present_columns(app, &facts, needs, app.today(), &|_| {});
    assert!(asked.now_or_never().is_none(), "it is begun and not ended");
}

#[tokio::test]
async fn who_goes_away_leaves_the_columns_to_those_who_ask_next() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let app = &world.app;
        let facts = catalogue(app).await.expect("a catalogue");
        ask_and_leave(app, Needs::everything(&facts)).await;
        let (seen, read) = seen_by(app).await;
        assert!(!read, "the reading that was begun is waited for, and none is begun beside it");
        assert_eq!(seen, anew(app).await);

        let mut random = Random(11);
        for round in 0..5 {
            change(&world, &mut random, &[world.customer("li"), world.customer("zhao_q")]).await;
            ask_and_leave(app, Needs::everything(&facts)).await;
            let (seen, read) = seen_by(app).await;
            assert!(!read, "round {round}: what was kept before is not lost");
            assert_eq!(seen, anew(app).await, "round {round}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_file_of_columns_goes_when_somebody_is_erased() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        world.welcome("zhao_q").await;
        seen_by(&world.app).await;
        let path = kept_file(&world).await;
        let tells = |bytes: &[u8]| bytes.windows("李秀英".len()).any(|some| some == "李秀英".as_bytes());
        assert!(tells(&std::fs::read(&path).expect("the file")), "it tells her name in plain");
        let qa = world.sign_in("qa").await;
        let erased = qa.post(&format!("/api/customers/{li}/erasure"), json!({ "reason": "书面请求" })).await;
        assert_eq!(erased.status, 200, "{}", erased.body);
        assert!(!path.exists(), "nobody had to ask anything first");
        seen_by(&world.app).await;
        let left = std::fs::read(kept_file(&world).await).expect("the file");
        assert!(!tells(&left), "what is written since is without her");
    })
    .await;
}

/// A program on another machine: the same database, and a folder of its own.
async fn beside(world: &World, folder: &Path) -> App {
    let set = |config: &mut Config| (config.database, config.data) = (config.database_url(), folder.to_path_buf());
    world.reopened(set).await
}

/// Asks a program for its columns until they lie in a file.
async fn kept_by(app: &App, file: &Path) {
    for _ in 0..500 {
        seen_by(app).await;
        if file.exists() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no columns were kept");
}

#[tokio::test]
async fn the_file_of_another_machine_goes_when_somebody_is_erased() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let elsewhere = tempfile::tempdir().expect("a folder");
        let file = elsewhere.path().join("columns.kept");
        let other = beside(&world, elsewhere.path()).await;
        let heeded = async |app: &App| heed_erasures(app).await.expect("a look");
        assert!(!heeded(&other).await, "nobody is erased");
        kept_by(&other, &file).await;
        assert!(!heeded(&other).await && file.exists());
        erase(&world, world.customer("li")).await;
        assert!(heeded(&other).await && !file.exists(), "erased by way of the first machine");
        kept_by(&other, &file).await;
        assert!(!heeded(&other).await && file.exists(), "once");

        // Nobody heeded this one before the program ended.
        erase(&world, world.customer("zhao_q")).await;
        let written = |at: Instant| {
            let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(at.millis() as u64);
            let kept = std::fs::File::options().write(true).open(&file).expect("the file");
            kept.set_modified(moment).expect("its time");
        };
        written(world.app.now().plus_seconds(-86_400));
        let next = beside(&world, elsewhere.path()).await;
        assert!(heeded(&next).await && !file.exists(), "it is older than the erasure");
        kept_by(&next, &file).await;
        written(world.app.now().plus_seconds(86_400));
        let last = beside(&world, elsewhere.path()).await;
        assert!(!heeded(&last).await && file.exists(), "it is newer");
    })
    .await;
}

#[tokio::test]
async fn what_a_kill_left_half_written_of_the_columns_is_taken_away_at_the_start() {
    let mut world = World::on_sqlite().await;
    world.welcome_all().await;
    seen_by(&world.app).await;
    let path = kept_file(&world).await;
    let half = path.with_file_name("columns.4711.part");
    std::fs::write(&half, "李秀英").expect("half a file");
    assert_eq!(sweep_kept(&world.app).expect("swept"), 1);
    assert!(!half.exists() && path.exists());
    assert_eq!(sweep_kept(&world.app).expect("swept"), 0);
}
