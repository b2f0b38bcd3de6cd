//! Checks calls of functions and methods.

use super::check::{Checker, kind_param, wrong_count};
use super::nearest;
use super::problem::{Problem, ProblemCode, Span};
use super::syntax::{Syntax, Term};
use super::typed::{Function, Items, Node, Op};
use super::value::{Kind, Scalar, Value};
use crate::base::Day;

/// A function, its arguments (today comes by itself where it is `Today`) and its result.
struct Signature {
    name: &'static str,
    function: Function,
    takes: &'static [Scalar],
    knows_today: Today,
    gives: Scalar,
}

#[derive(PartialEq, Eq)]
enum Today {
    Known,
    Unknown,
}

const fn plain(name: &'static str, function: Function, takes: &'static [Scalar], gives: Scalar) -> Signature {
    Signature { name, function, takes, knows_today: Today::Unknown, gives }
}

const fn of_today(name: &'static str, function: Function, gives: Scalar) -> Signature {
    Signature { name, function, takes: &[Scalar::Date], knows_today: Today::Known, gives }
}

const SIGNATURES: [Signature; 11] = [
    plain("days", Function::Days, &[Scalar::Int], Scalar::Days),
    of_today("anniversary", Function::Anniversary, Scalar::Date),
    plain("days_between", Function::DaysBetween, &[Scalar::Date, Scalar::Date], Scalar::Int),
    of_today("months_since", Function::MonthsSince, Scalar::Int),
    of_today("years_since", Function::YearsSince, Scalar::Int),
    plain("weekday", Function::Weekday, &[Scalar::Date], Scalar::Int),
    plain("month", Function::Month, &[Scalar::Date], Scalar::Int),
    plain("day_of_month", Function::DayOfMonth, &[Scalar::Date], Scalar::Int),
    plain("festival", Function::Festival, &[Scalar::Date], Scalar::Text),
    plain("workday", Function::Workday, &[Scalar::Date], Scalar::Bool),
    plain("calendar_of", Function::CalendarOf, &[Scalar::Date], Scalar::Text),
];

const SPECIAL: [&str; 4] = ["has", "size", "date", "yuan"];

const METHODS: [(&str, Function); 3] =
    [("startsWith", Function::StartsWith), ("endsWith", Function::EndsWith), ("contains", Function::Contains)];

const QUANTIFIERS: [&str; 4] = ["exists", "all", "filter", "size"];

