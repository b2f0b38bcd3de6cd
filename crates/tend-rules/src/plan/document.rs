//! Reads TOML so that everything wrong is told with its place: wrong types, unknown and missing keys.

use super::fault::{Fault, FaultCode, Source};
use crate::segment::{Problem, Span, Words, nearest};
use std::cell::RefCell;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A TOML file being read; collects what is wrong with it.
pub(crate) struct Document<'a> {
    pub source: Source<'a>,
    faults: RefCell<Vec<Fault>>,
}

/// A table of the file; notes which of its keys were asked for.
pub(crate) struct Section<'d, 'a> {
    pub document: &'d Document<'a>,
    table: &'d DeTable<'a>,
    pub span: Span,
    asked: RefCell<Vec<&'static str>>,
}

/// A value with its place.
pub(crate) struct Placed<T> {
    pub value: T,
    pub span: Span,
}

/// A TOML value with its place.
pub(crate) type Entry<'d, 'a> = &'d Spanned<DeValue<'a>>;

pub(crate) fn span_of<T>(spanned: &Spanned<T>) -> Span {
    let range = spanned.span();
    Span::of(range.start, range.end)
}

impl<'a> Document<'a> {
    /// The file and its top table; `Err` if it is no TOML.
    pub fn parse(file: &'a str, text: &'a str) -> Result<(Self, DeTable<'a>), Fault> {
        let source = Source { file, text };
        match DeTable::parse(text) {
            Ok(table) => Ok((Self { source, faults: RefCell::new(Vec::new()) }, table.into_inner())),
            Err(error) => {
                let range = error.span().unwrap_or(0..0);
                if let Some(bare) = BareValue::at(text, range.start) {
                    return Err(bare.fault(source));
                }
                let span = Span::of(range.start, range.end);
                Err(source.fault(FaultCode::TomlSyntax, span, &[("found", error.message())]))
            }
        }
    }

    /// The top table as a section.
    pub fn top<'d>(&'d self, table: &'d DeTable<'a>) -> Section<'d, 'a> {
        self.section(table, Span::of(0, 0))
    }

    pub fn section<'d>(&'d self, table: &'d DeTable<'a>, span: Span) -> Section<'d, 'a> {
        Section { document: self, table, span, asked: RefCell::new(Vec::new()) }
    }

    pub fn push(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault);
    }

    pub fn fail(&self, code: FaultCode, span: Span, params: &[(&str, &str)]) {
        self.push(self.source.fault(code, span, params));
    }

    /// Reports the problems of an expression whose text is `text`, standing at `span` of the file.
    pub fn fail_expression(&self, problems: &[Problem], text: &str, span: Span) {
        for problem in problems {
            let start = written_at(self.source.text, text, span, problem.span.start as usize);
            let end = start + (problem.span.end - problem.span.start) as usize;
            self.push(self.source.of_problem(problem, Span::of(start, end)));
        }
    }

    pub fn has_faults(&self) -> bool {
        !self.faults.borrow().is_empty()
    }

    /// What was wrong, in the order of the file.
    pub fn into_faults(self) -> Vec<Fault> {
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|fault| fault.place);
        faults
    }
}

/// A value that is neither a number nor a truth and stands without quotation marks, as in `priority = high`.
struct BareValue<'a> {
    key: &'a str,
    word: &'a str,
    span: Span,
}

impl<'a> BareValue<'a> {
    /// The one around the byte at which reading stopped, if it is one.
    fn at(text: &'a str, stopped: usize) -> Option<Self> {
        let of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '%');
        let before = text.get(..stopped)?.trim_end_matches(of_word);
        let rest = text.get(before.len()..)?;
        let found = rest.trim_start_matches([' ', '\t']);
        let from = text.len() - found.len();
        let word = &found[..found.find(|c| !of_word(c)).unwrap_or(found.len())];
        let key = text.get(..from)?.trim_end_matches([' ', '\t']).strip_suffix('=')?.trim_end_matches([' ', '\t']);
        let key = &key[key.trim_end_matches(of_word).len()..];
        // What stopped the reading may stand behind a value that is right.
        let is_value = DeTable::parse(&format!("value = {word}")).is_ok();
        (!word.is_empty() && !is_value).then(|| Self { key, word, span: Span::of(from, from + word.len()) })
    }

    fn fault(&self, source: Source<'_>) -> Fault {
        let quoted = format!("\"{}\"", self.word);
        let params = [("key", self.key), ("found", self.word), ("quoted", quoted.as_str())];
        let mut fault = source.fault(FaultCode::BareValue, self.span, &params);
        fault.suggestion = Some(quoted);
        fault
    }
}

