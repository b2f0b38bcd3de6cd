//! Words that people type and that may name somebody, where they stand in a column of text of the firm's: sealed by the
//! firm's key, bound to column and row. What an earlier version kept in plain is read as it stands until [`seal_plain`]
//! has been there.
//!
//! Not for what belongs to one customer for good: that is sealed by the customer's own key.

use super::{App, KeyError, Keyring, SealedPlace, sql};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::DbErr;
use tend_rules::base::{Bucket, in_bucket};
use uuid::Uuid;

/// What sealed words begin with.
const MARK: &str = "sealed:";
/// How many rows are sealed in one transaction.
const AT_ONCE: i64 = 500;

/// A sealed cell as it stands in a column of text.
pub fn cell_as_text(cell: &[u8]) -> String {
    format!("{MARK}{}", STANDARD.encode(cell))
}

/// The sealed cell of such a text, which does not open where it was cut; `None` for what stands in plain.
pub fn cell_in_text(kept: &str) -> Option<Vec<u8>> {
    Some(STANDARD.decode(kept.strip_prefix(MARK)?).unwrap_or_default())
}

/// An id is bound without its bucket: words go along with a row that goes over to another customer.
fn bound(row: Uuid) -> Uuid {
    in_bucket(row, Bucket::of(0))
}

impl Keyring {
    /// The words as they are kept; nothing said stays nothing.
    pub fn seal_typed(&self, place: SealedPlace, row: Uuid, words: &str) -> String {
        match words {
            "" => String::new(),
            words => cell_as_text(&self.seal_firm(place, bound(row), words.as_bytes())),
        }
    }

    /// The words as they were typed.
    pub fn open_typed(&self, place: SealedPlace, row: Uuid, kept: &str) -> Result<String, KeyError> {
        let Some(cell) = cell_in_text(kept) else { return Ok(kept.to_owned()) };
        let plain = self.open_firm(place, bound(row), &cell)?;
        String::from_utf8(plain).map_err(|_| KeyError::Unopenable { place: place.word() })
    }

    /// The same for a row that is read: a cell that does not open is a fault of the row.
    pub fn typed_in(&self, place: SealedPlace, row: Uuid, kept: &str) -> Result<String, DbErr> {
        self.open_typed(place, row, kept).map_err(|error| DbErr::Type(error.to_string()))
    }
}

/// Seals the words of a place that an earlier version kept in plain; answers how many. The table's rows have an `id`.
pub async fn seal_plain(app: &App, place: SealedPlace) -> Result<u64, DbErr> {
    let (table, column) = place.word().split_once('.').unwrap_or_default();
    let (mut sealed, mut behind) = (0, Uuid::nil());
    loop {
        let found = sql(&format!(
            "SELECT id, {column} AS words FROM {table}
             WHERE id > $1 AND {column} <> '' AND {column} NOT LIKE '{MARK}%' /* across buckets: once, after an upgrade */
             ORDER BY id LIMIT $2"
        ))
        .bind(behind)
        .bind(AT_ONCE)
        .all(app.read(), |row| Ok((row.get::<Uuid>("id")?, row.get::<String>("words")?)))
        .await?;
        let Some((last, _)) = found.last() else { return Ok(sealed) };
        behind = *last;
        let tx = app.begin().await?;
        for (id, words) in &found {
            sealed += sql(&format!(
                "UPDATE {table} SET {column} = $1 WHERE id = $2 AND {column} = $3 /* across buckets: as above */"
            ))
            .bind(app.keys().seal_typed(place, *id, words))
            .bind(*id)
            .bind(words)
            .run(&*tx)
            .await?;
        }
        tx.commit().await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_words_open_in_their_own_place_only_and_go_along_to_another_bucket() {
        let (keys, row) = (Keyring::of([7; 32]), Uuid::from_u128(0xabc << 10 | 3));
        let kept = keys.seal_typed(SealedPlace::ReturnReason, row, "他说 13800001234");
        assert!(kept.starts_with(MARK) && !kept.contains("13800001234"), "{kept}");
        let moved = in_bucket(row, Bucket::of(900));
        for row in [row, moved] {
            assert_eq!(keys.open_typed(SealedPlace::ReturnReason, row, &kept).expect("its row"), "他说 13800001234");
        }
        let other = Uuid::from_u128(0xabd << 10 | 3);
        assert!(keys.open_typed(SealedPlace::ReturnReason, other, &kept).is_err(), "another row");
        assert!(keys.open_typed(SealedPlace::VerdictReason, row, &kept).is_err(), "another column");
        assert!(keys.open_typed(SealedPlace::ReturnReason, row, "sealed:?").is_err(), "cut");
        assert_eq!(keys.open_typed(SealedPlace::ReturnReason, row, "没有录音").expect("of before"), "没有录音");
        assert_eq!(keys.seal_typed(SealedPlace::ReturnReason, row, ""), "");
    }
}
