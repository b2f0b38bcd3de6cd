//! The `[[test]]` blocks of a process file: this customer, this evidence, these gaps. And evidence that fits, made up for
//! examples and tests.

use super::standing::{Case, gaps};
use super::{Accept, Accepted, EvidenceKind, Found, Opened, Process, Standing, Step, Supplied};
use crate::base::{Channel, Day, EvidenceId, Instant, TimeZone};
use crate::contact::Reached;
use crate::customer::Consent;
use crate::org::Role;
use crate::plan::{Fault, FaultCode, Section, Source, read_customer, read_day};
use crate::segment::{Catalogue, FactSheet, Facts, Span, Subject};
use std::sync::Arc;
use uuid::Uuid;

/// An example that a process must answer as it says.
#[derive(Debug, Clone)]
pub struct ProcessTest {
    /// What it shows.
    pub name: String,
    /// The day.
    pub day: Day,
    /// The customer.
    pub customer: FactSheet,
    /// The steps that are shown by evidence that fits, in the order of the process.
    shown: Vec<String>,
    /// What is different about single pieces.
    pieces: Vec<Piece>,
    /// The steps that are expected to have a gap; the empty key for the process itself.
    pub gaps: Vec<String>,
    /// Where the block stands in the file.
    pub span: Span,
}

/// A piece of evidence of an example: what fits, changed where the example says so.
#[derive(Debug, Clone)]
struct Piece {
    step: String,
    kind: Option<EvidenceKind>,
    seconds: Option<u32>,
    hour: Option<i64>,
    remark: Option<String>,
    role: Option<Role>,
    days: Option<i32>,
}

/// Evidence for a step that `accept` takes, at an instant. `number` becomes its id.
pub fn ideal(step: &Step, accept: &Accept, at: Instant, on: Day, number: u128) -> Supplied {
    let found = match &accept.what {
        Accepted::Contact { outcomes, channels } => Found::Contact {
            outcome: outcomes.first().cloned().unwrap_or_else(|| "done".into()),
            reached: Reached::Yes,
            channel: channels.first().copied().unwrap_or(Channel::Phone),
            standing: Standing::Stands,
        },
        Accepted::Message { channels } => Found::Contact {
            outcome: "done".into(),
            reached: Reached::Yes,
            channel: channels.first().copied().unwrap_or(Channel::Wechat),
            standing: Standing::Stands,
        },
        Accepted::Note | Accepted::Decision => Found::Itself,
        Accepted::Answer { fact } => Found::Fact { key: fact.clone(), noted_on: Some(on) },
        Accepted::File { types } => {
            Found::File { file_type: types.first().copied().unwrap_or(super::FileType::Pdf), seconds: None }
        }
        Accepted::Recording { seconds_min } => {
            Found::File { file_type: super::FileType::Wav, seconds: Some(*seconds_min) }
        }
        Accepted::Consent { channel } => Found::Consent { channel: *channel, state: Consent::Given },
        Accepted::Delivery { days_max } => Found::Delivery { signed: Some(on), delivered: Some(on + *days_max) },
    };
    let said: Vec<&str> =
        step.phrases.iter().filter_map(|phrase| phrase.words.zh.split('|').next()).map(str::trim).collect();
    Supplied {
        id: EvidenceId(Uuid::from_u128(number)),
        step: step.key.clone(),
        kind: accept.what.kind(),
        happened_at: at,
        role: accept.by.first().copied().unwrap_or(Role::Maintainer),
        corrects: None,
        found,
        remark: format!("已说明：{}。", said.join("、")),
    }
}

/// Runs the examples of a process; those that it answers otherwise.
pub fn failed_examples(process: &Process, file: &str) -> Vec<Fault> {
    let source = Source { file, text: &process.source };
    let said = |keys: &[String]| match keys {
        [] => "closes".to_owned(),
        keys => format!("gaps = {keys:?}"),
    };
    process
        .tests
        .iter()
        .filter_map(|test| {
            let found = test.found(process);
            if found == test.gaps {
                return None;
            }
            let params = [("found", test.name.as_str()), ("wanted", &said(&test.gaps)), ("got", &said(&found))];
            Some(source.fault(FaultCode::TestFailed, test.span, &params))
        })
        .collect()
}

impl ProcessTest {
    fn found(&self, process: &Process) -> Vec<String> {
        let opened_at = TimeZone::shanghai().instant_at(self.day, 9 * 60);
        let supplied = self.supplied(process, opened_at);
        let subject = match process.for_each {
            Some(collection) if self.customer.count(collection) > 0 => Subject::Item(0),
            _ => Subject::Customer,
        };
        let case = Case {
            process,
            facts: &self.customer,
            subject,
            opened: Opened { at: opened_at, on: self.day },
            today: self.day,
            supplied: &supplied,
        };
        gaps(&case).into_iter().map(|gap| gap.step).collect()
    }

