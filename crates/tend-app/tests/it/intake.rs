//! Batches in: files become customers, problems are told, duplicates met, batches taken back.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use tend_app::customer::{self, ImportReport, ImportRequest, OnDuplicate, undo, undo_preview, work_one};
use tend_rules::base::{Bucket, Channel};
use tend_rules::org::Scope;
use tend_testkit::{Client, Listener, World, each_store};

fn file(world: &World, name: &str, text: &str) -> PathBuf {
    let path = world.folder().join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

pub fn request(file: PathBuf, name: &str) -> ImportRequest {
    ImportRequest {
        file,
        name: name.into(),
        business_type: "renewal".into(),
        reason: "test".into(),
        mapping: None,
        kind: None,
        on_duplicate: OnDuplicate::Merge,
        unit_id: None,
        by: None,
        chunk_rows: customer::CHUNK_ROWS,
    }
}

pub async fn import(world: &World, name: &str, text: &str) -> ImportReport {
    let path = file(world, &format!("{name}.csv"), text);
    let report = customer::import(&world.app, request(path, name), |_| ()).await.expect("the import");
    assert_eq!(report.rows, report.accepted + report.rejected + report.duplicates, "{report:?}");
    report
}

/// Everything on file as plain text, by name: the state that an undo must bring back.
async fn state(world: &World) -> BTreeMap<String, String> {
    let files = customer::care_files(&world.app, Bucket::of(0), Bucket::of(1023)).await.expect("files");
    let mut state = BTreeMap::new();
    for file in files {
        let c = file.customer;
        let found = customer::find(&world.app, &c.name).await.expect("found").len();
        let facts: Vec<_> = c.facts.iter().map(|(key, entry)| format!("{key}={}", entry.value)).collect();
        let held: Vec<_> =
            file.agreements.iter().map(|a| format!("{}:{}:{:?}", a.number, a.premium.minor, a.due)).collect();
        let orders: Vec<_> = file.orders.iter().map(|o| format!("{}:{}", o.number, o.amount.minor)).collect();
        let text = format!(
            "{} {} {:?} {:?} {:?} owner={:?} refused={:?} {facts:?} {held:?} {orders:?} {:?} found={found}",
            c.occupation,
            c.region,
            c.outside_id,
            c.birthday,
            c.annual_value_minor,
            c.owner_id,
            c.refused.bits(),
            file.labels,
        );
        state.insert(c.name, text);
    }
    state
}

const FILE: &str = "客户号,姓名,手机,身份证号,职业,标签,保单号,保费,缴费日,是否吸烟\n\
    N-1,王建国,138 1111 2222,,司机,有孩子,P-1,\"1,200.00\",2026-12-01,是\n\
    ,李秀英,+86 13800001234,,退休教师,,P-2019-0001,12800,2026-11-30,否\n\
    N-3,,12,,,,,,,\n\
    ,,,,x,,,,,\n\
    N-4,张伟,13922223333,,工程师,,,,,否\n\
    ,张伟,13922223333,,总工程师,,,,,否\n";

#[tokio::test]
async fn a_file_becomes_customers_and_every_row_is_accounted_for() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let report = import(&world, "first", FILE).await;
        let counts = (report.accepted, report.rejected, report.duplicates, report.created, report.updated);
        assert_eq!(counts, (3, 1, 2, 3, 1), "{report:?}");
        let again = import(&world, "first", FILE).await;
        assert_eq!((again.rows, again.created), (report.rows, report.created), "the same file again changes nothing");
        let all = customer::care_files(&world.app, Bucket::of(0), Bucket::of(1023)).await.expect("files");
        assert_eq!(all.len(), 4);
        let her = all.iter().find(|file| file.customer.id == li).expect("李秀英");
        assert_eq!(her.customer.occupation, "退休教师");
        assert_eq!(her.agreements.iter().find(|a| a.number == "P-2019-0001").map(|a| a.premium.minor), Some(1_280_000));
        let wang = all.iter().find(|file| file.customer.name == "王建国").expect("王建国");
        assert_eq!((wang.labels.as_slice(), wang.agreements.len()), (["有孩子".to_owned()].as_slice(), 1));
        assert!(!wang.customer.facts.is_empty(), "an unknown column becomes a fact of the firm");
        let zhang = all.iter().find(|file| file.customer.name == "张伟").expect("张伟");
        assert_eq!(zhang.customer.occupation, "总工程师", "a later row of the file updates an earlier one");
        for typed in ["13811112222", "N-4", "P-1"] {
            assert_eq!(customer::find(&world.app, typed).await.expect("found").len(), 1, "{typed}");
        }
        let other = file(&world, "other.csv", "姓名,手机\n赵六,13811110000\n");
        let taken = customer::import(&world.app, request(other, "first"), |_| ()).await.expect_err("another file");
        assert_eq!(tend_app::platform::Refusal::code(&taken), "batch_name_taken");
    })
    .await;
}

