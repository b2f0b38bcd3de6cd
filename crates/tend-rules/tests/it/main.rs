//! The rules from the outside, a module for each room.

#![expect(clippy::panic, reason = "a helper of a test says what it met and ends the test")]

mod care_language;
mod contact;
mod intake;
mod ledger;
mod past;
mod plan;
mod playbooks;
mod remark;
mod segment;
mod trace;
mod work;
