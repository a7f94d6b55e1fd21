//! `install-after-source`: dependencies are installed below the copy of the sources, so each change of a source installs
//! them again.
//!
//! `harmless` knows commands that read no sources, `between` judges what stands between the copy and the install, `shape` what else
//! is in the RUN, `ignore` keeps the host's own install out of the context, `write` says it, and `example` names a source
//! whose change shows what it gives.

mod between;
mod example;
mod harmless;
mod ignore;
mod shape;
mod stub;
mod write;

use super::{Rule, RuleContext};
use crate::context::{BuildContext, GitState};
use crate::finding::Finding;
use crate::model::cache::Cause;
use crate::model::installs::inputs::{Inputs, inputs};
use crate::model::installs::{Install, InstallKind, Project};
use crate::model::{Base, Copy, CopyFrom, SourceKind, StepId, StepKind, path};
use crate::settings::Obstacles;
use crate::text::Span;
use shape::Shape;

const SLUG: &str = "install-after-source";

/// Directories in which programs look for their configuration, or are found themselves: a copy there is more than sources.
const SYSTEM: [&str; 16] = [
    "/",
    "/bin",
    "/etc",
    "/go",
    "/lib",
    "/root",
    "/sbin",
    "/usr",
    "/usr/bin",
    "/usr/etc",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/etc",
    "/usr/local/lib",
    "/var",
];

/// The rule.
pub static RULE: InstallAfterSource = InstallAfterSource;

/// See `rules/install-after-source/README.md`.
pub struct InstallAfterSource;

impl Rule for InstallAfterSource {
    fn check(&self, ctx: &RuleContext<'_>, findings: &mut Vec<Finding>) {
        let mut found = Vec::new();
        for stage in 0..ctx.model.stages.len() {
            if ctx.model.stages[stage].windows || !copies_before_a_run(ctx, stage) {
                continue;
            }
            let installs = ctx.model.installs(stage);
            for (index, install) in installs.iter().enumerate() {
                // The first of a RUN speaks for the others.
                let first = installs.iter().position(|other| other.step == install.step && is_chosen(other, &installs));
                if first == Some(index) {
                    found.extend(look(ctx, &installs, install));
                }
            }
        }
        found.sort_by_key(|finding| finding.span);
        findings.append(&mut found);
    }

    fn gains(&self, ctx: &RuleContext<'_>, finding: &Finding) -> Option<Cause> {
        example::of(ctx, finding).map(Cause::Path)
    }
}

/// Whether it is one to look at: not what installs the project on top of an install of its dependencies.
fn is_chosen(install: &Install, all: &[Install]) -> bool {
    let on_top = |other: &Install| {
        let same = other.ecosystem == install.ecosystem && other.directory == install.directory;
        same && other.kind != InstallKind::Build
            && other.is_of_dependencies()
            && (other.step, other.command) < (install.step, install.command)
    };
    install.is_of_dependencies() && !(install.kind == InstallKind::Build && all.iter().any(on_top))
}

/// Whether a copy that may bring a directory stands above a RUN: cheap, by the text alone.
fn copies_before_a_run(ctx: &RuleContext<'_>, stage: usize) -> bool {
    let steps = &ctx.model.stages[stage].steps;
    let first = steps.iter().position(|step| match &step.kind {
        StepKind::Copy(copy) => {
            copy.from == CopyFrom::Context && copy.sources.iter().any(|source| may_be_directory(&source.text))
        }
        _ => false,
    });
    first.is_some_and(|first| steps[first..].iter().any(|step| matches!(step.kind, StepKind::Run(_))))
}

/// Whether a source may be a directory, by its name.
fn may_be_directory(source: &str) -> bool {
    let name = path::file_name(source);
    matches!(name, "" | "." | "..")
        || source.ends_with('/')
        || source.contains('*')
        || !name.trim_start_matches('.').contains('.')
}

/// An install, the copy above it, and what is known of the two.
struct Job<'a> {
    ctx: &'a RuleContext<'a>,
    context: &'a BuildContext,
    project: Project<'a>,
    /// The installs of the RUN.
    installs: Vec<&'a Install>,
    run: StepId,
    copy_id: StepId,
    copy: &'a Copy,
    /// Where the copy goes.
    destination: &'a str,
    obstacles: Obstacles,
}

