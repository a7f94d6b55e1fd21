//! The build context: which directory it is, what of it is sent to the builder, and what each file is on disk and to git.
//!
//! Paths inside a context are relative to its root, with `/` between their parts and without `.` and `..`; the root itself
//! is `""`. Names that are not UTF-8 are counted, never guessed at. Nothing is executed, git is not started, and
//! no link is followed out of the root. This module knows nothing of Dockerfile syntax, stages or rules.
//!
//! Everything is read when it is asked for and remembered: a file costs one `lstat`, a repository's index is read once
//! per run ([`Repositories`]), and the context is walked only by [`BuildContext::walk`], small directories only once.

pub mod compose;
mod dockerfiles;
pub mod dockerignore;
mod entry;
mod example;
mod git;
mod glob;
mod ignore_file;
pub mod leftovers;
mod locate;
mod lost;
mod marks;
mod matches;
mod path;
mod recent;
pub mod survey;
mod tree;
mod walk;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

pub use dockerfiles::{Dockerfiles, holds_build_files};
pub use dockerignore::IgnoreFile;
pub use entry::{Entry, EntryKind};
pub use git::{GitState, History, Repositories, Repository, Revision};
pub(crate) use git::{WholeIndex, read_state as read_index};
pub use glob::BadPattern;
pub use locate::{Certainty, Located, locate};
pub use lost::{Lost, LostPath};
pub use matches::{Match, Matches, below, named_by};
pub(crate) use tree::read_small_file;
pub use walk::{WALK_LIMIT, Walk};

use crate::settings::Builder;
use tree::Tree;

/// How many names of a directory are listed.
const NAMES_LIMIT: usize = 10_000;

/// A build context on disk. Cheap to make; share one between threads.
#[derive(Debug)]
pub struct BuildContext {
    tree: Tree,
    ignore_files: Vec<(Builder, Arc<IgnoreFile>)>,
    /// What lies below the directories that were walked over, if it is not too much to remember.
    walks: RwLock<HashMap<String, Arc<Walk>>>,
    /// What the sources that were asked for name.
    matched: RwLock<HashMap<String, Arc<Matches>>>,
    /// The small files that were read.
    read: RwLock<HashMap<String, Option<Arc<[u8]>>>>,
    /// The Dockerfiles in it, once somebody has asked.
    dockerfiles: OnceLock<Arc<Dockerfiles>>,
    repositories: Repositories,
    /// The repository that the root lies in, and the root relative to its working tree.
    home: Option<(Arc<Repository>, String)>,
}

