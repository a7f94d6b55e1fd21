//! Which COPYs bring exactly what a command touches, and which directories they leave as they were.

use super::base::{self, BaseHolds};
use super::brought::{Relation, Root, RootKind, roots};
use super::bystanders::Observed;
use super::call::{Call, Target};
use super::{Property, Site};
use crate::model::landing::is_usual_directory;
use crate::model::{StepId, StepKind, path};

/// A COPY of which a command touches everything.
#[derive(Clone, Debug)]
pub struct Covered {
    /// The COPY.
    pub id: StepId,
    /// What it brings.
    pub roots: Vec<Root>,
    /// Whether that holds only if what it brings is a file, as it seems to be.
    pub as_file: bool,
}

/// How a command lies to the COPYs in front of it.
#[derive(Clone, Debug)]
pub enum Touched {
    /// It touches nothing that a COPY brings.
    Nothing,
    /// It touches a part of what a COPY brings, so that a flag of that COPY would do more.
    Partly,
    /// It touches all that these COPYs bring, but this path as well, which none of them brings.
    Others(String),
    /// It touches all that these COPYs bring, in file order.
    Exactly(Vec<Covered>),
}

/// The COPYs that bring what `targets` name.
#[must_use]
pub fn touched(site: &Site<'_>, call: &Call<'_>, targets: &[Target]) -> Touched {
    let history = site.model.history(call.id.stage);
    let mut covered = Vec::new();
    for id in history.iter().take_while(|id| **id < call.id) {
        let StepKind::Copy(copy) = &site.model.step(*id).kind else { continue };
        let Some(roots) = roots(site, *id, copy, &history) else { return Touched::Partly };
        let relations: Vec<Relation> = roots.iter().map(|root| root.relation(targets, site, id.stage)).collect();
        let whole = |relation: &Relation| matches!(relation, Relation::Inside | Relation::InsideAsFile);
        if relations.iter().all(|relation| *relation == Relation::Apart) {
            continue;
        }
        if !relations.iter().all(whole) {
            return Touched::Partly;
        }
        covered.push(Covered { id: *id, roots, as_file: relations.contains(&Relation::InsideAsFile) });
    }
    if covered.is_empty() {
        return Touched::Nothing;
    }
    let reached = |target: &Target| {
        let mut roots = covered.iter().flat_map(|covered| covered.roots.iter().map(move |root| (root, covered.id.stage)));
        roots.any(|(root, stage)| root.relation(std::slice::from_ref(target), site, stage) > Relation::Apart)
    };
    match targets.iter().find(|target| !reached(target)) {
        Some(other) => Touched::Others(other.path.clone()),
        None => Touched::Exactly(covered),
    }
}

/// The directories among what a command touches that a flag of the COPYs leaves as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Absolute, sorted, each once.
    pub directories: Vec<String>,
    /// Why the flags cannot stand for the command.
    pub obstacle: Option<String>,
    /// Why they may not.
    pub doubt: Option<String>,
}

/// What the flags of `covered` leave for the command to do.
#[must_use]
pub fn left(
    site: &Site<'_>,
    call: &Call<'_>,
    targets: &[Target],
    covered: &[Covered],
    observed: &Observed,
    property: Property,
) -> Left {
    let mut left = Left::default();
    for target in targets {
        let roots = || covered.iter().flat_map(|covered| &covered.roots);
        let is_file = roots().any(|root| matches!(root.kind, RootKind::File(_)) && root.path == target.path);
        let inside = |made: &str| path::below(&target.path, made).is_some();
        if property == Property::Owner && !parent_exists(site, covered, observed, &target.path) {
            let parent = path::parent(&target.path);
            left.obstacle = Some(format!("the copy makes `{parent}` too, and its flag would give that away as well"));
        }
        if is_file || !target.recursive {
            continue;
        }
        match base::holds(site, call.id.stage, &target.path) {
            BaseHolds::Nothing => {}
            BaseHolds::Perhaps(doubt) => {
                left.doubt = Some(doubt);
                left.directories.push(target.path.clone());
            }
            BaseHolds::Files => {
                left.obstacle = Some(format!("the base image has files of its own in `{}`", target.path));
            }
        }
        let made = observed.made.iter().filter(|made| inside(made));
        left.directories.extend(made.flat_map(|made| between(&target.path, made)));
        if property == Property::Mode {
            // A directory that the COPY makes for its destination does not get the flag's mode.
            let destinations = roots().filter(|root| !matches!(root.kind, RootKind::File(_)) && inside(&root.path));
            left.directories.extend(destinations.flat_map(|root| between(&target.path, &root.path)));
            let files = roots().filter(|root| matches!(root.kind, RootKind::File(_)) && inside(&root.path));
            left.directories.extend(files.flat_map(|root| between(&target.path, path::parent(&root.path))));
        }
    }
    if !left.directories.is_empty() {
        // Whoever reads the command expects it to begin with the path that it named.
        left.directories.extend(targets.iter().map(|target| target.path.clone()));
    }
    left.directories.sort();
    left.directories.dedup();
    left
}

/// The directories from `top` down to `bottom`, both among them.
fn between(top: &str, bottom: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = bottom;
    while path::below(top, at).is_some() {
        found.push(at.to_owned());
        if at == "/" || at == top {
            break;
        }
        at = path::parent(at);
    }
    found
}

/// Whether the directory that `target` lies in was there before the first of the COPYs.
fn parent_exists(site: &Site<'_>, covered: &[Covered], observed: &Observed, target: &str) -> bool {
    let parent = path::parent(target);
    if is_usual_directory(parent) {
        return true;
    }
    let Some(first) = covered.first().map(|covered| covered.id) else { return false };
    let before = |id: &StepId| *id <= first;
    let made = observed.made_at.iter().any(|(id, made)| before(id) && path::below(parent, made).is_some());
    let history = site.model.history(first.stage);
    // A COPY that gets no flag leaves the directories that it makes to root.
    let copied = history.iter().take_while(|id| **id < first).any(|id| match &site.model.step(*id).kind {
        StepKind::Copy(copy) => {
            copy.chown.is_none()
                && copy.destination.path.as_deref().is_some_and(|destination| {
                    let into = copy.destination.directory || copy.sources.len() > 1;
                    path::below(parent, destination).is_some_and(|inside| into || !inside.is_empty())
                })
        }
        _ => false,
    });
    made || copied
}
