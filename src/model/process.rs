//! What a container runs: CMD, ENTRYPOINT and HEALTHCHECK.

use std::cell::OnceCell;

use super::scope::{Scope, Shell};
use crate::shell::{self, Directory, Script, Word, invocation};
use crate::syntax::Instruction;
use crate::text::{MappedText, Span};

/// Which instruction starts a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessKind {
    /// CMD
    Cmd,
    /// ENTRYPOINT
    Entrypoint,
    /// HEALTHCHECK
    Healthcheck,
}

impl ProcessKind {
    /// The keyword.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cmd => "CMD",
            Self::Entrypoint => "ENTRYPOINT",
            Self::Healthcheck => "HEALTHCHECK",
        }
    }
}

/// A process that an instruction starts in the container.
#[derive(Debug)]
pub struct Process {
    /// Which instruction it is.
    pub kind: ProcessKind,
    /// Where the instruction stands.
    pub span: Span,
    /// The words of the exec form; `None` for the shell form.
    pub words: Option<Vec<Word>>,
    text: MappedText,
    shell: Shell,
    script: OnceCell<Option<Script>>,
}

impl Process {
    pub(super) fn new(instruction: &Instruction, scope: &Scope, kind: ProcessKind) -> Self {
        let words = instruction.json().map(|strings| {
            strings.iter().map(|string| Word::plain(&string.value(), string.span())).collect::<Vec<_>>()
        });
        let text = instruction.shell_text().unwrap_or_default();
        Self { kind, span: instruction.span(), words, text, shell: scope.shell, script: OnceCell::new() }
    }

    /// The commands of the shell form, if they are understood.
    #[must_use]
    pub fn script(&self) -> Option<&Script> {
        let Shell::Posix(dialect, _) = self.shell else { return None };
        let read = || if self.words.is_none() { shell::parse(&self.text, dialect).ok() } else { None };
        self.script.get_or_init(read).as_ref()
    }

    /// The text of the shell form; that of the exec form is no shell text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.text()
    }

    /// The words that the kernel is asked to run, each with the directory in which it does.
    #[must_use]
    pub fn programs(&self) -> Vec<(&Word, Directory<'_>)> {
        if let Some(words) = &self.words {
            return directly_run(words).map(|word| (word, Directory::Known(Vec::new()))).into_iter().collect();
        }
        let steps = self.script().into_iter().flat_map(Script::commands);
        steps.filter_map(|step| directly_run(&step.command.words).map(|word| (word, step.directory))).collect()
    }
}

/// The word of a command that the kernel is asked to run; `None` if it cannot be told.
#[must_use]
pub fn directly_run(words: &[Word]) -> Option<&Word> {
    invocation(words).and_then(|invocation| words.get(invocation.program))
}
