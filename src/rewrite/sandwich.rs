//! The pair of USER lines around a RUN that is only there for it: `USER root`, `RUN chown …`, `USER app`.

use super::Site;
use crate::model::{Step, StepId, User};
use crate::syntax::{SyntaxKind, UserInstruction};
use crate::text::Span;

/// The two USER lines around the RUN at `id` with all between them, where the RUN is all that stands there and the user
/// in front of the first is the one that the second goes back to. Without the RUN the pair then does nothing.
///
/// Lines with a comment of their own stay, as nobody can tell what the comment would be about without them.
#[must_use]
pub fn sandwich(site: &Site<'_>, id: StepId) -> Option<Sandwich> {
    let steps = &site.model.stages[id.stage].steps;
    let (root, back) = (steps.get(id.step.checked_sub(1)?)?, steps.get(id.step + 1)?);
    let run = &steps[id.step];
    let set_to_root = run.scope.user == User::Root && !run.scope.user_overridable;
    if !is_user(root) || !is_user(back) || !set_to_root {
        return None;
    }
    let text = site.dockerfile.text();
    let spans = [root, run, back].map(|step| step.outer.full_span());
    let apart = spans
        .windows(2)
        .all(|pair| pair[0].end <= pair[1].start && Span::new(pair[0].end, pair[1].start).of(text).trim().is_empty());
    let bare = [root, back].iter().all(|step| step.outer.comments().is_empty());
    let earlier = root.scope.user_span?;
    let kept = matches!(root.scope.user, User::Other(_)) && goes_back(site, earlier, id);
    (apart && bare && kept).then(|| Sandwich { whole: Span::new(spans[0].start, spans[2].end), earlier })
}

/// What [`sandwich`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sandwich {
    /// From the first USER to the second, both and the RUN between them included.
    pub whole: Span,
    /// The USER that holds in front of them, and then behind them as well.
    pub earlier: Span,
}

/// Whether the USER behind the step at `id` says what the one at `earlier` says.
fn goes_back(site: &Site<'_>, earlier: Span, id: StepId) -> bool {
    let steps = &site.model.stages[id.stage].steps;
    let all = site.model.stages.iter().flat_map(|stage| &stage.steps);
    let Some(text) = all.clone().find(|step| step.instruction.span() == earlier).and_then(written) else {
        return false;
    };
    if written(&steps[id.step + 1]).as_deref() != Some(&text) {
        return false;
    }
    if !text.contains('$') {
        return true;
    }
    // The variable means the same only where nothing can have set it in between.
    let first = steps.iter().position(|step| step.instruction.span() == earlier);
    let sets = |step: &Step| matches!(step.instruction.kind(), SyntaxKind::ArgInstruction | SyntaxKind::EnvInstruction);
    first.is_some_and(|first| !steps[first..id.step].iter().any(sets))
}

fn is_user(step: &Step) -> bool {
    step.instruction.kind() == SyntaxKind::UserInstruction
}

/// The argument of a USER.
fn written(step: &Step) -> Option<String> {
    UserInstruction::cast(&step.instruction)?.value().map(|word| word.text())
}
