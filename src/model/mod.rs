//! What a build means: stages, what holds at each instruction, what is copied where, and what runs.
//!
//! The model is read from the tree alone; what the files of the context are like is the business of `context`, and what
//! to make of it that of the rules. Where the answer lies outside of the file (a build argument, the base image), it says so.

pub mod access;
pub mod accounts;
pub mod archive;
mod base_images;
mod build;
pub mod bust;
pub mod cache;
mod copy;
pub mod directories;
pub mod effects;
pub mod frontend;
pub mod installs;
pub mod landing;
pub mod layout;
pub mod path;
mod process;
pub mod rebuild;
mod run;
mod scope;
pub mod taken;

pub use base_images::{BaseImage, ImageReference};
pub use copy::{Copy, CopyFrom, Destination, Source, SourceKind};
pub use process::{Process, ProcessKind, directly_run};
pub use run::{Run, RunCommand};
pub use scope::{Expanded, Scope, Shell, User, Variable, Variables, shell_of};

use crate::syntax::{Dockerfile, Instruction};
use crate::text::Span;

/// What a Dockerfile builds.
#[derive(Debug)]
pub struct BuildModel {
    /// The stages in file order. Behind a stage with ONBUILD stands another one with its triggers, see [`Stage::triggers`].
    pub stages: Vec<Stage>,
}

/// What a stage begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// An earlier stage, by its index in [`BuildModel::stages`].
    Stage(usize),
    /// `scratch`: nothing at all.
    Scratch,
    /// An image.
    Image(ImageReference),
    /// A name that nobody can tell from the file.
    Unknown,
}

/// A stage.
#[derive(Debug)]
pub struct Stage {
    /// Its name in lower case.
    pub name: Option<String>,
    /// What it begins with.
    pub base: Base,
    /// Whether a build argument can change what it begins with.
    pub base_overridable: bool,
    /// Whether a build argument can change the tag of the image that it begins with.
    pub tag_overridable: bool,
    /// Whether it builds an image for Windows.
    pub windows: bool,
    /// Whether it stands for the ONBUILD triggers of the stage that it is based on: what they do in an image that is
    /// built on it.
    pub triggers: bool,
    /// Its instructions, FROM not among them.
    pub steps: Vec<Step>,
    /// What holds behind its last instruction.
    pub end: Scope,
    accounts: accounts::Timeline,
}

/// One instruction of a stage.
#[derive(Debug)]
pub struct Step {
    /// The instruction; for a trigger the one inside of ONBUILD.
    pub instruction: Instruction,
    /// The instruction as it stands in the file; for a trigger the ONBUILD.
    pub outer: Instruction,
    /// What holds in front of it.
    pub scope: Scope,
    /// What it does.
    pub kind: StepKind,
}

/// What an instruction does.
#[derive(Debug)]
pub enum StepKind {
    /// RUN
    Run(Run),
    /// COPY or ADD
    Copy(Copy),
    /// CMD
    Cmd(Process),
    /// ENTRYPOINT
    Entrypoint(Process),
    /// HEALTHCHECK; `None` for HEALTHCHECK NONE.
    Healthcheck(Option<Process>),
    /// VOLUME, with the paths that are known, absolute.
    Volume(Vec<String>),
    /// Something that only changes the scope, or nothing that matters here.
    Other,
}

impl Step {
    /// The variables that are written in its words.
    #[must_use]
    pub fn instruction_variables(&self) -> Vec<String> {
        let words = self.instruction.words();
        words.iter().flat_map(crate::syntax::Word::variables).map(|variable| variable.name).collect()
    }

    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.outer.span()
    }
}

/// The place of a step: the index of its stage, and its own in there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId {
    /// Index in [`BuildModel::stages`].
    pub stage: usize,
    /// Index in [`Stage::steps`].
    pub step: usize,
}

impl BuildModel {
    /// Reads what `dockerfile` builds.
    #[must_use]
    pub fn new(dockerfile: &Dockerfile) -> Self {
        build::model(dockerfile)
    }

    /// The step at `id`.
    #[must_use]
    pub fn step(&self, id: StepId) -> &Step {
        &self.stages[id.stage].steps[id.step]
    }

    /// The stages that stage `last` is made of: those it is based on, and itself, the earliest first.
    #[must_use]
    pub fn lineage(&self, last: usize) -> Vec<usize> {
        let mut lineage = vec![last];
        // A stage can only be based on an earlier one, so this ends.
        while let Base::Stage(base) = self.stages[lineage[lineage.len() - 1]].base {
            lineage.push(base);
        }
        lineage.reverse();
        lineage
    }

    /// The steps that the image of stage `last` is made of, in the order in which they run.
    #[must_use]
    pub fn history(&self, last: usize) -> Vec<StepId> {
        let steps = |stage: usize| (0..self.stages[stage].steps.len()).map(move |step| StepId { stage, step });
        self.lineage(last).into_iter().flat_map(steps).collect()
    }

    /// The stages whose images somebody may run: the last one, and its triggers.
    #[must_use]
    pub fn final_stages(&self) -> Vec<usize> {
        let Some(last) = self.stages.iter().rposition(|stage| !stage.triggers) else { return Vec::new() };
        let is_final = |stage: &usize| *stage == last || self.stages[*stage].base == Base::Stage(last);
        (last..self.stages.len()).filter(is_final).collect()
    }
}
