//! The program as its users meet it: the real binary on throw-away data folders.

mod backup;
mod drive;
mod import;
mod refusals;
mod serving;
