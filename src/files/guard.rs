//! What keeps a hostile tree from being read for ever, or from leading out of its repository.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::discover::repository_root;
use super::{FileError, unreachable_path};
use crate::context::read_small_file;

/// A larger ignore file, or a larger file that says where a repository is, was not written by a person or by git.
const MOST_BYTES: u64 = 1024 * 1024;

/// Where `path` really is, without links.
///
/// # Errors
/// There is nothing, or a link on the way leads out of the repository that it lies in: whoever cloned it did not ask for
/// what lies elsewhere.
pub fn real_path(path: &Path) -> Result<PathBuf, FileError> {
    let failed = |error: std::io::Error| unreachable_path(path, &error);
    let mut at = PathBuf::new();
    for part in std::path::absolute(path).map_err(failed)?.components() {
        if let Component::ParentDir = part {
            at.pop();
            continue;
        }
        let here = at.join(part);
        if !fs::symlink_metadata(&here).is_ok_and(|found| found.is_symlink()) {
            at = here;
            continue;
        }
        let target = fs::canonicalize(&here).map_err(failed)?;
        let above = fs::canonicalize(&at).map_err(failed)?;
        if let Some(root) = repository_root(&above)
            && !target.starts_with(root)
        {
            return Err(leads_out(path, root, &target));
        }
        at = target;
    }
    fs::canonicalize(path).map_err(failed)
}

/// Where the file `path` really is, and the folder that must not be left: its repository, or, without one, the folder that the
/// path names.
///
/// # Errors
/// There is no file, or a link leads out of that folder.
pub fn real_file(path: &Path) -> Result<(PathBuf, PathBuf), FileError> {
    let real = real_path(path)?;
    let found = fs::metadata(&real).map_err(|error| unreachable_path(path, &error))?;
    if found.is_dir() {
        return Err(FileError::new(path, "a folder, not a file", "give a Dockerfile"));
    }
    if !found.is_file() {
        return Err(FileError::new(path, "not a regular file", "give a file, a folder, or `-` for standard input"));
    }
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let parent = fs::canonicalize(parent).map_err(|error| unreachable_path(path, &error))?;
    let root = repository_root(&parent).unwrap_or(&parent).to_owned();
    if !real.starts_with(&root) {
        return Err(leads_out(path, &root, &real));
    }
    Ok((real, root))
}

fn leads_out(path: &Path, root: &Path, target: &Path) -> FileError {
    let message = format!("a link that leads out of {}, to {}", root.display(), target.display());
    FileError::new(path, message, "name what it leads to, if that is what you want")
}

/// Whether the files of `folder` that say what git ignores can be read, which is done by a library that reads whatever is
/// there: a pipe waits for ever, and a device never ends.
///
/// # Errors
/// One of them is no regular file, or is too large.
pub fn check_ignore_files(folder: &Path) -> Result<(), FileError> {
    check(&folder.join(".gitignore"))?;
    let git = folder.join(".git");
    let Ok(found) = fs::metadata(&git) else { return Ok(()) };
    if found.is_dir() {
        return check(&git.join("info/exclude"));
    }
    // As git has it in linked work trees and submodules.
    let Some(own) = first_line(&git)?.and_then(|line| Some(folder.join(line.strip_prefix("gitdir: ")?))) else {
        return Ok(());
    };
    let common = first_line(&own.join("commondir"))?.map(|line| own.join(line));
    common.map_or(Ok(()), |common| check(&common.join("info/exclude")))
}

fn check(path: &Path) -> Result<(), FileError> {
    let hostile = |message: &str| Err(FileError::new(path, message, "remove it; what lies beside it was left alone"));
    let Ok(link) = fs::symlink_metadata(path) else { return Ok(()) };
    let Ok(found) = fs::metadata(path) else { return Ok(()) };
    // What the system makes up as it is read has no size, and may not end.
    let made_up = || {
        let real = fs::canonicalize(path).unwrap_or_default();
        ["/proc", "/sys", "/dev"].iter().any(|folder| real.starts_with(folder))
    };
    if found.is_dir() {
        Ok(())
    } else if !found.is_file() || link.is_symlink() && made_up() {
        hostile("not a regular file")
    } else if found.len() > MOST_BYTES {
        hostile("larger than 1 MiB")
    } else {
        Ok(())
    }
}

fn first_line(path: &Path) -> Result<Option<String>, FileError> {
    check(path)?;
    let Ok(bytes) = read_small_file(path, MOST_BYTES) else { return Ok(None) };
    Ok(String::from_utf8_lossy(&bytes).lines().next().map(str::to_owned))
}
