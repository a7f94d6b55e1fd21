//! The command that builds an image again, so that what may have changed runs again and the rest comes from the cache.
//!
//! One place says it for the comments that rules write, for what the command line prints, and for what it advises.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::context::compose::{Build, Setting, Tool};

/// A value that no build before had.
const NEW_VALUE: &str = "$(date +%s)";

/// What is to run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again<'a> {
    /// What the cache does not have.
    Nothing,
    /// What stands below this build argument.
    Below(&'a str),
    /// The stage of this name, and what is built on it.
    Stage(&'a str),
    /// Everything; for a stage without a name.
    Everything,
}

/// Where a command is typed, and what it is about. Paths are absolute and without links.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rebuild<'a> {
    /// The Dockerfile; `None` if it has no place, as on standard input.
    pub dockerfile: Option<&'a Path>,
    /// The build context; `None` if nobody knows.
    pub context: Option<&'a Path>,
    /// What the build files say of it.
    pub build: Option<&'a Build>,
    /// The directory in which the command is typed. `None` is the one in which it is shortest: that of the build file, else the
    /// context.
    pub folder: Option<&'a Path>,
}

impl<'a> Rebuild<'a> {
    /// The command for `dockerfile`, typed where it is shortest.
    #[must_use]
    pub fn new(dockerfile: Option<&'a Path>, context: Option<&'a Path>, builds: &'a [Arc<Build>]) -> Self {
        Self { dockerfile, context, build: preferred(builds), folder: None }
    }

    /// The command.
    #[must_use]
    pub fn command(&self, again: Again<'_>) -> String {
        match self.build {
            Some(build) => self.with_build_files(build, again),
            None => self.with_docker(again, ""),
        }
    }

    /// `docker build`, with more flags (`-t IMAGE`) in front of the others.
    #[must_use]
    pub fn with_docker(&self, again: Again<'_>, flags: &str) -> String {
        let own = self.dockerfile.and_then(Path::parent);
        let context = self.context.or(own);
        let folder = self.folder.or(context);
        let mut words = vec!["docker build".to_owned()];
        words.extend((!flags.is_empty()).then(|| flags.to_owned()));
        words.extend(match again {
            Again::Nothing => None,
            Again::Below(name) => Some(format!("--build-arg {name}={NEW_VALUE}")),
            Again::Stage(name) => Some(format!("--no-cache-filter {}", quoted(name))),
            Again::Everything => Some("--no-cache".to_owned()),
        });
        // The builder looks for a file of this name in the context's root.
        let by_default = context.map(|context| context.join("Dockerfile"));
        if let Some(dockerfile) = self.dockerfile.filter(|dockerfile| Some(*dockerfile) != by_default.as_deref()) {
            words.push(format!("-f {}", quoted(&shown(dockerfile, folder))));
        }
        words.push(context.map_or_else(|| ".".to_owned(), |context| quoted(&shown(context, folder))));
        words.join(" ")
    }

    fn with_build_files(&self, build: &Build, again: Again<'_>) -> String {
        // Both tools look for their files in the directory and in those above it.
        let found = build.found_by_itself && self.folder.is_none_or(|folder| folder.starts_with(&build.directory));
        let files = build.files.iter().filter(|_| !found);
        let files: String = files.map(|name| format!("-f {} ", quoted(&self.file(build, name)))).collect();
        let name = quoted(&build.name);
        match (build.tool, again) {
            (Tool::Compose, Again::Nothing) => format!("docker compose {files}build {name}"),
            (Tool::Compose, Again::Below(argument)) => {
                format!("docker compose {files}build --build-arg {argument}={NEW_VALUE} {name}")
            }
            (Tool::Compose, Again::Everything) => format!("docker compose {files}build --no-cache {name}"),
            // Compose knows no such flag, and its build takes from the cache what this one leaves there.
            (Tool::Compose, Again::Stage(_)) => self.with_docker(again, ""),
            (Tool::Bake, Again::Nothing) => format!("docker buildx bake {files}{name}"),
            (Tool::Bake, Again::Below(argument)) => {
                let set = quoted(&format!("{}.args.{argument}", build.name));
                format!("docker buildx bake {files}--set {set}={NEW_VALUE} {name}")
            }
            (Tool::Bake, Again::Stage(stage)) => {
                let set = quoted(&format!("{}.no-cache-filter={stage}", build.name));
                format!("docker buildx bake {files}--set {set} {name}")
            }
            (Tool::Bake, Again::Everything) => format!("docker buildx bake {files}--no-cache {name}"),
        }
    }

    fn file(&self, build: &Build, name: &str) -> String {
        self.folder.map_or_else(|| name.to_owned(), |folder| shown(&build.directory.join(name), Some(folder)))
    }
}

