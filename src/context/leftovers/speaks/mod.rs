//! Which texts of a context speak of git, of `.env`, or of a file by its name.
//!
//! The texts are those that a build could run or read: sources, scripts and configuration. Prose, lock files and what only
//! other tools read (CI, hooks of git) say nothing of a build.

mod files;
mod git;
mod names;

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

pub(crate) use git::speaks_of_git;

use super::{Kind, Leftovers};
use crate::context::tree::read_small_file;
use crate::context::{BuildContext, path};
use files::{ASIDE, is_manifest, is_read_by_builds, runs};
use names::{has_word, of_name};

/// How many texts are read, and how many bytes of them all.
const MOST_FILES: usize = 4_000;
const MOST_BYTES: usize = 24 << 20;
const MOST_OF_ONE: u64 = 256 * 1024;

/// How many names are looked for.
const MOST_NAMES: usize = 100;

/// Words of sources that read `.env`.
const READS_ENV: [&str; 6] =
    ["dotenv", "decouple import", "environs import", "pydantic_settings", "BaseSettings", "environ.Env"];

/// What a manifest names that reads `.env` without being told.
const ASKED_TO_READ_ENV: [&str; 33] = [
    "dotenv",
    "decouple",
    "environs",
    "django-environ",
    "pydantic-settings",
    "dynaconf",
    "pipenv",
    "honcho",
    "foreman",
    "\"next\"",
    "\"nuxt\"",
    "\"vite\"",
    "\"astro\"",
    "\"gatsby\"",
    "\"parcel\"",
    "\"expo\"",
    "\"prisma\"",
    "@prisma/client",
    "react-scripts",
    "@vue/cli",
    "@nestjs/config",
    "@strapi/strapi",
    "@adonisjs/core",
    "bun-types",
    "@types/bun",
    "env-cmd",
    "symfony/",
    "laravel/",
    "codeigniter4/",
    "craftcms/",
    "quarkus",
    "DotNetEnv",
    "envy",
];

/// A manifest of a program that reads `.env` before it runs anything: `pipenv run`.
const MANIFEST_THAT_READS_ENV: &str = "Pipfile";

/// A text that speaks of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// Which file it is.
    pub file: String,
    /// The words.
    pub words: String,
    /// What it takes for the text to be run.
    pub runs: Runs,
}

/// What it takes for a text to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// Nobody can tell.
    Anyhow,
    /// A program that looks for a file of this name: `make`.
    By(&'static str),
    /// Somebody who calls it by its name.
    Named,
}

/// What the texts of a context speak of.
#[derive(Debug, Default)]
pub struct Speaks {
    /// Of git's own data, or of programs that read it.
    pub git: Vec<Spoken>,
    /// Of a build that writes the commit into what it makes, and that no Dockerfile runs itself.
    pub builds: Vec<Spoken>,
    /// Of what the Go linker knows of git.
    pub stamp: Option<Spoken>,
    /// Of `.env`, or of programs that read it.
    pub env: Option<Spoken>,
    /// Of something that was found, by its name.
    names: Vec<(String, Spoken)>,
    /// The programs and scripts of `git` and `builds` that other texts call.
    called: Vec<String>,
    /// False if there is too much to read.
    pub complete: bool,
}

impl Speaks {
    /// Who speaks of something that is called `name`.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&Spoken> {
        self.names.iter().find(|(known, _)| known == name).map(|(_, spoken)| spoken)
    }

    /// Whether a text is run, where `says` tells whether a command of a Dockerfile has a word.
    #[must_use]
    pub fn is_run(&self, spoken: &Spoken, says: impl Fn(&str) -> bool) -> bool {
        let called = |name: &str| says(name) || self.called.iter().any(|known| known == name);
        match spoken.runs {
            Runs::Anyhow => true,
            Runs::By(program) => called(program),
            // Who runs all that is there gives no name.
            Runs::Named => called(path::split(&spoken.file).1) || says("*.sh") || says("run-parts"),
        }
    }
}

impl BuildContext {
    /// What the texts of the context speak of, read once for all builds of it.
    #[must_use]
    pub fn speaks(&self) -> Arc<Speaks> {
        self.remember(|| {
            let leftovers = self.leftovers();
            let mut reader = Reader {
                context: self,
                paths: leftovers
                    .found
                    .iter()
                    .filter(|found| found.candidate.kind != Kind::Recipe)
                    .map(|it| it.path.as_str())
                    .collect(),
                names: asked_about(&leftovers),
                wanted: Vec::new(),
                files: 0,
                bytes: 0,
                speaks: Speaks::default(),
            };
            reader.speaks.complete = reader.names.len() <= MOST_NAMES && reader.read("", 0) && leftovers.complete;
            reader.wanted = reader.speaks.callable();
            if reader.speaks.complete && !reader.wanted.is_empty() {
                (reader.files, reader.bytes) = (0, 0);
                reader.read("", 0);
            }
            reader.speaks
        })
    }
}

