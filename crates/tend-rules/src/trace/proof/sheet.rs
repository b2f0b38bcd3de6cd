//! The page of an evidence file: HTML that reads in any browser, without script, without anything from elsewhere.

use super::account::Account;
use crate::base::{Digest, Instant, Language, TimeZone};
use crate::trace::{EvidenceKind, EvidenceRecord, FileType};

const STYLE: &str = "body{font:15px/1.6 system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;max-width:60em;\
margin:2em auto;padding:0 1em;color:#1b1f24;background:#fff}h1{font-size:22px}h2{font-size:17px;margin-top:2em}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #cfd5db;padding:4px 8px;text-align:left;\
vertical-align:top}th{background:#f6f7f9}code{font-size:12px;overflow-wrap:anywhere}.mark{color:#5b6570;\
border:1px solid #cfd5db;padding:6px 10px;margin:1em 0}.gap{color:#b3261e}.met{color:#2e7d32}";

/// The page in a language. `zone` is the firm's: times are local, with UTC in the data.
pub fn sheet(account: &Account, language: Language, zone: &TimeZone) -> String {
    let said = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    let mut out = String::with_capacity(8192);
    out.push_str(&format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{} {}</title>\n<style>{STYLE}</style></head>\
         <body>\n",
        if language == Language::Zh { "zh-CN" } else { "en" },
        said("销售过程追溯", "Trace of a sale"),
        account.trace,
    ));
    let mark = format!("<p class=\"mark\">{} {}</p>\n", said("导出：", "Taken out by"), escaped(&account.watermark()));
    out.push_str(&format!("<h1>{}</h1>\n", escaped(account.process_title.of(language))));
    out.push_str(&mark);
    out.push_str("<table>\n");
    let state = match account.state.as_str() {
        "sold" => said("已成交", "sold"),
        "abandoned" => said("已放弃", "abandoned"),
        _ => said("进行中", "open"),
    };
    let agreement = account.agreement.as_ref().map(|one| format!("{} {}", one.product, one.number));
    for (label, value) in [
        (said("机构", "Firm"), account.firm.clone()),
        (said("客户", "Customer"), format!("{} ({})", account.customer_name, account.customer)),
        (said("合同", "Agreement"), agreement.unwrap_or_default()),
        (said("产品", "Product"), account.product.clone()),
        (said("流程", "Process"), format!("{} v{}", account.process, account.process_version)),
        (said("依据", "Demanded by"), account.law.as_ref().map(|law| law.of(language).to_owned()).unwrap_or_default()),
        (said("状态", "State"), state.to_owned()),
        (said("追溯编号", "Trace"), account.trace.to_string()),
        (said("导出原因", "Why it was taken out"), account.reason.clone()),
    ] {
        if !value.trim().is_empty() {
            out.push_str(&format!("<tr><th>{label}</th><td>{}</td></tr>\n", escaped(&value)));
        }
    }
    out.push_str("</table>\n");
    let time = |at: Instant| {
        let (day, minute) = (zone.day_of(at), zone.minute_of(at));
        format!("{day} {:02}:{:02}", minute / 60, minute % 60)
    };
    out.push_str(&format!("<h2>{}</h2>\n<table>\n", said("步骤", "Steps")));
    for step in &account.steps {
        let (class, word) = match (step.state.as_str(), step.needed) {
            ("met", _) => ("met", said("已完成", "shown")),
            ("gap", _) => ("gap", said("缺失", "missing")),
            (_, _) => ("", said("不需要", "not needed")),
        };
        let when = step.met_at.map(&time).unwrap_or_default();
        let title = escaped(step.title.of(language));
        out.push_str(&format!("<tr><td>{title}</td><td class=\"{class}\">{word}</td><td>{when}</td></tr>\n"));
    }
    out.push_str(&format!("</table>\n<h2>{}</h2>\n", said("凭证", "Evidence")));
    for record in &account.evidence {
        out.push_str(&evidence(account, record, language, &time));
    }
    out.push_str(&format!("<h2>{}</h2>\n<table>\n", said("经过", "What was done with it")));
    for turn in &account.turns {
        let word = match turn.kind.as_str() {
            "opened" => said("开立", "opened"),
            "sold" => said("成交", "closed as sold"),
            "abandoned" => said("放弃", "abandoned"),
            _ => said("重新打开", "opened again"),
        };
        let (by, reason) = (escaped(account.name_of(turn.by)), escaped(&turn.reason));
        out.push_str(&format!("<tr><td>{}</td><td>{word}</td><td>{by}</td><td>{reason}</td></tr>\n", time(turn.at)));
    }
    out.push_str(&format!(
        "</table>\n<h2>{}</h2>\n<p>{}</p>\n<p><code>tend verify --evidence FILE --key ledger.pub</code></p>\n{mark}\
         </body></html>\n",
        said("如何核验", "How to check it"),
        said(
            "manifest.json 列出每个文件的 SHA-256 并由账本密钥签名；ledger/ 中每条日志都可推到账本的签名账首；trace.json \
             中每条记录的 SHA-256 写在对应的日志里。改动任何一个字节都会被发现。",
            "manifest.json lists the SHA-256 of every file and is signed with the ledger's key; every entry in ledger/ \
             leads to the signed head of the ledger; the SHA-256 of every record in trace.json stands in its entry. Any \
             changed byte is found.",
        ),
    ));
    out
}

