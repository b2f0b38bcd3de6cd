//! Remarks in one form: whether a text keeps to its form, what is wrong part by part, and how it would look in the form.
//!
//! A part is written with its label in brackets, `【日期】2026-11-29` or `[Date] 2026-11-29`, in the order of the form.
//! Texts that were meant so but written otherwise (a colon for brackets, another order) are understood for the proposal.
//! The grammar is the firm's own (`plan::RemarkForm`); nothing here knows a label (MISSION.md A5, H1).

use crate::base::{Channel, Day, Language};
use crate::plan::{PartFill, PartKind, PartNeed, RemarkForm, RemarkPart};
use crate::segment::Words;
use serde::Serialize;

/// What the program knows where the remark is written.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The day.
    pub today: Day,
    /// The channel over which the customer was spoken to.
    pub channel: Option<Channel>,
    /// The day of the next step.
    pub next: Option<Day>,
}

/// Why a text does not keep to its form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Misfit {
    /// What is wrong, in the order of the form.
    pub faults: Vec<RemarkFault>,
    /// The text in the form, with `…` where only the writer knows what to put.
    pub proposal: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemarkFault {
    /// The key of the part; empty for the text as a whole.
    pub part: String,
    /// The label as the text's language has it.
    pub label: String,
    /// What is wrong.
    pub why: PartFault,
}

/// What is wrong with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartFault {
    /// It is not there.
    Missing,
    /// Its label stands there with nothing behind it.
    Empty,
    /// It must be a day.
    NotADay,
    /// It must be one of the form's words.
    NotAChoice,
    /// It stands there twice.
    Twice,
    /// It stands before a part that comes earlier in the form.
    OutOfOrder,
    /// Words stand before the first label.
    Loose,
    /// The label is not in brackets.
    NotInBrackets,
}

impl PartFault {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Empty => "empty",
            Self::NotADay => "not_a_day",
            Self::NotAChoice => "not_a_choice",
            Self::Twice => "twice",
            Self::OutOfOrder => "out_of_order",
            Self::Loose => "loose",
            Self::NotInBrackets => "not_in_brackets",
        }
    }
}

/// A labelled piece of the text.
struct Piece<'a> {
    place: usize,
    bracketed: bool,
    text: &'a str,
}

const NONE: [&str; 4] = ["无", "没有", "none", "no"];

/// Holds a text against its form.
///
/// # Errors
/// Everything that is wrong, with the text as the form would have it.
pub fn check_remark(form: &RemarkForm, text: &str, known: Known) -> Result<(), Misfit> {
    let (loose, pieces) = pieces(form, text);
    let language = language_of(form, text);
    let mut faults = Vec::new();
    let mut note = |part: Option<&RemarkPart>, why| {
        let (key, label) = part.map_or(("", ""), |part| (part.key.as_str(), part.title.of(language)));
        faults.push(RemarkFault { part: key.to_owned(), label: label.to_owned(), why });
    };
    if !loose.is_empty() {
        note(None, PartFault::Loose);
    }
    for (place, part) in form.parts.iter().enumerate() {
        let mut own = pieces.iter().enumerate().filter(|(_, piece)| piece.place == place);
        let Some((at, piece)) = own.next() else {
            if part.need == PartNeed::Required {
                note(Some(part), PartFault::Missing);
            }
            continue;
        };
        if own.next().is_some() {
            note(Some(part), PartFault::Twice);
        }
        if !piece.bracketed {
            note(Some(part), PartFault::NotInBrackets);
        }
        if pieces[..at].iter().any(|before| before.place > place) {
            note(Some(part), PartFault::OutOfOrder);
        }
        if let Some(why) = misfit_of(part, piece.text) {
            note(Some(part), why);
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Misfit { faults, proposal: proposal(form, loose, &pieces, known, language) })
}

fn misfit_of(part: &RemarkPart, text: &str) -> Option<PartFault> {
    if text.is_empty() || text == "…" {
        return Some(PartFault::Empty);
    }
    match part.kind {
        PartKind::Text => None,
        PartKind::Day => read_day(text, None).is_none().then_some(PartFault::NotADay),
        PartKind::DayOrNone => (!is_none(text) && read_day(text, None).is_none()).then_some(PartFault::NotADay),
        PartKind::Choice => choice_of(part, text).is_none().then_some(PartFault::NotAChoice),
    }
}

fn is_none(text: &str) -> bool {
    NONE.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn choice_of<'a>(part: &'a RemarkPart, text: &str) -> Option<&'a Words> {
    let same = |word: &str| word.eq_ignore_ascii_case(text);
    part.choices.iter().map(|choice| &choice.title).find(|title| same(&title.zh) || same(&title.en))
}

