//! Fills a clean customer row from its cells: which cleaner reads which field, and what the fields of one row say to each
//! other (birthday and id number, consent and refusal).

use super::birthday::{Birthday, Calendar};
use super::clean::{self, PersonName, Refusal};
use super::fact::{FactKind, FactValue};
use super::field::Field;
use super::mapping::{BoundColumn, BoundMapping, FactTarget, Target};
use super::problem::{Cleaned, Finding, Problem, ProblemCode};
use super::row::{CleanAgreement, CleanRow, CleanRules};
use super::source::{CellKind, Row};
use super::standing::AgreementKind;
use crate::base::{Channel, ChannelSet, Day};

const SHORT_CHARS_MAX: usize = 200;
const LONG_CHARS_MAX: usize = 2_000;

/// A row on its way to being clean.
pub(super) struct Draft<'r> {
    row: &'r Row,
    rules: &'r CleanRules,
    pub(super) clean: CleanRow,
    pub(super) problems: Vec<Problem>,
    surname: Option<PersonName>,
    given: Option<PersonName>,
    calendar: Calendar,
    birthday_cell: Option<BoundColumn>,
    tenure_months: Option<u16>,
    agreement: CleanAgreement,
}

impl<'r> Draft<'r> {
    /// An empty draft.
    pub(super) fn new(row: &'r Row, rules: &'r CleanRules) -> Self {
        Self {
            row,
            rules,
            clean: CleanRow { row: row.number(), ..CleanRow::default() },
            problems: Vec::new(),
            surname: None,
            given: None,
            calendar: Calendar::Solar,
            birthday_cell: None,
            tenure_months: None,
            agreement: CleanAgreement::default(),
        }
    }

    /// Takes one cell in.
    pub(super) fn take(&mut self, column: &BoundColumn) {
        let text = self.row.cell(column.index);
        if text.is_empty() {
            return;
        }
        if self.row.kind(column.index) == CellKind::Error {
            return self.report(column, Finding { code: ProblemCode::CellIsFormulaError, suggestion: None });
        }
        match &column.target {
            Target::Ignore => {}
            Target::Fact(fact) => self.take_fact(column, fact, text),
            Target::Field(field) => self.take_field(column, *field, text),
        }
    }

    fn take_field(&mut self, column: &BoundColumn, field: Field, text: &str) {
        use Field as F;
        if let Some(channel) = field.refused_channel() {
            return self.take_refusal(column, channel, text);
        }
        if let Some(channel) = field.consented_channel() {
            return self.take_consent(column, channel, text);
        }
        match field {
            F::OutsideId => self.clean.outside_id = self.keep(column, clean::clean_identifier(text)),
            F::Name => self.clean.name = self.keep(column, clean::clean_name(text)),
            F::Surname => self.surname = self.keep(column, clean::clean_name(text)),
            F::GivenName => self.given = self.keep(column, clean::clean_name(text)),
            F::Phone => self.take_phones(column, text),
            F::Mail => self.take_mails(column, text),
            F::Wechat => {
                let wechat = self.keep(column, clean::clean_wechat(text));
                self.clean.wechats.extend(wechat);
            }
            F::IdNumber => {
                let kind = self.row.kind(column.index);
                self.clean.id_number = self.keep(column, clean::clean_id_number(text, kind));
            }
            F::Birthday | F::LunarBirthday => self.birthday_cell = Some(column.clone()),
            F::BirthdayCalendar => {
                let calendar = self.keep(column, clean::clean_calendar(text));
                self.calendar = calendar.unwrap_or(self.calendar);
            }
            F::WeddingDay => self.clean.wedding_day = self.past_day(column, text),
            F::Joined => self.clean.joined = self.past_day(column, text),
            F::TenureMonths => self.tenure_months = self.keep(column, clean::clean_months(text)),
            F::Gender => self.clean.gender = self.keep(column, clean::clean_gender(text)),
            F::Language => self.clean.language = self.keep(column, clean::clean_language(text)),
            F::Tier => self.clean.tier = self.keep(column, clean::clean_tier(text)),
            F::Class => self.clean.class = self.keep(column, clean::clean_class(text)),
            F::Lifecycle => self.clean.lifecycle = self.keep(column, clean::clean_lifecycle(text)),
            F::AnnualValue => {
                self.clean.annual_value = self.keep(column, clean::clean_money(text, self.rules.currency));
            }
            F::Labels => self.take_labels(column, text),
            F::RefusesAll => self.take_refused_channels(column, text),
            F::ConsentsAll => self.take_consented_channels(column, text),
            _ => self.take_text_or_agreement(column, field, text),
        }
    }

