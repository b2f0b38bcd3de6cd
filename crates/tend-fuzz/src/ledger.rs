//! Exported ledgers and proofs, as `tend verify` reads them from anybody's disk.

use crate::text_of;
use tend_rules::journal::ledger::{Check, Digest, EntryProof, Line, consistency_holds, root_by_inclusion};

/// Lines of a ledger, checked in their order; a proof of one entry; the arithmetic of proofs.
pub(super) fn ledger(bytes: &[u8]) {
    let text = text_of(bytes);
    let mut check = Check::default();
    for line in text.lines() {
        let Ok(read) = Line::read(line) else { continue };
        assert_eq!(read.to_text(), line, "a line has one form");
        match &read {
            Line::Block(block) => check.block(block),
            Line::Head(head) => {
                check.head(head);
                let _ = check.against(head);
            }
            Line::Entry(entry) => {
                let _ = (entry.leaf(), entry.says_forgotten());
            }
        }
    }
    if let Ok(proof) = serde_json::from_str::<EntryProof>(&text) {
        let _ = proof.check();
    }
    if let Some((numbers, rest)) = bytes.split_first_chunk::<16>() {
        let [place, size] = [0, 8].map(|at| numbers[at..at + 8].iter().fold(0_u64, |n, b| n << 8 | u64::from(*b)));
        let path: Vec<Digest> = rest.chunks_exact(32).take(70).filter_map(Digest::from_bytes).collect();
        if let Some(leaf) = path.first() {
            let _ = root_by_inclusion(*leaf, place, size, &path[1..]);
            let _ = consistency_holds((place, *leaf), (size, *leaf), &path[1..]);
        }
    }
}
