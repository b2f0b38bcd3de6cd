//! Every route × every role × every relation: what the role table forbids is 403, what lies outside the scope is 404,
//! and no answer whatever tells a word of what its reader may not see. A route without a line in `routes` fails.

mod head_office;
mod owed;
mod routes;

use crate::work::{make, renewal};
use routes::{COLLEAGUES, Needs, On, ROUTES, Route};
use serde_json::json;
use std::collections::BTreeSet;
use tend_app::customer::{Draft, NewHold, create, new_agreement, place_hold};
use tend_app::org::{NewStaff, add_staff};
use tend_app::platform::{SealedPlace, sql};
use tend_app::rights::{NewRequest, open};
use tend_app::work::NewTouch;
use tend_rules::base::*;
use tend_rules::customer::PointKind;
use tend_rules::journal::Doer;
use tend_rules::law::Request;
use tend_rules::org::{Password, Role, Scope};
use tend_testkit::{Answer, Client, PASSWORD, World, each_store};

/// The firm's one care plan, published once.
const GREETING: PlanId = PlanId(uuid::Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0800));
const GREETING_TEXT: &str = r#"
key = "greeting"
business_type = "care"
title = { zh = "问候", en = "Greeting" }
reason = { zh = "金卡客户", en = "Gold customer" }
who = 'tier == "gold"'
channels = ["phone"]
by = "owner"
"#;

pub async fn publish_greeting(world: &World) {
    let tx = world.app.begin().await.expect("a transaction");
    sql("INSERT INTO plan (id, key, published_version, created_at_ms) VALUES ($1, 'greeting', 1, 0)")
        .bind(GREETING)
        .run(&*tx)
        .await
        .expect("a plan");
    sql("INSERT INTO plan_version (plan_id, version, text, published_at_ms, published_by, reason)
         VALUES ($1, 1, $2, 0, 'test', 'test')")
    .bind(GREETING)
    .bind(GREETING_TEXT)
    .run(&*tx)
    .await
    .expect("its version");
    tx.commit().await.expect("published");
}

/// How a thing stands to its reader. All readers sit in 深圳.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// The reader's own.
    Own,
    /// Of the same unit, a colleague's.
    Colleague,
    /// Of the team 南山 below.
    Child,
    /// Of the channel 上海 beside.
    Sibling,
    /// Of head office above.
    Parent,
}

const RELATIONS: [(Relation, &str); 5] = [
    (Relation::Own, "shenzhen"),
    (Relation::Colleague, "shenzhen"),
    (Relation::Child, "nanshan"),
    (Relation::Sibling, "shanghai"),
    (Relation::Parent, "hq"),
];

/// One thing of each kind, in one relation to one reader.
pub struct Things {
    reader: Role,
    relation: Relation,
    unit: UnitId,
    staff: StaffId,
    customer: CustomerId,
    /// The reader's own customer, to be related with this one.
    partner: CustomerId,
    point: ContactPointId,
    touch: TouchId,
    batch: BatchId,
    upload: String,
    segment: SegmentId,
    view: ViewId,
    bulk_edit: BulkEditId,
    request: RightsRequestId,
    hold: HoldId,
    trace: String,
    /// A file of the trace.
    evidence: String,
    /// One of the customer's.
    agreement: AgreementId,
    webhook: WebhookId,
    export: ExportId,
    /// In the names of customer, touch, upload and segment.
    mark: String,
    /// In the name of the batch.
    batch_mark: String,
    /// In the name of the person.
    staff_mark: String,
}

impl Things {
    fn id(&self, on: On) -> String {
        match on {
            On::Unit => self.unit.to_string(),
            On::Staff => self.staff.to_string(),
            On::Customer => self.customer.to_string(),
            On::Touch => self.touch.to_string(),
            On::Batch | On::BatchInLine => self.batch.to_string(),
            On::Upload => self.upload.clone(),
            On::Segment => self.segment.to_string(),
            On::View => self.view.to_string(),
            On::BulkEdit => self.bulk_edit.to_string(),
            On::RightsRequest => self.request.to_string(),
            On::Hold => self.hold.to_string(),
            On::Trace => self.trace.clone(),
            On::Webhook => self.webhook.to_string(),
            On::Export | On::OwnExport => self.export.to_string(),
            On::Plan => GREETING.to_string(),
            On::Notice => NoticeId(self.customer.0).to_string(),
            On::Nothing | On::Stream => String::new(),
        }
    }
}

