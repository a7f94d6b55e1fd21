//! Scripts that are copied to where programs are looked for, and that nobody could run there.

use super::needs::{Need, Use, missing_elsewhere};
use super::programs::BUILTINS;
use super::reading::{Reader, SEARCHED};
use crate::context::{BuildContext, Entry};
use crate::model::effects::{Question, effects};
use crate::model::landing::Landing;
use crate::model::{Copy, CopyFrom, SourceKind, StepId, StepKind, path};
use crate::rules::RuleContext;
use crate::settings::Applicability;

/// Files with `#!` but without x that the image of `stage` has in its search path.
pub fn needs(ctx: &RuleContext<'_>, stage: usize) -> Vec<Need> {
    let history = ctx.model.history(stage);
    let reader = Reader { single: true, ..Reader::new(ctx, None, history) };
    let mut found = Vec::new();
    for id in &reader.history {
        if let (StepKind::Copy(copy), Some(context)) = (&ctx.model.step(*id).kind, ctx.context_of(id.stage)) {
            let files = files(&reader, context, *id, copy);
            found.extend(files.into_iter().filter_map(|file| need(&reader, context, *id, file)));
        }
    }
    found
}

/// A file that a copy brings to a directory in which programs are looked for.
struct Searched {
    path: String,
    entry: Entry,
    named: bool,
}

fn files(reader: &Reader<'_>, context: &BuildContext, id: StepId, copy: &Copy) -> Vec<Searched> {
    let is_plain = copy.from == CopyFrom::Context && copy.chmod.is_none() && !copy.parents && copy.excludes.is_empty();
    let Some(destination) = copy.destination.path.as_deref().filter(|_| is_plain && !copy.add) else {
        return Vec::new();
    };
    let is_searched = |path: &str| SEARCHED.contains(&path);
    if !is_searched(destination) && !is_searched(path::parent(destination)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for source in copy.sources.iter().filter(|source| source.kind == SourceKind::Path) {
        let matches = context.matches(&source.text);
        let several = matches.found.len() > 1;
        for item in &matches.found {
            let name = path::file_name(&item.path);
            if item.entry.is_directory() && is_searched(destination) {
                let root = format!("/{}", item.entry.path);
                let walk = context.walk(&item.entry.path);
                found.extend(walk.files().filter_map(|entry| {
                    let source = format!("/{}", entry.path);
                    let inside = path::below(&root, &source).filter(|inside| !inside.contains('/'))?;
                    Some(Searched { path: path::join(destination, inside), entry: entry.clone(), named: false })
                }));
            } else if item.entry.is_file() {
                let (path, doubt) =
                    if several { (path::join(destination, name), None) } else { reader.target(id, copy, name) };
                if doubt.is_none() && is_searched(path::parent(&path)) {
                    found.push(Searched { path, entry: item.entry.clone(), named: !matches.glob });
                }
            }
        }
    }
    found
}

fn need(reader: &Reader<'_>, context: &BuildContext, id: StepId, file: Searched) -> Option<Need> {
    let Searched { path, entry, named } = file;
    let lacks_on_disk = entry.mode.map(|mode| mode & 0o111 == 0);
    let problem = match (lacks_on_disk, entry.executable_in_git()) {
        (Some(true), _) => "lacks the x bit",
        (Some(false) | None, Some(false)) => "has no x bit in git, so a checkout elsewhere lacks it",
        _ => return None,
    };
    if !context.first_bytes(&entry).is_some_and(|start| start.starts_with(b"#!")) {
        return None;
    }
    let ctx = reader.ctx;
    let name = path::file_name(&path);
    if is_something_else(reader, name) || is_named(reader, name) {
        return None;
    }
    let written = Landing::new(ctx.model, ctx.build_context).writer(&reader.history, &path);
    let after: Vec<StepId> = reader.history.iter().copied().filter(|step| *step > id).collect();
    let question = Question { path: &path, old: entry.mode.map_or(0o644, |mode| mode & 0o666), wanted: 0o100 };
    let seen = effects(ctx.model, &after, &question);
    if seen.mode_given || seen.replaced || written.is_none_or(|landed| landed.copy != id) {
        return None;
    }
    let doubt = "nothing in the file shows that somebody runs it by its name";
    let (level, doubt) = match missing_elsewhere(&entry, named) {
        (Applicability::Safe, _) => (Applicability::Unsafe, Some(doubt.to_owned())),
        found => found,
    };
    Some(Need {
        copy: id,
        usage: Use::Execute,
        problem: format!("begins with `#!` and lies where programs are looked for, but {problem}"),
        level,
        doubt,
        bytes: Some(entry.size),
        mode: entry.mode,
        related: None,
        named,
        secret: false,
        path,
    })
}

/// Whether an instruction speaks of a file: who starts it is known then.
fn is_named(reader: &Reader<'_>, name: &str) -> bool {
    let text = reader.ctx.dockerfile.text();
    let steps = reader.history.iter().map(|id| reader.ctx.model.step(*id));
    let others = steps.filter(|step| !matches!(step.kind, StepKind::Copy(_)));
    others.into_iter().any(|step| step.span().of(text).contains(name))
}

/// Whether a command of this name is not the file: shells have it built in, or a RUN makes a function of it.
fn is_something_else(reader: &Reader<'_>, name: &str) -> bool {
    let is_function = |id: &StepId| match &reader.ctx.model.step(*id).kind {
        StepKind::Run(run) => run.mentions(&format!("{name}()")) || run.mentions(&format!("{name} ()")),
        _ => false,
    };
    BUILTINS.contains(&name) || reader.history.iter().any(is_function)
}
