//! The line of JSON that says what became of one repository.
//!
//! `tests/schemas/dockfix-batch.json` is its schema. Nothing in a line depends on the time, on the order in which
//! repositories were done, or on how many there are, so that two runs can be compared by their sorted lines.
//!
//! A name that is no UTF-8 cannot stand in JSON: it is written with U+FFFD for what is no text, and once more, exactly, as
//! hexadecimal digits of its bytes (`root_hex`, `path_hex`). Control characters and marks that turn the direction of text are
//! escaped, so that a line can be looked at in a terminal.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::finding::Target;
use crate::report::{Done, FileChange, FileOutcome, FileReport, Problem, Status, harmless_json};
use crate::settings::Applicability;

/// The version of the format: fields may come, but what is there keeps its meaning.
pub const SCHEMA: u32 = 1;

/// How it went with a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Changes were written or committed.
    Changed,
    /// There are changes, and they were not asked to be written into the repository.
    WouldChange,
    /// There is nothing to change.
    Unchanged,
    /// All was done but for some files.
    Partial,
    /// It was left alone, since its owner would have to agree.
    Refused,
    /// It could not be worked on.
    Failed,
}

impl Outcome {
    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::WouldChange => "would-change",
            Self::Unchanged => "unchanged",
            Self::Partial => "partial",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// Whether `--resume` leaves it as it is. What is partial stays so until somebody mends the files.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Refused | Self::Failed)
    }

    /// Whether all was done.
    #[must_use]
    pub const fn is_well(self) -> bool {
        matches!(self, Self::Changed | Self::WouldChange | Self::Unchanged)
    }
}

/// One line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: u32,
    /// What tells runs apart that ask for different things.
    pub run: String,
    /// The repository as it was named, or found below what was named.
    pub repository: String,
    /// The repository: absolute, without links. `None` where there is none.
    pub root: Option<String>,
    /// The same, where it is no UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_hex: Option<String>,
    /// What sort of repository it is.
    pub kind: Option<String>,
    /// How it went.
    pub outcome: Outcome,
    /// What was found and changed.
    #[serde(flatten)]
    pub part: Part,
    /// The patch that was written.
    pub patch: Option<String>,
    /// The branch that holds the changes.
    pub branch: Option<String>,
    /// The commit that holds the changes.
    pub commit: Option<String>,
}

/// What was found and changed in some of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Dockerfiles that were looked at, and paths that could not be.
    pub files: usize,
    /// The files that were changed, or would be.
    pub changed: Vec<Changed>,
    /// Findings by rule.
    pub findings: BTreeMap<String, Counts>,
    /// Files that were left alone on purpose.
    pub skipped: Vec<Told>,
    /// What went wrong.
    pub errors: Vec<Failure>,
    /// What somebody may want to know.
    pub notes: Vec<Told>,
}

/// A file that was changed, or would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The file.
    #[serde(flatten)]
    pub name: Name,
    /// The rules that changed it.
    pub rules: BTreeSet<String>,
}

/// How many findings of a rule there are, by what becomes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Mended by the changes.
    pub applied: usize,
    /// Would be mended with `--unsafe`.
    #[serde(rename = "unsafe")]
    pub not_safe: usize,
    /// Only shown.
    pub shown: usize,
}

impl Counts {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.applied += other.applied;
        self.not_safe += other.not_safe;
        self.shown += other.shown;
    }
}

/// Something about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The file.
    #[serde(flatten)]
    pub name: Name,
    /// What there is to say.
    pub message: String,
}

/// What went wrong with a file, or with the whole repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The file; an empty path is the repository.
    #[serde(flatten)]
    pub name: Name,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// A path below the root of the repository, with `/` between its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Name {
    /// As text.
    pub path: String,
    /// The bytes, where they are no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_hex: Option<String>,
}

impl Name {
    /// The name of `path`, which is absolute or relative already, seen from `root`.
    #[must_use]
    pub fn of(path: &Path, root: &Path) -> Self {
        let inside = path.strip_prefix(root).unwrap_or(path);
        let path = String::from_utf8_lossy(&crate::report::git_name(inside)).into_owned();
        Self { path, path_hex: hex(inside) }
    }

    /// The path that it is the name of, relative to the root.
    #[must_use]
    pub fn to_path(&self) -> PathBuf {
        self.path_hex.as_deref().and_then(from_hex).unwrap_or_else(|| PathBuf::from(&self.path))
    }
}

/// The bytes of a path that is no UTF-8 as hexadecimal digits.
#[must_use]
pub fn hex(path: &Path) -> Option<String> {
    if path.to_str().is_some() {
        return None;
    }
    let bytes = path.as_os_str().as_encoded_bytes();
    Some(bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(unix)]
fn from_hex(digits: &str) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    let pairs = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok());
    Some(std::ffi::OsString::from_vec(pairs.collect::<Option<_>>()?).into())
}

#[cfg(not(unix))]
fn from_hex(_: &str) -> Option<PathBuf> {
    None
}

