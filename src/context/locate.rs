//! Which directory is a Dockerfile's build context.

use std::path::{Path, PathBuf};

use super::Repositories;
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
    /// The nearest of several directories in which all sources exist.
    Nearest,
    /// The only directory, from the Dockerfile's up to the repository's root, in which all sources exist.
    Unique,
    /// The user named it.
    Explicit,
}

/// Finds the build context of `dockerfile`, an absolute path without links, whose COPY and ADD instructions take `sources` from the context (those with
/// `--from` and the heredocs are not among them).
///
/// In order: `explicit` if given; else the nearest directory in which all the sources exist, from the Dockerfile's own up to
/// the root of its repository, or only its own where there is no repository. URLs, git addresses and sources with a variable
/// say nothing and are left out; a glob has to match something. A Dockerfile that copies nothing, or only `.`, fits
/// everywhere and so gets its own directory. `None` if nothing fits.
///
/// Ignore files are not looked at: they are part of what is being searched.
#[must_use]
pub fn locate(
    dockerfile: &Path,
    sources: &[String],
    explicit: Option<&Path>,
    repositories: &Repositories,
) -> Option<Located> {
    if let Some(root) = explicit {
        return Some(Located { root: root.to_owned(), certainty: Certainty::Explicit });
    }
    let directory = dockerfile.parent()?;
    let top = repositories.of_directory(directory).map_or(directory.to_owned(), |found| found.work_tree().to_owned());
    let telling: Vec<&str> = sources.iter().map(String::as_str).filter(|source| is_telling(source)).collect();
    let candidates = directory.ancestors().take_while(|candidate| candidate.starts_with(&top));
    let mut fitting = candidates.filter(|candidate| fits(candidate, &telling));
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
