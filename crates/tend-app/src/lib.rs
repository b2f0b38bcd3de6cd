//! What Tend does: the rooms of `tend-rules` again, each with a door (verbs), a store (SQL), thin handlers and jobs.
//!
//! A room uses earlier rooms' doors only, never another room's store or handlers; news travels back as journal facts
//! (`cargo xtask tidy` proves it). `platform` knows no room.

pub mod platform;

pub mod contact;
pub mod customer;
pub mod intake;
pub mod journal;
pub mod law;
pub mod org;
pub mod plan;
pub mod report;
pub mod rights;
pub mod segment;
pub mod trace;
pub mod webhook;
pub mod work;

mod api;
mod classes;
mod events;
mod health;
pub mod rotation;

pub use api::{api_router, join_rooms, openapi, program_router};
pub use platform::App;
