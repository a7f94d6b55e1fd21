//! Which files a list of paths means.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::guard::{check_ignore_files, real_file, real_path};
use super::{FileError, unreachable_path};

/// Folders in which version control keeps its own data. Other hidden folders are searched: `.devcontainer` and
/// `.github` hold Dockerfiles.
const VERSION_CONTROL: [&str; 4] = [".git", ".hg", ".jj", ".svn"];

/// A Dockerfile to work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where the file really is: absolute, without links.
    pub path: PathBuf,
    /// The folder that must not be left when writing: the folder that was searched, or for a named file its repository.
    pub root: PathBuf,
    /// Whether the user named this very file.
    pub named: bool,
    /// Size in bytes when it was found.
    pub size: u64,
}

/// One line of work, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A Dockerfile.
    File(Found),
    /// A path that cannot be worked on.
    Error(FileError),
}

/// What the paths of the user mean, in the order of the paths and then of the names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// Files and errors, in order.
    pub entries: Vec<Entry>,
    /// Folders in which no Dockerfile was found.
    pub empty: Vec<PathBuf>,
    /// Links that were left out because they lead out of the folder that was searched.
    pub links_out: Vec<(PathBuf, PathBuf)>,
}

/// Finds the Dockerfiles that `paths` mean. A file is taken whatever its name; a folder is searched with `threads`
/// threads, honouring `.gitignore`. A file that is reached twice is taken once.
#[must_use]
pub fn discover(paths: &[PathBuf], threads: usize) -> Discovery {
    let mut discovery = Discovery::default();
    let mut seen = HashSet::new();
    for path in paths {
        match real_path(path) {
            Ok(real) if real.is_dir() => {
                let folder = Folder { root: &real, nested: &[], alone: false, threads };
                search(path, &folder, &mut discovery, &mut seen);
            }
            Ok(_) => match named(path) {
                Ok(found) if seen.insert(found.path.clone()) => discovery.entries.push(Entry::File(found)),
                Ok(_) => {}
                Err(error) => discovery.entries.push(Entry::Error(error)),
            },
            Err(error) => discovery.entries.push(Entry::Error(error)),
        }
    }
    discovery
}

/// Finds the Dockerfiles of the repository at `root`, an absolute path without links, but none in `nested`, the other repositories
/// that lie in it. Nothing above the root counts.
#[must_use]
pub fn discover_in_repository(root: &Path, nested: &[PathBuf]) -> Discovery {
    let mut discovery = Discovery::default();
    let folder = Folder { root, nested, alone: true, threads: 1 };
    search(root, &folder, &mut discovery, &mut HashSet::new());
    discovery
}

/// Whether a file of this name is a Dockerfile: `Dockerfile`, `Dockerfile.*`, `*.Dockerfile`, `*.dockerfile` and
/// `Containerfile*`, but no `*.dockerignore`.
#[must_use]
pub fn is_dockerfile_name(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    let named = name == b"Dockerfile"
        || name.starts_with(b"Dockerfile.")
        || name.ends_with(b".Dockerfile")
        || name.ends_with(b".dockerfile")
        || name.starts_with(b"Containerfile");
    named && !name.ends_with(b".dockerignore")
}

/// The nearest folder from `folder` upward that holds `.git`.
#[must_use]
pub fn repository_root(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|ancestor| ancestor.join(".git").exists())
}

/// A file that the user named. It may be a link, as long as that stays in the repository, or, without one, in the
/// link's own folder.
fn named(path: &Path) -> Result<Found, FileError> {
    let (real, root) = real_file(path)?;
    let size = fs::metadata(&real).map_err(|error| unreachable_path(path, &error))?.len();
    Ok(Found { size, path: real, root, named: true })
}

/// A folder that is searched.
struct Folder<'a> {
    root: &'a Path,
    /// Folders in it that are left out, and that no link may lead into.
    nested: &'a [PathBuf],
    /// Whether nothing above it counts, and nothing that version control keeps for itself is reached through links either.
    alone: bool,
    threads: usize,
}

impl Folder<'_> {
    /// Whether a link may lead to the file at `real`.
    fn holds(&self, real: &Path) -> bool {
        let Ok(inside) = real.strip_prefix(self.root) else { return false };
        let is_private = |part: &OsStr| VERSION_CONTROL.iter().any(|name| part == *name);
        !(self.nested.iter().any(|nested| real.starts_with(nested)) || self.alone && inside.iter().any(is_private))
    }
}

