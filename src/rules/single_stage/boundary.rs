//! Where the dependencies end: below the last install in front of the first copy of sources.

use super::manifests::is_manifest;
use crate::model::installs::inputs::inputs;
use crate::model::installs::{Install, InstallKind, Project};
use crate::model::{Copy, CopyFrom, SourceKind, Step, StepId, StepKind, path};
use crate::rules::RuleContext;
use crate::syntax::RunInstruction;

/// What package managers install of themselves and their like, on the way to the dependencies.
const TOOLS: [&str; 17] = [
    "bun",
    "bundler",
    "composer",
    "corepack",
    "hatch",
    "npm",
    "pdm",
    "pip",
    "pip-tools",
    "pipenv",
    "pnpm",
    "poetry",
    "setuptools",
    "uv",
    "virtualenv",
    "wheel",
    "yarn",
];

/// Subcommands of installs that name their packages.
const SUBCOMMANDS: [&str; 7] = ["install", "i", "add", "global", "get", "tool", "pip"];

/// Where programs and settings of the system lie.
const SYSTEM: [&str; 8] = ["/bin", "/etc", "/lib", "/sbin", "/usr/bin", "/usr/lib", "/usr/local", "/usr/sbin"];

/// Directories that hold the others.
const ABOVE: [&str; 4] = ["/", "/opt", "/usr", "/var"];

/// Where a stage can be cut.
pub(super) enum Boundary {
    /// It installs nothing, or has no sources below.
    Nowhere,
    /// The sources stand above the install; the sentence says so.
    OutOfOrder(String),
    /// Below the step with this index.
    Below(usize),
}

/// Finds it for the only stage of a file.
pub(super) fn find(ctx: &RuleContext<'_>) -> Boundary {
    let steps = &ctx.model.stages[0].steps;
    // Cheap, by the kinds of the instructions alone.
    if !steps.iter().any(|step| matches!(step.kind, StepKind::Run(_))) || !(steps.iter().any(brings_files)) {
        return Boundary::Nowhere;
    }
    let installs: Vec<Install> = ctx.model.installs(0).into_iter().filter(is_of_dependencies).collect();
    if installs.is_empty() {
        return Boundary::Nowhere;
    }
    let view = View::new(ctx, &installs);
    let first = (0..steps.len()).find(|index| view.is_source(*index));
    let is_above = |install: &&Install| first.is_none_or(|first| install.step.step < first);
    let Some(last) = installs.iter().rfind(is_above) else {
        return first.map_or(Boundary::Nowhere, |first| view.out_of_order(first, &installs[0]));
    };
    let replaced = |install: &Install| {
        let same = |other: &&Install| other.ecosystem == install.ecosystem && other.directory == install.directory;
        installs.iter().filter(is_above).filter(same).any(|other| other.kind != InstallKind::Named)
    };
    let own = |install: &&Install| matches!(install.kind, InstallKind::Dependencies | InstallKind::Resolve);
    let later = installs.iter().filter(|install| install.step > last.step).filter(own).find(|it| !replaced(it));
    if let (Some(first), Some(later)) = (first, later) {
        return view.out_of_order(first, later);
    }
    let below = last.step.step + 1..steps.len();
    let Some(application) = below.clone().find(|index| view.is_application(*index)) else { return Boundary::Nowhere };
    // Packages that the command names may be one step of a system that is not complete before the next RUN.
    let named = installs.iter().filter(is_above).all(|install| install.kind == InstallKind::Named);
    let more = below.start..application;
    if named && more.into_iter().any(|index| matches!(steps[index].kind, StepKind::Run(_))) {
        return Boundary::Nowhere;
    }
    Boundary::Below(last.step.step)
}

/// Whether an install asks for dependencies of the project, or for packages that are no tools for that.
fn is_of_dependencies(install: &Install) -> bool {
    if install.kind != InstallKind::Named {
        return install.is_of_dependencies();
    }
    let words = install.arguments.iter().flatten().map(String::as_str);
    let packages: Vec<&str> =
        words.filter(|word| !word.starts_with('-') && !SUBCOMMANDS.contains(word) && !word.is_empty()).collect();
    let name = |package: &str| {
        let end = package.find(['=', '<', '>', '~', '!', '[', '@']).filter(|end| *end > 0);
        package[..end.unwrap_or(package.len())].to_owned()
    };
    packages.iter().any(|package| !TOOLS.contains(&name(package).as_str()))
}

/// Whether a place lies in the directory of a project. One in the root of the image is not all that lies below.
fn belongs(directory: &str, place: &str) -> bool {
    if directory == "/" { place == "/" || path::parent(place) == "/" } else { path::below(directory, place).is_some() }
}

/// Whether a copy goes to where the system keeps its own.
fn goes_to_system(copy: &Copy) -> bool {
    copy.destination.path.as_deref().is_some_and(|place| ABOVE.contains(&place)) || is_below_system(copy)
}

fn is_below_system(copy: &Copy) -> bool {
    let below = |place: &str| SYSTEM.iter().any(|system| path::below(system, place).is_some());
    copy.destination.path.as_deref().is_some_and(below)
}

/// Whether a step brings files of the build context.
fn brings_files(step: &Step) -> bool {
    !names(step).is_empty()
}

/// What a step takes from the build context, as it is named there.
fn names(step: &Step) -> Vec<String> {
    match &step.kind {
        StepKind::Copy(copy) if copy.from == CopyFrom::Context => {
            let taken = copy
                .sources
                .iter()
                .filter(|source| matches!(source.kind, SourceKind::Path | SourceKind::Unknown | SourceKind::Git));
            taken.map(|source| source.text.clone()).collect()
        }
        StepKind::Run(_) => bound(step),
        _ => Vec::new(),
    }
}

