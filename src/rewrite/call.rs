//! Calls of `chown` and `chmod` in RUN instructions.

use crate::model::effects::working_directory;
use crate::model::{BuildModel, Run, Scope, StepId, StepKind, path};
use crate::shell::{self, Execution, SimpleCommand, Word};

/// A command of a RUN that certainly runs, and whose failure fails the build.
pub struct Call<'a> {
    /// The RUN.
    pub id: StepId,
    /// The RUN.
    pub run: &'a Run,
    /// What holds in front of the RUN.
    pub scope: &'a Scope,
    /// The command.
    pub command: &'a SimpleCommand,
    /// Where it runs; `None` if nobody can tell.
    pub directory: Option<String>,
}

/// A path that a call names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Absolute.
    pub path: String,
    /// Whether everything below it is meant too.
    pub recursive: bool,
}

/// Every call of `program` behind a COPY of its stage or a stage below it. A call behind `||`, in a branch, a loop or a
/// pipeline, or with a wrapper such as `sudo`, is none.
#[must_use]
pub fn calls<'a>(model: &'a BuildModel, program: &str) -> Vec<Call<'a>> {
    let mut found = Vec::new();
    for (stage, content) in model.stages.iter().enumerate() {
        for (index, step) in content.steps.iter().enumerate() {
            let StepKind::Run(run) = &step.kind else { continue };
            // Reading shell costs more than everything else, so only what can matter is read.
            if !run.mentions(program) {
                continue;
            }
            let id = StepId { stage, step: index };
            for command in run.steps().unwrap_or_default() {
                if is_plain(&command, program) {
                    let directory = working_directory(&step.scope, &command.directory);
                    found.push(Call { id, run, scope: &step.scope, command: command.command, directory });
                }
            }
        }
    }
    found
}

fn is_plain(step: &shell::Step<'_>, program: &str) -> bool {
    step.execution == Execution::Always
        && step.succeeds
        && !step.in_subshell
        && !step.piped
        && step.command.name().is_some_and(|name| name == program || name == format!("/bin/{program}"))
        && step.command.assignments.is_empty()
        && step.command.redirects.is_empty()
}

impl Call<'_> {
    /// The value of a word of the call. `None` if the shell may give it another one than the Dockerfile's variables say.
    #[must_use]
    pub fn value(&self, word: &Word) -> Option<String> {
        let script = self.run.script()?;
        let assigns = |name: &String| {
            let text = format!("{name}=");
            // A look at the text is enough to be sure that nothing in it sets the variable.
            self.run.mentions(&text) || self.run.mentions(&format!("read {name}")) || is_loop_variable(script, name)
        };
        if word.variables.iter().any(assigns) {
            return None;
        }
        word.resolve(|name| self.scope.variable(name))
    }

    /// Whether a build argument can change the value of a word.
    #[must_use]
    pub fn overridable(&self, word: &Word) -> bool {
        let variable = |name: &String| self.scope.variables.get(name);
        word.variables.iter().any(|name| variable(name).is_none_or(|variable| variable.overridable))
    }

    /// The paths that `words` name; `None` if one of them cannot be told.
    #[must_use]
    pub fn targets(&self, words: &[&Word], recursive: bool) -> Option<Vec<Target>> {
        words.iter().map(|word| Some(Target { path: self.path(word)?, recursive })).collect()
    }

    /// The path that a word names.
    #[must_use]
    pub fn path(&self, word: &Word) -> Option<String> {
        let value = self.value(word)?;
        if value.starts_with('/') {
            return Some(path::absolute("/", &value));
        }
        self.directory.as_ref().map(|directory| path::absolute(directory, &value))
    }

    /// Whether where the relative paths lie can be changed by a build argument.
    #[must_use]
    pub fn place_overridable(&self, words: &[&Word]) -> bool {
        let relative = |word: &&Word| self.value(word).is_some_and(|value| !value.starts_with('/'));
        words.iter().any(|word| self.overridable(word))
            || (self.scope.workdir_overridable && words.iter().any(relative))
    }
}

/// `for NAME in …` sets a variable without an equals sign.
fn is_loop_variable(script: &shell::Script, name: &str) -> bool {
    script.items.iter().any(|item| match &item.command {
        shell::Command::Compound(compound) => {
            matches!(&compound.kind, shell::CompoundKind::For { variable, .. } if variable == name)
                || compound.clauses.iter().any(|clause| is_loop_variable(&clause.script, name))
        }
        shell::Command::Simple(_) => false,
    })
}