#[tokio::test]
async fn a_batch_taken_back_leaves_everything_as_it_was() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let before = state(&world).await;
        let report = import(&world, "mistake", FILE).await;
        assert_ne!(state(&world).await, before);
        let preview = undo_preview(&world.app, report.batch).await.expect("a preview");
        assert_eq!((preview.would_delete, preview.would_restore, preview.blocked), (3, 1, 0));
        undo(&world.app, report.batch).await.expect("taken back");
        assert_eq!(state(&world).await, before);
        assert!(customer::find(&world.app, "13811112222").await.expect("found").is_empty());
        undo(&world.app, report.batch).await.expect("a second time changes nothing");
        assert_eq!(state(&world).await, before);
    })
    .await;
}

#[tokio::test]
async fn an_undo_keeps_what_people_did_since() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let report = import(&world, "mistake", FILE).await;
        let hq = world.sign_in("hq").await;
        let zhang = customer::find(&world.app, "N-4").await.expect("found").remove(0).id;
        assert_eq!(hq.post(&format!("/api/customers/{zhang}/notes"), json!({ "text": "来电咨询" })).await.status, 201);
        let page = hq.get(&format!("/api/customers/{li}")).await;
        let version = page.body["version"].as_i64().expect("a version");
        let edit = json!({ "facts": { "occupation": "园长" } });
        assert_eq!(hq.patch(&format!("/api/customers/{li}"), version, edit).await.status, 200);
        let preview = undo_preview(&world.app, report.batch).await.expect("a preview");
        assert_eq!((preview.would_delete, preview.would_restore, preview.blocked), (2, 1, 1));
        undo(&world.app, report.batch).await.expect("taken back");
        assert_eq!(customer::find(&world.app, "N-4").await.expect("found").len(), 1, "somebody wrote a note: he stays");
        let her = customer::one(&world.app, &Scope::Firm, li).await.expect("李秀英");
        assert_eq!(her.occupation, "园长", "changed by a person since");
        assert_eq!(her.outside_id.as_deref(), Some("C-li"), "as before the batch");
    })
    .await;
}

#[tokio::test]
async fn refusals_only_grow_by_import_merge_and_undo() {
    each_store(async |mut world| {
        world.welcome_all().await;
        let refused = async |key: &str| {
            customer::one(&world.app, &Scope::Firm, world.customer(key)).await.expect("a customer").refused
        };
        let lift = "姓名,手机,拒绝来电,同意短信\n周建国,13500005678,否,是\n";
        import(&world, "lift", lift).await;
        assert!(refused("zhou").await.has(Channel::Phone), "an import does not lift a refusal");
        let refuse = "姓名,手机,拒绝短信\n李秀英,13800001234,是\n陌生人,13000009999,是\n";
        let report = import(&world, "refuse", refuse).await;
        assert!(refused("li").await.has(Channel::Sms));
        undo(&world.app, report.batch).await.expect("taken back");
        assert!(refused("li").await.has(Channel::Sms), "an undo does not lift a refusal");
        import(&world, "again", "姓名,手机\n新客户,13000009999\n").await;
        let stranger = customer::find(&world.app, "13000009999").await.expect("found").remove(0);
        assert!(stranger.refused.has(Channel::Sms), "the number still refuses, whoever holds it");
    })
    .await;
}

