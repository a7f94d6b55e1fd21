//! Changing an ignore file as byte ranges of it, so that comments, order and line ends stay what they are.

use super::{IgnoreFile, LineKind, PatternError, PatternLine};
use crate::text::{Edit, Span, newline_at};

/// Patterns that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// What stands above them, without `# `; nothing where it is empty.
    pub comment: String,
    /// The patterns, as they are to be written.
    pub patterns: Vec<String>,
}

impl IgnoreFile {
    /// Writes `groups` at the end of the file, behind every `!`, so that nothing takes back what they keep out. `None` if the file
    /// says all of it already.
    ///
    /// A pattern that stands in the file already is not written again where it still holds. Where a `!` follows it, writing it
    /// again would take back that `!`, and have BuildKit send empty files ([`super::PatternMatcher::empties`]): see
    /// [`IgnoreFile::repeats`], which has to be asked before.
    #[must_use]
    pub fn append(&self, groups: &[Group]) -> Option<Edit> {
        let newline = self.newline();
        let mut added = String::new();
        let has_groups = groups.iter().any(|group| !group.comment.is_empty());
        for group in groups {
            let patterns: Vec<&String> = group.patterns.iter().filter(|pattern| !self.ends_with(pattern)).collect();
            if patterns.is_empty() {
                continue;
            }
            // Groups are set apart by an empty line, a bare list goes on with the one that is there.
            if has_groups && (!added.is_empty() || self.ends_in_a_line_that_says_something()) {
                added.push_str(newline);
            }
            if !group.comment.is_empty() {
                added.push_str(&format!("# {}{newline}", group.comment));
            }
            for pattern in patterns {
                added.push_str(&format!("{pattern}{newline}"));
            }
        }
        if added.is_empty() {
            return None;
        }
        let unfinished = !self.text.is_empty() && !self.text.ends_with('\n') && self.text != "\u{feff}";
        let separator = if unfinished { newline } else { "" };
        Some(Edit::insert(self.text.len(), format!("{separator}{added}")))
    }

    /// Whether `pattern` stands in the file with a `!` somewhere below it: then the file takes something back from it on purpose.
    #[must_use]
    pub fn repeats(&self, pattern: &str) -> bool {
        let (_, cleaned) = super::cleaned(pattern);
        let mut found = false;
        self.patterns().any(|line| {
            found |= !line.negated && line.cleaned == cleaned;
            found && line.negated
        })
    }

    /// Writes another pattern in the place of one, with its `!` and the blanks around it left alone.
    #[must_use]
    pub fn replace(&self, line: &PatternLine, pattern: &str) -> Edit {
        let written = line.span.of(&self.text);
        let marked = written.strip_prefix('!').map_or(0, |rest| written.len() - rest.trim_start().len());
        let start = if line.negated { line.span.start + marked } else { line.span.start };
        Edit::replace(Span::new(start, line.span.end), pattern)
    }

    /// Takes a line out, with its line end.
    #[must_use]
    pub fn remove(&self, line: usize) -> Option<Edit> {
        let span = self.lines.get(line)?.span;
        let end = self.text[span.end..].find('\n').map_or(self.text.len(), |at| span.end + at + 1);
        Some(Edit::delete(Span::new(span.start, end)))
    }

    /// The lines with patterns, in order.
    pub fn patterns(&self) -> impl Iterator<Item = &PatternLine> {
        self.lines.iter().filter_map(|line| match &line.kind {
            LineKind::Pattern(pattern) => Some(pattern),
            LineKind::Blank | LineKind::Comment => None,
        })
    }

    /// The line of a pattern of [`IgnoreFile::matcher`], counted from 1, with the pattern as it is written.
    #[must_use]
    pub fn written(&self, pattern: usize) -> Option<(usize, &str)> {
        let counts = |line: &&PatternLine| matches!(line.error, None | Some(PatternError::Unsupported));
        let line = self.patterns().filter(counts).nth(pattern)?;
        let number = self.text[..line.span.start].matches('\n').count() + 1;
        Some((number, line.span.of(&self.text)))
    }

