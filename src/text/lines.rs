//! Lines, columns and line ends.

use super::Span;

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewlineStyle {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
}

impl NewlineStyle {
    /// The bytes that end a line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// The line end in use around `offset`: that of the line it stands in, or of the line before where the text ends
/// without one, or `\n`. A file with mixed ends so keeps its local style.
#[must_use]
pub fn newline_at(text: &str, offset: usize) -> NewlineStyle {
    let bytes = text.as_bytes();
    let here = bytes[offset..].iter().position(|byte| *byte == b'\n').map(|at| offset + at);
    let newline = here.or_else(|| bytes[..offset].iter().rposition(|byte| *byte == b'\n'));
    match newline {
        Some(at) if at > 0 && bytes[at - 1] == b'\r' => NewlineStyle::CrLf,
        _ => NewlineStyle::Lf,
    }
}

/// A place as people count it: both numbers start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line number, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1.
    pub column: usize,
}

/// Finds lines by byte offset, in logarithmic time.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
    length: usize,
}

impl LineIndex {
    /// Reads `text` once and remembers where its lines start.
    #[must_use]
    pub fn new(text: &str) -> Self {
        // Most lines are longer than this.
        let mut starts = Vec::with_capacity(text.len() / 24 + 1);
        starts.push(0);
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        Self { starts, length: text.len() }
    }

    /// The number of the line that holds `offset`, from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// Line and column of `offset` in `text`, which is the text that the index was made of.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.line(offset);
        let column = text[self.starts[line - 1]..offset].chars().count() + 1;
        Position { line, column }
    }

    /// The bytes of line `line` (from 1) with its line end; `None` past the last line.
    #[must_use]
    pub fn line_span(&self, line: usize) -> Option<Span> {
        let start = *self.starts.get(line.checked_sub(1)?)?;
        Some(Span::new(start, self.starts.get(line).copied().unwrap_or(self.length)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_columns_from_one() {
        let text = "a\nbé c\n";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(index.position(text, 6), Position { line: 2, column: 4 });
        assert_eq!(index.line_span(2), Some(Span::new(2, 8)));
        assert_eq!(index.line_span(4), None);
    }

    #[test]
    fn takes_the_line_end_in_use_nearby() {
        assert_eq!(newline_at("a\r\nb\n", 0), NewlineStyle::CrLf);
        assert_eq!(newline_at("a\r\nb\n", 3), NewlineStyle::Lf);
        assert_eq!(newline_at("a\r\nb", 4), NewlineStyle::CrLf);
        assert_eq!(newline_at("", 0), NewlineStyle::Lf);
    }
}
