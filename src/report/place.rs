//! Where a place of a text stands, as the formats for programs count it; and the names of files in them.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use crate::settings::Group;
use crate::text::{LineIndex, Span};
use crate::{finding::Finding, rules};

/// A text with its lines.
pub struct Places<'t> {
    text: &'t str,
    index: LineIndex,
}

impl<'t> Places<'t> {
    /// Reads `text` once.
    pub fn new(text: &'t str) -> Self {
        Self { text, index: LineIndex::new(text) }
    }

    /// The number of the line that holds `offset`, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.index.line(offset)
    }

    /// The lines that `span` touches. The line end of the last one is part of it.
    pub fn lines(&self, span: Span) -> (usize, usize) {
        let last = if span.is_empty() { span.start } else { span.end - 1 };
        (self.line(span.start), self.line(last))
    }

    /// The column of `offset` in UTF-16 code units, from 1. A byte order mark is no part of the first line.
    pub fn utf16_column(&self, offset: usize) -> usize {
        1 + self.in_line(offset).trim_start_matches('\u{feff}').chars().map(char::len_utf16).sum::<usize>()
    }

    /// The column of `offset` in bytes, from 1.
    pub fn byte_column(&self, offset: usize) -> usize {
        self.in_line(offset).len() + 1
    }

    /// What stands before `offset` in its line.
    fn in_line(&self, offset: usize) -> &'t str {
        let start = self.index.line_span(self.line(offset)).map_or(0, |line| line.start);
        &self.text[start.min(offset)..offset]
    }
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The build or the container fails or is open to somebody: the groups correctness and security.
    Warning,
    /// It could be better.
    Note,
}

impl Level {
    /// That of what a rule of `group` finds.
    pub const fn of_group(group: Group) -> Self {
        match group {
            Group::Correctness | Group::Security => Self::Warning,
            Group::Cache | Group::Size | Group::Maintenance => Self::Note,
        }
    }

    /// That of `finding`.
    pub fn of(finding: &Finding) -> Self {
        rules::find(finding.rule).map_or(Self::Warning, |registered| Self::of_group(registered.meta.group))
    }
}

/// The page that says most about a rule, for services that link to one.
pub fn help_link(rule: &str) -> Option<&'static str> {
    rules::find(rule)?.meta.references.first().copied()
}

/// A name as every service writes it, with `/`; bytes that are no UTF-8 are shown as such.
pub fn name(path: &Path) -> String {
    String::from_utf8_lossy(&bytes(path)).into_owned()
}

/// The same where nothing is lost.
pub fn exact_name(path: &Path) -> Option<String> {
    String::from_utf8(bytes(path).into_owned()).ok()
}

/// A relative reference as RFC 3986 has it: everything but unreserved characters and `/` is percent-encoded, byte by byte,
/// so that also a name that is no text comes back whole.
pub fn uri(path: &Path) -> String {
    let bytes = bytes(path);
    let mut uri = String::with_capacity(bytes.len());
    if bytes.starts_with(b"/") {
        uri.push_str("file://");
    }
    for byte in bytes.iter() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(*byte)),
            // Writing to a text cannot fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri
}

/// The bytes of a name, with `/` on every system.
#[cfg(unix)]
pub(super) fn bytes(path: &Path) -> Cow<'_, [u8]> {
    use std::os::unix::ffi::OsStrExt as _;
    Cow::Borrowed(path.as_os_str().as_bytes())
}

#[cfg(not(unix))]
pub(super) fn bytes(path: &Path) -> Cow<'_, [u8]> {
    Cow::Owned(path.to_string_lossy().replace('\\', "/").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_columns_as_each_format_does() {
        let text = "\u{feff}FROM a\nRUN é𐐀b\n";
        let places = Places::new(text);
        let check = |offset, utf16, bytes| {
            assert_eq!((places.utf16_column(offset), places.byte_column(offset)), (utf16, bytes), "{offset}");
        };
        check(3, 1, 4);
        check(8, 6, 9);
        check(text.find('b').unwrap_or_default(), 8, 11);
        assert_eq!(places.lines(Span::new(3, 10)), (1, 1));
        assert_eq!(places.lines(Span::new(3, 11)), (1, 2));
    }

    #[test]
    fn encodes_names_byte_by_byte() {
        assert_eq!(uri(Path::new("a b/Döcker%file\n")), "a%20b/D%C3%B6cker%25file%0A");
        assert_eq!(uri(Path::new("/x:y")), "file:///x%3Ay");
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt as _;
            let path = Path::new(std::ffi::OsStr::from_bytes(b"a\xff"));
            assert_eq!((uri(path), exact_name(path)), ("a%FF".to_owned(), None));
        }
    }
}
