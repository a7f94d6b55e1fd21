//! Files on disk: finds Dockerfiles, reads them as text, and writes them atomically.
//!
//! Knows names, links, modes and owners; knows nothing of what a Dockerfile means, and prints nothing.

mod discover;
mod read;
mod write;

pub use discover::{Discovery, Entry, Found, discover, discover_in_repository, is_dockerfile_name, repository_root};
pub use read::{MAX_BYTES, decode, read_text};
pub use write::{Change, remove_leftovers, write_all};

use std::path::{Path, PathBuf};

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
