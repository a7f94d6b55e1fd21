//! RUN: the commands, read when somebody asks.

use std::cell::OnceCell;

use super::scope::{Scope, Shell};
use crate::shell::{self, Script, Word};
use crate::syntax::{Heredoc, Instruction};
use crate::text::MappedText;

/// What a RUN starts.
#[derive(Debug)]
pub enum RunCommand {
    /// JSON form: a program and its arguments, without a shell.
    Exec(Vec<Word>),
    /// Text for the shell, heredocs with it.
    Shell(MappedText),
    /// A heredoc for a program that is no POSIX shell, or text for a shell that is none.
    Foreign,
}

/// A RUN instruction.
#[derive(Debug)]
pub struct Run {
    /// What it starts.
    pub command: RunCommand,
    shell: Shell,
    script: OnceCell<Option<Script>>,
}

impl Run {
    pub(super) fn new(instruction: &Instruction, heredocs: &[Heredoc], scope: &Scope) -> Self {
        Self { command: command(instruction, heredocs, scope), shell: scope.shell, script: OnceCell::new() }
    }

    /// What runs the shell form.
    #[must_use]
    pub const fn shell(&self) -> Shell {
        self.shell
    }

    /// The commands; `None` if they are not understood, or no shell runs them.
    #[must_use]
    pub fn script(&self) -> Option<&Script> {
        let RunCommand::Shell(text) = &self.command else { return None };
        let Shell::Posix(dialect, _) = self.shell else { return None };
        self.script.get_or_init(|| shell::parse(text, dialect).ok()).as_ref()
    }

    /// The commands with what is known of their run.
    #[must_use]
    pub fn steps(&self) -> Option<Vec<shell::Step<'_>>> {
        let Shell::Posix(_, flags) = self.shell else { return None };
        self.script().map(|script| script.commands_with(flags))
    }

    /// The text, for a look at whether something is spoken of at all.
    #[must_use]
    pub fn mentions(&self, text: &str) -> bool {
        match &self.command {
            RunCommand::Exec(words) => words.iter().any(|word| word.raw.contains(text)),
            RunCommand::Shell(shell) => shell.text().contains(text),
            RunCommand::Foreign => false,
        }
    }
}

fn command(instruction: &Instruction, heredocs: &[Heredoc], scope: &Scope) -> RunCommand {
    if let Some(strings) = instruction.json() {
        let words = strings.iter().map(|string| Word::plain(&string.value(), string.span()));
        return RunCommand::Exec(words.collect());
    }
    if scope.shell == Shell::Foreign {
        return RunCommand::Foreign;
    }
    let text = instruction.shell_text().unwrap_or_default();
    let [only] = heredocs else { return RunCommand::Shell(with_heredocs(text, heredocs)) };
    if text.text().trim() != only.opener().text().trim() {
        return RunCommand::Shell(with_heredocs(text, heredocs));
    }
    // `RUN <<EOF` hands the lines to the shell, or to the program that their `#!` names.
    let body = only.body();
    match body.text().strip_prefix("#!") {
        Some(rest) => {
            let line = rest.lines().next().unwrap_or_default();
            let shells = ["/sh", "/bash", "/dash", "/ash", "env sh", "env bash"];
            let program = line.split_whitespace().next().unwrap_or_default();
            let is_shell = shells.iter().any(|shell| program.ends_with(shell) || line.trim().ends_with(shell));
            if is_shell { RunCommand::Shell(body) } else { RunCommand::Foreign }
        }
        None => RunCommand::Shell(body),
    }
}

/// The shell text with the lines of its heredocs behind it, as the builder hands it to the shell.
fn with_heredocs(text: MappedText, heredocs: &[Heredoc]) -> MappedText {
    let mut joined = text;
    let Some(first) = heredocs.first() else { return joined };
    // The line end in front of the first body is a byte of the file, so the text stays mapped.
    joined.push("\n", first.span().start.saturating_sub(1));
    for heredoc in heredocs {
        let lines = heredoc.lines();
        joined.push(lines.text(), heredoc.span().start);
    }
    joined
}
