//! Files of customers as they are dropped on the desk: text tables, workbooks, mappings.

use crate::{text_of, today};
use std::io::{Cursor, Write};
use tend_rules::base::Language;
use tend_rules::intake::{
    CleanRules, ErrorFile, KnownFact, Limits, Mapping, OpenOptions, Row, RowKind, Source, Survey, clean_order_line,
    clean_row, kind_of_rows, suggest,
};
use zip::write::SimpleFileOptions;

/// Limits in proportion to what a fuzzer sends.
const LIMITS: Limits = Limits {
    bytes_max: 1 << 20,
    unpacked_bytes_max: 4 << 20,
    in_memory_bytes_max: 2 << 20,
    rows_max: 2_000,
    columns_max: 200,
    row_bytes_max: 1 << 16,
};

/// Any file, found out by its bytes, all the way to clean rows and the error file.
pub(super) fn csv(bytes: &[u8]) {
    read_through(bytes.to_vec(), OpenOptions::default());
}

/// A workbook as a whole: the zip directory and its parts.
pub(super) fn xlsx(bytes: &[u8]) {
    read_through([b"PK\x03\x04", bytes.strip_prefix(b"PK\x03\x04").unwrap_or(bytes)].concat(), OpenOptions::default());
}

/// A workbook whose zip is sound and whose sheet, shared texts and styles are any bytes, with NULs between.
pub(super) fn xlsx_sheet(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == 0);
    let [sheet, texts, styles] = [parts.next(), parts.next(), parts.next()].map(Option::unwrap_or_default);
    let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let parts: [(&str, &[u8]); 7] = [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", PACKAGE),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", texts),
        ("xl/styles.xml", styles),
    ];
    for (name, part) in parts {
        if book.start_file(name, stored).and_then(|()| Ok(book.write_all(part)?)).is_err() {
            return;
        }
    }
    if let Ok(book) = book.finish() {
        read_through(book.into_inner(), OpenOptions::default());
    }
}

const CONTENT_TYPES: &[u8] = br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const PACKAGE: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r0" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &[u8] = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const RELATIONS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

/// A text table under an encoding and a separator that the caller names; the first two bytes choose them.
pub(super) fn encoding(bytes: &[u8]) {
    let [named, separator, rest @ ..] = bytes else { return };
    let names =
        ["", "utf-8", "gb18030", "gbk", "big5", "utf-16le", "utf-16be", "shift_jis", "windows-1252", "nonsense"];
    let name = names[usize::from(*named) % names.len()];
    let encoding = (!name.is_empty()).then(|| name.to_owned());
    let separator = [None, Some(','), Some('\t'), Some('；'), Some('"'), Some('\n')][usize::from(*separator) % 6];
    read_through(rest.to_vec(), OpenOptions { encoding, separator, ..OpenOptions::default() });
}

fn read_through(bytes: Vec<u8>, options: OpenOptions) {
    let options = OpenOptions { limits: LIMITS, ..options };
    let Ok(mut source) = Source::open(Cursor::new(bytes), options) else { return };
    let survey = source.table().and_then(|mut table| Survey::of(&mut table, 200, today()));
    let Ok(survey) = survey else { return };
    let (headings, kind) = (survey.headings.clone(), kind_of_rows(&survey.headings));
    let mapping = Mapping::suggested(kind, &suggest(&survey, kind, &[]));
    let Ok(bound) = mapping.bind(&headings) else { return };
    let shape = source.shape().clone();
    let Ok(mut table) = source.table() else { return };
    let Ok(mut errors) = ErrorFile::begin(&shape, &headings, Language::Zh, Cursor::new(Vec::new())) else { return };
    let (mut row, rules) = (Row::default(), CleanRules::on(today()));
    while let Ok(true) = table.read(&mut row) {
        let problems = match kind {
            RowKind::Customers => clean_row(&row, &bound, &rules).problems,
            RowKind::Orders => clean_order_line(&row, &bound, &rules).problems,
        };
        if !problems.is_empty() && errors.add(&row, &headings, &problems).is_err() {
            return;
        }
    }
    let _ = errors.finish();
}

/// A mapping file, bound to its own headings; else headings and values for which one is suggested.
pub(super) fn mapping(bytes: &[u8]) {
    let text = text_of(bytes);
    if let Ok(mapping) = Mapping::read(&text) {
        let headings: Vec<String> = mapping.columns.iter().map(|column| column.heading.clone()).collect();
        let _ = mapping.bind(&headings);
        let again = Mapping::read(&mapping.to_toml());
        assert_eq!(again.as_ref(), Ok(&mapping), "a mapping is written and read as the same");
    }
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let headings: Vec<String> = lines.next().unwrap_or_default().into_iter().take(60).map(str::to_owned).collect();
    let mut survey = Survey::new(&headings, today());
    for (place, cells) in lines.take(60).enumerate() {
        survey.see(&Row::of(u32::try_from(place).unwrap_or(u32::MAX), cells));
    }
    let known = KnownFact {
        key: "points".into(),
        kind: tend_rules::intake::FactKind::Int,
        titles: headings.first().cloned().into_iter().collect(),
    };
    for kind in [RowKind::Customers, RowKind::Orders] {
        let _ = suggest(&survey, kind, std::slice::from_ref(&known));
    }
}
