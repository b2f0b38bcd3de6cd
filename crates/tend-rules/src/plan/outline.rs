//! A plan file as a form shows it: each value with its place, so that a form changes that value and leaves the rest,
//! comments and order too, as it was written. Reads what is well-formed TOML, sound or not: whether a plan makes sense
//! is `CarePlan::parse`'s to say.

use super::document::{Document, span_of};
use super::fault::Fault;
use crate::segment::{Branch, Span, Stretch, outline};
use serde::Serialize;
use toml::de::{DeTable, DeValue};

/// A plan file by its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "shapes", derive(utoipa::ToSchema))]
pub struct PlanOutline {
    /// The values in the order of the file; the examples are left out.
    pub entries: Vec<PlanEntry>,
    /// The condition by its parts, with places within the value of `who`; none while it is missing or unsound.
    pub who: Option<Branch>,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "shapes", derive(utoipa::ToSchema))]
pub struct PlanEntry {
    /// The key, with the key of its table before it: `channels`, `limits.cap_30d`.
    pub path: String,
    /// Where the key stands in the text.
    pub key: Stretch,
    /// Where the value stands; of a table, its brackets or its head.
    pub at: Stretch,
    /// What the value is.
    pub kind: EntryKind,
    /// The value: one, or for `texts` each. Empty for `table` and `other`.
    pub words: Vec<String>,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "shapes", derive(utoipa::ToSchema))]
pub enum EntryKind {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// A table; its values follow as entries.
    Table,
    /// Anything else.
    Other,
}

/// The examples: tables of which a plan has many.
const EXAMPLES: &str = "test";

impl PlanOutline {
    /// Reads a file; the fault if it is no TOML.
    pub fn read(file: &str, text: &str) -> Result<Self, Fault> {
        let (_, table) = Document::parse(file, text)?;
        let mut entries = Vec::new();
        for (key, value) in table.iter().filter(|(key, _)| &**key.get_ref() != EXAMPLES) {
            let path = key.get_ref().to_string();
            entries.push(entry(path.clone(), span_of(key), span_of(value), value.get_ref(), text));
            if let Some(inner) = value.get_ref().as_table() {
                entries.extend(within(&path, inner, text));
            }
        }
        entries.sort_by_key(|entry| entry.key.from);
        let who = table.get("who").and_then(|who| outline(who.get_ref().as_str()?).ok());
        Ok(Self { entries, who })
    }
}

fn within(path: &str, table: &DeTable<'_>, text: &str) -> Vec<PlanEntry> {
    let mut entries = Vec::new();
    for (key, value) in table.iter() {
        let path = format!("{path}.{}", key.get_ref());
        entries.push(entry(path, span_of(key), span_of(value), value.get_ref(), text));
    }
    entries
}

fn entry(path: String, key: Span, at: Span, value: &DeValue<'_>, text: &str) -> PlanEntry {
    let (kind, words) = read(value);
    PlanEntry { path, key: Stretch::of(key, text), at: Stretch::of(at, text), kind, words }
}

fn read(value: &DeValue<'_>) -> (EntryKind, Vec<String>) {
    if let Some(text) = value.as_str() {
        return (EntryKind::Text, vec![text.to_owned()]);
    }
    if let Some(yes) = value.as_bool() {
        return (EntryKind::Bool, vec![yes.to_string()]);
    }
    if let Some(number) = value.as_integer() {
        return (EntryKind::Number, vec![number.as_str().to_owned()]);
    }
    if let Some(number) = value.as_float() {
        return (EntryKind::Number, vec![number.as_str().to_owned()]);
    }
    if value.as_table().is_some() {
        return (EntryKind::Table, Vec::new());
    }
    let texts: Option<Vec<String>> = value
        .as_array()
        .and_then(|values| values.iter().map(|one| one.get_ref().as_str().map(str::to_owned)).collect());
    texts.map_or((EntryKind::Other, Vec::new()), |texts| (EntryKind::Texts, texts))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# 生日 𠮷\nkey = \"birthday\" # the key\nwho = '''tier == \"gold\"'''\nchannels = [\"phone\", \"sms\"]\n\
        templates = { sms = \"birthday_sms\" }\n[limits]\ncap_30d = 3\nat = \"09:30\"\ncounts_as_contact = false\n\
        [[test]]\nname = \"x\"\n";

    fn cut(at: Stretch) -> String {
        let units: Vec<u16> = TEXT.encode_utf16().collect();
        String::from_utf16(&units[at.from as usize..at.to as usize]).expect("whole characters")
    }

    #[test]
    fn every_value_of_a_plan_has_its_place() {
        let outline = PlanOutline::read("plan", TEXT).expect("TOML");
        let told: Vec<String> = outline
            .entries
            .iter()
            .map(|entry| format!("{} {} = {} {:?}", entry.path, cut(entry.key), cut(entry.at), entry.words))
            .collect();
        let wanted = [
            r#"key key = "birthday" ["birthday"]"#,
            r#"who who = '''tier == "gold"''' ["tier == \"gold\""]"#,
            r#"channels channels = ["phone", "sms"] ["phone", "sms"]"#,
            r#"templates templates = { sms = "birthday_sms" } []"#,
            r#"templates.sms sms = "birthday_sms" ["birthday_sms"]"#,
            "limits limits = [limits] []",
            r#"limits.cap_30d cap_30d = 3 ["3"]"#,
            r#"limits.at at = "09:30" ["09:30"]"#,
            r#"limits.counts_as_contact counts_as_contact = false ["false"]"#,
        ];
        assert_eq!(told, wanted);
        assert!(outline.who.is_some());
    }

    #[test]
    fn an_unsound_condition_and_a_broken_file_are_told_apart() {
        assert_eq!(PlanOutline::read("plan", "who = 'tier =='").map(|outline| outline.who), Ok(None));
        assert_eq!(PlanOutline::read("plan", "who = ").map_err(|fault| fault.code), Err("toml_syntax"));
        assert_eq!(PlanOutline::read("plan", "").map(|outline| outline.entries.len()), Ok(0));
    }
}
