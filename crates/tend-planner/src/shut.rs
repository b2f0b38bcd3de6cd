//! For which purposes customers are not reached over a channel that is open for others: a bit for each row, and bits only
//! for those channels and purposes of which somebody said so. Who said nothing of single purposes costs nothing.

use crate::bits::Bits;
use crate::stored::{Sink, Source, Stored, damaged};
use std::io;
use tend_rules::base::Channel;
use tend_rules::law::known_purpose;

/// Rows by channel and purpose.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shut(Vec<Plane>);

/// The rows that are not reached over a channel for a purpose.
#[derive(Debug, Clone)]
struct Plane {
    channel: Channel,
    purpose: &'static str,
    rows: Bits,
}

impl Shut {
    /// The rows that are not reached over a channel for a purpose; `None` if nobody ever said so.
    pub fn rows(&self, channel: Channel, purpose: &str) -> Option<&Bits> {
        self.0.iter().find(|plane| plane.channel == channel && plane.purpose == purpose).map(|plane| &plane.rows)
    }

    pub fn has(&self, row: usize, channel: Channel, purpose: &str) -> bool {
        self.rows(channel, purpose).is_some_and(|rows| rows.has(row))
    }

    pub fn set(&mut self, row: usize, channel: Channel, purpose: &'static str) {
        let known = self.0.iter().position(|plane| plane.channel == channel && plane.purpose == purpose);
        let place = known.unwrap_or_else(|| {
            self.0.push(Plane { channel, purpose, rows: Bits::default() });
            self.0.len() - 1
        });
        self.0[place].rows.set(row);
    }

    /// A row becomes what another one is elsewhere.
    pub fn take(&mut self, row: usize, from: &Self, at: usize) {
        self.0.iter_mut().for_each(|plane| plane.rows.unset(row));
        for plane in from.0.iter().filter(|plane| plane.rows.has(at)) {
            self.set(row, plane.channel, plane.purpose);
        }
    }

    /// Adds the rows of others behind the `first` that are there.
    pub fn append(&mut self, from: &Self, first: usize) {
        for plane in &from.0 {
            plane.rows.each(|row| self.set(first + row, plane.channel, plane.purpose));
        }
    }

    /// Channel and purpose of a row, in one order however they came.
    pub fn spelt(&self, row: usize) -> Vec<String> {
        let planes = self.0.iter().filter(|plane| plane.rows.has(row));
        let mut words: Vec<String> =
            planes.map(|plane| format!("{}/{}", plane.channel.word(), plane.purpose)).collect();
        words.sort_unstable();
        words
    }

    pub fn shrink(&mut self) {
        self.0.iter_mut().for_each(|plane| plane.rows.shrink());
    }

    pub fn size(&self) -> usize {
        self.0.iter().map(|plane| plane.rows.size()).sum()
    }
}

impl Stored for Shut {
    fn store(&self, out: &mut Sink<'_>) -> io::Result<()> {
        out.number(self.0.len() as u64)?;
        for plane in &self.0 {
            out.text(plane.channel.word())?;
            out.text(plane.purpose)?;
            plane.rows.store(out)?;
        }
        Ok(())
    }

    fn restore(from: &mut Source<'_>) -> io::Result<Self> {
        let mut planes = Vec::new();
        for _ in 0..from.number()? {
            let channel = Channel::from_word(&from.text()?).ok_or_else(damaged)?;
            let purpose = known_purpose(&from.text()?).ok_or_else(damaged)?;
            planes.push(Plane { channel, purpose, rows: Bits::restore(from)? });
        }
        Ok(Self(planes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_takes_what_another_one_is_and_nothing_else() {
        let mut own = Shut::default();
        own.set(3, Channel::Phone, "marketing");
        own.set(4, Channel::Phone, "marketing");
        let mut new = Shut::default();
        new.set(0, Channel::Sms, "care");
        own.take(3, &new, 0);
        own.take(9, &new, 1);
        assert_eq!((own.spelt(3), own.spelt(4)), (vec!["sms/care".to_owned()], vec!["phone/marketing".to_owned()]));
        assert!(own.spelt(9).is_empty() && !own.has(3, Channel::Phone, "marketing"));
        own.append(&new, 20);
        assert!(own.has(20, Channel::Sms, "care") && own.rows(Channel::Sms, "marketing").is_none());
    }
}