/// Why a directory cannot serve as a build context.
#[derive(Debug, thiserror::Error)]
pub enum ContextError {
    /// The root is missing, no directory, or unreadable.
    #[error("the build context {} cannot be read: {source}; name another with --context", path.display())]
    Root {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is an ignore file, but it cannot be read, so nobody can say what is sent.
    #[error("{} cannot be read: {reason}", path.display())]
    IgnoreFile {
        /// The ignore file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl BuildContext {
    /// Opens the context at `root` for the build of `dockerfile` on `builders`. `dockerfile` matters because an ignore file
    /// that is named after it takes precedence; without one, only the root's own counts.
    ///
    /// # Errors
    /// [`ContextError`] if the root or an ignore file cannot be read.
    pub fn open(
        root: &Path,
        dockerfile: Option<&Path>,
        builders: &[Builder],
        repositories: &Repositories,
    ) -> Result<Self, ContextError> {
        let tree = Tree::open(root).map_err(|source| ContextError::Root { path: root.to_owned(), source })?;
        Self::of(tree, dockerfile, builders, repositories)
    }

    /// As [`BuildContext::open`] for the directory that [`locate()`] found: asking for that again costs a call for every part
    /// of its path.
    ///
    /// # Errors
    /// [`ContextError`] if an ignore file cannot be read.
    pub fn at(
        located: Located,
        dockerfile: Option<&Path>,
        builders: &[Builder],
        repositories: &Repositories,
    ) -> Result<Self, ContextError> {
        Self::of(located.into_tree(), dockerfile, builders, repositories)
    }

    fn of(
        tree: Tree,
        dockerfile: Option<&Path>,
        builders: &[Builder],
        repositories: &Repositories,
    ) -> Result<Self, ContextError> {
        let ignore_files = ignore_file::choose(&tree, dockerfile, builders, repositories)?;
        let home = repositories.of_directory(tree.root()).and_then(|repository| {
            let above = git::relative(repository.work_tree(), tree.root())?;
            Some((repository, above))
        });
        let (walks, matched, read, dockerfiles) = Default::default();
        Ok(Self { tree, ignore_files, walks, matched, read, dockerfiles, repositories: repositories.clone(), home })
    }

    /// The same context as it will be when the ignore file at `path` holds `text`, for all of `builders` that have no other one.
    /// Nothing of it is on disk yet, so that it is worked out anew.
    #[must_use]
    pub fn with_ignore_file(&self, path: &Path, text: &str, builders: &[Builder]) -> Self {
        let planned = Arc::new(IgnoreFile::parse(path, text.to_owned()));
        let of = |builder: &Builder| {
            let own = self.ignore_files.iter().find(|(of, file)| of == builder && file.path() != path);
            own.cloned().unwrap_or_else(|| (*builder, Arc::clone(&planned)))
        };
        let (walks, matched, read, dockerfiles) = Default::default();
        Self {
            tree: Tree::at(self.tree.root()),
            ignore_files: builders.iter().map(of).collect(),
            walks,
            matched,
            read,
            dockerfiles,
            repositories: self.repositories.clone(),
            home: self.home.clone(),
        }
    }

    /// The directory, absolute and without links.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.tree.root()
    }

    /// The ignore file that the first of the builders reads.
    #[must_use]
    pub fn ignore_file(&self) -> Option<&IgnoreFile> {
        self.ignore_files.first().map(|(_, file)| file.as_ref())
    }

    /// Every builder that reads an ignore file, with that file. They differ where one is named after the Dockerfile or
    /// `.containerignore`.
    pub fn ignore_files(&self) -> impl Iterator<Item = (Builder, &IgnoreFile)> {
        self.ignore_files.iter().map(|(builder, file)| (*builder, file.as_ref()))
    }

    /// Whether the ignore files of **all** builders let `path` through. Says nothing on whether it exists. A directory that
    /// is kept out may still be sent for the sake of something in it that is taken back; see [`BuildContext::matches`].
    #[must_use]
    pub fn is_sent(&self, path: &str) -> bool {
        let path = path::inside(path);
        !self.ignore_files().any(|(builder, file)| file.matcher().excludes(&path, builder))
    }

    /// What stands at `path`, itself not followed if it is a link; links in the directories above are followed inside the
    /// root. `None` if there is nothing, or only by leaving the root.
    #[must_use]
    pub fn entry(&self, path: &str) -> Option<Entry> {
        let (real, found) = self.tree.look_up(path)?;
        Some(self.entry_of(real, &found))
    }

    /// What a file holds, read once. `None` if it has more than 64 KiB, which no script has, or cannot be read.
    #[must_use]
    pub fn small_file(&self, entry: &Entry) -> Option<Arc<[u8]>> {
        const LIMIT: u64 = 64 * 1024;
        // A pipe waits for ever, and a link may lead anywhere.
        if entry.size > LIMIT || !entry.is_file() {
            return None;
        }
        if let Some(known) = self.read.read().unwrap_or_else(PoisonError::into_inner).get(&entry.path) {
            return known.clone();
        }
        let bytes = tree::read_small_file(&self.tree.on_disk(&entry.path), LIMIT).ok().map(Arc::from);
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        read.insert(entry.path.clone(), bytes.clone());
        bytes
    }

    /// The first four bytes of a regular file, with zeros behind those that it has; `None` if it cannot be read.
    #[must_use]
    pub fn first_bytes(&self, entry: &Entry) -> Option<[u8; 4]> {
        use std::io::Read as _;
        let mut bytes = Vec::new();
        match self.small_file(entry) {
            Some(small) => bytes.extend(small.iter().take(4)),
            None if !entry.is_file() => return None,
            None => {
                let file = std::fs::File::open(self.tree.on_disk(&entry.path)).ok()?;
                file.take(4).read_to_end(&mut bytes).ok()?;
            }
        }
        bytes.resize(4, 0);
        bytes.try_into().ok()
    }

    /// The text of a regular file of at most `limit` bytes, links followed inside the root; `None` if there is none, or it is
    /// not UTF-8.
    #[must_use]
    pub fn read(&self, path: &str, limit: u64) -> Option<String> {
        let (real, found) = self.tree.follow(path)?;
        if !found.is_file() {
            return None;
        }
        let bytes = tree::read_small_file(&self.tree.on_disk(&real), limit).ok()?;
        String::from_utf8(bytes).ok()
    }

    /// What `make` says of the whole context, for all builds of it that read the same ignore files; see
    /// [`Repositories::remember`].
    pub fn remember<T: std::any::Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
        let read: Vec<_> = self.ignore_files().map(|(builder, file)| (builder, file.path(), file.text())).collect();
        let key = BuildHasherDefault::<DefaultHasher>::default().hash_one(read);
        self.repositories.remember(&self.root().join(format!("{key:016x}")), make)
    }

    /// The names in a directory that are UTF-8, sorted; nothing if it is none, or has too many.
    #[must_use]
    pub fn names(&self, directory: &str) -> Vec<String> {
        let Some(real) = self.tree.real_directory(&path::inside(directory)) else { return Vec::new() };
        let names = self.tree.names(&real, NAMES_LIMIT);
        if names.cut { Vec::new() } else { names.utf8 }
    }

    /// How often git's latest commits changed each of `paths`, which may be directories; `None` where there is no repository, or it
    /// cannot be read.
    #[must_use]
    pub fn history(&self, paths: &[String]) -> Option<History> {
        let (repository, above) = self.home.as_ref()?;
        let paths: Vec<String> = paths.iter().map(|inside| path::join(above, inside)).collect();
        repository.history(&paths)
    }

    /// What git knows of a file that may be missing: whether another checkout may have it.
    #[must_use]
    pub fn git_of_file(&self, path: &str) -> GitState {
        self.git_state(&path::inside(path), false)
    }

    fn git_state(&self, path: &str, is_directory: bool) -> GitState {
        if let Some((repository, above)) = &self.home {
            return repository.state(&path::join(above, path), is_directory, &self.repositories);
        }
        let (directory, _) = path::split(path);
        let directory = self.tree.on_disk(if is_directory { path } else { directory });
        let Some(repository) = self.repositories.of_directory(&directory) else { return GitState::NoRepository };
        match git::relative(repository.work_tree(), &self.tree.on_disk(path)) {
            Some(inner) => repository.state(&inner, is_directory, &self.repositories),
            None => GitState::NoRepository,
        }
    }
}
