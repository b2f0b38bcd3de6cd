//! Kinds of facts that the journal keeps.