/// The build that a person most likely means: one that builds the last stage, from files that are found by themselves.
#[must_use]
pub fn preferred(builds: &[Arc<Build>]) -> Option<&Build> {
    let builds = builds.iter().map(AsRef::as_ref);
    builds.min_by_key(|build| (!build.found_by_itself, build.target != Setting::Unset))
}

/// `path` as it is called in `folder`.
fn shown(path: &Path, folder: Option<&Path>) -> String {
    let Some(folder) = folder else { return path.display().to_string() };
    let above = folder.ancestors().position(|ancestor| path.starts_with(ancestor)).unwrap_or_default();
    let base = folder.ancestors().nth(above).unwrap_or(folder);
    let climbed = std::iter::repeat_n(Component::ParentDir, above);
    let relative: PathBuf = climbed.chain(path.strip_prefix(base).unwrap_or(path).components()).collect();
    if relative.as_os_str().is_empty() { ".".to_owned() } else { relative.display().to_string() }
}

/// `text` as a shell takes it for one word.
#[must_use]
pub fn quoted(text: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "/._-+@%,:=".contains(character);
    let flag = text.starts_with('-') || text.is_empty();
    if !flag && text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn build(tool: Tool, files: &[&str], found_by_itself: bool) -> Build {
        Build {
            tool,
            directory: PathBuf::from("/r"),
            files: files.iter().map(|file| (*file).to_owned()).collect(),
            found_by_itself,
            name: "web".to_owned(),
            context: Some(PathBuf::from("/r")),
            assumed: false,
            target: Setting::Unset,
            args: BTreeMap::new(),
            overrides: Vec::new(),
            contexts: BTreeSet::new(),
        }
    }

    #[test]
    fn names_the_file_where_it_is_not_the_one_by_default() {
        let command = |dockerfile: &str, context: Option<&str>, folder: Option<&str>| {
            let (dockerfile, context) = (Some(Path::new(dockerfile)), context.map(Path::new));
            Rebuild { dockerfile, context, build: None, folder: folder.map(Path::new) }.command(Again::Below("X"))
        };
        let below = "docker build --build-arg X=$(date +%s)";
        assert_eq!(command("/r/Dockerfile", Some("/r"), None), format!("{below} ."));
        assert_eq!(command("/r/Dockerfile", None, None), format!("{below} ."));
        assert_eq!(command("/r/web.Dockerfile", None, None), format!("{below} -f web.Dockerfile ."));
        assert_eq!(command("/r/a b/Dockerfile", Some("/r"), None), format!("{below} -f 'a b/Dockerfile' ."));
        assert_eq!(command("/r/a/Dockerfile", Some("/r/a"), Some("/r")), format!("{below} a"));
        assert_eq!(
            command("/r/a/Dockerfile", Some("/r"), Some("/r/b/c")),
            format!("{below} -f ../../a/Dockerfile ../..")
        );
        assert_eq!(Rebuild::default().command(Again::Nothing), "docker build .");
    }

    #[test]
    fn goes_through_the_build_file_where_there_is_one() {
        let command = |build: &Build, again: Again<'_>, folder: Option<&str>| {
            let (dockerfile, context) = (Some(Path::new("/r/x/Dockerfile")), Some(Path::new("/r")));
            Rebuild { dockerfile, context, build: Some(build), folder: folder.map(Path::new) }.command(again)
        };
        let (below, stage) = (Again::Below("X"), Again::Stage("deps"));
        let compose = build(Tool::Compose, &["compose.yml"], true);
        assert_eq!(command(&compose, below, None), "docker compose build --build-arg X=$(date +%s) web");
        assert_eq!(command(&compose, below, Some("/r/x")), "docker compose build --build-arg X=$(date +%s) web");
        assert_eq!(command(&compose, Again::Nothing, Some("/")), "docker compose -f r/compose.yml build web");
        assert_eq!(command(&compose, stage, None), "docker build --no-cache-filter deps -f x/Dockerfile .");
        assert_eq!(command(&compose, Again::Everything, None), "docker compose build --no-cache web");
        let other = build(Tool::Compose, &["compose.yml", "compose.ci.yml"], false);
        assert_eq!(command(&other, Again::Nothing, None), "docker compose -f compose.yml -f compose.ci.yml build web");
        let bake = build(Tool::Bake, &["docker-bake.hcl"], true);
        assert_eq!(command(&bake, below, None), "docker buildx bake --set web.args.X=$(date +%s) web");
        assert_eq!(command(&bake, stage, None), "docker buildx bake --set web.no-cache-filter=deps web");
    }

    #[test]
    fn quotes_what_a_shell_would_take_apart() {
        for (text, expected) in [("a/b-1.x", "a/b-1.x"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("-x", "'-x'")] {
            assert_eq!(quoted(text), expected);
        }
    }
}
