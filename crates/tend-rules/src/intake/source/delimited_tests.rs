//! Text tables by value, and against the `csv` crate.

use super::super::encoding;
use super::*;
use proptest::prelude::*;
use std::io::Cursor;

fn rows_of(text: &[u8], separator: char) -> Vec<(u32, Vec<String>)> {
    let mut bytes = Cursor::new(text.to_vec());
    let found = encoding::find(&mut bytes, None).expect("an encoding");
    let mut rows = DelimitedRows::new(&mut bytes, found, separator, Limits::default()).expect("a table");
    let (mut all, mut row) = (Vec::new(), Row::default());
    while rows.next_row(&mut row).expect("a row") {
        all.push((row.number(), row.cells().map(str::to_owned).collect()));
    }
    all
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let rows = rows_of(text.as_bytes(), ',');
    let told: Vec<String> = rows.iter().map(|(n, cells)| format!("{n}:{}", cells.join("¦"))).collect();
    assert_eq!(told.join(" "), expected, "{text:?}");
}

#[test]
fn records_and_their_row_numbers() {
    check("a,b\n1,2\n", "1:a¦b 2:1¦2");
    check("a,b\r\n1,2", "1:a¦b 2:1¦2");
    check("a,b\r1,2\r", "1:a¦b 2:1¦2");
    check("a,b\n\n1,2\n", "1:a¦b 2: 3:1¦2");
    check("a,\"b\nc\"\n1,2\n", "1:a¦b\nc 2:1¦2");
    check("a,\"say \"\"hi\"\"\"\n", "1:a¦say \"hi\"");
    check("a,b,\n", "1:a¦b¦");
    check("\"a\"b,c\n", "1:ab¦c");
    check("a\"b,c\n", "1:a\"b¦c");
    check("\"\"\n", "1:");
    check("", "");
    check("sep=;\na,b\n", "2:a¦b");
}

#[test]
fn a_quotation_mark_never_closed_costs_one_row() {
    check("a,b\n\"5 inch,c\nd,e\n", "1:a¦b 2:\"5 inch¦c 3:d¦e");
    let long = format!("a,b\n\"5 inch,c\n{}", "d,e\n".repeat(600_000));
    let rows = rows_of(long.as_bytes(), ',');
    assert_eq!(rows.len(), 600_002);
    assert_eq!(rows[1].1, ["\"5 inch", "c"]);
}

#[test]
fn separators_are_found() {
    let check = |text: &str, expected: char| assert_eq!(find_separator(text), expected, "{text:?}");
    check("a,b\n1,2\n", ',');
    check("a;b\n1,5;2,5\n3,5;4\n", ';');
    check("a\tb\n1, 2\t3\n", '\t');
    check("a|b|c\n1|2|3\n", '|');
    check("\"a;b\",c\n\"1;2\",3\n", ',');
    check("name\nWang, Fang\nLi\n", ',');
    check("sep=|\na,b|c\n", '|');
    check("续期名单\n姓名;电话;备注\n王芳;139;a,b\n李雷;138;c\n", ';');
}

fn written(records: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for record in records {
        writer.write_record(record).expect("a record");
    }
    writer.into_inner().expect("bytes")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_csv_writes_is_read_back(records in prop::collection::vec(prop::collection::vec("[a王\",;\n\r \t]{0,6}", 2..5), 1..12)) {
        let read: Vec<Vec<String>> = rows_of(&written(&records), ',').into_iter().map(|(_, cells)| cells).collect();
        prop_assert_eq!(read, records);
    }

    #[test]
    fn any_bytes_make_rows(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        rows_of(&bytes, ',');
    }
}
