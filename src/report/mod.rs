//! What is said about files: as a unified diff, as text for people, as JSON for programs, and as the services take it that host code.
//!
//! Everything here turns plain data into text. It reads and writes no file, decides nothing, and knows no terminal
//! but for the question whether to colour.

pub mod cache;
pub mod context;
pub mod diff;
mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod hunk;
pub mod json;
mod place;
pub mod proposal;
pub mod rdjson;
pub mod review;
pub mod sarif;
pub mod snippet;
pub mod text;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::text::{DiffLines, Span};

pub use crate::fix::{Reported, Status};
pub use fingerprint::digest;

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// The path as it is shown to people.
    pub shown: String,
    /// The path as a service knows it that hosts the repository: relative to the root of the working tree, where there is one.
    pub place: PathBuf,
    /// The lines that a review may comment on, where one is asked for.
    pub lines: Option<DiffLines>,
    /// How it went.
    pub outcome: FileOutcome,
}

impl FileReport {
    /// A report of a file that no service knows by another name.
    #[must_use]
    pub fn new(shown: String, outcome: FileOutcome) -> Self {
        Self { place: PathBuf::from(&shown), shown, lines: None, outcome }
    }
}

/// How it went with one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileOutcome {
    /// It could not be read, understood or written.
    Failed(Vec<Problem>),
    /// It was left alone on purpose, with the reason.
    Skipped(String),
    /// It was looked at.
    Done(Box<Done>),
}

/// What was found in a file, and what follows from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The text that was read; spans of findings point into it.
    pub text: String,
    /// The findings, in file order.
    pub findings: Vec<Reported>,
    /// The ignore file that fixes write to, where they do and it can be told.
    pub ignore_file: Option<IgnoreFile>,
    /// The changes, of the Dockerfile first; empty where nothing changes.
    pub changes: Vec<FileChange>,
    /// Fixes that did not stand the test and were taken back, each a sentence that names its rule.
    pub bugs: Vec<String>,
    /// Comments that mean nothing to dockfix, and the like.
    pub warnings: Vec<Problem>,
}

/// The ignore file as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoreFile {
    /// The path as a service knows it.
    pub place: PathBuf,
    /// Its text; empty where there was none.
    pub text: String,
}

/// New text for one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The file, absolute and without links.
    pub path: PathBuf,
    /// The name that the diff gives it, relative to where the diff is applied.
    pub name: PathBuf,
    /// The text before; `None` for a new file.
    pub before: Option<String>,
    /// The text after.
    pub after: String,
}

/// Something that stops the work on a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line and column, both from 1, where it is a place in the text.
    pub position: Option<(usize, usize)>,
    /// The place in bytes.
    pub span: Option<Span>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Problem {
    /// A problem of the whole file.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { position: None, span: None, message: message.into(), help: help.into() }
    }
}

/// `text` with every control character made visible, so that a name or a message from a repository cannot steer the
/// terminal; nor is it a command to GitHub Actions, which looks for `::` at the beginning of a line, and for `##[` anywhere in it.
#[must_use]
pub fn harmless(text: &str) -> String {
    let shown = visible(text).replace("##[", "#\\u{23}[");
    if shown.trim_start().starts_with("::") { shown.replacen(':', "\\u{3a}", 1) } else { shown }
}

/// `text` with every control character made visible.
fn visible(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut result, character| {
        if is_steering(character) {
            result.extend(character.escape_default());
        } else {
            result.push(character);
        }
        result
    })
}

/// The JSON document `text` with an escape for everything in it that would steer a terminal in which somebody looks at it. It means
/// the same: such characters stand in strings only, and `serde_json` escapes those below the blank itself.
#[must_use]
pub fn harmless_json(text: &str) -> Cow<'_, str> {
    let steers = |character: char| is_steering(character) && character != '\n';
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len() + 64);
    for character in text.chars() {
        if steers(character) {
            result.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            result.push(character);
        }
    }
    Cow::Owned(result)
}

/// The bytes of a name as git has them, with `/` on every system.
#[must_use]
pub fn git_name(path: &Path) -> Cow<'_, [u8]> {
    place::bytes(path)
}

/// Control characters, the marks that make text run the other way, and those that some programs take for the end of a line.
#[must_use]
pub fn is_steering(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A number with a comma in front of each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