/// The text with its first value that stands without quotation marks put into them; none if it is not that which stops
/// the reading. What the key wants is then told by whoever reads the key.
pub(crate) fn with_bare_value_quoted(text: &str) -> Option<String> {
    let stopped = DeTable::parse(text).err()?.span()?.start;
    let span = BareValue::at(text, stopped)?.span;
    let (from, to) = (span.start as usize, span.end as usize);
    Some(format!("{}\"{}\"{}", &text[..from], &text[from..to], &text[to..]))
}

/// Where in the file the byte `at` of a string value stands; its beginning where the string was
/// written with escapes, so that the two cannot be laid side by side.
fn written_at(file: &str, text: &str, span: Span, at: usize) -> usize {
    let raw = span.text(file);
    match raw.find(text) {
        Some(offset) => span.start as usize + offset + at,
        None => span.start as usize,
    }
}

impl<'d, 'a> Section<'d, 'a> {
    /// The value of a key; an asked-for key counts as known.
    pub fn entry(&self, key: &'static str) -> Option<Entry<'d, 'a>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    /// Every key with its value; all count as known.
    pub fn every(&self) -> Vec<(Placed<&'d str>, Entry<'d, 'a>)> {
        self.table.iter().map(|(key, value)| (Placed { value: &**key.get_ref(), span: span_of(key) }, value)).collect()
    }

    pub fn fail(&self, code: FaultCode, span: Span, params: &[(&str, &str)]) {
        self.document.fail(code, span, params);
    }

    fn required<T>(&self, key: &'static str, found: Option<T>) -> Option<T> {
        if found.is_none() && !self.table.contains_key(key) {
            self.fail(FaultCode::MissingKey, self.span, &[("wanted", key)]);
        }
        found
    }

    fn wrong_type<T>(&self, key: &str, entry: Entry<'_, '_>, zh: &str, en: &str) -> Option<T> {
        self.fail(FaultCode::WrongType, span_of(entry), &[("key", key), ("wanted_zh", zh), ("wanted", en)]);
        None
    }

    pub fn text(&self, key: &'static str) -> Option<Placed<&'d str>> {
        let entry = self.entry(key)?;
        match entry.get_ref().as_str() {
            Some(value) => Some(Placed { value, span: span_of(entry) }),
            None => self.wrong_type(key, entry, "引号中的文本", "text in quotation marks"),
        }
    }

    pub fn required_text(&self, key: &'static str) -> Option<Placed<&'d str>> {
        let found = self.required(key, self.text(key))?;
        if found.value.trim().is_empty() {
            self.fail(FaultCode::EmptyText, found.span, &[("key", key)]);
            return None;
        }
        Some(found)
    }

    /// A key of the firm: a-z, 0-9 and _.
    pub fn required_key(&self, key: &'static str) -> Option<Placed<&'d str>> {
        let found = self.required_text(key)?;
        if found.value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            return Some(found);
        }
        self.fail(FaultCode::BadKey, found.span, &[("found", found.value)]);
        None
    }

    pub fn whole(&self, key: &'static str, low: i64, high: i64) -> Option<i64> {
        let entry = self.entry(key)?;
        let Some(number) = entry.get_ref().as_integer().and_then(|int| int.as_str().parse::<i64>().ok()) else {
            return self.wrong_type(key, entry, "整数", "a whole number");
        };
        if (low..=high).contains(&number) {
            return Some(number);
        }
        let wanted = format!("{low}..{high}");
        self.fail(FaultCode::OutOfRange, span_of(entry), &[("key", key), ("wanted", &wanted)]);
        None
    }

    pub fn number(&self, key: &'static str) -> Option<f64> {
        let entry = self.entry(key)?;
        match number_of(entry.get_ref()) {
            Some(number) => Some(number),
            None => self.wrong_type(key, entry, "数字", "a number"),
        }
    }

    pub fn truth(&self, key: &'static str) -> Option<bool> {
        let entry = self.entry(key)?;
        match entry.get_ref().as_bool() {
            Some(yes) => Some(yes),
            None => self.wrong_type(key, entry, " true 或 false", "true or false"),
        }
    }

    pub fn texts(&self, key: &'static str) -> Option<Vec<Placed<&'d str>>> {
        let entry = self.entry(key)?;
        let Some(array) = entry.get_ref().as_array() else {
            return self.wrong_type(key, entry, "文本列表", "a list of texts");
        };
        let mut texts = Vec::new();
        for value in array.iter() {
            match value.get_ref().as_str() {
                Some(text) => texts.push(Placed { value: text, span: span_of(value) }),
                None => return self.wrong_type(key, value, "引号中的文本", "text in quotation marks"),
            }
        }
        Some(texts)
    }

    pub fn section(&self, key: &'static str) -> Option<Section<'d, 'a>> {
        let entry = self.entry(key)?;
        match entry.get_ref().as_table() {
            Some(table) => Some(self.document.section(table, span_of(entry))),
            None => self.wrong_type(key, entry, "一张表", "a table"),
        }
    }

    pub fn sections(&self, key: &'static str) -> Vec<Section<'d, 'a>> {
        let Some(entry) = self.entry(key) else { return Vec::new() };
        let Some(array) = entry.get_ref().as_array() else {
            self.wrong_type::<()>(key, entry, "若干张表", "several tables");
            return Vec::new();
        };
        let mut sections = Vec::new();
        for value in array.iter() {
            match value.get_ref().as_table() {
                Some(table) => sections.push(self.document.section(table, span_of(value))),
                None => {
                    self.wrong_type::<()>(key, value, "一张表", "a table");
                }
            }
        }
        sections
    }

    /// A text in both languages: `{ zh = "…", en = "…" }`, with the places of both.
    pub fn required_words(&self, key: &'static str) -> Option<(Words, [Span; 2])> {
        self.required(key, self.section(key))?.into_words()
    }

    /// The section itself as a text in both languages.
    pub fn into_words(self) -> Option<(Words, [Span; 2])> {
        let (zh, en) = (self.required_text("zh"), self.required_text("en"));
        self.close();
        let (zh, en) = (zh?, en?);
        Some((Words::new(zh.value, en.value), [zh.span, en.span]))
    }

    /// One of several words.
    pub fn word<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let found = self.text(key)?;
        self.chosen(key, &found, choices)
    }

    pub fn chosen<T: Copy>(&self, key: &str, found: &Placed<&str>, choices: &[(&str, T)]) -> Option<T> {
        let choice = choices.iter().find(|(word, _)| *word == found.value).map(|(_, choice)| *choice);
        if choice.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let near = nearest(found.value, words.iter().copied()).map(str::to_owned);
            let params = [("key", key), ("found", found.value), ("choices", &words.join(", "))];
            let mut fault = self.document.source.fault(FaultCode::UnknownWord, found.span, &params);
            fault.suggestion = near;
            self.document.push(fault);
        }
        choice
    }

    /// Reports the keys that nobody asked for.
    pub fn close(self) {
        let asked = self.asked.into_inner();
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if !asked.contains(&name) {
                let code = FaultCode::UnknownKey;
                let mut fault = self.document.source.fault(code, span_of(key), &[("found", name)]);
                fault.suggestion = nearest(name, asked.iter().copied()).map(str::to_owned);
                self.document.push(fault);
            }
        }
    }
}

/// A number, whole or not.
pub(crate) fn number_of(value: &DeValue<'_>) -> Option<f64> {
    match (value.as_integer(), value.as_float()) {
        (Some(int), _) => int.as_str().parse().ok(),
        (_, Some(float)) => float.as_str().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}
