//! Playbooks: the working methods of whole trades that come with the program, installed and brought up to date.

use super::PlanError;
use super::edit::publish_text;
use super::store::plans::{self, On, PlanRecord};
use super::store::words::{self, OutcomeRow};
use crate::customer::{self, NewFact};
use crate::journal;
use crate::platform::{App, Tx};
use crate::segment::catalogue;
use rust_embed::RustEmbed;
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use tend_rules::base::{Language, PlanId};
use tend_rules::journal::{Doer, Fact};
use tend_rules::plan::{NoteRule, Playbook, PlaybookFile, Reached, Resolution};
use tend_rules::segment::Catalogue;
use utoipa::ToSchema;

/// Who publishes the plans of a playbook: a version by anybody else is the firm's own and is left alone.
const DOER: Doer = Doer::Program("playbook");

#[derive(RustEmbed)]
#[folder = "../../playbooks"]
#[allow_missing = true]
struct Shelf;

/// A playbook on the shelf.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlaybookRow {
    /// Its key.
    pub key: String,
    /// Its name.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// How many plans it has.
    pub plans: usize,
    /// Whether the firm uses it.
    pub installed: bool,
}

/// What an installation did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Installed {
    /// Plans that are new.
    pub added: usize,
    /// Plans whose text the playbook changed.
    pub updated: usize,
    /// Plans that were as they are.
    pub unchanged: usize,
    /// Keys of plans that the firm has edited: left alone.
    pub kept: Vec<String>,
}

/// The files of each playbook: folder, then path and text.
fn shelf() -> BTreeMap<String, Vec<(String, String)>> {
    let mut books: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for path in Shelf::iter() {
        let (Some((folder, inner)), Some(file)) = (path.split_once('/'), Shelf::get(&path)) else { continue };
        let text = String::from_utf8_lossy(&file.data).into_owned();
        books.entry(folder.to_owned()).or_default().push((inner.to_owned(), text));
    }
    books.retain(|_, files| files.iter().any(|(path, _)| path == "playbook.toml"));
    books
}

fn borrowed(files: &[(String, String)]) -> impl Iterator<Item = PlaybookFile<'_>> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
}

/// The keys of the playbooks that come with the program.
pub fn playbook_keys() -> Vec<String> {
    shelf().into_keys().collect()
}

/// The files of the installed playbooks in a folder of theirs that a later room reads: playbook, path, text.
pub async fn installed_files(app: &App, folder: &str) -> Result<Vec<(String, String, String)>, PlanError> {
    let installed = plans::playbooks(app.read()).await?;
    let mut found = Vec::new();
    for (playbook, files) in shelf().into_iter().filter(|(key, _)| installed.contains_key(key)) {
        let own = files.into_iter().filter(|(path, _)| path.split('/').next() == Some(folder));
        found.extend(own.map(|(path, text)| (playbook.clone(), path, text)));
    }
    Ok(found)
}

/// The playbooks that come with the program.
pub async fn playbooks(app: &App, language: Language) -> Result<Vec<PlaybookRow>, PlanError> {
    let installed = plans::playbooks(app.read()).await?;
    let builtin = Catalogue::builtin();
    let mut rows = Vec::new();
    for (folder, files) in shelf() {
        match Playbook::load(borrowed(&files), &builtin) {
            Ok(book) => rows.push(PlaybookRow {
                title: book.title.of(language).to_owned(),
                description: book.description.of(language).to_owned(),
                plans: book.plans.len(),
                installed: installed.contains_key(&book.key),
                key: book.key,
            }),
            Err(faults) => tracing::error!("the playbook {folder} has {} faults: {:?}", faults.len(), faults.first()),
        }
    }
    Ok(rows)
}

/// Installs a playbook, or brings it up to date: facts, labels, outcome codes, scripts, templates, and plans published
/// at once. What the firm has edited stays. In the caller's transaction; `doer` is told in the journal.
pub async fn install_playbook(app: &App, tx: &Tx, doer: Doer, key: &str) -> Result<Installed, PlanError> {
    let files = shelf().remove(key).ok_or_else(|| PlanError::PlaybookUnknown { key: key.to_owned() })?;
    install_files(app, tx, doer, borrowed(&files)).await
}

