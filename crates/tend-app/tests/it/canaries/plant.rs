//! Plants something in every sealed place by the ways that people use, and then does with it what a firm does: search,
//! change, merge, part, export, rotate keys, seal the ledger, and let things go wrong with the values in hand.

use super::{Planted, canary};
use crate::merge::{again, version};
use crate::passkey::ORIGIN;
use crate::trace::{Sale, held, install};
use crate::work::{make, renewal};
use serde_json::{Value, json};
use tend_app::customer::work_one;
use tend_app::platform::{SealedPlace, claim, sql};
use tend_app::rotation::Mode;
use tend_app::work::{BULK_QUEUE, EXPORT_QUEUE, do_bulk, do_export};
use tend_rules::base::{Bucket, CustomerId};
use tend_testkit::{Answer, Client, PASSWORD, Provider, World, code_of};

pub struct Garden {
    world: World,
    planted: Planted,
}

fn done(answer: &Answer) -> &Value {
    assert!(answer.status < 300, "{} {}", answer.status, answer.body);
    &answer.body
}

fn id(body: &Value) -> String {
    body["id"].as_str().unwrap_or_else(|| panic!("an id: {body}")).to_owned()
}

impl Garden {
    pub fn of(world: World) -> Self {
        Self { world, planted: Planted::new() }
    }

    /// Everything, in the order of a firm's days.
    pub async fn planted(mut self) -> (World, Planted) {
        let li = self.world.welcome("li").await;
        self.customer_page(li).await;
        self.files().await;
        self.contact(li).await;
        self.merged(li).await;
        self.sale(li).await;
        self.rights(li).await;
        self.exports().await;
        self.secrets().await;
        self.mistakes(li).await;
        crate::rotation::to_the_end(&self.world.app, Mode::Customers).await;
        let outside = self.world.folder().join("outside");
        tend_app::journal::ledger::export(&self.world.app, &outside).await.expect("an export of the ledger");
        (self.world, self.planted)
    }

    /// A phone, an address and the like; a note; a field opened with a reason; searches.
    async fn customer_page(&mut self, li: CustomerId) {
        let wang = self.world.sign_in("wang").await;
        let (phone, words) = (canary(SealedPlace::ContactPoint), canary(SealedPlace::JournalWords));
        let more = ["kanari-street-17", "kanari@mail.example", "kanari-wechat-id"];
        let cast = ["13800001234", "440305196803051245", "科技园一路"];
        self.planted
            .entry(SealedPlace::ContactPoint)
            .or_default()
            .extend(more.into_iter().chain(cast).map(str::to_owned));
        let facts = json!({ "phone": [phone, "13800001234"], "address": more[0], "mail": more[1], "wechat": more[2] });
        let path = format!("/api/customers/{li}");
        done(&wang.patch(&path, version(&wang, li).await, json!({ "facts": facts })).await);
        let hq = self.world.sign_in("hq").await;
        let label = json!({ "key": "kanari", "title_zh": "金丝雀", "title_en": "Canary" });
        done(&hq.post("/api/labels", label).await);
        let remark = json!({ "remark": canary(SealedPlace::LabelRemark) });
        done(&wang.put(&format!("{path}/labels/kanari"), remark).await);
        let proof = canary(SealedPlace::ConsentProof);
        for said in
            [json!({ "state": "refused", "proof": proof }), json!({ "state": "given", "proof": proof, "how": "form" })]
        {
            done(&wang.put(&format!("{path}/consents/sms"), said).await);
        }
        done(&wang.get(&format!("{path}/consents")).await);
        done(&wang.post(&format!("{path}/notes"), json!({ "text": format!("{words}, {phone}") })).await);
        let page = wang.get(&path).await.body;
        let opened = json!({ "contact_point_id": page["contact_points"][0]["id"], "reason": words });
        done(&wang.post(&format!("{path}/unmasking"), opened).await);
        for asked in [
            format!("/api/search?q={phone}"),
            format!("/api/search?q={}", &phone[7..]),
            "/api/customers/count?segment=true".into(),
            format!("{path}/timeline?limit=100"),
            format!("{path}/duplicates"),
        ] {
            done(&wang.get(&asked).await);
        }
    }

