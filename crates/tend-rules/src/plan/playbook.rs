//! A playbook: the working method of a trade as a folder of text (MISSION.md C12).
//!
//! The caller reads the files; this room checks that they fit together: plans against facts,
//! scripts and templates against plans, outcome codes against business types.

use super::document::{Document, Section};
use super::fault::{Fault, FaultCode};
use super::playbook_files::{FirmFact, Label, Outcome, Script, Template};
use super::{CarePlan, RemarkForm, failed_tests};
use crate::segment::{Binding, Catalogue, Span, Text, Words};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The working method of a trade.
#[derive(Debug, Clone)]
pub struct Playbook {
    /// The name of its folder.
    pub key: String,
    /// Its name.
    pub title: Words,
    /// What it is for.
    pub description: Words,
    /// The facts that the firm needs for it.
    pub facts: Vec<FirmFact>,
    /// Its plans with the files they came from, by file name.
    pub plans: Vec<PlanFile>,
    /// Its scripts.
    pub scripts: Vec<Script>,
    /// Its message templates.
    pub templates: Vec<Template>,
    /// Its labels.
    pub labels: Vec<Label>,
    /// Its outcome codes.
    pub outcomes: Vec<Outcome>,
    /// The unified forms of its remarks.
    pub remark_forms: Vec<RemarkForm>,
    /// The built-in facts, the firm's and the playbook's: what its plans were checked against.
    pub catalogue: Arc<Catalogue>,
}

/// A plan and its file.
#[derive(Debug, Clone)]
pub struct PlanFile {
    /// The file.
    pub file: String,
    /// The plan.
    pub plan: CarePlan,
}

/// A file of a playbook: its path within the folder, such as `plans/birthday.toml`, and its text.
pub type PlaybookFile<'a> = (&'a str, &'a str);

