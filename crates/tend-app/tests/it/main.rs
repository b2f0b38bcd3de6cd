//! What the rooms do, seen through their doors and through the real router, on both databases.

#![expect(clippy::panic, reason = "a helper of a test says what it met and ends the test")]

mod access;
mod asvs;
mod authorisation;
mod board;
mod bulk_edit;
mod columns;
mod contact;
mod customer;
mod customer_race;
mod export;
mod factor;
mod gate;
mod gifts;
mod handed;
mod intake;
mod ledger;
mod live;
mod merge;
mod merge_rooms;
mod mistakes;
mod notice;
mod org;
mod pace;
mod passkey;
mod past;
mod plan;
mod presence;
mod publication;
mod report;
mod rights;
mod room;
mod rotation;
mod row_wall;
mod search;
mod segment;
mod sight;
mod sso;
mod statistics;
mod texts;
mod trace;
mod view;
mod webhook;
mod work;
mod work_race;
