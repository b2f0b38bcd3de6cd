//! The people of the firm: roles, what each may do, and whose customers each may see (MISSION H2, I1).
//!
//! Deliberately a plain table in code instead of a policy engine: everybody can read it, and a test walks it.

mod agent;
pub mod id_token;
pub mod passkey;
mod password;
mod permission;
mod role;
mod scope;
#[cfg(feature = "shapes")]
mod shapes;
mod sign_in;

pub use agent::browser_name;
pub use password::is_guessed_first;
pub use permission::Permission;
pub use role::Role;
pub use scope::Scope;
pub use sign_in::{
    Duty, Entrance, HANDED_PASSWORD_HOURS, Password, SecondFactor, SignInPolicy, USED_PASSWORD_MINUTES, Way,
};
