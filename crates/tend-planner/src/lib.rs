//! The columnar engine: expressions over columns, plans, caps, capacity.
