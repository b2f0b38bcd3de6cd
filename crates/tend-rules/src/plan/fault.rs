//! What can be wrong with a plan file or playbook: file, line, column, code, words, suggestion.

use crate::base::Language;
use crate::segment::{Place, Problem, Span};

/// One thing that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{file}:{}:{}: {code}: {en}", place.line, place.column)]
pub struct Fault {
    /// The file as the caller named it.
    pub file: String,
    /// Where in the file.
    #[serde(flatten)]
    pub place: Place,
    /// The stable code.
    pub code: &'static str,
    /// The sentence in Chinese.
    pub zh: String,
    /// The sentence in English.
    pub en: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl Fault {
    /// The sentence in the reader's language.
    pub fn words(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

macro_rules! codes {
    ($($name:ident = $word:literal, $zh:literal, $en:literal;)*) => {
        /// What is wrong with a file, apart from its expressions. The words never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum FaultCode { $($name,)* }

        impl FaultCode {
            pub const fn word(self) -> &'static str {
                match self { $(FaultCode::$name => $word,)* }
            }

            pub const fn sentences(self) -> (&'static str, &'static str) {
                match self { $(FaultCode::$name => ($zh, $en),)* }
            }
        }
    };
}

codes! {
    TomlSyntax = "toml_syntax", "文件格式有误：{found}", "the file is not well-formed: {found}";
    BareValue = "bare_value", "{key} 的值 {found} 写法不对：文本要加引号（{quoted}），数字直接写（30），是非写 true 或 false", "{key} cannot be {found} as it stands: text goes in quotation marks ({quoted}), a number is written in digits (30), yes and no as true and false";
    UnknownKey = "unknown_key", "不认识的键 {found}", "there is no key {found} here";
    MissingKey = "missing_key", "缺少 {wanted}", "{wanted} is missing";
    WrongType = "wrong_type", "{key} 应为{wanted_zh}", "{key} must be {wanted}";
    UnknownWord = "unknown_word", "{key} 不能是 {found}，可用：{choices}", "{key} cannot be {found}; it is one of: {choices}";
    OutOfRange = "out_of_range", "{key} 应在 {wanted} 之间", "{key} must be between {wanted}";
    BadKey = "bad_key", "{found} 只能由小写字母、数字和下划线组成", "{found} must be made of a-z, 0-9 and _";
    EmptyText = "empty_text", "{key} 不能为空", "{key} must not be empty";
    BadDay = "bad_day", "{found} 不是 2026-11-23 这样的日期", "{found} is not a day of the form 2026-11-23";
    BadTime = "bad_time", "{found} 不是 09:30 这样的时间", "{found} is not a time of the form 09:30";
    NeedsForEach = "needs_for_each", "只有写了 for_each 才能用 {key}", "{key} needs for_each";
    NameTaken = "name_taken", "名称 {found} 已被字段占用", "the name {found} is already a fact";
    TwiceDefined = "twice_defined", "{found} 定义了两次", "{found} is defined twice";
    NoTests = "no_tests", "方案至少要有一个 [[test]]", "a plan needs at least one [[test]]";
    TestFailed = "test_failed", "测试“{found}”不符：应为 {wanted}，结果为 {got}", "the test \"{found}\" expected {wanted} but the plan says {got}";
    MissingFile = "missing_file", "行业方案缺少文件 {wanted}", "the playbook lacks the file {wanted}";
    NoSuchScript = "no_such_script", "没有话术 {found}", "there is no script {found}";
    NoSuchTemplate = "no_such_template", "没有模板 {found}", "there is no template {found}";
    WrongChannel = "wrong_channel", "模板 {found} 不是 {wanted} 渠道的", "the template {found} is not for the channel {wanted}";
    NoSuchGift = "no_such_gift", "礼品目录里没有可用的礼品 {found}", "the catalogue of gifts has no {found} in use";
    NoOutcomes = "no_outcomes", "业务类型 {found} 没有结果码", "the business type {found} has no outcome codes";
    NoSuchStep = "no_such_step", "前面没有步骤 {found}", "no earlier step is called {found}";
    NoSteps = "no_steps", "流程至少要有一个 [[step]]", "a process needs at least one [[step]]";
    NoEvidence = "no_evidence", "步骤 {found} 没有写明接受哪些凭证", "the step {found} says no evidence that it accepts";
    NoSuchFact = "no_such_fact", "没有字段 {found}", "there is no fact {found}";
    FactConflict = "fact_conflict", "字段 {found} 已存在且类型不同", "the fact {found} exists with another type";
}

/// A text file with its name, for saying where things are wrong.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Source<'_> {
    pub fn fault(self, code: FaultCode, span: Span, params: &[(&str, &str)]) -> Fault {
        let (zh, en) = code.sentences();
        let fill = |sentence: &str| {
            params.iter().fold(sentence.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
        };
        Fault {
            file: self.file.to_owned(),
            place: span.place(self.text),
            code: code.word(),
            zh: fill(zh),
            en: fill(en),
            suggestion: None,
        }
    }

    /// A problem of an expression that stands in this file at `span`.
    pub fn of_problem(self, problem: &Problem, span: Span) -> Fault {
        Fault {
            file: self.file.to_owned(),
            place: span.place(self.text),
            code: problem.code.word(),
            zh: problem.words(Language::Zh),
            en: problem.words(Language::En),
            suggestion: problem.suggestion.clone(),
        }
    }
}
