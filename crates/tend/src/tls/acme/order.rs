//! One certificate asked for: account, order, proof of every name, key, chain. The words of the protocol are the
//! library's; here stand the order of the steps and what each failure means for the operator.

use super::challenge::Challenges;
use super::kept::{Kept, KeptAccount};
use super::settings::Settings;
use crate::failure::chain;
use axum::body::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, Response};
use instant_acme::{
    Account, AuthorizationStatus, BodyWrapper, BytesResponse, ChallengeType, Error, ExternalAccountKey, HttpClient,
    Identifier, NewAccount, NewOrder, Order, OrderStatus, Problem, RetryPolicy,
};
use rcgen::{CertificateParams, DistinguishedName, KeyPair};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use tend_reach::{Client, Speech};

/// How long one question may take.
const ANSWER: Duration = Duration::from_secs(30);
/// A chain of certificates has some kilobytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// How long the authority may look at the answers, and how long it may take to sign.
const PATIENCE: RetryPolicy =
    RetryPolicy::new().initial_delay(Duration::from_millis(500)).timeout(Duration::from_secs(120));

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The authority said no.
    #[error("{}", reason(.0))]
    Refused(Problem),
    /// The authority does not answer, or not in its language.
    #[error(transparent)]
    Unreachable(Error),
    /// It proves names in other ways only.
    #[error("the authority does not offer tls-alpn-01 for {0}")]
    NoChallenge(String),
    /// It let us wait too long.
    #[error("no certificate in time")]
    TooSlow,
    /// What it gave cannot be spoken with.
    #[error("the certificate is not usable: {0}")]
    Unusable(String),
    /// The folder cannot be written.
    #[error("keeping it")]
    Kept(#[from] std::io::Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Api(problem) => Self::Refused(problem),
            Error::Timeout(_) => Self::TooSlow,
            other => Self::Unreachable(other),
        }
    }
}

impl Fault {
    /// The word for what to do next; sentences stand under `acme_next_WORD`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "authority",
            Self::TooSlow => "later",
            Self::NoChallenge(_) | Self::Unusable(_) => "other_authority",
            Self::Kept(_) => "folder",
            Self::Refused(problem) => match kind(problem) {
                "connection" | "tls" | "unauthorized" | "incorrectResponse" => "port",
                "dns" => "name",
                "caa" => "caa",
                "rateLimited" => "later",
                "externalAccountRequired" => "binding",
                _ => "refused",
            },
        }
    }

    /// What the other side said.
    pub fn said(&self) -> String {
        chain(self)
    }
}

fn reason(problem: &Problem) -> &str {
    problem.detail.as_deref().or(problem.r#type.as_deref()).unwrap_or("refused without a reason")
}

/// The last part of `urn:ietf:params:acme:error:…`.
fn kind(problem: &Problem) -> &str {
    problem.r#type.as_deref().and_then(|kind| kind.rsplit(':').next()).unwrap_or_default()
}

/// The key and the chain as PEM, in one text.
pub(super) async fn certificate(settings: &Settings, kept: &Kept, challenges: &Challenges) -> Result<String, Fault> {
    let names: Vec<Identifier> = settings.domains.iter().cloned().map(Identifier::Dns).collect();
    let wanted = NewOrder::new(&names);
    let mut order = match account(settings, kept).await?.new_order(&wanted).await {
        // An authority that forgot the account, or was set up anew, gets another.
        Err(Error::Api(problem)) if kind(&problem) == "accountDoesNotExist" => {
            kept.forget_account()?;
            account(settings, kept).await?.new_order(&wanted).await?
        }
        order => order?,
    };
    prove(&mut order, challenges).await?;
    let key = KeyPair::generate().map_err(|error| Fault::Unusable(error.to_string()))?;
    order.finalize_csr(&request(settings, &key)?).await?;
    let chain = order.poll_certificate(&PATIENCE).await?;
    Ok(key.serialize_pem() + &chain)
}

/// The request to sign: the names and nothing about the firm.
fn request(settings: &Settings, key: &KeyPair) -> Result<Vec<u8>, Fault> {
    let made = CertificateParams::new(settings.domains.clone()).and_then(|mut params| {
        params.distinguished_name = DistinguishedName::new();
        params.serialize_request(key)
    });
    Ok(made.map_err(|error| Fault::Unusable(error.to_string()))?.der().to_vec())
}

async fn prove(order: &mut Order, challenges: &Challenges) -> Result<(), Fault> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        // Proved not long ago.
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let name = authorization.identifier().to_string();
        let challenge = authorization.challenge(ChallengeType::TlsAlpn01);
        let mut challenge = challenge.ok_or_else(|| Fault::NoChallenge(name.clone()))?;
        challenges.show(&name, challenge.key_authorization().digest().as_ref()).map_err(Fault::Unusable)?;
        challenge.set_ready().await?;
    }
    match order.poll_ready(&PATIENCE).await {
        Ok(OrderStatus::Ready) => Ok(()),
        Ok(_) => Err(unproved(order).await.unwrap_or(Fault::TooSlow)),
        // What the order says is seldom more than "a name failed".
        Err(Error::Api(problem)) => Err(unproved(order).await.unwrap_or(Fault::Refused(problem))),
        Err(error) => Err(error.into()),
    }
}

