//! `mode-change-as-non-root`: who is not root cannot change the mode or owner of root's files, so the build fails.
//!
//! `reading` reads the RUN, `owner` proves that a path is root's, `flags` moves the change onto the copy, `place` finds a place
//! for the RUN where root runs it, `give` makes the user the owner, `extract` takes the command out of a longer RUN, and `write` says it.

mod extract;
mod flags;
mod give;
mod owner;
mod place;
mod reading;
mod write;

use super::copy_without_chmod::proof;
use super::{Rule, RuleContext};
use crate::finding::Finding;
use crate::model::accounts::Known;
use crate::model::{Shell, StepId, StepKind, User};
use owner::{Broken, Owners, Target};
use reading::{Change, Reading};

const SLUG: &str = "mode-change-as-non-root";

/// The rule.
pub static RULE: ModeChangeAsNonRoot = ModeChangeAsNonRoot;

/// See `rules/mode-change-as-non-root/README.md`.
pub struct ModeChangeAsNonRoot;

impl Rule for ModeChangeAsNonRoot {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        for stage in 0..ctx.model.stages.len() {
            let jobs: Vec<Job<'_>> = jobs(ctx, stage);
            let mut rest = jobs.as_slice();
            while let Some(first) = rest.first() {
                let count = write::together(ctx, rest);
                findings.push(write::finding(ctx, &rest[..count], first));
                rest = &rest[count..];
            }
        }
        findings.sort_by_key(|finding| finding.span);
    }
}

/// A RUN that fails.
struct Job<'a> {
    id: StepId,
    /// Who runs it.
    user: String,
    reading: Reading<'a>,
    /// What each path of each change finds; nothing for a change whose failure does not count.
    targets: Vec<Vec<Target>>,
}

impl<'a> Job<'a> {
    /// The changes that fail, each with its index.
    fn failing(&self) -> impl Iterator<Item = (usize, &Change<'a>)> {
        let fails = |index: &usize| self.targets[*index].iter().any(|target| matches!(target, Target::Broken(_)));
        self.reading.changes.iter().enumerate().filter(move |(index, _)| fails(index))
    }

    /// The paths that they fail with.
    fn broken(&self) -> impl Iterator<Item = &Broken> {
        self.targets.iter().flatten().filter_map(|target| match target {
            Target::Broken(broken) => Some(broken.as_ref()),
            Target::Other => None,
        })
    }
}

fn jobs<'a>(ctx: &RuleContext<'a>, stage: usize) -> Vec<Job<'a>> {
    let model = ctx.model;
    let steps = &model.stages[stage].steps;
    if model.stages[stage].windows {
        return Vec::new();
    }
    let ids = (0..steps.len()).map(|step| StepId { stage, step });
    ids.filter_map(|id| {
        let step = &steps[id.step];
        let StepKind::Run(run) = &step.kind else { return None };
        let User::Other(user) = &step.scope.user else { return None };
        if step.scope.shell == Shell::Foreign || !may_be_non_root(ctx, id, user) {
            return None;
        }
        let reading = reading::read(run)?;
        let owners = Owners::new(ctx, id);
        let of_change = |change: &Change<'_>| {
            let paths = if change.certain { change.paths.as_slice() } else { &[] };
            paths.iter().map(|word| owners.target(&reading, change, word)).collect()
        };
        let targets = reading.changes.iter().map(of_change).collect();
        let job = Job { id, user: user.clone(), reading, targets };
        let fails = job.failing().next().is_some();
        fails.then_some(job)
    })
    .collect()
}

/// Whether a user is there, and is not root under another name.
fn may_be_non_root(ctx: &RuleContext<'_>, id: StepId, user: &str) -> bool {
    if matches!(user, "ContainerAdministrator" | "ContainerUser") {
        return false;
    }
    // What works here is better evidence than the name of a user, or a table of base images that may be about other
    // versions; and if it does not work, the build fails earlier.
    if proof::acts_as_root(ctx.model, id) {
        return false;
    }
    match ctx.model.accounts(id).user(user) {
        Known::Exists(found) | Known::Likely(found, _) => found.uid != Some(0),
        // That a RUN fails for a user that is missing is another finding, unless a number does without an account.
        Known::Missing => user.bytes().all(|byte| byte.is_ascii_digit()),
        Known::Unknown => true,
    }
}
