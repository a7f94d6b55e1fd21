//! The patch of one repository, as `git apply` takes it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::files::{self, Change, FileError};
use crate::report::diff::{Style, unified};
use crate::report::{FileChange, digest};

/// How much of a repository's name stands in the name of its patch.
const LONGEST: usize = 100;

/// Writes the patch of all `changes` into `folder` and returns its path.
///
/// # Errors
/// It cannot be written.
pub fn write<'c>(
    folder: &Path,
    repository: &Path,
    changes: impl Iterator<Item = &'c FileChange>,
) -> Result<String, FileError> {
    let style = Style { color: false, harmless: false };
    let after: String = changes.map(|change| unified(change, style)).collect();
    let path = folder.join(file_name(repository));
    let before = match fs::read(&path) {
        Ok(bytes) => Some(String::from_utf8(bytes).map_err(|_| {
            FileError::new(&path, "holds something that is no patch of dockfix", "name another folder for the patches")
        })?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(FileError::new(&path, FileError::describe(&error), "see who may read it")),
    };
    if before.as_ref() != Some(&after) {
        // The user named the folder, maybe through a link; files are written where they really are.
        let real = fs::canonicalize(folder)
            .map_err(|error| FileError::new(folder, FileError::describe(&error), "make the folder again"))?;
        files::write_all(&[Change { path: real.join(file_name(repository)), before, after }])?;
    }
    Ok(path.to_string_lossy().into_owned())
}

/// What a shell, a file system and a person take for a plain name, of the repository's last parts; and something that only this
/// repository has.
fn file_name(repository: &Path) -> PathBuf {
    let plain = |character: char| {
        if character.is_ascii_alphanumeric() || matches!(character, '.' | '_') { character } else { '-' }
    };
    let name: String = repository.to_string_lossy().chars().map(plain).collect();
    let name = name.get(name.len().saturating_sub(LONGEST)..).unwrap_or_default().trim_start_matches(['-', '.']);
    let digest = digest(repository.as_os_str().as_encoded_bytes());
    let digest = &digest[..12];
    PathBuf::from(if name.is_empty() { format!("{digest}.patch") } else { format!("{name}-{digest}.patch") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_repository_has_a_plain_name_of_its_own() {
        let names =
            ["a/b", "a-b", "./a", "../x", "a b\n\u{1b}[31m", "-rf", "é", "."].map(|it| file_name(Path::new(it)));
        for name in &names {
            let name = name.to_str().unwrap();
            assert!(name.chars().all(|it| it.is_ascii_alphanumeric() || "._-".contains(it)), "{name}");
            assert!(!name.starts_with(['-', '.']) && name.ends_with(".patch"), "{name}");
        }
        assert_eq!(names.iter().collect::<std::collections::HashSet<_>>().len(), names.len());
        assert!(file_name(Path::new(&"x/".repeat(500))).as_os_str().len() < 150);
    }
}
