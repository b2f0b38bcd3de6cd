//! Which stretches of a log a proof of inclusion is made of, and how each falls into full subtrees: so that a proof needs
//! the roots of a few subtrees and not every leaf. RFC 9162, section 2.1.3.

use super::{Digest, node_hash};
use std::ops::Range;

/// A full subtree: the leaves `place << level .. (place + 1) << level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subtree {
    /// How many levels above the leaves its root is.
    pub level: u32,
    /// Its place among those of its level.
    pub place: u64,
}

impl Subtree {
    /// Its leaves.
    pub const fn leaves(self) -> Range<u64> {
        self.place << self.level..(self.place + 1) << self.level
    }
}

/// The stretches whose roots lead from the leaf at `place` to the root of a tree of `size` leaves, on the way up: what
/// [`super::Levels::inclusion`] answers, as stretches of leaves. `None` if there is no such leaf.
pub fn siblings(place: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if place >= size {
        return None;
    }
    let (mut node, mut nodes, mut level) = (place, size, 0);
    let mut found = Vec::new();
    while nodes > 1 {
        let sibling = node ^ 1;
        if sibling < nodes {
            found.push(sibling << level..((sibling + 1) << level).min(size));
        }
        (node, nodes, level) = (node >> 1, nodes.div_ceil(2), level + 1);
    }
    Some(found)
}

/// The full subtrees of a stretch, the largest first. A stretch as [`siblings`] names it begins where a subtree at least
/// as large as itself could begin.
pub fn subtrees(stretch: &Range<u64>) -> Vec<Subtree> {
    let (mut from, mut found) = (stretch.start, Vec::new());
    while from < stretch.end {
        let level = (stretch.end - from).ilog2().min(if from == 0 { 63 } else { from.trailing_zeros() });
        found.push(Subtree { level, place: from >> level });
        from += 1 << level;
    }
    found
}

/// The root over a stretch by the roots of its full subtrees, the largest first; `None` without one.
pub fn root_over(roots: &[Digest]) -> Option<Digest> {
    let mut roots = roots.iter().rev().copied();
    let last = roots.next()?;
    Some(roots.fold(last, |right, left| node_hash(left, right)))
}

#[cfg(test)]
mod tests {
    use super::super::{Levels, Tree, leaf_hash, root_by_inclusion};
    use super::*;

    #[test]
    fn the_roots_of_the_stretches_are_the_path_that_the_whole_tree_gives() {
        let leaves: Vec<Digest> = (0..200u64).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        for size in [1, 2, 3, 5, 8, 63, 64, 65, 127, 130, 200] {
            let (levels, tree) =
                (Levels::over(leaves[..size].to_vec()), leaves[..size].iter().copied().collect::<Tree>());
            for place in 0..size {
                let path: Vec<Digest> = siblings(place as u64, size as u64)
                    .expect("a leaf")
                    .iter()
                    .map(|stretch| {
                        let roots: Vec<Digest> = subtrees(stretch)
                            .iter()
                            .map(|one| {
                                let of = one.leaves();
                                leaves[of.start as usize..of.end as usize].iter().copied().collect::<Tree>().root()
                            })
                            .collect();
                        root_over(&roots).expect("no stretch is empty")
                    })
                    .collect();
                assert_eq!(Some(&path), levels.inclusion(place).as_ref(), "{place} of {size}");
                let root = root_by_inclusion(leaves[place], place as u64, size as u64, &path);
                assert_eq!(root, Some(tree.root()), "{place} of {size}");
            }
            assert_eq!(siblings(size as u64, size as u64), None);
        }
    }

    #[test]
    fn a_proof_of_a_large_log_is_made_of_few_subtrees() {
        let size = 50_000_003;
        for place in [0, 1, 31_250_000, size - 1] {
            let needed: usize = siblings(place, size).expect("a leaf").iter().map(|one| subtrees(one).len()).sum();
            assert!(needed <= 2 * 26, "{needed} for {place}");
        }
    }
}