#[tokio::test]
async fn duplicates_are_merged_kept_or_skipped_by_choice() {
    each_store(async |mut world| {
        let li = world.welcome("li").await;
        let text = "姓名,手机,职业\n李秀英,13800001234,画家\n";
        for (choice, name, customers, occupation) in [
            (OnDuplicate::Skip, "skip", 1, "教师"),
            (OnDuplicate::Merge, "merge", 1, "画家"),
            (OnDuplicate::Keep, "keep", 2, "画家"),
        ] {
            let path = file(&world, &format!("{name}.csv"), text);
            let request = ImportRequest { on_duplicate: choice, ..request(path, name) };
            let report = customer::import(&world.app, request, |_| ()).await.expect("the import");
            assert_eq!((report.rows, report.duplicates), (1, 1), "{name}");
            assert_eq!(customer::find(&world.app, "李秀英").await.expect("found").len(), customers, "{name}");
            let her = customer::one(&world.app, &Scope::Firm, li).await.expect("李秀英");
            assert_eq!(her.occupation, occupation, "{name}");
        }
        let wife = import(&world, "wife", "姓名,手机\n王大力,13800001234\n").await;
        assert_eq!((wife.accepted, wife.duplicates), (1, 0), "one phone, two people");
        let home = "姓名,地址\n孙悟空,深圳市南山区科技园二路9号\n孙悟空,深圳南山区科技园二路9号\n孙悟空,北京市海淀区中关村大街1号\n";
        let homes = import(&world, "home", home).await;
        assert_eq!((homes.accepted, homes.duplicates), (2, 1), "the same name in a similar place is one person");
    })
    .await;
}

fn long_file(rows: usize) -> String {
    let mut text = String::from("客户号,姓名,手机,职业\n");
    for row in 0..rows {
        text.push_str(&format!("K-{row},客户{},139{:08},职员\n", char::from(b'A' + (row % 26) as u8), row));
    }
    text
}

#[tokio::test]
async fn a_killed_import_goes_on_where_it_stood_with_nothing_half_and_nothing_twice() {
    each_store(async |world| {
        let path = file(&world, "long.csv", &long_file(4_500));
        let (mut chunks, second) = (0, tokio::sync::Notify::new());
        let in_nine = ImportRequest { chunk_rows: 500, ..request(path.clone(), "long") };
        let running = customer::import(&world.app, in_nine, |_| {
            chunks += 1;
            if chunks == 2 {
                second.notify_one();
            }
        });
        // Dropped in the middle of its work, as a kill would: it has begun with the third of its chunks.
        tokio::select! {
            ended = running => panic!("it ended before it was stopped: {ended:?}"),
            () = async { second.notified().await; tokio::time::sleep(Duration::from_millis(3)).await } => {}
        }
        let on_file = async || {
            let all = customer::care_files(&world.app, Bucket::of(0), Bucket::of(1023)).await.expect("files");
            let mut ids: Vec<_> = all.iter().filter_map(|file| file.customer.outside_id.clone()).collect();
            ids.sort();
            let whole = ids.len();
            ids.dedup();
            assert_eq!(ids.len(), whole, "nobody twice");
            whole
        };
        let stood = on_file().await;
        assert!((1_000..4_500).contains(&stood) && stood % 500 == 0, "stopped on its way, with whole chunks: {stood}");
        let report = customer::import(&world.app, request(path, "long"), |_| ()).await.expect("goes on");
        assert_eq!((report.rows, report.created, report.rejected), (4_500, 4_500, 0));
        assert_eq!(on_file().await, 4_500);
    })
    .await;
}

