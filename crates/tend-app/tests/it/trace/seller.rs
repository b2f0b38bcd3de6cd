//! A seller who supplies evidence for real: contacts that were recorded, files that were sent, agreements that were
//! delivered. The steps and what they accept are read from the program, so that a new process is sold too.

use crate::work::{make, renewal};
use serde_json::{Value, json};
use tend_app::plan::install_playbook;
use tend_app::platform::sql;
use tend_app::work::NewTouch;
use tend_rules::base::*;
use tend_rules::journal::Doer;
use tend_testkit::{Answer, Client, World};

/// The playbooks that bring processes.
pub async fn install(world: &World) {
    for key in ["insurance", "telecom"] {
        let tx = world.app.begin().await.expect("a transaction");
        install_playbook(&world.app, &tx, Doer::Program("test"), key).await.expect("a playbook");
        tx.commit().await.expect("installed");
    }
}

/// A recording that lasts so long.
pub fn wav(seconds: u32) -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    bytes.extend(100u32.to_le_bytes());
    bytes.extend(100u32.to_le_bytes());
    bytes.extend([1, 0, 8, 0]);
    bytes.extend(b"data");
    bytes.extend((100 * seconds).to_le_bytes());
    bytes.resize(bytes.len() + 100 * seconds as usize, 7);
    bytes
}

/// One sale under way.
pub struct Sale {
    pub id: String,
    pub customer: CustomerId,
    pub by: Client,
    pub quality: Client,
    pub(super) contacts: Vec<(&'static str, String)>,
}

impl Sale {
    /// Opens the process for the customer, about the agreement if it is about one.
    pub async fn open(world: &World, customer: CustomerId, process: &str, agreement: Option<&str>) -> Self {
        let (by, quality) = (world.sign_in("wang").await, world.sign_in("qa").await);
        let body = json!({ "process": process, "agreement_id": agreement });
        let made = by.post(&format!("/api/customers/{customer}/traces"), body).await;
        assert_eq!(made.status, 201, "{process}: {}", made.body);
        let id = made.body["id"].as_str().expect("an id").to_owned();
        Self { id, customer, by, quality, contacts: Vec::new() }
    }

