//! How each call is treated when there are more than can be carried out: what people do at work first, lists and reports
//! behind it. One table for all rooms, as it can only be weighed as a whole; a route without a line fails the test.

use crate::platform::gate::Class;
use axum::http::Method;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Short, but over many rows; a page of the desk asks for several at once.
const LISTS: &[&str] = &[
    "GET /batches",
    "GET /batches/{id}/problems",
    "GET /board",
    "GET /board/load",
    "GET /board/team",
    "GET /bulk-edits",
    "GET /customers",
    "GET /customers/count",
    "GET /exports",
    "GET /holds",
    "GET /openapi.json",
    "GET /plan-runs",
    "GET /rights-requests",
    "GET /search",
    "GET /segments/matching",
    "GET /staff",
    "GET /statements/rows",
    "GET /touches",
    "GET /traces",
    "GET /uploads/{id}/problems",
    "GET /webhooks/{id}/undelivered",
    "POST /plans/count",
    "POST /segments/check",
    "POST /uploads/{id}/alike",
];

/// May take seconds: reports, rehearsals, what is looked at before many are changed, files.
const REPORTS: &[&str] = &[
    "GET /batches/{id}/error-file",
    "GET /batches/{id}/hand-out",
    "GET /batches/{id}/undo-preview",
    "GET /bulk-edits/{id}/error-file",
    "GET /customers/{id}/copy",
    "GET /exports/{id}/file",
    "GET /retention",
    "GET /statements",
    "GET /statements.xlsx",
    "POST /board/balance",
    "POST /bulk-edits/preview",
    "POST /exports/preview",
    "POST /plan-runs",
    "POST /plans/load-difference",
    "POST /plans/rehearsal",
    "POST /traces/{id}/export",
    "POST /verifications/sample",
];

