//! The second wall on PostgreSQL: a statement without any scope, carried out in the call of a person, shows that person's
//! rows and no others, in every table and view that holds what belongs to a customer.

use crate::work::{make, renewal};
use std::collections::BTreeSet;
use tend_app::customer::{ListAsk, NewHold, list, place_hold};
use tend_app::platform::{before_wall, behind_wall, sql};
use tend_rules::base::CustomerId;
use tend_rules::journal::Doer;
use tend_rules::org::{Role, Scope};
use tend_testkit::{World, each_store};

/// Tables with a column `customer_id` that do not stand behind the wall, each with its reason.
const EXCEPTIONS: [(&str, &str); 4] = [
    (
        "customer_lookup",
        "digests only: a hit is a candidate that is read from `customer`, which stands behind the wall",
    ),
    ("customer_sight", "says who sees whom: the wall itself reads it"),
    ("household_member", "lives in the household's bucket, which may be another; members are read from `customer`"),
    ("notice", "to one person, read by that person's id"),
];

/// Tables in which rows of the firm itself stand under the nil id: everybody who may read the table sees them.
const OF_THE_FIRM: [&str; 2] = ["journal_fact", "legal_hold"];

async fn hold_the_firm(world: &World) {
    let app = &world.app;
    let tx = app.begin().await.expect("a transaction");
    let everything = NewHold { customer: None, reason: "监管检查", from: app.today(), until: None };
    place_hold(app, &tx, Doer::Program("test"), &Scope::Firm, everything).await.expect("a hold");
    tx.commit().await.expect("committed");
}

async fn firm(world: &mut World) {
    world.welcome_all().await;
    let touches = vec![
        renewal(world, world.customer("li"), "nanshan", Some("wang")),
        renewal(world, world.customer("zhou"), "futian", Some("chen")),
        renewal(world, world.customer("sun"), "pudong", Some("liu")),
    ];
    assert_eq!(make(world, touches).await, 3);
}

fn scopes(world: &World) -> Vec<(&'static str, Scope)> {
    vec![
        ("hq", Role::Hq.scope(world.staff("hq"), world.unit("hq"))),
        ("lead_sz", Role::ChannelLead.scope(world.staff("lead_sz"), world.unit("shenzhen"))),
        ("lead_sh", Role::ChannelLead.scope(world.staff("lead_sh"), world.unit("shanghai"))),
        ("wang", Role::Maintainer.scope(world.staff("wang"), world.unit("nanshan"))),
        ("liu", Role::Maintainer.scope(world.staff("liu"), world.unit("pudong"))),
        ("admin", Role::Admin.scope(world.staff("admin"), world.unit("hq"))),
    ]
}

async fn shown(world: &World, scope: &Scope) -> BTreeSet<CustomerId> {
    let ask = ListAsk { limit: 100, ..ListAsk::default() };
    list(&world.app, scope, ask).await.expect("a list").rows.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn a_statement_that_forgot_its_scope_shows_no_more_than_the_scope() {
    each_store(async |mut world| {
        if !world.app.db().has_row_wall() {
            assert_eq!(world.app.db().backend(), sea_orm::DbBackend::Sqlite, "the wall stands on PostgreSQL");
            return;
        }
        firm(&mut world).await;
        hold_the_firm(&world).await;
        let app = &world.app;
        let walled = sql("SELECT c.relname::TEXT AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'customer_id'
                          WHERE n.nspname = current_schema() AND c.relrowsecurity")
        .all(app.read(), |row| row.get::<String>("name"))
        .await
        .expect("the tables behind the wall");
        assert!(walled.len() > 12, "{walled:?}");
        for (who, scope) in scopes(&world) {
            let wanted = shown(&world, &scope).await;
            let all = sql("SELECT id FROM customer");
            let found = behind_wall(scope, all.all(app.read(), |row| row.get::<CustomerId>(0))).await.expect("rows");
            assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), wanted, "{who}: customer");
            for table in &walled {
                let all = sql(&format!("SELECT DISTINCT customer_id FROM {table}"));
                let found =
                    behind_wall(scope, all.all(app.read(), |row| row.get::<CustomerId>(0))).await.expect("rows");
                let more: Vec<_> = found.iter().filter(|id| !id.0.is_nil() && !wanted.contains(id)).collect();
                assert!(more.is_empty(), "{who} sees {more:?} of {table}");
                let of_firm = found.iter().any(|id| id.0.is_nil());
                assert_eq!(of_firm, OF_THE_FIRM.contains(&table.as_str()), "{who} and the firm's rows of {table}");
            }
            for view in ["customer_head", "statement_touch"] {
                let all = sql(&format!("SELECT COUNT(*) FROM {view}"));
                let found: i64 = behind_wall(scope, all.value(app.read())).await.expect("a count");
                assert!(found <= wanted.len() as i64, "{who} counts {found} in {view}");
            }
        }
        let all: i64 = sql("SELECT COUNT(*) FROM customer").value(app.read()).await.expect("a count");
        assert_eq!(all, 8, "the program itself works for the whole firm");
        let nothing = before_wall(sql("SELECT COUNT(*) FROM customer").value(app.read()));
        let all: i64 = behind_wall(Scope::Nothing, nothing).await.expect("a count");
        assert_eq!(all, 8, "and may step before the wall where it says so");
    })
    .await;
}

#[tokio::test]
async fn what_is_changed_behind_the_wall_is_the_persons_own() {
    each_store(async |mut world| {
        if !world.app.db().has_row_wall() {
            return;
        }
        firm(&mut world).await;
        let scope = Role::Maintainer.scope(world.staff("wang"), world.unit("nanshan"));
        let changed = behind_wall(scope, async {
            let tx = world.app.begin().await.expect("a transaction");
            let changed = sql("UPDATE customer SET occupation = 'x'").run(&*tx).await.expect("an update");
            tx.roll_back().await.expect("rolled back");
            changed
        });
        assert_eq!(changed.await, 3, "王芳 has three customers");
    })
    .await;
}

#[tokio::test]
async fn every_table_of_customers_rows_stands_behind_the_wall_or_says_why_not() {
    each_store(async |world| {
        if !world.app.db().has_row_wall() {
            return;
        }
        let open = sql("SELECT c.relname::TEXT AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'customer_id' AND NOT a.attisdropped
                        WHERE n.nspname = current_schema() AND c.relkind = 'r' AND NOT c.relrowsecurity ORDER BY 1")
        .all(world.app.read(), |row| row.get::<String>("name"))
        .await
        .expect("the tables before the wall");
        let known: Vec<String> = EXCEPTIONS.iter().map(|(table, _)| (*table).to_owned()).collect();
        assert_eq!(open, known, "name the table in migrations/row_security.sql, or here with its reason");
        let views = sql("SELECT c.relname::TEXT AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                         WHERE n.nspname = current_schema() AND c.relkind = 'v'
                           AND NOT COALESCE('security_invoker=true' = ANY(c.reloptions), FALSE)")
        .all(world.app.read(), |row| row.get::<String>("name"))
        .await
        .expect("the views that ask as their owner");
        assert!(views.is_empty(), "{views:?} would show what their owner sees");
    })
    .await;
}
