//! The commands of a RUN one by one, for rules that may take a `chown` or `chmod` out of it, and nothing else.

use std::collections::HashMap;

use super::items::Item as Instruction;
use crate::rules::MayChange;
use crate::shell::{self, Chmod, Chown, Command, Connector, Dialect, Item, SimpleCommand, Word};
use crate::syntax::SyntaxKind;
use crate::text::MappedText;

/// What stands in front of a line that is a command which may go.
const MAY_GO: char = '\u{0}';

/// The programs whose commands may go.
pub(super) fn programs(may: &[MayChange]) -> Vec<&'static str> {
    let names = |change: &MayChange| match change {
        MayChange::RunChown => vec!["chown", "chgrp"],
        MayChange::RunChmod => vec!["chmod"],
        _ => Vec::new(),
    };
    may.iter().flat_map(names).collect()
}

/// A RUN as lines: one for what its shell is asked for in whole, and one for each command that may go, in the order in
/// which they run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Commands {
    /// Every command, those that may go marked.
    pub(super) lines: Vec<String>,
    /// All that has to stay; empty if all may go.
    pub(super) rest: String,
}

impl Commands {
    /// Reads the shell text of a RUN. Without flags, and without anything that has to stay, the whole RUN may go.
    pub(super) fn read(text: &str, head: &str, programs: &[&str]) -> Self {
        let mut mapped = MappedText::new();
        mapped.push(text, 0);
        let items = match shell::parse(&mapped, Dialect::Posix) {
            Ok(script) if (0..script.items.len()).any(|at| goes(&script.items, at, programs).is_some()) => script.items,
            Ok(script) => return Self::whole(text, &script.items, head),
            Err(_) => return Self { lines: vec![format!("{head} {text}")], rest: format!("{head} {text}") },
        };
        // Where only `cd` and the like would be left, nothing has to stay.
        let stays = |at: usize| goes(&items, at, programs).is_none() && !shell::is_preparation(&items[at]);
        if !(0..items.len()).any(stays) {
            let lines = items.iter().map(|item| format!("{MAY_GO}{}", item.span.of(text))).collect();
            return Self { lines, rest: String::new() };
        }
        let (mut result, mut started) = (Self::default(), false);
        // What a command takes over from the one in front of it, if that goes.
        let mut inherited = None;
        for (at, item) in items.iter().enumerate() {
            if let Some(command) = goes(&items, at, programs) {
                result.lines.push(format!("{MAY_GO}{}", command.span.of(text)));
                inherited.get_or_insert(item.connector);
                if item.connector == Connector::And {
                    inherited = inherited.filter(|connector| *connector != Connector::And);
                }
                continue;
            }
            let connector = inherited.take().filter(|_| item.connector == Connector::And).unwrap_or(item.connector);
            result.stay(item, text, head, connector, &mut started);
        }
        result
    }

    fn whole(text: &str, items: &[Item], head: &str) -> Self {
        let (mut result, mut started) = (Self::default(), false);
        for item in items {
            result.stay(item, text, head, item.connector, &mut started);
        }
        result
    }

    fn stay(&mut self, item: &Item, text: &str, head: &str, connector: Connector, started: &mut bool) {
        let connector = if *started { connector } else { Connector::First };
        let start = if std::mem::replace(started, true) { "" } else { head };
        let joint = match connector {
            Connector::First => "",
            Connector::Sequence => ";",
            Connector::And => "&&",
            Connector::Or => "||",
            Connector::Pipe => "|",
        };
        let (not, behind) = (if item.negated { "! " } else { "" }, if item.background { " &" } else { "" });
        let line = format!("{start}{joint} {not}{}{behind}", item.span.of(text));
        self.rest.push_str(&line);
        self.lines.push(line);
    }
}

/// The commands of a list in which nothing but `&&` stands between them.
pub(super) fn joined_by_and(text: &str) -> Option<Vec<String>> {
    let mut mapped = MappedText::new();
    mapped.push(text, 0);
    let script = shell::parse(&mapped, Dialect::Bash).ok()?;
    let joined = |item: &Item| matches!(item.connector, Connector::First | Connector::And);
    let plain = |item: &Item| joined(item) && !item.negated && !item.background;
    let all = !script.items.is_empty() && script.items.iter().all(plain);
    all.then(|| script.items.iter().map(|item| item.span.of(text).to_owned()).collect())
}

