//! Reads a process file against the catalogue (format: playbooks/README.md). Slips are told with line and column.

use super::example::read_example;
use super::{Accept, Accepted, Anchor, EvidenceKind, FileType, Need, Phrase, Process, Step, Within};
use crate::base::Channel;
use crate::org::Role;
use crate::plan::{Document, Fault, FaultCode, Placed, Section};
use crate::segment::{Binding, Catalogue, CollectionId, Expression, Scalar, Span, nearest};
use std::sync::Arc;

const CHANNELS: [(&str, Channel); 5] = [
    ("phone", Channel::Phone),
    ("sms", Channel::Sms),
    ("wechat", Channel::Wechat),
    ("mail", Channel::Mail),
    ("visit", Channel::Visit),
];

impl Process {
    /// Reads a process file; everything that is wrong with it, in the order of the file. The examples are read but not
    /// run: [`super::failed_examples`] runs them.
    pub fn parse(file: &str, text: &str, catalogue: &Arc<Catalogue>) -> Result<Self, Vec<Fault>> {
        let (document, table) = Document::parse(file, text).map_err(|fault| vec![fault])?;
        let process = Reader { catalogue, item: None }.read(document.top(&table));
        match process {
            Some(process) if !document.has_faults() => Ok(process),
            _ => Err(document.into_faults()),
        }
    }
}

struct Reader<'a> {
    catalogue: &'a Arc<Catalogue>,
    /// The name of the item and its collection.
    item: Option<(String, CollectionId)>,
}

