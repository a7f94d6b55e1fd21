//! Which lines of a file a diff shows: read from a unified diff, or found by comparing two texts.

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;

/// Lines around a change that a diff shows, unless it is told otherwise.
const CONTEXT: usize = 3;

/// The lines of a new text that a diff shows. Numbers count from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiffLines {
    /// The lines of each hunk, in order.
    hunks: Vec<RangeInclusive<usize>>,
    added: BTreeSet<usize>,
    /// The name of the file before, as git has it, where that is another one and known.
    pub old_name: Option<Vec<u8>>,
}

impl DiffLines {
    /// The lines of `text` that every diff from a base shows, whatever program makes it: those that are nowhere in it, which have to
    /// be added ones, with three lines around each. Several texts are those of which one may be the base; without any, the file is a
    /// new one.
    #[must_use]
    pub fn between(bases: &[impl AsRef<[u8]>], text: &str) -> Self {
        let known: HashSet<&[u8]> = bases.iter().flat_map(|base| lines(base.as_ref())).collect();
        let count = lines(text.as_bytes()).count();
        let is_new = |line: &[u8]| bases.is_empty() || !known.contains(line);
        let numbered = lines(text.as_bytes()).enumerate();
        let added: BTreeSet<usize> = numbered.filter(|(_, line)| is_new(line)).map(|(index, _)| index + 1).collect();
        let mut hunks: Vec<RangeInclusive<usize>> = Vec::new();
        for line in &added {
            let (start, end) = (line.saturating_sub(CONTEXT).max(1), (line + CONTEXT).min(count));
            match hunks.last_mut() {
                Some(last) if start <= last.end() + 1 => *last = *last.start()..=end,
                _ => hunks.push(start..=end),
            }
        }
        Self { hunks, added, old_name: None }
    }

    /// Whether one hunk shows all of these lines.
    #[must_use]
    pub fn shows(&self, first: usize, last: usize) -> bool {
        self.hunks.iter().any(|hunk| *hunk.start() <= first && last <= *hunk.end())
    }

    /// The first added line among these.
    #[must_use]
    pub fn added_in(&self, first: usize, last: usize) -> Option<usize> {
        self.added.range(first..=last).next().copied()
    }
}

/// What a patch does to one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilePatch {
    /// The new name, without the prefix that git puts in front; `None` for a file that goes.
    pub name: Option<Vec<u8>>,
    /// The lines that it shows.
    pub lines: DiffLines,
    /// The new lines themselves, by their number.
    contents: Vec<(usize, Vec<u8>)>,
}

impl FilePatch {
    /// Whether every line that the patch shows stands in `text` as the patch says.
    #[must_use]
    pub fn leads_to(&self, text: &str) -> bool {
        let lines: Vec<&[u8]> = lines(text.as_bytes()).collect();
        self.contents.iter().all(|(number, content)| {
            number.checked_sub(1).and_then(|index| lines.get(index)) == Some(&without_return(content))
        })
    }
}

/// Lines without their ends: a checkout may have other ones than the repository.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_suffix(b"\n").map_or((text, text.is_empty()), |text| (text, false));
    let (text, none) = text;
    text.split(|byte| *byte == b'\n').map(without_return).skip(usize::from(none))
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Reads a unified diff, as git and `diff -u` write them.
///
/// # Errors
/// What is wrong with it, and in which line.
pub fn parse(patch: &[u8]) -> Result<Vec<FilePatch>, String> {
    let mut reader = Reader::default();
    let lines = patch.strip_suffix(b"\n").unwrap_or(patch).split(|byte| *byte == b'\n');
    for (index, line) in lines.enumerate() {
        reader.line(line).map_err(|problem| format!("line {}: {problem}", index + 1))?;
    }
    reader.end().map_err(|problem| format!("at its end: {problem}"))
}

#[derive(Default)]
struct Reader {
    files: Vec<FilePatch>,
    /// The old name, until the new one comes.
    old: Option<Vec<u8>>,
    /// Lines of the old and of the new text that the hunk still has.
    left: (usize, usize),
    /// The number of the next line of the new text.
    next: usize,
    any: bool,
}

