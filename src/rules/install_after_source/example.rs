//! A source whose change shows what the fix gives: one of those that people change every day, as far as names tell.

use std::path::Path;

use crate::context::{BuildContext, Entry, GitState, IgnoreFile};
use crate::finding::{Finding, Target};
use crate::model::{Copy, CopyFrom, StepKind, path};
use crate::rules::RuleContext;
use crate::settings::Builder;

/// How many files are looked at.
const MOST_LOOKED_AT: usize = 20_000;

/// What sources end with.
const SOURCES: [&str; 31] = [
    "py", "js", "mjs", "cjs", "ts", "jsx", "tsx", "go", "rs", "java", "kt", "scala", "groovy", "clj", "rb", "php",
    "ex", "exs", "erl", "cs", "fs", "vb", "vue", "svelte", "c", "cc", "cpp", "h", "swift", "dart", "pl",
];

/// What people look at first.
const FIRST: [&str; 14] = [
    "app",
    "main",
    "index",
    "server",
    "lib",
    "program",
    "manage",
    "application",
    "views",
    "routes",
    "models",
    "startup",
    "api",
    "bot",
];

/// Directories that sources are in.
const OF_SOURCES: [&str; 9] = ["src", "app", "lib", "server", "cmd", "internal", "pkg", "web", "api"];

/// Directories of what changes seldom, or is no part of the program.
const ASIDE: [&str; 18] = [
    "test",
    "tests",
    "spec",
    "specs",
    "__tests__",
    "docs",
    "doc",
    "examples",
    "example",
    "migrations",
    "scripts",
    "bench",
    "benches",
    "fixtures",
    "vendor",
    "dist",
    "build",
    "node_modules",
];

/// The file of the context, of those that the copy of `finding` brings.
pub(super) fn of(ctx: &RuleContext<'_>, finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let mut stages = ctx.model.stages.iter().enumerate();
    let (stage, copy) = stages.find_map(|(index, stage)| {
        let step = stage.steps.iter().find(|step| step.span() == finding.span)?;
        match &step.kind {
            StepKind::Copy(copy) if copy.from == CopyFrom::Context => Some((index, copy)),
            _ => None,
        }
    })?;
    let context = ctx.context_of(stage)?;
    // What the fix copies first is no example, and neither is what it keeps out.
    let edits = || fix.edits.iter();
    let first: Vec<&str> = edits()
        .filter(|(target, _)| *target == Target::Dockerfile)
        .flat_map(|(_, edit)| edit.text.split_whitespace())
        .collect();
    let ignored: String =
        edits().filter(|(target, _)| *target == Target::Dockerignore).map(|(_, edit)| edit.text.as_str()).collect();
    let ignored = IgnoreFile::parse(Path::new(".dockerignore"), ignored);
    let files = files(context, copy);
    let fits = |entry: &&Entry| {
        let kept = !ignored.matcher().excludes(&entry.path, Builder::Buildkit);
        kept && !first.contains(&entry.path.as_str())
    };
    let best = files.iter().filter(fits).max_by_key(|entry| (likelihood(entry), std::cmp::Reverse(&entry.path)));
    best.map(|entry| entry.path.clone())
}

fn files(context: &BuildContext, copy: &Copy) -> Vec<Entry> {
    let mut files = Vec::new();
    for source in &copy.sources {
        for found in &context.matches(&source.text).found {
            if found.entry.is_directory() {
                files.extend(context.walk(&found.entry.path).files().take(MOST_LOOKED_AT).cloned());
            } else {
                files.push(found.entry.clone());
            }
        }
    }
    files
}

/// How likely it is that somebody changes a file.
fn likelihood(entry: &Entry) -> i32 {
    let parts: Vec<String> = entry.path.split('/').map(str::to_lowercase).collect();
    let name = path::file_name(&entry.path).to_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let mut points = match extension {
        _ if SOURCES.contains(&extension) => 16,
        "html" | "css" | "scss" | "sass" | "less" => 10,
        "sh" => 8,
        _ => 0,
    };
    if FIRST.contains(&stem) {
        points += 4;
    }
    // `vite.config.js`, `setup.py`, `conftest.py`, `main_test.go`
    let configures = ["config", "setup", "test", "spec"].iter().any(|word| stem.contains(word)) || stem.contains('.');
    if configures {
        points -= 8;
    }
    let directories = &parts[..parts.len() - 1];
    points += if directories.first().is_some_and(|first| OF_SOURCES.contains(&first.as_str())) { 3 } else { 0 };
    points -= if parts.iter().any(|part| ASIDE.contains(&part.as_str()) || part.starts_with('.')) { 12 } else { 0 };
    points -= match entry.git {
        GitState::Ignored => 24,
        GitState::Untracked => 6,
        _ => 0,
    };
    points - i32::try_from(directories.len().min(4)).unwrap_or_default()
}
