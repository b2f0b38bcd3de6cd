//! Which encoding a text file is in, and its text as UTF-8, piece by piece.
//!
//! The whole file is looked at, not its head: a customer list is often plain ASCII for thousands of rows before the
//! first Chinese name. A file that is valid in no encoding is read in the one with the fewest faults, and each cell with
//! a fault is reported.

use super::IntakeError;
use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::{self, Read, Seek, SeekFrom};

const PIECE_BYTES: usize = 64 * 1024;

/// The encoding of a file and the bytes of its mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub encoding: &'static Encoding,
    pub mark_bytes: u64,
}

/// Finds the encoding; leaves the reader anywhere.
pub(super) fn find<R: Read + Seek>(bytes: &mut R, label: Option<&str>) -> Result<Found, IntakeError> {
    let mut head = [0_u8; 4096];
    bytes.rewind()?;
    let read = read_full(bytes, &mut head)?;
    let head = &head[..read];
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        return Ok(Found { encoding, mark_bytes: mark as u64 });
    }
    let plain = |encoding| Ok(Found { encoding, mark_bytes: 0 });
    if let Some(label) = label {
        let named = Encoding::for_label(label.as_bytes());
        return plain(named.ok_or_else(|| IntakeError::EncodingUnknown { label: label.to_owned() })?);
    }
    if let Some(encoding) = utf16_without_mark(head) {
        return plain(encoding);
    }
    let as_utf8 = faults(bytes, UTF_8)?;
    if as_utf8.faults == 0 {
        return plain(UTF_8);
    }
    let as_gb18030 = faults(bytes, GB18030)?;
    if as_gb18030.faults == 0 {
        return plain(GB18030);
    }
    // In a Western file most bytes above ASCII stand alone between letters; in a Chinese one they come in pairs.
    let western = as_utf8.lone_high * 10 > as_utf8.high * 8;
    plain(match (western, as_utf8.faults <= as_gb18030.faults) {
        (true, _) => WINDOWS_1252,
        (false, true) => UTF_8,
        (false, false) => GB18030,
    })
}

fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    match (half >= 4, even * 10 > half * 4 && odd * 10 < half, odd * 10 > half * 4 && even * 10 < half) {
        (true, true, _) => Some(UTF_16BE),
        (true, _, true) => Some(UTF_16LE),
        _ => None,
    }
}

struct Faults {
    faults: u64,
    high: u64,
    lone_high: u64,
}

fn faults<R: Read + Seek>(bytes: &mut R, encoding: &'static Encoding) -> io::Result<Faults> {
    bytes.rewind()?;
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let (mut piece, mut scratch) = (vec![0_u8; PIECE_BYTES], vec![0_u8; PIECE_BYTES * 4]);
    let mut found = Faults { faults: 0, high: 0, lone_high: 0 };
    let mut before = 0_u8;
    loop {
        let read = read_full(bytes, &mut piece)?;
        let last = read < piece.len();
        let mut rest = &piece[..read];
        for (place, byte) in rest.iter().enumerate().filter(|(_, byte)| **byte >= 0x80) {
            let left = if place == 0 { before } else { rest[place - 1] };
            let right = rest.get(place + 1).copied().unwrap_or(0);
            found.high += u64::from(*byte >= 0x80);
            found.lone_high += u64::from(left < 0x80 && right < 0x80);
        }
        before = rest.last().copied().unwrap_or(0);
        loop {
            let (result, used, _) = decoder.decode_to_utf8_without_replacement(rest, &mut scratch, last);
            rest = &rest[used..];
            match result {
                DecoderResult::Malformed(..) => found.faults += 1,
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
            }
        }
        if last {
            return Ok(found);
        }
    }
}

/// Reads until the buffer is full or the file ends.
pub(super) fn read_full(bytes: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match bytes.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// The text of a file in UTF-8, a piece at a time. What cannot be decoded is U+FFFD.
pub(super) struct TextStream<'s, R> {
    bytes: &'s mut R,
    decoder: encoding_rs::Decoder,
    piece: Vec<u8>,
    ended: bool,
}

impl<'s, R: Read + Seek> TextStream<'s, R> {
    /// From the first byte behind the mark.
    pub(super) fn new(bytes: &'s mut R, found: Found) -> io::Result<Self> {
        bytes.seek(SeekFrom::Start(found.mark_bytes))?;
        let decoder = found.encoding.new_decoder_without_bom_handling();
        Ok(Self { bytes, decoder, piece: vec![0; PIECE_BYTES], ended: false })
    }

    /// Adds the next piece of text; `false` if the file has ended and nothing was added.
    pub(super) fn more(&mut self, text: &mut String) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let read = read_full(self.bytes, &mut self.piece)?;
        self.ended = read < self.piece.len();
        let needed = self.decoder.max_utf8_buffer_length(read).unwrap_or(read * 3 + 16);
        text.reserve(needed);
        let (_, _, _) = self.decoder.decode_to_string(&self.piece[..read], text, self.ended);
        Ok(true)
    }
}
