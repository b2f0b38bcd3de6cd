//! What may leave the firm in a file of many customers, and when a second person must agree (MISSION H2, ASVS 2.3.5).
//!
//! The soft stops stay one below the numbers of records from which China's courts count a serious infringement of
//! citizens' personal information: 50 of property and whereabouts, 500 of transactions and health, 5,000 of anything
//! else (Supreme People's Court and Procuratorate, interpretation of 8 May 2017, article 5).

/// How grave it is when a record gets lost, by the gravest of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Names, numbers, addresses.
    Ordinary,
    /// What somebody bought, owes or paid.
    Transaction,
    /// What somebody is worth.
    Property,
}

impl Weight {
    /// The word in the database and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Weight::Ordinary => "ordinary",
            Weight::Transaction => "transaction",
            Weight::Property => "property",
        }
    }

    /// Records that one person may take out in one day without a second person.
    pub const fn rows_a_day(self) -> i64 {
        match self {
            Weight::Ordinary => 4_999,
            Weight::Transaction => 499,
            Weight::Property => 49,
        }
    }
}

/// A column of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExportColumn {
    /// The name.
    Name,
    /// `female`, `male` or empty.
    Gender,
    /// Whole years.
    Age,
    /// The region.
    Region,
    /// The tier.
    Tier,
    /// The class.
    Class,
    /// The stage.
    Lifecycle,
    /// The customer manager.
    Owner,
    /// The unit.
    Unit,
    /// Keys of labels.
    Labels,
    /// The day of the last contact.
    LastContact,
    /// The first phone, masked.
    Phone,
    /// All phones in clear.
    PhoneClear,
    /// All mail addresses in clear.
    MailClear,
    /// The postal address in clear.
    AddressClear,
    /// What is due next: the day.
    NextDue,
    /// What is due next: the product.
    NextDueProduct,
    /// What is due next: the amount.
    NextDueAmount,
    /// What the customer is worth a year.
    AnnualValue,
}

impl ExportColumn {
    /// Every column, in the order of a file.
    pub const ALL: [ExportColumn; 19] = [
        ExportColumn::Name,
        ExportColumn::Gender,
        ExportColumn::Age,
        ExportColumn::Region,
        ExportColumn::Tier,
        ExportColumn::Class,
        ExportColumn::Lifecycle,
        ExportColumn::Owner,
        ExportColumn::Unit,
        ExportColumn::Labels,
        ExportColumn::LastContact,
        ExportColumn::Phone,
        ExportColumn::PhoneClear,
        ExportColumn::MailClear,
        ExportColumn::AddressClear,
        ExportColumn::NextDue,
        ExportColumn::NextDueProduct,
        ExportColumn::NextDueAmount,
        ExportColumn::AnnualValue,
    ];

    /// The word on the wire and in the words.
    pub const fn word(self) -> &'static str {
        match self {
            ExportColumn::Name => "name",
            ExportColumn::Gender => "gender",
            ExportColumn::Age => "age",
            ExportColumn::Region => "region",
            ExportColumn::Tier => "tier",
            ExportColumn::Class => "class",
            ExportColumn::Lifecycle => "lifecycle",
            ExportColumn::Owner => "owner",
            ExportColumn::Unit => "unit",
            ExportColumn::Labels => "labels",
            ExportColumn::LastContact => "last_contact",
            ExportColumn::Phone => "phone",
            ExportColumn::PhoneClear => "phone_clear",
            ExportColumn::MailClear => "mail_clear",
            ExportColumn::AddressClear => "address_clear",
            ExportColumn::NextDue => "next_due",
            ExportColumn::NextDueProduct => "next_due_product",
            ExportColumn::NextDueAmount => "next_due_amount",
            ExportColumn::AnnualValue => "annual_value",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.word() == word)
    }

    /// How grave the column makes a record.
    pub const fn weight(self) -> Weight {
        match self {
            ExportColumn::NextDue | ExportColumn::NextDueProduct => Weight::Transaction,
            ExportColumn::NextDueAmount | ExportColumn::AnnualValue => Weight::Property,
            _ => Weight::Ordinary,
        }
    }

    /// Whether it shows in clear what the desk masks.
    pub const fn is_clear(self) -> bool {
        matches!(self, ExportColumn::PhoneClear | ExportColumn::MailClear | ExportColumn::AddressClear)
    }
}

/// The weight of a record with these columns.
pub fn weight_of(columns: &[ExportColumn]) -> Weight {
    columns.iter().map(|column| column.weight()).max().unwrap_or(Weight::Ordinary)
}

/// Why a second person must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Objection {
    /// A column shows in clear what the desk masks.
    Clear,
    /// More rows than one person may take out alone at once.
    ManyRows,
    /// With today's other exports more than the soft stop of the day.
    DayFull,
}

impl Objection {
    /// The word on the wire and in the words.
    pub const fn word(self) -> &'static str {
        match self {
            Objection::Clear => "clear",
            Objection::ManyRows => "many_rows",
            Objection::DayFull => "day_full",
        }
    }
}

/// Everything that speaks against taking `rows` records with `columns` out alone, after `today` records of the same
/// weight on the same day, where `rows_alone` may be taken at once.
pub fn objections(columns: &[ExportColumn], rows: i64, today: i64, rows_alone: i64) -> Vec<Objection> {
    let mut found = Vec::new();
    if columns.iter().any(|column| column.is_clear()) {
        found.push(Objection::Clear);
    }
    if rows > rows_alone {
        found.push(Objection::ManyRows);
    }
    if rows + today > weight_of(columns).rows_a_day() {
        found.push(Objection::DayFull);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_column_decides_and_the_day_adds_up() {
        let plain = [ExportColumn::Name, ExportColumn::Phone];
        assert_eq!(objections(&plain, 100, 0, 100), []);
        assert_eq!(objections(&plain, 101, 0, 100), [Objection::ManyRows]);
        assert_eq!(objections(&plain, 100, 4_899, 100), []);
        assert_eq!(objections(&plain, 100, 4_900, 100), [Objection::DayFull]);
        let due = [ExportColumn::Name, ExportColumn::NextDue];
        assert_eq!(objections(&due, 99, 400, 100), []);
        assert_eq!(objections(&due, 100, 400, 100), [Objection::DayFull]);
        let worth = [ExportColumn::AnnualValue, ExportColumn::NextDue];
        assert_eq!(objections(&worth, 49, 0, 100), []);
        assert_eq!(objections(&worth, 50, 0, 100), [Objection::DayFull]);
        assert_eq!(objections(&[ExportColumn::PhoneClear], 1, 0, 100), [Objection::Clear]);
    }

    #[test]
    fn every_column_is_read_by_its_word() {
        for column in ExportColumn::ALL {
            assert_eq!(ExportColumn::from_word(column.word()), Some(column));
        }
    }
}
