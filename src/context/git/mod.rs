//! What git knows of a file: whether the index has it, with which x bit, or whether `.gitignore` keeps it out.
//!
//! Everything is read from files. Git is never started, because a repository's own configuration can make it run programs,
//! and no configuration outside of the repository counts, because it is not part of a checkout.

mod discover;
mod history;
mod ignored;
mod index;
mod objects;
mod revision;

use std::any::Any;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use discover::GitDirectory;
pub use history::History;
use ignored::IgnoreRules;
use index::{Index, Tracked};
pub(crate) use index::{WholeIndex, read_state};
pub use revision::Revision;

use super::marks::Marks;
use super::path;
use super::recent::{RecentAnswers, RecentWalks};

/// What git knows of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitState {
    /// The path is in no repository.
    NoRepository,
    /// There is a repository, but it could not be read; the text says why.
    Unknown(Arc<str>),
    /// The index has the path, or, for a directory, something in it, so every checkout has it.
    Tracked {
        /// The index records mode 100755. Always false for directories and links.
        executable: bool,
    },
    /// The index does not have the path, and no `.gitignore` keeps it out.
    Untracked,
    /// The index does not have the path, because `.gitignore` or the repository's `info/exclude` keeps it out.
    Ignored,
}

/// All repositories that a run came across. Each is opened and its index read at most once, whatever asks for it. Make one
/// for a run; clones share what was read, also between threads.
#[derive(Clone, Debug, Default)]
pub struct Repositories(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    /// The working tree that a directory belongs to.
    by_directory: RwLock<HashMap<PathBuf, Option<Arc<Repository>>>>,
    by_work_tree: Mutex<HashMap<PathBuf, Arc<Repository>>>,
    /// What stands in the directories that were listed.
    marks: RwLock<HashMap<PathBuf, Arc<Marks>>>,
    /// What else was worked out for a directory.
    answers: RecentAnswers,
    /// What lies below the directories that were walked over last.
    walks: RecentWalks,
    /// Ignore files that would be written by now, if anything were written.
    planned: RwLock<HashMap<PathBuf, Arc<str>>>,
}

/// One working tree with its index.
#[derive(Debug)]
pub struct Repository {
    work_tree: PathBuf,
    git: Result<GitDirectory, Arc<str>>,
    index: OnceLock<Result<Index, Arc<str>>>,
    rules: IgnoreRules,
    trees: revision::Trees,
    gone: revision::KnownGone,
}

impl Repositories {
    /// No repositories yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The repository whose working tree holds `directory`, an absolute path without links: that of the nearest `.git` upward.
    #[must_use]
    pub fn of_directory(&self, directory: &Path) -> Option<Arc<Repository>> {
        let mut unknown = Vec::new();
        let mut found = None;
        for ancestor in directory.ancestors() {
            let known = self.0.by_directory.read().unwrap_or_else(PoisonError::into_inner).get(ancestor).cloned();
            if let Some(known) = known {
                found = known;
                break;
            }
            unknown.push(ancestor);
            if let Some(repository) = self.at(ancestor) {
                found = Some(repository);
                break;
            }
        }
        if !unknown.is_empty() {
            let mut by_directory = self.0.by_directory.write().unwrap_or_else(PoisonError::into_inner);
            for ancestor in unknown {
                by_directory.insert(ancestor.to_owned(), found.clone());
            }
        }
        found
    }

    /// The directory above which nothing of a project is looked for: the root of the working tree that holds `directory`, or
    /// `directory` itself where there is no repository.
    #[must_use]
    pub fn top_of(&self, directory: &Path) -> PathBuf {
        self.of_directory(directory).map_or_else(|| directory.to_owned(), |found| found.work_tree().to_owned())
    }

    /// What `make` says of `directory`, for each type of answer: builds that share a context share what is known of it. What was
    /// asked for long ago is forgotten.
    pub fn remember<T: Any + Send + Sync>(&self, directory: &Path, make: impl FnOnce() -> T) -> Arc<T> {
        self.0.answers.of(directory, make)
    }

