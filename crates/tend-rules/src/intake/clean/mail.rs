//! Mail addresses and WeChat ids.

use super::text::{is_missing, tidy};
use crate::intake::problem::{Cleaned, Finding, ProblemCode};
use serde::{Deserialize, Serialize};

/// A mail address in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailAddress(String);

impl MailAddress {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Endings that are slips of the finger.
const SLIPS: [(&str, &str); 10] = [
    (".con", ".com"),
    (".cm", ".com"),
    (".comm", ".com"),
    (".cmo", ".com"),
    ("@qq.cn", "@qq.com"),
    ("@gmial.com", "@gmail.com"),
    ("@gmai.com", "@gmail.com"),
    ("@163.cn", "@163.com"),
    ("@qq", "@qq.com"),
    ("@163", "@163.com"),
];

/// All addresses of a cell, separated by `;`, `,`, 、, `/` or space.
pub fn clean_mails(text: &str) -> (Vec<MailAddress>, Vec<Finding>) {
    let tidied = tidy(text);
    let (mut mails, mut findings) = (Vec::new(), Vec::new());
    if let Cleaned::Value(one) = clean_mail(&tidied) {
        return (vec![one], findings);
    }
    for part in tidied.split([';', ',', '、', '/', '|']).flat_map(|part| {
        let several = part.matches('@').count() > 1;
        if several { part.split(' ').collect() } else { vec![part] }
    }) {
        match clean_mail(part) {
            Cleaned::Value(mail) if !mails.contains(&mail) => mails.push(mail),
            Cleaned::Refused(finding) => findings.push(finding),
            _ => {}
        }
    }
    (mails, findings)
}

/// One address.
pub fn clean_mail(text: &str) -> Cleaned<MailAddress> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    let bare = tidied.strip_prefix("mailto:").unwrap_or(&tidied);
    let address: String = bare.chars().filter(|c| *c != ' ').collect::<String>().to_lowercase();
    let corrected = corrected(&address);
    match (is_address(&address), is_address(&corrected)) {
        (true, _) if corrected == address => Cleaned::Value(MailAddress(address)),
        (_, true) => Cleaned::refused_with(ProblemCode::MailUnreadable, corrected),
        _ => Cleaned::refused(ProblemCode::MailUnreadable),
    }
}

fn corrected(address: &str) -> String {
    let dotted = address.replace('。', ".").replace("..", ".").replace(',', ".").replace("@@", "@");
    let dotted = dotted.trim_end_matches(['.', '>']).trim_start_matches('<');
    let slip = SLIPS.iter().find(|(slip, _)| dotted.ends_with(slip));
    slip.map_or_else(|| dotted.to_owned(), |(slip, right)| format!("{}{right}", &dotted[..dotted.len() - slip.len()]))
}

/// The addresses that people have: no quoted local parts, no address literals.
fn is_address(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    let label_ok = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let labels: Vec<&str> = domain.split('.').collect();
    let top_ok = labels.last().is_some_and(|top| top.chars().count() >= 2 && !top.chars().all(|c| c.is_ascii_digit()));
    local_ok && labels.len() >= 2 && top_ok && labels.into_iter().all(label_ok) && domain.len() <= 255
}

/// A WeChat id: 5 to 40 letters, digits, `_` or `-`; a phone or QQ number is one too.
pub fn clean_wechat(text: &str) -> Cleaned<String> {
    let tidied = tidy(text);
    if is_missing(&tidied) {
        return Cleaned::Missing;
    }
    let bare = tidied.strip_suffix(".0").unwrap_or(&tidied);
    let bare = bare.trim_start_matches("微信").trim_start_matches([':', ' ', '@']);
    let fits =
        (5..=40).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fits { Cleaned::Value(bare.to_owned()) } else { Cleaned::refused(ProblemCode::WechatUnreadable) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (mails, findings) = clean_mails(text);
        let mut told: Vec<String> = mails.iter().map(|mail| mail.as_str().to_owned()).collect();
        told.extend(findings.into_iter().map(|f| format!("bad → {}", f.suggestion.unwrap_or_default())));
        assert_eq!(told.join(", "), expected, "{text:?}");
    }

    #[test]
    fn mail_addresses() {
        check("Wang.Fang@Example.COM", "wang.fang@example.com");
        check("wang＠example．com", "wang@example.com");
        check("wang @ example.com", "wang@example.com");
        check("a@example.com; b@example.cn、c@example.org", "a@example.com, b@example.cn, c@example.org");
        check("a@example.com b@example.cn", "a@example.com, b@example.cn");
        check("王芳@例子.中国", "王芳@例子.中国");
        check("", "");
        check("wang@example.con", "bad → wang@example.com");
        check("wang@gmial.com", "bad → wang@gmail.com");
        check("12345@qq", "bad → 12345@qq.com");
        check("wang.example.com", "bad → ");
        check("wang@", "bad → ");
        check("a@1.2", "bad → ");
    }

    #[test]
    fn wechat_ids() {
        assert_eq!(clean_wechat(" wang_fang88 "), Cleaned::Value("wang_fang88".to_owned()));
        assert_eq!(clean_wechat("13912345678"), Cleaned::Value("13912345678".to_owned()));
        assert_eq!(clean_wechat("王芳"), Cleaned::refused(ProblemCode::WechatUnreadable));
        assert_eq!(clean_wechat("-"), Cleaned::Missing);
    }
}
