//! `fetch-without-cache-bust`: a RUN fetches what can change under the same text, and nothing makes it run again.
//!
//! `fetches` reads the commands of a RUN, `inner` finds those in `$(…)`, `address` and `reference` say whether a name stands still.

mod address;
mod fetches;
mod inner;
mod reference;

use super::{Rule, RuleContext};
use crate::finding::{Finding, Fix, Target};
use crate::model::cache::Cause;
use crate::model::{Run, RunCommand, StepId, StepKind, bust};
use crate::rewrite::bust_point;
use crate::settings::Applicability;
use fetches::Fetch;
use reference::MOVING;

const SLUG: &str = "fetch-without-cache-bust";

/// How a download begins whose answer the command around it uses.
const INNER: [&str; 6] = ["$(curl", "$(wget", "$( curl", "$( wget", "`curl", "`wget"];

/// The rule.
pub static RULE: FetchWithoutCacheBust = FetchWithoutCacheBust;

/// See `rules/fetch-without-cache-bust/README.md`.
pub struct FetchWithoutCacheBust;

impl Rule for FetchWithoutCacheBust {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let mut found: Vec<(StepId, Fetch)> = Vec::new();
        for (stage, content) in ctx.model.stages.iter().enumerate() {
            for (step, candidate) in content.steps.iter().enumerate() {
                let StepKind::Run(run) = &candidate.kind else { continue };
                let id = StepId { stage, step };
                if content.windows || !may_fetch(run) || is_covered(ctx, id, &found) {
                    continue;
                }
                found.extend(fetches::moving(run).map(|fetch| (id, fetch)));
            }
        }
        let mut names: Vec<String> = Vec::new();
        for (id, fetch) in found {
            let name = bust_point::free_name(&ctx.site(), &names);
            findings.push(finding(ctx, id, &fetch, &name));
            names.push(name);
        }
        findings.sort_by_key(|finding| finding.span);
    }

    fn gains(&self, _ctx: &RuleContext<'_>, finding: &Finding) -> Option<Cause> {
        bust_point::argument(finding).map(Cause::Argument)
    }
}

/// Whether a look at the text leaves open that a RUN fetches something that moves; reading shell costs more than all else.
fn may_fetch(run: &Run) -> bool {
    let any = |texts: &[&str]| texts.iter().any(|text| run.mentions(text));
    let moves = || MOVING.iter().any(|name| run.mentions(name));
    (run.mentions("clone") && run.mentions("git"))
        || any(&["git+", "git://", "/archive/", "github:", "gitlab:", "bitbucket:"])
        || (run.mentions("cargo") && run.mentions("--git"))
        || (run.mentions("go") && run.mentions("@") && moves())
        || (run.mentions("://")
            && any(&["curl", "wget"])
            && (moves() || any(&INNER) || has_a_moving_address(run) || pipes_into_a_shell(run)))
}

/// Whether an address leads to the newest of something, by its words.
fn has_a_moving_address(run: &Run) -> bool {
    let RunCommand::Shell(text) = &run.command else { return true };
    text.text().split("://").skip(1).any(|rest| {
        let address = rest.split([' ', '\t', '\n', '"', '\'', ')', ';', '|', '?', '#']).next().unwrap_or_default();
        address.split_once('/').is_some_and(|(_, path)| address::moving(path).is_some())
    })
}

/// Whether a pipe may lead into a shell, which is then told what to do by what was fetched.
fn pipes_into_a_shell(run: &Run) -> bool {
    let RunCommand::Shell(text) = &run.command else { return true };
    text.text().split('|').skip(1).any(|behind| {
        let command = behind.split([';', '&', '\n']).next().unwrap_or_default();
        command.split_whitespace().any(|word| word.trim_matches(['"', '\'', '(', ')', '{', '}']).ends_with("sh"))
    })
}

/// Whether a point above makes the RUN run again, or is about to: everything below a point does.
fn is_covered(ctx: &RuleContext<'_>, id: StepId, found: &[(StepId, Fetch)]) -> bool {
    let lineage = ctx.model.lineage(id.stage);
    found.iter().any(|(above, _)| lineage.contains(&above.stage)) || bust::above(ctx.model, id).is_some()
}

fn finding(ctx: &RuleContext<'_>, id: StepId, fetch: &Fetch, name: &str) -> Finding {
    let step = ctx.model.step(id);
    let edit = bust_point::written_above(ctx.dockerfile.text(), &step.outer, name, &ctx.rebuild(), false);
    let fix = Fix {
        title: format!("insert {} above it", bust_point::shown(&edit)),
        edits: vec![(Target::Dockerfile, edit)],
        reads: vec![(Target::Dockerfile, step.span())],
    };
    let reason = format!(
        "{}; the cache keeps what was fetched first, until something above changes, and a RUN depends on every ARG above it",
        fetch.why
    );
    let (applicability, reason) = if ctx.model.stages[id.stage].triggers {
        (Applicability::Unsafe, format!("{reason}; it runs in another build, which ONBUILD is about"))
    } else {
        (Applicability::Safe, reason)
    };
    Finding {
        rule: SLUG,
        span: fetch.span,
        message: format!("`{}` fetches what can change under the same text", fetch.what),
        reason,
        applicability,
        paths: Vec::new(),
        related: Vec::new(),
        fix: Some(fix),
    }
}
