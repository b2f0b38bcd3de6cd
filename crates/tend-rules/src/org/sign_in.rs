//! The firm's rules of signing in: who must show a second factor, and what a person is still to do.

use super::Role;

/// What the firm demands of those who sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInPolicy {
    /// Roles that work with a second factor only.
    pub second_factor_roles: Vec<Role>,
    /// Whether people come in by single sign-on only.
    pub entrance: Entrance,
}

/// By which ways people come in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Entrance {
    /// By every way that is set up.
    #[default]
    Every,
    /// By single sign-on; administrators with a second factor also by their own, for the day it is down.
    OnlySso,
}

/// Whether a person has a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// A code generator or a passkey.
    Set,
    /// Neither.
    Missing,
}

/// How a session was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// With the password, and the second factor where one is set.
    Password,
    /// With a passkey, which verified the person.
    Passkey,
    /// With single sign-on.
    Sso,
}

impl Way {
    /// The word in the database and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Way::Password => "password",
            Way::Passkey => "passkey",
            Way::Sso => "sso",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Way::Password, Way::Passkey, Way::Sso].into_iter().find(|way| way.word() == word)
    }
}

/// What stands between a signed-in person and the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Nothing.
    None,
    /// The firm demands a second factor of the role, and none is set.
    SetSecondFactor,
}

impl SignInPolicy {
    /// What a person of `role` is still to do. Who came by single sign-on was checked by the firm's own provider.
    pub fn duty(&self, role: Role, factor: SecondFactor, way: Way) -> Duty {
        let demanded = self.second_factor_roles.contains(&role) && way != Way::Sso;
        if demanded && factor == SecondFactor::Missing { Duty::SetSecondFactor } else { Duty::None }
    }

    /// Whether a person may come in with a password or a passkey.
    pub fn lets_in_without_sso(&self, role: Role, factor: SecondFactor) -> bool {
        self.entrance == Entrance::Every || (role == Role::Admin && factor == SecondFactor::Set)
    }

    /// Reads the roles from their words with commas between; what is no role is passed over.
    pub fn roles_of(words: &str) -> Vec<Role> {
        words.split(',').filter_map(|word| Role::from_word(word.trim())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_factor_is_owed_by_the_roles_that_the_firm_named() {
        let policy = SignInPolicy { second_factor_roles: SignInPolicy::roles_of("admin, hq,"), ..Default::default() };
        let duty = |role, factor, way| policy.duty(role, factor, way);
        assert_eq!(duty(Role::Admin, SecondFactor::Missing, Way::Password), Duty::SetSecondFactor);
        assert_eq!(duty(Role::Admin, SecondFactor::Set, Way::Password), Duty::None);
        assert_eq!(duty(Role::Hq, SecondFactor::Missing, Way::Sso), Duty::None);
        assert_eq!(duty(Role::Maintainer, SecondFactor::Missing, Way::Password), Duty::None);
    }

    #[test]
    fn only_an_administrator_with_a_second_factor_comes_past_single_sign_on() {
        let policy = SignInPolicy { entrance: Entrance::OnlySso, ..Default::default() };
        assert!(policy.lets_in_without_sso(Role::Admin, SecondFactor::Set));
        assert!(!policy.lets_in_without_sso(Role::Admin, SecondFactor::Missing));
        assert!(!policy.lets_in_without_sso(Role::Hq, SecondFactor::Set));
        assert!(SignInPolicy::default().lets_in_without_sso(Role::Hq, SecondFactor::Missing));
    }
}
