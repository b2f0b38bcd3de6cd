//! Reads a plan file against the catalogue (format: docs/care-language.md).

use super::document::{Document, Placed, Section, span_of, with_bare_value_quoted};
use super::example::read_test;
use super::fault::{Fault, FaultCode};
use super::{Attention, By, CarePlan, Limits, LocalText, NamedGift, Proof, Worth};
use crate::base::Channel;
use crate::segment::{Binding, Catalogue, CollectionId, Expression, Scalar, Span, Text, compile_kind, festivals};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::de::DeTable;

const CHANNELS: [(&str, Channel); 6] = [
    ("phone", Channel::Phone),
    ("sms", Channel::Sms),
    ("wechat", Channel::Wechat),
    ("mail", Channel::Mail),
    ("visit", Channel::Visit),
    ("email", Channel::Mail),
];

const PROOFS: [(&str, Proof); 6] = [
    ("call_30s", Proof::Call30s),
    ("reply", Proof::Reply),
    ("delivered", Proof::Delivered),
    ("visit_photo", Proof::VisitPhoto),
    ("signature", Proof::Signature),
    ("note", Proof::Note),
];

/// What the expressions of a plan may name.
struct Scope<'a> {
    catalogue: &'a Arc<Catalogue>,
    /// `Err` if `for_each` is wrong: then nothing that names the item can be judged.
    subject: Result<Option<(String, CollectionId)>, ForEachIsWrong>,
}

#[derive(Clone, Copy)]
struct ForEachIsWrong;

impl Scope<'_> {
    fn binding(&self) -> Option<Binding<'_>> {
        let subject = self.subject.as_ref().ok()?.as_ref();
        subject.map(|(name, collection)| Binding { name, collection: *collection })
    }

    fn expression(&self, section: &Section<'_, '_>, text: &Placed<&str>, kind: Scalar) -> Option<Expression> {
        self.subject.as_ref().ok()?;
        compile_kind(text.value, self.catalogue, self.binding(), kind)
            .map_err(|problems| section.document.fail_expression(&problems, text.value, text.span))
            .ok()
    }

    fn text(&self, section: &Section<'_, '_>, text: &str, span: Span) -> Option<Text> {
        self.subject.as_ref().ok()?;
        Text::parse(text, self.catalogue, self.binding())
            .map_err(|problems| section.document.fail_expression(&problems, text, span))
            .ok()
    }
}

impl CarePlan {
    /// Reads a plan file; everything that is wrong with it, in the order of the file. The examples
    /// are read but not run: [`super::failed_tests`] runs them.
    pub fn parse(file: &str, text: &str, catalogue: &Arc<Catalogue>) -> Result<Self, Vec<Fault>> {
        let (document, table) =
            Document::parse(file, text).map_err(|fault| vec![what_its_key_wants(fault, file, text, catalogue)])?;
        read(document, &table, catalogue)
    }
}

/// Of a word without quotation marks where the key wants none (`priority = high`) it is told what the key wants instead. One
/// word is looked at: the next one is told of once this one is mended.
fn what_its_key_wants(fault: Fault, file: &str, text: &str, catalogue: &Arc<Catalogue>) -> Fault {
    let sharper = with_bare_value_quoted(text).and_then(|quoted| {
        let (document, table) = Document::parse(file, &quoted).ok()?;
        read(document, &table, catalogue).err()?.into_iter().find(|one| one.place == fault.place)
    });
    sharper.unwrap_or(fault)
}

/// The plan of a document, or everything that is wrong with it.
fn read<'a>(document: Document<'a>, table: &DeTable<'a>, catalogue: &Arc<Catalogue>) -> Result<CarePlan, Vec<Fault>> {
    match read_plan(document.top(table), catalogue) {
        Some(plan) if !document.has_faults() => Ok(plan),
        _ => Err(document.into_faults()),
    }
}

fn read_plan(top: Section<'_, '_>, catalogue: &Arc<Catalogue>) -> Option<CarePlan> {
    let key = top.required_key("key");
    let business_type = top.required_key("business_type");
    let title = top.required_words("title");
    let scope = Scope { catalogue, subject: read_subject(&top, catalogue) };
    let reason = top.required_words("reason").and_then(|(words, [zh, en])| {
        let (zh, en) = (scope.text(&top, &words.zh, zh), scope.text(&top, &words.en, en));
        Some(LocalText { zh: zh?, en: en? })
    });
    let who = top.required_text("who").and_then(|who| scope.expression(&top, &who, Scalar::Bool));
    let worth = read_worth(&top, &scope);
    let cost = top.text("cost").map(|cost| scope.expression(&top, &cost, Scalar::Money).map(Box::new));
    let gift = top.text("gift").map(|gift| NamedGift { key: gift.value.to_owned(), span: gift.span });
    let channels = read_channels(&top);
    let by = top.word("by", &[("owner", By::Owner), ("branch", By::Branch), ("specialist", By::Specialist)]);
    let skills = top.texts("skills").unwrap_or_default().iter().map(|skill| skill.value.to_owned()).collect();
    let script = top.text("script").map(|script| script.value.to_owned());
    let templates = read_templates(&top);
    let limits = top.section("limits").map_or_else(Limits::default, read_limits);
    let proof = top.section("proof").map(read_proof).unwrap_or_default();
    let subject = scope.subject.ok().flatten();
    let tests = top.sections("test").into_iter().filter_map(|test| read_test(test, catalogue)).collect();
    let source = top.document.source.text.to_owned();
    top.close();
    Some(CarePlan {
        key: key?.value.to_owned(),
        business_type: business_type?.value.to_owned(),
        title: title?.0,
        reason: reason?,
        for_each: subject.as_ref().map(|(_, collection)| *collection),
        item_name: subject.map(|(name, _)| name),
        who: who?,
        worth: worth?,
        cost: match cost {
            None => None,
            Some(read) => Some(read?),
        },
        gift,
        channels: channels?,
        by: by.unwrap_or(By::Owner),
        skills,
        script,
        templates,
        limits,
        proof,
        tests,
        source,
    })
}

