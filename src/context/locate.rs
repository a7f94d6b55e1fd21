//! Which directory is a Dockerfile's build context.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Repositories;
use super::compose::Build;
use super::glob;
use super::tree::Tree;

/// How many names of a directory a glob in a source is compared with. Enough to see that something matches.
const NAME_LIMIT: usize = 10_000;

/// A build context that was found.
#[derive(Debug)]
pub struct Located {
    /// The directory, as it was named or, if it was searched, one of those above the Dockerfile.
    pub root: PathBuf,
    /// How sure that is.
    pub certainty: Certainty,
    /// What was looked at on the way, for those who go on with it.
    tree: Option<Tree>,
}

impl Located {
    /// The directory that the user named.
    #[must_use]
    pub fn explicit(root: &Path) -> Self {
        Self { root: root.to_owned(), certainty: Certainty::Explicit, tree: None }
    }

    fn of(tree: Tree, certainty: Certainty) -> Self {
        Self { root: tree.root().to_owned(), certainty, tree: Some(tree) }
    }

    /// The directory as a tree, with what is known of it.
    pub(super) fn into_tree(self) -> Tree {
        self.tree.unwrap_or_else(|| Tree::at(&self.root))
    }
}

/// How sure a build context is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Build files name several, or one that lies out of reach, or one in which the sources do not exist.
    Disputed,
    /// The nearest of several directories in which all sources exist.
    Nearest,
    /// The only directory, from the Dockerfile's up to the repository's root, in which all sources exist.
    Unique,
    /// All build files that name the Dockerfile name this directory.
    Named,
    /// The user named it.
    Explicit,
}

/// Finds the build context of `dockerfile`, an absolute path without links, whose COPY and ADD instructions take `sources` from the context (those with
/// `--from` and the heredocs are not among them), and which `builds` build.
///
/// In order: `explicit` if given; what the compose and bake files name; else the nearest directory in which all the sources
/// exist, from the Dockerfile's own up to the root of its repository, or only its own where there is no repository. URLs, git
/// addresses and sources with a variable say nothing and are left out; a glob has to match something. A Dockerfile that
/// copies nothing, or only `.`, fits everywhere and so gets its own directory. `None` if nothing fits.
///
/// Where build files name several directories, it is the first in which the sources exist, and that is no certainty.
/// Ignore files are not looked at: they are part of what is being searched.
#[must_use]
pub fn locate(
    dockerfile: &Path,
    sources: &[String],
    explicit: Option<&Path>,
    builds: &[Arc<Build>],
    repositories: &Repositories,
) -> Option<Located> {
    if let Some(root) = explicit {
        return Some(Located::explicit(root));
    }
    let telling: Vec<&str> = sources.iter().map(String::as_str).filter(|source| is_telling(source)).collect();
    let searched = || nearest(dockerfile, &telling, repositories);
    let mut named: Vec<&Path> = builds.iter().filter_map(|build| build.context.as_deref()).collect();
    named.sort();
    named.dedup();
    let disputed = |found: Located| Located { certainty: Certainty::Disputed, ..found };
    let sure = builds.iter().all(|build| build.context.is_some() && !build.assumed);
    match named.as_slice() {
        [] => searched().map(|found| if sure { found } else { disputed(found) }),
        // What does not exist yet may be made before the build, so it takes another directory that fits to doubt the one.
        [only] => match (fitting(only, &telling), sure) {
            (Some(tree), true) => Some(Located::of(tree, Certainty::Named)),
            (Some(tree), false) => Some(Located::of(tree, Certainty::Disputed)),
            (None, _) => match searched() {
                Some(found) => Some(disputed(found)),
                None => sure.then(|| Located::of(Tree::at(only), Certainty::Named)),
            },
        },
        several => match several.iter().find_map(|root| fitting(root, &telling)) {
            Some(tree) => Some(Located::of(tree, Certainty::Disputed)),
            None => searched().map(disputed),
        },
    }
}

/// The nearest directory at or above the Dockerfile in which all the sources exist.
fn nearest(dockerfile: &Path, sources: &[&str], repositories: &Repositories) -> Option<Located> {
    let directory = dockerfile.parent()?;
    let top = repositories.top_of(directory);
    let candidates = directory.ancestors().take_while(|candidate| candidate.starts_with(&top));
    let mut found = candidates.filter_map(|candidate| fitting(candidate, sources));
    let tree = found.next()?;
    let certainty = if found.next().is_some() { Certainty::Nearest } else { Certainty::Unique };
    Some(Located::of(tree, certainty))
}

/// Whether a source says something about the context.
fn is_telling(source: &str) -> bool {
    let remote = ["http://", "https://", "git://", "ssh://", "git@"].iter().any(|prefix| source.starts_with(prefix));
    !remote && !source.contains('$')
}

/// The tree at `directory`, which is absolute and without links, if all the sources exist in it.
fn fitting(directory: &Path, sources: &[&str]) -> Option<Tree> {
    let tree = Tree::at(directory);
    let exists = |source: &&str| {
        if glob::is_glob(source) {
            tree.expand(source, NAME_LIMIT).is_ok_and(|found| !found.paths.is_empty())
        } else {
            tree.follow(source).is_some()
        }
    };
    sources.iter().all(exists).then_some(tree)
}