    fn supplied(&self, process: &Process, opened_at: Instant) -> Vec<Supplied> {
        let mut supplied = Vec::new();
        for (place, step) in process.steps.iter().enumerate() {
            // One step a minute: in order, and well within every time.
            let at = opened_at.plus_seconds(60 * (place as i64 + 1));
            let changed: Vec<&Piece> = self.pieces.iter().filter(|piece| piece.step == step.key).collect();
            if changed.is_empty() && self.shown.contains(&step.key) {
                let first = step.accepts.first();
                supplied.extend(first.map(|accept| ideal(step, accept, at, self.day, place as u128)));
            }
            for (nth, piece) in changed.iter().enumerate() {
                let accept =
                    step.accepts.iter().find(|accept| piece.kind.is_none_or(|kind| accept.what.kind() == kind));
                let number = (place * 1000 + nth + 1_000_000) as u128;
                let Some(accept) = accept.or(step.accepts.first()) else { continue };
                supplied.push(piece.applied(ideal(step, accept, at, self.day, number), opened_at));
            }
        }
        supplied
    }
}

impl Piece {
    fn applied(&self, mut one: Supplied, opened_at: Instant) -> Supplied {
        if let Some(kind) = self.kind {
            one.kind = kind;
        }
        if let (Some(new), Found::File { seconds, .. }) = (self.seconds, &mut one.found) {
            *seconds = Some(new);
        }
        if let (Some(days), Found::Delivery { signed: Some(signed), delivered }) = (self.days, &mut one.found) {
            *delivered = Some(*signed + days);
        }
        if let Some(hour) = self.hour {
            one.happened_at = opened_at.plus_seconds(hour * 3600);
        }
        if let Some(remark) = &self.remark {
            one.remark.clone_from(remark);
        }
        one.role = self.role.unwrap_or(one.role);
        one
    }
}

/// Reads one block.
pub(super) fn read_example(
    section: Section<'_, '_>,
    catalogue: &Arc<Catalogue>,
    steps: &[Step],
) -> Option<ProcessTest> {
    let span = section.span;
    let name = section.required_text("name").map(|name| name.value.to_owned());
    let day = section.entry("day");
    if day.is_none() {
        section.fail(FaultCode::MissingKey, span, &[("wanted", "day")]);
    }
    let day = day.and_then(|entry| read_day(section.document, entry));
    let customer = section.section("customer").map(|customer| read_customer(&customer, catalogue));
    let (all, without) = (section.texts("has"), section.texts("all_but"));
    let named = |words: Option<Vec<crate::plan::Placed<&str>>>, key: &str| -> Option<Vec<String>> {
        let known: Vec<(&str, &str)> = steps.iter().map(|step| (step.key.as_str(), step.key.as_str())).collect();
        let words = words?;
        Some(words.iter().filter_map(|word| section.chosen(key, word, &known)).map(str::to_owned).collect())
    };
    let shown = match (named(all, "has"), named(without, "all_but")) {
        (Some(has), _) => has,
        (None, Some(but)) => steps.iter().map(|step| step.key.clone()).filter(|key| !but.contains(key)).collect(),
        (None, None) => Vec::new(),
    };
    let pieces = section.sections("evidence").into_iter().filter_map(|row| read_piece(row, steps)).collect();
    let closes = section.word("expect", &[("closes", ())]).is_some();
    let gaps = section.texts("gaps").map(|keys| keys.iter().map(|key| key.value.to_owned()).collect());
    if gaps.is_none() && !closes {
        section.fail(FaultCode::MissingKey, span, &[("wanted", "gaps")]);
    }
    section.close();
    let customer = customer.unwrap_or_else(|| FactSheet::new(catalogue));
    Some(ProcessTest { name: name?, day: day?, customer, shown, pieces, gaps: gaps.unwrap_or_default(), span })
}

fn read_piece(row: Section<'_, '_>, steps: &[Step]) -> Option<Piece> {
    let known: Vec<(&str, &str)> = steps.iter().map(|step| (step.key.as_str(), step.key.as_str())).collect();
    row.required_text("step");
    let step = row.word("step", &known).map(str::to_owned);
    let kinds: Vec<(&str, EvidenceKind)> = EvidenceKind::ALL.iter().map(|kind| (kind.word(), *kind)).collect();
    let roles: Vec<(&str, Role)> = Role::ALL.iter().map(|role| (role.word(), *role)).collect();
    let piece = Piece {
        step: String::new(),
        kind: row.word("kind", &kinds),
        seconds: row.whole("seconds", 0, 86_400).map(|seconds| seconds as u32),
        hour: row.whole("hour", -9000, 9000),
        remark: row.text("remark").map(|text| text.value.to_owned()),
        role: row.word("by", &roles),
        days: row.whole("days", 0, 366).map(|days| days as i32),
    };
    row.close();
    Some(Piece { step: step?, ..piece })
}