impl Playbook {
    /// Reads and checks a playbook. `catalogue` holds the facts that the firm has already. The
    /// plans' examples are run too.
    ///
    /// # Errors
    /// Everything that is wrong, file by file.
    pub fn load<'a>(
        files: impl IntoIterator<Item = PlaybookFile<'a>>,
        catalogue: &Catalogue,
    ) -> Result<Self, Vec<Fault>> {
        let files: BTreeMap<&str, &str> = files.into_iter().collect();
        let mut reading = Reading { faults: Vec::new() };
        let (key, title, description) = reading.head(&files);
        let (facts, catalogue) = reading.facts(&files, catalogue);
        let scripts: Vec<Script> = files
            .iter()
            .filter(|(file, _)| file.starts_with("scripts/") && file.ends_with(".toml"))
            .filter_map(|(file, text)| reading.file(file, text, |top| Script::read(file, top)))
            .collect();
        let templates = reading.rows(&files, "templates.toml", "template", Template::read);
        let labels = reading.rows(&files, "labels.toml", "label", Label::read);
        let outcomes = reading.rows(&files, "outcomes.toml", "outcome", Outcome::read);
        let remark_forms = reading.rows(&files, "remarks.toml", "form", RemarkForm::read);
        let plans = reading.plans(&files, &catalogue);
        let playbook = Self {
            key,
            title,
            description,
            facts,
            plans,
            scripts,
            templates,
            labels,
            outcomes,
            remark_forms,
            catalogue,
        };
        playbook.check_keys(&files, &mut reading.faults);
        playbook.check_texts(&files, &mut reading.faults);
        if reading.faults.is_empty() { Ok(playbook) } else { Err(reading.faults) }
    }

    /// The outcome codes of a business type.
    pub fn outcomes_of(&self, business_type: &str) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(move |outcome| outcome.business_type == business_type)
    }

    /// Every key that a plan names must exist, once.
    fn check_keys(&self, files: &BTreeMap<&str, &str>, faults: &mut Vec<Fault>) {
        let mut seen = BTreeSet::new();
        for PlanFile { file, plan } in &self.plans {
            let mut fail = |code, found: &str, params: &[(&str, &str)]| {
                faults.push(at_word(files, file, found).fault(code, params));
            };
            if !seen.insert(plan.key.as_str()) {
                fail(FaultCode::TwiceDefined, &plan.key, &[("found", &plan.key)]);
            }
            if let Some(script) = plan.script.as_ref().filter(|key| self.scripts.iter().all(|known| known.key != **key))
            {
                fail(FaultCode::NoSuchScript, script, &[("found", script)]);
            }
            // A playbook brings no gifts: what a firm gives, and what that costs, is its own.
            if let Some(gift) = &plan.gift {
                fail(FaultCode::NoSuchGift, &gift.key, &[("found", &gift.key)]);
            }
            for (channel, key) in &plan.templates {
                match self.templates.iter().find(|template| template.key == *key) {
                    None => fail(FaultCode::NoSuchTemplate, key, &[("found", key)]),
                    Some(template) if template.channel != *channel => {
                        fail(FaultCode::WrongChannel, key, &[("found", key), ("wanted", channel.word())]);
                    }
                    Some(_) => {}
                }
            }
            if self.outcomes_of(&plan.business_type).next().is_none() {
                fail(FaultCode::NoOutcomes, &plan.business_type, &[("found", &plan.business_type)]);
            }
        }
        self.check_twice(files, faults);
    }

    fn check_twice(&self, files: &BTreeMap<&str, &str>, faults: &mut Vec<Fault>) {
        let outcomes: Vec<String> =
            self.outcomes.iter().map(|outcome| format!("{}.{}", outcome.business_type, outcome.code)).collect();
        let scripts = self.scripts.iter().map(|script| (script.file.as_str(), script.key.as_str()));
        let keys = scripts
            .chain(self.templates.iter().map(|template| ("templates.toml", template.key.as_str())))
            .chain(self.labels.iter().map(|label| ("labels.toml", label.key.as_str())))
            .chain(outcomes.iter().map(|code| ("outcomes.toml", code.as_str())))
            .chain(self.remark_forms.iter().map(|form| ("remarks.toml", form.business_type.as_str())));
        let mut seen = BTreeSet::new();
        for (file, key) in keys {
            let folder = file.split('/').next().unwrap_or(file);
            if !seen.insert((folder, key)) {
                faults.push(at_word(files, file, key).fault(FaultCode::TwiceDefined, &[("found", key)]));
            }
        }
    }

    /// The placeholders of scripts and templates must exist for every plan that uses them.
    fn check_texts(&self, files: &BTreeMap<&str, &str>, faults: &mut Vec<Fault>) {
        for template in &self.templates {
            let users = self.plans.iter().filter(|file| file.plan.templates.values().any(|key| *key == template.key));
            let bindings = self.bindings(users);
            for text in template.wordings() {
                self.check_text(files, "templates.toml", text, &bindings, faults);
            }
        }
        for script in &self.scripts {
            let users = self.plans.iter().filter(|file| file.plan.script.as_ref() == Some(&script.key));
            let bindings = self.bindings(users);
            for text in script.texts() {
                self.check_text(files, &script.file, text, &bindings, faults);
            }
        }
    }

    fn bindings<'a>(&self, users: impl Iterator<Item = &'a PlanFile>) -> Vec<Option<Binding<'a>>> {
        let mut bindings: Vec<Option<Binding<'a>>> = users.map(|file| file.plan.binding()).collect();
        bindings.dedup();
        if bindings.is_empty() { vec![None] } else { bindings }
    }

    fn check_text(
        &self,
        files: &BTreeMap<&str, &str>,
        file: &str,
        text: &Words,
        bindings: &[Option<Binding<'_>>],
        faults: &mut Vec<Fault>,
    ) {
        for written in [&text.zh, &text.en] {
            let problems = bindings.iter().find_map(|binding| Text::parse(written, &self.catalogue, *binding).err());
            for problem in problems.into_iter().flatten() {
                let place = at_word(files, file, written);
                let start = place.span.start + problem.span.start;
                let span = Span { start, end: start + (problem.span.end - problem.span.start) };
                faults.push(place.document().of_problem(&problem, span));
            }
        }
    }
}

impl CarePlan {
    /// The item that the plan's texts may name.
    pub fn binding(&self) -> Option<Binding<'_>> {
        Some(Binding { name: self.item_name.as_deref()?, collection: self.for_each? })
    }
}

