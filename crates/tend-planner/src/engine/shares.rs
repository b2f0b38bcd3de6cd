//! Rows shared out among threads, and cut into blocks.

use super::lanes::BLOCK;
use std::ops::Range;

/// What each thread makes of its share of the rows, in order. Shares begin at multiples of [`BLOCK`].
pub(crate) fn on_shares<R: Send>(rows: usize, threads: usize, work: impl Fn(Range<usize>) -> R + Sync) -> Vec<R> {
    let share = rows.div_ceil(threads.max(1)).next_multiple_of(BLOCK).max(1);
    let mut parts = Vec::new();
    std::thread::scope(|scope| {
        let work = &work;
        let mut starts = (0..rows).step_by(share);
        let first = starts.next();
        let others: Vec<_> = starts.map(|start| scope.spawn(move || work(start..(start + share).min(rows)))).collect();
        parts.extend(first.map(|start| work(start..(start + share).min(rows))));
        let join = |worker: std::thread::ScopedJoinHandle<'_, R>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        parts.extend(others.into_iter().map(join));
    });
    parts
}

/// The rows block by block; the last one may be shorter.
pub(crate) fn blocks(rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    rows.clone().step_by(BLOCK).map(move |start| start..(start + BLOCK).min(rows.end))
}
