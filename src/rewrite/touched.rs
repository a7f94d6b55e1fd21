//! Which COPYs bring exactly what a command touches, and which directories they leave as they were.

use super::base::{self, BaseHolds};
use super::brought::{Relation, Root, RootKind, roots};
use super::bystanders::{Made, Observed};
use super::call::{Call, Target};
use super::{Property, Site};
use crate::model::layout::Present;
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

impl Covered {
    /// Whether `directory` is there once it has run: the destination, or one above it.
    fn makes(&self, directory: &str) -> bool {
        self.roots.iter().any(|root| {
            let destination = match root.kind {
                // Whoever makes it a directory afterwards, as WORKDIR does, would fail if it were a file.
                RootKind::Tree(_) | RootKind::Either(_) => root.path.as_str(),
                RootKind::File(_) => path::parent(&root.path),
            };
            path::below(directory, destination).is_some()
        })
    }
}

/// What a command touches of what the COPYs in front of it bring.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    /// The COPYs of which it touches everything, in file order.
    pub copies: Vec<Covered>,
    /// For each target whether these COPYs bring it, so that their flags can stand for it.
    pub reached: Vec<bool>,
    /// A COPY of single files of which it touches some, and one that it does not touch.
    pub partly: Option<(StepId, String)>,
}

/// The COPYs that bring what `targets` name, and nothing else.
///
/// A target that is only a part of what a COPY brings is not reached: a flag would do more.
#[must_use]
pub fn touched(site: &Site<'_>, call: &Call<'_>, targets: &[Target]) -> Touched {
    let nothing = || Touched { copies: Vec::new(), reached: vec![false; targets.len()], partly: None };
    let history = site.model.history(call.id.stage);
    let mut brought = Vec::new();
    for id in history.iter().take_while(|id| **id < call.id) {
        let StepKind::Copy(copy) = &site.model.step(*id).kind else { continue };
        let Some(roots) = roots(site, *id, copy, &history) else { return nothing() };
        brought.push(Covered { id: *id, roots, as_file: false });
    }
    let mut reached = vec![true; targets.len()];
    let mut partly = None;
    loop {
        let left: Vec<Target> = chosen(targets, &reached).cloned().collect();
        let Some(broken) = brought.iter().find(|copy| relation(site, copy, &left) == Relation::Partly) else { break };
        partly = partly.or_else(|| Some((broken.id, untouched_file(site, broken, &left)?)));
        for (target, reached) in targets.iter().zip(&mut reached) {
            *reached &= relation(site, broken, std::slice::from_ref(target)) == Relation::Apart;
        }
    }
    let left: Vec<Target> = chosen(targets, &reached).cloned().collect();
    let copies: Vec<Covered> = brought
        .into_iter()
        .filter_map(|copy| {
            let relation = relation(site, &copy, &left);
            (relation > Relation::Apart).then(|| Covered { as_file: relation == Relation::InsideAsFile, ..copy })
        })
        .collect();
    for (target, reached) in targets.iter().zip(&mut reached) {
        let one = std::slice::from_ref(target);
        *reached &= copies.iter().any(|copy| relation(site, copy, one) > Relation::Apart);
    }
    Touched { copies, reached, partly }
}

/// Of a COPY that brings nothing but files, one that the command does not touch.
fn untouched_file(site: &Site<'_>, copy: &Covered, targets: &[Target]) -> Option<String> {
    if !copy.roots.iter().all(|root| matches!(root.kind, RootKind::File(_))) {
        return None;
    }
    let untouched = |root: &&Root| root.relation(targets, site, copy.id.stage) == Relation::Apart;
    copy.roots.iter().find(untouched).map(|root| root.path.clone())
}

fn chosen<'t>(targets: &'t [Target], reached: &'t [bool]) -> impl Iterator<Item = &'t Target> {
    targets.iter().zip(reached).filter(|(_, reached)| **reached).map(|(target, _)| target)
}

/// How all that a COPY brings lies to the targets: apart or inside as a whole, or partly.
fn relation(site: &Site<'_>, copy: &Covered, targets: &[Target]) -> Relation {
    let relations: Vec<Relation> = copy.roots.iter().map(|root| root.relation(targets, site, copy.id.stage)).collect();
    let apart = |relation: &Relation| *relation == Relation::Apart;
    if relations.iter().all(apart) {
        return Relation::Apart;
    }
    if relations.iter().any(apart) {
        return Relation::Partly;
    }
    relations.into_iter().max().unwrap_or(Relation::Apart)
}

/// The directories among what a command touches that a flag of the COPYs leaves as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Absolute, sorted, each once; the target among them if there is any.
    pub directories: Vec<String>,
    /// Why the flags cannot stand for the command.
    pub obstacle: Option<String>,
    /// Why they may not.
    pub doubt: Option<String>,
}

