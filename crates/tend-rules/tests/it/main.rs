//! The rules from the outside, a module for each room.

mod plan;
mod playbooks;
mod segment;
mod work;
