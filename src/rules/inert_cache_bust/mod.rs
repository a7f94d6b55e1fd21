//! `inert-cache-bust`: an ARG that is there to miss the cache, and what is below it comes from the cache all the same.
//!
//! `global` is about those that stand above the first FROM.

mod global;

use super::{Rule, RuleContext};
use crate::finding::{Finding, Fix, Related, Target};
use crate::model::bust::{self, Reach};
use crate::model::cache::Cause;
use crate::model::rebuild::Again;
use crate::model::{Base, Copy, StepId, StepKind};
use crate::rewrite::bust_point::{self, Idle};
use crate::settings::Applicability;
use crate::syntax::SyntaxKind;
use crate::text::Span;

const SLUG: &str = "inert-cache-bust";

/// Texts longer than this are shortened where they are quoted.
const LONGEST_QUOTE: usize = 60;

/// The rule.
pub static RULE: InertCacheBust = InertCacheBust;

/// See `rules/inert-cache-bust/README.md`.
pub struct InertCacheBust;

impl Rule for InertCacheBust {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        global::check(ctx, findings);
        for (stage, content) in ctx.model.stages.iter().enumerate() {
            for (step, found) in content.steps.iter().enumerate() {
                let id = StepId { stage, step };
                let names = bust::names(&found.instruction);
                findings.extend(names.iter().filter_map(|name| finding(ctx, id, name)));
            }
        }
        findings.sort_by_key(|finding| finding.span);
    }

    /// A value of ENV is another one only in another text, which no build argument stands for.
    fn gains(&self, ctx: &RuleContext<'_>, finding: &Finding) -> Option<Cause> {
        let words = finding.span.of(ctx.dockerfile.text()).split_whitespace();
        let declares = words.take(2).any(|word| word.eq_ignore_ascii_case("arg"));
        bust_point::argument(finding).filter(|_| declares).map(Cause::Argument)
    }
}

fn finding(ctx: &RuleContext<'_>, id: StepId, name: &str) -> Option<Finding> {
    let environment = ctx.model.step(id).instruction.kind() == SyntaxKind::EnvInstruction;
    let later = || ctx.model.stages[id.stage].steps[id.step..].iter();
    let inherited = || ctx.model.stages.iter().any(|stage| !stage.triggers && stage.base == Base::Stage(id.stage));
    match bust::reach(ctx.model, id, name, ctx.dockerfile.text()) {
        Reach::Works => None,
        // What is built on the stage has the variable as well, and what ENV sets may be there to be read.
        Reach::Nothing if environment || inherited() || ctx.model.stages[id.stage].triggers => None,
        Reach::Nothing => Some(nothing_below(ctx, id, name)),
        // It is edited by hand, and meant for the first RUN below it.
        Reach::Misses { .. }
            if environment && (inherited() || later().any(|step| matches!(step.kind, StepKind::Run(_)))) =>
        {
            None
        }
        Reach::Misses { copy, classic } => missed(ctx, id, name, copy, classic),
    }
}

/// A point with a COPY below it.
fn missed(ctx: &RuleContext<'_>, id: StepId, name: &str, copy: StepId, classic: bool) -> Option<Finding> {
    let StepKind::Copy(brings) = &ctx.model.step(copy).kind else { return None };
    let declaration = &ctx.model.step(id).outer;
    let quoted = quote(ctx, ctx.model.step(copy).span());
    let change = if ctx.model.step(id).instruction.kind() == SyntaxKind::EnvInstruction { "ENV" } else { "ARG" };
    let why = why(brings, change, classic);
    let (applicability, reason, fix) = if brings.link {
        let command = bust_point::without_a_point(ctx.model, copy.stage, &ctx.rebuild());
        let reason = format!("{why}; and a COPY with --link is kept apart from all that is above it: `{command}`");
        (Applicability::Display, reason, None)
    } else {
        match bust_point::idle_run(ctx.model, StepId { step: id.step + 1, ..id }) {
            Idle::Fails(obstacle) => {
                let command = bust_point::without_a_point(ctx.model, copy.stage, &ctx.rebuild());
                (
                    Applicability::Display,
                    format!("{why}; a RUN in between would help, but {obstacle}: `{command}`"),
                    None,
                )
            }
            idle => {
                let arguments = bust_point::depends_on(name);
                let title = format!("insert `RUN {arguments}`, which adds an empty layer");
                let edit = declaration.insert_below(ctx.dockerfile.text(), &[("run", arguments)]);
                let reads = vec![(Target::Dockerfile, ctx.model.step(copy).span())];
                let fix = Fix { title, edits: vec![(Target::Dockerfile, edit)], reads };
                let reason = format!(
                    "{why}; a RUN in between does depend on it, and {} then reaches the copy",
                    value(ctx, name, change)
                );
                match idle {
                    Idle::Likely(doubt) => (Applicability::Unsafe, format!("{reason}; {doubt}"), Some(fix)),
                    _ => (Applicability::Safe, reason, Some(fix)),
                }
            }
        }
    };
    Some(Finding {
        rule: SLUG,
        span: declaration.span(),
        message: format!("`{change} {name}` does not make `{quoted}` run again"),
        reason,
        applicability,
        paths: Vec::new(),
        related: vec![Related { span: ctx.model.step(copy).span(), message: "taken from the cache".to_owned() }],
        fix,
    })
}

/// How another value is given.
fn value(ctx: &RuleContext<'_>, name: &str, change: &str) -> String {
    if change == "ENV" {
        return "another value".to_owned();
    }
    format!("`{}`", ctx.rebuild().command(Again::Below(name)))
}

/// Why a copy does not run again, and where.
fn why(copy: &Copy, change: &str, classic: bool) -> String {
    let keyword = if copy.add { "ADD" } else { "COPY" };
    match (change, classic) {
        ("ENV", _) => format!(
            "on BuildKit, the environment is no part of what a {keyword} depends on, so that another value in the text \
             changes nothing; the classic builder runs it again"
        ),
        (_, true) => format!(
            "on BuildKit, neither a build argument nor what is made of it is a part of what a {keyword} depends on; \
             the classic builder runs it again"
        ),
        (_, false) => format!(
            "a build argument is no part of what a {keyword} depends on, neither on BuildKit nor on the classic builder"
        ),
    }
}

/// A point at the end of a stage.
fn nothing_below(ctx: &RuleContext<'_>, id: StepId, name: &str) -> Finding {
    let declaration = &ctx.model.step(id).outer;
    let next = ctx.model.stages.get(id.stage + 1).is_some();
    let more = if next { ", and the next FROM begins without it" } else { "" };
    Finding {
        rule: SLUG,
        span: declaration.span(),
        message: format!("`ARG {name}` makes nothing run again"),
        reason: format!(
            "nothing is built below it in its stage{more}, on every builder; it belongs directly above the RUN that is to \
             run again"
        ),
        applicability: Applicability::Display,
        paths: Vec::new(),
        related: Vec::new(),
        fix: None,
    }
}

/// The beginning of an instruction.
fn quote(ctx: &RuleContext<'_>, span: Span) -> String {
    let text = span.of(ctx.dockerfile.text());
    let line = text.lines().next().unwrap_or_default().trim_end_matches(['\\', '`']).trim_end();
    match line.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.len() < text.trim_end().len() => format!("{line} …"),
        None => line.to_owned(),
    }
}
