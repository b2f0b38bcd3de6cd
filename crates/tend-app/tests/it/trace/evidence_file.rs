//! The evidence file: a third person checks it with a public key and nothing else, and any changed byte is found.

use super::{Sale, held, install};
use serde_json::json;
use std::path::Path;
use tend_app::platform::sql;
use tend_rules::base::Signer;
use tend_rules::trace::proof::{EvidenceFaultKind, check_evidence_file, entries, verdict_of};
use tend_testkit::{World, each_store};

/// A sale of the car cover with a correction and a withdrawal, closed.
pub(super) async fn sold(world: &mut World) -> Sale {
    install(world).await;
    let li = world.welcome("li").await;
    let car = held(world, li, "vehicle_cover").await;
    let mut sale = Sale::open(world, li, "car_renewal_quote", Some(&car)).await;
    sale.show_all(world).await;
    let sent = sale.send("quote", "file", "", ("报价 <1>.pdf", b"%PDF-1.7 a quote of 3,200".to_vec())).await;
    let last = sent.body["evidence"].as_array().and_then(|list| list.last()).expect("the quote")["id"].clone();
    let body = json!({ "evidence_id": last, "reason": "the old price" });
    sale.by.post(&format!("/api/traces/{}/withdrawal", sale.id), body).await;
    assert_eq!(sale.close().await.status, 201);
    sale
}

async fn taken_out(sale: &Sale) -> Vec<u8> {
    let path = format!("/api/traces/{}/export", sale.id);
    let out = sale.quality.post(&path, json!({ "reason": "监管检查" })).await;
    assert_eq!(out.status, 200, "{}", out.body);
    assert_eq!(out.headers["content-type"], "application/zip");
    assert!(out.headers["content-disposition"].to_str().expect("text").starts_with("attachment"));
    out.bytes
}

fn count_files(folder: &Path) -> usize {
    std::fs::read_dir(folder).expect("a folder").count()
}

#[tokio::test]
async fn the_evidence_file_is_whole_and_any_flipped_byte_is_found() {
    each_store(async |mut world| {
        let sale = sold(&mut world).await;
        let file = taken_out(&sale).await;
        let signer = world.app.keys().signer().id();
        let checked = check_evidence_file(&file, Some(signer));
        assert!(verdict_of(&checked), "{:?}", checked.faults);
        let account = checked.account.expect("an account");
        assert_eq!((account.state.as_str(), account.evidence.len()), ("sold", 7));
        assert!(checked.entries >= account.evidence.len() + 2, "turns and the export itself too");
        let found = entries(&file).expect("a container");
        let page = found.iter().find(|entry| entry.name == "index.html").expect("a page");
        let page = String::from_utf8_lossy(page.bytes);
        assert!(page.contains("车险续保报价") && page.contains("质检员") && page.contains("报价 &lt;1&gt;.pdf"));
        assert!(!page.contains("<script"), "no script");

        for at in (0..file.len()).step_by(61).chain(file.len() - 30..file.len()) {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(!verdict_of(&check_evidence_file(&changed, Some(signer))), "byte {at} may be changed");
        }
        let other = Signer::of([9; 32]).id();
        let checked = check_evidence_file(&file, Some(other));
        assert_eq!(checked.faults[0].kind, EvidenceFaultKind::Signer);

        // One file for each piece with a file; what was taken out is not left behind.
        let kept: i64 = sql("SELECT COUNT(*) FROM trace_evidence WHERE file_key_cell IS NOT NULL")
            .value(world.app.read())
            .await
            .expect("a count");
        assert_eq!(count_files(&world.folder().join("evidence")), kept as usize);
        let told: i64 = sql("SELECT COUNT(*) FROM journal_fact WHERE room = 'trace' AND kind = 'exported'")
            .value(world.app.read())
            .await
            .expect("a count");
        assert_eq!(told, 1);
    })
    .await;
}

#[tokio::test]
async fn who_rewrites_the_file_and_signs_it_anew_is_found() {
    use sha2::{Digest as _, Sha256};
    use tend_rules::base::Digest;
    use tend_rules::trace::proof::{Container, Manifest};
    each_store(async |mut world| {
        let sale = sold(&mut world).await;
        let file = taken_out(&sale).await;
        let signer = world.app.keys().signer();
        // Somebody with the ledger's key changes a word of the account, and lists and signs everything anew.
        let forge = |name: &str, change: &dyn Fn(String) -> String| {
            let found = entries(&file).expect("a container");
            let mut kept: Vec<(String, Vec<u8>)> =
                found.iter().map(|entry| (entry.name.to_owned(), entry.bytes.to_vec())).collect();
            for (known, bytes) in kept.iter_mut().filter(|(known, _)| known == name) {
                *bytes = change(String::from_utf8(bytes.clone()).unwrap_or_else(|_| panic!("{known} is text"))).into();
            }
            let mut list: Manifest = serde_json::from_slice(&kept[0].1).expect("a list");
            for (file, (_, bytes)) in list.files.iter_mut().zip(&kept[2..]) {
                (file.size, file.sha256) = (bytes.len() as u64, Digest(Sha256::digest(bytes).into()));
            }
            kept[0].1 = serde_json::to_vec_pretty(&list).expect("a list");
            let signature: String = signer.sign(&kept[0].1).iter().map(|byte| format!("{byte:02x}")).collect();
            kept[1].1 = format!("{signature}\n").into_bytes();
            let mut container = Container::new(Vec::new());
            for (name, bytes) in &kept {
                container.add(name, bytes).expect("an entry");
            }
            let forged = container.finish().expect("a container");
            check_evidence_file(&forged, Some(signer.id())).faults.first().map(|fault| fault.kind)
        };
        let same = |text: String| text;
        assert_eq!(forge("trace.json", &same), None);
        let remark = |text: String| text.replacen("told:", "said:", 1);
        assert_eq!(forge("trace.json", &remark), Some(EvidenceFaultKind::Record));
        let law = |text: String| text.replacen("within_hours = 720", "within_hours = 999", 1);
        assert_eq!(forge("process.toml", &law), Some(EvidenceFaultKind::Process));
        let out = |text: String| text.replacen("\"old price\"", "\"\"", 1).replacen("the old price", "", 1);
        assert_eq!(forge("trace.json", &out), Some(EvidenceFaultKind::Record));
    })
    .await;
}

