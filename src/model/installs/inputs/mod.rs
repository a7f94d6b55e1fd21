//! Which files an install reads: manifests, lock files and configuration, by the rules of each package manager.
//!
//! Owns what the documentation of the package managers says they read, and what may make them read more: scripts, local
//! dependencies, plugins. Where more may be read, one of the [`Obstacles`] names the file that says so. Must not know how
//! instructions move.

mod dotnet;
mod go;
mod node;
mod npm;
mod others;
mod pnpm;
mod project_python;
mod python;
mod ruby_php;
mod yarn;

use super::super::{BuildModel, Scope};
use super::super::{StepKind, path};
use super::{Ecosystem, Install, Project};
use crate::settings::Obstacles;

/// What an install reads and makes. All paths are those in the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// The files that it reads, in the order in which people write them.
    pub files: Vec<String>,
    /// Files that it would read if they were there.
    pub absent: Vec<String>,
    /// Directories that it fills, which a later copy must not bring along.
    pub made: Vec<Made>,
    /// Whether it fails without the source of a target, of which an empty program is enough.
    pub stub: bool,
    /// What stands against saying that it reads nothing else, and writes nothing that a later copy changes.
    pub obstacles: Obstacles,
}

/// A directory that an install fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Absolute.
    pub path: String,
    /// Whether directories of that name lie further below as well.
    pub nested: bool,
}

impl Inputs {
    fn stop(&mut self, reason: impl Into<String>) {
        self.obstacles.stop(reason);
    }

    fn doubt(&mut self, reason: impl Into<String>) {
        self.obstacles.doubt(reason);
    }

    fn file(&mut self, path: String) {
        if !self.files.contains(&path) {
            self.files.push(path);
        }
    }

    fn make(&mut self, path: String, nested: bool) {
        if !self.made.iter().any(|made| made.path == path) {
            self.made.push(Made { path, nested });
        }
    }
}

/// An install whose inputs are asked for.
struct Question<'a> {
    model: &'a BuildModel,
    project: &'a Project<'a>,
    install: &'a Install,
    scope: &'a Scope,
    /// The directory of the project in the image.
    root: String,
    inputs: Inputs,
}

/// What `install` reads in the image that `project` is.
#[must_use]
pub fn inputs(model: &BuildModel, project: &Project<'_>, install: &Install) -> Inputs {
    let step = model.step(install.step);
    debug_assert!(matches!(step.kind, StepKind::Run(_)));
    let mut question = Question {
        model,
        project,
        install,
        scope: &step.scope,
        root: install.directory.clone().unwrap_or_default(),
        inputs: Inputs::default(),
    };
    if install.directory.is_none() {
        question.inputs.stop("the directory in which it runs is not known");
        return question.inputs;
    }
    if install.arguments.iter().any(Option::is_none) {
        question.inputs.stop("an argument of it is computed");
        return question.inputs;
    }
    question.program();
    match install.ecosystem {
        Ecosystem::Pip => question.pip(),
        Ecosystem::Npm => question.npm(),
        Ecosystem::Yarn => question.yarn(),
        Ecosystem::Pnpm => question.pnpm(),
        Ecosystem::Bun => question.bun(),
        Ecosystem::Go => question.go(),
        Ecosystem::Pipenv => question.pipenv(),
        Ecosystem::Poetry => question.poetry(),
        Ecosystem::Uv => question.uv(),
        Ecosystem::Bundler => question.bundler(),
        Ecosystem::Composer => question.composer(),
        Ecosystem::Dotnet => question.dotnet(),
        Ecosystem::Mix => question.mix(),
        Ecosystem::Maven => question.maven(),
        Ecosystem::Gradle => question.gradle(),
        Ecosystem::Cargo => question.cargo(),
    }
    question.inputs
}

impl<'a> Question<'a> {
    /// A path of the project in the image.
    fn at(&self, relative: &str) -> String {
        path::absolute(&self.root, relative)
    }

    /// Takes a file that the install cannot do without. Says so where no copy brings it.
    fn required(&mut self, relative: &str) -> bool {
        let file = self.at(relative);
        let there = self.project.has(&file);
        if there {
            self.inputs.file(file);
        } else {
            self.inputs.stop(format!("no COPY is known to bring `{relative}`"));
        }
        there
    }

    /// Takes a file that the install reads where it is there.
    fn optional(&mut self, relative: &str) -> bool {
        let file = self.at(relative);
        let there = self.project.has(&file);
        if there {
            self.inputs.file(file);
        } else {
            self.inputs.absent.push(file);
        }
        there
    }

    /// A program among the sources, such as `./mvnw`, is read as well.
    fn program(&mut self) {
        if let Some(directory) = &self.install.program_directory {
            let file = self.at(&format!("{directory}/{}", self.install.program));
            if self.project.find(&file).is_some_and(|found| found.entry.is_file()) {
                self.inputs.file(file);
            }
        }
    }

    /// Whether a RUN of the stage, up to that of the install, speaks of `text`.
    fn mentioned(&self, text: &str) -> bool {
        let id = self.install.step;
        let steps = &self.model.stages[id.stage].steps[..=id.step];
        steps.iter().any(|step| matches!(&step.kind, StepKind::Run(run) if run.mentions(text)))
    }

    /// Whether a RUN of the stage, from that of the install on, speaks of `text`.
    fn follows(&self, text: &str) -> bool {
        let id = self.install.step;
        let steps = &self.model.stages[id.stage].steps[id.step..];
        steps.iter().any(|step| matches!(&step.kind, StepKind::Run(run) if run.mentions(text)))
    }

    /// The text of a file of the project.
    fn read(&self, relative: &str) -> Option<String> {
        self.project.read(&self.at(relative))
    }

    /// The value of a variable of ENV or ARG.
    fn variable(&self, name: &str) -> Option<String> {
        self.scope.variable(name)
    }

    /// The arguments of the install.
    fn arguments(&self) -> super::Arguments<'a> {
        super::Arguments::new(&self.install.arguments)
    }
}
