//! The ledger's rules against a naive reference that follows the words of RFC 9162, and every bit of a small ledger.

use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use tend_rules::base::{CustomerId, FactId};
use tend_rules::journal::ledger::*;
use uuid::Uuid;

/// Section 2.1.1: MTH, written as it stands there.
fn mth(leaves: &[Vec<u8>]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [one] => Sha256::digest([&[0], one.as_slice()].concat()).into(),
        _ => {
            let k = split(leaves.len());
            let (left, right) = (mth(&leaves[..k]), mth(&leaves[k..]));
            Sha256::digest([&[1], left.as_slice(), right.as_slice()].concat()).into()
        }
    }
}

/// The largest power of two smaller than `n`.
fn split(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

/// Section 2.1.3.1: PATH.
fn path(m: usize, leaves: &[Vec<u8>]) -> Vec<[u8; 32]> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = split(leaves.len());
    let (mut inner, sibling) =
        if m < k { (path(m, &leaves[..k]), mth(&leaves[k..])) } else { (path(m - k, &leaves[k..]), mth(&leaves[..k])) };
    inner.push(sibling);
    inner
}

/// Section 2.1.4.1: PROOF and SUBPROOF.
fn subproof(m: usize, leaves: &[Vec<u8>], complete: bool) -> Vec<[u8; 32]> {
    if m == leaves.len() {
        return if complete { Vec::new() } else { vec![mth(leaves)] };
    }
    let k = split(leaves.len());
    let (mut inner, sibling) = if m <= k {
        (subproof(m, &leaves[..k], complete), mth(&leaves[k..]))
    } else {
        (subproof(m - k, &leaves[k..], false), mth(&leaves[..k]))
    };
    inner.push(sibling);
    inner
}

fn raw(path: &[Digest]) -> Vec<[u8; 32]> {
    path.iter().map(|digest| digest.0).collect()
}

fn hashes(leaves: &[Vec<u8>]) -> Vec<Digest> {
    leaves.iter().map(|leaf| leaf_hash(leaf)).collect()
}

fn log2_up(n: usize) -> usize {
    (usize::BITS - (n.max(1) - 1).leading_zeros()) as usize
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn roots_and_proofs_are_those_of_the_reference(
        leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..70),
        place in any::<prop::sample::Index>(),
        old in any::<prop::sample::Index>(),
        flipped in any::<(prop::sample::Index, prop::sample::Index, u8)>(),
    ) {
        let hashes = hashes(&leaves);
        let tree: Tree = hashes.iter().copied().collect();
        prop_assert_eq!(tree.root().0, mth(&leaves));
        let levels = Levels::over(hashes.clone());
        prop_assert_eq!(levels.root(), Some(tree.root()));
        prop_assert_eq!(Tree::from_peaks(tree.size(), tree.peaks().to_vec()), Some(tree.clone()));

        let (size, place) = (leaves.len(), place.index(leaves.len()));
        let proof = levels.inclusion(place).expect("the leaf is there");
        prop_assert_eq!(raw(&proof), path(place, &leaves));
        prop_assert!(proof.len() <= log2_up(size));
        let found = root_by_inclusion(hashes[place], place as u64, size as u64, &proof);
        prop_assert_eq!(found, Some(tree.root()));

        let old = 1 + old.index(size);
        let old_tree: Tree = hashes[..old].iter().copied().collect();
        let grown = levels.consistency(old).expect("no larger than the tree");
        prop_assert_eq!(raw(&grown), subproof(old, &leaves, true));
        prop_assert!(grown.len() <= 2 * log2_up(size).max(1));
        let (before, after) = ((old as u64, old_tree.root()), (size as u64, tree.root()));
        prop_assert!(consistency_holds(before, after, &grown));

        // Nothing else is proved by it: another root, another size, a hash more or less, a bit elsewhere.
        prop_assert!(!consistency_holds((before.0, leaf_hash(b"other")), after, &grown));
        prop_assert!(!consistency_holds(before, (after.0, leaf_hash(b"other")), &grown));
        let longer: Vec<Digest> = grown.iter().copied().chain([leaf_hash(b"more")]).collect();
        prop_assert!(!consistency_holds(before, after, &longer));
        if let Some((_, shorter)) = grown.split_last() {
            prop_assert!(!consistency_holds(before, after, shorter));
            let mut wrong = grown.clone();
            let (hash, byte, bit) = flipped;
            wrong[hash.index(grown.len())].0[byte.index(32)] ^= 1 << (bit % 8);
            prop_assert!(!consistency_holds(before, after, &wrong));
        }
        if let Some((_, shorter)) = proof.split_last() {
            prop_assert_ne!(root_by_inclusion(hashes[place], place as u64, size as u64, shorter), Some(tree.root()));
        }
        let elsewhere = (place + 1) % size;
        if elsewhere != place && hashes[elsewhere] != hashes[place] {
            let found = root_by_inclusion(hashes[place], elsewhere as u64, size as u64, &proof);
            prop_assert_ne!(found, Some(tree.root()));
        }
    }
}

