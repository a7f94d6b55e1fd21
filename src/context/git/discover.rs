//! From a `.git` directory, or the file that worktrees and submodules have in its place, to the files that matter.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::context::tree::read_small_file;

/// No `.git` file, `commondir` or configuration that a person or git wrote comes near this.
const MOST_BYTES: u64 = 1024 * 1024;
/// No system takes a longer path.
const LONGEST_PATH: usize = 4096;

/// Where a repository keeps its own files.
#[derive(Debug)]
pub(super) struct GitDirectory {
    /// This working tree's own: its index and HEAD.
    own: PathBuf,
    /// What all working trees share: configuration and `info/exclude`.
    common: PathBuf,
}

impl GitDirectory {
    pub(super) fn index_file(&self) -> PathBuf {
        self.own.join("index")
    }

    /// Where commits and trees are.
    pub(super) fn objects(&self) -> PathBuf {
        self.common.join("objects")
    }

    /// The text of HEAD or of a reference, by its name.
    pub(super) fn reference(&self, name: &str) -> Option<String> {
        let loose = [&self.own, &self.common].into_iter().find_map(|directory| read_text(&directory.join(name)).ok());
        loose.or_else(|| {
            let packed = read_text(&self.common.join("packed-refs")).ok()?;
            let found = packed.lines().find_map(|line| line.split_once(' ').filter(|(_, packed)| *packed == name));
            found.map(|(id, _)| id.to_owned())
        })
    }

    pub(super) fn exclude_file(&self) -> PathBuf {
        self.common.join("info/exclude")
    }
}

/// What `.git` in `directory` leads to: `None` if there is none or it is no repository, an error if it names a repository
/// that cannot be read.
pub(super) fn git_directory(directory: &Path) -> Option<Result<GitDirectory, Arc<str>>> {
    let dot_git = directory.join(".git");
    let found = fs::metadata(&dot_git).ok()?;
    let own = if found.is_dir() {
        // Git itself does not take an empty `.git` for a repository.
        if !dot_git.join("HEAD").exists() {
            return None;
        }
        dot_git
    } else {
        match linked_directory(directory, &dot_git) {
            Ok(own) => own,
            Err(reason) => return Some(Err(reason.into())),
        }
    };
    Some(open(own).map_err(Arc::from))
}

/// A `.git` file holds one line: `gitdir: PATH`, relative to the directory that it stands in.
fn linked_directory(directory: &Path, dot_git: &Path) -> Result<PathBuf, String> {
    let text = read_text(dot_git).map_err(|error| format!("{} cannot be read: {error}", dot_git.display()))?;
    let target = text
        .strip_prefix("gitdir:")
        .map(str::trim)
        .filter(|target| !target.is_empty() && target.len() <= LONGEST_PATH && !target.contains('\n'))
        .ok_or_else(|| format!("{} does not say `gitdir: PATH`", dot_git.display()))?;
    let own = directory.join(target);
    if !own.join("HEAD").exists() {
        return Err(format!("{} names {target}, which is no repository", dot_git.display()));
    }
    Ok(own)
}

fn open(own: PathBuf) -> Result<GitDirectory, String> {
    let common = match read_text(&own.join("commondir")) {
        // Of a file that is none, nothing is repeated in a message.
        Ok(text) if text.trim().len() > LONGEST_PATH || text.trim().contains('\n') => {
            return Err(format!("{} does not say a path", own.join("commondir").display()));
        }
        Ok(text) => own.join(text.trim()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => own.clone(),
        Err(error) => return Err(format!("{} cannot be read: {error}", own.join("commondir").display())),
    };
    let config = common.join("config");
    let text = match read_text(&config) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(format!("{} cannot be read: {error}", config.display())),
    };
    match object_format(&text) {
        Some(format) if !format.eq_ignore_ascii_case("sha1") => {
            Err(format!("the repository's object format {format} is not supported"))
        }
        _ => Ok(GitDirectory { own, common }),
    }
}

fn read_text(path: &Path) -> std::io::Result<String> {
    read_small_file(path, MOST_BYTES).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The value of `extensions.objectFormat`; the last one counts.
fn object_format(config: &str) -> Option<String> {
    let mut in_extensions = false;
    let mut format = None;
    for line in config.lines() {
        let mut line = line.trim();
        if line.starts_with('[') {
            let (section, rest) = line[1..].split_once(']').unwrap_or((&line[1..], ""));
            in_extensions = section.trim().eq_ignore_ascii_case("extensions");
            line = rest.trim();
        }
        if let Some((key, value)) = line.split_once('=')
            && in_extensions
            && key.trim().eq_ignore_ascii_case("objectformat")
        {
            let value = value.split(['#', ';']).next().unwrap_or_default();
            format = Some(value.trim().trim_matches('"').to_owned());
        }
    }
    format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_object_format() {
        let cases = [
            ("", None),
            ("[core]\n\tobjectformat = sha256\n", None),
            ("[core]\nx=1\n[extensions]\n\tobjectFormat = sha256\n", Some("sha256")),
            ("[Extensions] objectformat = \"sha1\" ; why\n", Some("sha1")),
            ("[extensions \"x\"]\nobjectformat=sha256\n", None),
        ];
        for (config, expected) in cases {
            assert_eq!(object_format(config).as_deref(), expected, "{config:?}");
        }
    }
}
