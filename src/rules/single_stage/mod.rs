//! `single-stage`: the dependencies and the application are built in one stage, so that neither can be built, nor built again,
//! without the other.
//!
//! `boundary` finds where the dependencies end, `manifests` knows the files that belong to them, `arguments` and `names`
//! prepare what is written, `obstacles` says what would change with a cut, and `write` makes the fix.

mod arguments;
mod boundary;
mod manifests;
mod names;
mod obstacles;
mod write;

use super::{Rule, RuleContext, is_asked_for, is_selected, text_option};
use crate::finding::{Finding, Related};
use crate::model::{Stage, StepId};
use crate::settings::Applicability;
use crate::syntax::{FromInstruction, SyntaxKind};
use boundary::Boundary;
use names::Names;

const SLUG: &str = "single-stage";

/// The rule that makes a stage worth cutting.
const ORDERS: &str = "install-after-source";

/// The rule.
pub static RULE: SingleStage = SingleStage;

/// See `rules/single-stage/README.md`.
pub struct SingleStage;

impl Rule for SingleStage {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let asked = is_asked_for(ctx.settings, SLUG) || text_option(ctx.settings, SLUG, "when") == "always";
        if asked || ctx.written.contains(ORDERS) {
            findings.extend(finding(ctx, asked));
        }
    }
}

/// A stage, and the RUN below which it is cut.
struct Job<'a> {
    ctx: &'a RuleContext<'a>,
    from: FromInstruction,
    stage: &'a Stage,
    /// The index of the last step of the first half.
    last: usize,
}

impl Job<'_> {
    /// The steps that stay in the first stage, and those that go to the second one.
    fn halves(&self) -> (&[crate::model::Step], &[crate::model::Step]) {
        self.stage.steps.split_at(self.last + 1)
    }
}

/// What there is to say of a file with one stage. Where nobody asked, only what can be written.
fn finding(ctx: &RuleContext<'_>, asked: bool) -> Option<Finding> {
    let froms = ctx.dockerfile.instructions().into_iter().filter(|it| it.kind() == SyntaxKind::FromInstruction);
    let froms: Vec<_> = froms.collect();
    let [from] = froms.as_slice() else { return None };
    let stage = ctx.model.stages.first().filter(|stage| !stage.windows)?;
    let from = FromInstruction::cast(from)?;
    let shown = |reason: String| Finding {
        rule: SLUG,
        span: from.instruction().span(),
        message: "the dependencies and the application are built in one stage".to_owned(),
        reason,
        applicability: Applicability::Display,
        paths: Vec::new(),
        related: Vec::new(),
        fix: None,
    };
    let last = match boundary::find(ctx) {
        Boundary::Nowhere => return None,
        // The other rule says what is in its way.
        Boundary::OutOfOrder(_) if is_selected(ctx.settings, ORDERS) => return None,
        Boundary::OutOfOrder(reason) => return asked.then(|| shown(reason)),
        Boundary::Below(last) => last,
    };
    let job = Job { ctx, from: from.clone(), stage, last };
    let mut obstacles = job.obstacles();
    let names = Names::choose(&job).map_err(|reason| obstacles.push(reason)).ok();
    let arguments = job.arguments().map_err(|reason| obstacles.push(reason)).ok();
    let related = vec![Related {
        span: ctx.model.step(StepId { stage: 0, step: last }).span(),
        message: "the dependencies are complete here".to_owned(),
    }];
    match (names, arguments) {
        (Some(names), Some(arguments)) if obstacles.is_empty() => Some(Finding {
            reason: write::reason(&job, &names),
            applicability: Applicability::Safe,
            fix: Some(write::fix(&job, &names, &arguments)),
            related,
            ..shown(String::new())
        }),
        _ => asked.then(|| Finding { related, ..shown(obstacles.join("; ")) }),
    }
}
