//! What lies in a context and is no part of what is built: version control, installed dependencies, caches, logs, keys.
//!
//! Owns the table of what such things are called (`data/ignore-candidates.toml`), the walk that finds them, and a look into the
//! texts of the context for who speaks of them. Whether any build needs them is another question.

mod speaks;
mod walk;

use std::sync::Arc;

pub(crate) use speaks::speaks_of_git;
pub use speaks::{Runs, Speaks, Spoken};

use super::{BuildContext, GitState};

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The data of a version control system.
    Vcs,
    /// What a package manager installs.
    Dependencies,
    /// What a build makes.
    Build,
    /// What a program keeps to be faster the next time.
    Cache,
    /// What a test run says of itself.
    Coverage,
    /// What belongs to an editor.
    Editor,
    /// What an operating system leaves behind.
    System,
    /// Log files.
    Log,
    /// Databases and dumps.
    Data,
    /// Settings of one machine, as environment variables.
    Env,
    /// Keys and passwords.
    Secret,
    /// Dockerfiles and compose files.
    Recipe,
}

impl Kind {
    /// What stands above the entries of this kind in an ignore file.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Vcs => "version control",
            Self::Dependencies => "installed dependencies",
            Self::Build => "build output",
            Self::Cache => "caches",
            Self::Coverage => "test coverage",
            Self::Editor => "editors",
            Self::System => "operating systems",
            Self::Log => "logs",
            Self::Data => "data",
            Self::Env => "settings of this machine",
            Self::Secret => "keys and passwords",
            Self::Recipe => "how the image is built",
        }
    }
}

/// One entry of the table.
#[derive(Debug)]
pub struct Candidate {
    /// Its names; a `*` at either end stands for any rest.
    pub names: &'static [&'static str],
    /// What it is.
    pub kind: Kind,
    /// Whether it is a directory; `None` if it may be either.
    directory: Option<bool>,
    beside: &'static [&'static str],
    inside: &'static [&'static str],
    text: &'static [&'static str],
    /// Whether nobody calls anything else so.
    pub plain: bool,
    /// The programs that make it again.
    pub maker: &'static [&'static str],
    /// Files of the root that say that it will be there.
    pub certain: &'static [&'static str],
}

include!(concat!(env!("OUT_DIR"), "/ignore-candidates.rs"));

/// The whole table.
#[must_use]
pub fn table() -> &'static [Candidate] {
    TABLE
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Leftover {
    /// Where it is.
    pub path: String,
    /// What it is.
    pub candidate: &'static Candidate,
    /// Which of the names it has.
    pub name: &'static str,
    /// Whether it is a directory.
    pub is_directory: bool,
    /// What git knows of it.
    pub git: GitState,
}

/// Everything that was found below the root of a context and is sent.
#[derive(Debug, Default)]
pub struct Leftovers {
    /// What was found, sorted by path; nothing lies in another one.
    pub found: Vec<Leftover>,
    /// Paths that have the name of something in the table and are in git, so that they are sources.
    pub sources: Vec<(String, &'static Candidate)>,
    /// Whether everything was looked at.
    pub complete: bool,
}

impl BuildContext {
    /// What of the context is no part of what is built, looked for once for all builds of it.
    #[must_use]
    pub fn leftovers(&self) -> Arc<Leftovers> {
        self.remember(|| walk::run(self))
    }
}

impl Candidate {
    /// Which of its names `name` is.
    #[must_use]
    pub fn names(&self, name: &str) -> Option<&'static str> {
        self.names.iter().copied().find(|pattern| is_called(pattern, name))
    }
}

/// Whether `name` is what `pattern` says, which may have a `*` at either end.
fn is_called(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => name.len() > end.len() && name.ends_with(end),
        (None, Some(start)) => name.starts_with(start),
        (None, None) => name == pattern,
    }
}
