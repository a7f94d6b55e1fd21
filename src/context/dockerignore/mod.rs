//! `.dockerignore`: its lines, each with its place in the file, and Docker's way to match them. It is not gitignore.
//!
//! Lines are read as `github.com/moby/patternmatcher/ignorefile` does and matched as `github.com/moby/patternmatcher` does
//! on Linux, as BuildKit, the classic builder or buildah uses it: they agree on what people write and differ in corners. Which file of that name a builder takes, and everything about the disk, is the business of the parent module.

mod edit;
mod matcher;
mod pattern;
mod program;

use std::path::{Path, PathBuf};

pub use edit::Group;
pub use matcher::{ParentMatches, PatternMatcher};
pub use pattern::{Pattern, PatternError};

use crate::context::path;
use crate::text::Span;

/// A line longer than this makes Docker refuse the file (`bufio.MaxScanTokenSize`).
const LONGEST_LINE: usize = 64 * 1024;

/// An ignore file as it was read: every byte of it is in [`IgnoreFile::text`], and every line in [`IgnoreFile::lines`].
#[derive(Clone, Debug)]
pub struct IgnoreFile {
    path: PathBuf,
    text: String,
    lines: Vec<IgnoreLine>,
    matcher: PatternMatcher,
}

/// One line of an ignore file.
#[derive(Clone, Debug)]
pub struct IgnoreLine {
    /// The line without its line end and without the byte order mark.
    pub span: Span,
    /// What it says.
    pub kind: LineKind,
}

/// What a line of an ignore file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Nothing but white space.
    Blank,
    /// `#` in the first column. A `#` after a blank begins a pattern.
    Comment,
    /// A pattern.
    Pattern(PatternLine),
}

/// A line with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternLine {
    /// The pattern as written, with its `!` and without the blanks around it.
    pub span: Span,
    /// Whether it re-includes what earlier lines excluded.
    pub negated: bool,
    /// The pattern that is matched: cleaned, and without `!` and leading slash.
    pub cleaned: String,
    /// What is wrong with the pattern.
    pub error: Option<PatternError>,
}

impl IgnoreFile {
    /// Reads `text`, which was found at `path`. Every text has a meaning; what is wrong is in [`IgnoreFile::errors`].
    #[must_use]
    pub fn parse(path: &Path, text: String) -> Self {
        let mut lines = Vec::new();
        let mut patterns = Vec::new();
        let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        while start < text.len() {
            let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
            let content_end = if text[start..end].ends_with('\r') { end - 1 } else { end };
            let span = Span::new(start, content_end);
            let kind = line_kind(span, &text, &mut patterns);
            lines.push(IgnoreLine { span, kind });
            start = end + 1;
        }
        Self { path: path.to_owned(), text, lines, matcher: PatternMatcher::new(patterns) }
    }

    /// Where the file was found.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All lines in order.
    #[must_use]
    pub fn lines(&self) -> &[IgnoreLine] {
        &self.lines
    }

    /// The patterns in order, without those that Docker refuses.
    #[must_use]
    pub const fn matcher(&self) -> &PatternMatcher {
        &self.matcher
    }

    /// The patterns with which something is wrong. For all but [`PatternError::Unsupported`] no build of this context works.
    pub fn errors(&self) -> impl Iterator<Item = (Span, PatternError)> + '_ {
        self.lines.iter().filter_map(|line| match &line.kind {
            LineKind::Pattern(pattern) => pattern.error.map(|error| (pattern.span, error)),
            LineKind::Blank | LineKind::Comment => None,
        })
    }
}

fn line_kind(span: Span, text: &str, patterns: &mut Vec<Pattern>) -> LineKind {
    let line = span.of(text);
    if line.starts_with('#') {
        return LineKind::Comment;
    }
    let written = line.trim();
    if written.is_empty() {
        return LineKind::Blank;
    }
    let start = span.start + (line.len() - line.trim_start().len());
    let (negated, cleaned) = cleaned(written);
    let error = if line.len() >= LONGEST_LINE {
        Some(PatternError::LineTooLong)
    } else {
        match Pattern::new(&cleaned, negated) {
            Ok(pattern) => {
                let error = pattern.is_unsupported().then_some(PatternError::Unsupported);
                patterns.push(pattern);
                error
            }
            Err(error) => Some(error),
        }
    };
    LineKind::Pattern(PatternLine { span: Span::new(start, start + written.len()), negated, cleaned, error })
}

