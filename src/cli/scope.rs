//! `--since` and `--staged`: which instructions of a file changed.

use std::ops::RangeInclusive;
use std::path::Path;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::args::RunOptions;
use crate::context::{Repositories, Revision};
use crate::files::FileError;
use crate::syntax::{Dockerfile, Instruction};
use crate::text::{LineIndex, Span};

/// Which part of the files is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Everything,
    /// What changed since the branch left a revision.
    Since(String),
    /// What is staged.
    Staged,
}

impl Scope {
    /// What the command line asks for.
    #[must_use]
    pub fn new(options: &RunOptions) -> Self {
        match &options.since {
            Some(revision) => Self::Since(revision.clone()),
            None if options.staged => Self::Staged,
            None => Self::Everything,
        }
    }

    /// The instructions of the file at `path` that changed, where not everything is asked for.
    ///
    /// # Errors
    /// There is no repository, no such revision, or it cannot be read.
    pub fn changed(
        &self,
        path: &Path,
        dockerfile: &Dockerfile,
        repositories: &Repositories,
    ) -> Result<Option<Vec<Span>>, FileError> {
        let text = dockerfile.text();
        let lines = match self {
            Self::Everything => return Ok(None),
            Self::Since(revision) => {
                let base = repositories.file_at(path, &Revision::Fork(revision));
                let base = base.map_err(|error| failure(path, &error))?;
                let gone = || repositories.gone_since(path, revision);
                let base = base.or_else(|| renamed_from(&gone()?, text));
                changed_lines(base.as_deref(), text)
            }
            Self::Staged => {
                let at = |revision| repositories.file_at(path, &revision).map_err(|error| failure(path, &error));
                match at(Revision::Staged)? {
                    Some(staged) => staged_lines(at(Revision::Head)?.as_deref(), &staged, text),
                    None => Vec::new(),
                }
            }
        };
        let index = LineIndex::new(text);
        Ok(Some(touched(dockerfile, &lines, &index)))
    }
}

/// The instructions that are other ones by `changes`, each with its heredocs.
fn touched(dockerfile: &Dockerfile, changes: &[Change], index: &LineIndex) -> Vec<Span> {
    let whole = |instruction: Instruction| {
        instruction.heredocs().iter().fold(instruction.span(), |span, heredoc| span.cover(heredoc.span()))
    };
    let is_touched = |span: &Span| {
        let (first, last) = (index.line(span.start), index.line(span.end.max(span.start + 1) - 1));
        changes.iter().any(|change| change.touches(first, last))
    };
    dockerfile.instructions().into_iter().map(whole).filter(is_touched).collect()
}

/// The one of the files that are gone which `text` most probably was: half of the lines of both, at least, are the same, as git
/// asks for.
fn renamed_from(gone: &[Vec<u8>], text: &str) -> Option<Vec<u8>> {
    let new = lines(text.as_bytes());
    let share = |old: &Vec<u8>| {
        let old = lines(old);
        let operations = capture_diff_slices(Algorithm::Myers, &old, &new);
        let same: usize = operations.iter().map(|it| if let DiffOp::Equal { len, .. } = it { *len } else { 0 }).sum();
        (2 * same >= old.len().max(new.len()) && same > 0).then_some(same)
    };
    let shares = gone.iter().filter_map(|old| Some((share(old)?, old)));
    shares.max_by_key(|(same, _)| *same).map(|(_, old)| old.clone())
}

fn failure(path: &Path, error: &str) -> FileError {
    FileError::new(path, error, "give a revision that is there, or leave out `--since`, `--staged` and `--diff-base`")
}

/// Lines that are new, or the place between two lines at which some are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Lines(RangeInclusive<usize>),
    /// Behind this line.
    Gap(usize),
}

impl Change {
    /// Whether an instruction on these lines is another one by it.
    fn touches(&self, first: usize, last: usize) -> bool {
        match self {
            Self::Lines(lines) => *lines.start() <= last && first <= *lines.end(),
            Self::Gap(above) => first <= *above && *above < last,
        }
    }
}

/// Lines without their ends, which a checkout may have changed.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .collect()
}

fn changed_lines(base: Option<&[u8]>, text: &str) -> Vec<Change> {
    let (old, new) = (lines(base.unwrap_or_default()), lines(text.as_bytes()));
    let operations = capture_diff_slices(Algorithm::Myers, &old, &new);
    operations
        .iter()
        .filter_map(|operation| match *operation {
            DiffOp::Equal { .. } => None,
            DiffOp::Delete { new_index, .. } => Some(Change::Gap(new_index)),
            DiffOp::Insert { new_index, new_len, .. } | DiffOp::Replace { new_index, new_len, .. } => {
                Some(Change::Lines(new_index + 1..=new_index + new_len))
            }
        })
        .collect()
}

/// The lines of `text` that stand in what is staged, and are not in `head`. What is not staged does not count.
fn staged_lines(head: Option<&[u8]>, staged: &[u8], text: &str) -> Vec<Change> {
    let staged_text = String::from_utf8_lossy(staged);
    let changes = changed_lines(head, &staged_text);
    let (old, new) = (lines(staged_text.as_bytes()), lines(text.as_bytes()));
    let mut result = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let DiffOp::Equal { old_index, new_index, len } = operation else { continue };
        let here =
            |line: usize| (old_index + 1..=old_index + len).contains(&line).then(|| line - old_index + new_index);
        for change in &changes {
            match change {
                Change::Lines(lines) => {
                    result.extend(lines.clone().filter_map(here).map(|line| Change::Lines(line..=line)))
                }
                Change::Gap(above) => result.extend(here(*above).map(Change::Gap)),
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_changed_instructions() {
        let check = |base: Option<&str>, text: &str, expected: &[usize]| {
            let dockerfile = Dockerfile::parse(text);
            let changes = changed_lines(base.map(str::as_bytes), text);
            let index = LineIndex::new(text);
            let hit: Vec<usize> =
                touched(&dockerfile, &changes, &index).iter().map(|span| index.line(span.start)).collect();
            assert_eq!(hit, expected, "{text}");
        };
        check(None, "FROM a\nRUN x\n", &[1, 2]);
        check(Some("FROM a\nRUN x\n"), "FROM a\r\nRUN x\r\n", &[]);
        check(Some("FROM a\nRUN x\n"), "FROM a\nRUN y\n", &[2]);
        check(Some("FROM a\nRUN x\nCMD y\n"), "FROM a\nCMD y\n", &[]);
        check(Some("FROM a\nRUN x \\\n  y \\\n  z\nCMD y\n"), "FROM a\nRUN x \\\n  z\nCMD y\n", &[2]);
        check(Some("FROM a\nRUN <<E\nx\nE\nCMD y\n"), "FROM a\nRUN <<E\nz\nE\nCMD y\n", &[2]);
    }

    #[test]
    fn leaves_out_what_is_not_staged() {
        let found = staged_lines(Some(b"FROM a\nRUN x\n"), b"FROM a\nRUN y\n", "# c\nFROM a\nRUN y\nCMD z\n");
        assert_eq!(found, [Change::Lines(3..=3)]);
    }
}
