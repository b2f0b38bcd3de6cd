//! What the command line prints: sentences for people, or with `--json` one JSON object on the last line of standard
//! output. Progress goes to standard error and only to a terminal.

use crate::failure::Failure;
use crate::words::{language_of_locale, sentence};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;
use tend_rules::base::Language;

/// How this run speaks.
#[derive(Debug, Clone)]
pub struct Output {
    form: Form,
    /// The language of the machine's locale.
    pub language: Language,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Sentences,
    Json,
}

impl Output {
    /// Speaks the language of `LC_ALL`, `LC_MESSAGES` or `LANG`, the first that is set.
    pub fn new(json: bool) -> Self {
        let mut locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
        let locale = locale.find(|value| !value.is_empty()).unwrap_or_default();
        Self { form: if json { Form::Json } else { Form::Sentences }, language: language_of_locale(&locale) }
    }

    /// A sentence on the way, by its key in the words file. With `--json` it goes to standard error.
    pub fn say(&self, key: &str, params: Value) {
        self.line(&sentence(self.language, key, &params));
    }

    /// A line on the way, such as a row of a table.
    pub fn line(&self, text: &str) {
        match self.form {
            Form::Sentences => print_line(text),
            Form::Json => eprintln!("{text}"),
        }
    }

    /// The end of a command: the object with `--json`, nothing otherwise (what there was to say has been said).
    pub fn finish(&self, object: &Value) {
        if self.form == Form::Json {
            print_line(&object.to_string());
        }
    }

    /// The end of a command that failed: sentence, next step and code; answers the exit code.
    pub fn fail(&self, failure: &Failure) -> ExitCode {
        let body = failure.body(self.language);
        let text = |part: &str| body[part].as_str().unwrap_or_default().to_owned();
        eprintln!("{}: {}", text("title"), text("detail"));
        eprintln!("→ {}  [{}]", text("next"), text("code"));
        if let Some(cause) = failure.cause() {
            eprintln!("  {cause}");
        }
        self.finish(&json!({ "error": body }));
        ExitCode::from(failure.exit_code())
    }

    /// A bar for work of known size; silent where nobody looks.
    pub fn bar(&self, total: u64, key: &str) -> ProgressBar {
        let target = match self.form {
            Form::Sentences => ProgressDrawTarget::stderr(),
            Form::Json => ProgressDrawTarget::hidden(),
        };
        let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(total), target).with_style(style);
        bar.set_message(sentence(self.language, key, &json!({})));
        bar
    }
}

/// A reader who went away (`tend why … | head`) is no error of ours.
fn print_line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
