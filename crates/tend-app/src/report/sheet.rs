//! A statement as an Excel sheet. Every text is written as a text and guarded, so that no cell can become a formula, nor
//! does one in the file that somebody saves it as.

use super::{Entry, Naming, ReportError, Statement};
use crate::work::footer;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use tend_rules::base::Language;
use tend_rules::intake::guard_formula;
use tend_rules::report::Tally;

const FIGURES_ZH: [&str; 9] = ["分组", "派发", "未完", "已接单", "完成", "未成", "过期", "核验通过", "退回"];
const FIGURES_EN: [&str; 9] =
    ["Group", "Handed out", "Open", "Accepted", "Done", "Failed", "Expired", "Verified", "Returned"];
const ROWS_ZH: [&str; 8] = ["客户", "工单", "客户经理", "渠道", "批次", "到期", "状态", "结果"];
const ROWS_EN: [&str; 8] = ["Customer", "Work order", "Manager", "Channel", "Batch", "Due", "State", "Outcome"];

/// Where the names are left out: what the reader can do about it.
const UNNAMED_ZH: &str = "不含客户姓名，需要时请到“导出”申请";
const UNNAMED_EN: &str = "without the customers' names: ask for them under Exports";
/// The same for those who may not export.
const UNPERMITTED_ZH: &str = "不含客户姓名：您没有导出权限，需要时请联系主管";
const UNPERMITTED_EN: &str = "without the customers' names: you may not export them, ask your lead if you need them";

/// The bytes of an .xlsx with the lines on the first sheet and the work orders behind them on the second, which says whose
/// it is first of all. A customer without a name stands there by id.
pub(super) fn workbook(
    statement: &Statement,
    entries: &[Entry],
    (whose, naming): (&str, Naming),
    language: Language,
) -> Result<Vec<u8>, ReportError> {
    let (figures, rows, names, total) = match language {
        Language::Zh => (FIGURES_ZH, ROWS_ZH, ["对账单", "明细"], "合计"),
        Language::En => (FIGURES_EN, ROWS_EN, ["Statement", "Rows"], "Total"),
    };
    let whose = match left_out(naming, language) {
        None => whose.to_owned(),
        Some(left_out) => format!("{whose} · {left_out}"),
    };
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name(names[0])?;
    heading(sheet, 0, &figures)?;
    for (place, line) in statement.lines.iter().enumerate() {
        figures_row(sheet, place as u32 + 1, &line.title, line.tally)?;
    }
    figures_row(sheet, statement.lines.len() as u32 + 1, total, statement.total)?;
    let sheet = workbook.add_worksheet().set_name(names[1])?;
    sheet.write_string(0, 0, guard_formula(&whose))?;
    // Whoever prints it prints whose it is.
    sheet.set_footer(footer(&whose));
    heading(sheet, 1, &rows)?;
    for (place, entry) in entries.iter().enumerate() {
        entry_row(sheet, place as u32 + 2, entry)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// What is said where the names are left out.
fn left_out(naming: Naming, language: Language) -> Option<&'static str> {
    match (naming, language) {
        (Naming::Named, _) => None,
        (Naming::Unnamed, Language::Zh) => Some(UNNAMED_ZH),
        (Naming::Unnamed, Language::En) => Some(UNNAMED_EN),
        (Naming::Unpermitted, Language::Zh) => Some(UNPERMITTED_ZH),
        (Naming::Unpermitted, Language::En) => Some(UNPERMITTED_EN),
    }
}

fn heading(sheet: &mut Worksheet, row: u32, words: &[&str]) -> Result<(), ReportError> {
    let bold = Format::new().set_bold();
    for (column, word) in words.iter().enumerate() {
        sheet.write_string_with_format(row, column as u16, *word, &bold)?;
        sheet.set_column_width(column as u16, if column == 0 { 28 } else { 14 })?;
    }
    sheet.set_freeze_panes(row + 1, 0)?;
    Ok(())
}

fn figures_row(sheet: &mut Worksheet, row: u32, title: &str, tally: Tally) -> Result<(), ReportError> {
    sheet.write_string(row, 0, guard_formula(title))?;
    let figures = [
        tally.handed_out,
        tally.open,
        tally.accepted,
        tally.done,
        tally.failed,
        tally.expired,
        tally.verified,
        tally.returned,
    ];
    for (column, figure) in figures.into_iter().enumerate() {
        sheet.write_number(row, column as u16 + 1, figure as f64)?;
    }
    Ok(())
}

fn entry_row(sheet: &mut Worksheet, row: u32, entry: &Entry) -> Result<(), ReportError> {
    let name = |named: Option<&str>| named.unwrap_or("").to_owned();
    let (id, named) = &entry.customer;
    let cells = [
        if named.is_empty() { id.to_string() } else { named.clone() },
        entry.title.clone(),
        name(entry.owner.as_ref().map(|(_, name)| name.as_str())),
        entry.channel.clone(),
        name(entry.batch.as_ref().map(|(_, name)| name.as_str())),
        entry.due.to_string(),
        entry.state.clone(),
        entry.outcome.clone(),
    ];
    for (column, cell) in cells.into_iter().enumerate() {
        sheet.write_string(row, column as u16, guard_formula(&cell))?;
    }
    Ok(())
}
