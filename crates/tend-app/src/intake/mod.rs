//! The door of the room `intake`.

mod http;

pub use http::router;
