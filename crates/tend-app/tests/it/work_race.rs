//! Sixty-four people reach for ten thousand work orders at once: each order is given to exactly one of them.

use crate::work::{make, renewal};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tend_app::App;
use tend_app::customer::{Draft, create_many};
use tend_app::org::{self, Who};
use tend_app::platform::sql;
use tend_app::work::{ContactWish, NewTouch, WorkError, claim};

use tend_rules::base::*;
use tend_rules::journal::Doer;
use tend_testkit::{World, each_store};

const PEOPLE: usize = 64;
const ORDERS: usize = 10_000;
const TOUCHES_OF_A_CUSTOMER: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_people_take_ten_thousand_orders_and_none_has_two_owners() {
    each_store(async |world| {
        let orders = waiting_orders(&world).await;
        let taken = everybody_reaches(&world, &orders).await;
        let mut owner_of = HashMap::new();
        for (owner, mine) in taken {
            for id in mine {
                assert!(owner_of.insert(id, owner).is_none(), "{id} was given to two");
            }
        }
        assert_eq!(owner_of.len(), ORDERS, "every order found its owner");
        let rows = sql("SELECT id, owner_id FROM touch WHERE state = 'accepted' LIMIT 100000");
        let stored = rows.all(world.app.read(), |row| Ok((row.get::<TouchId>("id")?, row.get::<StaffId>("owner_id")?)));
        assert_eq!(stored.await.expect("rows").into_iter().collect::<HashMap<_, _>>(), owner_of);
        let facts = sql("SELECT COUNT(*) FROM journal_fact WHERE room = 'work' AND kind = 'accepted'");
        assert_eq!(facts.value::<i64>(world.app.read()).await.expect("facts"), ORDERS as i64);
    })
    .await;
}

async fn waiting_orders(world: &World) -> Vec<TouchId> {
    let app = &world.app;
    let drafts: Vec<Draft> =
        (0..ORDERS / TOUCHES_OF_A_CUSTOMER).map(|_| Draft::blank(app, world.unit("nanshan"))).collect();
    let customers: Vec<CustomerId> = drafts.iter().map(|draft| draft.file.id).collect();
    let tx = app.begin().await.expect("a transaction");
    create_many(app, &tx, Doer::Program("test"), "test", drafts).await.expect("customers");
    tx.commit().await.expect("committed");
    let touches = (0..ORDERS).map(|n| {
        let touch = renewal(world, customers[n % customers.len()], "nanshan", None);
        NewTouch { due: touch.due - (n / customers.len()) as i32, ..touch }
    });
    assert_eq!(make(world, touches.collect()).await, ORDERS);
    sql("SELECT id FROM touch ORDER BY id LIMIT 100000").all(app.read(), |row| row.get("id")).await.expect("ids")
}

/// Everybody takes the next order in line until none is left; each order comes up twice in a row, so that two people
/// reach for it in the same moment.
async fn everybody_reaches(world: &World, orders: &[TouchId]) -> Vec<(StaffId, Vec<TouchId>)> {
    let spec = org::staff_by_login(&world.app, "spec").await.expect("staff").expect("the specialist");
    let (line, orders): (Arc<AtomicUsize>, Arc<[TouchId]>) = (Arc::default(), orders.into());
    let tasks = (0..PEOPLE).map(|n| {
        let who = Who {
            id: StaffId(world.app.new_free_id()),
            name: format!("专员 {n}"),
            login: format!("spec{n}"),
            role: spec.role,
            unit_id: spec.unit_id,
            language: Language::Zh,
            session: None,
            token: None,
            duty: tend_rules::org::Duty::None,
            idempotency_key: None,
        };
        tokio::spawn(one_reaches(world.app.clone(), who, line.clone(), orders.clone()))
    });
    let tasks: Vec<_> = tasks.collect();
    let mut taken = Vec::new();
    for task in tasks {
        taken.push(task.await.expect("a task"));
    }
    taken
}

async fn one_reaches(app: App, who: Who, line: Arc<AtomicUsize>, orders: Arc<[TouchId]>) -> (StaffId, Vec<TouchId>) {
    let mut mine = Vec::new();
    while let Some(id) = orders.get(line.fetch_add(1, Ordering::SeqCst) / 2) {
        let tx = app.begin().await.expect("a transaction");
        match claim(&app, &tx, &who, *id, ContactWish::Firm).await {
            Ok(touch) => {
                assert_eq!(touch.owner_id, Some(who.id));
                tx.commit().await.expect("committed");
                // The same person may have met the same order twice: then the second claim changed nothing.
                if mine.last() != Some(id) {
                    mine.push(*id);
                }
            }
            Err(WorkError::Taken { .. } | WorkError::ChangedMeanwhile) => {
                tx.roll_back().await.expect("rolled back");
            }
            Err(error) => panic!("claiming {id}: {error}"),
        }
    }
    (who.id, mine)
}
