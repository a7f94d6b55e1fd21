//! A copy of a corpus that costs little: whatever no rule writes is a hard link to the original.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use dockfix::files::is_dockerfile_name;

/// Makes `target` a copy of `corpus`; whatever was there before goes. Returns where the original of each Dockerfile is, by its path in
/// the copy.
pub fn copy(corpus: &Path, target: &Path) -> Result<BTreeMap<String, PathBuf>> {
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    let mut dockerfiles = BTreeMap::new();
    for entry in walkdir::WalkDir::new(corpus) {
        let entry = entry.with_context(|| format!("{} cannot be read", corpus.display()))?;
        let inside = entry.path().strip_prefix(corpus)?;
        let to = target.join(inside);
        let kind = entry.file_type();
        if kind.is_dir() {
            fs::create_dir_all(&to)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path())?, &to)?;
        } else if kind.is_file() {
            let name = entry.file_name().to_string_lossy();
            let is_dockerfile = is_dockerfile_name(entry.file_name()) && !inside.iter().any(|part| part == ".git");
            if is_dockerfile || name.ends_with(".dockerignore") || fs::hard_link(entry.path(), &to).is_err() {
                fs::copy(entry.path(), &to)?;
            }
            if is_dockerfile && let Some(path) = inside.to_str() {
                dockerfiles.insert(path.to_owned(), entry.into_path());
            }
        }
    }
    Ok(dockerfiles)
}
