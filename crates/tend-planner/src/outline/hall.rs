//! Where threads fill strips of rows first and, when all strips are full, read them: one start of threads serves both.

use super::Strip;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};

/// So often a thread looks whether the others are done before it lets other programs run.
const LOOKS: usize = 2_000;

/// The strips, while threads are about them.
pub(super) struct Hall<'s> {
    strips: Vec<RwLock<&'s mut Strip>>,
    next: AtomicUsize,
    /// Strips that are not full yet.
    open: AtomicUsize,
}

/// A strip that is being filled. It counts as done however its thread ends: nobody waits for one that failed.
struct Filling<'h>(&'h AtomicUsize);

impl Drop for Filling<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

impl<'s> Hall<'s> {
    pub fn new(strips: &'s mut [Strip]) -> Self {
        let strips: Vec<_> = strips.iter_mut().map(RwLock::new).collect();
        Self { open: AtomicUsize::new(strips.len()), strips, next: AtomicUsize::new(0) }
    }

    /// Fills one strip after the other that nobody else has, until none is left.
    pub fn fill(&self, mut fill: impl FnMut(usize, &mut Strip)) {
        let next = || {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            self.strips.get(number).map(|strip| (number, strip))
        };
        while let Some((number, strip)) = next() {
            let _filling = Filling(&self.open);
            fill(number, &mut strip.write().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// Waits until all strips are full, and reads them.
    pub fn read(&self, read: impl FnOnce(&[&Strip])) {
        let mut looks = 0;
        while self.open.load(Ordering::Acquire) > 0 {
            looks += 1;
            if looks < LOOKS { std::hint::spin_loop() } else { std::thread::yield_now() }
        }
        let strips: Vec<_> =
            self.strips.iter().map(|strip| strip.read().unwrap_or_else(PoisonError::into_inner)).collect();
        let strips: Vec<&Strip> = strips.iter().map(|strip| &***strip).collect();
        read(&strips);
    }
}