/// What somebody does at work.
const ACTIONS: &[&str] = &[
    "POST /batches",
    "GET /batches/{id}",
    "POST /batches/{id}/hand-out",
    "POST /batches/{id}/resumption",
    "POST /batches/{id}/undo",
    "POST /board/moves",
    "POST /bulk-edits",
    "GET /bulk-edits/{id}",
    "POST /bulk-edits/{id}/stop",
    "POST /bulk-edits/{id}/undo",
    "GET /colleagues",
    "POST /customers",
    "GET /customers/{id}",
    "PATCH /customers/{id}",
    "POST /customers/{id}/agreements",
    "DELETE /customers/{id}/agreements/{agreement}",
    "PUT /customers/{id}/agreements/{agreement}",
    "GET /customers/{id}/consents",
    "PUT /customers/{id}/consents/{channel}",
    "GET /customers/{id}/duplicates",
    "POST /customers/{id}/erasure",
    "GET /customers/{id}/future",
    "GET /customers/{id}/holds",
    "POST /customers/{id}/holds",
    "DELETE /customers/{id}/household",
    "POST /customers/{id}/household",
    "PUT /customers/{id}/keeper",
    "DELETE /customers/{id}/labels/{key}",
    "PUT /customers/{id}/labels/{key}",
    "GET /customers/{id}/merge-preview",
    "GET /customers/{id}/merges",
    "POST /customers/{id}/merges",
    "POST /customers/{id}/notes",
    "POST /customers/{id}/payments",
    "DELETE /customers/{id}/payments/{payment}",
    "POST /customers/{id}/relations",
    "DELETE /customers/{id}/relations/{relation}",
    "GET /customers/{id}/rights-requests",
    "POST /customers/{id}/rights-requests",
    "GET /customers/{id}/split-preview",
    "POST /customers/{id}/splits",
    "GET /customers/{id}/timeline",
    "POST /customers/{id}/touches",
    "GET /customers/{id}/traces",
    "POST /customers/{id}/traces",
    "POST /customers/{id}/unmasking",
    "GET /customers/{id}/why",
    "GET /events",
    "POST /exports",
    "GET /exports/columns",
    "DELETE /exports/{id}",
    "GET /exports/{id}",
    "POST /exports/{id}/approval",
    "POST /exports/{id}/refusal",
    "GET /facts",
    "POST /facts",
    "GET /gifts",
    "POST /gifts",
    "PATCH /gifts/{key}",
    "DELETE /gifts/{key}/retirement",
    "POST /gifts/{key}/retirement",
    "GET /health",
    "GET /health/details",
    "POST /holds",
    "POST /holds/{id}/release",
    "GET /labels",
    "POST /labels",
    "GET /law",
    "PUT /law",
    "GET /me",
    "PATCH /me",
    "POST /me/passkeys",
    "POST /me/passkeys/offer",
    "DELETE /me/passkeys/{id}",
    "PATCH /me/passkeys/{id}",
    "PUT /me/password",
    "GET /me/presence",
    "PUT /me/presence",
    "POST /me/recovery-codes",
    "GET /me/security",
    "DELETE /me/sessions",
    "GET /me/sessions",
    "DELETE /me/sessions/{id}",
    "POST /me/sso",
    "GET /me/tokens",
    "POST /me/tokens",
    "DELETE /me/tokens/{id}",
    "DELETE /me/totp",
    "POST /me/totp",
    "PUT /me/totp",
    "GET /my-day",
    "GET /notices",
    "PUT /notices/read",
    "GET /notices/unread",
    "DELETE /notices/{id}/read",
    "PUT /notices/{id}/read",
    "GET /outcome-codes",
    "PUT /outcome-codes/{business_type}",
    "PATCH /outcome-codes/{business_type}/{code}",
    "DELETE /outcome-codes/{business_type}/{code}/retirement",
    "POST /outcome-codes/{business_type}/{code}/retirement",
    "GET /plan-choices",
    "GET /plans",
    "POST /plans",
    "POST /plans/check",
    "POST /plans/form",
    "GET /plans/{id}",
    "PUT /plans/{id}/draft",
    "DELETE /plans/{id}/pause",
    "POST /plans/{id}/pause",
    "DELETE /plans/{id}/publication",
    "POST /plans/{id}/publication",
    "GET /plans/{id}/versions/{n}",
    "GET /playbooks",
    "POST /playbooks/{key}/installation",
    "GET /presence",
    "PUT /presence",
    "GET /processes",
    "POST /processes",
    "POST /processes/check",
    "GET /processes/{key}",
    "DELETE /processes/{key}/retirement",
    "POST /processes/{key}/retirement",
    "GET /purposes",
    "GET /remark-forms",
    "DELETE /remark-forms/{business_type}",
    "PUT /remark-forms/{business_type}",
    "POST /remarks/check",
    "POST /retention-runs",
    "POST /rights-requests/{id}/approval",
    "POST /rights-requests/{id}/decision",
    "GET /roles",
    "GET /scripts",
    "POST /scripts",
    "POST /scripts/check",
    "PATCH /scripts/{key}",
    "GET /scripts/{key}/history",
    "DELETE /scripts/{key}/retirement",
    "POST /scripts/{key}/retirement",
    "GET /segments",
    "POST /segments",
    "DELETE /segments/{id}",
    "PATCH /segments/{id}",
    "DELETE /session",
    "POST /session",
    "POST /session/passkey",
    "POST /session/passkey-question",
    "POST /session/sso",
    "POST /session/sso/return",
    "GET /session/ways",
    "GET /sign-in-policy",
    "PUT /sign-in-policy",
    "DELETE /sso",
    "GET /sso",
    "PUT /sso",
    "POST /sso/trial",
    "POST /staff",
    "GET /staff/{id}",
    "PATCH /staff/{id}",
    "DELETE /staff/{id}/departure",
    "POST /staff/{id}/departure",
    "POST /staff/{id}/password-reset",
    "POST /staff/{id}/second-factor-reset",
    "DELETE /staff/{id}/sessions",
    "GET /templates",
    "POST /templates",
    "POST /templates/check",
    "PATCH /templates/{key}",
    "GET /templates/{key}/history",
    "DELETE /templates/{key}/retirement",
    "POST /templates/{key}/retirement",
    "POST /touches/hand-out",
    "GET /touches/{id}",
    "DELETE /touches/{id}/claim",
    "POST /touches/{id}/claim",
    "DELETE /touches/{id}/outcome",
    "POST /touches/{id}/outcome",
    "DELETE /touches/{id}/snooze",
    "POST /touches/{id}/snooze",
    "DELETE /touches/{id}/verification",
    "POST /touches/{id}/verification",
    "GET /traces/{id}",
    "POST /traces/{id}/closure",
    "POST /traces/{id}/evidence",
    "POST /traces/{id}/files",
    "GET /traces/{id}/files/{evidence}",
    "POST /traces/{id}/reopening",
    "POST /traces/{id}/withdrawal",
    "GET /units",
    "POST /units",
    "PATCH /units/{id}",
    "POST /uploads",
    "GET /uploads/{id}/check",
    "POST /uploads/{id}/check",
    "GET /views",
    "POST /views",
    "DELETE /views/{id}",
    "GET /views/{id}",
    "PATCH /views/{id}",
    "DELETE /views/{id}/pin",
    "PUT /views/{id}/pin",
    "DELETE /views/{id}/removal",
    "GET /webhooks",
    "POST /webhooks",
    "DELETE /webhooks/{id}",
    "GET /webhooks/{id}",
    "PATCH /webhooks/{id}",
    "POST /webhooks/{id}/secret",
    "DELETE /webhooks/{id}/stop",
    "PUT /webhooks/{id}/stop",
    "POST /webhooks/{id}/test",
    "POST /webhooks/{id}/undelivered/{seq}/delivery",
    "GET /working-days",
    "DELETE /working-days/{day}",
    "PUT /working-days/{day}",
];

