//! Small projects of `fixtures/projects` as they lie on somebody's disk, with caches and logs all over: built, mended by the rules that
//! write nothing but the ignore file, and built again.
//!
//! Asserts that the two images are the same, file by file, but for what the new ignore file keeps out, and that none of that is in git.
//! The package managers are stubs: what they leave behind depends on every source that they find.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use dockfix::context::{BuildContext, GitState, IgnoreFile, Repositories};
use dockfix::rules::{MayChange, REGISTRY};
use dockfix::settings;
use tempfile::TempDir;

use crate::builder::{Builder, Image};
use crate::check::unique_name;
use crate::ignored::exported;
use crate::support::case::Prepared;

/// The projects. BuildKit alone builds them: `ignored.rs` shows that the others take the same out of an ignore file.
pub const PROJECTS: [&str; 14] = [
    "bun", "bundler", "cargo", "composer", "dotnet", "go", "gradle", "maven", "mix", "npm", "pip", "pnpm", "uv", "yarn",
];

/// What was written into a `.dockerignore` by somebody who knows `.gitignore`.
const IGNORED: &str = "# caches\n__pycache__/\n*.pyc\n.DS_Store\n\n*.log\nnode_modules\n";

/// What git is told.
const GIT_IGNORED: &str = "__pycache__/\n*.pyc\n.DS_Store\n*.log\nnode_modules/\n.venv/\ncoverage/\n";

/// What lies about, `@` for a directory of the sources.
const LITTER: [&str; 7] = [
    "__pycache__/top.cpython-311.pyc",
    "@/__pycache__/deep.cpython-311.pyc",
    "@/.DS_Store",
    "@/debug.log",
    "node_modules/left/index.js",
    ".venv/bin/python",
    "coverage/index.html",
];

const TOOLS: [&str; 18] = [
    "bun", "bundle", "cargo", "composer", "corepack", "dotnet", "go", "gradle", "java", "mix", "mvn", "npm", "npx",
    "pip", "pnpm", "python3", "uv", "yarn",
];

/// Stands for every package manager: fills `node_modules`, or says what it found among the sources.
const STUB: &str = r#"#!/bin/sh
name=$(basename "$0")
mkdir -p /opt/made
case $name in npm | yarn | pnpm | bun) mkdir -p node_modules/made && echo "$name $*" > node_modules/made/log ;; esac
sources=$(find . -type f ! -path '*/node_modules/*' ! -path './.venv/*' ! -path './.git/*' ! -path '*/coverage/*' \
  ! -name '*.pyc' ! -name '*.log' ! -name .DS_Store ! -name .dockerignore | sort)
echo "$name $* $(cat $sources | sha256sum)" >> /opt/made/log
"#;

/// Builds a project before and after the fix, and compares the images.
pub fn check(project: &str) -> Result<()> {
    let base = make_base()?;
    let temp = TempDir::new()?;
    let context_dir = temp.path().join("context");
    lay_out(project, &context_dir)?;
    let inside = context_dir.join("Dockerfile");
    let text = fs::read_to_string(&inside)?;
    let (_, rest) = text.split_once('\n').context("the Dockerfile has lines")?;
    let dockerfile = temp.path().join("Dockerfile");
    fs::write(&dockerfile, format!("FROM {}\n{rest}", base.name()))?;
    let prepared = Prepared { root: temp.path().to_owned(), context_dir: context_dir.clone(), dockerfile };

    let old = exported(&prepared).context("before the fix")?;
    let ignored_before = sent(&context_dir)?;
    let changed = mend(&context_dir)?;
    ensure!(changed, "the fix writes nothing");
    ensure!(fs::read_to_string(&inside)? == text, "the fix changes the Dockerfile");
    let ignored_after = sent(&context_dir)?;
    let new = exported(&prepared).context("after the fix")?;

    let workdir = if project == "dotnet" || project == "go" { "/src/" } else { "/app/" };
    let kept_out: BTreeSet<&str> = ignored_before.difference(&ignored_after).map(String::as_str).collect();
    ensure!(!kept_out.is_empty(), "nothing is kept out");
    for path in old.differences(&new) {
        let of_context = path.strip_prefix(workdir).unwrap_or_default();
        let declared = kept_out.contains(of_context) && new.get(path).is_none();
        ensure!(declared || of_context == ".dockerignore", "{path} differs, and the ignore file does not keep it out");
    }
    let context = BuildContext::open(&context_dir, None, &[settings::Builder::Buildkit], &Repositories::new())?;
    for path in kept_out.iter().filter(|path| !path.starts_with(".git")) {
        let tracked = matches!(context.git_of_file(path), GitState::Tracked { .. });
        ensure!(!tracked, "{path} is in git, and is kept out");
    }
    Ok(())
}