/// What the bind mounts of a RUN take from the build context.
fn bound(step: &Step) -> Vec<String> {
    let mounts = RunInstruction::cast(&step.instruction).map(|run| run.mounts()).unwrap_or_default();
    let value = |options: &[crate::syntax::MountOption], keys: &[&str]| {
        let found = options.iter().find(|option| keys.contains(&option.key.as_str()))?;
        found.value.clone()
    };
    let own = mounts.iter().filter(|options| {
        let kind = value(options, &["type"]);
        kind.is_none_or(|kind| kind == "bind") && value(options, &["from"]).is_none()
    });
    own.map(|options| value(options, &["source", "src"]).unwrap_or_else(|| ".".to_owned())).collect()
}

/// What is known of the project.
struct View<'a> {
    ctx: &'a RuleContext<'a>,
    /// The directories of the image that the installs work in; `None` where that of one is not known.
    directories: Option<Vec<String>>,
    /// The files that the installs read, each with the last of them.
    read: Vec<(String, StepId)>,
}

impl<'a> View<'a> {
    fn new(ctx: &'a RuleContext<'a>, installs: &[Install]) -> Self {
        let mut directories: Option<Vec<String>> = installs.iter().map(|install| install.directory.clone()).collect();
        let mut read = Vec::new();
        for install in installs {
            let Some(context) = ctx.context_of(0) else { continue };
            let project = Project::new(ctx.model, context, install.step);
            for file in inputs(ctx.model, &project, install).files {
                directories.iter_mut().for_each(|all| all.push(path::parent(&file).to_owned()));
                read.push((file, install.step));
            }
        }
        Self { ctx, directories, read }
    }

    /// Whether a step brings sources into the project: more than an install below it reads.
    fn is_source(&self, index: usize) -> bool {
        let id = StepId { stage: 0, step: index };
        let step = self.ctx.model.step(id);
        if names(step).iter().all(|name| is_manifest(name)) {
            return false;
        }
        let StepKind::Copy(copy) = &step.kind else { return true };
        self.is_of_project(copy) && !self.is_read(id, copy)
    }

    /// Whether a step brings what the dependencies are for: files to where the project is, or a directory to a place that is
    /// none of the system. A file elsewhere is a script or a setting of the container.
    fn is_application(&self, index: usize) -> bool {
        let step = self.ctx.model.step(StepId { stage: 0, step: index });
        let names = names(step);
        if names.iter().all(|name| is_manifest(name)) {
            return false;
        }
        let StepKind::Copy(copy) = &step.kind else { return true };
        let known = self.directories.is_some() && copy.destination.path.is_some();
        (known && self.is_of_project(copy)) || names.iter().any(|name| self.is_directory(name)) && !goes_to_system(copy)
    }

    /// Whether a copy goes to where the project is, as far as anybody knows. What goes elsewhere is a part of the system.
    fn is_of_project(&self, copy: &Copy) -> bool {
        let (Some(directories), Some(destination)) = (&self.directories, &copy.destination.path) else {
            return !is_below_system(copy);
        };
        let within = |place: &str| directories.iter().any(|directory| belongs(directory, place));
        let around = || directories.iter().any(|directory| path::below(destination, directory).is_some());
        copy.sources.iter().any(|source| {
            if self.is_directory(&source.text) {
                // What goes over the root of the image is a part of the system, unless it is everything.
                let system = destination == "/" && !matches!(source.text.as_str(), "." | "./" | "/" | "*");
                return within(destination) || (!system && around());
            }
            let into = copy.destination.directory || copy.sources.len() > 1 || directories.contains(destination);
            let place = path::join(destination, path::file_name(&source.text));
            within(if into { &place } else { destination })
        })
    }

    /// Whether a name in the build context is that of a directory: as it is there, else by the name alone.
    fn is_directory(&self, name: &str) -> bool {
        match self.ctx.context_of(0).map(|context| context.matches(name)) {
            Some(matches) if !matches.found.is_empty() => matches.found.iter().any(|found| found.entry.is_directory()),
            _ => !path::file_name(name.trim_end_matches('/')).trim_matches('.').contains('.'),
        }
    }

    /// Whether every file that a copy brings is read by an install below it.
    fn is_read(&self, id: StepId, copy: &Copy) -> bool {
        let Some(context) = self.ctx.context_of(0) else { return false };
        let end = StepId { stage: 0, step: self.ctx.model.stages[0].steps.len() };
        let project = Project::new(self.ctx.model, context, end);
        let brought = |(file, install): &(String, StepId)| {
            (*install > id).then(|| project.brought_by(id, file).map(|found| found.source)).flatten()
        };
        let read: Vec<String> = self.read.iter().filter_map(brought).collect();
        copy.sources.iter().all(|source| {
            is_manifest(&source.text)
                || context.matches(&source.text).found.iter().all(|found| match found.entry.is_directory() {
                    // The whole context is never meant, whatever it holds.
                    true if found.path.is_empty() => false,
                    true => context.walk(&found.path).files().all(|file| read.contains(&file.path)),
                    false => read.contains(&found.path),
                })
        })
    }

    fn out_of_order(&self, first: usize, install: &Install) -> Boundary {
        let text = self.ctx.dockerfile.text();
        let line = |span: crate::text::Span| {
            span.of(text).lines().next().unwrap_or_default().trim_end_matches(['\\', ' ']).to_owned()
        };
        let source = line(self.ctx.model.stages[0].steps[first].span());
        let install = line(install.span);
        Boundary::OutOfOrder(format!(
            "`{source}` brings sources, and stands above `{install}`; put them in order first, as `install-after-source` does"
        ))
    }
}
