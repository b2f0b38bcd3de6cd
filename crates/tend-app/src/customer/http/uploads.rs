//! Files on their way in: kept, looked at, checked.

use crate::customer::CustomerError;
use crate::customer::import::{AlikeRow, ImportError, alike_rows, grade, problems_by_kind, start_check, suggestions};
use crate::intake::{self, Arriving, FileError, FilePlace, Glance, ProblemRow, Upload, small_text};
use crate::org::{Actor, Who, grant};
use crate::platform::gate::on_thread;
use crate::platform::{Accepted, App, Page, PageQuery, PageRows, Problem, Validated, words};
use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tend_rules::base::*;
use tend_rules::intake::*;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A field of the form beside the file: the name of a sheet or an encoding.
const FIELD_BYTES_MAX: usize = 4 * 1024;

pub(super) fn router() -> OpenApiRouter<App> {
    let limit = DefaultBodyLimit::max(usize::try_from(intake::UPLOAD_BYTES_MAX).unwrap_or(usize::MAX) + (1 << 20));
    OpenApiRouter::new()
        .routes(routes!(create_upload))
        .layer(limit)
        .merge(OpenApiRouter::new().routes(routes!(create_check, read_check)).routes(routes!(list_problems)))
        .routes(routes!(list_alike))
}

