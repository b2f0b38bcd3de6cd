//! No plaintext of what is kept sealed, in anything that is written: something unmistakable is planted in every place of
//! the program's own list, goes through all that a firm does with it and through what goes wrong, and is then looked for
//! in the database, its log, its copies, every file of the data folder, what is exported, and the program's log at its
//! most talkative.
//!
//! A new place does not compile here until somebody says what is planted in it.

mod hunt;
mod plant;

use hunt::{Log, rows_in, written_anywhere};
use plant::Garden;
use std::collections::BTreeMap;
use tend_app::platform::SealedPlace;
use tend_testkit::each_store;

/// What is planted, by place; what the program makes itself (secrets, keys) is learnt while planting.
pub type Planted = BTreeMap<SealedPlace, Vec<String>>;

/// What stands for a place. Words are ASCII and long, so that they are met nowhere by chance.
pub const fn canary(place: SealedPlace) -> &'static str {
    match place {
        SealedPlace::ContactPoint => "13955501234",
        SealedPlace::JournalWords => "kanari-journal-words",
        SealedPlace::BatchBefore => "kanari-before-the-batch",
        SealedPlace::MergeReason => "kanari-merge-reason",
        SealedPlace::LabelRemark => "kanari-label-remark",
        SealedPlace::ReturnReason => "kanari-return-reason",
        SealedPlace::VerdictReason => "kanari-verdict-reason",
        // What is typed into a search.
        SealedPlace::BulkWhom => "13955501234",
        SealedPlace::ExportWhom => "13955509012",
        SealedPlace::ExportReason => "kanari-export-reason",
        SealedPlace::ExportDecision => "kanari-export-decision",
        SealedPlace::ConsentProof => "kanari-proof-of-consent",
        SealedPlace::ContactNote => "kanari-contact-note",
        SealedPlace::TraceTurn => "kanari-turn-of-a-trace",
        SealedPlace::Evidence => "kanari-evidence-remark",
        SealedPlace::EvidenceFileKey => "kanari-evidence-file",
        SealedPlace::FirmWords => "kanari-why-a-factor-went",
        SealedPlace::UploadFile => "kanari-uploaded-file",
        SealedPlace::ProblemCell => "kanari-problem-cell",
        SealedPlace::ProblemSuggestion => "13955505678",
        // Typed into cells of a file.
        SealedPlace::CheckRepairs => "13955508811",
        SealedPlace::BatchRepairs => "13955508822",
        SealedPlace::ExportFile => "13955509012",
        SealedPlace::HoldReason => "kanari-hold-reason",
        SealedPlace::HoldRelease => "kanari-hold-release",
        SealedPlace::RightsNote => "kanari-rights-note",
        SealedPlace::RightsAnswer => "kanari-rights-answer",
        SealedPlace::GivenAnswer => "kanari-given-answer",
        SealedPlace::SsoSecret => "kanari-sso-secret",
        // Made by the program; taken down while planting.
        SealedPlace::TotpSecret | SealedPlace::WebhookSecret => "",
    }
}

#[tokio::test]
async fn what_is_kept_sealed_stands_nowhere_in_plain() {
    let log = Log::begin();
    each_store(async |world| {
        let planted = Garden::of(world).planted().await;
        let (world, mut planted) = planted;
        for place in SealedPlace::ALL {
            let words = planted.entry(*place).or_default();
            words.extend(Some(canary(*place).to_owned()).filter(|word| !word.is_empty()));
            assert!(words.iter().all(|word| word.len() >= 11) && !words.is_empty(), "{place:?} is planted: {words:?}");
            let rows = rows_in(&world, *place).await;
            assert!(rows > 0, "nothing reached {}: the test proves nothing of it", place.word());
        }
        let found = written_anywhere(&world, &planted, &log).await;
        assert!(found.is_empty(), "{} in plain:\n{}", found.len(), found.join("\n"));
    })
    .await;
}
