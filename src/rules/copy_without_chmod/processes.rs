//! What a container runs: the processes of ENTRYPOINT, CMD and HEALTHCHECK.

use super::programs::{candidates, small_text};
use crate::model::landing::{Landing, Origin};
use crate::model::{Base, Process, StepId, StepKind, directly_run};
use crate::rules::RuleContext;

/// What a container of the stage runs: the last ENTRYPOINT, HEALTHCHECK, and CMD if it is a command of its own.
pub fn processes<'a>(ctx: &'a RuleContext<'_>, stage: usize, history: &[StepId]) -> Vec<&'a Process> {
    let is_final = ctx.model.final_stages().contains(&stage);
    let own = |id: &&StepId| is_final || id.stage == stage;
    let mut entrypoint = None;
    let mut command = None;
    let mut healthcheck = None;
    for id in history.iter().filter(own) {
        match &ctx.model.step(*id).kind {
            StepKind::Entrypoint(process) => {
                // ENTRYPOINT resets a CMD that an image below has, but not one of the same stage.
                entrypoint = Some(process);
            }
            StepKind::Cmd(process) => command = Some(process),
            StepKind::Healthcheck(process) => healthcheck = process.as_ref(),
            _ => {}
        }
    }
    // Behind an ENTRYPOINT, CMD is a list of arguments, except for one that runs its arguments.
    let runs_arguments = match entrypoint {
        Some(entrypoint) => hands_over(ctx, stage, history, entrypoint),
        None => !begins_with_interpreter(ctx, stage),
    };
    entrypoint.into_iter().chain(command.filter(|_| runs_arguments)).chain(healthcheck).collect()
}

/// Whether the base image has an ENTRYPOINT that interprets what CMD names.
fn begins_with_interpreter(ctx: &RuleContext<'_>, stage: usize) -> bool {
    match &ctx.model.stages[ctx.model.lineage(stage)[0]].base {
        Base::Image(reference) => reference.known().is_some_and(|known| known.interpreter),
        _ => false,
    }
}

/// Whether an ENTRYPOINT runs its arguments: it is nothing but a wrapper such as `tini --`, or a script with `exec "$@"`.
fn hands_over(ctx: &RuleContext<'_>, stage: usize, history: &[StepId], entrypoint: &Process) -> bool {
    let Some(words) = &entrypoint.words else { return false };
    if words.is_empty() || directly_run(words).is_none() {
        return true;
    }
    let scope = &ctx.model.stages[stage].end;
    let Some(script) = words.last() else { return false };
    let Some(paths) = candidates(script, scope, scope.workdir.as_deref(), false) else { return false };
    let landing = Landing::new(ctx.model, ctx.build_context);
    let landed = paths.iter().find_map(|path| landing.writer(history, path));
    match landed.map(|landed| landed.origin) {
        Some(Origin::File(entry)) => small_text(ctx, &entry).is_some_and(|text| text.lines().any(hands_over_arguments)),
        _ => false,
    }
}

/// Whether a line of a script is `exec "$@"`, or the like with a wrapper in between.
fn hands_over_arguments(line: &str) -> bool {
    line.trim_start().starts_with("exec ") && line.contains("\"$@\"")
}
