//! Workbooks: days, numbers, merged cells, sheets, bombs.

use super::{open, read_all, rules, tell};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::io::{Cursor, Write};
use tend_rules::intake::{CellKind, OpenOptions, RowKind, Shape, Source, clean_row};

fn sheet_with(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn days_numbers_and_merged_names() {
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let bytes = sheet_with(|sheet| {
        let titles = ["姓名", "手机", "生日", "身份证号", "保单号", "保费"];
        titles.iter().enumerate().for_each(|(c, t)| {
            sheet.write(2, c as u16, *t).expect("a cell");
        });
        sheet.write(0, 0, "2026年11月名单").expect("a title");
        sheet.merge_range(3, 0, 5, 0, "王芳", &Format::new()).expect("a merged name");
        for (n, row) in (3..=5).enumerate() {
            sheet.write(row, 1, 13_912_345_678_f64).expect("a phone");
            let born = ExcelDateTime::from_ymd(1985, 3, 5).expect("a day");
            sheet.write_with_format(row, 2, &born, &day).expect("a day");
            sheet.write(row, 3, 1.101_051_985_030_500_2e17).expect("a number");
            sheet.write(row, 4, format!("P{n}")).expect("a number");
            sheet.write(row, 5, 0.1 + 0.2).expect("money");
        }
        sheet.write(6, 0, "李雷").expect("a name");
        sheet.write_formula(6, 1, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).expect("a formula");
    });
    let (_, bound, rows) = read_all(bytes, RowKind::Customers);
    assert_eq!(rows.len(), 4);
    assert_eq!(rows.iter().map(|row| row.number()).collect::<Vec<_>>(), [4, 5, 6, 7]);
    assert_eq!(rows[1].cells().collect::<Vec<_>>()[..3], ["王芳", "13912345678", "1985-03-05"]);
    assert_eq!((rows[1].kind(1), rows[1].kind(2)), (CellKind::Number, CellKind::Date));
    let washed = clean_row(&rows[2], &bound, &rules());
    assert_eq!(tell(&washed.problems), "6 身份证号 id_number_lost_digits\n");
    let clean = washed.clean.expect("a clean row");
    assert_eq!(clean.name.map(|name| name.full).as_deref(), Some("王芳"));
    let agreement = clean.agreement.expect("an agreement");
    assert_eq!((agreement.number.as_deref(), agreement.premium.map(|money| money.minor)), (Some("P2"), Some(30)));
    let last = clean_row(&rows[3], &bound, &rules());
    assert_eq!(
        last.clean.and_then(|row| row.name).map(|name| name.full).as_deref(),
        Some("李雷"),
        "a merge ends where it ends"
    );
}

#[test]
fn the_sheet_is_chosen_or_found() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("空").expect("a name");
    book.add_worksheet().set_name("名单").expect("a name").write(0, 0, "姓名").expect("a cell");
    book.add_worksheet().set_name("其他").expect("a name").write(0, 0, "电话").expect("a cell");
    let bytes = book.save_to_buffer().expect("a workbook");
    let source = open(bytes.clone());
    let Shape::Xlsx { sheets, sheet } = source.shape() else { panic!("a workbook") };
    assert_eq!((sheets.join(" "), sheet.as_str()), ("空 名单 其他".to_owned(), "名单"));
    let choose = |name: &str| {
        let options = OpenOptions { sheet: Some(name.to_owned()), ..OpenOptions::default() };
        Source::open(Cursor::new(bytes.clone()), options)
    };
    let mut other = choose("其他").expect("a sheet");
    assert_eq!(other.table().expect("a table").headings(), ["电话"]);
    assert_eq!(choose("没有").err().expect("refused").code(), "sheet_missing");
    let empty = choose("空").and_then(|mut source| source.table().map(|_| ())).expect_err("no rows");
    assert_eq!(empty.code(), "file_without_rows");
}

