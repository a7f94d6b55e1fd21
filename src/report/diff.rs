//! The unified diff, as `git apply` and `patch -p1` take it.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use colored::Colorize as _;
use similar::udiff::UnifiedHunkHeader;
use similar::{ChangeTag, TextDiff};

use super::{FileChange, is_steering, place};

/// For whom a diff is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether lines are coloured.
    pub color: bool,
    /// Whether control characters in the file are shown instead of sent, which a terminal needs and `git apply` must
    /// not have.
    pub harmless: bool,
}

/// The unified diff of `change`; empty where both texts are equal.
#[must_use]
pub fn unified(change: &FileChange, style: Style) -> String {
    let before: Vec<&str> = change.before.as_deref().unwrap_or_default().split_inclusive('\n').collect();
    let after: Vec<&str> = change.after.split_inclusive('\n').collect();
    // Lines end at `\n` alone, as for git: a lone carriage return is part of its line.
    let diff = TextDiff::from_slices(&before, &after);
    let mut writer = Writer { text: String::new(), style };
    for group in diff.grouped_ops(3) {
        if group.is_empty() {
            continue;
        }
        if writer.text.is_empty() {
            writer.header(change);
        }
        writer.line(&UnifiedHunkHeader::new(&group).to_string(), "\n", |line| line.cyan().to_string());
        for part in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            writer.change(part.tag(), part.value());
        }
    }
    if writer.text.is_empty() && change.before.is_none() {
        writer.header(change);
    }
    writer.text
}

struct Writer {
    text: String,
    style: Style,
}

impl Writer {
    fn header(&mut self, change: &FileChange) {
        let old = match change.before {
            Some(_) => file_name("a/", &change.name),
            None => "/dev/null".to_owned(),
        };
        self.line(&format!("--- {old}"), "\n", |line| line.bold().to_string());
        self.line(&format!("+++ {}", file_name("b/", &change.name)), "\n", |line| line.bold().to_string());
    }

    fn change(&mut self, tag: ChangeTag, line: &str) {
        let (content, end) = match line.strip_suffix('\n') {
            Some(content) => (content, "\n"),
            None => (line, "\n\\ No newline at end of file\n"),
        };
        // The carriage return of a line end stays outside of the colour, and is no control character to show.
        let (content, end) = match content.strip_suffix('\r') {
            Some(content) => (content, format!("\r{end}")),
            None => (content, end.to_owned()),
        };
        let content = if self.style.harmless { visible(content) } else { Cow::Borrowed(content) };
        let line = format!("{tag}{content}");
        self.line(&line, &end, |line| match tag {
            ChangeTag::Delete => line.red().to_string(),
            ChangeTag::Insert => line.green().to_string(),
            ChangeTag::Equal => line.to_owned(),
        });
    }

    fn line(&mut self, line: &str, end: &str, paint: impl Fn(&str) -> String) {
        if self.style.color {
            self.text.push_str(&paint(line));
        } else {
            self.text.push_str(line);
        }
        self.text.push_str(end);
    }
}

fn visible(line: &str) -> Cow<'_, str> {
    if line.chars().any(|character| is_steering(character) && character != '\t') {
        let shown = line.chars().map(|character| match character {
            '\t' => character.to_string(),
            other if is_steering(other) => other.escape_default().to_string(),
            other => other.to_string(),
        });
        Cow::Owned(shown.collect())
    } else {
        Cow::Borrowed(line)
    }
}

/// A name as git writes it (`quote.c`, `diff.c`): in C quotes where it holds a control character, a quote, a backslash
/// or bytes that are no UTF-8, and followed by a tab where it holds a space, since `patch` takes what follows a space
/// for a date.
fn file_name(prefix: &str, name: &Path) -> String {
    let name = place::bytes(name);
    let text = std::str::from_utf8(&name).ok();
    let plain = text.is_some_and(|text| !text.chars().any(|it| is_steering(it) || matches!(it, '"' | '\\')));
    let mut result = match text {
        Some(text) if plain => format!("{prefix}{text}"),
        _ => quoted(prefix, &name),
    };
    if name.contains(&b' ') {
        result.push('\t');
    }
    result
}

fn quoted(prefix: &str, name: &[u8]) -> String {
    let mut result = format!("\"{prefix}");
    for byte in name {
        match byte {
            b'"' => result.push_str("\\\""),
            b'\\' => result.push_str("\\\\"),
            b'\n' => result.push_str("\\n"),
            b'\t' => result.push_str("\\t"),
            b'\r' => result.push_str("\\r"),
            0x20..=0x7e => result.push(char::from(*byte)),
            // Writing to a text cannot fail.
            _ => drop(write!(result, "\\{byte:03o}")),
        }
    }
    result.push('"');
    result
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const PLAIN: Style = Style { color: false, harmless: false };

    fn change(name: &str, before: Option<&str>, after: &str) -> FileChange {
        let (path, name) = (PathBuf::from("/").join(name), PathBuf::from(name));
        FileChange { path, name, before: before.map(str::to_owned), after: after.to_owned() }
    }

    #[test]
    fn writes_what_git_writes() {
        let check = |before: Option<&str>, after: &str, expected: &str| {
            assert_eq!(unified(&change("Dockerfile", before, after), PLAIN), expected);
        };
        check(Some("a\n"), "a\n", "");
        check(Some("a\nb\n"), "a\nc\n", "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        check(Some("a\r\n"), "a\r\nb\r\n", "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1,2 @@\n a\r\n+b\r\n");
        check(
            Some("a"),
            "b",
            "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
        );
        check(None, "a\nb\n", "--- /dev/null\n+++ b/Dockerfile\n@@ -0,0 +1,2 @@\n+a\n+b\n");
        check(Some("a\rb\n"), "a\rc\n", "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1 @@\n-a\rb\n+a\rc\n");
    }

    #[test]
    fn quotes_names_as_git_does() {
        let check = |name: &str, expected: &str| assert_eq!(file_name("a/", Path::new(name)), expected);
        check("Dockerfile", "a/Dockerfile");
        check("my app/Dockerfile", "a/my app/Dockerfile\t");
        check("é/Dockerfile", "a/é/Dockerfile");
        check("a\"b/Dockerfile", r#""a/a\"b/Dockerfile""#);
        check("a\tb\nc\\d", r#""a/a\tb\nc\\d""#);
        check("\u{1b}[31m", r#""a/\033[31m""#);
    }

    #[test]
    fn keeps_escapes_from_a_terminal_only() {
        let change = change("Dockerfile", Some(""), "\tRUN echo \u{1b}[31m\r\n");
        let shown = unified(&change, Style { color: false, harmless: true });
        assert!(shown.ends_with("+\tRUN echo \\u{1b}[31m\r\n"), "{shown:?}");
        assert!(unified(&change, PLAIN).ends_with("+\tRUN echo \u{1b}[31m\r\n"));
    }
}
