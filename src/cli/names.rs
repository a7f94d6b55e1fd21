//! How files are called in messages and in the diff.

use std::path::{Path, PathBuf};

use crate::files::repository_root;

/// Names, seen from the folder in which dockfix was started.
#[derive(Clone, Debug)]
pub struct Names {
    folder: PathBuf,
}

impl Names {
    /// Names seen from `folder`, an absolute path without links.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder from which names are seen.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `path` for people and programs: relative where it is below the folder.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.folder).unwrap_or(path).display().to_string()
    }

    /// The name of the file `path` in a diff, and the folder in which that diff can be applied: the one in which dockfix
    /// was started, or, for a file outside of it, the folder `root` that was searched (of a named file, its repository).
    /// `git apply` and `patch` both refuse names that start with `..` or `/`.
    #[must_use]
    pub fn in_diff<'a>(&'a self, path: &'a Path, root: &'a Path) -> (PathBuf, &'a Path) {
        if let Ok(name) = path.strip_prefix(&self.folder) {
            return (name.to_owned(), &self.folder);
        }
        let folder = path.parent().unwrap_or(path);
        let base = if path.starts_with(root) { root } else { repository_root(folder).unwrap_or(folder) };
        (path.strip_prefix(base).unwrap_or(path).to_owned(), base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_files_relative_to_where_a_diff_can_be_applied() {
        let names = Names::new(PathBuf::from("/nowhere/here"));
        let check = |path: &str, root: &str, name: &str, base: &str| {
            let (found, at) = names.in_diff(Path::new(path), Path::new(root));
            assert_eq!((found.as_path(), at), (Path::new(name), Path::new(base)));
        };
        check("/nowhere/here/a/Dockerfile", "/nowhere", "a/Dockerfile", "/nowhere/here");
        check("/nowhere/there/a/Dockerfile", "/nowhere/there", "a/Dockerfile", "/nowhere/there");
        assert_eq!(names.shown(Path::new("/nowhere/here/a/Dockerfile")), "a/Dockerfile");
        assert_eq!(names.shown(Path::new("/nowhere/there")), "/nowhere/there");
    }
}
