//! The stages as they are written, and which of them a target needs.

use std::collections::BTreeSet;

use super::{Build, Builder, NoSuchStage};
use crate::model::Base;
use crate::syntax::{CopyInstruction, Instruction, RunInstruction, SyntaxKind};

/// A stage.
pub(super) struct Stage {
    /// Its name, in lower case and as written.
    pub(super) name: Option<String>,
    pub(super) written_name: Option<String>,
    pub(super) from: Instruction,
    /// Its instructions, FROM not among them.
    pub(super) body: Vec<Instruction>,
    /// The earlier stage that it begins with.
    pub(super) base: Option<usize>,
}

/// All stages.
pub(super) struct Stages {
    pub(super) all: Vec<Stage>,
    /// The ARG instructions above the first FROM.
    pub(super) global: Vec<Instruction>,
}

/// Where a copy or a mount takes its files from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    Context,
    Stage(usize),
    Elsewhere,
}

impl Stages {
    pub(super) fn new(build: &Build<'_>) -> Self {
        let mut stages = Self { all: Vec::new(), global: Vec::new() };
        for instruction in build.dockerfile.instructions() {
            if let Some(from) = crate::syntax::FromInstruction::cast(&instruction) {
                let written_name = from.stage_name().map(|word| word.text());
                let name = written_name.as_ref().map(|name| name.to_lowercase());
                let stage = Stage { name, written_name, from: instruction, body: Vec::new(), base: None };
                stages.all.push(stage);
            } else if let Some(stage) = stages.all.last_mut() {
                stage.body.push(instruction);
            } else {
                stages.global.push(instruction);
            }
        }
        // The model has further stages for triggers between those that are written.
        let written: Vec<usize> =
            (0..build.model.stages.len()).filter(|index| !build.model.stages[*index].triggers).collect();
        for (stage, index) in stages.all.iter_mut().zip(&written) {
            if let Base::Stage(base) = build.model.stages[*index].base {
                stage.base = written.iter().position(|other| *other == base);
            }
        }
        stages
    }

    /// The stage to build.
    pub(super) fn target(&self, asked: Option<&str>) -> Result<usize, NoSuchStage> {
        let Some(asked) = asked else { return Ok(self.all.len().saturating_sub(1)) };
        let by_number = || asked.parse::<usize>().ok().filter(|number| *number < self.all.len());
        self.named(asked, self.all.len()).or_else(by_number).ok_or_else(|| NoSuchStage(asked.to_owned()))
    }

    fn named(&self, name: &str, before: usize) -> Option<usize> {
        let name = name.to_lowercase();
        self.all[..before].iter().rposition(|stage| stage.name.as_deref() == Some(name.as_str()))
    }

    /// What `--from=NAME` in stage `stage` means.
    pub(super) fn from(&self, name: Option<&str>, stage: usize) -> From {
        let Some(name) = name else { return From::Context };
        let by_number = || name.parse::<usize>().ok().filter(|number| *number < stage);
        self.named(name, stage).or_else(by_number).map_or(From::Elsewhere, From::Stage)
    }

    /// The triggers that run at the start of `stage`: the ONBUILD instructions of its base.
    pub(super) fn triggers(&self, stage: usize) -> Vec<Instruction> {
        let Some(base) = self.all[stage].base else { return Vec::new() };
        self.all[base].body.iter().filter(|line| line.kind() == SyntaxKind::OnbuildInstruction).cloned().collect()
    }

    /// The stages that are built for `target`. BuildKit builds what it needs; the classic builder all down to it.
    pub(super) fn needed(&self, target: usize, builder: Builder) -> BTreeSet<usize> {
        if builder == Builder::Classic {
            return (0..=target).collect();
        }
        let mut needed = BTreeSet::new();
        let mut open = vec![target];
        while let Some(stage) = open.pop() {
            if !needed.insert(stage) {
                continue;
            }
            open.extend(self.all[stage].base);
            let triggers = self.triggers(stage);
            let triggers = triggers.iter().filter_map(Instruction::onbuild);
            for instruction in self.all[stage].body.iter().cloned().chain(triggers) {
                open.extend(sources(&instruction).filter_map(|name| match self.from(Some(&name), stage) {
                    From::Stage(index) => Some(index),
                    _ => None,
                }));
            }
        }
        needed
    }
}

/// The names that `--from` and the mounts of an instruction have.
fn sources(instruction: &Instruction) -> impl Iterator<Item = String> {
    let copy = CopyInstruction::cast(instruction).and_then(|copy| copy.from());
    let mounts = RunInstruction::cast(instruction).map(|run| run.mounts()).unwrap_or_default();
    let mounts = mounts.into_iter().flatten().filter(|option| option.key == "from").filter_map(|option| option.value);
    copy.into_iter().chain(mounts)
}
