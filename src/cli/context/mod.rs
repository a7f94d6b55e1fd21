//! `dockfix context`: what the builders are sent of a directory, today and with the fixes.

mod builds;
mod plan;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::args::{CacheFormat, ContextOptions, GlobalOptions, RunOptions};
use super::names::Names;
use super::output::Output;
use super::settings::{Resolved, SettingsOf};
use super::work::tell_config_errors;
use super::{EXIT_FAILURE, EXIT_SUCCESS};
use crate::config::Loaded;
use crate::context::compose::BuildFiles;
use crate::context::survey::{RowKind, survey};
use crate::context::{BuildContext, GitState, Repositories};
use crate::report::context::{Document, LeftOut, Path as Shown};
use crate::settings::{Builder, Settings};
use builds::Desk;
pub use builds::Settled;
use plan::Plan;

/// How many paths are shown.
const ROWS: usize = 20;

/// Answers what `options` ask.
///
/// # Errors
/// Wrong usage, or a file that cannot be read.
pub fn run(options: &ContextOptions, global: &GlobalOptions, output: &mut Output) -> anyhow::Result<u8> {
    let names = Names::new(std::env::current_dir().context("the current folder is gone; go to another one")?);
    let given = options.directory.display();
    let root = std::fs::canonicalize(&options.directory)
        .with_context(|| format!("{given}: there is no such folder; give the build context"))?;
    if !root.is_dir() {
        bail!("{given}: no folder; give the build context, and the Dockerfile with `--file`");
    }
    let run_options = RunOptions::default();
    let mut settings = SettingsOf::new(&run_options, global.config.as_deref().map(Loaded::read));
    let settings = match settings.of(&root) {
        Resolved::Settings(settings, _) => settings,
        Resolved::Broken(loaded) => {
            tell_config_errors(output, &names, &loaded);
            return Ok(EXIT_FAILURE);
        }
    };
    let (repositories, build_files) = (Repositories::new(), BuildFiles::new());
    let question = Question { root: &root, files: &options.file, settled: None, most: None };
    let Counted { document, refused, .. } = document(&question, &settings, &names, &repositories, &build_files)?;
    for note in &document.notes {
        output.note(note);
    }
    for path in &document.unreadable {
        let path = if path.is_empty() { "." } else { path };
        output.error(&format!("{path}: cannot be read; a build that is sent it fails, so mend its mode or ignore it"));
    }
    match options.format {
        CacheFormat::Text => output.data(&document.text()),
        CacheFormat::Json => {
            output.json(&serde_json::to_string(&document)?);
            output.data("\n");
        }
    }
    // With nothing but Dockerfiles that no builder takes, half of the answer is missing.
    let answered = document.unreadable.is_empty() && !(refused && document.dockerfiles.is_empty());
    Ok(if answered { EXIT_SUCCESS } else { EXIT_FAILURE })
}

/// What is counted.
pub struct Question<'a> {
    /// The context, absolute and without links.
    pub root: &'a Path,
    /// The Dockerfiles that are built with it; all that are found where none is named.
    pub files: &'a [PathBuf],
    /// What the fixes make of ignore files, where that is known already.
    pub settled: Option<&'a [Settled]>,
    /// How many names are read at most.
    pub most: Option<u64>,
}

/// What it comes to.
pub struct Counted {
    /// The answer.
    pub document: Document,
    /// Whether there are Dockerfiles in it that builders refuse.
    pub refused: bool,
    /// How many names were read.
    pub read: u64,
}

