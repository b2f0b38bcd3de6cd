//! The one way out: calls from this program to addresses that people typed (webhooks, the identity
//! provider). Guarded against being made to
//! call what only this machine can reach (server-side request forgery; OWASP ASVS 5.0, 1.3.6; facts/trust.md): only
//! https to public addresses on the usual ports, a name is resolved once and the connection goes to that very address,
//! nothing is followed, and time and size have limits. What the operator names in `webhook_hosts` or
//! `sso_hosts` is exempt.

mod address;
mod call;
mod target;

pub use address::is_public;
pub use call::{Ask, Outside, Resolve, SystemResolver};
pub use target::{Exempt, OutsideError, Target};
