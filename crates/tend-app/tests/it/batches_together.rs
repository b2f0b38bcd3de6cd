//! Several batches about the same customers: what one brought is safe from what is done with another.

use crate::intake::{import, request};
use tend_app::customer::{self, CareFile, ImportRequest, UndoPreview, undo, undo_preview};
use tend_app::platform::{Bind, insert_many};
use tend_rules::base::{BatchId, Bucket, CustomerId};
use tend_testkit::{World, each_store};

async fn named(world: &World, name: &str) -> Option<CareFile> {
    let files = customer::care_files(&world.app, Bucket::of(0), Bucket::of(1023)).await.expect("files");
    files.into_iter().find(|file| file.customer.name == name)
}

/// Numbers and amounts of somebody's orders.
async fn orders(world: &World, name: &str) -> Vec<(String, i64)> {
    let file = named(world, name).await.unwrap_or_else(|| panic!("{name} is on file"));
    let mut orders: Vec<_> = file.orders.into_iter().map(|order| (order.number, order.amount.minor)).collect();
    orders.sort();
    orders
}

async fn take_back(world: &World, batch: BatchId) -> UndoPreview {
    let preview = undo_preview(&world.app, batch).await.expect("a preview");
    undo(&world.app, batch).await.expect("taken back");
    preview
}

const LINES: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

#[tokio::test]
async fn taking_a_batch_back_leaves_what_later_batches_brought() {
    each_store(async |world| {
        let people = "客户号,姓名,手机,职业\nM-1,马一,13711110001,\nM-2,马二,13711110002,司机\nM-3,马三,13711110003,\n\
             M-4,马四,13711110004,\n";
        let first = import(&world, "first", people).await;
        import(&world, "filled", "客户号,姓名,手机,职业\nM-1,马一,13711110001,园丁\n").await;
        import(&world, "named", "客户号,姓名,手机,职业\nM-2,马二,13711110002,司机\n").await;
        import(&world, "bought", &format!("{LINES}9001,A,LAMP,2,2025-12-01 08:26,3.00,M-3,China\n")).await;
        let preview = take_back(&world, first.batch).await;
        assert_eq!((preview.would_delete, preview.would_restore, preview.blocked), (1, 0, 3));
        let occupation = named(&world, "马一").await.map(|file| file.customer.occupation);
        assert_eq!(occupation.as_deref(), Some("园丁"), "another batch filled him in");
        assert!(named(&world, "马二").await.is_some(), "another batch named her too");
        assert_eq!(orders(&world, "马三").await, [("9001".to_owned(), 600)], "another batch brought an order");
        assert!(named(&world, "马四").await.is_none(), "nobody else brought him");
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_was_taken_back_holds_nobody() {
    each_store(async |world| {
        let first = import(&world, "first", "客户号,姓名,手机\nM-1,马一,13711110001\n").await;
        let second = import(&world, "second", "客户号,姓名,手机,职业\nM-1,马一,13711110001,园丁\n").await;
        let lines = format!("{LINES}9001,A,LAMP,2,2025-12-01 08:26,3.00,M-1,China\n");
        let bought = import(&world, "bought", &lines).await;
        take_back(&world, second.batch).await;
        take_back(&world, bought.batch).await;
        let preview = take_back(&world, first.batch).await;
        assert_eq!((preview.would_delete, preview.blocked), (1, 0));
        assert!(named(&world, "马一").await.is_none());
    })
    .await;
}

#[tokio::test]
async fn an_order_of_two_batches_loses_the_lines_of_one_and_then_of_the_other() {
    each_store(async |world| {
        let line = |sku: &str, price: &str| format!("{LINES}9001,{sku},LAMP,1,2025-12-01 08:26,{price},M-1,China\n");
        let first = import(&world, "first", &line("A", "3.00")).await;
        let second = import(&world, "second", &line("B", "5.00")).await;
        let buyer = customer::find(&world.app, "M-1").await.expect("found").remove(0).name;
        assert_eq!(orders(&world, &buyer).await, [("9001".to_owned(), 800)]);
        let preview = take_back(&world, first.batch).await;
        assert_eq!((preview.would_delete, preview.blocked), (0, 1));
        assert_eq!(orders(&world, &buyer).await, [("9001".to_owned(), 500)]);
        take_back(&world, second.batch).await;
        assert_eq!(orders(&world, &buyer).await, [], "no empty order stays");
    })
    .await;
}

#[tokio::test]
async fn an_agreement_that_another_batch_changed_stays() {
    each_store(async |mut world| {
        world.welcome("li").await;
        let policy = |premium: &str| format!("姓名,手机,保单号,保费\n李秀英,13800001234,P-9,{premium}\n");
        let first = import(&world, "first", &policy("100.00")).await;
        let second = import(&world, "second", &policy("120.00")).await;
        let premium = async || {
            let file = named(&world, "李秀英").await.expect("李秀英");
            file.agreements.into_iter().find(|held| held.number == "P-9").map(|held| held.premium.minor)
        };
        assert_eq!(premium().await, Some(12_000));
        take_back(&world, first.batch).await;
        assert_eq!(premium().await, Some(12_000), "the second batch brought it too");
        take_back(&world, second.batch).await;
        assert_eq!(premium().await, Some(10_000), "as it stood before the second batch");
    })
    .await;
}

#[tokio::test]
async fn a_number_that_thousands_share_makes_nobody_a_stranger() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let app = &world.app;
        let shared = app.keys().digest("phone", "+8613800001234");
        let others = (0..20_100).map(|_| {
            let id = CustomerId(app.new_free_id());
            vec![shared.into_value(), id.bucket().into_value(), id.into_value()]
        });
        let columns = ["digest", "bucket", "customer_id"];
        insert_many(app.db().writer(), "customer_lookup", &columns, others.collect(), "").await.expect("look-ups");
        let text = "姓名,手机\n李秀英,13800001234\n赵志强,13900002345\n周建国,13500005678\n";
        let report = import(&world, "shared", text).await;
        assert_eq!((report.duplicates, report.created), (3, 0), "{report:?}");
    })
    .await;
}