    /// A file that makes customers, one that changes them, one that is wrong, and one in which a person puts right what is
    /// wrong, cell by cell and for all of a kind; all checked first.
    async fn files(&mut self) {
        let hq = self.world.sign_in("hq").await;
        let (file, before) = (canary(SealedPlace::UploadFile), canary(SealedPlace::BatchBefore));
        let (wrong, almost) = (canary(SealedPlace::ProblemCell), canary(SealedPlace::ProblemSuggestion));
        let first = format!("客户号,姓名,手机,地址,备注\nK-1,金丝雀,13955507777,{before},{file}\n");
        let second = "客户号,姓名,手机,地址,备注\nK-1,金丝雀,13955507777,另一条街,\n".to_owned();
        // Two numbers in one cell are suggested one by one.
        let third = format!("姓名,手机,身份证号\n乙,{wrong},\n丙,{almost}{almost},{wrong}\n");
        self.planted.entry(SealedPlace::UploadFile).or_default().push("13955507777".into());
        let fourth = "姓名,手机\n丁,12\n戊,12\n".to_owned();
        let edit = json!({ "row": 2, "heading": "手机", "text": canary(SealedPlace::CheckRepairs) });
        let deed = json!({ "set_value": canary(SealedPlace::BatchRepairs) });
        let fix = json!({ "code": "phone_too_short", "heading": "手机", "deed": deed });
        for (name, text) in [("first", first), ("second", second), ("third", third), ("fourth", fourth)] {
            let kept = upload(&hq, &format!("{name}.csv"), &text).await;
            let mapping = json!({ "columns": kept["suggested_mapping"]["columns"] });
            let put_right = |one: &Value| if name == "fourth" { json!([one]) } else { json!([]) };
            let (edits, fixes) = (put_right(&edit), put_right(&fix));
            let check = json!({ "mapping": mapping, "as": "customers", "edits": edits, "fixes": fixes });
            let of = format!("/api/uploads/{}", id(&kept));
            done(&hq.post(&format!("{of}/check"), check.clone()).await);
            self.work().await;
            done(&hq.get(&format!("{of}/problems?limit=100")).await);
            let mut order = check.clone();
            (order["upload_id"], order["name"]) = (kept["id"].clone(), json!(name));
            let batch = format!("/api/batches/{}", id(done(&hq.post("/api/batches", order).await)));
            self.work().await;
            hq.get(&format!("{batch}/error-file")).await;
            if name == "second" {
                done(&hq.post(&format!("{batch}/undo"), json!({})).await);
                self.work().await;
            }
        }
    }

    async fn work(&self) {
        while work_one(&self.world.app).await.expect("work on a file") {}
    }

    /// A call with a note.
    async fn contact(&mut self, li: CustomerId) {
        make(&self.world, vec![renewal(&self.world, li, "nanshan", Some("wang"))]).await;
        let wang = self.world.sign_in("wang").await;
        let open = wang.get("/api/touches?state=assigned&limit=10").await.body;
        let path = format!("/api/touches/{}/outcome", id(&open["items"][0]));
        done(&wang.post(&path, json!({ "code": "done", "note": canary(SealedPlace::ContactNote) })).await);
        // One result is agreed to, another is sent back.
        let sun = self.world.welcome("sun").await;
        make(&self.world, vec![renewal(&self.world, sun, "nanshan", Some("wang"))]).await;
        let open = wang.get("/api/touches?state=assigned&limit=10").await.body;
        let other = format!("/api/touches/{}", id(&open["items"][0]));
        done(&wang.post(&format!("{other}/outcome"), json!({ "code": "done", "note": "ok" })).await);
        let hq = self.world.sign_in("hq").await;
        let agreed = json!({ "verdict": "accepted", "reason": canary(SealedPlace::VerdictReason) });
        done(&hq.post(&path.replace("outcome", "verification"), agreed).await);
        let back = json!({ "verdict": "returned", "reason": canary(SealedPlace::ReturnReason) });
        done(&hq.post(&format!("{other}/verification"), back).await);
        for asked in ["/api/touches?limit=50", "/api/my-day", "/api/notices"] {
            done(&wang.get(asked).await);
        }
    }

