//! The door of the room `report`.

mod http;

pub use http::router;
