//! What a RUN does to modes and owners.

use crate::model::{Run, RunCommand, Scope, effects, path};
use crate::shell::{
    Chgrp, Chmod, Chown, Directory, Execution, Mode, Part, Script, SimpleCommand, Step, Word, invocation,
};

/// What a command changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `chmod`
    Mode,
    /// `chown`
    Owner,
    /// `chgrp`
    Group,
}

impl Kind {
    /// What it changes, in words.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Mode => "mode",
            Self::Owner => "owner",
            Self::Group => "group",
        }
    }
}

/// A command that changes modes or owners.
#[derive(Debug)]
pub struct Change<'a> {
    pub kind: Kind,
    /// `-R`
    pub recursive: bool,
    /// The mode of `chmod`.
    pub mode: Option<Mode>,
    /// The mode, the owner or the group, as written.
    pub operand: Option<&'a Word>,
    pub paths: Vec<&'a Word>,
    /// All of its words.
    pub words: &'a [Word],
    /// Where it runs.
    pub directory: Directory<'a>,
    /// Whether it runs on every build, and the build fails if it does.
    pub certain: bool,
    /// The command in the shell form.
    pub command: Option<&'a SimpleCommand>,
}

/// A RUN that changes modes or owners.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The commands that do so.
    pub changes: Vec<Change<'a>>,
    /// Whether it does nothing else.
    pub alone: bool,
    /// Whether a `umask` stands in it, which decides on what a symbolic mode gives.
    pub masked: bool,
    /// Variables that its shell sets, which so are not those of ENV.
    assigned: Vec<&'a str>,
}

/// Commands that may stand beside a change without doing anything of their own.
const HARMLESS: [&str; 8] = ["cd", "set", "umask", "echo", "true", ":", "[", "test"];

/// Reads a RUN. `None` if it changes neither modes nor owners, or is not understood.
pub fn read(run: &Run) -> Option<Reading<'_>> {
    if !["chmod", "chown", "chgrp"].iter().any(|name| run.mentions(name)) {
        return None;
    }
    match &run.command {
        RunCommand::Exec(words) => {
            let change = change(words, Directory::Known(Vec::new()), true)?;
            Some(Reading { changes: vec![change], alone: true, masked: false, assigned: Vec::new() })
        }
        RunCommand::Shell(_) => shell_form(run),
        RunCommand::Foreign => None,
    }
}

fn shell_form(run: &Run) -> Option<Reading<'_>> {
    let redefined = ["chmod()", "chmod ()", "chown()", "chown ()", "chgrp()", "chgrp ()", "alias ch"];
    if redefined.iter().any(|text| run.mentions(text)) {
        return None;
    }
    let script: &Script = run.script()?;
    let steps = run.steps()?;
    let mut reading = Reading { changes: Vec::new(), alone: true, masked: false, assigned: Vec::new() };
    for step in &steps {
        reading.assigned.extend(step.command.assignments.iter().map(|assignment| assignment.name.as_str()));
        reading.masked |= step.command.name() == Some("umask");
        match of_step(step) {
            Some(change) => reading.changes.push(change),
            None => reading.alone &= is_harmless(step.command),
        }
        let computes = |word: &Word| word.raw.contains("$(") || word.raw.contains('`') || word.raw.contains("<(");
        reading.alone &= !step.command.words.iter().any(computes);
        if matches!(step.command.name(), Some("export" | "read" | "local" | "readonly" | "declare" | "eval" | ".")) {
            return None;
        }
    }
    reading.assigned.extend(loop_variables(script));
    (!reading.changes.is_empty()).then_some(reading)
}

fn of_step<'a>(step: &Step<'a>) -> Option<Change<'a>> {
    let certain = step.execution == Execution::Always && step.succeeds;
    let found = change(&step.command.words, step.directory.clone(), certain)?;
    Some(Change { command: Some(step.command), ..found })
}

/// `None` if the words are no such command: also behind `sudo` and the like, which may make it work.
fn change<'a>(words: &'a [Word], directory: Directory<'a>, certain: bool) -> Option<Change<'a>> {
    if invocation(words)?.program != 0 {
        return None;
    }
    let program = words[0].literal().map(path::file_name)?;
    let (kind, recursive, mode, operand, paths) = match program {
        "chmod" => {
            let chmod = Chmod::new(&words[1..])?;
            (Kind::Mode, chmod.recursive, Some(chmod.mode), chmod.mode_word, chmod.paths)
        }
        "chown" => {
            let chown = Chown::new(&words[1..])?;
            (Kind::Owner, chown.recursive, None, chown.ownership, chown.paths)
        }
        "chgrp" => {
            let chgrp = Chgrp::new(&words[1..])?;
            (Kind::Group, chgrp.recursive, None, chgrp.group, chgrp.paths)
        }
        _ => return None,
    };
    Some(Change { kind, recursive, mode, operand, paths, words, directory, certain, command: None })
}

fn is_harmless(command: &SimpleCommand) -> bool {
    command.words.is_empty() || command.name().is_some_and(|name| HARMLESS.contains(&name))
}

/// The variables of the `for` loops, however deep.
fn loop_variables(script: &Script) -> Vec<&str> {
    let mut names = Vec::new();
    let mut scripts = vec![script];
    while let Some(script) = scripts.pop() {
        for item in &script.items {
            if let crate::shell::Command::Compound(compound) = &item.command {
                if let crate::shell::CompoundKind::For { variable, .. } = &compound.kind {
                    names.push(variable.as_str());
                }
                scripts.extend(compound.clauses.iter().map(|clause| &clause.script));
            }
        }
    }
    names
}

impl Reading<'_> {
    /// The value of a word at a RUN with `scope`; `None` if it cannot be told.
    pub fn value(&self, word: &Word, scope: &Scope) -> Option<String> {
        word.resolve(|name| if self.assigned.contains(&name) { None } else { scope.variable(name) })
    }

    /// The absolute path that a word names in `directory`; `None` if it cannot be told.
    pub fn path(&self, word: &Word, directory: &Directory<'_>, scope: &Scope) -> Option<String> {
        let value = self.value(word, scope)?;
        if value.starts_with('/') {
            return Some(path::absolute("/", &value));
        }
        Some(path::absolute(&effects::working_directory(scope, directory)?, &value))
    }

    /// The directory and the pattern of a word with wildcards in its last part only; `None` for anything else.
    pub fn pattern(&self, word: &Word, directory: &Directory<'_>, scope: &Scope) -> Option<(String, String)> {
        let only_known = |part: &Part| matches!(part, Part::Text(_) | Part::Pattern('*' | '?'));
        let (fixed, last) = match word.raw.rsplit_once('/') {
            Some(("", last)) => ("/", last),
            Some((fixed, last)) => (fixed, last),
            None => (".", word.raw.as_str()),
        };
        let (fixed, last) = (Word::new(fixed, word.span), Word::new(last, word.span));
        let plain = last.parts.iter().all(only_known) && !last.raw.contains(['\'', '"', '\\']);
        (plain && last.glob()).then_some(())?;
        Some((self.path(&fixed, directory, scope)?, last.raw))
    }
}
