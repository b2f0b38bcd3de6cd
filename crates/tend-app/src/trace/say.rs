//! Gaps and refusals as sentences in the reader's language. Codes come from the rules, words from `words/trace.*`.

use crate::platform::words;
use serde_json::{Value, json};
use tend_rules::base::Language;
use tend_rules::trace::{Gap, Lack, Process, Unfit};

/// Why a step does not take evidence.
pub(super) fn unfit(unfit: &Unfit, language: Language) -> String {
    let mut params = serde_json::to_value(unfit).unwrap_or_default();
    if let Unfit::PhrasesMissing { zh, en } = unfit {
        let phrases = if language == Language::Zh { zh.join("；") } else { en.join("; ") };
        params = json!({ "phrases": phrases.replace('|', if language == Language::Zh { "或" } else { " or " }) });
    }
    for value in params.as_object_mut().into_iter().flat_map(|fields| fields.values_mut()) {
        if let Some(list) = value.as_array() {
            let named: Vec<String> = list.iter().filter_map(Value::as_str).map(|word| name(word, language)).collect();
            *value = json!(named.join(if language == Language::Zh { "、" } else { ", " }));
        }
    }
    words(language).fill(&format!("trace_unfit_{}.text", unfit.word()), &params)
}

/// The name of a kind, role, channel or type; the word itself where it has none.
fn name(word: &str, language: Language) -> String {
    let said = words(language).fill(&format!("trace_name_{word}.text"), &json!({}));
    if said.is_empty() { word.to_owned() } else { said }
}

/// Why a step is not shown.
pub(super) fn lack(process: &Process, lack: &Lack, language: Language) -> String {
    let params = match lack {
        Lack::Unfit { unfit: why } => return unfit(why, language),
        Lack::TooEarly { after } => {
            json!({ "after": process.step(after).map_or(after.as_str(), |step| step.title.of(language)) })
        }
        Lack::Late { by_at } => json!({ "by": by_at }),
        Lack::Missing | Lack::WrongProcess => json!({}),
    };
    words(language).fill(&format!("trace_lack_{}.text", lack.word()), &params)
}

/// A gap for the wire: what the rules say, with the step's title and the reason as a sentence.
pub(super) fn gap(process: &Process, gap: &Gap, language: Language) -> Value {
    let mut shown = serde_json::to_value(gap).unwrap_or_default();
    shown["title"] = json!(process.step(&gap.step).map(|step| step.title.of(language)));
    shown["because"] = json!(lack(process, &gap.lack, language));
    shown
}
