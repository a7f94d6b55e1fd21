//! A source whose change shows what the fix gives: one of those that people change every day, as far as names tell.

use std::path::Path;

use crate::context::{Entry, IgnoreFile};
use crate::finding::{Finding, Target};
use crate::model::{CopyFrom, StepKind};
use crate::rules::RuleContext;
use crate::settings::Builder;

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
    let files = context.files_of(copy.sources.iter().map(|source| source.text.as_str()));
    let fits = |entry: &&Entry| {
        let kept = !ignored.matcher().excludes(&entry.path, Builder::Buildkit);
        kept && !first.contains(&entry.path.as_str())
    };
    let best = files.iter().filter(fits).max_by_key(|entry| (entry.likelihood(), std::cmp::Reverse(&entry.path)));
    best.map(|entry| entry.path.clone())
}
