//! What can be wrong with an expression: stable codes, places and words in both languages.

use crate::base::Language;

/// A stretch of source text in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// From byte offsets.
    pub fn of(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// From the start of `self` to the end of `last`.
    #[must_use]
    pub fn to(self, last: Span) -> Self {
        Self { start: self.start, end: last.end }
    }

    /// The stretch of `source`; empty if it lies outside.
    pub fn text(self, source: &str) -> &str {
        source.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Line and column of the start within `source`.
    pub fn place(self, source: &str) -> Place {
        let mut start = (self.start as usize).min(source.len());
        while !source.is_char_boundary(start) {
            start -= 1;
        }
        let before = &source[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place { line: before.matches('\n').count() as u32 + 1, column: before[line_start..].chars().count() as u32 + 1 }
    }
}

/// A place in a text as an editor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The character within the line, from 1.
    pub column: u32,
}

macro_rules! codes {
    ($($name:ident = $word:literal, $zh:literal, $en:literal;)*) => {
        /// What is wrong with an expression. The words of the codes never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemCode {
            $(#[doc = $en] $name,)*
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &[ProblemCode] = &[$(ProblemCode::$name),*];

            /// The stable word of the code.
            pub const fn word(self) -> &'static str {
                match self { $(ProblemCode::$name => $word,)* }
            }

            /// The sentence, with `{…}` for the parameters.
            pub const fn sentence(self, language: Language) -> &'static str {
                match (self, language) {
                    $((ProblemCode::$name, Language::Zh) => $zh, (ProblemCode::$name, Language::En) => $en,)*
                }
            }
        }
    };
}

codes! {
    UnexpectedCharacter = "unexpected_character", "不认识的字符 {found}", "{found} means nothing here";
    FullWidthCharacter = "full_width_character", "这里用了全角字符 {found}，请改用半角", "{found} is a full-width character; type the plain one";
    UnclosedText = "unclosed_text", "引号没有闭合", "the quotation mark is never closed";
    BadEscape = "bad_escape", "不认识的转义 {found}", "{found} is no escape; use \\n \\t \\\\ \\\" \\' or \\u4f60";
    NumberTooLarge = "number_too_large", "数字 {found} 超出范围", "the number {found} is too large";
    SingleEquals = "single_equals", "比较是否相等要写 ==", "to compare, write == with two signs";
    UnexpectedWord = "unexpected_word", "这里应为{wanted}，却写了 {found}", "expected {wanted} but found {found}";
    UnexpectedEnd = "unexpected_end", "表达式没有写完，还缺{wanted}", "the expression ends too early: {wanted} is missing";
    Empty = "empty", "表达式是空的", "there is no expression";
    TooLong = "too_long", "表达式太长：最多 {limit} 项", "the expression is too long: at most {limit} terms";
    TooDeep = "too_deep", "嵌套太深：最多 {limit} 层", "the expression is nested too deeply: at most {limit} levels";
    ChainedComparison = "chained_comparison", "比较不能连写，请用 && 分开", "comparisons cannot be chained; join two with &&";
    UnknownFact = "unknown_fact", "没有名为 {name} 的字段", "there is no fact named {name}";
    UnknownItemFact = "unknown_item_fact", "{collection} 中没有名为 {name} 的字段", "{collection} have no fact named {name}";
    UnknownFunction = "unknown_function", "没有名为 {name} 的函数", "there is no function named {name}";
    UnknownMethod = "unknown_method", "{kind} 没有 .{name}()", "a value of kind {kind} has no .{name}()";
    UnknownChoice = "unknown_choice", "{fact} 的取值没有 {found}，可用：{choices}", "{fact} is never {found}; it is one of: {choices}";
    WrongKind = "wrong_kind", "这里要{wanted}，却得到{found}", "expected {wanted} but this is {found}";
    CannotCompare = "cannot_compare", "{left} 与 {right} 不能比较", "{left} cannot be compared with {right}";
    CannotCalculate = "cannot_calculate", "{left} 与 {right} 不能用 {operator} 计算", "{operator} does not work on {left} and {right}";
    DividedByZero = "divided_by_zero", "不能除以零", "nothing can be divided by zero";
    MoneyNeedsYuan = "money_needs_yuan", "金额只能与金额比较或相加减", "an amount of money compares and adds with money only";
    DateNeedsDate = "date_needs_date", "日期不能与文本比较", "a date cannot be compared with text";
    BadDate = "bad_date", "{found} 不是 2026-11-23 这样的日期", "{found} is not a day of the form 2026-11-23";
    DateNeedsText = "date_needs_text", "date() 只接受写在引号里的日期", "date() takes a day written in quotation marks";
    WrongCount = "wrong_count", "{name}() 需要 {wanted} 个参数，给了 {found} 个", "{name}() takes {wanted} arguments, not {found}";
    NeedsVariable = "needs_variable", "{name}() 的第一个参数是变量名，例如 {name}(x, x.paid)", "{name}() begins with a name for the item, as in {name}(x, x.paid)";
    NameTaken = "name_taken", "变量名 {name} 已被使用", "the name {name} is already in use";
    CollectionAlone = "collection_alone", "{name} 是列表，请用 exists、all、filter 或 size", "{name} are several things; ask with exists, all, filter or size";
    ItemAlone = "item_alone", "{name} 是一项，请写出其字段，例如 {name}.{example}", "{name} is a whole item; name one of its facts, as in {name}.{example}";
    HasNeedsFact = "has_needs_fact", "has() 里只能写字段", "has() takes a fact";
    MixedList = "mixed_list", "列表里的值类型不一致", "the values of a list must be of one kind";
    EmptyList = "empty_list", "列表是空的", "the list is empty";
    NestedTooDeep = "nested_items", "exists、all、filter 最多嵌套 {limit} 层", "exists, all and filter nest at most {limit} deep";
    UnclosedPlaceholder = "unclosed_placeholder", "花括号 { 没有闭合；要写出花括号本身请写两个", "the brace { is never closed; to write a brace itself, write it twice";
}