/// The pattern as it is matched. It is cleaned twice, once without its `!` by the reader of the file and once with it by
/// the matcher, as Docker does: so `!/` becomes `!` and an error, and `/a/../b` becomes `b`.
fn cleaned(written: &str) -> (bool, String) {
    let (negated, rest) = match written.strip_prefix('!') {
        Some(rest) => (true, rest.trim()),
        None => (false, written),
    };
    let mut pattern = if rest.is_empty() { String::new() } else { path::clean(rest) };
    if pattern.len() > 1 && pattern.starts_with('/') {
        pattern.remove(0);
    }
    let whole = if negated { format!("!{pattern}") } else { pattern };
    let whole = path::clean(whole.trim());
    match whole.strip_prefix('!') {
        Some(rest) => (true, rest.to_owned()),
        None => (false, whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Builder;

    fn check(text: &str, expected: &[(&str, bool, &str)]) {
        let file = IgnoreFile::parse(Path::new(".dockerignore"), text.to_owned());
        let found: Vec<_> = file
            .lines()
            .iter()
            .filter_map(|line| match &line.kind {
                LineKind::Pattern(pattern) => {
                    Some((pattern.span.of(file.text()), pattern.negated, pattern.cleaned.as_str()))
                }
                LineKind::Blank | LineKind::Comment => None,
            })
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn reads_lines_as_docker_does() {
        check("# comment\n #pattern\n\n  \t\n", &[("#pattern", false, "#pattern")]);
        check("\u{feff}a\n\u{feff}#b", &[("a", false, "a"), ("\u{feff}#b", false, "\u{feff}#b")]);
        check("a\r\n!b\r\n", &[("a", false, "a"), ("!b", true, "b")]);
        check("  a b \n", &[("a b", false, "a b")]);
        check(
            "/a/\n./b\nc/./d//e\nf/../g\n",
            &[("/a/", false, "a"), ("./b", false, "b"), ("c/./d//e", false, "c/d/e"), ("f/../g", false, "g")],
        );
        check("! a\n!/b\n!!c", &[("! a", true, "a"), ("!/b", true, "b"), ("!!c", true, "!c")]);
        check(
            "..\n../a\n/..\n.\n/\n",
            &[("..", false, ".."), ("../a", false, "../a"), ("/..", false, "/"), (".", false, "."), ("/", false, "/")],
        );
        check("a\u{a0}\n", &[("a", false, "a")]);
    }

    #[test]
    fn names_what_docker_refuses() {
        let cases = [
            ("!\n", PatternError::EmptyNegation),
            ("!/\n", PatternError::EmptyNegation),
            ("a[\n", PatternError::Syntax),
            ("a\\\n", PatternError::Syntax),
            ("[]\n", PatternError::Syntax),
            ("a\\y\n", PatternError::Syntax),
            ("[b-a]\n", PatternError::Syntax),
        ];
        for (text, expected) in cases {
            let file = IgnoreFile::parse(Path::new("x"), format!("ok\n{text}last"));
            let errors: Vec<_> = file.errors().map(|(span, error)| (span.of(file.text()), error)).collect();
            assert_eq!(errors, [(text.trim(), expected)], "{text:?}");
            assert!(
                file.matcher().excludes("ok", Builder::Buildkit) && file.matcher().excludes("last", Builder::Buildkit)
            );
        }
        for text in ["\\Qa", "!\\pL", "\\x41", "[\\D]"] {
            let file = IgnoreFile::parse(Path::new("x"), format!("{text}\n!kept"));
            assert_eq!(file.errors().map(|(_, error)| error).collect::<Vec<_>>(), [PatternError::Unsupported]);
            assert_eq!(
                (file.matcher().excludes("any", Builder::Buildkit), file.matcher().excludes("kept", Builder::Buildkit)),
                (!text.starts_with('!'), false)
            );
        }
        let long = IgnoreFile::parse(Path::new("x"), "a".repeat(LONGEST_LINE));
        assert_eq!(long.errors().count(), 1);
    }

    #[test]
    fn keeps_every_byte() {
        let text = "\u{feff}# x\r\n\r\n a \n!b\n\n\nc";
        let file = IgnoreFile::parse(Path::new("x"), text.to_owned());
        assert_eq!(file.text(), text);
        let lines: Vec<_> = file.lines().iter().map(|line| line.span.of(text)).collect();
        assert_eq!(lines, ["# x", "", " a ", "!b", "", "", "c"]);
    }
}
