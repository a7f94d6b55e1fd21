//! Who runs and reads: the user of a RUN or of a container, with what is known of their groups.

use crate::model::access::{Classes, Ownership, Process};
use crate::model::{CopyFrom, Scope, StepId, StepKind, User, path};
use crate::rules::{RuleContext, copy_without_chown};
use crate::shell::{Invocation, Word};

/// Whom the wrappers of a command switch to, as USER would say it; empty where it cannot be told. `None` if there is none
/// that switches.
pub fn switched(words: &[Word], invocation: &Invocation) -> Option<String> {
    if let Some(user) = invocation.user {
        return Some(words.get(user).and_then(Word::literal).unwrap_or_default().to_owned());
    }
    let wrappers = invocation.wrappers.iter().filter_map(|wrapper| words.get(*wrapper)?.literal());
    let becomes_root = |name: &str| matches!(path::file_name(name), "sudo" | "doas");
    wrappers.into_iter().any(becomes_root).then(|| "root".to_owned())
}

/// Whether copy-without-chown is about to give the copy at `id` to the user of a process.
pub fn gives(ctx: &RuleContext<'_>, process: &Process<'_>, id: StepId) -> bool {
    let is_free = matches!(&ctx.model.step(id).kind, StepKind::Copy(copy) if copy.chown.is_none());
    is_free && process.user.other().is_some() && copy_without_chown::gives(ctx, id)
}

/// Whose bits of the files of the copy at `id` decide for a process; `None` if it is no copy.
pub fn classes(ctx: &RuleContext<'_>, process: &Process<'_>, id: StepId) -> Option<Classes> {
    let step = ctx.model.step(id);
    let StepKind::Copy(copy) = &step.kind else { return None };
    if gives(ctx, process, id) {
        return Some(Classes { owner: true, ..Classes::default() });
    }
    let ownership = match copy.from {
        // Files of another stage keep the owner that they have there.
        CopyFrom::Stage(_) | CopyFrom::Elsewhere if copy.chown.is_none() => Ownership::UNKNOWN,
        _ => Ownership::of(copy, &step.scope, step.instruction.escape()),
    };
    Some(Classes::of(process, &ownership))
}

/// Where somebody runs something.
#[derive(Clone, Copy)]
pub enum Place {
    /// A RUN.
    Step(StepId),
    /// A container of the image of a stage.
    End(usize),
}

/// The process at a place where `scope` holds, and a wrapper may have switched to another user.
pub fn runner<'a>(ctx: &RuleContext<'_>, place: Place, scope: &'a Scope, switched: Option<&str>) -> Process<'a> {
    let (user, group) = match switched {
        Some(user) => (User::parse(user), None),
        None => (scope.user.clone(), scope.user_group.as_deref()),
    };
    let accounts = match (place, &user) {
        (_, User::Root | User::Unknown) => Default::default(),
        (Place::Step(id), User::Other(_)) => ctx.model.accounts(id),
        (Place::End(stage), User::Other(_)) => ctx.model.final_accounts(stage),
    };
    Process { user, group, accounts }
}