#[tokio::test]
async fn order_lines_become_orders_and_can_be_taken_back() {
    each_store(async |mut world| {
        world.welcome("li").await;
        let before = state(&world).await;
        let text = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
            536365,85123A,WHITE LANTERN,6,2025-12-01 08:26,2.55,C-li,China\n\
            536365,71053,METAL LANTERN,2,2025-12-01 08:26,3.39,C-li,China\n\
            536366,22633,HAND WARMER,6,2025-12-01 08:28,1.85,17850,China\n\
            536367,84879,BIRD ORNAMENT,32,2025-12-01 08:34,1.69,,China\n";
        let path = file(&world, "orders.csv", text);
        let report = customer::import(&world.app, request(path.clone(), "orders"), |_| ()).await.expect("orders");
        assert_eq!((report.rows, report.accepted, report.rejected, report.created), (4, 3, 1, 1), "{report:?}");
        let all = customer::care_files(&world.app, Bucket::of(0), Bucket::of(1023)).await.expect("files");
        let her = all.iter().find(|file| file.customer.name == "李秀英").expect("李秀英");
        assert_eq!(
            her.orders.iter().map(|o| (o.number.as_str(), o.amount.minor)).collect::<Vec<_>>(),
            [("536365", 2208)]
        );
        let twice = customer::import(&world.app, request(path, "orders again"), |_| ()).await.expect("orders");
        assert_eq!((twice.accepted, twice.duplicates), (0, 3), "{twice:?}");
        undo(&world.app, twice.batch).await.expect("taken back");
        undo(&world.app, report.batch).await.expect("taken back");
        assert_eq!(state(&world).await, before);
    })
    .await;
}