fn evidence(
    account: &Account,
    record: &EvidenceRecord,
    language: Language,
    time: &dyn Fn(Instant) -> String,
) -> String {
    let said = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    let step = account.steps.iter().find(|step| step.key == record.step);
    let step = step.map_or(record.step.as_str(), |step| step.title.of(language));
    let named = account.evidence.iter().find(|later| later.corrects == Some(record.id));
    let fate = match named.map(|later| later.kind) {
        Some(EvidenceKind::Withdrawal) => said("（已撤回）", " (taken back)"),
        Some(_) => said("（已更正）", " (corrected)"),
        None => "",
    };
    let mut out = format!(
        "<table>\n<tr><th colspan=\"2\">{} · {}{fate}</th></tr>\n",
        escaped(step),
        kind_word(record.kind, language)
    );
    let mut row = |label: &str, value: String| {
        if !value.is_empty() {
            out.push_str(&format!("<tr><td>{label}</td><td>{value}</td></tr>\n"));
        }
    };
    row(said("发生", "Happened"), time(record.happened_at));
    let by = format!("{} · {}", escaped(account.name_of(record.by)), record.role.word());
    row(said("提交", "Supplied"), format!("{} · {by}", time(record.given_at)));
    row(said("指向", "Points to"), escaped(&record.refers_to));
    row(said("备注", "Remark"), escaped(&record.remark));
    if let Some(file) = &record.file {
        let ending = FileType::from_content_type(&file.content_type).map_or("bin", FileType::word);
        let length = file.seconds.map(|seconds| format!(" · {seconds} s")).unwrap_or_default();
        let name = escaped(&file.name);
        row(
            said("文件", "File"),
            format!("<a href=\"files/{}.{ending}\">{name}</a> · {} B{length}", record.id, file.size),
        );
        row("SHA-256", format!("<code>{}</code>", file.sha256));
    }
    let hash: Digest = record.hash();
    row(said("记录的 SHA-256", "SHA-256 of the record"), format!("<code>{hash}</code>"));
    out.push_str("</table><br>\n");
    out
}

fn kind_word(kind: EvidenceKind, language: Language) -> &'static str {
    let (zh, en) = match kind {
        EvidenceKind::Contact => ("联系记录", "contact"),
        EvidenceKind::Message => ("已发消息", "message sent"),
        EvidenceKind::Note => ("备注", "note"),
        EvidenceKind::Answer => ("问题答复", "answer"),
        EvidenceKind::File => ("文件", "file"),
        EvidenceKind::Recording => ("录音录像", "recording"),
        EvidenceKind::Consent => ("同意记录", "consent"),
        EvidenceKind::Delivery => ("合同送达", "delivery"),
        EvidenceKind::Decision => ("决定", "decision"),
        EvidenceKind::Withdrawal => ("撤回", "withdrawal"),
    };
    if language == Language::Zh { zh } else { en }
}

/// Text that is nothing but text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("<br>"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_stays_text() {
        assert_eq!(
            escaped("<script>alert('1')</script>&\"\n\u{8}"),
            "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;<br>"
        );
    }
}
