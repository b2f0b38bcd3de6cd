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
/// So many texts may be declared beyond those that a part has room for: not every program counts its own.
const TEXTS_SPARE: u64 = 100_000;

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
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.to_ascii_lowercase();
        if !is_within(&name) || !names.insert(name.clone()) {
            return Err(IntakeError::Damaged("two parts have one name, or one leads out of the file".into()));
        }
        let packed = part.compressed_size();
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let room = limits.unpacked_bytes_max.saturating_sub(unpacked);
        let mut texts = DeclaredTexts::default();
        let size = io::copy(&mut part.take(room + 1), &mut texts).map_err(|e| IntakeError::Damaged(e.to_string()))?;
        if name.ends_with("sharedstrings.xml") && texts.most > size / TEXT_BYTES + TEXTS_SPARE {
            return Err(IntakeError::Damaged("it declares more texts than it has room for".into()));
        }
        unpacked += size;
        if size > LARGE && size / packed.max(1) > RATIO_MAX {
            return Err(IntakeError::Damaged(format!("a part unpacks to more than {RATIO_MAX} times its size")));
        }
        let streamed = name.starts_with("xl/worksheets/");
        in_memory += if streamed { 0 } else { size };
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

/// Reads along for how many texts a part declares: whoever reads them makes room for so many, and no room for
/// petabytes ends the program. Looks at the bytes alone, whatever parses them later.
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
            (Place::Equals | Place::Quote, b' ' | b'\t' | b'\r' | b'\n') => self.at,
            _ if self.last == NAME => Place::Equals,
            _ => Place::Name,
        };
    }
}

impl Write for DeclaredTexts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Of two-byte encodings the half that is not zero says the same.
        bytes.iter().filter(|byte| **byte != 0).for_each(|byte| self.hear(*byte));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
        let mut texts = DeclaredTexts::default();
        for piece in text.as_bytes().chunks(3) {
            texts.write_all(piece).expect("nothing fails");
        }
        texts.most
    }

    #[test]
    fn the_texts_that_a_part_declares_are_read_along() {
        assert_eq!(declared(r#"<sst xmlns="a" count="9" uniqueCount="12"><si/>"#), 12);
        assert_eq!(declared("<sst uniqueCount \n= '007' uniqueCount='3'>"), 7, "the most of several");
        assert_eq!(declared(r#"<sst uniquniqueCounts="5" uniqueCount="+6">"#), 6);
        assert_eq!(declared(r#"<sst uniqueCount="99999999999999999999999">"#), u64::MAX);
        assert_eq!(declared(r#"<sst count="9"><si><t>uniqueCount is 5</t></si>"#), 0);
        let wide: String = r#"<sst uniqueCount="88">"#.chars().flat_map(|letter| [letter, '\0']).collect();
        assert_eq!(declared(&wide), 88);
    }
}