impl Reader<'_> {
    fn read(mut self, top: Section<'_, '_>) -> Option<Process> {
        let key = top.required_key("key").map(|key| key.value.to_owned());
        let version = self.required_version(&top);
        let business_type = top.required_key("business_type").map(|key| key.value.to_owned());
        let title = top.required_words("title").map(|(words, _)| words);
        let law = top.section("law").and_then(Section::into_words).map(|(words, _)| words);
        self.item = self.read_item(&top);
        let applies_if = top.text("applies_if").map(|text| self.condition(&top, &text));
        let mut steps: Vec<Step> = Vec::new();
        for row in top.sections("step") {
            if let Some(step) = self.step(row, &steps) {
                steps.push(step);
            }
        }
        if steps.is_empty() && !top.document.has_faults() {
            top.fail(FaultCode::NoSteps, Span::of(0, 0), &[]);
        }
        let tests: Vec<_> = top.sections("test");
        if tests.is_empty() {
            top.fail(FaultCode::NoTests, Span::of(0, 0), &[]);
        }
        let tests = tests.into_iter().filter_map(|test| read_example(test, self.catalogue, &steps)).collect();
        let source = top.document.source.text.to_owned();
        top.close();
        let applies_if = match applies_if {
            Some(condition) => Some(condition?),
            None => None,
        };
        let (item_name, for_each) = self.item.unzip();
        Some(Process {
            key: key?,
            version: version?,
            business_type: business_type?,
            title: title?,
            law,
            for_each,
            item_name,
            applies_if,
            steps,
            tests,
            source,
        })
    }

    fn required_version(&self, top: &Section<'_, '_>) -> Option<i32> {
        if top.entry("version").is_none() {
            top.fail(FaultCode::MissingKey, Span::of(0, 0), &[("wanted", "version")]);
        }
        top.whole("version", 1, 1_000_000).map(|version| version as i32)
    }

    fn read_item(&self, top: &Section<'_, '_>) -> Option<(String, CollectionId)> {
        let agreements = self.catalogue.collection_of_one("agreement")?;
        let for_each = top.word("for_each", &[("agreement", agreements)]);
        let name = top.text("as");
        match (for_each, name) {
            (Some(collection), Some(name)) => Some((name.value.to_owned(), collection)),
            (Some(collection), None) => Some(("agreement".to_owned(), collection)),
            (None, Some(name)) => {
                top.fail(FaultCode::NeedsForEach, name.span, &[("key", "as")]);
                None
            }
            (None, None) => None,
        }
    }

    fn condition(&self, section: &Section<'_, '_>, text: &Placed<&str>) -> Option<Expression> {
        let binding = self.item.as_ref().map(|(name, collection)| Binding { name, collection: *collection });
        crate::segment::compile_kind(text.value, self.catalogue, binding, Scalar::Bool)
            .map_err(|problems| section.document.fail_expression(&problems, text.value, text.span))
            .ok()
    }

    fn step(&self, row: Section<'_, '_>, before: &[Step]) -> Option<Step> {
        let key = row.required_key("key");
        if let Some(key) = &key
            && before.iter().any(|step| step.key == key.value)
        {
            row.fail(FaultCode::TwiceDefined, key.span, &[("found", key.value)]);
        }
        let title = row.required_words("title").map(|(words, _)| words);
        let help = row.section("help").and_then(Section::into_words).map(|(words, _)| words);
        let required = row.truth("required");
        let need = match row.text("required_if") {
            Some(text) => self.condition(&row, &text).map(|condition| Need::If(Box::new(condition))),
            None if required == Some(false) => Some(Need::Never),
            None => Some(Need::Always),
        };
        let by = roles(&row);
        let after = row.texts("after").unwrap_or_default();
        let after = after.iter().filter_map(|word| earlier(&row, word, before)).collect();
        let within = self.within(&row, before);
        let phrases = row.sections("phrases").into_iter().filter_map(Section::into_words);
        let phrases = phrases.map(|(words, _)| Phrase { words }).collect();
        let accepts: Vec<Accept> =
            row.sections("accepts").into_iter().filter_map(|accept| self.accept(accept, &by)).collect();
        if let Some(key) = key.as_ref().filter(|_| accepts.is_empty() && !row.document.has_faults()) {
            row.fail(FaultCode::NoEvidence, key.span, &[("found", key.value)]);
        }
        row.close();
        Some(Step { key: key?.value.to_owned(), title: title?, help, need: need?, accepts, after, within, phrases })
    }

    fn within(&self, row: &Section<'_, '_>, before: &[Step]) -> Option<Within> {
        let hours = row.whole("within_hours", 1, 24 * 366);
        let of = row.text("of");
        if let Some(of) = of.as_ref().filter(|_| hours.is_none()) {
            row.fail(FaultCode::MissingKey, of.span, &[("wanted", "within_hours")]);
        }
        let of = match of {
            None => Anchor::Opening,
            Some(word) if word.value == "opening" => Anchor::Opening,
            Some(word) => Anchor::Step(earlier(row, &word, before)?),
        };
        Some(Within { hours: hours?, of })
    }

    fn accept(&self, row: Section<'_, '_>, of_step: &[Role]) -> Option<Accept> {
        row.required_text("kind");
        let kinds: Vec<(&str, EvidenceKind)> = EvidenceKind::ALL.iter().map(|kind| (kind.word(), *kind)).collect();
        let kind = row.word("kind", &kinds);
        let own = roles(&row);
        let what = kind.and_then(|kind| self.accepted(&row, kind));
        row.close();
        Some(Accept { what: what?, by: if own.is_empty() { of_step.to_vec() } else { own } })
    }

    /// Each kind asks for its own keys only; another kind's key is an unknown one.
    fn accepted(&self, row: &Section<'_, '_>, kind: EvidenceKind) -> Option<Accepted> {
        let channels = |row: &Section<'_, '_>| -> Vec<Channel> {
            let words = row.texts("channels").unwrap_or_default();
            words.iter().filter_map(|word| row.chosen("channels", word, &CHANNELS)).collect()
        };
        Some(match kind {
            EvidenceKind::Contact => {
                let outcomes = row.texts("outcomes").unwrap_or_default();
                let outcomes = outcomes.iter().map(|code| code.value.to_owned()).collect();
                Accepted::Contact { outcomes, channels: channels(row) }
            }
            EvidenceKind::Message => Accepted::Message { channels: channels(row) },
            EvidenceKind::Note => Accepted::Note,
            EvidenceKind::Answer => {
                let fact = row.required_text("fact")?;
                if self.catalogue.find(fact.value).is_none() {
                    let known = self.catalogue.facts().iter().map(|fact| fact.key.as_str());
                    let near = nearest(fact.value, known).map(str::to_owned);
                    let params = [("found", fact.value)];
                    let mut fault = row.document.source.fault(FaultCode::NoSuchFact, fact.span, &params);
                    fault.suggestion = near;
                    row.document.push(fault);
                }
                Accepted::Answer { fact: fact.value.to_owned() }
            }
            EvidenceKind::File => {
                let known: Vec<(&str, FileType)> = FileType::ALL.iter().map(|one| (one.word(), *one)).collect();
                let words = row.texts("types").unwrap_or_default();
                Accepted::File { types: words.iter().filter_map(|word| row.chosen("types", word, &known)).collect() }
            }
            EvidenceKind::Recording => {
                let seconds = row.whole("seconds_min", 1, 86_400).unwrap_or(1);
                Accepted::Recording { seconds_min: seconds as u32 }
            }
            EvidenceKind::Consent => {
                row.required_text("channel");
                Accepted::Consent { channel: row.word("channel", &CHANNELS)? }
            }
            EvidenceKind::Delivery => {
                Accepted::Delivery { days_max: row.whole("days_max", 0, 366).unwrap_or(2) as i32 }
            }
            EvidenceKind::Decision => Accepted::Decision,
            EvidenceKind::Withdrawal => return None,
        })
    }
}

fn roles(row: &Section<'_, '_>) -> Vec<Role> {
    let known: Vec<(&str, Role)> = Role::ALL.iter().map(|role| (role.word(), *role)).collect();
    let words = row.texts("by").unwrap_or_default();
    words.iter().filter_map(|word| row.chosen("by", word, &known)).collect()
}

/// The key of an earlier step.
fn earlier(row: &Section<'_, '_>, word: &Placed<&str>, before: &[Step]) -> Option<String> {
    if before.iter().any(|step| step.key == word.value) {
        return Some(word.value.to_owned());
    }
    let mut fault = row.document.source.fault(FaultCode::NoSuchStep, word.span, &[("found", word.value)]);
    fault.suggestion = nearest(word.value, before.iter().map(|step| step.key.as_str())).map(str::to_owned);
    row.document.push(fault);
    None
}
