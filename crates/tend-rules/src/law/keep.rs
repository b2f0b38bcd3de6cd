//! How long records are kept: never shorter than a law says, and gone within a day after that.

use super::pack::Bound;
use super::{Law, Rule, Says, Span};
use crate::base::Day;
use serde::{Deserialize, Serialize};

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// A customer with everything, counted from the end of the last contract.
    CustomerFile,
    /// Recordings of a sale, counted from the end of the contract.
    SaleRecording,
    /// Proof of consents; goes with the customer.
    Consent,
    /// Requests of customers and what was answered.
    RightsRequest,
    /// Contacts and their notes.
    Contact,
    /// Closed work orders.
    Touch,
    /// Uploaded files.
    Upload,
    /// Problems of imports, from which error files are made.
    ImportProblem,
    /// Rows of bulk edits.
    BulkEdit,
    /// Files of many customers that were taken out: who asked, what for, and who stood in them.
    Export,
    /// What the nights decided.
    PlanDecision,
    /// Notices.
    Notice,
    /// Live news.
    LiveNews,
    /// Sessions that ended.
    Session,
    /// Failed sign-ins.
    SignInFailure,
    /// Answers to calls that may be repeated.
    GivenAnswer,
    /// Finished jobs.
    Job,
}

impl Record {
    /// Every kind.
    pub const ALL: [Record; 17] = [
        Record::CustomerFile,
        Record::SaleRecording,
        Record::Consent,
        Record::RightsRequest,
        Record::Contact,
        Record::Touch,
        Record::Upload,
        Record::ImportProblem,
        Record::BulkEdit,
        Record::Export,
        Record::PlanDecision,
        Record::Notice,
        Record::LiveNews,
        Record::Session,
        Record::SignInFailure,
        Record::GivenAnswer,
        Record::Job,
    ];

    /// The word in settings and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Record::CustomerFile => "customer_file",
            Record::SaleRecording => "sale_recording",
            Record::Consent => "consent",
            Record::RightsRequest => "rights_request",
            Record::Contact => "contact",
            Record::Touch => "touch",
            Record::Upload => "upload",
            Record::ImportProblem => "import_problem",
            Record::BulkEdit => "bulk_edit",
            Record::Export => "export",
            Record::PlanDecision => "plan_decision",
            Record::Notice => "notice",
            Record::LiveNews => "live_news",
            Record::Session => "session",
            Record::SignInFailure => "sign_in_failure",
            Record::GivenAnswer => "given_answer",
            Record::Job => "job",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|record| record.word() == word)
    }

    /// Whether such records go by a period of their own: consents go with their customer.
    pub const fn goes_alone(self) -> bool {
        !matches!(self, Record::Consent)
    }
}

/// The term of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contract {
    /// Up to a year.
    Short,
    /// More than a year, or unknown: the stricter.
    Long,
}

impl Contract {
    /// By its first and last day.
    pub fn of(start: Option<Day>, end: Day) -> Self {
        match start {
            Some(start) if end <= Span::years(1).after(start) => Contract::Short,
            _ => Contract::Long,
        }
    }
}

/// Who says how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptBy<'a> {
    /// A rule of a pack.
    Rule(&'a Rule),
    /// The firm's setting.
    Setting,
}

/// How long a record is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept<'a> {
    /// How long.
    pub period: Span,
    /// By whom.
    pub by: KeptBy<'a>,
}

impl Law {
    /// The periods that say how long a record is kept: what laws demand, and what the firm chose for itself in place of
    /// the house's. A record is kept through the longest. Empty, or only demands: it is never deleted by itself.
    pub fn kept(&self, record: Record, contract: Option<Contract>) -> Vec<Kept<'_>> {
        let own = self.own.iter().find(|(known, _)| *known == record);
        let mut kept: Vec<Kept<'_>> = Vec::new();
        for rule in self.rules() {
            let Says::Keep { record: known, bound, contract: term, period } = &rule.says else { continue };
            let meant = *known == record && (term.is_none() || contract.is_none() || *term == contract);
            if meant && (own.is_none() || *bound == Bound::AtLeast) {
                kept.push(Kept { period: *period, by: KeptBy::Rule(rule) });
            }
        }
        kept.extend(own.map(|(_, period)| Kept { period: *period, by: KeptBy::Setting }));
        kept
    }

    /// Whether such records go by themselves at all: a demand of a law alone deletes nothing.
    pub fn goes_at_all(&self, record: Record) -> bool {
        let chosen = self.own.iter().any(|(known, _)| *known == record);
        let said =
            |rule: &Rule| matches!(&rule.says, Says::Keep { record: known, bound: Bound::For, .. } if *known == record);
        chosen || self.rules().iter().any(said)
    }

    /// The last day from which a record may go today; none if such records never go by themselves.
    pub fn over_since(&self, record: Record) -> Option<Day> {
        if !self.goes_at_all(record) {
            return None;
        }
        self.kept(record, None).iter().map(|kept| kept.period.over_since(self.day)).min()
    }

    /// The first day on which what hangs on a contract may go: years after its end by its term, and after the end of
    /// every dispute about it. None if it never goes by itself.
    pub fn contract_kept_until(
        &self,
        record: Record,
        (start, end): (Option<Day>, Day),
        dispute_ended: Option<Day>,
    ) -> Option<Day> {
        let demands = self.kept(record, Some(Contract::of(start, end)));
        let after_end = demands.iter().map(|kept| kept.period.after(end));
        let disputes = self.rules().iter().filter_map(|rule| match &rule.says {
            Says::AfterDispute { records, period } if records.contains(&record) => {
                dispute_ended.map(|ended| period.after(ended))
            }
            _ => None,
        });
        after_end.chain(disputes).max()
    }

    /// The first day on which a customer's file may go: when every contract has ended and been kept. None while one
    /// runs, where there never was one, or where files never go by themselves.
    pub fn file_kept_until(&self, contracts: &[(Option<Day>, Option<Day>)]) -> Option<Day> {
        if !self.goes_at_all(Record::CustomerFile) || contracts.is_empty() {
            return None;
        }
        let mut last = None;
        for (start, end) in contracts {
            let until = self.contract_kept_until(Record::CustomerFile, (*start, (*end)?), None)?;
            last = last.max(Some(until));
        }
        last
    }
}