/// Installs a playbook from its files: path within the folder, and text.
pub async fn install_files(
    app: &App,
    tx: &Tx,
    doer: Doer,
    files: impl IntoIterator<Item = PlaybookFile<'_>>,
) -> Result<Installed, PlanError> {
    let files: Vec<PlaybookFile<'_>> = files.into_iter().collect();
    let known = catalogue(app).await?;
    let book = Playbook::load(files.iter().copied(), &known).map_err(|faults| PlanError::Faulty { faults })?;
    let new: Vec<NewFact> = book
        .facts
        .iter()
        .filter(|fact| known.find(&fact.key).is_none())
        .map(|fact| NewFact {
            key: fact.key.clone(),
            kind: fact.scalar.word().to_owned(),
            title_zh: fact.title.zh.clone(),
            title_en: fact.title.en.clone(),
        })
        .collect();
    customer::define_facts(app, tx, doer, &new).await?;
    put_labels(app, tx, doer, &book).await?;
    put_words(tx, &book).await?;
    let installed = put_plans(app, tx, &book).await?;
    plans::note_playbook(&**tx, &book.key, &book.title, &doer.to_string(), app.now()).await?;
    let payload = json!({ "playbook": book.key, "added": installed.added, "updated": installed.updated });
    journal::append(app, tx, doer, Fact::of_firm("plan", "playbook_installed", payload)).await?;
    Ok(installed)
}

async fn put_labels(app: &App, tx: &Tx, doer: Doer, book: &Playbook) -> Result<(), PlanError> {
    let label = |label: &tend_rules::plan::Label| customer::Label {
        key: label.key.clone(),
        family: label.group.clone(),
        colour: label.colour.clone(),
        title_zh: label.title.zh.clone(),
        title_en: label.title.en.clone(),
        set_by: match label.set_by.as_slice() {
            [] => "anyone".into(),
            roles => roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(","),
        },
    };
    let labels: Vec<customer::Label> = book.labels.iter().map(label).collect();
    customer::define_labels(app, tx, doer, &labels).await?;
    Ok(())
}

async fn put_words(tx: &Tx, book: &Playbook) -> Result<(), PlanError> {
    for script in &book.scripts {
        let stages: Vec<_> = script
            .stages
            .iter()
            .map(|stage| json!({ "key": stage.key, "title": stage.title, "body": stage.body }))
            .collect();
        let questions: Vec<_> =
            script.questions.iter().map(|question| json!({ "text": question.text, "fact": question.fact })).collect();
        let body = json!({ "title": script.title, "stages": stages, "questions": questions });
        words::put_script(&**tx, &script.key, &book.key, &body.to_string()).await?;
    }
    for template in &book.templates {
        let wordings: Vec<_> = template.wordings().collect();
        let body = serde_json::to_string(&wordings).expect("texts are JSON");
        words::put_template(&**tx, &template.key, &book.key, template.channel.word(), &body).await?;
    }
    for form in &book.remark_forms {
        let body = serde_json::to_string(form).expect("a form is JSON");
        words::put_remark_form(&**tx, &form.business_type, &book.key, &body).await?;
    }
    let mut places: HashMap<&str, i16> = HashMap::new();
    for outcome in &book.outcomes {
        let place = places.entry(&outcome.business_type).or_insert(0);
        *place += 1;
        let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let result = match outcome.resolution {
            Resolution::Done => "done",
            Resolution::Again => "again",
            Resolution::Failed => "failed",
        };
        let row = OutcomeRow {
            business_type: outcome.business_type.clone(),
            code: outcome.code.clone(),
            place: *place,
            title_zh: outcome.title.zh.clone(),
            title_en: outcome.title.en.clone(),
            reached: yes_no(outcome.reached == Reached::Yes),
            result: result.to_owned(),
            needs_note: yes_no(outcome.note == NoteRule::Needed),
            next_days: outcome.next_days,
        };
        words::put_outcome(&**tx, &row).await?;
    }
    Ok(())
}

async fn put_plans(app: &App, tx: &Tx, book: &Playbook) -> Result<Installed, PlanError> {
    let (mut installed, today) = (Installed::default(), app.today());
    let on = On::today(today);
    let mut known: HashMap<String, PlanRecord> =
        plans::every(&**tx, on).await?.into_iter().map(|record| (record.key.clone(), record)).collect();
    for file in &book.plans {
        let (key, text) = (&file.plan.key, file.plan.source.as_str());
        let Some(record) = known.remove(key) else {
            let id = PlanId(app.new_free_id());
            plans::insert(&**tx, id, key, &book.key, None, app.now()).await?;
            let record = plans::one(&**tx, id, on).await?.ok_or(PlanError::NotFound)?;
            publish_text(app, tx, DOER, &record, text, (&format!("playbook {}", book.key), today)).await?;
            installed.added += 1;
            continue;
        };
        let is_own = record.published.as_ref().is_none_or(|one| one.by != DOER.to_string());
        if record.draft.is_some() || record.waiting.is_some() || is_own || record.playbook != book.key {
            installed.kept.push(key.clone());
        } else if record.published.as_ref().is_some_and(|one| one.text == text) {
            installed.unchanged += 1;
        } else {
            publish_text(app, tx, DOER, &record, text, (&format!("playbook {}", book.key), today)).await?;
            installed.updated += 1;
        }
    }
    Ok(installed)
}