static KNOWN: LazyLock<HashMap<(&str, &str), Class>> = LazyLock::new(|| {
    let of = |calls: &'static [&'static str], class| {
        calls.iter().filter_map(|call| call.split_once(' ')).map(move |call| (call, class))
    };
    of(LISTS, Class::List).chain(of(REPORTS, Class::Report)).chain(of(ACTIONS, Class::Action)).collect()
});

fn known(method: &str, path: &str) -> Option<Class> {
    let method = if method == "HEAD" { "GET" } else { method };
    let known: &HashMap<(&str, &str), Class> = &KNOWN;
    known.get(&(method, path)).copied()
}

/// The class of a call by its method and its route under `/api`. What nobody weighed may not keep people from their work.
pub(crate) fn class_of(method: &Method, path: &str) -> Class {
    known(method.as_str(), path).unwrap_or(Class::List)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn routes() -> BTreeSet<String> {
        let document = serde_json::to_value(crate::openapi()).expect("a document");
        let paths = document["paths"].as_object().expect("paths");
        let of = |path: &str, item: &serde_json::Value| -> Vec<String> {
            let methods = item.as_object().expect("methods").keys().filter(|key| key.len() < 7);
            let path = path.strip_prefix("/api").expect("all stand under /api");
            methods.map(|method| format!("{} {path}", method.to_uppercase())).collect()
        };
        paths.iter().flat_map(|(path, item)| of(path, item)).collect()
    }

    #[test]
    fn every_route_has_one_class_and_every_line_a_route() {
        let lines: Vec<&str> = [LISTS, REPORTS, ACTIONS].concat();
        let once: BTreeSet<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(once.len(), lines.len(), "a line stands twice");
        let mut routes = routes();
        // Serves the document itself and does not stand in it.
        routes.insert("GET /openapi.json".into());
        let without: Vec<_> = routes.difference(&once).collect();
        assert!(without.is_empty(), "give each a class in classes.rs: {without:#?}");
        let gone: Vec<_> = once.difference(&routes).collect();
        assert!(gone.is_empty(), "no such route: {gone:#?}");
    }

    #[test]
    fn what_agents_do_is_an_action_and_what_reads_many_is_not() {
        for (call, class) in [
            ("GET /my-day", Class::Action),
            ("GET /customers/{id}", Class::Action),
            ("POST /touches/{id}/outcome", Class::Action),
            ("POST /session", Class::Action),
            ("GET /customers", Class::List),
            ("HEAD /customers", Class::List),
            ("GET /statements", Class::Report),
            ("GET /somewhere-new", Class::List),
        ] {
            let (method, path) = call.split_once(' ').expect("a call");
            assert_eq!(class_of(&method.parse().expect("a method"), path), class, "{call}");
        }
    }
}
