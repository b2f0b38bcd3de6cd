//! Statements: sums equal rows, scope holds, the sheet opens.

use crate::work::{make, renewal};
use serde_json::Value;
use std::io::Cursor;
use tend_app::customer::{Draft, create};
use tend_app::platform::sql;
use tend_app::work::{NewTouch, footer};
use tend_rules::customer::PointKind;
use tend_rules::intake::{OpenOptions, Source, guard_formula};
use tend_rules::journal::Doer;
use tend_testkit::{Client, World, each_store};

/// Two customers of 王芳 and 赵强 in 南山 and one in 浦东.
async fn three(world: &mut World) {
    let (li, zhao, chen) = (world.welcome("li").await, world.welcome("zhao_q").await, world.welcome("chen_m").await);
    let first = renewal(world, li, "nanshan", Some("wang"));
    let second = NewTouch { customer: zhao, subject: zhao.0, owner: None, ..first.clone() };
    let third = NewTouch { customer: chen, subject: chen.0, ..renewal(world, chen, "pudong", Some("liu")) };
    assert_eq!(make(world, vec![first, second, third]).await, 3);
}

fn sum(statement: &Value, column: &str) -> i64 {
    statement["rows"].as_array().expect("rows").iter().map(|row| row[column].as_i64().expect("a figure")).sum()
}

