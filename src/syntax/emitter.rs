//! Turns the pieces of a logical line into tokens of the tree, with what the builder drops in between.
//!
//! The parser works on the joined text of an instruction, as the builder sees it. The emitter walks along in the file,
//! so that no byte can be lost or said twice: a token is "from where we are up to here".

use rowan::{GreenNode, GreenNodeBuilder, Language as _, NodeCache};

use super::kinds::{Language, SyntaxKind};
use crate::text::{MappedText, Span};

/// An instruction as the builder reads it: its lines joined, and where the bytes come from.
#[derive(Debug, Default)]
pub(super) struct LogicalLine {
    /// The joined text.
    pub(super) text: String,
    /// (end in `text`, start in the file) of each piece, in order.
    pieces: Vec<(usize, usize)>,
    /// What stands before, between and after the pieces, in file order.
    trivia: Vec<(SyntaxKind, Span)>,
}

impl LogicalLine {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.pieces.clear();
        self.trivia.clear();
    }

    pub(super) fn push_text(&mut self, source: &str, span: Span) {
        if !span.is_empty() {
            self.text.push_str(span.of(source));
            self.pieces.push((self.text.len(), span.start));
        }
    }

    pub(super) fn push_trivia(&mut self, kind: SyntaxKind, span: Span) {
        if !span.is_empty() {
            self.trivia.push((kind, span));
        }
    }
}

/// Writes the tree.
pub(super) struct Emitter<'a> {
    source: &'a str,
    builder: GreenNodeBuilder<'a>,
    /// How much of the file is in the tree.
    emitted: usize,
    /// Where the text begins that is not in the tree yet, so that neighbouring pieces of text become one token.
    text_start: usize,
    /// How much of the logical line is in the tree.
    pub(super) at: usize,
    piece: usize,
    trivia: usize,
}

impl<'a> Emitter<'a> {
    pub(super) fn new(source: &'a str, cache: &'a mut NodeCache) -> Self {
        let mut builder = GreenNodeBuilder::with_cache(cache);
        builder.start_node(Language::kind_to_raw(SyntaxKind::Dockerfile));
        Self { source, builder, emitted: 0, text_start: 0, at: 0, piece: 0, trivia: 0 }
    }

    pub(super) fn finish(mut self) -> GreenNode {
        debug_assert_eq!(self.emitted, self.source.len());
        self.flush_text();
        self.builder.finish_node();
        self.builder.finish()
    }

    /// A token that is no part of a logical line, up to `end` in the file.
    pub(super) fn raw_token(&mut self, kind: SyntaxKind, end: usize) {
        if self.emitted < end {
            if kind != SyntaxKind::Text {
                self.flush_text();
                self.builder.token(Language::kind_to_raw(kind), &self.source[self.emitted..end]);
                self.text_start = end;
            }
            self.emitted = end;
        }
    }

    fn flush_text(&mut self) {
        if self.text_start < self.emitted {
            let text = &self.source[self.text_start..self.emitted];
            self.builder.token(Language::kind_to_raw(SyntaxKind::Text), text);
            self.text_start = self.emitted;
        }
    }

    /// Opens the node of a new logical line; trivia before its first byte will be inside.
    pub(super) fn start_line(&mut self, kind: SyntaxKind) {
        self.at = 0;
        self.piece = 0;
        self.trivia = 0;
        self.start_raw(kind);
    }

    pub(super) fn start_raw(&mut self, kind: SyntaxKind) {
        self.flush_text();
        self.builder.start_node(Language::kind_to_raw(kind));
    }

    /// Opens a node at the next byte of the logical line; trivia before it stays outside.
    pub(super) fn start(&mut self, line: &LogicalLine, kind: SyntaxKind) {
        self.flush_trivia(line);
        self.start_raw(kind);
    }

    pub(super) fn finish_node(&mut self) {
        self.flush_text();
        self.builder.finish_node();
    }

    /// The bytes of the logical line up to `end` become tokens of this kind: one, or several where trivia stands inside.
    pub(super) fn token(&mut self, line: &LogicalLine, kind: SyntaxKind, end: usize) {
        while self.at < end {
            self.flush_trivia(line);
            let (piece_end, _) = line.pieces[self.piece];
            let length = end.min(piece_end) - self.at;
            self.raw_token(kind, self.emitted + length);
            self.at += length;
            if self.at == piece_end {
                self.piece += 1;
            }
        }
    }

    /// Trivia that stands where the emitter is.
    pub(super) fn flush_trivia(&mut self, line: &LogicalLine) {
        while let Some((kind, span)) = line.trivia.get(self.trivia) {
            if span.start != self.emitted {
                break;
            }
            self.raw_token(*kind, span.end);
            self.trivia += 1;
        }
    }

    /// Where byte `at` of the logical line stands in the file.
    pub(super) fn file_offset(line: &LogicalLine, at: usize) -> usize {
        let piece = line.pieces.partition_point(|(end, _)| *end <= at);
        match line.pieces.get(piece) {
            Some((_, start)) => {
                let logical_start = if piece == 0 { 0 } else { line.pieces[piece - 1].0 };
                start + (at - logical_start)
            }
            // The end of the line: behind its last byte.
            None => match line.pieces.last() {
                Some((end, start)) => {
                    let before = line.pieces.len().checked_sub(2).map_or(0, |index| line.pieces[index].0);
                    start + (end - before)
                }
                None => line.trivia.first().map_or(0, |(_, span)| span.start),
            },
        }
    }

    /// Where a part of the logical line stands in the file.
    pub(super) fn file_span(line: &LogicalLine, span: Span) -> Span {
        if span.is_empty() {
            return Span::empty(Self::file_offset(line, span.start));
        }
        Span::new(Self::file_offset(line, span.start), Self::file_offset(line, span.end - 1) + 1)
    }
}

/// Gathers the tokens of a node into mapped text.
pub(super) fn mapped_text<'t>(tokens: impl Iterator<Item = (&'t str, usize)>) -> MappedText {
    let mut mapped = MappedText::new();
    for (text, offset) in tokens {
        mapped.push(text, offset);
    }
    mapped
}
