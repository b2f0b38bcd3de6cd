//! The evidence file: one trace with everything that proves it, for a third person who has nothing of ours but a public
//! key. A container of plain files in one form, a signed list of their hashes, a page to read, the records, the files of
//! evidence and a proof of the ledger for every entry of the journal that tells of the trace.

mod account;
mod check;
mod container;
mod sheet;

pub use account::{Account, AgreementAccount, Manifest, ManifestFile, Person, StepAccount};
pub use check::{CheckedFile, EvidenceFault, EvidenceFaultKind, check_evidence_file, verdict_of};
pub use container::{Container, ContainerError, Crc, Entry, entries};
pub use sheet::sheet;
