//! Who asks the server. The secret comes from the environment, a file or a command, never from the settings, and is read
//! anew while the program runs, so that it can be changed, or live for an hour only.

use futures::future::BoxFuture;
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use serde::Deserialize;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Where id and secret come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, where there is one, `AWS_SESSION_TOKEN`.
    Environment,
    /// A file: lines such as `aws_access_key_id = …`, or what a command would say.
    File(PathBuf),
    /// A command for the shell that prints the JSON which Amazon's tools call `credential_process`, or such lines.
    Command(String),
}

impl Credentials {
    /// Whether they can be read, as far as that shows without asking a command.
    pub fn check(&self) -> io::Result<()> {
        match self {
            Self::Environment => of_environment(|name| std::env::var(name).ok()).map(drop),
            Self::File(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
                parsed(&text).map(drop).ok_or_else(no_credentials)
            }
            Self::Command(_) => Ok(()),
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn no_credentials() -> io::Error {
    io::Error::other("the credentials hold no access key and secret")
}

/// A file or a command is asked again after this.
const FRESH: Duration = Duration::from_secs(60);
/// How long a command may take.
const COMMAND: Duration = Duration::from_secs(30);

/// Hands the credentials to the library, and keeps them for a minute.
#[derive(Debug)]
pub(super) struct Keeper {
    from: Credentials,
    held: Mutex<Option<(Instant, Arc<AwsCredential>)>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Said {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

const NOBODY_PANICS: &str = "nobody panics while holding the credentials";

impl Keeper {
    pub fn of(from: Credentials) -> Self {
        Self { from, held: Mutex::default() }
    }

    async fn fetch(&self) -> io::Result<AwsCredential> {
        let text = match &self.from {
            Credentials::Environment => return of_environment(|name| std::env::var(name).ok()),
            Credentials::File(path) => {
                tokio::fs::read_to_string(path).await.map_err(|error| unreadable(path, &error))?
            }
            Credentials::Command(line) => said_by(line).await?,
        };
        parsed(&text).ok_or_else(no_credentials)
    }
}

impl CredentialProvider for Keeper {
    type Credential = AwsCredential;

    fn get_credential<'a, 'b>(&'a self) -> BoxFuture<'b, object_store::Result<Arc<AwsCredential>>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let held = self.held.lock().expect(NOBODY_PANICS).clone();
            if let Some((since, credential)) = held
                && since.elapsed() < FRESH
            {
                return Ok(credential);
            }
            let fetched = self.fetch().await.map_err(|error| object_store::Error::Unauthenticated {
                path: "credentials".into(),
                source: Box::new(error),
            })?;
            let credential = Arc::new(fetched);
            *self.held.lock().expect(NOBODY_PANICS) = Some((Instant::now(), Arc::clone(&credential)));
            Ok(credential)
        })
    }
}

fn of_environment(get: impl Fn(&str) -> Option<String>) -> io::Result<AwsCredential> {
    match (get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY")) {
        (Some(key_id), Some(secret_key)) => Ok(AwsCredential { key_id, secret_key, token: get("AWS_SESSION_TOKEN") }),
        _ => Err(io::Error::other("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set")),
    }
}

async fn said_by(line: &str) -> io::Result<String> {
    let mut command = tokio::process::Command::new("sh");
    command.args(["-c", line]).stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
    let output = tokio::time::timeout(COMMAND, command.output()).await;
    let output = output.map_err(|_| io::Error::other("the command for the credentials takes too long"))??;
    if !output.status.success() {
        return Err(io::Error::other(format!("the command for the credentials failed: {}", output.status)));
    }
    String::from_utf8(output.stdout).map_err(|_| io::Error::other("the command for the credentials speaks no UTF-8"))
}

/// From JSON or lines; none where id or secret are missing. What was read is never repeated in an error.
fn parsed(text: &str) -> Option<AwsCredential> {
    if text.trim_start().starts_with('{') {
        let said: Said = serde_json::from_str(text).ok()?;
        return Some(AwsCredential {
            key_id: said.access_key_id,
            secret_key: said.secret_access_key,
            token: said.session_token,
        });
    }
    let value = |wanted: &str| {
        let mut pairs = text.lines().filter_map(|line| line.split_once('='));
        let found = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    Some(AwsCredential {
        key_id: value("aws_access_key_id")?,
        secret_key: value("aws_secret_access_key")?,
        token: value("aws_session_token"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_lines_are_read_and_nothing_else() {
        let lines = "[default]\naws_access_key_id = AKIA1\naws_secret_access_key=se/cr+et=\n";
        let json = r#"{"Version":1,"AccessKeyId":"AKIA1","SecretAccessKey":"se/cr+et=","SessionToken":"t"}"#;
        for (text, token) in [(lines, None), (json, Some("t"))] {
            let read = parsed(text).expect("read");
            assert_eq!((read.key_id.as_str(), read.secret_key.as_str()), ("AKIA1", "se/cr+et="));
            assert_eq!(read.token.as_deref(), token);
            assert!(!format!("{read:?}").contains("se/cr"), "{read:?}");
        }
        for wrong in ["", "{", "aws_access_key_id = AKIA1", r#"{"AccessKeyId":"AKIA1"}"#] {
            assert!(parsed(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_environment_must_name_both() {
        let with = |name: &str| (name == "AWS_ACCESS_KEY_ID").then(|| "AKIA1".to_owned());
        assert!(of_environment(with).is_err());
        assert!(of_environment(|name| Some(name.to_owned())).is_ok());
    }

    #[tokio::test]
    async fn a_command_is_asked_and_its_failure_told_without_its_words() {
        let said = Keeper::of(Credentials::Command("echo aws_access_key_id=a; echo aws_secret_access_key=b".into()));
        assert_eq!(said.get_credential().await.expect("said").secret_key, "b");
        let failed = Keeper::of(Credentials::Command("echo secret; exit 3".into())).get_credential().await;
        let told = failed.expect_err("it failed").to_string();
        assert!(told.contains("exit status: 3") && !told.contains("secret"), "{told}");
    }
}
