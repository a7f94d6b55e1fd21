//! The pairs of file and change: how they are read, laid out on disk and changed, and what the simulator says of them.
//!
//! Shared by `tests/cache`, which holds the simulator against what a pair says, and by `tests/engine`, which holds it against real
//! builders.
#![allow(dead_code, reason = "neither test binary uses all of it")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use dockfix::context::{BuildContext, Repositories};
use dockfix::model::BuildModel;
use dockfix::model::cache::{Build, Builder, Change, PathChange, Simulation, Verdict, simulate};
use dockfix::syntax::Dockerfile;
use serde::Deserialize;

/// What stands for a text that no other build has, so that nothing is in the cache but what this test has put there.
const TOKEN: &str = "@TOKEN@";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

/// A Dockerfile, its context, and what changes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    /// The text; its first line is line 1, since TOML drops the line end behind the quotes.
    pub dockerfile: String,
    /// Files by path. A content that begins with `-> ` is a link. `.dockerignore` is written as it stands, all others get the
    /// token as another line.
    #[serde(default)]
    pub context: BTreeMap<String, String>,
    /// Modes that are not 644, or 755 of a directory.
    #[serde(default)]
    pub modes: BTreeMap<String, String>,
    pub change: Vec<Step>,
}

/// One change.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    pub content: Vec<String>,
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub mode: Vec<String>,
    /// Build arguments that get another value.
    pub args: Vec<String>,
    /// Build arguments that get this value.
    pub values: BTreeMap<String, String>,
    pub target: Option<String>,
    /// What runs again, by line: `5` does, `?6` depends, `?6+` depends and did when it was measured, `?6-` and did not. What is
    /// not named is cached, not built, or no step. A trigger counts at the line of its ONBUILD.
    pub buildkit: Option<String>,
    pub classic: Option<String>,
}

/// The files that hold the pairs.
pub fn files() -> Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cache/pairs");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    Ok(files)
}

/// The cases of one file.
pub fn read(path: &Path) -> Result<Vec<Case>> {
    let text = fs::read_to_string(path)?;
    let file: File = toml::from_str(&text).with_context(|| path.display().to_string())?;
    Ok(file.case)
}

/// All cases, each with the name of its file.
pub fn load() -> Result<Vec<(String, Case)>> {
    let mut all = Vec::new();
    for path in files()? {
        let topic = path.file_stem().context("a name")?.to_string_lossy().into_owned();
        all.extend(read(&path)?.into_iter().map(|case| (topic.clone(), case)));
    }
    Ok(all)
}

impl Step {
    /// A short name.
    pub fn name(&self) -> String {
        let mut name = String::new();
        let lists =
            [("content", &self.content), ("added", &self.added), ("removed", &self.removed), ("mode", &self.mode)];
        for (what, paths) in lists.into_iter().chain([("arg", &self.args)]).filter(|(_, paths)| !paths.is_empty()) {
            let _ = write!(name, "{what} {} ", paths.join(" "));
        }
        for (argument, value) in &self.values {
            let _ = write!(name, "arg {argument}={value} ");
        }
        if let Some(target) = &self.target {
            let _ = write!(name, "target {target} ");
        }
        if name.is_empty() { "nothing".to_owned() } else { name.trim_end().to_owned() }
    }

    pub fn expected(&self, builder: Builder) -> Option<&str> {
        match builder {
            Builder::Buildkit => self.buildkit.as_deref(),
            Builder::Classic => self.classic.as_deref(),
        }
    }

    fn paths(&self) -> impl Iterator<Item = (&String, PathChange)> {
        let with = |change| move |path| (path, change);
        let content = self.content.iter().map(with(PathChange::Content));
        let added = self.added.iter().map(with(PathChange::Added));
        let removed = self.removed.iter().map(with(PathChange::Removed));
        content.chain(added).chain(removed).chain(self.mode.iter().map(with(PathChange::Mode)))
    }

    fn change(&self) -> Change {
        let root = |path: &String| if path == "." { String::new() } else { path.clone() };
        let given = self.values.iter().map(|(name, value)| (name.clone(), Some(value.clone())));
        Change {
            paths: self.paths().map(|(path, change)| (root(path), change)).collect(),
            arguments: self.args.iter().map(|name| (name.clone(), None)).chain(given).collect(),
        }
    }

