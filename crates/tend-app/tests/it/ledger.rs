//! The ledger on both databases: what was sealed is proved, what was changed is found, what was erased stays valid.

use crate::work::{make, renewal};
use sea_orm::{ConnectionTrait, Value};
use serde_json::json;
use tend_app::journal::ledger::*;
use tend_app::platform::{Bind, QueueError, claim, sql};
use tend_rules::base::FactId;
use tend_rules::journal::Doer;
use tend_rules::journal::ledger::{FaultKind, Faults, SignedHead};
use tend_testkit::{World, each_store};
use uuid::Uuid;

async fn checked(world: &World, outside: Option<&SignedHead>) -> Audit {
    let trusted = Some(world.app.keys().signer().id());
    audit(world.app.db(), trusted, outside).await.expect("the ledger is read")
}

fn kinds(faults: &Faults) -> Vec<FaultKind> {
    let mut kinds: Vec<FaultKind> = faults.named.iter().map(|fault| fault.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// A change behind the program's back, as somebody does who owns the database.
async fn behind_its_back(world: &World, text: &str) {
    world.app.db().writer().execute_unprepared(text).await.expect("whoever owns the database may do anything");
}

/// Someone is called twice, looked at and opened; all of it is sealed.
async fn some_history(world: &mut World) -> tend_rules::base::CustomerId {
    let li = world.welcome("li").await;
    make(world, vec![renewal(world, li, "nanshan", Some("wang"))]).await;
    let wang = world.sign_in("wang").await;
    let page = wang.get(&format!("/api/customers/{li}")).await;
    let point = page.body["contact_points"][0]["id"].clone();
    let opening = json!({ "contact_point_id": point, "reason": "客户要求回电" });
    let opened = wang.post(&format!("/api/customers/{li}/unmasking"), opening).await;
    assert!(opened.status < 300, "{}", opened.body);
    seal_now(&world.app).await.expect("sealed");
    li
}

#[tokio::test]
async fn what_happened_is_sealed_once_and_found_whole() {
    each_store(async |mut world| {
        let li = some_history(&mut world).await;
        let facts: i64 = sql("SELECT COUNT(*) FROM journal_fact").value(world.app.read()).await.expect("a count");
        let audit = checked(&world, None).await;
        assert_eq!(audit.faults, Faults::default());
        assert_eq!((audit.entries, audit.waiting, audit.blocks_since_head, audit.heads), (facts, 0, 0, 1));
        assert_eq!(seal_now(&world.app).await.expect("again"), Sealed::default(), "a second run finds nothing");
        assert_eq!(checked(&world, None).await.heads, 1);

        // Reading personal data is an entry: the page, and each field that was opened.
        let of_li =
            sql("SELECT f.kind FROM ledger_entry e JOIN journal_fact f ON f.bucket = e.bucket AND f.id = e.fact_id
             WHERE f.customer_id = $1")
            .bind(li)
            .all(world.app.read(), |row| row.get::<String>(0))
            .await
            .expect("entries");
        for kind in ["seen", "unmasked"] {
            assert!(of_li.iter().any(|of_li| of_li == kind), "{kind} is sealed: {of_li:?}");
        }

        let first = audit.last_head.expect("a head");
        world.welcome("zhao_q").await;
        assert!(checked(&world, None).await.waiting > 0);
        seal_now(&world.app).await.expect("sealed");
        let later = checked(&world, Some(&first)).await;
        assert_eq!(later.faults, Faults::default());
        let against = later.against.expect("it continues the first head");
        assert!(!against.proof.is_empty() && against.blocks < later.blocks);
    })
    .await;
}

#[tokio::test]
async fn two_who_seal_at_once_leave_one_whole_ledger() {
    each_store(async |mut world| {
        world.welcome("li").await;
        let _ = tokio::join!(seal_now(&world.app), seal_now(&world.app), seal_now(&world.app));
        seal_now(&world.app).await.expect("sealed");
        let audit = checked(&world, None).await;
        assert_eq!((audit.faults, audit.waiting), (Faults::default(), 0));
    })
    .await;
}

#[tokio::test]
async fn a_sealer_whose_lease_was_taken_over_writes_nothing() {
    each_store(async |world| {
        let app = &world.app;
        call_seal(app).await.expect("called");
        call_seal(app).await.expect("called again");
        let slow = claim(app, QUEUE).await.expect("the queue").expect("one job");
        assert!(claim(app, QUEUE).await.expect("the queue").is_none(), "called twice, there once");
        world.set_clock("2026-11-23", 9 * 60 + 5);
        let next = claim(app, QUEUE).await.expect("the queue").expect("the lease is over");
        assert!(matches!(seal(app, &slow).await, Err(LedgerError::Queue(QueueError::Fenced(_)))));
        assert!(seal(app, &next).await.expect("sealed").entries > 0);
        call_seal(app).await.expect("nothing waits");
        assert!(claim(app, QUEUE).await.expect("the queue").is_none());
        assert_eq!(checked(&world, None).await.faults, Faults::default());
    })
    .await;
}

/// Every table of the ledger with its columns; the first are those that name a row.
const COLUMNS: [(&str, &str, &str); 4] = [
    ("journal_fact", "bucket, id", "bucket, id, customer_id, at_ms, actor, room, kind, payload"),
    ("ledger_entry", "bucket, position", "bucket, position, fact_id, salt, commitment"),
    ("ledger_block", "number, bucket", "number, bucket, height, first_position, entries, before, root, at_ms"),
    (
        "ledger_head",
        "number, blocks",
        "number, at_ms, blocks, entries, log_root, buckets_root, before, signer, signature",
    ),
];

/// The values that differ from one by a single bit, one for each byte.
fn flipped(value: &Value) -> Vec<Value> {
    fn bytes(of: &[u8]) -> impl Iterator<Item = Vec<u8>> {
        (0..of.len()).map(|place| {
            let mut changed = of.to_vec();
            changed[place] ^= 1 << (place % 8);
            changed
        })
    }
    match value {
        Value::SmallInt(Some(n)) => (0..10).map(|bit| (n ^ 1 << bit).into()).collect(),
        Value::BigInt(Some(n)) => (0..8).map(|byte| (n ^ 1 << (8 * byte)).into()).collect(),
        Value::Uuid(Some(id)) => {
            bytes(id.as_bytes()).filter_map(|b| Uuid::from_slice(&b).ok()).map(Into::into).collect()
        }
        Value::Bytes(Some(all)) => bytes(all).map(Into::into).collect(),
        Value::String(Some(text)) => {
            // PostgreSQL keeps only valid text: one bit of each ASCII sign.
            let places = text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii());
            let changed = places.map(|(place, byte)| {
                let mut all = text.as_bytes().to_vec();
                all[place] = byte ^ 1;
                String::from_utf8_lossy(&all).into_owned()
            });
            changed.map(Into::into).collect()
        }
        other => panic!("a column of another type: {other:?}"),
    }
}

fn value_of(row: &tend_app::platform::Row, table: &str, column: &str, place: usize) -> Value {
    match column {
        "bucket" => row.get::<i16>(place).expect("a bucket").into_value(),
        "id" | "fact_id" | "customer_id" => row.get::<Uuid>(place).expect("an id").into_value(),
        "actor" | "room" | "kind" | "payload" => row.get::<String>(place).expect("a text").into_value(),
        "salt" | "commitment" | "before" | "root" | "log_root" | "buckets_root" | "signer" | "signature" => {
            row.get::<Vec<u8>>(place).expect("bytes").into_value()
        }
        _ => row.get::<i64>(place).unwrap_or_else(|error| panic!("{table}.{column}: {error}")).into_value(),
    }
}

#[tokio::test]
async fn a_flipped_bit_in_any_byte_of_a_stored_row_is_found() {
    each_store(async |mut world| {
        world.welcome("li").await;
        seal_now(&world.app).await.expect("sealed");
        let db = world.app.db().writer();
        let mut tried = 0;
        for (table, key, columns) in COLUMNS {
            let names: Vec<&str> = columns.split(", ").collect();
            let keys: Vec<&str> = key.split(", ").collect();
            let row = sql(&format!("SELECT {columns} FROM {table} ORDER BY {key} DESC LIMIT 1"))
                .one(db, |row| Ok(names.iter().enumerate().map(|(p, name)| value_of(row, table, name, p)).collect()))
                .await
                .expect("a row")
                .unwrap_or_else(Vec::<Value>::new);
            let of = |name: &str| row[names.iter().position(|of| *of == name).expect("a column")].clone();
            for (column, value) in names.iter().zip(&row) {
                for changed in flipped(value) {
                    let put = |to: Value, from: Value| {
                        let [first, second] = [keys[0], keys[1]];
                        let now = |name: &str| if name == *column { from.clone() } else { of(name) };
                        let text = format!("UPDATE {table} SET {column} = $1 WHERE {first} = $2 AND {second} = $3");
                        sql(&text).bind(to).bind(now(first)).bind(now(second)).run(db)
                    };
                    // What the database itself refuses (a number that is there already) changes nothing.
                    let Ok(1) = put(changed.clone(), value.clone()).await else { continue };
                    let found = audit(world.app.db(), Some(world.app.keys().signer().id()), None).await;
                    assert!(
                        found.map_or(true, |audit| audit.faults.found > 0),
                        "{table}.{column}: {value:?} became {changed:?} unnoticed"
                    );
                    assert_eq!(put(value.clone(), changed).await.expect("put back"), 1);
                    tried += 1;
                }
            }
        }
        assert!(tried > 500, "{tried}");
        assert_eq!(checked(&world, None).await.faults, Faults::default());
    })
    .await;
}

#[tokio::test]
async fn a_fact_taken_away_or_slipped_in_is_found() {
    each_store(async |mut world| {
        some_history(&mut world).await;
        let copy = "INSERT INTO journal_fact (bucket, id, customer_id, at_ms, actor, room, kind, payload)
             SELECT bucket, customer_id, customer_id, at_ms, actor, room, kind, payload
             FROM journal_fact WHERE kind = 'unmasked'";
        behind_its_back(&world, copy).await;
        assert_eq!(kinds(&checked(&world, None).await.faults), [FaultKind::FactAdded]);
        let gone = ["DELETE", "FROM", "journal_fact WHERE kind = 'unmasked'"].join(" ");
        behind_its_back(&world, &gone).await;
        let found = kinds(&checked(&world, None).await.faults);
        assert!(found.contains(&FaultKind::FactMissing) && !found.contains(&FaultKind::FactAdded), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn whoever_owns_database_and_key_cannot_rewrite_what_a_head_outside_tells() {
    each_store(async |mut world| {
        some_history(&mut world).await;
        let outside = world.folder().join("outside");
        let exported = export(&world.app, &outside).await.expect("exported");

        let forge = ["UPDATE", "journal_fact SET actor = 'program:plan' WHERE kind = 'unmasked'"].join(" ");
        behind_its_back(&world, &forge).await;
        for table in ["ledger_entry", "ledger_block", "ledger_head"] {
            behind_its_back(&world, &format!("DELETE FROM {table}")).await;
        }
        let again = "INSERT INTO ledger_waiting (bucket, fact_id) SELECT bucket, id FROM journal_fact";
        behind_its_back(&world, again).await;
        seal_now(&world.app).await.expect("sealed anew, with the firm's own key");

        assert_eq!(checked(&world, None).await.faults, Faults::default(), "within itself the forgery is whole");
        let head = outside_head(&exported.head_file).expect("the head in its file");
        let found = checked(&world, Some(&head)).await;
        assert_eq!(kinds(&found.faults), [FaultKind::HistoryRewritten]);
        assert!(found.against.is_none());
        assert!(matches!(export(&world.app, &outside).await, Err(LedgerError::Contradicted { .. })));
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sealed_on_top_of_a_changed_ledger() {
    each_store(async |mut world| {
        some_history(&mut world).await;
        behind_its_back(&world, "UPDATE ledger_block SET at_ms = at_ms + 1 WHERE number = 0").await;
        world.welcome("zhao_q").await;
        // A process that starts afresh remembers nothing.
        let (config, keys, clock) = (world.app.config(), world.app.keys(), world.app.clock());
        let fresh = tend_app::App::open(config.clone(), keys.clone(), clock.clone()).await.expect("a second process");
        assert!(matches!(seal_now(&fresh).await, Err(LedgerError::Damaged { .. })));
    })
    .await;
}

#[tokio::test]
async fn a_forgotten_customer_leaves_the_ledger_valid_and_no_words_behind() {
    each_store(async |mut world| {
        let li = some_history(&mut world).await;
        let before = checked(&world, None).await.last_head.expect("a head");
        let tx = world.app.begin().await.expect("a transaction");
        forget(&world.app, &tx, Doer::Program("test"), li).await.expect("forgotten");
        tx.commit().await.expect("committed");
        seal_now(&world.app).await.expect("sealed");
        let audit = checked(&world, Some(&before)).await;
        assert_eq!(audit.faults, Faults::default());
        assert!(audit.erased > 3, "{audit:?}");
        let left = sql("SELECT COUNT(*) FROM journal_fact WHERE customer_id = $1 AND payload LIKE '%sealed%'");
        assert_eq!(left.bind(li).value::<i64>(world.app.read()).await.expect("a count"), 0);

        // Words that vanish without an entry that says so are found.
        let zhao = world.welcome("zhao_q").await;
        seal_now(&world.app).await.expect("sealed");
        let row = sql("SELECT id FROM journal_fact WHERE customer_id = $1 LIMIT 1").bind(zhao);
        let fact = row.value::<FactId>(world.app.read()).await.expect("a fact");
        wipe_words(&world, fact).await;
        assert_eq!(kinds(&checked(&world, None).await.faults), [FaultKind::WordsChanged]);
        wipe_salt(&world, fact).await;
        assert_eq!(kinds(&checked(&world, None).await.faults), [FaultKind::ErasedUnsaid]);
    })
    .await;
}

async fn wipe_words(world: &World, fact: FactId) {
    let wipe = ["UPDATE", r#"journal_fact SET payload = '{"erased":true}' WHERE id = $1"#].join(" ");
    sql(&wipe).bind(fact).run(world.app.db().writer()).await.expect("wiped");
}

async fn wipe_salt(world: &World, fact: FactId) {
    let salt = sql("UPDATE ledger_entry SET salt = NULL WHERE fact_id = $1");
    salt.bind(fact).run(world.app.db().writer()).await.expect("wiped");
}

#[tokio::test]
async fn an_entry_that_names_facts_explains_these_alone() {
    each_store(async |mut world| {
        let li = some_history(&mut world).await;
        let facts = sql("SELECT id FROM journal_fact WHERE customer_id = $1 ORDER BY id").bind(li);
        let facts = facts.all(world.app.read(), |row| row.get::<FactId>(0)).await.expect("facts");
        let tx = world.app.begin().await.expect("a transaction");
        forget_facts(&world.app, &tx, Doer::Program("test"), li, &facts[..1]).await.expect("forgotten");
        tx.commit().await.expect("committed");
        seal_now(&world.app).await.expect("sealed");
        let audit = checked(&world, None).await;
        assert_eq!((audit.erased, audit.faults), (1, Faults::default()));

        // Another of her facts is blanked by whoever holds the database.
        wipe_words(&world, facts[1]).await;
        wipe_salt(&world, facts[1]).await;
        let found = checked(&world, None).await.faults;
        assert_eq!((found.found, kinds(&found)), (1, vec![FaultKind::ErasedUnsaid]));
        assert_eq!(found.named[0].place, facts[1].to_string());

        // And that entry too, so that it would name nothing any more: it is no word on all her facts.
        let said = sql("SELECT id FROM journal_fact WHERE customer_id = $1 AND kind = 'forgotten'").bind(li);
        let said = said.value::<FactId>(world.app.read()).await.expect("the entry");
        wipe_words(&world, said).await;
        wipe_salt(&world, said).await;
        let found = checked(&world, None).await.faults;
        assert_eq!((found.found, kinds(&found)), (3, vec![FaultKind::ErasedUnsaid]));
    })
    .await;
}

#[tokio::test]
async fn who_is_forgotten_while_the_sealer_works_leaves_the_ledger_valid() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let app = world.app.clone();
        // Nothing about her is sealed yet. The sealer comes between the words that go and the commit that says so.
        let tx = app.begin().await.expect("a transaction");
        forget(&app, &tx, Doer::Program("test"), li).await.expect("forgotten");
        let sealing = tokio::spawn({
            let app = app.clone();
            async move { seal_now(&app).await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        tx.commit().await.expect("committed");
        sealing.await.expect("a task").expect("sealed");
        seal_now(&app).await.expect("sealed");
        let audit = checked(&world, None).await;
        assert_eq!((audit.faults, audit.waiting), (Faults::default(), 0));

        // And the other way round: she is forgotten while the sealer has her facts in hand.
        let zhao = world.welcome("zhao_q").await;
        if app.db().backend() == sea_orm::DbBackend::Postgres {
            let sealer = app.begin().await.expect("a transaction");
            let hold =
                "SELECT f.id FROM ledger_waiting w JOIN journal_fact f ON f.bucket = w.bucket AND f.id = w.fact_id
                 ORDER BY w.bucket, w.fact_id FOR UPDATE";
            sql(hold).all(&*sealer, |row| row.get::<FactId>(0)).await.expect("what the sealer holds");
            let forgetting = tokio::spawn({
                let app = app.clone();
                async move {
                    let tx = app.begin().await.expect("a transaction");
                    forget(&app, &tx, Doer::Program("test"), zhao).await.expect("forgotten");
                    tx.commit().await.expect("committed");
                }
            });
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            assert!(!forgetting.is_finished(), "it waits for the sealer");
            sealer.roll_back().await.expect("rolled back");
            forgetting.await.expect("a task");
        }
        seal_now(&app).await.expect("sealed");
        assert_eq!(checked(&world, None).await.faults, Faults::default());
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_its_sealing_is_passed_over_in_many_proofs() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let of = async |customer: tend_rules::base::CustomerId| {
            let facts = sql("SELECT id FROM journal_fact WHERE customer_id = $1 ORDER BY id DESC").bind(customer);
            facts.all(world.app.read(), |row| row.get::<FactId>(0)).await.expect("facts")
        };
        let facts = of(li).await;
        let none = prove_sealed(world.app.db(), &facts, 100).await.expect("no head yet");
        assert_eq!(none.len(), 0);
        seal_now(&world.app).await.expect("sealed");
        world.sign_in("wang").await.get(&format!("/api/customers/{li}")).await;
        let more = of(li).await;
        assert!(more.len() > facts.len(), "her page was seen");
        let proofs = prove_sealed(world.app.db(), &more, 100).await.expect("proofs");
        assert_eq!(proofs.iter().map(|proof| proof.entry.id).collect::<Vec<_>>(), facts);
        assert!(proofs.iter().all(|proof| proof.check() == Ok(())));
        assert_eq!(prove_sealed(world.app.db(), &more, 1).await.expect("proofs").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_export_grows_and_is_checked_without_the_database() {
    each_store(async |mut world| {
        some_history(&mut world).await;
        let outside = world.folder().join("outside");
        let trusted = Some(world.app.keys().signer().id());
        let first = export(&world.app, &outside).await.expect("exported");
        assert_eq!(public_key(&outside), trusted);
        assert_eq!(export(&world.app, &outside).await.expect("nothing new").blocks, 0);
        world.welcome("zhao_q").await;
        let second = export(&world.app, &outside).await.expect("what is new");
        assert!(second.blocks > 0 && second.file != first.file);
        let files = audit_files(&outside, trusted, Some(&first.head)).expect("read");
        assert_eq!(files.faults, Faults::default());
        let whole = checked(&world, Some(&second.head)).await;
        assert_eq!((files.entries, files.blocks, files.heads), (whole.entries, whole.blocks, whole.heads));
        assert_eq!(files.last_head, whole.last_head);

        // Words stay inside; a changed file is found, wherever it is changed.
        let path = second.file.expect("a file");
        let text = std::fs::read(&path).expect("the file");
        assert!(!String::from_utf8_lossy(&text).contains("payload"));
        for place in (0..text.len()).step_by(41) {
            let mut changed = text.clone();
            changed[place] ^= 1 << (place % 8);
            std::fs::write(&path, &changed).expect("written");
            let found = audit_files(&outside, trusted, None).expect("read");
            assert!(found.faults.found > 0, "byte {place} of {}", path.display());
        }
        std::fs::remove_file(&path).expect("cut off");
        let cut = audit_files(&outside, trusted, Some(&second.head)).expect("read");
        assert_eq!(kinds(&cut.faults), [FaultKind::HistoryRewritten]);
    })
    .await;
}

#[tokio::test]
async fn a_single_entry_is_proved_to_whoever_has_the_head() {
    each_store(async |mut world| {
        let li = some_history(&mut world).await;
        let facts = sql("SELECT id FROM journal_fact WHERE customer_id = $1")
            .bind(li)
            .all(world.app.read(), |row| row.get::<FactId>(0))
            .await
            .expect("facts");
        for fact in &facts {
            let proof = prove(world.app.db(), *fact).await.expect("sealed");
            assert_eq!((proof.check(), proof.entry.id), (Ok(()), *fact));
            let mut forged = proof.clone();
            forged.payload = Some("{}x".into());
            assert_eq!(forged.check(), Err(FaultKind::WordsChanged));
            forged = proof.clone();
            forged.entry.actor.push('x');
            assert_eq!(forged.check(), Err(FaultKind::EntriesChanged));
            forged = proof.clone();
            forged.block.at_ms += 1;
            assert_eq!(forged.check(), Err(FaultKind::HeadContradicted));
            forged = proof;
            forged.head.head.at_ms += 1;
            assert_eq!(forged.check(), Err(FaultKind::SignatureWrong));
        }
        let nobody = FactId(Uuid::from_u128(7));
        assert!(matches!(prove(world.app.db(), nobody).await, Err(LedgerError::NoEntry)));
    })
    .await;
}
