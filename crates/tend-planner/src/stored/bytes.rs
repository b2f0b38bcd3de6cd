//! Numbers, texts and lists as bytes, digested on their way.

use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

/// Bytes that go through at once.
const AT_ONCE: usize = 1 << 16;

/// What can be written and read back.
pub(crate) trait Stored: Sized {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()>;
    fn restore(from: &mut Source<'_>) -> io::Result<Self>;
}

/// Where bytes go.
pub(crate) struct Sink<'w> {
    out: &'w mut dyn Write,
    waiting: Vec<u8>,
    digest: Sha256,
}

impl<'w> Sink<'w> {
    pub fn over(out: &'w mut dyn Write) -> Self {
        Self { out, waiting: Vec::with_capacity(2 * AT_ONCE), digest: Sha256::new() }
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(AT_ONCE) {
            self.waiting.extend_from_slice(piece);
            if self.waiting.len() >= AT_ONCE {
                self.flush()?;
            }
        }
        Ok(())
    }

    pub fn number(&mut self, number: u64) -> io::Result<()> {
        self.bytes(&number.to_le_bytes())
    }

    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.number(text.len() as u64)?;
        self.bytes(text.as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.digest.update(&self.waiting);
        self.out.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }

    /// Ends with the digest of everything.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.out.write_all(&self.digest.finalize())?;
        self.out.flush()
    }
}

/// Where bytes come from.
pub(crate) struct Source<'r> {
    from: &'r mut dyn Read,
    digest: Sha256,
}

impl<'r> Source<'r> {
    pub fn over(from: &'r mut dyn Read) -> Self {
        Self { from, digest: Sha256::new() }
    }

    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.from.read_exact(bytes)?;
        self.digest.update(bytes);
        Ok(())
    }

    pub fn number(&mut self) -> io::Result<u64> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    pub fn text(&mut self) -> io::Result<String> {
        String::from_utf8(Vec::restore(self)?).map_err(|_| damaged())
    }

    /// Compares the digest.
    pub fn finish(self) -> io::Result<()> {
        let mut told = [0; 32];
        self.from.read_exact(&mut told)?;
        if self.digest.finalize()[..] == told { Ok(()) } else { Err(damaged()) }
    }
}

pub(crate) fn damaged() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

/// Lists of numbers, some at a time: a length that damage made huge meets the end of the file, not of the memory.
macro_rules! list {
    ($number:ty) => {
        impl Stored for Vec<$number> {
            fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
                out.number(self.len() as u64)?;
                let mut piece = Vec::with_capacity(AT_ONCE);
                for numbers in self.chunks(AT_ONCE / size_of::<$number>()) {
                    piece.clear();
                    numbers.iter().for_each(|number| piece.extend_from_slice(&number.to_le_bytes()));
                    out.bytes(&piece)?;
                }
                Ok(())
            }

            fn restore(from: &mut Source<'_>) -> io::Result<Self> {
                const WIDTH: usize = size_of::<$number>();
                let mut left = usize::try_from(from.number()?).map_err(|_| damaged())?;
                let mut numbers = Vec::with_capacity(left.min(AT_ONCE * 16));
                let mut piece = vec![0; AT_ONCE];
                while left > 0 {
                    let count = left.min(AT_ONCE / WIDTH);
                    let bytes = &mut piece[..count * WIDTH];
                    from.fill(bytes)?;
                    let (cells, _) = bytes.as_chunks::<WIDTH>();
                    numbers.extend(cells.iter().map(|cell| <$number>::from_le_bytes(*cell)));
                    left -= count;
                }
                numbers.shrink_to_fit();
                Ok(numbers)
            }
        }
    };
}
list!(u8);
list!(u16);
list!(u32);
list!(u64);
list!(i64);
list!(u128);

impl<T: Stored> Stored for Option<T> {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        out.number(self.is_some().into())?;
        self.iter().try_for_each(|one| one.store(out))
    }

    fn restore(from: &mut Source<'_>) -> io::Result<Self> {
        match from.number()? {
            0 => Ok(None),
            1 => Ok(Some(T::restore(from)?)),
            _ => Err(damaged()),
        }
    }
}

pub(crate) fn store_all<T: Stored>(all: &[T], out: &mut Sink<'_>) -> io::Result<()> {
    out.number(all.len() as u64)?;
    all.iter().try_for_each(|one| one.store(out))
}

pub(crate) fn restored_all<T: Stored>(from: &mut Source<'_>) -> io::Result<Vec<T>> {
    (0..from.number()?).map(|_| T::restore(from)).collect()
}
