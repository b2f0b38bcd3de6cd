//! Words into a tree, with limits so that no text can exhaust the stack.

use super::lex::{Token, Word, words};
use super::problem::{Problem, ProblemCode, Span};

/// How deep an expression may nest.
pub const DEPTH_MAX: usize = 64;
/// How many terms (names, values, operators) an expression may have.
pub const TERMS_MAX: usize = 5_000;

/// A part of an expression as written.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub what: Syntax,
    pub span: Span,
    depth: usize,
}

/// What a part of an expression is.
#[derive(Debug, Clone)]
pub(super) enum Syntax {
    Int(i64),
    Double(f64),
    Text(String),
    Bool(bool),
    List(Vec<Term>),
    Name(String),
    Member { of: Box<Term>, name: String, name_span: Span },
    Call { name: String, name_span: Span, arguments: Vec<Term> },
    Method { of: Box<Term>, name: String, name_span: Span, arguments: Vec<Term> },
    Not(Box<Term>),
    Negate(Box<Term>),
    Every(Vec<Term>),
    Any(Vec<Term>),
    Binary { sign: &'static str, left: Box<Term>, right: Box<Term> },
    If { condition: Box<Term>, then: Box<Term>, otherwise: Box<Term> },
}

/// The tree of `source`.
pub(super) fn parse(source: &str) -> Result<Term, Problem> {
    let tokens = words(source)?;
    if tokens.len() == 1 {
        return Err(Problem::new(ProblemCode::Empty, Span::of(0, source.len())));
    }
    if tokens.len() > TERMS_MAX {
        let span = tokens[TERMS_MAX].span;
        return Err(Problem::new(ProblemCode::TooLong, span).with("limit", TERMS_MAX.to_string()));
    }
    let mut parser = Parser { tokens, at: 0, level: 0 };
    let term = parser.expression()?;
    match &parser.peek().word {
        Word::End => Ok(term),
        _ => Err(parser.unexpected("part:operator")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    level: usize,
}

const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(&self.peek().word, Word::Sign(found) if *found == sign)
    }

    fn take(&mut self, sign: &str) -> Option<Span> {
        self.is_sign(sign).then(|| self.next().span)
    }

    fn expect(&mut self, sign: &str, wanted: &str) -> Result<Span, Problem> {
        self.take(sign).ok_or_else(|| self.unexpected(wanted))
    }

    fn unexpected(&self, wanted: &str) -> Problem {
        let token = self.peek();
        let found = match &token.word {
            Word::End => {
                return Problem::new(ProblemCode::UnexpectedEnd, token.span).with("wanted", wanted);
            }
            Word::Int(number) => number.to_string(),
            Word::Double(number) => number.to_string(),
            Word::Text(text) => format!("{text:?}"),
            Word::Name(name) => name.clone(),
            Word::Sign(sign) => (*sign).to_owned(),
        };
        let joined = match found.as_str() {
            "and" | "AND" => Some("&&"),
            "or" | "OR" => Some("||"),
            _ => None,
        };
        Problem::new(ProblemCode::UnexpectedWord, token.span)
            .with("wanted", wanted)
            .with("found", found)
            .suggest(joined)
    }

    fn node(&self, what: Syntax, span: Span) -> Result<Term, Problem> {
        let below = match &what {
            Syntax::Member { of, .. } | Syntax::Not(of) | Syntax::Negate(of) => of.depth,
            Syntax::List(terms) | Syntax::Every(terms) | Syntax::Any(terms) => deepest(terms),
            Syntax::Call { arguments, .. } => deepest(arguments),
            Syntax::Method { of, arguments, .. } => of.depth.max(deepest(arguments)),
            Syntax::Binary { left, right, .. } => left.depth.max(right.depth),
            Syntax::If { condition, then, otherwise } => condition.depth.max(then.depth).max(otherwise.depth),
            _ => 0,
        };
        if below >= DEPTH_MAX { Err(too_deep(span)) } else { Ok(Term { what, span, depth: below + 1 }) }
    }

    fn expression(&mut self) -> Result<Term, Problem> {
        self.level += 1;
        if self.level > DEPTH_MAX {
            return Err(too_deep(self.peek().span));
        }
        let condition = self.any()?;
        let term = if self.take("?").is_some() {
            let then = self.expression()?;
            self.expect(":", "part::")?;
            let otherwise = self.expression()?;
            let span = condition.span.to(otherwise.span);
            let (condition, then, otherwise) = (Box::new(condition), Box::new(then), Box::new(otherwise));
            self.node(Syntax::If { condition, then, otherwise }, span)?
        } else {
            condition
        };
        self.level -= 1;
        Ok(term)
    }

    fn any(&mut self) -> Result<Term, Problem> {
        let mut terms = vec![self.every()?];
        while self.take("||").is_some() {
            terms.push(self.every()?);
        }
        self.chain(terms, Syntax::Any)
    }

    fn every(&mut self) -> Result<Term, Problem> {
        let mut terms = vec![self.comparison()?];
        while self.take("&&").is_some() {
            terms.push(self.comparison()?);
        }
        self.chain(terms, Syntax::Every)
    }

    fn chain(&self, mut terms: Vec<Term>, make: fn(Vec<Term>) -> Syntax) -> Result<Term, Problem> {
        if terms.len() == 1 {
            return Ok(terms.remove(0));
        }
        let span = terms[0].span.to(terms[terms.len() - 1].span);
        self.node(make(terms), span)
    }

    fn comparison_sign(&self) -> Option<&'static str> {
        match &self.peek().word {
            Word::Sign(sign) => COMPARISONS.into_iter().find(|known| known == sign),
            Word::Name(name) if name == "in" => Some("in"),
            _ => None,
        }
    }

