//! Where root may run a RUN that stands below a USER.

use super::Job;
use super::owner::Target;
use super::reading::Change;
use crate::model::{Base, Scope, Step, StepId, StepKind, User, path};
use crate::rules::RuleContext;
use crate::syntax::{SyntaxKind, UserInstruction};

/// How root comes to run it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It moves above the USER at this step.
    AboveUser(StepId),
    /// The USER at this step moves below it.
    UserBelow(StepId),
    /// Between `USER root` and the user that was, as written.
    Pair(String),
}

/// The place for the changes of `jobs`, which stand directly one below the other; `only` names those of the first that move.
pub fn place(ctx: &RuleContext<'_>, jobs: &[Job<'_>], only: Option<&[usize]>) -> Option<Place> {
    let first = jobs.first()?;
    if let Some(user) = user_step(ctx, first.id).filter(|user| root_above(ctx, *user)) {
        let changes = || {
            jobs.iter().flat_map(|job| {
                let chosen = move |index: &usize| only.is_none_or(|only| only.contains(index));
                (0..job.reading.changes.len()).filter(chosen).map(move |index| (job, index))
            })
        };
        if changes().all(|(job, index)| may_move_up(ctx, user, job, index)) {
            return Some(Place::AboveUser(user));
        }
        if user_may_move_down(ctx, user, first.id) && !user_follows(ctx, jobs[jobs.len() - 1].id) {
            return Some(Place::UserBelow(user));
        }
    }
    pair(ctx, first.id)
}

/// A pair around a RUN at `id`, where it is known how to get back to the user that was.
pub fn pair(ctx: &RuleContext<'_>, id: StepId) -> Option<Place> {
    user_text(ctx, id).map(Place::Pair)
}

/// The USER that is in force, if it stands in the same stage.
fn user_step(ctx: &RuleContext<'_>, id: StepId) -> Option<StepId> {
    let span = ctx.model.step(id).scope.user_span?;
    let steps = &ctx.model.stages[id.stage].steps[..id.step];
    let step = steps.iter().rposition(|step| step.instruction.span() == span)?;
    Some(StepId { stage: id.stage, step })
}

/// Whether it is certain that root runs what stands directly above the USER.
fn root_above(ctx: &RuleContext<'_>, user: StepId) -> bool {
    let scope = &ctx.model.step(user).scope;
    let by_base = scope.user_span.is_none() && base_overridable(ctx, user.stage);
    scope.user == User::Root && !scope.user_overridable && !by_base
}

fn base_overridable(ctx: &RuleContext<'_>, stage: usize) -> bool {
    ctx.model.lineage(stage).first().is_some_and(|first| ctx.model.stages[*first].base_overridable)
}

/// Whether nothing between the USER and the RUN matters to a change.
fn may_move_up(ctx: &RuleContext<'_>, user: StepId, job: &Job<'_>, index: usize) -> bool {
    let change = &job.reading.changes[index];
    let (above, here) = (&ctx.model.step(user).scope, &ctx.model.step(job.id).scope);
    let targets = &job.targets[index];
    let is_copied_above = |target: &Target| matches!(target, Target::Broken(broken) if broken.copy < user);
    if above.shell != here.shell || targets.is_empty() || !targets.iter().all(is_copied_above) {
        return false;
    }
    if !change.paths.iter().all(|word| means_the_same(job, change, word, above, here)) {
        return false;
    }
    let operand = change.operand.is_none_or(|word| {
        let value = job.reading.value(word, here);
        value.is_some() && value == job.reading.value(word, above)
    });
    let single = !change.recursive && change.paths.iter().all(|word| !word.glob());
    let names: Vec<String> = job.broken().map(|broken| path::file_name(&broken.path).to_owned()).collect();
    let steps = &ctx.model.stages[user.stage].steps[user.step + 1..job.id.step];
    operand && steps.iter().all(|step| leaves_alone(step, single, &names))
}

