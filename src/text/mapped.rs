//! Text gathered from pieces of a file, with a map back to where each piece stands.

use super::Span;

/// Text that was put together from pieces of a file, as the builder joins the lines of an instruction.
///
/// The pieces are in file order and hold the file's own bytes, so every byte of [`MappedText::text`] has one place in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappedText {
    text: String,
    /// (offset in `text`, offset in the file) where each piece begins.
    pieces: Vec<(usize, usize)>,
}

impl MappedText {
    /// No text.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: String::new(), pieces: Vec::new() }
    }

    /// Appends `piece`, which stands at `file_offset` in the file.
    pub fn push(&mut self, piece: &str, file_offset: usize) {
        if piece.is_empty() {
            return;
        }
        let continues = self.pieces.last().is_some_and(|(at, offset)| offset + (self.text.len() - at) == file_offset);
        if !continues {
            self.pieces.push((self.text.len(), file_offset));
        }
        self.text.push_str(piece);
    }

    /// The joined text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place in the file of the byte at `offset`; for the end of the text, the place after its last byte.
    #[must_use]
    pub fn file_offset(&self, offset: usize) -> usize {
        let piece = self.pieces.partition_point(|(at, _)| *at <= offset).saturating_sub(1);
        self.pieces.get(piece).map_or(0, |(at, file)| file + (offset - at))
    }

    /// The span in the file of a span of the text. It may cover continuations that are not in the text.
    #[must_use]
    pub fn file_span(&self, span: Span) -> Span {
        if span.is_empty() {
            return Span::empty(self.file_offset(span.start));
        }
        Span::new(self.file_offset(span.start), self.file_offset(span.end - 1) + 1)
    }

    /// The same text without what lies outside of `span`.
    #[must_use]
    pub fn slice(&self, span: Span) -> MappedText {
        let mut result = MappedText::new();
        let first = self.pieces.partition_point(|(at, _)| *at <= span.start).saturating_sub(1);
        let pieces = self.pieces.iter().enumerate().skip(first);
        for (index, (at, file)) in pieces.take_while(|(_, (at, _))| *at < span.end) {
            let end = self.pieces.get(index + 1).map_or(self.text.len(), |(next, _)| *next);
            let (from, to) = ((*at).max(span.start), end.min(span.end));
            if from < to {
                result.push(&self.text[from..to], file + (from - at));
            }
        }
        if result.pieces.is_empty() {
            result.pieces.push((0, self.file_offset(span.start)));
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_back_over_a_gap() {
        let mut mapped = MappedText::new();
        mapped.push("ab", 10);
        mapped.push("c", 12);
        mapped.push("de", 20);
        assert_eq!(mapped.text(), "abcde");
        assert_eq!(mapped.file_span(Span::new(1, 3)), Span::new(11, 13));
        assert_eq!(mapped.file_span(Span::new(2, 4)), Span::new(12, 21));
        assert_eq!(mapped.file_offset(5), 22);
        assert_eq!(mapped.slice(Span::new(2, 5)).file_span(Span::new(0, 3)), Span::new(12, 22));
    }
}
