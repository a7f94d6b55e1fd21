//! Who builds a Dockerfile: the services of compose files and the targets of bake files that name it, with the context,
//! the stage and the arguments that they give it.
//!
//! The files are searched at and above the Dockerfile, up to the root of its repository. Every directory is listed at most
//! once per run, and every file read at most once ([`BuildFiles`]). A file that cannot be understood is as good as none,
//! apart from a note ([`BuildFiles::problems`]): it was not written for dockfix. Nothing outside of the repository is looked
//! at, whatever a file names. No variable is looked up in the environment; a `.env` beside the file is read, but not for build
//! arguments, which may be secrets.

mod bake;
mod hcl;
mod interpolate;
mod linked;
mod service;
mod yaml;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::Repositories;
use super::marks::Marks;
use super::tree::read_small_file;
use linked::Linked;

/// No build file that a person wrote comes near this.
const MOST_BYTES: u64 = 1024 * 1024;

/// The compose files that are read without `-f`, the one that wins first, as in compose-go's `DefaultFileNames`.
const COMPOSE_NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// What is read on top of them without `-f`, as in compose-go's `DefaultOverrideFileNames`.
const OVERRIDE_NAMES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// What builds a Dockerfile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// `docker compose build`
    Compose,
    /// `docker buildx bake`
    Bake,
}

/// What is said of something: nothing, a text, or a text that nobody can tell from the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Setting {
    /// Nothing.
    #[default]
    Unset,
    /// This.
    Known(String),
    /// A text with a variable that has no default, or an expression.
    Unknown,
}

impl Setting {
    /// The text, if it is known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Known(text) => Some(text),
            Self::Unset | Self::Unknown => None,
        }
    }
}

/// One way in which a Dockerfile is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// The tool that reads the files.
    pub tool: Tool,
    /// The directory of the files.
    pub directory: PathBuf,
    /// The names of the files, in the order in which they are given with `-f`.
    pub files: Vec<String>,
    /// Whether the tool finds the files by itself, in the directory and below.
    pub found_by_itself: bool,
    /// The service or the target.
    pub name: String,
    /// The build context, absolute and without links; `None` where it lies outside of the repository.
    pub context: Option<PathBuf>,
    /// Whether the context or the path of the Dockerfile rests on the default of a variable.
    pub assumed: bool,
    /// The stage that is built.
    pub target: Setting,
    /// The build arguments that are given.
    pub args: BTreeMap<String, Setting>,
    /// What a service says of how its container runs and what the image would say otherwise: `command`, `healthcheck` …, and
    /// `volumes` where it mounts a directory of the host.
    pub overrides: Vec<&'static str>,
    /// The names of further contexts, which win over stages and images of the same names.
    pub contexts: BTreeSet<String>,
}

/// What a file says of one build, before paths are looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Written {
    context: Setting,
    dockerfile: Setting,
    target: Setting,
    args: BTreeMap<String, Setting>,
    contexts: BTreeSet<String>,
    assumed: bool,
    overrides: Vec<&'static str>,
    /// Whether it only says how a service runs, and a file below it how that is built.
    unbuilt: bool,
}

impl Written {
    /// This with what `over` says on top.
    fn overlaid(&self, over: &Self) -> Self {
        let choose = |below: &Setting, above: &Setting| match above {
            Setting::Unset => below.clone(),
            _ => above.clone(),
        };
        let mut args = self.args.clone();
        args.extend(over.args.clone());
        Self {
            context: choose(&self.context, &over.context),
            dockerfile: choose(&self.dockerfile, &over.dockerfile),
            target: choose(&self.target, &over.target),
            args,
            contexts: self.contexts.union(&over.contexts).cloned().collect(),
            assumed: self.assumed || over.assumed,
            overrides: self.overrides.iter().chain(&over.overrides).copied().collect(),
            unbuilt: self.unbuilt && over.unbuilt,
        }
    }
}

/// The builds of one file by the name of their service or target.
type Builds = BTreeMap<String, Written>;

/// A build with the Dockerfile that it reads.
type Found = (PathBuf, Arc<Build>);

/// The build files that a run came across. Make one for a run; clones share what was read, also between threads.
#[derive(Clone, Debug, Default)]
pub struct BuildFiles(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    by_directory: RwLock<HashMap<PathBuf, Arc<Vec<Found>>>>,
    /// What is wrong with files, by their path.
    problems: Mutex<BTreeMap<PathBuf, String>>,
}

