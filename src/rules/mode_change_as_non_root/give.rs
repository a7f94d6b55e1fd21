//! The copy gives its files to the user, who may then change their modes in the RUN as it stands.

use super::Job;
use super::flags::files_brought;
use super::owner::{Broken, Target};
use super::reading::Kind;
use crate::finding::Target as File;
use crate::model::landing::Landing;
use crate::model::{Copy, StepId, StepKind, path};
use crate::rules::RuleContext;
use crate::rules::copy_without_chown::images::Image;
use crate::rules::copy_without_chown::owner::{Flag, flag};
use crate::rules::copy_without_chown::settled::is_system;
use crate::text::Edit;

/// Flags for the copies.
pub struct Given {
    pub edits: Vec<(File, Edit)>,
    pub title: String,
    /// What is not proven.
    pub doubts: Vec<String>,
}

/// The `--chown` with which the failing changes of a RUN succeed, or why there is none.
pub fn give(ctx: &RuleContext<'_>, job: &Job<'_>) -> Result<Given, String> {
    let refused = |why: &str| Err(why.to_owned());
    if job.failing().any(|(_, change)| change.kind != Kind::Mode) {
        return refused("who owns a file still needs root to change its owner");
    }
    let mut targets = job.failing().flat_map(|(index, _)| &job.targets[index]);
    if !targets.all(|target| matches!(target, Target::Broken(broken) if is_all_from_the_copy(ctx, broken))) {
        return refused(
            "the mode gives more to the owner than to others, and not all of the paths are files of a copy that may be the \
             user's",
        );
    }
    let step = ctx.model.step(job.id);
    let image = Image {
        stage: job.id.stage,
        user: &job.user,
        group: step.scope.user_group.as_deref(),
        user_span: step.scope.user_span,
        history: ctx.model.history(job.id.stage),
    };
    let mut copies: Vec<StepId> = job.broken().map(|broken| broken.copy).collect();
    copies.sort();
    copies.dedup();
    let mut given = Given { edits: Vec::new(), title: String::new(), doubts: Vec::new() };
    if copies.iter().any(|id| brings_more(ctx, job, *id)) {
        given.doubts.push(format!("what else the copy brings becomes `{}`'s as well", job.user));
    }
    for id in copies {
        let copy_step = ctx.model.step(id);
        let StepKind::Copy(Copy { chown: None, .. }) = &copy_step.kind else {
            return refused("the copy gives the file to root");
        };
        if id.stage != job.id.stage || copy_step.outer.comments().iter().any(|(_, text)| text.contains("dockfix:")) {
            return refused("the mode is meant for the user, and the copy stands where this fix does not write");
        }
        match flag(ctx, id, &image) {
            Flag::Text { owner, doubts } => {
                let text = format!("--chown={owner}");
                given.edits.push((File::Dockerfile, copy_step.instruction.insert_flag(&text)));
                given.title = format!("give the copy `{text}`, so that `{}` may change the mode", job.user);
                given.doubts.extend(doubts);
            }
            Flag::NotYet(why) | Flag::Nothing(why) => {
                return Err(format!(
                    "the mode gives more to the owner than to others, so `{}` has to own the file, but {why}",
                    job.user
                ));
            }
        }
    }
    Ok(given)
}

/// Whether a copy brings other things than the files that the command names.
fn brings_more(ctx: &RuleContext<'_>, job: &Job<'_>, id: StepId) -> bool {
    let StepKind::Copy(copy) = &ctx.model.step(id).kind else { return true };
    let mut named: Vec<&str> = job
        .broken()
        .filter(|broken| broken.copy == id && broken.file.as_ref().is_some_and(|file| file.named))
        .map(|broken| broken.path.as_str())
        .collect();
    named.sort_unstable();
    named.dedup();
    let single = copy.sources.len() == 1 && named.len() == 1;
    !single && files_brought(ctx.context_of(id.stage), copy) != Some(named.len())
}

/// Whether `--chown` on the copy reaches all that the change does: not a directory that was there before.
fn is_all_from_the_copy(ctx: &RuleContext<'_>, broken: &Broken) -> bool {
    let StepKind::Copy(copy) = &ctx.model.step(broken.copy).kind else { return false };
    let Some(destination) = copy.destination.path.as_deref() else { return false };
    if is_system(&broken.path) || is_system(destination) {
        return false;
    }
    if broken.file.is_some() {
        return true;
    }
    // What another copy brings below the directory stays root's.
    let others = ctx.model.history(broken.copy.stage).into_iter().filter(|id| *id != broken.copy);
    let meets = |id: StepId| match &ctx.model.step(id).kind {
        StepKind::Copy(other) => other.destination.path.as_deref().is_none_or(|other| {
            path::below(other, &broken.path).is_some() || path::below(&broken.path, other).is_some()
        }),
        _ => false,
    };
    if others.into_iter().any(meets) {
        return false;
    }
    let inside = path::below(destination, &broken.path);
    match inside {
        Some("") => {
            let landing = Landing::new(ctx.model, ctx.context_of(broken.copy.stage));
            !landing.is_directory(broken.copy, &ctx.model.history(broken.copy.stage), destination)
        }
        Some(_) => true,
        None => false,
    }
}