/// Everything that BuildKit is sent.
fn sent(context_dir: &Path) -> Result<BTreeSet<String>> {
    let context = BuildContext::open(context_dir, None, &[settings::Builder::Buildkit], &Repositories::new())?;
    let walk = context.walk("");
    ensure!(walk.is_certain(), "the context was not read whole");
    let empties = |file: &IgnoreFile, path: &str| file.matcher().empties(path, settings::Builder::Buildkit);
    let emptied = walk.files().any(|entry| context.ignore_file().is_some_and(|file| empties(file, &entry.path)));
    ensure!(!emptied, "files are sent without their content");
    Ok(walk.entries.iter().map(|entry| entry.path.clone()).collect())
}

/// Runs the rules that write ignore files and nothing else. Returns whether they wrote something.
fn mend(context_dir: &Path) -> Result<bool> {
    let writers = REGISTRY.iter().filter(|rule| rule.meta.may_change == [MayChange::Dockerignore]);
    let rules: Vec<&str> = writers.map(|rule| rule.meta.slug).collect();
    let before = fs::read(context_dir.join(".dockerignore"))?;
    let output = Command::new(env!("CARGO_BIN_EXE_dockfix"))
        .args(["--apply", "--select", &rules.join(","), "Dockerfile"])
        .current_dir(context_dir)
        .output()?;
    ensure!(output.status.success(), "dockfix: {}", String::from_utf8_lossy(&output.stderr));
    Ok(fs::read(context_dir.join(".dockerignore"))? != before)
}

/// The project in a repository, with what lies about.
fn lay_out(project: &str, context_dir: &Path) -> Result<()> {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects").join(project);
    let mut directories = Vec::new();
    for entry in walkdir::WalkDir::new(&fixture).sort_by_file_name() {
        let entry = entry?;
        let inside = entry.path().strip_prefix(&fixture)?;
        let target: PathBuf = context_dir.join(inside);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
            let hidden = inside.to_string_lossy().starts_with('.');
            directories.extend((entry.depth() == 1 && !hidden).then(|| inside.to_owned()));
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    let sources = directories.first().map_or_else(|| PathBuf::from("internal"), Clone::clone);
    for path in LITTER {
        let path = context_dir.join(path.replace('@', &sources.to_string_lossy()));
        fs::create_dir_all(path.parent().context("it lies somewhere")?)?;
        fs::write(&path, "litter\n")?;
    }
    fs::write(context_dir.join(".dockerignore"), IGNORED)?;
    fs::write(context_dir.join(".gitignore"), GIT_IGNORED)?;
    for arguments in [&["init", "--quiet", "--template="][..], &["add", "--all"]] {
        let output = Command::new("git").args(arguments).current_dir(context_dir).output()?;
        ensure!(output.status.success(), "git: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// The image with the stubs. Making it again costs little: its layers are in the cache.
fn make_base() -> Result<Image> {
    let temp = TempDir::new()?;
    let context_dir = temp.path().join("context");
    fs::create_dir(&context_dir)?;
    fs::write(context_dir.join("stub"), STUB)?;
    let links = TOOLS.map(|tool| format!("ln -s stub /usr/local/bin/{tool}")).join(" && ");
    let dockerfile = temp.path().join("Dockerfile");
    let text = format!("FROM alpine:3.20\nCOPY stub /usr/local/bin/\nRUN chmod +x /usr/local/bin/stub && {links}\n");
    fs::write(&dockerfile, text)?;
    let prepared = Prepared { root: temp.path().to_owned(), context_dir, dockerfile };
    match Builder::Buildkit.build(&prepared, &unique_name(), &[])? {
        Ok(image) => Ok(image),
        Err(outcome) => anyhow::bail!("cannot make the base image: {}", outcome.output),
    }
}