    /// Two records become one, and one of two merges is taken back.
    async fn merged(&mut self, li: CustomerId) {
        let lead = self.world.sign_in("lead_sz").await;
        for place in [3, 5] {
            let other = again(&self.world, Bucket::of(li.bucket().number() as u64 + place), |_| ()).await;
            let remark = json!({ "remark": canary(SealedPlace::LabelRemark) });
            done(&lead.put(&format!("/api/customers/{other}/labels/kanari"), remark).await);
            let said = json!({ "state": "given", "proof": canary(SealedPlace::ConsentProof), "how": "form" });
            done(&lead.put(&format!("/api/customers/{other}/consents/mail"), said).await);
            let (seen, theirs) = (version(&lead, li).await, version(&lead, other).await);
            let reason = canary(SealedPlace::MergeReason);
            let body = json!({ "other_id": other, "other_version": theirs, "take": [], "reason": reason });
            let path = format!("/api/customers/{li}/merges");
            done(&lead.send("POST", &path, None, Some(seen), Some(&body)).await);
            if place == 3 {
                let seen = version(&lead, li).await;
                let body = json!({ "merged_id": other, "reason": reason });
                let path = format!("/api/customers/{li}/splits");
                done(&lead.send("POST", &path, None, Some(seen), Some(&body)).await);
            }
        }
        done(&lead.get(&format!("/api/customers/{li}/merges")).await);
    }

    /// A sale with a remark, a file and an end, and its evidence file.
    async fn sale(&mut self, li: CustomerId) {
        install(&self.world).await;
        let car = held(&self.world, li, "vehicle_cover").await;
        let sale = Sale::open(&self.world, li, "car_renewal_quote", Some(&car)).await;
        let steps = sale.page().await["steps"].as_array().expect("steps").clone();
        let step = steps[0]["key"].as_str().expect("a key").to_owned();
        let (words, inside) = (canary(SealedPlace::Evidence), canary(SealedPlace::EvidenceFileKey));
        let words = format!("[Date] 2026-11-23 [By] phone [Points] told: {words} [Promised] none [Next] none");
        let words = words.as_str();
        let bytes = format!("%PDF-1.7 {inside}").into_bytes();
        let mut kept = 0;
        for one in &steps {
            let key = one["key"].as_str().expect("a key");
            kept += usize::from(sale.send(key, "file", words, ("scan.pdf", bytes.clone())).await.status == 201);
            kept += usize::from(
                sale.give(&sale.by, json!({ "step": key, "kind": "note", "remark": words })).await.status == 201,
            );
        }
        assert!(kept > 0, "a step takes a file or a note: {steps:?}");
        let page = sale.page().await;
        let evidence = &page["evidence"][0]["id"];
        if evidence.is_string() {
            let body = json!({ "evidence_id": evidence, "reason": words });
            sale.by.post(&format!("/api/traces/{}/withdrawal", sale.id), body).await;
        }
        let over = json!({ "verdict": "abandoned", "reason": canary(SealedPlace::TraceTurn) });
        done(&sale.by.post(&format!("/api/traces/{}/closure", sale.id), over).await);
        let out = json!({ "reason": canary(SealedPlace::TraceTurn) });
        let file = sale.quality.post(&format!("/api/traces/{}/export", sale.id), out).await;
        assert!(file.status < 300, "{} after {step}: {}", file.status, file.body);
    }

