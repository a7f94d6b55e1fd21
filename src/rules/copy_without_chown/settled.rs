//! Whether somebody decided on the owner of what a copy brings, or whether it matters at all.

use super::carried::is_read_only;
use super::images::Image;
use super::landed::Landed;
use super::reach::{Reach, reach, removed};
use crate::model::accounts::Known;
use crate::model::archive::{is_archive, unpacks_by_name};
use crate::model::effects::{Question, effects};
use crate::model::{Copy, SourceKind, StepId, StepKind, path};
use crate::rules::RuleContext;

/// Directories of the system: what lies there is root's, so that a service that was broken into cannot change it. Which
/// directories an image has is another question (`model::layout`): `/opt` and `/srv` are there for what is copied.
const SYSTEM: [&str; 20] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/proc",
    "/root",
    "/sbin",
    "/sys",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/sbin",
    "/usr/share",
    "/var/spool/cron",
    "/var/lib/dpkg",
];

/// Directories of `/usr/local` that belong to the system; a program of its own may well lie beside them.
const LOCAL: [&str; 9] = ["bin", "etc", "games", "include", "lib", "lib64", "libexec", "sbin", "share"];

/// Whether a path lies among the files of the system.
pub fn is_system(path: &str) -> bool {
    let shared = ["/", "/usr", "/usr/local"].contains(&path);
    let local = path::below("/usr/local", path)
        .is_some_and(|inside| LOCAL.contains(&inside.split('/').next().unwrap_or_default()));
    shared || local || SYSTEM.iter().any(|system| path::below(system, path).is_some())
}

/// What of `landed` nobody decided on in the image, and whether a chown reaches a part of it.
pub fn open<'l>(
    ctx: &RuleContext<'_>,
    id: StepId,
    copy: &Copy,
    landed: &'l [Landed],
    image: &Image<'_>,
) -> (Vec<&'l Landed>, bool) {
    let after: Vec<StepId> = image.history.iter().copied().filter(|step| *step > id).collect();
    let mut partly = false;
    let open = landed.iter().filter(|landed| {
        let directory = landed.directory != Some(false);
        let reach = reach(ctx.model, &after, &landed.path, directory);
        partly |= reach != Reach::None;
        let decided = reach == Reach::All || is_read_only(ctx, id, copy, landed);
        !decided
            && !is_at_home_of_another(ctx, id, &landed.path, image)
            && !is_gone(ctx, &after, landed)
            && !is_for_the_build(ctx, &after, landed)
    });
    (open.collect(), partly)
}

/// Whether it lies in the home of another user.
fn is_at_home_of_another(ctx: &RuleContext<'_>, id: StepId, path: &str, image: &Image<'_>) -> bool {
    let Some(name) = path::below("/home", path).and_then(|inside| inside.split('/').next()) else { return false };
    let known = |name: &str| match ctx.model.accounts(id).user(name) {
        Known::Exists(user) | Known::Likely(user, _) => Some(user),
        Known::Missing | Known::Unknown => None,
    };
    if name.is_empty() || name == image.user {
        return false;
    }
    let owner = known(name);
    let same = known(image.user).is_some_and(|user| owner.as_ref().is_some_and(|owner| owner.name == user.name));
    owner.is_some() && !same
}

/// Whether it is something that only the build looks at: it lies where temporary files do, and a RUN speaks of it.
fn is_for_the_build(ctx: &RuleContext<'_>, after: &[StepId], landed: &Landed) -> bool {
    let temporary = ["/tmp", "/var/tmp"].iter().any(|directory| path::below(directory, &landed.path).is_some());
    temporary
        && after.iter().any(|id| match &ctx.model.step(*id).kind {
            StepKind::Run(run) => run.mentions(path::file_name(&landed.path)),
            _ => false,
        })
}

/// Whether it is removed, moved or written again.
fn is_gone(ctx: &RuleContext<'_>, after: &[StepId], landed: &Landed) -> bool {
    if removed(ctx.model, after, &landed.path) {
        return true;
    }
    if landed.directory != Some(false) {
        return false;
    }
    let question = Question { path: &landed.path, old: 0o644, wanted: 0o004 };
    let copied_again = after.iter().any(|step| match &ctx.model.step(*step).kind {
        StepKind::Copy(copy) => copy.names_target(&landed.path),
        _ => false,
    });
    copied_again || effects(ctx.model, after, &question).replaced
}

/// Whether ADD unpacks one of its sources: the owners are those of the archive, whatever a flag says.
pub fn unpacks(ctx: &RuleContext<'_>, id: StepId, copy: &Copy) -> bool {
    let archive = |text: &str| match ctx.context_of(id.stage) {
        Some(context) => context.matches(text).found.iter().any(|found| is_archive(context, copy, &found.entry)),
        None => unpacks_by_name(copy, text),
    };
    copy.add && copy.sources.iter().any(|source| source.kind == SourceKind::Path && archive(&source.text))
}
