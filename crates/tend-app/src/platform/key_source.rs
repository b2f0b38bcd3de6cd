//! Where the master keys of this machine come from: a file, a value in hand (from the environment), or a command whose
//! standard output they are. A file is written here when keys are made or rotated; in the other places the operator puts
//! a new key beside the former one. What was read is never repeated in an error.

use super::keys::KeyError;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Where master keys come from: 64 hexadecimal digits each, with blanks or ends of lines between.
#[derive(Clone)]
pub enum KeySource {
    /// A file; made, readable by its owner only, where there is none.
    File(PathBuf),
    /// A value in hand.
    Given {
        /// What the operator calls it.
        name: &'static str,
        /// The keys.
        text: String,
    },
    /// A program that prints them.
    Command {
        /// What the operator calls it.
        name: &'static str,
        /// The program and its arguments.
        words: Vec<String>,
    },
}

impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeySource({})", self.place())
    }
}

impl KeySource {
    /// A command from one line: words with blanks between, where `'…'` and `"…"` hold blanks together. No shell reads it,
    /// so that nothing else in it has a meaning. None without a word, or with a quote left open.
    pub fn command(name: &'static str, line: &str) -> Option<Self> {
        words_of(line).map(|words| Self::Command { name, words })
    }

    /// The path of the file, or what the operator calls it.
    pub fn place(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Given { name, .. } | Self::Command { name, .. } => (*name).to_owned(),
        }
    }

    /// The file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Given { .. } | Self::Command { .. } => None,
        }
    }

    /// Whether it may hold now what it did not hold before.
    pub(super) const fn may_change(&self) -> bool {
        matches!(self, Self::File(_) | Self::Command { .. })
    }

    /// The text as it is there now. A command may take as long as `patience`.
    pub(super) fn read(&self, patience: Duration) -> Result<String, KeyError> {
        match self {
            Self::File(path) => std::fs::read_to_string(path)
                .map_err(|source| KeyError::File { path: path.display().to_string(), source }),
            Self::Given { text, .. } => Ok(text.clone()),
            Self::Command { words, .. } => said_by(words, patience).map_err(|source| KeyError::Command { source }),
        }
    }
}

fn words_of(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in line.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            None if matches!(letter, '\'' | '"') => {
                quote = Some(letter);
                // Between two quotes may stand nothing, which is a word too.
                word = Some(word.unwrap_or_default());
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    (quote.is_none() && !words.is_empty()).then_some(words)
}

/// How long the command may take at the start.
pub(super) const AT_START: Duration = Duration::from_secs(30);
/// How long it may take once people are served: somebody waits for the answer, perhaps in the midst of a change.
pub(super) const WHILE_SERVING: Duration = Duration::from_secs(3);
/// What is longer holds no keys.
const SAID_BYTES_MAX: u64 = 64 * 1024;

fn said_by(words: &[String], patience: Duration) -> std::io::Result<String> {
    let (program, arguments) = words.split_first().ok_or_else(|| std::io::Error::other("no command is named"))?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?;
    let (sender, said) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut text = String::new();
            let read = out.take(SAID_BYTES_MAX).read_to_string(&mut text).map(|_| text);
            // Nobody listens any more where the command took too long.
            let _ = sender.send(read);
        });
    }
    let status = ended(&mut child, patience)?;
    if !status.success() {
        return Err(std::io::Error::other(format!("the command failed: {status}")));
    }
    said.recv_timeout(Duration::from_secs(1)).map_err(|_| too_long())?
}

fn ended(child: &mut Child, patience: Duration) -> std::io::Result<ExitStatus> {
    let until = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() >= until {
            child.kill()?;
            child.wait()?;
            return Err(too_long());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn too_long() -> std::io::Error {
    std::io::Error::other("the command takes too long")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_words_and_no_shell() {
        let words = |line| words_of(line).map(|words| words.join("|"));
        assert_eq!(words("vault read  -field=key secret/tend").as_deref(), Some("vault|read|-field=key|secret/tend"));
        assert_eq!(words("cat '/a b/key' \"it's\" ''").as_deref(), Some("cat|/a b/key|it's|"));
        assert_eq!(words("echo $KEY; rm -rf x").as_deref(), Some("echo|$KEY;|rm|-rf|x"));
        for nothing in ["", "  ", "cat 'key"] {
            assert_eq!(words(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn what_a_command_said_is_in_no_error() {
        let source = |line| KeySource::command("master_key_command", line).expect("a command");
        assert_eq!(source("echo key").read(AT_START).expect("said").trim(), "key");
        let failed = source("sh -c 'echo secret; exit 3'").read(AT_START).expect_err("it failed");
        let told = format!("{failed:?} {failed} {:?}", source("echo secret"));
        assert!(told.contains("exit status: 3") && !told.contains("secret"), "{told}");
        assert!(source("/no/such/program").read(AT_START).is_err());
    }

    #[test]
    fn a_command_that_takes_too_long_is_ended() {
        let source = KeySource::command("master_key_command", "sleep 30").expect("a command");
        let began = Instant::now();
        source.read(Duration::from_millis(50)).expect_err("it takes too long");
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    }
}
