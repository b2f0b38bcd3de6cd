//! Files of refused rows: same format, importable after repair, no formulas.

use super::{open, read_all, rules};
use proptest::prelude::*;
use std::io::Cursor;
use tend_rules::base::Language;
use tend_rules::intake::{
    CleanRow, ErrorFile, Mapping, OpenOptions, RowKind, Shape, Source, Survey, clean_row, guard_formula,
    heading_fingerprint, suggest,
};

/// Writes the refused rows of a file and gives the bytes of the error file.
fn refused_rows(bytes: &[u8]) -> Vec<u8> {
    let (_, bound, rows) = read_all(bytes, RowKind::Customers);
    let mut source = open(bytes);
    let headings = source.table().expect("a table").headings().to_vec();
    let out = Cursor::new(Vec::new());
    let mut file = ErrorFile::begin(source.shape(), &headings, Language::Zh, out).expect("a file");
    for row in rows {
        let washed = clean_row(&row, &bound, &rules());
        if washed.clean.is_none() {
            file.add(&row, &headings, &washed.problems).expect("a row");
        }
    }
    file.finish().expect("bytes").into_inner()
}

fn accepted(bytes: &[u8]) -> Vec<CleanRow> {
    let (_, bound, rows) = read_all(bytes, RowKind::Customers);
    rows.iter().filter_map(|row| clean_row(row, &bound, &rules()).clean).collect()
}

const FILE: &str = "备注,电话,性别\n=1+2,无,女\n+866,abc,男\n好,13912345678,男\n\"a\"\"b\n,c\",,女\n";

#[test]
fn an_error_file_has_the_format_of_its_source() {
    let semicolons = FILE.replace(",c", "·c").replace(',', ";").replace('·', ",");
    let files: [(&str, Vec<u8>); 3] = [
        ("UTF-8", FILE.as_bytes().to_vec()),
        ("gb18030", encoding_rs::GB18030.encode(&semicolons).0.into_owned()),
        ("UTF-16LE", [0xfeff].into_iter().chain(FILE.encode_utf16()).flat_map(u16::to_le_bytes).collect()),
    ];
    for (encoding, bytes) in files {
        let errors = refused_rows(&bytes);
        let (before, after) = (open(bytes), open(errors.clone()));
        assert_eq!(before.shape(), after.shape(), "{encoding}");
        assert!(matches!(after.shape(), Shape::Text { encoding: e, .. } if e == encoding));
        let (_, _, rows) = read_all(errors, RowKind::Customers);
        let remarks: Vec<&str> = rows.iter().map(|row| row.cell(0)).collect();
        assert_eq!(remarks, ["=1+2", "+866", "a\"b\n,c"], "{encoding}: the cells come back as they were");
        assert_eq!(
            rows.iter().map(|row| row.cell(3)).collect::<Vec<_>>(),
            ["2", "3", "5"],
            "{encoding}: with their row numbers"
        );
    }
}

#[test]
fn a_repaired_error_file_is_imported_with_the_mapping_of_its_source() {
    let errors = String::from_utf8(refused_rows(FILE.as_bytes())).expect("UTF-8");
    let repaired = errors.replace("\"无\"", "\"13812345678\"");
    let rows = accepted(repaired.as_bytes());
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].remark.as_deref(), Some("=1+2"));
    assert_eq!(rows[0].phones[0].e164(), "+8613812345678");
    let headings = |bytes: &[u8]| open(bytes).table().expect("a table").headings().to_vec();
    assert_eq!(heading_fingerprint(&headings(FILE.as_bytes())), heading_fingerprint(&headings(repaired.as_bytes())));
    // Refused once more, the file still has three added columns and not six.
    assert_eq!(headings(&refused_rows(errors.as_bytes())).len(), 6);
}

#[test]
fn an_error_file_of_a_workbook_is_a_workbook() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("十一月").expect("a name");
    for (row, cells) in
        [["姓名", "电话"], ["=cmd|' /C calc'!A0", "打不通"], ["", "没有"], ["王芳", "13912345678"]].iter().enumerate()
    {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write_string(row as u32, column as u16, *cell).expect("a cell");
        }
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let (_, bound, rows) = read_all(bytes.clone(), RowKind::Customers);
    let mut source = open(bytes);
    let headings = source.table().expect("a table").headings().to_vec();
    let mut file = ErrorFile::begin(source.shape(), &headings, Language::En, Cursor::new(Vec::new())).expect("a file");
    for row in &rows {
        file.add(row, &headings, &clean_row(row, &bound, &rules()).problems).expect("a row");
    }
    let written = file.finish().expect("bytes").into_inner();
    let raw = calamine_text(&written);
    assert!(raw.iter().any(|cell| cell == "'=cmd|' /C calc'!A0"), "{raw:?}");
    let (mapping, _, back) = read_all(written, RowKind::Customers);
    assert_eq!(mapping.columns.len(), 5);
    assert_eq!(back.len(), rows.len());
    assert_eq!(back[0].cell(0), "=cmd|' /C calc'!A0");
}

