//! Front ends that Node builds and then serves as files: said, and never written.

use super::bases::{self, Asked};
use super::entry::{self, Start};
use super::{display, stage_name};
use crate::finding::Finding;
use crate::model::{ImageReference, Stage, StepKind, path};
use crate::rules::RuleContext;
use crate::syntax::FromInstruction;

/// A front end that is built once and then served as files.
pub(super) fn front_end(
    ctx: &RuleContext<'_>,
    stage: &Stage,
    reference: &ImageReference,
    from: &FromInstruction,
) -> Option<Finding> {
    let asked = Asked { links_nothing: false, shell: true };
    let base = bases::runtime_base(reference, asked).filter(|_| reference.name == "node")?;
    let builds =
        |word: &&str| stage.steps.iter().any(|step| matches!(&step.kind, StepKind::Run(run) if run.mentions(word)));
    if !["run build", "yarn build", "pnpm build"].iter().any(builds) {
        return None;
    }
    let Start::Program(entry) = entry::start(stage) else { return None };
    let words: Vec<&str> =
        std::iter::once(entry.program.as_str()).chain(entry.arguments.iter().flatten().map(String::as_str)).collect();
    let server =
        words.iter().position(|word| matches!(path::file_name(word), "serve" | "http-server")).filter(|at| *at < 3)?;
    let directory =
        words[server + 1..].iter().find(|word| matches!(path::file_name(word), "build" | "dist" | "out" | "public"))?;
    let directory = stage.end.absolute(directory)?;
    let image = from.image().map(|word| word.text()).unwrap_or_default();
    let message = format!("the image that runs is `{image}`, to serve files that were built once");
    let reason = format!(
        "nothing is written: {}; in a stage of its own it would be `FROM {}` and `COPY --from={} {directory} /usr/share/nginx/html`",
        base.obstacle.unwrap_or(base.reason),
        base.image,
        stage_name(ctx),
    );
    Some(display(from.instruction().span(), message, reason))
}
