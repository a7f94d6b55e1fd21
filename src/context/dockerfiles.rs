//! The Dockerfiles that lie in a context, by their names: builds of some of them take it as theirs. And which folders hold the files
//! of builds.

use std::path::Path;

use walkdir::WalkDir;

use super::{BuildContext, git};

/// How many paths are looked at.
const MOST_LOOKED_AT: usize = 20_000;

/// How many Dockerfiles are of interest; a context with more is a collection of them.
const MOST: usize = 200;

/// Directories that hold none of the project's own.
const SKIPPED: [&str; 2] = [".git", "node_modules"];

/// The Dockerfiles of a context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dockerfiles {
    /// Their paths, sorted; the ignore file does not matter, since no builder takes a Dockerfile out of the context.
    pub paths: Vec<String>,
    /// False if there is too much to look at, so that there may be more.
    pub complete: bool,
}

impl BuildContext {
    /// The files below the root that are Dockerfiles by their names, looked for once for all builds of the context.
    #[must_use]
    pub fn dockerfiles(&self) -> &Dockerfiles {
        self.dockerfiles.get_or_init(|| self.remember(|| look_for(self.root())))
    }
}

fn look_for(root: &Path) -> Dockerfiles {
    let mut found = Dockerfiles { paths: Vec::new(), complete: true };
    let kept = |entry: &walkdir::DirEntry| {
        let skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
        entry.depth() == 0 || !(skipped && entry.file_type().is_dir())
    };
    // Files first: what lies near the root is built from it more often than what lies deep, and is not to be missed.
    let files_first = |one: &walkdir::DirEntry, other: &walkdir::DirEntry| {
        let key = |entry: &walkdir::DirEntry| (entry.file_type().is_dir(), entry.file_name().to_owned());
        key(one).cmp(&key(other))
    };
    let paths = WalkDir::new(root).follow_links(false).sort_by(files_first).into_iter().filter_entry(kept);
    for (seen, entry) in paths.enumerate() {
        if seen > MOST_LOOKED_AT || found.paths.len() > MOST {
            found.complete = false;
            break;
        }
        // What cannot be read is no file of a build that this user does.
        let Ok(entry) = entry else { continue };
        if entry.file_type().is_dir() || !entry.file_name().to_str().is_some_and(is_dockerfile) {
            continue;
        }
        found.paths.extend(git::relative(root, entry.path()));
    }
    found.paths.sort();
    found
}

/// Whether a folder is one for the files of a build, by its name, so that the context is another folder as often as not:
/// `docker build -f docker/Dockerfile .`
#[must_use]
pub fn holds_build_files(folder: &Path) -> bool {
    const NAMES: [&str; 22] = [
        "docker",
        "dockerfiles",
        "dockerfile",
        "build",
        "builds",
        "ci",
        "deploy",
        "deployment",
        "deployments",
        "devops",
        "infra",
        "infrastructure",
        "ops",
        "container",
        "containers",
        "packaging",
        "contrib",
        "scripts",
        "devcontainer",
        "github",
        "gitlab",
        "images",
    ];
    let name = folder.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    NAMES.contains(&name.trim_start_matches('.'))
}

fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_lowercase();
    let build = lower.starts_with("dockerfile") || lower.ends_with(".dockerfile") || lower.starts_with("containerfile");
    build && !lower.ends_with("ignore")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn does_not_miss_the_one_at_the_root_among_hundreds() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..2 * MOST {
            let inner = folder.path().join(format!("Cases/{number:03}"));
            fs::create_dir_all(&inner).unwrap();
            fs::write(inner.join("Dockerfile"), "").unwrap();
        }
        fs::write(folder.path().join("api.Dockerfile"), "").unwrap();
        fs::write(folder.path().join("zz"), "").unwrap();
        let found = look_for(folder.path());
        assert!(!found.complete);
        assert!(found.paths.contains(&"api.Dockerfile".to_owned()), "{:?}", found.paths);
    }
}
