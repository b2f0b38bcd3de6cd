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

/// Who else knows a person's password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Password {
    /// Nobody: the person set it.
    Own,
    /// Whoever set it for the person: an administrator, or the program at its first start.
    Handed,
}

/// How long a password that was handed over lets its person in, who then sets one of their own (ASVS 5.0, 6.4.1).
pub const HANDED_PASSWORD_HOURS: i64 = 72;

/// How long it goes on letting in after it was used for the first time: enough for a browser that was closed too early.
pub const USED_PASSWORD_MINUTES: i64 = 60;

/// What stands between a signed-in person and the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Nothing.
    None,
    /// The person came in with a password that somebody else knows.
    SetPassword,
    /// The firm demands a second factor of the role, and none is set.
    SetSecondFactor,
}

impl Duty {
    /// The word on the wire; none where nothing is owed.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Duty::None => None,
            Duty::SetPassword => Some("set_password"),
            Duty::SetSecondFactor => Some("set_second_factor"),
        }
    }
}

impl SignInPolicy {
    /// What a person of `role` is still to do. Who came by single sign-on was checked by the firm's own provider. The
    /// password comes first: whoever handed it over could set the second factor in the person's place.
    pub fn duty(&self, role: Role, factor: SecondFactor, password: Password, way: Way) -> Duty {
        if password == Password::Handed && way == Way::Password {
            return Duty::SetPassword;
        }
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
        let duty = |role, factor, way| policy.duty(role, factor, Password::Own, way);
        assert_eq!(duty(Role::Admin, SecondFactor::Missing, Way::Password), Duty::SetSecondFactor);
        assert_eq!(duty(Role::Admin, SecondFactor::Set, Way::Password), Duty::None);
        assert_eq!(duty(Role::Hq, SecondFactor::Missing, Way::Sso), Duty::None);
        assert_eq!(duty(Role::Maintainer, SecondFactor::Missing, Way::Password), Duty::None);
    }

    #[test]
    fn a_password_of_ones_own_is_owed_by_whoever_came_in_with_one_that_was_handed_over() {
        let policy = SignInPolicy { second_factor_roles: vec![Role::Hq], ..Default::default() };
        let duty = |factor, way| policy.duty(Role::Hq, factor, Password::Handed, way);
        assert_eq!(duty(SecondFactor::Missing, Way::Password), Duty::SetPassword);
        assert_eq!(duty(SecondFactor::Set, Way::Password), Duty::SetPassword);
        assert_eq!(duty(SecondFactor::Set, Way::Passkey), Duty::None);
        assert_eq!(duty(SecondFactor::Missing, Way::Sso), Duty::None);
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
