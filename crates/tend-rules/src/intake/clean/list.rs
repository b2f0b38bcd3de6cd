//! Separated lists: labels.

use super::text::{clean_text, is_missing, tidy};
use crate::intake::problem::Cleaned;

const LABEL_CHARS_MAX: usize = 40;

/// Labels separated by `;`, `,`, 、, `|`, `/` or a line break, each once, in order.
pub fn clean_labels(text: &str) -> Cleaned<Vec<String>> {
    if is_missing(&tidy(text)) {
        return Cleaned::Missing;
    }
    let mut labels: Vec<String> = Vec::new();
    for part in text.split([';', '；', ',', '，', '、', '|', '/', '\n']) {
        match clean_text(part.trim_matches(['#', '[', ']', '"', ' ']), LABEL_CHARS_MAX) {
            Cleaned::Value(label) if !labels.contains(&label) => labels.push(label),
            Cleaned::Refused(finding) => return Cleaned::refused(finding.code),
            _ => {}
        }
    }
    if labels.is_empty() { Cleaned::Missing } else { Cleaned::Value(labels) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_come_in_order_and_once() {
        let labels = |text: &str| clean_labels(text).value().unwrap_or_default().join("+");
        assert_eq!(labels("有小孩；爱旅游, 有小孩、车主"), "有小孩+爱旅游+车主");
        assert_eq!(labels("VIP"), "VIP");
        assert_eq!(labels(""), "");
        assert_eq!(labels("无"), "");
    }
}
