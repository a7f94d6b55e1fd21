//! What the container starts: ENTRYPOINT and CMD taken together.

use crate::model::{Process, Scope, Stage, StepKind};
use crate::shell::{self, Command, Word};

/// What the container starts.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// The program as written, variables replaced.
    pub(super) program: String,
    /// Its arguments; one that is computed is `None`.
    pub(super) arguments: Vec<Option<String>>,
    /// Whether a shell starts it.
    pub(super) shell: bool,
    /// Programs in front of it that have to be in the image: `tini`.
    pub(super) wrappers: Vec<String>,
}

/// What is there to say of how a container starts.
pub(super) enum Start {
    /// Nothing in the file starts anything.
    Nothing,
    /// One program.
    Program(Entry),
    /// Something that is not understood, or more than one command.
    Unclear(&'static str),
}

/// What the container of a stage starts.
pub(super) fn start(stage: &Stage) -> Start {
    let last = |wanted: fn(&StepKind) -> Option<&Process>| stage.steps.iter().rev().find_map(|step| wanted(&step.kind));
    let entrypoint = last(|kind| if let StepKind::Entrypoint(process) = kind { Some(process) } else { None });
    let cmd = last(|kind| if let StepKind::Cmd(process) = kind { Some(process) } else { None });
    match (entrypoint, cmd) {
        (None, None) => Start::Nothing,
        (Some(only), None) | (None, Some(only)) => process(only, None, &stage.end),
        (Some(entrypoint), Some(cmd)) => process(entrypoint, Some(cmd), &stage.end),
    }
}

fn process(process: &Process, cmd: Option<&Process>, scope: &Scope) -> Start {
    let Some(own) = &process.words else { return in_shell(process, scope) };
    let given = match cmd.map(|cmd| &cmd.words) {
        None => Vec::new(),
        Some(Some(words)) => words.clone(),
        Some(None) => return Start::Unclear("CMD is in shell form, and ENTRYPOINT is not"),
    };
    let words: Vec<Word> = own.iter().cloned().chain(given).collect();
    if words.is_empty() { Start::Nothing } else { program(&words, scope, false) }
}

/// The shell form: one command.
fn in_shell(process: &Process, scope: &Scope) -> Start {
    const SEVERAL: &str = "its start is more than one command";
    let Some(script) = process.script() else { return Start::Unclear("its start is not understood") };
    let [item] = script.items.as_slice() else { return Start::Unclear(SEVERAL) };
    match &item.command {
        Command::Simple(command) if command.redirects.is_empty() && !item.background && !item.negated => {
            if command.words.is_empty() { Start::Unclear(SEVERAL) } else { program(&command.words, scope, true) }
        }
        _ => Start::Unclear(SEVERAL),
    }
}

fn program(words: &[Word], scope: &Scope, shell: bool) -> Start {
    let Some(found) = shell::invocation(words) else { return Start::Unclear("what it starts is computed") };
    // Arguments of the build are gone when the container runs.
    let lookup = |name: &str| {
        let variable = scope.variables.get(name).filter(|variable| !variable.argument)?;
        variable.value.clone()
    };
    let text = |word: &Word| if shell { word.resolve(lookup) } else { word.literal().map(str::to_owned) };
    let Some(program) = text(&words[found.program]) else { return Start::Unclear("what it starts is computed") };
    let wrappers = found.wrappers.iter().filter_map(|index| text(&words[*index]));
    Start::Program(Entry {
        program,
        arguments: words[found.program + 1..].iter().map(text).collect(),
        shell,
        // `exec` is a builtin of the shell, where there is one.
        wrappers: wrappers.filter(|wrapper| !(shell && wrapper == "exec")).collect(),
    })
}
