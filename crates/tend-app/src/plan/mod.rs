//! The door of the room `plan`.

mod http;

pub use http::router;
