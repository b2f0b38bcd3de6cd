//! Checks operators: which kinds compare, which add up, and what was probably meant where not.

use super::check::{Checker, kind_param};
use super::nearest;
use super::problem::{Problem, ProblemCode, Span};
use super::syntax::{Syntax, Term};
use super::typed::{Comparison, Function, Node, Op};
use super::value::{Kind, Scalar, Value};
use crate::base::Day;

impl Checker<'_> {
    pub(super) fn comparison(&mut self, how: Comparison, left: Node, right: Node, span: Span) -> Option<Node> {
        let (left, right) = self.comparable(left, right, span)?;
        let ordered = !matches!(how, Comparison::Equal | Comparison::Unequal);
        if ordered && left.kind == Kind::One(Scalar::Bool) {
            return self.wrong_kind("kind:bool", "kind:number", left.span);
        }
        Some(self.node(Op::Compare(how, Box::new([left, right])), Scalar::Bool, span))
    }

    /// Both sides, of one kind and with choices that exist.
    fn comparable(&mut self, left: Node, right: Node, span: Span) -> Option<(Node, Node)> {
        let (left, right) = self.same_number(left, right);
        let (Kind::One(left_kind), Kind::One(right_kind)) = (left.kind, right.kind) else {
            return self.cannot_compare(&left, &right, span);
        };
        if left_kind == right_kind {
            self.check_choice(&left, &right);
            self.check_choice(&right, &left);
            return Some((left, right));
        }
        let pair = (left_kind, right_kind);
        let number = if right_kind.is_number() || right_kind == Scalar::Text { &right } else { &left };
        let written = self.text(number.span).to_owned();
        match pair {
            _ if either(pair, Scalar::Money) && (left_kind.is_number() || right_kind.is_number()) => {
                let problem = Problem::new(ProblemCode::MoneyNeedsYuan, number.span);
                self.fail(problem.suggest(Some(format!("yuan({written})"))))
            }
            _ if either(pair, Scalar::Date) && either(pair, Scalar::Text) => {
                let day = match &number.what {
                    Op::Constant(Value::Text(text)) if text.parse::<Day>().is_ok() => text.to_string(),
                    _ => "2026-11-23".to_owned(),
                };
                let problem = Problem::new(ProblemCode::DateNeedsDate, number.span);
                self.fail(problem.suggest(Some(format!("date(\"{day}\")"))))
            }
            _ => self.cannot_compare(&left, &right, span),
        }
    }

    fn cannot_compare<T>(&mut self, left: &Node, right: &Node, span: Span) -> Option<T> {
        let pair = (left.kind, right.kind);
        let suggestion = match pair {
            (Kind::One(Scalar::Date), Kind::One(Scalar::Int)) => {
                Some(format!("days_between({}, today)", self.text(left.span)))
            }
            (Kind::One(Scalar::Days), Kind::One(Scalar::Int)) => Some(format!("days({})", self.text(right.span))),
            (Kind::List(_), Kind::One(Scalar::Text)) => {
                Some(format!("{} in {}", self.text(right.span), self.text(left.span)))
            }
            _ => None,
        };
        let problem = Problem::new(ProblemCode::CannotCompare, span)
            .with("left", kind_param(left.kind))
            .with("right", kind_param(right.kind));
        self.fail(problem.suggest(suggestion))
    }

    /// Refuses a text that the fact never holds.
    fn check_choice(&mut self, fact: &Node, value: &Node) {
        let Op::Constant(Value::Text(text)) = &value.what else { return };
        let definition = match &fact.what {
            Op::Fact(id) | Op::Derived { fact: id, .. } => self.catalogue.fact(*id),
            Op::ItemFact { fact, .. } => self.catalogue.item_fact(*fact),
            _ => return,
        };
        let choices: Vec<&str> = definition.choices.iter().map(|(choice, _)| choice.as_str()).collect();
        if choices.is_empty() || choices.contains(&&**text) || text.is_empty() {
            return;
        }
        let near = nearest(text, choices.iter().copied()).map(|near| format!("\"{near}\""));
        let problem = Problem::new(ProblemCode::UnknownChoice, value.span)
            .with("fact", definition.key.as_str())
            .with("found", format!("\"{text}\""))
            .with("choices", choices.join(", "));
        self.problems.push(problem.suggest(near));
    }

    pub(super) fn membership(&mut self, left: &Term, right: &Term, span: Span) -> Option<Node> {
        let needle = self.value(left);
        if let Syntax::List(options) = &right.what {
            return self.one_of(needle?, options, right.span, span);
        }
        let list = self.value(right);
        let (needle, list) = (needle?, list?);
        let Kind::List(element) = list.kind else {
            return self.wrong_kind(&kind_param(list.kind), "kind:list", list.span);
        };
        let needle = self.of_kind(needle, element)?;
        self.check_choice(&list, &needle);
        Some(self.node(Op::Among(Box::new([needle, list])), Scalar::Bool, span))
    }

    fn one_of(&mut self, needle: Node, options: &[Term], list: Span, span: Span) -> Option<Node> {
        if options.is_empty() {
            return self.fail(Problem::new(ProblemCode::EmptyList, list));
        }
        let options: Vec<Option<Node>> = options.iter().map(|option| self.value(option)).collect();
        let options: Vec<Node> = options.into_iter().collect::<Option<_>>()?;
        let fraction = options.iter().any(|option| option.kind == Kind::One(Scalar::Double));
        let needle = if fraction && needle.kind == Kind::One(Scalar::Int) { self.to_double(needle) } else { needle };
        let mut checked = Vec::with_capacity(options.len());
        let mut wide = needle.clone();
        for option in options {
            let (left, right) = self.comparable(needle.clone(), option, span)?;
            wide = left;
            checked.push(right);
        }
        Some(self.node(Op::OneOf(Box::new(wide), checked), Scalar::Bool, span))
    }

    pub(super) fn arithmetic(&mut self, sign: &str, left: Node, right: Node, span: Span) -> Option<Node> {
        let (left, right) = self.same_number(left, right);
        let function = match sign {
            "+" => Function::Add,
            "-" => Function::Subtract,
            "*" => Function::Multiply,
            "/" => Function::Divide,
            _ => Function::Remainder,
        };
        if matches!(function, Function::Divide | Function::Remainder) && is_zero(&right) {
            return self.fail(Problem::new(ProblemCode::DividedByZero, right.span));
        }
        if let (Kind::One(left_kind), Kind::One(right_kind)) = (left.kind, right.kind)
            && let Some(kind) = result_kind(function, left_kind, right_kind)
        {
            return Some(self.node(Op::Call(function, vec![left, right]), kind, span));
        }
        let plain = matches!(function, Function::Add | Function::Subtract);
        let problem = match (left.kind, right.kind) {
            (Kind::One(Scalar::Money), Kind::One(number)) if plain && number.is_number() => {
                let yuan = format!("yuan({})", self.text(right.span));
                Problem::new(ProblemCode::MoneyNeedsYuan, right.span).suggest(Some(yuan))
            }
            (Kind::One(number), Kind::One(Scalar::Money)) if plain && number.is_number() => {
                let yuan = format!("yuan({})", self.text(left.span));
                Problem::new(ProblemCode::MoneyNeedsYuan, left.span).suggest(Some(yuan))
            }
            (left_kind, right_kind) => {
                let days = plain && left_kind == Kind::One(Scalar::Date) && right_kind == Kind::One(Scalar::Int);
                let suggestion =
                    days.then(|| format!("{} {sign} days({})", self.text(left.span), self.text(right.span)));
                Problem::new(ProblemCode::CannotCalculate, span)
                    .with("left", kind_param(left_kind))
                    .with("right", kind_param(right_kind))
                    .with("operator", sign)
                    .suggest(suggestion)
            }
        };
        self.fail(problem)
    }
}