/// Whether a path is the same above the USER.
fn means_the_same(job: &Job<'_>, change: &Change<'_>, word: &crate::shell::Word, above: &Scope, here: &Scope) -> bool {
    let path = |scope: &Scope| job.reading.path(word, &change.directory, scope);
    let pattern = |scope: &Scope| job.reading.pattern(word, &change.directory, scope);
    match path(here) {
        Some(found) => path(above) == Some(found),
        None => pattern(here).is_some_and(|found| pattern(above) == Some(found)),
    }
}

/// Whether a step can neither see the change nor bring what it would change: files by name, or with less certainty.
fn leaves_alone(step: &Step, single: bool, names: &[String]) -> bool {
    match &step.kind {
        StepKind::Run(run) => {
            let changes_only = super::reading::read(run).is_some_and(|reading| reading.alone);
            changes_only || (single && !names.iter().any(|name| run.mentions(name)))
        }
        // The last copy that brings the path stands above the USER, so this one does not.
        StepKind::Copy(_) => true,
        _ => single || step.instruction.kind() != SyntaxKind::WorkdirInstruction,
    }
}

/// Whether only what does not ask for the user stands between the USER and the RUN.
fn user_may_move_down(ctx: &RuleContext<'_>, user: StepId, run: StepId) -> bool {
    let steps = &ctx.model.stages[user.stage].steps;
    let neutral = |step: &Step| {
        matches!(
            step.instruction.kind(),
            SyntaxKind::CopyInstruction
                | SyntaxKind::AddInstruction
                | SyntaxKind::EnvInstruction
                | SyntaxKind::ArgInstruction
                | SyntaxKind::LabelInstruction
                | SyntaxKind::ExposeInstruction
        )
    };
    let text = written(&steps[user.step]);
    let value = |scope: &Scope| scope.expand(&text, steps[user.step].instruction.escape());
    let same = !text.contains('$') || value(&steps[user.step].scope) == value(&steps[run.step].scope);
    same && steps[user.step + 1..run.step].iter().all(neutral)
}

/// The argument of a USER, as written.
fn written(step: &Step) -> String {
    UserInstruction::cast(&step.instruction).and_then(|user| user.value()).map(|word| word.text()).unwrap_or_default()
}

/// What to write behind USER for the user that holds at `id`: as it was written, where that still means the same.
fn user_text(ctx: &RuleContext<'_>, id: StepId) -> Option<String> {
    let scope = &ctx.model.step(id).scope;
    let Some(span) = scope.user_span else {
        let base = *ctx.model.lineage(id.stage).first()?;
        return match &ctx.model.stages[base].base {
            Base::Image(reference) => reference.known().map(|known| known.user.to_owned()),
            _ => None,
        };
    };
    let mut steps = ctx.model.stages.iter().flat_map(|stage| &stage.steps);
    let user = steps.find(|step| step.instruction.span() == span)?;
    let text = written(user);
    if !text.contains('$') {
        return Some(text);
    }
    let escape = user.instruction.escape();
    let (there, here) = (user.scope.expand(&text, escape)?, scope.expand(&text, escape));
    if here.as_ref() == Some(&there) {
        return Some(text);
    }
    (!there.overridable).then_some(there.value)
}

/// Whether the next instruction is a USER, so that none has to be put back.
pub fn user_follows(ctx: &RuleContext<'_>, id: StepId) -> bool {
    let next = ctx.model.stages[id.stage].steps.get(id.step + 1);
    next.is_some_and(|step| step.instruction.kind() == SyntaxKind::UserInstruction)
}

/// The word for root: as the file writes it elsewhere.
pub fn root_text(ctx: &RuleContext<'_>, id: StepId) -> String {
    let before = ctx.model.history(id.stage).into_iter().filter(|step| *step < id);
    let mut users = before.rev().map(|step| ctx.model.step(step)).filter_map(|step| {
        let text = UserInstruction::cast(&step.instruction)?.value()?.text();
        (User::parse(&text) == User::Root).then_some(text)
    });
    users.next().unwrap_or_else(|| "root".to_owned())
}