/// One thing that is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words(Language::En))]
pub struct Problem {
    /// What is wrong.
    pub code: ProblemCode,
    /// Where in the source.
    pub span: Span,
    /// Values for the sentence.
    pub params: Vec<(&'static str, String)>,
    /// What the writer probably meant, to put in place of the span.
    pub suggestion: Option<String>,
}

impl Problem {
    /// A problem without parameters.
    pub fn new(code: ProblemCode, span: Span) -> Self {
        Self { code, span, params: Vec::new(), suggestion: None }
    }

    /// Adds a value for the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.params.push((name, value.into()));
        self
    }

    /// Adds what was probably meant.
    #[must_use]
    pub fn suggest(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }

    /// The sentence in `language`, with the suggestion.
    pub fn words(&self, language: Language) -> String {
        let mut text = fill(self.code.sentence(language), &self.params, language);
        if let Some(suggestion) = &self.suggestion {
            match language {
                Language::Zh => text.push_str(&format!("；是否想写 {suggestion}？")),
                Language::En => text.push_str(&format!("; did you mean {suggestion}?")),
            }
        }
        text
    }
}

/// The sentence with its `{name}` parts replaced; names of kinds are put into the language.
pub(crate) fn fill(sentence: &str, params: &[(&'static str, String)], language: Language) -> String {
    let mut text = sentence.to_owned();
    for (name, value) in params {
        text = text.replace(&format!("{{{name}}}"), kind_words(value, language).unwrap_or(value));
    }
    text
}

/// The words for the names of kinds and grammar parts that stand in parameters.
fn kind_words(word: &str, language: Language) -> Option<&'static str> {
    let (zh, en) = match word {
        "kind:bool" => ("是非值", "true or false"),
        "kind:int" => ("整数", "a whole number"),
        "kind:double" => ("小数", "a number"),
        "kind:number" => ("数字", "a number"),
        "kind:string" => ("文本", "text"),
        "kind:date" => ("日期", "a date"),
        "kind:days" => ("天数 days(n)", "a span of days"),
        "kind:money" => ("金额", "an amount of money"),
        "kind:list" => ("列表", "a list"),
        "kind:items" => ("明细列表", "several items"),
        "part:value" => ("一个值", "a value"),
        "part:operator" => ("运算符", "an operator"),
        "part:name" => ("名称", "a name"),
        "part:)" => ("右括号 )", "a closing )"),
        "part:]" => ("右方括号 ]", "a closing ]"),
        "part::" => ("冒号 :", "a :"),
        "part:," => ("逗号 ,", "a comma"),
        "part:end" => ("表达式结尾", "the end of the expression"),
        _ => return None,
    };
    Some(if language == Language::Zh { zh } else { en })
}

/// The candidate nearest to `word` by edit distance, if one is near enough to be a slip.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(far, candidate)| *far <= limit || (word.len() >= 3 && candidate.starts_with(word)))
        .min_by_key(|(far, candidate)| (*far, candidate.len()))
        .map(|(_, candidate)| candidate)
}

/// How many letters must be changed, added, dropped or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.to_lowercase().chars().collect();
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut rows = vec![(0..=right.len()).collect::<Vec<usize>>()];
    for (i, l) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, r) in right.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(l != r)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *l == right[j - 1] && left[i - 1] == *r {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_its_word() {
        let words = ["birthday", "birth_month", "tier", "lifecycle"];
        assert_eq!(nearest("brithday", words), Some("birthday"));
        assert_eq!(nearest("teir", words), Some("tier"));
        assert_eq!(nearest("premium", words), None);
    }

    #[test]
    fn a_place_counts_characters_and_not_bytes() {
        let source = "name == \"王芳\"\n  && x";
        let at = source.find('x').expect("x");
        assert_eq!(Span::of(at, at + 1).place(source), Place { line: 2, column: 6 });
        let quote = source.find("\n").expect("line end") - 1;
        assert_eq!(Span::of(quote, quote + 1).place(source), Place { line: 1, column: 12 });
    }

    #[test]
    fn every_code_speaks_both_languages() {
        for code in ProblemCode::ALL {
            assert!(!code.sentence(Language::Zh).is_ascii(), "{}", code.word());
            assert!(code.sentence(Language::En).len() > 5, "{}", code.word());
        }
    }
}
