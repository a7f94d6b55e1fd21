//! What the rules that write ignore files never take from a build: random trees, ignore files and Dockerfiles, fixed by the real
//! binary, and what is sent before and after compared.
//!
//! It asks for every rule whose fixes may change the ignore file, so a new one is covered without a word here. On both levels, whatever a
//! `COPY`, `ADD` or bind mount of any Dockerfile of the context names is still there; and what git tracks is still sent. The same
//! trees every time; `PROPTEST_CASES` looks for new ones.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use dockfix::context::{BuildContext, GitState, IgnoreFile, Repositories};
use dockfix::model::BuildModel;
use dockfix::rules::{MayChange, REGISTRY};
use dockfix::settings::Builder;
use dockfix::syntax::Dockerfile;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// How many projects are made up.
const PROJECTS: u32 = 120;

const DIRECTORIES: [&str; 8] = ["", "", "app", "web", "web/src", "api/v1", "logs", "tests"];

const NAMES: [&str; 24] = [
    "main.py",
    "index.js",
    "package.json",
    "package-lock.json",
    "requirements.txt",
    "run.sh",
    "__pycache__/main.cpython-311.pyc",
    "main.pyc",
    "secret.pyc",
    "node_modules/left/index.js",
    "node_modules/.bin/tool",
    ".DS_Store",
    "server.log",
    "npm-debug.log",
    ".venv/bin/python",
    "dist/index.html",
    "build/out.txt",
    "target/app",
    ".env",
    "key.pem",
    "data.sqlite3",
    ".idea/workspace.xml",
    ".pytest_cache/v",
    "coverage/index.html",
];

const LINES: [&str; 20] = [
    "__pycache__/",
    "*.pyc",
    "*.log",
    "node_modules",
    ".DS_Store",
    "dist",
    ".env",
    ".venv",
    "coverage",
    ".idea",
    "**/*.log",
    "/build",
    "!app/server.log",
    "!**/main.pyc",
    "!web/node_modules/left",
    "!web",
    "web",
    "*",
    "# caches",
    "",
];

const INSTRUCTIONS: [&str; 15] = [
    "COPY . .",
    "COPY . .",
    "COPY . .",
    "COPY web web",
    "COPY app/*.py app/",
    "COPY logs/*.log /logs/",
    "COPY web/* web/",
    "ADD . /srv",
    "COPY package*.json ./",
    "RUN --mount=type=bind,target=/src cp -r /src/app /app",
    "RUN --mount=type=bind,source=web,target=/web npm --prefix /web test",
    "RUN npm ci",
    "RUN cd web && npm ci",
    "RUN pip install -r requirements.txt",
    "RUN find . -name '*.pyc' -delete",
];

/// A project before anything is fixed.
#[derive(Clone, Debug)]
struct Made {
    files: BTreeSet<String>,
    ignore: Vec<&'static str>,
    /// The lines of a `.gitignore`; `None` where there is no repository.
    git: Option<Vec<&'static str>>,
    dockerfiles: [Vec<String>; 2],
    /// Whether unsafe fixes are written as well.
    unsafe_too: bool,
}

fn path() -> impl Strategy<Value = String> {
    (prop::sample::select(&DIRECTORIES[..]), prop::sample::select(&NAMES[..]))
        .prop_map(|(directory, name)| format!("{directory}/{name}").trim_start_matches('/').to_owned())
}

fn dockerfile() -> impl Strategy<Value = Vec<String>> {
    let named = path().prop_map(|path| format!("COPY {path} /named/"));
    let line = prop_oneof![3 => prop::sample::select(&INSTRUCTIONS[..]).prop_map(str::to_owned), 1 => named];
    prop::collection::vec(line, 1..5)
}

fn made() -> impl Strategy<Value = Made> {
    // Names of caches most of the time, so that there is something to write.
    let line = prop_oneof![5 => prop::sample::select(&LINES[..10]), 1 => prop::sample::select(&LINES[10..])];
    let lines = prop::collection::vec(line, 0..9);
    let git = prop::option::of(prop::collection::vec(prop::sample::select(&LINES[..10]), 3..12));
    let files = prop::collection::btree_set(path(), 20..60);
    (files, lines, git, dockerfile(), dockerfile(), any::<bool>()).prop_map(
        |(files, ignore, git, one, two, unsafe_too)| Made { files, ignore, git, dockerfiles: [one, two], unsafe_too },
    )
}

