//! Proofs that a leaf stands in a tree and that a tree only grew. RFC 9162, sections 2.1.3 and 2.1.4.

use super::{Digest, node_hash};

/// A whole tree, level by level; the last node of an odd level rises as it is.
#[derive(Debug)]
pub struct Levels(Vec<Vec<Digest>>);

impl Levels {
    /// The tree over the hashes of leaves.
    pub fn over(leaves: Vec<Digest>) -> Self {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last()
            && below.len() > 1
        {
            let above = below.chunks(2).map(|pair| match *pair {
                [left, right] => node_hash(left, right),
                _ => pair[0],
            });
            let above = above.collect();
            levels.push(above);
        }
        Self(levels)
    }

    /// The root; `None` without leaves.
    pub fn root(&self) -> Option<Digest> {
        self.0.last().and_then(|top| top.first()).copied()
    }

    /// What proves that the leaf at `place` stands in the tree: the siblings on the way up, at most log2 of the size.
    /// `None` if there is no such leaf.
    pub fn inclusion(&self, place: usize) -> Option<Vec<Digest>> {
        (place < self.0[0].len()).then(|| self.upwards(0, place))
    }

    /// What proves that the tree of the first `old` leaves grew to this one. Empty if it is the same or was empty;
    /// `None` if `old` is larger than the tree.
    pub fn consistency(&self, old: usize) -> Option<Vec<Digest>> {
        if old > self.0[0].len() {
            return None;
        }
        if old == 0 || old == self.0[0].len() {
            return Some(Vec::new());
        }
        // The largest full subtree at the right edge of the old tree.
        let level = (old.trailing_zeros() as usize).min(self.0.len() - 1);
        let node = (old - 1) >> level;
        let mut path = Vec::new();
        if node > 0 {
            path.push(self.0[level][node]);
        }
        path.extend(self.upwards(level, node));
        Some(path)
    }

    fn upwards(&self, level: usize, mut node: usize) -> Vec<Digest> {
        let mut path = Vec::new();
        for nodes in &self.0[level..] {
            path.extend(nodes.get(node ^ 1));
            node >>= 1;
        }
        path
    }
}

/// The root that a leaf and its path lead to; `None` if the path has the wrong length for that place and size.
pub fn root_by_inclusion(leaf: Digest, place: u64, size: u64, path: &[Digest]) -> Option<Digest> {
    if place >= size {
        return None;
    }
    let (mut node, mut last, mut root) = (place, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            root = node_hash(*sibling, root);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            root = node_hash(root, *sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(root)
}

/// A tree's size and root.
pub type SizeAndRoot = (u64, Digest);

/// Whether `path` proves that the `new` tree begins with all leaves of the `old` one, in the same order.
pub fn consistency_holds(old: SizeAndRoot, new: SizeAndRoot, path: &[Digest]) -> bool {
    if old.0 == new.0 {
        return path.is_empty() && old.1 == new.1;
    }
    if old.0 > new.0 {
        return false;
    }
    if old.0 == 0 {
        return path.is_empty();
    }
    let mut rest = path.iter().copied();
    let first = if old.0.is_power_of_two() { Some(old.1) } else { rest.next() };
    let Some(first) = first else { return false };
    let edge = (old.0 - 1).trailing_ones();
    let (mut node, mut last) = ((old.0 - 1) >> edge, (new.0 - 1) >> edge);
    let (mut old_root, mut new_root) = (first, first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_root = node_hash(sibling, old_root);
            new_root = node_hash(sibling, new_root);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_root = node_hash(new_root, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_root == old.1 && new_root == new.1
}
