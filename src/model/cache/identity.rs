//! Which steps of two stages are one and the same: those that begin with the same image and do the same in the same order.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::stages::{From, Stages};
use super::walk::End;
use crate::syntax::{CopyInstruction, Heredoc, Instruction, RunInstruction, SyntaxKind};

/// What a stage begins with. Images of which nobody knows the name are all different.
pub(super) fn of_image(image: Option<&str>, platform: Option<&str>, stage: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    (image, platform).hash(&mut hasher);
    if image.is_none() {
        stage.hash(&mut hasher);
    }
    hasher.finish()
}

/// What a step is, behind those in front of it.
pub(super) fn of(
    instruction: &Instruction,
    heredocs: &[Heredoc],
    end: &End,
    stages: &Stages,
    stage: usize,
    ends: &[Option<End>],
) -> u64 {
    let mut hasher = DefaultHasher::new();
    end.identity.hash(&mut hasher);
    let text = instruction.logical_text();
    text.text().split_whitespace().for_each(|word| word.hash(&mut hasher));
    heredocs.iter().for_each(|heredoc| heredoc.lines().text().hash(&mut hasher));
    let is_run = instruction.kind() == SyntaxKind::RunInstruction;
    if is_run || text.text().contains('$') {
        end.worlds.all_now().for_each(|variable| variable.hash(&mut hasher));
    }
    if is_run {
        end.user_now.hash(&mut hasher);
    }
    end.workdir.hash(&mut hasher);
    let copy = CopyInstruction::cast(instruction).and_then(|copy| copy.from());
    let mounts = RunInstruction::cast(instruction).map(|run| run.mounts()).unwrap_or_default();
    let mounts = mounts.into_iter().flatten().filter(|option| option.key == "from").filter_map(|option| option.value);
    for name in copy.into_iter().chain(mounts) {
        if let From::Stage(source) = stages.from(Some(&name), stage) {
            ends[source].as_ref().map(|end| end.identity).hash(&mut hasher);
        }
    }
    hasher.finish()
}
