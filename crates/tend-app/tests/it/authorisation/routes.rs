//! The table of every route: one line each. A new route without a line here fails the test.
//!
//! A line says: the route, what it takes to call it, on what kind of thing it works, and a body that is well formed and
//! changes as little as possible.

use super::Things;
use serde_json::{Value, json};
use tend_rules::org::Permission::{self, *};
use tend_testkit::PASSWORD;

/// What it takes to call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: anybody on the network.
    Nothing,
    /// To be signed in, whatever the role.
    SignIn,
    /// A permission.
    May(Permission),
    /// A permission, and to sit in head office: it holds in the whole firm.
    Firm(Permission),
}

/// On what kind of thing a route works: the `{id}` in its path, or what its body names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// On nothing in particular: a list, or something new.
    Nothing,
    /// An answer that never ends: called without a session only.
    Stream,
    Unit,
    Staff,
    Customer,
    Touch,
    /// A batch, to be changed or opened.
    Batch,
    /// A batch, to be read: head office's batches are seen by the channels to whom the work comes down.
    BatchInLine,
    Upload,
    Segment,
    View,
    BulkEdit,
    /// A request of a customer.
    RightsRequest,
    /// A legal hold on a customer.
    Hold,
    Trace,
    /// An export: seen by who asked, and above by those who may agree.
    Export,
    /// An export, by who asked for it only.
    OwnExport,
    /// A notice that nobody has: not found by anybody.
    Notice,
    /// A webhook: the firm's, for those who may reach them at all.
    Webhook,
    /// A care plan: plans are the firm's, and whoever may read plans reads them all.
    Plan,
}

pub struct Route {
    /// `METHOD /path`, with a query where one is needed.
    pub call: &'static str,
    pub needs: Needs,
    pub on: On,
    pub body: fn(&Things) -> Value,
}

const fn to(call: &'static str, needs: Needs, on: On, body: fn(&Things) -> Value) -> Route {
    Route { call, needs, on, body }
}

fn none(_: &Things) -> Value {
    Value::Null
}

fn template(_: &Things) -> Value {
    json!({ "key": "tea", "channel": "sms", "wordings": [{ "zh": "茶", "en": "tea" }] })
}

fn gift(_: &Things) -> Value {
    json!({ "key": "tea", "title": { "zh": "茶", "en": "tea" }, "kind": "goods", "cost_minor": 6800 })
}

fn script(_: &Things) -> Value {
    let words = json!({ "zh": "茶", "en": "tea" });
    json!({ "key": "tea", "title": words, "stages": [{ "key": "opening", "title": words, "body": words }] })
}

fn outcome_code(_: &Things) -> Value {
    json!({ "title_zh": "茶", "title_en": "Tea", "reached": "yes", "result": "again" })
}

fn empty(_: &Things) -> Value {
    json!({})
}

fn bulk_edit(_: &Things) -> Value {
    json!({ "who": {}, "deed": { "kind": "label_on", "label": "vip" } })
}

use Needs::{Firm, May, SignIn};

/// Names of the people of one's own channel, whatever the role: for naming them in notes.
pub const COLLEAGUES: &str = "GET /colleagues";

