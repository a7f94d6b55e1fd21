//! What `.gitignore` files and the repository's own `info/exclude` keep out of git.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::discover::GitDirectory;
use crate::context::path;
use crate::context::tree::read_small_file;

/// A larger `.gitignore` is taken for an accident and not read.
const MOST_BYTES: u64 = 1024 * 1024;

/// The rules of one working tree, read as they are needed. The user's own global excludes are left out on purpose: no other
/// checkout has them.
#[derive(Debug)]
pub(super) struct IgnoreRules {
    work_tree: PathBuf,
    exclude_file: Option<PathBuf>,
    exclude: OnceLock<Gitignore>,
    files: RwLock<HashMap<String, Arc<Gitignore>>>,
    directories: RwLock<HashMap<String, bool>>,
}

impl IgnoreRules {
    pub(super) fn new(work_tree: &Path, git: Option<&GitDirectory>) -> Self {
        Self {
            work_tree: work_tree.to_owned(),
            exclude_file: git.map(GitDirectory::exclude_file),
            exclude: OnceLock::new(),
            files: RwLock::default(),
            directories: RwLock::default(),
        }
    }

    /// Whether `path`, relative to the working tree, is kept out by a rule for itself or for a directory above it.
    pub(super) fn ignores(&self, path: &str, is_directory: bool) -> bool {
        let (directory, _) = path::split(path);
        self.ignores_directory(directory) || self.rule_for(path, is_directory)
    }

    fn ignores_directory(&self, directory: &str) -> bool {
        let known = |prefix: &str| self.directories.read().unwrap_or_else(PoisonError::into_inner).get(prefix).copied();
        if let Some(known) = known(directory) {
            return known;
        }
        let mut ignored = false;
        for prefix in path::prefixes(directory) {
            ignored = known(prefix).unwrap_or_else(|| {
                // Below an ignored directory nothing can be taken back, so no rule there is looked at.
                let ignored = ignored || self.rule_for(prefix, true);
                let mut directories = self.directories.write().unwrap_or_else(PoisonError::into_inner);
                directories.insert(prefix.to_owned(), ignored);
                ignored
            });
        }
        ignored
    }

    /// What the nearest `.gitignore` that speaks of `path` says, and `info/exclude` after all of them.
    fn rule_for(&self, path: &str, is_directory: bool) -> bool {
        let mut directory = path;
        while !directory.is_empty() {
            directory = path::split(directory).0;
            let relative = path[directory.len()..].trim_start_matches('/');
            match self.file_in(directory).matched(relative, is_directory) {
                Match::None => {}
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        let exclude = self.exclude.get_or_init(|| match &self.exclude_file {
            Some(file) => read_rules(file),
            None => Gitignore::empty(),
        });
        exclude.matched(path, is_directory).is_ignore()
    }

    fn file_in(&self, directory: &str) -> Arc<Gitignore> {
        if let Some(known) = self.files.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return Arc::clone(known);
        }
        let file = self.work_tree.join(directory).join(".gitignore");
        // Git does not follow a `.gitignore` that is a link, and neither may we: it could lead anywhere.
        let regular = fs::symlink_metadata(&file).is_ok_and(|found| found.is_file());
        let rules = Arc::new(if regular { read_rules(&file) } else { Gitignore::empty() });
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(files.entry(directory.to_owned()).or_insert(rules))
    }
}

/// The rules of one file. A file or a line that cannot be read is no rule, as in git.
fn read_rules(file: &Path) -> Gitignore {
    let bytes = read_small_file(file, MOST_BYTES).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let mut builder = GitignoreBuilder::new(".");
    for line in text.strip_prefix('\u{feff}').unwrap_or(&text).lines() {
        // The error is that of this line alone; the builder stays as it was.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