impl Reader {
    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        if self.left != (0, 0) {
            return self.in_hunk(line);
        }
        self.any |= !line.iter().all(u8::is_ascii_whitespace);
        if let Some(name) = line.strip_prefix(b"--- ") {
            self.old = Some(unquoted(name));
        } else if let (Some(name), Some(old)) = (line.strip_prefix(b"+++ "), self.old.take()) {
            let name = new_name(&old, unquoted(name));
            let lines = DiffLines { old_name: old_name(&old, name.as_deref()), ..DiffLines::default() };
            self.files.push(FilePatch { name, lines, ..FilePatch::default() });
        } else if line.starts_with(b"@@ -") {
            return self.hunk(line);
        }
        Ok(())
    }

    /// `@@ -OLD[,COUNT] +NEW[,COUNT] @@`
    fn hunk(&mut self, line: &[u8]) -> Result<(), String> {
        let wrong = || "this is no `@@ -1,2 +3,4 @@`".to_owned();
        let text = String::from_utf8_lossy(line);
        let mut words = text.split_whitespace().skip(1);
        let mut range = |sign: char| {
            let (start, count) = words.next()?.strip_prefix(sign).map(|it| it.split_once(',').unwrap_or((it, "1")))?;
            Some((start.parse::<usize>().ok()?, count.parse::<usize>().ok()?))
        };
        let (_, old) = range('-').ok_or_else(wrong)?;
        let (start, new) = range('+').ok_or_else(wrong)?;
        let file = self.files.last_mut().ok_or("a hunk stands before the name of its file")?;
        (self.left, self.next) = ((old, new), start);
        if new > 0 {
            let end = start.checked_add(new - 1).ok_or_else(wrong)?;
            file.lines.hunks.push(start..=end);
        }
        Ok(())
    }

    fn in_hunk(&mut self, line: &[u8]) -> Result<(), String> {
        let short = || "the hunk has fewer lines than it says".to_owned();
        let Some(file) = self.files.last_mut() else { return Ok(()) };
        let (old, new) = &mut self.left;
        // Mail programs take the blank of an empty line away.
        let (mark, content) = line.split_first().unwrap_or((&b' ', b""));
        match mark {
            b' ' | b'\r' => {
                *old = old.checked_sub(1).ok_or_else(short)?;
                *new = new.checked_sub(1).ok_or_else(short)?;
            }
            b'-' => *old = old.checked_sub(1).ok_or_else(short)?,
            b'+' => {
                *new = new.checked_sub(1).ok_or_else(short)?;
                file.lines.added.insert(self.next);
            }
            b'\\' => return Ok(()),
            _ => return Err(short()),
        }
        if *mark != b'-' {
            file.contents.push((self.next, content.to_vec()));
            self.next += 1;
        }
        Ok(())
    }

    fn end(self) -> Result<Vec<FilePatch>, String> {
        if self.left != (0, 0) {
            return Err("the last hunk is cut off".to_owned());
        }
        if self.any && self.files.is_empty() {
            // What git says of changed modes and names has no lines.
            return Err(
                "no `--- a/FILE` and `+++ b/FILE` is in it, so it is no unified diff with changed lines".to_owned()
            );
        }
        Ok(self.files)
    }
}

/// The name without git's prefix: one letter, another one than in front of the old name.
fn new_name(old: &[u8], new: Vec<u8>) -> Option<Vec<u8>> {
    if new == b"/dev/null" {
        return None;
    }
    let prefix = |name: &[u8]| matches!(name, [letter, b'/', ..] if letter.is_ascii_lowercase());
    let differs = old == b"/dev/null" || prefix(old) && old.first() != new.first();
    Some(if prefix(&new) && differs { new[2..].to_vec() } else { new })
}

/// The old name without git's prefix, where it is another one than `new`.
fn old_name(old: &[u8], new: Option<&[u8]>) -> Option<Vec<u8>> {
    let plain = if matches!(old, [letter, b'/', ..] if letter.is_ascii_lowercase()) { &old[2..] } else { old };
    let is_same = |new: &[u8]| new == plain || new == old;
    (old != b"/dev/null" && new.is_some_and(|new| !is_same(new))).then(|| plain.to_vec())
}

