//! Where findings stand that say the same, so that each is known again in the next round.

use std::collections::BTreeSet;

use crate::text::Span;

/// The places of findings that say the same, in file order.
#[derive(Default)]
pub(super) struct Places {
    free: BTreeSet<(Span, usize)>,
    longest: usize,
}

impl Places {
    /// Adds a finding by its place and its index.
    pub(super) fn push(&mut self, span: Span, index: usize) {
        self.longest = self.longest.max(span.len());
        self.free.insert((span, index));
    }

    /// Takes out the finding at `place`, or else one that overlaps it.
    pub(super) fn take(&mut self, place: Span) -> Option<usize> {
        let exact = self.free.range((place, 0)..=(place, usize::MAX)).next();
        let near = || {
            let first = Span::empty(place.start.saturating_sub(self.longest));
            let last = Span { start: place.end, end: usize::MAX };
            self.free.range((first, 0)..=(last, usize::MAX)).find(|(span, _)| span.conflicts(place))
        };
        let found = *exact.or_else(near)?;
        self.free.remove(&found);
        Some(found.1)
    }
}
