//! What the fix of a finding gives, asked of the cache simulator: the same change, with the file as it is and with the fix in it.

use crate::context::IgnoreFile;
use crate::finding::{Finding, Fix};
use crate::fix::{Plan, Texts};
use crate::model::cache::{Build, Builder, Cause, Gain};
use crate::model::{BuildModel, Stage, Step};
use crate::rules::{Rule, RuleContext};
use crate::syntax::Dockerfile;

/// What `fix` gives. `None` where the rule is not about the cache, no builder of the settings is simulated, or the simulator sees no
/// difference, as in a file of which it cannot tell what is built.
#[must_use]
pub fn of(ctx: &RuleContext<'_>, texts: &Texts, finding: &Finding, fix: &Fix, rule: &dyn Rule) -> Option<Gain> {
    let cause = rule.gains(ctx, finding)?;
    let mut plan = Plan::new();
    if !plan.accept(fix) {
        return None;
    }
    let after = plan.apply(texts);
    if let Cause::Path(path) = &cause
        && let Some(text) = &after.dockerignore
        && after.dockerignore != texts.dockerignore
    {
        let ignore = IgnoreFile::parse(std::path::Path::new(".dockerignore"), text.clone());
        if ctx.settings.builders.iter().any(|builder| ignore.matcher().excludes(path, *builder)) {
            return None;
        }
    }
    let dockerfile = Dockerfile::parse(after.dockerfile);
    let model = BuildModel::new(&dockerfile);
    let stage = written_stage(ctx.model, finding)?;
    let mut gain = Gain { cause, on: Vec::new() };
    for builder in [Builder::Buildkit, Builder::Classic] {
        if !ctx.settings.builders.contains(&builder.in_settings()) {
            continue;
        }
        let context = ctx.build_context;
        let before = Build { dockerfile: ctx.dockerfile, model: ctx.model, context, builder, target: None };
        let after = Build { dockerfile: &dockerfile, model: &model, ..before };
        gain.measure(&before, &after, stage).ok()?;
    }
    gain.is_positive().then_some(gain)
}

/// The stage of a finding, counted as stages are written; the first one for what stands above FROM. `None` for triggers, which run
/// in another build.
fn written_stage(model: &BuildModel, finding: &Finding) -> Option<usize> {
    // The last one that begins in front of it: a command may stand in a heredoc, behind its instruction.
    let begins = |step: &&Step| step.outer.span().start <= finding.span.start;
    let last = |stage: &Stage| stage.steps.iter().filter(begins).map(|step| step.outer.span().start).max();
    let found = model.stages.iter().enumerate().filter_map(|(index, stage)| Some((last(stage)?, index))).max();
    let index = found.map(|(_, index)| index).unwrap_or_default();
    let before = model.stages[..index].iter().filter(|stage| !stage.triggers).count();
    (!model.stages.get(index)?.triggers).then_some(before)
}