/// Whether a reader may see a thing: DESK's rules once more, written down apart from the program.
fn may_see(reader: Role, things: &Things, on: On) -> bool {
    let below = matches!(things.relation, Relation::Own | Relation::Colleague | Relation::Child);
    let own = things.reader == reader && things.relation == Relation::Own;
    match (on, reader) {
        (On::Nothing | On::Stream | On::Plan | On::Notice | On::Webhook, _) => true,
        (On::Segment | On::View, _) => own,
        (On::BulkEdit, Role::Hq | Role::ChannelLead) => below,
        (On::BulkEdit, _) => own,
        (On::Export, Role::Hq | Role::Quality) => below,
        (On::Export | On::OwnExport, _) => own,
        (On::Unit | On::Staff, Role::Maintainer) => own,
        (On::Unit | On::Staff, _) => below,
        (_, Role::Admin) => false,
        (On::Batch | On::BatchInLine, Role::Maintainer) => false,
        (On::BatchInLine, _) => below || things.relation == Relation::Parent,
        (_, Role::Maintainer) => own,
        _ => below,
    }
}

async fn hire(world: &World, unit: UnitId, login: &str, name: &str, role: Role) -> StaffId {
    let new = NewStaff {
        unit_id: unit,
        login: login.into(),
        name: name.into(),
        role,
        password: PASSWORD.into(),
        capacity_per_day: 60,
        languages: Vec::new(),
        skills: Vec::new(),
    };
    let new = new.hashed(&world.app).await.expect("a password");
    let tx = world.app.begin().await.expect("a transaction");
    let staff = add_staff(&world.app, &tx, Doer::Program("test"), new, Password::Own).await.expect("a person");
    tx.commit().await.expect("hired");
    staff.id
}

