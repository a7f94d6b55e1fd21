//! Which copied files lack the mode that their use needs.

use std::collections::BTreeMap;

use super::{building, execution, reading, searched};
use crate::context::{Entry, GitState};
use crate::model::landing::{Landed, Origin};
use crate::model::{Shell, StepId};
use crate::rules::RuleContext;
use crate::settings::Applicability;
use crate::text::Span;

/// What the file has to allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// It is run directly: 755.
    Execute,
    /// Somebody who is not its owner reads it: 644.
    Read,
    /// A directory that somebody who is not its owner has to enter: 755.
    Enter,
    /// A directory that is read whole: `-R a+rX`.
    ReadTree,
}

/// A file, or a directory, that needs a mode.
#[derive(Clone, Debug)]
pub struct Need {
    /// The copy that brings it.
    pub copy: StepId,
    /// Where it lies in the image.
    pub path: String,
    /// What for.
    pub usage: Use,
    /// What is wrong, behind the path: "is run by ENTRYPOINT, and has mode 644 on disk".
    pub problem: String,
    /// How sure it is, before anything is said of a RUN.
    pub level: Applicability,
    /// Why it is not surer.
    pub doubt: Option<String>,
    /// Bytes that a RUN stores a second time, if known.
    pub bytes: Option<u64>,
    /// The mode on disk, if known.
    pub mode: Option<u32>,
    /// What it is needed for: "run here", "runs as `app` from here on".
    pub related: Option<(Span, String)>,
    /// Whether the copy names this very file, and is no directory or glob.
    pub named: bool,
    /// Never written, only shown: a secret.
    pub secret: bool,
}

/// Everything that lacks a mode, each path once, in the order of the copies.
pub fn collect(ctx: &RuleContext<'_>) -> Vec<Need> {
    let mut needs: BTreeMap<(StepId, String), Need> = BTreeMap::new();
    let mut add = |need: Need| {
        let key = (need.copy, need.path.clone());
        // What is executable for everybody is readable too, so the stronger use stays.
        match needs.get(&key) {
            Some(present) if present.usage <= need.usage && present.level >= need.level => {}
            _ => {
                needs.insert(key, need);
            }
        }
    };
    let stages = || (0..ctx.model.stages.len()).filter(|stage| understood(ctx, *stage));
    let last = ctx.model.final_stages();
    stages().flat_map(|stage| execution::needs(ctx, stage)).for_each(&mut add);
    stages().flat_map(|stage| building::needs(ctx, stage)).for_each(&mut add);
    let images = || stages().filter(|stage| last.contains(stage));
    images().flat_map(|stage| reading::needs(ctx, stage)).for_each(&mut add);
    images().flat_map(|stage| searched::needs(ctx, stage)).for_each(&mut add);
    if ctx.settings.text_option(super::SLUG, "when") == Some("always") {
        stages().flat_map(|stage| reading::always(ctx, stage)).for_each(&mut add);
    }
    needs.into_values().collect()
}

/// Whether POSIX modes mean anything there.
fn understood(ctx: &RuleContext<'_>, stage: usize) -> bool {
    let stage = &ctx.model.stages[stage];
    // These users are there on Windows only.
    let windows_user = matches!(stage.end.user.other(), Some("ContainerAdministrator" | "ContainerUser"));
    !stage.windows && !windows_user && stage.end.shell != Shell::Foreign
}

/// Whether every checkout has a file: how sure a fix that names it can be, and why not surer.
pub fn missing_elsewhere(entry: &Entry, named: bool) -> (Applicability, Option<String>) {
    let lacks = "so another checkout may lack it and the chmod would fail";
    match entry.git {
        GitState::Ignored if !named => (Applicability::Display, Some(format!("git ignores `{}`, {lacks}", entry.path))),
        GitState::Untracked if !named => {
            (Applicability::Unsafe, Some(format!("git does not track `{}`, {lacks}", entry.path)))
        }
        _ => (Applicability::Safe, None),
    }
}

/// The mode that the copy gives the file, where it is known.
pub fn copied_mode(origin: &Origin) -> Option<u32> {
    match origin {
        Origin::File(entry) => entry.mode,
        Origin::Heredoc => Some(0o644),
        Origin::Download => Some(0o600),
        Origin::Unseen | Origin::Perhaps | Origin::Elsewhere => None,
    }
}

/// How many bytes the file has.
pub fn bytes(landed: &Landed) -> Option<u64> {
    match &landed.origin {
        Origin::File(entry) => Some(entry.size),
        _ => None,
    }
}