fn read_subject(
    top: &Section<'_, '_>,
    catalogue: &Arc<Catalogue>,
) -> Result<Option<(String, CollectionId)>, ForEachIsWrong> {
    let kinds: Vec<(&str, CollectionId)> = catalogue
        .collections()
        .iter()
        .enumerate()
        .map(|(place, collection)| (collection.one.as_str(), CollectionId(place as u16)))
        .collect();
    let for_each = top.word("for_each", &kinds);
    let name = top.text("as");
    let Some(collection) = for_each else {
        if top.entry("for_each").is_some() {
            return Err(ForEachIsWrong);
        }
        if let Some(name) = name {
            top.fail(FaultCode::NeedsForEach, name.span, &[("key", "as")]);
        }
        return Ok(None);
    };
    let Some(name) = name else { return Ok(Some((catalogue.items(collection).one.clone(), collection))) };
    if catalogue.find(name.value).is_some() || catalogue.collection(name.value).is_some() {
        top.fail(FaultCode::NameTaken, name.span, &[("found", name.value)]);
    }
    Ok(Some((name.value.to_owned(), collection)))
}

fn read_worth(top: &Section<'_, '_>, scope: &Scope<'_>) -> Option<Worth> {
    let factor = top.number("factor").unwrap_or(1.0);
    match top.text("worth") {
        Some(worth) => scope.expression(top, &worth, Scalar::Money).map(|worth| Worth::Expression(Box::new(worth))),
        None => Some(Worth::AnnualValue { factor }),
    }
}

fn read_channels(top: &Section<'_, '_>) -> Option<Vec<Channel>> {
    let Some(words) = top.texts("channels") else {
        if top.entry("channels").is_none() {
            top.fail(FaultCode::MissingKey, top.span, &[("wanted", "channels")]);
        }
        return None;
    };
    let channels: Vec<Option<Channel>> = words.iter().map(|word| top.chosen("channels", word, &CHANNELS)).collect();
    let channels: Option<Vec<Channel>> = channels.into_iter().collect();
    if channels.as_ref().is_some_and(Vec::is_empty) {
        top.fail(FaultCode::EmptyText, top.span, &[("key", "channels")]);
        return None;
    }
    channels
}

fn read_templates(top: &Section<'_, '_>) -> BTreeMap<Channel, String> {
    let Some(section) = top.section("templates") else { return BTreeMap::new() };
    let mut templates = BTreeMap::new();
    for (key, entry) in section.every() {
        let channel = section.chosen("templates", &key, &CHANNELS);
        match (channel, entry.get_ref().as_str()) {
            (Some(channel), Some(template)) => {
                templates.insert(channel, template.to_owned());
            }
            (Some(_), None) => {
                let params = [("key", key.value), ("wanted_zh", "模板的键"), ("wanted", "the key of a template")];
                section.fail(FaultCode::WrongType, span_of(entry), &params);
            }
            (None, _) => {}
        }
    }
    templates
}

fn read_limits(section: Section<'_, '_>) -> Limits {
    let usual = Limits::default();
    let quiet = section.texts("quiet_days").unwrap_or_default();
    let known: Vec<(&str, &str)> = festivals().iter().map(|festival| (festival.key, festival.key)).collect();
    let quiet_days =
        quiet.iter().filter_map(|day| section.chosen("quiet_days", day, &known)).map(str::to_owned).collect();
    let at_minute = section.text("at").and_then(|at| {
        let minute = read_minute(at.value);
        if minute.is_none() {
            section.fail(FaultCode::BadTime, at.span, &[("found", at.value)]);
        }
        minute
    });
    let limits = Limits {
        priority: section.whole("priority", 0, 100).map_or(usual.priority, |number| number as u8),
        cooldown_days: section.whole("cooldown_days", 0, 366).map_or(usual.cooldown_days, |number| number as i32),
        cap_30d: section.whole("cap_30d", 0, 30).unwrap_or(usual.cap_30d),
        expires_after_days: section
            .whole("expires_after_days", 0, 366)
            .map_or(usual.expires_after_days, |number| number as i32),
        quiet_days,
        at_minute,
        attention: match section.truth("counts_as_contact") {
            Some(false) => Attention::Free,
            _ => Attention::Counts,
        },
    };
    section.close();
    limits
}

fn read_minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':').filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2)?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn read_proof(section: Section<'_, '_>) -> Vec<Proof> {
    let words = section.texts("any_of").unwrap_or_default();
    let proofs = words.iter().filter_map(|word| section.chosen("any_of", word, &PROOFS)).collect();
    section.close();
    proofs
}
