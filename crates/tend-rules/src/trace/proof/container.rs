//! A ZIP archive in one form only: entries stored as they are, no dates, no extras, in the order in which they were
//! written. Every byte of it follows from names and contents, so that a reader that writes it again in mind finds any
//! that was changed (PKWARE APPNOTE 6.3, sections 4.3 and 4.4). Any program for archives opens it.

use std::io::{self, Write};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
const VERSION: u16 = 20;
/// 1980-01-01, the earliest day that the format knows.
const DATE: u16 = 0x21;

/// The checksum of the format: CRC-32 of ISO 3309.
#[derive(Debug, Clone, Copy)]
pub struct Crc(u32);

impl Default for Crc {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let (mut value, mut bit) = (at as u32, 0);
        while bit < 8 {
            value = if value & 1 == 1 { 0xedb8_8320 ^ value >> 1 } else { value >> 1 };
            bit += 1;
        }
        table[at] = value;
        at += 1;
    }
    table
};

impl Crc {
    /// Takes in bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = TABLE[((self.0 ^ u32::from(*byte)) & 255) as usize] ^ self.0 >> 8;
        }
    }

    /// The checksum.
    pub const fn sum(self) -> u32 {
        !self.0
    }

    /// Of bytes in hand.
    pub fn of(bytes: &[u8]) -> u32 {
        let mut crc = Self::default();
        crc.add(bytes);
        crc.sum()
    }
}

/// Writes a container.
#[derive(Debug)]
pub struct Container<W: Write> {
    out: W,
    at: u32,
    central: Vec<u8>,
    entries: u16,
}

/// Why a container cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// It is larger than the form allows (4 GB, 65,535 entries).
    #[error("the evidence file becomes too large")]
    TooLarge,
    /// It is not in its form at this byte.
    #[error("not in its form at byte {at}")]
    OutOfForm {
        /// The place.
        at: usize,
    },
    /// Writing failed.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// What the heads of an entry say.
struct Head<'a> {
    name: &'a str,
    size: u32,
    crc: u32,
}

impl Head<'_> {
    fn local(&self) -> Vec<u8> {
        let mut head = LOCAL.to_le_bytes().to_vec();
        self.shared(&mut head);
        head.extend(0u16.to_le_bytes());
        head.extend(self.name.as_bytes());
        head
    }

    fn central(&self, at: u32) -> Vec<u8> {
        let mut head = CENTRAL.to_le_bytes().to_vec();
        head.extend(VERSION.to_le_bytes());
        self.shared(&mut head);
        // No extra, no comment, disk 0, nothing about the file system.
        head.extend([0; 12]);
        head.extend(at.to_le_bytes());
        head.extend(self.name.as_bytes());
        head
    }

    /// Both heads from the version to the length of the name.
    fn shared(&self, head: &mut Vec<u8>) {
        for number in [VERSION, FLAGS, 0, 0, DATE] {
            head.extend(number.to_le_bytes());
        }
        for number in [self.crc, self.size, self.size] {
            head.extend(number.to_le_bytes());
        }
        head.extend((self.name.len() as u16).to_le_bytes());
    }
}

impl<W: Write> Container<W> {
    /// An empty container.
    pub const fn new(out: W) -> Self {
        Self { out, at: 0, central: Vec::new(), entries: 0 }
    }

