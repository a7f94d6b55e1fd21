//! Which ignore file each builder reads, and reading it safely.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::tree::{Tree, read_small_file};
use super::{ContextError, IgnoreFile, Repositories};
use crate::settings::Builder;

/// A larger ignore file is refused: no person wrote it, and each path has to be compared with every line.
const MOST_BYTES: u64 = 1024 * 1024;

/// The ignore file of each builder that reads one; two builders that read the same file share it.
///
/// * BuildKit: `<Dockerfile>.dockerignore` beside the Dockerfile, else `.dockerignore` (`frontend/dockerui/config.go`).
/// * Buildah: `<Containerfile>.dockerignore`, else `<Containerfile>.containerignore`, else `.containerignore`, else `.dockerignore`
///   (`ContainerIgnoreFile` in `pkg/parse/parse.go`).
/// * The classic builder: `.dockerignore`.
pub(super) fn choose(
    tree: &Tree,
    dockerfile: Option<&Path>,
    builders: &[Builder],
    repositories: &Repositories,
) -> Result<Vec<(Builder, Arc<IgnoreFile>)>, ContextError> {
    let mut chosen: Vec<(Builder, Arc<IgnoreFile>)> = Vec::new();
    for builder in builders {
        let Some((file, on_disk)) = first_that_exists(tree, dockerfile, *builder, repositories)? else { continue };
        let known = chosen.iter().find(|(_, known)| known.path() == file).map(|(_, known)| Arc::clone(known));
        let known = match known {
            Some(known) => known,
            None => Arc::new(match repositories.planned_ignore_file(&file) {
                Some(text) => IgnoreFile::parse(&file, text.to_string()),
                None => read(&file, &on_disk)?,
            }),
        };
        chosen.push((*builder, known));
    }
    Ok(chosen)
}

/// The file as it is named, and where it is once links are followed.
type Found = Option<(PathBuf, PathBuf)>;

fn first_that_exists(
    tree: &Tree,
    dockerfile: Option<&Path>,
    builder: Builder,
    repositories: &Repositories,
) -> Result<Found, ContextError> {
    let (beside, at_root): (&[&str], &[&str]) = match builder {
        Builder::Buildkit => (&[".dockerignore"], &[".dockerignore"]),
        Builder::Buildah => (&[".dockerignore", ".containerignore"], &[".containerignore", ".dockerignore"]),
        Builder::Classic => (&[], &[".dockerignore"]),
    };
    if let Some((directory, name)) = dockerfile.and_then(|file| Some((file.parent()?, file.file_name()?.to_str()?))) {
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        for ending in beside {
            let file = format!("{name}{ending}");
            // Nearly no Dockerfile has one: look before the directory is opened as a tree of its own.
            if !repositories.may_have(directory, &file) || fs::symlink_metadata(directory.join(&file)).is_err() {
                continue;
            }
            let path = directory.join(&file);
            let own = Tree::open(directory).map_err(|error| refuse(&path, &error.to_string()))?;
            return inside(&own, &file).map(Some);
        }
    }
    for name in at_root {
        let path = tree.on_disk(name);
        if repositories.planned_ignore_file(&path).is_some() {
            return Ok(Some((path.clone(), path)));
        }
        if repositories.may_have(tree.root(), name) && tree.look_up(name).is_some() {
            return inside(tree, name).map(Some);
        }
    }
    Ok(None)
}

fn inside(tree: &Tree, name: &str) -> Result<(PathBuf, PathBuf), ContextError> {
    let path = tree.on_disk(name);
    match tree.follow(name) {
        Some((real, found)) if found.is_file() => Ok((path, tree.on_disk(&real))),
        Some((_, found)) if found.is_dir() => Err(refuse(&path, "it is a directory; remove it or write a file")),
        Some(_) => Err(refuse(&path, "it is not a regular file")),
        None => Err(refuse(&path, "it is a link to nothing inside the build context; write a file in its place")),
    }
}

fn read(path: &Path, on_disk: &Path) -> Result<IgnoreFile, ContextError> {
    let bytes = read_small_file(on_disk, MOST_BYTES).map_err(|error| refuse(path, &error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| refuse(path, "it is not UTF-8; convert it"))?;
    Ok(IgnoreFile::parse(path, text))
}

fn refuse(path: &Path, reason: &str) -> ContextError {
    ContextError::IgnoreFile { path: path.to_owned(), reason: reason.to_owned() }
}
