//! The door of the room `customer`.

mod http;

pub use http::router;
