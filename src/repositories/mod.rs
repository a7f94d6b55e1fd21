//! Git repositories as the units of a batch: where they are, whether they are clean, commits to a new branch, and bare ones.
//!
//! Everything is done by libraries on the files of the repository. Git is never started, and nothing that a repository's
//! configuration, attributes or hooks name is ever executed. Knows nothing of Dockerfiles, and prints nothing.

mod author;
mod checkout;
mod commit;
mod configuration;
mod content;
mod dirty;
mod discover;
mod guard;
mod objects;
mod place;

use std::path::{Path, PathBuf};

pub use author::Author;
pub use commit::{Committed, NewText, check_branch};
pub use dirty::Dirt;
pub use discover::{Discovery, discover};
use place::Place;

/// What sort of repository a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The usual one: a folder with its `.git`.
    WorkTree,
    /// One more work tree of a repository, made by `git worktree add`. It shares objects and branches with the others.
    LinkedWorkTree,
    /// A submodule whose repository is kept inside of the one around it.
    Submodule,
    /// A repository without a work tree.
    Bare,
}

/// A repository to work on, by itself.
#[derive(Clone, Debug)]
pub struct Unit {
    path: PathBuf,
    place: Place,
    nested: Vec<PathBuf>,
}

impl Unit {
    /// The work tree, or the folder of a bare repository: absolute, without links.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What sort of repository it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.place.kind
    }

    /// The repositories that lie in the work tree, submodules among them; what is below them does not belong to this unit.
    /// One that lies in another of them is not listed.
    #[must_use]
    pub fn nested(&self) -> &[PathBuf] {
        &self.nested
    }

    /// Whether `path`, absolute and without links, belongs to this unit and to none that lies in it.
    #[must_use]
    pub fn owns(&self, path: &Path) -> bool {
        path.starts_with(&self.path) && !self.nested.iter().any(|nested| path.starts_with(nested))
    }

    /// Where objects and branches are kept. Units with the same one share them: they are work trees of one repository.
    #[must_use]
    pub fn common(&self) -> &Path {
        &self.place.common
    }
}