#[tokio::test]
async fn every_grouping_adds_up_to_the_same_rows() {
    each_store(async |mut world| {
        three(&mut world).await;
        let hq = world.sign_in("hq").await;
        for by in ["batch", "channel", "person", "reason", "day"] {
            let statement = hq.get(&format!("/api/statements?by={by}")).await;
            assert_eq!(statement.status, 200, "{by}: {}", statement.body);
            for column in ["handed_out", "open", "accepted", "done", "failed", "expired", "verified", "returned"] {
                assert_eq!(sum(&statement.body, column), statement.body["totals"][column], "{column} by {by}");
            }
            assert_eq!(statement.body["totals"]["handed_out"], 3, "by {by}");
            let mut rows = 0;
            for line in statement.body["rows"].as_array().expect("rows") {
                let key = line["key"].as_str().expect("a key").replace(' ', "%20");
                let key = key.bytes().map(|b| if b.is_ascii() { (b as char).to_string() } else { format!("%{b:02X}") });
                let key: String = key.collect();
                let behind = hq.get(&format!("/api/statements/rows?by={by}&key={key}")).await;
                let count = behind.body["items"].as_array().map_or(0, Vec::len);
                assert_eq!(count as i64, line["handed_out"], "rows of {line} by {by}: {}", behind.body);
                rows += count;
            }
            assert_eq!(rows, 3, "by {by}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_lead_reads_the_statement_of_the_own_channel() {
    each_store(async |mut world| {
        three(&mut world).await;
        let handed = async |login: &str| {
            let client = world.sign_in(login).await;
            client.get("/api/statements").await.body["totals"]["handed_out"].as_i64()
        };
        assert_eq!(handed("hq").await, Some(3));
        assert_eq!(handed("lead_sz").await, Some(2));
        assert_eq!(handed("lead_sh").await, Some(1));
        assert_eq!(handed("wang").await, Some(1));
        let admin = world.sign_in("admin").await;
        assert_eq!(admin.get("/api/statements").await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn pages_of_rows_join_without_gap_or_double_and_the_sheet_opens() {
    each_store(async |mut world| {
        three(&mut world).await;
        let hq = world.sign_in("hq").await;
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = hq.get(&format!("/api/statements/rows?limit=1{cursor}")).await;
            let items = page.body["items"].as_array().expect("items").clone();
            seen.extend(items.iter().map(|item| item["id"].to_string()));
            let Some(next) = page.body["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((count, seen.len()), (3, 3));
        let sheet = hq.get("/api/statements.xlsx?by=person").await;
        assert_eq!((sheet.status, &sheet.bytes[..2]), (200, b"PK".as_slice()));
        let backwards = hq.get("/api/statements?from=2026-11-30&to=2026-11-01").await;
        assert_eq!((backwards.status, backwards.body["code"].as_str()), (422, Some("period_backwards")));
    })
    .await;
}

/// The cells of the work orders on the second sheet.
async fn rows_of_sheet(client: &Client) -> Vec<String> {
    let sheet = client.get("/api/statements.xlsx?by=person").await;
    assert_eq!(sheet.status, 200, "{}", sheet.body);
    let options = OpenOptions { sheet: Some("Rows".into()), ..OpenOptions::default() };
    let mut book = Source::open(Cursor::new(sheet.bytes), options).expect("a workbook");
    let rows: Vec<_> = book.table().expect("a table").map(|row| row.expect("a row")).collect();
    rows.iter().flat_map(|row| (0..row.len()).map(|at| row.cell(at).to_owned())).collect()
}

/// Everything that stands in the file of a statement.
async fn text_of_sheet(client: &Client) -> String {
    let sheet = client.get("/api/statements.xlsx").await;
    assert_eq!(sheet.status, 200, "{}", sheet.body);
    let mut book = zip::ZipArchive::new(Cursor::new(sheet.bytes)).expect("a workbook");
    let mut text = String::new();
    for place in 0..book.len() {
        let mut part = book.by_index(place).expect("a part");
        std::io::Read::read_to_string(&mut part, &mut text).expect("XML");
    }
    text
}

async fn number(world: &World, question: &str) -> i64 {
    sql(question).value(world.app.read()).await.expect("a number")
}

#[tokio::test]
async fn the_names_behind_a_statement_leave_as_they_would_in_an_export() {
    each_store(async |mut world| {
        three(&mut world).await;
        let hq = world.sign_in("hq").await;
        let has = |cells: &[String], begin: &str| cells.iter().any(|cell| cell.starts_with(begin));
        let cells = rows_of_sheet(&hq).await;
        assert!(has(&cells, "李秀英") && !has(&cells, "cus_"), "{cells:?}");
        let taken = "SELECT CAST(COALESCE(SUM(taken), 0) AS BIGINT) FROM export_tally WHERE weight = 'ordinary'";
        assert_eq!(number(&world, taken).await, 3, "they count among what is taken out alone");
        let told = "SELECT COUNT(*) FROM journal_fact WHERE room = 'work' AND kind = 'statement_taken'";
        assert_eq!(number(&world, told).await, 1);
        let each = "SELECT COUNT(*) FROM journal_fact WHERE room = 'work' AND kind = 'named_in_statement'";
        assert_eq!(number(&world, each).await, 3, "the journal of each tells of it");

        let two = sql("INSERT INTO setting (key, value, set_at_ms) VALUES ('export_rows_alone', '2', 0)");
        two.run(world.app.db().writer()).await.expect("set");
        let cells = rows_of_sheet(&hq).await;
        assert!(!has(&cells, "李秀英") && has(&cells, "cus_"), "more than one person takes out alone: {cells:?}");
        assert_eq!((number(&world, taken).await, number(&world, told).await), (3, 2));
        assert_eq!(number(&world, each).await, 3, "nobody is named");
        assert!(text_of_sheet(&hq).await.contains("under Exports"), "the reader is told where to go on");

        // Who may not export takes no names along, not even of one customer.
        let wang = rows_of_sheet(&world.sign_in("wang").await).await;
        assert!(!has(&wang, "李秀英") && has(&wang, "cus_"), "{wang:?}");
        let text = text_of_sheet(&world.sign_in("wang").await).await;
        assert!(
            text.contains("you may not export") && !text.contains("under Exports"),
            "not sent where they may not go"
        );
    })
    .await;
}

#[tokio::test]
async fn the_sheet_says_whose_it_is() {
    each_store(async |mut world| {
        three(&mut world).await;
        let text = text_of_sheet(&world.sign_in("hq").await).await;
        assert!(text.contains("(hq)"), "on the sheet itself: {text}");
    })
    .await;
}

#[test]
fn a_footer_holds_no_code_of_the_firms_name_and_fits() {
    assert_eq!(footer("A&P · 王芳"), "&LA&&P · 王芳");
    let long = footer(&format!("{}&&", "x".repeat(252)));
    assert_eq!(long, format!("&L{}", "x".repeat(252)), "no half of a pair is left");
    assert_eq!(footer(&"🙂".repeat(300)).encode_utf16().count(), 254);
}

#[tokio::test]
async fn who_may_not_read_customers_is_not_told_their_names_in_a_statement() {
    each_store(async |mut world| {
        three(&mut world).await;
        let boss = world.sign_in("boss").await;
        let rows = boss.get("/api/statements/rows").await;
        assert_eq!((rows.status, rows.body["items"].as_array().map(Vec::len)), (200, Some(3)), "{}", rows.body);
        assert!(!rows.body.to_string().contains("李秀英"), "{}", rows.body);
        let cells = rows_of_sheet(&boss).await;
        assert!(!cells.iter().any(|cell| cell.contains("李秀英")), "{cells:?}");
    })
    .await;
}

/// What a spreadsheet would take for a formula is text in everything that we let go out (CWE-1236).
#[tokio::test]
async fn formulas_and_personal_data_do_not_leave_in_exports() {
    let document = serde_json::to_value(tend_app::openapi()).expect("a document");
    let mut exports = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let as_file =
            |kind: &str| !matches!(kind, "application/json" | "application/problem+json" | "text/event-stream");
        // Whatever the method: a file may also be made by a call that changes something.
        let answers = item.as_object().expect("methods").values();
        let answers = answers.filter_map(|call| call["responses"].as_object()).flatten();
        let kinds = answers.filter_map(|(_, answer)| answer["content"].as_object()).flatten();
        exports.extend(kinds.filter(|(kind, _)| as_file(kind)).map(|_| path.clone()));
    }
    // No sheets: the copy is pages and JSON (rights.rs), a file of evidence is what somebody put in, the evidence file of a
    // sale is pages, JSON and such files (trace).
    let others = ["/api/customers/{id}/copy", "/api/traces/{id}/export", "/api/traces/{id}/files/{evidence}"];
    exports.retain(|path| !others.contains(&path.as_str()));
    let known = [
        "/api/batches/{id}/error-file",
        "/api/bulk-edits/{id}/error-file",
        "/api/exports/{id}/file",
        "/api/statements.xlsx",
    ];
    assert_eq!(
        exports, known,
        "a new export is guarded and has its test: tend-rules (error files), bulk_edit.rs, export.rs"
    );

    each_store(async |world| {
        let mut draft = Draft::blank(&world.app, world.unit("nanshan"));
        draft.file.name = "=HYPERLINK(\"http://evil.example\")".into();
        draft.points.push((PointKind::Phone, "+8613800009876".into()));
        let tx = world.app.begin().await.expect("a transaction");
        let customer = create(&world.app, &tx, Doer::Program("test"), "test", draft).await.expect("a customer");
        tx.commit().await.expect("committed");
        assert_eq!(make(&world, vec![renewal(&world, customer, "nanshan", Some("wang"))]).await, 1);
        let cells = rows_of_sheet(&world.sign_in("hq").await).await;
        assert!(cells.contains(&"'=HYPERLINK(\"http://evil.example\")".to_owned()), "{cells:?}");
        assert!(cells.iter().all(|cell| guard_formula(cell) == *cell || cell.starts_with('\'')), "{cells:?}");
        assert!(!cells.iter().any(|cell| cell.contains("13800009876")), "{cells:?}");
    })
    .await;
}