pub async fn upload(hq: &Client, name: &str, bytes: &[u8]) -> Value {
    let mut body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    let answer = hq.send_raw("POST", "/api/uploads", "multipart/form-data; boundary=edge", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn the_wizard_uploads_checks_imports_repairs_and_takes_back() {
    each_store(async |mut world| {
        world.welcome("li").await;
        let hq = world.sign_in("hq").await;
        let kept = upload(&hq, "名单.csv", FILE.as_bytes()).await;
        assert_eq!((&kept["format"], &kept["rows_about"]), (&json!("text"), &json!(6)));
        assert_eq!(kept["preview"][0][1], "王建国");
        let columns = kept["suggested_mapping"]["columns"].clone();
        assert_eq!((&columns[2]["target"], &columns[1]["target"]), (&json!("phone"), &json!("name")));
        let id = kept["id"].as_str().expect("an id");
        let mapping = json!({ "columns": columns });

        let check = hq.post(&format!("/api/uploads/{id}/check"), json!({ "mapping": mapping, "as": "customers" })).await;
        assert_eq!(check.status, 202, "{}", check.body);
        assert!(work_one(&world.app).await.expect("work"));
        let found = hq.get(&format!("/api/uploads/{id}/check")).await.body;
        assert_eq!((&found["state"], &found["rejected"]), (&json!("done"), &json!(1)), "{found}");
        assert_eq!(found["duplicates"], json!({ "in_file": 1, "in_database": 1 }));
        let problems = hq.get(&format!("/api/uploads/{id}/problems?code=phone_too_short")).await.body;
        assert_eq!((&problems["items"][0]["row"], &problems["items"][0]["text"]), (&json!(4), &json!("12")), "{problems}");

        let order = json!({ "upload_id": id, "name": "十一月名单", "mapping": mapping, "as": "customers", "business_type": "renewal" });
        let batch = hq.post("/api/batches", order.clone()).await;
        assert_eq!((batch.status, &batch.body["state"]), (202, &json!("importing")), "{}", batch.body);
        assert_eq!(hq.post("/api/batches", order).await.body["code"], "batch_name_taken");
        while work_one(&world.app).await.expect("work") {}
        let path = format!("/api/batches/{}", batch.body["id"].as_str().expect("an id"));
        let done = hq.get(&path).await.body;
        assert_eq!(done["state"], "imported", "{done}");
        let sum: i64 = ["accepted", "rejected", "duplicates"].iter().filter_map(|key| done[key].as_i64()).sum();
        assert_eq!(done["rows"], sum);
        assert_eq!((&done["accepted"], &done["rejected"], &done["duplicates"]), (&json!(3), &json!(1), &json!(2)));

        let errors = hq.get(&format!("{path}/error-file")).await;
        let text = String::from_utf8_lossy(&errors.bytes).into_owned();
        assert_eq!(text.trim().lines().count(), 2, "{text}");
        assert!(upload(&hq, "名单2.csv", FILE.as_bytes()).await["remembered_mapping"].is_object());

        let lead = world.sign_in("lead_sz").await;
        assert_eq!(lead.get("/api/batches").await.body["items"][0]["name"], "十一月名单");
        assert_eq!(lead.get(&format!("{path}/error-file")).await.status, 403);
        assert_eq!(world.sign_in("wang").await.get(&path).await.status, 403);

        assert_eq!(hq.get(&format!("{path}/undo-preview")).await.body["would_delete"], 3);
        assert_eq!(hq.post(&format!("{path}/undo"), json!({})).await.status, 202);
        while work_one(&world.app).await.expect("work") {}
        assert_eq!(hq.get(&path).await.body["state"], "undone");
        assert_eq!(hq.get("/api/customers").await.body["about"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_is_taken_back_ends_the_work_it_asked_for() {
    each_store(async |mut world| {
        world.welcome("li").await;
        let report = import(&world, "十二月续保", FILE).await;
        let (hq, path) = (world.sign_in("hq").await, format!("/api/batches/{}", report.batch));
        let handed = hq
            .post(&format!("{path}/hand-out"), json!({ "to": [{ "unit_id": world.unit("nanshan"), "count": 9 }] }))
            .await;
        let made = handed.body["total"].as_i64().unwrap_or_default();
        assert!(made >= 3, "{}", handed.body);
        assert_eq!(hq.get("/api/touches?state=open").await.body["about"], made);
        assert_eq!(hq.post(&format!("{path}/undo"), json!({})).await.status, 202);
        while work_one(&world.app).await.expect("work") {}
        assert_eq!(hq.get(&path).await.body["state"], "undone");
        assert_eq!(hq.get("/api/touches?state=open").await.body["items"], json!([]), "nobody is called any more");
        assert_eq!(hq.get("/api/touches?state=withdrawn").await.body["about"], made);
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_failed_goes_on_where_it_stood() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let kept = upload(&hq, "名单.csv", FILE.as_bytes()).await;
        let mapping = json!({ "columns": kept["suggested_mapping"]["columns"] });
        let order = json!({ "upload_id": kept["id"], "name": "断点", "mapping": mapping, "as": "customers" });
        let batch = hq.post("/api/batches", order).await.body;
        let path = format!("/api/batches/{}", batch["id"].as_str().expect("an id"));
        let early = hq.post(&format!("{path}/resumption"), json!({})).await;
        assert_eq!((early.status, early.body["code"].as_str()), (409, Some("batch_state")), "{}", early.body);

        let sealed = world.folder().join("uploads").join(kept["id"].as_str().expect("an id"));
        let aside = world.folder().join("aside");
        std::fs::rename(&sealed, &aside).expect("the disk is gone");
        while work_one(&world.app).await.expect("work") {}
        let failed = hq.get(&path).await.body;
        assert_eq!((&failed["state"], &failed["rows_done"]), (&json!("failed"), &json!(0)), "{failed}");

        std::fs::rename(&aside, &sealed).expect("the disk is back");
        assert_eq!(hq.post(&format!("{path}/resumption"), json!({})).await.status, 202);
        while work_one(&world.app).await.expect("work") {}
        let done = hq.get(&path).await.body;
        assert_eq!((&done["state"], &done["rows"], &done["failure"]), (&json!("imported"), &json!(6), &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn an_unreadable_file_is_refused_with_a_reason() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let body = b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.xls\"\r\n\r\n\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\r\n--edge--\r\n";
        let answer = hq.send_raw("POST", "/api/uploads", "multipart/form-data; boundary=edge", body.to_vec()).await;
        assert_eq!((answer.status, &answer.body["params"]["reason"]), (422, &json!("file_is_old_workbook")));
        let left = std::fs::read_dir(world.folder().join("uploads")).map(Iterator::count).unwrap_or(0);
        assert_eq!(left, 0, "nothing of it stays");
        let none = hq.send_raw("POST", "/api/uploads", "multipart/form-data; boundary=edge", b"--edge--\r\n".to_vec()).await;
        assert_eq!(none.body["code"], "file_missing");
    })
    .await;
}

/// The news of a line up to the one of that kind: room and kind of each.
async fn heard_until(line: &mut Listener, last: &str) -> Vec<(String, String)> {
    let mut heard = Vec::new();
    loop {
        let news = line.next().await;
        let kind = news.data["kind"].as_str().unwrap_or_default().to_owned();
        heard.push((news.name, kind.clone()));
        if kind == last {
            return heard;
        }
    }
}

#[tokio::test]
async fn how_far_a_check_an_import_and_an_undo_are_is_told_and_seldom() {
    each_store(async |world| {
        let hq = world.sign_in("hq").await;
        let mut line = hq.listen("/api/events").await;
        line.next().await;
        // Three chunks of a check and two of an import, all well within half a second.
        let rows: String = (0..5_000).map(|row| format!("顾客{row},1380000{row:04}\n")).collect();
        let kept = upload(&hq, "名单.csv", format!("姓名,手机\n{rows}").as_bytes()).await;
        let id = kept["id"].as_str().expect("an id");
        let mapping = json!({ "columns": kept["suggested_mapping"]["columns"] });
        let check = json!({ "mapping": mapping, "as": "customers" });
        assert_eq!(hq.post(&format!("/api/uploads/{id}/check"), check).await.status, 202);
        let mut strangers = world.sign_in("lead_sz").await.listen("/api/events").await;
        strangers.next().await;
        assert!(work_one(&world.app).await.expect("the check"));
        let told = heard_until(&mut line, "checked").await;
        assert!(told.iter().all(|(room, _)| room == "upload"), "{told:?}");
        assert!(strangers.next_within(Duration::from_millis(600)).await.is_none(), "a file is its bringer's own");

        let order = json!({
            "upload_id": id, "name": "十一月", "reason": "t", "mapping": mapping, "as": "customers",
            "business_type": "renewal",
        });
        let batch = hq.post("/api/batches", order).await.body["id"].as_str().expect("a batch").to_owned();
        let began = std::time::Instant::now();
        assert!(work_one(&world.app).await.expect("the import"));
        let halves = began.elapsed().as_millis() / 500;
        let told = heard_until(&mut line, "imported").await;
        let progress = told.iter().filter(|(room, kind)| room == "batch" && kind == "progress").count();
        assert!((1..=halves as usize + 1).contains(&progress), "{progress} in {halves} half seconds");

        assert_eq!(hq.post(&format!("/api/batches/{batch}/undo"), json!({})).await.status, 202);
        assert!(work_one(&world.app).await.expect("the undo"));
        let told = heard_until(&mut line, "undone").await;
        assert_eq!(told.first().map(|(_, kind)| kind.as_str()), Some("undo_began"), "{told:?}");
    })
    .await;
}