impl Job<'_> {
    fn stop(&mut self, reason: impl Into<String>) {
        self.obstacles.stop(reason);
    }

    fn doubt(&mut self, reason: impl Into<String>) {
        self.obstacles.doubt(reason);
    }
}

/// What there is to say of an install.
fn look(ctx: &RuleContext<'_>, all: &[Install], install: &Install) -> Option<Finding> {
    let Some(context) = ctx.context_of(install.step.stage) else { return write::without_context(ctx, install) };
    let project = Project::new(ctx.model, context, install.step);
    let directory = install.directory.as_deref();
    let destination = |id: StepId| match &ctx.model.step(id).kind {
        StepKind::Copy(copy) => copy.destination.path.as_deref().map(|destination| (copy, destination)),
        _ => None,
    };
    // What goes elsewhere is no source of this project.
    let concerns = |id: &StepId| {
        let Some((_, destination)) = destination(*id) else { return false };
        directory.is_none_or(|directory| related(directory, destination))
    };
    let copy_id = project.whole().filter(|id| id.stage == install.step.stage).filter(concerns).last()?;
    let (copy, destination) = destination(copy_id)?;
    let same = |other: &&Install| {
        other.ecosystem == install.ecosystem
            && other.directory == install.directory
            && other.is_of_dependencies()
            && other.step < copy_id
    };
    if all.iter().any(|other| same(&other)) || earlier_stage_installs(ctx, install) {
        return None;
    }
    let installs = all.iter().filter(|other| other.step == install.step && is_chosen(other, all)).collect();
    let mut job = Job {
        ctx,
        context,
        project,
        installs,
        run: install.step,
        copy_id,
        copy,
        destination,
        obstacles: Obstacles::default(),
    };
    let inputs = job.inputs();
    if inputs.files.is_empty() && directory.is_none_or(|directory| path::below(destination, directory).is_none()) {
        // Nothing says that the project is here.
        return None;
    }
    if job.brings_manifests_only(&inputs) {
        return None;
    }
    let manifests = job.manifests(&inputs);
    job.surroundings();
    job.between();
    let shape = job.shape();
    let stub = if inputs.stub { job.stub(install) } else { None };
    Some(write::finding(job, &inputs, &manifests, Writing { shape, stub }))
}

/// Whether one of two directories holds the other.
fn related(one: &str, other: &str) -> bool {
    path::below(one, other).is_some() || path::below(other, one).is_some()
}

/// Whether a stage that this one is based on installs the same, so that this install is one more on top.
fn earlier_stage_installs(ctx: &RuleContext<'_>, install: &Install) -> bool {
    let lineage = ctx.model.lineage(install.step.stage);
    lineage.into_iter().filter(|stage| *stage != install.step.stage).any(|stage| {
        let same = |other: &Install| other.ecosystem == install.ecosystem && other.directory == install.directory;
        ctx.model.installs(stage).iter().any(|other| same(other) && other.is_of_dependencies())
    })
}

/// How the RUN of an install is written anew.
#[derive(Clone, Copy)]
struct Writing {
    shape: Shape,
    /// The command that gets a stub around it.
    stub: Option<Span>,
}

/// A file that has to be copied before the install.
struct Manifest {
    /// In the context, as the copy names it.
    source: String,
    /// In the image.
    target: String,
}