/// What the authority met when it looked at a name.
async fn unproved(order: &mut Order) -> Option<Fault> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization.ok()?;
        let seen = authorization.refresh().await.ok()?;
        if let Some(problem) = seen.challenges.iter().find_map(|challenge| challenge.error.clone()) {
            return Some(Fault::Refused(problem));
        }
    }
    None
}

/// The account that is kept, or a new one.
async fn account(settings: &Settings, kept: &Kept) -> Result<Account, Fault> {
    let way = || Way::open().map(|way| Account::builder_with_http(Box::new(way)));
    let unreadable = |error: serde_json::Error| Fault::Unreachable(Error::Json(error));
    let contact: Vec<&str> = settings.contact.iter().map(String::as_str).collect();
    if let Some(mut had) = kept.account().filter(|had| had.directory == settings.directory) {
        let credentials = serde_json::from_value(had.credentials.clone()).map_err(unreadable)?;
        let account = way()?.from_credentials(credentials).await?;
        if had.contact != settings.contact {
            account.update_contacts(&contact).await?;
            had.contact.clone_from(&settings.contact);
            kept.set_account(&had)?;
        }
        return Ok(account);
    }
    // The operator agreed, or the settings had been refused.
    let wanted = NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
    let binding = settings.binding.as_ref().map(|binding| ExternalAccountKey::new(binding.id.clone(), &binding.key));
    let (account, credentials) = way()?.create(&wanted, settings.directory.clone(), binding.as_ref()).await?;
    let credentials = serde_json::to_value(&credentials).map_err(unreadable)?;
    let (directory, contact) = (settings.directory.clone(), settings.contact.clone());
    kept.set_account(&KeptAccount { directory, contact, credentials })?;
    Ok(account)
}

/// How the library's questions reach the authority.
struct Way(Client<BodyWrapper<Bytes>>);

impl Way {
    fn open() -> Result<Self, Fault> {
        let client = tend_reach::client(Speech::Tls).map_err(|error| Error::Other(Box::new(error)))?;
        Ok(Self(client))
    }
}

impl HttpClient for Way {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let asked = self.0.request(request);
        Box::pin(async move {
            let answered = async {
                let (head, body) = asked.await.map_err(|error| Error::Other(Box::new(error)))?.into_parts();
                let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await.map_err(Error::Other)?;
                Ok(BytesResponse::from(Response::from_parts(head, Full::new(body.to_bytes()))))
            };
            tokio::time::timeout(ANSWER, answered).await.unwrap_or(Err(Error::Str("an answer in time")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: &str) -> Fault {
        let (r#type, detail) = (Some(format!("urn:ietf:params:acme:error:{kind}")), Some("why".to_owned()));
        Fault::Refused(Problem { r#type, detail, status: Some(400), subproblems: Vec::new() })
    }

    #[test]
    fn each_failure_has_a_next_step_in_both_languages() {
        let kinds = ["connection", "dns", "caa", "rateLimited", "externalAccountRequired", "malformed", ""];
        let faults = kinds.map(refused);
        let others = [
            Fault::Unreachable(Error::Str("x")),
            Fault::TooSlow,
            Fault::NoChallenge("a.example".into()),
            Fault::Kept(std::io::ErrorKind::NotFound.into()),
        ];
        for fault in faults.iter().chain(&others) {
            let key = format!("acme_next_{}.text", fault.word());
            for language in [tend_rules::base::Language::Zh, tend_rules::base::Language::En] {
                assert!(crate::words::words(language).keys().iter().any(|known| *known == key), "{key}");
            }
        }
        assert_eq!(refused("dns").said(), "why");
        assert_eq!(refused("unauthorized").word(), "port");
    }
}