    fn take_text_or_agreement(&mut self, column: &BoundColumn, field: Field, text: &str) {
        use Field as F;
        let reading = self.rules.reading(column.day_order);
        match field {
            F::Occupation => self.clean.occupation = self.short(column, text),
            F::Region => self.clean.region = self.short(column, text),
            F::Owner => self.clean.owner = self.short(column, text),
            F::Unit => self.clean.unit = self.short(column, text),
            F::Address => {
                let part = self.short(column, text);
                join_into(&mut self.clean.address, part, " ");
            }
            F::Reason => self.clean.reason = self.keep(column, clean::clean_text(text, LONG_CHARS_MAX)),
            F::Remark => {
                let part = self.keep(column, clean::clean_text(text, LONG_CHARS_MAX));
                join_into(&mut self.clean.remark, part, "；");
            }
            F::AgreementNumber => self.agreement.number = self.keep(column, clean::clean_identifier(text)),
            F::AgreementKind => self.agreement.kind = self.keep(column, clean::clean_agreement_kind(text)),
            F::AgreementProduct => self.agreement.product = self.short(column, text),
            F::AgreementStart => self.agreement.start = self.keep(column, clean::clean_day(text, &reading)),
            F::AgreementEnd => self.agreement.end = self.keep(column, clean::clean_day(text, &reading)),
            F::AgreementDue => self.agreement.due = self.keep(column, clean::clean_day(text, &reading)),
            F::AgreementPremium => {
                self.agreement.premium = self.keep(column, clean::clean_money(text, self.rules.currency));
            }
            F::AgreementStatus => self.agreement.status = self.keep(column, clean::clean_agreement_status(text)),
            F::AgreementPlate => self.agreement.plate = self.keep(column, clean::clean_plate(text)),
            F::AgreementPayEveryMonths => {
                self.agreement.pay_every_months = self.keep(column, clean::clean_pay_every_months(text));
            }
            // The fields of order lines are read by `order.rs`; a mapping of customers cannot name them.
            _ => {}
        }
    }

    fn take_fact(&mut self, column: &BoundColumn, fact: &FactTarget, text: &str) {
        let value = match fact.kind {
            FactKind::String => clean::clean_text(text, LONG_CHARS_MAX).map(FactValue::String),
            FactKind::Int => clean::clean_int(text).map(FactValue::Int),
            FactKind::Double => clean::clean_double(text).map(FactValue::Double),
            FactKind::Bool => clean::clean_flag(text).map(FactValue::Bool),
            FactKind::Date => clean::clean_day(text, &self.rules.reading(column.day_order)).map(FactValue::Date),
            FactKind::Money => clean::clean_money(text, self.rules.currency).map(FactValue::Money),
        };
        if let Some(value) = self.keep(column, value) {
            self.clean.facts.push((fact.key.clone(), value));
        }
    }

    fn take_phones(&mut self, column: &BoundColumn, text: &str) {
        let found = clean::clean_phones(text);
        for phone in found.phones {
            if !self.clean.phones.contains(&phone) {
                self.clean.phones.push(phone);
            }
        }
        found.findings.into_iter().for_each(|finding| self.report(column, finding));
    }

    fn take_mails(&mut self, column: &BoundColumn, text: &str) {
        let (mails, findings) = clean::clean_mails(text);
        for mail in mails {
            if !self.clean.mails.contains(&mail) {
                self.clean.mails.push(mail);
            }
        }
        findings.into_iter().for_each(|finding| self.report(column, finding));
    }

    fn take_labels(&mut self, column: &BoundColumn, text: &str) {
        for label in self.keep(column, clean::clean_labels(text)).unwrap_or_default() {
            if !self.clean.labels.contains(&label) {
                self.clean.labels.push(label);
            }
        }
    }

    fn take_refusal(&mut self, column: &BoundColumn, channel: Channel, text: &str) {
        if self.keep(column, clean::clean_refusal(text)) == Some(Refusal::Refused) {
            self.clean.refusals = self.clean.refusals.with(channel);
        }
    }

