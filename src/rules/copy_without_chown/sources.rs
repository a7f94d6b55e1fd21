//! Whose files a copy from another stage brings: without `--chown` they keep the owner that they have there, on every
//! builder.

use super::reach::{Reach, reach};
use crate::model::{BuildModel, Copy, CopyFrom, SourceKind, StepId, StepKind, User, path};

/// Whose files a copy brings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owned {
    /// Root's.
    ByRoot,
    /// Perhaps not root's; the sentence says why.
    Doubtful(String),
    /// A part of them is somebody's; the sentence says so.
    Divided(String),
    /// Somebody decided.
    Decided,
}

/// Whose files `copy` brings into an image that runs as `user`.
pub fn owned(model: &BuildModel, copy: &Copy, user: &str) -> Owned {
    let stage = match copy.from {
        CopyFrom::Context => return Owned::ByRoot,
        CopyFrom::Elsewhere => {
            return Owned::Doubtful("the files come from another image, where they may be somebody else's".to_owned());
        }
        CopyFrom::Stage(stage) => stage,
    };
    let paths = copy.sources.iter().map(|source| match source.kind {
        SourceKind::Path => Some(path::absolute("/", &source.text)),
        _ => None,
    });
    let each = paths.map(|path| match path {
        Some(path) => in_stage(model, stage, fixed(&path), user),
        None => Owned::Doubtful("what it copies cannot be told from the file".to_owned()),
    });
    each.max().unwrap_or(Owned::ByRoot)
}

/// A path up to the directory in front of its first wildcard.
fn fixed(path: &str) -> &str {
    match path.find(['*', '?', '[']) {
        Some(at) => path::parent(&path[..at]),
        None => path,
    }
}

fn in_stage(model: &BuildModel, stage: usize, path: &str, user: &str) -> Owned {
    let history = model.history(stage);
    let by_chown = match reach(model, &history, path, true) {
        Reach::None => Owned::ByRoot,
        Reach::Part => Owned::Divided("the stage that the files come from gives some of them to somebody".to_owned()),
        Reach::All => Owned::Decided,
    };
    let made = history.iter().any(|id| match &model.step(*id).kind {
        StepKind::Copy(copy) => is_related(copy, path),
        StepKind::Run(_) => true,
        _ => false,
    });
    if !made {
        let why = "the files are those of the image that their stage begins with, and nobody sees here whose they are";
        return Owned::Doubtful(why.to_owned());
    }
    let steps = history.iter().map(|id| by_step(model, *id, path, user));
    steps.fold(by_chown, Owned::max)
}

/// Whether a copy may bring what lies at the path, or something in it.
fn is_related(copy: &Copy, path: &str) -> bool {
    copy.destination
        .path
        .as_deref()
        .is_none_or(|destination| path::below(destination, path).is_some() || path::below(path, destination).is_some())
}

fn by_step(model: &BuildModel, id: StepId, path: &str, user: &str) -> Owned {
    let step = model.step(id);
    match &step.kind {
        StepKind::Copy(copy) => match copy.chown.as_deref().map(User::parse) {
            _ if !is_related(copy, path) => Owned::ByRoot,
            Some(User::Root) => Owned::ByRoot,
            Some(_) => Owned::Decided,
            None => owned(model, copy, user),
        },
        StepKind::Run(run) => match &step.scope.user {
            User::Other(other) if other == user => Owned::Decided,
            User::Other(other) => {
                Owned::Doubtful(format!("the stage that they come from runs as `{other}`, whose files they may be"))
            }
            User::Unknown => {
                Owned::Doubtful("nothing in the file shows as whom the stage runs that they come from".to_owned())
            }
            User::Root if ["su ", "sudo ", "gosu ", "su-exec "].iter().any(|program| run.mentions(program)) => {
                Owned::Doubtful("the stage that they come from runs commands as somebody else".to_owned())
            }
            User::Root => Owned::ByRoot,
        },
        _ => Owned::ByRoot,
    }
}