impl BuildFiles {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The builds of `dockerfile`, an absolute path without links: first those of the files nearest to it, in the order of
    /// their names.
    #[must_use]
    pub fn of(&self, dockerfile: &Path, repositories: &Repositories) -> Vec<Arc<Build>> {
        let Some(directory) = dockerfile.parent() else { return Vec::new() };
        // Listed first, so that it need not be asked for a `.git`.
        repositories.marks(directory);
        let top = repositories.top_of(directory);
        let directories = directory.ancestors().take_while(|ancestor| ancestor.starts_with(&top));
        let found = directories.flat_map(|directory| {
            let all = self.in_directory(directory, &top, repositories);
            let own = all.iter().filter(|(path, _)| path == dockerfile);
            own.map(|(_, build)| Arc::clone(build)).collect::<Vec<_>>()
        });
        found.collect()
    }

    /// The Dockerfiles that the files at and above `root` build with that directory, absolute and without links, as context.
    #[must_use]
    pub fn sharing(&self, root: &Path, repositories: &Repositories) -> Vec<PathBuf> {
        let top = repositories.top_of(root);
        let mut sharing = Vec::new();
        for directory in root.ancestors().take_while(|ancestor| ancestor.starts_with(&top)) {
            let all = self.in_directory(directory, &top, repositories);
            let own = all.iter().filter(|(_, build)| build.context.as_deref() == Some(root));
            sharing.extend(own.map(|(path, _)| path.clone()));
        }
        sharing.sort();
        sharing.dedup();
        sharing
    }

    /// What is wrong with the files that could not be understood, in the order of their paths.
    #[must_use]
    pub fn problems(&self) -> Vec<(PathBuf, String)> {
        let problems = self.0.problems.lock().unwrap_or_else(PoisonError::into_inner);
        problems.iter().map(|(path, problem)| (path.clone(), problem.clone())).collect()
    }

    fn in_directory(&self, directory: &Path, top: &Path, repositories: &Repositories) -> Arc<Vec<Found>> {
        if let Some(known) = self.0.by_directory.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return Arc::clone(known);
        }
        let found = Arc::new(self.read_directory(directory, top, &repositories.marks(directory)));
        let mut by_directory = self.0.by_directory.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(by_directory.entry(directory.to_owned()).or_insert(found))
    }

    fn read_directory(&self, directory: &Path, top: &Path, marks: &Marks) -> Vec<Found> {
        let names = marks.names().filter(|name| is_compose(name) || is_bake(name));
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        if names.is_empty() {
            return Vec::new();
        }
        names.sort();
        let place = Place { directory, top };
        let mut found = self.composed(&place, &names);
        for name in names.iter().filter(|name| is_bake(name)) {
            let read = if name.ends_with(".json") { bake::read } else { hcl::read };
            let builds = self.read(&place, name, read).unwrap_or_default();
            let files = Files { tool: Tool::Bake, names: vec![name.clone()], by_itself: is_default_bake(name) };
            found.extend(builds.iter().filter_map(|(name, written)| place.build(&files, name, written)));
        }
        found
    }

    /// The builds of the compose files. A file that is none of those read without `-f` is read on top of them, as its name
    /// says: `docker-compose.prod.yml`.
    fn composed(&self, place: &Place<'_>, names: &[String]) -> Vec<Found> {
        let has = |name: &&&str| names.iter().any(|found| found == *name);
        let base = COMPOSE_NAMES.iter().find(has).copied();
        let read = |name: &str| self.linked(place, name).unwrap_or_default();
        let below = base.map(read).unwrap_or_default();
        let mut found = Vec::new();
        let mut add = |builds: &Builds, files: &Files| {
            found.extend(builds.iter().filter_map(|(name, written)| place.build(files, name, written)));
        };
        let files = |names, by_itself| Files { tool: Tool::Compose, names, by_itself };
        add(&below, &files(base.into_iter().map(str::to_owned).collect(), true));
        for name in names.iter().filter(|name| is_compose(name) && base != Some(name.as_str())) {
            let overlaid = read(name).into_iter().map(|(service, written)| {
                let written = below.get(&service).map_or_else(|| written.clone(), |below| below.overlaid(&written));
                (service, written)
            });
            let by_itself = OVERRIDE_NAMES.contains(&name.as_str()) && base.is_some();
            let names = base.into_iter().map(str::to_owned).chain([name.clone()]).collect();
            add(&overlaid.collect(), &files(names, by_itself));
        }
        found
    }

    /// A compose file with those that it names.
    fn linked(&self, place: &Place<'_>, name: &str) -> Option<Builds> {
        // A link that leads out of the repository is left alone.
        let path = place.inside(&place.directory.join(name))?;
        let mut linked = Linked::new(place.top);
        let builds = linked.builds(&path);
        let mut found = std::mem::take(&mut linked.problems);
        let builds = builds.map_err(|problem| found.push((path, problem))).ok();
        if !found.is_empty() {
            self.0.problems.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        }
        builds
    }

    fn read(&self, place: &Place<'_>, name: &str, parse: fn(&str) -> Result<Builds, String>) -> Option<Builds> {
        // A link that leads out of the repository is left alone.
        let path = place.inside(&place.directory.join(name))?;
        let text = read_small_file(&path, MOST_BYTES).map_err(|error| error.to_string());
        let text = text.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()));
        match text.and_then(|text| parse(&text)) {
            Ok(builds) => Some(builds),
            Err(problem) => {
                let mut problems = self.0.problems.lock().unwrap_or_else(PoisonError::into_inner);
                problems.insert(path, problem);
                None
            }
        }
    }
}

