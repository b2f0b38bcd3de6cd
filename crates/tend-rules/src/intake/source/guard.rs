//! Looks into a workbook before it is opened: a small packed file must not unpack into all of the memory.
//!
//! The sizes that a zip directory declares can lie, so every part that will be read is unpacked once and counted.

use super::{IntakeError, Limits};
use std::collections::HashSet;
use std::io::{self, Read, Seek};
use zip::ZipArchive;

const PARTS_MAX: usize = 10_000;
/// How much more a part may be unpacked than packed, once it is large: repeated rows come to two hundred, a bomb to a
/// thousand, which is the most that the format can do.
const RATIO_MAX: u64 = 400;
const LARGE: u64 = 64 << 20;

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
        let size =
            io::copy(&mut part.take(room + 1), &mut io::sink()).map_err(|e| IntakeError::Damaged(e.to_string()))?;
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
