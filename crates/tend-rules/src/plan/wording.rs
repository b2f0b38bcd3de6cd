//! Words that a person writes for customers or colleagues: both languages are there, and every placeholder is known.

use super::Fault;
use super::fault::{FaultCode, Source};
use crate::segment::{Binding, Catalogue, Span, Text, Words};

/// Everything that is wrong with words, each named by its place, such as `wordings.1.zh`. `bindings` are the subjects of
/// the plans that use the words: placeholders must be known for each of them. Where no plan does, one of `others` is
/// enough.
pub fn check_words(
    words: &[(String, &Words)],
    catalogue: &Catalogue,
    bindings: &[Option<Binding<'_>>],
    others: &[Option<Binding<'_>>],
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, words) in words {
        for (language, written) in [("zh", &words.zh), ("en", &words.en)] {
            let file = format!("{place}.{language}");
            let source = Source { file: &file, text: written };
            if written.trim().is_empty() {
                faults.push(source.fault(FaultCode::EmptyText, Span::of(0, 0), &[("key", &file)]));
                continue;
            }
            let parse = |binding: &Option<Binding<'_>>| Text::parse(written, catalogue, *binding).err();
            let problems = match bindings {
                [] if others.iter().any(|binding| parse(binding).is_none()) => None,
                [] => parse(&None),
                bindings => bindings.iter().find_map(parse),
            };
            let found = problems.into_iter().flatten();
            faults.extend(found.map(|problem| source.of_problem(&problem, problem.span)));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_checked_by_line_and_with_what_was_meant() {
        let catalogue = Catalogue::builtin();
        let good = Words::new("{customer.honorific}，您好", "Hello {customer.honorific}");
        let bad = Words::new("您好\n{birthdya}快乐", "");
        let faults = check_words(&[("a".into(), &good), ("b".into(), &bad)], &catalogue, &[], &[]);
        let shown: Vec<_> =
            faults.iter().map(|f| (f.file.as_str(), f.place.line, f.code, f.suggestion.as_deref())).collect();
        assert_eq!(shown, [("b.zh", 2, "unknown_fact", Some("birthday")), ("b.en", 1, "empty_text", None)]);
    }
}