fn calamine_text(bytes: &[u8]) -> Vec<String> {
    use calamine::Reader;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.to_vec())).expect("a workbook");
    let name = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&name).expect("a sheet");
    range.used_cells().map(|(_, _, cell)| cell.to_string()).collect()
}

/// What a spreadsheet sees first, told apart from the program: its own list of what it passes over and what begins.
fn would_be_calculated(cell: &str) -> bool {
    let unseen = |c: &char| {
        c.is_whitespace()
            || c.is_control()
            || "\u{ad}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{2060}\u{feff}".contains(*c)
    };
    let first = cell.chars().find(|c| !unseen(c));
    first.is_some_and(|c| "=+-@＝＋－＠﹦﹢﹣﹫−".contains(c)) || cell.starts_with(['\t', '\r', '\n'])
}

#[test]
fn a_million_texts_and_no_formula() {
    const ALPHABET: [&str; 40] = [
        "=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−", "\t", "\r", "\n", " ", "\u{a0}",
        "\u{3000}", "\u{feff}", "\u{200b}", "\u{200d}", "\u{2060}", "\u{ad}", "\0", "\u{1b}", "'", "\"", ",", ";", "|",
        "%", "1", "A1", "cmd", "SUM(", "王", "ａ", "\u{2028}", "\u{85}",
    ];
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).expect("small") % below
    };
    let (mut text, mut guarded) = (String::new(), 0);
    for _ in 0..1_000_000 {
        text.clear();
        for _ in 0..next(7) {
            text.push_str(ALPHABET[next(ALPHABET.len())]);
        }
        let safe = guard_formula(&text);
        assert!(!would_be_calculated(&safe), "{text:?} became {safe:?}");
        guarded += usize::from(safe != text);
    }
    assert!(guarded > 300_000, "only {guarded} of a million were dangerous: the test has lost its teeth");
}

#[test]
fn a_workbook_of_refused_rows_has_texts_only() {
    let shape = Shape::Xlsx { sheets: vec!["S".into()], sheet: "S".into() };
    let headings = vec!["=1+1".to_owned(), "电话".to_owned()];
    let mut file = ErrorFile::begin(&shape, &headings, Language::Zh, Cursor::new(Vec::new())).expect("a file");
    let row = tend_rules::intake::Row::of(2, ["\u{feff}＝cmd|' /C calc'!A0", " -2+3"]);
    file.add(&row, &headings, &[]).expect("a row");
    let bytes = file.finish().expect("bytes").into_inner();
    let mut book = zip::ZipArchive::new(Cursor::new(bytes.clone())).expect("a zip");
    let mut sheet = String::new();
    std::io::Read::read_to_string(&mut book.by_name("xl/worksheets/sheet1.xml").expect("a sheet"), &mut sheet)
        .expect("text");
    assert!(!sheet.contains("<f"), "a formula: {sheet}");
    let cells = calamine_text(&bytes);
    assert!(cells.iter().any(|cell| cell.contains("cmd")), "{cells:?}");
    assert!(cells.iter().all(|cell| !would_be_calculated(cell)), "{cells:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_guarded_text_is_a_formula(text in "[ \t\r\n]{0,2}[=+@＝＋－＠-]?\\PC{0,10}") {
        let guarded = guard_formula(&text);
        let first = guarded.trim_start().chars().next();
        prop_assert!(!first.is_some_and(|c| "=+-@＝＋－＠".contains(c)), "{guarded:?}");
        prop_assert!(!guarded.starts_with(['\t', '\r', '\n']));
    }

    #[test]
    fn refused_cells_come_back_as_they_were(cells in prop::collection::vec(("[=+'@\",;\na王 -]{0,8}", "[a-z]{1,3}"), 1..8)) {
        let shape = Shape::Text { encoding: "UTF-8".into(), marked: false, separator: ',' };
        let headings = vec!["姓名".to_owned(), "电话".to_owned()];
        let mut file = ErrorFile::begin(&shape, &headings, Language::Zh, Cursor::new(Vec::new())).expect("a file");
        for (n, (name, phone)) in cells.iter().enumerate() {
            let row = tend_rules::intake::Row::of(n as u32 + 2, [name.as_str(), phone.as_str()]);
            file.add(&row, &headings, &[]).expect("a row");
        }
        let bytes = file.finish().expect("bytes").into_inner();
        let mut source = Source::open(Cursor::new(bytes), OpenOptions::default()).expect("a file");
        let back: Vec<_> = source.table().expect("a table").map(|row| row.expect("a row")).collect();
        let back: Vec<(String, String)> = back.iter().map(|row| (row.cell(0).to_owned(), row.cell(1).to_owned())).collect();
        prop_assert_eq!(back, cells);
    }
}

#[test]
fn suggestions_pass_over_the_added_columns() {
    let errors = refused_rows(FILE.as_bytes());
    let mut source = open(errors);
    let survey = Survey::of(&mut source.table().expect("a table"), 10, super::today()).expect("rows");
    let mapping = Mapping::suggested(RowKind::Customers, &suggest(&survey, RowKind::Customers, &[]));
    let ignored = mapping.columns.iter().filter(|column| column.target == tend_rules::intake::Target::Ignore).count();
    assert_eq!(ignored, 3);
}
