//! The customer file: facts, labels, agreements, matching and merging.
