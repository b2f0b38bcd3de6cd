//! Looks into a workbook before it is opened: a small packed file must not unpack into all of the memory.
//!
//! The sizes that a zip directory declares can lie, so every part that will be read is unpacked once and counted.

use super::{IntakeError, Limits};
use std::collections::HashSet;
use std::io::{self, Read, Seek, Write};
use zip::ZipArchive;

const PARTS_MAX: usize = 10_000;
/// How much more a part may be unpacked than packed, once it is large: repeated rows come to two hundred, a bomb to a
/// thousand, which is the most that the format can do.
const RATIO_MAX: u64 = 400;
const LARGE: u64 = 64 << 20;
/// Bytes of the shortest text, `<si/>`.
const TEXT_BYTES: u64 = 5;
/// So many texts may be declared beyond those that a part has room for: not every program counts its own, and some count
/// the cells.
const TEXTS_SPARE: u64 = 4_000_000;
/// The longest stretch without a tag: a reader collects it whole. A cell takes 32,767 characters.
const TEXT_MAX: u64 = 16 << 20;

/// An error if the workbook is no zip file or unpacks to more than the limits permit.
pub(super) fn check<R: Read + Seek>(bytes: &mut R, limits: &Limits) -> Result<(), IntakeError> {
    bytes.rewind()?;
    let mut archive = ZipArchive::new(&mut *bytes).map_err(damaged)?;
    if archive.len() > PARTS_MAX {
        return Err(IntakeError::Damaged(format!("it has more than {PARTS_MAX} parts")));
    }
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(not_a_workbook(&archive));
    }
    let mut unpacked = 0;
    let mut in_memory = 0;
    let mut names = HashSet::new();
    // Every part: whatever is named as a sheet, by whatever name, is read as one.
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.to_ascii_lowercase();
        if !is_within(&name) || !names.insert(name.clone()) {
            return Err(IntakeError::Damaged("two parts have one name, or one leads out of the file".into()));
        }
        let packed = part.compressed_size();
        let room = limits.unpacked_bytes_max.saturating_sub(unpacked);
        let mut read = ReadAlong::new(&name);
        let size = io::copy(&mut part.take(room + 1), &mut read).map_err(|e| IntakeError::Damaged(e.to_string()))?;
        read.check(size)?;
        unpacked += size;
        if size > LARGE && size / packed.max(1) > RATIO_MAX {
            return Err(IntakeError::Damaged(format!("a part unpacks to more than {RATIO_MAX} times its size")));
        }
        in_memory += if is_kept(&name) { size } else { 0 };
        if unpacked > limits.unpacked_bytes_max {
            return Err(IntakeError::TooLarge { bytes_max: limits.unpacked_bytes_max });
        }
        if in_memory > limits.in_memory_bytes_max {
            return Err(IntakeError::TooLarge { bytes_max: limits.in_memory_bytes_max });
        }
    }
    bytes.rewind()?;
    Ok(())
}

/// Whether a part is held in memory by whoever reads the workbook. Sheets are read cell by cell; texts, styles and the rest
/// are kept, wherever they lie.
fn is_kept(name: &str) -> bool {
    let is_kept_anywhere = ["sharedstrings.xml", "styles.xml", "theme1.xml", "workbook.xml", ".rels"];
    let is_text = name.ends_with(".xml") || name.ends_with(".rels");
    is_text && (!name.starts_with("xl/worksheets/") || is_kept_anywhere.iter().any(|end| name.ends_with(end)))
}

/// What is looked at while a part is unpacked.
struct ReadAlong {
    /// Bytes since the last tag began, and the most of them.
    since_tag: u64,
    longest: u64,
    /// Of the part with the shared texts.
    texts: Option<DeclaredTexts>,
}

impl ReadAlong {
    fn new(name: &str) -> Self {
        let texts = name.ends_with("sharedstrings.xml").then(DeclaredTexts::default);
        Self { since_tag: 0, longest: 0, texts }
    }

    fn check(&self, size: u64) -> Result<(), IntakeError> {
        if self.longest > TEXT_MAX {
            return Err(IntakeError::Damaged(format!("a text of it is longer than {} MB", TEXT_MAX >> 20)));
        }
        let room = size / TEXT_BYTES + TEXTS_SPARE;
        if self.texts.as_ref().is_some_and(|texts| texts.most > room) {
            return Err(IntakeError::Damaged("it declares more texts than it has room for".into()));
        }
        Ok(())
    }
}