/// Makes one thing of each kind. `importer` uploads for the unit.
async fn things(
    world: &World,
    (reader, me): (Role, StaffId),
    (relation, unit_key): (Relation, &'static str),
    importer: &Client,
) -> Things {
    let (app, unit) = (&world.app, world.unit(unit_key));
    let mark = format!("泄{}·{relation:?}", reader.word());
    let staff_mark = format!("员{}·{relation:?}", reader.word());
    let batch_mark = format!("批{}·{relation:?}", reader.word());
    let uploaded = upload(importer, &mark).await;
    let login = format!("c_{}_{relation:?}", reader.word());
    let staff = hire(world, unit, &login, &staff_mark, Role::Maintainer).await;
    let owner = if relation == Relation::Own { me } else { staff };

    let mut draft = Draft::blank(app, unit);
    draft.file.name = mark.clone();
    draft.file.owner_id = Some(owner);
    let agreement = new_agreement(app, draft.file.id, "policy");
    draft.agreements.push(agreement.clone());
    draft.points.push((PointKind::Phone, format!("+86138{:08}", rank(reader, relation))));
    let tx = app.begin().await.expect("a transaction");
    let customer = create(app, &tx, Doer::Program("test"), "test", draft).await.expect("a customer");
    let (batch, segment) = (BatchId(app.new_free_id()), SegmentId(app.new_free_id()));
    sql("INSERT INTO batch (id, name, target, business_type, reason, state, file_name, file_sha256, mapping, unit_id,
           created_by, upload_id, created_at_ms)
         VALUES ($1, $2, 'customers', 'renewal', '', 'imported', 'a.csv', '', '{}', $3, $4, $5, 0)")
    .bind(batch)
    .bind(&batch_mark)
    .bind(unit)
    // Whoever reads a batch reads the name of the person who brought it in.
    .bind(world.staff("hq"))
    .bind(uploaded.parse::<UploadId>().expect("an upload's id"))
    .run(&*tx)
    .await
    .expect("a batch");
    sql("INSERT INTO segment (id, name, expression, owner_id, created_at_ms) VALUES ($1, $2, 'true', $3, 0)")
        .bind(segment)
        .bind(&mark)
        .bind(owner)
        .run(&*tx)
        .await
        .expect("a segment");
    let view = ViewId(app.new_free_id());
    sql("INSERT INTO saved_view (id, title, owner_id, unit_id, created_at_ms) VALUES ($1, $2, $3, $4, 0)")
        .bind(view)
        .bind(&mark)
        .bind(owner)
        .bind(unit)
        .run(&*tx)
        .await
        .expect("a view");
    let bulk_edit = BulkEditId(app.new_free_id());
    sql("INSERT INTO bulk_edit (id, title, whom, deed, state, by_id, unit_id, created_at_ms)
         VALUES ($1, $2, '{}', '{\"kind\":\"label_on\",\"label\":\"vip\"}', 'done', $3, $4, 0)")
    .bind(bulk_edit)
    .bind(&mark)
    .bind(owner)
    .bind(unit)
    .run(&*tx)
    .await
    .expect("a bulk edit");
    let asked = NewRequest { customer, kind: Request::Copy, received: app.today(), note: &mark };
    let request = open(app, &tx, Doer::Program("test"), &Scope::Firm, asked).await.expect("a request");
    let held = NewHold { customer: Some(customer), reason: &mark, from: app.today(), until: None };
    let hold = place_hold(app, &tx, Doer::Program("test"), &Scope::Firm, held).await.expect("a hold");
    let webhook = WebhookId(app.new_free_id());
    // An address that is never called: no public one.
    sql("INSERT INTO webhook (id, title, url, kinds, secret_cell, seen_seq, version, made_by_id, created_at_ms)
         VALUES ($1, 'hook', 'https://127.0.0.1/', '*', $2, 0, 1, $3, 0)")
    .bind(webhook)
    .bind(app.keys().seal_firm(SealedPlace::WebhookSecret, webhook.0, &[7; 32]))
    .bind(owner)
    .run(&*tx)
    .await
    .expect("a webhook");
    sql("INSERT INTO webhook_undelivered (webhook_id, seq, kind, body, tries, why, at_ms)
         VALUES ($1, 1, 'touch.made', '{}', 8, 'unreachable', 0)")
    .bind(webhook)
    .run(&*tx)
    .await
    .expect("an event that was given up");
    let export = ExportId(app.new_free_id());
    sql("INSERT INTO customer_export (id, mark, whom, columns, format, reason, state, by_id, unit_id, total, created_at_ms,
           expires_at_ms)
         VALUES ($1, $2, '{}', 'name', 'csv', $3, 'refused', $4, $5, 1, 0, 0)")
    .bind(export)
    .bind(export.0.as_u128() as i64)
    .bind(&mark)
    .bind(owner)
    .bind(unit)
    .run(&*tx)
    .await
    .expect("an export");
    tx.commit().await.expect("committed");

    let point = sql("SELECT id FROM contact_point WHERE bucket = $1 AND customer_id = $2")
        .bind(customer.bucket())
        .bind(customer);
    let mut new = NewTouch { owner: Some(owner), ..renewal(world, customer, unit_key, None) };
    new.title.zh.clone_from(&mark);
    new.title.en.clone_from(&mark);
    assert_eq!(make(world, vec![new]).await, 1);
    let (trace, evidence) = traced(importer, customer, &mark).await;
    let touch =
        sql("SELECT id FROM touch WHERE bucket = $1 AND customer_id = $2").bind(customer.bucket()).bind(customer);
    Things {
        reader,
        relation,
        unit,
        staff,
        customer,
        partner: customer,
        point: point.value(app.read()).await.expect("a point"),
        touch: touch.value(app.read()).await.expect("a touch"),
        batch,
        upload: uploaded,
        trace,
        evidence,
        agreement: agreement.id,
        segment,
        view,
        bulk_edit,
        request,
        hold,
        webhook,
        export,
        mark,
        batch_mark,
        staff_mark,
    }
}

/// A process of one step.
const TEA: &str = r#"
key = "tea"
version = 1
business_type = "tea"
title = { zh = "茶", en = "Tea" }
[[step]]
key = "ask"
title = { zh = "问", en = "Ask" }
accepts = [{ kind = "note" }, { kind = "file" }]
[[test]]
name = "asked"
day = "2026-11-23"
has = ["ask"]
expect = "closes"
"#;

/// A trace of the customer with a file that bears the mark. The process is head office's to add: an importer of a branch
/// finds it there, or is refused.
async fn traced(importer: &Client, customer: CustomerId, mark: &str) -> (String, String) {
    importer.post("/api/processes", json!({ "text": TEA })).await;
    let path = format!("/api/customers/{customer}/traces");
    let made = importer.post(&path, json!({ "process": "tea", "product": mark })).await;
    let trace = made.body["id"].as_str().unwrap_or_else(|| panic!("a trace: {} {}", made.status, made.body)).to_owned();
    let body = format!(
        "--X\r\nContent-Disposition: form-data; name=\"step\"\r\n\r\nask\r\n--X\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{mark}.pdf\"\r\n\r\n%PDF-1.7 {mark}\r\n--X--\r\n"
    );
    let path = format!("/api/traces/{trace}/files");
    let sent = importer.send_raw("POST", &path, "multipart/form-data; boundary=X", body.into_bytes()).await;
    let evidence = sent.body["evidence"][0]["id"].as_str();
    (trace, evidence.unwrap_or_else(|| panic!("a file: {} {}", sent.status, sent.body)).to_owned())
}

fn rank(reader: Role, relation: Relation) -> usize {
    let reader = Role::ALL.iter().position(|role| *role == reader).unwrap_or_default();
    let relation = RELATIONS.iter().position(|(known, _)| *known == relation).unwrap_or_default();
    reader * 10 + relation
}

async fn upload(importer: &Client, mark: &str) -> String {
    let body = format!(
        "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{mark}.csv\"\r\nContent-Type: text/csv\r\n\r\n\
         姓名,手机\n张三,13800001111\n\r\n--X--\r\n"
    );
    let made = importer.send_raw("POST", "/api/uploads", "multipart/form-data; boundary=X", body.into_bytes()).await;
    made.body["id"].as_str().unwrap_or_else(|| panic!("an upload: {} {}", made.status, made.body)).to_owned()
}

async fn call(client: &Client, route: &Route, things: &Things) -> Answer {
    let (method, path) = route.call.split_once(' ').expect("a method and a path");
    let path = path.replace("{id}", &things.id(route.on)).replace("{evidence}", &things.evidence);
    let path = path.replace("{agreement}", &things.agreement.to_string());
    // Ids of nothing: what is not there is taken away already.
    let path = path.replace("{relation}", &RelationId(things.agreement.0).to_string());
    let path = path.replace("{payment}", &PaymentId(things.agreement.0).to_string());
    let path = format!("/api{}", path.replace("{partner}", &things.partner.to_string()));
    let body = (route.body)(things);
    let key = (method != "GET").then(|| uuid::Uuid::now_v7().to_string());
    // Nobody has seen version 999: what is permitted fails there, behind the gate, and changes nothing.
    let versioned = ["/merges", "/splits", "/agreements/"].iter().any(|part| path.contains(part));
    let version = (method == "PATCH" || versioned).then_some(999);
    client.send(method, &path, key.as_deref(), version, (!body.is_null()).then_some(&body)).await
}

fn code(answer: &Answer) -> &str {
    answer.body["code"].as_str().unwrap_or("")
}

/// What is wrong with an answer, if anything.
fn fault(route: &Route, reader: Role, things: &Things, answer: &Answer) -> Option<String> {
    let wrong = |wanted: &str| {
        let (relation, status) = (things.relation, answer.status);
        Some(format!("{} as {reader:?} on {relation:?}: {status} {}, wanted {wanted}", route.call, code(answer)))
    };
    match route.needs {
        Needs::Nothing => None,
        Needs::SignIn if code(answer) == "not_signed_in" || answer.status >= 500 => wrong("a person to be let in"),
        Needs::SignIn => None,
        Needs::May(permission) | Needs::Firm(permission) if !reader.may(permission) => {
            if (answer.status, code(answer)) == (403, "not_permitted") { None } else { wrong("403 by the role") }
        }
        Needs::Firm(_) if (answer.status, code(answer)) == (403, "head_office_needed") => None,
        Needs::Firm(_) => wrong("403 below head office"),
        Needs::May(_) if !may_see(reader, things, route.on) => {
            if answer.status == 404 {
                None
            } else {
                wrong("404 outside the scope")
            }
        }
        Needs::May(_) if matches!(answer.status, 401 | 403 | 404) || answer.status >= 500 => wrong("to be let in"),
        Needs::May(_) => None,
    }
}

#[test]
fn every_route_has_its_line() {
    let document = serde_json::to_value(tend_app::openapi()).expect("a document");
    let mut served = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("methods").keys().filter(|key| key.len() < 7) {
            let path = path.strip_prefix("/api").expect("under /api");
            served.insert(format!("{} {path}", method.to_uppercase()));
            let name = item[method]["operationId"].as_str().expect("a name").to_owned();
            assert!(names.insert(name.clone()), "two routes are called {name}: the client would have it twice");
        }
    }
    let filled = [
        ("labels/vip", "labels/{key}"),
        ("consents/sms", "consents/{channel}"),
        ("versions/1", "versions/{n}"),
        ("playbooks/insurance", "playbooks/{key}"),
        ("processes/tea", "processes/{key}"),
        ("templates/tea", "templates/{key}"),
        ("scripts/tea", "scripts/{key}"),
        ("gifts/tea", "gifts/{key}"),
        ("working-days/2026-12-24", "working-days/{day}"),
        ("remark-forms/any", "remark-forms/{business_type}"),
        ("outcome-codes/any", "outcome-codes/{business_type}"),
        ("{business_type}/later", "{business_type}/{code}"),
        ("undelivered/1/", "undelivered/{seq}/"),
    ];
    let listed: BTreeSet<String> = ROUTES
        .iter()
        .map(|route| {
            let call = route.call.split('?').next().unwrap_or(route.call).to_owned();
            filled.iter().fold(call, |call, (value, name)| call.replace(value, name))
        })
        .collect();
    let missing: Vec<_> = served.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&served).collect();
    assert!(missing.is_empty(), "add a line to authorisation/routes.rs for {missing:#?}");
    assert!(gone.is_empty(), "these lines name no route any more: {gone:#?}");
}

#[tokio::test]
async fn without_a_session_every_route_but_the_way_in_is_closed() {
    each_store(async |world| {
        let nobody = world.client();
        assert_eq!(nobody.get("/api/openapi.json").await.status, 200);
        let hq = world.sign_in("hq").await;
        let me = (Role::Hq, world.staff("hq"));
        let things = things(&world, me, (Relation::Parent, "hq"), &hq).await;
        for route in ROUTES {
            let answer = call(&nobody, route, &things).await;
            match route.needs {
                Needs::Nothing => assert_ne!(code(&answer), "not_signed_in", "{}", route.call),
                _ => assert_eq!((answer.status, code(&answer)), (401, "not_signed_in"), "{}", route.call),
            }
            assert!(!String::from_utf8_lossy(&answer.bytes).contains(&things.mark), "{} leaks", route.call);
        }
    })
    .await;
}

#[tokio::test]
async fn no_role_reaches_or_reads_what_is_not_its_own() {
    each_store(async |world| {
        publish_greeting(&world).await;
        let mut readers = Vec::new();
        for role in Role::ALL {
            let login = format!("r_{}", role.word());
            readers.push((role, hire(&world, world.unit("shenzhen"), &login, &login, role).await));
        }
        let process = world.sign_in("hq").await.post("/api/processes", json!({ "text": TEA })).await;
        assert_eq!(process.status, 201, "{}", process.body);
        let mut every = Vec::new();
        for (relation, unit) in RELATIONS {
            let login = format!("importer_{relation:?}").to_lowercase();
            hire(&world, world.unit(unit), &login, &login, Role::Hq).await;
            let importer = world.sign_in(&login).await;
            for reader in &readers {
                every.push(things(&world, *reader, (relation, unit), &importer).await);
            }
        }
        let label =
            json!({ "key": "vip", "title": { "zh": "贵宾", "en": "VIP" }, "title_zh": "贵宾", "title_en": "VIP" });
        let made = world.sign_in("hq").await.post("/api/labels", label).await;
        assert!(made.status < 300, "a label: {}", made.body);

        for (role, _) in &readers {
            let own = every.iter().find(|known| known.reader == *role && known.relation == Relation::Own);
            let partner = own.expect("the reader's own").customer;
            every.iter_mut().filter(|known| known.reader == *role).for_each(|known| known.partner = partner);
        }

        let mut faults = Vec::new();
        for (role, _) in &readers {
            faults.extend(faults_of(&world, *role, &every).await);
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    })
    .await;
}

async fn faults_of(world: &World, role: Role, every: &[Things]) -> Vec<String> {
    let hidden: Vec<&str> = every
        .iter()
        .flat_map(|things| {
            let mark = (!may_see(role, things, On::Customer)).then_some(things.mark.as_str());
            let batch = (!may_see(role, things, On::BatchInLine)).then_some(things.batch_mark.as_str());
            let staff = (!may_see(role, things, On::Staff)).then_some(things.staff_mark.as_str());
            mark.into_iter().chain(batch).chain(staff)
        })
        .collect();
    // Colleagues of the own channel are no secret, whoever asks.
    let channel: Vec<&str> = every
        .iter()
        .filter(|things| may_see(Role::ChannelLead, things, On::Staff))
        .map(|things| things.staff_mark.as_str())
        .collect();
    let mut faults = Vec::new();
    let client = world.sign_in(&format!("r_{}", role.word())).await;
    for route in ROUTES.iter().filter(|route| route.on != On::Stream) {
        for things in every.iter().filter(|things| things.reader == role) {
            if matches!(route.on, On::Nothing) && things.relation != Relation::Own {
                continue;
            }
            let answer = call(&client, route, things).await;
            faults.extend(fault(route, role, things, &answer));
            let text = String::from_utf8_lossy(&answer.bytes);
            let known: Vec<&str> = if route.call == COLLEAGUES { channel.clone() } else { Vec::new() };
            if let Some(leak) = hidden.iter().find(|mark| !known.contains(mark) && text.contains(**mark)) {
                faults.push(format!("{} as {role:?} on {:?} leaks {leak}", route.call, things.relation));
            }
        }
    }
    faults
}
