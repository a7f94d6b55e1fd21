//! `copy-without-chmod`: what is copied gets the mode that its use needs.
//!
//! `needs` finds the files that lack a mode, `names` knows which names stand for configuration and which for secrets,
//! and `write` decides between a `RUN chmod` and `--chmod`.

mod building;
mod directory;
mod execution;
mod glance;
mod handover;
mod modes;
pub(super) mod names;
mod needs;
mod people;
mod processes;
mod programs;
pub(super) mod proof;
mod reading;
mod scripts;
mod searched;
mod style;
mod tree;
mod write;

use std::collections::BTreeMap;

use super::{Rule, RuleContext};
use crate::finding::Finding;
use crate::model::{Step, StepId, StepKind};
use needs::Need;

const SLUG: &str = "copy-without-chmod";

/// The rule.
pub static RULE: CopyWithoutChmod = CopyWithoutChmod;

/// See `rules/copy-without-chmod/README.md`.
pub struct CopyWithoutChmod;

impl Rule for CopyWithoutChmod {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let needs = needs::collect(ctx);
        let mut groups: BTreeMap<StepId, Vec<Need>> = BTreeMap::new();
        for need in needs {
            groups.entry(last_adjacent(ctx, need.copy)).or_default().push(need);
        }
        for (last, needs) in groups {
            write::findings(ctx, last, needs, findings);
        }
        findings.sort_by_key(|finding| finding.span);
    }
}

/// The last of the copies that stand in one run with the one at `id`.
fn last_adjacent(ctx: &RuleContext<'_>, id: StepId) -> StepId {
    let steps = &ctx.model.stages[id.stage].steps;
    // A comment to ignore a finding is about one copy, so that copy stands alone.
    let alone = |step: &Step| step.outer.comments().iter().any(|(_, text)| text.contains("dockfix:"));
    if alone(&steps[id.step]) {
        return id;
    }
    let adjacent = |step: &&Step| matches!(step.kind, StepKind::Copy(_)) && !alone(step);
    let following = steps[id.step..].iter().take_while(adjacent).count();
    StepId { stage: id.stage, step: id.step + following - 1 }
}