    /// Holds and requests, one of them by a call that may be repeated.
    async fn rights(&mut self, li: CustomerId) {
        let qa = self.world.sign_in("qa").await;
        let path = format!("/api/customers/{li}");
        let hold = json!({ "reason": canary(SealedPlace::HoldReason) });
        let hold = id(done(&qa.post(&format!("{path}/holds"), hold).await));
        let release = json!({ "reason": canary(SealedPlace::HoldRelease) });
        done(&qa.post(&format!("/api/holds/{hold}/release"), release).await);
        let asked = json!({ "kind": "correction", "note": canary(SealedPlace::RightsNote) });
        let asked = id(done(&qa.post(&format!("{path}/rights-requests"), asked).await));
        let told = json!({ "decision": "refused", "answer": canary(SealedPlace::RightsAnswer) });
        done(&qa.post(&format!("/api/rights-requests/{asked}/decision"), told).await);
        done(&qa.get(&format!("{path}/rights-requests")).await);
        assert_eq!(qa.get(&format!("{path}/copy")).await.status, 200);

        // The answer shows the customer's page, the masked fields and the facts in clear among them.
        let hq = self.world.sign_in("hq").await;
        let facts = json!({ "name": "重复", "phone": "13955503333", "address": canary(SealedPlace::GivenAnswer) });
        let body = json!({ "unit_id": self.world.unit("shenzhen"), "facts": facts });
        let key = Some("a-call-that-may-be-repeated");
        let first = hq.send("POST", "/api/customers", key, None, Some(&body)).await;
        done(&first);
        assert_eq!(hq.send("POST", "/api/customers", key, None, Some(&body)).await.body, first.body);
    }

    /// A file with phones in clear, agreed to by a second person.
    async fn exports(&mut self) {
        let hq = self.world.sign_in("hq").await;
        let facts = json!({ "name": "出口", "phone": canary(SealedPlace::ExportFile) });
        done(&hq.post("/api/customers", json!({ "unit_id": self.world.unit("shenzhen"), "facts": facts })).await);
        let searched = json!({ "filters": { "q": canary(SealedPlace::ExportWhom) } });
        let (columns, reason) = (["name", "phone_clear"], canary(SealedPlace::ExportReason));
        let body = json!({ "who": searched, "columns": columns, "format": "csv", "reason": reason });
        let asked = id(done(&hq.post("/api/exports", body).await));
        let qa = self.world.sign_in("qa").await;
        done(
            &qa.post(
                &format!("/api/exports/{asked}/approval"),
                json!({ "reason": canary(SealedPlace::ExportDecision) }),
            )
            .await,
        );
        done(&qa.get("/api/exports").await);
        while let Some(job) = claim(&self.world.app, EXPORT_QUEUE).await.expect("the queue") {
            do_export(&self.world.app, &job).await.expect("a file");
        }
        let file = hq.get(&format!("/api/exports/{asked}/file")).await;
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        assert!(text.contains(canary(SealedPlace::ExportFile)), "in the person's hands it is in clear: {text}");

        // Whoever was found by a phone is changed as one of many.
        let searched = json!({ "filters": { "q": canary(SealedPlace::BulkWhom) } });
        let body = json!({ "who": searched, "deed": { "kind": "label_on", "label": "kanari" } });
        done(&hq.post("/api/bulk-edits", body).await);
        while let Some(job) = claim(&self.world.app, BULK_QUEUE).await.expect("the queue") {
            do_bulk(&self.world.app, &job).await.expect("a bulk edit");
        }
        done(&hq.get("/api/bulk-edits").await);
    }

