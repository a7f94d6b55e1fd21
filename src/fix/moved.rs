//! Where a place in a text went when edits were applied, and where it came from.

use crate::text::{EditSet, Span};

/// The map between a text before and after an [`EditSet`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// What each edit covered before and covers after, in order.
    pieces: Vec<(Span, Span)>,
}

impl Moved {
    /// The map for `edits`.
    #[must_use]
    pub fn new(edits: &EditSet) -> Self {
        // All that was added and removed in front of the edit at hand.
        let (mut added, mut removed) = (0, 0);
        let piece = |edit: &crate::text::Edit| {
            let start = edit.span.start + added - removed;
            added += edit.text.len();
            removed += edit.span.len();
            (edit.span, Span::new(start, start + edit.text.len()))
        };
        Self { pieces: edits.iter().map(piece).collect() }
    }

    /// Where `span` of the old text stands in the new one. Text inserted at its ends is not part of it; where an edit
    /// replaced some of it, the whole replacement is.
    #[must_use]
    pub fn forward(&self, span: Span) -> Span {
        map(&self.pieces, span, |piece| *piece)
    }

    /// Where `span` of the new text stood in the old one; for inserted text the place where it was inserted.
    #[must_use]
    pub fn backward(&self, span: Span) -> Span {
        map(&self.pieces, span, |(old, new)| (*new, *old))
    }
}

fn map(pieces: &[(Span, Span)], span: Span, direction: impl Fn(&(Span, Span)) -> (Span, Span)) -> Span {
    let shifted = |count: usize, offset: usize| match count.checked_sub(1).and_then(|last| pieces.get(last)) {
        Some(piece) => {
            let (from, to) = direction(piece);
            to.end + (offset - from.end)
        }
        None => offset,
    };
    let before_start = pieces.partition_point(|piece| direction(piece).0.end <= span.start);
    let start = match pieces.get(before_start).map(&direction) {
        Some((from, to)) if from.start < span.start || (from.start == span.start && !from.is_empty()) => to.start,
        _ => shifted(before_start, span.start),
    };
    if span.is_empty() {
        return Span::empty(start);
    }
    let before_end = pieces.partition_point(|piece| {
        let from = direction(piece).0;
        from.end < span.end || (from.end == span.end && from.start < span.end)
    });
    let end = match pieces.get(before_end).map(&direction) {
        Some((from, to)) if from.start < span.end => to.end,
        _ => shifted(before_end, span.end),
    };
    Span::new(start, end.max(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Edit;

    #[test]
    fn follows_a_span_through_edits_and_back() {
        let mut edits = EditSet::new();
        edits.insert(Edit::insert(2, "++")).unwrap();
        edits.insert(Edit::replace(Span::new(4, 6), "xyz")).unwrap();
        edits.insert(Edit::delete(Span::new(8, 9))).unwrap();
        assert_eq!(edits.apply("0123456789"), "01++23xyz679");
        let moved = Moved::new(&edits);
        for (old, new) in [
            ((0, 2), (0, 2)),
            ((2, 4), (4, 6)),
            ((1, 3), (1, 5)),
            ((4, 6), (6, 9)),
            ((3, 5), (5, 9)),
            ((5, 7), (6, 10)),
            ((6, 8), (9, 11)),
            ((8, 9), (11, 11)),
            ((9, 10), (11, 12)),
            ((2, 2), (4, 4)),
        ] {
            let (old, new) = (Span::new(old.0, old.1), Span::new(new.0, new.1));
            assert_eq!(moved.forward(old), new, "{old}");
        }
        for (new, old) in [((0, 2), (0, 2)), ((2, 4), (2, 2)), ((4, 6), (2, 4)), ((7, 8), (4, 6)), ((11, 12), (9, 10))]
        {
            let (old, new) = (Span::new(old.0, old.1), Span::new(new.0, new.1));
            assert_eq!(moved.backward(new), old, "{new}");
        }
    }
}
