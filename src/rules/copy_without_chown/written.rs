//! Paths that the program writes, on evidence: the option `when = "written"`.

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

/// What shows that the program writes below or at a path; `None` if nothing does.
pub fn evidence(ctx: &RuleContext<'_>, id: StepId, landed: &Landed, image: &Image<'_>) -> Option<String> {
    by_volume(ctx, landed, image).or_else(|| by_name(landed)).or_else(|| by_run(ctx, id, landed, image))
}

fn by_volume(ctx: &RuleContext<'_>, landed: &Landed, image: &Image<'_>) -> Option<String> {
    let volumes = image.history.iter().filter_map(|id| match &ctx.model.step(*id).kind {
        StepKind::Volume(volumes) => Some(volumes),
        _ => None,
    });
    let covers = |volume: &&String| path::below(volume, &landed.path).is_some();
    volumes.flatten().find(covers).map(|volume| format!("`{volume}` is a volume"))
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

/// A RUN makes the directory, or a file in it, for the program.
fn by_run(ctx: &RuleContext<'_>, id: StepId, landed: &Landed, image: &Image<'_>) -> Option<String> {
    if landed.directory == Some(false) {
        return None;
    }
    let written = |word: &str| {
        let last = path::file_name(word).to_ascii_lowercase();
        is_written(&last) || ENDINGS.iter().any(|ending| last.ends_with(ending))
    };
    image.history.iter().filter(|step| step.stage == id.stage).find_map(|step| {
        let step = ctx.model.step(*step);
        let StepKind::Run(run) = &step.kind else { return None };
        let steps = run.steps()?;
        steps.iter().find_map(|command| {
            let name = command.command.name().map(path::file_name)?;
            if !matches!(name, "mkdir" | "touch" | "install") {
                return None;
            }
            command.command.arguments().iter().find_map(|word| {
                let value = word.resolve(|name| step.scope.variable(name))?;
                let directory = crate::model::effects::working_directory(&step.scope, &command.directory)?;
                let target = path::absolute(&directory, &value);
                let inside = path::below(&landed.path, &target)?;
                (!inside.is_empty() && written(&target)).then(|| format!("a RUN makes `{target}` in it"))
            })
        })
    })
}