    pub async fn page(&self) -> Value {
        let page = self.by.get(&format!("/api/traces/{}", self.id)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.body
    }

    /// Supplies what the step accepts first and can be made here.
    pub async fn show(&mut self, world: &World, step: &Value) -> Answer {
        let accept = &step["accepts"][0];
        let by_quality = accept["roles"].as_array().is_some_and(|roles| !roles.is_empty());
        let said: Vec<&str> = step["phrases"]
            .as_array()
            .expect("phrases")
            .iter()
            .filter_map(|phrase| phrase.as_str()?.split('|').next())
            .collect();
        let remark =
            format!("[Date] 2026-11-23 [By] phone [Points] told: {} [Promised] none [Next] none", said.join(", "));
        let (client, step) =
            (if by_quality { &self.quality } else { &self.by }.clone(), step["key"].as_str().expect("a key"));
        let kind = accept["kind"].as_str().expect("a kind");
        match kind {
            "contact" => {
                let contact = self.contact(world, "phone").await;
                self.give(&client, json!({ "step": step, "kind": kind, "refers_to": contact, "remark": remark })).await
            }
            "message" => {
                let contact = self.contact(world, "wechat").await;
                self.give(&client, json!({ "step": step, "kind": kind, "refers_to": contact, "remark": remark })).await
            }
            "file" => self.send(step, kind, &remark, ("scan.pdf", b"%PDF-1.7 a page".to_vec())).await,
            "recording" => {
                let seconds = accept["seconds_min"].as_u64().expect("a length") as u32;
                self.send(step, kind, &remark, ("call.wav", wav(seconds))).await
            }
            "delivery" => {
                let page = self.page().await;
                let agreement = page["agreement"]["id"].clone();
                self.give(&client, json!({ "step": step, "kind": kind, "refers_to": agreement })).await
            }
            _ => self.give(&client, json!({ "step": step, "kind": kind, "remark": remark })).await,
        }
    }

    pub async fn give(&self, client: &Client, body: Value) -> Answer {
        client.post(&format!("/api/traces/{}/evidence", self.id), body).await
    }

    /// Sends a file; when it was made is when the trace was opened.
    pub async fn send(&self, step: &str, kind: &str, remark: &str, (name, bytes): (&str, Vec<u8>)) -> Answer {
        let mut body = Vec::new();
        for (field, value) in [("step", step), ("kind", kind), ("remark", remark)] {
            let part = format!("--X\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let head = format!(
            "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(bytes);
        body.extend(b"\r\n--X--\r\n");
        let path = format!("/api/traces/{}/files", self.id);
        self.by.send_raw("POST", &path, "multipart/form-data; boundary=X", body).await
    }

    /// A contact over a channel in which the customer was reached; one for each channel.
    pub async fn contact(&mut self, world: &World, channel: &'static str) -> String {
        if let Some((_, known)) = self.contacts.iter().find(|(known, _)| *known == channel) {
            return known.clone();
        }
        let contact = contact_with(world, self.customer, channel).await;
        self.contacts.push((channel, contact.clone()));
        contact
    }

    /// Shows every step that is needed, in order, a minute apart.
    pub async fn show_all(&mut self, world: &World) {
        let steps = self.page().await["steps"].as_array().expect("steps").clone();
        for step in steps.iter().filter(|step| step["needed"] == true) {
            let answer = self.show(world, step).await;
            assert_eq!(answer.status, 201, "{step}: {}", answer.body);
            world.app.clock().set(world.app.now().plus_seconds(60));
            // A contact of now for the steps that follow.
            self.contacts.clear();
        }
    }

    pub async fn close(&self) -> Answer {
        self.by.post(&format!("/api/traces/{}/closure", self.id), json!({ "verdict": "sold" })).await
    }
}

/// A work order of Wang's over a channel, done.
pub async fn contact_with(world: &World, customer: CustomerId, channel: &str) -> String {
    let wang = world.sign_in("wang").await;
    let subject = world.app.new_id(customer.bucket());
    let channel = Channel::from_word(channel).expect("a channel");
    let business_type = "return_visit_test".to_owned();
    let new = NewTouch { subject, channel, business_type, ..renewal(world, customer, "nanshan", Some("wang")) };
    assert_eq!(make(world, vec![new]).await, 1);
    let open = wang.get("/api/touches?state=assigned&limit=200").await.body;
    let own = open["items"].as_array().expect("a list").iter().find(|touch| touch["subject"] == subject.to_string());
    let touch = own.or(open["items"].as_array().and_then(|list| list.first())).expect("the work order");
    let path = format!("/api/touches/{}/outcome", touch["id"].as_str().expect("an id"));
    let recorded = wang.post(&path, json!({ "code": "done" })).await;
    assert_eq!(recorded.status, 201, "{}", recorded.body);
    recorded.body["id"].as_str().expect("a contact").to_owned()
}

/// A one-year policy of the customer.
pub async fn policy(world: &World, customer: CustomerId, more: Value) -> String {
    let wang = world.sign_in("wang").await;
    let mut body = json!({
        "kind": "policy", "number": "P-T-1", "product": "守护一年", "status": "pending", "start": "2026-12-01",
        "end": "2027-11-30",
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    let made = wang.post(&format!("/api/customers/{customer}/agreements"), body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().expect("an agreement").to_owned()
}

/// The agreement of a customer of a kind.
pub async fn held(world: &World, customer: CustomerId, kind: &str) -> String {
    let page = world.sign_in("hq").await.get(&format!("/api/customers/{customer}")).await.body;
    let agreements = page["agreements"].as_array().expect("agreements").clone();
    let found = agreements.iter().find(|one| one["kind"] == kind).expect("one of that kind");
    found["id"].as_str().expect("an id").to_owned()
}

/// How many rows a table has.
pub async fn count_of(world: &World, table: &str) -> i64 {
    sql(&format!("SELECT COUNT(*) FROM {table}")).value(world.app.read()).await.expect("a count")
}
