//! Which repositories some folders hold.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::{DirEntry, WalkBuilder, WalkState};
use rayon::prelude::*;

use super::place::{self, Place};
use super::{Kind, Unit};
use crate::files::{FileError, check_ignore_files, repository_root};

/// Folders in which version control keeps its own data.
const VERSION_CONTROL: [&str; 4] = [".git", ".hg", ".jj", ".svn"];

/// The repositories below some folders.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// Each repository once, sorted by path.
    pub units: Vec<Unit>,
    /// What could not be read, and roots without a repository.
    pub problems: Vec<FileError>,
}

/// Finds the repositories that are, or lie below, `roots`, with `threads` threads.
///
/// Links are not followed, but a root may be one. Below a repository, what its `.gitignore` leaves out is not searched, since no
/// Dockerfile there is looked at either, and a clone in `node_modules` or `.terraform` is nobody's project; name one as a
/// root to work on it. Folders with the outline of a bare repository count only outside of work trees: inside of one they
/// are its files. A bare repository whose work trees are among the units is no unit beside them. A root that lies
/// inside of a repository stands for what is below it, and if no repository is, that is a problem.
///
/// A folder whose `.git` is broken is a problem, and what lies in it belongs to no unit.
#[must_use]
pub fn discover(roots: &[PathBuf], threads: usize) -> Discovery {
    let mut problems = Vec::new();
    let mut folders = BTreeMap::new();
    for root in roots {
        match real_folder(root) {
            Ok(real) => {
                folders.entry(real).or_insert_with(|| root.clone());
            }
            Err(error) => problems.push(error),
        }
    }
    let seen = walk(folders.keys(), threads, &mut problems);
    let mut found = classify(&seen);
    found.drop_what_lies_in_work_trees(&folders);
    found.drop_hubs();
    for (real, given) in &folders {
        if !found.has_below(real) {
            problems.push(without_repository(given, real));
        }
    }
    let (units, broken) = found.finish();
    problems.extend(broken);
    problems.sort_by(|left, right| left.path.cmp(&right.path));
    Discovery { units, problems }
}

fn real_folder(root: &Path) -> Result<PathBuf, FileError> {
    let real =
        fs::canonicalize(root).map_err(|error| FileError::new(root, FileError::describe(&error), "check the path"))?;
    if !real.is_dir() {
        return Err(FileError::new(root, "not a folder", "name a repository, or a folder with repositories in it"));
    }
    check_ignore_files(&real)?;
    if VERSION_CONTROL.iter().any(|name| real.ends_with(name)) {
        return Err(FileError::new(root, "the inside of a repository", "name the folder above it"));
    }
    Ok(real)
}

/// A folder that may be a repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Candidate {
    /// It holds `.git`.
    WorkTree(PathBuf),
    /// It has a HEAD of its own.
    Bare(PathBuf),
}

fn walk<'r>(
    mut roots: impl Iterator<Item = &'r PathBuf>,
    threads: usize,
    problems: &mut Vec<FileError>,
) -> BTreeSet<Candidate> {
    let Some(first) = roots.next() else { return BTreeSet::new() };
    let mut builder = WalkBuilder::new(first);
    roots.for_each(|root| {
        builder.add(root);
    });
    let seen = Mutex::new((BTreeSet::new(), Vec::new()));
    // Rules from above a root would hide clones that a project keeps in an ignored folder, which the user named.
    builder.hidden(false).ignore(false).parents(false).git_global(false).follow_links(false).threads(threads);
    let unreadable = Arc::new(Mutex::new(Vec::new()));
    let refused = Arc::clone(&unreadable);
    builder.filter_entry(move |entry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let is_searched = is_folder && !VERSION_CONTROL.iter().any(|name| entry.file_name() == *name);
        // What git ignores there is read by the library, which would wait for a pipe.
        let checked = if is_searched { check_ignore_files(entry.path()) } else { return false };
        checked.map_err(|error| refused.lock().map(|mut refused| refused.push(error))).is_ok()
    });
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            let (candidate, error, state) = visit(entry);
            if (candidate.is_some() || error.is_some())
                && let Ok(mut seen) = seen.lock()
            {
                seen.0.extend(candidate);
                seen.1.extend(error);
            }
            state
        })
    });
    // A poisoned lock still holds all that was found.
    let (seen, errors) = seen.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    problems.extend(errors);
    problems.append(&mut unreadable.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    seen
}

fn visit(entry: Result<DirEntry, ignore::Error>) -> (Option<Candidate>, Option<FileError>, WalkState) {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return (None, walk_error(&error), WalkState::Continue),
    };
    let folder = entry.path();
    if fs::symlink_metadata(folder.join(".git")).is_ok() {
        return (Some(Candidate::WorkTree(folder.to_owned())), None, WalkState::Continue);
    }
    if place::looks_bare(folder) {
        return (Some(Candidate::Bare(folder.to_owned())), None, WalkState::Skip);
    }
    (None, None, WalkState::Continue)
}

