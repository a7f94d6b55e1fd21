//! What a whole context comes to: how many files and bytes the builders are sent, and in which directories they are.
//!
//! Other than [`super::BuildContext::walk`], which lists what rules ask about, this counts and forgets: it holds a few numbers for each
//! directory and the names of large files, so that a `node_modules` of any size costs the same memory. It reads every
//! directory that somebody is sent something of, in parallel, follows no link, and opens no file.

mod rows;
mod walk;

use std::path::Path;

pub use rows::{Row, RowKind, Rows};

use super::dockerignore::{Pattern, PatternMatcher};
use super::{BuildContext, path};
use crate::settings::Builder;

/// Directories that one row says all about, whatever is in them.
const UNITS: [&str; 30] = [
    ".git",
    ".hg",
    ".svn",
    ".jj",
    "node_modules",
    "bower_components",
    ".venv",
    "venv",
    "__pycache__",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    "target",
    ".gradle",
    ".m2",
    ".next",
    ".nuxt",
    ".svelte-kit",
    ".turbo",
    ".cache",
    ".yarn",
    ".pnpm-store",
    "vendor",
    "coverage",
    ".terraform",
    ".idea",
    "dist",
    "build",
];

/// An ignore file as one builder reads it.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Its patterns; empty where there is no such file.
    pub matcher: PatternMatcher,
    /// The builder.
    pub builder: Builder,
}

/// What an instruction takes out of the context.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path or glob, as BuildKit holds it against what lies in the context; `None` is all of it.
    pub pattern: Option<Pattern>,
    /// The build that it belongs to.
    pub build: usize,
    /// Which bit of [`Row::sources`] stands for it, below [`SOURCE_BITS`].
    pub bit: u32,
}

/// How many different instructions a row can name.
pub const SOURCE_BITS: u32 = 128;

/// One question about every file.
#[derive(Clone, Debug)]
pub enum Column {
    /// Is it let through by this filter?
    Sent(usize),
    /// Is it let through, and named by some instruction of this build?
    Named {
        /// The filter.
        filter: usize,
        /// The build.
        build: usize,
    },
    /// Does one of these earlier columns say yes?
    Any(Vec<usize>),
}

/// How many columns a survey can have.
pub const MOST_COLUMNS: usize = 64;

/// Everything that is asked about every file.
#[derive(Clone, Debug, Default)]
pub struct Questions {
    /// The ignore files.
    pub filters: Vec<Filter>,
    /// What the builds take.
    pub sources: Vec<Source>,
    /// How many builds there are.
    pub builds: usize,
    /// What is counted, at most [`MOST_COLUMNS`].
    pub columns: Vec<Column>,
    /// How many names are read at most; all of them by default.
    pub most: Option<u64>,
}

/// Files and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Everything that is no directory.
    pub files: u64,
    /// The bytes of regular files, as far as they are sent: BuildKit sends some files without their content
    /// ([`PatternMatcher::empties`]).
    pub bytes: u64,
}

impl Total {
    fn add(&mut self, other: Self) {
        self.files += other.files;
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

/// What was counted.
#[derive(Debug, Default)]
pub struct Survey {
    /// A directory comes before everything in it; the first one is the root.
    nodes: Vec<Node>,
    /// Directories that cannot be read, sorted. Builds fail there.
    pub unreadable: Vec<String>,
    /// How many names of what is sent are not UTF-8.
    pub not_utf8: u64,
    /// Pipes, sockets and devices that are sent, sorted, at most a hundred.
    pub special: Vec<String>,
    /// Whether there is more than was to be read, so that the numbers mean nothing.
    pub stopped: bool,
    /// How many names were read.
    pub read: u64,
}

/// A directory, or one with all that is in it.
#[derive(Debug)]
struct Node {
    name: String,
    parent: usize,
    unit: bool,
    /// Of each column: what lies directly in it, and once all is read, everything in it.
    totals: Vec<Total>,
    own: Vec<Total>,
    sources: u128,
    /// Those of the files that lie directly in it.
    own_sources: u128,
    files: Vec<File>,
}

/// A file that may deserve a row of its own.
#[derive(Debug)]
struct File {
    name: String,
    size: u64,
    /// The columns that count it.
    columns: u64,
    /// Those of them that count its bytes as well.
    whole: u64,
    sources: u128,
}

/// Counts what lies below `root`, a directory without links in its path.
#[must_use]
pub fn survey(root: &Path, questions: &Questions) -> Survey {
    walk::run(root, questions)
}

impl Survey {
    /// What a column comes to.
    #[must_use]
    pub fn total(&self, column: usize) -> Total {
        self.nodes.first().and_then(|root| root.totals.get(column)).copied().unwrap_or_default()
    }
}

impl Source {
    /// What `written`, a path or glob as a COPY has it, takes of `context` on BuildKit: what it names, and what links that it
    /// names lead to.
    ///
    /// BuildKit holds what a COPY names against paths as it does the patterns of an ignore file (`FollowPaths` in `filter.go` of
    /// fsutil), so `**/x` brings more than is copied.
    #[must_use]
    pub fn of(context: &BuildContext, written: &str, build: usize, bit: u32) -> Vec<Self> {
        let named = path::inside(written);
        if named.is_empty() {
            return vec![Self { pattern: None, build, bit }];
        }
        let matches = context.matches(written);
        let led_to = matches.found.iter().filter(|found| found.path != found.entry.path);
        if led_to.clone().any(|found| found.entry.path.is_empty()) {
            return vec![Self { pattern: None, build, bit }];
        }
        let patterns = led_to.map(|found| escaped(&found.entry.path)).chain([named]);
        let patterns = patterns.filter_map(|pattern| Pattern::new(&pattern, false).ok());
        patterns.map(|pattern| Self { pattern: Some(pattern), build, bit }).collect()
    }
}

/// A pattern that is this path and nothing else.
fn escaped(path: &str) -> String {
    path.chars().fold(String::new(), |mut pattern, character| {
        if "*?[]\\^".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
        pattern
    })
}
