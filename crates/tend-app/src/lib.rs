//! What Tend does: verbs, stores, handlers and jobs of every room.
