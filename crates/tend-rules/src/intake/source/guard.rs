//! Looks into a workbook before it is opened: a small packed file must not unpack into all of the memory.
//!
//! The sizes that a zip directory declares can lie, so every part that will be read is unpacked once and counted.

use super::{IntakeError, Limits};
use std::io::{self, Read, Seek};
use zip::ZipArchive;

const PARTS_MAX: usize = 10_000;

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
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.to_ascii_lowercase();
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let room = limits.unpacked_bytes_max.saturating_sub(unpacked);
        let size =
            io::copy(&mut part.take(room + 1), &mut io::sink()).map_err(|e| IntakeError::Damaged(e.to_string()))?;
        unpacked += size;
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

fn not_a_workbook<R: Read + Seek>(archive: &ZipArchive<R>) -> IntakeError {
    let binary = archive.index_for_name("xl/workbook.bin").is_some();
    let open_document = archive.index_for_name("content.xml").is_some();
    if binary || open_document { IntakeError::UnknownKind } else { IntakeError::Packed }
}

fn damaged(error: zip::result::ZipError) -> IntakeError {
    IntakeError::Damaged(error.to_string())
}
