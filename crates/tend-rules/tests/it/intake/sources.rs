//! Files in every encoding and dress, and files that are no tables.

use super::{open, wash_all};
use proptest::prelude::*;
use std::io::Cursor;
use tend_rules::intake::{HeadingRow, IntakeError, OpenOptions, Shape, Source};

const TABLE: &str = "姓名,电话,备注\r\n王芳,13912345678,\"爱旅游,\r\n有小孩\"\r\n李雷,13812345678,—\r\n";

fn utf16(text: &str, little: bool, marked: bool) -> Vec<u8> {
    let units = marked.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[test]
fn one_table_in_every_encoding() {
    let marked: Vec<u8> = [&[0xef, 0xbb, 0xbf], TABLE.as_bytes()].concat();
    let files = [
        ("UTF-8", TABLE.as_bytes().to_vec()),
        ("UTF-8", marked),
        ("gb18030", encoding_rs::GB18030.encode(TABLE).0.into_owned()),
        ("UTF-16LE", utf16(TABLE, true, true)),
        ("UTF-16BE", utf16(TABLE, false, true)),
    ];
    for (encoding, bytes) in files {
        let source = open(bytes.clone());
        assert!(
            matches!(source.shape(), Shape::Text { encoding: e, separator: ',', .. } if e == encoding),
            "{:?}",
            source.shape()
        );
        let rows: Vec<_> = wash_all(bytes).into_iter().filter_map(|washed| washed.clean).collect();
        let names: Vec<&str> = rows.iter().filter_map(|row| row.name.as_ref().map(|name| name.full.as_str())).collect();
        assert_eq!(names, ["王芳", "李雷"], "{encoding}");
        assert_eq!(rows[0].remark.as_deref(), Some("爱旅游, 有小孩"), "{encoding}");
        assert_eq!((rows[0].row, rows[1].row), (2, 3), "{encoding}: a quoted line break is no row");
    }
}

#[test]
fn chinese_that_begins_late_is_still_found() {
    let mut text = "name,phone\n".to_owned();
    (0..20_000).for_each(|n| text.push_str(&format!("Wang {n},139{n:08}\n")));
    text.push_str("王芳,13912345678\n");
    let source = open(encoding_rs::GB18030.encode(&text).0.into_owned());
    assert!(matches!(source.shape(), Shape::Text { encoding, .. } if encoding == "gb18030"));
}

#[test]
fn western_files_are_not_taken_for_chinese() {
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode("name,city\nJosé Muñoz,Málaga\nRenée,Orléans\n");
    let rows = wash_all(bytes.into_owned());
    assert_eq!(
        rows[0].clean.as_ref().and_then(|row| row.name.as_ref()).map(|name| name.full.as_str()),
        Some("José Muñoz")
    );
}

#[test]
fn any_separator_and_ragged_rows() {
    for separator in [",", ";", "\t", "|"] {
        let text = TABLE.replace(',', separator);
        assert_eq!(wash_all(text.into_bytes()).len(), 2, "{separator:?}");
    }
    let washed = wash_all("姓名,电话,备注\n王芳,13912345678\n\n李雷,13812345678,好,多\n,,\n");
    let told: String = washed.iter().map(|washed| super::tell(&washed.problems)).collect();
    assert_eq!(told, "2 (row) row_too_narrow\n4 (row) row_too_wide\n");
    assert!(washed.iter().all(|washed| washed.clean.is_some()));
}

#[test]
fn title_lines_and_files_without_headings() {
    let mut source = open("2026年11月名单,,\n制表：总部,,\n姓名,电话,备注\n王芳,13912345678,\n");
    let table = source.table().expect("a table");
    assert_eq!((table.headings(), table.heading_row()), (&["姓名", "电话", "备注"].map(String::from)[..], Some(3)));

    let mut source = open("王芳,13912345678\n李雷,13812345678\n");
    let table = source.table().expect("a table");
    assert_eq!((table.headings(), table.heading_row()), (&["Column 1", "Column 2"].map(String::from)[..], None));
    let rows = wash_all("王芳,13912345678\n李雷,13812345678\n");
    let first = rows[0].clean.as_ref().expect("a clean row");
    assert_eq!(first.phones.len(), 1);

    let options = OpenOptions { heading: HeadingRow::At(2), ..OpenOptions::default() };
    let mut source = Source::open(Cursor::new(b"1,2\na,b\n3,4\n".to_vec()), options).expect("a file");
    assert_eq!(source.table().expect("a table").headings(), ["a", "b"]);
}

#[track_caller]
fn check_refused(bytes: &[u8], code: &str) {
    let opened = Source::open(Cursor::new(bytes.to_vec()), OpenOptions::default());
    let told = opened.and_then(|mut source| source.table().map(|_| ())).expect_err("no table").code();
    assert_eq!(told, code);
}

#[test]
fn what_is_no_table_says_what_it_is() {
    check_refused(b"", "file_empty");
    check_refused(b" \r\n\r\n", "file_without_rows");
    check_refused(b"\xef\xbb\xbf", "file_without_rows");
    check_refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old workbook", "file_is_old_workbook");
    let mut encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    encrypted.extend(utf16("EncryptedPackage", true, false));
    check_refused(&encrypted, "file_encrypted");
    check_refused(b"<html><table><tr><td>x</td></tr></table></html>", "file_is_web_page");
    check_refused(b"\x1f\x8b\x08\x00", "file_packed");
    check_refused(b"%PDF-1.7", "file_kind_unknown");
    check_refused(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0", "file_kind_unknown");
    check_refused(b"PK\x03\x04 this is no zip file", "file_damaged");
    let options = OpenOptions { encoding: Some("klingon".into()), ..OpenOptions::default() };
    let told = Source::open(Cursor::new(b"a,b\n".to_vec()), options).err().expect("refused");
    assert!(matches!(told, IntakeError::EncodingUnknown { .. }));
}

#[test]
fn limits_hold() {
    let limited = |bytes: &[u8], change: fn(&mut OpenOptions)| {
        let mut options = OpenOptions::default();
        change(&mut options);
        let mut source = Source::open(Cursor::new(bytes.to_vec()), options)?;
        source.table()?.collect::<Result<Vec<_>, _>>().map(|rows| rows.len())
    };
    let told = |result: Result<usize, IntakeError>| result.expect_err("too much").code();
    assert_eq!(told(limited(b"a,b\n1,2\n", |o| o.limits.bytes_max = 4)), "file_too_large");
    assert_eq!(told(limited(b"a,b\n1,2\n3,4\n", |o| o.limits.rows_max = 1)), "file_too_many_rows");
    assert_eq!(told(limited(b"a,b,c\n1,2,3\n", |o| o.limits.columns_max = 2)), "file_too_many_columns");
    let long = format!("a,b\n1,{}\n", "x".repeat(300_000));
    assert_eq!(told(limited(long.as_bytes(), |o| o.limits.row_bytes_max = 100_000)), "row_too_large");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut source = match Source::open(Cursor::new(bytes), OpenOptions::default()) {
            Ok(source) => source,
            Err(error) => { prop_assert!(!error.code().is_empty()); return Ok(()) }
        };
        if let Ok(table) = source.table() {
            for row in table { prop_assert!(row.is_ok()); }
        }
    }
}