/// A word in a file, for saying where something is wrong.
struct WordPlace<'a> {
    file: &'a str,
    text: &'a str,
    span: Span,
}

impl<'a> WordPlace<'a> {
    fn document(&self) -> super::fault::Source<'a> {
        super::fault::Source { file: self.file, text: self.text }
    }

    fn fault(&self, code: FaultCode, params: &[(&str, &str)]) -> Fault {
        self.document().fault(code, self.span, params)
    }
}

fn at_word<'a>(files: &BTreeMap<&str, &'a str>, file: &'a str, word: &str) -> WordPlace<'a> {
    let text = files.get(file).copied().unwrap_or_default();
    let span = text.find(word).map_or(Span::of(0, 0), |start| Span::of(start, start + word.len()));
    WordPlace { file, text, span }
}

struct Reading {
    faults: Vec<Fault>,
}

impl Reading {
    /// Reads one file; what is wrong with it is kept.
    fn file<'a, T>(
        &mut self,
        file: &'a str,
        text: &'a str,
        read: impl FnOnce(Section<'_, 'a>) -> Option<T>,
    ) -> Option<T> {
        match Document::parse(file, text) {
            Ok((document, table)) => {
                let found = read(document.top(&table));
                self.faults.extend(document.into_faults());
                found
            }
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }

    fn head(&mut self, files: &BTreeMap<&str, &str>) -> (String, Words, Words) {
        let Some(text) = files.get("playbook.toml") else {
            let source = super::fault::Source { file: "playbook.toml", text: "" };
            self.faults.push(source.fault(FaultCode::MissingFile, Span::of(0, 0), &[("wanted", "playbook.toml")]));
            return Default::default();
        };
        let head = self.file("playbook.toml", text, |top| {
            let key = top.required_key("key").map(|key| key.value.to_owned());
            let title = top.required_words("title").map(|(words, _)| words);
            let description = top.required_words("description").map(|(words, _)| words);
            top.close();
            Some((key?, title?, description?))
        });
        head.unwrap_or_default()
    }

    /// The rows of a file of one `[[kind]]`; a playbook may lack the file.
    fn rows<T>(
        &mut self,
        files: &BTreeMap<&str, &str>,
        file: &'static str,
        kind: &'static str,
        read: fn(Section<'_, '_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(text) = files.get(file) else { return Vec::new() };
        let rows = self.file(file, text, |top| {
            let rows = top.sections(kind).into_iter().filter_map(read).collect();
            top.close();
            Some(rows)
        });
        rows.unwrap_or_default()
    }

    fn facts(&mut self, files: &BTreeMap<&str, &str>, known: &Catalogue) -> (Vec<FirmFact>, Arc<Catalogue>) {
        let facts = self.rows(files, "facts.toml", "fact", FirmFact::read);
        let mut catalogue = known.clone();
        for fact in &facts {
            let existing = catalogue.find(&fact.key).map(|id| catalogue.fact(id).kind);
            if existing == Some(crate::segment::Kind::One(fact.scalar)) {
                continue;
            }
            if catalogue.define(fact.key.clone(), fact.scalar, fact.title.clone()).is_err() {
                let place = at_word(files, "facts.toml", &fact.key);
                self.faults.push(place.fault(FaultCode::FactConflict, &[("found", &fact.key)]));
            }
        }
        (facts, catalogue.shared())
    }

    fn plans(&mut self, files: &BTreeMap<&str, &str>, catalogue: &Arc<Catalogue>) -> Vec<PlanFile> {
        let mut plans = Vec::new();
        for (file, text) in files.iter().filter(|(file, _)| file.starts_with("plans/") && file.ends_with(".toml")) {
            match CarePlan::parse(file, text, catalogue) {
                Ok(plan) => {
                    self.faults.extend(failed_tests(&plan, file, catalogue));
                    if plan.tests.is_empty() {
                        let source = super::fault::Source { file, text };
                        self.faults.push(source.fault(FaultCode::NoTests, Span::of(0, 0), &[]));
                    }
                    plans.push(PlanFile { file: (*file).to_owned(), plan });
                }
                Err(faults) => self.faults.extend(faults),
            }
        }
        plans
    }
}
