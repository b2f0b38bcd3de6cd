//! The door of the room `segment`.

mod http;

pub use http::router;
