//! Files on disk: finds Dockerfiles, reads them as text, and writes them atomically.
//!
//! Knows names, links, modes and owners; knows nothing of what a Dockerfile means, and prints nothing.

mod discover;
mod guard;
mod read;
mod write;

pub use discover::{Discovery, Entry, Found, discover, discover_in_repository, is_dockerfile_name, repository_root};
pub use guard::{check_ignore_files, real_file, real_path};
pub use read::{MAX_BYTES, decode, read_text};
pub use write::{Change, remove_leftovers, write_all};

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Something about one path that stops the work on it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {help}")]
pub struct FileError {
    /// The path as the user knows it.
    pub path: PathBuf,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl FileError {
    /// An error of `path`.
    pub fn new(path: &Path, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: path.to_owned(), message: message.into(), help: help.into() }
    }

    /// What the system said, without the number that Rust appends, as "permission denied".
    #[must_use]
    pub fn describe(error: &std::io::Error) -> String {
        let text = error.to_string();
        let text = text.split(" (os error").next().unwrap_or(&text);
        let mut characters = text.chars();
        characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
    }
}

fn unreachable_path(path: &Path, error: &io::Error) -> FileError {
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    match error.kind() {
        io::ErrorKind::NotFound if is_link => FileError::new(path, "a link that leads nowhere", "mend or remove it"),
        io::ErrorKind::NotFound => FileError::new(path, "no such file or folder", "check the path"),
        io::ErrorKind::PermissionDenied => FileError::new(path, "permission denied", "make it readable for this user"),
        _ => FileError::new(path, FileError::describe(error), "check the path"),
    }
}