/// A divisor that is written as zero. One that comes out as zero for a customer makes the value missing.
fn is_zero(divisor: &Node) -> bool {
    match &divisor.what {
        Op::Constant(Value::Int(number) | Value::Money(number)) => *number == 0,
        Op::Constant(Value::Double(number)) => *number == 0.0,
        Op::Call(Function::Yuan, amount) => amount.iter().all(is_zero),
        _ => false,
    }
}

fn either(pair: (Scalar, Scalar), wanted: Scalar) -> bool {
    pair.0 == wanted || pair.1 == wanted
}

/// The kind of the result, if the kinds can be calculated with.
fn result_kind(function: Function, left: Scalar, right: Scalar) -> Option<Scalar> {
    use Scalar::{Date, Days, Double, Int, Money};
    match (function, left, right) {
        (Function::Remainder, Int, Int) => Some(Int),
        (Function::Remainder, _, _) => None,
        (_, Int, Int) => Some(Int),
        (_, Double, Double) => Some(Double),
        (Function::Add | Function::Subtract, Money, Money) => Some(Money),
        (Function::Add | Function::Subtract, Days, Days) => Some(Days),
        (Function::Add | Function::Subtract, Date, Days) | (Function::Add, Days, Date) => Some(Date),
        (Function::Subtract, Date, Date) => Some(Days),
        (Function::Multiply, Money, Int | Double) | (Function::Multiply, Int | Double, Money) => Some(Money),
        (Function::Multiply, Days, Int) | (Function::Multiply, Int, Days) => Some(Days),
        (Function::Divide, Money, Int | Double) => Some(Money),
        (Function::Divide, Money, Money) => Some(Double),
        _ => None,
    }
}