    /// The line end of the last line that has one.
    fn newline(&self) -> &'static str {
        newline_at(&self.text, self.text.len()).as_str()
    }

    /// Whether the pattern stands behind the last `!`.
    fn ends_with(&self, pattern: &str) -> bool {
        let (negated, cleaned) = super::cleaned(pattern);
        let last: Vec<&PatternLine> = self.patterns().collect();
        let tail = last.iter().rev().take_while(|line| !line.negated || negated);
        tail.into_iter().any(|line| line.error.is_none() && (line.negated, &line.cleaned) == (negated, &cleaned))
    }

    fn ends_in_a_line_that_says_something(&self) -> bool {
        self.lines.last().is_some_and(|line| line.kind != LineKind::Blank)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn file(text: &str) -> IgnoreFile {
        IgnoreFile::parse(Path::new(".dockerignore"), text.to_owned())
    }

    fn applied(text: &str, edit: &Edit) -> String {
        format!("{}{}{}", &text[..edit.span.start], edit.text, &text[edit.span.end..])
    }

    fn check(text: &str, comment: &str, patterns: &[&str], expected: &str) {
        let patterns = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        let edit = file(text).append(&[Group { comment: comment.to_owned(), patterns }]);
        assert_eq!(edit.map_or_else(|| text.to_owned(), |edit| applied(text, &edit)), expected, "{text:?}");
    }

    #[test]
    fn appends_in_the_style_of_the_file() {
        check("", "", &["a"], "a\n");
        check("", "Git", &[".git"], "# Git\n.git\n");
        check("a", "", &["b"], "a\nb\n");
        check("a\r\nb", "", &["c"], "a\r\nb\r\nc\r\n");
        check("a\r\n", "Git", &[".git"], "a\r\n\r\n# Git\r\n.git\r\n");
        check("a\n\n", "Git", &[".git"], "a\n\n# Git\n.git\n");
        check("\u{feff}", "", &["a"], "\u{feff}a\n");
        check("# only a comment", "", &["a"], "# only a comment\na\n");
    }

    #[test]
    fn says_nothing_twice() {
        check("a\n", "", &["a"], "a\n");
        check("/a/\n", "Group", &["a"], "/a/\n");
        check("a\nb", "", &["a", "c"], "a\nb\nc\n");
        check("a\n!b\n", "", &["a"], "a\n!b\na\n");
        check("!a\n", "", &["!a"], "!a\n");
        check("[\n", "", &["["], "[\n[\n");
        for (text, pattern, expected) in
            [("a\n!a/b\n", "a", true), ("a\n!a/b\n", "b", false), ("!a/b\na\n", "a", false), ("/a\n!x\n", "a/", true)]
        {
            assert_eq!(file(text).repeats(pattern), expected, "{text:?}");
        }
    }

    #[test]
    fn names_the_line_of_a_pattern() {
        let file = file("\u{feff}# why\n[\n  a \n\n!b");
        assert_eq!(file.matcher().patterns().len(), 2);
        assert_eq!((file.written(0), file.written(1), file.written(2)), (Some((3, "a")), Some((5, "!b")), None));
    }

    #[test]
    fn changes_one_line_and_leaves_the_others() {
        let text = "\u{feff}# why\r\n ! /x/ \r\n*.pyc\r\nlast";
        let file = file(text);
        let lines: Vec<&PatternLine> = file.patterns().collect();
        let expected = "\u{feff}# why\r\n ! y \r\n*.pyc\r\nlast";
        assert_eq!(applied(text, &file.replace(lines[0], "y")), expected);
        let expected = "\u{feff}# why\r\n ! /x/ \r\n**/*.pyc\r\nlast";
        assert_eq!(applied(text, &file.replace(lines[1], "**/*.pyc")), expected);
        let removed = file.remove(2).expect("there is such a line");
        assert_eq!(applied(text, &removed), "\u{feff}# why\r\n ! /x/ \r\nlast");
        assert_eq!(file.remove(4), None);
    }
}
