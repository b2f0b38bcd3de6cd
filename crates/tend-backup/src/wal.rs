//! The log beside the database as SQLite documents it (Database File Format, section 4): a header of 32 bytes, then
//! frames of 24 bytes and a page each, chained by a checksum under two salts that change whenever the log begins anew.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

const HEADER: usize = 32;
pub(crate) const FRAME: usize = 24;
const MAGIC: u32 = 0x377f_0682;
/// Frames that are read at once.
const STRETCH: usize = 256;

/// A place in the log, between two transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub salts: [u32; 2],
    pub big_endian: bool,
    pub page_size: u32,
    /// Bytes from the beginning of the log.
    pub offset: u64,
    /// The checksum so far.
    pub sums: [u32; 2],
}

/// What was committed between two places.
#[derive(Debug)]
pub(crate) struct Stretch {
    /// The last state of each page: where in the log its bytes lie.
    pub pages: BTreeMap<u32, u64>,
    /// Pages of the database after it.
    pub size: u32,
    pub end: Place,
    /// Whether it ends because it was long enough: more may have been committed behind it by then.
    pub is_cut: bool,
}

/// The beginning of the log; none where there is no log, or its header is being written.
pub(crate) fn beginning(log: &File) -> io::Result<Option<Place>> {
    let mut header = [0; HEADER];
    match log.read_exact_at(&mut header, 0) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let magic = number(&header, 0);
    if magic & !1 != MAGIC {
        return Ok(None);
    }
    let big_endian = magic & 1 == 1;
    let sums = checksum([0, 0], &header[..24], big_endian);
    if sums != [number(&header, 24), number(&header, 28)] {
        return Ok(None);
    }
    let salts = [number(&header, 16), number(&header, 20)];
    Ok(Some(Place { salts, big_endian, page_size: number(&header, 8), offset: HEADER as u64, sums }))
}

/// What became of a place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whereabouts {
    /// The log still holds there what it held when the place was noted.
    There,
    /// The log began anew, once, right after the place.
    BeganAnew,
    /// It cannot be told what was committed since.
    Lost,
}

/// Looks for a place. Where the log is still the same, it leads there from its beginning: what a power cut tore in
/// between breaks the chain. Where its header carries the salts that follow, the end of the former log still lies behind
/// what was written since: that leads to the place, and nothing of it lies behind the place.
pub(crate) fn find(log: &File, place: &Place) -> io::Result<Whereabouts> {
    let Some(start) = beginning(log)?.filter(|start| start.page_size == place.page_size) else {
        return Ok(Whereabouts::Lost);
    };
    if start.salts == place.salts {
        return Ok(if leads_to(log, &start, place)? { Whereabouts::There } else { Whereabouts::Lost });
    }
    // Behind the place first: frames are written from the front, so what is whole before it afterwards was whole then.
    let is_end = start.follows(place) && sums_at(log, place.offset, place)?.is_none() && is_left(log, place)?;
    Ok(if is_end { Whereabouts::BeganAnew } else { Whereabouts::Lost })
}

impl Place {
    /// Whether a log that begins here is the next after that of another place.
    pub fn follows(&self, place: &Place) -> bool {
        self.salts[0] == place.salts[0].wrapping_add(1)
    }
}

/// Whether the chain of frames from one place leads to another in the same log.
fn leads_to(log: &File, from: &Place, to: &Place) -> io::Result<bool> {
    let Some(bytes) = to.offset.checked_sub(from.offset) else { return Ok(false) };
    Ok(from == to || bytes > 0 && after(log, from, bytes)?.is_some_and(|stretch| stretch.end == *to))
}

/// Whether what is left of the place's log, from the first frame that was not written over, leads to it: a transaction
/// that took the place of one that a power cut tore would lie in between.
fn is_left(log: &File, place: &Place) -> io::Result<bool> {
    let frame = FRAME + place.page_size as usize;
    for at in (HEADER as u64..place.offset).step_by(frame) {
        if let Some(sums) = sums_at(log, at, place)? {
            let from = Place { offset: at + frame as u64, sums, ..*place };
            return leads_to(log, &from, place);
        }
    }
    Ok(false)
}

/// The checksum that stands in the frame there, if it is one of the place's log.
fn sums_at(log: &File, at: u64, place: &Place) -> io::Result<Option<[u32; 2]>> {
    let mut header = [0; FRAME];
    match log.read_exact_at(&mut header, at) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let is_of_log = [number(&header, 8), number(&header, 12)] == place.salts;
    Ok(is_of_log.then(|| [number(&header, 16), number(&header, 20)]))
}

