//! Whether a RUN can start a copied file at all, by a look at its text: most cannot, and reading their commands takes longer than
//! everything else.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::scripts::SHELLS;
use crate::model::landing::Landing;
use crate::model::{CopyFrom, Run, RunCommand, Scope, SourceKind, StepId, StepKind, path};
use crate::rules::RuleContext;
use crate::shell::is_wrapper;

/// Where the copies put their files that stand in front of something that is started.
pub struct Destinations<'a> {
    ctx: &'a RuleContext<'a>,
    history: &'a [StepId],
    /// What holds where it is started.
    scope: &'a Scope,
    /// Whether they are searched for programs, once somebody asked.
    searched: OnceCell<bool>,
}

impl<'a> Destinations<'a> {
    /// Those of the copies in `history`, in front of something that is started where `scope` holds.
    pub const fn new(ctx: &'a RuleContext<'a>, history: &'a [StepId], scope: &'a Scope) -> Self {
        Self { ctx, history, scope, searched: OnceCell::new() }
    }

    /// The paths that copies write to; `None` stands for one that cannot be told.
    fn paths(&self) -> impl Iterator<Item = Option<&'a str>> {
        self.history.iter().filter_map(|id| match &self.ctx.model.step(*id).kind {
            StepKind::Copy(copy) => Some(copy.destination.path.as_deref()),
            _ => None,
        })
    }

    /// Whether a path may have been copied.
    fn may_hold(&self, candidate: &str) -> bool {
        self.paths().any(|destination| destination.is_none_or(|directory| path::below(directory, candidate).is_some()))
    }

    /// Whether a program that is named without a directory can be a copied file. Nearly never, and nearly all commands name
    /// theirs so.
    pub fn hold_programs(&self) -> bool {
        *self.searched.get_or_init(|| self.scope.search_path().iter().any(|directory| self.reach_into(directory)))
    }

    /// Whether a copy may bring files into `directory`.
    fn reach_into(&self, directory: &str) -> bool {
        self.history.iter().any(|id| {
            let StepKind::Copy(copy) = &self.ctx.model.step(*id).kind else { return false };
            let Some(destination) = copy.destination.path.as_deref() else { return false };
            if path::below(directory, destination).is_some() {
                return true;
            }
            let from_context = copy.from == CopyFrom::Context
                && copy.sources.iter().all(|source| source.kind == SourceKind::Path)
                && !copy.parents
                && copy.excludes.is_empty();
            match path::below(destination, directory) {
                None => false,
                Some(inside) if from_context => {
                    Landing::new(self.ctx.model, self.ctx.build_context).may_bring(*id, copy, inside)
                }
                Some(_) => true,
            }
        })
    }
}

/// Whether `run` may start one of the copied files.
pub fn run_names_copied(run: &Run, destinations: &Destinations<'_>) -> bool {
    match &run.command {
        RunCommand::Shell(text) => names_copied(text.text(), destinations),
        RunCommand::Exec(_) => true,
        RunCommand::Foreign => false,
    }
}

/// Whether text for a shell may start one of the copied files.
pub fn names_copied(text: &str, destinations: &Destinations<'_>) -> bool {
    // Elsewhere than in the working directory, a relative path may be anything.
    let directory = destinations.scope.workdir.as_deref().filter(|_| !may_move(text));
    // A mark in quotes splits as well, so that more is taken for a command than there are.
    let mut commands = text.split([';', '&', '|', '(', ')', '{', '}', '`', '\n']);
    let is_started = |command| programs(command).any(|word| may_be_started(&word, directory, destinations));
    commands.any(is_started) || destinations.hold_programs()
}

/// Whether a command in the text may begin in another directory: `cd`, `pushd`, `chdir`, `env -C`, `sudo -D`. One walk
/// over the text, which takes more for such a command than there is.
fn may_move(text: &str) -> bool {
    text.as_bytes().windows(3).any(|bytes| matches!(bytes, b"cd " | b"cd\t" | b"pus" | b"chd" | b" -C" | b" -D"))
}

/// The words of a command that may name its program: the first, and the next where that one does not.
fn programs(command: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let (mut found, mut wrapped) = (false, false);
    command.split_whitespace().map_while(move |word| {
        if found {
            return None;
        }
        let quote = ['"', '\'', '\\'];
        let word = if word.contains(quote) { Cow::Owned(word.replace(quote, "")) } else { Cow::Borrowed(word) };
        // A wrapper has options and operands, so that the program may be any word behind it.
        wrapped |= is_wrapper(&word);
        found = !wrapped && !stands_in_front(&word);
        Some(word)
    })
}

/// Words of the shell behind which a command begins.
const KEYWORDS: [&str; 11] = ["if", "then", "else", "elif", "do", "while", "until", "in", "!", "case", "function"];

/// Whether the program may still come behind this word.
fn stands_in_front(word: &str) -> bool {
    let is_assignment = word.split_once('=').is_some_and(|(name, _)| !name.contains('/'));
    is_assignment || word.is_empty() || word.contains(['<', '>']) || KEYWORDS.contains(&word)
}

/// Whether a word that stands where a program is named may be a copied file, or a shell that reads one.
fn may_be_started(word: &str, directory: Option<&str>, destinations: &Destinations<'_>) -> bool {
    if word.contains('$') || SHELLS.contains(&path::file_name(word)) {
        return true;
    }
    match directory {
        _ if !word.contains('/') => false,
        _ if word.starts_with('/') => destinations.may_hold(&path::absolute("/", word)),
        Some(directory) => destinations.may_hold(&path::absolute(directory, word)),
        None => true,
    }
}
