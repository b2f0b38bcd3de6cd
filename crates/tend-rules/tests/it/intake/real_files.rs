//! Real files as they came, where this machine has them.

use super::{open, read_all, rules, tell, today};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use tend_rules::intake::{
    FactValue, LineDeed, Mapping, Problem, Row, RowKind, Severity, Survey, Target, clean_order_line, clean_row,
    kind_of_rows, suggest,
};

/// The unpacked file; `None`, with a message, where the data folder is absent.
fn unpacked(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var_os("TEND_SHARED_DATA").map(PathBuf::from);
    let above = |dir: &std::path::Path| dir.ancestors().map(|up| up.join("shared/data")).find(|dir| dir.is_dir());
    let folder = folder.or_else(|| above(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))));
    let path = folder.map(|folder| folder.join(name)).filter(|path| path.is_file());
    let Some(path) = path else {
        eprintln!("skipped: {name} is not on this machine (set TEND_SHARED_DATA)");
        return None;
    };
    let output = Command::new("gzip").arg("-dc").arg(path).output().expect("gzip runs");
    assert!(output.status.success());
    Some(output.stdout)
}

fn targets(mapping: &Mapping) -> String {
    let told = mapping.columns.iter().map(|column| match &column.target {
        Target::Ignore => format!("{}: ignore\n", column.heading),
        Target::Field(field) => format!("{}: {}\n", column.heading, field.word()),
        Target::Fact(fact) => format!("{}: {} {}\n", column.heading, fact.key, fact.kind.word()),
    });
    told.collect()
}

#[test]
fn the_telecom_file_imports_without_a_refused_row() {
    let Some(bytes) = unpacked("telco_churn_80.csv.gz") else { return };
    let (mapping, bound, rows) = read_all(bytes, RowKind::Customers);
    insta::assert_snapshot!(targets(&mapping), @r"
    customerID: outside_id
    gender: gender
    SeniorCitizen: senior_citizen bool
    Partner: partner bool
    Dependents: dependents bool
    tenure: tenure_months
    PhoneService: phone_service bool
    MultipleLines: multiple_lines string
    InternetService: internet_service string
    OnlineSecurity: online_security string
    OnlineBackup: online_backup string
    DeviceProtection: device_protection string
    TechSupport: tech_support string
    StreamingTV: streaming_tv string
    StreamingMovies: streaming_movies string
    Contract: contract string
    PaperlessBilling: paperless_billing bool
    PaymentMethod: payment_method string
    MonthlyCharges: monthly_charges money
    TotalCharges: total_charges money
    Churn: churn bool
    ");
    let washed: Vec<_> = rows.iter().map(|row| clean_row(row, &bound, &rules())).collect();
    let problems: Vec<Problem> = washed.iter().flat_map(|washed| washed.problems.clone()).collect();
    assert_eq!(tell(&problems), "");
    let clean: Vec<_> = washed.into_iter().filter_map(|washed| washed.clean).collect();
    assert_eq!(clean.len(), 5_628);
    let first = &clean[0];
    assert_eq!(first.outside_id.as_deref(), Some("3668-QPYBK"));
    assert_eq!(first.joined, Some(today().plus_months(-2)));
    assert!(first.facts.contains(&("contract".to_owned(), FactValue::String("Month-to-month".to_owned()))));
    let without_total = clean.iter().filter(|row| row.facts.iter().all(|(key, _)| key != "total_charges")).count();
    assert_eq!(without_total, 7, "new joiners have no total yet, which is no problem");
}

#[test]
fn every_refused_row_of_the_retail_file_is_explained() {
    let Some(bytes) = unpacked("online_retail_before_2011_09.csv.gz") else { return };
    let mut source = open(bytes);
    let table = source.table().expect("a table");
    assert_eq!(kind_of_rows(table.headings()), RowKind::Orders);
    drop(table);
    let survey = Survey::of(&mut source.table().expect("a table"), 5_000, today()).expect("rows");
    let mapping = Mapping::suggested(RowKind::Orders, &suggest(&survey, RowKind::Orders, &[]));
    insta::assert_snapshot!(targets(&mapping), @r"
    InvoiceNo: order_number
    StockCode: line_sku
    Description: line_title
    Quantity: line_quantity
    InvoiceDate: placed_at
    UnitPrice: line_unit_price
    CustomerID: outside_id
    Country: region
    ");
    let mut table = source.table().expect("a table");
    let bound = mapping.bind(table.headings()).expect("a sound mapping");
    let (mut row, mut rows, mut accepted, mut refused) = (Row::default(), 0, 0, 0);
    let mut codes: BTreeMap<&str, u32> = BTreeMap::new();
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    while table.read(&mut row).expect("a row") {
        rows += 1;
        let washed = clean_order_line(&row, &bound, &rules());
        washed.problems.iter().for_each(|problem| *codes.entry(problem.code.word()).or_default() += 1);
        match washed.clean {
            Some(line) => {
                accepted += 1;
                assert_eq!(line.deed == LineDeed::Returned, line.quantity < 0);
                *kinds.entry(format!("{} {}", line.kind.word(), line.deed.word())).or_default() += 1;
            }
            None => {
                refused += 1;
                assert!(washed.problems.iter().any(|problem| problem.severity == Severity::RowRejected), "{row:?}");
            }
        }
    }
    assert_eq!((rows, accepted, refused), (320_705, 232_053, 88_652));
    insta::assert_debug_snapshot!(codes, @r#"
    {
        "money_rounded": 2,
        "order_without_customer": 88652,
    }
    "#);
    insta::assert_debug_snapshot!(kinds, @r#"
    {
        "adjustment returned": 122,
        "adjustment sold": 168,
        "delivery returned": 60,
        "delivery sold": 736,
        "discount returned": 54,
        "fee returned": 1,
        "fee sold": 4,
        "goods returned": 5328,
        "goods sold": 225580,
    }
    "#);
}