/// Counts the context of `question`.
///
/// # Errors
/// A file or folder cannot be read, or there is more than is asked for at most.
pub fn document(
    question: &Question<'_>,
    settings: &Settings,
    names: &Names,
    repositories: &Repositories,
    build_files: &BuildFiles,
) -> anyhow::Result<Counted> {
    let context = BuildContext::open(question.root, None, &[Builder::Classic], repositories)?;
    let (repositories, build_files) = (repositories.clone(), build_files.clone());
    let desk = Desk { context: &context, repositories, build_files, settings, names, settled: question.settled };
    let mut notes = Vec::new();
    let builds::Builds { list: builds, refused } = desk.builds(question.files, &mut notes)?;
    if builds.is_empty() {
        let missed =
            if context.dockerfiles().complete { "" } else { " as far as was looked; name yours with `--file`" };
        notes.push(format!("no Dockerfile is built with this folder, so nothing says what BuildKit is sent{missed}"));
    }
    let mut plan = Plan::new(&builds, &context, &mut notes);
    plan.questions.most = question.most;
    let (document, read) = answer(&plan, &context, names, notes)?;
    Ok(Counted { document, refused, read })
}

/// Counts, and puts the numbers where they are told.
fn answer(
    plan: &Plan<'_>,
    context: &BuildContext,
    names: &Names,
    mut notes: Vec<String>,
) -> anyhow::Result<(Document, u64)> {
    let survey = survey(context.root(), &plan.questions);
    if survey.stopped {
        bail!("there is more in it than is read here; `dockfix context` counts it");
    }
    let weight = plan.buildkit.unwrap_or(plan.classic);
    let rows = survey.rows(weight.now, weight.after, ROWS);
    let paths: Vec<String> =
        rows.rows.iter().filter(|row| row.kind != RowKind::OtherFiles).map(|row| row.path.clone()).collect();
    let history = context.history(&paths);
    let commits = |path: &str| {
        let history = history.as_ref()?;
        let index = paths.iter().position(|known| known == path)?;
        history.changed.get(index).copied()
    };
    let shown = rows.rows.iter().map(|row| {
        let whole = row.kind != RowKind::OtherFiles;
        Shown {
            path: row.path.clone(),
            kind: match row.kind {
                RowKind::Directory => "directory",
                RowKind::File => "file",
                RowKind::OtherFiles => "other-files",
            },
            buildkit: plan.buildkit.map(|sides| sides.of(|column| row.totals[column])),
            classic: plan.classic.of(|column| row.totals[column]),
            brought_by: plan.labels(row.sources),
            git: if whole { git(context, &row.path) } else { None },
            commits: if whole { commits(&row.path) } else { None },
        }
    });
    if survey.not_utf8 > 0 {
        notes.push(format!("{} of the names are not UTF-8; they are shown with a � in them", survey.not_utf8));
    }
    if let Some(first) = survey.special.first() {
        let number = survey.special.len();
        notes.push(format!("pipes, sockets or devices are sent as well: {number}, as {first}"));
    }
    let document = Document {
        version: 1,
        context: Some(names.shown(context.root())).filter(|name| !name.is_empty()).unwrap_or_else(|| ".".to_owned()),
        ignore_file: context.ignore_file().map(|file| names.shown(file.path())),
        dockerfiles: plan.dockerfiles(&survey, names),
        buildkit: plan.buildkit.map(|sides| sides.of(|column| survey.total(column))),
        classic: plan.classic.of(|column| survey.total(column)),
        paths: shown.collect(),
        left_out: LeftOut {
            paths: rows.left_out,
            total: rows.rest.get(weight.now).copied().unwrap_or_default().into(),
        },
        commits: history.as_ref().map(|history| history.commits),
        unreadable: survey.unreadable.clone(),
        not_utf8: survey.not_utf8,
        special: survey.special.clone(),
        notes,
    };
    Ok((document, survey.read))
}

fn git(context: &BuildContext, path: &str) -> Option<&'static str> {
    match context.entry(path)?.git {
        GitState::Tracked { .. } => Some("tracked"),
        GitState::Ignored => Some("ignored"),
        GitState::Untracked => Some("untracked"),
        GitState::NoRepository | GitState::Unknown(_) => None,
    }
    .filter(|_| !path.split('/').any(|part| Path::new(part) == Path::new(".git")))
}