#[tokio::test]
async fn files_of_evidence_are_sealed_and_come_back_as_downloads() {
    each_store(async |mut world| {
        let sale = sold(&mut world).await;
        let page = sale.page().await;
        let quote = page["evidence"].as_array().expect("evidence").iter().find(|one| one["file"]["size"] == 25);
        let id = quote.expect("the quote")["id"].as_str().expect("an id");
        let path = format!("/api/traces/{}/files/{id}", sale.id);
        let got = sale.by.get(&path).await;
        assert_eq!((got.status, got.bytes.as_slice()), (200, b"%PDF-1.7 a quote of 3,200".as_slice()));
        // The name that its uploader gave, with nothing in it that a header or a page could take for anything else.
        let named = got.headers["content-disposition"].to_str().expect("text");
        assert_eq!(named, "attachment; filename*=UTF-8''%E6%8A%A5%E4%BB%B7%20%3C1%3E.pdf");
        assert_eq!(got.headers["x-content-type-options"], "nosniff");
        assert!(got.headers["content-security-policy"].to_str().expect("text").contains("sandbox"));
        assert_eq!(world.sign_in("zhao").await.get(&path).await.status, 404);
        for entry in std::fs::read_dir(world.folder().join("evidence")).expect("the folder").flatten() {
            let bytes = std::fs::read(entry.path()).expect("a file");
            assert!(!bytes.windows(4).any(|window| window == b"PDF-"), "a file stands open on the disk");
        }
        let told: i64 = sql("SELECT COUNT(*) FROM journal_fact WHERE room = 'trace' AND kind = 'file_read'")
            .value(world.app.read())
            .await
            .expect("a count");
        assert_eq!(told, 1, "reading a file is a fact");
        assert_eq!(
            sale.by.post(&format!("/api/traces/{}/export", sale.id), json!({ "reason": "mine" })).await.status,
            403
        );
    })
    .await;
}

#[tokio::test]
async fn an_evidence_file_on_its_way_out_has_no_name_on_the_disk() {
    each_store(async |mut world| {
        let sale = sold(&mut world).await;
        let folder = world.folder().join("evidence");
        let before = count_files(&folder);
        let qa = tend_app::org::acting(&world.app, world.staff("qa")).await.expect("staff").expect("quality");
        let id = sale.id.parse().expect("a trace");
        let mut out = tend_app::trace::export(&world.app, &qa, id, "监管检查").await.expect("an evidence file");
        assert_eq!(count_files(&folder), before, "a program that is killed now leaves nothing behind");
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut out.file, &mut bytes).expect("its bytes");
        assert_eq!(bytes.len() as u64, out.size);
        assert!(verdict_of(&check_evidence_file(&bytes, None)));

        // What a former version left behind goes with the night.
        let left = folder.join("out-0192.part");
        std::fs::write(&left, b"in clear").expect("a file");
        tend_app::trace::sweep_files(&world.app).await.expect("swept");
        assert!(left.exists(), "it may be on its way");
        let old = std::time::SystemTime::now() - std::time::Duration::from_secs(100_000);
        std::fs::File::options().write(true).open(&left).expect("a file").set_modified(old).expect("an age");
        tend_app::trace::sweep_files(&world.app).await.expect("swept");
        assert!(!left.exists());
        assert_eq!(count_files(&folder), before, "and no evidence");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_became_evidence_is_not_discarded_because_the_answer_was_lost() {
    each_store(async |mut world| {
        sold(&mut world).await;
        let folder = world.folder().join("evidence");
        let before = count_files(&folder);
        for entry in std::fs::read_dir(&folder).expect("the folder").flatten() {
            let id = entry.file_name().to_str().expect("a name").parse().expect("evidence");
            tend_app::trace::discard(&world.app, id).await;
        }
        assert_eq!(count_files(&folder), before);
        let nobodys = tend_rules::base::EvidenceId(world.app.new_free_id());
        std::fs::write(folder.join(nobodys.to_string()), b"x").expect("a file");
        tend_app::trace::discard(&world.app, nobodys).await;
        assert_eq!(count_files(&folder), before, "what became nothing goes");
    })
    .await;
}