/// What was committed after a place, up to the first commit beyond `bytes_max`; none if nothing was.
pub(crate) fn after(log: &File, from: &Place, bytes_max: u64) -> io::Result<Option<Stretch>> {
    let frame = FRAME + from.page_size as usize;
    let mut buffer = vec![0; frame * STRETCH];
    let (mut at, mut sums) = (from.offset, from.sums);
    let mut found: Option<Stretch> = None;
    let mut open: BTreeMap<u32, u64> = BTreeMap::new();
    loop {
        let filled = read_up_to(log, &mut buffer, at)?;
        for bytes in buffer[..filled].chunks_exact(frame) {
            if [number(bytes, 8), number(bytes, 12)] != from.salts {
                return Ok(found);
            }
            sums = checksum(sums, &bytes[..8], from.big_endian);
            sums = checksum(sums, &bytes[FRAME..], from.big_endian);
            if sums != [number(bytes, 16), number(bytes, 20)] {
                return Ok(found);
            }
            let page = number(bytes, 0);
            open.insert(page, at + FRAME as u64);
            at += frame as u64;
            let size = number(bytes, 4);
            if size == 0 {
                continue;
            }
            let end = Place { offset: at, sums, ..*from };
            let mut pages = found.take().map_or_else(BTreeMap::new, |before| before.pages);
            pages.append(&mut open);
            let is_cut = at - from.offset >= bytes_max;
            found = Some(Stretch { pages, size, end, is_cut });
            if is_cut {
                return Ok(found);
            }
        }
        if filled < buffer.len() {
            return Ok(found);
        }
    }
}

fn read_up_to(log: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match log.read_at(&mut buffer[filled..], at + filled as u64)? {
            0 => break,
            more => filled += more,
        }
    }
    Ok(filled)
}

pub(crate) fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn checksum(sums: [u32; 2], bytes: &[u8], big_endian: bool) -> [u32; 2] {
    let word = |bytes: &[u8]| {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    bytes.chunks_exact(8).fold(sums, |[first, second], pair| {
        let first = first.wrapping_add(word(&pair[..4])).wrapping_add(second);
        [first, second.wrapping_add(word(&pair[4..])).wrapping_add(first)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, SeekFrom, Write};

    const PAGE: usize = 512;

    /// A log of frames that each end a transaction, under a salt; answers the places behind each.
    fn write_log(file: &mut File, salt: u32, pages: &[u8]) -> Vec<Place> {
        let mut header = [MAGIC, 3_007_000, PAGE as u32, 0, salt, 7].map(u32::to_be_bytes).concat();
        let mut sums = checksum([0, 0], &header, false);
        header.extend(sums.map(u32::to_be_bytes).concat());
        file.seek(SeekFrom::Start(0)).expect("a file");
        file.write_all(&header).expect("written");
        let mut places = Vec::new();
        for (turn, page) in (1..).zip(pages) {
            let words = [turn, turn].map(u32::to_be_bytes).concat();
            let bytes = [*page; PAGE];
            sums = checksum(checksum(sums, &words, false), &bytes, false);
            let salts = [salt, 7].map(u32::to_be_bytes).concat();
            file.write_all(&[words, salts, sums.map(u32::to_be_bytes).concat(), bytes.to_vec()].concat())
                .expect("written");
            let offset = HEADER as u64 + u64::from(turn) * (FRAME + PAGE) as u64;
            places.push(Place { salts: [salt, 7], big_endian: false, page_size: PAGE as u32, offset, sums });
        }
        places
    }

    fn tear(file: &mut File, frame: u64) {
        file.seek(SeekFrom::Start(HEADER as u64 + frame * (FRAME + PAGE) as u64 + FRAME as u64)).expect("a file");
        file.write_all(&[0; 64]).expect("written");
    }

    #[test]
    fn a_place_is_there_only_if_the_log_leads_to_it() {
        let mut file = tempfile::tempfile().expect("a file");
        let places = write_log(&mut file, 1, b"abcdef");
        for place in &places {
            assert_eq!(find(&file, place).expect("read"), Whereabouts::There);
        }
        let odd = Place { offset: 40, ..places[5] };
        assert_eq!(find(&file, &odd).expect("read"), Whereabouts::Lost, "between two frames");
        tear(&mut file, 2);
        assert_eq!(find(&file, &places[1]).expect("read"), Whereabouts::There, "before the tear");
        assert_eq!(
            find(&file, &places[5]).expect("read"),
            Whereabouts::Lost,
            "its last frame is whole, one before is not"
        );
    }

    #[test]
    fn a_log_that_began_anew_is_known_by_the_whole_end_of_the_former_one() {
        let mut file = tempfile::tempfile().expect("a file");
        let places = write_log(&mut file, 1, b"abcdef");
        write_log(&mut file, 2, b"gh");
        assert_eq!(find(&file, &places[5]).expect("read"), Whereabouts::BeganAnew);
        assert_eq!(find(&file, &places[4]).expect("read"), Whereabouts::Lost, "a transaction came after it");
        assert_eq!(find(&file, &places[0]).expect("read"), Whereabouts::Lost, "it was written over");

        tear(&mut file, 4);
        assert_eq!(find(&file, &places[5]).expect("read"), Whereabouts::Lost, "a frame in between is torn");
        let places = write_log(&mut file, 3, b"abcdef");
        write_log(&mut file, 5, b"g");
        assert_eq!(find(&file, &places[5]).expect("read"), Whereabouts::Lost, "one that began anew twice");
    }
}