impl Made {
    fn write(&self, root: &Path) {
        let write = |path: &str, text: String| {
            let path = root.join(path);
            if fs::create_dir_all(path.parent().unwrap()).is_ok() && !path.is_dir() {
                let _ = fs::write(path, text);
            }
        };
        for path in &self.files {
            write(path, if path.ends_with(".json") { "{\"name\": \"x\"}\n".to_owned() } else { format!("{path}\n") });
        }
        if let Some(lines) = &self.git {
            write(".gitignore", lines.join("\n"));
            for arguments in [&["init", "--quiet", "--template="][..], &["add", "--all"]] {
                let output = Command::new("git").args(arguments).current_dir(root).output().unwrap();
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            }
        }
        if !self.ignore.is_empty() {
            write(".dockerignore", self.ignore.join("\n") + "\n");
        }
        for (name, lines) in ["Dockerfile", "other.Dockerfile"].iter().zip(&self.dockerfiles) {
            write(name, format!("FROM node:20-slim\nWORKDIR /app\n{}\n", lines.join("\n")));
        }
    }

    /// What the Dockerfiles name, as they are written.
    fn sources(&self) -> Vec<String> {
        let texts = self.dockerfiles.iter().map(|lines| format!("FROM a\n{}\n", lines.join("\n")));
        let models: Vec<BuildModel> = texts.map(|text| BuildModel::new(&Dockerfile::parse(text))).collect();
        let steps = models.iter().flat_map(|model| &model.stages).flat_map(|stage| &stage.steps);
        steps.flat_map(|step| step.taken().sources).collect()
    }
}

fn open(root: &Path) -> BuildContext {
    BuildContext::open(root, None, &[Builder::Buildkit], &Repositories::new()).unwrap()
}

/// Whether a file is sent with all that is in it.
fn is_whole(context: &BuildContext, path: &str) -> bool {
    let empties = |file: &IgnoreFile| file.matcher().empties(path, Builder::Buildkit);
    context.is_sent(path) && !context.ignore_file().is_some_and(empties)
}

/// What is gone that must not be.
fn missed(made: &Made, before: &BuildContext, after: &BuildContext) -> Vec<String> {
    let mut missed = Vec::new();
    for source in made.sources() {
        let (old, new) = (before.matches(&source), after.matches(&source));
        let is_there = |path: &str| new.found.iter().any(|found| found.path == path);
        // `*` takes what there is, but there has to be something.
        let any = source.ends_with("/*");
        if any && !old.found.is_empty() && new.found.is_empty() {
            missed.push(format!("all of `{source}`"));
        }
        for found in old.found.iter().filter(|_| !any) {
            let whole =
                found.entry.is_directory() || is_whole(after, &found.entry.path) || !is_whole(before, &found.path);
            if !is_there(&found.path) || !whole {
                missed.push(format!("`{}`, which is named", found.path));
            }
        }
    }
    for entry in before.walk("").entries.iter().filter(|entry| entry.is_file()) {
        let tracked = matches!(entry.git, GitState::Tracked { .. });
        if tracked && is_whole(before, &entry.path) && !is_whole(after, &entry.path) {
            missed.push(format!("`{}`, which is in git", entry.path));
        }
    }
    missed
}

fn apply(root: &Path, rules: &str, unsafe_too: bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dockfix"));
    command.args(["--apply", "--select", rules]).current_dir(root).env("HOME", root);
    if unsafe_too {
        command.arg("--unsafe");
    }
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code <= 1) && !error.contains("bug"), "{error}");
}

#[test]
fn nothing_that_is_named_or_in_git_is_lost() {
    let writers = REGISTRY.iter().filter(|rule| rule.meta.may_change.contains(&MayChange::Dockerignore));
    let rules: Vec<&str> = writers.map(|rule| rule.meta.slug).collect();
    let rules = rules.join(",");
    let asked_for = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config { cases: asked_for.unwrap_or(PROJECTS), failure_persistence: None, ..Config::default() };
    let mut runner = match asked_for {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let changed = Cell::new(0);
    let checked = runner.run(&made(), |made| {
        let folder = tempfile::tempdir().unwrap();
        made.write(folder.path());
        let before = open(folder.path());
        // Read before anything is written.
        let _ = (before.walk(""), made.sources().iter().for_each(|source| drop(before.matches(source))));
        let old = before.ignore_file().map(|file| file.text().to_owned());
        apply(folder.path(), &rules, made.unsafe_too);
        let after = open(folder.path());
        let new = after.ignore_file().map(|file| file.text().to_owned());
        changed.set(changed.get() + u32::from(old != new));
        let missed = missed(&made, &before, &after);
        prop_assert!(missed.is_empty(), "lost: {missed:?}\nfrom {old:?}\nto {new:?}");
        Ok(())
    });
    if let Err(error) = checked {
        panic!("{error}");
    }
    assert!(changed.get() > PROJECTS / 4, "the ignore file changed {} times only, so little was shown", changed.get());
}
