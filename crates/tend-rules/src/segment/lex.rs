//! Source text into words. The care language is a subset of CEL (docs/care-language.md).

use super::problem::{Problem, ProblemCode, Span};

/// A word of the language.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    Int(i64),
    Double(f64),
    Text(String),
    Name(String),
    /// An operator or bracket.
    Sign(&'static str),
    End,
}

/// A word and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub word: Word,
    pub span: Span,
}

const SIGNS: [&str; 25] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")", "[", "]", ",", ".",
    "=", "&", "|",
];

/// Full-width signs that a Chinese keyboard gives, and the plain ones.
const FULL_WIDTH: [(char, &str); 18] = [
    ('（', "("),
    ('）', ")"),
    ('，', ","),
    ('：', ":"),
    ('“', "\""),
    ('”', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('！', "!"),
    ('＝', "="),
    ('＜', "<"),
    ('＞', ">"),
    ('＋', "+"),
    ('－', "-"),
    ('。', "."),
    ('、', ","),
    ('【', "["),
    ('】', "]"),
];

/// The words of `source`, the last of them `End`.
pub(super) fn words(source: &str) -> Result<Vec<Token>, Problem> {
    let mut reader = Reader { source, at: 0 };
    let mut tokens = Vec::new();
    loop {
        reader.skip_space();
        let start = reader.at;
        let word = reader.word()?;
        let done = word == Word::End;
        tokens.push(Token { word, span: Span::of(start, reader.at) });
        if done {
            return Ok(tokens);
        }
    }
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            let comment = if trimmed.starts_with("//") { trimmed.find('\n').unwrap_or(trimmed.len()) } else { 0 };
            let skipped = rest.len() - trimmed.len() + comment;
            if skipped == 0 {
                return;
            }
            self.at += skipped;
        }
    }

    fn word(&mut self) -> Result<Word, Problem> {
        let Some(first) = self.rest().chars().next() else { return Ok(Word::End) };
        if first.is_ascii_digit() {
            return self.number();
        }
        if first == '"' || first == '\'' {
            return self.text(first);
        }
        if first.is_alphabetic() || first == '_' {
            let end = self.rest().find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(self.rest().len());
            let name = self.rest()[..end].to_owned();
            self.at += end;
            return Ok(Word::Name(name));
        }
        self.sign(first)
    }

    fn sign(&mut self, first: char) -> Result<Word, Problem> {
        let span = Span::of(self.at, self.at + first.len_utf8());
        if let Some((_, plain)) = FULL_WIDTH.iter().find(|(full, _)| *full == first) {
            let problem = Problem::new(ProblemCode::FullWidthCharacter, span).with("found", first);
            return Err(problem.suggest(Some(*plain)));
        }
        match SIGNS.iter().find(|sign| self.rest().starts_with(**sign)) {
            Some(&"=") => Err(Problem::new(ProblemCode::SingleEquals, span).suggest(Some("=="))),
            Some(&sign) if sign == "&" || sign == "|" => {
                let problem = Problem::new(ProblemCode::UnexpectedCharacter, span).with("found", sign);
                Err(problem.suggest(Some(sign.repeat(2))))
            }
            Some(sign) => {
                self.at += sign.len();
                Ok(Word::Sign(sign))
            }
            None => Err(Problem::new(ProblemCode::UnexpectedCharacter, span).with("found", first)),
        }
    }

    fn number(&mut self) -> Result<Word, Problem> {
        let bytes = self.rest().as_bytes();
        let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let mut end = digits(0);
        let mut fraction = false;
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            fraction = true;
            end += 1 + digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let power = digits((end + 1 + sign).min(bytes.len()));
            if power > 0 {
                fraction = true;
                end += 1 + sign + power;
            }
        }
        let text = &self.rest()[..end];
        let span = Span::of(self.at, self.at + end);
        let too_large = || Problem::new(ProblemCode::NumberTooLarge, span).with("found", text);
        let word = if fraction {
            Word::Double(text.parse().ok().filter(|d: &f64| d.is_finite()).ok_or_else(too_large)?)
        } else {
            Word::Int(text.parse().map_err(|_| too_large())?)
        };
        self.at += end;
        Ok(word)
    }

    fn text(&mut self, quote: char) -> Result<Word, Problem> {
        let start = self.at;
        let mut text = String::new();
        self.at += 1;
        loop {
            let Some(next) = self.rest().chars().next() else {
                return Err(Problem::new(ProblemCode::UnclosedText, Span::of(start, self.at)));
            };
            if next == '\n' {
                return Err(Problem::new(ProblemCode::UnclosedText, Span::of(start, self.at)));
            }
            self.at += next.len_utf8();
            match next {
                '\\' => text.push(self.escape()?),
                _ if next == quote => return Ok(Word::Text(text)),
                _ => text.push(next),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        let start = self.at - 1;
        let letter = self.rest().chars().next().unwrap_or('\\');
        let code = self.rest().get(1..5).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        self.at += letter.len_utf8().min(self.rest().len());
        let found = match letter {
            'n' => Some('\n'),
            't' => Some('\t'),
            '\\' | '"' | '\'' => Some(letter),
            'u' => code.inspect(|_| self.at += 4),
            _ => None,
        };
        found.ok_or_else(|| {
            Problem::new(ProblemCode::BadEscape, Span::of(start, self.at)).with("found", format!("\\{letter}"))
        })
    }
}
