//! The rules from the outside, a module for each room.

mod contact;
mod intake;
mod plan;
mod playbooks;
mod segment;
mod work;
