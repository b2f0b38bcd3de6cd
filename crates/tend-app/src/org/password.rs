//! Passwords: argon2id with the parameters of OWASP's password storage cheat sheet (19 MiB, two passes).

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

/// The shortest password that is accepted, in characters (ASVS 5.0, 6.2.1).
pub const LENGTH_MIN: usize = 8;

fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash of a password in PHC form. Takes tens of milliseconds by design: call it off the async threads.
pub fn hash_password(password: &str) -> String {
    hasher().hash_password(password.as_bytes()).expect("hashing within bounds succeeds").to_string()
}

/// Whether the password fits the hash.
pub fn password_fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Whether a new password is strong enough to be taken.
pub fn is_acceptable(password: &str, login: &str) -> bool {
    let length = password.chars().count();
    (LENGTH_MIN..=128).contains(&length) && !password.eq_ignore_ascii_case(login)
}
