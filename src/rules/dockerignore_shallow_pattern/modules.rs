//! Whether the host's `node_modules` can be missed: every build that brings it makes it anew in the same place.

use std::sync::Arc;

use super::Job;
use super::needs::Builds;
use crate::model::installs::{Ecosystem, InstallKind, Project};
use crate::model::{CopyFrom, StepId, StepKind, path};

/// What says that an install fills the directories of packages further below.
const WORKSPACES: [&str; 3] = ["pnpm-workspace.yaml", "lerna.json", "rush.json"];

impl Job<'_> {
    pub(super) fn judge_modules(&mut self) {
        let own = Builds { path: None, dockerfile: self.ctx.dockerfile, model: self.ctx.model };
        self.judge_modules_of(&own);
        for other in &self.sharers().list {
            self.judge_modules_of(&Builds {
                path: Some(&other.path),
                dockerfile: &other.dockerfile,
                model: &other.model,
            });
        }
    }

    fn judge_modules_of(&mut self, builds: &Builds<'_>) {
        let lost = Arc::clone(&self.lost);
        for (stage, found) in builds.model.stages.iter().enumerate() {
            for (step, taking) in found.steps.iter().enumerate() {
                let taken = taking.taken();
                let Some(root) = lost.roots.iter().find(|root| {
                    taken.covers(&root.path) && !self.is_made_anew(builds, StepId { stage, step }, &root.path)
                }) else {
                    continue;
                };
                let reason = format!("{} brings `{}`, and no install makes it anew there", builds.name(), root.path);
                // Another Dockerfile may have nothing to do with Node.js at all.
                if builds.path.is_none() {
                    self.stop(reason)
                } else {
                    self.doubt(reason)
                }
                return;
            }
        }
    }

    /// Whether what `id` brings of `modules`, a `node_modules`, is installed in the image as well, or comes out of another stage.
    fn is_made_anew(&self, builds: &Builds<'_>, id: StepId, modules: &str) -> bool {
        let next = StepId { step: id.step + 1, ..id };
        let project = Project::new(builds.model, self.context, next);
        let package = modules.rsplit_once('/').map_or("", |(package, _)| package);
        let mut places = project.directories(id).filter_map(|(source, target)| {
            let inside = crate::context::below(source, package)?;
            Some(if inside.is_empty() { target.to_owned() } else { path::join(target, inside) })
        });
        places.next().is_some_and(|place| {
            self.is_installed(builds, id.stage, &place, package) || comes_from_a_stage(builds, id.stage, &place)
        })
    }

    /// Whether an install fills `place`, the directory of the image that `package` of the context comes to.
    fn is_installed(&self, builds: &Builds<'_>, stage: usize, place: &str, package: &str) -> bool {
        let related = |other: &usize| {
            builds.model.lineage(stage).contains(other) || builds.model.lineage(*other).contains(&stage)
        };
        let stages = (0..builds.model.stages.len()).filter(related);
        stages.flat_map(|stage| builds.model.installs(stage)).any(|install| {
            let node = matches!(install.ecosystem, Ecosystem::Npm | Ecosystem::Yarn | Ecosystem::Pnpm | Ecosystem::Bun);
            let Some(directory) = install.directory.as_deref().filter(|_| node && install.kind != InstallKind::Named)
            else {
                return false;
            };
            let Some(inside) = path::below(directory, place) else { return false };
            install.certain && (inside.is_empty() || self.has_workspaces(package, inside))
        })
    }

    /// Whether the directory that lies above `package` by `inside` is the root of a workspace.
    fn has_workspaces(&self, package: &str, inside: &str) -> bool {
        let Some(root) = package.strip_suffix(inside) else { return false };
        let root = root.trim_end_matches('/');
        let there = |name: &str| crate::model::path::join("/", &format!("{root}/{name}"));
        let manifest = self.context.read(&there("package.json"), 1 << 20).unwrap_or_default();
        manifest.contains("\"workspaces\"") || WORKSPACES.iter().any(|name| self.context.entry(&there(name)).is_some())
    }
}

/// Whether a copy from another stage or image goes to the `node_modules` of `place`.
fn comes_from_a_stage(builds: &Builds<'_>, stage: usize, place: &str) -> bool {
    let modules = path::join(place, "node_modules");
    builds.model.lineage(stage).into_iter().flat_map(|stage| &builds.model.stages[stage].steps).any(|step| match &step
        .kind
    {
        StepKind::Copy(copy) => {
            copy.from != CopyFrom::Context && copy.destination.path.as_deref() == Some(modules.as_str())
        }
        _ => false,
    })
}