impl Write for ReadAlong {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // What lies between two tags of one piece is shorter than the piece.
        let is_tag = |byte: &u8| *byte == b'<';
        let before = bytes.iter().position(is_tag).unwrap_or(bytes.len());
        self.longest = self.longest.max(self.since_tag + before as u64);
        self.since_tag = match bytes.iter().rposition(is_tag) {
            Some(last) => (bytes.len() - last) as u64,
            None => self.since_tag + bytes.len() as u64,
        };
        if let Some(texts) = &mut self.texts {
            // Of two-byte encodings the half that is not zero says the same.
            bytes.iter().filter(|byte| **byte != 0).for_each(|byte| texts.hear(*byte));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// For how many texts a part declares to have: whoever reads them makes room for so many, and no room for petabytes ends
/// the program. Looks at the bytes alone, whatever parses them later.
#[derive(Debug, Default)]
struct DeclaredTexts {
    most: u64,
    /// The bytes that were read last.
    last: [u8; NAME.len()],
    at: Place,
}

const NAME: &[u8] = b"uniqueCount";

/// Where in `uniqueCount="12"` the next byte stands.
#[derive(Debug, Default, Clone, Copy)]
enum Place {
    #[default]
    Name,
    Equals,
    Quote,
    Digits(u64),
}

impl DeclaredTexts {
    fn hear(&mut self, byte: u8) {
        self.last.copy_within(1.., 0);
        self.last[NAME.len() - 1] = byte;
        self.at = match (self.at, byte) {
            (Place::Digits(so_far), b'0'..=b'9') => {
                let now = so_far.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                self.most = self.most.max(now);
                Place::Digits(now)
            }
            (Place::Digits(0), b'+') | (Place::Quote, b'"' | b'\'') => Place::Digits(0),
            (Place::Equals, b'=') => Place::Quote,
            (Place::Equals | Place::Quote, byte) if byte.is_ascii_whitespace() => self.at,
            _ if self.last == NAME => Place::Equals,
            _ => Place::Name,
        };
    }
}

/// Nothing is ever written by these names; one that leads elsewhere was made to harm somebody.
fn is_within(name: &str) -> bool {
    let absolute = name.starts_with(['/', '\\']) || name.as_bytes().get(1) == Some(&b':');
    !absolute && !name.contains('\0') && !name.split(['/', '\\']).any(|step| step == "..")
}

fn not_a_workbook<R: Read + Seek>(archive: &ZipArchive<R>) -> IntakeError {
    let binary = archive.index_for_name("xl/workbook.bin").is_some();
    let open_document = archive.index_for_name("content.xml").is_some();
    if binary || open_document { IntakeError::UnknownKind } else { IntakeError::Packed }
}

fn damaged(error: zip::result::ZipError) -> IntakeError {
    IntakeError::Damaged(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(text: &str) -> u64 {
        let mut part = ReadAlong::new("xl/sharedstrings.xml");
        for piece in text.as_bytes().chunks(3) {
            part.write_all(piece).expect("nothing fails");
        }
        part.texts.expect("the part has texts").most
    }

    fn longest(pieces: &[&str]) -> u64 {
        let mut part = ReadAlong::new("xl/worksheets/sheet1.xml");
        pieces.iter().for_each(|piece| part.write_all(piece.as_bytes()).expect("nothing fails"));
        part.longest
    }

    #[test]
    fn the_longest_text_is_measured_across_pieces() {
        assert_eq!(longest(&["<a>", "12345", "678", "90</a>"]), 13, "from the tag on");
        assert_eq!(longest(&["<a>1</a>", "<b>"]), 4);
        assert_eq!(longest(&["no tag at all"]), 13);
    }

    #[test]
    fn parts_that_are_kept_count_as_kept_wherever_they_lie() {
        assert!(!is_kept("xl/worksheets/sheet1.xml") && !is_kept("xl/media/image1.png"));
        assert!(is_kept("xl/sharedstrings.xml") && is_kept("xl/worksheets/sharedstrings.xml"));
    }

    #[test]
    fn the_texts_that_a_part_declares_are_read_along() {
        assert_eq!(declared(r#"<sst xmlns="a" count="9" uniqueCount="12"><si/>"#), 12);
        assert_eq!(declared("<sst uniqueCount \n\u{c}= '007' uniqueCount='3'>"), 7, "the most of several");
        assert_eq!(declared(r#"<sst uniquniqueCounts="5" uniqueCount="+6">"#), 6);
        assert_eq!(declared(r#"<sst uniqueCount="99999999999999999999999">"#), u64::MAX);
        assert_eq!(declared(r#"<sst count="9"><si><t>uniqueCount is 5</t></si>"#), 0);
        let wide: String = r#"<sst uniqueCount="88">"#.chars().flat_map(|letter| [letter, '\0']).collect();
        assert_eq!(declared(&wide), 88);
    }
}
