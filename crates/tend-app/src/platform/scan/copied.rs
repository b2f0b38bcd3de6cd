//! Rows of PostgreSQL as `COPY … (FORMAT BINARY)` sends them: no portal, no description of columns with each statement,
//! no list of values made for each row. Half the cost of a row on the way in.
//!
//! The form: a signature of eleven bytes, flags, the length of an extension, the extension; then rows, each a number of
//! columns followed by length and bytes of each column, a missing one having the length -1; at the end the number -1.

use super::failed;
use sea_orm::DbErr;
use tend_rules::base::{Bucket, bucket_of};
use uuid::Uuid;

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
/// Signature, flags, length of the extension.
const HEADER: usize = 19;

/// A row: where each of its columns lies.
#[derive(Debug, Default)]
pub struct Copied {
    bytes: Vec<u8>,
    places: Vec<Option<(u32, u32)>>,
}

impl Copied {
    /// A column's bytes; `None` where it is missing.
    pub(super) fn bytes(&self, place: usize) -> Result<Option<&[u8]>, DbErr> {
        let found = self.places.get(place).ok_or_else(|| failed("a row has fewer columns"))?;
        Ok(found.map(|(from, to)| &self.bytes[from as usize..to as usize]))
    }
}

/// Rows that are put in order before they are given, as they came, one behind the other: much less memory to walk
/// through than a row of its own for each.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    bytes: Vec<u8>,
    rows: Vec<((Bucket, Uuid), usize)>,
}

impl Gathered {
    /// Takes a row of a customer.
    pub fn add(&mut self, id: Uuid, row: &Copied) {
        self.rows.push(((bucket_of(id), id), self.bytes.len()));
        self.bytes.extend_from_slice(&row.bytes);
    }

    /// Hands the rows to `take` by bucket and id.
    pub fn in_order(mut self, mut take: impl FnMut(&Copied) -> Result<(), DbErr>) -> Result<(), DbErr> {
        self.rows.sort_unstable_by_key(|(key, _)| *key);
        let mut copying = Copying { has_begun: true, ..Copying::default() };
        self.rows.iter().try_for_each(|(_, at)| {
            copying.read(&self.bytes[*at..]).flatten().ok_or_else(|| failed("a row does not come back"))?;
            take(&copying.row)
        })
    }
}

/// Takes messages and gives rows.
#[derive(Debug, Default)]
pub(super) struct Copying {
    row: Copied,
    has_begun: bool,
}

impl Copying {
    /// Hands the rows of a message to `take`: PostgreSQL sends each row as one message, the header before the first.
    pub fn message(
        &mut self,
        mut message: &[u8],
        mut take: impl FnMut(&Copied) -> Result<(), DbErr>,
    ) -> Result<(), DbErr> {
        if !self.has_begun {
            message = after_header(message).ok_or_else(|| failed("the copy has another form"))?;
            self.has_begun = true;
        }
        while !message.is_empty() {
            let Some(rest) = self.read(message).ok_or_else(|| failed("a copied row ends too early"))? else {
                return Ok(());
            };
            message = rest;
            take(&self.row)?;
        }
        Ok(())
    }

    /// Reads one row and answers what lies behind it; nothing behind the last.
    fn read<'m>(&mut self, message: &'m [u8]) -> Option<Option<&'m [u8]>> {
        let (count, _) = message.split_first_chunk()?;
        let Ok(count) = u16::try_from(i16::from_be_bytes(*count)) else { return Some(None) };
        self.row.places.clear();
        let mut at = 2;
        for _ in 0..count {
            let length = i32::from_be_bytes(*message.get(at..)?.first_chunk()?);
            at += 4;
            let place = u32::try_from(length).ok().map(|length| (at as u32, at as u32 + length));
            at = place.map_or(at, |(_, to)| to as usize);
            self.row.places.push(place);
        }
        let (row, rest) = message.split_at_checked(at)?;
        self.row.bytes.clear();
        self.row.bytes.extend_from_slice(row);
        Some(Some(rest))
    }
}

fn after_header(message: &[u8]) -> Option<&[u8]> {
    let extension = u32::from_be_bytes(*message.strip_prefix(SIGNATURE)?.get(4..)?.first_chunk()?);
    message.get(HEADER + extension as usize..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Vec<u8> {
        [SIGNATURE, &[0; 8]].concat()
    }

    fn read(messages: &[Vec<u8>]) -> Result<Vec<Vec<Option<Vec<u8>>>>, DbErr> {
        let (mut copying, mut rows) = (Copying::default(), Vec::new());
        for message in messages {
            copying.message(message, |row| {
                let cells = (0..row.places.len()).map(|at| row.bytes(at).map(|cell| cell.map(<[u8]>::to_vec)));
                rows.push(cells.collect::<Result<_, _>>()?);
                Ok(())
            })?;
        }
        Ok(rows)
    }

    const ROW: [u8; 14] = [0, 2, 0, 0, 0, 4, b'a', b'b', b'c', b'd', 255, 255, 255, 255];

    #[test]
    fn rows_are_read_one_to_a_message_or_several() {
        let row = vec![Some(b"abcd".to_vec()), None];
        let whole = [header(), ROW.to_vec()].concat();
        let end = vec![255, 255];
        assert_eq!(read(&[whole.clone(), ROW.to_vec(), end.clone()]).expect("rows"), [row.clone(), row.clone()]);
        assert_eq!(read(&[[whole, ROW.to_vec(), end].concat()]).expect("rows"), [row.clone(), row]);
        assert_eq!(read(&[header(), vec![255, 255]]).expect("no rows"), Vec::<Vec<_>>::new());
    }

    #[test]
    fn gathered_rows_come_by_bucket_and_id() {
        let row = |id: Uuid| [&[0, 1, 0, 0, 0, 16][..], id.as_bytes()].concat();
        let mut ids: Vec<Uuid> = (0..200_u128)
            .map(|turn| Uuid::from_u128(turn.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)))
            .collect();
        let (mut copying, mut gathered) = (Copying::default(), Gathered::default());
        let rows = ids.iter().flat_map(|id| row(*id));
        let message: Vec<u8> = header().into_iter().chain(rows).chain([255, 255]).collect();
        let id_of = |row: &Copied| Uuid::from_slice(row.bytes(0)?.unwrap_or_default()).map_err(failed);
        let gather = |row: &Copied| {
            gathered.add(id_of(row)?, row);
            Ok(())
        };
        copying.message(&message, gather).expect("rows");
        let mut came = Vec::new();
        let note = |row: &Copied| {
            came.push(id_of(row)?);
            Ok(())
        };
        gathered.in_order(note).expect("rows in order");
        ids.sort_unstable_by_key(|id| (bucket_of(*id), *id));
        assert_eq!(came, ids);
    }

    #[test]
    fn what_is_cut_off_or_of_another_form_is_told() {
        assert!(read(&[b"PGCOPY".to_vec()]).is_err());
        for length in 1..ROW.len() {
            assert!(read(&[header(), ROW[..length].to_vec()]).is_err(), "cut to {length}");
        }
    }
}
