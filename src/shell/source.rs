//! The text that is read, with the way from brush-parser's character offsets to bytes, and on to the file.

use brush_parser::SourceSpan;

use super::parse::ShellError;
use crate::text::{MappedText, Span};

/// The text with the way from characters to bytes, and on to the file.
pub(super) struct Source<'a> {
    mapped: &'a MappedText,
    /// The byte offset of every character and of the end; `None` if all are ASCII.
    offsets: Option<Vec<usize>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(mapped: &'a MappedText) -> Self {
        let text = mapped.text();
        let offsets =
            (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).chain([text.len()]).collect::<Vec<_>>());
        Self { mapped, offsets }
    }

    pub(super) fn text(&self) -> &'a str {
        self.mapped.text()
    }

    /// The byte offset of a character.
    pub(super) fn byte(&self, character: usize) -> usize {
        let byte = self.offsets.as_ref().map_or(Some(character), |offsets| offsets.get(character).copied());
        byte.unwrap_or(self.text().len()).min(self.text().len())
    }

    /// An error at a character, or about the whole text.
    pub(super) fn error(&self, character: Option<usize>, message: &str) -> ShellError {
        let length = self.text().len();
        let span = character.map_or(Span::new(0, length), |at| {
            let start = self.byte(at);
            let width = self.text()[start..].chars().next().map_or(0, char::len_utf8);
            Span::new(start, start + width)
        });
        ShellError { span: self.mapped.file_span(span), message: message.to_owned() }
    }

    /// The bytes of a token, without the blanks and continuations that brush-parser counts in at its ends.
    pub(super) fn token_span(&self, location: &SourceSpan) -> Span {
        let (mut start, mut end) = (self.byte(location.start.index), self.byte(location.end.index));
        let text = self.text();
        while start < end {
            let rest = &text[start..end];
            let skipped = if rest.starts_with("\\\n") { 2 } else { usize::from(rest.starts_with([' ', '\t'])) };
            if skipped == 0 {
                break;
            }
            start += skipped;
        }
        while text[start..end].ends_with("\\\n") {
            end -= 2;
        }
        Span::new(start, end)
    }

    /// The place in the file.
    pub(super) fn file_span(&self, span: Span) -> Span {
        self.mapped.file_span(span)
    }
}