/// A file that was kept and looked at.
#[derive(Debug, Serialize, ToSchema)]
struct UploadShape {
    id: UploadId,
    file_name: String,
    /// `text` or `xlsx`.
    format: String,
    encoding: Option<String>,
    separator: Option<char>,
    sheets: Vec<String>,
    sheet: Option<String>,
    heading_row: Option<u32>,
    headings: Vec<String>,
    /// The first twenty rows.
    preview: Vec<Vec<String>>,
    rows_about: u64,
    /// `customers` or `orders`, by the headings.
    #[serde(rename = "as")]
    kind: &'static str,
    /// The mapping that was last used for these headings.
    #[schema(value_type = Option<Object>)]
    remembered_mapping: Option<Mapping>,
    suggested_mapping: SuggestedMapping,
    /// Everything that a column can become.
    targets: Vec<TargetShape>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SuggestedMapping {
    kind: &'static str,
    columns: Vec<SuggestedColumn>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SuggestedColumn {
    heading: String,
    samples: Vec<String>,
    /// A field such as `phone`, `fact:KEY` or `ignore`.
    target: String,
    /// The type of a fact.
    fact_type: Option<&'static str>,
    /// 0..1
    confidence: f64,
    /// Why, in the reader's language.
    why: &'static str,
    #[schema(value_type = String)]
    day_order: DayOrder,
}

#[derive(Debug, Serialize, ToSchema)]
struct TargetShape {
    key: String,
    #[serde(rename = "type")]
    kind: String,
    title: String,
}

/// The form of an upload, for the description: it is read field by field as it arrives.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description only")]
struct UploadForm {
    /// The sheet of a workbook.
    sheet: Option<String>,
    /// The encoding of a text table.
    encoding: Option<String>,
    /// The separator of a text table, one character.
    separator: Option<String>,
    /// `customers` or `orders`.
    #[schema(rename = "as")]
    kind: Option<String>,
    /// The file; last, because what stands before it says how it is read.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Keeps a file (form field `file`), sealed as it arrives, and looks at it. Fields `sheet`, `encoding`, `separator` and
/// `as` before it say what should not be found out.
#[utoipa::path(post, path = "/uploads", tag = "intake", request_body(content = UploadForm, content_type = "multipart/form-data"), responses((status = 201, body = UploadShape)))]
async fn create_upload(
    who: Actor<grant::ImportBatches>,
    State(app): State<App>,
    mut form: Multipart,
) -> Result<(StatusCode, Json<UploadShape>), Problem> {
    let (mut options, mut kind) = (OpenOptions::default(), None);
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or("").to_owned();
        if name != "file" {
            let text = small_text(field, FIELD_BYTES_MAX, unreadable).await?;
            match name.as_str() {
                "sheet" if !text.is_empty() => options.sheet = Some(text),
                "encoding" if !text.is_empty() => options.encoding = Some(text),
                "separator" => options.separator = text.chars().next(),
                "as" => kind = [RowKind::Customers, RowKind::Orders].into_iter().find(|kind| kind.word() == text),
                _ => {}
            }
            continue;
        }
        let file_name: String = field.file_name().unwrap_or("upload").chars().take(200).collect();
        let arriving = Arriving::begin(&app)?;
        let id = arriving.id;
        let kept = keep(&app, &who, arriving, field, &file_name, options, kind).await;
        if kept.is_err() {
            intake::discard(&app, id);
        }
        return Ok((StatusCode::CREATED, Json(kept?)));
    }
    Err(FileError::Missing.into())
}

fn unreadable(error: &axum::extract::multipart::MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return FileError::TooLarge { megabytes_max: intake::UPLOAD_BYTES_MAX >> 20 }.into();
    }
    FileError::Missing.into()
}

async fn keep(
    app: &App,
    who: &Who,
    mut arriving: Arriving,
    mut field: axum::extract::multipart::Field<'_>,
    file_name: &str,
    options: OpenOptions,
    kind: Option<RowKind>,
) -> Result<UploadShape, Problem> {
    let id = arriving.id;
    while let Some(bytes) = field.chunk().await.map_err(|error| unreadable(&error))? {
        // A block is sealed and written in less than a millisecond: not worth a thread of its own.
        arriving.add(&bytes)?;
    }
    let (of, opened, today) = (app.clone(), options.clone(), app.today());
    let ended = on_thread(move || {
        let (size, sha256) = arriving.finish()?;
        let glance = intake::glance(&FilePlace::of_upload(&of, id, size), opened, today)?;
        Ok::<_, FileError>((size, sha256, glance))
    });
    let ended = ended.await.map_err(|error| FileError::Disk(std::io::Error::other(error)))?;
    let (size, sha256, glance) = ended?;
    let kind = kind.unwrap_or(glance.kind);
    let shape = json!({
        "open": options, "shape": glance.shape, "headings": glance.survey.headings, "rows_about": glance.rows_about,
        "as": kind.word(),
    });
    let upload = Upload {
        id,
        file_name: file_name.to_owned(),
        size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
        sha256,
        uploaded_by: who.id,
        unit_id: who.unit_id,
        shape: shape.to_string(),
        check_result: "{}".into(),
        check_id: None,
    };
    let tx = who.begin(app).await?;
    intake::keep_upload(app, &tx, &upload).await?;
    tx.commit().await?;
    shaped(app, who, &upload, glance, kind).await
}

async fn shaped(app: &App, who: &Who, upload: &Upload, glance: Glance, kind: RowKind) -> Result<UploadShape, Problem> {
    let suggested = suggestions(app, &glance.survey, kind).await?;
    let columns = suggested.into_iter().map(|column| SuggestedColumn {
        fact_type: match &column.target {
            Target::Fact(fact) => Some(fact.kind.word()),
            _ => None,
        },
        target: target_word(&column.target),
        heading: column.heading,
        samples: column.samples,
        confidence: f64::from(column.confidence) / 100.0,
        why: column.reason.words(who.language),
        day_order: column.day_order,
    });
    let columns = columns.collect();
    let (format, encoding, separator, sheets, sheet) = match glance.shape {
        Shape::Text { encoding, separator, .. } => ("text", Some(encoding), Some(separator), Vec::new(), None),
        Shape::Xlsx { sheets, sheet } => ("xlsx", None, None, sheets, Some(sheet)),
    };
    Ok(UploadShape {
        id: upload.id,
        file_name: upload.file_name.clone(),
        format: format.into(),
        encoding,
        separator,
        sheets,
        sheet,
        heading_row: glance.heading_row,
        remembered_mapping: intake::remembered(app, &glance.survey.headings).await?,
        headings: glance.survey.headings,
        preview: glance.preview,
        rows_about: glance.rows_about,
        kind: kind.word(),
        suggested_mapping: SuggestedMapping { kind: kind.word(), columns },
        targets: targets(app, who, kind).await?,
    })
}

fn target_word(target: &Target) -> String {
    match target {
        Target::Ignore => "ignore".into(),
        Target::Field(field) => field.word().into(),
        Target::Fact(fact) => format!("fact:{}", fact.key),
    }
}

async fn targets(app: &App, who: &Who, kind: RowKind) -> Result<Vec<TargetShape>, CustomerError> {
    let facts = crate::customer::every_fact(app).await?;
    let title = |key: &str| {
        let known = facts.iter().find(|fact| fact.key == key);
        let words = known.map(|fact| if who.language == Language::Zh { &fact.title_zh } else { &fact.title_en });
        words.cloned().unwrap_or_else(|| key.replace('_', " "))
    };
    let fields = Field::ALL.iter().filter(|field| field.fits(kind));
    let fields =
        fields.map(|field| TargetShape { key: field.word().into(), kind: "field".into(), title: title(field.word()) });
    let own = facts.iter().filter(|fact| fact.origin == "firm" && kind == RowKind::Customers);
    let own = own.map(|fact| TargetShape {
        key: format!("fact:{}", fact.key),
        kind: fact.kind.clone(),
        title: title(&fact.key),
    });
    Ok(fields.chain(own).collect())
}

/// A mapping as the desk sends it: either the form of a mapping file, or columns with target words.
pub(super) fn read_mapping(value: &Value, kind: Option<&str>) -> Result<Mapping, FileError> {
    let unreadable = |error: serde_json::Error| FileError::Mapping(MappingError::Unreadable(error.to_string()));
    if !value.is_object() {
        return Err(FileError::Mapping(MappingError::Unreadable("it is no object".into())));
    }
    let mut value = value.clone();
    if let Some(kind) = kind {
        value["kind"] = json!(kind);
    }
    for column in value["columns"].as_array_mut().into_iter().flatten() {
        let Some(word) = column["target"].as_str() else { continue };
        let title = column["heading"].as_str().unwrap_or("");
        let target = match word.strip_prefix("fact:") {
            Some(key) => json!({ "fact": {
                "key": key, "kind": column["fact_type"].as_str().unwrap_or("string"), "title": title,
            }}),
            None if word == "ignore" => json!("ignore"),
            None => json!({ "field": word }),
        };
        column["target"] = target;
    }
    serde_json::from_value(value).map_err(unreadable)
}

#[derive(Debug, Deserialize, ToSchema)]
struct CheckBody {
    /// What the columns become: `{columns: [{heading, target, fact_type?, day_order?}]}`.
    #[schema(value_type = Object)]
    mapping: Value,
    /// `customers` or `orders`.
    #[serde(rename = "as")]
    kind: Option<String>,
    /// Fixes of whole kinds of problems.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    fixes: Vec<Fix>,
    /// New texts of single cells.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    edits: Vec<Edit>,
}

/// Begins to check a whole file under a mapping; nothing is imported. An earlier check of the file ends. The answer names
/// the check: `{check: {id}}`.
#[utoipa::path(post, path = "/uploads/{id}/check", tag = "intake", request_body = CheckBody, params(("id" = UploadId, Path)), responses((status = 202, body = Object)))]
async fn create_check(
    who: Actor<grant::ImportBatches>,
    State(app): State<App>,
    Path(id): Path<UploadId>,
    Validated(body): Validated<CheckBody>,
) -> Result<Accepted<Value>, Problem> {
    let upload = intake::upload(&app, &who.scope(), id).await?;
    let mapping = read_mapping(&body.mapping, body.kind.as_deref())?;
    let repairs = Repairs { fixes: body.fixes, edits: body.edits };
    let tx = who.begin(&app).await?;
    let check = start_check(&app, &tx, who.doer(), &upload, &mapping, &repairs).await?;
    tx.commit().await?;
    Ok(Accepted(json!({ "check": { "id": check, "state": "running", "progress": 0 } })))
}

/// A page of the rows that look like known customers or repeat an earlier row, each beside those it is like, in the order
/// of the file; at most the first 200. The body is that of the last check, which has ended. The journal of each customer
/// who is shown tells of it, and each row beside one is a look-up of the day; when these are spent (`look_ups_spent`) the file
/// is imported all the same, by the rule for all.
#[utoipa::path(post, path = "/uploads/{id}/alike", tag = "intake", request_body = CheckBody, params(("id" = UploadId, Path), PageQuery), responses((status = 200, body = Page<AlikeRow>)))]
async fn list_alike(
    who: Actor<grant::ImportBatches>,
    // It shows people on file, which a token for imports alone does not open.
    _: Actor<grant::ReadCustomers>,
    State(app): State<App>,
    Path(id): Path<UploadId>,
    Query(query): Query<PageQuery>,
    Validated(body): Validated<CheckBody>,
) -> Result<Json<Page<AlikeRow>>, Problem> {
    let upload = intake::upload(&app, &who.scope(), id).await?;
    let mapping = read_mapping(&body.mapping, body.kind.as_deref())?;
    let repairs = Repairs { fixes: body.fixes, edits: body.edits };
    let invalid = |_| CustomerError::Invalid { field: "cursor", rule: "the cursor that the page before gave" };
    let behind = query.cursor.as_deref().map_or(Ok(0), str::parse::<u32>).map_err(invalid)?;
    Ok(Json(alike_rows(&app, &who, &upload, (mapping, repairs), (behind, query.rows())).await?))
}

/// How far the last check has come and what it found; `id` says which one it is.
#[utoipa::path(get, path = "/uploads/{id}/check", tag = "intake", params(("id" = UploadId, Path)), responses((status = 200, body = Object)))]
async fn read_check(
    who: Actor<grant::ReadBatches>,
    State(app): State<App>,
    Path(id): Path<UploadId>,
) -> Result<Json<Value>, Problem> {
    let upload = intake::upload(&app, &who.scope(), id).await?;
    let mut check: Value = serde_json::from_str(&upload.check_result).unwrap_or_default();
    if let Some(code) = check["why"].as_str() {
        check["why"] = json!(words(who.language).fill(&format!("{code}.title"), &Value::Null));
    }
    check["id"] = json!(upload.check_id);
    // Which rows are alike is told with what they say.
    if let Some(told) = check.as_object_mut() {
        told.remove("alike");
    }
    check["problems_by_kind"] = kinds(&app, id.0, who.language).await?;
    Ok(Json(check))
}

/// Problems of each kind and column, most frequent first.
pub(super) async fn kinds(app: &App, of: uuid::Uuid, language: Language) -> Result<Value, ImportError> {
    Ok(json!(problems_by_kind(app, of, language).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ProblemsQuery {
    /// Only of this kind.
    code: Option<String>,
    /// Only of the column with this heading.
    column: Option<String>,
    cursor: Option<String>,
    #[param(inline)]
    limit: Option<PageRows>,
}

/// A page of problems, in the order of the file.
pub(super) async fn problem_page(
    app: &App,
    of: uuid::Uuid,
    query: ProblemsQuery,
    language: Language,
) -> Result<Page<ProblemRow>, ImportError> {
    let limit = PageRows::asked(query.limit);
    let read =
        |text: &str| text.split_once('.').and_then(|(row, place)| Some((row.parse().ok()?, place.parse().ok()?)));
    let invalid = CustomerError::Invalid { field: "cursor", rule: "the cursor that the page before gave" };
    let behind = match query.cursor.as_deref() {
        Some(cursor) => read(cursor).ok_or(invalid)?,
        None => (-1, 0),
    };
    let mut items = intake::problems(app, of, (query.code.as_deref(), query.column.as_deref()), behind, limit).await?;
    for item in &mut items {
        item.severity = grade(&item.severity).into();
        item.reason = ProblemCode::from_word(&item.code).map_or("", |code| code.words(language)).to_owned();
    }
    let next = (items.len() as i64 == limit).then(|| items.last().map(|last| format!("{}.{}", last.row, last.place)));
    Ok(Page { items, next: next.flatten(), about: None })
}

/// The problems that the check found.
#[utoipa::path(get, path = "/uploads/{id}/problems", tag = "intake", params(("id" = UploadId, Path), ProblemsQuery), responses((status = 200, body = Page<ProblemRow>)))]
async fn list_problems(
    who: Actor<grant::ReadBatches>,
    State(app): State<App>,
    Path(id): Path<UploadId>,
    Query(query): Query<ProblemsQuery>,
) -> Result<Json<Page<ProblemRow>>, Problem> {
    intake::upload(&app, &who.scope(), id).await?;
    Ok(Json(problem_page(&app, id.0, query, who.language).await?))
}