pub const ROUTES: &[Route] = &[
    // program
    to("GET /health", Needs::Nothing, On::Nothing, none),
    to("GET /health/details", May(ManageStaff), On::Nothing, none),
    to("GET /events", SignIn, On::Stream, none),
    // org
    to("POST /session", Needs::Nothing, On::Nothing, |_| json!({ "login": "nobody", "password": "wrong" })),
    to("GET /session/ways", Needs::Nothing, On::Nothing, none),
    to("POST /session/passkey-question", Needs::Nothing, On::Nothing, empty),
    to(
        "POST /session/passkey",
        Needs::Nothing,
        On::Nothing,
        |_| json!({ "id": "AA", "client_data": "e30", "authenticator_data": "AA", "signature": "AA" }),
    ),
    to("POST /session/sso", Needs::Nothing, On::Nothing, none),
    to("POST /session/sso/return", Needs::Nothing, On::Nothing, |_| json!({ "state": "none" })),
    to("POST /me/sso", SignIn, On::Nothing, |_| json!({ "password": "wrong" })),
    to("GET /sso", May(ManageStaff), On::Nothing, none),
    to("PUT /sso", Firm(ManageStaff), On::Nothing, |_| {
        json!({ "provider": { "title": "x", "issuer": "https://login.firm.example", "client_id": "x" },
                "proof": { "password": PASSWORD } })
    }),
    to("DELETE /sso", Firm(ManageStaff), On::Nothing, none),
    to("POST /sso/trial", Firm(ManageStaff), On::Nothing, none),
    to("GET /me", SignIn, On::Nothing, none),
    to("GET /me/security", SignIn, On::Nothing, none),
    to("POST /me/passkeys/offer", SignIn, On::Nothing, |_| json!({ "password": "wrong" })),
    to(
        "POST /me/passkeys",
        SignIn,
        On::Nothing,
        |_| json!({ "name": "key", "client_data": "e30", "attestation": "AA" }),
    ),
    to("PATCH /me/passkeys/{id}", SignIn, On::Notice, |_| json!({ "name": "key" })),
    to("DELETE /me/passkeys/{id}", SignIn, On::Notice, |_| json!({ "password": "wrong" })),
    to("POST /me/recovery-codes", SignIn, On::Nothing, |_| json!({ "password": "wrong" })),
    to("GET /sign-in-policy", May(ManageStaff), On::Nothing, none),
    to("PUT /sign-in-policy", Firm(ManageStaff), On::Nothing, |_| json!({ "second_factor_roles": [] })),
    to("PATCH /me", SignIn, On::Nothing, empty),
    to("POST /me/totp", SignIn, On::Nothing, empty),
    to("PUT /me/totp", SignIn, On::Nothing, |_| json!({ "secret": "AAAA", "code": "000000" })),
    to("DELETE /me/totp", SignIn, On::Nothing, |_| json!({ "password": "wrong" })),
    to("PUT /me/password", SignIn, On::Nothing, |_| json!({ "present": "wrong", "new": "another one" })),
    to("GET /me/sessions", SignIn, On::Nothing, none),
    to("DELETE /me/sessions", SignIn, On::Nothing, none),
    to("DELETE /me/sessions/{id}", SignIn, On::Notice, none),
    to("GET /me/tokens", SignIn, On::Nothing, none),
    to(
        "POST /me/tokens",
        SignIn,
        On::Nothing,
        |_| json!({ "name": "t", "scopes": ["plans.read"], "days": 1, "password": "wrong" }),
    ),
    to("DELETE /me/tokens/{id}", SignIn, On::Notice, none),
    to("GET /me/presence", SignIn, On::Nothing, none),
    to("PUT /me/presence", SignIn, On::Nothing, |_| json!({ "state": "ready" })),
    to("GET /presence?on=nothing", SignIn, On::Nothing, none),
    to("PUT /presence", SignIn, On::Nothing, |_| json!({ "tab": "t" })),
    to("GET /notices", SignIn, On::Nothing, none),
    to("GET /notices/unread", SignIn, On::Nothing, none),
    to("PUT /notices/read", SignIn, On::Nothing, empty),
    to("PUT /notices/{id}/read", SignIn, On::Notice, none),
    to("DELETE /notices/{id}/read", SignIn, On::Notice, none),
    to(COLLEAGUES, SignIn, On::Nothing, none),
    to("GET /units", May(ReadStaff), On::Nothing, none),
    to("GET /roles", May(ReadStaff), On::Nothing, none),
    to("POST /units", May(ManageStaff), On::Unit, |t| json!({ "parent_id": t.unit, "kind": "team", "name": "新团队" })),
    to("PATCH /units/{id}", May(ManageStaff), On::Unit, |_| json!({ "name": "改名" })),
    to("GET /staff", May(ReadStaff), On::Nothing, none),
    to(
        "POST /staff",
        May(ManageStaff),
        On::Unit,
        |t| json!({ "unit_id": t.unit, "login": t.staff, "name": "新同事", "role": "maintainer", "password": "long enough" }),
    ),
    to("GET /staff/{id}", May(ReadStaff), On::Staff, none),
    to("PATCH /staff/{id}", May(ManageStaff), On::Staff, |_| json!({ "capacity_per_day": 10 })),
    to(
        "POST /staff/{id}/departure",
        May(ManageStaff),
        On::Staff,
        |t| json!({ "left_on": "2026-11-30", "heir_id": t.staff }),
    ),
    to("DELETE /staff/{id}/departure", May(ManageStaff), On::Staff, none),
    to("POST /staff/{id}/password-reset", May(ManageStaff), On::Staff, |_| json!({ "password": "short" })),
    to("POST /staff/{id}/second-factor-reset", May(ManageStaff), On::Staff, |_| json!({ "reason": "" })),
    // law
    to("GET /law", May(ManageRights), On::Nothing, none),
    to("PUT /law", Firm(ManageRights), On::Nothing, |_| json!({ "packs": ["nowhere"] })),
    to("GET /purposes", SignIn, On::Nothing, none),
    // intake
    to("POST /uploads", May(ImportBatches), On::Nothing, empty),
    to("POST /uploads/{id}/check", May(ImportBatches), On::Upload, |_| json!({ "mapping": { "columns": [] } })),
    to("GET /uploads/{id}/check", May(ReadBatches), On::Upload, none),
    to("POST /uploads/{id}/alike", May(ImportBatches), On::Upload, |_| json!({ "mapping": { "columns": [] } })),
    to("GET /uploads/{id}/problems", May(ReadBatches), On::Upload, none),
    to("GET /batches", May(ReadBatches), On::Nothing, none),
    to(
        "POST /batches",
        May(ImportBatches),
        On::Upload,
        |t| json!({ "upload_id": t.upload, "name": t.upload, "mapping": { "columns": [] } }),
    ),
    to("GET /batches/{id}", May(ReadBatches), On::BatchInLine, none),
    to("GET /batches/{id}/problems", May(ImportBatches), On::Batch, none),
    to("GET /batches/{id}/error-file", May(ImportBatches), On::Batch, none),
    to("GET /batches/{id}/undo-preview", May(ImportBatches), On::Batch, none),
    to("GET /batches/{id}/hand-out", May(HandOutWork), On::Batch, none),
    to("POST /batches/{id}/hand-out", May(HandOutWork), On::Batch, |_| json!({ "rule": "owner" })),
    to("POST /batches/{id}/undo", May(ImportBatches), On::Batch, empty),
    to("POST /batches/{id}/resumption", May(ImportBatches), On::Batch, empty),
    // customer
    to("GET /customers", May(ReadCustomers), On::Nothing, none),
    to("POST /customers", May(EditCustomers), On::Nothing, |_| json!({ "facts": {} })),
    to("GET /customers/{id}", May(ReadCustomers), On::Customer, none),
    to("PATCH /customers/{id}", May(EditCustomers), On::Customer, |_| json!({ "facts": { "occupation": "医生" } })),
    to("GET /customers/{id}/timeline", May(ReadCustomers), On::Customer, none),
    to("GET /customers/{id}/duplicates", May(EditCustomers), On::Customer, none),
    to("GET /customers/{id}/merge-preview?other_id={partner}", May(EditCustomers), On::Customer, none),
    to("GET /customers/{id}/merges", May(ReadCustomers), On::Customer, none),
    to(
        "POST /customers/{id}/merges",
        May(EditCustomers),
        On::Customer,
        |t| json!({ "other_id": t.partner, "other_version": 999 }),
    ),
    to("GET /customers/{id}/split-preview?merged_id={partner}", May(EditCustomers), On::Customer, none),
    to(
        "POST /customers/{id}/splits",
        May(EditCustomers),
        On::Customer,
        |t| json!({ "merged_id": t.partner, "reason": "two people" }),
    ),
    to("PUT /customers/{id}/labels/vip", May(EditCustomers), On::Customer, empty),
    to("DELETE /customers/{id}/labels/vip", May(EditCustomers), On::Customer, none),
    to(
        "PUT /customers/{id}/consents/sms",
        May(EditCustomers),
        On::Customer,
        |_| json!({ "state": "given", "proof": "on the phone" }),
    ),
    to("POST /customers/{id}/notes", May(EditCustomers), On::Customer, |_| json!({ "text": "a note" })),
    to(
        "POST /customers/{id}/unmasking",
        May(UnmaskFields),
        On::Customer,
        |t| json!({ "contact_point_id": t.point, "reason": "call back" }),
    ),
    to(
        "POST /customers/{id}/relations",
        May(EditCustomers),
        On::Customer,
        |t| json!({ "other_id": t.partner, "kind": "spouse" }),
    ),
    to("DELETE /customers/{id}/relations/{relation}", May(EditCustomers), On::Customer, none),
    to("POST /customers/{id}/agreements", May(EditCustomers), On::Customer, |_| json!({ "kind": "policy" })),
    to("PUT /customers/{id}/agreements/{agreement}", May(EditCustomers), On::Customer, |_| json!({ "kind": "policy" })),
    to("DELETE /customers/{id}/agreements/{agreement}", May(EditCustomers), On::Customer, none),
    to(
        "POST /customers/{id}/payments",
        May(EditCustomers),
        On::Customer,
        |_| json!({ "amount": { "minor": 100, "currency": "CNY" } }),
    ),
    to("DELETE /customers/{id}/payments/{payment}", May(EditCustomers), On::Customer, none),
    to("POST /customers/{id}/household", May(EditCustomers), On::Customer, |t| json!({ "members": [t.partner] })),
    to("DELETE /customers/{id}/household", May(EditCustomers), On::Customer, none),
    to("PUT /customers/{id}/keeper", May(HandOutWork), On::Customer, |t| json!({ "unit_id": t.unit })),
    to("GET /search?q=%E6%B3%84", SignIn, On::Nothing, none),
    to("GET /labels", SignIn, On::Nothing, none),
    to("POST /labels", Firm(ManageCatalogue), On::Nothing, empty),
    to("GET /facts", SignIn, On::Nothing, none),
    to("POST /facts", Firm(ManageCatalogue), On::Nothing, empty),
    // segment
    to("GET /segments", May(ReadCustomers), On::Nothing, none),
    to("POST /segments", May(ReadCustomers), On::Nothing, empty),
    to(
        "PATCH /segments/{id}",
        May(ReadCustomers),
        On::Segment,
        |_| json!({ "name": "金卡", "expression": "tier == \"gold\"", "shared": false }),
    ),
    to("DELETE /segments/{id}", May(ReadCustomers), On::Segment, none),
    to("GET /views", May(ReadCustomers), On::Nothing, none),
    to("POST /views", May(ReadCustomers), On::Nothing, |_| json!({ "title": "" })),
    to("GET /views/{id}", May(ReadCustomers), On::View, none),
    to("PATCH /views/{id}", May(ReadCustomers), On::View, |_| json!({ "title": "改名" })),
    to("PUT /views/{id}/pin", May(ReadCustomers), On::View, none),
    to("DELETE /views/{id}/pin", May(ReadCustomers), On::View, none),
    to("DELETE /views/{id}/removal", May(ReadCustomers), On::View, none),
    to("DELETE /views/{id}", May(ReadCustomers), On::View, none),
    to("POST /segments/check", May(ReadCustomers), On::Nothing, |_| json!({ "expression": "true" })),
    to("GET /segments/matching?expression=true", May(ReadCustomers), On::Nothing, none),
    to("GET /customers/count?segment=true", May(ReadCustomers), On::Nothing, none),
    // plan
    to("GET /customers/{id}/why", May(ReadCustomers), On::Customer, none),
    to("GET /customers/{id}/future", May(ReadCustomers), On::Customer, none),
    to("GET /plans", May(ReadPlans), On::Nothing, none),
    to("POST /plans", Firm(EditPlans), On::Nothing, |_| json!({ "text": "" })),
    to("POST /plans/check", May(ReadPlans), On::Nothing, |_| json!({ "text": "" })),
    to("POST /plans/form", May(ReadPlans), On::Nothing, |_| json!({ "text": "" })),
    to("GET /plan-choices", May(ReadPlans), On::Nothing, none),
    to("POST /plans/count", May(ReadCustomers), On::Nothing, |_| json!({ "expression": "true" })),
    to("POST /plans/rehearsal", Firm(EditPlans), On::Nothing, |_| json!({ "days": 1 })),
    to("POST /plans/load-difference", Firm(EditPlans), On::Nothing, |_| json!({ "text": "", "days": 1 })),
    to("GET /plans/{id}", May(ReadPlans), On::Plan, none),
    to("GET /plans/{id}/versions/1", May(ReadPlans), On::Plan, none),
    to("PUT /plans/{id}/draft", Firm(EditPlans), On::Plan, |_| json!({ "text": "" })),
    to("POST /plans/{id}/publication", Firm(EditPlans), On::Plan, |_| json!({ "reason": "test" })),
    to("DELETE /plans/{id}/publication", Firm(EditPlans), On::Plan, none),
    to("POST /plans/{id}/pause", Firm(EditPlans), On::Plan, |_| json!({ "reason": "test" })),
    to("DELETE /plans/{id}/pause", Firm(EditPlans), On::Plan, none),
    to("GET /playbooks", May(ReadPlans), On::Nothing, none),
    to("POST /playbooks/insurance/installation", Firm(EditPlans), On::Nothing, empty),
    to("GET /plan-runs", May(ReadPlans), On::Nothing, none),
    to("POST /plan-runs", Firm(EditPlans), On::Nothing, |_| json!({ "dry_run": true })),
    // work
    to("GET /my-day", May(DoWork), On::Nothing, none),
    to("GET /touches", May(ReadWork), On::Nothing, none),
    to("GET /touches/{id}", May(ReadWork), On::Touch, none),
    to("POST /bulk-edits/preview", May(EditCustomers), On::Nothing, bulk_edit),
    to("POST /bulk-edits", May(EditCustomers), On::Nothing, bulk_edit),
    to("GET /bulk-edits", May(EditCustomers), On::Nothing, none),
    to("GET /bulk-edits/{id}", May(EditCustomers), On::BulkEdit, none),
    to("POST /bulk-edits/{id}/stop", May(EditCustomers), On::BulkEdit, empty),
    to("POST /bulk-edits/{id}/undo", May(EditCustomers), On::BulkEdit, empty),
    to("GET /bulk-edits/{id}/error-file", May(EditCustomers), On::BulkEdit, none),
    to("GET /exports/columns", May(ExportCustomers), On::Nothing, none),
    to("POST /exports/preview", May(ExportCustomers), On::Nothing, |_| json!({ "who": {}, "columns": ["name"] })),
    to(
        "POST /exports",
        May(ExportCustomers),
        On::Nothing,
        |_| json!({ "who": {}, "columns": ["name", "phone_clear"], "format": "csv", "reason": "x" }),
    ),
    to("GET /exports", May(ReadCustomers), On::Nothing, none),
    to("GET /exports/{id}", May(ReadCustomers), On::Export, none),
    to("DELETE /exports/{id}", May(ExportCustomers), On::OwnExport, none),
    to("POST /exports/{id}/approval", May(ApproveExports), On::Export, empty),
    to("POST /exports/{id}/refusal", May(ApproveExports), On::Export, |_| json!({ "reason": "" })),
    to("GET /exports/{id}/file", May(ExportCustomers), On::OwnExport, none),
    to("GET /board", May(ReadWork), On::Nothing, none),
    to("GET /board/load", May(HandOutWork), On::Nothing, none),
    to("GET /board/team", May(HandOutWork), On::Nothing, none),
    to(
        "POST /board/moves",
        May(HandOutWork),
        On::Nothing,
        |t| json!({ "moves": [{ "touch_id": t.touch, "version": 999, "staff_id": t.staff }] }),
    ),
    to("POST /board/balance", May(HandOutWork), On::Unit, |t| json!({ "unit_id": t.unit, "dry_run": true })),
    to(
        "POST /customers/{id}/touches",
        May(DoWork),
        On::Customer,
        |_| json!({ "title": "call back", "channel": "phone", "due": "2026-11-24" }),
    ),
    to("POST /touches/{id}/snooze", May(DoWork), On::Touch, |_| json!({ "until": "2026-11-24T01:00:00Z" })),
    to("DELETE /touches/{id}/snooze", May(DoWork), On::Touch, none),
    to("POST /touches/{id}/claim", May(DoWork), On::Touch, empty),
    to("POST /touches/{id}/outcome", May(DoWork), On::Touch, |_| json!({ "code": "no_answer" })),
    to("DELETE /touches/{id}/outcome", May(DoWork), On::Touch, none),
    to("POST /touches/{id}/verification", May(VerifyWork), On::Touch, |_| json!({ "verdict": "accepted" })),
    to("DELETE /touches/{id}/verification", May(VerifyWork), On::Touch, none),
    to("DELETE /touches/{id}/claim", May(DoWork), On::Touch, none),
    to("POST /touches/hand-out", May(HandOutWork), On::Touch, |t| json!({ "touch_ids": [t.touch], "rule": "owner" })),
    to("POST /verifications/sample", May(VerifyWork), On::Nothing, |_| json!({ "percent": 100 })),
    to("GET /templates", May(ManageCatalogue), On::Nothing, none),
    to("POST /templates", Firm(ManageCatalogue), On::Nothing, template),
    to("POST /templates/check", May(ManageCatalogue), On::Nothing, template),
    to("PATCH /templates/tea", Firm(ManageCatalogue), On::Nothing, template),
    to("POST /templates/tea/retirement", Firm(ManageCatalogue), On::Nothing, empty),
    to("DELETE /templates/tea/retirement", Firm(ManageCatalogue), On::Nothing, none),
    to("GET /templates/tea/history", May(ManageCatalogue), On::Nothing, none),
    to("GET /scripts", May(ManageCatalogue), On::Nothing, none),
    to("POST /scripts", Firm(ManageCatalogue), On::Nothing, script),
    to("POST /scripts/check", May(ManageCatalogue), On::Nothing, script),
    to("PATCH /scripts/tea", Firm(ManageCatalogue), On::Nothing, script),
    to("POST /scripts/tea/retirement", Firm(ManageCatalogue), On::Nothing, empty),
    to("DELETE /scripts/tea/retirement", Firm(ManageCatalogue), On::Nothing, none),
    to("GET /scripts/tea/history", May(ManageCatalogue), On::Nothing, none),
    to("GET /gifts", May(ReadPlans), On::Nothing, none),
    to("POST /gifts", Firm(ManageCatalogue), On::Nothing, gift),
    to("PATCH /gifts/tea", Firm(ManageCatalogue), On::Nothing, gift),
    to("POST /gifts/tea/retirement", Firm(ManageCatalogue), On::Nothing, empty),
    to("DELETE /gifts/tea/retirement", Firm(ManageCatalogue), On::Nothing, none),
    to("GET /working-days?year=2026", May(ManageCatalogue), On::Nothing, none),
    to(
        "PUT /working-days/2026-12-24",
        Firm(ManageCatalogue),
        On::Nothing,
        |_| json!({ "worked": "off", "title": "x" }),
    ),
    to("DELETE /working-days/2026-12-24", Firm(ManageCatalogue), On::Nothing, none),
    to("GET /outcome-codes", May(ReadWork), On::Nothing, none),
    to("PUT /outcome-codes/any", Firm(ManageCatalogue), On::Nothing, |_| json!({ "codes": ["later"] })),
    to("PATCH /outcome-codes/any/later", Firm(ManageCatalogue), On::Nothing, outcome_code),
    to("POST /outcome-codes/any/later/retirement", Firm(ManageCatalogue), On::Nothing, empty),
    to("DELETE /outcome-codes/any/later/retirement", Firm(ManageCatalogue), On::Nothing, none),
    to("GET /remark-forms", May(ReadWork), On::Nothing, none),
    to("PUT /remark-forms/any", Firm(ManageCatalogue), On::Nothing, |_| json!({ "parts": [] })),
    to("DELETE /remark-forms/any", Firm(ManageCatalogue), On::Nothing, none),
    to("POST /remarks/check", May(ReadWork), On::Nothing, |_| json!({ "business_type": "sale", "text": "x" })),
    // trace
    to("GET /processes", May(ReadPlans), On::Nothing, none),
    to("POST /processes", Firm(EditPlans), On::Nothing, |_| json!({ "text": "" })),
    to("POST /processes/check", May(ReadPlans), On::Nothing, |_| json!({ "text": "" })),
    to("GET /processes/tea", May(ReadPlans), On::Nothing, none),
    to("POST /processes/tea/retirement", Firm(EditPlans), On::Nothing, empty),
    to("DELETE /processes/tea/retirement", Firm(EditPlans), On::Nothing, none),
    to("GET /traces", May(ReadTraces), On::Nothing, none),
    to("GET /customers/{id}/traces", May(ReadTraces), On::Customer, none),
    to("POST /customers/{id}/traces", May(RunTraces), On::Customer, |_| json!({ "process": "tea" })),
    to("GET /traces/{id}", May(ReadTraces), On::Trace, none),
    to("GET /traces/{id}/files/{evidence}", May(ReadTraces), On::Trace, none),
    to(
        "POST /traces/{id}/evidence",
        May(RunTraces),
        On::Trace,
        |_| json!({ "step": "ask", "kind": "note", "remark": "asked" }),
    ),
    to("POST /traces/{id}/files", May(RunTraces), On::Trace, empty),
    to(
        "POST /traces/{id}/withdrawal",
        May(RunTraces),
        On::Trace,
        |t| json!({ "evidence_id": t.evidence, "reason": "a slip" }),
    ),
    to(
        "POST /traces/{id}/closure",
        May(RunTraces),
        On::Trace,
        |_| json!({ "verdict": "abandoned", "reason": "no interest" }),
    ),
    to("POST /traces/{id}/reopening", May(JudgeTraces), On::Trace, |_| json!({ "reason": "a slip" })),
    to("POST /traces/{id}/export", May(JudgeTraces), On::Trace, |_| json!({ "reason": "the regulator asks" })),
    // report
    to("GET /statements?by=person", May(ReadStatements), On::Nothing, none),
    to("GET /statements/rows", May(ReadStatements), On::Nothing, none),
    to("GET /statements.xlsx", May(ReadStatements), On::Nothing, none),
    // rights
    to("GET /customers/{id}/consents", May(ReadCustomers), On::Customer, none),
    to("GET /customers/{id}/copy", May(ManageRights), On::Customer, none),
    to("POST /customers/{id}/erasure", May(ManageRights), On::Customer, empty),
    to("GET /customers/{id}/rights-requests", May(ManageRights), On::Customer, none),
    to("POST /customers/{id}/rights-requests", May(ManageRights), On::Customer, |_| json!({ "kind": "copy" })),
    to("GET /rights-requests?all=true", May(ManageRights), On::Nothing, none),
    to(
        "POST /rights-requests/{id}/decision",
        May(ManageRights),
        On::RightsRequest,
        |_| json!({ "decision": "refused" }),
    ),
    to("POST /rights-requests/{id}/approval", May(ManageRights), On::RightsRequest, none),
    to("GET /customers/{id}/holds", May(ManageRights), On::Customer, none),
    to("POST /customers/{id}/holds", May(ManageRights), On::Customer, empty),
    to("GET /holds", May(ManageRights), On::Nothing, none),
    to("POST /holds", Firm(ManageRights), On::Nothing, empty),
    to("POST /holds/{id}/release", May(ManageRights), On::Hold, empty),
    to("GET /retention", May(ManageRights), On::Nothing, none),
    to("POST /retention-runs", Firm(ManageRights), On::Nothing, none),
    // webhook
    to("GET /webhooks", Firm(ManageStaff), On::Nothing, none),
    to(
        "POST /webhooks",
        Firm(ManageStaff),
        On::Nothing,
        |_| json!({ "title": "", "url": "https://hooks.example.com/", "kinds": ["*"] }),
    ),
    to("GET /webhooks/{id}", Firm(ManageStaff), On::Webhook, none),
    to("PATCH /webhooks/{id}", Firm(ManageStaff), On::Webhook, |_| json!({ "title": "x" })),
    to("POST /webhooks/{id}/secret", Firm(ManageStaff), On::Webhook, none),
    to("POST /webhooks/{id}/test", Firm(ManageStaff), On::Webhook, none),
    to("GET /webhooks/{id}/undelivered", Firm(ManageStaff), On::Webhook, none),
    to("POST /webhooks/{id}/undelivered/1/delivery", Firm(ManageStaff), On::Webhook, none),
    to("PUT /webhooks/{id}/stop", Firm(ManageStaff), On::Webhook, none),
    to("DELETE /webhooks/{id}/stop", Firm(ManageStaff), On::Webhook, none),
    to("DELETE /webhooks/{id}", Firm(ManageStaff), On::Webhook, none),
    // last, because they end sessions
    to("DELETE /staff/{id}/sessions", May(ManageStaff), On::Staff, none),
    to("DELETE /session", SignIn, On::Nothing, none),
];
