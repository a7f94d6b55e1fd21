//! Who runs and reads: the user of a RUN or of a container, with what is known of their groups.

use crate::model::access::Process;
use crate::model::{Scope, StepId, StepKind, User};
use crate::rules::RuleContext;

/// Where somebody runs something.
#[derive(Clone, Copy)]
pub enum Place {
    /// A RUN.
    Step(StepId),
    /// A container of the image of a stage.
    End(usize),
}

/// The process at a place where `scope` holds, `history` lies behind it, and a wrapper may have switched to another user.
pub fn runner<'a>(
    ctx: &RuleContext<'_>,
    place: Place,
    scope: &'a Scope,
    switched: Option<&str>,
    history: &[StepId],
) -> Process<'a> {
    let (user, group) = match switched {
        Some(user) => (User::parse(user), None),
        None => (scope.user.clone(), scope.user_group.as_deref()),
    };
    let accounts = match (place, &user) {
        (_, User::Root | User::Unknown) => Default::default(),
        (Place::Step(id), User::Other(_)) => ctx.model.accounts(id),
        (Place::End(stage), User::Other(_)) => ctx.model.final_accounts(stage),
    };
    let in_root_group = switched.is_none() && in_root_group(ctx, scope, history);
    Process { user, group, accounts, in_root_group }
}

/// Whether the user has root's group, which copied files have too: USER names it, or the user is a number that nothing in the
/// file gives a group (the engine then takes group 0).
pub fn in_root_group(ctx: &RuleContext<'_>, scope: &Scope, history: &[StepId]) -> bool {
    let Some(user) = scope.user.other() else { return false };
    if let Some(group) = &scope.user_group {
        return group == "root" || group.bytes().all(|byte| byte == b'0');
    }
    let runs = || {
        history.iter().filter_map(|id| match &ctx.model.step(*id).kind {
            StepKind::Run(run) if run.mentions(user) => Some(run),
            _ => None,
        })
    };
    let joins = ["-g 0", "-g root", "--gid 0", "--gid=0", "-G root", "-G 0", "-aG root"];
    let joined = || {
        runs().any(|run| {
            joins.iter().any(|words| run.mentions(words)) || run.mentions(&format!("addgroup {user} root"))
        })
    };
    let is_number = user.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && runs().next().is_none()) || joined()
}