    /// Makes the change on disk. `token` is new content.
    pub fn make(&self, case: &Case, context: &Path, token: &str) -> Result<()> {
        for (path, change) in self.paths() {
            let file = context.join(path);
            match change {
                PathChange::Content if path == ".dockerignore" => {
                    fs::write(&file, format!("{}# {token}\n", case.context[path]))?
                }
                // As long as it was, so that what counts bytes comes to the same.
                PathChange::Content => fs::write(&file, content(&case.context[path], token))?,
                PathChange::Added => {
                    fs::create_dir_all(file.parent().context("below the root")?)?;
                    fs::write(&file, token)?;
                }
                PathChange::Removed => fs::remove_file(&file)?,
                PathChange::Mode => {
                    let mode = fs::metadata(&file)?.permissions().mode();
                    let mode = if file.is_dir() { 0o750 } else { mode ^ 0o111 };
                    fs::set_permissions(&file, fs::Permissions::from_mode(mode))?;
                }
            }
        }
        Ok(())
    }

    /// The arguments of the second build.
    pub fn build_arguments(&self, token: &str) -> Vec<String> {
        let changed = self.args.iter().map(|name| format!("--build-arg={name}={token}"));
        let given = self.values.iter().map(|(name, value)| format!("--build-arg={name}={value}"));
        changed.chain(given).collect()
    }
}

fn content(text: &str, token: &str) -> String {
    format!("{text}\n{token}\n")
}

impl Case {
    /// The text of the Dockerfile.
    pub fn text(&self, token: &str) -> String {
        self.dockerfile.replace(TOKEN, token)
    }

    /// Writes the context, and the Dockerfile into it unless it ignores that.
    pub fn lay_out(&self, context: &Path, token: &str) -> Result<PathBuf> {
        fs::create_dir_all(context)?;
        for (path, text) in &self.context {
            let file = context.join(path);
            fs::create_dir_all(file.parent().context("below the root")?)?;
            match text.strip_prefix("-> ") {
                Some(target) => symlink(target, &file)?,
                None if path == ".dockerignore" => fs::write(&file, text)?,
                None => fs::write(&file, content(text, token))?,
            }
        }
        let dockerfile = context.join("Dockerfile");
        fs::write(&dockerfile, self.text(token))?;
        for entry in walkdir::WalkDir::new(context) {
            let entry = entry?;
            if !entry.path_is_symlink() {
                let mode = if entry.file_type().is_dir() { 0o755 } else { 0o644 };
                fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode))?;
            }
        }
        for (path, mode) in &self.modes {
            fs::set_permissions(context.join(path), fs::Permissions::from_mode(u32::from_str_radix(mode, 8)?))?;
        }
        Ok(dockerfile)
    }

    /// What the simulator says of `step`, with the context as it was laid out with `token`.
    pub fn simulate(&self, step: &Step, context: &Path, builder: Builder, token: &str) -> Result<Simulation> {
        let dockerfile = Dockerfile::parse(self.text(token));
        ensure!(dockerfile.errors().is_empty(), "{:?}", dockerfile.errors());
        let model = BuildModel::new(&dockerfile);
        let path = context.join("Dockerfile");
        let context = BuildContext::open(context, Some(&path), &[builder.in_settings()], &Repositories::new())?;
        let build = Build {
            dockerfile: &dockerfile,
            model: &model,
            context: Some(&context),
            builder,
            target: step.target.as_deref(),
        };
        Ok(simulate(&build, &step.change())?)
    }
}

/// What a simulation says, as a pair writes it.
pub fn written(simulation: &Simulation) -> String {
    let word = |verdict: Verdict, line: usize| match verdict {
        Verdict::Rebuilt => Some(line.to_string()),
        Verdict::Depends => Some(format!("?{line}")),
        _ => None,
    };
    let words: Vec<String> = simulation.rows.iter().filter_map(|row| word(row.verdict, row.line)).collect();
    words.join(" ")
}

/// What a pair says, without what was measured.
pub fn expected(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_end_matches(['+', '-'])).collect();
    words.join(" ")
}