/// The command at `at` if it may go as a whole: on its own, or joined by `&&` and `;` only.
fn goes<'i>(items: &'i [Item], at: usize, programs: &[&str]) -> Option<&'i SimpleCommand> {
    let item = &items[at];
    let Command::Simple(command) = &item.command else { return None };
    let name = command.name()?;
    let named = programs.iter().any(|program| name == *program || name == format!("/bin/{program}"));
    let plain = command.redirects.is_empty() && command.assignments.is_empty() && !item.negated && !item.background;
    (named && plain && shell::is_separable(items, at)).then_some(command)
}

/// The first place where `after` is more than `before` with commands taken out or made smaller.
pub(super) fn difference(before: &[String], after: &[String]) -> Option<(Option<String>, Option<String>)> {
    let mut kept = after.iter().peekable();
    for line in before {
        let next = kept.peek().map(|next| next.as_str());
        if next == Some(line.as_str()) || next.is_some_and(|next| is_smaller(line, next)) {
            kept.next();
        } else if !line.starts_with(MAY_GO) {
            return Some((Some(line.clone()), next.map(str::to_owned)));
        }
    }
    kept.next().map(|extra| (None, Some(extra.clone())))
}

/// Whether `after` does less of what `before` does: fewer paths, or no longer all that is below them.
fn is_smaller(before: &str, after: &str) -> bool {
    let (Some(before), Some(after)) = (before.strip_prefix(MAY_GO), after.strip_prefix(MAY_GO)) else { return false };
    let (before, after) = (words(before), words(after));
    let (Some(before), Some(after)) = (call(&before), call(&after)) else { return false };
    let no_more = before.recursive || !after.recursive;
    let known = after.paths.iter().all(|path| before.paths.contains(path));
    // Without -R, the directories that were meant before have to be named one by one.
    let named = before.recursive && !after.recursive;
    before.program == after.program && before.what == after.what && no_more && (known || named)
}

struct Call<'w> {
    program: &'w str,
    what: &'w str,
    recursive: bool,
    paths: Vec<&'w str>,
}

fn call(words: &[Word]) -> Option<Call<'_>> {
    let (program, arguments) = words.split_first()?;
    let program = program.literal()?;
    if program.ends_with("chmod") {
        let chmod = Chmod::new(arguments)?;
        let (what, recursive) = (chmod.mode_word?.raw.as_str(), chmod.recursive);
        return Some(Call {
            program,
            what,
            recursive,
            paths: chmod.paths.iter().map(|word| word.raw.as_str()).collect(),
        });
    }
    let chown = Chown::new(arguments)?;
    let (what, recursive) = (chown.ownership?.raw.as_str(), chown.recursive);
    Some(Call { program, what, recursive, paths: chown.paths.iter().map(|word| word.raw.as_str()).collect() })
}

fn words(text: &str) -> Vec<Word> {
    let mut mapped = MappedText::new();
    mapped.push(text, 0);
    let script = shell::parse(&mapped, Dialect::Posix).ok();
    let item = script.and_then(|script| script.items.into_iter().next());
    match item.map(|item| item.command) {
        Some(Command::Simple(command)) => command.words,
        _ => Vec::new(),
    }
}

/// The commands of a RUN, where some of them may go. A RUN with flags or heredocs stays as it is.
pub(super) fn commands_of(item: &Instruction, may: &[MayChange], marks: &str) -> Option<Commands> {
    let programs = programs(may);
    let plain = item.kind == SyntaxKind::RunInstruction && !may.contains(&MayChange::Run);
    let [text] = item.arguments.as_slice() else { return None };
    let head = format!("{}{marks}", Instruction { arguments: Vec::new(), ..item.clone() }.describe());
    (plain && !programs.is_empty()).then(|| Commands::read(text, &head, &programs))
}

/// A comment of `before`, each with the instruction that it stands above, that has no place in `after`.
pub(super) fn comment_without_place<'c>(
    before: &'c [(String, String)],
    after: &[(String, String)],
) -> Option<&'c (String, String)> {
    let mut left = HashMap::<&(String, String), usize>::new();
    for pair in after {
        *left.entry(pair).or_default() += 1;
    }
    let mut take = |pair: &(String, String)| match left.get_mut(pair) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    let missing: Vec<_> = before.iter().filter(|pair| !take(pair)).collect();
    // The comments of a RUN that goes as a whole have no owner, and may stand above any instruction.
    missing.into_iter().find(|(text, owner)| {
        let anywhere = left.iter_mut().find(|((left, _), count)| owner.is_empty() && left == text && **count > 0);
        match anywhere {
            Some((_, count)) => {
                *count -= 1;
                false
            }
            None => true,
        }
    })
}