    /// Secrets of code generators, of webhooks, of single sign-on.
    async fn secrets(&mut self) {
        let provider = Provider::start(self.world.app.clock().clone()).await;
        let host = provider.host();
        let app = self.world.reopened(|config| (config.public_url, config.sso_hosts) = (ORIGIN.into(), host)).await;
        let mut admin = self.world.client_at(&app);
        assert_eq!(admin.sign_in("admin", PASSWORD).await.status, 200);
        let mut settings = provider.settings("email");
        settings["client_secret"] = canary(SealedPlace::SsoSecret).into();
        let proof = json!({ "password": PASSWORD });
        done(&admin.put("/api/sso", json!({ "provider": settings, "proof": proof })).await);
        admin.post("/api/sso/trial", json!({})).await;
        let hook = json!({ "title": "hook", "url": "https://hooks.example.com/", "kinds": ["*"] });
        let made = done(&admin.post("/api/webhooks", hook).await).clone();
        let secret = made["secret"].as_str().expect("a secret").trim_start_matches("whsec_").to_owned();
        self.planted.entry(SealedPlace::WebhookSecret).or_default().push(secret);
        let why = json!({ "reason": canary(SealedPlace::FirmWords) });
        let chen = self.world.staff("chen");
        done(&admin.post(&format!("/api/staff/{chen}/second-factor-reset"), why).await);
        let offered = done(&admin.post("/api/me/totp", json!({})).await)["secret"].clone();
        let secret = offered.as_str().expect("a secret").to_owned();
        let second = self.world.app.now().millis() / 1000;
        let body = json!({ "secret": secret, "code": code_of(&secret, second), "password": PASSWORD });
        done(&admin.put("/api/me/totp", body).await);
        self.planted.entry(SealedPlace::TotpSecret).or_default().push(secret);
    }

    /// What goes wrong with values in hand: wrong values, wrong passwords, addresses that are none, and a database that
    /// fails in the midst of a call.
    async fn mistakes(&mut self, li: CustomerId) {
        let wang = self.world.sign_in("wang").await;
        let (phone, words) = (canary(SealedPlace::ContactPoint), canary(SealedPlace::JournalWords));
        let path = format!("/api/customers/{li}");
        let seen = version(&wang, li).await;
        for facts in [
            json!({ "phone": format!("{phone}000000") }),
            json!({ "id_number": phone }),
            json!({ "mail": words }),
            json!({ "no_such_fact": words }),
        ] {
            wang.patch(&path, seen, json!({ "facts": facts })).await;
        }
        wang.post(&format!("{path}/notes"), json!({ "text": words.repeat(400) })).await;
        wang.send_raw("POST", &format!("{path}/notes"), "application/json", format!("{{\"text\": \"{words}").into())
            .await;
        for asked in [format!("/api/customers/{phone}"), format!("/api/customers/{phone}/timeline?cursor={words}")] {
            assert!(wang.get(&asked).await.status >= 400);
        }
        assert_eq!(self.world.client().sign_in(words, phone).await.status, 401);
        self.planted.entry(SealedPlace::JournalWords).or_default().push("kanari-password-tried".into());
        assert_eq!(self.world.client().sign_in("wang", "kanari-password-tried").await.status, 401);

        for table in ["contact_point", "journal_fact", "customer_lookup", "contact"] {
            self.rename(table, "gone").await;
            let note = json!({ "text": format!("{words} {phone}") });
            wang.post(&format!("{path}/notes"), note).await;
            let facts = json!({ "phone": [phone, "13800001234"], "address": words });
            wang.patch(&path, seen, json!({ "facts": facts })).await;
            wang.get(&format!("/api/search?q={phone}")).await;
            wang.post("/api/customers", json!({ "facts": { "name": "没成", "phone": phone } })).await;
            self.rename("gone", table).await;
        }
    }

    async fn rename(&self, from: &str, to: &str) {
        let text = format!("ALTER TABLE {from} RENAME TO {to}");
        sql(&text).run(self.world.app.db().writer()).await.expect("renamed");
    }
}

async fn upload(client: &Client, name: &str, text: &str) -> Value {
    let body = format!(
        "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/csv\r\n\r\n{text}\r\n--X--\r\n"
    );
    done(&client.send_raw("POST", "/api/uploads", "multipart/form-data; boundary=X", body.into_bytes()).await).clone()
}