    fn take_refused_channels(&mut self, column: &BoundColumn, text: &str) {
        let channels = match clean::clean_channels(text) {
            Cleaned::Refused(_) => Cleaned::doubtful(ChannelSet::EVERY, ProblemCode::RefusalAssumed),
            other => other,
        };
        if let Some(channels) = self.keep(column, channels) {
            self.clean.refusals = channels.iter().fold(self.clean.refusals, ChannelSet::with);
        }
    }

    fn take_consent(&mut self, column: &BoundColumn, channel: Channel, text: &str) {
        if clean::says_refused(text) {
            self.clean.refusals = self.clean.refusals.with(channel);
            return;
        }
        if self.keep(column, consent_of(text)) == Some(true) {
            self.clean.consents = self.clean.consents.with(channel);
        }
    }

    fn take_consented_channels(&mut self, column: &BoundColumn, text: &str) {
        if clean::says_refused(text) {
            self.clean.refusals = ChannelSet::EVERY;
            return;
        }
        let channels = match consent_of(text) {
            Cleaned::Value(true) => Cleaned::Value(ChannelSet::EVERY),
            Cleaned::Value(false) => Cleaned::Value(ChannelSet::NONE),
            _ => clean::clean_channels(text),
        };
        if let Some(channels) = self.keep(column, channels) {
            self.clean.consents = channels.iter().fold(self.clean.consents, ChannelSet::with);
        }
    }

    fn short(&mut self, column: &BoundColumn, text: &str) -> Option<String> {
        self.keep(column, clean::clean_text(text, SHORT_CHARS_MAX))
    }

    fn past_day(&mut self, column: &BoundColumn, text: &str) -> Option<Day> {
        let today = self.rules.today;
        let day = match clean::clean_day(text, &self.rules.reading(column.day_order)) {
            Cleaned::Value(day) | Cleaned::Doubtful(day, _) if day > today => {
                Cleaned::refused(ProblemCode::DayInFuture)
            }
            other => other,
        };
        self.keep(column, day)
    }

    /// Takes the value out and writes the finding down.
    fn keep<T>(&mut self, column: &BoundColumn, cleaned: Cleaned<T>) -> Option<T> {
        match cleaned {
            Cleaned::Missing => None,
            Cleaned::Value(value) => Some(value),
            Cleaned::Doubtful(value, finding) => {
                self.report_as(column, finding, super::Severity::Warning);
                Some(value)
            }
            Cleaned::Refused(finding) => {
                self.report(column, finding);
                None
            }
        }
    }

    fn report(&mut self, column: &BoundColumn, finding: Finding) {
        let severity = finding.code.severity();
        self.report_as(column, finding, severity);
    }

    fn report_as(&mut self, column: &BoundColumn, finding: Finding, severity: super::Severity) {
        self.problems.push(Problem {
            row: self.row.number(),
            heading: column.heading.clone(),
            code: finding.code,
            severity,
            text: self.row.cell(column.index).to_owned(),
            suggestion: finding.suggestion,
        });
    }

    /// Writes down a problem of the whole row.
    pub(super) fn report_row(&mut self, code: ProblemCode) {
        self.problems.push(row_problem(self.row, code));
    }

    /// Looks whether the row has as many cells as the table has headings.
    pub(super) fn check_width(&mut self, width: usize) {
        if let Some(code) = width_problem(self.row, width) {
            self.report_row(code);
        }
    }

    /// Joins surname and given name where no column has the whole name.
    pub(super) fn settle_name(&mut self) {
        if self.clean.name.is_none() {
            self.clean.name = match (self.surname.take(), self.given.take()) {
                (Some(surname), Some(given)) => Some(clean::join_name(&surname, &given)),
                (surname, given) => surname.or(given),
            };
        }
        let titled = self.clean.name.as_ref().and_then(|name| name.gender);
        let carded = self.clean.id_number.as_ref().map(|id| id.gender);
        self.clean.gender = self.clean.gender.or(carded).or(titled);
        let today = self.rules.today;
        self.clean.joined = self.clean.joined.or_else(|| self.tenure_months.map(|m| today.plus_months(-i32::from(m))));
    }