fn is_compose(name: &str) -> bool {
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    let rest = stem.and_then(|stem| stem.strip_prefix("docker-compose").or_else(|| stem.strip_prefix("compose")));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
}

fn is_bake(name: &str) -> bool {
    let stem = name.strip_suffix(".json").or_else(|| name.strip_suffix(".hcl"));
    stem.is_some_and(|stem| stem == "docker-bake" || stem.starts_with("docker-bake."))
}

/// What `docker buildx bake` reads without `-f`.
fn is_default_bake(name: &str) -> bool {
    ["docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl"].contains(&name)
}

/// The files that a build is read from.
struct Files {
    tool: Tool,
    names: Vec<String>,
    by_itself: bool,
}

/// Where build files stand.
struct Place<'a> {
    directory: &'a Path,
    /// The root of the repository; what lies outside is not looked at.
    top: &'a Path,
}

impl Place<'_> {
    /// The build that is `written`, with its Dockerfile; `None` where nobody can tell which that is, or it is not there.
    fn build(&self, files: &Files, name: &str, written: &Written) -> Option<Found> {
        if written.unbuilt {
            return None;
        }
        let context = match &written.context {
            Setting::Unset => ".",
            Setting::Known(context) => context,
            Setting::Unknown => return None,
        };
        let dockerfile = match &written.dockerfile {
            Setting::Unset => "Dockerfile",
            Setting::Known(dockerfile) => dockerfile,
            Setting::Unknown => return None,
        };
        // Names come to stand in commands and comments; the tools refuse others as well.
        let named = name.chars().all(|character| character.is_ascii_alphanumeric() || "._-".contains(character));
        if !named || is_remote(context) || is_remote(dockerfile) {
            return None;
        }
        let context = normal(&self.directory.join(context));
        let dockerfile = self.inside(&normal(&context.join(dockerfile)))?;
        let build = Build {
            tool: files.tool,
            directory: self.directory.to_owned(),
            files: files.names.clone(),
            found_by_itself: files.by_itself,
            name: name.to_owned(),
            context: self.inside(&context),
            assumed: written.assumed,
            target: written.target.clone(),
            args: written.args.clone(),
            overrides: written.overrides.clone(),
            contexts: written.contexts.clone(),
        };
        Some((dockerfile, Arc::new(build)))
    }

    /// `path` without links, if it is there and inside the repository. Nothing is asked of what is outside.
    fn inside(&self, path: &Path) -> Option<PathBuf> {
        path.starts_with(self.top).then(|| fs::canonicalize(path).ok())?.filter(|real| real.starts_with(self.top))
    }
}

/// Whether a context is an address: `https://…`, `git@host:…`, `github.com/…`, or another target (`target:base`).
fn is_remote(context: &str) -> bool {
    let prefixes = ["git@", "github.com/", "target:", "docker-image:", "service:", "cwd:"];
    context == "-" || context.contains("://") || prefixes.iter().any(|prefix| context.starts_with(prefix))
}

/// An absolute path without `.` and `..`, as if there were no links.
fn normal(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            _ => whole.push(part),
        }
    }
    whole
}
