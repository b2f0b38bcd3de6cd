//! What a person may do, as one list.

/// A thing that a person may or may not do. A handler names the one it needs in its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See customers within one's scope, personal fields masked.
    ReadCustomers,
    /// Change facts, labels, consents and notes of customers within one's scope.
    EditCustomers,
    /// Open a masked field with a reason.
    UnmaskFields,
    /// Take many customers out of the firm in a file.
    ExportCustomers,
    /// Agree to another person's export.
    ApproveExports,
    /// See batches and their problems.
    ReadBatches,
    /// Bring in, undo and describe batches.
    ImportBatches,
    /// Give work orders to units or people.
    HandOutWork,
    /// See work orders within one's scope.
    ReadWork,
    /// Take work orders and record their outcomes.
    DoWork,
    /// Draw samples, verify and return results.
    VerifyWork,
    /// Read statements.
    ReadStatements,
    /// Read care plans, scripts and templates, and ask why.
    ReadPlans,
    /// Write, test, publish and pause care plans; run the daily plan.
    EditPlans,
    /// See the traces of sales within one's scope.
    ReadTraces,
    /// Open traces, supply their evidence, close them.
    RunTraces,
    /// Open a closed trace again and take its evidence file out of the house.
    JudgeTraces,
    /// See units and people.
    ReadStaff,
    /// Add and change units and people, record departures.
    ManageStaff,
    /// Define facts, labels and outcome codes.
    ManageCatalogue,
    /// Choose rules, hold records back, answer requests of customers about their data, erase.
    ManageRights,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Permission; 21] = [
        Permission::ReadCustomers,
        Permission::EditCustomers,
        Permission::UnmaskFields,
        Permission::ExportCustomers,
        Permission::ApproveExports,
        Permission::ReadBatches,
        Permission::ImportBatches,
        Permission::HandOutWork,
        Permission::ReadWork,
        Permission::DoWork,
        Permission::VerifyWork,
        Permission::ReadStatements,
        Permission::ReadPlans,
        Permission::EditPlans,
        Permission::ReadTraces,
        Permission::RunTraces,
        Permission::JudgeTraces,
        Permission::ReadStaff,
        Permission::ManageStaff,
        Permission::ManageCatalogue,
        Permission::ManageRights,
    ];

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.word() == word)
    }

    /// The word on the wire, by which the desk shows or hides a button.
    pub const fn word(self) -> &'static str {
        match self {
            Permission::ReadCustomers => "customers.read",
            Permission::EditCustomers => "customers.edit",
            Permission::UnmaskFields => "customers.unmask",
            Permission::ExportCustomers => "customers.export",
            Permission::ApproveExports => "exports.approve",
            Permission::ReadBatches => "batches.read",
            Permission::ImportBatches => "batches.import",
            Permission::HandOutWork => "work.hand_out",
            Permission::ReadWork => "work.read",
            Permission::DoWork => "work.do",
            Permission::VerifyWork => "work.verify",
            Permission::ReadStatements => "statements.read",
            Permission::ReadPlans => "plans.read",
            Permission::EditPlans => "plans.edit",
            Permission::ReadTraces => "traces.read",
            Permission::RunTraces => "traces.run",
            Permission::JudgeTraces => "traces.judge",
            Permission::ReadStaff => "staff.read",
            Permission::ManageStaff => "staff.manage",
            Permission::ManageCatalogue => "catalogue.manage",
            Permission::ManageRights => "rights.manage",
        }
    }
}
