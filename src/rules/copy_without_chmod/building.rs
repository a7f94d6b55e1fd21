//! Copied files that a RUN reads as somebody who may not.

use super::names;
use super::needs::{Need, Use, bytes, copied_mode, missing_elsewhere};
use super::people::{Place, classes, runner, switched};
use super::programs::mounted;
use crate::model::access::{Classes, READ};
use crate::model::effects::{Question, effects, working_directory};
use crate::model::landing::{Landed, Landing, Origin};
use crate::model::{CopyFrom, Run, RunCommand, Step, StepId, StepKind, path};
use crate::rules::RuleContext;
use crate::shell::{Word, invocation};

/// Programs that do not open what they are given.
const NOT_READERS: [&str; 17] = [
    "chgrp", "chmod", "chown", "echo", "export", "find", "ln", "ls", "mkdir", "mv", "printf", "rm", "rmdir", "stat",
    "test", "touch", "[",
];

/// Files that the RUN instructions of `stage` name which are not root's.
pub fn needs(ctx: &RuleContext<'_>, stage: usize) -> Vec<Need> {
    if ctx.context_of(stage).is_none() {
        return Vec::new();
    }
    let history = ctx.model.history(stage);
    let mut found = Vec::new();
    for (position, id) in history.iter().enumerate() {
        let step = ctx.model.step(*id);
        if let StepKind::Run(run) = &step.kind
            && id.stage == stage
            && step.scope.user.other().is_some()
        {
            found.extend(Reads { ctx, id: *id, step, history: &history[..position] }.needs(run));
        }
    }
    found
}

/// A RUN of somebody who is not root.
struct Reads<'a> {
    ctx: &'a RuleContext<'a>,
    id: StepId,
    step: &'a Step,
    history: &'a [StepId],
}

impl Reads<'_> {
    fn needs(&self, run: &Run) -> Vec<Need> {
        let mounted = mounted(&self.step.instruction, &self.step.scope);
        let paths = self.paths(run).into_iter();
        let paths = paths.filter(|path| !mounted.iter().any(|mount| path::below(mount, path).is_some()));
        paths.filter_map(|path| self.need(&path)).collect()
    }

    /// The paths that commands name as arguments.
    fn paths(&self, run: &Run) -> Vec<String> {
        let scope = &self.step.scope;
        let arguments = |words: &[Word], directory: Option<&str>| -> Vec<String> {
            let Some(found) = invocation(words) else { return Vec::new() };
            let reads = |name: &str| !NOT_READERS.contains(&path::file_name(name));
            if switched(words, &found).is_some() || !words[found.program].literal().is_some_and(reads) {
                return Vec::new();
            }
            let values = words[found.program + 1..].iter().filter_map(|word| word.resolve(|name| scope.variable(name)));
            let paths = values.filter(|value| !value.is_empty() && !value.starts_with('-'));
            paths.filter_map(|value| absolute(directory, &value)).collect()
        };
        match &run.command {
            RunCommand::Exec(words) => arguments(words, scope.workdir.as_deref()),
            RunCommand::Foreign => Vec::new(),
            RunCommand::Shell(_) => {
                let steps = run.steps().unwrap_or_default();
                let all = steps.iter().flat_map(|step| {
                    let directory = working_directory(scope, &step.directory);
                    arguments(&step.command.words, directory.as_deref())
                });
                all.collect()
            }
        }
    }

    fn need(&self, path: &str) -> Option<Need> {
        let landed = Landing::new(self.ctx.model, self.ctx.build_context).writer(self.history, path)?;
        let Origin::File(entry) = &landed.origin else { return None };
        let classes = self.classes(&landed)?;
        let mode = copied_mode(&landed.origin).filter(|mode| classes.lack(*mode, READ))?;
        let after: Vec<StepId> = self.history.iter().copied().filter(|id| *id > landed.copy).collect();
        let question = Question { path, old: mode & 0o700, wanted: classes.wanted(READ) };
        let seen = effects(self.ctx.model, &after, &question);
        if seen.mode_given || seen.replaced || seen.owner_changed || names::is_secret(&entry.path) {
            return None;
        }
        let user = self.step.scope.user.other().unwrap_or_default();
        let (level, doubt) = missing_elsewhere(entry, landed.named);
        Some(Need {
            copy: landed.copy,
            usage: Use::Read,
            problem: format!("has mode {mode:03o}, and `{user}`, who runs the RUN that names it, cannot read it"),
            level,
            doubt,
            bytes: bytes(&landed),
            mode: Some(mode),
            related: Some((self.step.span(), format!("runs as `{user}`"))),
            named: landed.named,
            secret: false,
            path: landed.path,
        })
    }

    /// Whose bits of the file decide; `None` if the copy says enough of its mode.
    fn classes(&self, landed: &Landed) -> Option<Classes> {
        let StepKind::Copy(copy) = &self.ctx.model.step(landed.copy).kind else { return None };
        if copy.chmod.is_some() || copy.from != CopyFrom::Context {
            return None;
        }
        let process = runner(self.ctx, Place::Step(self.id), &self.step.scope, None);
        classes(self.ctx, &process, landed.copy)
    }
}

fn absolute(directory: Option<&str>, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return Some(path::absolute("/", path));
    }
    directory.map(|directory| path::absolute(directory, path))
}
