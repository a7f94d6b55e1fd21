//! Which of the files that nearly every directory is asked for, and nearly none has, are there.

use std::fs;
use std::path::Path;

/// The names in a directory that may be those of a repository, an ignore file, or a build file; learned from one listing.
#[derive(Debug)]
pub struct Marks {
    names: Vec<Box<str>>,
    /// False where the directory cannot be listed, or not to its end.
    complete: bool,
}

impl Marks {
    /// Lists `directory`.
    pub(super) fn read(directory: &Path) -> Self {
        let mut marks = Self { names: Vec::new(), complete: false };
        let Ok(entries) = fs::read_dir(directory) else { return marks };
        marks.complete = true;
        for entry in entries {
            match entry.map(|entry| entry.file_name().into_string()) {
                Ok(Ok(name)) if is_mark(&name) => marks.names.push(name.into_boxed_str()),
                Ok(_) => {}
                Err(_) => marks.complete = false,
            }
        }
        marks
    }

    /// Whether `name` can be there: only a look at the disk says that it is. Case does not count, as on some file systems.
    pub(super) fn may_have(&self, name: &str) -> bool {
        debug_assert!(is_mark(name), "{name} is not looked for in listings");
        !self.complete || self.names.iter().any(|found| found.eq_ignore_ascii_case(name))
    }

    /// The names, in no order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }
}

fn is_mark(name: &str) -> bool {
    let ends_with = |ending: &str| {
        let start = name.len().checked_sub(ending.len());
        start.and_then(|start| name.get(start..)).is_some_and(|found| found.eq_ignore_ascii_case(ending))
    };
    [".git", "ignore", ".yml", ".yaml", ".json", ".hcl"].into_iter().any(ends_with)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_there_in_any_case_and_doubts_where_it_cannot_look() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["Compose.yaml", "app.DockerIgnore", "main.py", "é.hcl"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let marks = Marks::read(folder.path());
        let mut names: Vec<&str> = marks.names().collect();
        names.sort_unstable();
        assert_eq!(names, ["Compose.yaml", "app.DockerIgnore", "é.hcl"]);
        for (name, expected) in [("compose.yaml", true), ("app.dockerignore", true), (".git", false)] {
            assert_eq!(marks.may_have(name), expected, "{name}");
        }
        assert!(Marks::read(&folder.path().join("gone")).may_have(".git"));
    }
}