/// The names of what somebody may want to know who speaks of it: of a cache, only commands can.
fn asked_about(leftovers: &Leftovers) -> Vec<(&str, Kind)> {
    let kinds = [Kind::Dependencies, Kind::Secret, Kind::Recipe];
    let found = leftovers.found.iter().filter(|found| kinds.contains(&found.candidate.kind));
    let mut names: Vec<(&str, Kind)> = found.map(|found| (path::split(&found.path).1, found.candidate.kind)).collect();
    names.sort();
    names.dedup();
    names
}

struct Reader<'a> {
    context: &'a BuildContext,
    /// What was found, which is not read.
    paths: BTreeSet<&'a str>,
    /// The names that texts may speak of, but for those that compose files say to builders.
    names: Vec<(&'a str, Kind)>,
    /// What the second pass looks for: the names of programs and scripts, and where they are.
    wanted: Vec<(String, String)>,
    files: usize,
    bytes: usize,
    speaks: Speaks,
}

impl Reader<'_> {
    /// Reads everything below a directory that is no leftover; false where there is too much.
    fn read(&mut self, directory: &str, depth: usize) -> bool {
        const DEEPEST: usize = 64;
        let Ok(entries) = fs::read_dir(self.context.root().join(directory)) else { return false };
        let mut names: Vec<_> = entries
            .flatten()
            .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.file_type().ok()?)))
            .collect();
        names.sort_by(|one, other| one.0.cmp(&other.0));
        for (name, kind) in names {
            let path = path::join(directory, &name);
            if self.paths.contains(path.as_str()) {
                continue;
            }
            if kind.is_dir() {
                if !ASIDE.contains(&name.as_str()) && (depth == DEEPEST || !self.read(&path, depth + 1)) {
                    return false;
                }
            } else if kind.is_file() && is_read_by_builds(&name) && self.context.is_sent(&path) {
                self.files += 1;
                if self.files > MOST_FILES || self.bytes > MOST_BYTES {
                    return false;
                }
                if let Ok(bytes) = read_small_file(&self.context.root().join(&path), MOST_OF_ONE) {
                    self.bytes += bytes.len();
                    self.text(&path, &String::from_utf8_lossy(&bytes));
                }
            }
        }
        true
    }

    fn text(&mut self, file: &str, text: &str) {
        if text.contains('\0') {
            return;
        }
        if !self.wanted.is_empty() {
            return self.calls(file, text);
        }
        let name = path::split(file).1;
        let runs = runs(name);
        let spoken = |words: &str| Some(Spoken { file: file.to_owned(), words: words.to_owned(), runs });
        let asks = if is_manifest(name) { git::asked_by_manifest(text) } else { None };
        self.speaks.git.extend(asks.or_else(|| speaks_of_git(text)).and_then(spoken));
        let source = [".go", ".cs", ".php"].iter().any(|end| name.ends_with(end));
        let builds = ["go build", "go install", "dotnet publish", "dotnet build", "composer install"];
        let build =
            builds.into_iter().find(|words| !source && text.contains(words) && !text.contains("-buildvcs=false"));
        self.speaks.builds.extend(build.and_then(spoken));
        if self.speaks.stamp.is_none() {
            self.speaks.stamp = ["ReadBuildInfo", "vcs.revision", "buildinfo.Read"]
                .into_iter()
                .find(|it| text.contains(it))
                .and_then(spoken);
        }
        // What a compose file says of `.env` is meant for the host, and of Dockerfiles for the builder.
        let compose = name.starts_with("docker-compose") || name.starts_with("compose.");
        if self.speaks.env.is_none() && !compose {
            let asked = ASKED_TO_READ_ENV.into_iter().find(|words| is_manifest(name) && text.contains(words));
            let asked = asked.or_else(|| (name == MANIFEST_THAT_READS_ENV).then_some(MANIFEST_THAT_READS_ENV));
            let reads = asked.or_else(|| READS_ENV.into_iter().find(|words| text.contains(words)));
            let named = || of_name(text, ".env").then_some(".env");
            self.speaks.env = reads.or_else(named).and_then(spoken);
        }
        for (name, kind) in &self.names {
            let meant = !(compose && *kind == Kind::Recipe);
            if meant && self.speaks.of(name).is_none() && of_name(text, name) {
                self.speaks.names.extend(spoken(name).map(|spoken| ((*name).to_owned(), spoken)));
            }
        }
    }

    /// The second pass: who calls what speaks of git.
    fn calls(&mut self, file: &str, text: &str) {
        for (name, own) in &self.wanted {
            if own != file
                && has_word(text, name)
                && (name.contains('.') || names::is_command(text, name))
                && !self.speaks.called.contains(name)
            {
                self.speaks.called.push(name.clone());
            }
        }
    }
}

impl Speaks {
    /// What has to be called for a text to be run, and the text.
    fn callable(&self) -> Vec<(String, String)> {
        let all = self.git.iter().chain(&self.builds);
        all.filter_map(|spoken| match spoken.runs {
            Runs::Anyhow => None,
            Runs::By(program) => Some((program.to_owned(), spoken.file.clone())),
            Runs::Named => Some((path::split(&spoken.file).1.to_owned(), spoken.file.clone())),
        })
        .collect()
    }
}
