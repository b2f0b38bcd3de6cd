//! A night with so much to write that it is written in parts, on PostgreSQL two at once.

use crate::plan::{install, plan, run};
use sea_orm::{ConnectionTrait, DbBackend};
use tend_app::customer::{Draft, create_many};
use tend_app::plan::has_run;
use tend_app::platform::sql;
use tend_app::work::{Trial, night};
use tend_rules::journal::Doer;
use tend_testkit::{World, each_store};

/// More touches than are written in one transaction.
const CUSTOMERS: usize = 4_100;

/// The buckets of the eleventh of sixteen parts.
const REFUSED: &str = "NEW.bucket >= 640 AND NEW.bucket < 704";

async fn much_to_do(world: &World) {
    let app = &world.app;
    let draft = |_| {
        let mut draft = Draft::blank(app, world.unit("nanshan"));
        draft.file.joined = Some(app.today());
        draft
    };
    let tx = app.begin().await.expect("a transaction");
    create_many(app, &tx, Doer::Program("test"), "test", (0..CUSTOMERS).map(draft).collect()).await.expect("customers");
    tx.commit().await.expect("committed");
    let text = plan("everybody", "lifecycle == 'active'", "channels = [\"phone\"]");
    install(world, &[("plans/everybody.toml".into(), text)]).await;
}

async fn count(world: &World, of: &str) -> i64 {
    sql(&format!("SELECT COUNT(*) FROM {of}")).value(world.app.read()).await.expect("a count")
}

async fn touches(world: &World) -> i64 {
    count(world, "touch").await
}

async fn refuse_a_part(world: &World) {
    let statement = match world.app.db().backend() {
        DbBackend::Postgres => format!(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
             CREATE TRIGGER refused BEFORE INSERT ON touch FOR EACH ROW WHEN ({REFUSED}) EXECUTE FUNCTION refuse()"
        ),
        _ => format!(
            "CREATE TRIGGER refused BEFORE INSERT ON touch WHEN {REFUSED} BEGIN SELECT RAISE(ABORT, 'refused'); END"
        ),
    };
    world.app.db().writer().execute_unprepared(&statement).await.expect("a trigger");
}

async fn refuse_no_more(world: &World) {
    let of_table = if world.app.db().backend() == DbBackend::Postgres { " ON touch" } else { "" };
    let statement = format!("DROP TRIGGER refused{of_table}");
    world.app.db().writer().execute_unprepared(&statement).await.expect("no trigger");
}

#[tokio::test]
async fn a_part_that_fails_leaves_the_night_open_and_the_next_one_makes_the_rest() {
    each_store(async |world| {
        much_to_do(&world).await;
        let day = world.app.today();
        refuse_a_part(&world).await;
        let failed = night(&world.app, day, Trial::Real, &|_, _| {}).await;
        assert!(failed.is_err(), "{failed:?}");
        let made = touches(&world).await;
        // The parts before it are written; beside it, on PostgreSQL, the twelfth comes to its end, and none begins after.
        let beside = if world.app.db().backend() == DbBackend::Postgres { 768 } else { 640 };
        let written = format!("bucket < 640 OR bucket >= 704 AND bucket < {beside}");
        assert_eq!(made, count(&world, &format!("customer WHERE {written}")).await);
        assert_eq!(made, count(&world, &format!("touch WHERE {written}")).await);
        assert!(!has_run(&world.app, day).await.expect("an answer"), "a night that failed did not run");

        refuse_no_more(&world).await;
        let second = run(&world).await;
        assert_eq!(second["new"], CUSTOMERS as i64 - made, "{second}");
        assert_eq!((second["touches"].as_u64(), touches(&world).await), (Some(CUSTOMERS as u64), CUSTOMERS as i64));
        assert!(has_run(&world.app, day).await.expect("an answer"));
        assert_eq!(run(&world).await["new"], 0, "nothing is made twice");
    })
    .await;
}