/// A faulty pattern in a `.gitignore` is no reason to fail; a folder that cannot be read is.
fn walk_error(error: &ignore::Error) -> Option<FileError> {
    let io = error.io_error()?;
    let mut inner = error;
    let path = loop {
        match inner {
            ignore::Error::WithPath { path, .. } => break path.clone(),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
            _ => break PathBuf::new(),
        }
    };
    Some(FileError::new(&path, FileError::describe(io), "make the folder readable for this user"))
}

/// What the candidates turned out to be, by folder.
struct Found(BTreeMap<PathBuf, Result<Place, String>>);

fn classify(seen: &BTreeSet<Candidate>) -> Found {
    let opened = seen.par_iter().filter_map(|candidate| {
        let (folder, opened) = match candidate {
            Candidate::WorkTree(folder) => (folder, catch_unwind(|| place::of_work_tree(folder))),
            Candidate::Bare(folder) => (folder, catch_unwind(|| place::of_bare(folder))),
        };
        // Nobody has seen a file that makes the reader of configurations panic; should there be one, it costs one repository.
        let opened = opened.unwrap_or_else(|_| Err("its configuration cannot be understood".to_owned()));
        match opened {
            Ok(Some(place)) if place.kind != Kind::Bare && place.configuration.bare => without_work_tree(folder, place),
            Ok(Some(place)) => Some((folder.clone(), Ok(place))),
            Ok(None) => None,
            Err(reason) => Some((folder.clone(), Err(reason))),
        }
    });
    let opened: Vec<_> = opened.collect();
    Found(opened.into_iter().collect())
}

/// A `.git` that says of itself that it is bare is the place for linked work trees around it. It is taken for what it says if it
/// lies in `folder`; elsewhere it is nothing that was asked for.
fn without_work_tree(folder: &Path, place: Place) -> Option<(PathBuf, Result<Place, String>)> {
    if !place.own.starts_with(folder) {
        let reason = format!("its `.git` names {}, which has no work tree", place.own.display());
        return Some((folder.to_owned(), Err(reason)));
    }
    Some((place.own.clone(), Ok(Place { kind: Kind::Bare, ..place })))
}

impl Found {
    fn is_work_tree(&self, folder: &Path) -> bool {
        self.0.get(folder).is_some_and(|place| !place.as_ref().is_ok_and(|place| place.kind == Kind::Bare))
    }

    /// What looks like a bare repository and lies in a work tree is one of its files, unless the user named it.
    fn drop_what_lies_in_work_trees(&mut self, named: &BTreeMap<PathBuf, PathBuf>) {
        let bare = self.0.iter().filter(|(_, place)| place.as_ref().is_ok_and(|place| place.kind == Kind::Bare));
        let inside = bare.filter(|(folder, _)| {
            !named.contains_key(*folder) && folder.ancestors().skip(1).any(|above| self.is_work_tree(above))
        });
        let inside: Vec<PathBuf> = inside.map(|(folder, _)| folder.clone()).collect();
        inside.iter().for_each(|folder| {
            self.0.remove(folder);
        });
    }

    /// A bare repository that work trees are linked to would give what these give a second time.
    fn drop_hubs(&mut self) {
        let linked = self.0.values().flatten().filter(|place| place.kind == Kind::LinkedWorkTree);
        let shared: BTreeSet<PathBuf> = linked.map(|place| place.common.clone()).collect();
        self.0.retain(|_, place| {
            !place.as_ref().is_ok_and(|place| place.kind == Kind::Bare && shared.contains(&place.common))
        });
    }

    /// Whether something was found at `root` or below.
    fn has_below(&self, root: &Path) -> bool {
        self.0.range(root.to_owned()..).next().is_some_and(|(folder, _)| folder.starts_with(root))
    }

    fn finish(self) -> (Vec<Unit>, Vec<FileError>) {
        let mut nested: HashMap<PathBuf, Vec<PathBuf>> = HashMap::new();
        for folder in self.0.keys() {
            if let Some(around) = folder.ancestors().skip(1).find(|above| self.0.contains_key(*above)) {
                nested.entry(around.to_owned()).or_default().push(folder.clone());
            }
        }
        let (mut units, mut problems) = (Vec::new(), Vec::new());
        for (path, place) in self.0 {
            match place {
                Ok(place) => {
                    let nested = nested.remove(&path).unwrap_or_default();
                    units.push(Unit { path, place, nested });
                }
                Err(reason) => problems.push(FileError::new(&path, reason, "mend or remove its `.git`")),
            }
        }
        (units, problems)
    }
}

fn without_repository(given: &Path, real: &Path) -> FileError {
    match repository_root(real) {
        Some(root) => {
            let message = format!("no repository, but a folder inside of {}", root.display());
            FileError::new(given, message, "name that, or run `dockfix` without `batch` on the folder")
        }
        None => {
            let help = "run `dockfix` without `batch` on it, or name a folder with repositories in it";
            FileError::new(given, "no git repository in it", help)
        }
    }
}
