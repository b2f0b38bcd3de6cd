//! What a file of evidence is, by its bytes and never by its name, and how long it plays.
//!
//! A short list is taken: documents and pictures that cannot act, sounds and films. Markup of any kind (HTML, SVG, office
//! files with programs in them) is not on it. Lengths are read from the container: RIFF (`fmt ` and `data`), Ogg (the
//! granule position of the last page), ISO base media (`mvhd`, ISO/IEC 14496-12).

use serde::{Deserialize, Serialize};
use std::io::{self, Read, Seek, SeekFrom};

/// A type of file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileType {
    /// A document.
    Pdf,
    /// A picture.
    Png,
    /// A picture.
    Jpeg,
    /// A picture.
    Webp,
    /// A sound.
    Wav,
    /// A sound (Vorbis, Opus).
    Ogg,
    /// A film or sound.
    Mp4,
}

impl FileType {
    /// Every type.
    pub const ALL: [FileType; 7] = [Self::Pdf, Self::Png, Self::Jpeg, Self::Webp, Self::Wav, Self::Ogg, Self::Mp4];

    /// The word in process files; also the ending of a file's name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
            Self::Wav => "wav",
            Self::Ogg => "ogg",
            Self::Mp4 => "mp4",
        }
    }

    /// The content type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Wav => "audio/wav",
            Self::Ogg => "audio/ogg",
            Self::Mp4 => "video/mp4",
        }
    }

    /// Reads the content type.
    pub fn from_content_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.content_type() == text)
    }

    /// Whether it has a length in time.
    pub const fn plays(self) -> bool {
        matches!(self, Self::Wav | Self::Ogg | Self::Mp4)
    }
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Its type.
    pub file_type: FileType,
    /// How long it plays, rounded down.
    pub seconds: Option<u32>,
}

/// Looks at a file; `None` if it is none that is taken.
///
/// # Errors
/// What reading it says.
pub fn content_of(file: &mut (impl Read + Seek)) -> io::Result<Option<Content>> {
    let mut head = Vec::with_capacity(16);
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(16).read_to_end(&mut head)?;
    let starts = |mark: &[u8]| head.starts_with(mark);
    let at = |place: usize, mark: &[u8]| head.get(place..place + mark.len()) == Some(mark);
    let plain = |file_type| Some(Content { file_type, seconds: None });
    Ok(if starts(b"%PDF-") {
        plain(FileType::Pdf)
    } else if starts(b"\x89PNG\r\n\x1a\n") {
        plain(FileType::Png)
    } else if starts(b"\xff\xd8\xff") {
        plain(FileType::Jpeg)
    } else if starts(b"RIFF") && at(8, b"WEBP") {
        plain(FileType::Webp)
    } else if starts(b"RIFF") && at(8, b"WAVE") {
        Some(Content { file_type: FileType::Wav, seconds: wav_seconds(file)? })
    } else if starts(b"OggS") {
        Some(Content { file_type: FileType::Ogg, seconds: ogg_seconds(file)? })
    } else if at(4, b"ftyp") {
        Some(Content { file_type: FileType::Mp4, seconds: mp4_seconds(file)? })
    } else {
        None
    })
}

