//! The fixed cast of people, the standing clock and the throw-away databases of the tests.
//!
//! Everybody knows the cast, so that a test reads as a story: 王芳 (`wang`) looks after customers in 南山 together with
//! 赵强 (`zhao`); 陈梅 (`chen`) sits in 福田; all three belong to the channel 深圳, led by `lead_sz`. 刘洋 (`liu`) sits in
//! 浦东 under the channel 上海, led by `lead_sh`. The clock stands at 2026-11-23 09:00 in Shanghai.

mod authenticator;
mod bucket;
mod cast;
mod client;
mod described;
mod files;
mod firm;
mod provider;
mod scanner;
mod template;
mod world;

pub use authenticator::{Authenticator, Said, code_of};
pub use bucket::Bucket;
pub use cast::CUSTOMERS;
pub use client::{Answer, Client, Heard, Listener};
pub use files::files_under;
pub use provider::{Lie, Provider, Signs};
pub use scanner::FakeScanner;
pub use world::{PASSWORD, World, each_store};
