//! What can go wrong in the organisation, by what the reader should know.

use crate::platform::{Refusal, refusals};
use sea_orm::DbErr;
use serde_json::{Value, json};
use tend_rules::org::passkey::PasskeyFault;

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum OrgError {
    /// Nobody is signed in, or the session ended.
    #[error("not signed in")]
    NotSignedIn,
    /// A token asks for what only a person at the desk may do.
    #[error("a session is needed")]
    SessionNeeded,
    /// There is no such session of the person's.
    #[error("session not found")]
    SessionNotFound,
    /// There is no such token of the person's.
    #[error("token not found")]
    TokenNotFound,
    /// The password is among those that are tried first.
    #[error("common password")]
    CommonPassword,
    /// The name or the password is wrong; which of the two is not told.
    #[error("wrong login or password")]
    WrongCredentials,
    /// The password was right and a second factor is set: the code is missing or wrong.
    #[error("second factor needed")]
    CodeNeeded {
        /// By what it may be shown: `code`, `passkey`, `recovery`.
        ways: Vec<&'static str>,
    },
    /// A second factor was shown and is not the person's, or was used before.
    #[error("wrong second factor")]
    WrongCode,
    /// A passkey does not let in; why is not told.
    #[error("passkey refused")]
    PasskeyRefused,
    /// A passkey that was made cannot be kept.
    #[error("passkey unfit: {fault}")]
    PasskeyUnfit {
        /// What is wrong with it.
        fault: PasskeyFault,
    },
    /// This passkey is kept already.
    #[error("passkey known")]
    PasskeyKnown,
    /// There is no such passkey of the person's.
    #[error("passkey not found")]
    PasskeyNotFound,
    /// The desk stands at an address to which no passkey can be bound.
    #[error("no passkeys at this address")]
    PasskeysOff,
    /// The person shows once more who they are.
    #[error("proof needed")]
    ProofNeeded,
    /// The firm demands a second factor, and the person has none.
    #[error("second factor owed")]
    SecondFactorOwed,
    /// The person came in with a password that somebody else set.
    #[error("password owed")]
    PasswordOwed,
    /// A password that somebody else set was not used in time.
    #[error("handed password ended")]
    HandedPasswordEnded,
    /// The new password is the one that was handed over.
    #[error("password unchanged")]
    PasswordUnchanged,
    /// The firm lets people in by single sign-on only.
    #[error("single sign-on needed")]
    SsoNeeded,
    /// The provider's answer does not let in; why is not told.
    #[error("single sign-on refused")]
    SsoRefused,
    /// The provider vouched for somebody who is nobody here.
    #[error("nobody here has that account")]
    SsoUnknown,
    /// The provider's account, or the person, is linked already.
    #[error("account linked already")]
    SsoTaken,
    /// No provider is set up, or the desk's own address is not known, so that nobody could be sent back.
    #[error("no single sign-on here")]
    SsoOff,
    /// The provider did not answer as it should.
    #[error("provider unreachable")]
    SsoUnreachable,
    /// The firm lets people in by single sign-on only, so that it cannot be taken away.
    #[error("single sign-on is demanded")]
    SsoDemanded,
    /// Nobody could come in if single sign-on were down.
    #[error("no administrator could break the glass")]
    BreakGlassMissing,
    /// The password stands on the list of stolen ones.
    #[error("breached password")]
    BreachedPassword,
    /// Too many failures; the pause is told in minutes.
    #[error("locked out for {minutes} minutes")]
    LockedOut {
        /// Minutes until the next try counts.
        minutes: i64,
    },
    /// The role does not have the permission.
    #[error("not permitted: {permission}")]
    NotPermitted {
        /// The permission that was needed.
        permission: &'static str,
    },
    /// What holds in the whole firm is changed by head office.
    #[error("head office needed")]
    HeadOfficeNeeded,
    /// There is no such unit within the reader's scope.
    #[error("unit not found")]
    UnitNotFound,
    /// There is no such person within the reader's scope.
    #[error("staff not found")]
    StaffNotFound,
    /// There is no such notice of the reader's.
    #[error("notice not found")]
    NoticeNotFound,
    /// The login name belongs to somebody already.
    #[error("login taken: {login}")]
    LoginTaken {
        /// The name.
        login: String,
    },
    /// A field does not hold what it should.
    #[error("invalid {field}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it should be.
        rule: &'static str,
    },
    /// Somebody else changed it since it was read.
    #[error("changed by somebody else")]
    VersionStale,
    /// A person cannot inherit from themselves or from somebody who left.
    #[error("the heir has left, does no work or is the same person")]
    HeirUnfit,
    /// The password was refused as too easy.
    #[error("weak password")]
    WeakPassword,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Refusal for OrgError {
    refusals! {
        UNAUTHORIZED {
            Self::NotSignedIn => "not_signed_in",
            Self::WrongCredentials => "wrong_credentials",
            Self::HandedPasswordEnded => "handed_password_ended",
            Self::CodeNeeded { .. } => "code_needed",
            Self::WrongCode => "wrong_code",
            Self::PasskeyRefused => "passkey_refused",
            Self::SsoRefused => "sso_refused",
        }
        FORBIDDEN {
            Self::SessionNeeded => "session_needed",
            Self::ProofNeeded => "proof_needed",
            Self::PasswordOwed => "password_owed",
            Self::SecondFactorOwed => "second_factor_owed",
            Self::SsoNeeded => "sso_needed",
            Self::SsoUnknown => "sso_unknown",
            Self::NotPermitted { .. } => "not_permitted",
            Self::HeadOfficeNeeded => "head_office_needed",
        }
        NOT_FOUND {
            Self::SessionNotFound => "session_not_found",
            Self::TokenNotFound => "token_not_found",
            Self::PasskeyNotFound => "passkey_not_found",
            Self::UnitNotFound => "unit_not_found",
            Self::StaffNotFound => "staff_not_found",
            Self::NoticeNotFound => "notice_not_found",
        }
        UNPROCESSABLE_ENTITY {
            Self::CommonPassword => "common_password",
            Self::PasskeyUnfit { .. } => "passkey_unfit",
            Self::BreachedPassword => "breached_password",
            Self::Invalid { .. } => "field_invalid",
            Self::HeirUnfit => "heir_unfit",
            Self::PasswordUnchanged => "password_unchanged",
            Self::WeakPassword => "weak_password",
        }
        CONFLICT {
            Self::PasskeyKnown => "passkey_known",
            Self::PasskeysOff => "passkeys_off",
            Self::LoginTaken { .. } => "login_taken",
            Self::SsoTaken => "sso_taken",
            Self::SsoOff => "sso_off",
            Self::SsoDemanded => "sso_demanded",
            Self::BreakGlassMissing => "break_glass_missing",
        }
        FAILED_DEPENDENCY {
            Self::SsoUnreachable => "sso_unreachable",
        }
        TOO_MANY_REQUESTS {
            Self::LockedOut { .. } => "locked_out",
        }
        PRECONDITION_FAILED {
            Self::VersionStale => "version_stale",
        }
        .. Database: DbErr;
    }

    fn params(&self) -> Value {
        match self {
            Self::LockedOut { minutes } => json!({ "minutes": minutes }),
            Self::CodeNeeded { ways } => json!({ "ways": ways }),
            Self::PasskeyUnfit { fault } => json!({ "fault": fault }),
            Self::NotPermitted { permission } => json!({ "permission": permission }),
            Self::LoginTaken { login } => json!({ "login": login }),
            Self::Invalid { field, rule } => json!({ "field": field, "rule": rule }),
            _ => json!({}),
        }
    }
}