#[test]
fn every_old_size_of_every_small_tree_is_proved() {
    let leaves: Vec<Vec<u8>> = (0u8..40).map(|n| vec![n]).collect();
    for size in 1..=leaves.len() {
        let levels = Levels::over(hashes(&leaves[..size]));
        for old in 1..=size {
            let proof = levels.consistency(old).expect("no larger");
            assert_eq!(raw(&proof), subproof(old, &leaves[..size], true), "{old} of {size}");
            let roots = (Digest(mth(&leaves[..old])), Digest(mth(&leaves[..size])));
            assert!(consistency_holds((old as u64, roots.0), (size as u64, roots.1), &proof), "{old} of {size}");
        }
        assert_eq!(levels.consistency(size + 1), None);
        assert_eq!(levels.inclusion(size), None);
    }
    assert_eq!(Tree::default().root().0, mth(&[]));
}

/// A ledger of three buckets in six blocks under two heads, line by line, as an export writes it.
fn small_ledger(signer: &Signer) -> Vec<Line> {
    let (mut check, mut lines) = (Check::default(), Vec::new());
    for (number, bucket, entries) in [(0, 0, 2), (1, 7, 1), (2, 1023, 3), (3, 7, 2), (4, 0, 1), (5, 7, 1)] {
        let entries: Vec<Entry> = (0..entries).map(|place| entry(number, place)).collect();
        let tip = check.tips().get(&bucket).copied().unwrap_or_default();
        let block = Block {
            number,
            bucket,
            height: tip.height,
            first: tip.first,
            entries: entries.len() as i64,
            before: tip.newest,
            root: entries.iter().map(Entry::leaf).collect::<Tree>().root(),
            at_ms: 1_795_400_000_000 + number,
        };
        check.block(&block);
        lines.push(Line::Block(block));
        lines.extend(entries.into_iter().map(Line::Entry));
        if number == 2 || number == 5 {
            let last = check.last_head().cloned();
            let head = Head {
                number: last.as_ref().map_or(0, |last| last.head.number + 1),
                at_ms: 1_795_400_000_100 + number,
                blocks: check.log().size() as i64,
                entries: check.entries(),
                log_root: check.log().root(),
                buckets_root: check.buckets_root(),
                before: last.map_or(Digest::NONE, |last| last.head.hash()),
                signer: signer.id(),
            };
            let head = head.sign(signer);
            check.head(&head);
            lines.push(Line::Head(head));
        }
    }
    assert_eq!(check.faults, Faults::default());
    lines
}

fn entry(block: i64, place: i64) -> Entry {
    let number = (block * 100 + place) as u128;
    Entry {
        id: FactId(Uuid::from_u128(number)),
        customer: CustomerId(Uuid::from_u128(9000 + number)),
        at_ms: 1_795_399_000_000 + place,
        actor: "stf_1".into(),
        room: "customer".into(),
        kind: "seen".into(),
        commitment: commitment(leaf_hash(&[block as u8]), "{}"),
    }
}

/// Reads lines as whoever checks an export does; whether anything is wrong.
fn is_whole(text: &[u8], trusted: SignerId) -> bool {
    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    if lines.pop().is_none_or(|rest| !rest.is_empty()) {
        return false;
    }
    let read = |line: &[u8]| std::str::from_utf8(line).ok().and_then(|line| Line::read(line).ok());
    let lines = lines.into_iter().map(read).collect::<Option<Vec<Line>>>();
    lines.is_some_and(|lines| are_whole(&lines, trusted))
}