impl Checker<'_> {
    pub(super) fn call(&mut self, name: &str, name_span: Span, arguments: &[Term], span: Span) -> Option<Node> {
        if let Some(signature) = SIGNATURES.iter().find(|signature| signature.name == name) {
            return self.signature_call(signature, name_span, arguments, span);
        }
        if !SPECIAL.contains(&name) {
            let known = SIGNATURES.iter().map(|signature| signature.name).chain(SPECIAL);
            let near = nearest(name, known);
            return self.fail(Problem::new(ProblemCode::UnknownFunction, name_span).with("name", name).suggest(near));
        }
        let [argument] = arguments else {
            return self.fail(wrong_count(name, "1", arguments.len(), name_span));
        };
        match name {
            "has" => self.has(argument, span),
            "size" => self.size(argument, span),
            "date" => self.date(argument, span),
            _ => self.yuan(argument, span),
        }
    }

    fn signature_call(
        &mut self,
        signature: &Signature,
        name_span: Span,
        arguments: &[Term],
        span: Span,
    ) -> Option<Node> {
        if arguments.len() != signature.takes.len() {
            let wanted = signature.takes.len().to_string();
            return self.fail(wrong_count(signature.name, &wanted, arguments.len(), name_span));
        }
        let mut nodes = Vec::with_capacity(2);
        for (argument, wanted) in arguments.iter().zip(signature.takes) {
            let node = self.value(argument)?;
            nodes.push(self.of_kind(node, *wanted)?);
        }
        if signature.knows_today == Today::Known {
            nodes.push(self.node(Op::Today, Scalar::Date, span));
        }
        if signature.function == Function::Workday
            && let [day] = nodes.as_slice()
        {
            return Some(self.workday(day.clone(), span));
        }
        Some(self.node(Op::Call(signature.function, nodes), signature.gives, span))
    }

    /// `workday(d)`: the firm's own word about the day, else what the state says. Written out, so that whoever works the
    /// expression out needs no calendar of the firm.
    fn workday(&self, day: Node, span: Span) -> Node {
        let calendar = self.catalogue.workdays();
        let days = |worked| calendar.days(worked).collect::<Vec<Day>>();
        let (off, worked) = (days(false), days(true));
        let mut node = self.node(Op::Call(Function::Workday, vec![day.clone()]), Scalar::Bool, span);
        if !off.is_empty() {
            let rests = self.one_of_days(&day, &off, span);
            let stays = self.node(Op::Not(Box::new(rests)), Scalar::Bool, span);
            node = self.node(Op::Every(vec![node, stays]), Scalar::Bool, span);
        }
        if !worked.is_empty() {
            let works = self.one_of_days(&day, &worked, span);
            node = self.node(Op::Any(vec![works, node]), Scalar::Bool, span);
        }
        node
    }

    fn one_of_days(&self, day: &Node, days: &[Day], span: Span) -> Node {
        let options = days.iter().map(|day| self.node(Op::Constant(Value::day(*day)), Scalar::Date, span)).collect();
        self.node(Op::OneOf(Box::new(day.clone()), options), Scalar::Bool, span)
    }

    fn has(&mut self, argument: &Term, span: Span) -> Option<Node> {
        if let Some(items) = self.items(argument) {
            let (items, condition) = items?;
            return Some(self.node(Op::Exists(items, condition.map(Box::new)), Scalar::Bool, span));
        }
        let node = self.value(argument)?;
        match node.what {
            Op::Fact(_) | Op::ItemFact { .. } | Op::Derived { .. } => {
                Some(self.node(Op::Has(Box::new(node)), Scalar::Bool, span))
            }
            _ => self.fail(Problem::new(ProblemCode::HasNeedsFact, argument.span)),
        }
    }

    fn size(&mut self, argument: &Term, span: Span) -> Option<Node> {
        if let Some(items) = self.items(argument) {
            let (items, condition) = items?;
            return Some(self.node(Op::Count(items, condition.map(Box::new)), Scalar::Int, span));
        }
        let node = self.value(argument)?;
        self.size_of(node, span)
    }

    fn size_of(&mut self, node: Node, span: Span) -> Option<Node> {
        let function = match node.kind {
            Kind::List(_) => Function::ListSize,
            Kind::One(Scalar::Text) => Function::Length,
            found => return self.wrong_kind(&kind_param(found), "kind:items", node.span),
        };
        Some(self.node(Op::Call(function, vec![node]), Scalar::Int, span))
    }

    fn date(&mut self, argument: &Term, span: Span) -> Option<Node> {
        let Syntax::Text(text) = &argument.what else {
            return self.fail(Problem::new(ProblemCode::DateNeedsText, argument.span));
        };
        match text.parse::<Day>() {
            Ok(day) => Some(self.node(Op::Constant(Value::day(day)), Scalar::Date, span)),
            Err(_) => {
                let problem = Problem::new(ProblemCode::BadDate, argument.span);
                self.fail(problem.with("found", format!("\"{text}\"")))
            }
        }
    }

    fn yuan(&mut self, argument: &Term, span: Span) -> Option<Node> {
        let node = self.value(argument)?;
        match node.kind {
            Kind::One(scalar) if scalar.is_number() => {
                Some(self.node(Op::Call(Function::Yuan, vec![node]), Scalar::Money, span))
            }
            found => self.wrong_kind(&kind_param(found), "kind:number", node.span),
        }
    }

    pub(super) fn method(
        &mut self,
        of: &Term,
        name: &str,
        name_span: Span,
        arguments: &[Term],
        span: Span,
    ) -> Option<Node> {
        if let Some(items) = self.items(of) {
            let (items, before) = items?;
            return self.items_method(items, before, name, name_span, arguments, span);
        }
        let node = self.value(of)?;
        if name == "size" && arguments.is_empty() {
            return self.size_of(node, span);
        }
        let found = METHODS.iter().find(|(known, _)| *known == name);
        let (Some((_, function)), Kind::One(Scalar::Text)) = (found, node.kind) else {
            let known = METHODS.iter().map(|(known, _)| *known).filter(|_| node.kind == Kind::One(Scalar::Text));
            let near = nearest(name, known);
            let problem = Problem::new(ProblemCode::UnknownMethod, name_span).with("name", name);
            return self.fail(problem.with("kind", kind_param(node.kind)).suggest(near));
        };
        let [argument] = arguments else {
            return self.fail(wrong_count(name, "1", arguments.len(), name_span));
        };
        let part = self.value(argument)?;
        let part = self.of_kind(part, Scalar::Text)?;
        Some(self.node(Op::Call(*function, vec![node, part]), Scalar::Bool, span))
    }

    fn items_method(
        &mut self,
        items: Items,
        before: Option<Node>,
        name: &str,
        name_span: Span,
        arguments: &[Term],
        span: Span,
    ) -> Option<Node> {
        match name {
            "size" if arguments.is_empty() => {
                Some(self.node(Op::Count(items, before.map(Box::new)), Scalar::Int, span))
            }
            "exists" => {
                let condition = self.item_condition(items, name, name_span, arguments)?;
                let joined = self.joined(before, condition, span);
                Some(self.node(Op::Exists(items, Some(Box::new(joined))), Scalar::Bool, span))
            }
            "all" => {
                let condition = self.item_condition(items, name, name_span, arguments)?;
                let condition_span = condition.span;
                let unmet = self.node(Op::Not(Box::new(condition)), Scalar::Bool, condition_span);
                let joined = self.joined(before, unmet, span);
                let exception = self.node(Op::Exists(items, Some(Box::new(joined))), Scalar::Bool, span);
                Some(self.node(Op::Not(Box::new(exception)), Scalar::Bool, span))
            }
            "filter" => {
                let key = self.catalogue.items(items.collection).key.clone();
                self.fail(Problem::new(ProblemCode::CollectionAlone, span).with("name", key))
            }
            _ => {
                let near = nearest(name, QUANTIFIERS);
                let problem = Problem::new(ProblemCode::UnknownMethod, name_span).with("name", name);
                self.fail(problem.with("kind", "kind:items").suggest(near))
            }
        }
    }
}
