//! Checks of our own rules.

fn main() {}