/// Every kind of record with its longest period, for a table.
pub fn keep_table(law: &Law) -> Vec<(Record, Option<Kept<'_>>)> {
    let longest = |record| law.kept(record, None).into_iter().max_by_key(|kept| kept.period.after(law.day));
    Record::ALL.into_iter().map(|record| (record, longest(record))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn cn(on: Day) -> Law {
        Law::in_force(&["cn".to_owned()], on)
    }

    #[test]
    fn sale_recordings_are_kept_five_or_ten_years_and_two_after_a_dispute() {
        let law = cn(day("2026-11-23"));
        let until = |start: &str, end: &str, dispute: Option<&str>| {
            let contract = (Some(day(start)), day(end));
            law.contract_kept_until(Record::SaleRecording, contract, dispute.map(day)).expect("a day")
        };
        assert_eq!(until("2020-01-01", "2020-12-31", None), day("2025-12-31"));
        assert_eq!(until("2019-01-01", "2024-02-29", None), day("2034-03-01"));
        assert_eq!(until("2020-01-01", "2020-12-31", Some("2025-06-30")), day("2027-06-30"));
        assert_eq!(until("2020-01-01", "2020-12-31", Some("2021-06-30")), day("2025-12-31"));
        let unknown = law.contract_kept_until(Record::SaleRecording, (None, day("2020-12-31")), None);
        assert_eq!(unknown, Some(day("2030-12-31")), "an unknown term is taken for the long one");
    }

    #[test]
    fn a_setting_shortens_the_house_and_never_the_law() {
        let mut law = cn(day("2026-11-23"));
        assert_eq!(law.over_since(Record::Contact), Some(day("2021-11-23")));
        law.own = vec![(Record::Contact, Span::years(1)), (Record::RightsRequest, Span::days(1))];
        assert_eq!(law.over_since(Record::Contact), Some(day("2025-11-23")));
        assert_eq!(law.over_since(Record::RightsRequest), Some(day("2023-11-23")), "three years by law");
        assert_eq!(cn(day("2026-11-23")).over_since(Record::RightsRequest), None, "a demand alone deletes nothing");
    }

    #[test]
    fn a_file_goes_when_its_last_contract_is_over_and_kept() {
        let law = cn(day("2026-11-23"));
        let (short, long) = ((Some(day("2010-01-01")), Some(day("2010-12-31"))), (None, Some(day("2012-02-29"))));
        assert_eq!(law.file_kept_until(&[short]), Some(day("2020-12-31")), "ten years by the house");
        assert_eq!(law.file_kept_until(&[short, long]), Some(day("2022-03-01")));
        assert_eq!(law.file_kept_until(&[short, (None, None)]), None, "one still runs");
        assert_eq!(law.file_kept_until(&[]), None, "who never held anything is no matter of contracts");
    }

    proptest! {
        #[test]
        fn nothing_goes_early_and_everything_within_a_day(made in 0i32..40_000, waited in 0i32..8_000) {
            let (made, today) = (Day::from_number(made), Day::from_number(made + waited));
            let law = cn(today);
            for record in Record::ALL {
                let Some(last) = law.over_since(record) else { continue };
                let kept_through = law.kept(record, None).iter().map(|kept| kept.period.after(made)).max();
                let due = kept_through.expect("a period");
                prop_assert_eq!(made <= last, due <= today, "{:?} made {} on {}", record, made, today);
            }
        }
    }
}
