//! Texts as numbers: every distinct text of the columns once.

use crate::stored::{Sink, Source, Stored};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::io;
use tend_rules::segment::festivals;

/// The number that stands for no text.
pub(crate) const NONE: u32 = u32::MAX;

/// The distinct texts of a set of columns.
#[derive(Debug, Clone)]
pub(crate) struct Strings {
    bytes: String,
    ends: Vec<u32>,
    index: HashMap<u64, Vec<u32>, BuildHasherDefault<Plain>>,
}

/// A map by the numbers of texts.
pub(crate) type ByNumber<T> = HashMap<u32, T, BuildHasherDefault<Plain>>;

/// Keys of the index are hashes already.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plain(u64);

impl Hasher for Plain {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = Plain(0xcbf2_9ce4_8422_2325);
    hasher.write(text.as_bytes());
    hasher.finish().wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Strings {
    /// With the texts that functions of the language give.
    pub fn new() -> Self {
        let mut strings = Self { bytes: String::new(), ends: Vec::new(), index: HashMap::default() };
        for word in ["", "solar", "lunar"].into_iter().chain(festivals().iter().map(|festival| festival.key)) {
            strings.number(word);
        }
        strings
    }

    /// The text of a number; `None` for [`NONE`] and unknown numbers.
    pub fn text(&self, number: u32) -> Option<&str> {
        let at = number as usize;
        let end = *self.ends.get(at)? as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        self.bytes.get(start..end)
    }

    /// How many texts there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The number of a text that is there.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.index.get(&hash(text))?.iter().copied().find(|number| self.text(*number) == Some(text))
    }

    /// The number of a text, given out if it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.find(text) {
            return number;
        }
        let number = self.ends.len() as u32;
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u32);
        self.index.entry(hash(text)).or_default().push(number);
        number
    }

    /// Bytes in use.
    pub fn size(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * 4 + self.index.capacity() * 48
    }
}

impl Stored for Strings {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        out.text(&self.bytes)?;
        self.ends.store(out)
    }

    fn restore(from: &mut Source<'_>) -> io::Result<Self> {
        let mut strings = Self { bytes: from.text()?, ends: Stored::restore(from)?, index: HashMap::default() };
        for number in 0..strings.ends.len() as u32 {
            let Some(text) = strings.text(number) else { return Err(io::ErrorKind::InvalidData.into()) };
            let key = hash(text);
            strings.index.entry(key).or_default().push(number);
        }
        Ok(strings)
    }
}