impl Record {
    /// What the repository is known by when a run is resumed.
    #[must_use]
    pub fn key(&self) -> &str {
        self.root_hex.as_deref().or(self.root.as_deref()).unwrap_or(&self.repository)
    }

    /// The line, with its end.
    #[must_use]
    pub fn line(&self) -> String {
        // Plain data can always be written.
        harmless_json(&serde_json::to_string(self).unwrap_or_default()).into_owned() + "\n"
    }
}

impl Part {
    /// What the work on one Dockerfile in the repository at `root` came to.
    #[must_use]
    pub fn of(report: &FileReport, path: &Path, root: &Path) -> Self {
        let mut part = Self { files: 1, ..Self::default() };
        let name = Name::of(path, root);
        match &report.outcome {
            FileOutcome::Failed(problems) => part.errors = failures(&name, problems),
            FileOutcome::Skipped(message) => part.skipped.push(Told { name, message: message.clone() }),
            FileOutcome::Done(done) => {
                part.count(done);
                part.changed = done.changes.iter().map(|change| changed(change, path, root, done)).collect();
                let bugs = done.bugs.iter().map(|bug| format!("{bug}; please report it"));
                let warnings = done.warnings.iter().map(|it| format!("{}; {}", it.message, it.help));
                part.notes = bugs.chain(warnings).map(|message| Told { name: name.clone(), message }).collect();
            }
        }
        part
    }

    fn count(&mut self, done: &Done) {
        for reported in &done.findings {
            let counts = self.findings.entry(reported.finding.rule.to_owned()).or_default();
            match (reported.status, reported.finding.applicability) {
                (Status::Applied, _) => counts.applied += 1,
                (Status::Suppressed, _) => {}
                (Status::Available, Applicability::Unsafe) => counts.not_safe += 1,
                (Status::Available | Status::Display | Status::Failed, _) => counts.shown += 1,
            }
        }
        self.findings.retain(|_, counts| *counts != Counts::default());
    }

    /// Adds what the work on other files came to.
    pub fn add(&mut self, other: Self) {
        self.files += other.files;
        for changed in other.changed {
            match self.changed.iter_mut().find(|known| known.name == changed.name) {
                Some(known) => known.rules.extend(changed.rules),
                None => self.changed.push(changed),
            }
        }
        for (rule, counts) in other.findings {
            self.findings.entry(rule).or_default().add(counts);
        }
        self.skipped.extend(other.skipped);
        self.errors.extend(other.errors);
        self.notes.extend(other.notes);
    }

    /// Puts everything into the order of the names.
    pub fn sort(&mut self) {
        self.changed.sort_by(|left, right| left.name.cmp(&right.name));
        self.skipped.sort_by(|left, right| left.name.cmp(&right.name));
        self.errors.sort_by(|left, right| left.name.cmp(&right.name));
        self.notes.sort_by(|left, right| left.name.cmp(&right.name));
    }
}

/// The first problems of a file in full, and how many more there are.
fn failures(name: &Name, problems: &[Problem]) -> Vec<Failure> {
    const MOST: usize = 3;
    let mut failures: Vec<Failure> = problems.iter().take(MOST).map(|problem| failure(name, problem)).collect();
    if let Some(more) = problems.len().checked_sub(MOST).filter(|more| *more > 0) {
        let message = format!("{more} more of this kind");
        failures.push(Failure { name: name.clone(), message, help: "mend the first ones first".to_owned() });
    }
    failures
}

fn failure(name: &Name, problem: &Problem) -> Failure {
    let place = problem.position.map(|(line, column)| format!("line {line}, column {column}: "));
    let message = format!("{}{}", place.unwrap_or_default(), problem.message);
    Failure { name: name.clone(), message, help: problem.help.clone() }
}

/// The rules whose fixes edit this file of the two that a Dockerfile's changes may be of.
fn changed(change: &FileChange, dockerfile: &Path, root: &Path, done: &Done) -> Changed {
    let target = if change.path == dockerfile { Target::Dockerfile } else { Target::Dockerignore };
    let rules = done.findings.iter().filter(|reported| {
        let edits = reported.finding.fix.iter().flat_map(|fix| &fix.edits);
        reported.status == Status::Applied && edits.map(|(edited, _)| *edited).any(|edited| edited == target)
    });
    let rules = rules.map(|reported| reported.finding.rule.to_owned()).collect();
    Changed { name: Name::of(&change.path, root), rules }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_come_back() {
        use std::os::unix::ffi::OsStrExt as _;
        for bytes in [&b"a/b"[..], b"\xff/\xfe", b"line\nbreak", "\u{202e}".as_bytes()] {
            let path = Path::new(std::ffi::OsStr::from_bytes(bytes));
            let json = serde_json::to_string(&Name::of(path, Path::new("/r"))).unwrap();
            let line = harmless_json(&json);
            assert!(
                line.chars()
                    .all(|character| character.is_ascii() && !character.is_control() || character == '\u{fffd}')
            );
            assert_eq!(serde_json::from_str::<Name>(&line).unwrap().to_path(), path);
        }
    }
}
