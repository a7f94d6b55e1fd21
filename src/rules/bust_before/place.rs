//! What the user means by a path, the name of a stage, or the number of a line.

use crate::context::BuildContext;
use crate::model::{Base, Copy, CopyFrom, Source, SourceKind, StepId, StepKind, bust, path};
use crate::rules::RuleContext;
use crate::syntax::SyntaxKind;
use crate::text::LineIndex;

/// What was found.
pub(super) enum Place {
    /// The COPY, ADD or RUN.
    Step(StepId),
    /// Nothing; the sentence says why.
    Nowhere(String),
}

/// What `at` names.
pub(super) fn find(ctx: &RuleContext<'_>, at: &str) -> Place {
    let at = at.trim();
    if at.is_empty() {
        return Place::Nowhere("nothing is named: `--bust-before PATH|STAGE|LINE`".to_owned());
    }
    if at.bytes().all(|byte| byte.is_ascii_digit()) {
        return line(ctx, at);
    }
    let name = at.to_lowercase();
    if let Some(stage) = ctx.model.stages.iter().position(|stage| stage.name.as_deref() == Some(name.as_str())) {
        return match built(ctx, stage).first() {
            Some(id) => Place::Step(*id),
            None => Place::Nowhere("the stage has no COPY, ADD or RUN".to_owned()),
        };
    }
    let all = (0..ctx.model.stages.len()).flat_map(|stage| built(ctx, stage));
    let mut brings = all.filter(|id| match &ctx.model.step(*id).kind {
        StepKind::Copy(copy) => is_brought(ctx, copy, at),
        _ => false,
    });
    brings.next().map_or_else(
        || Place::Nowhere("no COPY brings a path, and no stage has a name, that reads so".to_owned()),
        Place::Step,
    )
}

/// What is built in a stage and in its triggers, in the order of the file. The RUN of a point is a part of the point.
fn built(ctx: &RuleContext<'_>, stage: usize) -> Vec<StepId> {
    let stages = &ctx.model.stages;
    let own = |index: &usize| *index == stage || (stages[*index].triggers && stages[*index].base == Base::Stage(stage));
    let steps = |stage: usize| (0..stages[stage].steps.len()).map(move |step| StepId { stage, step });
    let all = (0..stages.len()).filter(own).flat_map(steps);
    let is_built = |id: &StepId| match &ctx.model.step(*id).kind {
        StepKind::Copy(_) => true,
        StepKind::Run(run) => !(bust::is_idle(run) && bust::directly_above(ctx.model, *id).is_some()),
        _ => false,
    };
    let mut built: Vec<StepId> = all.filter(is_built).collect();
    built.sort_by_key(|id| ctx.model.step(*id).span());
    built
}

/// The first thing that is built at or below a line, in the stage that the line is in.
fn line(ctx: &RuleContext<'_>, number: &str) -> Place {
    let text = ctx.dockerfile.text();
    let index = LineIndex::new(text);
    let Some(place) = number.parse().ok().and_then(|number| index.line_span(number)) else {
        return Place::Nowhere("the file has no such line".to_owned());
    };
    let instructions = ctx.dockerfile.instructions();
    // A FROM ends the stage in front of it, with its own comments.
    let froms = || instructions.iter().filter(|it| it.kind() == SyntaxKind::FromInstruction);
    let above = froms().filter(|from| from.full_span().start <= place.start).count();
    let real = ctx.model.stages.iter().enumerate().filter(|(_, stage)| !stage.triggers);
    let Some((stage, _)) = real.clone().nth(above.saturating_sub(1)) else {
        return Place::Nowhere("the file has no stage".to_owned());
    };
    let at_or_below = |id: &StepId| ctx.model.step(*id).outer.full_span().end > place.start;
    match built(ctx, stage).into_iter().find(at_or_below) {
        Some(id) => Place::Step(id),
        None => Place::Nowhere("no COPY, ADD or RUN stands there or below it in the stage".to_owned()),
    }
}

/// Whether a copy brings the path, or brings something there.
fn is_brought(ctx: &RuleContext<'_>, copy: &Copy, wanted: &str) -> bool {
    let own = plain(wanted);
    let source = |source: &Source| match source.kind {
        SourceKind::Path | SourceKind::Unknown => covers(ctx.build_context, copy, &source.text, &own),
        SourceKind::Url | SourceKind::Git | SourceKind::Heredoc => source.text == wanted,
    };
    let destination = || {
        copy.destination.path.as_deref().filter(|_| wanted.starts_with('/')).is_some_and(|there| {
            there == wanted.trim_end_matches('/')
                || path::below(there, wanted).is_some_and(|rest| may_hold(ctx.build_context, copy, rest))
        })
    };
    destination() || (copy.from == CopyFrom::Context || wanted.starts_with('/')) && copy.sources.iter().any(source)
}

/// Whether a copy may bring something to `rest` below its destination.
fn may_hold(context: Option<&BuildContext>, copy: &Copy, rest: &str) -> bool {
    let first = rest.split('/').next().unwrap_or_default();
    let Some(context) = context.filter(|_| copy.from == CopyFrom::Context) else {
        return copy.destination.directory || copy.from != CopyFrom::Context;
    };
    copy.sources.iter().any(|source| {
        let inside = plain(&format!("{}/{rest}", source.text));
        let directory = context.entry(&source.text).is_some_and(|entry| entry.is_directory());
        let file = copy.destination.directory && path::file_name(&source.text) == first;
        if directory { context.entry(&inside).is_some() } else { file }
    })
}

/// Whether a source is the path, or a directory above it, or matches it.
fn covers(context: Option<&BuildContext>, copy: &Copy, source: &str, wanted: &str) -> bool {
    let plain_source = plain(source);
    let from_context = copy.from == CopyFrom::Context;
    if plain_source.is_empty() {
        return from_context && !wanted.starts_with('/');
    }
    let below = |directory: &str| wanted.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'));
    if plain_source == wanted || below(&plain_source) {
        return true;
    }
    let is_glob = source.contains(['*', '?', '[']);
    let matched = |context: &BuildContext| {
        context.matches(source).found.iter().any(|found| found.path == wanted || below(&found.path))
    };
    from_context && is_glob && context.is_some_and(matched)
}

/// A path of the context without `./` and slashes around it.
fn plain(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    parts.collect::<Vec<_>>().join("/")
}
