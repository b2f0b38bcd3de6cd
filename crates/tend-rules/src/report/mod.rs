//! Statements whose sums equal their rows.
