//! A directory as a builder sees it: its own root is `/`, and no link leads out of it. Knows no ignore file and no git.

use std::collections::{HashMap, VecDeque};
use std::fs::{self, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use super::{glob, path};

/// How many links one path may lead through, as in containerd's `fs.RootPath`, which BuildKit uses.
const MOST_LINKS: usize = 255;

/// A directory on disk, with a memory of the directories below it that were looked at.
#[derive(Debug)]
pub(super) struct Tree {
    root: PathBuf,
    /// Where each directory really is, or `None` if there is no such directory inside the root.
    directories: RwLock<HashMap<String, Option<String>>>,
    /// What was found at each path that was asked for. Rules ask for the few paths that a Dockerfile names again and again;
    /// a walk over everything does not come by here.
    found: RwLock<HashMap<String, Option<(String, Metadata)>>>,
}

impl Tree {
    /// Opens `root`, which may itself be reached through links.
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        let root = fs::canonicalize(root)?;
        if !fs::metadata(&root)?.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        Ok(Self::of(root))
    }

    /// The tree at `root`, which is known to be a directory, absolute and without links.
    pub(super) fn at(root: &Path) -> Self {
        Self::of(root.to_owned())
    }

    fn of(root: PathBuf) -> Self {
        Self { root, directories: RwLock::default(), found: RwLock::default() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where `path` is on disk; the path is not looked up.
    pub(super) fn on_disk(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.root.clone() } else { self.root.join(path) }
    }

    /// Where `path` leads when links in its directories are followed inside the root, and what is there. The last part is
    /// not followed. Costs one `lstat` once the directory is known, and nothing when it is asked for again.
    pub(super) fn look_up(&self, path: &str) -> Option<(String, Metadata)> {
        let path = path::inside(path);
        if let Some(known) = self.found.read().unwrap_or_else(PoisonError::into_inner).get(&path) {
            return known.clone();
        }
        let found = self.look_up_on_disk(path.clone());
        self.found.write().unwrap_or_else(PoisonError::into_inner).insert(path, found.clone());
        found
    }

    fn look_up_on_disk(&self, path: String) -> Option<(String, Metadata)> {
        if path.is_empty() {
            return fs::symlink_metadata(&self.root).ok().map(|found| (path, found));
        }
        let (directory, name) = path::split(&path);
        let real = path::join(&self.real_directory(directory)?, name);
        let found = fs::symlink_metadata(self.on_disk(&real)).ok()?;
        Some((real, found))
    }

    /// As [`Tree::look_up`], with a link at the end followed as well.
    pub(super) fn follow(&self, path: &str) -> Option<(String, Metadata)> {
        let (real, found) = self.look_up(path)?;
        if found.is_symlink() { self.look_up(&self.follow_links(&real)?) } else { Some((real, found)) }
    }

    /// The directory that `directory` leads to, links followed.
    pub(super) fn real_directory(&self, directory: &str) -> Option<String> {
        if directory.is_empty() {
            return Some(String::new());
        }
        if let Some(known) = self.directories.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return known.clone();
        }
        let real = self
            .follow_links(directory)
            .filter(|real| fs::symlink_metadata(self.on_disk(real)).is_ok_and(|found| found.is_dir()));
        let mut directories = self.directories.write().unwrap_or_else(PoisonError::into_inner);
        directories.insert(directory.to_owned(), real.clone());
        real
    }

    /// Follows every link in `path`, also the last part. An absolute target starts at the root, and `..` stops there
    /// (measured on BuildKit 26.1.5: with a link `abslink -> /real/file`, `COPY abslink /o/` copies the context's own
    /// `real/file`; with `outlink -> /etc/hostname` the build fails, because the context has no `etc/hostname`).
    fn follow_links(&self, path: &str) -> Option<String> {
        let mut pending: VecDeque<String> = path.split('/').map(str::to_owned).collect();
        let mut real: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = pending.pop_front() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    real.pop();
                    continue;
                }
                _ => real.push(part),
            }
            let here = self.root.join(real.join("/"));
            let found = fs::symlink_metadata(&here).ok()?;
            if found.is_symlink() {
                links += 1;
                let target = fs::read_link(&here).ok().and_then(|target| target.into_os_string().into_string().ok())?;
                if links > MOST_LINKS {
                    return None;
                }
                real.pop();
                if target.starts_with('/') {
                    real.clear();
                }
                for part in target.split('/').rev() {
                    pending.push_front(part.to_owned());
                }
            } else if !found.is_dir() && pending.iter().any(|part| !matches!(part.as_str(), "" | ".")) {
                return None;
            }
        }
        Some(real.join("/"))
    }

    /// The names in a real directory that are UTF-8, and how many are not; at most `limit` are read.
    pub(super) fn names(&self, real_directory: &str, limit: usize) -> Names {
        let mut names = Names::default();
        let Ok(entries) = fs::read_dir(self.on_disk(real_directory)) else { return names };
        for (count, entry) in entries.enumerate() {
            if count == limit {
                names.cut = true;
                break;
            }
            match entry.map(|entry| entry.file_name().into_string()) {
                Ok(Ok(name)) => names.utf8.push(name),
                Ok(Err(_)) => names.not_utf8 += 1,
                Err(_) => {}
            }
        }
        names.utf8.sort();
        names
    }

    /// What a glob names, sorted. As in BuildKit's `ResolveWildcards`, links are followed in the parts before the first
    /// wildcard and not after it (measured: `COPY *link/file /o/` copies nothing), and a name that begins with a dot is a
    /// name like any other.
    pub(super) fn expand(&self, pattern: &str, limit: usize) -> Result<Expansion, glob::BadPattern> {
        let pattern = path::inside(pattern);
        glob::matches(&pattern, ".")?;
        let parts: Vec<&str> = pattern.split('/').collect();
        let plain = parts.iter().take_while(|part| !glob::is_glob(part)).count();
        let mut expansion = Expansion::default();
        let Some(start) = self.real_directory(&parts[..plain].join("/")) else { return Ok(expansion) };
        let mut directories = vec![start];
        for (index, part) in parts.iter().enumerate().skip(plain) {
            let last = index + 1 == parts.len();
            let mut next = Vec::new();
            for directory in &directories {
                let names = self.names(directory, limit);
                expansion.cut |= names.cut;
                expansion.not_utf8 += names.not_utf8;
                for name in names.utf8 {
                    let found = path::join(directory, &name);
                    if glob::matches(part, &name)? && (last || self.is_real_directory(&found)) {
                        next.push(found);
                    }
                }
                if next.len() > limit {
                    expansion.cut = true;
                    next.truncate(limit);
                    break;
                }
            }
            directories = next;
        }
        expansion.paths = directories;
        Ok(expansion)
    }

    fn is_real_directory(&self, real: &str) -> bool {
        fs::symlink_metadata(self.on_disk(real)).is_ok_and(|found| found.is_dir())
    }
}

/// The names in a directory.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) utf8: Vec<String>,
    pub(super) not_utf8: usize,
    /// There were more than the limit.
    pub(super) cut: bool,
}

/// What a glob expanded to.
#[derive(Debug, Default)]
pub(super) struct Expansion {
    pub(super) paths: Vec<String>,
    pub(super) not_utf8: usize,
    /// There were more than the limit.
    pub(super) cut: bool,
}

/// The bytes of a regular file of at most `limit` bytes. Anything else is an error: opening a pipe could wait for ever.
pub(crate) fn read_small_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is larger than {limit} bytes")));
    }
    Ok(bytes)
}
