//! The program as its users meet it: the real binary on throw-away data folders.

#![expect(clippy::panic, reason = "a helper of a test says what it met and ends the test")]

mod acme;
mod backup;
mod bucket;
mod canaries;
mod disk_full;
mod drive;
mod dump;
mod import;
mod keys;
mod ledger;
mod master_key;
mod refusals;
mod rights;
mod serving;
mod tls;
mod trace;
