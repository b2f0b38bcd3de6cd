//! Files of evidence in and out, and the evidence file for a regulator.

use super::shape::TracePageShape;
use super::{TraceReasonBody, shown};
use crate::intake::{FileError, small_text};
use crate::org::{Actor, Who, grant};
use crate::platform::{App, Problem, Validated, in_parts};
use crate::trace::{self, EVIDENCE_BYTES_MAX, Keeping, NewEvidence, TraceError};
use axum::Json;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::io::Read;
use tend_rules::base::*;
use tend_rules::trace::EvidenceKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A field of the form: room for the longest remark.
const FIELD_BYTES_MAX: usize = 16 * 1024;

pub(super) fn router() -> OpenApiRouter<App> {
    let limit = DefaultBodyLimit::max(usize::try_from(EVIDENCE_BYTES_MAX).unwrap_or(usize::MAX) + (1 << 20));
    OpenApiRouter::new()
        .routes(routes!(create_evidence_file))
        .layer(limit)
        .merge(OpenApiRouter::new().routes(routes!(read_evidence_file)).routes(routes!(create_trace_export)))
}

/// Supplies a file or recording for a step (form field `file`), sealed as it arrives. Fields `step`, `kind`, `remark`,
/// `happened_at` and `corrects` stand before it.
#[utoipa::path(post, path = "/traces/{id}/files", tag = "trace", request_body(content = String, content_type = "multipart/form-data"), params(("id" = TraceId, Path)), responses((status = 201, body = TracePageShape)))]
async fn create_evidence_file(
    who: Actor<grant::RunTraces>,
    State(app): State<App>,
    Path(id): Path<TraceId>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<TracePageShape>), Problem> {
    // Nobody fills the disk for a trace that is not theirs.
    trace::may_supply(&app, &who, id).await?;
    let mut form = form.map_err(|_| FileError::Missing)?;
    let mut new = blank();
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or("").to_owned();
        if name == "file" {
            let keeping = Keeping::begin(&app, id)?;
            let evidence = keeping.id;
            let supplied = supply(&app, &who, id, new, keeping, field).await;
            if supplied.is_err() {
                trace::discard(&app, evidence).await;
            }
            supplied?;
            return Ok((StatusCode::CREATED, Json(shown(&app, &who, id).await?)));
        }
        let text = small_text(field, FIELD_BYTES_MAX, unreadable).await?;
        read_field(&mut new, &name, text)?;
    }
    Err(FileError::Missing.into())
}

fn blank() -> NewEvidence {
    NewEvidence {
        step: String::new(),
        kind: EvidenceKind::File,
        refers_to: String::new(),
        remark: String::new(),
        happened_at: None,
        corrects: None,
        file: None,
    }
}

fn read_field(new: &mut NewEvidence, name: &str, text: String) -> Result<(), TraceError> {
    let invalid = |field, rule| TraceError::Invalid { field, rule };
    match name {
        "step" => new.step = text,
        "kind" => new.kind = EvidenceKind::from_word(&text).ok_or(invalid("kind", "file or recording"))?,
        "remark" => new.remark = text,
        "happened_at" if !text.is_empty() => {
            let at = serde_json::from_value(serde_json::Value::String(text));
            new.happened_at = Some(at.map_err(|_| invalid("happened_at", "an instant in UTC"))?);
        }
        "corrects" if !text.is_empty() => {
            new.corrects = Some(text.parse().map_err(|_| invalid("corrects", "evidence of this trace"))?);
        }
        _ => {}
    }
    Ok(())
}

fn unreadable(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return FileError::TooLarge { megabytes_max: EVIDENCE_BYTES_MAX >> 20 }.into();
    }
    FileError::Missing.into()
}

async fn supply(
    app: &App,
    who: &Who,
    id: TraceId,
    mut new: NewEvidence,
    mut keeping: Keeping,
    mut field: Field<'_>,
) -> Result<(), Problem> {
    let name = field.file_name().unwrap_or("file").to_owned();
    while let Some(bytes) = field.chunk().await.map_err(|error| unreadable(&error))? {
        // A block is sealed and written in less than a millisecond: not worth a thread of its own.
        keeping.add(&bytes)?;
    }
    let of = app.clone();
    let kept = tokio::task::spawn_blocking(move || keeping.finish(&of, &name)).await;
    new.file = Some(kept.map_err(|error| TraceError::Disk(std::io::Error::other(error)))??);
    let tx = who.begin(app).await?;
    trace::supply(app, &tx, who, id, new).await?;
    tx.commit().await?;
    Ok(())
}

/// A file of evidence, always as a download and never as something that a browser runs.
#[utoipa::path(get, path = "/traces/{id}/files/{evidence}", tag = "trace", params(("id" = TraceId, Path), ("evidence" = EvidenceId, Path)), responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn read_evidence_file(
    who: Actor<grant::ReadTraces>,
    State(app): State<App>,
    Path((id, evidence)): Path<(TraceId, EvidenceId)>,
) -> Result<Response, Problem> {
    let (file, reader) = trace::read_file(&app, &who, id, evidence).await?;
    Ok(download(&file.name, &file.content_type, file.size, reader))
}

/// Takes the evidence file of a trace out of the house: a ZIP that a third person checks with `tend verify --evidence`.
#[utoipa::path(post, path = "/traces/{id}/export", tag = "trace", request_body = TraceReasonBody, params(("id" = TraceId, Path)), responses((status = 200, content_type = "application/zip", body = String)))]
async fn create_trace_export(
    who: Actor<grant::JudgeTraces>,
    State(app): State<App>,
    Path(id): Path<TraceId>,
    Validated(body): Validated<TraceReasonBody>,
) -> Result<Response, Problem> {
    let exported = trace::export(&app, &who, id, &body.reason).await?;
    Ok(download(&exported.name, "application/zip", exported.size, exported.file))
}

/// A file in parts.
fn download(name: &str, content_type: &str, size: u64, from: impl Read + Send + 'static) -> Response {
    let kind = HeaderValue::from_str(content_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_LENGTH, HeaderValue::from(size)),
        (header::CONTENT_DISPOSITION, disposition(name)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    (headers, in_parts(from)).into_response()
}

/// RFC 6266: the name in UTF-8, percent-encoded.
fn disposition(name: &str) -> HeaderValue {
    let mut encoded = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{encoded}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}