    fn comparison(&mut self) -> Result<Term, Problem> {
        let left = self.sum()?;
        let Some(sign) = self.comparison_sign() else { return Ok(left) };
        self.next();
        let right = self.sum()?;
        let compared = self.binary(sign, left, right)?;
        if self.comparison_sign().is_some() {
            return Err(Problem::new(ProblemCode::ChainedComparison, self.peek().span));
        }
        Ok(compared)
    }

    fn binary(&self, sign: &'static str, left: Term, right: Term) -> Result<Term, Problem> {
        let span = left.span.to(right.span);
        self.node(Syntax::Binary { sign, left: Box::new(left), right: Box::new(right) }, span)
    }

    fn sum(&mut self) -> Result<Term, Problem> {
        self.left_chain(&["+", "-"], Self::product)
    }

    fn product(&mut self) -> Result<Term, Problem> {
        self.left_chain(&["*", "/", "%"], Self::unary)
    }

    fn left_chain(
        &mut self,
        signs: &[&'static str],
        part: fn(&mut Self) -> Result<Term, Problem>,
    ) -> Result<Term, Problem> {
        let mut left = part(self)?;
        while let Some(sign) = signs.iter().find(|sign| self.is_sign(sign)) {
            self.next();
            let right = part(self)?;
            left = self.binary(sign, left, right)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Term, Problem> {
        let mut signs = Vec::new();
        while self.is_sign("!") || self.is_sign("-") {
            signs.push(self.next());
        }
        let mut term = self.postfix()?;
        while let Some(token) = signs.pop() {
            let span = token.span.to(term.span);
            let what = match token.word {
                Word::Sign("!") => Syntax::Not(Box::new(term)),
                _ => Syntax::Negate(Box::new(term)),
            };
            term = self.node(what, span)?;
        }
        Ok(term)
    }

    fn postfix(&mut self) -> Result<Term, Problem> {
        let mut term = self.primary()?;
        while self.take(".").is_some() {
            let token = self.next();
            let Word::Name(name) = token.word else {
                self.at -= 1;
                return Err(self.unexpected("part:name"));
            };
            let (of, name_span) = (Box::new(term), token.span);
            if self.take("(").is_some() {
                let (arguments, end) = self.arguments(")", "part:)")?;
                let span = of.span.to(end);
                term = self.node(Syntax::Method { of, name, name_span, arguments }, span)?;
            } else {
                let span = of.span.to(name_span);
                term = self.node(Syntax::Member { of, name, name_span }, span)?;
            }
        }
        Ok(term)
    }

    fn arguments(&mut self, close: &str, wanted: &str) -> Result<(Vec<Term>, Span), Problem> {
        let mut arguments = Vec::new();
        if let Some(end) = self.take(close) {
            return Ok((arguments, end));
        }
        loop {
            arguments.push(self.expression()?);
            if let Some(end) = self.take(close) {
                return Ok((arguments, end));
            }
            self.expect(",", wanted)?;
        }
    }

    fn primary(&mut self) -> Result<Term, Problem> {
        let token = self.next();
        let what = match token.word {
            Word::Int(number) => Syntax::Int(number),
            Word::Double(number) => Syntax::Double(number),
            Word::Text(text) => Syntax::Text(text),
            Word::Name(name) => match name.as_str() {
                "true" => Syntax::Bool(true),
                "false" => Syntax::Bool(false),
                _ if self.take("(").is_some() => {
                    let (arguments, end) = self.arguments(")", "part:)")?;
                    let span = token.span.to(end);
                    return self.node(Syntax::Call { name, name_span: token.span, arguments }, span);
                }
                _ => Syntax::Name(name),
            },
            Word::Sign("[") => {
                let (values, end) = self.arguments("]", "part:]")?;
                return self.node(Syntax::List(values), token.span.to(end));
            }
            Word::Sign("(") => {
                let mut inner = self.expression()?;
                let end = self.expect(")", "part:)")?;
                inner.span = token.span.to(end);
                return Ok(inner);
            }
            _ => {
                self.at -= 1;
                return Err(self.unexpected("part:value"));
            }
        };
        self.node(what, token.span)
    }
}

fn deepest(terms: &[Term]) -> usize {
    terms.iter().map(|term| term.depth).max().unwrap_or(0)
}

fn too_deep(span: Span) -> Problem {
    Problem::new(ProblemCode::TooDeep, span).with("limit", DEPTH_MAX.to_string())
}