fn search(given: &Path, folder: &Folder<'_>, discovery: &mut Discovery, seen: &mut HashSet<PathBuf>) {
    // Above a folder that stands alone nothing is read.
    let above = if folder.alone { 1 } else { usize::MAX };
    if let Some(error) = folder.root.ancestors().take(above).find_map(|folder| check_ignore_files(folder).err()) {
        discovery.entries.push(Entry::Error(error));
        return;
    }
    let refused = Arc::new(Mutex::new(Vec::new()));
    let refusing = Arc::clone(&refused);
    let visited = Mutex::new(Vec::new());
    let nested = folder.nested.to_vec();
    let is_left_out = move |entry: &DirEntry| {
        VERSION_CONTROL.iter().any(|name| entry.file_name() == *name) || nested.iter().any(|it| it == entry.path())
    };
    WalkBuilder::new(folder.root)
        .hidden(false)
        .ignore(false)
        .parents(!folder.alone)
        .require_git(false)
        .follow_links(false)
        .threads(folder.threads)
        .filter_entry(move |entry| entry.depth() == 0 || !is_left_out(entry) && is_readable(entry, &refusing))
        .build_parallel()
        .run(|| {
            Box::new(|entry| {
                if let Some(visit) = visit(entry, folder)
                    && let Ok(mut visited) = visited.lock()
                {
                    visited.push(visit);
                }
                WalkState::Continue
            })
        });
    // A poisoned lock still holds all that was pushed.
    let mut visited = visited.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    visited.extend(lock(&refused).drain(..).map(Visit::Error));
    visited.sort_by(|left, right| left.place().cmp(right.place()));
    if visited.is_empty() {
        discovery.empty.push(given.to_owned());
    }
    for visit in visited {
        match visit {
            Visit::File(found) => {
                if seen.insert(found.path.clone()) {
                    discovery.entries.push(Entry::File(found));
                }
            }
            Visit::LinkOut(link, target) => discovery.links_out.push((link, target)),
            Visit::Error(error) => discovery.entries.push(Entry::Error(error)),
        }
    }
}

/// Whether what git ignores in a folder can be read; if not, the folder is left out, and that is told.
fn is_readable(entry: &DirEntry, refused: &Mutex<Vec<FileError>>) -> bool {
    if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return true;
    }
    let checked = check_ignore_files(entry.path());
    checked.map_err(|error| lock(refused).push(error)).is_ok()
}

/// A poisoned lock still holds all that was pushed.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

enum Visit {
    File(Found),
    LinkOut(PathBuf, PathBuf),
    Error(FileError),
}

impl Visit {
    fn place(&self) -> &Path {
        match self {
            Self::File(found) => &found.path,
            Self::LinkOut(link, _) => link,
            Self::Error(error) => &error.path,
        }
    }
}

fn visit(entry: Result<DirEntry, ignore::Error>, folder: &Folder<'_>) -> Option<Visit> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return walk_error(&error).map(Visit::Error),
    };
    let kind = entry.file_type()?;
    if kind.is_dir() || !is_dockerfile_name(entry.file_name()) {
        return None;
    }
    let path = entry.path();
    if !kind.is_symlink() {
        let size = entry.metadata().map(|metadata| metadata.len()).unwrap_or_default();
        let found = Found { path: path.to_owned(), root: folder.root.to_owned(), named: false, size };
        return kind.is_file().then_some(Visit::File(found));
    }
    match fs::canonicalize(path) {
        Ok(real) if !folder.holds(&real) => Some(Visit::LinkOut(path.to_owned(), real)),
        Ok(real) => {
            let metadata = fs::metadata(&real).ok().filter(fs::Metadata::is_file)?;
            Some(Visit::File(Found { path: real, root: folder.root.to_owned(), named: false, size: metadata.len() }))
        }
        Err(error) => Some(Visit::Error(unreachable_path(path, &error))),
    }
}

