//! The layer cache, simulated: which instructions of a build run again after a change, and why.
//!
//! [`simulate`] compares a build with the one before it, of which everything is still in the cache. It runs nothing; what
//! a `RUN` writes it does not know, and where that decides, it says so ([`Verdict::Depends`]).
//!
//! What builders do was measured on Docker Engine 26.1.5, with BuildKit (0.13) and with the classic builder; the pairs
//! of file and change in `tests/engine/cache` are built and compared with what is said here, instruction by instruction.
//!
//! | | BuildKit | classic |
//! | --- | --- | --- |
//! | steps | FROM, RUN, COPY, ADD, and WORKDIR but for `/`; all else is written into the configuration | every instruction |
//! | a step | runs again if its own key changed, or if the step in front of it ran again | the same |
//! | key of COPY and ADD | content, mode and name of the files, destination, `--chown`, `--chmod` | the same |
//! | mode of a directory | not noticed where the context was sent before (moby/buildkit#7176) | in the key |
//! | time, owner | not in the key | not in the key |
//! | key of RUN | text, every ENV **and** ARG in scope, user, `SHELL` | text, every ARG of the stage; ENV by the step above |
//! | ARG | in scope to the end of the stage, and in stages based on it | to the end of the stage |
//! | `ENV X`, then `ARG X` | ARG wins from there on | ENV wins |
//! | `ENV Y=$X`, `LABEL`, `EXPOSE`, `USER`, `STOPSIGNAL` | no step; ENV and USER count for the RUN below | runs again |
//! | `ARG Y=$X` | Y changed | runs again |
//! | ARG above FROM | counts in FROM, and where a stage declares it without a default | the same |
//! | proxy arguments, not declared | not in the key | RUN runs again if none was passed before |
//! | COPY `--from`, bind mount `from` | by the **bytes** of the paths named: a stage that ran again and made the same ones leaves it cached | the same |
//! | bind mount of the context | content and mode of its source; cache, secret, ssh and tmpfs mounts have none | – |
//! | cache mount with `from` | by the bytes of its source | – |
//! | stages that the target does not need | not built | built, if they stand above it |
//! | `COPY --link` | independent of what is above with the containerd store; with the overlay2 store like any COPY | – |
//! | the same beginning of two stages | one step, shown once | the second one is cached, also if the first one ran |
//! | a Dockerfile outside of the context | – | `COPY . .` runs again on every build where a `.dockerignore` is sent along |

mod advice;
mod arguments;
mod copied;
mod effort;
mod gain;
mod identity;
mod keys;
pub mod log;
mod paths;
mod reason;
mod stages;
mod walk;
mod worlds;

use std::collections::BTreeMap;

use super::BuildModel;
use crate::context::BuildContext;
use crate::settings;
use crate::syntax::{Dockerfile, Instruction};
use crate::text::LineIndex;

pub use advice::{Advice, advice};
pub use arguments::{Declared, declared};
pub use effort::Effort;
pub use gain::{Cause, Gain, Measured};
pub use reason::Reason;

/// A builder whose cache is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Builder {
    /// BuildKit.
    Buildkit,
    /// Docker's classic builder.
    Classic,
}

impl Builder {
    /// The builder as the rest of dockfix knows it.
    #[must_use]
    pub const fn in_settings(self) -> settings::Builder {
        match self {
            Self::Buildkit => settings::Builder::Buildkit,
            Self::Classic => settings::Builder::Classic,
        }
    }
}

/// What became of a path of the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathChange {
    /// The file has other bytes.
    Content,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its permission bits are others, and nothing else.
    Mode,
}

/// What is different from the build before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Files and directories of the context, relative to its root.
    pub paths: BTreeMap<String, PathChange>,
    /// Build arguments that were not given before, with their value now; `None` is any other value than before.
    pub arguments: BTreeMap<String, Option<String>>,
}

/// Whether an instruction runs again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The stage is not needed for the target.
    NotBuilt,
    /// It is no step of its own: it only changes the configuration, which is written on every build.
    NoStep,
    /// Its result is taken from the cache.
    Cached,
    /// It runs again if something turns out differently that cannot be told from the file: what a RUN writes, which image
    /// a name means, which store the engine has.
    Depends,
    /// It runs again.
    Rebuilt,
}

impl Verdict {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotBuilt => "not built",
            Self::NoStep => "no step",
            Self::Cached => "cached",
            Self::Depends => "depends",
            Self::Rebuilt => "rebuilt",
        }
    }
}

/// What becomes of one instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The instruction; for a trigger that runs, the one inside of ONBUILD.
    pub instruction: Instruction,
    /// The number of its line.
    pub line: usize,
    /// Its stage, counted from 0; `None` above the first FROM.
    pub stage: Option<usize>,
    /// Whether it is the trigger of an ONBUILD that runs in this stage, and stands in another one.
    pub trigger: bool,
    /// Whether the builder makes a step of it, which its output shows.
    pub step: bool,
    /// The row of the same step in an earlier stage: both begin with the same image and do the same up to here. BuildKit makes
    /// one step of them, and shows it under one of the two names.
    pub same_as: Option<usize>,
    /// Whether it runs again.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
}

/// A stage of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageName {
    /// Its name as written.
    pub name: Option<String>,
    /// The line of its FROM.
    pub line: usize,
}

/// What becomes of all instructions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// One row for each instruction in file order, and one for each trigger, behind the FROM that sets it off.
    pub rows: Vec<Row>,
    /// The stages in file order.
    pub stages: Vec<StageName>,
    /// The stage that is built.
    pub target: usize,
}

impl Simulation {
    /// The steps that run again, for certain; one that two stages have in common counts once.
    pub fn rebuilt(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.verdict == Verdict::Rebuilt && row.same_as.is_none())
    }
}

/// The file has no such stage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no stage `{0}`")]
pub struct NoSuchStage(pub String);

/// What is built, and where from.
#[derive(Clone, Copy, Debug)]
pub struct Build<'a> {
    /// The Dockerfile.
    pub dockerfile: &'a Dockerfile,
    /// What it means.
    pub model: &'a BuildModel,
    /// The build context, opened for the builder alone; `None` where there is none, and every path counts as sent.
    pub context: Option<&'a BuildContext>,
    /// The builder.
    pub builder: Builder,
    /// The stage to build, by name or number; `None` is the last one.
    pub target: Option<&'a str>,
}

/// What runs again after `change`.
///
/// # Errors
/// [`NoSuchStage`] if the target is none.
pub fn simulate(build: &Build<'_>, change: &Change) -> Result<Simulation, NoSuchStage> {
    let lines = LineIndex::new(build.dockerfile.text());
    let stages = stages::Stages::new(build);
    let target = stages.target(build.target)?;
    let rows = walk::rows(build, change, &stages, target, &lines);
    let names = stages
        .all
        .iter()
        .map(|stage| StageName { name: stage.written_name.clone(), line: lines.line(stage.from.span().start) });
    Ok(Simulation { rows, stages: names.collect(), target })
}
