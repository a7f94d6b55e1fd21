//! What a command can change for the commands behind it: directory, options, whether the shell is still there.

use super::invocation::invocation;
use super::tree::SimpleCommand;
use super::walk::{Context, Directory, ShellFlags};
use super::word::Word;

/// How many relative `cd`s in a row are followed.
const MAX_STEPS: usize = 32;
/// What a command can change for the commands behind it.
#[derive(Clone)]
pub(super) struct State<'a> {
    pub(super) directory: Directory<'a>,
    pub(super) flags: ShellFlags,
    /// An `exit` or the like may have ended the shell with success.
    pub(super) may_have_ended: bool,
}
/// What a call of a function may do to its shell.
#[derive(Default)]
pub(super) struct Effects {
    pub(super) moves: bool,
    pub(super) sets: bool,
    pub(super) ends: bool,
}

impl Effects {
    pub(super) fn include(&mut self, command: &SimpleCommand) {
        match strip_command(&command.words).first().and_then(Word::literal) {
            Some("cd" | "pushd" | "popd") => self.moves = true,
            Some("set") => self.sets = true,
            Some("." | "source" | "eval") => (self.moves, self.sets) = (true, true),
            Some("exit") => self.ends |= !exits_with_error(command, false),
            Some("exec") => self.ends |= command.words.len() > 1,
            _ => {}
        }
    }
}

impl<'a> State<'a> {
    /// What the command means for those behind it.
    pub(super) fn apply(&mut self, command: &'a SimpleCommand, context: Context) {
        let words = strip_command(&command.words);
        let (Some(name), arguments) = (words.first().and_then(Word::literal), words.get(1..).unwrap_or_default())
        else {
            return;
        };
        match name {
            "cd" | "pushd" => self.enter(arguments),
            "popd" | "." | "source" | "eval" => self.directory = Directory::Unknown,
            "set" => self.set(arguments, context),
            "exit" | "return" if !(context.failure_counts && exits_with_error(command, false)) => {
                self.may_have_ended = true
            }
            "exec" if !arguments.is_empty() => self.may_have_ended = true,
            // A trap may turn a failure into success.
            "trap" if arguments.iter().any(|word| word.raw.contains("exit")) => self.may_have_ended = true,
            _ => {}
        }
    }

    fn enter(&mut self, arguments: &'a [Word]) {
        let options =
            arguments.iter().take_while(|word| matches!(word.literal(), Some("-L" | "-P" | "-e" | "--"))).count();
        let operand = match &arguments[options..] {
            [operand] if operand.literal() != Some("-") && operand.literal() != Some("") => operand,
            _ => return self.directory = Directory::Unknown,
        };
        if operand.literal().is_some_and(|path| path.starts_with('/')) {
            self.directory = Directory::Known(vec![operand]);
        } else if let Directory::Known(path) = &mut self.directory {
            path.push(operand);
            // Every command carries its way, so a long one would cost the square of its length.
            if path.len() > MAX_STEPS {
                self.directory = Directory::Unknown;
            }
        }
    }

    fn set(&mut self, arguments: &[Word], context: Context) {
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let Some(option) = word.literal() else { return };
            let (on, letters) = match option.split_at_checked(1) {
                Some(("-", letters)) if option != "--" && !letters.is_empty() => (true, letters),
                Some(("+", letters)) => (false, letters),
                _ => return,
            };
            let name = if letters.ends_with('o') { words.next().and_then(Word::literal) } else { None };
            // A branch may switch an option off, but that it switched one on cannot be relied on.
            if on && context.conditional {
                continue;
            }
            if letters.contains('e') || name == Some("errexit") {
                self.flags.errexit = on;
            }
            if name == Some("pipefail") {
                self.flags.pipefail = on;
            }
        }
    }
}
/// `exit N` with N above zero; `exit` alone counts where the last command is known to have failed.
pub(super) fn exits_with_error(command: &SimpleCommand, after_failure: bool) -> bool {
    command.name() == Some("exit")
        && match command.arguments() {
            [] => after_failure,
            [status] => status.literal().and_then(|status| status.parse::<u8>().ok()).is_some_and(|status| status > 0),
            _ => false,
        }
}

/// The words without `command` and `builtin` in front.
fn strip_command(words: &[Word]) -> &[Word] {
    match words.first().and_then(Word::literal) {
        Some("command" | "builtin") => invocation(words).map_or(&[], |found| &words[found.program..]),
        _ => words,
    }
}
