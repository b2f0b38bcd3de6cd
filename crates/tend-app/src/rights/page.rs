//! The readable side of a copy: one page of tables from the same parts as the JSON, so that nothing can be in one and not
//! in the other. No script, no outside address; every value is escaped.

use crate::platform::{Words, words};
use serde_json::{Value, json};
use tend_rules::base::{Instant, Language};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}\
    h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #ccc}\
    table{border-collapse:collapse;width:100%;margin:.4rem 0}\
    th,td{border:1px solid #ddd;padding:.25rem .5rem;text-align:left;vertical-align:top}\
    th{width:12rem;background:#f6f6f6;font-weight:600}";

/// A part of a copy: its name, and what a room tells.
pub(super) type Part = (&'static str, Value);

/// The page in a language.
pub(super) fn page(firm: &str, made_at: Instant, parts: &[Part], language: Language) -> String {
    let words = words(language);
    let title = words.fill("copy_page.title", &json!({ "firm": firm }));
    let mut out = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style>\
         </head><body><h1>{title}</h1><p>{}</p>",
        if language == Language::Zh { "zh-CN" } else { "en" },
        escaped(&words.fill("copy_page.detail", &json!({ "at": made_at }))),
        title = escaped(&title),
    );
    for (name, part) in parts {
        out.push_str(&format!("<h2>{}</h2>", escaped(&label(words, name))));
        shown(part, words, &mut out);
    }
    out.push_str("</body></html>");
    out
}

fn label(words: &Words, key: &str) -> String {
    let known = words.fill(&format!("copy_{key}.title"), &json!({}));
    if known.is_empty() { key.replace('_', " ") } else { known }
}

fn shown(value: &Value, words: &Words, out: &mut String) {
    match value {
        Value::Null => out.push('–'),
        Value::String(text) => out.push_str(&escaped(text)),
        Value::Array(items) if items.is_empty() => out.push('–'),
        Value::Array(items) => items.iter().for_each(|item| {
            out.push_str("<div>");
            shown(item, words, out);
            out.push_str("</div>");
        }),
        Value::Object(fields) => {
            out.push_str("<table>");
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                out.push_str(&format!("<tr><th>{}</th><td>", escaped(&label(words, name))));
                shown(value, words, out);
                out.push_str("</td></tr>");
            }
            out.push_str("</table>");
        }
        plain => out.push_str(&escaped(&plain.to_string())),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
