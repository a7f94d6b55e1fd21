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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The directory, as it was named or, if it was searched, one of those above the Dockerfile.
    pub root: PathBuf,
    /// How sure that is.
    pub certainty: Certainty,
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
        return Some(Located { root: root.to_owned(), certainty: Certainty::Explicit });
    }
    let telling: Vec<&str> = sources.iter().map(String::as_str).filter(|source| is_telling(source)).collect();
    let searched = || nearest(dockerfile, &telling, repositories);
    let mut named: Vec<&Path> = builds.iter().filter_map(|build| build.context.as_deref()).collect();
    named.sort();
    named.dedup();
    let disputed = |root: &Path| Some(Located { root: root.to_owned(), certainty: Certainty::Disputed });
    let sure = builds.iter().all(|build| build.context.is_some() && !build.assumed);
    match named.as_slice() {
        [] => searched().map(|found| if sure { found } else { Located { certainty: Certainty::Disputed, ..found } }),
        // What does not exist yet may be made before the build, so it takes another directory that fits to doubt the one.
        [only] if fits(only, &telling) => {
            let certainty = if sure { Certainty::Named } else { Certainty::Disputed };
            Some(Located { root: (*only).to_owned(), certainty })
        }
        [only] => match searched() {
            Some(found) => disputed(&found.root),
            None => Some(Located { root: (*only).to_owned(), certainty: Certainty::Named }).filter(|_| sure),
        },
        several => match several.iter().find(|root| fits(root, &telling)) {
            Some(root) => disputed(root),
            None => searched().and_then(|found| disputed(&found.root)),
        },
    }
}

/// The nearest directory at or above the Dockerfile in which all the sources exist.
fn nearest(dockerfile: &Path, sources: &[&str], repositories: &Repositories) -> Option<Located> {
    let directory = dockerfile.parent()?;
    let top = repositories.top_of(directory);
    let candidates = directory.ancestors().take_while(|candidate| candidate.starts_with(&top));
    let mut fitting = candidates.filter(|candidate| fits(candidate, sources));
    let root = fitting.next()?.to_owned();
    let certainty = if fitting.next().is_some() { Certainty::Nearest } else { Certainty::Unique };
    Some(Located { root, certainty })
}

/// Whether a source says something about the context.
fn is_telling(source: &str) -> bool {
    let remote = ["http://", "https://", "git://", "ssh://", "git@"].iter().any(|prefix| source.starts_with(prefix));
    !remote && !source.contains('$')
}

/// Whether all the sources exist in `directory`, which is absolute and without links.
fn fits(directory: &Path, sources: &[&str]) -> bool {
    let tree = Tree::at(directory);
    sources.iter().all(|source| {
        if glob::is_glob(source) {
            tree.expand(source, NAME_LIMIT).is_ok_and(|found| !found.paths.is_empty())
        } else {
            tree.follow(source).is_some()
        }
    })
}
