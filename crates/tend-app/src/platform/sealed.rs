//! Every place in which something is kept sealed. Whoever seals names a place of this list, so that there is none that
//! is not on it; the test of canaries plants something in each and finds it nowhere in plain.

/// By whose key a place is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// The key of the customer whom it tells of, which dies with an erasure.
    Customer,
    /// The firm's own.
    Firm,
}

macro_rules! places {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $under:ident;)*) => {
        /// A column, or a kind of file, in which something is kept sealed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum SealedPlace {
            $($(#[$doc])* $name,)*
        }

        impl SealedPlace {
            /// All of them.
            pub const ALL: &'static [SealedPlace] = &[$(SealedPlace::$name,)*];

            /// `table.column` as it goes into the seal; never change one that shipped.
            pub const fn word(self) -> &'static str {
                match self {
                    $(SealedPlace::$name => $word,)*
                }
            }

            /// By whose key.
            pub const fn under(self) -> Under {
                match self {
                    $(SealedPlace::$name => Under::$under,)*
                }
            }
        }
    };
}

places! {
    /// Phones, id numbers, addresses, mail and chat ids.
    ContactPoint = "contact_point.cell", Customer;
    /// Personal words in the payload of a fact.
    JournalWords = "journal_fact.payload", Customer;
    /// What stood before a batch changed a customer.
    BatchBefore = "batch_entry.before", Customer;
    /// Why two records were merged.
    MergeReason = "merged_customer.reason", Customer;
    /// A remark beside a label.
    LabelRemark = "customer_label.remark", Customer;
    /// How it can be proved what a customer said about being contacted, in a person's words.
    ConsentProof = "customer_consent.proof", Customer;
    /// What was said and noted when a contact ended.
    ContactNote = "contact.note_cell", Customer;
    /// A turn of a sale's trace.
    TraceTurn = "trace_turn.cell", Customer;
    /// A record of evidence.
    Evidence = "trace_evidence.cell", Customer;
    /// The key of a file of evidence.
    EvidenceFileKey = "trace_evidence.file_key_cell", Customer;
    /// Typed words in a fact of the firm: why a colleague's second factors were taken away.
    FirmWords = "journal_fact.payload", Firm;
    /// A file that was brought in.
    UploadFile = "upload.file", Firm;
    /// A cell of a file with which something is wrong.
    ProblemCell = "batch_problem.cell", Firm;
    /// What is suggested in its place.
    ProblemSuggestion = "batch_problem.suggestion", Firm;
    /// What a person put into cells of a file, while its check is in the queue.
    CheckRepairs = "job.payload", Firm;
    /// The same beside the batch that was made of the file.
    BatchRepairs = "batch.repairs", Firm;
    /// A file of many customers that was taken out.
    ExportFile = "customer_export.file", Firm;
    /// Why a result was sent back, beside the work order.
    ReturnReason = "touch.return_reason", Firm;
    /// What was said with a verdict on a result.
    VerdictReason = "touch_verification.reason", Firm;
    /// Whom a bulk edit is about: what was typed into a search may be a phone.
    BulkWhom = "bulk_edit.whom", Firm;
    /// Whom an export is about.
    ExportWhom = "customer_export.whom", Firm;
    /// What an export is for.
    ExportReason = "customer_export.reason", Firm;
    /// What was said with the decision about it.
    ExportDecision = "customer_export.decided_reason", Firm;
    /// Why a legal hold was placed.
    HoldReason = "legal_hold.reason_cell", Firm;
    /// Why it was released.
    HoldRelease = "legal_hold.release_cell", Firm;
    /// What a customer asked for.
    RightsNote = "rights_request.note_cell", Firm;
    /// What was answered.
    RightsAnswer = "rights_request.answer_cell", Firm;
    /// The answer of a call that may be repeated.
    GivenAnswer = "given_answer.body", Firm;
    /// The secret of a code generator.
    TotpSecret = "staff.totp_cell", Firm;
    /// The secret shared with the provider of single sign-on.
    SsoSecret = "sso_provider.secret_cell", Firm;
    /// The secret with which calls of a webhook are signed.
    WebhookSecret = "webhook.secret_cell", Firm;
}
