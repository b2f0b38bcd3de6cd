//! The care language: parse, check and evaluate conditions over facts.