    /// Adds an entry whose bytes are in hand.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ContainerError> {
        self.begin(name, bytes.len() as u64, Crc::of(bytes))?;
        self.out.write_all(bytes)?;
        Ok(())
    }

    /// Adds the heads of an entry; exactly `size` bytes with that checksum must be written behind it.
    pub fn begin(&mut self, name: &str, size: u64, crc: u32) -> Result<&mut W, ContainerError> {
        let size = u32::try_from(size).map_err(|_| ContainerError::TooLarge)?;
        let head = Head { name, size, crc };
        let local = head.local();
        self.central.extend(head.central(self.at));
        let taken = u32::try_from(local.len()).ok().and_then(|length| length.checked_add(size));
        self.at = taken.and_then(|taken| self.at.checked_add(taken)).ok_or(ContainerError::TooLarge)?;
        self.entries = self.entries.checked_add(1).ok_or(ContainerError::TooLarge)?;
        self.out.write_all(&local)?;
        Ok(&mut self.out)
    }

    /// Writes the table of contents.
    pub fn finish(mut self) -> Result<W, ContainerError> {
        self.out.write_all(&self.central)?;
        self.out.write_all(&end(self.entries, self.central.len(), self.at))?;
        Ok(self.out)
    }
}

fn end(entries: u16, central: usize, at: u32) -> Vec<u8> {
    let mut end = END.to_le_bytes().to_vec();
    end.extend([0; 4]);
    end.extend(entries.to_le_bytes());
    end.extend(entries.to_le_bytes());
    end.extend((central as u32).to_le_bytes());
    end.extend(at.to_le_bytes());
    end.extend([0; 2]);
    end
}

/// An entry of a container.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// The entries of a container, in order. Every byte must be where the form puts it.
pub fn entries(file: &[u8]) -> Result<Vec<Entry<'_>>, ContainerError> {
    let (mut at, mut found, mut central) = (0usize, Vec::new(), Vec::new());
    let out = |at: usize| ContainerError::OutOfForm { at };
    while file.get(at..at + 4) == Some(&LOCAL.to_le_bytes()) {
        let number = |from: usize, length: usize| {
            let bytes = file.get(at + from..at + from + length)?;
            Some(bytes.iter().rev().fold(0usize, |number, byte| number << 8 | usize::from(*byte)))
        };
        let (crc, size, length) = (number(14, 4), number(18, 4), number(26, 2));
        let (Some(crc), Some(size), Some(length)) = (crc, size, length) else { return Err(out(at)) };
        let name = file.get(at + 30..at + 30 + length).and_then(|name| std::str::from_utf8(name).ok());
        let name = name.ok_or(out(at))?;
        let head = Head { name, size: size as u32, crc: crc as u32 };
        let begin = at + 30 + length;
        let bytes = file.get(begin..begin + size).ok_or(out(at))?;
        if file[at..begin] != head.local() || Crc::of(bytes) != head.crc {
            return Err(out(at));
        }
        central.extend(head.central(at as u32));
        found.push(Entry { name, bytes });
        at = begin + size;
    }
    let entries = u16::try_from(found.len()).map_err(|_| ContainerError::TooLarge)?;
    let mut rest = central;
    let length = rest.len();
    rest.extend(end(entries, length, at as u32));
    if file[at..] == rest { Ok(found) } else { Err(out(at)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn two() -> Vec<u8> {
        let mut container = Container::new(Vec::new());
        container.add("一.txt", "你好".as_bytes()).expect("an entry");
        container.add("files/two.bin", &[7; 300]).expect("an entry");
        container.finish().expect("a container")
    }

    #[test]
    fn the_checksum_is_the_one_of_the_format() {
        assert_eq!(Crc::of(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn any_program_for_archives_reads_it() {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(two())).expect("an archive");
        assert_eq!(archive.len(), 2);
        let mut text = String::new();
        archive.by_name("一.txt").expect("the entry").read_to_string(&mut text).expect("its text");
        assert_eq!(text, "你好");
    }

    #[test]
    fn every_byte_is_where_the_form_puts_it() {
        let whole = two();
        assert_eq!(entries(&whole).expect("in its form").len(), 2);
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(entries(&changed).is_err(), "byte {at} may be changed");
        }
        for length in 0..whole.len() {
            assert!(entries(&whole[..length]).is_err(), "cut off at {length}");
        }
        let longer = [whole.as_slice(), b"x"].concat();
        assert!(entries(&longer).is_err(), "something behind the end");
    }
}
