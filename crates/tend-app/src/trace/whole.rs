//! Whether the files of evidence are those that their rows name, asked of a database that was put together from a backup:
//! database and files lie apart there, and evidence without its file proves nothing.

use super::store::{self, FiledEvidence};
use super::{TraceError, file};
use crate::customer;
use crate::intake::VaultReader;
use crate::platform::{CustomerKey, Db, Keyring, SealedPlace};
use sha2::{Digest as _, Sha256};
use std::io::{self, Read};
use std::path::Path;
use tend_rules::base::*;
use tend_rules::trace::EvidenceRecord;

/// Pieces of evidence of one statement.
const STEP: i64 = 500;

/// The evidence of a database whose file in a data folder is missing or is not what was kept. Reads every file.
pub async fn evidence_without_file(db: &Db, keys: &Keyring, data: &Path) -> Result<Vec<EvidenceId>, TraceError> {
    let (mut unfit, mut after) = (Vec::new(), None);
    loop {
        let some = store::filed_evidence(db.read(), after, STEP).await?;
        let Some(last) = some.last() else { return Ok(unfit) };
        after = Some(last.id);
        let mut whose: Vec<CustomerId> = some.iter().map(|one| one.customer).collect();
        whose.sort_unstable();
        whose.dedup();
        let opened = customer::keys_by(keys, db.read(), &whose).await?;
        for one in some {
            let id = one.id;
            let named = opened.get(&one.customer).and_then(|key| named(key, &one));
            let path = file::path_in(data, id);
            let look = move || named.is_some_and(|named| named.is_at(&path, id));
            if !tokio::task::spawn_blocking(look).await.unwrap_or(false) {
                unfit.push(id);
            }
        }
    }
}

/// A file as its row names it.
struct Named {
    key: [u8; 32],
    size: u64,
    sha256: Digest,
}

fn named(key: &CustomerKey, row: &FiledEvidence) -> Option<Named> {
    let record = key.open(SealedPlace::Evidence, row.id.0, &row.cell).ok()?;
    let record: EvidenceRecord = serde_json::from_str(&record).ok()?;
    let file_key = file::key_of(key, row.id, &row.file_key_cell).ok()?;
    record.file.map(|file| Named { key: file_key, size: file.size, sha256: file.sha256 })
}

impl Named {
    fn is_at(&self, path: &Path, id: EvidenceId) -> bool {
        self.hash_at(path, id).is_ok_and(|hash| hash == self.sha256)
    }

    fn hash_at(&self, path: &Path, id: EvidenceId) -> io::Result<Digest> {
        let mut reader = VaultReader::open(path, Keyring::of(self.key), UploadId(id.0), self.size)?;
        let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(Digest(hash.finalize().into())),
                count => hash.update(&buffer[..count]),
            }
        }
    }
}