/// What the flags of `covered` leave of `target` for the command to do.
#[must_use]
pub fn left(
    site: &Site<'_>,
    call: &Call<'_>,
    target: &Target,
    covered: &[Covered],
    observed: &Observed,
    property: Property,
) -> Left {
    let mut left = Left::default();
    let roots = || covered.iter().flat_map(|covered| &covered.roots);
    if base::declares_volume(site, call.id.stage, &target.path) {
        left.obstacle = Some("a VOLUME of the base image covers the path, where some builders undo a RUN".to_owned());
    }
    let is_file = roots().any(|root| matches!(root.kind, RootKind::File(_)) && root.path == target.path);
    let inside = |made: &str| path::below(&target.path, made).is_some();
    if property == Property::Owner && !parent_exists(site, covered, observed, &target.path) {
        let parent = path::parent(&target.path);
        left.doubt = Some(format!("the copy may have to make `{parent}`, and its flag would give that away as well"));
    }
    if property == Property::Owner
        && observed.buildah
        && let Some(above) = made_late(site, covered, observed, &target.path)
    {
        left.doubt =
            Some(format!("if the base has no `{above}`, buildah makes it at the copy, and gives it away as well"));
    }
    if is_file || !target.recursive {
        return left;
    }
    match base::holds(site, call.id.stage, &target.path) {
        BaseHolds::Nothing => {}
        BaseHolds::Perhaps(_) if !is_destination(covered, observed, &target.path) => {
            left.obstacle = Some(format!("`{}` is the base image's, which surely has more in it", target.path));
        }
        BaseHolds::Perhaps(doubt) => {
            left.doubt = Some(doubt);
            left.directories.push(target.path.clone());
        }
        BaseHolds::Files => {
            left.obstacle = Some(format!("the base image has files of its own in `{}`", target.path));
        }
    }
    // A directory that a COPY with the flag has made before belongs to the flag's owner already.
    let brought = |made: &Made, directory: &str| {
        property == Property::Owner && covered.iter().filter(|copy| copy.id < made.by).any(|copy| copy.makes(directory))
    };
    for made in observed.made.iter().filter(|made| inside(&made.path)) {
        let chain = if made.parents { between(&target.path, &made.path) } else { vec![made.path.clone()] };
        left.directories.extend(chain.into_iter().filter(|directory| !brought(made, directory)));
    }
    if property == Property::Mode {
        // A directory that the COPY makes for its destination does not get the flag's mode.
        let made = roots().map(|root| match root.kind {
            RootKind::File(_) => path::parent(&root.path),
            _ => root.path.as_str(),
        });
        left.directories.extend(made.filter(|made| inside(made)).flat_map(|made| between(&target.path, made)));
    }
    if !left.directories.is_empty() {
        // Whoever reads the command expects it to begin with the path that it named.
        left.directories.push(target.path.clone());
    }
    left.directories.sort();
    left.directories.dedup();
    left
}

/// Whether a COPY, WORKDIR or mkdir of the file names `target` itself, so that it is not known from the base image alone.
fn is_destination(covered: &[Covered], observed: &Observed, target: &str) -> bool {
    let named = |root: &Root| match root.kind {
        RootKind::File(_) => path::parent(&root.path) == target,
        RootKind::Tree(_) | RootKind::Either(_) => root.path == target,
    };
    covered.iter().any(|copy| copy.roots.iter().any(named)) || observed.made.iter().any(|made| made.path == target)
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

/// Whether the base image has `directory` beyond doubt.
fn in_every_case(site: &Site<'_>, stage: usize, directory: &str) -> bool {
    site.model.base_has_directory(stage, directory) == Present::Yes || base::has(site, stage, directory)
}

/// Whether the directory that `target` lies in was there before the first of the COPYs.
fn parent_exists(site: &Site<'_>, covered: &[Covered], observed: &Observed, target: &str) -> bool {
    let parent = path::parent(target);
    let Some(first) = covered.first().map(|covered| covered.id) else { return false };
    if in_every_case(site, first.stage, parent) {
        return true;
    }
    let before = |id: &StepId| *id <= first;
    let made = observed.made.iter().any(|made| before(&made.by) && path::below(parent, &made.path).is_some());
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

/// A directory above the target that only a WORKDIR makes, with no RUN before the COPY: buildah puts off making it.
fn made_late<'t>(site: &Site<'_>, covered: &[Covered], observed: &Observed, target: &'t str) -> Option<&'t str> {
    let first = covered.first()?.id;
    let history = site.model.history(first.stage);
    let above = std::iter::successors(Some(path::parent(target)), |path| (*path != "/").then(|| path::parent(path)));
    let mut above = above.filter(|path| !in_every_case(site, first.stage, path));
    above.find(|path| {
        let makers = observed.made.iter().filter(|made| made.by <= first && path::below(path, &made.path).is_some());
        let maker = makers.map(|made| made.by).min();
        maker.is_some_and(|maker| {
            let is_run = |id: &StepId| matches!(site.model.step(*id).kind, StepKind::Run(_));
            !history.iter().any(|id| maker <= *id && *id < first && is_run(id))
        })
    })
}