/// A day as people write it at the beginning of a part: `2026-11-29`, `2026/11/29`, `2026年11月29日`; with a day in hand
/// for the year, `11月29日` too. What follows it (a time, a word) is left alone.
fn read_day(text: &str, near: Option<Day>) -> Option<Day> {
    let mut numbers = Vec::new();
    let mut rest = text.trim_start();
    for ends in [["年", "-", "/", "."], ["月", "-", "/", "."], ["日", "号", " ", ""]] {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 4 {
            break;
        }
        numbers.push(rest[..digits].parse::<i32>().ok()?);
        rest = &rest[digits..];
        let end = ends.iter().find(|end| !end.is_empty() && rest.starts_with(**end));
        // `11月29日`: the year was left out, and what was read is the month.
        if numbers.len() == 1 && rest.starts_with('月') {
            numbers.insert(0, near?.year().into());
            rest = rest.trim_start_matches('月');
            continue;
        }
        match end {
            Some(end) => rest = &rest[end.len()..],
            None => break,
        }
        if numbers.len() == 3 {
            break;
        }
    }
    match numbers[..] {
        [year, month, day] => format!("{year:04}-{month:02}-{day:02}").parse().ok(),
        _ => None,
    }
}

/// The words before the first label, and the labelled pieces in the order of the text.
fn pieces<'a>(form: &RemarkForm, text: &'a str) -> (&'a str, Vec<Piece<'a>>) {
    let mut marks: Vec<(usize, usize, usize, bool)> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match label_at(form, text, at) {
            Some((place, end, bracketed)) => {
                marks.push((at, end, place, bracketed));
                at = end;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    let loose = text[..marks.first().map_or(text.len(), |mark| mark.0)].trim();
    let until = |place: usize| marks.get(place + 1).map_or(text.len(), |next| next.0);
    let pieces = marks.iter().enumerate().map(|(place, mark)| Piece {
        place: mark.2,
        bracketed: mark.3,
        text: tidy(&text[mark.1..until(place)]),
    });
    (loose, pieces.collect())
}

/// A piece without the marks by which people separate pieces.
fn tidy(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ';' | '；' | '|'))
}

/// The label that begins at a place of the text: which part, where it ends, whether it is in brackets.
fn label_at(form: &RemarkForm, text: &str, at: usize) -> Option<(usize, usize, bool)> {
    let rest = &text[at..];
    for (open, close) in [("【", "】"), ("[", "]"), ("［", "］")] {
        let Some(inner) = rest.strip_prefix(open) else { continue };
        let end = inner.find(close)?;
        let place = part_called(form, inner[..end].trim())?;
        return Some((place, at + open.len() + end + close.len(), true));
    }
    let begins = text[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || "；;。，,|".contains(c));
    if !begins {
        return None;
    }
    let colon = rest.find(['：', ':']).filter(|end| *end <= 24)?;
    let place = part_called(form, rest[..colon].trim())?;
    let length = rest[colon..].chars().next().map_or(1, char::len_utf8);
    Some((place, at + colon + length, false))
}

fn part_called(form: &RemarkForm, label: &str) -> Option<usize> {
    form.parts.iter().position(|part| part.title.zh == label || part.title.en.eq_ignore_ascii_case(label))
}

fn language_of(form: &RemarkForm, text: &str) -> Language {
    let chinese = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let english = form.parts.iter().any(|part| text.contains(&format!("[{}]", part.title.en)));
    if chinese || !english && text.is_empty() { Language::Zh } else { Language::En }
}

fn proposal(form: &RemarkForm, loose: &str, pieces: &[Piece<'_>], known: Known, language: Language) -> String {
    let mut loose = Some(loose).filter(|text| !text.is_empty());
    let mut proposed = Vec::new();
    for (place, part) in form.parts.iter().enumerate() {
        let written: Vec<&str> =
            pieces.iter().filter(|piece| piece.place == place && piece.text != "…").map(|piece| piece.text).collect();
        let written = written.join(" ");
        let content = match (written.as_str(), misfit_of(part, &written)) {
            (_, None) => Some(written.clone()),
            ("", _) => known_content(part, known, language),
            (text, _) => read_day(text, Some(known.today))
                .filter(|_| matches!(part.kind, PartKind::Day | PartKind::DayOrNone))
                .map(|day| day.to_string()),
        };
        let content = match content {
            Some(content) => content,
            None if part.kind == PartKind::Text && loose.is_some() => loose.take().unwrap_or_default().to_owned(),
            None if part.need == PartNeed::Optional => continue,
            None => "…".to_owned(),
        };
        proposed.push((part, content));
    }
    if let Some(rest) = loose
        && let Some((_, content)) = proposed.iter_mut().find(|(part, _)| part.kind == PartKind::Text)
    {
        *content = format!("{rest} {content}");
    }
    let write = |(part, content): &(&RemarkPart, String)| match language {
        Language::Zh => format!("【{}】{content}", part.title.zh),
        Language::En => format!("[{}] {content}", part.title.en),
    };
    let separator = if language == Language::Zh { "" } else { " " };
    proposed.iter().map(write).collect::<Vec<_>>().join(separator)
}

fn known_content(part: &RemarkPart, known: Known, language: Language) -> Option<String> {
    match part.fill? {
        PartFill::Today => Some(known.today.to_string()),
        PartFill::Channel => {
            let channel = known.channel?;
            let choice = part.choices.iter().find(|choice| choice.key == channel.word());
            choice.map(|choice| choice.title.of(language).to_owned())
        }
        PartFill::Next => match known.next {
            Some(day) => Some(day.to_string()),
            None => Some(if language == Language::Zh { "无" } else { "none" }.to_owned()),
        },
    }
}
