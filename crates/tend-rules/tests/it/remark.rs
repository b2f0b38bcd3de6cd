//! Remarks in one form: what keeps to it, what does not and how it would look.

use tend_rules::base::Channel;
use tend_rules::contact::{Known, check_remark};
use tend_rules::plan::{Playbook, RemarkForm};
use tend_rules::segment::Catalogue;

const HEAD: &str = r#"
key = "t"
title = { zh = "试", en = "T" }
description = { zh = "试", en = "T" }
"#;

fn form() -> RemarkForm {
    let text = include_str!("../../../../playbooks/insurance/remarks.toml");
    let book = Playbook::load([("playbook.toml", HEAD), ("remarks.toml", text)], &Catalogue::builtin());
    book.expect("a playbook of a form alone").remark_forms.remove(0)
}

/// What is wrong, part by part, and the proposal; or that nothing is.
#[track_caller]
fn check(text: &str, expected: &str) {
    let known = Known {
        today: "2026-11-29".parse().expect("a day"),
        channel: Some(Channel::Phone),
        next: "2026-12-02".parse().ok(),
    };
    let said = match check_remark(&form(), text, known) {
        Ok(()) => "fits".to_owned(),
        Err(misfit) => {
            let faults: Vec<String> =
                misfit.faults.iter().map(|fault| format!("{} {}", fault.label, fault.why.word())).collect();
            format!("{} → {}", faults.join(", ").trim(), misfit.proposal)
        }
    };
    assert_eq!(said, expected, "{text}");
}

#[test]
fn a_remark_in_the_form_fits_in_both_languages() {
    check("【日期】2026-11-29【方式】电话【要点】同意投保【承诺】明日寄合同【下次】2026-12-02", "fits");
    check("【日期】2026年11月29日【方式】面谈【要点】已说明免责【承诺】无【下次】无", "fits");
    check("[Date] 2026-11-29 [By] phone [Points] agreed [Promised] contract by post [Next] none", "fits");
    check("[date] 2026-11-29 10:30 [by] WeChat [points] agreed [promised] none [next] 2026-12-02", "fits");
}

#[test]
fn a_free_text_is_proposed_in_the_form() {
    check(
        "客户同意投保",
        " loose, 日期 missing, 方式 missing, 要点 missing, 承诺 missing, 下次 missing → \
         【日期】2026-11-29【方式】电话【要点】客户同意投保【承诺】…【下次】2026-12-02"
            .trim_start(),
    );
    check(
        "agreed on the phone",
        "loose, Date missing, By missing, Points missing, Promised missing, Next missing → \
         [Date] 2026-11-29 [By] phone [Points] agreed on the phone [Promised] … [Next] 2026-12-02",
    );
}

#[test]
fn what_was_meant_is_understood() {
    check(
        "日期：11月29日；方式：电话；要点：同意；承诺：寄合同；下次：12月2日",
        "日期 not_in_brackets, 日期 not_a_day, 方式 not_in_brackets, 要点 not_in_brackets, 承诺 not_in_brackets, \
         下次 not_in_brackets, 下次 not_a_day → \
         【日期】2026-11-29【方式】电话【要点】同意【承诺】寄合同【下次】2026-12-02",
    );
    check(
        "【方式】电话【日期】2026-11-29【要点】同意【承诺】无【下次】无",
        "日期 out_of_order → 【日期】2026-11-29【方式】电话【要点】同意【承诺】无【下次】无",
    );
}

#[test]
fn each_part_holds_what_it_should() {
    check(
        "【日期】昨天【方式】传真【要点】【承诺】…【下次】再说",
        "日期 not_a_day, 方式 not_a_choice, 要点 empty, 承诺 empty, 下次 not_a_day → \
         【日期】…【方式】…【要点】…【承诺】…【下次】…",
    );
    check(
        "【日期】2026-11-29【方式】电话【要点】一【要点】二【承诺】无【下次】无",
        "要点 twice → 【日期】2026-11-29【方式】电话【要点】一 二【承诺】无【下次】无",
    );
}