impl Job<'_> {
    /// What the installs of the RUN read, taken together.
    fn inputs(&mut self) -> Inputs {
        let mut all = Inputs::default();
        for install in self.installs.clone() {
            let inputs = inputs(self.ctx.model, &self.project, install);
            for file in inputs.files {
                if !all.files.contains(&file) {
                    all.files.push(file);
                }
            }
            all.absent.extend(inputs.absent);
            all.made.extend(inputs.made);
            all.stub |= inputs.stub;
            self.obstacles.extend(inputs.obstacles);
            if !install.certain {
                self.stop("it runs only under a condition");
            }
        }
        all
    }

    /// Whether the copy is meant for the install: it names a manifest itself, or its directories hold nothing but manifests.
    fn brings_manifests_only(&self, inputs: &Inputs) -> bool {
        let brought = |target: &String| self.project.brought_by(self.copy_id, target).map(|found| found.source);
        let read: Vec<String> = inputs.files.iter().filter_map(brought).collect();
        let named = |source: &crate::model::Source| {
            let matches = self.context.matches(&source.text);
            matches.found.iter().any(|found| found.entry.is_file() && read.contains(&found.path))
        };
        if self.copy.sources.iter().any(|source| !source.text.contains('*') && named(source)) {
            return true;
        }
        let directories: Vec<&str> = self.project.directories(self.copy_id).map(|(source, _)| source).collect();
        directories.into_iter().all(|directory| {
            // The whole context is never meant, whatever it holds.
            let few = |entries: &[crate::context::Entry]| {
                entries.iter().all(|entry| entry.is_directory() || read.contains(&entry.path))
            };
            !directory.is_empty() && few(&self.context.walk(directory).entries)
        })
    }

    /// The files that the copy brings to the installs.
    fn manifests(&mut self, inputs: &Inputs) -> Vec<Manifest> {
        let mut manifests = Vec::new();
        for target in &inputs.files {
            let Some(found) = self.project.find(target).filter(|found| found.step == self.copy_id) else { continue };
            let name = found.source.clone();
            if !found.entry.is_file() || found.entry.path != name {
                self.stop(format!("`{name}` is a link"));
            }
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._@+-/".contains(&byte);
            if !name.bytes().all(plain) {
                self.stop(format!("`{name}` would have to be quoted"));
            }
            match &found.entry.git {
                GitState::Ignored | GitState::Untracked => {
                    self.stop(format!("`{name}` is not in git, so a COPY that names it fails in other checkouts"));
                }
                GitState::Unknown(reason) => self.doubt(format!("whether `{name}` is in git is not known: {reason}")),
                GitState::NoRepository | GitState::Tracked { .. } => {}
            }
            if self.is_there_already(target, &name) {
                continue;
            }
            manifests.push(Manifest { source: name, target: target.clone() });
        }
        for target in &inputs.absent {
            let places = self.project.places(self.copy_id, target);
            let elsewhere = |place: &&String| self.context.git_of_file(place) == GitState::Ignored;
            if let Some(place) = places.iter().find(elsewhere) {
                self.doubt(format!("git ignores `{place}`, which the install reads where it is there"));
            }
        }
        manifests
    }

    /// Whether a copy further up brings the same file to the same place, with the same owner and mode.
    fn is_there_already(&self, target: &str, source: &str) -> bool {
        let above = self.ctx.model.history(self.run.stage).into_iter().filter(|id| *id < self.copy_id);
        above.into_iter().any(|id| {
            let StepKind::Copy(copy) = &self.ctx.model.step(id).kind else { return false };
            let same = copy.chown == self.copy.chown && copy.chmod == self.copy.chmod;
            same && self.project.brought_by(id, target).is_some_and(|found| found.source == source)
        })
    }

    /// What holds for the copy and the install alike.
    fn surroundings(&mut self) {
        if !self.ctx.context_is_certain {
            self.doubt("the build context is a guess");
        }
        let lineage = self.ctx.model.lineage(self.run.stage);
        if lineage.first().is_some_and(|first| self.ctx.model.stages[*first].base == Base::Unknown) {
            self.doubt("a build argument alone names the base image, which may be one for Windows");
        }
        if SYSTEM.contains(&self.destination) {
            self.stop(format!("the COPY goes to {}, and may bring what the system needs", self.destination));
        }
        if self.copy.sources.iter().any(|source| source.kind != SourceKind::Path) {
            self.stop("a source of the COPY is not known");
        }
        let step = self.ctx.model.step(self.copy_id);
        if !step.instruction_variables().is_empty() {
            self.stop("the COPY has variables");
        }
        let scope = &self.ctx.model.step(self.run).scope;
        if scope.workdir_overridable {
            self.stop("a build argument decides on the working directory");
        }
        if scope.variable("HOME").is_some_and(|home| related(self.destination, &home)) {
            self.stop("HOME lies among the sources, where every package manager looks for its configuration");
        }
    }
}