    /// What stands in `directory`, listed at most once.
    pub(super) fn marks(&self, directory: &Path) -> Arc<Marks> {
        if let Some(known) = self.0.marks.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return Arc::clone(known);
        }
        let read = Arc::new(Marks::read(directory));
        let mut marks = self.0.marks.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(marks.entry(directory.to_owned()).or_insert(read))
    }

    /// Whether the file `name` can be in `directory`, by what is known of it; only a look at the disk says that it is.
    pub(super) fn may_have(&self, directory: &Path, name: &str) -> bool {
        let marks = self.0.marks.read().unwrap_or_else(PoisonError::into_inner);
        marks.get(directory).is_none_or(|marks| marks.may_have(name))
    }

    /// Says that a file was written into `directory`, so that what is known of it may be no more so.
    pub fn written_into(&self, directory: &Path) {
        self.0.marks.write().unwrap_or_else(PoisonError::into_inner).remove(directory);
        self.0.walks.forget();
    }

    /// Says that the ignore file at `path` would have this text by now, so that what is looked at next is looked at as it would be
    /// then.
    pub fn plan_ignore_file(&self, path: &Path, text: &str) {
        self.0.planned.write().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), text.into());
    }

    /// The text that the ignore file at `path` would have by now.
    pub(super) fn planned_ignore_file(&self, path: &Path) -> Option<Arc<str>> {
        self.0.planned.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    pub(super) fn recent_walks(&self) -> &RecentWalks {
        &self.0.walks
    }

    /// The repository whose working tree begins at `work_tree`.
    fn at(&self, work_tree: &Path) -> Option<Arc<Repository>> {
        if let Some(known) = self.0.by_work_tree.lock().unwrap_or_else(PoisonError::into_inner).get(work_tree) {
            return Some(Arc::clone(known));
        }
        if !self.may_have(work_tree, ".git") {
            return None;
        }
        let git = discover::git_directory(work_tree)?;
        let mut by_work_tree = self.0.by_work_tree.lock().unwrap_or_else(PoisonError::into_inner);
        let repository = by_work_tree.entry(work_tree.to_owned()).or_insert_with(|| {
            Arc::new(Repository {
                work_tree: work_tree.to_owned(),
                rules: IgnoreRules::new(work_tree, git.as_ref().ok()),
                git,
                index: OnceLock::new(),
                trees: revision::Trees::default(),
                gone: revision::KnownGone::default(),
            })
        });
        Some(Arc::clone(repository))
    }
}

impl Repository {
    /// The directory that holds `.git`.
    #[must_use]
    pub fn work_tree(&self) -> &Path {
        &self.work_tree
    }

    /// What git knows of `path`, relative to the working tree, where `""` is the working tree itself. A path in a submodule is
    /// looked up there; one in another repository that merely lies below is not part of any checkout of this one.
    #[must_use]
    pub fn state(&self, path: &str, is_directory: bool, repositories: &Repositories) -> GitState {
        let index = match self.index() {
            Ok(index) => index,
            Err(reason) => return GitState::Unknown(Arc::clone(reason)),
        };
        match index.get(path) {
            Some(Tracked::File { executable }) => return GitState::Tracked { executable },
            Some(Tracked::Link | Tracked::Submodule) => return GitState::Tracked { executable: false },
            Some(Tracked::Unmerged) => return GitState::Unknown("git's index has a merge conflict for it".into()),
            Some(Tracked::IntentToAdd) => return GitState::Untracked,
            None => {}
        }
        if index.has_below(path) {
            return GitState::Tracked { executable: false };
        }
        if let Some(submodule) = index.submodule_above(path) {
            return self.state_in_submodule(submodule, path, is_directory, repositories);
        }
        if index.in_collapsed_directory(path) {
            return GitState::Unknown("git's index is sparse and does not list it".into());
        }
        if self.rules.ignores(path, is_directory) { GitState::Ignored } else { GitState::Untracked }
    }

    /// Whether the index has the file `path`, relative to the working tree, whatever characters its name has.
    #[must_use]
    pub fn tracks(&self, path: &Path) -> bool {
        let name = path.as_os_str().as_encoded_bytes();
        let name: Vec<u8> =
            name.iter().map(|byte| if *byte == b'\\' && cfg!(windows) { b'/' } else { *byte }).collect();
        matches!(self.index().ok().and_then(|index| index.get(name)), Some(Tracked::File { .. }))
    }

    fn state_in_submodule(&self, submodule: &str, path: &str, is_directory: bool, all: &Repositories) -> GitState {
        let inner = path[submodule.len()..].trim_start_matches('/');
        match all.at(&self.work_tree.join(submodule)) {
            // Ends, because `inner` is shorter than `path`.
            Some(repository) => repository.state(inner, is_directory, all),
            None => GitState::Unknown("it is in a submodule that is not checked out".into()),
        }
    }

    fn index(&self) -> Result<&Index, &Arc<str>> {
        self.index
            .get_or_init(|| {
                let git = self.git.as_ref().map_err(Arc::clone)?;
                index::read(git.index_file()).map_err(Arc::from)
            })
            .as_ref()
    }
}

/// `path` relative to `above`, as this module writes paths.
pub(super) fn relative(above: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(above).ok()?.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.iter().fold(String::new(), |whole, part| path::join(&whole, part)))
}