/// The same of lines that were read.
fn are_whole(lines: &[Line], trusted: SignerId) -> bool {
    let (mut check, mut open): (Check, Option<(Block, Tree)>) = Default::default();
    let close = |check: &mut Check, open: &mut Option<(Block, Tree)>| {
        let Some((block, tree)) = open.take() else { return true };
        check.block(&block);
        tree.root() == block.root && tree.size() as i64 == block.entries && check.faults.found == 0
    };
    for line in lines {
        match line {
            Line::Entry(entry) => match &mut open {
                Some((_, tree)) => tree.push(entry.leaf()),
                None => return false,
            },
            Line::Block(block) if close(&mut check, &mut open) => open = Some((block.clone(), Tree::default())),
            Line::Head(head) if close(&mut check, &mut open) => check.head(head),
            _ => return false,
        }
    }
    check.trust(trusted);
    check.faults.found == 0 && open.is_none() && check.heads() == 2
}

#[test]
fn every_flipped_bit_of_a_small_ledger_is_found() {
    let signer = Signer::of([5; 32]);
    let mut lines = small_ledger(&signer);
    let texts: Vec<String> = lines.iter().map(Line::to_text).collect();
    let whole = (texts.join("\n") + "\n").into_bytes();
    assert!(is_whole(&whole, signer.id()));
    let (mut changed, mut at) = (whole.clone(), 0);
    for (place, text) in texts.iter().enumerate() {
        for byte in 0..=text.len() {
            for bit in 0..8 {
                changed[at + byte] ^= 1 << bit;
                let line = std::str::from_utf8(&changed[at..at + text.len()]).ok().and_then(|t| Line::read(t).ok());
                // A line that can no longer be read is found by that; the end of a line belongs to the whole file.
                let found = match line {
                    _ if byte == text.len() => !is_whole(&changed, signer.id()),
                    None => true,
                    Some(line) => {
                        let kept = std::mem::replace(&mut lines[place], line);
                        let found = !are_whole(&lines, signer.id());
                        lines[place] = kept;
                        found
                    }
                };
                assert!(found, "line {place}, byte {byte}, bit {bit}");
                changed[at + byte] = whole[at + byte];
            }
        }
        at += text.len() + 1;
    }
    assert_eq!((at, changed), (whole.len(), whole));
}

#[test]
fn a_line_left_out_or_doubled_or_moved_is_found() {
    let signer = Signer::of([5; 32]);
    let lines: Vec<String> = small_ledger(&signer).iter().map(Line::to_text).collect();
    let whole = |lines: &[String]| is_whole((lines.join("\n") + "\n").as_bytes(), signer.id());
    for place in 0..lines.len() {
        let mut without = lines.clone();
        let line = without.remove(place);
        assert!(!whole(&without), "without line {place}");
        let mut doubled = lines.clone();
        doubled.insert(place, line);
        assert!(!whole(&doubled), "line {place} twice");
        if place > 0 {
            let mut swapped = lines.clone();
            swapped.swap(place - 1, place);
            assert!(!whole(&swapped), "line {place} moved up");
        }
    }
}

#[test]
fn a_history_written_anew_with_the_right_key_contradicts_the_outside_head() {
    let signer = Signer::of([5; 32]);
    let mut check = Check::default();
    let (mut old_head, lines) = (None, small_ledger(&signer));
    for line in &lines {
        match line {
            Line::Block(block) => check.block(block),
            Line::Head(head) => {
                check.head(head);
                old_head.get_or_insert(head.clone());
            }
            Line::Entry(_) => {}
        }
    }
    let outside = old_head.expect("the first head");
    let proof = check.against(&outside).expect("it grew");
    assert!(!proof.is_empty() && check.faults.found == 0);

    // The same blocks but for the time of the first one, chained and signed anew.
    let (mut forged, mut tips) = (Check::default(), std::collections::HashMap::<i16, Tip>::new());
    for line in lines {
        match line {
            Line::Block(mut block) => {
                block.at_ms += i64::from(block.number == 0);
                block.before = tips.get(&block.bucket).copied().unwrap_or_default().newest;
                tips.insert(block.bucket, Tip::after(&block));
                forged.block(&block);
            }
            Line::Head(signed) => {
                let before = forged.last_head().map_or(Digest::NONE, |last| last.head.hash());
                let (log_root, buckets_root) = (forged.log().root(), forged.buckets_root());
                forged.head(&Head { log_root, buckets_root, before, ..signed.head }.sign(&signer));
            }
            Line::Entry(_) => {}
        }
    }
    forged.trust(signer.id());
    assert_eq!(forged.faults.found, 0, "within itself the forgery is whole");
    assert_eq!(forged.against(&outside), None);
    assert_eq!(forged.faults.named[0].kind, FaultKind::HistoryRewritten);
}
