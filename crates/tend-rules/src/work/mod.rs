//! Touches as work orders: their states and who may move them.