#[tokio::test]
async fn alike_lines_are_met_as_often_as_they_are_there_whatever_chunks_they_come_in() {
    let lamp = |number: &str| format!("{number},A,LAMP,1,2025-12-01 08:26,3.00,M-1,China\n");
    let other = "9001,B,BELL,1,2025-12-01 08:26,5.00,M-1,China\n";
    let file = [LINES, &lamp("9001"), &lamp("9001"), other, &lamp("9002"), &lamp("9001"), other].concat();
    for chunk_rows in [1, 2, customer::CHUNK_ROWS] {
        each_store(async |world| {
            let first = import(&world, "first", &format!("{LINES}{}{}", lamp("9001"), lamp("9001"))).await;
            let path = world.folder().join("second.csv");
            std::fs::write(&path, &file).expect("a file");
            let order = ImportRequest { chunk_rows, ..request(path, "second") };
            let second = customer::import(&world.app, order, |_| ()).await.expect("the import");
            assert_eq!((second.accepted, second.duplicates), (4, 2), "chunks of {chunk_rows}");
            let buyer = customer::find(&world.app, "M-1").await.expect("found").remove(0).name;
            let all = [("9001".to_owned(), 1900), ("9002".to_owned(), 300)];
            assert_eq!(orders(&world, &buyer).await, all, "chunks of {chunk_rows}");
            take_back(&world, first.batch).await;
            assert_eq!(orders(&world, &buyer).await, all, "the second file named every line of the first");
            take_back(&world, second.batch).await;
            assert_eq!(orders(&world, &buyer).await, []);
        })
        .await;
    }
}

#[tokio::test]
async fn a_new_customer_is_one_whichever_number_a_line_names() {
    let text = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Phone,Country\n\
        9001,A,LAMP,1,2025-12-01 08:26,3.00,M-1,13711110001,China\n\
        9002,A,LAMP,1,2025-12-01 08:26,3.00,,13711110001,China\n";
    for chunk_rows in [1, customer::CHUNK_ROWS] {
        each_store(async |world| {
            let path = world.folder().join("orders.csv");
            std::fs::write(&path, text).expect("a file");
            let order = ImportRequest { chunk_rows, ..request(path, "orders") };
            let report = customer::import(&world.app, order, |_| ()).await.expect("the import");
            assert_eq!((report.accepted, report.created), (2, 1), "chunks of {chunk_rows}: {report:?}");
        })
        .await;
    }
}
