//! Paths that the program writes, on evidence: the option `when = "written"`.

use super::commands::{program, resolve};
use super::images::Image;
use super::landed::Landed;
use crate::model::{StepId, StepKind, path};
use crate::rules::RuleContext;

/// Names of directories that programs write into.
const DIRECTORIES: [&str; 22] = [
    "data",
    "database",
    "db",
    "log",
    "logs",
    "upload",
    "uploads",
    "tmp",
    "temp",
    "var",
    "cache",
    "caches",
    "storage",
    "media",
    "run",
    "spool",
    "sessions",
    "session",
    "backup",
    "backups",
    "output",
    "downloads",
];

/// Endings of files that programs write.
const ENDINGS: [&str; 7] = [".sqlite", ".sqlite3", ".db", ".db3", ".log", ".pid", ".mdb"];

/// What shows that the program writes somewhere.
pub struct Evidence {
    /// The same, in words.
    pub what: String,
    /// If it is about a part of what the copy brings: that this is so.
    pub part: Option<String>,
}

/// What shows that the program writes at a path, or at a part of it that the copy brings; `None` if nothing does.
pub fn evidence(ctx: &RuleContext<'_>, landed: &Landed, image: &Image<'_>) -> Option<Evidence> {
    let whole = by_volume(ctx, landed, image).or_else(|| by_name(landed)).or_else(|| by_run(ctx, landed, image));
    let whole = whole.map(|what| Evidence { what, part: None });
    whole.or_else(|| part(ctx, landed, image))
}

/// A directory below that the program writes, and that the copy brings.
fn part(ctx: &RuleContext<'_>, landed: &Landed, image: &Image<'_>) -> Option<Evidence> {
    let context = ctx.build_context?;
    let from = landed.in_context.as_ref().filter(|_| landed.directory == Some(true))?;
    let brought = |path: &str| {
        let inside = path::below(&landed.path, path).filter(|inside| !inside.is_empty())?;
        context.entry(path::join(&format!("/{from}"), inside).trim_start_matches('/')).map(|_| ())
    };
    let volumes = volumes(ctx, image).map(|volume| (volume.clone(), format!("`{volume}` is a volume")));
    let made =
        image.history.iter().flat_map(|id| made(ctx, *id)).filter(|(_, target)| is_written(path::file_name(target)));
    let made = made.map(|(_, target)| (target.clone(), format!("a RUN makes `{target}`")));
    let (path, what) = volumes.chain(made).find(|(path, _)| brought(path).is_some())?;
    let part = format!("only `{path}` is written: it takes a copy of its own, which can give it away alone");
    Some(Evidence { what, part: Some(part) })
}

fn volumes<'a>(ctx: &RuleContext<'a>, image: &Image<'_>) -> impl Iterator<Item = &'a String> {
    let model = ctx.model;
    let found: Vec<&'a String> = image
        .history
        .iter()
        .filter_map(|id| match &model.step(*id).kind {
            StepKind::Volume(volumes) => Some(volumes),
            _ => None,
        })
        .flatten()
        .collect();
    found.into_iter()
}

fn by_volume(ctx: &RuleContext<'_>, landed: &Landed, image: &Image<'_>) -> Option<String> {
    let covers = |volume: &&String| path::below(volume, &landed.path).is_some();
    volumes(ctx, image).find(covers).map(|volume| format!("`{volume}` is a volume"))
}

fn by_name(landed: &Landed) -> Option<String> {
    let name = path::file_name(&landed.path).to_ascii_lowercase();
    if landed.directory == Some(false) {
        if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            return Some(format!("programs write files such as `{name}`"));
        }
        let parent = path::file_name(path::parent(&landed.path)).to_ascii_lowercase();
        return is_written(&parent).then(|| format!("programs write into directories such as `{parent}`"));
    }
    is_written(&name).then(|| format!("programs write into directories such as `{name}`"))
}

fn is_written(name: &str) -> bool {
    DIRECTORIES.contains(&name)
}

/// A RUN gives the directory to somebody, or makes a file in it that programs write.
fn by_run(ctx: &RuleContext<'_>, landed: &Landed, image: &Image<'_>) -> Option<String> {
    let directory = match landed.directory {
        Some(false) => path::parent(&landed.path),
        _ => landed.path.as_str(),
    };
    let named = |name: &str| ENDINGS.iter().any(|ending| name.ends_with(ending));
    image.history.iter().flat_map(|id| made(ctx, *id)).find_map(|(program, target)| match program.as_str() {
        "chown" => (target == directory).then(|| format!("a RUN gives `{target}` away")),
        _ => {
            let inside = path::below(directory, &target)?;
            (landed.directory != Some(false) && !inside.contains('/') && named(&inside.to_ascii_lowercase()))
                .then(|| format!("a RUN makes `{target}`"))
        }
    })
}

/// What a step makes or gives away: the program, and the path.
fn made(ctx: &RuleContext<'_>, id: StepId) -> Vec<(String, String)> {
    let step = ctx.model.step(id);
    let StepKind::Run(run) = &step.kind else { return Vec::new() };
    let steps = run.steps().unwrap_or_default();
    let commands = steps.iter().filter_map(|command| {
        let name = program(&command.command.words)?;
        matches!(name, "mkdir" | "touch" | "install" | "chown").then_some((name, command))
    });
    commands
        .flat_map(|(name, command)| {
            let operands = command.command.arguments().iter().filter(|word| !word.raw.starts_with('-'));
            let paths = operands.filter_map(|word| resolve(word, &step.scope, &command.directory));
            paths.map(|path| (name.to_owned(), path)).collect::<Vec<_>>()
        })
        .collect()
}
