//! The page about the care language says what is so: its examples are read, its names exist.

use tend_rules::plan::{CarePlan, Withheld, failed_tests};
use tend_rules::segment::{
    Catalogue, Condition, DEPTH_MAX, EXTRA_NAMES, SLOTS_MAX, TERMS_MAX, Text, compile, festivals,
};

const PAGE: &str = include_str!("../../../../docs/care-language.md");

/// The fenced examples of a kind.
fn examples(kind: &str) -> Vec<&'static str> {
    let fence = format!("```{kind}\n");
    PAGE.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn every_condition_on_the_page_is_well_formed() {
    let conditions = examples("cel");
    assert!(conditions.len() >= 10, "{}", conditions.len());
    for source in conditions {
        Condition::parse(source, &Catalogue::builtin()).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
    }
}

#[test]
fn every_plan_and_text_on_the_page_is_well_formed() {
    let catalogue = Catalogue::builtin().shared();
    for source in examples("toml") {
        let plan = CarePlan::parse("page", source, &catalogue).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert!(!plan.tests.is_empty());
        assert_eq!(failed_tests(&plan, "page", &catalogue), []);
    }
    for source in examples("text") {
        Text::parse(source, &catalogue, None).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
    }
    assert_eq!((examples("toml").len(), examples("text").len()), (1, 1));
}

#[test]
fn the_page_names_every_fact_festival_and_reason() {
    let catalogue = Catalogue::builtin();
    let facts = catalogue.facts().iter().map(|fact| fact.key.as_str());
    let items = catalogue
        .collections()
        .iter()
        .flat_map(|collection| collection.facts.iter().map(|fact| fact.key.as_str()).chain([collection.key.as_str()]));
    let festivals = festivals().iter().map(|festival| festival.key);
    let reasons = Withheld::ALL.iter().map(|reason| reason.word());
    for name in facts.chain(items).chain(festivals).chain(reasons).chain(EXTRA_NAMES) {
        assert!(PAGE.contains(&format!("`{name}`")), "{name} is not on the page");
    }
}

#[test]
fn the_slips_on_the_page_are_told_as_it_says() {
    let rows: Vec<Vec<&str>> = PAGE
        .lines()
        .skip_while(|line| !line.contains("| told"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').map(|cell| cell.trim().trim_matches('`')).collect())
        .collect();
    assert_eq!(rows.len(), 7);
    for row in rows {
        let problems = compile(row[1], &Catalogue::builtin(), None).expect_err(row[1]);
        assert_eq!((problems[0].code.word(), problems[0].suggestion.as_deref()), (row[2], Some(row[3])), "{}", row[1]);
    }
}

#[test]
fn the_limits_on_the_page_are_those_of_the_language() {
    assert_eq!((TERMS_MAX, DEPTH_MAX, SLOTS_MAX), (5_000, 64, 3));
    assert!(PAGE.contains("at most 5,000 words and nests at most 64 deep"));
}
