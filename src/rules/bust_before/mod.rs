//! `bust-before`: a point at which the cache can be missed, above the COPY or RUN that the user names.
//!
//! `place` finds what is named.

mod place;

use super::{Rule, RuleContext, text_option};
use crate::finding::{Finding, Fix, Target};
use crate::model::cache::Cause;
use crate::model::{Copy, Step, StepId, StepKind, bust};
use crate::rewrite::bust_point::{self, Idle};
use crate::settings::Applicability;
use crate::text::{Edit, Span};
use place::Place;

const SLUG: &str = "bust-before";

/// The rule.
pub static RULE: BustBefore = BustBefore;

/// See `rules/bust-before/README.md`.
pub struct BustBefore;

impl Rule for BustBefore {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let at = text_option(ctx.settings, SLUG, "at");
        let finding = match place::find(ctx, at) {
            Place::Step(id) => point(ctx, id, at),
            Place::Nowhere(reason) => first_span(ctx).map(|span| Finding {
                message: format!("there is nothing to put a point above for `{at}`"),
                ..shown_only(span, reason)
            }),
        };
        findings.extend(finding);
    }

    fn gains(&self, _ctx: &RuleContext<'_>, finding: &Finding) -> Option<Cause> {
        bust_point::argument(finding).map(Cause::Argument)
    }
}

/// Where a finding about the whole file stands.
fn first_span(ctx: &RuleContext<'_>) -> Option<Span> {
    ctx.dockerfile.instructions().first().map(|instruction| instruction.span())
}

fn shown_only(span: Span, reason: String) -> Finding {
    Finding {
        rule: SLUG,
        span,
        message: String::new(),
        reason,
        applicability: Applicability::Display,
        paths: Vec::new(),
        related: Vec::new(),
        fix: None,
    }
}

/// The point above a step; `None` where there is one.
fn point(ctx: &RuleContext<'_>, id: StepId, at: &str) -> Option<Finding> {
    let step = ctx.model.step(id);
    let message = format!("the cache cannot be missed at `{at}`");
    let finding = |applicability, reason, fix| {
        Some(Finding { message: message.clone(), applicability, fix, ..shown_only(step.span(), reason) })
    };
    let without = || bust_point::without_a_point(ctx.model, id.stage, &ctx.rebuild());
    let above = bust::directly_above(ctx.model, id);
    let (run, doubt) = match &step.kind {
        StepKind::Copy(copy) => {
            if matches!(above, Some((_, Some(_)))) {
                return None;
            }
            if let Some(obstacle) = out_of_reach(copy) {
                return finding(Applicability::Display, format!("{obstacle}; `{}`", without()), None);
            }
            match bust_point::idle_run(ctx.model, id) {
                Idle::Proven => (true, None),
                Idle::Likely(doubt) => (true, Some(doubt)),
                Idle::Fails(obstacle) => {
                    let reason = format!("a COPY needs a RUN above it for that, but {obstacle}; `{}`", without());
                    return finding(Applicability::Display, reason, None);
                }
            }
        }
        _ if above.is_some() => return None,
        _ => (false, doubt_of_argument(ctx, id)),
    };
    let edit = edit(ctx, step, above.map(|(declaration, _)| declaration), run);
    let title = format!("insert {}", bust_point::shown(&edit));
    let why = if run {
        "a RUN that uses the argument runs again with every value of it, and so does all that is below; it adds an empty layer"
    } else {
        "a RUN depends on every argument above it in its stage, and all that is below depends on the RUN"
    };
    let fix = Fix { title, edits: vec![(Target::Dockerfile, edit)], reads: vec![(Target::Dockerfile, step.span())] };
    match doubt {
        Some(doubt) => finding(Applicability::Unsafe, format!("{why}; {doubt}"), Some(fix)),
        None => finding(Applicability::Safe, why.to_owned(), Some(fix)),
    }
}

/// What is written: all of the point, or only the RUN of one that lacks it.
fn edit(ctx: &RuleContext<'_>, step: &Step, declaration: Option<&Step>, run: bool) -> Edit {
    let text = ctx.dockerfile.text();
    let declared = declaration.and_then(|above| Some((above, bust::names(&above.instruction).pop()?)));
    match declared {
        Some((above, name)) => above.outer.insert_below(text, &[("run", bust_point::depends_on(&name))]),
        None => {
            let name = bust_point::free_name(&ctx.site(), &[]);
            bust_point::written_above(text, &step.outer, &name, &ctx.rebuild(), run)
        }
    }
}

/// Why no point above a copy reaches it.
fn out_of_reach(copy: &Copy) -> Option<&'static str> {
    if copy.link {
        return Some("a COPY with --link is kept apart from all that is above it, so no point there reaches it");
    }
    bust::is_fetched(copy).then_some("what ADD fetches is looked up at every build, and taken if it changed")
}

/// Why an ARG above a RUN may not do.
fn doubt_of_argument(ctx: &RuleContext<'_>, id: StepId) -> Option<String> {
    let stage = &ctx.model.stages[id.stage];
    let trigger = stage.triggers.then(|| "it runs in another build, which ONBUILD is about".to_owned());
    trigger.or_else(|| stage.windows.then(|| "nobody has measured it on Windows".to_owned()))
}