/// A `.gitignore` with a faulty pattern is no reason to fail; a folder that cannot be read is.
fn walk_error(error: &ignore::Error) -> Option<FileError> {
    let io = error.io_error()?;
    let path = error_path(error).unwrap_or_default();
    Some(FileError::new(&path, FileError::describe(io), "make the folder readable, or leave it out with `exclude`"))
}

fn error_path(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_dockerfiles_by_name() {
        let check = |name: &str, expected: bool| assert_eq!(is_dockerfile_name(OsStr::new(name)), expected, "{name}");
        for name in ["Dockerfile", "Dockerfile.dev", "web.Dockerfile", "web.dockerfile", "Containerfile"] {
            check(name, true);
        }
        check("Containerfile.prod", true);
        for name in ["dockerfile", "Dockerfile2", "Dockerfile.dockerignore", "web.Dockerfile.dockerignore"] {
            check(name, false);
        }
        check("Containerfile.dockerignore", false);
        check("mycontainerfile", false);
    }

    /// Makes `files` in a fresh folder and returns what is found under `paths`, relative to the folder.
    fn found(files: &[&str], paths: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        for file in files {
            let (file, text) = file.split_once('=').unwrap_or((file, "FROM scratch\n"));
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let paths: Vec<PathBuf> = paths.iter().map(|path| root.join(path)).collect();
        let discovery = discover(&paths, 2);
        let shown = |entry: &Entry| match entry {
            Entry::File(found) => found.path.strip_prefix(&root).unwrap().display().to_string(),
            Entry::Error(error) => format!("{}: {}", error.path.strip_prefix(&root).unwrap().display(), error.message),
        };
        discovery.entries.iter().map(shown).collect()
    }

    #[test]
    fn searches_hidden_folders_but_not_those_of_version_control() {
        let files = ["z/Dockerfile", ".devcontainer/Dockerfile", ".git/Dockerfile", "a.dockerfile", "README.md"];
        assert_eq!(found(&files, &["."]), [".devcontainer/Dockerfile", "a.dockerfile", "z/Dockerfile"]);
    }

    #[test]
    fn honours_gitignore_below_and_above_the_folder() {
        let files = ["a/Dockerfile", "a/build/Dockerfile", "a/.gitignore=build/\n", "a/old.Dockerfile", "b/Dockerfile"];
        assert_eq!(found(&files, &["a"]), ["a/Dockerfile", "a/old.Dockerfile"]);
        let files = [".gitignore=*.Dockerfile\n", "a/Dockerfile", "a/old.Dockerfile"];
        assert_eq!(found(&files, &["a"]), ["a/Dockerfile"]);
    }

    #[test]
    fn takes_a_named_file_whatever_its_name_and_each_file_once() {
        let files = ["Dockerfile", "build.txt", ".gitignore=build.txt\n"];
        assert_eq!(found(&files, &["build.txt", ".", "Dockerfile", "build.txt"]), ["build.txt", "Dockerfile"]);
        assert_eq!(found(&files, &["gone", "."]), ["gone: no such file or folder", "Dockerfile"]);
    }

    #[cfg(unix)]
    #[test]
    fn follows_links_only_inside_the_folder() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        for folder in ["in/a", "out"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        fs::write(root.join("in/build.txt"), "FROM scratch\n").unwrap();
        fs::write(root.join("out/Dockerfile"), "FROM scratch\n").unwrap();
        symlink("../build.txt", root.join("in/a/Dockerfile")).unwrap();
        symlink("../../out/Dockerfile", root.join("in/a/Dockerfile.out")).unwrap();
        symlink("../out", root.join("in/linked")).unwrap();
        symlink("gone", root.join("in/Dockerfile.gone")).unwrap();
        let discovery = discover(&[root.join("in")], 1);
        assert_eq!(discovery.links_out, [(root.join("in/a/Dockerfile.out"), root.join("out/Dockerfile"))]);
        assert_eq!(discovery.entries.len(), 2);
        assert!(matches!(&discovery.entries[0], Entry::Error(error) if error.message.contains("leads nowhere")));
        assert!(matches!(&discovery.entries[1], Entry::File(found) if found.path == root.join("in/build.txt")));
        let refused = discover(&[root.join("in/a/Dockerfile.out")], 1);
        assert!(matches!(&refused.entries[0], Entry::Error(error) if error.message.contains("leads out of")));
    }
}
