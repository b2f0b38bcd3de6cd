//! The terms of all plans, each once.

use tend_rules::segment::Node;

/// The distinct terms of a set of expressions.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    roots: Vec<Node>,
}

impl Terms {
    /// The number of the term.
    pub fn add(&mut self, node: &Node) -> usize {
        self.roots.push(node.clone());
        self.roots.len() - 1
    }
}
