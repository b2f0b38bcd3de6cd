//! The door of the room `work`.

mod http;

pub use http::router;
