//! The desk inside the program: its built files, the fall-back to its first page with a nonce of its own. The other
//! headers come from the gate (tend-app, `platform::gate`).

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use tend_app::platform::gate::page_policy;

#[derive(RustEmbed)]
#[folder = "../../web/desk/dist"]
struct Files;

/// What stands in the built page where the nonce belongs (web/desk/vite.config.ts).
const NONCE_MARK: &str = "__CSP_NONCE__";

const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Tend</title>\
    <p>The desk is not built into this program. Build it with <code>make build</code>, or in <code>web/desk</code> \
    with <code>npm ci</code> and <code>npm run build</code>, then build the program again.</p>\
    <p lang=zh>程序里还没有前端页面。请运行 <code>make build</code>，或在 <code>web/desk</code> 目录执行 \
    <code>npm ci</code> 与 <code>npm run build</code> 后重新编译。</p>\
    <p>API: <a href=/api/openapi.json>/api/openapi.json</a></p>";

/// Whether the desk was built before the program.
pub fn is_built_in() -> bool {
    Files::get("index.html").is_some()
}

/// The desk as a service, for every address that is not the API's.
pub fn router() -> Router {
    Router::new().fallback(serve)
}

async fn serve(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    let seen = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if let Some(file) = Files::get(path).filter(|_| !path.is_empty() && path != "index.html") {
        return answer(path, file, seen);
    }
    // A file that is asked for by name and is not there is an error; any other address is a page of the desk.
    let names_a_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    match Files::get("index.html") {
        _ if names_a_file => StatusCode::NOT_FOUND.into_response(),
        Some(page) => first_page(&page),
        None => axum::response::Html(NOT_BUILT).into_response(),
    }
}

/// The page that holds the desk, with a nonce of its own; never kept, because its policy names the nonce.
fn first_page(page: &EmbeddedFile) -> Response {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    let nonce: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = String::from_utf8_lossy(&page.data).replace(NONCE_MARK, &nonce);
    let mut response = axum::response::Html(text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, page_policy(Some(&nonce)));
    response
}

fn answer(path: &str, file: EmbeddedFile, seen: Option<&str>) -> Response {
    let hash = file.metadata.sha256_hash();
    let tag: String = hash[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    // Built files carry their hash in the name and never change; pages are asked for again.
    let keeping = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let builder = Response::builder()
        .header(header::ETAG, &tag)
        .header(header::CACHE_CONTROL, keeping)
        .header(header::CONTENT_TYPE, kind.as_ref());
    let answered = if seen == Some(tag.as_str()) {
        builder.status(StatusCode::NOT_MODIFIED).body(Body::empty())
    } else {
        builder.body(Body::from(file.data.into_owned()))
    };
    answered.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