/// A workbook whose parts are written by hand.
fn handmade(workbook: &str, sheet: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("_rels/.rels", r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.to_owned()),
        ("xl/workbook.xml", format!(
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{workbook}<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#)),
        ("xl/_rels/workbook.xml.rels", r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#.to_owned()),
        ("xl/styles.xml", r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#.to_owned()),
        ("xl/worksheets/sheet1.xml", format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>"#)),
    ];
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        zip.write_all(text.as_bytes()).expect("a part");
    }
    zip.finish().expect("a zip file").into_inner()
}

fn cell(place: &str, style: u8, value: &str) -> String {
    format!(r#"<c r="{place}" s="{style}"><v>{value}</v></c>"#)
}

fn text(place: &str, value: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>"#)
}

#[test]
fn both_epochs_and_the_leap_year_that_never_was() {
    let rows = format!(
        r#"<row r="1">{}</row><row r="2">{}</row><row r="3">{}</row><row r="4">{}</row>"#,
        text("A1", "生日"),
        cell("A2", 1, "31111"),
        cell("A3", 1, "60"),
        cell("A4", 1, "61")
    );
    let cells = |workbook: &str| {
        let mut source = open(handmade(workbook, &rows));
        let table = source.table().expect("a table");
        table.map(|row| row.expect("a row").cell(0).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(cells(""), ["1985-03-05", "60", "1900-03-01"]);
    assert_eq!(cells(r#"<workbookPr date1904="1"/>"#)[0], "1989-03-06");
}

#[test]
fn a_far_cell_does_not_make_a_million_rows() {
    let rows = format!(
        r#"<row r="1">{}</row><row r="2">{}</row><row r="1048576">{}</row>"#,
        text("A1", "姓名"),
        text("A2", "王芳"),
        text("A1048576", "李雷")
    );
    let (_, _, rows) = read_all(handmade("", &rows), RowKind::Customers);
    assert_eq!(rows.iter().map(|row| row.number()).collect::<Vec<_>>(), [2, 1_048_576]);
    let wide = format!(r#"<row r="1">{}{}</row>"#, text("A1", "姓名"), text("XFD1", "x"));
    let error = open(handmade("", &wide)).table().map(|_| ()).expect_err("too wide");
    assert_eq!(error.code(), "file_too_many_columns");
}

#[test]
fn a_bomb_is_refused_before_it_is_opened() {
    let bomb = handmade("", &" ".repeat(30_000_000));
    assert!(bomb.len() < 100_000);
    let mut options = OpenOptions::default();
    options.limits.unpacked_bytes_max = 10_000_000;
    let error = Source::open(Cursor::new(bomb), options).err().expect("refused");
    assert_eq!(error.code(), "file_too_large");
}

#[test]
fn a_damaged_workbook_is_no_panic() {
    let good = sheet_with(|sheet| {
        (0..50).for_each(|row| {
            sheet.write(row, 0, format!("王{row}")).expect("a cell");
        });
    });
    for cut in (0..good.len()).step_by(97) {
        let mut bytes = good.clone();
        bytes.truncate(cut);
        let _ = Source::open(Cursor::new(bytes), OpenOptions::default()).map(|mut s| s.table().map(|t| t.count()).ok());
        let mut bytes = good.clone();
        bytes[cut] ^= 0x5a;
        let _ = Source::open(Cursor::new(bytes), OpenOptions::default())
            .map(|mut s| s.table().map(|t| t.take(1_000).count()).ok());
    }
}

/// ASVS 1.5.1: what a workbook declares as an entity is never fetched, never opened and never multiplied.
#[test]
fn asvs_1_5_1_an_entity_of_a_workbook_stays_unread() {
    let secret = tempfile_like();
    let declared = format!(
        r#"<!DOCTYPE x [<!ENTITY e SYSTEM "file://{}"><!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"#,
        secret.display()
    );
    for value in ["&e;", "&b;&b;&b;"] {
        let rows = format!(r#"<row r="1">{}</row><row r="2">{}</row>"#, text("A1", "姓名"), text("A2", value));
        let whole = handmade(&declared, &rows);
        let read = Source::open(Cursor::new(whole), OpenOptions::default()).ok().and_then(|mut source| {
            let rows = source.table().ok()?.map(|row| row.map(|row| row.cell(0).to_owned()).unwrap_or_default());
            Some(rows.collect::<Vec<_>>())
        });
        let read = read.unwrap_or_default().concat();
        assert!(!read.contains("nobody may read this") && !read.contains("aaaa"), "{read}");
    }
    std::fs::remove_file(secret).expect("removed");
}

fn tempfile_like() -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("tend-entity-{}", std::process::id()));
    std::fs::write(&path, "nobody may read this").expect("written");
    path
}
