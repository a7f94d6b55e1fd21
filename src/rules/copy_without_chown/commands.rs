//! The commands that run below a copy.

use crate::model::effects::working_directory;
use crate::model::{Base, BuildModel, Run, RunCommand, Scope, StepId, StepKind, path};
use crate::shell::{self, Directory, Word};

/// The commands that root, or somebody who may be root, runs below a copy: in every stage that has its files.
pub struct Commands<'a> {
    runs: Vec<(&'a Run, &'a Scope)>,
}

impl<'a> Commands<'a> {
    /// Those below the copy at `id`.
    pub fn below(model: &'a BuildModel, id: StepId) -> Self {
        // A stage stands below the one that it is based on, so one pass finds all that are made of the copy's stage.
        let mut made_of = vec![false; model.stages.len()];
        let mut steps = Vec::new();
        for (index, stage) in model.stages.iter().enumerate().skip(id.stage) {
            let based = matches!(stage.base, Base::Stage(base) if made_of[base]);
            made_of[index] = index == id.stage || based;
            if made_of[index] {
                let own = (0..stage.steps.len()).map(|step| StepId { stage: index, step });
                steps.extend(own.filter(|step| *step > id));
            }
        }
        Self::new(model, steps)
    }

    /// Those of a stage, and of the stages that it is based on.
    pub fn of(model: &'a BuildModel, stage: usize) -> Self {
        Self::new(model, model.history(stage))
    }

    fn new(model: &'a BuildModel, steps: Vec<StepId>) -> Self {
        let runs = steps.into_iter().map(|step| model.step(step)).filter_map(|step| match &step.kind {
            StepKind::Run(run) if step.scope.user.other().is_none() => Some((run, &step.scope)),
            _ => None,
        });
        Self { runs: runs.collect() }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The RUN instructions.
    pub fn runs(&self) -> impl Iterator<Item = &'a Run> {
        self.runs.iter().map(|(run, _)| *run)
    }

    /// The program of the first command that `is` says yes to. What is not understood has no words.
    pub fn first(&self, is: impl Fn(&[Word], &Scope, &Directory<'_>) -> bool) -> Option<String> {
        let name = |words: &[Word]| program(words).unwrap_or("a command").to_owned();
        let here = Directory::Known(Vec::new());
        self.runs.iter().find_map(|(run, scope)| match &run.command {
            RunCommand::Exec(words) => is(words, scope, &here).then(|| name(words)),
            RunCommand::Foreign => is(&[], scope, &Directory::Unknown).then(|| "a script".to_owned()),
            RunCommand::Shell(_) => match run.steps() {
                Some(steps) => steps
                    .iter()
                    .find(|step| !step.command.words.is_empty() && is(&step.command.words, scope, &step.directory))
                    .map(|step| name(&step.command.words)),
                None => is(&[], scope, &Directory::Unknown).then(|| "a command".to_owned()),
            },
        })
    }
}

/// The name of the program that the words start.
pub fn program(words: &[Word]) -> Option<&str> {
    let invocation = shell::invocation(words)?;
    words[invocation.program].literal().map(path::file_name)
}

/// The path that a word names; `None` if it cannot be told.
pub fn resolve(word: &Word, scope: &Scope, directory: &Directory<'_>) -> Option<String> {
    let value = word.resolve(|name| scope.variable(name))?;
    working_directory(scope, directory).map_or_else(
        || value.starts_with('/').then(|| path::absolute("/", &value)),
        |directory| Some(path::absolute(&directory, &value)),
    )
}
