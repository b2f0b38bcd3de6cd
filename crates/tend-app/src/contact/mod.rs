//! The door of the room `contact`.

mod http;

pub use http::router;