/// A name as git writes it: in C quotes, or up to a tab.
fn unquoted(name: &[u8]) -> Vec<u8> {
    let name = without_return(name);
    let Some(mut rest) = name.strip_prefix(b"\"") else {
        return name.split(|byte| *byte == b'\t').next().unwrap_or_default().to_vec();
    };
    let mut result = Vec::new();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, rest) {
            (b'"', _) => break,
            (b'\\', [first @ b'0'..=b'3', second @ b'0'..=b'7', third @ b'0'..=b'7', after @ ..]) => {
                result.push((first - b'0') * 64 + (second - b'0') * 8 + (third - b'0'));
                rest = after;
            }
            (b'\\', [letter, after @ ..]) => {
                result.push(match letter {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    other => *other,
                });
                rest = after;
            }
            _ => result.push(*byte),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(patch: &FilePatch) -> (String, Vec<RangeInclusive<usize>>, Vec<usize>) {
        let name = patch.name.as_deref().map_or("-".into(), String::from_utf8_lossy).into_owned();
        (name, patch.lines.hunks.clone(), patch.lines.added.iter().copied().collect())
    }

    #[test]
    fn reads_what_git_writes() {
        let patch = "diff --git a/Dockerfile b/Dockerfile\nindex 1..2 100644\n--- a/Dockerfile\n+++ b/Dockerfile\n\
            @@ -1,3 +1,4 @@ FROM x\n FROM a\n-RUN x\n+RUN y\n+-- z\n CMD x\n@@ -9 +10 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n\
            --- a/old\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
            --- /dev/null\n+++ \"b/d\\303\\266c \\\"ker\\n\"\n@@ -0,0 +1,2 @@\n+++ x\n+--- y\n\
            --- a/my app/x\t\n+++ b/my app/x\t\n@@ -1 +1 @@\n-a\n+c\n--- x\t2020-01-01\n+++ y\t2020-01-01\n@@ -1 +1 @@\n-a\n+c\n";
        let files = parse(patch.as_bytes()).unwrap();
        let shown: Vec<_> = files.iter().map(shown).collect();
        assert_eq!(
            shown,
            [
                ("Dockerfile".to_owned(), vec![1..=4, 10..=10], vec![2, 3, 10]),
                ("-".to_owned(), vec![], vec![]),
                ("döc \"ker\n".to_owned(), vec![1..=2], vec![1, 2]),
                ("my app/x".to_owned(), vec![1..=1], vec![1]),
                ("y".to_owned(), vec![1..=1], vec![1]),
            ]
        );
        assert!(files[0].leads_to("FROM a\r\nRUN y\r\n-- z\nCMD x\n\n\n\n\n\nb"));
        assert!(!files[0].leads_to("FROM a\nRUN y\nCMD x\n"));
        assert!(files[0].lines.shows(1, 4) && !files[0].lines.shows(4, 10) && !files[0].lines.shows(5, 5));
        assert_eq!(files[0].lines.added_in(1, 4), Some(2));
        let old: Vec<_> = files.iter().map(|file| file.lines.old_name.as_deref()).collect();
        assert_eq!(old, [None, None, None, None, Some(b"x".as_slice())]);
    }

    #[test]
    fn says_what_is_no_patch() {
        let check = |patch: &str, expected: &str| assert_eq!(parse(patch.as_bytes()).unwrap_err(), expected);
        let head = "--- a/x\n+++ b/x\n";
        check(
            "FROM a\n",
            "at its end: no `--- a/FILE` and `+++ b/FILE` is in it, so it is no unified diff with changed lines",
        );
        check(&format!("{head}@@ -1,2 +1,2 @@\n a\n"), "at its end: the last hunk is cut off");
        check(&format!("{head}@@ -1,2 +1,2 @@\n a\n+b\n+c\n"), "line 6: the hunk has fewer lines than it says");
        check(&format!("{head}@@ -1,2 1,2 @@\n"), "line 3: this is no `@@ -1,2 +3,4 @@`");
        check("@@ -1 +1 @@\n", "line 1: a hunk stands before the name of its file");
        check(&format!("{head}@@ -1 +18446744073709551615,9 @@\n"), "line 3: this is no `@@ -1,2 +3,4 @@`");
        assert_eq!(parse(b"\n"), Ok(Vec::new()));
    }

    #[test]
    fn shows_only_what_every_diff_shows() {
        let check = |base: Option<&str>, text: &str, hunks: &[RangeInclusive<usize>]| {
            let bases: Vec<&str> = base.into_iter().collect();
            assert_eq!(DiffLines::between(&bases, text).hunks, hunks);
        };
        check(Some("a\nb\n"), "a\r\nb\r\n", &[]);
        check(None, "a\na\n", &[1..=2]);
        check(None, "", &[]);
        check(Some("1\n2\n3\n4\n5\n6\n"), "1\n2\n3\n4\n5\nx\n6\n", &[3..=7]);
        // Either of two equal lines may be the one that a diff calls new.
        check(Some("a\nb\n"), "a\na\nb\n", &[]);
        check(Some("1\n2\n3\n4\n5\n6\n"), "x\n1\n2\n3\n4\n5\n6\ny\n", &[1..=8]);
        check(Some("1\n2\n3\n4\n5\n6\n7\n"), "x\n1\n2\n3\n4\n5\n6\n7\ny\n", &[1..=4, 6..=9]);
    }
}
