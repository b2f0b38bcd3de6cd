//! Which rows of columns changed, turn by turn, so that what was worked out from them is brought up to date by asking
//! those rows alone.

use std::collections::VecDeque;
use std::sync::Arc;

/// The changes of columns since they were made.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Whose changes these are.
    lineage: Arc<()>,
    /// Turns that are not known any more.
    forgotten: usize,
    turns: VecDeque<Vec<u32>>,
    /// Rows in `turns`.
    logged: usize,
}

/// A clone changes on its own: what is known of the one says nothing of the other.
impl Clone for Changes {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// A moment in the life of columns.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    lineage: Arc<()>,
    turn: usize,
}

impl Changes {
    /// Notes rows that changed, of `rows` in all. When many changed, all did.
    pub fn note(&mut self, changed: &[u32], rows: usize) {
        self.logged += changed.len();
        self.turns.push_back(changed.to_vec());
        if self.logged > rows / 4 {
            self.note_all();
        }
    }

    /// Notes that every row changed.
    pub fn note_all(&mut self) {
        self.forgotten += self.turns.len() + 1;
        self.turns.clear();
        self.logged = 0;
    }

    /// Now.
    pub fn mark(&self) -> Mark {
        Mark { lineage: Arc::clone(&self.lineage), turn: self.forgotten + self.turns.len() }
    }

    /// The rows that changed since, in order; `None` if that is not known.
    pub fn since(&self, mark: &Mark) -> Option<Vec<u32>> {
        let known = Arc::ptr_eq(&self.lineage, &mark.lineage);
        let first = mark.turn.checked_sub(self.forgotten).filter(|_| known)?;
        let mut rows: Vec<u32> = self.turns.iter().skip(first).flatten().copied().collect();
        rows.sort_unstable();
        rows.dedup();
        Some(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_known_until_many_changed_or_it_is_a_clone() {
        let mut changes = Changes::default();
        let start = changes.mark();
        changes.note(&[7, 3], 100);
        let later = changes.mark();
        changes.note(&[3, 9], 100);
        assert_eq!((changes.since(&start), changes.since(&later)), (Some(vec![3, 7, 9]), Some(vec![3, 9])));
        assert_eq!(changes.since(&changes.mark()), Some(Vec::new()));
        assert_eq!(changes.clone().since(&start), None);
        let before = changes.mark();
        changes.note(&[0; 30], 100);
        assert_eq!((changes.since(&before), changes.since(&start)), (None, None));
        assert_eq!(changes.since(&changes.mark()), Some(Vec::new()));
    }
}