fn little(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn big(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn seconds(units: u64, per_second: u64) -> Option<u32> {
    u32::try_from(units.checked_div(per_second)?).ok()
}

/// Reads exactly `N` bytes; `None` at the end.
fn some<const N: usize>(file: &mut impl Read) -> io::Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    match file.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// Pieces of a container at most: a file of nothing but heads must end too.
const PIECES_MAX: usize = 4096;

fn wav_seconds(file: &mut (impl Read + Seek)) -> io::Result<Option<u32>> {
    let end = file.seek(SeekFrom::End(0))?;
    let (mut at, mut rate) = (12, 0);
    for _ in 0..PIECES_MAX {
        file.seek(SeekFrom::Start(at))?;
        let Some(head) = some::<8>(file)? else { break };
        let length = little(&head[4..8]);
        if &head[..4] == b"fmt " {
            let Some(format) = some::<16>(file)? else { break };
            rate = little(&format[8..12]);
        } else if &head[..4] == b"data" {
            // What the head says is believed only as far as there are bytes.
            return Ok(seconds(length.min(end.saturating_sub(at + 8)), rate));
        }
        at += 8 + length + (length & 1);
    }
    Ok(None)
}

fn ogg_seconds(file: &mut (impl Read + Seek)) -> io::Result<Option<u32>> {
    let mut first = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(128).read_to_end(&mut first)?;
    let opus = first.windows(8).position(|window| window == b"OpusHead");
    let vorbis = first.windows(7).position(|window| window == b"\x01vorbis");
    let (rate, skipped) = match (opus, vorbis) {
        // Opus counts in 48 kHz whatever it was made from, and says how much to skip.
        (Some(at), _) => (48_000, first.get(at + 10..at + 12).map_or(0, little)),
        (None, Some(at)) => (first.get(at + 12..at + 16).map_or(0, little), 0),
        _ => return Ok(None),
    };
    // A page is at most 65,307 bytes long.
    let end = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(end.saturating_sub(66_000)))?;
    let mut tail = Vec::new();
    file.by_ref().take(66_000).read_to_end(&mut tail)?;
    let last = tail.windows(4).rposition(|window| window == b"OggS");
    let granule = last.and_then(|at| tail.get(at + 6..at + 14)).map(little);
    Ok(granule.filter(|granule| *granule != u64::MAX).and_then(|units| seconds(units.saturating_sub(skipped), rate)))
}

fn mp4_seconds(file: &mut (impl Read + Seek)) -> io::Result<Option<u32>> {
    let end = file.seek(SeekFrom::End(0))?;
    let Some((moov, moov_end)) = box_in(file, 0, end, b"moov")? else { return Ok(None) };
    let Some((start, _)) = box_in(file, moov, moov_end, b"mvhd")? else { return Ok(None) };
    file.seek(SeekFrom::Start(start))?;
    let Some(head) = some::<32>(file)? else { return Ok(None) };
    Ok(match head[0] {
        1 => seconds(big(&head[24..32]), big(&head[20..24])),
        _ => seconds(big(&head[16..20]), big(&head[12..16])),
    })
}

/// Where the inside of the first box of that name begins and ends.
fn box_in(file: &mut (impl Read + Seek), from: u64, to: u64, name: &[u8; 4]) -> io::Result<Option<(u64, u64)>> {
    let mut at = from;
    for _ in 0..PIECES_MAX {
        if at + 8 > to {
            return Ok(None);
        }
        file.seek(SeekFrom::Start(at))?;
        let Some(head) = some::<8>(file)? else { return Ok(None) };
        let (mut length, mut inside) = (big(&head[..4]), at + 8);
        if length == 1 {
            let Some(long) = some::<8>(file)? else { return Ok(None) };
            (length, inside) = (big(&long), at + 16);
        } else if length == 0 {
            length = to - at;
        }
        let Some(next) = at.checked_add(length).filter(|next| *next <= to && *next >= inside) else { return Ok(None) };
        if &head[4..] == name {
            return Ok(Some((inside, next)));
        }
        at = next;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn check(bytes: &[u8]) -> Option<(FileType, Option<u32>)> {
        let content = content_of(&mut Cursor::new(bytes)).expect("memory is readable");
        content.map(|content| (content.file_type, content.seconds))
    }

    #[test]
    fn files_are_known_by_their_bytes() {
        assert_eq!(check(b"%PDF-1.7\n..."), Some((FileType::Pdf, None)));
        assert_eq!(check(b"\x89PNG\r\n\x1a\n----"), Some((FileType::Png, None)));
        assert_eq!(check(b"\xff\xd8\xff\xe0----"), Some((FileType::Jpeg, None)));
        assert_eq!(check(b"<html><script>alert(1)</script>"), None);
        assert_eq!(check(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None);
        assert_eq!(check(b"PK\x03\x04"), None);
        assert_eq!(check(b""), None);
    }

    #[test]
    fn a_sound_says_how_long_it_is_and_is_not_believed_beyond_its_bytes() {
        let wav = |said: u32, there: usize| {
            let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
            bytes.extend(8000u32.to_le_bytes());
            bytes.extend(16_000u32.to_le_bytes());
            bytes.extend([2, 0, 16, 0]);
            bytes.extend(b"data");
            bytes.extend(said.to_le_bytes());
            bytes.resize(bytes.len() + there, 0);
            bytes
        };
        assert_eq!(check(&wav(48_000, 48_000)), Some((FileType::Wav, Some(3))));
        assert_eq!(check(&wav(u32::MAX, 48_000)), Some((FileType::Wav, Some(3))), "a killed recorder wrote no length");
        assert_eq!(check(b"RIFF\0\0\0\0WAVE"), Some((FileType::Wav, None)));
    }

    #[test]
    fn an_opus_file_and_a_film_say_how_long_they_are() {
        let mut ogg = b"OggS\0\x02".to_vec();
        ogg.extend([0; 22]);
        ogg.extend(b"OpusHead\x01\x01");
        ogg.extend(312u16.to_le_bytes());
        ogg.extend([0; 20]);
        ogg.extend(b"OggS\0\x04");
        ogg.extend((48_000u64 * 90 + 312).to_le_bytes());
        ogg.extend([0; 14]);
        assert_eq!(check(&ogg), Some((FileType::Ogg, Some(90))));
        let mut film = b"\0\0\0\x10ftypisom\0\0\0\0".to_vec();
        film.extend(48u32.to_be_bytes());
        film.extend(b"moov");
        film.extend(40u32.to_be_bytes());
        film.extend(b"mvhd");
        film.extend([0; 12]);
        film.extend(1000u32.to_be_bytes());
        film.extend(61_500u32.to_be_bytes());
        film.extend([0; 12]);
        assert_eq!(check(&film), Some((FileType::Mp4, Some(61))));
        assert_eq!(check(b"\0\0\0\x08ftyp\0\0\0\0moov"), Some((FileType::Mp4, None)));
    }
}
