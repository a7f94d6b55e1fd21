//! Which `dockfix.toml` stands for which file.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::FILE_NAME;
use super::read::{Config, ConfigError, parse};
use crate::files;

/// A configuration file that was read, with its errors where it has some.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The file.
    pub path: PathBuf,
    /// Its text, for messages that show the line.
    pub text: String,
    /// What it says.
    pub config: Result<Config, Vec<ConfigError>>,
}

impl Loaded {
    /// Reads the file at `path`.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::read_to_string(&path) {
            Ok(text) => Self { config: parse(&text, &path), path, text },
            Err(error) => {
                let message = format!("cannot be read: {}", crate::files::FileError::describe(&error));
                Self::failed(path, message, "check the path and that this user may read it".to_owned())
            }
        }
    }

    /// Reads the file at `path`, which nobody named. It shows what stands in it where it has errors, so it must not lead
    /// out of its repository.
    fn found(path: &Path) -> Self {
        match files::real_file(path).and_then(|(real, _)| Ok((files::read_text(&real)?, real))) {
            Ok((text, real)) => Self { config: parse(&text, &real), path: real, text },
            Err(error) => Self::failed(path.to_owned(), error.message, error.help),
        }
    }

    fn failed(path: PathBuf, message: String, help: String) -> Self {
        Self { path, text: String::new(), config: Err(vec![ConfigError { message, help, span: None }]) }
    }
}

/// Finds the configuration of each folder once, and reads each file once.
#[derive(Debug, Default)]
pub struct Cache {
    by_folder: HashMap<PathBuf, Option<Arc<Loaded>>>,
}

impl Cache {
    /// The configuration for files in `folder`, an absolute path: the nearest `dockfix.toml` upward, but not above the
    /// root of its repository. `None` where there is none.
    pub fn nearest(&mut self, folder: &Path) -> Option<Arc<Loaded>> {
        if let Some(known) = self.by_folder.get(folder) {
            return known.clone();
        }
        let here = folder.join(FILE_NAME);
        let found = if here.is_file() {
            Some(Arc::new(Loaded::found(&here)))
        } else if folder.join(".git").exists() {
            None
        } else {
            folder.parent().and_then(|parent| self.nearest(parent))
        };
        self.by_folder.insert(folder.to_owned(), found.clone());
        found
    }
}

/// The `dockfix.toml` that stands for `folder`, if there is one.
#[must_use]
pub fn locate(folder: &Path) -> Option<PathBuf> {
    for ancestor in folder.ancestors() {
        let path = ancestor.join(FILE_NAME);
        if path.is_file() {
            return Some(path);
        }
        if ancestor.join(".git").exists() {
            break;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_upward_to_the_root_of_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(root.join("repository/.git")).unwrap();
        fs::create_dir_all(root.join("repository/a/b")).unwrap();
        fs::write(root.join(FILE_NAME), "unsafe = true").unwrap();
        let found = |folder: &str| {
            let nearest = Cache::default().nearest(&root.join(folder)).map(|loaded| loaded.path.clone());
            assert_eq!(nearest, locate(&root.join(folder)));
            nearest
        };
        assert_eq!(found("repository/a/b"), None);
        assert_eq!(found("."), Some(root.join(FILE_NAME)));
        fs::write(root.join("repository/a").join(FILE_NAME), crate::config::template()).unwrap();
        assert_eq!(found("repository/a/b"), Some(root.join("repository/a").join(FILE_NAME)));
    }
}
