//! Replacements of byte ranges, and sets of them that can be applied together.

use super::Span;

/// One replacement: the bytes of `span` become `text`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards; empty for a deletion.
    pub text: String,
}

impl Edit {
    /// Inserts `text` before the byte at `offset`.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self { span: Span::empty(offset), text: text.into() }
    }

    /// Replaces the bytes of `span` by `text`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Removes the bytes of `span`.
    #[must_use]
    pub fn delete(span: Span) -> Self {
        Self { span, text: String::new() }
    }
}

/// Two edits that cannot both be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an edit of bytes {new} overlaps an edit of bytes {present}")]
pub struct EditConflict {
    /// The edit that was refused.
    pub new: Span,
    /// The edit that stands in its way.
    pub present: Span,
}

/// Edits in the order of their place, none overlapping another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditSet {
    edits: Vec<Edit>,
}

impl EditSet {
    /// A set without edits.
    #[must_use]
    pub const fn new() -> Self {
        Self { edits: Vec::new() }
    }

    /// Adds one edit; an identical edit merges with the one that is there.
    ///
    /// # Errors
    /// The edit overlaps one in the set, or both insert different text at one place.
    pub fn insert(&mut self, edit: Edit) -> Result<(), EditConflict> {
        let at = self.edits.partition_point(|present| *present < edit);
        if self.edits.get(at) == Some(&edit) {
            return Ok(());
        }
        // Only neighbours can overlap, since the set is sorted and free of overlaps.
        let neighbours = [at.checked_sub(1), Some(at)];
        for present in neighbours.into_iter().flatten().filter_map(|index| self.edits.get(index)) {
            if present.span.conflicts(edit.span) {
                return Err(EditConflict { new: edit.span, present: present.span });
            }
        }
        self.edits.insert(at, edit);
        Ok(())
    }

    /// The edits in the order of their place.
    pub fn iter(&self) -> std::slice::Iter<'_, Edit> {
        self.edits.iter()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The text after all edits.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let mut result =
            String::with_capacity(text.len() + self.edits.iter().map(|edit| edit.text.len()).sum::<usize>());
        let mut copied = 0;
        for edit in &self.edits {
            result.push_str(&text[copied..edit.span.start]);
            result.push_str(&edit.text);
            copied = edit.span.end;
        }
        result.push_str(&text[copied..]);
        result
    }
}

impl<'a> IntoIterator for &'a EditSet {
    type Item = &'a Edit;
    type IntoIter = std::slice::Iter<'a, Edit>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applies_in_order_of_place_whatever_the_order_of_insertion() {
        let mut edits = EditSet::new();
        edits.insert(Edit::replace(Span::new(4, 7), "two")).unwrap();
        edits.insert(Edit::insert(0, "> ")).unwrap();
        edits.insert(Edit::delete(Span::new(7, 8))).unwrap();
        assert_eq!(edits.apply("one abc !"), "> one two!");
    }

    #[test]
    fn merges_equal_edits_and_refuses_overlaps() {
        let mut edits = EditSet::new();
        edits.insert(Edit::insert(3, "x")).unwrap();
        edits.insert(Edit::insert(3, "x")).unwrap();
        assert_eq!(edits.iter().len(), 1);
        assert!(edits.insert(Edit::insert(3, "y")).is_err());
        assert!(edits.insert(Edit::replace(Span::new(1, 3), "z")).is_err());
        assert!(edits.insert(Edit::replace(Span::new(1, 2), "z")).is_ok());
    }
}