    /// Reads the birthday, now that its calendar is known, and holds birthday and gender against the id number.
    pub(super) fn settle_birthday(&mut self, mapping: &BoundMapping) {
        if let Some(column) = self.birthday_cell.take() {
            let lunar = column.target == Target::Field(Field::LunarBirthday);
            let calendar = if lunar { Calendar::Lunar } else { self.calendar };
            let reading = self.rules.reading(column.day_order);
            let read = clean::clean_birthday(self.row.cell(column.index), calendar, &reading);
            self.clean.birthday = self.keep(&column, read);
        }
        let Some(id) = self.clean.id_number.clone() else { return };
        if let Some(birthday) = self.clean.birthday {
            let same = birthday.born_on().is_none_or(|born| born == id.born) || lunar_on_card(&birthday, id.born);
            if !same {
                let of = if self.calendar == Calendar::Lunar { Field::LunarBirthday } else { Field::Birthday };
                self.report_field(mapping, of, ProblemCode::BirthdayDiffersFromId, Some(id.born.to_string()));
            }
        }
        self.clean.birthday = self.clean.birthday.or(Some(Birthday::on(id.born)));
        if self.clean.gender.is_some_and(|gender| gender != id.gender) {
            let right = id.gender.word().to_owned();
            self.report_field(mapping, Field::Gender, ProblemCode::GenderDiffersFromId, Some(right));
        }
    }

    /// A refusal wins over a consent of the same row.
    pub(super) fn settle_consents(&mut self) {
        let both: ChannelSet = self.clean.consents.iter().filter(|channel| self.clean.refusals.has(*channel)).collect();
        if both != ChannelSet::NONE {
            self.clean.consents = both.iter().fold(self.clean.consents, ChannelSet::without);
            self.report_row(ProblemCode::ConsentAgainstRefusal);
        }
    }

    /// An agreement exists where any of its cells says something.
    pub(super) fn settle_agreement(&mut self, mapping: &BoundMapping) {
        let mut agreement = std::mem::take(&mut self.agreement);
        if agreement == CleanAgreement::default() {
            return;
        }
        if agreement.kind.is_none() && agreement.plate.is_some() {
            agreement.kind = Some(AgreementKind::VehicleCover);
        }
        if agreement.start.zip(agreement.end).is_some_and(|(start, end)| end < start) {
            self.report_field(mapping, Field::AgreementEnd, ProblemCode::AgreementEndsBeforeStart, None);
        }
        self.clean.agreement = Some(agreement);
    }

    fn report_field(&mut self, mapping: &BoundMapping, field: Field, code: ProblemCode, suggestion: Option<String>) {
        let column = mapping.columns.iter().find(|column| column.target == Target::Field(field));
        match column {
            Some(column) => self.report(column, Finding { code, suggestion }),
            None => self.report_row(code),
        }
    }
}

/// A person may give the lunar day as it stands on an old identity card.
fn lunar_on_card(birthday: &Birthday, on_card: Day) -> bool {
    birthday.calendar == Calendar::Lunar
        && birthday.year == Some(on_card.year())
        && birthday.month == on_card.month()
        && birthday.day == on_card.day_of_month()
}

fn consent_of(text: &str) -> Cleaned<bool> {
    match clean::clean_refusal(text) {
        // The words 同意 and "opted in" are those of a refusal column that says "not refused".
        Cleaned::Value(Refusal::NotRefused) if clean::clean_flag(text) != Cleaned::Value(false) => Cleaned::Value(true),
        _ => clean::clean_flag(text),
    }
}

fn join_into(whole: &mut Option<String>, part: Option<String>, joint: &str) {
    let Some(part) = part else { return };
    match whole {
        Some(text) => {
            text.push_str(joint);
            text.push_str(&part);
        }
        None => *whole = Some(part),
    }
}

/// A problem of the whole row; its text is the row, shortened.
pub(super) fn row_problem(row: &Row, code: ProblemCode) -> Problem {
    let whole = row.cells().filter(|cell| !cell.trim().is_empty()).collect::<Vec<_>>().join(" | ");
    let text = if whole.chars().count() > 200 { whole.chars().take(200).chain(['…']).collect() } else { whole };
    Problem { row: row.number(), heading: String::new(), code, severity: code.severity(), text, suggestion: None }
}

/// Whether a row is wider than the headings with something in the surplus, or narrower in a way that text files show
/// when a line break was not quoted.
pub(super) fn width_problem(row: &Row, width: usize) -> Option<ProblemCode> {
    let surplus = (width..row.len()).any(|index| !row.cell(index).trim().is_empty());
    let narrow = row.len() < width && row.is_cut_short();
    surplus.then_some(ProblemCode::RowTooWide).or(narrow.then_some(ProblemCode::RowTooNarrow))
}
